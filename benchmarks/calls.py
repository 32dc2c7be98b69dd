"""What calls of an API cost: the client's own time on the CPU, beside other ways to send a GET.

The API runs in a process of its own. Who makes a client anew also reads certificates, for plain
HTTP too, and we read them once: so the others are given a TLS context that is ready, as ours is.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

import anyio
import httpcore2
import httpx2
from table import Table

import callwright
from callwright.core.tool import Tool
from callwright.http import Sender, session
from callwright.openapi.answer.response import Answer, shape
from callwright.openapi.source import FetchPolicy

__all__ = ["calls"]

_CALLS = 100
_ARGUMENTS = {"title": "dune", "limit": 5}
_SERVE = """
import sys
from callwright.demo import DemoService
with DemoService() as service:
    print(service.url, flush=True)
    sys.stdin.read()
"""
Send: TypeAlias = Callable[[], Coroutine[Any, Any, object]]


def calls(table: Table) -> None:
    """The rows, from the socket up."""
    table.section(f"{_CALLS} calls on loopback")
    with library() as url:
        tool = callwright.create_tools_from_openapi_spec(f"{url}/openapi.json")["search_books"]
        send(table, f"{url}/books?title=dune&limit=5", tool)
        alone(table, f"{url}/books?title=dune&limit=5", tool)


@contextmanager
def library() -> Iterator[str]:
    """The address of the demo's API, in a process of its own."""
    command = [sys.executable, "-c", _SERVE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None  # noqa: S101  # for the type checkers: it is a pipe
        yield served.stdout.readline().strip()
        served.communicate()


def send(table: Table, url: str, tool: Tool) -> None:
    """A GET with the address checked and pinned, and a whole call, beside bare GETs."""
    by_pool, by_client = partial(anyio.run, _by_pool, url), partial(anyio.run, _by_client, url)
    checked, called = partial(anyio.run, _by_sender, url), partial(anyio.run, _by_tool, tool)
    table.timing("GETs, addresses checked and pinned | httpx2", checked, by_client, target=1.2)
    table.timing("the same | httpcore2, which both stand on", checked, by_pool, target=1.6)
    table.timing("arguments to results | GETs by httpx2", called, by_client, target=1.6)


async def _by_pool(url: str) -> None:
    async with httpcore2.AsyncConnectionPool(ssl_context=_TLS) as pool:
        for _ in range(_CALLS):
            await pool.request("GET", url)


async def _by_client(url: str) -> None:
    async with httpx2.AsyncClient(trust_env=False, verify=_TLS) as client:
        for _ in range(_CALLS):
            await client.get(url)


async def _by_sender(url: str) -> None:
    sender = Sender(policy=FetchPolicy(addresses="127.0.0.1"))
    async with session():
        for _ in range(_CALLS):
            await sender(httpx2.Request("GET", url))


async def _by_tool(tool: Tool) -> None:
    async with session():
        for _ in range(_CALLS):
            await tool.acall(_ARGUMENTS)


_TLS = httpx2.create_ssl_context(trust_env=False)


def alone(table: Table, url: str, tool: Any) -> None:
    """What of a call is no network."""
    found = tool.call(_ARGUMENTS)
    answer = Answer(
        status=200, headers={"content-type": "application/json"}, content=found.content.encode()
    )
    exchange = tool.show_request(_ARGUMENTS)

    def built_and_shaped() -> None:
        for _ in range(_CALLS):
            tool.build_request(_ARGUMENTS)
            shape(answer, exchange)

    table.timing(
        "requests built, answers shaped, none sent | GETs by httpx2",
        built_and_shaped,
        partial(anyio.run, _by_client, url),
        target=0.4,
    )
    table.timing(
        "requests checked and built | httpx2.Request",
        lambda: [tool.build_request(_ARGUMENTS) for _ in range(_CALLS)],
        lambda: [httpx2.Request("GET", url) for _ in range(_CALLS)],
        target=8.0,
    )
