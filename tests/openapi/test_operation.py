"""One operation with what it inherits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.errors import SpecInvalid
from callwright.openapi.head import OperationHead, PathHead
from callwright.openapi.operation import Operation
from callwright.openapi.report import Finding

MakeTool = Callable[..., Any]


def names(tool: Any) -> list[tuple[str, str]]:
    """The parameters of a tool by location and name."""
    return [(parameter.location, parameter.name) for parameter in tool.operation.parameters]


@pytest.mark.parametrize(
    ("method", "effect"),
    [
        ("get", "read"), ("head", "read"), ("options", "read"), ("trace", "read"),
        ("query", "read"), ("post", "write"), ("put", "write"), ("patch", "write"),
        ("delete", "destructive"),
    ],
)  # fmt: skip
def test_effect(make_tool: MakeTool, method: str, effect: str) -> None:
    """What a call can do follows from its method."""
    operation = make_tool({}, method=method).operation
    assert (operation.method, operation.effect) == (method.upper(), effect)


def test_texts(make_tool: MakeTool) -> None:
    """An operation tells what the document says of it."""
    raw = {
        "operationId": "x",
        "summary": " A. ",
        "description": "B.",
        "tags": ["t", 1],
        "deprecated": True,
    }
    operation = make_tool(raw, path="/a/{b}").operation
    assert (operation.operation_id, operation.summary, operation.description) == ("x", "A.", "B.")
    assert (operation.tags, operation.deprecated) == (("t",), True)
    assert operation.pointer == "#/paths/~1a~1{b}/get"
    assert repr(operation) == "<Operation GET /a/{b}>"


@pytest.mark.parametrize("garbage", [None, 5, [], {}], ids=str)
def test_garbage_texts(make_tool: MakeTool, garbage: object) -> None:
    """Texts of another kind are none."""
    keys = ("operationId", "summary", "description", "tags", "deprecated", "parameters", "security")
    operation = make_tool(dict.fromkeys(keys, garbage)).operation
    assert (operation.operation_id, operation.summary, operation.description) == (None, "", "")
    assert (operation.tags, operation.deprecated, operation.parameters) == ((), False, ())


def test_texts_of_the_path(make_tools: Callable[..., Any]) -> None:
    """Where an operation says nothing, its path speaks."""
    (tool,) = make_tools({"/v": {"summary": "Path.", "description": "All.", "get": {}}})
    assert (tool.operation.summary, tool.operation.description) == ("Path.", "All.")


PATH_LEVEL = [
    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
    {"name": "lang", "in": "query", "schema": {"type": "string"}},
    {"name": "lang", "in": "header", "schema": {"type": "string"}},
]


def test_parameters_of_the_path(make_tools: Callable[..., Any]) -> None:
    """An operation has its path's parameters, and replaces those of the same name and place."""
    own = {"name": "lang", "in": "query", "required": True, "schema": {"enum": ["en"]}}
    (tool,) = make_tools({"/v/{id}": {"parameters": PATH_LEVEL, "get": {"parameters": [own]}}})
    assert tool.parameters["properties"] == {
        "id": {"type": "integer"},
        "lang": {"enum": ["en"]},
        "lang_header": {"type": "string"},
    }
    assert tool.parameters["required"] == ["id", "lang"]


def test_referenced_parameters(make_tool: MakeTool) -> None:
    """Parameters are followed by their references."""
    components = {"parameters": {"A": {"$ref": "#/components/parameters/B"}, "B": PATH_LEVEL[1]}}
    tool = make_tool({"parameters": [{"$ref": "#/components/parameters/A"}]}, components=components)
    assert names(tool) == [("query", "lang")]


def test_templates(make_tool: MakeTool) -> None:
    """A name in the path that is declared nowhere is a required string; one not in it is none."""
    declared = [{"name": "gone", "in": "path", "required": True, "schema": {}}]
    tool = make_tool({"parameters": declared}, path="/a/{b}/{c d}")
    assert tool.parameters == {
        "type": "object",
        "properties": {"b": {"type": "string"}, "c d": {"type": "string"}},
        "required": ["b", "c d"],
        "additionalProperties": False,
    }
    assert str(tool.build_request({"b": "x", "c d": "y"}).url) == "https://api.test/a/x/y"


@pytest.mark.parametrize(
    "name",
    [
        "Accept",
        "content-type",
        "AUTHORIZATION",
        "Host",
        "Cookie",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Upgrade",
        "Proxy-Authorization",
        "X-Forwarded-For",
        "x-forwarded-anything",
        "X-HTTP-Method-Override",
        "Forwarded",
    ],
)
def test_ignored_headers(make_tool: MakeTool, name: str) -> None:
    """Header parameters that the specification ignores, or that are the connection's, are none."""
    listed = [{"name": name, "in": "header", "required": True}, {"name": "X-Ok", "in": "header"}]
    assert names(make_tool({"parameters": listed})) == [("header", "X-Ok")]


@pytest.mark.parametrize("name", ["Accept", "Host", "Cookie"])
def test_same_names_elsewhere(make_tool: MakeTool, name: str) -> None:
    """Only as headers are these names special."""
    assert names(make_tool({"parameters": [{"name": name, "in": "query"}]})) == [("query", name)]


@pytest.mark.parametrize(
    "parameter",
    [
        pytest.param({"name": "a", "in": "body"}, id="place of 2.0"),
        pytest.param({"name": "a", "in": "__proto__"}, id="unknown place"),
        pytest.param({"name": "a", "in": ["query"]}, id="place of another kind"),
        pytest.param({"in": "query"}, id="no name"),
        pytest.param({"name": 1, "in": "query"}, id="name of another kind"),
        pytest.param({"$ref": "#/components/parameters/Nope"}, id="dangling"),
        pytest.param(None, id="null"),
    ],
)
def test_unreadable_parameter(make_tools: Callable[..., Any], parameter: object) -> None:
    """A parameter that cannot be read costs its own operation, which the report names."""
    tools = make_tools({"/a": {"get": {"parameters": [parameter]}, "post": {}}})
    assert [tool.operation.method for tool in tools] == ["POST"]
    (finding,) = tools.report
    assert (finding.kind, finding.operation) == ("refused", "GET /a")
    assert finding.pointer


