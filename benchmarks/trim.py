"""How well the local ranking finds what prompts need, beside plain BM25.

    python benchmarks/trim.py                    our own prompts
    python benchmarks/trim.py --sets FOLDER      and the sets in a folder (or CALLWRIGHT_TRIM_SETS)
    python benchmarks/trim.py --tricks           what each trick of the ranking is worth
    python benchmarks/trim.py --tokens           what the first tools cost, beside all

`all@k` is the share of prompts for which everything that is needed is among the first k tools; no
model is asked. What the ranking costs is told by `run.py`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

from ranking import GRAPH
from selection import (
    OWN_SETS,
    Order,
    Set,
    all_at,
    bootstrap,
    found_at,
    given_folder,
    read_sets,
)
from specs import GITHUB

from callwright.core.json import dump_json
from callwright.core.text.rank import Field, Ranking
from callwright.core.text.tokens import count_tokens
from callwright.core.tool import Tool
from callwright.trim.closure import closure
from callwright.trim.rank import TRICKS, ToolRanking, Trick

COUNTS = (10, 20, 100, 300)
FEW_TOOLS = 2_000
"""Of more tools than these it takes long to count what all of them cost."""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description="What the local ranking finds.")
    parser.add_argument("--sets", help="a folder with further sets of prompts")
    parser.add_argument("--tricks", action="store_true", help="each trick by itself")
    parser.add_argument("--tokens", action="store_true", help="what definitions cost")
    given = parser.parse_args()
    folder = given_folder(given.sets)
    sets = with_mixture(read_sets([OWN_SETS, *([folder] if folder else [])]))
    recall(sets)
    chains(sets)
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
