"""Choose from a list of names, as a forced call with an array of enum values asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callwright.core.json import Json
from callwright.core.message import Messages
from callwright.core.text.rank import Field, Ranking
from callwright.models.offline.language import concepts
from callwright.models.offline.slots import Slot

__all__ = ["pick", "picks_from"]

_FIELDS = {"name": Field(weight=2.0), "summary": Field(weight=1.0)}
_MAX_PICKED = 10
_WORTH = 0.3
"""The share of the best score at which a name is still worth keeping."""


def picks_from(slots: Sequence[Slot]) -> Slot | None:
    """The slot that asks for a choice of names, if that is what the tool is for."""
    lists = [slot for slot in slots if slot.kind == "array" and len(slot.choices) > 1]
    others = [slot for slot in slots if slot.is_required and slot not in lists]
    return lists[0] if len(lists) == 1 and not others else None


def pick(slot: Slot, messages: Messages) -> list[Json]:
    """The names that share words with the last question, best first, at least one.

    Lines such as `name: summary` in the messages say what the names stand for.
    """
    names = [str(choice) for choice in slot.choices]
    texts = [message.text for message in messages if message.role != "tool"]
    summaries = _summaries(names, "\n".join(texts))
    documents = [
        {"name": _plain(name), "summary": _plain(summaries.get(name, ""))} for name in names
    ]
    question = _question(names, [m.text for m in messages if m.role == "user"])
    hits = Ranking(_FIELDS, documents).search(_plain(question))
    worthy = [hit for hit in hits if hit.score >= hits[0].score * _WORTH]
    return [slot.choices[hit.index] for hit in worthy[:_MAX_PICKED]] or [slot.choices[0]]


def _plain(text: str) -> str:
    return " ".join(concepts(text))


_LINE = re.compile(
    r"\s*(?:[-*]\s*|\d+[.)]\s*)?[`\"']?(?P<name>[\w./:-]+?)[`\"']?(?:[:,\s\u2013—-]+|$)(?P<rest>.*)"
)


def _summaries(names: Sequence[str], text: str) -> dict[str, str]:
    known = set(names)
    found = [match for line in text.splitlines() if (match := _LINE.fullmatch(line))]
    return {match["name"]: match["rest"] for match in found if match["name"] in known}


def _question(names: Sequence[str], texts: Sequence[str]) -> str:
    """The last thing that the user said, without the lines that only describe the names."""
    known = set(names)
    said = re.split(r"^user: ", texts[-1] if texts else "", flags=re.MULTILINE)[-1]
    lines = [
        line
        for line in said.splitlines()
        if not ((match := _LINE.fullmatch(line)) and match["name"] in known)
    ]
    return "\n".join(lines)
