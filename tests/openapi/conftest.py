"""What the tests of this wing share: documents made of a few words, and servers on the loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import httpx2
import jsonschema_rs
import pytest
from hypothesis import settings
from jsonschema import Draft202012Validator

from callwright.core.tool import Tool, ToolResult
from callwright.http import Sender
from callwright.openapi.answer.response import Answer
from callwright.openapi.create import Send, create_tools
from callwright.openapi.document import Document
from callwright.openapi.report import Report
from callwright.openapi.source import FetchPolicy
from callwright.tools import Tools

# Nothing is kept between runs, and the same examples come in each.
settings.register_profile("callwright", database=None, deadline=None, derandomize=True)
settings.load_profile("callwright")

MakeDocument = Callable[..., Document]
MakeTools = Callable[..., Tools]
MakeTool = Callable[..., Tool]


def document(
    paths: Mapping[str, Any],
    *,
    version: str = "3.1.1",
    server: str | None = "https://api.test",
    base_url: str = "",
    **fields: Any,
) -> Document:
    """A document of these paths and these further fields."""
    raw = {"openapi": version, "info": {"title": "Test", "version": "1"}, "paths": paths}
    servers = {} if server is None else {"servers": [{"url": server}]}
    return Document({**raw, **servers, **fields}, place="a test", base_url=base_url)


async def nothing_is_sent(request: httpx2.Request) -> Answer:
    """Stands where a request would leave the house."""
    raise AssertionError(f"{request!r} must not be sent")


def tools_of(given: Document, send: Send = nothing_is_sent, **options: Any) -> Tools:
    """The tools of a document, as the roof holds them."""
    tools, report = create_tools(given, send=send, **options)
    return Tools(tools, report)


@pytest.fixture
def make_document() -> MakeDocument:
    """Makes a document: paths, and any further field of it."""
    return document


@pytest.fixture
def make_tools() -> MakeTools:
    """Makes tools of paths: `options` of create_tools apart, as `make_document` takes them."""

    def make(paths: Mapping[str, Any], options: Mapping[str, Any] | None = None, **fields: Any):  # type: ignore[no-untyped-def]
        return tools_of(document(paths, **fields), **(options or {}))

    return make


@pytest.fixture(scope="session")
def make_tools_of() -> MakeTools:
    """Makes the tools of a whole document."""
    return tools_of


@pytest.fixture
def make_tool() -> MakeTool:
    """Makes the tool of one operation, a GET of /v unless told."""

    def make(
        operation: Mapping[str, Any],
        path: str = "/v",
        method: str = "get",
        options: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Tool:
        made = tools_of(document({path: {method: operation}}, **fields), **(options or {}))
        assert made.findings == Report()
        return made[0]

    return make


@pytest.fixture
def parameters_tool(make_tool: MakeTool) -> MakeTool:
    """Makes the tool of a GET with these parameters."""

    def make(*parameters: Mapping[str, Any], path: str = "/v", **more: Any) -> Tool:
        return make_tool({"parameters": list(parameters)}, path, **more)

    return make


@pytest.fixture
def body_tool(make_tool: MakeTool) -> MakeTool:
    """Makes the tool of a POST with a required body of one media type."""

    def make(media_type: str, schema: Any = True, **more: Any) -> Tool:
        media = {
            "schema": schema,
            **({"encoding": more.pop("encoding")} if "encoding" in more else {}),
        }
        content = {media_type: media}
        return make_tool(
            {"requestBody": {"required": True, "content": content}}, method="post", **more
        )

    return make


@dataclass
class RawServer:
    """A server that keeps every request as its bytes and gives one answer to all."""

    url: str
    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    requests: list[bytes] = field(default_factory=list)

    def says(self, content: bytes, content_type: str = "application/json") -> None:
        """Answer with this content from now on."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}"
        self.answer = f"{head}\r\nConnection: close\r\n\r\n".encode() + content

    def handle(self, connection: socket.socket) -> None:
        """Read one request to its end and answer it."""
        connection.settimeout(10)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        lengths = [
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ]
        while len(body) < sum(lengths):
            body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        connection.sendall(self.answer)


@pytest.fixture
def raw_server() -> Iterator[RawServer]:
    """A recording server on a free loopback port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(url=f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with closing(connection):
                if not connection.recv(1, socket.MSG_PEEK):
                    return
                server.handle(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    yield server
    # A connection that says nothing ends the thread.
    socket.create_connection(listener.getsockname()).close()
    thread.join()
    listener.close()


@pytest.fixture
def sender() -> Send:
    """Sends over a real socket, to this machine as well."""
    return Sender(policy=FetchPolicy(addresses="127.0.0.1"))


@pytest.fixture
def unused_url() -> str:
    """A loopback URL that nobody answers at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def check_schema(schema: Mapping[str, Any]) -> None:
    """Check that a schema is valid 2020-12 by two validators, and that its references resolve."""
    Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    )
    assert schema["type"] == "object"
    known = {f"#/$defs/{name}" for name in schema.get("$defs", {})}
    assert set(references(schema)) == known


def references(node: object) -> Iterator[str]:
    """Every `$ref` in a schema; a property of that name is none."""
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for item in node.values():
            yield from references(item)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


@pytest.fixture(scope="session")
def check_tool() -> Callable[[Tool], Mapping[str, Any]]:
    """Checks the schema of a tool by itself, and gives it."""

    def check(tool: Tool) -> Mapping[str, Any]:
        check_schema(tool.parameters)
        return tool.parameters

    return check


@pytest.fixture
def schema_of(body_tool: MakeTool) -> Callable[..., dict[str, Any]]:
    """Gives what becomes of a schema as a JSON body, with its `$defs`."""

    def read(schema: Any, schemas: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        tool = body_tool("application/json", schema, components={"schemas": schemas or {}}, **more)
        check_schema(tool.parameters)
        properties: Any = tool.parameters["properties"]
        defs: Any = tool.parameters.get("$defs")
        return {**properties["body"], **({"$defs": defs} if defs else {})}

    return read


@pytest.fixture
def unchecked() -> Callable[[Tool, Mapping[str, Any]], ToolResult]:
    """Calls a tool without the check of its arguments, as `strict_validation=False` does."""

    def call(tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        return anyio.run(partial(tool.acall, arguments, strict_validation=False))

    return call


@pytest.fixture
def own_headers() -> Callable[[httpx2.Request], dict[str, str]]:
    """Gives the headers of a request but those that every request has."""
    everywhere = ("host", "accept", "user-agent", "content-length")

    def read(request: httpx2.Request) -> dict[str, str]:
        pairs = ((name.decode().lower(), value.decode()) for name, value in request.headers.raw)
        return {name: value for name, value in pairs if name not in everywhere}

    return read
