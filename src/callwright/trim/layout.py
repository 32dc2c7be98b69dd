"""How the operations of APIs lie to each other: what is above a path, and what lists its ids.

Of paths, names and tags only; no schema is read here.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from callwright.core.text.words import split_words
from callwright.core.tool import Tool
from callwright.trim.vocabulary import Vocabulary, root

__all__ = ["ID_WORDS", "Layout", "Place"]

_ME = frozenset({"me", "self", "myself", "current"})
_SAYS_ME = re.compile(r"\b(?:authenticated|current|calling|signed-in|logged-in) user\b")
_SEARCHES = frozenset({"search", "find", "lookup", "query"})
_ASKING = frozenset({"GET", "POST", "QUERY", ""})
_LISTS = _SEARCHES | {"list", "get", "all", "show", "fetch"}
ID_WORDS = frozenset(
    map(root, ("id", "ids", "gid", "uuid", "guid", "key", "name", "number", "slug"))
)
_MAX_LISTS = 4
_SIZE = 2.0
"""How much more of that order is given to what lies in the largest part of an API."""


class Place:
    """Where a tool lies: the segments of its path, and what these alone say of it."""

    __slots__ = ("is_me", "is_search", "method", "names", "segments", "source", "worth")

    def __init__(self, tool: Tool) -> None:
        operation = tool.operation
        path = "" if operation is None else operation.path
        self.source = tool.source
        self.method = "" if operation is None else operation.method
        self.segments = tuple(segment for segment in path.split("/") if segment)
        self.names = sum("{" in segment for segment in self.segments)
        # What is asked for most lies near the root: the shorter a path, the more it is worth.
        self.worth = 1 / (1 + 0.25 * (len(self.segments) + 0.5 * self.names))
        self.is_me = _is_me(self.segments) or bool(_SAYS_ME.search(tool.description[:200].lower()))
        self.is_search = self.method in _ASKING and _says_search(f"{path} {tool.name}")


def _prefixes(place: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The beginnings of a path, the whole of it included."""
    for length in range(1, len(place.segments) + 1):
        yield place.source, place.segments[:length]


def _says_search(text: str) -> bool:
    lowered = text.lower()
    if not any(word in lowered for word in _SEARCHES):
        return False
    return not _SEARCHES.isdisjoint(split_words(text))


def _is_me(segments: Sequence[str]) -> bool:
    """Whether a path is of whoever asks: `/me/...`, or `/user/...` without a name behind it."""
    if segments[:1] == ("user",):
        return len(segments) == 1 or "{" not in segments[1]
    return not _ME.isdisjoint(segments)


