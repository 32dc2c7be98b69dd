"""`run-with-tools cache`: where specs are kept, and how they are removed."""

import json
import subprocess
import sys

import pytest

from callwright.cache.parsed import ParsedSpecs


@pytest.mark.parametrize("words", [["cache"], ["cache", "path"]])
def test_path(run, cache, words):
    """The path alone stands on standard output, for scripts; it is told unasked, too."""
    ran = run(*words)
    assert (ran.code, ran.out, ran.err) == (0, f"{cache}\n", "")


def test_path_of_another_directory(spawn, tmp_path, monkeypatch):
    """The variable's directory is told, and not made."""
    monkeypatch.setenv("CALLWRIGHT_CACHE_DIR", str(tmp_path / "new"))
    assert spawn("cache", "path").out == f"{tmp_path / 'new'}\n"
    assert not (tmp_path / "new").exists()


def test_clear(run, cache):
    """What was kept is removed and counted; what was not is left."""
    ParsedSpecs().put(b"a: 1", b'{"a":1}')
    ParsedSpecs().put(b"a: 2", b'{"a":2}')
    size = sum(path.stat().st_size for path in cache.iterdir())
    (cache / "notes.txt").write_text("mine")
    ran = run("cache", "clear")
    assert (ran.code, ran.out, ran.err) == (0, f"removed 2 files, {size} bytes\n", "")
    assert [path.name for path in cache.iterdir()] == ["notes.txt"]
    assert run("cache", "clear").out == "removed 0 files, 0 bytes\n"


def test_clear_of_nothing(run, tmp_path, monkeypatch):
    """Where nothing was ever kept there is nothing to remove, and no error."""
    monkeypatch.setenv("CALLWRIGHT_CACHE_DIR", str(tmp_path / "none"))
    ran = run("cache", "clear")
    assert (ran.code, ran.out) == (0, "removed 0 files, 0 bytes\n")


def test_clear_of_what_cannot_be_cleared(run, tmp_path, monkeypatch):
    """A directory that cannot be read is told, as what it is."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    monkeypatch.setenv("CALLWRIGHT_CACHE_DIR", str(loop))
    ran = run("cache", "clear")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: The cache {str(loop)!r} cannot be cleared: Too many levels of symbolic links.\n"
        "  Look who may write there.\n"
    )


@pytest.mark.parametrize("action", ["path", "clear"])
def test_switched_off(run, cache, monkeypatch, action):
    """A cache that is switched off can be found and cleared; the switch is told."""
    ParsedSpecs().put(b"a: 1", b'{"a":1}')
    monkeypatch.setenv("CALLWRIGHT_CACHE", "off")
    ran = run("cache", action)
    assert (ran.code, "CALLWRIGHT_CACHE" in ran.err) == (0, True)
    assert len(list(cache.iterdir())) == {"path": 1, "clear": 0}[action]
    assert run("cache", action, "--quiet").err == ""


@pytest.mark.parametrize("action", ["path", "clear"])
def test_nowhere(run, monkeypatch, action):
    """A user without a home is told how a directory is named."""
    monkeypatch.setenv("CALLWRIGHT_CACHE_DIR", "~nobody-of-this-name/x")
    ran = run("cache", action)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: There is no directory to keep specs in.\n  Name one in CALLWRIGHT_CACHE_DIR.\n"
    )


def test_usage(run):
    """An action that there is not is told, with those that there are, in one line."""
    ran = run("cache", "empty")
    assert (ran.code, ran.out) == (2, "")
    assert "'path', 'clear'" in ran.err.splitlines()[0]
    assert ran.err.endswith("  See: run-with-tools cache --help\n")


def test_help(run):
    """The help names both actions and both variables."""
    text = run("cache", "--help").out
    for word in ("  path ", "  clear ", "CALLWRIGHT_CACHE_DIR", "CALLWRIGHT_CACHE=off"):
        assert word in text
    assert "cache  " in run("--help").out


def test_light():
    """The command imports nothing that only a spec needs."""
    code = (
        "import json, sys; from callwright.cli import main; main(['cache', 'path']);"
        "print(json.dumps(sorted(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    heavy = {"httpx2", "pydantic", "jsonschema", "yaml", "tiktoken", "rich", "msgspec", "anyio"}
    assert not heavy & set(json.loads(done.stdout.splitlines()[-1]))
