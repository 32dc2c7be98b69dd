"""How a value is written in a dialect: from the tool's own form to the model's, and back.

Each form mirrors one rewriting of a schema. What does not look as the rewriting has it, such as an
object where JSON text was asked for, is taken to be in the tool's own form and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from callwright.core.json import Json, dump_json, is_array, is_object, parse_json

__all__ = [
    "ANYTHING",
    "NULL_MARK",
    "Effort",
    "Form",
    "Link",
    "Marked",
    "Nullable",
    "Same",
    "Text",
    "TooHard",
    "Values",
    "WholeText",
    "has_type",
    "type_of",
]

NULL_MARK = "<null>"
"""Written for null where null itself says that nothing is given."""

_TESTS: Mapping[str, Callable[[object], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": is_array,
    "object": is_object,
}


def has_type(value: object, types: Sequence[str] | None) -> bool:
    """Whether a value is of one of the types; of any, where none are named."""
    return types is None or any(_TESTS[name](value) for name in types if name in _TESTS)


def type_of(value: Json) -> str:
    """The type of a value; of a number without a fraction, `integer`."""
    return next(name for name, test in _TESTS.items() if test(value))


class TooHard(Exception):
    """Ends the reading of a value that fits too many alternatives within alternatives."""


class Effort:
    """What one reading may still try; alternatives within alternatives multiply."""

    def __init__(self, tries: int = 10_000) -> None:
        self._left = tries

    def spend(self) -> None:
        """Count one try.

        Raises:
            TooHard: there were too many.
        """
        self._left -= 1
        if self._left < 0:
            raise TooHard


class Form(Protocol):
    """One way to write values."""

    def lower(self, value: Json, effort: Effort) -> Json:
        """A value of the tool's schema as the model would write it."""
        ...

    def restore(self, written: Json, effort: Effort) -> Json:
        """What the model wrote as a value of the tool's schema."""
        ...

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether this is how a model would have written it."""
        ...


@dataclass(frozen=True, slots=True)
class Same:
    """A value that is written as it is."""

    types: tuple[str, ...] | None = None
    values: tuple[Json, ...] | None = None

    def lower(self, value: Json, effort: Effort) -> Json:
        """The value."""
        return value

    def restore(self, written: Json, effort: Effort) -> Json:
        """The value."""
        return written

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it has the type, and is one of the values."""
        if self.values is not None:
            return any(_is_same(written, value) for value in self.values)
        return has_type(written, self.types)


ANYTHING: Form = Same()


def _is_same(one: Json, other: Json) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other


@dataclass(frozen=True, slots=True)
class Text:
    """A value that is written as JSON text, and had one of these types before."""

    types: tuple[str, ...] | None = None

    def lower(self, value: Json, effort: Effort) -> Json:
        """The value as JSON text."""
        return dump_json(value)

    def restore(self, written: Json, effort: Effort) -> Json:
        """The value of the text; the text itself where it has none that could be meant."""
        if not isinstance(written, str):
            return written
        try:
            value = parse_json(written)
        except ValueError:
            return written
        return value if has_type(value, self.types) else written

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it is text."""
        return isinstance(written, str)


@dataclass(frozen=True, slots=True)
class WholeText:
    """An object that is written as JSON text in the one property of another."""

    name: str

    def lower(self, value: Json, effort: Effort) -> Json:
        """The object around the text."""
        return {self.name: dump_json(value)}

    def restore(self, written: Json, effort: Effort) -> Json:
        """The object of the text."""
        if not is_object(written) or set(written) != {self.name}:
            return written
        value = Text(("object",)).restore(written[self.name], effort)
        return value if is_object(value) else written

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether the one property is there and holds text."""
        return is_object(written) and isinstance(written.get(self.name), str)


@dataclass(frozen=True, slots=True)
class Values:
    """One of some values, each written as the text that stands for it."""

    texts: Mapping[str, Json]

    def lower(self, value: Json, effort: Effort) -> Json:
        """The text for the value."""
        return next((text for text, one in self.texts.items() if _is_same(one, value)), value)

    def restore(self, written: Json, effort: Effort) -> Json:
        """The value for the text."""
        return self.texts.get(written, written) if isinstance(written, str) else written

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it is one of the texts."""
        return isinstance(written, str) and written in self.texts


@dataclass(frozen=True, slots=True)
class Nullable:
    """A value that may be null, written as null."""

    form: Form

    def lower(self, value: Json, effort: Effort) -> Json:
        """Null, or the value in its own form."""
        return None if value is None else self.form.lower(value, effort)

    def restore(self, written: Json, effort: Effort) -> Json:
        """Null, or the value of its own form."""
        return None if written is None else self.form.restore(written, effort)

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it is null, or written in its own form."""
        return written is None or self.form.accepts(written, effort)


@dataclass(frozen=True, slots=True)
class Marked:
    """A value that may be null, written as a mark because null says that nothing is given."""

    form: Form

    def lower(self, value: Json, effort: Effort) -> Json:
        """The mark for null, or the value in its own form."""
        return NULL_MARK if value is None else self.form.lower(value, effort)

    def restore(self, written: Json, effort: Effort) -> Json:
        """Null for the mark, or the value of its own form."""
        return None if written == NULL_MARK else self.form.restore(written, effort)

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it is the mark, or written in its own form."""
        return written == NULL_MARK or self.form.accepts(written, effort)


@dataclass(frozen=True, slots=True)
class Link:
    """A form that is defined elsewhere, and may lead to itself."""

    forms: Mapping[str, Form]
    name: str

    def lower(self, value: Json, effort: Effort) -> Json:
        """As the definition has it."""
        return self.forms[self.name].lower(value, effort)

    def restore(self, written: Json, effort: Effort) -> Json:
        """As the definition has it."""
        return self.forms[self.name].restore(written, effort)

    def accepts(self, written: Json, effort: Effort) -> bool:
        """As the definition has it."""
        return self.forms[self.name].accepts(written, effort)
