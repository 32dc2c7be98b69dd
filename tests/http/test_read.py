"""How far an answer is read: by bytes as they come, by bytes as they unpack, and by time."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib

import pytest
from tests.fault.script import (
    answer,
    bomb,
    broken_off,
    dripping_body,
    dripping_head,
    endless,
    endless_events,
    interim_flood,
    large_header,
    lying,
    message,
    wrapped_away,
)

import callwright
from callwright.core.errors import ApiUnreachable, ArgumentsInvalid, CallTimeout, SpecUnavailable
from callwright.http.decode import DecodingFailed, decoder_for
from callwright.openapi.source import FetchPolicy

MEGABYTE = 1024 * 1024
CONTENT = json.dumps(list(range(5000))).encode()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(
    "behaviour",
    [endless(), bomb("gzip"), bomb("deflate"), answer(bytes(2 * MEGABYTE))],
    ids=["endless", "gzip", "deflate", "plain"],
)
def test_an_answer_is_read_up_to_its_cap(fault_server, send, behaviour, backend):
    """What came until then is there, and that there is more is said."""
    got = send(fault_server(behaviour).url, max_answer_bytes=MEGABYTE, backend=backend)
    assert (len(got.content), got.cut) == (MEGABYTE, "it has more than 1,048,576 bytes")


def test_what_unpacks_to_nothing_has_an_end_too(fault_server, send):
    """The cap holds for what arrives as well."""
    got = send(fault_server(wrapped_away).url, max_answer_bytes=MEGABYTE)
    assert (got.content, got.cut) == (b"", "it has more than 1,048,576 bytes")


MEASURE = """
import json, resource, sys, anyio, httpx2
from callwright.http import Sender
from callwright.openapi.source import FetchPolicy
sender = Sender(policy=FetchPolicy(addresses="any"))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
got = anyio.run(sender, httpx2.Request("GET", sys.argv[1]))
print(json.dumps([len(got.content), peak() - before]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by getrusage")
@pytest.mark.parametrize("behaviour", [bomb("gzip"), endless()], ids=["gzip", "endless"])
def test_a_bomb_takes_little_memory(fault_server, behaviour):
    """A gigabyte of zeros stops at the default cap, within 64 MB above it."""
    program = [sys.executable, "-c", MEASURE, fault_server(behaviour).url]
    ran = subprocess.run(  # noqa: S603  # our own program
        program, capture_output=True, text=True, check=True, timeout=120
    )
    length, megabytes = json.loads(ran.stdout)
    assert length == 10 * MEGABYTE
    assert megabytes < 10 + 64


def tool(url: str, **policy: object) -> callwright.Tool:
    """A tool that reads from there."""
    operation = {"operationId": "see", "responses": {}}
    return callwright.create_tools_from_openapi_spec(
        {"openapi": "3.1.0", "paths": {"/see": {"get": operation}}},
        server=url,
        fetch_policy=FetchPolicy(**policy),
    )["see"]


def test_a_cut_answer_says_so_to_the_model(fault_server):
    """The text as far as it was read, the count, and a mark; it is no error."""
    server = fault_server(answer(b"x" * 2000, "Content-Type: text/plain"))
    result = tool(server.url, max_answer_bytes=1000).call({})
    assert not result.is_error
    assert json.loads(result.content) == {
        "status": 200,
        "truncated": True,
        "bytes_read": 1000,
        "note": "Only the first 1,000 bytes of the answer were read: it has more than 1,000 bytes.",
        "body": "x" * 1000,
    }


@pytest.mark.parametrize(("status", "media"), [("500 No", "text/plain"), ("200 OK", "image/png")])
def test_a_cut_error_or_file_says_so(fault_server, status, media):
    """In a sentence of its own."""
    server = fault_server(answer(b"x" * 2000, f"Content-Type: {media}", status=status))
    result = tool(server.url, max_answer_bytes=1000, retries=0).call({})
    assert "Only the first 1,000 bytes of the answer were read" in result.content


@pytest.mark.parametrize(
    ("behaviour", "came"),
    [
        (dripping_head(0.02), ""),
        (interim_flood(), ""),
        (interim_flood(every=0.02), ""),
        (dripping_body(0.02), "bytes came until then"),
    ],
    ids=["head", "interim", "slow interim", "body"],
)
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_server_that_never_ends_is_left_at_the_deadline(
    fault_server, send, behaviour, came, backend
):
    """The deadline is for the whole, not for the next byte."""
    with pytest.raises(CallTimeout, match=rf"within 0\.4 s.*{came}"):
        send(fault_server(behaviour).url, call_seconds=0.4, backend=backend)


def test_an_event_stream_is_what_came_until_the_deadline(fault_server):
    """It has no end by its nature, so that its beginning is the answer."""
    result = tool(fault_server(endless_events()).url, call_seconds=0.5).call({})
    assert not result.is_error
    told = json.loads(result.content)
    assert told["truncated"] is True
    assert "it had not ended after 0.5 s" in told["note"]
    assert str(told["body"]).startswith("[") or "data: 0" in told["body"]


def test_a_run_learns_what_came_before_its_own_deadline(fault_server, scripted):
    """The limit of a call in a run is as good as the policy's."""
    server = fault_server(endless_events())
    answer = callwright.run_with_tools(
        scripted([("1", "see", {})], "ok"),
        "go",
        [tool(server.url)],
        limits=callwright.Limits(call_seconds=0.6),
    )
    assert "truncated" in answer.calls[0].result.content


@pytest.mark.parametrize("at", range(0, len(message(b"{}")), 4))
def test_an_answer_that_breaks_off_anywhere_is_none(fault_server, send, at):
    """Whichever byte is the last."""
    with pytest.raises(ApiUnreachable, match=r"No answer|broke off after \d bytes"):
        send(fault_server(broken_off(message(b"{}"), at)).url, retries=0)


def test_less_than_was_promised_is_none_and_more_is_left(fault_server, send):
    """The length that a server tells is where its answer ends."""
    with pytest.raises(ApiUnreachable, match="broke off after 5 bytes"):
        send(fault_server(lying(b"short", 1000)).url, retries=0)
    assert send(fault_server(lying(b"long enough", 4)).url).content == b"long"


ODD = {
    "switched": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello",
    "status": b"HTTP/1.1 1000 Odd\r\n\r\n",
    "version": b"HTTP/2 200 OK\r\n\r\n",
    "no head": b"just text",
    "negative": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nabc",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
    "extension": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;" + b"x" * 200_000,
    "trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    + b"A: b\r\n" * 30_000,
    "coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "NUL": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    "name": b"HTTP/1.1 200 OK\r\nX-\xff: " + b"IGNORE ALL " * 5_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_what_is_no_http_is_told_in_few_words(fault_server, send, raw):
    """A server does not speak to the model through the words of what was wrong with it."""
    with pytest.raises(ApiUnreachable, match=r"No answer|broke off after") as caught:
        send(fault_server(broken_off(raw, len(raw))).url, retries=0)
    assert len(str(caught.value)) < 300


def test_a_large_head_is_none(fault_server, send):
    """Two megabytes of one header are not kept to look at."""
    with pytest.raises(ApiUnreachable, match="No answer"):
        send(fault_server(large_header()).url, retries=0)


@pytest.mark.parametrize(
    ("policy", "behaviour", "reason"),
    [
        ({"max_bytes": MEGABYTE}, endless(), "more than 1,048,576 bytes"),
        ({"max_bytes": MEGABYTE}, bomb(), "more than 1,048,576 bytes"),
        ({"seconds": 0.3}, dripping_body(0.02), r"within 0\.3 s"),
        ({"seconds": 0.3}, dripping_head(0.02), r"within 0\.3 s"),
    ],
    ids=["endless", "bomb", "drips", "dripping head"],
)
def test_a_spec_has_its_bounds(fault_server, policy, behaviour, reason):
    """In bytes and in time."""
    with pytest.raises(SpecUnavailable, match=reason):
        callwright.create_tools_from_openapi_spec(
            f"{fault_server(behaviour).url}/spec", fetch_policy=FetchPolicy(**policy)
        )


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"headers": {"X-Long": "x" * 70_000}}, "bytes of headers; 65,536 may be sent"),
        ({"method": "POST", "content": bytes(2000)}, "a body of 2,000 bytes; 1,000 may be sent"),
    ],
)
def test_a_request_has_its_bounds(fault_server, send, options, reason):
    """Nothing is connected to for one that is too large."""
    server = fault_server(answer())
    with pytest.raises(ArgumentsInvalid, match=reason):
        send(server.url, max_request_bytes=1000, **options)
    assert server.connections == 0


