"""The one room that opens sockets: deadlines, caps, and what is told when nothing comes back."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import httpx
import httpx2
import pytest

import callwright
from callwright.cache.store import Cleared, Store
from callwright.core.errors import ApiUnreachable, CallTimeout
from callwright.errors import ConfigurationError, SpecInvalid, SpecUnavailable
from callwright.http import Sender, fetch_spec, post_to_model
from callwright.models.wire import ProviderRequest
from callwright.openapi.source import Fetched, FetchPolicy

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "One", "version": "1"},
    "paths": {"/thing": {"get": {"operationId": "get_thing", "responses": {}}}},
}

Behaviour = Callable[[socket.socket], None]


class RawServer:
    """Answers each connection by a behaviour: bytes on the wire, just as they are given."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.serve, args=(connection,))
            self.threads.append(thread)
            thread.start()

    def serve(self, connection: socket.socket) -> None:
        """Read a request's head, then behave."""
        with connection:
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(65536)):
                head += piece
            self.requests.append(head)
            if head:
                try:
                    self.behaviour(connection)
                except OSError:
                    return

    def close(self) -> None:
        """Stop, and wait for the threads."""
        self.ending.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], RawServer]]:
    """Starts servers of a given behaviour, and stops them."""
    servers: list[RawServer] = []

    def start(behaviour: Behaviour) -> RawServer:
        servers.append(RawServer(behaviour))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def answer(content: bytes, *headers: str, status: str = "200 OK") -> Behaviour:
    """The behaviour of a server that answers."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return lambda connection: connection.sendall(head + content)


def drip(connection: socket.socket) -> None:
    """Send a byte now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    for _ in range(10_000):
        connection.sendall(b".")
        time.sleep(0.01)


def bomb(connection: socket.socket) -> None:
    """Send 64 MB of zeros as 64 kB of gzip."""
    content = gzip.compress(bytes(64 * 1024 * 1024))
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(content)}\r\n\r\n"
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + head.encode() + content)


def hang_up(connection: socket.socket) -> None:
    """Say nothing."""


