"""The words of all tools as numbers, and which of them are kin to a word of a prompt.

English endings are taken off, accents are folded, and scripts without spaces are cut into pairs
of characters, so that other languages than English are ranked as well as their letters allow.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from callwright.core.text.words import STOP_WORDS, split_words, stem

__all__ = ["Vocabulary", "read_words", "root"]

_WORD = re.compile(r"\w+")
# Han, Hiragana, Katakana, Hangul, Thai, Lao, Khmer and Burmese: what is written without spaces.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_MIN_PREFIX = 4
_MAX_KIN = 40


def root(word: str) -> str:
    """What English words of one origin mostly share.

    >>> [root(word) for word in ("merge", "merging", "planned", "boxes")]
    ['merg', 'merg', 'plan', 'box']
    """
    # What ends otherwise has no ending to be taken off; that spares the most words a closer look.
    found = stem(word) if word[-1] in "sgd" else word
    if len(found) > 3 and found.endswith("e"):
        return found[:-1]
    if len(found) > 4 and found[-1] == found[-2] and found[-1] not in "sl":
        return found[:-1]
    return found


def read_words(text: str) -> Iterator[str]:
    """The roots of a text's words without those that say little; the unspaced scripts come first.

    >>> list(read_words("Créer l'événement 会議室"))
    ['会議', '議室', 'creer', 'evenement']
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
        text = unicodedata.normalize("NFC", text)
        for run in _UNSPACED.findall(text):
            yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
        text = _UNSPACED.sub(" ", text)
    for word in split_words(text):
        # A letter by itself is what is left of "don't" or "Tom's".
        if word not in STOP_WORDS and not (len(word) == 1 and word.isascii()):
            yield root(word)


class Vocabulary:
    """The roots of words, numbered as they are met."""

    def __init__(self) -> None:
        self.roots: list[str] = []
        self._numbers: dict[str, int] = {}
        self._read = _Memory(self)

    def read(self, text: str) -> list[int]:
        """The numbers of a text's roots; a root that is new gets one."""
        return [*chain.from_iterable(map(self._read.__getitem__, _WORD.findall(text)))]

    def read_names(self, names: Iterable[str]) -> list[int]:
        """The same for several names; each is read once, however often it comes."""
        return [*chain.from_iterable(map(self._read.__getitem__, names))]

    def number(self, root: str) -> int:
        """The number of a root; one that is new gets one."""
        number = self._numbers.setdefault(root, len(self.roots))
        if number == len(self.roots):
            self.roots.append(root)
        return number

    def known(self, root: str) -> int | None:
        """The number of a root, if it is known."""
        return self._numbers.get(root)

    @cached_property
    def _sorted(self) -> list[str]:
        """The roots in their order, as they are when first asked for."""
        return sorted(self.roots)

    def kin(self, root: str) -> Iterator[int]:
        """The other roots that begin like this one and are not much longer: `subscriber` and
        `subscription`, a slip in the last letters, the endings of other languages.
        """
        length = max(_MIN_PREFIX, -(-len(root) * 7 // 10))
        if len(root) < _MIN_PREFIX:
            return
        start = bisect_left(self._sorted, root[:length])
        for other in self._sorted[start : start + _MAX_KIN]:
            if not other.startswith(root[:length]):
                return
            if other != root and len(other) <= len(root) + 5:
                yield self._numbers[other]


class _Memory(dict[str, tuple[int, ...]]):
    """The numbers of a word, read once: a document of 12,000 operations repeats its words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def __missing__(self, word: str) -> tuple[int, ...]:
        number = self._vocabulary.number
        if word.isascii() and word.islower() and word.replace("_", "").isalpha():
            # Most are as plain as this, and are read in a third of the time.
            parts = word.split("_")
            numbers = tuple(number(root(p)) for p in parts if len(p) > 1 and p not in STOP_WORDS)
        else:
            numbers = tuple(map(number, read_words(word)))
        self[word] = numbers
        return numbers
