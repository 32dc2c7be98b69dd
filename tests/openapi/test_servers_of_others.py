"""What other people's servers read of our requests: Starlette's, Werkzeug's, Express's."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from werkzeug.serving import make_server

import callwright
from callwright.openapi.folder import FileFolders

MakeTool = Callable[..., Any]
Field = list[Any]


async def read_form(request: Request) -> JSONResponse:
    """Every field of a form as Starlette reads it, and the query."""
    fields: list[Field] = []
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = (await value.read()).hex()
                fields.append([name, value.filename, value.content_type, content])
            else:
                fields.append([name, value])
    return JSONResponse({"fields": fields, "query": request.query_params.multi_items()})


@pytest.fixture(scope="module")
def starlette() -> Iterator[str]:
    """The address of a Starlette application under uvicorn."""
    app = Starlette(routes=[Route("/v", read_form, methods=["POST"])])
    config = uvicorn.Config(app, port=0, log_level="critical", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join()


def flask_app() -> flask.Flask:
    """An application that says what it has read of a form."""
    app = flask.Flask(__name__)

    @app.post("/v")
    def read() -> dict[str, list[Field]]:
        files = [
            [name, file.filename, file.mimetype, file.read().hex()]
            for name, file in flask.request.files.items(multi=True)
        ]
        texts = [list(pair) for pair in flask.request.form.items(multi=True)]
        return {"fields": [*texts, *files], "query": []}

    return app


@pytest.fixture(scope="module")
def werkzeug() -> Iterator[str]:
    """The address of a Flask application under Werkzeug's own server."""
    server = make_server("127.0.0.1", 0, flask_app())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["starlette", "werkzeug"])
def server(request: pytest.FixtureRequest) -> str:
    """Each server in turn."""
    address: str = request.getfixturevalue(request.param)
    return address


def sent(tool: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """What the server has read of a call."""
    result = tool.call(arguments)
    assert not result.is_error, result.content
    read: dict[str, Any] = json.loads(result.content)
    return read


FILE = {"type": "string", "format": "binary"}
UPLOAD = {
    "type": "object",
    "properties": {
        "note": {"type": "string"},
        "meta": {"type": "object"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "files": {"type": "array", "items": FILE},
        'naïve "q"': {"type": "string"},
    },
}
OCTETS = bytes(range(256)) + b"\r\n--\r\n"
TINY = "R0lGODlhAQABAAAAACw="


def test_multipart(body_tool: MakeTool, server: str, sender: Any) -> None:
    """Fields, JSON, repeated names, two files and a name with quotes arrive as they were given."""
    tool = body_tool("multipart/form-data", UPLOAD, server=server, options={"send": sender})
    gif = {"base64": TINY, "filename": "größe; a=b.gif", "content_type": "image/gif"}
    body = {
        "note": "line 1\r\nline 2 & é 🎈",
        "meta": {"a": [1, None]},
        "tags": ["x", "", "y z"],
        "files": [OCTETS, gif],
        'naïve "q"': "v",
    }
    # A quote is written as browsers write it; Werkzeug undoes that, Starlette does not.
    read = [
        [name.replace("%22", '"'), *rest] for name, *rest in sent(tool, {"body": body})["fields"]
    ]
    assert sorted(read, key=str) == sorted(
        [
            ["note", "line 1\r\nline 2 & é 🎈"],
            ["meta", '{"a":[1,null]}'],
            ["tags", "x"],
            ["tags", ""],
            ["tags", "y z"],
            ["files", "files", "application/octet-stream", OCTETS.hex()],
            ["files", "größe; a=b.gif", "image/gif", base64.b64decode(TINY).hex()],
            ['naïve "q"', "v"],
        ],
        key=str,
    )


def test_files_of_a_folder(body_tool: MakeTool, server: str, sender: Any, tmp_path: Path) -> None:
    """Files that are named by their paths arrive with their names, types and bytes."""
    (tmp_path / "größe.gif").write_bytes(base64.b64decode(TINY))
    (tmp_path / "octets.bin").write_bytes(OCTETS)
    options = {"send": sender, "folders": FileFolders.of(tmp_path)}
    tool = body_tool("multipart/form-data", UPLOAD, server=server, options=options)
    gif = {"path": "größe.gif", "content_type": "image/gif"}
    octets = {"path": str(tmp_path / "octets.bin"), "filename": "o"}
    assert sent(tool, {"body": {"note": "n", "files": [gif, octets]}})["fields"] == [
        ["note", "n"],
        ["files", "größe.gif", "image/gif", base64.b64decode(TINY).hex()],
        ["files", "o", "application/octet-stream", OCTETS.hex()],
    ]


STRIPE = {
    "type": "object",
    "properties": {"amount": {"type": "integer"}, "metadata": {"type": "object"}},
}


def test_form(body_tool: MakeTool, server: str, sender: Any) -> None:
    """A form with `metadata[key]`, as Stripe has it, arrives field by field."""
    tool = body_tool(
        "application/x-www-form-urlencoded",
        STRIPE,
        encoding={"metadata": {"style": "deepObject", "explode": True}},
        server=server,
        options={"send": sender},
    )
    body = {"amount": 5, "metadata": {"order id": "a+b & c=d", "n": {"é": True}, "l": ["x", "y"]}}
    assert sent(tool, {"body": body})["fields"] == [
        ["amount", "5"],
        ["metadata[order id]", "a+b & c=d"],
        ["metadata[n][é]", "true"],
        ["metadata[l][0]", "x"],
        ["metadata[l][1]", "y"],
    ]


def test_query(make_tool: MakeTool, starlette: str, sender: Any) -> None:
    """Names and values of a query arrive as they were given, however odd."""
    names = ["$filter", "ids[]", "é 🎈", "a+b"]
    operation = {"parameters": [{"name": name, "in": "query"} for name in names]}
    tool = make_tool(operation, method="post", server=starlette, options={"send": sender})
    arguments = {
        "$filter": "a eq 'b' & c=d#e",
        "ids[]": ["1+1", "50%25"],
        "é 🎈": ";",
        "a+b": "",
    }
    assert sent(tool, arguments)["query"] == [
        ["$filter", "a eq 'b' & c=d#e"],
        ["ids[]", "1+1"],
        ["ids[]", "50%25"],
        ["é 🎈", ";"],
        ["a+b", ""],
    ]


_PARSE = "process.stdout.write(JSON.stringify(require(process.argv[1]).parse(process.argv[2])))"


@pytest.fixture(scope="module")
def parse_with_qs(node_modules: Path) -> Callable[[str], Any]:
    """Parses a query as Express does."""
    node, package = shutil.which("node"), node_modules / "qs"
    if node is None or not package.is_dir():
        pytest.skip("needs node and npm's qs")

    def parse(query: str) -> Any:
        command = [node, "-e", _PARSE, str(package.resolve()), query]
        done = subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603
        return json.loads(done.stdout)

    return parse


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"a": {"b": [1]}}, {"a": {"b": ["1"]}}),
        ({"a": [{"b": "x"}, {"b": "y"}]}, {"a": [{"b": "x"}, {"b": "y"}]}),
        ({"é &=": "a b+c%20", "n": None, "t": True}, {"é &=": "a b+c%20", "t": "true"}),
        (["x", ["y", "z"]], ["x", ["y", "z"]]),
    ],
    ids=str,
)
def test_deep_object(
    parse_with_qs: Callable[[str], Any], parameters_tool: MakeTool, value: Any, read: Any
) -> None:
    """deepObject, which the specification leaves open in depth, is what Express reads."""
    tool = parameters_tool({"name": "filter", "in": "query", "style": "deepObject"})
    query = tool.build_request({"filter": value}).url.query.decode()
    assert parse_with_qs(query) == {"filter": read}


