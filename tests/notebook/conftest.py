"""What the notebook's tests share: a strict reader of HTML, runs made by hand, and a kernel."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

import nbformat
import pytest
from nbclient import NotebookClient

from callwright.core.events.event import (
    CallFinished,
    CallStarted,
    ModelAsked,
    ModelReplied,
    Outcome,
)
from callwright.core.message import Messages, ToolCall, Usage, assistant, user
from callwright.core.tool import Exchange, ToolResult

PHRASING = {"p", "summary", "h4", "pre", "caption", "code", "b", "span", "title", "text"}
BLOCKS = {"p", "div", "pre", "table", "details", "section", "h4", "ul", "svg"}
PARENTS = {
    "thead": {"table"},
    "tbody": {"table"},
    "caption": {"table"},
    "tr": {"thead", "tbody"},
    "td": {"tr"},
    "th": {"tr"},
    "summary": {"details"},
    "g": {"svg"},
    "rect": {"g", "svg"},
    "line": {"g", "svg"},
    "text": {"g", "svg"},
    "title": {"g", "svg"},
}
HARMLESS = set("div style section p pre details summary h4 code b span table svg".split())


class Page(HTMLParser):
    """Reads HTML as a browser does, and refuses whatever a browser would have to mend."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tree = TreeBuilder()

    def handle_starttag(self, tag, attrs):
        """A start: the element is known, may stand here, and has each attribute once."""
        parent = self.open[-1] if self.open else "body"
        assert tag in HARMLESS | PARENTS.keys(), f"<{tag}> is not ours"
        assert tag not in PARENTS or parent in PARENTS[tag], f"<{tag}> in <{parent}>"
        assert not (tag in BLOCKS and PHRASING & set(self.open)), f"<{tag}> in {self.open}"
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), names
        assert not [name for name in names if name.startswith("on") or name == "href"]
        self.open.append(tag)
        self.tree.start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag):
        """An end: of the element that was opened last."""
        assert self.open.pop() == tag
        self.tree.end(tag)

    def handle_data(self, data):
        """Text: inside of an element, no sign of markup that was meant to be one."""
        assert self.open, data
        if self.open[-1] != "style":
            self.tree.data(data)

    def handle_comment(self, data):
        """There are no comments."""
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def parse(html: str) -> Element:
    """The tree of a piece of HTML, style sheets left empty."""
    html.encode()
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page.tree.close()


@pytest.fixture
def parsed() -> Callable[[str], Element]:
    """Reads HTML strictly: every element known, closed, and where it may stand."""
    return parse


def told(node: Element | None) -> str:
    """The text of an element."""
    assert node is not None
    return "".join(node.itertext())


@pytest.fixture
def told_by() -> Callable[[Element | None], str]:
    """Reads the text of an element and of everything in it."""
    return told


def make_call(
    number: int, name: str, at: float, seconds: float, result: ToolResult, **arguments: object
) -> tuple[CallStarted, CallFinished]:
    """The two events of a call that ends at `at`."""
    call = ToolCall.parse(f"call_{number}", name, arguments)
    start = CallStarted(at=at - seconds, round=1, call=call, effect="read")
    return start, CallFinished(at=at, round=1, call=call, result=result, seconds=seconds)


@pytest.fixture
def called() -> Callable[..., tuple[CallStarted, CallFinished]]:
    """Makes the two events of a call."""
    return make_call


def make_run() -> Outcome:
    """Two model turns of 0.5 s around two calls at once, one of which fails; 1.5 s in all."""
    usage = Usage(input_tokens=1204, output_tokens=61, requests=1)
    found = ToolResult(
        content='{"items":[]}',
        value={"items": []},
        exchange=Exchange(
            method="GET", url="http://127.0.0.1/books?q=x", status=200, response_bytes=18_230
        ),
    )
    refused = ToolResult.failure(
        "HTTP 404 Not Found.",
        Exchange(method="DELETE", url="http://127.0.0.1/books/9", status=404, response_bytes=99),
    )
    first = make_call(1, "search_books", 0.9, 0.4, found, q="x")
    second = make_call(2, "remove_book", 1.0, 0.5, refused, book_id=9)
    asked = assistant("", [first[0].call, second[0].call])
    answer = assistant("Nothing found.\nTry another.")
    replies = [
        ModelReplied(at=0.5, round=1, message=asked, usage=usage, seconds=0.5, model="demo-1"),
        ModelReplied(at=1.5, round=2, message=answer, usage=usage, seconds=0.5, model="demo-1"),
    ]
    return Outcome(
        text=answer.text,
        messages=Messages([user("Before"), assistant("…"), user("Find x"), asked, answer]),
        calls=(first[1], second[1]),
        usage=usage + usage,
        rounds=2,
        events=(
            ModelAsked(at=0.0, round=1),
            replies[0],
            first[0],
            second[0],
            first[1],
            second[1],
            ModelAsked(at=1.0, round=2),
            replies[1],
        ),
    )


@pytest.fixture
def run() -> Outcome:
    """A run that was made by hand."""
    return make_run()


Execute = Callable[[nbformat.NotebookNode], nbformat.NotebookNode]


@pytest.fixture(scope="module")
def execute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Execute]:
    """Executes a notebook in a kernel of this interpreter, which is shut down at its end."""
    folder = tmp_path_factory.mktemp("jupyter")
    kernel = folder / "kernels" / "here" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "here", "language": "python"}
    kernel.write_text(json.dumps(spec))

    def run_all(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
        client = NotebookClient(notebook, kernel_name="here", timeout=120, startup_timeout=120)
        return asyncio.run(client.async_execute())

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        yield run_all
