"""What the adversarial tests share: small specs, watched files and sockets, memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from callwright import Tool, create_tools_from_openapi_spec
from callwright.tools import Tools

_watched: list[tuple[str, str]] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is not None and event in (
        "open",
        "socket.connect",
        "os.system",
        "subprocess.Popen",
    ):
        _watched.append((event, repr(arguments)))


@pytest.fixture
def watched() -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What files were opened and what was connected to, while the test ran; by Python's audit."""
    global _watched  # a hook cannot be taken away again
    if not getattr(sys, "_callwright_watch", False):
        sys.addaudithook(_watch)
        sys._callwright_watch = True
    _watched = []
    yield lambda: list(_watched or ())
    _watched = None


def spec(paths: Any, server: str | None = "https://api.test", **fields: Any) -> dict[str, Any]:
    """A document of these paths."""
    servers = {} if server is None else {"servers": [{"url": server}]}
    info = {"title": "Test", "version": "1"}
    return {"openapi": "3.1.0", "info": info, **servers, "paths": paths, **fields}


def with_body(schema: Any, schemas: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A document of which `a` takes a JSON body of a schema, and `b` is beside it."""
    content = {"application/json": {"schema": schema}}
    paths = {
        "/a": {"post": {"operationId": "a", "requestBody": {"content": content}}},
        "/b": {"get": {"operationId": "b"}},
    }
    return spec(paths, components={"schemas": schemas or {}})


def with_parameters(
    *parameters: Mapping[str, Any], path: str = "/v", method: str = "get", **more: Any
) -> dict[str, Any]:
    """A document of one operation, `act`, with these parameters."""
    operation = {"operationId": "act", "parameters": list(parameters)}
    return spec({path: {method: operation}}, **more)


@pytest.fixture
def act() -> Callable[..., Tool]:
    """Makes the tool of one operation with these parameters."""

    def make(
        *parameters: Mapping[str, Any],
        path: str = "/v",
        method: str = "get",
        server: str = "https://api.test",
        **options: Any,
    ) -> Tool:
        given = with_parameters(*parameters, path=path, method=method)
        return create_tools_from_openapi_spec(given, server=server, **options)["act"]

    return make


def path_id(**more: Any) -> dict[str, Any]:
    """A path parameter `id`, a string."""
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, **more}


def kinds(tools: Tools) -> list[str]:
    """The kinds of what was found in a document."""
    return [finding.kind for finding in tools.report]


@contextmanager
def growth() -> Iterator[Callable[[], float]]:
    """How many MB the process grew at most while the body ran, as Linux counts it."""
    clear, status = Path("/proc/self/clear_refs"), Path("/proc/self/status")
    if not clear.exists():
        pytest.skip("needs Linux's /proc to see the peak of memory")
    clear.write_text("5")

    def read(name: str) -> float:
        line = next(row for row in status.read_text().splitlines() if row.startswith(name))
        return int(line.split()[1]) / 1024

    before = read("VmRSS:")
    yield lambda: read("VmHWM:") - before


def as_text(value: Any) -> str:
    """JSON text, as a server would send it."""
    return json.dumps(value)
