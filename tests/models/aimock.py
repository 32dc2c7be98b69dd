"""aimock, a provider's double of other people's making, started once for the tests of this room."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

__all__ = ["Aimock", "running", "why_not"]

_NODE_MODULES = Path(
    os.environ.get("CALLWRIGHT_TEST_NODE_MODULES")
    or Path(__file__).parents[2] / ".ci/node/node_modules"
)
_PROGRAM = _NODE_MODULES / "@copilotkit/aimock/dist/cli.js"
_NODE = shutil.which("node")
_START_SECONDS = 60


def why_not() -> str:
    """Why it cannot be started here; nothing where it can."""
    if _NODE is None:
        return "node is not installed"
    if not _PROGRAM.is_file():
        return "@copilotkit/aimock is not installed; see CALLWRIGHT_TEST_NODE_MODULES"
    return ""


FIXTURES: list[dict[str, Any]] = [
    {
        "match": {"userMessage": "Stock and price", "hasToolResult": False},
        "response": {
            "toolCalls": [
                {"id": "call_stock", "name": "get_stock", "arguments": {"sku": 7}},
                {"id": "call_price", "name": "get_price", "arguments": {"sku": 7}},
            ]
        },
    },
    {
        "match": {"userMessage": "Stock and price", "toolCallId": "call_price"},
        "response": {"content": "12 units at 3.50."},
    },
    {  # for Ollama, whose results have no ids
        "match": {"userMessage": "Stock and price", "hasToolResult": True},
        "response": {"content": "12 units at 3.50."},
    },
    {
        "match": {"userMessage": "Break"},
        "response": {"error": {"message": "It broke.", "type": "server_error"}, "status": 500},
    },
    {
        "match": {"userMessage": "Refuse"},
        "response": {
            "error": {"message": "No such thing.", "type": "invalid_request_error"},
            "status": 400,
        },
    },
    {
        "match": {"userMessage": "Slow", "sequenceIndex": 0},
        "response": {"error": {"message": "Too fast."}, "status": 429, "retryAfter": 2},
    },
    {"match": {"userMessage": "Slow"}, "response": {"content": "Thanks."}},
    {
        "match": {"userMessage": "Later"},
        "response": {"error": {"message": "Much too fast."}, "status": 429, "retryAfter": 3600},
    },
    {
        "match": {"userMessage": "Cut"},
        "response": {"content": "A long answer that never comes to its end."},
        "chunkSize": 5,
        "latency": 5,
        "truncateAfterChunks": 8,
    },
    {"match": {"userMessage": "Hello"}, "response": {"content": "Hi."}},
]


@dataclass(frozen=True)
class Aimock:
    """A running aimock."""

    url: str

    def entries(self, text: str) -> list[dict[str, Any]]:
        """What its journal has of the requests that ask this, in order."""
        answer = httpx2.get(f"{self.url}/__aimock/journal", trust_env=False)
        entries = [entry for entry in answer.json() if text in json.dumps(entry["body"])]
        for entry in entries:
            entry["body"].pop("_endpointType", None)  # aimock's own note
        return entries

    def asked(self, text: str) -> list[dict[str, Any]]:
        """The bodies of the requests that ask this, in order."""
        return [entry["body"] for entry in self.entries(text)]


@contextmanager
def running(folder: Path) -> Iterator[Aimock]:
    """Starts aimock on a free port, and ends it."""
    fixtures, log = folder / "fixtures.json", folder / "log"
    fixtures.write_text(json.dumps({"fixtures": FIXTURES}))
    command = [str(_NODE), str(_PROGRAM), "-p", "0", "-f", str(fixtures), "--strict"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # the installed program, on our fixtures
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=folder
        )
        try:
            yield Aimock(_wait_until_ready(process, log))
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        said = re.search(r"listening on (http://127\.0\.0\.1:\d+)", log.read_text())
        if said and httpx2.get(f"{said[1]}/ready", trust_env=False).is_success:
            return said[1]
        time.sleep(0.02)
    raise AssertionError(f"aimock did not start: {log.read_text()}")