class Layout:
    """The places of all tools; tools of one API are those of one source."""

    def __init__(self, tools: Sequence[Tool], vocabulary: Vocabulary) -> None:
        self._tools = tools
        self._vocabulary = vocabulary
        self.places = tuple(map(Place, tools))
        self._endings: dict[int, tuple[str, str]] = {}
        self.sources: defaultdict[str, list[int]] = defaultdict(list)
        for index, place in enumerate(self.places):
            self.sources[place.source].append(index)

    @cached_property
    def by_worth(self) -> Sequence[int]:
        """All tools, those first that lie near the root of their API, in a large part of it."""
        weight = [
            place.worth * (1 + _SIZE * size)
            for place, size in zip(self.places, self._sizes(), strict=True)
        ]
        return sorted(range(len(weight)), key=lambda index: -weight[index])

    def _sizes(self) -> list[float]:
        """How large the parts of an API are in which each tool lies, from 0 to 1.

        What an API is for takes up much of it: a store of files has more operations below
        `/files` than below `/terms_of_service`.
        """
        counts = Counter(prefix for place in self.places for prefix in _prefixes(place))
        whole = {source: math.log(len(found) + 1) for source, found in self.sources.items()}
        return [
            sum(math.log(counts[prefix]) for prefix in _prefixes(place))
            / (max(1, len(place.segments)) * whole[place.source])
            for place in self.places
        ]

    @cached_property
    def mine(self) -> Sequence[int]:
        """The tools that are about whoever asks."""
        return [index for index, place in enumerate(self.places) if place.is_me]

    @cached_property
    def searches(self) -> Mapping[str, Sequence[int]]:
        """The tools that search, by their source."""
        places = self.places
        return {
            source: [index for index in indices if places[index].is_search]
            for source, indices in self.sources.items()
        }

    @cached_property
    def _readers(self) -> Mapping[tuple[str, str], int]:
        """The tools that read a path."""
        return {
            (self._tools[index].source, "/".join(place.segments)): index
            for index, place in enumerate(self.places)
            if place.method == "GET"
        }

    def reader(self, source: str, path: str) -> int | None:
        """The tool that reads a path, written without a slash at its ends."""
        return self._readers.get((source, path))

    def ending(self, index: int) -> tuple[str, str]:
        """The API of a tool and the last segment of its path that is no name in braces."""
        if index not in self._endings:
            place = self.places[index]
            fixed = (segment for segment in reversed(place.segments) if "{" not in segment)
            self._endings[index] = place.source, next(fixed, "")
        return self._endings[index]

    def above(self, index: int) -> list[int]:
        """The tools that read the paths above a tool's, the nearest first."""
        source, segments = self._tools[index].source, self.places[index].segments
        paths = ("/".join(segments[:length]) for length in range(len(segments) - 1, 0, -1))
        found = (self._readers.get((source, path)) for path in paths)
        return [reader for reader in found if reader is not None]

    @cached_property
    def _lists(self) -> Mapping[tuple[str, int], list[int]]:
        """The tools that list things, by the words of what they list."""
        lists: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for index, place in enumerate(self.places):
            if place.method == "GET" and place.segments and "{" not in place.segments[-1]:
                for noun in dict.fromkeys(self._listed(place.segments)):
                    lists[self._tools[index].source, noun].append(index)
        for found in lists.values():
            found.sort(key=self._as_list)
        return lists

    def _listed(self, segments: Sequence[str]) -> list[int]:
        """The words of what a path lists: its last ones, where these do not just say `search`."""
        last = segments[-1]
        if last.lower() in _LISTS and len(segments) > 1 and "{" not in segments[-2]:
            last = segments[-2]
        return self._vocabulary.read(last)

    def _as_list(self, index: int) -> tuple[bool, int, int, int]:
        """The best lists first: searches, those that need few names, short ones."""
        place = self.places[index]
        return (not place.is_search, place.names, len(place.segments), index)

    def nouns(self, segments: Sequence[str], at: int) -> list[int]:
        """The words of what a name in braces names: its own, and those of the segment before."""
        roots = self._vocabulary.roots
        found = self._vocabulary.read(segments[at])
        if at and "{" not in segments[at - 1]:
            found += self._vocabulary.read(segments[at - 1])[-1:]
        return [noun for noun in dict.fromkeys(found) if roots[noun] not in ID_WORDS]

    def lists_of(self, source: str, noun: int) -> Sequence[int]:
        """The tools that list what a word means, the best first."""
        return self._lists.get((source, noun), ())

    def lists_named(self, source: str, nouns: Sequence[str]) -> list[int]:
        """The tools that list just what some words say together, the best first."""
        lists = self._lists  # once they are made their words are known
        numbers = [self._vocabulary.known(noun) for noun in nouns]
        if not numbers or None in numbers:
            return []
        return [
            index
            for index in lists.get((source, numbers[0] or 0), ())
            if set(self._listed(self.places[index].segments)) == set(numbers)
        ]

    def producers(self, index: int) -> dict[int, float]:
        """The tools that list what the path of a tool names, and how likely each is the one."""
        place, found = self.places[index], dict[int, float]()
        for at, segment in enumerate(place.segments):
            if "{" not in segment:
                continue
            for noun in self.nouns(place.segments, at):
                others = (i for i in self.lists_of(self._tools[index].source, noun) if i != index)
                for number, other in zip(range(_MAX_LISTS), others, strict=False):
                    found[other] = max(found.get(other, 0.0), 1 / (1 + 0.3 * number))
        return found