def lie(connection: socket.socket) -> None:
    """Promise more than comes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")


def send(server: RawServer, **options: object) -> object:
    """Send one GET with a sender of these options."""
    sender = Sender(policy=FetchPolicy(addresses="127.0.0.1", **options))
    return anyio.run(sender, httpx2.Request("GET", f"{server.url}/thing"))


def test_a_dripping_server_is_left_at_the_deadline(serve):
    """The deadline is for the whole answer, not for the next byte."""
    with pytest.raises(CallTimeout, match=r"within 0\.2 s"):
        send(serve(drip), call_seconds=0.2)


@pytest.mark.parametrize("behaviour", [bomb, answer(bytes(2_000_000))], ids=["gzip", "plain"])
def test_an_answer_is_read_no_further_than_its_cap(serve, behaviour):
    """Decoded bytes count, so that a small answer cannot grow large."""
    got = send(serve(behaviour), max_answer_bytes=1_000_000)
    assert got.content == bytes(1_000_000)
    assert got.cut == "it has more than 1,000,000 bytes"


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        (hang_up, r"No answer from GET 127\.0\.0\.1:\d+: "),
        (lie, r"The answer from GET 127\.0\.0\.1:\d+ broke off after 5 bytes: "),
    ],
    ids=["hang up", "cut short"],
)
def test_an_incomplete_answer_is_told(serve, behaviour, message):
    """A connection that ends too early is no answer."""
    with pytest.raises(ApiUnreachable, match=message):
        send(serve(behaviour), retries=0)


def test_a_damaged_encoding_is_told(serve):
    """What claims to be gzip and is not cannot be read."""
    with pytest.raises(ApiUnreachable, match="cannot be decoded"):
        send(serve(answer(b"no gzip", "Content-Encoding: gzip")))


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_nobody_listening_becomes_a_message_for_the_model(scripted, tool_results):
    """An API that cannot be reached is told to the model; the run goes on."""
    place = f"127.0.0.1:{closed_port()}"
    tools = callwright.create_tools_from_openapi_spec(SPEC, server=f"http://{place}")
    answer = callwright.run_with_tools(scripted([("1", "get_thing", {})], "ok"), "go", tools)
    assert tool_results(answer.messages)["1"].startswith(
        f"No answer from GET {place}: Connection refused."
    )
    exchange = answer.calls[0].result.exchange
    assert (exchange.method, exchange.url, exchange.status) == (
        "GET",
        f"http://{place}/thing",
        None,
    )


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_a_callers_client_sends_the_calls(serve, library):
    """A client of either library sends exactly the request that was built."""
    server = serve(answer(b'{"a":1}', "Content-Type: application/json"))

    async def main() -> object:
        async with library.AsyncClient(headers={"X-From": "client"}) as client:
            tools = await callwright.aio.create_tools_from_openapi_spec(
                SPEC, server=server.url, client=client
            )
            return await tools["get_thing"].acall({})

    assert anyio.run(main).value == {"a": 1}
    (head,) = server.requests
    assert head.startswith(b"GET /thing HTTP/1.1\r\n")
    assert b"callwright/" in head
    assert b"client" in head


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_a_callers_client_fails_in_the_same_words(library):
    """The exceptions of either library become the same message."""

    place = f"127.0.0.1:{closed_port()}"

    async def main() -> object:
        async with library.AsyncClient() as client:
            tools = await callwright.aio.create_tools_from_openapi_spec(
                SPEC, server=f"http://{place}", client=client
            )
            return await tools["get_thing"].acall({})

    result = anyio.run(main)
    assert result.is_error
    assert result.content.startswith(f"No answer from GET {place}: Connection refused.")


def test_redirects_are_told_not_followed(serve):
    """Credentials do not travel to where an answer points."""
    target = serve(answer(b"secret place"))
    server = serve(answer(b"", f"Location: {target.url}/x", status="302 Found"))
    tools = callwright.create_tools_from_openapi_spec(SPEC, server=server.url)
    result = tools["get_thing"].call({})
    assert result.is_error
    assert f"redirects to {target.url}/x, which is not followed" in result.content
    assert target.requests == []


def test_the_time_of_an_exchange_is_told(serve):
    """An exchange knows how long it took."""
    tools = callwright.create_tools_from_openapi_spec(SPEC, server=serve(answer(b"{}")).url)
    assert tools["get_thing"].call({}).exchange.seconds > 0


def test_proxies_of_the_environment_are_not_used(serve, monkeypatch):
    """A call goes where it says, whatever HTTP_PROXY says."""
    proxy, server = serve(answer(b"proxy")), serve(answer(b"server"))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    assert send(server).content == b"server"
    assert proxy.requests == []


def test_a_spec_is_fetched_through_redirects_and_names_its_server(serve):
    """Relative servers are resolved against where the spec was found at last."""
    text = b'{"openapi":"3.0.3","paths":{"/thing":{"get":{}}},"servers":[{"url":"v1"}]}'
    final = serve(answer(text))
    first = serve(answer(b"", f"Location: {final.url}/api/spec.json", status="301 Moved"))
    policy = FetchPolicy(addresses="127.0.0.1")
    tools = callwright.create_tools_from_openapi_spec(f"{first.url}/old.json", fetch_policy=policy)
    assert tools[0].operation.url == f"{final.url}/api/v1/thing"


@pytest.mark.parametrize(
    ("behaviour", "kind", "message"),
    [
        (answer(b"gone", status="404 Not Found"), SpecUnavailable, "HTTP 404"),
        (answer(b"", "Location: /again", status="302 Found"), SpecUnavailable, "more than 5 times"),
        (hang_up, SpecUnavailable, "cannot be fetched"),
        (answer(b"<!doctype html><title>Docs</title>"), SpecInvalid, "HTML or XML page"),
        (answer(b'{"hello": "world"}'), SpecInvalid, "no `openapi` field"),
        (answer(b""), SpecInvalid, "The text is empty"),
        (answer(b'{"openapi": "3.1.0", '), SpecInvalid, "no JSON"),
    ],
    ids=["404", "loop", "hang up", "page", "other JSON", "empty", "cut"],
)
def test_what_is_no_spec_is_one_clear_line(serve, behaviour, kind, message):
    """A URL behind which there is no spec says so in a line that names it."""
    url = f"{serve(behaviour).url}/openapi.json"
    with pytest.raises(kind, match=message) as caught:
        callwright.create_tools_from_openapi_spec(url)
    assert url in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("401 Unauthorized", "download it and give the file"),
        ("404 Not Found", "often /openapi.json"),
        ("503 Service Unavailable", "Try again later"),
    ],
)
def test_a_refused_fetch_says_what_to_do(serve, status, remedy):
    """Each status of a spec's server has a remedy of its own."""
    url = f"{serve(answer(b'', status=status)).url}/openapi.json"
    with pytest.raises(SpecUnavailable) as caught:
        callwright.create_tools_from_openapi_spec(url, fetch_policy=FetchPolicy(retries=0))
    assert remedy in caught.value.remedy