def unpacked(coding: str, *pieces: bytes) -> bytes:
    """What pieces unpack to."""
    decoder = decoder_for(coding)
    content = b"".join(part for piece in pieces for part in decoder.decode(piece))
    decoder.finish()
    return content


def bare(content: bytes) -> bytes:
    """Deflate without its wrapper."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("", CONTENT),
        ("identity", CONTENT),
        ("gzip", gzip.compress(CONTENT)),
        ("X-GZIP", gzip.compress(CONTENT)),
        ("gzip", gzip.compress(CONTENT[:100]) + gzip.compress(CONTENT[100:])),
        ("gzip", gzip.compress(CONTENT) + bytes(9)),
        ("deflate", zlib.compress(CONTENT)),
        ("deflate", bare(CONTENT)),
        ("deflate, gzip", gzip.compress(zlib.compress(CONTENT))),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000_000])
def test_codings_are_undone_however_they_come(coding, packed, size):
    """In pieces of any size, members and padding included."""
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert unpacked(coding, *pieces) == CONTENT


@pytest.mark.parametrize(
    ("coding", "packed", "reason"),
    [
        ("gzip", CONTENT, "no gzip, although"),
        ("deflate", b"\xff" * 50, "no deflate, although"),
        ("gzip", gzip.compress(CONTENT)[:-4], "gzip breaks off"),
        ("deflate", zlib.compress(CONTENT)[:20], "deflate breaks off"),
        ("br", b"x", "'br', which nobody asked for"),
        ("gzip, gzip, gzip, gzip, gzip", b"x", "5 times over"),
    ],
)
def test_what_is_damaged_says_so(coding, packed, reason):
    """And what is of an unknown kind."""
    with pytest.raises(DecodingFailed, match=reason):
        unpacked(coding, packed)


def test_without_content_there_is_no_coding_to_undo():
    """An answer to HEAD says how its content would be coded."""
    for coding in ("gzip", "br", "deflate"):
        assert unpacked(coding) == b""
