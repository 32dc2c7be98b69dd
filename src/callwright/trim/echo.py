"""How much of a tool's summary a prompt says: an exact request comes before a mention.

BM25F adds up every field that mentions a word; that alone ranks lists of starred things, which
speak of stars everywhere, before `Star a repository`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from callwright.core.text.rank import Postings

__all__ = ["Echo"]


class Echo:
    """The terms of the tools' summaries, to be held against those of a prompt.

    >>> from callwright.core.text.rank import Field
    >>> summaries = [(0, 1), (0, 1, 2, 3)]
    >>> echo = Echo(summaries, Postings({"summary": Field()}, {"summary": summaries}))
    >>> [(index, share > 0.5) for index, share in echo.shares([0, 1], {0: 1.0, 1: 1.0})]
    [(0, True), (1, False)]
    """

    def __init__(self, summaries: Sequence[Sequence[int]], postings: Postings) -> None:
        self._summaries = summaries
        self._rarity = _Rarity(postings)

    def shares(
        self, indices: Iterable[int], terms: Mapping[int, float]
    ) -> Iterator[tuple[int, float]]:
        """How much of each summary is said, from 0 to 1, where anything is; rare words weigh more.

        `terms` are those of the prompt, each with what it counts.
        """
        summaries, rarity, says_nothing = self._summaries, self._rarity, terms.keys().isdisjoint
        for index in indices:
            summary = summaries[index]
            if not says_nothing(summary):
                said = sum([rarity[term] * terms[term] for term in summary if term in terms])
                yield index, said / sum([rarity[term] for term in summary])


class _Rarity(dict[int, float]):
    """How much each term says, worked out once."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings

    def __missing__(self, term: int) -> float:
        self[term] = self._postings.rarity(term)
        return self[term]
