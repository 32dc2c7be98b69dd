"""Text that a regular expression matches, made from how Python parses the expression."""

from __future__ import annotations

import re
import warnings
from random import Random
from typing import Any

__all__ = ["matching"]

_PREFERRED = "a1-_ .:/Z9"
_CATEGORIES = {"CATEGORY_DIGIT": "7", "CATEGORY_WORD": "w", "CATEGORY_SPACE": " "}
_CATEGORIES |= {"CATEGORY_NOT_DIGIT": "d", "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_SPACE": "s"}


class _Unknown(Exception):
    """The expression says something that this module does not make text for."""


def matching(pattern: str, draw: Random, least: int = 0) -> str | None:
    """Text that the pattern matches, with about `least` characters; None if none is found."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = re._parser.parse(pattern)  # type: ignore[attr-defined]
            for more in (0, 1, least, least + 1):
                text = _Writer(draw, more).sequence(tree)
                if len(text) >= least and re.search(pattern, text):
                    return text
        except (re.error, _Unknown, OverflowError, RecursionError):
            return None
    return None


class _Writer:
    def __init__(self, draw: Random, more: int) -> None:
        self._draw = draw
        self._more = more
        self._groups: dict[int, str] = {}

    def sequence(self, nodes: Any) -> str:
        """Text for nodes one after the other."""
        return "".join(self._node(str(kind), value) for kind, value in nodes)

    def _node(self, kind: str, value: Any) -> str:
        if kind in ("AT", "ASSERT_NOT"):
            return ""
        if kind == "LITERAL":
            return chr(value)
        if kind == "ANY":
            return "x"
        if kind == "NOT_LITERAL":
            return next(c for c in _PREFERRED if ord(c) != value)
        if kind == "IN":
            return self._one_of(value)
        if kind == "BRANCH":
            return self.sequence(self._draw.choice(value[1]))
        if kind == "SUBPATTERN":
            self._groups[value[0]] = text = self.sequence(value[3])
            return text
        if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, nodes = value
            return "".join(
                self.sequence(nodes) for _ in range(min(int(high), low + min(self._more, 300)))
            )
        if kind == "GROUPREF" and value in self._groups:
            return self._groups[value]
        raise _Unknown(kind)

    def _one_of(self, members: Any) -> str:
        (first, value), *_ = members
        if str(first) == "NEGATE":
            return next((c for c in _PREFERRED if not _is_member(c, members[1:])), "x")
        kind, value = self._draw.choice(members)
        if str(kind) == "RANGE":
            return chr(self._draw.randint(value[0], min(value[1], value[0] + 25)))
        return chr(value) if str(kind) == "LITERAL" else _CATEGORIES.get(str(value), "x")


def _is_member(character: str, members: Any) -> bool:
    code = ord(character)
    for kind, value in members:
        if str(kind) == "LITERAL" and code == value:
            return True
        if str(kind) == "RANGE" and value[0] <= code <= value[1]:
            return True
        if str(kind) == "CATEGORY" and _is_in_category(character, str(value)):
            return True
    return False


def _is_in_category(character: str, category: str) -> bool:
    letter = {"DIGIT": "d", "WORD": "w", "SPACE": "s"}[category.rpartition("_")[2]]
    return bool(re.match("\\" + (letter.upper() if "NOT" in category else letter), character))
