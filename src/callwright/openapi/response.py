"""An API's answer as the result that the model reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from callwright.core.json import Json, dump_json, is_object, parse_json
from callwright.core.tool import Exchange, ToolResult

__all__ = ["Answer", "shape"]

_MAX_ERROR_LENGTH = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over the wire; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes = b""


def shape(answer: Answer, exchange: Exchange) -> ToolResult:
    """Make a result of an answer: JSON stays JSON, an HTTP error is told with its problem."""
    value, text = _decode(answer)
    if answer.status >= 300:
        return ToolResult(
            content=_problem(answer, value, text), value=value, is_error=True, exchange=exchange
        )
    return ToolResult(content=text or _done(answer), value=value, exchange=exchange)


def _decode(answer: Answer) -> tuple[Json, str]:
    """The answer's body as a JSON value and as text."""
    content_type = answer.headers.get("content-type", "")
    essence = content_type.partition(";")[0].strip().lower()
    if not answer.content:
        return None, ""
    if not _is_text(essence):
        size = len(answer.content)
        return None, f"The answer is {size:,} bytes of {essence}, which cannot be shown as text."
    text = _decoded(answer.content, content_type)
    if essence.endswith("json") or not essence:
        try:
            value = parse_json(text)
            return value, dump_json(value)
        except (ValueError, RecursionError):
            pass
    return text, text


def _is_text(essence: str) -> bool:
    """Whether a media type is text; what names none may be."""
    return not essence or essence.startswith("text/") or essence.endswith(_TEXTUAL)


_TEXTUAL = ("json", "jsonl", "json-seq", "xml", "javascript", "yaml", "x-www-form-urlencoded")


def _decoded(content: bytes, content_type: str) -> str:
    _, _, name = content_type.lower().partition("charset=")
    name = name.partition(";")[0].strip(" \"'")
    try:
        text = content.decode(name or "utf-8", errors="replace")
    # Python also knows codecs that are no charsets; some of them refuse to replace.
    except (LookupError, ValueError):
        text = content.decode(errors="replace")
    return text.removeprefix("\ufeff")


def _status(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _done(answer: Answer) -> str:
    location = answer.headers.get("location")
    where = f" It is at {location}." if location else ""
    return f"Done: {_status(answer.status)}, an empty answer.{where}"


def _problem(answer: Answer, value: Json, text: str) -> str:
    """What went wrong, in a line, and the problem details (RFC 9457) or the body as they came."""
    lines = [f"{_status(answer.status)}."]
    if answer.status < 400 and "location" in answer.headers:
        lines.append(f"The API redirects to {answer.headers['location']}, which is not followed.")
    if is_object(value):
        lines += [str(value[key]) for key in ("title", "detail") if isinstance(value.get(key), str)]
    if "retry-after" in answer.headers:
        lines.append(f"Retry after: {answer.headers['retry-after']}.")
    if text:
        lines.append(text if len(text) <= _MAX_ERROR_LENGTH else f"{text[:_MAX_ERROR_LENGTH]}…")
    return "\n".join(lines)