def test_a_port_without_a_server_says_what_to_look_at(unused_port):
    """Nobody at the port: the message asks for a look at the address."""
    with pytest.raises(SpecUnavailable, match=r"Connection refused\. Is the address right"):
        callwright.create_tools_from_openapi_spec(
            f"http://127.0.0.1:{unused_port}/openapi.json", fetch_policy=FetchPolicy(retries=0)
        )


def test_https_where_http_is_spoken_is_told_in_words(library):
    """TLS with a server that has none is told as that, and not as a code of OpenSSL."""
    url = library.spec_url.replace("http://", "https://")
    with pytest.raises(SpecUnavailable, match="no TLS is spoken there") as caught:
        callwright.create_tools_from_openapi_spec(url, fetch_policy=FetchPolicy(retries=0))
    assert "WRONG_VERSION" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://", "http://[bad/x", "http://127.0.0.1:99999/x"])
def test_what_is_no_address_is_one_clear_line(url):
    """A URL that cannot be one is refused in the same words."""
    with pytest.raises(SpecUnavailable, match=r"cannot be fetched|no URL") as caught:
        callwright.create_tools_from_openapi_spec(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_models_provider_is_posted_to(serve, backend):
    """The body goes as JSON with its headers; status, headers and content come back."""
    server = serve(answer(b'{"x":1}', "X-Id: 7", status="429 Too Many Requests"))

    async def main() -> object:
        return await post_to_model(
            ProviderRequest(url=server.url, headers={"authorization": "Bearer k"}, body={"a": "é"})
        )

    got = anyio.run(main, backend=backend)
    assert (got.status, got.headers["x-id"], got.content) == (429, "7", b'{"x":1}')
    assert b"content-type: application/json" in server.requests[0].lower()


def test_a_callers_client_follows_no_redirect_either(serve):
    """A fixed header does not travel to where an answer points, whatever the client would do."""
    target = serve(answer(b"secret place"))
    server = serve(answer(b"", f"Location: {target.url}/x", status="302 Found"))

    async def main() -> object:
        async with httpx2.AsyncClient(follow_redirects=True) as client:
            tools = await callwright.aio.create_tools_from_openapi_spec(
                SPEC, server=server.url, client=client
            )
            return await tools["get_thing"].acall({})

    assert "which is not followed" in anyio.run(main).content
    assert target.requests == []


def test_a_client_that_cannot_send_is_refused_at_once():
    """A client that blocks, or is closed, is told before it is tried on a call."""
    with httpx2.Client() as blocking, pytest.raises(ConfigurationError, match="cannot be awaited"):
        callwright.create_tools_from_openapi_spec(SPEC, client=blocking)
    closed = httpx2.AsyncClient()
    anyio.run(closed.aclose)
    with pytest.raises(ConfigurationError, match="is closed"):
        callwright.create_tools_from_openapi_spec(SPEC, client=closed)


DATES = ("Last-Modified: Mon, 02 Mar 2026 10:00:00 GMT", "Date: Mon, 02 Mar 2026 10:00:01 GMT")
MODIFIED = "If-Modified-Since: Mon, 02 Mar 2026 10:00:00 GMT"


@pytest.fixture
def serve_page(serve):
    """Starts servers of a page that answer 304 to a request with a given condition in it."""

    def start(content: bytes, *headers: str, condition: str = "If-None-Match: ") -> RawServer:
        def behave(connection: socket.socket) -> None:
            is_known = condition.encode().lower() in server.requests[-1].lower()
            reply = answer(b"", *headers, status="304 Not Modified")
            (reply if is_known else answer(content, *headers))(connection)

        server = serve(behave)
        return server

    return start


def fetch(url: str, *, backend: str = "asyncio", **policy: object) -> Fetched:
    """What is fetched from there."""
    policy = {"addresses": "127.0.0.1", **policy}
    return anyio.run(fetch_spec, url, FetchPolicy(**policy), backend=backend)


def conditions(server: RawServer) -> list[list[bytes]]:
    """The conditions of each request that a server got."""
    return [re.findall(rb"(?im)^(if-[^\r]*)\r$", head) for head in server.requests]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        (['ETag: "a1"'], ['If-None-Match: "a1"']),
        (['ETag: W/"a1"', "Cache-Control: max-age=60, private"], ['If-None-Match: W/"a1"']),
        (DATES, [MODIFIED]),
        (['ETag: "a1"', *DATES], ['If-None-Match: "a1"', MODIFIED]),
    ],
    ids=["strong", "weak", "date", "both"],
)
def test_an_unchanged_spec_is_not_sent_again(serve_page, headers, sent, backend):
    """The server is asked each time, and what was kept is what it says is unchanged."""
    server = serve_page(b"{}", *headers, condition=sent[0])
    url = f"{server.url}/openapi.json"
    fetched = [fetch(url, backend=backend) for _ in range(3)]
    assert fetched == [Fetched(url=url, content=b"{}")] * 3
    known = [line.encode() for line in sent]
    assert conditions(server) == [[], known, known]


