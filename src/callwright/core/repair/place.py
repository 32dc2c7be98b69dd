"""Arguments that stand at the wrong place: wrapped once more, or on the wrong side of the body.

`body` is the one argument whose own fields a model may take for arguments, and the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from callwright.core.json import Json, is_object
from callwright.core.repair.change import Mended, Path, Repair, pointer, quoted
from callwright.core.repair.form import Form, Forms, kind_of, kinds_of
from callwright.core.repair.reading import parsed, told_parsed
from callwright.core.repair.spelling import MANY_NAMES, alike, respelled

__all__ = ["Places"]

_BODY = "body"
_WRAPPERS = frozenset({"arguments", "params", "parameters", "input"})
_LOCATIONS = frozenset(
    {"path", "query", "header", "headers", "cookie", "cookies", _BODY, "requestBody"}
)
_MAX_WRAPPERS = 3
_OBJECT = (Form(({"type": "object"},)),)


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the arguments of one tool belong. `tool` is its name, with which some wrap them."""

    form: Form
    forms: Forms
    tool: str = ""

    @cached_property
    def _names(self) -> Mapping[str, Json]:
        return self.form.properties

    @cached_property
    def _body(self) -> tuple[Form, ...]:
        """The forms of the body, if it is an object whose fields are known."""
        found = self.forms.of(self._names[_BODY]) if _BODY in self._names else ()
        objects = (form for form in found if "object" in form.kinds)
        return tuple(form for form in objects if form.properties or form.is_closed)

    @cached_property
    def _fields(self) -> frozenset[str]:
        return frozenset(name for form in self._body for name in form.properties)

    def settled(self, arguments: Mapping[str, Any]) -> Mended:
        """The arguments, each at the place where alone it can belong."""
        steps: list[Callable[[Mapping[str, Any]], Mended]] = [self._unwrapped] * _MAX_WRAPPERS
        steps += [self._respelled, self._opened, self._into_body, self._out_of_body]
        repairs: tuple[Repair, ...] = ()
        for step in steps:
            mended = step(arguments)
            if mended.repairs and is_object(mended.value):
                arguments, repairs = mended.value, (*repairs, *mended.repairs)
        return Mended(arguments, repairs)

    def _respelled(self, arguments: Mapping[str, Any]) -> Mended:
        fields = [name for name in arguments if alike(name, self._fields) is not None]
        return respelled(arguments, self.form, (), without=fields, has_locations=True)

    def _unwrapped(self, arguments: Mapping[str, Any]) -> Mended:
        """The arguments with what stood in one more object."""
        for name, value in arguments.items():
            inner = parsed(value, _OBJECT) if isinstance(value, str) else value
            if is_object(inner) and self._wraps(name, inner, arguments):
                rest = {key: item for key, item in arguments.items() if key != name}
                what = f"the arguments were taken out of {quoted(name)}"
                return Mended({**rest, **inner}, (_told((), what),))
        return Mended(arguments)

    def _wraps(self, name: str, inner: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
        is_wrapper = name in _WRAPPERS or name == self.tool
        if alike(name, self._names) is not None:
            return False
        if is_wrapper and len(arguments) == 1:
            return name not in self._fields
        if not inner or len(inner) > MANY_NAMES or not (is_wrapper or name in _LOCATIONS):
            return False
        return all(self._is_known(key) and key not in arguments for key in inner)

    def _is_known(self, name: str) -> bool:
        return any(alike(name, known) is not None for known in (self._names, self._fields))

    def _opened(self, arguments: Mapping[str, Any]) -> Mended:
        """The arguments with a body that came as the JSON text of an object."""
        body = parsed(arguments.get(_BODY), self._body)
        if not is_object(body):
            return Mended(arguments)
        told = _told((_BODY,), told_parsed(body))
        return Mended({**arguments, _BODY: body}, (told,))

    def _into_body(self, arguments: Mapping[str, Any]) -> Mended:
        """The arguments with fields of the body that stood beside it, or in its stead."""
        body: Json = {} if self._is_own_field(arguments) else arguments.get(_BODY, {})
        is_missing = _BODY in self.form.required and _BODY not in arguments
        if not is_object(body) or not (self.form.is_closed or is_missing):
            return Mended(arguments)
        moved = _once({name: self._field(name, body) for name in arguments})
        if self._is_own_field(arguments):
            moved[_BODY] = _BODY
        rest = {name: item for name, item in arguments.items() if name not in moved}
        fields = {target: arguments[name] for name, target in moved.items()}
        told = (
            _told((_BODY, new), f"{quoted(name)} was moved into {_BODY}")
            for name, new in moved.items()
        )
        return Mended({**rest, _BODY: {**body, **fields}}, tuple(told))

    def _is_own_field(self, arguments: Mapping[str, Any]) -> bool:
        """Whether what is given as the body is a field of it that has its name.

        GitHub's issues and comments have a text that is called `body`.
        """
        given = kind_of(arguments.get(_BODY))
        fields = [form.properties[_BODY] for form in self._body if _BODY in form.properties]
        if not fields or given == "null":
            return False
        if given in kinds_of(self.forms.of(self._names[_BODY])):
            return False
        return any(given in kinds_of(self.forms.of(field)) for field in fields)

    def _field(self, name: str, body: Mapping[str, Any]) -> str | None:
        """The field of the body that a name beside it can only be, if it is not given already."""
        target = alike(name, self._fields)
        return None if target in body or alike(name, self._names) is not None else target

    def _out_of_body(self, arguments: Mapping[str, Any]) -> Mended:
        """The arguments with those that stood in the body."""
        body = arguments.get(_BODY)
        if not is_object(body) or not self._body or len(body) > MANY_NAMES:
            return Mended(arguments)
        moved = _once({name: self._argument(name, arguments) for name in body})
        is_refused = all(form.is_closed for form in self._body)
        if not is_refused and not set(self.form.required) & {*moved.values()}:
            return Mended(arguments)
        rest = {name: item for name, item in body.items() if name not in moved}
        found = {target: body[name] for name, target in moved.items()}
        if not rest and moved and _BODY not in self.form.required:
            arguments = {name: item for name, item in arguments.items() if name != _BODY}
        else:
            arguments = {**arguments, _BODY: rest}
        told = (
            _told((new,), f"{quoted(name)} was moved out of {_BODY}") for name, new in moved.items()
        )
        return Mended({**arguments, **found}, tuple(told))

    def _argument(self, name: str, arguments: Mapping[str, Any]) -> str | None:
        """The argument that a name in the body can only be, if it is not given already."""
        target = alike(name, self._names)
        if target == _BODY or target in arguments or alike(name, self._fields) is not None:
            return None
        return target


def _once(targets: Mapping[str, str | None]) -> dict[str, str]:
    """The names that mean one target each, and the only ones that mean it."""
    counted = Counter(targets.values())
    return {
        name: target
        for name, target in targets.items()
        if target is not None and counted[target] == 1
    }


def _told(path: Path, what: str) -> Repair:
    return Repair(path=pointer(path), what=what)
