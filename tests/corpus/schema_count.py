"""What the schemas of one operation say in a request, counted from the document alone.

Written from the Schema Object of OAS 3.0.4 and 3.1.1, without a look at how Callwright reads one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TypeAlias
from urllib.parse import unquote

from tests.corpus.raw import Json, RawDocument, as_mapping, as_sequence
from tests.corpus.tally import Tally, added, keywords_of, names_of, tally

__all__ = ["SchemaCounter"]

Names: TypeAlias = "frozenset[str]"
_NO_NAMES: Names = frozenset()

# Schema Object of OAS 3.0, allOf, oneOf and anyOf aside; then what 2020-12 adds to it for 3.1.
_APART = ("items", "additionalProperties", "not")
_NAMED = ("properties",)
_APART_31 = ("prefixItems", "contains", "propertyNames", "if", "then", "else", "contentSchema")
_APART_31 += ("unevaluatedItems", "unevaluatedProperties")
_NAMED_31 = ("patternProperties", "dependentSchemas")
# Callwright's own rule: a base with more kinds, such as one of all things, stays what it is.
_MAX_KINDS = 20


@dataclass(frozen=True, slots=True)
class _Spot:
    """A schema that is referred to, and the names that its composition forbids in a request."""

    pointer: str
    hidden: Names
    is_base: bool
    """Whether a kind that its discriminator names is composed of it."""


_NOWHERE = _Spot("", _NO_NAMES, is_base=False)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A schema without what it refers to."""

    says: Tally
    required: tuple[Names, ...]
    """The lists of the schema's own composition; nested objects are in `says` already."""
    spots: tuple[_Spot, ...]


@dataclass(slots=True)
class _Draft:
    """A piece while it is read."""

    says: list[Tally] = field(default_factory=list)
    required: list[Names] = field(default_factory=list)
    spots: list[_Spot] = field(default_factory=list)


