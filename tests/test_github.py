"""GitHub's own description of its API, 13 MB, and the question that ai-utils shows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import callwright
from callwright import Override

CLOUDFLARE = {
    "login": "cloudflare",
    "id": 314135,
    "type": "Organization",
    "name": "Cloudflare",
    "location": "San Francisco, London, Austin, Champaign, Singapore, New York, Washington DC",
    "blog": "https://www.cloudflare.com",
    "public_repos": 500,
}


class StandIn(BaseHTTPRequestHandler):
    """Answers as api.github.com does: 403 without a User-Agent, 404 for who is unknown."""

    seen: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        """Answer GET."""
        agent = self.headers.get("User-Agent")
        self.seen.append((self.path, agent))
        if not agent:
            self.answer(403, {"message": "Request forbidden by administrative rules."})
        elif self.path.lower() == "/users/cloudflare":
            self.answer(200, CLOUDFLARE)
        else:
            self.answer(404, {"message": "Not Found", "status": "404"})

    def answer(self, status: int, value: object) -> None:
        """Send JSON."""
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def github() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A loopback server that stands in for api.github.com, and what it was asked."""
    handler = type("Handler", (StandIn,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler.seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def spec(node_modules) -> Path:
    """The path of GitHub's own document."""
    path = node_modules / "@octokit/openapi/generated/api.github.com.json"
    if not path.is_file():
        pytest.skip("needs the npm package @octokit/openapi")
    return path


@pytest.mark.parametrize(
    "matcher",
    ["*.github.com", lambda request: request.url.host == "api.github.com"],
    ids=["pattern", "callable"],
)
def test_who_is_cloudflare_on_github(spec, github, matcher):
    """The question is answered by one call, through the rule that gives the User-Agent."""
    server, seen = github
    answer = callwright.ask(
        "Who is Cloudflare on github?",
        spec,
        model="offline",
        match_patterns=[r"^https://api\.github\.com/users/([^/]+)$"],
        overrides=[Override(matcher, headers={"User-Agent": "callwright-example"})],
        server=server,
    )
    assert [path.lower() for path, _ in seen] == ["/users/cloudflare"]
    assert {agent for _, agent in seen} == {"callwright-example"}
    assert "San Francisco" in answer.text
    assert "Cloudflare" in answer.text


def test_patterns_select_and_names_are_stable(spec):
    """A pattern takes the same tools, under the same names, that the whole document has."""
    everything = callwright.create_tools_from_openapi_spec(spec)
    some = callwright.create_tools_from_openapi_spec(
        spec, match_patterns=[r"^https://api\.github\.com/users/([^/]+)$"]
    )
    assert len(everything) > 1_000
    assert [tool.operation.path for tool in some] == ["/users/{username}"]
    assert {tool.name for tool in some} <= {tool.name for tool in everything}


def test_the_trim_finds_the_tools_of_a_question(spec):
    """Out of all of GitHub's operations the local ranking keeps those that are asked for."""
    tools = callwright.create_tools_from_openapi_spec(spec)
    kept = callwright.auto_trim_tools(tools, "offline", "Star the repository octo/demo for me")
    assert len(kept) <= 10
    assert "/user/starred/{owner}/{repo}" in {tool.operation.path for tool in kept}
