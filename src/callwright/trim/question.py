"""What a prompt says beside its words: whom it is about, what it names, what it wants done.

English is looked for; a prompt in another language says nothing here and is ranked by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from callwright.core.text.words import split_words
from callwright.trim.vocabulary import root

__all__ = ["Question", "read_question"]

_ME = re.compile(r"\b(?:my|mine|myself|me|i|i'm|i've|our|we|us)\b", re.IGNORECASE)
# "Give me", "I want" and the like are about the answer, not about whoever asks.
_NOT_ME = re.compile(
    r"\b(?:(?:give|tell|show|get|find|recommend|send|let|help|make|bring|for)\s+(?:me|us)"
    r"|(?:i|we)(?:['\u2019](?:d|m|ll)|\s+(?:need|want|would|just|prefer|like|am))|let['\u2019]s)\b",
    re.IGNORECASE,
)
_OPEN, _CLOSE = "\u201c\u2018", "\u201d\u2019"  # as typographers quote
_NAME = re.compile(
    rf"""["{_OPEN[0]}][^"{_CLOSE[0]}]{{2,200}}["{_CLOSE[0]}]"""
    rf"""|(?<![\w'{_CLOSE[1]}])['{_OPEN[1]}][^'{_CLOSE[1]}]{{2,200}}['{_CLOSE[1]}]"""
    rf"""|(?<=[a-z0-9,'{_CLOSE[1]}] )[A-Z][\w'{_CLOSE[1]}-]+"""
)
_API = re.compile(r"\b(?:on|in|from|via|with|using|at|to)\s+(\w+)", re.IGNORECASE)
_METHODS = {
    "GET": "list show find search read view what who which when where how get give tell",
    "POST": "create add make new start open register send post write submit publish upload invite",
    "PUT": "set replace put lock enable approve merge",
    "PATCH": "update change edit modify rename adjust correct",
    "DELETE": "delete remove erase destroy drop discard wipe purge trash forget cancel",
}
# What one API changes by PATCH another one changes by PUT or POST.
_CHANGES = frozenset(_METHODS["PATCH"].split()) | {"set", "replace", "enable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A prompt, read: is it about whoever asks, does it name something, what might serve it."""

    text: str
    is_about_me: bool
    names_something: bool
    methods: frozenset[str]
    places: frozenset[str]
    """Words behind `on`, `from` and the like, as in `on GitHub`."""


def read_question(text: str) -> Question:
    """Read a prompt.

    >>> question = read_question("Show me the reviews of Dune")
    >>> question.is_about_me, question.names_something, sorted(question.methods)
    (False, True, ['GET'])
    """
    return Question(
        text=text,
        is_about_me=bool(_ME.search(_NOT_ME.sub(" ", text))),
        # The first letter of a prompt is a capital one anyway.
        names_something=bool(_NAME.search(text, 1) or text[:1] in f"\"'{_OPEN}"),
        methods=frozenset[str]().union(*(_methods().get(word, ()) for word in split_words(text))),
        places=frozenset(root(word.lower()) for word in _API.findall(text)),
    )


@cache
def _methods() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for method, words in _METHODS.items():
        for word in words.split():
            more = ("PATCH", "PUT", "POST") if word in _CHANGES else ()
            table[word] = table.get(word, frozenset()) | {method, *more}
    return table
