"""How the tools stand for one prompt: scores that what is known of the prompt and the API moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from heapq import nlargest

from callwright.trim.layout import Layout
from callwright.trim.question import Question

__all__ = ["Standing"]

_ME = 0.5
_SEARCH = 0.3
_FEW_SEARCHES = 8
_METHOD = 0.2
_WORTH = 0.02
_SOURCE = 0.8
_NAMED_SOURCE = 1.0
_SOURCE_DEPTH = 5
_EXPANDED = 30
_PRODUCER = 0.8
_PARENT = 0.5
_TOO_MANY = 2_500
"""Beyond these no tool is looked at: what is so far behind is in nobody's first few hundred."""


class Standing:
    """The scores of all tools for one prompt, and why they were raised.

    `candidates` are the tools that have a score; the others follow in the order of their worth.
    """

    def __init__(self, layout: Layout, question: Question, scores: list[float]) -> None:
        self.layout = layout
        self.question = question
        self.scores = scores
        self.reasons: defaultdict[int, list[str]] = defaultdict(list)
        self.candidates = [index for index, score in enumerate(scores) if score > 0.0]
        if len(self.candidates) > _TOO_MANY:
            least = sorted((scores[index] for index in self.candidates), reverse=True)[_TOO_MANY]
            self.candidates = [index for index in self.candidates if scores[index] > least]

    def order(self, limit: int) -> list[int]:
        """The best tools, ties by their order."""
        scores = self.scores
        best = nlargest(limit, self.candidates, key=lambda index: (scores[index], -index))
        if len(best) < limit:
            known = set(best)
            others = (index for index in self.layout.by_worth if index not in known)
            best += [index for index, _ in zip(others, range(limit - len(best)), strict=False)]
        return best

    def _add(self, indices: Iterable[int]) -> None:
        """Let tools without a score be candidates too."""
        self.candidates = [*dict.fromkeys((*self.candidates, *indices))]

    def prefer_mine(self) -> None:
        """Raise what is about whoever asks, if the prompt is."""
        if self.question.is_about_me:
            for index in self.layout.mine:
                if self.scores[index]:
                    self.scores[index] *= 1 + _ME
                    self.reasons[index].append("is about you")

    def prefer_searches(self) -> None:
        """Raise the tools that search, if the prompt holds a name or a quotation.

        Where an API has many of them each is raised by less.
        """
        if not self.question.names_something:
            return
        for source, searches in self.layout.searches.items():
            best = max((self.scores[i] for i in self.layout.sources[source]), default=0.0)
            if not best or not searches:
                continue
            share = _SEARCH * min(1.0, _FEW_SEARCHES / len(searches)) * best
            for index in searches:
                self.scores[index] = self.scores[index] * (1 + _SEARCH) + share
                self.reasons[index].append("searches by a name")
            self._add(searches)

    def prefer_methods(self) -> None:
        """Raise the methods that the prompt's verbs mean, mildly."""
        methods, places = self.question.methods, self.layout.places
        if methods:
            for index in self.candidates:
                if places[index].method in methods:
                    self.scores[index] *= 1 + _METHOD

    def add_worth(self) -> None:
        """Raise what lies near the root a little, so that few tools are level."""
        top = self._top()
        for index in self.candidates:
            self.scores[index] += _WORTH * top * self.layout.places[index].worth

    def prefer_source(self, named: Iterable[str]) -> None:
        """Raise the API that the prompt names, and the one whose best tools stand best."""
        sources = self.layout.sources
        if len(sources) < 2:
            return
        for source in named:
            for index in sources[source]:
                if self.scores[index]:
                    self.scores[index] *= 1 + _NAMED_SOURCE
                    self.reasons[index].append("belongs to the API that is named")
        standing = {
            source: sum(nlargest(_SOURCE_DEPTH, map(self.scores.__getitem__, indices)))
            for source, indices in sources.items()
        }
        top = max(standing.values(), default=0.0) or 1.0
        factors = {source: 1 - _SOURCE * (1 - sum_ / top) for source, sum_ in standing.items()}
        for source, indices in sources.items():
            if factors[source] < 1:
                for index in indices:
                    self.scores[index] *= factors[source]

    def add_related(self, *, producers: bool, parents: bool) -> None:
        """Raise what yields the ids that the best tools need, and what lies above them."""
        best = nlargest(_EXPANDED, self.candidates, key=lambda i: (self.scores[i], -i))
        raised: dict[int, tuple[float, str]] = {}

        def propose(index: int, score: float, why: str) -> None:
            if score > raised.get(index, (0.0, ""))[0]:
                raised[index] = (score, why)

        for index in best:
            score, path = self.scores[index], "/" + "/".join(self.layout.places[index].segments)
            if producers:
                for other, share in self.layout.producers(index).items():
                    propose(other, _PRODUCER * share * score, f"yields what {path} needs")
            if parents:
                for distance, other in enumerate(self.layout.above(index)):
                    propose(other, _PARENT * score / (1 + 0.5 * distance), f"is above {path}")
        for index, (score, why) in raised.items():
            own = self.scores[index]
            self.scores[index] = max(own, score) + 0.3 * min(own, score)
            if score > own:
                self.reasons[index].append(why)
        self._add(raised)

    def _top(self) -> float:
        return max(map(self.scores.__getitem__, self.candidates), default=0.0)
