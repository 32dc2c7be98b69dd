"""An API's answer as the result that the model reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from callwright.core.file import BinaryFile
from callwright.core.json import Json, dump_json, parse_json
from callwright.core.text.visible import visible
from callwright.core.tool import Exchange, ToolResult
from callwright.openapi.answer.charset import decoded, essence_of
from callwright.openapi.answer.problem import explain, phrase_of
from callwright.openapi.answer.projection import Projection, project
from callwright.openapi.answer.sequence import read_sequence
from callwright.openapi.answer.telling import filename_of, telling_headers

__all__ = ["Answer", "in_utf8", "shape"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over the wire; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes = b""
    cut: str = ""
    """Why the content is not whole, such as "it has more than 10,485,760 bytes"; else nothing."""
    attempts: int = 1
    """How often the request was sent, or tried to be."""
    outcome_unknown: bool = False
    """Whether the call may have changed something although this answer does not say so."""

    @property
    def content_type(self) -> str:
        """Its media type and parameters, as they were sent."""
        return self.headers.get("content-type", "")


def shape(answer: Answer, exchange: Exchange, fields: Projection | None = None) -> ToolResult:
    """Make a result of an answer.

    JSON stays JSON, other text is text, what is no text becomes a file. Headers that say something
    to act on are told as well: then the content is an object of `status`, `headers` and `body`. An
    HTTP error is told in words. Of JSON only the `fields` are kept, where some are named. What was
    not read to its end says so, and how much of it there is.
    """
    result = _shaped(answer, exchange, fields)
    return replace(result, outcome_unknown=True) if answer.outcome_unknown else result


def _shaped(answer: Answer, exchange: Exchange, fields: Projection | None) -> ToolResult:
    if not _is_text(answer):
        return _file(answer, exchange)
    body = _read(answer)
    if answer.status >= 300:
        told = _explained(answer, body.value, body.text)
        return ToolResult(content=told, value=body.value, is_error=True, exchange=exchange)
    if not body.text:
        return ToolResult(content=_done(answer), exchange=exchange)
    if fields is not None and body.is_json:
        body = _Body.of(project(body.value, fields))
    return ToolResult(content=_told(answer, body), value=body.value, exchange=exchange)


def _explained(answer: Answer, value: Json, text: str) -> str:
    """An HTTP error in words, and what else is to be known of it."""
    told = explain(
        answer.status, answer.headers, value, text, outcome_unknown=answer.outcome_unknown
    )
    return "\n".join(filter(None, (told, _cut(answer))))


def _cut(answer: Answer) -> str:
    """How much of an answer was read, where that is not all."""
    if not answer.cut:
        return ""
    return f"Only the first {len(answer.content):,} bytes of the answer were read: {answer.cut}."


def in_utf8(answer: Answer) -> Answer:
    """The same answer, its text in UTF-8: what is looked for in it is found whatever its charset.

    >>> in_utf8(Answer(status=200, content="é".encode("utf-16"))).content.decode()
    'é'
    """
    if not answer.content or not _is_text(answer):
        return answer
    content = decoded(answer.content, answer.content_type).encode()
    content_type = f"{essence_of(answer.content_type)}; charset=utf-8"
    return replace(
        answer, content=content, headers={**answer.headers, "content-type": content_type}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """A body that is text: its value, and how that is written."""

    value: Json
    text: str
    is_json: bool = False

    @classmethod
    def of(cls, value: Json) -> _Body:
        return cls(value=value, text=dump_json(value), is_json=True)


def _read(answer: Answer) -> _Body:
    """The body as JSON where it is JSON or a sequence of it, else as text."""
    if not answer.content:
        return _Body(value=None, text="")
    essence = essence_of(answer.content_type)
    text = decoded(answer.content, answer.content_type)
    items = read_sequence(essence, text)
    if items is not None:
        return _Body.of(items)
    if essence.endswith("json") or not essence:
        try:
            return _finite(_Body.of(parse_json(text)))
        except (ValueError, RecursionError):
            pass
    return _Body(value=text, text=text)


def _finite(body: _Body) -> _Body:
    """The same body.

    Raises:
        ValueError: it holds a number such as 1e999, which Python reads as infinity; written again
            that is no JSON.
    """
    if "Infinity" in body.text:
        parse_json(body.text)
    return body


def _is_text(answer: Answer) -> bool:
    """Whether a body is text; what names no media type is, unless it holds a NUL."""
    essence = essence_of(answer.content_type)
    if essence:
        return essence.startswith("text/") or essence.endswith(_TEXTUAL) or not answer.content
    return b"\0" not in answer.content or answer.content.startswith(_UTF_16)


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TEXTUAL = (
    "json",
    "jsonl",
    "json-seq",
    "json-lines",
    "jsonlines",
    "xml",
    "xml-dtd",
    "javascript",
    "ecmascript",
    "yaml",
    "toml",
    "graphql",
    "sql",
    "csv",
    "x-www-form-urlencoded",
)


def _told(answer: Answer, body: _Body) -> str:
    """The body as it is, or beside the headers that say something, and what it lacks."""
    headers = telling_headers(answer.headers)
    told: dict[str, Json] = {"status": answer.status}
    if headers:
        told["headers"] = headers
    if answer.cut:
        told |= {"truncated": True, "bytes_read": len(answer.content), "note": _cut(answer)}
    if len(told) == 1:
        return body.text
    # As JSON a control character takes six: ten megabytes of NUL would take sixty.
    value = visible(body.value) if isinstance(body.value, str) else body.value
    return dump_json({**told, "body": value})


def _done(answer: Answer) -> str:
    about = _sentences(answer)
    return f"The call succeeded ({phrase_of(answer.status)}); there is no body.{about}"


def _sentences(answer: Answer) -> str:
    """The headers that say something, each as a sentence."""
    told = telling_headers(answer.headers).items()
    return "".join(
        f" {name}: {value if isinstance(value, str) else dump_json(value)}." for name, value in told
    )


def _media_type(content_type: str) -> str:
    """What a file says that it is, if that is a media type (RFC 6838, 4.2)."""
    essence = essence_of(content_type)
    return essence if _MEDIA_TYPE.fullmatch(essence) else "application/octet-stream"


_MEDIA_TYPE = re.compile(r"[a-z0-9][\w!#$&^.+-]{0,126}/[a-z0-9][\w!#$&^.+-]{0,126}", re.ASCII)


def _file(answer: Answer, exchange: Exchange) -> ToolResult:
    """A body that is no text: described to the model, handed to the caller."""
    file = BinaryFile(
        content=answer.content,
        media_type=_media_type(answer.content_type),
        filename=filename_of(answer.headers),
    )
    name = f", named {file.filename!r}" if file.filename else ""
    what = f"The answer is {len(file.content):,} bytes of {file.media_type}{name}"
    cut = f" {_cut(answer)}" if answer.cut else ""
    told = f"{what}, which cannot be shown as text.{cut}"
    if answer.status < 300:
        return ToolResult(content=told + _sentences(answer), exchange=exchange, file=file)
    explained = _explained(replace(answer, cut=""), None, told)
    return ToolResult(content=explained, is_error=True, exchange=exchange, file=file)