def api_of(server: str) -> dict[str, Any]:
    """A document of three operations as real APIs have them: Stripe's, one with a filter, uploads.

    The first is written as Stripe's own is: every encoding deepObject, exploded.
    """
    charge = {
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["amount"],
                    "properties": {
                        "amount": {"type": "integer"},
                        "expand": {"type": "array", "items": {"type": "string"}},
                        "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                },
                "encoding": {
                    "expand": {"style": "deepObject", "explode": True},
                    "metadata": {"style": "deepObject", "explode": True},
                },
            }
        }
    }
    upload = {"content": {"multipart/form-data": {"schema": UPLOAD}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Others", "version": "1"},
        "servers": [{"url": server}],
        "paths": {
            "/v": {"post": {"operationId": "create_charge", "requestBody": charge}},
            "/v?kind=upload": {"post": {"operationId": "upload", "requestBody": upload}},
            "/v#filter": {
                "post": {
                    "operationId": "find",
                    "parameters": [{"name": "filter", "in": "query", "style": "deepObject"}],
                }
            },
        },
    }


def test_a_run(
    server: str, scripted: Any, tmp_path: Path, parse_with_qs: Callable[[str], Any]
) -> None:
    """A whole run, from a model's loose words to what the servers have read."""
    (tmp_path / "cat.gif").write_bytes(base64.b64decode(TINY))
    tools = callwright.create_tools_from_openapi_spec(
        api_of(server), server=server, file_folders=tmp_path
    )
    charge = {"amount": "500", "metadata": {"order[id]": "A&1", "note": "50% é"}, "expand": "x"}
    find = {"filter": {"price": {"gte": 5}, "tags": ["a b", "c"]}}
    files = {"note": "n", "files": {"path": "cat.gif", "content_type": "image/gif"}}
    calls = [("1", "create_charge", charge), ("2", "find", find), ("3", "upload", {"body": files})]
    answer = callwright.run_with_tools(scripted(calls, "Done."), "go", tools, allow="write")
    assert answer.text == "Done."
    assert [call.result.content for call in answer.calls if call.result.is_error] == []
    charged, found, uploaded = (call.result for call in answer.calls)
    assert charged.value["fields"] == [
        ["amount", "500"],
        ["metadata[order[id]]", "A&1"],
        ["metadata[note]", "50% é"],
        ["expand[0]", "x"],
    ]
    assert uploaded.value["fields"] == [
        ["note", "n"],
        ["files", "cat.gif", "image/gif", base64.b64decode(TINY).hex()],
    ]
    assert found.exchange is not None
    query = found.exchange.url.partition("?")[2]
    assert parse_with_qs(query) == {"filter": {"price": {"gte": "5"}, "tags": ["a b", "c"]}}
    repairs = [str(repair) for call in answer.calls for repair in call.repairs]
    assert len(repairs) == 6


def test_a_file_that_changed_after_it_was_approved(
    server: str, scripted: Any, tmp_path: Path
) -> None:
    """What was approved is what is sent: another content of the file is another request."""
    (tmp_path / "a.txt").write_text("as approved " * 50)
    tools = callwright.create_tools_from_openapi_spec(
        api_of(server), server=server, file_folders=tmp_path
    )

    def approve(request: Any) -> bool:
        assert "a.txt" in request.show_request().request_body
        (tmp_path / "a.txt").write_text("another thing " * 50)
        return True

    calls = [("1", "upload", {"body": {"files": [{"path": "a.txt"}]}})]
    answer = callwright.run_with_tools(scripted(calls, "No."), "go", tools, approve=approve)
    (call,) = answer.calls
    assert call.result.is_error
    assert "no longer the one that was approved" in call.result.content
