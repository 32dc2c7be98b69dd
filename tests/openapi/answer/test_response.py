"""An API's answer as the result that the model reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.core.file import BinaryFile
from callwright.core.tool import Exchange, ToolResult
from callwright.openapi.answer.projection import read_paths
from callwright.openapi.answer.response import Answer, in_utf8, shape

EXCHANGE = Exchange(method="GET", url="https://api.test/v")


def shaped(
    content: bytes = b"", content_type: str = "", status: int = 200, **headers: str
) -> ToolResult:
    """The result of an answer; `_` in the names of headers stands for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        given["content-type"] = content_type
    result = shape(Answer(status=status, headers=given, content=content), EXCHANGE)
    assert result.exchange == EXCHANGE
    return result


@pytest.mark.parametrize(
    ("content", "content_type", "value", "text"),
    [
        pytest.param(
            b'{"a": [1, null]}', "application/json", {"a": [1, None]}, '{"a":[1,null]}', id="JSON"
        ),
        pytest.param(b'"a"', "application/json", "a", '"a"', id="JSON text"),
        pytest.param(b"null", "application/json", None, "null", id="null"),
        pytest.param(b"0", "application/json; charset=utf-8", 0, "0", id="zero"),
        pytest.param(b"[]", "application/vnd.api+json", [], "[]", id="built on JSON"),
        pytest.param(b'{"a":1}', "", {"a": 1}, '{"a":1}', id="JSON that nothing names"),
        pytest.param("é".encode(), "", "é", "é", id="text that nothing names"),
        pytest.param(
            b'\xef\xbb\xbf{"a":1}', "application/json", {"a": 1}, '{"a":1}', id="JSON with a mark"
        ),
        pytest.param(
            '"é"'.encode("latin-1"),
            "application/json; charset=iso-8859-1",
            "é",
            '"é"',
            id="JSON in Latin-1",
        ),
        pytest.param(
            '"é"'.encode(), "application/json; charset=utf-16", "é", '"é"', id="no UTF-16 in fact"
        ),
        pytest.param(
            '"é"'.encode("latin-1"), "application/json", "\ufffd", '"\ufffd"', id="JSON is UTF-8"
        ),
        pytest.param("é".encode(), "text/plain; charset=UTF-8", "é", "é", id="text"),
        pytest.param(
            "é".encode("latin-1"),
            'text/plain; charset="ISO-8859-1"',
            "é",
            "é",
            id="text in Latin-1",
        ),
        pytest.param(b"caf\xe9", "text/plain", "café", "café", id="Windows-1252 without a word"),
        pytest.param(
            "é".encode() + b"\xff", "text/plain", "é\ufffd", "é\ufffd", id="damaged UTF-8"
        ),
        pytest.param(
            '{"é":1}'.encode("utf-16"), "application/json", {"é": 1}, '{"é":1}', id="UTF-16"
        ),
        pytest.param('{"a":1}'.encode("utf-32"), "", {"a": 1}, '{"a":1}', id="UTF-32, unnamed"),
        pytest.param(
            '{"é":1}'.encode("utf-16-be"), "a/b+json", {"é": 1}, '{"é":1}', id="UTF-16, no mark"
        ),
        pytest.param(
            "日本".encode("shift_jis"),
            "text/plain; charset=Shift_JIS",
            "日本",
            "日本",
            id="Japanese",
        ),
        pytest.param(
            "日本".encode(), "text/plain; charset=ascii", "\ufffd" * 6, "\ufffd" * 6, id="wrong"
        ),
        pytest.param(b"abc", "text/plain; charset=nonsense", "abc", "abc", id="unknown charset"),
        pytest.param(
            b"abc", "text/plain; charset=base64", "abc", "abc", id="codec that is no charset"
        ),
        pytest.param(
            b"\xff",
            "text/plain; charset=idna",
            "ÿ",
            "ÿ",
            id="codec that does not replace",
        ),
        pytest.param(
            b"abc", "text/plain; charset=undefined", "abc", "abc", id="codec that never reads"
        ),
        pytest.param(b"<a/>", "application/xml", "<a/>", "<a/>", id="XML"),
        pytest.param(b"<a/>", "image/svg+xml", "<a/>", "<a/>", id="built on XML"),
        pytest.param(b"a: 1", "application/yaml", "a: 1", "a: 1", id="YAML"),
        pytest.param(
            '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
            "text/xml",
            '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
            '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
            id="XML that declares its charset",
        ),
        pytest.param(b"{}\n[1]\n", "application/x-ndjson", [{}, [1]], "[{},[1]]", id="JSON lines"),
        pytest.param(b"{}\n{", "application/jsonl", "{}\n{", "{}\n{", id="broken JSON lines"),
        pytest.param(
            b'\x1e{"a":1}\n\x1e2\n', "application/json-seq", [{"a": 1}, 2], '[{"a":1},2]', id="seq"
        ),
        pytest.param(
            b': hi\n\ndata: {"a":1}\n\nevent: x\nid: 7\ndata: b\rdata: c\r\n\r\ndata:[DONE]',
            "text/event-stream",
            [{"a": 1}, {"event": "x", "id": "7", "data": "b\nc"}, "[DONE]"],
            '[{"a":1},{"event":"x","id":"7","data":"b\\nc"},"[DONE]"]',
            id="events",
        ),
        pytest.param(
            b"[123456789012345678901234567890]",
            "application/json",
            [123456789012345678901234567890],
            "[123456789012345678901234567890]",
            id="large number",
        ),
        pytest.param(b"[1e999]", "application/json", "[1e999]", "[1e999]", id="beyond a float"),
        pytest.param(b'"Infinity"', "application/json", "Infinity", '"Infinity"', id="a word"),
        pytest.param(b"<html>", "application/json", "<html>", "<html>", id="JSON in name alone"),
        pytest.param(b'{"a":', "application/json", '{"a":', '{"a":', id="truncated JSON"),
        pytest.param(b"[NaN]", "application/json", "[NaN]", "[NaN]", id="NaN"),
        pytest.param(b"  ", "application/json", "  ", "  ", id="blank JSON"),
    ],
)
def test_content(content: bytes, content_type: str, value: Any, text: str) -> None:
    """JSON stays JSON, other text is text in its charset."""
    result = shaped(content, content_type)
    assert (result.value, result.content, result.is_error) == (value, text, False)


