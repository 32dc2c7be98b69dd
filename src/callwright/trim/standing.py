"""How the tools stand for one prompt: scores that what is known of the prompt and the API moves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import nlargest
from itertools import chain, compress, islice

from callwright.trim.echo import Echo
from callwright.trim.layout import Layout
from callwright.trim.question import Question

__all__ = ["Standing"]

_SUMMARY = 0.7
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
_SAMPLE = 8
_LEADERS = 3
_HEAD = 7
"""The leaders by words alone that are not among so many follow at once: so they are among ten."""
_FREE = 220
"""Of so many tools it is asked only how good they are; those behind them shall differ as well."""
_ALIKE = 3
_TOO_MANY = 1_200
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
        least = _least(scores)
        self.candidates = [*compress(range(len(scores)), map(least.__lt__, scores))]
        self._leaders = self._best(_LEADERS)

    def _best(self, count: int) -> list[int]:
        scores = self.scores
        return nlargest(count, self.candidates, key=lambda index: (scores[index], -index))

    def order(self, limit: int, *, leaders: bool, variety: bool) -> list[int]:
        """The best tools, ties by their order; what has no score comes last, by its worth.

        With `leaders`, what stood best by the words alone stays among the first ten, whatever
        moved it since. With `variety`, the many forms of one resource do not crowd out what a
        prompt needs and says little of: behind the first ones no more than three paths end alike.
        """
        following = self._held(self._ordered()) if leaders else self._ordered()
        if variety:
            first = [*islice(following, _FREE)]
            following = chain(first, self._varied(first, following))
        return [*islice(following, limit)]

    def _ordered(self) -> Iterator[int]:
        scores = self.scores
        yield from sorted(self.candidates, key=lambda index: (-scores[index], index))
        known = set(self.candidates)
        yield from (index for index in self.layout.by_worth if index not in known)

    def _held(self, following: Iterator[int]) -> Iterator[int]:
        """The same, but the leaders are at the head."""
        head = [*islice(following, _HEAD)]
        missing = [index for index in self._leaders if index not in head]
        yield from (*head, *missing)
        yield from (index for index in following if index not in missing)

    def _varied(self, first: Iterable[int], following: Iterable[int]) -> Iterator[int]:
        """What follows the first ones: what ends like three that were there comes last."""
        counts, later = Counter(map(self.layout.ending, first)), list[int]()
        for index in following:
            ending = self.layout.ending(index)
            if counts[ending] < _ALIKE:
                counts[ending] += 1
                yield index
            else:
                later.append(index)
        yield from later

    def _add(self, indices: Iterable[int]) -> None:
        """Let tools without a score be candidates too."""
        self.candidates = [*dict.fromkeys((*self.candidates, *indices))]

    def prefer_summaries(self, echo: Echo, terms: Mapping[int, float]) -> None:
        """Raise the tools by how much of their summary the prompt says."""
        for index, share in echo.shares(self.candidates, terms):
            self.scores[index] *= 1 + _SUMMARY * share

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
        bests: dict[str, float] = {}
        for index in self.candidates:
            source = self.layout.places[index].source
            bests[source] = max(bests.get(source, 0.0), self.scores[index])
        for source, searches in self.layout.searches.items():
            best = bests.get(source, 0.0)
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
        standing = self._standing_of_sources()
        top = max(standing.values(), default=0.0)
        factors = {
            source: 1 - _SOURCE * (1 - standing.get(source, 0.0) / top) if top else 1.0
            for source in sources
        }
        for index in self.candidates:
            self.scores[index] *= factors[self.layout.places[index].source]

    def _standing_of_sources(self) -> dict[str, float]:
        """What the best tools of each API score together."""
        scores: defaultdict[str, list[float]] = defaultdict(list)
        for index in self.candidates:
            scores[self.layout.places[index].source].append(self.scores[index])
        return {source: sum(nlargest(_SOURCE_DEPTH, each)) for source, each in scores.items()}

    def add_related(self, *, producers: bool, parents: bool) -> None:
        """Raise what yields the ids that the best tools need, and what lies above them."""
        best = self._best(_EXPANDED)
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


def _least(scores: list[float]) -> float:
    """A score that about `_TOO_MANY` of the scores are above, or all that say anything."""
    if len(scores) <= _TOO_MANY:
        return 0.0
    # Every eighth tells it well enough, in a tenth of the time that sorting them all takes.
    sample = sorted(scores[::_SAMPLE], reverse=True)
    return sample[min(_TOO_MANY // _SAMPLE, len(sample) - 1)]
