"""From a document to its tools, and what becomes of a call."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callwright.core.errors import ApiUnreachable, ConfigurationError
from callwright.core.tool import Exchange
from callwright.openapi.answer.response import Answer
from callwright.openapi.document import Document
from callwright.openapi.override import Override
from callwright.openapi.report import Finding, Report

MakeTools = Callable[..., Any]

PATHS = {
    "/users": {"get": {"operationId": "listUsers", "tags": ["users"]}, "post": {"tags": ["users"]}},
    "/users/{id}": {"get": {"operationId": "getUser"}, "delete": {"deprecated": True}},
    "/repos": {"servers": [{"url": "https://repos.test/v2"}], "get": {"operationId": "listRepos"}},
}


def chosen(tools: Any) -> list[str]:
    """Method and path of each tool."""
    return [f"{tool.operation.method} {tool.operation.path}" for tool in tools]


def test_all(make_tools: MakeTools) -> None:
    """Every operation is a tool, in the order of the document's paths."""
    tools = make_tools(PATHS)
    assert chosen(tools) == [
        "GET /users", "POST /users", "GET /users/{id}", "DELETE /users/{id}", "GET /repos",
    ]  # fmt: skip
    assert [tool.source for tool in tools] == ["Test"] * 5
    assert all(tool.is_executable for tool in tools)
    assert repr(tools["getUser"]) == "<OperationTool 'getUser' (read)>"


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        pytest.param([], 5, id="none"),
        pytest.param(["/users$"], 2, id="text"),
        pytest.param([re.compile("/USERS$", re.IGNORECASE)], 2, id="compiled"),
        pytest.param([r"/users/\{id\}$", "^https://repos"], 3, id="any of two"),
        pytest.param(["^https://repos.test/v2/repos$"], 1, id="server of the path"),
        pytest.param(["nowhere"], 0, id="nothing"),
        pytest.param("users", 4, id="one alone"),
        pytest.param((pattern for pattern in ["users"]), 4, id="generator"),
    ],
)
def test_match_patterns(make_tools: MakeTools, patterns: Any, expected: int) -> None:
    """Patterns are searched in the whole URL; any one admits."""
    assert len(make_tools(PATHS, {"match_patterns": patterns})) == expected


def test_bad_pattern(make_tools: MakeTools) -> None:
    """A pattern that is no regular expression is named."""
    with pytest.raises(ConfigurationError, match=re.escape("'[a'")):
        make_tools(PATHS, {"match_patterns": ["[a"]})


def test_where(make_tools: MakeTools) -> None:
    """A predicate chooses by anything that an operation says."""
    assert chosen(make_tools(PATHS, {"where": lambda o: "users" in o.tags})) == [
        "GET /users",
        "POST /users",
    ]
    assert chosen(make_tools(PATHS, {"where": lambda o: o.deprecated})) == ["DELETE /users/{id}"]
    both = {"where": lambda o: o.effect == "read", "match_patterns": ["users"]}
    assert chosen(make_tools(PATHS, both)) == ["GET /users", "GET /users/{id}"]


@pytest.mark.parametrize(
    ("operation", "description"),
    [
        pytest.param({"summary": "A.", "description": "B."}, "A.\nB.", id="both"),
        pytest.param({"summary": "A.", "description": "A."}, "A.", id="the same twice"),
        pytest.param({"description": "B.", "deprecated": True}, "Deprecated.\nB.", id="deprecated"),
        pytest.param({}, "GET /v", id="nothing"),
        pytest.param({"summary": "\u202e\u200b"}, "GET /v", id="nothing visible"),
        pytest.param(
            {"summary": "a\u200bb\u202ec\U000e0041d\x1b[31me"}, "abcd[31me", id="invisible"
        ),
        pytest.param({"description": "one\n\ttwo 🎈"}, "one\n\ttwo 🎈", id="lines"),
        pytest.param({"description": "x" * 1_000_000}, "x" * 1_023 + "…", id="too long"),
    ],
)
def test_description(make_tool: MakeTools, operation: dict[str, Any], description: str) -> None:
    """A description says what the document says, in visible characters, within a limit."""
    assert make_tool(operation).description == description


def test_definition(make_tool: MakeTools) -> None:
    """A tool is offered to a model under its name, with its schema."""
    tool = make_tool({"operationId": "x", "summary": "A."})
    function = {"name": "x", "description": "A.", "parameters": tool.parameters}
    assert tool.definition() == {"type": "function", "function": function}
    assert json.loads(json.dumps(tool.definition())) == tool.definition()


def test_schemas_are_read_late(make_tools: MakeTools) -> None:
    """Making tools reads no schema: a broken one shows only when it is looked at."""
    broken = {"schema": {"$ref": "#/nope"}}
    body = {"requestBody": {"content": {"application/json": broken}}}
    tools = make_tools({"/v": {"post": body}})
    assert (len(tools), tools.findings, len(tools.report)) == (1, (), 1)