class SchemaCounter:
    """Counts the schemas of one document. Those that many operations share are read once."""

    def __init__(self, document: RawDocument) -> None:
        self._document = document
        self._is_30 = document.is_30
        self._apart = _APART if self._is_30 else _APART + _APART_31
        self._named = _NAMED if self._is_30 else _NAMED + _NAMED_31
        self._pieces: dict[_Spot, _Piece] = {}
        self._bits: dict[_Spot, int] = {}
        self._reached: dict[_Spot, int] = {}
        self._sums: dict[int, Tally] = {}

    def count(self, schemas: Sequence[tuple[Json, Json]]) -> Tally:
        """What the schemas of arguments say, with all that they refer to, which is counted once.

        With each comes the description that its parameter or body has outside of it.
        """
        pieces = [self._piece(schema) for schema, _ in schemas]
        described = sum(
            isinstance(text, str) and bool(text.strip()) and not self._describes_itself(schema)
            for schema, text in schemas
        )
        reached = 0
        for piece in pieces:
            for spot in piece.spots:
                reached |= self._reach(spot)
        own = [piece.says for piece in pieces]
        listed = sum(len(names) for piece in pieces for names in piece.required)
        return added([*own, tally(required=listed, descriptions=described), self._sum_of(reached)])

    def _describes_itself(self, schema: Json) -> bool:
        """Whether an argument would be described without its parameter's or body's own text."""
        return _is_described(as_mapping(schema))

    # One schema

    def _piece(self, node: Json, spot: _Spot = _NOWHERE) -> _Piece:
        draft = _Draft()
        hidden = spot.hidden | self._read_only_names(node, set())
        self._read(node, hidden, draft, spot)
        return _Piece(added(draft.says), tuple(draft.required), tuple(draft.spots))

    def _read(self, node: Json, hidden: Names, draft: _Draft, spot: _Spot) -> None:
        """Read one schema of the composition at a spot, whose read-only names are `hidden`."""
        if not isinstance(node, dict):
            return
        if isinstance(node.get("$ref"), str):
            draft.spots.append(self._spot(unquote(node["$ref"]), hidden, spot))
            if self._is_30:
                # Reference Object: other properties shall be ignored. In 343 documents there is a
                # description all the same, which Callwright, as it says, keeps.
                draft.says.append(tally(descriptions=_is_described(node)))
                return
        draft.says.append(keywords_of(node))
        draft.required.append(names_of(node) - hidden)
        self._read_composed(node, hidden, draft, spot)
        for keyword in self._apart:
            self._read_apart(node.get(keyword), draft)
        for keyword in self._named:
            for name, schema in as_mapping(node.get(keyword)).items():
                if keyword != "properties" or name not in hidden:
                    draft.says.append(tally(properties=keyword == "properties"))
                    self._read_apart(schema, draft)

    def _read_composed(
        self, node: Mapping[str, Json], hidden: Names, draft: _Draft, spot: _Spot
    ) -> None:
        """Read what describes the same value as the schema around it."""
        for part in as_sequence(node.get("allOf")):
            self._read(part, hidden, draft, spot)
        for part in (*as_sequence(node.get("oneOf")), *as_sequence(node.get("anyOf"))):
            # What one choice forbids, the others and the whole do not.
            forbidden = hidden | self._read_only_names(part, set())
            self._read(part, forbidden, draft, _NOWHERE)
        for pointer in () if spot.is_base else _kinds(node):
            draft.spots.append(_Spot(pointer, _NO_NAMES, is_base=False))

    def _read_apart(self, node: Json, draft: _Draft) -> None:
        """Read a schema, or a list of them, for another value than the one around it."""
        for part in as_sequence(node):
            self._read_apart(part, draft)
        if not isinstance(node, dict):
            return
        piece = self._piece(node)
        draft.says.append(piece.says)
        draft.says.append(tally(required=sum(map(len, piece.required))))
        draft.spots.extend(piece.spots)

    def _read_only_names(self, node: Json, seen: set[str]) -> Names:
        """The read-only properties of a schema and of all that it is composed of by `allOf`."""
        if not isinstance(node, dict):
            return _NO_NAMES
        found = _NO_NAMES
        if "$ref" in node:
            found = self._read_only_names(self._document.step(node, seen), seen)
            if self._is_30:
                return found
        properties = as_mapping(node.get("properties")).items()
        found |= {name for name, schema in properties if self._is_read_only(schema, set())}
        parts = as_sequence(node.get("allOf"))
        return found.union(*(self._read_only_names(part, seen) for part in parts))

    def _is_read_only(self, node: Json, seen: set[str]) -> bool:
        """Whether a property is `readOnly`, by itself, by what it refers to or is composed of."""
        if not isinstance(node, dict):
            return False
        # OAS 3.0 ignores `readOnly` beside a `$ref`, but hundreds of schemas, Google's among them,
        # have it there and can mean one thing only: here both readings obey it.
        if node.get("readOnly") is True:
            return True
        if "$ref" in node and self._is_read_only(self._document.step(node, seen), seen):
            return True
        is_ended = "$ref" in node and self._is_30
        parts = () if is_ended else as_sequence(node.get("allOf"))
        return any(self._is_read_only(part, seen) for part in parts)

    # What is referred to

    def _spot(self, pointer: str, hidden: Names, within: _Spot) -> _Spot:
        """What is referred to within the composition at another spot.

        A kind that is composed of its base is not composed of the other kinds.
        """
        kinds = self._all_kinds(self._document.at(pointer), set())
        is_base = bool(kinds) and (within.is_base or within.pointer in kinds)
        return _Spot(pointer, hidden, is_base)

    def _all_kinds(self, node: Json, seen: set[str]) -> Names:
        """The kinds of a schema and of what is written inside its composition."""
        if self._is_30 and "$ref" in as_mapping(node):
            return self._all_kinds(self._document.step(node, seen), seen)
        parts = as_sequence(as_mapping(node).get("allOf"))
        own = (part for part in parts if "$ref" not in as_mapping(part))
        return frozenset(_kinds(node)).union(*(self._all_kinds(part, seen) for part in own))

    def _reach(self, start: _Spot) -> int:
        """Every spot that can be reached from one, as a set of bits."""
        if start not in self._reached:
            found, waiting = {start}, [start]
            while waiting:
                spots = set(self._piece_at(waiting.pop()).spots) - found
                found |= spots
                waiting.extend(spots)
            bits = self._bits
            self._reached[start] = sum(1 << bits.setdefault(spot, len(bits)) for spot in found)
        return self._reached[start]

    def _sum_of(self, reached: int) -> Tally:
        """What the reached schemas say, each counted once, however it was reached."""
        if reached not in self._sums:
            hidden: dict[tuple[str, bool], Names] = {}
            for spot in compress(self._bits, map(int, reversed(f"{reached:b}"))):
                key = spot.pointer, spot.is_base
                hidden[key] = hidden.get(key, _NO_NAMES) | spot.hidden
            pieces = [self._piece_at(_Spot(p, names, b)) for (p, b), names in hidden.items()]
            listed = sum(len(names) for piece in pieces for names in piece.required)
            self._sums[reached] = added([*(p.says for p in pieces), tally(required=listed)])
        return self._sums[reached]

    def _piece_at(self, spot: _Spot) -> _Piece:
        if spot not in self._pieces:
            node = self._document.at(spot.pointer)
            self._pieces[spot] = self._piece(node, spot)
        return self._pieces[spot]


def _kinds(node: Json) -> tuple[str, ...]:
    """The schemas that a base has in the mapping of its discriminator alone, by their pointers."""
    schema = as_mapping(node)
    if "oneOf" in schema or "anyOf" in schema:
        return ()
    mapping = as_mapping(as_mapping(schema.get("discriminator")).get("mapping"))
    named = (value for value in mapping.values() if isinstance(value, str))
    found = tuple(dict.fromkeys(unquote(_reference(value)) for value in named))
    return found if len(found) <= _MAX_KINDS else ()


def _reference(value: str) -> str:
    """Discriminator Object, `mapping`: the name of a schema, or a reference to one."""
    return value if value.startswith("#") else f"#/components/schemas/{value}"


def _is_described(node: Mapping[str, Json]) -> bool:
    text = node.get("description")
    return isinstance(text, str) and bool(text.strip())
