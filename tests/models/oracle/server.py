"""Servers of other people's making, started for the tests of this room, and ended with them.

Each lives in a Python of its own, which an environment variable names; nothing of it is installed
here. Whatever it starts is ended with it, and what it wrote is shown where a test fails.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

__all__ = ["LITELLM", "TRANSFORMERS", "Peer", "Server", "litellm_proxy", "transformers_serve"]

_HERE = Path(__file__).parent
_START_SECONDS = 300  # an idle machine needs five; imports of this size wait long on a busy one
_TEACH_SECONDS = 900
_END_SECONDS = 20
_SHOWN = 20_000
"""Bytes of a log's end."""


@dataclass(frozen=True)
class Peer:
    """A package whose server is tested against: where its Python is, and how to come by one."""

    package: str
    variable: str
    installed: tuple[str, ...]
    """What pip is to install."""

    def python(self) -> str:
        """The Python that has it."""
        given = os.environ[self.variable]
        python = str(Path(given).absolute())  # its link is not followed: it is what finds packages
        looking = f"import importlib.util as u, sys; sys.exit(not u.find_spec({self.package!r}))"
        found = subprocess.run([python, "-c", looking], check=False, capture_output=True)  # noqa: S603
        assert found.returncode == 0, f"{self.variable} is {given!r}, without {self.package}."
        return python

    def or_skip(self) -> None:
        """Skips the module that says so where no Python is named, with the way to get one."""
        if os.environ.get(self.variable):
            return
        wanted = " ".join(f"'{item}'" for item in self.installed)
        pytest.skip(
            f"{self.variable} names no Python with {self.package}: python -m tests.models.oracle; "
            f"or: python -m venv V && V/bin/pip install {wanted} && "
            f"export {self.variable}=V/bin/python",
            allow_module_level=True,
        )


LITELLM = Peer("litellm", "CALLWRIGHT_LITELLM_PYTHON", ("litellm[proxy]",))
TRANSFORMERS = Peer(
    "transformers",
    "CALLWRIGHT_TRANSFORMERS_PYTHON",
    # Any torch does that transformers takes; this one is known to, also in its build for CPUs.
    ("torch==2.13.0", "transformers[serving]"),
)


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    folder: Path
    key: str = field(default="", repr=False)

    @property
    def log(self) -> bytes:
        """What it has written so far."""
        return (self.folder / "log").read_bytes()

    @contextmanager
    def told(self) -> Iterator[Server]:
        """Writes out what the server writes meanwhile; pytest shows that where a test fails."""
        before = len(self.log)
        yield self
        sys.stdout.write(self.log[before:][-_SHOWN:].decode(errors="replace"))


@contextmanager
def litellm_proxy(folder: Path) -> Iterator[Server]:
    """A proxy whose one model, m1, is that of `scripted.py`; what it is asked is in `journal`."""
    python = LITELLM.python()
    (folder / "scripted.py").write_bytes((_HERE / "scripted.py").read_bytes())
    (folder / "journal").touch()
    key = f"sk-{secrets.token_hex(24)}"
    port = _free_port()
    (folder / "config.yaml").write_text(_CONFIG.replace("URL", f"http://127.0.0.1:{port}"))
    command = [_beside(python, "litellm"), "--config", "config.yaml", "--host", "127.0.0.1"]
    environment = {
        "CALLWRIGHT_ORACLE_JOURNAL": str(folder / "journal"),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MASTER_KEY": key,
    }
    with _running([*command, "--port", str(port)], folder, environment) as process:
        server = Server(url=f"http://127.0.0.1:{port}", folder=folder, key=key)
        _wait_until_ready(process, server, "/health/liveliness")
        yield server


_CONFIG = """\
model_list:
  - model_name: m1
    litellm_params: {model: scripted/m1}
  # The same by way of the proxy itself: as Gemini it asks no provider that is none of its own.
  - model_name: g1
    litellm_params:
      {model: openai/m1, api_base: "URL/v1", api_key: os.environ/LITELLM_MASTER_KEY}
litellm_settings:
  custom_provider_map:
    - {provider: scripted, custom_handler: scripted.provider}
  telemetry: false
general_settings: {custom_auth: scripted.admit}
# Each failure is told as it is, and the model is asked again after it.
router_settings: {num_retries: 0, disable_cooldowns: true}
"""


@contextmanager
def transformers_serve(folder: Path) -> Iterator[Server]:
    """A server of the two models that `overfit.py` trains into the folder first."""
    python = TRANSFORMERS.python()
    with _running([python, str(_HERE / "overfit.py"), str(folder)], folder, {}) as process:
        assert process.wait(_TEACH_SECONDS) == 0, (folder / "log").read_text()
    port = _free_port()
    command = [_beside(python, "transformers"), "serve", "--host", "127.0.0.1", "--device", "cpu"]
    with _running([*command, "--port", str(port)], folder, {}) as process:
        server = Server(url=f"http://127.0.0.1:{port}", folder=folder)
        _wait_until_ready(process, server, "/health")
        yield server


def _beside(python: str, program: str) -> str:
    return str(Path(python).parent / program)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


_TAKEN = ("PATH", "LANG", "LC_", "TMPDIR", "OPENBLAS")
_QUIET = {
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "NO_PROXY": "*",
    "PYTHONUNBUFFERED": "1",
}


@contextmanager
def _running(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Starts a program in a group of its own, with none of our settings, and ends the group."""
    taken = {name: value for name, value in os.environ.items() if name.startswith(_TAKEN)}
    home = {"HOME": str(folder), "HF_HOME": str(folder / "hub")}
    with (folder / "log").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  # the installed program
            command,
            cwd=folder,
            env={**taken, **_QUIET, **home, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):  # nobody of its group is left
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], server: Server, path: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with httpx2.Client(base_url=server.url, trust_env=False) as client:
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx2.TransportError):
                if client.get(path).is_success:
                    return
            time.sleep(0.1)
    raise AssertionError(f"It did not start:\n{server.log[-_SHOWN:].decode(errors='replace')}")