def test_a_changed_spec_takes_the_place_of_the_one_before(serve):
    """An answer with content is the newer one, and is kept as such."""
    server = serve(answer(b"old", 'ETag: "1"'))
    assert fetch(server.url).content == b"old"
    server.behaviour = answer(b"new", 'ETag: "2"')
    assert fetch(server.url).content == b"new"
    server.behaviour = answer(b"", status="304 Not Modified")
    assert fetch(server.url).content == b"new"
    assert conditions(server) == [[], [b'If-None-Match: "1"'], [b'If-None-Match: "2"']]


def test_a_fragment_is_no_other_page(serve_page):
    """A server never sees the fragment, so one page is kept for all of them."""
    server = serve_page(b"{}", 'ETag: "1"')
    fetched = [fetch(f"{server.url}/spec#{part}") for part in "ab"]
    assert fetched == [Fetched(url=f"{server.url}/spec#{part}", content=b"{}") for part in "ab"]
    assert conditions(server) == [[], [b'If-None-Match: "1"']]


def test_redirects_are_followed_anew_to_what_was_kept(serve, serve_page):
    """Only the last URL has a page; where it was found is told as the first time."""
    final = serve_page(b"{}", 'ETag: "1"')
    to_final = f"Location: {final.url}/api/spec.json"
    first = serve(answer(b"", to_final, 'ETag: "2"', status="302 Found"))
    fetched = [fetch(first.url), fetch(first.url)]
    assert fetched == [Fetched(url=f"{final.url}/api/spec.json", content=b"{}")] * 2
    assert conditions(first) == [[], []]
    assert conditions(final) == [[], [b'If-None-Match: "1"']]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ['ETag: "1"', "Cache-Control: max-age=0, No-Store"],
        ["ETag: \xe9"],
        [f'ETag: "{"1" * 1000}"'],
        DATES[:1],
        [DATES[0], DATES[0].replace("Last-Modified", "Date")],
        ["Last-Modified: yesterday", DATES[1]],
        [DATES[0].replace("GMT", "-0000"), DATES[1]],
    ],
    ids=["none", "no-store", "not ASCII", "long", "no date", "same second", "no time", "no zone"],
)
def test_what_cannot_be_asked_about_is_not_kept(serve_page, cache, headers):
    """Without a validator that holds, or where the server forbids it, nothing is kept."""
    server = serve_page(b"{}", *headers)
    assert [fetch(server.url).content for _ in range(2)] == [b"{}"] * 2
    assert conditions(server) == [[], []]
    assert list(cache.iterdir()) == []


def test_what_may_have_been_cut_short_is_not_kept(serve, cache):
    """An answer that ends with its connection may be half of one."""
    content = b'HTTP/1.1 200 OK\r\nETag: "1"\r\n\r\nhalf'
    server = serve(lambda connection: connection.sendall(content))
    assert [fetch(server.url).content for _ in range(2)] == [b"half"] * 2
    assert conditions(server) == [[], []]
    assert list(cache.iterdir()) == []


def test_what_comes_in_chunks_is_kept(serve):
    """Chunks show where an answer ends, and the content is kept as it was decoded."""
    packed = gzip.compress(b"whole")
    head = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Encoding: gzip\r\n'
    chunks = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    server = serve(lambda connection: connection.sendall(head + chunks))
    assert fetch(server.url).content == b"whole"
    server.behaviour = answer(b"", status="304 Not Modified")
    assert fetch(server.url).content == b"whole"


