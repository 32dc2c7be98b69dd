"""Which things lead to each other in a circle, found out in one walk for all that hang together.

The algorithm is Tarjan's ("Depth-first search and linear graph algorithms", 1972), on a stack of
its own: a row of schemas may be longer than Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

__all__ = ["Circles"]


class Circles:
    """Tells things that are in one circle; remembers for each a number, and nothing else."""

    def __init__(self, following: Callable[[str], Iterable[str]]) -> None:
        self._following = following
        self._circles: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._open: list[str] = []

    def are_one(self, first: str, second: str) -> bool:
        """Whether two things lead to each other."""
        for start in (first, second):
            if start not in self._circles:
                self._walk(start)
        return self._circles[first] == self._circles[second]

    def _walk(self, start: str) -> None:
        waiting = [self._enter(start)]
        while waiting:
            thing, rest, lowest = waiting[-1]
            following = next((one for one in rest if one not in self._circles), None)
            if following is None:
                waiting.pop()
                self._leave(thing, lowest[0])
                if waiting:
                    outer = waiting[-1][2]
                    outer[0] = min(outer[0], lowest[0])
            elif following in self._numbers:
                lowest[0] = min(lowest[0], self._numbers[following])
            else:
                waiting.append(self._enter(following))

    def _enter(self, thing: str) -> tuple[str, Iterator[str], list[int]]:
        """Begin with a thing: itself, what it leads to, and the first that it leads back to."""
        number = self._numbers[thing] = len(self._numbers)
        self._open.append(thing)
        return thing, iter(self._following(thing)), [number]

    def _leave(self, thing: str, lowest: int) -> None:
        """End with a thing; what is still open behind it is its circle, if it leads no further."""
        if lowest < self._numbers[thing]:
            return
        while thing not in self._circles:
            self._circles[self._open.pop()] = lowest
