"""Which tools of a pool yield what is needed, and what speaks for it.

Links, the layout of paths, names of properties, names of schemas, and the likeness of objects; of
the names that were skimmed, so that nothing is resolved for a pool of thousands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from callwright.core.signature import Shape
from callwright.core.tool import Tool
from callwright.trim.layout import Layout
from callwright.trim.needs import Need
from callwright.trim.vocabulary import read_words

__all__ = ["Yield", "Yields"]

_LINK, _ABOVE, _SEARCH, _LIST, _PROPERTY, _SCHEMA, _PART, _ALIKE = (
    6.0,
    4.0,
    3.5,
    3.0,
    2.5,
    2.0,
    1.5,
    1.0,
)
_EACH_NAME = 1.0
"""What it takes away that a tool itself needs a name that is not known yet."""
# Objects are of one kind when they share more than half of the smaller one's properties, and so
# many that it is not just `id`, `name` and `url`.
_LIKENESS = 0.5
_LEAST = 0.3
_MIN_SHARED = 5


@dataclass(frozen=True, slots=True)
class Yield:
    """A tool by its index, how much speaks for it, and the best that does."""

    index: int
    score: float
    because: str


class Yields:
    """What the tools of a pool yield, looked up by what is needed."""

    def __init__(self, tools: Sequence[Tool], layout: Layout) -> None:
        self._tools = tools
        self._layout = layout

    def of(self, need: Need, index: int) -> list[Yield]:
        """What yields what the tool at an index needs, the likeliest first."""
        tool = self._tools[index]
        found: dict[int, Yield] = {}
        for other, score, because in self._evidence(need, index):
            if other == index or not self._may_yield(other, need):
                continue
            unknown = self._names(other) - self._names(index)
            left = score - _EACH_NAME * len(unknown)
            if self._tools[other].source == tool.source and left > 0:
                known = found.get(other)
                more = 0.0 if known is None else 0.1 * min(known.score, left)
                if known is None or left > known.score:
                    found[other] = Yield(other, left + more, because)
        return sorted(found.values(), key=lambda each: (-each.score, each.index))

    def _may_yield(self, index: int, need: Need) -> bool:
        """Whether a tool only reads, and does not itself need what is needed."""
        place = self._layout.places[index]
        reads = place.method == "GET" or place.is_search
        return reads and (need.above is None or need.name not in self._names(index))

    def _names(self, index: int) -> frozenset[str]:
        """The names in the path of a tool."""
        segments = self._layout.places[index].segments
        return frozenset(s.partition("{")[2].partition("}")[0] for s in segments if "{" in s)

    def _evidence(self, need: Need, index: int) -> Iterator[tuple[int, float, str]]:
        tool, source = self._tools[index], self._tools[index].source
        operation_id = "" if tool.operation is None else tool.operation.operation_id or ""
        for other in self._linking.get((source, operation_id), ()):
            yield other, _LINK, "its answer links to it"
        for other in self._reading(source, need):
            yield other, _ABOVE, f"it lists what {need} names"
        if not need.is_id and need.above is not None:
            return  # people may know the name of an owner, and there is no list of them
        for rank, other in enumerate(self._listing(source, need)):
            is_search = self._layout.places[other].is_search
            what = " ".join(need.nouns)
            yield (
                other,
                (_SEARCH if is_search else _LIST) - 0.2 * rank,
                f"it {'finds' if is_search else 'lists'} {what}",
            )
        if not need.is_id or need.is_optional:
            return  # `message` is rarely what another answer holds by that name
        for other in self._holding.get((source, need.name.lower()), ()):
            yield other, _PROPERTY, f"its answer holds {need.name!r}"
        for other, is_outer in self._giving.get((source, tuple(sorted(need.nouns))), ()):
            what = " ".join(need.nouns)
            yield other, _SCHEMA if is_outer else _PART, f"its answer holds a {what}"
        if need.above is not None:
            yield from self._alike(need, source)

    def _reading(self, source: str, need: Need) -> Sequence[int]:
        found = None if need.above is None else self._layout.reader(source, need.above)
        return () if found is None else (found,)

    def _listing(self, source: str, need: Need) -> Sequence[int]:
        """The tools that list exactly what is needed."""
        return self._layout.lists_named(source, need.nouns)

    @cached_property
    def _linking(self) -> Mapping[tuple[str, str], list[int]]:
        linking: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for index, tool in enumerate(self._tools):
            for operation_id in tool.signature.links:
                linking[tool.source, operation_id].append(index)
        return linking

    @cached_property
    def _holding(self) -> Mapping[tuple[str, str], list[int]]:
        """The tools whose answers have a property that is named like an id."""
        holding: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for index, tool in self._readers():
            for shape in tool.signature.gives[:1]:
                for name in shape.properties:
                    lowered = name.lower()
                    if lowered != "id" and lowered.endswith(("id", "key", "number", "slug")):
                        holding[tool.source, lowered].append(index)
        return holding

    @cached_property
    def _giving(self) -> Mapping[tuple[str, tuple[str, ...]], list[tuple[int, bool]]]:
        """The tools whose answers have objects of a name, and whether these are the outer ones."""
        words: dict[Shape, tuple[str, ...]] = {}
        giving: defaultdict[tuple[str, tuple[str, ...]], list[tuple[int, bool]]] = defaultdict(list)
        for index, tool in self._readers():
            for number, shape in enumerate(tool.signature.gives):
                if shape not in words:
                    words[shape] = tuple(sorted(read_words(shape.name.rpartition(".")[2])))
                giving[tool.source, words[shape]].append((index, number == 0))
        return giving

    def _readers(self) -> Iterator[tuple[int, Tool]]:
        places = self._layout.places
        for index, tool in enumerate(self._tools):
            if places[index].method == "GET" or places[index].is_search:
                yield index, tool

    @cached_property
    def _shapes(self) -> Mapping[str, Mapping[Shape, list[int]]]:
        """The objects in the answers of each API, with the tools that give them."""
        shapes: defaultdict[str, dict[Shape, list[int]]] = defaultdict(dict)
        for index, tool in self._readers():
            for shape in tool.signature.gives:
                if len(shape.properties) >= _MIN_SHARED and "id" in shape.properties:
                    shapes[tool.source].setdefault(shape, []).append(index)
        return shapes

    def _alike(self, need: Need, source: str) -> Iterator[tuple[int, float, str]]:
        """The tools that give objects like the one that is read by the needed name."""
        path = f"{need.above}/{{{need.name}}}"
        reader = self._layout.reader(source, path)
        gives = () if reader is None else self._tools[reader].signature.gives[:1]
        for wanted in gives:
            for shape, indices in self._shapes.get(source, {}).items():
                likeness = 1.0 if shape is wanted else _likeness(wanted, shape)
                if likeness > _LIKENESS:
                    for index in indices:
                        yield index, _ALIKE + likeness, f"its answer is like that of GET /{path}"


def _likeness(wanted: Shape, shape: Shape) -> float:
    """Which share of the properties of the one object, or of the other, both have."""
    shared = len(frozenset(wanted.properties).intersection(shape.properties))
    more, fewer = sorted((len(wanted.properties), len(shape.properties)), reverse=True)
    return shared / fewer if shared >= _MIN_SHARED and shared > _LEAST * more else 0.0
