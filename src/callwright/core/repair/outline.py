"""The part of a schema that says what belongs at one place, in one line that a model can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.repair.change import Path
from callwright.core.repair.form import KINDS, Form, Forms, kinds_of

__all__ = ["expected", "outline"]

MAX_LENGTH = 300
"""About as long as a fault may be; what is required stands first."""

_MAX_PLACES = 200
_MAX_LEVELS = 3
_MAX_OPTIONS = 100


def outline(schema: JsonObject, path: Sequence[str | int] = (), *, limit: int = MAX_LENGTH) -> str:
    """Say what belongs at a path in the arguments: names with types, or the values of an enum.

    >>> properties = {"id": {"type": "integer"}, "q": {"enum": ["a", "b"]}}
    >>> outline({"type": "object", "properties": properties, "required": ["q"]})
    '{q: "a" | "b", id?: integer}'
    """
    forms = Forms(schema)
    place: Json = schema
    for step in path:
        place = _below(forms.of(place), step)
    return _Outline(forms).shortest(place, limit)


def expected(arguments: Json, schema: JsonObject) -> str:
    """Say in a sentence what belongs where a name is missing, or one stands that is refused.

    Of several such places the first; nothing where there is none.

    >>> schema = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    >>> expected({}, schema)
    'Expected: {id: integer}.'
    """
    try:
        path = _first_misnamed(arguments, schema)
        told = "" if path is None else outline(schema, path)
    except (RecursionError, TypeError, AttributeError):
        return ""
    if path is None or not told:
        return ""
    return f"Expected{' at ' if path else ''}{_spoken(path)}: {told}."


def _first_misnamed(arguments: Json, schema: JsonObject) -> Path | None:
    """Where an object lacks a name or has one too much, by every form that it could have."""
    forms = Forms(schema)
    waiting: list[tuple[Json, Json, Path]] = [(schema, arguments, ())]
    for place, value, path in waiting:
        found = forms.of(place)
        objects = [form for form in found if "object" in form.kinds]
        if is_object(value) and objects and all(_is_misnamed(value, form) for form in objects):
            return path
        if len(waiting) < _MAX_PLACES:
            waiting += [
                (_below(found, step), item, (*path, step)) for step, item in _entries(value)
            ]
    return None


def _is_misnamed(value: Mapping[str, Any], form: Form) -> bool:
    if any(name not in value for name in form.required):
        return True
    return form.is_closed and any(name not in form.properties for name in value)


def _entries(value: Json) -> Iterable[tuple[str | int, Json]]:
    if is_object(value):
        return value.items()
    return enumerate(value) if is_array(value) else ()


def _below(forms: Sequence[Form], step: str | int) -> Json:
    """The schema of what is in an object or array, where one form alone speaks of it."""
    kind = "array" if isinstance(step, int) else "object"
    fitting = [form for form in forms if kind in form.kinds]
    if len(fitting) != 1:
        return True
    (form,) = fitting
    return form.item(step) if isinstance(step, int) else form.properties.get(step, form.others)


def _spoken(path: Path) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


class _Outline:
    """Writes the outline of schemas within one document."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def shortest(self, schema: Json, limit: int) -> str:
        """As many levels as there is room for."""
        text = self._written(schema, 1)
        for levels in range(2, _MAX_LEVELS + 1):
            longer = self._written(schema, levels) if len(text) <= limit else text
            if len(longer) > limit:
                break
            text = longer
        return text if len(text) <= limit else f"{text[: limit - 1]}…"

    def _written(self, schema: Json, levels: int) -> str:
        forms = self._forms.of(schema)
        if kinds_of(forms) == KINDS:
            return "any"
        return " | ".join(dict.fromkeys(self._form(form, levels) for form in forms))

    def _form(self, form: Form, levels: int) -> str:
        if form.options is not None:
            return _options(form.options)
        kinds = form.kinds - ({"integer"} if "number" in form.kinds else set())
        return " | ".join(self._kind(kind, form, levels) for kind in sorted(kinds))

    def _kind(self, kind: str, form: Form, levels: int) -> str:
        if kind == "object" and form.properties and levels > 0:
            return self._object(form, levels)
        if kind == "array" and form.item(0) is not True and levels > 0:
            item = self._written(form.item(0), levels - 1)
            return f"({item})[]" if " | " in item else f"{item}[]"
        if kind == "string" and form.formats:
            return f"string ({', '.join(sorted(form.formats))})"
        return kind

    def _object(self, form: Form, levels: int) -> str:
        properties, required = form.properties, form.required
        names = [name for name in required if name in properties]
        names += [name for name in properties if name not in required]
        marks = (name if name in required else f"{name}?" for name in names)
        written = (self._written(properties[name], levels - 1) for name in names)
        return f"{{{', '.join(map(': '.join, zip(marks, written, strict=True)))}}}"


def _options(options: Sequence[Json]) -> str:
    text = " | ".join(dump_json(option) for option in options)
    return text if len(text) <= _MAX_OPTIONS else f"{text[:_MAX_OPTIONS]}…"