@pytest.mark.parametrize("body", [None, {}, {"content": {}}, {"content": None}], ids=str)
def test_no_body(make_tool: MakeTool, body: object) -> None:
    """A request body without any content is none."""
    assert make_tool({"requestBody": body}, method="post").operation.body is None


def test_referenced_body(make_tool: MakeTool) -> None:
    """A request body is followed by its reference."""
    body = {"content": {"text/plain": {}}, "required": True, "description": "Words."}
    tool = make_tool(
        {"requestBody": {"$ref": "#/components/requestBodies/B"}},
        method="post",
        components={"requestBodies": {"B": body}},
    )
    assert tool.parameters["properties"] == {"body": {"description": "Words."}}
    assert tool.parameters["required"] == ["body"]


@pytest.mark.parametrize("body", [{"$ref": "#/nope"}, [], "x"], ids=str)
def test_unreadable_body(make_tools: Callable[..., Any], body: object) -> None:
    """A request body that cannot be read costs its own operation."""
    tools = make_tools({"/a": {"post": {"requestBody": body}, "get": {}}})
    assert [tool.operation.method for tool in tools] == ["GET"]
    assert tools.report.refused


def test_path_without_a_slash(make_tools: Callable[..., Any]) -> None:
    """A path that does not begin with a slash gets one, and the report says so."""
    tools = make_tools({"v": {"get": {}}})
    assert str(tools[0].build_request().url) == "https://api.test/v"
    assert [finding.kind for finding in tools.findings] == ["repaired"]


@pytest.mark.parametrize(
    "path", ["@evil.test/v", "\\evil.test", "http://evil.test/v", "/v\r\nX: 1"]
)
def test_path_that_means_harm(make_tools: Callable[..., Any], path: str) -> None:
    """A path that names a host, or could end a line of the request, makes no tool."""
    tools = make_tools({path: {"get": {}}, "/w": {"get": {}}})
    assert [tool.operation.path for tool in tools] == ["/w"]
    assert [finding.operation for finding in tools.report.refused] == [f"GET {path}"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        pytest.param("/a#b", "/a", id="fragment"),
        pytest.param("/a?x=1", "/a?x=1&q=2", id="query"),
        pytest.param("/a?x=1#y", "/a?x=1&q=2", id="both"),
        pytest.param("/a b X-Evil: 1", "/a%20b%20X-Evil:%201", id="space"),
        pytest.param("/ключ", "/%D0%BA%D0%BB%D1%8E%D1%87", id="unicode"),
    ],
)
def test_odd_paths(make_tool: MakeTool, path: str, target: str) -> None:
    """A fragment in a path is never sent, its query comes before ours, the rest is encoded."""
    tool = make_tool({"parameters": [{"name": "q", "in": "query"}]}, path=path)
    arguments = {"q": 2} if "q=2" in target else {}
    assert tool.build_request(arguments).url.raw_path.decode() == target


def test_additional_operations(make_tools: Callable[..., Any]) -> None:
    """Methods of other names (OAS 3.2) are operations; their case is kept."""
    more = {"Link": {"operationId": "link"}, "COPY": None}
    tools = make_tools({"/v": {"additionalOperations": more}}, version="3.2.0")
    assert tools["link"].build_request().method == "Link"
    assert tools["link"].operation.pointer == "#/paths/~1v/additionalOperations/Link"
    assert tools.report == (
        Finding(
            kind="refused",
            reason="The operation is no object.",
            pointer="#/paths/~1v/additionalOperations/COPY",
            operation="COPY /v",
        ),
    )


def test_errors_name_the_place(make_document: Callable[..., Any]) -> None:
    """What is wrong with a parameter is said with a pointer to it."""
    operation = Operation(
        document=make_document({"/a": {"get": {"parameters": [{"in": "query"}]}}}),
        path="/a",
        method="GET",
        head=OperationHead(),
        path_head=PathHead(),
    )
    with pytest.raises(SpecInvalid) as caught:
        _ = operation.parameters
    assert caught.value.pointer == "#/paths/~1a/get/parameters/0"


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1"])
def test_typed(
    make_document: Callable[..., Any], make_tools_of: Callable[..., Any], version: str
) -> None:
    """An operation is had as a typed model; one that the model refuses says why and where."""
    good = {"tags": ["a"], "responses": {"200": {"description": "Fine."}}}
    bad = {"tags": 5, "responses": {}}
    document = make_document({"/a": {"get": good, "put": bad}}, version=version)
    get, put = make_tools_of(document)
    assert get.operation.typed.responses["200"].description == "Fine."
    with pytest.raises(SpecInvalid) as caught:
        _ = put.operation.typed
    assert caught.value.pointer == "#/paths/~1a/put/tags"


def test_template_and_parameters_that_disagree(make_tools: Callable[..., Any]) -> None:
    """What is in one of them alone is told, and nothing goes out unfilled."""
    other = {"name": "other", "in": "path", "required": True}
    tools = make_tools({"/v/{id}": {"get": {"parameters": [other]}}})
    assert [finding.reason for finding in tools.report] == [
        "'id' is in the path and declared nowhere; it is taken as text.",
        "The path parameter 'other' is not in the path; it was left out.",
    ]
    assert tools[0].build_request({"id": "7"}).url.path == "/v/7"
