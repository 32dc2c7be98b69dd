"""BM25F: which of many documents with weighted fields a question is about.

The scoring of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
(2009): a term's frequency is summed over the fields, each normalised by its length, and saturated
once. What a document is, and what its fields weigh, is the caller's business.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callwright.core.text.words import stems

__all__ = ["Field", "Hit", "Postings", "Ranking"]

_SATURATION = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How much a field weighs, and how far its length is normalised (0 not at all, 1 fully)."""

    weight: float = 1.0
    length_norm: float = 0.75


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that shares words with the question: its index, score, and the shared stems."""

    index: int
    score: float
    matched: tuple[str, ...]


class Postings:
    """Which documents hold which terms, and how much each of them counts there.

    Terms are whole numbers. `columns` has for each field the terms of every document; `worth`
    multiplies what all terms of a document count. Kept in arrays: eight bytes a pair of a term
    and a document.

    >>> postings = Postings({"text": Field()}, {"text": [(0, 1), (1, 2)]})
    >>> postings.frequency(1)
    2
    >>> [score > 0 for score in postings.scores({0: 1.0})]
    [True, False]
    """

    def __init__(
        self,
        fields: Mapping[str, Field],
        columns: Mapping[str, Sequence[Sequence[int]]],
        worth: Sequence[float] | None = None,
    ) -> None:
        self.size = max(map(len, columns.values()), default=0)
        self._documents: dict[int, array[int]] = {}
        self._weights: dict[int, array[float]] = {}
        columns_read = [
            (field.weight, field.length_norm, _average(columns[name]), columns[name])
            for name, field in fields.items()
        ]
        for index in range(self.size):
            counted: dict[int, float] = {}
            for weight, norm, average, column in columns_read:
                terms = column[index]
                if terms:
                    share = weight / (1 - norm + norm * len(terms) / average)
                    for term in terms:
                        counted[term] = counted.get(term, 0.0) + share
            self._add(index, counted, 1.0 if worth is None else worth[index])

    def _add(self, index: int, counted: Mapping[int, float], worth: float) -> None:
        documents, weights = self._documents, self._weights
        for term, weight in counted.items():
            held = worth * weight / (_SATURATION + weight)
            if term in documents:
                documents[term].append(index)
                weights[term].append(held)
            else:
                documents[term] = array("I", (index,))
                weights[term] = array("f", (held,))

    def frequency(self, term: int) -> int:
        """How many documents hold a term."""
        return len(self.documents(term))

    def rarity(self, term: int) -> float:
        """How much a term says: more, the fewer documents hold it."""
        found = self.frequency(term)
        return math.log(1 + (self.size - found + 0.5) / (found + 0.5))

    def documents(self, term: int) -> Sequence[int]:
        """The documents that hold a term."""
        return self._documents.get(term, ())

    def scores(self, terms: Mapping[int, float]) -> list[float]:
        """The score of every document for terms, each of which counts as much as it is given."""
        scores = [0.0] * self.size
        for term, weight in terms.items():
            if term in self._documents:
                factor = weight * self.rarity(term)
                for index, held in zip(self._documents[term], self._weights[term], strict=True):
                    scores[index] += factor * held
        return scores


def _average(column: Sequence[Sequence[int]]) -> float:
    return sum(map(len, column)) / max(1, len(column)) or 1.0


class Ranking:
    """An index over documents, each a mapping of field name to text.

    >>> fields = {"name": Field(weight=2.0), "summary": Field()}
    >>> documents = [
    ...     {"name": "get_user", "summary": "One user"},
    ...     {"name": "list_books", "summary": "All books"},
    ... ]
    >>> [hit.index for hit in Ranking(fields, documents).search("which book?")]
    [1]
    """

    def __init__(self, fields: Mapping[str, Field], documents: Sequence[Mapping[str, str]]) -> None:
        self._terms: dict[str, int] = {}
        self._postings = Postings(
            fields,
            {
                name: [
                    [self._terms.setdefault(stem, len(self._terms)) for stem in stems(text)]
                    for text in (document.get(name, "") for document in documents)
                ]
                for name in fields
            },
        )

    def search(self, question: str) -> list[Hit]:
        """The documents that share a word with the question, best first; ties by index."""
        asked = [stem for stem in dict.fromkeys(stems(question)) if stem in self._terms]
        matched: defaultdict[int, list[str]] = defaultdict(list)
        for stem in asked:
            for index in self._postings.documents(self._terms[stem]):
                matched[index].append(stem)
        scores = self._postings.scores({self._terms[stem]: 1.0 for stem in asked})
        hits = (Hit(index, scores[index], tuple(stems)) for index, stems in matched.items())
        return sorted(hits, key=lambda hit: (-hit.score, hit.index))
