"""python -m tests.models.oracle [PYTEST ARGUMENTS]: the servers' Pythons are made, and used.

They are two virtual environments of 2 GB, or of more where torch comes with CUDA, in the user's
cache, or where CALLWRIGHT_ORACLE_DIR says. The network is used only to make them, and they stay for
the next time. The tests themselves run in litellm's, which has all that they need, so that
`from_litellm` is tested too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path
from tests.models.oracle.server import LITELLM, TRANSFORMERS

_ROOT = Path(__file__).parents[3]
_TESTS = ["tests/models/oracle", "tests/models/test_bridge.py"]


def python_with(folder: Path, packages: Sequence[str]) -> str:
    """The Python of a virtual environment into which all that is installed."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted, done = f"{packages}\n{(_ROOT / 'pyproject.toml').read_text()}", folder / "installed"
    if not done.exists() or done.read_text() != wanted:
        run([sys.executable, "-m", "venv", str(folder)])
        run([str(python), "-m", "pip", "install", "-q", "--upgrade", "pip"])
        run([str(python), "-m", "pip", "install", "-q", *packages])
        done.write_text(wanted)
    return str(python)


def run(command: list[str]) -> None:
    """Run a command that must succeed."""
    print("$", " ".join(command), flush=True)  # noqa: T201
    subprocess.run(command, check=True, cwd=_ROOT)  # noqa: S603


def main() -> int:
    """Make what is missing, and run the tests."""
    given = os.environ.get("CALLWRIGHT_ORACLE_DIR")
    folder = Path(given).absolute() if given else user_cache_path("callwright") / "oracle"
    ours = ("-e", ".", "--group", "test")
    environment = {
        LITELLM.variable: python_with(folder / "litellm", (*LITELLM.installed, *ours)),
        TRANSFORMERS.variable: python_with(folder / "transformers", TRANSFORMERS.installed),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    command = [environment[LITELLM.variable], "-m", "pytest", *_TESTS, *sys.argv[1:]]
    tested = subprocess.run(command, cwd=_ROOT, env={**os.environ, **environment}, check=False)  # noqa: S603
    return tested.returncode


if __name__ == "__main__":
    sys.exit(main())
