"""The forms of what holds other values: arrays, objects, and alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callwright.core.json import Json, is_array, is_object
from callwright.models.dialect.form import Effort, Form

__all__ = ["Branch", "Choice", "Field", "Items", "Pairs", "Record"]


@dataclass(frozen=True, slots=True)
class Items:
    """An array, each item in the same form."""

    form: Form

    def lower(self, value: Json, effort: Effort) -> Json:
        """The items in their form."""
        return [self.form.lower(item, effort) for item in value] if is_array(value) else value

    def restore(self, written: Json, effort: Effort) -> Json:
        """The items of their form."""
        return (
            [self.form.restore(item, effort) for item in written] if is_array(written) else written
        )

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it is an array, and every item is written so."""
        return is_array(written) and all(self.form.accepts(item, effort) for item in written)


@dataclass(frozen=True, slots=True)
class Pairs:
    """An object of free names, written as a list of its keys and values."""

    form: Form

    def lower(self, value: Json, effort: Effort) -> Json:
        """The list."""
        if not is_object(value):
            return value
        return [{"key": key, "value": self.form.lower(item, effort)} for key, item in value.items()]

    def restore(self, written: Json, effort: Effort) -> Json:
        """The object; the list stays where a key is in it twice, for one value would be lost."""
        if is_object(written):
            return {key: self.form.restore(item, effort) for key, item in written.items()}
        if not is_array(written) or not all(map(_is_pair, written)):
            return written
        restored: dict[str, Json] = {
            pair["key"]: self.form.restore(pair["value"], effort) for pair in written
        }
        return restored if len(restored) == len(written) else written

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it is a list of pairs."""
        return is_array(written) and all(
            _is_pair(pair) and self.form.accepts(pair["value"], effort) for pair in written
        )


def _is_pair(value: Json) -> bool:
    return is_object(value) and set(value) == {"key", "value"} and isinstance(value["key"], str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A property of an object, under the name by which the model knows it."""

    name: str
    written: str
    form: Form
    is_required: bool
    null_is_absence: bool = False
    """Whether the model writes null where it gives nothing."""

    def accepts(self, written: Mapping[str, Json], effort: Effort) -> bool:
        """Whether an object could have been written with this property."""
        if self.written not in written:
            return not self.is_required and not self.null_is_absence
        value = written[self.written]
        return (self.null_is_absence and value is None) or self.form.accepts(value, effort)


@dataclass(frozen=True, slots=True)
class Record:
    """An object with named properties; others in it stay as they are."""

    fields: tuple[Field, ...]

    def lower(self, value: Json, effort: Effort) -> Json:
        """The object with the names, the forms and the nulls that the model would write."""
        if not is_object(value):
            return value
        lowered: dict[str, Json] = {}
        for field in self.fields:
            if field.name in value:
                lowered[field.written] = field.form.lower(value[field.name], effort)
            elif field.null_is_absence:
                lowered[field.written] = None
        known = {field.name for field in self.fields}
        return lowered | {key: item for key, item in value.items() if key not in known}

    def restore(self, written: Json, effort: Effort) -> Json:
        """The object with its own names, and without what was not given."""
        if not is_object(written):
            return written
        fields = {field.name: field for field in self.fields}
        fields |= {field.written: field for field in self.fields}
        restored: dict[str, Json] = {}
        for key, item in written.items():
            field = fields.get(key)
            if field is None:
                restored[key] = item
            elif item is not None or not field.null_is_absence:
                restored[field.name] = field.form.restore(item, effort)
        return restored

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it has no other properties, and each is written in its form."""
        return (
            is_object(written)
            and written.keys() <= {field.written for field in self.fields}
            and all(field.accepts(written, effort) for field in self.fields)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One of several forms, and which values of the tool's schema it is for."""

    form: Form
    fits: Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value in one of several forms."""

    branches: tuple[Branch, ...]

    def lower(self, value: Json, effort: Effort) -> Json:
        """The value in the first form that is for it."""
        for branch in self.branches:
            effort.spend()
            if branch.fits(value):
                return branch.form.lower(value, effort)
        return value

    def restore(self, written: Json, effort: Effort) -> Json:
        """The first value that fits where it comes from, of the forms that it is written in.

        What is written in no form is tried in all of them: it may be half in the tool's own.
        """
        accepting = [branch for branch in self.branches if _accepts(branch, written, effort)]
        if len(accepting) == 1:
            return accepting[0].form.restore(written, effort)
        for branch in accepting or self.branches:
            restored = branch.form.restore(written, effort)
            if branch.fits(restored):
                return restored
        return accepting[0].form.restore(written, effort) if accepting else written

    def accepts(self, written: Json, effort: Effort) -> bool:
        """Whether it is written in one of the forms."""
        return any(_accepts(branch, written, effort) for branch in self.branches)


def _accepts(branch: Branch, written: Json, effort: Effort) -> bool:
    effort.spend()
    return branch.form.accepts(written, effort)
