"""The entry: what starts without weight, which command is meant, how failures are told."""

import json
import signal
import socket
import subprocess
import sys

import pytest

HEAVY = ("httpx2", "pydantic", "jsonschema", "yaml", "tiktoken", "rich", "msgspec", "anyio")


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["run", "--help"], ["config"]])
def test_light(words):
    """What needs no spec imports nothing heavy."""
    code = (
        "import json, sys; from callwright.cli import main; main(json.loads(sys.argv[1]));"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, json.dumps(words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert not set(HEAVY) & set(json.loads(done.stderr))


def test_version(spawn):
    """`python -m callwright` is the command, and tells its version."""
    from callwright import __version__

    ran = spawn("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"run-with-tools {__version__}\n", "")


@pytest.mark.parametrize("command", ["run", "tools", "call", "check", "demo", "config", "cache"])
def test_help(run, command):
    """Every command has its help, where every option but help names its variable."""
    ran = run(command, "--help")
    assert ran.code == 0
    options = [
        part
        for part in ran.out.partition("\nOptions:")[2].split("\n  -")[1:]
        if "--help" not in part
    ]
    if command == "demo":  # it needs no set-up, so none is taken from the environment
        options = [part for part in options if "--model" not in part]
    assert options
    assert all("env var:" in " ".join(part.split()) for part in options)
    assert "RUN_WITH_TOOLS_VERBOSE" in ran.out


def test_help_of_all(run):
    """The command's own help shows the exit codes and how completion is had."""
    ran = run("--help")
    assert ran.code == 0
    assert "Exit codes: 0 ok" in ran.out
    assert "_RUN_WITH_TOOLS_COMPLETE=bash_source" in ran.out


def test_the_list_of_commands(run):
    """The commands stand in the order of use, each with a line that is not cut off."""
    listed = run("--help").out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == [
        *("run", "tools", "trim", "call", "check", "demo", "config", "cache", "trust"),
    ]
    assert not any(line.endswith("...") for line in listed)


def test_a_wrong_option_is_told_by_what_was_written(run, spec, monkeypatch):
    """A fault names the option, or the variable where its value came from there."""
    assert "'--timeout': 'x'" in run(*spec, "--timeout", "x", "hi").err
    monkeypatch.setenv("RUN_WITH_TOOLS_TIMEOUT", "x")
    assert "RUN_WITH_TOOLS_TIMEOUT" in run(*spec, "hi").err


def test_help_of_lists(run):
    """Options that may be repeated say how their variables hold several values."""
    text = " ".join(run("tools", "--help").out.split())
    assert text.count("in the variable, one a line") == 4


def test_nothing_asked(run):
    """No words and no terminal: it is said what is missing."""
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: No spec is chosen.")


def test_unknown_option(run):
    """A usage error has the form of all others."""
    ran = run("tools", "--colour")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: No such option")
    assert ran.err.endswith("  See: run-with-tools tools --help\n")


def test_words_are_a_prompt(run, spec):
    """Words that name no command are a prompt."""
    ran = run(*spec, "--model", "offline", "Is the library", "open on Sunday?")
    assert ran.code == 0
    assert "Sunday" in ran.out


def test_explicit_run(run, spec):
    """`run` is the default command's name, for prompts that begin like a command."""
    ran = run("run", *spec, "--model", "offline", "Which loans are overdue?")
    assert ran.code == 0
    assert "Dune" in ran.out


def test_own_fault(run, monkeypatch):
    """A fault of our own is one line, and a traceback only when asked for."""
    from callwright.cli import tools

    def broken(*_):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(tools, "read_configuration", broken)
    ran = run("tools", "--spec", "x")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: Unexpected ZeroDivisionError: by zero\n")
    assert "--verbose" in ran.err
    assert "Traceback" in run("tools", "--spec", "x", "--verbose").err


def test_closed_pipe(library):
    """A reader that has seen enough causes no noise."""
    command = f"{sys.executable} -m callwright tools --spec {library.spec_url}"
    line = f"{command} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode in (0, 141)
    assert "Error" not in done.stderr


@pytest.mark.parametrize("words", [["-m", "offline", "--spec", "{}"], ["-m", "{}#any"]])
def test_interrupt(library, words):
    """An interrupt ends what waits for an answer at once: 130, and no traceback."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        given = [word.format(url) for word in words]
        command = [sys.executable, "-m", "callwright", "--spec", library.spec_url, *given, "hi"]
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        deaf.settimeout(20)
        with deaf.accept()[0]:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.endswith("interrupted\n")
    assert "Traceback" not in err


def test_completion(spawn, monkeypatch):
    """Shells can complete the commands and the options of the default one."""
    monkeypatch.setenv("_RUN_WITH_TOOLS_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "run-with-tools de")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert "plain,demo" in spawn().out


def test_a_slip_of_the_pen_is_no_prompt(run):
    """A first word that nearly names a command is told to; `run` before it makes it a prompt."""
    ran = run("toolz", "--spec", "x.json")
    assert (ran.code, ran.out) == (2, "")
    assert "There is no command 'toolz'. Did you mean 'tools'?" in ran.err
    assert (
        "There is no file 'x.json'" in run("run", "toolz", "-m", "offline", "--spec", "x.json").err
    )
