"""Whether several forms can be told from each other by what a model wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from callwright.models.dialect.form import Form, Link, Nullable, Same, Text, Values, type_of
from callwright.models.dialect.structure import Choice, Items, Pairs, Record

__all__ = ["is_ambiguous"]


def is_ambiguous(forms: Iterable[Form]) -> bool:
    """Whether two of the forms write the same type, and one of them another type than it means.

    Text that may be text or a number as text says nothing of which it is; two objects do.
    """
    plain: set[str] = set()
    rewritten: set[str] = set()
    for form in forms:
        as_it_is, instead = _types(form, set())
        if instead & (plain | rewritten) or as_it_is & rewritten:
            return True
        plain |= as_it_is
        rewritten |= instead
    return False


_Types: TypeAlias = "tuple[frozenset[str], frozenset[str]]"
"""The types that a form writes as they are, and those that it writes instead of others."""

_NONE: frozenset[str] = frozenset()
_STEADY: Mapping[type[Form], _Types] = {
    **dict.fromkeys((Text, Values), (_NONE, frozenset({"string"}))),
    Pairs: (_NONE, frozenset({"array"})),
    Items: (frozenset({"array"}), _NONE),
    Record: (frozenset({"object"}), _NONE),
}


def _types(form: Form, seen: set[str]) -> _Types:
    """The types of a form; `seen` gathers the definitions on the way, of which each counts once."""
    match form:
        case Same(types, values):
            return frozenset({*(types or ()), *map(type_of, values or ())}), _NONE
        case Nullable(inner):
            return _types(inner, seen)
        case Link(forms, name) if name not in seen:
            seen.add(name)
            return _types(forms[name], seen)
        case Choice(branches):
            found = [_types(branch.form, seen) for branch in branches]
            return _NONE.union(*(one for one, _ in found)), _NONE.union(*(one for _, one in found))
        case _:
            return _STEADY.get(type(form), (_NONE, _NONE))
