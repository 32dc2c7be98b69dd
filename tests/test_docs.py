"""What the documentation shows is run: Python as it stands, commands with what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

import callwright
from callwright import Answer, Event, Limits
from callwright.cli.app import application
from callwright.core.events.event import StopReason

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs").glob("*.md"))
ADDRESS = "http://127.0.0.1:8765"


def blocks(language: str, text: str = README) -> list[str]:
    """The fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run_blocks(name: str, text: str, address: str) -> None:
    """Run the Python blocks of a page one after the other, as a reader would type them."""
    namespace: dict[str, Any] = {}
    for number, block in enumerate(blocks("python", text), 1):
        code = block.replace(ADDRESS, address)
        exec(compile(code, f"{name}, block {number}", "exec"), namespace)  # noqa: S102


def test_the_first_screen_has_two_commands():
    """A newcomer finds exactly two commands: the demo, and the tests."""
    demo, tests = blocks("sh")
    assert demo.strip().endswith("run-with-tools demo")
    assert "-m pytest" in tests
    assert README.index(tests) < README.index("\n## ")


def test_the_readmes_python_runs(library, capsys):
    """The Python blocks run one after the other, as a reader would type them."""
    run_blocks("README.md", README, library.url)
    printed = capsys.readouterr().out
    assert "A Wizard of Earthsea" in printed
    assert "Murder on the Orient Express" in printed
    assert '"$LIBRARY_KEY"' in printed
    assert "lantern-demo-key" not in printed
    assert "\n7\n" in printed or " 7." in printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_pages_python_runs(page, library, tmp_path, monkeypatch):
    """The Python blocks of each page below docs/ run, from its first to its last."""
    monkeypatch.chdir(tmp_path)
    run_blocks(page.name, page.read_text(encoding="utf-8"), library.url)


def commands() -> list[tuple[str, str]]:
    """The console lines and what they print to standard output."""
    (console,) = blocks("console")
    pieces = re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]
    return [tuple(piece.split("\n", 1)) for piece in pieces]


def test_the_readmes_commands_print_what_it_says(library):
    """Each command, run by a shell, exits with 0 and prints the lines below it."""
    scripts = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}", "NO_COLOR": "1"}
    for command, expected in commands():
        run = subprocess.run(  # noqa: S602  # the README's own words
            command.replace(ADDRESS, library.url),
            shell=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stdout) == (0, expected), run.stderr


def test_the_configuration_shown_is_enough(library, tmp_path):
    """With the file that the page on the terminal shows, a prompt is all that is needed."""
    (block,) = blocks("toml", (ROOT / "docs/terminal.md").read_text(encoding="utf-8"))
    (tmp_path / "run-with-tools.toml").write_text(block.replace(ADDRESS, library.url))
    run = subprocess.run(
        [sys.executable, "-m", "callwright", "Which loans are overdue?"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Jonas Lindqvist" in run.stdout


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *PAGES], ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page):
    """A relative link names a file that is there, or a heading of the same page."""
    text = page.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        elif "://" not in target:
            file = target.partition("#")[0]
            assert (page.parent / file).exists()


PAGES_TEXT = {page.name: page.read_text(encoding="utf-8") for page in PAGES}


@pytest.mark.parametrize("name", sorted(set(callwright.__all__) - {"__version__"}))
def test_every_public_name_is_explained(name):
    """Each stands in the README or on a page."""
    texts = [README, *PAGES_TEXT.values()]
    assert any(re.search(rf"\b{name}\b", text) for text in texts)


@pytest.mark.parametrize(
    "name",
    [
        *(kind.kind for kind in get_args(Event)),
        *(item.name for item in fields(Answer)),
        *(item.name for item in fields(Limits)),
        *(reason for literal in get_args(StopReason) for reason in get_args(literal)),
    ],
)
def test_a_runs_words_are_on_its_page(name):
    """The page on runs has every event, every field of an answer, limit and stop reason."""
    assert f"`{name}`" in PAGES_TEXT["runs.md"]


def test_every_option_is_on_the_commands_page():
    """The page on the terminal has every option of every command, and no other."""
    known = {
        option
        for command in application.commands.values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    (table,) = re.findall(
        r"^## Options\n(.*?)^## ", PAGES_TEXT["terminal.md"], re.MULTILINE | re.DOTALL
    )
    assert set(re.findall(r"--[a-z][a-z-]+", table)) == known
