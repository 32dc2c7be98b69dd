"""A provider on the loopback, a `Post` over httpx2, and the contract that each request meets."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
import stamina
from tests.models.aimock import Aimock, running, why_not
from tests.models.contract import check

from callwright.core.errors import ModelUnavailable
from callwright.core.json import dump_json
from callwright.models.wire import Post, ProviderAnswer, ProviderRequest


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of the tests that need no other."""
    return "asyncio"


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    """One aimock for all; the questions of the tests tell their requests apart."""
    if reason := why_not():
        pytest.skip(reason)
    with running(tmp_path_factory.mktemp("aimock")) as started:
        yield started


@pytest.fixture
def no_waits() -> Iterator[None]:
    """Retries come at once; as many as there would be."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(scope="session")
def post() -> Post:
    """Posts over a real socket."""

    async def post(request: ProviderRequest) -> ProviderAnswer:
        content = dump_json(request.body).encode()
        try:
            async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
                headers = {**request.headers, "content-type": "application/json"}
                answer = await client.post(request.url, headers=headers, content=content)
        except httpx2.TransportError as error:
            raise ModelUnavailable(f"No answer came: {type(error).__name__}.") from error
        named = {name.lower(): value for name, value in answer.headers.items()}
        return ProviderAnswer(status=answer.status_code, headers=named, content=answer.content)

    return post


@dataclass
class Recorded:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Provider:
    """A server that gives its `answers` in turn, the last one for ever; None hangs up."""

    url: str
    answers: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    requests: list[Recorded] = field(default_factory=list)

    def answer(self, body: object, status: int = 200, **headers: str) -> None:
        """Add an answer; `_` in the names of headers stands for `-`."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, content))

    def hang_up(self) -> None:
        """Add an answer that never comes."""
        self.answers.append(None)

    def next(self) -> tuple[int, dict[str, str], bytes] | None:
        """The answer whose turn it is."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A scripted provider on a loopback port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = json.loads(self.rfile.read(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            provider.requests.append(Recorded(self.path, headers, body))
            answer = provider.next()
            if answer is None:
                return
            self.send_response(answer[0])
            for name, value in answer[1].items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer[2])))
            self.end_headers()
            self.wfile.write(answer[2])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = Provider(url=f"http://127.0.0.1:{server.server_port}/v1")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield provider
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def check_request() -> Callable[[Mapping[str, Any]], None]:
    """Checks a request of chat completions."""
    return lambda body: check("chat", body)
