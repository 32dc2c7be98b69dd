"""The local ranking of tools by a prompt: no model, no network, the same result every time.

The words of a prompt are scored by BM25F; what else is known of a prompt and of how APIs are laid
out moves the result. Each such trick can be left out, by which `benchmarks/trim.py` measures what
it is worth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Literal, get_args
from urllib.parse import urlsplit

from callwright.core.collector import collector_at_rest
from callwright.core.text.rank import Postings
from callwright.core.text.words import split_words
from callwright.core.tool import Tool
from callwright.trim.echo import Echo
from callwright.trim.fields import FIELDS, Columns
from callwright.trim.layout import Layout
from callwright.trim.question import Question, read_question
from callwright.trim.standing import Standing
from callwright.trim.synonyms import phrase_words, synonyms_of
from callwright.trim.vocabulary import Vocabulary, read_words
from callwright.trim.yields import Yields

__all__ = ["TRICKS", "Hit", "ToolRanking", "Trick"]

Trick = Literal[
    "apis",
    "kin",
    "leaders",
    "me",
    "methods",
    "parents",
    "producers",
    "schemas",
    "searches",
    "summaries",
    "synonyms",
    "variety",
    "worth",
]
TRICKS: tuple[Trick, ...] = get_args(Trick)
"""What the ranking does beside counting words."""

_SYNONYM = 0.6
_SYNONYM_OF_KNOWN = 0.25
"""A word that a tool's name, path or summary knows needs its synonyms less."""
_KIN = 0.3
_MAX_WORDS = 200
"""Of a prompt as long as a book the rarest words are looked for."""
_API_NAME = 0.3
_RARE = 0.05
_SCHEMA_FIELDS = frozenset({"body", "answer", "schema", "about"})
_KNOWING_FIELDS = ("name", "path", "summary")
# Words of a title or a host that are no API's own name.
_COMMON = frozenset(
    "api rest service server public open web http https www com org net io dev odata v1 v2 v3 "
    "namespace version reference specification swagger openapi".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A tool that a text may be about: its place among the tools, and its score."""

    tool: Tool
    index: int
    score: float
    explain: Callable[[int], str] = field(repr=False, compare=False)

    @property
    def why(self) -> str:
        """Why it ranked, in a line: words of the text and where they were found, and what else."""
        return self.explain(self.index)


class ToolRanking:
    """An index over tools, made when it is first searched.

    It reads names, paths, summaries, descriptions, tags, names of parameters, and names of
    properties and schemas of bodies and answers; no schema is resolved for it.

    Args:
        tools: the tools, of one API or of several.
        without: tricks to leave out.

    >>> from callwright import Tool
    >>> ranking = ToolRanking([Tool("list_books", "List books."), Tool("add_member", "Add one.")])
    >>> [(hit.tool.name, hit.why) for hit in ranking.search("Which book?", limit=1)]
    [('list_books', '"book" in name, summary')]
    """

    def __init__(self, tools: Sequence[Tool], *, without: Collection[Trick] = ()) -> None:
        self.tools = tuple(tools)
        self._without = frozenset(without)
        self._vocabulary = Vocabulary()

    def _does(self, trick: Trick) -> bool:
        return trick not in self._without

    @cached_property
    def layout(self) -> Layout:
        """How the tools' operations lie to each other."""
        return Layout(self.tools, self._vocabulary)

    @cached_property
    def yields(self) -> Yields:
        """What the tools yield that others need."""
        return Yields(self.tools, self.layout)

    @property
    def _spoken(self) -> frozenset[int]:
        """The terms of names, paths and summaries."""
        return self._index[1]

    @property
    def _echo(self) -> Echo:
        return self._index[2]

    @cached_property
    @collector_at_rest()
    def _index(self) -> tuple[Postings, frozenset[int], Echo]:
        columns = Columns(self.tools, self._vocabulary)
        does = self._does("schemas")
        fields = {n: f for n, f in FIELDS.items() if does or n not in _SCHEMA_FIELDS}
        worth = [1 + place.worth for place in self.layout.places] if self._does("worth") else None
        spoken = frozenset[int]().union(*(t for name in _KNOWING_FIELDS for t in columns[name]))
        postings = Postings(fields, columns, worth)
        return postings, spoken, Echo(columns["summary"], postings)

    def search(self, text: str, limit: int | None = None) -> list[Hit]:
        """The tools, best first, `limit` at most.

        Those that the text says nothing of come last, those nearest to the root of their API
        first; so that without a limit all tools are there.
        """
        question = read_question(text)
        words = self._words(question)
        standing = self._standing(question, words)
        most = len(self.tools) if limit is None else limit
        leaders, variety = self._does("leaders"), self._does("variety")
        order = standing.order(most, leaders=leaders, variety=variety)
        tools, scores = self.tools, standing.scores
        explain = partial(self._explain, standing, words)
        return [Hit(tool=tools[i], index=i, score=scores[i], explain=explain) for i in order]

    def _standing(self, question: Question, words: Mapping[str, Mapping[int, float]]) -> Standing:
        terms: dict[int, float] = {}
        for weights in words.values():
            for term, weight in weights.items():
                terms[term] = max(terms.get(term, 0.0), weight)
        standing = Standing(self.layout, question, self._index[0].scores(terms))
        if self._does("summaries"):
            standing.prefer_summaries(self._echo, terms)
        if self._does("me"):
            standing.prefer_mine()
        if self._does("searches"):
            standing.prefer_searches()
        if self._does("methods"):
            standing.prefer_methods()
        if self._does("worth"):
            standing.add_worth()
        if self._does("apis"):
            standing.prefer_source(self._named_sources(question))
        standing.add_related(producers=self._does("producers"), parents=self._does("parents"))
        return standing

    def _words(self, question: Question) -> dict[str, dict[int, float]]:
        """The words of a prompt, each with the terms that it may mean and how much."""
        index = self._index[0]  # once it is made the vocabulary is complete
        roots = [*dict.fromkeys(read_words(question.text))]
        if self._does("synonyms"):
            phrases = phrase_words(question.text)
            roots = [*dict.fromkeys((*roots, *(root for p in phrases for root in read_words(p))))]
        if len(roots) > _MAX_WORDS:
            known = ((self._vocabulary.known(root), root) for root in roots)
            rarest = sorted((index.frequency(n), root) for n, root in known if n is not None)
            roots = [root for _, root in rarest[:_MAX_WORDS]]
        return {root: self._meanings(root, question) for root in roots}

    def _meanings(self, root: str, question: Question) -> dict[int, float]:
        term = self._vocabulary.known(root)
        own = 1.0 if term is None else self._own_weight(root, term, question)
        meanings = {} if term is None else {term: own}
        if self._does("kin"):
            for kin in self._vocabulary.kin(root):
                meanings.setdefault(kin, _KIN)
        if self._does("synonyms") and own == 1.0:
            weight = _SYNONYM_OF_KNOWN if term in self._spoken else _SYNONYM
            for synonym in map(self._vocabulary.known, synonyms_of(root)):
                if synonym is not None:
                    meanings[synonym] = max(meanings.get(synonym, 0.0), weight)
        return meanings

    def _own_weight(self, root: str, term: int, question: Question) -> float:
        """What a word counts: the rare name of an API, as in `on GitHub`, says not what to do."""
        if not self._does("apis") or root not in self._source_names:
            return 1.0
        if self._index[0].frequency(term) > _RARE * len(self.tools):
            return 1.0
        return 0.0 if root in question.places else _API_NAME

    @cached_property
    def _source_names(self) -> Mapping[str, frozenset[str]]:
        """The words by which APIs may be named, each with the sources that it names."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        for source, indices in self.layout.sources.items():
            for word in _names_of(self.tools[indices[0]]):
                names[word].add(source)
        return {word: frozenset(sources) for word, sources in names.items()}

    def _named_sources(self, question: Question) -> list[str]:
        """The sources that a prompt names, if it names only some."""
        known = self._source_names
        named = {s for word in read_words(question.text) for s in known.get(word, ())}
        return sorted(named) if len(named) < len(self.layout.sources) else []

    def _explain(
        self, standing: Standing, words: Mapping[str, Mapping[int, float]], index: int
    ) -> str:
        matches = self._matches(self.tools[index], standing.question.text, words)
        return "; ".join([*matches, *standing.reasons.get(index, [])])

    def _matches(
        self, tool: Tool, text: str, words: Mapping[str, Mapping[int, float]]
    ) -> Iterator[str]:
        """The words of a prompt that a tool holds, and in which fields; or what it says instead."""
        fields = Columns((), self._vocabulary).read(tool)
        said, told = _spellings(text), _spellings(f"{tool.name} {tool.description}")
        for root, meanings in words.items():
            found = {
                term: [name for name, terms in fields.items() if term in terms] for term in meanings
            }
            # The word itself says more than what it may stand for; else what stands most often.
            own = self._vocabulary.known(root)
            term = (
                own
                if found.get(-1 if own is None else own)
                else max(found, key=lambda t: len(found[t]), default=-1)
            )
            if term is not None and found.get(term):
                other = self._vocabulary.roots[term]
                instead = "" if term == own else f' as "{told.get(other, other)}"'
                yield f'"{said.get(root, root)}"{instead} in {", ".join(found[term])}'


def _spellings(text: str) -> dict[str, str]:
    """How the roots in a text are written in it, where each comes first."""
    spellings: dict[str, str] = {}
    for word in split_words(text):
        for root in read_words(word):
            spellings.setdefault(root, word)
    return spellings


def _names_of(tool: Tool) -> Iterator[str]:
    """The words by which the API of a tool may be named: of its title and of its host."""
    host = "" if tool.operation is None else urlsplit(tool.operation.url).hostname or ""
    for word in read_words(f"{tool.source} {host.replace('.', ' ')}"):
        if word not in _COMMON_ROOTS and len(word) > 2:
            yield word


_COMMON_ROOTS = frozenset(word for common in _COMMON for word in read_words(common))
