"""What a call sends, and its curl command: byte for byte the request that was built."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from callwright.openapi.override import Override
from callwright.openapi.request.curl import curl_command
from callwright.openapi.request.parts import RequestParts
from callwright.openapi.secret import env
from callwright.openapi.security.credential import Bearer

MakeTool = Callable[..., Any]

EVERYTHING = {
    "parameters": [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "q[]", "in": "query", "schema": {"type": "array"}},
        {"name": "X-Name", "in": "header", "schema": {"type": "string"}},
        {"name": "X-Empty", "in": "header", "schema": {"type": "string"}},
        {"name": "c", "in": "cookie", "schema": {"type": "string"}},
    ],
}
ARGUMENTS = {
    "id": "a/b 'c'",
    "q[]": ["$HOME", "`x`"],
    "X-Name": 'Zoë "x"',
    "X-Empty": "",
    "c": "d;e",
}
BODIES: dict[str, tuple[str, Any]] = {
    "JSON": ("application/json", {"a": "it's\n$HOME `x` é", "b": [None, False]}),
    "form": ("application/x-www-form-urlencoded", {"a": ["x y", "z"], "b": {"c": 1}}),
    "text": ("text/plain", "@/etc/hostname\nline\r\n"),
    "multipart": (
        "multipart/form-data",
        {"a": "x", "f": {"base64": "aGVsbG8=", "filename": "a b"}},
    ),
    "bytes": ("application/octet-stream", {"base64": base64.b64encode(bytes(range(256))).decode()}),
}
METHODS = ["get", "post", "put", "patch", "delete"]


def everything(method: str, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """An operation with parameters everywhere and a body, and arguments for all of it."""
    media_type, value = BODIES[kind]
    body = {"required": True, "content": {media_type: {}}}
    return {**EVERYTHING, "requestBody": body}, {**ARGUMENTS, "body": value}


def wire(request: Any) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """Request line, headers and body of a request as HTTP/1.1 writes them."""
    line = f"{request.method} ".encode() + request.url.raw_path + b" HTTP/1.1"
    return line, {name.lower(): value for name, value in request.headers.raw}, request.content


def received(raw: bytes) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """The same of the bytes that a server received."""
    head, _, content = raw.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    pairs = [header.partition(b":") for header in lines]
    return line, {name.lower(): value.strip() for name, _, value in pairs}, content


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", BODIES)
def test_built_is_sent(
    make_tool: MakeTool, raw_server: Any, sender: Any, method: str, kind: str
) -> None:
    """What `build_request` shows is, byte for byte, what a call sends."""
    operation, arguments = everything(method, kind)
    tool = make_tool(
        operation, path="/v/{id}", method=method, server=raw_server.url, options={"send": sender}
    )
    assert not tool.call(arguments).is_error
    line, headers, content = received(raw_server.requests[0])
    built_line, built_headers, built_content = wire(tool.build_request(arguments))
    assert (line, content) == (built_line, built_content)
    assert {name: headers.get(name) for name in built_headers} == built_headers
    assert set(headers) - set(built_headers) <= {b"connection"}


curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


def run(command: str, **environment: str) -> None:
    """Run a command in a shell that knows these variables and no others."""
    path = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    subprocess.run(  # noqa: S603  # the command is what is tested
        ["/bin/sh", "-c", command],
        check=True,
        capture_output=True,
        timeout=30,
        env={**path, **environment},
    )


@curl
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", BODIES)
def test_curl(make_tool: MakeTool, raw_server: Any, method: str, kind: str) -> None:
    """The curl command of a call sends the same request."""
    operation, arguments = everything(method, kind)
    tool = make_tool(operation, path="/v/{id}", method=method, server=raw_server.url)
    run(tool.to_curl(arguments))
    assert received(raw_server.requests[0]) == wire(tool.build_request(arguments))


@curl
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_curl_without_a_body(make_tool: MakeTool, raw_server: Any, method: str) -> None:
    """The same without a body; HEAD does not wait for one."""
    tool = make_tool({}, path="/v{x}[1-3]", method=method, server=raw_server.url)
    run(tool.to_curl({"x": "y"}))
    assert [received(raw) for raw in raw_server.requests] == [wire(tool.build_request({"x": "y"}))]


@curl
def test_curl_with_secrets(
    make_tool: MakeTool, raw_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its variables set the command sends the same credentials."""
    monkeypatch.setenv("CALLWRIGHT_TOKEN", "s3cr3t-t0k3n")
    schemes = {"t": {"type": "http", "scheme": "bearer"}}
    tool = make_tool(
        {"security": [{"t": []}]},
        server=raw_server.url,
        components={"securitySchemes": schemes},
        options={
            "auth": Bearer(env("CALLWRIGHT_TOKEN")),
            "overrides": [Override("*", query={"key": env("CALLWRIGHT_TOKEN")})],
        },
    )
    command = tool.to_curl({})
    assert "s3cr3t" not in command
    run(command, CALLWRIGHT_TOKEN="s3cr3t-t0k3n")
    assert received(raw_server.requests[0]) == wire(tool.build_request({}))


def test_shown_request(body_tool: MakeTool) -> None:
    """The curl command of a call is one line that a person can read."""
    command = body_tool("application/json").to_curl({"body": {"a": 1}})
    line, _, rest = command.partition(" --header 'User-Agent: ")
    assert (
        line == "curl --request POST https://api.test/v --header 'Accept: "
        "application/json, text/*;q=0.9, */*;q=0.8'"
    )
    assert (
        rest.partition("' ")[2]
        == """--header 'Content-Type: application/json' --data-raw '{"a":1}'"""
    )


@pytest.mark.parametrize(
    ("request_of", "command"),
    [
        pytest.param(
            ("GET", "https://a.test/?q=1", []),
            "curl --request GET 'https://a.test/?q=1'",
            id="plain",
        ),
        pytest.param(("HEAD", "https://a.test/", []), "curl --head https://a.test/", id="HEAD"),
        pytest.param(
            ("GET", "http://[::1]/", []),
            "curl --request GET --globoff 'http://[::1]/'",
            id="brackets",
        ),
        pytest.param(
            ("GET", "https://a.test/", [("X", "")]),
            "curl --request GET https://a.test/ --header 'X;'",
            id="empty header",
        ),
        pytest.param(
            ("PUT", "https://a.test/", [], [b"@x"]),
            "curl --request PUT https://a.test/ --data-raw @x",
            id="at sign",
        ),
        pytest.param(
            ("PUT", "https://a.test/", [], [b"\xff"]),
            "echo /w== | base64 --decode | curl --request PUT https://a.test/ --data-binary @-",
            id="bytes",
        ),
        pytest.param(
            ("PUT", "https://a.test/", [], [b"a\0b"]),
            "echo YQBi | base64 --decode | curl --request PUT https://a.test/ --data-binary @-",
            id="NUL, which no word of a shell can hold",
        ),
    ],
)
def test_curl_command(request_of: tuple[Any, ...], command: str) -> None:
    """The command says the request as curl means it."""
    assert curl_command(*request_of) == command


def test_repr() -> None:
    """The parts of a request show neither its address nor its headers nor its body."""
    parts = RequestParts(method="GET", url="https://a.test/?key=s3cr3t", headers=(("X", "s3cr3t"),))
    assert repr(parts) == "RequestParts(method='GET')"
