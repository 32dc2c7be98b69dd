"""What the model pass of a trim is shown, what that costs, and what comes of its answers.

    python benchmarks/trim_pass.py                 GitHub, Stripe and MS Graph, from npm packages,
                                                   with the prompts in prompts/
    python benchmarks/trim_pass.py --sets FOLDER   and with those of another folder (JSON Lines)

No language model is asked. An oracle stands in for one: it picks what a prompt needs from the lines
that it is shown, and no more, so that its misses are the shortlist's. A noisy one drops a third of
that, names one that does not exist, and picks two others beside. `silent` answers nothing, so that
the ranking stands in. Tokens are o200k_base where tiktoken has its vocabulary, else estimates.

A set holds, a line each: `query`, `spec` (a path beside it or in node_modules), `gold` (a list of
`METHOD /path`) and, where others serve as well, `any_of`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ranking import GRAPH
from specs import GITHUB, NODE_MODULES, STRIPE, is_there

import callwright
from callwright import Message, Reply, Tool, Turn
from callwright.core.message import conversation
from callwright.core.text.tokens import count_tokens
from callwright.trim.auto import TrimOptions, choose_tools
from callwright.trim.budget import tokens_of
from callwright.trim.default import LINES_BUDGET

OWN = Path(__file__).with_name("prompts")


@dataclass(kw_only=True)
class Oracle:
    """Picks what is needed from what it is shown: names from lines, groups from the map."""

    tools: callwright.Tools
    gold: frozenset[str]
    noise: random.Random | None = None
    uses_map: bool = True
    prompt_tokens: int = 0
    prompts: int = 0
    seen: set[str] = field(default_factory=set)

    async def reply(self, turn: Turn) -> Reply:
        """Answer with a call of `keep_tools`, written as text."""
        self.prompts += 1
        self.prompt_tokens += sum(count_tokens(m.text).number for m in turn.messages)
        self.prompt_tokens += sum(tokens_of(tool) for tool in turn.tools)
        shown = shown_tools(self.tools, turn)
        self.seen |= {tool.name for tool in shown}
        names = [handle_of(self.tools, tool) for tool in shown if tool.name in self.gold]
        if self.noise is not None:
            names = [name for name in names if self.noise.random() > 1 / 3]
            names += ["invented_tool"]
            names += [
                handle_of(self.tools, t) for t in self.noise.sample(shown, min(2, len(shown)))
            ]
        answer: dict[str, object] = {"names": names}
        if self.uses_map and "<map>" in turn.messages[0].text:
            answer["groups"] = self._groups()
        return Reply(message=Message(role="assistant", content=json.dumps(answer)))

    def _groups(self) -> list[str]:
        """The groups of what is needed and was not shown."""
        the_map = self.tools.catalogue.map(int(LINES_BUDGET * 0.3))
        wanted = self.gold - self.seen
        return [
            self.tools.catalogue.title(group)
            for group in the_map.groups
            if any(self.tools[index].name in wanted for index in group.members)
        ]


def handle_of(tools: callwright.Tools, tool: Tool) -> str:
    """What the lines call a tool."""
    return handles_by_name(tools)[tool.name]


@cache
def handles_by_name(tools: callwright.Tools) -> dict[str, str]:
    """What the lines call the tools, by their names."""
    names = tools.catalogue.handles.names
    return {tool.name: name for tool, name in zip(tools, names, strict=True)}


def shown_tools(tools: callwright.Tools, turn: Turn) -> list[Tool]:
    """The tools whose lines a turn shows, read as a model would: what stands before the colon."""
    lines = [line for m in turn.messages for line in m.text.splitlines()]
    start = max((n for n, line in enumerate(lines) if line == "<catalogue>"), default=0)
    end = max((n for n, line in enumerate(lines) if line == "</catalogue>"), default=0)
    found = (
        tools.catalogue.handles.find(line.partition(": ")[0])
        for line in lines[start + 1 : end]
        if not line.startswith("# ")
    )
    return [tool for tool in found if tool is not None]


class Silent:
    """Answers nothing."""

    async def reply(self, turn: Turn) -> Reply:
        """An empty answer."""
        return Reply(message=Message(role="assistant", content=""))


@cache
def tools_of(spec: Path) -> callwright.Tools:
    """The tools of a spec."""
    return callwright.create_tools_from_openapi_spec(spec)


@cache
def whole_tokens(spec: Path) -> int:
    """What all definitions of a spec cost, each counted."""
    return sum(tokens_of(tool) for tool in tools_of(spec))


def catalogues() -> None:
    """What all lines cost, or the map where they are too many, and the time to make them."""
    print("\nThe catalogue                operations  lines' tokens  map's tokens  groups  CPU s")
    for spec in filter(is_there, (GITHUB, STRIPE, GRAPH)):
        tools = tools_of(spec)
        started = time.process_time()
        catalogue = tools.catalogue
        fits = catalogue.fits(LINES_BUDGET)
        the_map = catalogue.map(int(LINES_BUDGET * 0.3))
        spent = time.process_time() - started
        lines = f"{count_tokens(catalogue.text).number:,}" if fits else "above"
        print(
            f"{spec.name:28} {len(tools):10,}  {lines:>13}  "
            f"{count_tokens(the_map.text).number:12,}  {len(the_map.groups):6}  {spent:5.2f}"
        )


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What is asked, and the operations that it needs."""

    query: str
    spec: Path
    gold: tuple[frozenset[str], ...]
    """For each step, the operations any of which will do."""

    def names(self, tools: callwright.Tools) -> tuple[frozenset[str], ...]:
        """The same by the tools' names."""
        by_operation = named_by_operation(tools)
        steps = [
            frozenset(by_operation[o] for o in step if o in by_operation) for step in self.gold
        ]
        return tuple(step for step in steps if step)


