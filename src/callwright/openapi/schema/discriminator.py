"""Which kinds of a schema there are, by the Discriminator Object (OAS 3.1.1, 4.8.25).

JSON Schema knows no discriminators. What one says in its `mapping` is said again as a `const` of
the property that decides, beside each kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from callwright.core.json import is_object

__all__ = ["Discriminator", "kinds_of_base"]

_MAX_KINDS = 20
"""A base of all things, such as MS Graph's `entity` with its 700 kinds, stays what it is."""


@dataclass(frozen=True, kw_only=True)
class Discriminator:
    """The property that decides, and the references of kinds by its values."""

    property_name: str
    mapping: Mapping[str, str]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Discriminator | None:
        """The discriminator of a schema, if it has one that names its kinds.

        Without a mapping the values are the schemas' names by the specification; real documents
        that leave it out have other values.
        """
        given = raw.get("discriminator")
        name = given.get("propertyName") if is_object(given) else None
        mapping = given.get("mapping") if is_object(given) else None
        if not isinstance(name, str) or not is_object(mapping):
            return None
        pairs = {str(k): _reference(v) for k, v in mapping.items() if isinstance(v, str)}
        return cls(property_name=name, mapping=pairs)

    def leading_to(self, end_of: Callable[[str], str]) -> Discriminator:
        """The same with the ends of the references, which may lead to others in their turn."""
        ends = {value: end_of(kind) for value, kind in self.mapping.items()}
        return replace(self, mapping=ends)

    @cached_property
    def _values(self) -> Mapping[str, list[str]]:
        values: dict[str, list[str]] = {}
        for value, kind in self.mapping.items():
            values.setdefault(kind, []).append(value)
        return values

    def values_of(self, reference: str) -> list[str]:
        """The values that mean the kind at a reference."""
        return self._values.get(reference, [])

    def condition(self, values: list[str]) -> dict[str, Any]:
        """What a value of a kind has in its property."""
        decisive = {"const": values[0]} if len(values) == 1 else {"enum": values}
        return {"properties": {self.property_name: decisive}}


def kinds_of_base(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The references of the kinds of a base schema, which has them in its mapping alone."""
    if "discriminator" not in raw or "oneOf" in raw or "anyOf" in raw:
        return ()
    discriminator = Discriminator.read(raw)
    kinds = tuple(dict.fromkeys(discriminator.mapping.values())) if discriminator else ()
    return kinds if len(kinds) <= _MAX_KINDS else ()


_FILE = re.compile(r".*\.(json|ya?ml)")
"""What else has a dot is a name; one such as `v1.Pet` is legal."""


def _reference(value: str) -> str:
    """A value of the mapping: a reference, or the bare name of a component."""
    is_name = "/" not in value and "#" not in value and not _FILE.fullmatch(value)
    return f"#/components/schemas/{value}" if is_name else value
