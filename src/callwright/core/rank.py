"""BM25F: which of many documents with weighted fields a question is about.

The scoring of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
(2009): a term's frequency is summed over the fields, each normalised by its length, and saturated
once. What a document is, and what its fields weigh, is the caller's business.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callwright.core.words import stems

__all__ = ["Field", "Hit", "Ranking"]

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
        self._size = len(documents)
        self._weights: defaultdict[str, dict[int, float]] = defaultdict(dict)
        counted = [
            {name: Counter(stems(document.get(name, ""))) for name in fields}
            for document in documents
        ]
        for name, field in fields.items():
            self._add_field(name, field, counted)

    def _add_field(
        self, name: str, field: Field, counted: Sequence[Mapping[str, Counter[str]]]
    ) -> None:
        lengths = [counts[name].total() for counts in counted]
        average = sum(lengths) / max(1, len(lengths)) or 1.0
        for index, counts in enumerate(counted):
            norm = 1 - field.length_norm + field.length_norm * lengths[index] / average
            for term, count in counts[name].items():
                weights = self._weights[term]
                weights[index] = weights.get(index, 0.0) + field.weight * count / norm

    def search(self, question: str) -> list[Hit]:
        """The documents that share a word with the question, best first; ties by index."""
        scores: defaultdict[int, float] = defaultdict(float)
        matched: defaultdict[int, list[str]] = defaultdict(list)
        for term in dict.fromkeys(stems(question)):
            found = self._weights.get(term, {})
            rarity = math.log(1 + (self._size - len(found) + 0.5) / (len(found) + 0.5))
            for index, weight in found.items():
                scores[index] += rarity * weight / (_SATURATION + weight)
                matched[index].append(term)
        hits = (Hit(index, score, tuple(matched[index])) for index, score in scores.items())
        return sorted(hits, key=lambda hit: (-hit.score, hit.index))
