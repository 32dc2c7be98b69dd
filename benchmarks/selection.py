"""Prompts with the operations that they need, and how well a ranking finds these.

A set is a JSONL file of objects with `query`, `spec`, `gold` (every `METHOD /path` that is needed)
and perhaps `any_of` (for an operation, others that serve as well). A spec is a path beside the
file, or `npm:` and a path below the npm packages that the tests use too.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from specs import NODE_MODULES

import callwright
from callwright.core.tool import Tool

__all__ = [
    "OWN_SETS",
    "Order",
    "Set",
    "all_at",
    "bootstrap",
    "found_at",
    "given_folder",
    "read_sets",
    "tools_of",
]

OWN_SETS = Path(__file__).parent / "prompts"
"""Prompts of our own, in our own words, for development."""

Order: TypeAlias = Callable[[str], Sequence[int]]
"""Ranks tools for a prompt: their indices, best first."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt, and the places in the first spec's tools of what it needs."""

    text: str
    needed: Sequence[frozenset[int]]
    """For every operation that is needed, those that will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Prompts, the spec that they are about, and specs that are mixed in."""

    name: str
    spec: Path
    rows: Sequence[Mapping[str, Any]] = field(repr=False)
    beside: Sequence[Path] = ()

    def tools(self) -> list[Tool]:
        """The tools to choose from; those that the prompts are about come first."""
        return [tool for spec in (self.spec, *self.beside) for tool in tools_of(spec)]

    def prompts(self) -> list[Prompt]:
        """The prompts, with what they need looked up."""
        places = {
            f"{tool.operation.method} {tool.operation.path}": index
            for index, tool in enumerate(tools_of(self.spec))
            if tool.operation is not None
        }
        return [_prompt(row, places) for row in self.rows]


def _prompt(row: Mapping[str, Any], places: Mapping[str, int]) -> Prompt:
    gold, instead = row["gold"], row.get("any_of") or {}
    needed = [frozenset(places[one] for one in (name, *instead.get(name, ()))) for name in gold]
    return Prompt(str(row["query"]), needed)


@cache
def tools_of(spec: Path) -> callwright.Tools:
    """The tools of a spec, made once."""
    return callwright.create_tools_from_openapi_spec(spec)


def read_sets(folders: Iterable[Path]) -> list[Set]:
    """The sets in folders, one for each spec of each file; says what is left out, and why."""
    sets: list[Set] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.jsonl"))):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        for name in dict.fromkeys(str(row["spec"]) for row in rows):
            spec = _spec(name, path.parent)
            about = [row for row in rows if row["spec"] == name]
            if not spec.is_file():
                print(f"{path.name}: {len(about)} prompts left out, there is no {spec}")
                continue
            sets.append(Set(name=f"{path.stem}: {spec.stem}", spec=spec, rows=about))
    return sets


def _spec(name: str, folder: Path) -> Path:
    return NODE_MODULES / name[4:] if name.startswith("npm:") else folder / name


def found_at(order: Order, prompts: Sequence[Prompt]) -> list[int]:
    """For each prompt, after how many tools all that it needs has come."""
    places: list[int] = []
    for prompt in prompts:
        place = {index: number for number, index in enumerate(order(prompt.text), 1)}
        never = 1_000_000
        places.append(
            max(min(place.get(index, never) for index in will_do) for will_do in prompt.needed)
        )
    return places


def all_at(places: Sequence[int], count: int) -> float:
    """The share of prompts for which all that is needed is among the first `count` tools."""
    return sum(place <= count for place in places) / max(1, len(places))


def bootstrap(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """The mean difference of pairs, and the interval that holds it 95 times of 100.

    2,000 resamples of the pairs, with a fixed seed.
    """
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    chance, size = random.Random(6), len(differences)  # noqa: S311  # for figures, not secrets
    means = sorted(sum(chance.choices(differences, k=size)) / size for _ in range(2_000))
    return sum(differences) / size, means[50], means[1_949]


def given_folder(option: str | None) -> Path | None:
    """The folder of further sets, by the option or the environment; says so if there is none."""
    name = option or os.environ.get("CALLWRIGHT_TRIM_SETS")
    if not name:
        print("No further sets: name their folder by --sets, or by CALLWRIGHT_TRIM_SETS.")
        return None
    folder = Path(name)
    if not any(folder.glob("*.jsonl")):
        print(f"No further sets: there is no *.jsonl in {folder}.")
        return None
    return folder
