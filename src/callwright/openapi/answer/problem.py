"""An error of an API in words: what it says itself, the fields at fault, and what would help.

Problem details (RFC 9457) and what is commonly sent instead of them are taken apart in the same
way; whatever is not understood is told as it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.openapi.answer.telling import telling_headers

__all__ = ["DO_NOT_REPEAT", "explain", "phrase_of", "status_line"]

DO_NOT_REPEAT = "It is unknown whether it took effect: do not repeat it blindly, look first."

_MAX_LENGTH = 4_000
_MAX_FAULTS = 20

_SAID = ("title", "detail", "message", "error", "error_description", "instance")
_FAULTS = ("errors", "detail", "invalid-params", "invalid_params", "violations", "details")
_PLACES = ("pointer", "field", "name", "parameter", "param", "path", "propertyPath", "property")
_WORDS = ("detail", "message", "msg", "reason", "description", "title", "code")

_ADVICE: Mapping[int, str] = {
    400: "Correct the arguments and call again.",
    401: "The credential is missing or was refused; other arguments do not help. Tell the user.",
    403: "The credential does not allow this; other arguments do not help. Tell the user.",
    404: "Check the identifiers among the arguments; look up those that you guessed.",
    409: "This conflicts with how things are now: read them, then decide.",
    410: "It is gone for good.",
    412: "It has changed meanwhile: read it again and use its new ETag.",
    422: "Correct the arguments and call again.",
    428: "Read it first and send its ETag as If-Match.",
    429: "These are too many calls: wait, or make do without.",
    500: "The fault is the API's; other arguments may avoid it.",
    501: "The API cannot do this.",
    502: "The fault is the API's; the same call may work later.",
    503: "The fault is the API's; the same call may work later.",
    504: "The fault is the API's; the same call may work later.",
}


# Their names in RFC 9110, 15.5, which Python has since 3.13.
_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def phrase_of(status: int) -> str:
    """A status and its phrase (RFC 9110).

    >>> phrase_of(204)
    '204 No Content'
    """
    try:
        return f"{status} {_PHRASES.get(status) or HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def status_line(status: int) -> str:
    """A status as the first line of an error.

    >>> status_line(404)
    'HTTP 404 Not Found.'
    """
    return f"HTTP {phrase_of(status)}."


def explain(
    status: int,
    headers: Mapping[str, str],
    value: Json,
    text: str,
    *,
    outcome_unknown: bool = False,
) -> str:
    """What went wrong: the status, what the body says, the fields at fault, what would help."""
    lines = [status_line(status), *_redirect(status, headers)]
    if is_object(value):
        lines += _object(status, value)
    elif text:
        lines.append(_shortened(text))
    lines += _headers(headers)
    if outcome_unknown:
        lines.append(DO_NOT_REPEAT)
    elif status in _ADVICE:
        lines.append(_ADVICE[status])
    return "\n".join(lines)


def _redirect(status: int, headers: Mapping[str, str]) -> list[str]:
    if status < 400 and "location" in headers:
        location = telling_headers(headers).get("location", "")
        return [f"The API redirects to {location}, which is not followed."]
    return []


def _headers(headers: Mapping[str, str]) -> list[str]:
    """Headers that say when to come again, and how much is left."""
    told = telling_headers(headers)
    lines = [f"Retry after: {told.pop('retry-after')}."] if "retry-after" in told else []
    limits = {name: value for name, value in told.items() if "limit" in name}
    return [*lines, *(f"{name}: {value}" for name, value in limits.items())]


def _object(status: int, value: JsonObject) -> list[str]:
    """What an object says, member by member; the rest of it as JSON."""
    rest = {key: item for key, item in value.items() if not _is_known(status, key, item)}
    lines: list[str] = []
    for key in _SAID:
        said = rest.get(key)
        if isinstance(said, str):
            del rest[key]
            lines.append(f"instance: {said}" if key == "instance" else said)
    lines += _faults(rest)
    shown = [_shortened(line) for line in dict.fromkeys(lines) if line.strip()]
    return [*shown, _shortened(dump_json(rest))] if rest else shown


def _is_known(status: int, key: str, item: Json) -> bool:
    """Whether a member says only what the status line says already."""
    if key == "type":
        return item == "about:blank"
    return (key == "status" and item == status) or (
        key == "title" and isinstance(item, str) and phrase_of(status) == f"{status} {item}"
    )


def _faults(rest: dict[str, Json]) -> list[str]:
    """The fields at fault, a line each; what is understood is taken out of `rest`."""
    lines: list[str] = []
    for key in _FAULTS:
        told = list(_told_faults(rest.get(key)))
        if told and None not in told and len(told) <= _MAX_FAULTS:
            del rest[key]
            lines += [f"- {line}" for line in told]
    return lines


def _told_faults(found: Json) -> Iterator[str | None]:
    """Each fault in words; None for one that is not understood."""
    if is_object(found):
        for name, words in found.items():
            yield from _fault_of_name(name, words)
    elif is_array(found):
        for item in found:
            yield _fault(item) if is_object(item) else None


def _fault_of_name(name: str, words: Json) -> Iterator[str | None]:
    """`{"age": ["must be positive"]}`, as Rails, Django and ASP.NET write it."""
    for each in words if is_array(words) else [words]:
        yield f"{name}: {each}" if isinstance(each, str) else None


def _fault(item: JsonObject) -> str | None:
    """One fault: where it is, and what is wrong there; None if anything else is said, too."""
    words = next((item[key] for key in _WORDS if isinstance(item.get(key), str)), None)
    place = _place(item)
    return f"{place}: {words}" if words is not None and place else None


def _place(item: JsonObject) -> str:
    source = item.get("source")  # JSON:API
    holders: list[JsonObject] = [item, source] if is_object(source) else [item]
    for holder in holders:
        for key in _PLACES:
            if isinstance(holder.get(key), str) and holder[key]:
                return str(holder[key])
    way = item.get("loc")  # FastAPI
    return ".".join(str(part) for part in way) if is_array(way) else ""


def _shortened(text: str) -> str:
    if len(text) <= _MAX_LENGTH:
        return text
    return f"{text[:_MAX_LENGTH]}… ({len(text) - _MAX_LENGTH:,} more characters)"
