"""What Callwright costs, each figure as a ratio to a floor that is measured in the same run.

    python benchmarks/run.py                every budget, in three minutes
    python benchmarks/run.py calls growth   some of the blocks only
    python benchmarks/run.py --peers        also other libraries that make tools of a spec: half an
                                            hour

Rounds of ours and of the floor take turns, so that a machine whose speed drifts bends both alike;
the printed ratio is the median of the rounds' ratios, of seconds on the CPU. A target is a promise
of ours; each row says whether it is met, and the last lines which are not. `--peers` installs the
other libraries with pip and npm, each into an environment of its own in the user's cache folder
(see `install.py`), and leaves the environment that it runs in as it is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from calls import calls
from growth import growth
from loop import loop
from peers import peers
from ranking import ranking
from specs import specs
from start import start
from table import Table

_BESIDE = """Beside these, without a target:
  benchmarks/run.py --peers   the same specs with other libraries that make tools of them
  benchmarks/trim.py          what the local ranking finds of what prompts need, beside plain BM25
  benchmarks/trim_pass.py     what a model is shown to choose tools from, and what it costs"""


def main() -> None:
    """Measure everything, or what was asked for."""
    with tempfile.TemporaryDirectory() as folder:
        cache, table = use_folder(Path(folder)), Table()
        blocks: Mapping[str, Callable[[Table], None]] = {
            "start": start,
            "specs": partial(specs, cache=cache, scratch=Path(folder)),
            "ranking": ranking,
            "calls": calls,
            "loop": loop,
            "growth": growth,
        }
        parser = argparse.ArgumentParser(description="What Callwright costs.")
        parser.add_argument("blocks", nargs="*", metavar="BLOCK", help=", ".join(blocks))
        parser.add_argument("--peers", action="store_true", help="other libraries beside ours")
        given = parser.parse_args()
        if unknown := [name for name in given.blocks if name not in blocks]:
            parser.error(f"there is no block {unknown[0]!r}; there are {', '.join(blocks)}")
        for name in given.blocks or blocks:
            blocks[name](table)
        table.verdict()
        if given.peers:
            peers()
        else:
            print(f"\n{_BESIDE}")


def use_folder(folder: Path) -> Path:
    """Let this process and those it starts keep what they keep here, not where the user does.

    Modules are compiled once, as they are where the package is installed.
    """
    cache = folder / "cache"
    os.environ["CALLWRIGHT_CACHE_DIR"] = str(cache)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    for name in ("CALLWRIGHT_CACHE", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    return cache


if __name__ == "__main__":
    main()