def test_call(make_tool: MakeTools) -> None:
    """A call's result holds the answer and the exchange, with sizes and without secrets."""

    async def send(request: Any) -> Answer:
        return Answer(status=200, headers={"content-type": "application/json"}, content=b'{"a": 1}')

    body = {"requestBody": {"content": {"application/json": {}}}}
    options = {"send": send, "auth": "s3cr3t"}
    result = make_tool(body, method="post", options=options).call({"body": "é"})
    assert (result.value, result.content, result.is_error) == ({"a": 1}, '{"a":1}', False)
    assert result.exchange.seconds > 0
    assert replace(result.exchange, seconds=0.0) == Exchange(
        method="POST",
        url="https://api.test/v",
        request_body='"é"',
        status=200,
        response_bytes=8,
    )


def test_call_without_an_answer(make_tool: MakeTools) -> None:
    """A call that nobody answers is a result that says so."""

    async def send(request: Any) -> Answer:
        raise ApiUnreachable("No answer from GET api.test: Connection refused.")

    result = make_tool({}, options={"send": send}).call()
    assert (result.is_error, result.content) == (
        True,
        "No answer from GET api.test: Connection refused.",
    )
    assert result.exchange.seconds > 0
    assert replace(result.exchange, seconds=0.0) == Exchange(method="GET", url="https://api.test/v")


def test_refused_arguments(parameters_tool: MakeTools) -> None:
    """Arguments that do not fit are told, and nothing is sent."""
    tool = parameters_tool(
        {"name": "q", "in": "query", "required": True, "schema": {"enum": ["a"]}}
    )
    assert (
        tool.call({"q": "b"}).content
        == 'The arguments do not fit: q is "b" but must be one of ["a"].'
    )
    assert tool.call({}).content == 'The arguments do not fit: q is required. Expected: {q: "a"}.'


GITHUB = "@octokit/openapi/generated/api.github.com.json"


@pytest.fixture(scope="module")
def github(node_modules: Path) -> dict[str, Any]:
    """GitHub's own description of its API, as npm has it."""
    path = node_modules / GITHUB
    if not path.is_file():
        pytest.skip(f"needs npm's @octokit/openapi in {node_modules}")
    raw: dict[str, Any] = json.loads(path.read_bytes())
    return raw


def test_github(
    github: dict[str, Any], make_tools_of: MakeTools, check_tool: Callable[..., Any]
) -> None:
    """Every operation of GitHub's API is a tool with a legal name and a valid schema."""
    tools = make_tools_of(Document(github, place="GitHub"))
    methods = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
    operations = [
        (method.upper(), path)
        for path, item in github["paths"].items()
        for method in item
        if method in methods
    ]
    assert sorted((t.operation.method, t.operation.path) for t in tools) == sorted(operations)
    assert len(operations) > 900
    assert len({tool.name for tool in tools}) == len(tools)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool.name) for tool in tools)
    assert {finding.kind for finding in tools.report} == {"renamed"}
    for tool in tools:
        check_tool(tool)


def test_github_request(github: dict[str, Any], make_tools_of: MakeTools) -> None:
    """One of its tools makes the request that GitHub's documentation shows."""
    tools = make_tools_of(Document(github, place="GitHub"), match_patterns=[r"/issues$"])
    (tool,) = [t for t in tools if t.operation.operation_id == "issues/create"]
    request = tool.build_request(
        {"owner": "octocat", "repo": "hello", "body": {"title": "Found a bug"}}
    )
    assert (request.method, str(request.url), request.content) == (
        "POST",
        "https://api.github.com/repos/octocat/hello/issues",
        b'{"title":"Found a bug"}',
    )


@pytest.mark.parametrize(
    ("pattern", "is_unused"),
    [
        ("*", False),
        ("*.test", False),
        ("DELETE *", False),
        ("https://api.test/users/7", False),
        ("https://api.test/users/*/7", False),
        ("repos.test/v2/repos", False),
        ("PATCH *", True),
        ("*.elsewhere.example", True),
        ("http://api.test", True),
        ("POST https://api.test/users/7", True),
        ("https://api.test/groups/*", True),
        ("https://api.test/user", True),
    ],
)
def test_unused_rules(make_tools: MakeTools, pattern: str, is_unused: bool) -> None:
    """A rule whose pattern can hold for no request of any operation is reported."""
    rule = Override(pattern, headers={"X-A": "secret"})
    reason = f"Override({pattern!r}, headers=...) admits no operation of the document."
    expected = Report([Finding(kind="unused", reason=reason)] if is_unused else [])
    assert make_tools(PATHS, {"overrides": [rule]}).findings == expected


def test_callables_are_not_asked(make_tools: MakeTools) -> None:
    """Whether a callable is of use is not told before there are requests."""
    rule = Override(lambda request: 1 / 0, headers={"X-A": "1"})
    assert make_tools(PATHS, {"overrides": [rule]}).findings == Report()


def test_the_collector_is_left_as_it_was(make_tools: Callable[..., Any]) -> None:
    """Whatever becomes of a document, Python's collector works on afterwards, if it did before."""
    make_tools({"/a": {"get": {}}})
    assert gc.isenabled()
    with pytest.raises(ConfigurationError):
        make_tools({"/a": {"get": {}}}, {"match_patterns": ["("]})
    assert gc.isenabled()
    gc.disable()
    try:
        make_tools({"/a": {"get": {}}})
        assert not gc.isenabled()
    finally:
        gc.enable()
