"""The demo: no key, no network, no set-up; and its API left up for others."""

import signal
import subprocess
import sys

import pytest


@pytest.fixture
def serving():
    """Starts `demo --serve`, and reads what it says up to its last line."""
    started = []

    def start(*words):
        command = [sys.executable, "-m", "callwright", "demo", "--serve", *words]
        process = subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
        )
        started.append(process)
        return process, [process.stdout.readline().rstrip("\n") for _ in range(5)]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_tour(spawn):
    """Prompts, exchanges and answers, in a process that has nothing set up."""
    ran = spawn("demo")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("\n> ") >= 4
    assert "> What does Amara Okafor have on loan?\n   GET  /members?name=Amara%20Okafor" in ran.out
    assert "   POST /loans" in ran.out
    assert '        {"book_id":1,"member_id":105}' in ran.out
    assert "“Dune”" in ran.out
    assert "What next:" in ran.out
    assert "run-with-tools demo --serve" in ran.out


def test_own_prompt(run):
    """With a prompt it answers that: the answer alone is on standard output."""
    ran = run("demo", "Is the library", "open on Sunday?")
    assert ran.code == 0
    assert "Sunday" in ran.out
    assert "GET" not in ran.out
    assert "   GET  /hours?day=Sunday" in ran.err


def test_quiet(run):
    """Quiet leaves the rest out."""
    assert run("demo", "-q", "Is the library open on Sunday?").err == ""


def test_environment_is_not_asked(run, monkeypatch):
    """Somebody's own configuration does not change the demo's model."""
    monkeypatch.setenv("RUN_WITH_TOOLS_MODEL", "openai:any")
    assert run("demo", "Is the library open on Sunday?").code == 0


def test_other_model(run, provider):
    """Another model can be tried on it."""
    assert run("demo", "--model", provider("Hello."), "hi").out == "Hello.\n"
    assert run("demo", "--model", "nonsense", "hi").code == 2


def test_serve(serving, spawn, monkeypatch, demo_key):
    """The API is left up: another process can use it as is told, until an interrupt ends it."""
    process, lines = serving("--port", "0")
    url = lines[1].split()[1]
    assert url.endswith("/openapi.json")
    assert lines[2].endswith(f"X-Library-Key: {demo_key}")
    assert lines[3] == "In a second terminal:"
    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", lines[4].replace("run-with-tools", f"{sys.executable} -m callwright")],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert "Dune" in done.stdout
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "closed\n")


def test_serve_takes_no_prompt(run):
    """A prompt beside `--serve` would be answered by nobody."""
    ran = run("demo", "--serve", "hello")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: --serve takes no prompt.\n")


def test_serve_elsewhere(serving):
    """Where the usual port is taken, a free one serves."""
    urls = {serving()[1][1].split()[1] for _ in range(2)}
    assert len(urls) == 2


def test_serve_deaf(tmp_path):
    """A shell starts background jobs deaf to interrupts; the service still ends by one."""
    script = (
        f'"{sys.executable}" -m callwright demo --serve --port 0 >out & '
        "until [ -s out ]; do sleep 0.1; done; sleep 0.3; kill -INT $!; wait $!"
    )
    done = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", script], capture_output=True, timeout=20, check=False
    )
    assert done.returncode == 0