def test_deep_json() -> None:
    """JSON that is nested too deeply to be read is text."""
    content = b"[" * 100_000 + b"]" * 100_000
    assert shaped(content, "application/json").content == content.decode()


@pytest.mark.parametrize(
    ("content_type", "headers", "file", "told"),
    [
        ("image/png", {}, ("image/png", ""), "1,500 bytes of image/png, which"),
        ("", {}, ("application/octet-stream", ""), "1,500 bytes of application/octet-stream"),
        (
            "multipart/byteranges; boundary=x",
            {"content_range": "bytes 0-9/90"},
            ("multipart/byteranges", ""),
            (
                "1,500 bytes of multipart/byteranges, which cannot be shown as text. "
                "content-range: bytes 0-9/90."
            ),
        ),
        (
            "application/pdf",
            {"content_disposition": 'attachment; filename="..\\\\a/b.pdf"'},
            ("application/pdf", "b.pdf"),
            "1,500 bytes of application/pdf, named 'b.pdf', which",
        ),
    ],
)
def test_a_file(
    content_type: str, headers: dict[str, str], file: tuple[str, str], told: str
) -> None:
    """What is no text is described to the model; the caller has its bytes."""
    result = shaped(bytes(1500), content_type, **headers)
    assert (result.value, result.is_error) == (None, False)
    assert result.file == BinaryFile(content=bytes(1500), media_type=file[0], filename=file[1])
    assert f"The answer is {told}" in result.content
    assert "\\x00" not in repr(result)


def test_a_file_can_be_an_error() -> None:
    """An error page that is a picture is an error."""
    result = shaped(b"\x89PNG", "image/png", 500)
    assert result.is_error
    assert result.content.startswith("HTTP 500 Internal Server Error.\nThe answer is 4 bytes of")


