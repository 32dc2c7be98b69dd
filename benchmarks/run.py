"""What Callwright costs, each figure as a ratio to a floor that is measured in the same run.

    python benchmarks/run.py            a minute or two
    python benchmarks/run.py --peers    half an hour, with other libraries that make tools of a spec

Rounds of ours and of the floor take turns, so that a machine whose speed drifts bends both alike.
The printed ratio is the median of the rounds' ratios. A target is a promise of ours; a row that
does not keep it says so. `--peers` installs the other libraries with pip and npm, each into an
environment of its own in the user's cache folder (see `install.py`), and leaves the environment
that it runs in as it is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from loop import loop
from measure import print_head
from peers import peers
from runtime import calls, rounds, start_up
from specs import specs


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description="What Callwright costs.")
    parser.add_argument("--peers", action="store_true", help="other libraries beside ours")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = use_cache(Path(folder, "cache"))
        print_head()
        start_up()
        specs(cache, Path(folder))
        calls()
        rounds()
        loop()
        if given.peers:
            peers()


def use_cache(folder: Path) -> Path:
    """Let this process and those it starts keep what they keep here, not where the user does."""
    os.environ["CALLWRIGHT_CACHE_DIR"] = str(folder)
    os.environ.pop("CALLWRIGHT_CACHE", None)
    return folder


if __name__ == "__main__":
    main()
