"""Mend a model's arguments where they do not fit and it is certain what was meant.

What fits is never touched. A value that could be mended in two ways is left as it is, and so is
everything where it would take too much. Looks at the clock, to find that out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import thread_time
from typing import Any

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.repair.change import Mended, Path, Repair, Repaired, pointer, quoted
from callwright.core.repair.form import Form, Forms, kind_of, kinds_of
from callwright.core.repair.place import Places
from callwright.core.repair.reading import is_single, parsed, readings, told_parsed
from callwright.core.repair.spelling import MANY_NAMES, respelled
from callwright.core.schema_check import ArgumentCheck

__all__ = ["repair"]

_MAX_CHECKS = 2_000
_MAX_REPAIRS = 100
_MAX_DEPTH = 16
_SECONDS = 0.5
"""Of the processor's time. A check may take as long by itself, where a pattern is malicious."""

_NO_JSON = (TypeError, ValueError, AttributeError)
"""What Python's values that are no JSON come to: bytes, keys that are no text."""

_SHARED = ("$id", "$defs", "definitions")


def repair(
    arguments: JsonObject, schema: JsonObject, *, tool: str = "", clears: bool = False
) -> Repaired:
    """Mend arguments as far as it is certain what was meant; they may still not fit.

    Args:
        arguments: what the model wrote.
        schema: the tool's parameters.
        tool: the tool's name, in which some models wrap the arguments.
        clears: whether null in the body may be meant to clear what is stored, so that it is no
            nothing.

    >>> schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    >>> repaired = repair({"id": "5"}, schema)
    >>> repaired.arguments, [str(each) for each in repaired.repairs]
    ({'id': 5}, ['/id: "5" was read as 5'])
    """
    try:
        mended = _Mending(schema, tool, clears=clears).mended(schema, arguments)
    except (_Spent, RecursionError, *_NO_JSON):
        return Repaired(arguments=arguments)
    if not is_object(mended.value) or len(mended.repairs) > _MAX_REPAIRS:
        return Repaired(arguments=arguments)
    return Repaired(arguments=mended.value, repairs=mended.repairs)


class _Spent(Exception):
    """It takes too much."""


class _Mending:
    """The mending of one tool's arguments."""

    def __init__(self, root: JsonObject, tool: str, *, clears: bool) -> None:
        self._clears = clears
        self._shared = {keyword: root[keyword] for keyword in _SHARED if keyword in root}
        self._forms = Forms(root)
        self._checks: dict[int, tuple[Json, ArgumentCheck]] = {
            id(root): (root, ArgumentCheck(root))
        }
        self._tool = tool
        self._left = _MAX_CHECKS
        self._end = thread_time() + _SECONDS

    def mended(self, schema: Json, value: Json, path: Path = ()) -> Mended:
        """The value, mended as far as it can be; as it is where it fits."""
        if len(path) > _MAX_DEPTH or self._fits(schema, value):
            return Mended(value)
        forms = self._forms.of(schema)
        whole = [*self._read(schema, forms, value, path)]
        within = [*self._within(forms, value, path)]
        fitting = [each for each in whole + within if self._fits(schema, each.value)]
        if fitting:
            return _certain(fitting) or Mended(value)
        # What is told is shorter, and nearer to the fault, where all else is mended.
        return within[0] if len(within) == 1 else Mended(value)

    def _fits(self, schema: Json, value: Json) -> bool:
        self._left -= 1
        if self._left < 0 or thread_time() > self._end:
            raise _Spent
        known = self._checks.get(id(schema))
        if known is None:
            # Most values have a schema that refers to nothing; the others are prepared for long.
            shared = self._shared if '"$ref"' in dump_json(schema) else {}
            check = ArgumentCheck({**shared, "allOf": [schema]})
            known = self._checks[id(schema)] = (schema, check)
        return not known[1].faults(value)

    def _read(
        self, schema: Json, forms: Sequence[Form], value: Json, path: Path
    ) -> Iterator[Mended]:
        """The value as another one, as a whole."""
        for meant, what in readings(value, forms):
            yield Mended(meant, (Repair(path=pointer(path), what=what),))
        found = parsed(value, forms)
        if found is not None:
            inner = self.mended(schema, found, path)
            told = Repair(path=pointer(path), what=told_parsed(found))
            yield Mended(inner.value, (told, *inner.repairs))
        elif kind_of(value) not in kinds_of(forms, is_free=True):
            yield from self._wrapped(forms, value, path)

    def _wrapped(self, forms: Sequence[Form], value: Json, path: Path) -> Iterator[Mended]:
        """The value as the one item of an array."""
        for form in forms:
            item = form.item(0)
            if "array" in form.kinds and is_single(value, self._forms.of(item)):
                inner = self.mended(item, value, (*path, 0))
                what = f"{quoted(inner.value)} was put into an array"
                told = Repair(path=pointer(path), what=what)
                yield Mended([inner.value], (*inner.repairs, told))

    def _within(self, forms: Sequence[Form], value: Json, path: Path) -> Iterator[Mended]:
        """The value with what is in it mended, once for each form that has its kind."""
        for form in forms:
            if is_object(value) and "object" in form.kinds:
                yield self._object(form, value, path)
            elif is_array(value) and "array" in form.kinds:
                yield self._array(form, value, path)

    def _object(self, form: Form, value: Mapping[str, Any], path: Path) -> Mended:
        named = self._named(form, value, path)
        entries: Mapping[str, Any] = named.value if is_object(named.value) else value
        properties, repairs = form.properties, [*named.repairs]
        changed: dict[str, Json] = {}
        for name, item in entries.items():
            place, schema = (*path, name), properties.get(name, form.others)
            if item is None and self._is_dropped(name, form, path):
                told = "null was dropped: the value is optional, and cannot be null"
                repairs.append(Repair(path=pointer(place), what=told))
                continue
            inner = self.mended(schema, item, place)
            changed[name] = inner.value
            repairs += inner.repairs
        return Mended(changed, tuple(repairs))

    def _named(self, form: Form, value: Mapping[str, Any], path: Path) -> Mended:
        if len(value) > MANY_NAMES:
            return Mended(value)
        if path:
            return respelled(value, form, path)
        return Places(form=form, forms=self._forms, tool=self._tool).settled(value)

    def _is_dropped(self, name: str, form: Form, path: Path) -> bool:
        if path and self._clears:
            return False
        schema = form.properties.get(name, True)
        return name not in form.required and not self._fits(schema, None)

    def _array(self, form: Form, value: Sequence[Any], path: Path) -> Mended:
        items = [
            self.mended(form.item(index), item, (*path, index)) for index, item in enumerate(value)
        ]
        repairs = tuple(told for item in items for told in item.repairs)
        return Mended([item.value for item in items], repairs)


def _certain(attempts: Sequence[Mended]) -> Mended | None:
    """The attempt that changes the least; None where another changes as little."""
    least = min(len(attempt.repairs) for attempt in attempts)
    best = [attempt for attempt in attempts if len(attempt.repairs) == least]
    different = {dump_json(attempt.value) for attempt in best}
    return best[0] if len(different) == 1 else None