@pytest.mark.parametrize(
    ("status", "headers", "text"),
    [
        (204, {}, "The call succeeded (204 No Content); there is no body."),
        (200, {}, "The call succeeded (200 OK); there is no body."),
        (
            201,
            {"location": "/v/7", "etag": '"a"'},
            'The call succeeded (201 Created); there is no body. location: /v/7. etag: "a".',
        ),
        (299, {}, "The call succeeded (299); there is no body."),
    ],
)
def test_empty(status: int, headers: dict[str, str], text: str) -> None:
    """An empty answer says that the call was done, and what its headers say."""
    result = shaped(b"", "application/json", status, **headers)
    assert (result.value, result.content, result.is_error) == (None, text, False)


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"server": "x", "set_cookie": "a=b", "date": "now"}, "[1]"),
        ({"etag": 'W/"a"', "x_ratelimit_remaining": "4990"}, "[1]"),
        ({"etag": '"a"'}, '{"status":200,"headers":{"etag":"\\"a\\""},"body":[1]}'),
        (
            {"x_ratelimit_remaining": "3", "set_cookie": "a=b"},
            '{"status":200,"headers":{"x-ratelimit-remaining":"3"},"body":[1]}',
        ),
        (
            {"link": '<https://a.test/?p=2>; rel="next"', "x_total_count": "9"},
            (
                '{"status":200,"headers":{"x-total-count":"9",'
                '"link":{"next":"https://a.test/?p=2"}},"body":[1]}'
            ),
        ),
    ],
)
def test_headers_that_say_something(headers: dict[str, str], content: str) -> None:
    """They stand beside the body, which is bare where there are none; the value is the body."""
    result = shaped(b"[1]", "application/json", **headers)
    assert (result.content, result.value) == (content, [1])


def test_fields() -> None:
    """Of JSON only the fields are kept, in its value as well; errors and text are left alone."""
    fields = read_paths(["id"])
    content = b'{"id":7,"secret":1}'

    def shown(status: int, content_type: str) -> ToolResult:
        answer = Answer(status=status, headers={"content-type": content_type}, content=content)
        return shape(answer, EXCHANGE, fields)

    result = shown(200, "application/json")
    assert (result.content, result.value) == ('{"id":7}', {"id": 7})
    assert '{"id":7,"secret":1}' in shown(404, "application/json").content
    assert shown(200, "text/plain").content == content.decode()


def test_text_is_put_into_utf_8_to_be_searched() -> None:
    """A secret is found in an answer of any charset; a file stays as it is."""
    utf_16 = Answer(status=200, headers={"content-type": "text/xml"}, content="é".encode("utf-16"))
    assert in_utf8(utf_16).content == "é".encode()
    assert in_utf8(utf_16).content_type == "text/xml; charset=utf-8"
    picture = Answer(status=200, headers={"content-type": "image/png"}, content=b"\xff\xfe\x00")
    assert in_utf8(picture) == picture


@settings(max_examples=200)
@given(
    status=st.sampled_from([200, 204, 301, 422, 599]),
    content_type=st.one_of(
        st.sampled_from(["", "application/json", "text/event-stream", "application/json-seq"]),
        st.text(max_size=40),
        st.text(max_size=20).map("text/html; charset={}".format),
    ),
    content=st.binary(max_size=80),
    header=st.text(max_size=60),
)
def test_whatever_comes_is_told(
    status: int, content_type: str, content: bytes, header: str
) -> None:
    """No bytes, no media type and no header makes an answer that cannot be told."""
    result = shaped(content, content_type, status, link=header, content_disposition=header)
    assert result.content
    assert (result.file is None) or result.file.content == content
    assert result.is_error == (status >= 300)


@pytest.mark.parametrize(
    "content_type", ["image/png\x1b[2J", "image/\u202egnp", f"image/{'x' * 500}", "image", "a b/c"]
)
def test_what_is_no_media_type(content_type: str) -> None:
    """What a server says of a file is told only where it is a media type."""
    result = shaped(b"\x08", content_type)
    assert result.file == BinaryFile(content=b"\x08")
    assert result.content.startswith("The answer is 1 bytes of application/octet-stream,")


def test_a_redirect_is_told_in_bounds() -> None:
    """Where a redirect leads is told as headers are: visible, and not without end."""
    result = shaped(status=302, location="https://a.test/\u202e" + "x" * 10_000)
    assert "https://a.test/xxx" in result.content
    assert len(result.content) < 1_000