@pytest.mark.parametrize("secret", ["{}/spec?token=x", "{}/?", "user:word@{}/spec"])
def test_behind_a_secret_nothing_is_kept(serve, serve_page, cache, secret):
    """A URL with a user or a query is not kept, nor anything that it redirects to."""
    final = serve_page(b"{}", 'ETag: "1"')
    first = serve(answer(b"", f"Location: {final.url}/spec", status="302 Found"))
    for server in (final, first):
        url = "http://" + secret.format(server.url.removeprefix("http://"))
        assert [fetch(url).content for _ in range(2)] == [b"{}"] * 2
    assert conditions(final) == [[]] * 4
    assert list(cache.iterdir()) == []


def test_a_user_in_the_address_of_a_spec_goes_to_its_origin_alone(serve):
    """As the credential that it is; a redirect takes it along only within the origin."""
    other = serve(answer(b"{}"))

    def behave(connection: socket.socket) -> None:
        is_first = server.requests[-1].startswith(b"GET /first ")
        location = "/second" if is_first else other.url
        answer(b"", f"Location: {location}", status="302 Found")(connection)

    server = serve(behave)
    fetch(f"http://user:word@{server.url.removeprefix('http://')}/first")
    assert [b"Authorization: Basic dXNlcjp3b3Jk" in head for head in server.requests] == [True] * 2
    assert b"uthorization" not in other.requests[0]


def test_a_failed_fetch_carries_no_secret_of_the_address():
    """Neither in its words nor in what it came of."""
    url = f"http://user:canary@127.0.0.1:{closed_port()}/spec?token=canary"
    with pytest.raises(SpecUnavailable) as caught:
        callwright.create_tools_from_openapi_spec(url)
    assert "canary" not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_a_page_is_kept_no_longer_than_its_server_allows(serve, cache):
    """An answer that must not be kept takes the one before it along."""
    server = serve(answer(b"public", 'ETag: "1"'))
    fetch(server.url)
    assert len(list(cache.iterdir())) == 1
    server.behaviour = answer(b"private", 'ETag: "2"', "Cache-Control: no-store")
    fetch(server.url)
    assert list(cache.iterdir()) == []


def test_the_cap_holds_for_what_was_kept(serve_page):
    """A policy of fewer bytes finds what it would find without anything kept."""
    server = serve_page(bytes(2000), 'ETag: "1"')
    fetch(server.url)
    with pytest.raises(SpecUnavailable, match="more than 1,000 bytes"):
        fetch(server.url, max_bytes=1000)
    assert conditions(server) == [[], []]


def test_what_is_cleared_while_the_server_is_asked_is_still_at_hand(serve, cache):
    """Another process may clear the cache between a question and its answer."""
    server = serve(answer(b"{}", 'ETag: "1"'))
    fetch(server.url)
    cleared: list[Cleared] = []

    def clear_and_confirm(connection: socket.socket) -> None:
        cleared.append(Store(directory=cache).clear())
        answer(b"", status="304 Not Modified")(connection)

    server.behaviour = clear_and_confirm
    assert fetch(server.url).content == b"{}"
    assert [clearing.files for clearing in cleared] == [1]


def test_unchanged_is_no_answer_to_who_has_nothing(serve):
    """A server that says 304 unasked has given no spec."""
    with pytest.raises(SpecUnavailable, match="HTTP 304"):
        fetch(serve(answer(b"", status="304 Not Modified")).url)


def cut_short(file: Path) -> None:
    """Take the file's last byte away."""
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [cut_short, Path.unlink], ids=["cut short", "gone"])
def test_a_damaged_page_is_fetched_whole(serve_page, cache, damage):
    """Nothing is asked about a page that is not whole."""
    server = serve_page(b"{}", 'ETag: "1"')
    fetch(server.url)
    (file,) = cache.iterdir()
    damage(file)
    assert [fetch(server.url).content for _ in range(2)] == [b"{}"] * 2
    assert conditions(server) == [[], [], [b'If-None-Match: "1"']]


def test_a_spec_is_loaded_without_a_cache(serve_page, cache, monkeypatch):
    """Switched off, nothing is kept and nothing kept is used."""
    server = serve_page(b'{"openapi": "3.1.0", "paths": {}}', 'ETag: "1"')
    callwright.create_tools_from_openapi_spec(server.url)
    kept = list(cache.iterdir())
    assert len(kept) == 1
    monkeypatch.setenv("CALLWRIGHT_CACHE", "off")
    callwright.create_tools_from_openapi_spec(server.url)
    assert conditions(server) == [[], []]
    assert list(cache.iterdir()) == kept