@cache
def named_by_operation(tools: callwright.Tools) -> dict[str, str]:
    """The tools' names by method and path."""
    return {f"{t.operation.method} {t.operation.path}": t.name for t in tools if t.operation}


def read_set(path: Path) -> list[Prompt]:
    """The prompts of a file whose specs are there."""
    prompts: list[Prompt] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spec = spec_path(row["spec"], path.parent)
        if spec.is_file():
            others = row.get("any_of") or {}
            steps = [frozenset([g, *_others(others, g)]) for g in row["gold"]]
            prompts.append(Prompt(query=row["query"], spec=spec, gold=tuple(steps)))
    return prompts


def _others(any_of: object, gold: str) -> Iterable[str]:
    if isinstance(any_of, dict):
        return any_of.get(gold, ())
    groups = [group for group in any_of if isinstance(group, list)] if any_of else []
    flat = [one for one in any_of or () if isinstance(one, str)]
    return [*flat, *(one for group in groups if gold in group for one in group)]


def spec_path(given: str, folder: Path) -> Path:
    """Where a spec lies."""
    beside = folder / given
    return beside if beside.is_file() else NODE_MODULES / given.removeprefix("npm:")


@dataclass(kw_only=True)
class Row:
    """What one model's answers came to over a set."""

    whole: int = 0
    kept: list[int] = field(default_factory=list)
    tools: list[int] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    prompt_tokens: list[int] = field(default_factory=list)
    prompts: int = 0

    def told(self, name: str, count: int) -> str:
        """The row in the table."""
        return (
            f"  {name:24} {self.whole / count:6.3f}  {mean(self.tools):5.1f}  "
            f"{mean(self.kept):7.0f}  {mean(self.saved):7.2%}  {min(self.saved):7.2%}  "
            f"{mean(self.prompt_tokens):7.0f}  {max(self.prompt_tokens, default=0):7,}"
        )


def mean(numbers: Sequence[float]) -> float:
    """The mean."""
    return sum(numbers) / max(1, len(numbers))


def measure(path: Path) -> None:
    """One set with each model."""
    prompts = read_set(path)
    if not prompts:
        print(f"\n{path.name}: no spec of it is there")
        return
    operations = sum(len(tools_of(spec)) for spec in {prompt.spec for prompt in prompts})
    print(f"\n{path.name}: {len(prompts)} prompts, {operations:,} operations")
    print("  model                    whole   kept   tokens    saved    least   prompt  longest")
    for name in ("oracle", "oracle without the map", "noisy", "silent"):
        row = Row()
        for number, prompt in enumerate(prompts):
            asyncio.run(one(prompt, name, number, row))
        print(row.told(name, len(prompts)), flush=True)


async def one(prompt: Prompt, name: str, number: int, row: Row) -> None:
    """One prompt with one model."""
    tools = tools_of(prompt.spec)
    steps = prompt.names(tools)
    oracle = Oracle(
        tools=tools,
        gold=frozenset(min(step) for step in steps),
        noise=random.Random(number) if name == "noisy" else None,  # noqa: S311
        uses_map=name == "oracle",
    )
    model = Silent() if name == "silent" else oracle
    trimmed = await choose_tools(tools.catalogue, model, conversation(prompt.query), TrimOptions())
    kept = {tool.name for tool in trimmed.tools}
    row.whole += len(steps) == len(prompt.gold) and all(step & kept for step in steps)
    row.kept.append(trimmed.trim.tokens)
    row.tools.append(len(kept))
    row.saved.append(1 - trimmed.trim.tokens / whole_tokens(prompt.spec))
    row.prompt_tokens.append(oracle.prompt_tokens)


def main() -> None:
    """Measure everything that is there."""
    parser = argparse.ArgumentParser(description="What a trim's model pass is shown, and costs.")
    sets = os.environ.get("CALLWRIGHT_TRIM_SETS")
    parser.add_argument("--sets", type=Path, default=sets and Path(sets), metavar="FOLDER")
    parser.add_argument("--only", default="", metavar="NAME", help="sets whose name holds this")
    given = parser.parse_args()
    exact = count_tokens("a").is_exact
    print(f"tokens: {'o200k_base' if exact else 'estimated'}")
    if not given.only:
        catalogues()
    folders = [OWN, *([given.sets] if given.sets else [])]
    for file in (file for folder in folders for file in sorted(folder.glob("*.jsonl"))):
        if given.only in file.name:
            measure(file)


if __name__ == "__main__":
    main()
