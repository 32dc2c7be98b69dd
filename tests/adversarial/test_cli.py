"""The command: terminals, pipes, disks, caches, and a network that is not there."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.adversarial.conftest import spec
from tests.fault.script import answer, hang_up, in_turn

from callwright import create_tools_from_openapi_spec
from callwright.cli import main
from callwright.cli.screen import visible

PATHS = {f"/{n}": {"get": {"operationId": f"get_{n}"}} for n in range(300)}
PATIENCE = 60


def run(*words: str, **more) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "callwright", *words]
    return subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=PATIENCE, check=False, **more
    )


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A spec in a file, in an empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(spec(PATHS)))
    return str(file)


def test_c01_escapes_on_a_terminal():
    """What steers a terminal is written out; elsewhere a result is as it came."""
    assert visible("\x1b]52;c;aGk=\x07\x1b[2J") == "\\u001b]52;c;aGk=\\u0007\\u001b[2J"
    import io

    from callwright.cli.screen import Screen

    for is_terminal in (True, False):
        stream = io.StringIO()
        Screen(stream, is_terminal=is_terminal, has_colour=False).answer("a\x1b[2Jb")
        assert ("\x1b" in stream.getvalue()) is not is_terminal


def test_c02_a_reader_that_goes(path):
    """The command ends without a traceback."""
    command = f"{sys.executable} -m callwright tools --spec {path} | head -1"
    done = subprocess.run(  # noqa: S602  # a shell's own pipe is what is tested
        command, shell=True, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.stdout.startswith("get_0")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["a file", "no folder at all"])
def test_c03_a_cache_that_cannot_be_written(fault_server, tmp_path, monkeypatch, kind, path):
    """The command works without it."""
    place = tmp_path / "cache"
    place.write_text("a file")
    inner = place / "below" if kind == "a file" else "/proc/no-such-folder"
    monkeypatch.setenv("CALLWRIGHT_CACHE_DIR", str(inner))
    server = fault_server(answer(json.dumps(spec(PATHS)).encode(), 'ETag: "1"'))
    done = run("tools", "--spec", f"{server.url}/spec.json", "--limit", "1")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert done.stdout


@pytest.mark.parametrize("damage", [b"", b"{", b"\x00" * 100, b'{"openapi": "3.1.0"}'])
def test_c04_a_cache_that_is_damaged(fault_server, cache, damage):
    """It is fetched again, and makes the right tools."""
    server = fault_server(answer(json.dumps(spec(PATHS)).encode(), 'ETag: "1"'))
    for _ in range(2):
        tools = create_tools_from_openapi_spec(f"{server.url}/spec.json")
        assert len(tools) == 300
        for file in cache.rglob("*"):
            if file.is_file():
                file.write_bytes(damage)
    assert len(create_tools_from_openapi_spec(f"{server.url}/spec.json")) == 300


def test_c05_many_starts_with_one_cache(fault_server, cache):
    """All make the same tools, and no file is torn."""
    server = fault_server(answer(json.dumps(spec(PATHS)).encode(), 'ETag: "1"'))

    def start(_: int) -> tuple[str, ...]:
        tools = create_tools_from_openapi_spec(f"{server.url}/spec.json")
        return tuple(tool.name for tool in tools)

    with ThreadPoolExecutor(20) as pool:
        made = set(pool.map(start, range(20)))
    words = ("tools", "--spec", f"{server.url}/spec.json", "--json")
    with ThreadPoolExecutor(4) as pool:
        shown = {run(*words).stdout for _ in pool.map(lambda _: None, range(2))}
    assert len(made) == len(shown) == 1
    left = [file.name for file in cache.rglob("*") if "tmp" in file.name]
    assert left == []


def test_c06_a_cache_that_points_to_a_file_of_the_users(fault_server, cache, tmp_path):
    """What a link in the cache points to is not changed."""
    precious = tmp_path / ".bashrc"
    precious.write_text("precious")
    server = fault_server(answer(json.dumps(spec(PATHS)).encode(), 'ETag: "1"'))
    create_tools_from_openapi_spec(f"{server.url}/spec.json")
    files = [file for file in cache.rglob("*") if file.is_file()]
    assert files
    for file in files:
        file.unlink()
        file.symlink_to(precious)
    assert len(create_tools_from_openapi_spec(f"{server.url}/spec.json")) == 300
    assert precious.read_text() == "precious"


def test_c07_a_network_that_is_not_there(fault_server, capsys, path):
    """One line with the host, the code for it, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert main(["tools", "--spec", f"http://127.0.0.1:{port}/spec.json"]) == 3
    told = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in told
    assert "Traceback" not in told
    assert "Connection refused" in told
    # What was kept is not used unasked: it may be older than anyone thinks.
    server = fault_server(in_turn(answer(json.dumps(spec(PATHS)).encode(), 'ETag: "1"'), hang_up))
    assert main(["tools", "--spec", f"{server.url}/s"]) == 0
    assert main(["tools", "--spec", f"{server.url}/s"]) == 3
    capsys.readouterr()


def test_k06_a_secret_on_the_command_line(fault_server, path, capsys, monkeypatch):
    """It works, with a warning that `ps` shows it; the form that hides it is named, and works."""
    server = fault_server(answer(b"{}", "Content-Type: application/json"))
    monkeypatch.setenv("CANARY", "by-env")
    words = ["call", "--spec", path, "--server", server.url, "get_0"]
    assert main([*words, "--header", "X-Key: canary-in-argv"]) == 0
    told = "".join(capsys.readouterr())
    assert "canary-in-argv" not in told
    assert "`ps`" in told
    assert "env:NAME" in told
    assert main([*words, "--header", "X-Key: env:CANARY"]) == 0
    assert "`ps`" not in "".join(capsys.readouterr())
    sent = [request.headers["x-key"] for request in server.requests]
    assert sent == ["canary-in-argv", "by-env"]
