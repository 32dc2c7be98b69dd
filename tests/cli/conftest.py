"""What the tests of the command share: runs of it, a terminal, and a provider with a script."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from callwright.cli import main
from callwright.demo import DEMO_KEY, DemoService

PATIENCE = 20.0


@dataclass(frozen=True)
class Ran:
    """What came of one run of the command."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in, without any configuration of this machine's."""
    for name in list(os.environ):
        if name.startswith("RUN_WITH_TOOLS") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs the command within this process."""

    def run(*words: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main(words)
        out, err = capsys.readouterr()
        assert "Traceback" not in err or "--verbose" in words
        return Ran(code, out, err)

    return run


@pytest.fixture
def spawn() -> Callable[..., Ran]:
    """Runs the command as a process of its own."""

    def spawn(*words: str, stdin: str = "") -> Ran:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "callwright", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return spawn


@pytest.fixture
def spec(library: DemoService) -> list[str]:
    """The options that choose the library, with its key."""
    return ["--spec", library.spec_url, "--header", "X-Library-Key: env:LIBRARY_KEY"]


class Terminal:
    """The command on a terminal of its own; its standard output may go elsewhere."""

    def __init__(self, *words: str, keeps_output: bool = False) -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "callwright", *words],
            stdin=slave,
            stdout=subprocess.PIPE if keeps_output else slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def expect(self, text: str) -> str:
        """Wait until the text is there; returns what came up to it since the last time."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.seen:
            assert time.monotonic() < deadline, f"waited for {text!r}, saw {self.seen!r}"
            if not self._read():
                break
        before, found, self.seen = self.seen.partition(text)
        assert found, f"waited for {text!r}, saw {before!r}"
        return before + found

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], 0.2)
        if not ready:
            return True
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # Linux, when the other end is closed
            return False
        self.seen += piece.decode()
        return bool(piece)

    def send(self, line: str) -> None:
        """Type a line."""
        os.write(self.master, line.encode() + b"\n")

    def end(self) -> Ran:
        """Wait for the end."""
        out = self.process.stdout.read().decode() if self.process.stdout else ""
        deadline = time.monotonic() + PATIENCE
        while self._read() and time.monotonic() < deadline:
            if self.process.poll() is not None and not select.select([self.master], [], [], 0)[0]:
                break
        return Ran(self.process.wait(PATIENCE), out, self.seen)

    def close(self) -> None:
        """End it, if it runs still."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        with suppress(OSError):
            os.close(self.master)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Starts the command on a terminal."""
    started: list[Terminal] = []

    def start(*words: str, keeps_output: bool = False) -> Terminal:
        started.append(Terminal(*words, keeps_output=keeps_output))
        return started[-1]

    yield start
    for item in started:
        item.close()


@pytest.fixture
def provider() -> Iterator[Callable[..., str]]:
    """Starts a provider that gives the replies of a script; returns the model's name.

    A step is a text, a list of (name, arguments) calls, or the status of a failure.
    """
    servers: list[ThreadingHTTPServer] = []

    def start(*script: Any) -> str:
        steps = list(script)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                step = steps.pop(0) if len(steps) > 1 else steps[0]
                content = json.dumps(_completion(step)).encode()
                self.send_response(step if isinstance(step, int) else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/v1#scripted"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _completion(step: Any) -> dict[str, Any]:
    if isinstance(step, int):
        return {"error": {"message": "no"}}
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(step, str):
        message["content"] = step
    else:
        message["tool_calls"] = [
            {
                "id": f"call_{number}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for number, (name, arguments) in enumerate(step)
        ]
    finish = "stop" if isinstance(step, str) else "tool_calls"
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 1204, "completion_tokens": 61, "total_tokens": 1265},
    }


@pytest.fixture
def demo_key() -> str:
    """The library's key."""
    return DEMO_KEY
