"""Requests read back by openapi-core: each parameter, and the body, as a server would get them."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from tests.wire.case import Case
from tests.wire.outcome import Outcome, different, equal, skipped
from tests.wire.text import is_flat, is_nothing, leaves, texts
from werkzeug.datastructures import Headers, MultiDict

__all__ = ["read_core"]

_READER = "openapi-core"
# Which operation is meant is no question here, and its finder knows few characters of paths.
_PLACE = "/operation"


class _Request:
    """A request as openapi-core asks for one: decoded as WSGI and ASGI servers do."""

    def __init__(self, case: Case) -> None:
        self.host_url = "https://server.example"
        self.method = case.method.lower()
        self.path = "/base" + _PLACE
        self.content_type = case.headers.get("content-type", "")
        self.body = case.content
        pairs = parse_qsl(case.raw_query, keep_blank_values=True)
        self.parameters = RequestParameters(
            path=_path_values(case),
            query=MultiDict(pairs),
            header=Headers(list(case.headers.items())),
            cookie=MultiDict(_cookies(case.headers.get("cookie", ""))),
        )


def _path_values(case: Case) -> dict[str, str]:
    """What stands in the places of the template's names."""
    template = case.sent_path if case.sent_path.startswith("/") else f"/{case.sent_path}"
    parts = re.split(r"\{([^{}]+)\}", template)
    pattern = "".join("(.*?)" if i % 2 else re.escape(_quoted(p)) for i, p in enumerate(parts))
    has_query = "?" in template
    sent = f"{case.raw_path}?{case.raw_query}" if has_query else case.raw_path
    match = re.fullmatch(f"{pattern}(&.*)?" if has_query else pattern, sent)
    return dict(zip(parts[1::2], map(unquote, match.groups()), strict=False)) if match else {}


def _quoted(text: str) -> str:
    return quote(text, safe="%:/?[]@!$&'()*+,;=-._~")


def _cookies(header: str) -> list[tuple[str, str]]:
    pairs = [piece.partition("=") for piece in header.split("; ") if piece]
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def read_core(case: Case) -> Iterator[Outcome]:
    """Each argument against what the reader has for it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            alone = {**case.alone, "paths": {_PLACE: case.alone["paths"][case.sent_path]}}
            reader = OpenAPI.from_dict(alone, config=Config(spec_validator_cls=None))
            result = reader.unmarshal_request(_Request(case))
            found: Any = result.parameters
            body = result.body
    except Exception as error:
        yield skipped(_READER, f"the reader fails: {type(error).__name__}")
        return
    faults = [str(error.__cause__ or error) for error in result.errors]
    for (location, name), value in case.values.items():
        if location == "path" and re.search(r"\}[^/?&]*\{", case.path):
            yield skipped(_READER, "two names in one segment of a path")
        elif location == "query" and f"{name}=" in case.path.partition("?")[2]:
            yield skipped(_READER, "a name that the path's own query has as well")
        elif location == "path" and f"{{{name}}}" not in case.sent_path:
            yield skipped(_READER, "a name in a path's fragment, which is never sent")
        elif location in ("path", "query", "header", "cookie"):
            read = getattr(found, location)
            yield _parameter(case, location, name, value, read, faults)
        elif location == "body":
            yield _body(case, value, body, faults)


def _parameter(
    case: Case, location: str, name: str, value: Any, read: Mapping[str, Any], faults: list[str]
) -> Outcome:
    reason = _unreadable(case.declared[location, name], value)
    if reason:
        return skipped(_READER, reason)
    if is_nothing(value):
        return (
            equal(_READER) if read.get(name) in (None, [], {}) else _wrong(case, name, value, read)
        )
    if name not in read:
        return different(_READER, f"{location}: not read", f"{case.name} {name} {value!r} {faults}")
    wanted, got = texts(value), texts(read[name])
    return equal(_READER) if wanted == got else _wrong(case, name, value, read)


def _wrong(case: Case, name: str, value: Any, read: Mapping[str, Any]) -> Outcome:
    detail = f"{case.name} {name}: {value!r} read as {read.get(name)!r}"
    return different(_READER, "a parameter read otherwise", detail)


def _unreadable(parameter: Mapping[str, Any], value: Any) -> str:
    """Why openapi-core cannot read the parameter back, by its own design."""
    if "content" in parameter:
        return ""
    where = parameter["in"]
    style = parameter.get("style", "form" if where in ("query", "cookie") else "simple")
    if style.startswith("x-") or style in ("spaceDelimited", "label", "matrix"):
        return f"style {style}, which it cannot read"
    if not isinstance(value, (list, dict)):
        return _unreadable_text(where, value)
    if not is_flat(value):
        return "a nested value"
    if parameter.get("schema", {}).get("type") is None:
        return "an array or object without a type"
    explode = parameter.get("explode", style in ("form", "deepObject"))
    return _unreadable_parts(value, style, explode)


def _unreadable_text(where: str, value: Any) -> str:
    if value == "" and where == "query":
        return "an empty text, which it refuses"
    if where == "header" and isinstance(value, str) and value != value.strip():
        return "a header that ends in spaces"
    return ""


def _unreadable_parts(value: Any, style: str, explode: bool) -> str:
    if isinstance(value, dict) and style == "form" and explode:
        return "an exploded object, whose name is not on the wire"
    delimiters = {"form": "" if explode else ",", "simple": ",", "pipeDelimited": "|"}
    apart = delimiters.get(style, "") + (
        "=" if isinstance(value, dict) and style == "simple" else ""
    )
    if set(apart) & set("".join(leaves(value))):
        return "a delimiter within an item, which it splits after decoding"
    if isinstance(value, dict) and any(not re.fullmatch(r"\w+", key) for key in value):
        return "a deep object's key that is no word"
    return ""


def _body(case: Case, value: Any, read: Any, faults: list[str]) -> Outcome:
    kind = case.media_type
    if not (kind == "application/json" or kind.endswith("+json")):
        return skipped(_READER, "a body that is not JSON")
    # As JSON, since to Python `True == 1`.
    if json.dumps(read, sort_keys=True, default=repr) == json.dumps(value, sort_keys=True):
        return equal(_READER)
    if kind != "application/json" and (read is None or isinstance(read, bytes)):
        return skipped(_READER, "a JSON media type that it does not know")
    if read is None and any("not valid for schema" in fault for fault in faults):
        return skipped(
            _READER,
            "a body that the tool's schema lets in, cut or opened, and the reader's does not",
        )
    return different(_READER, "a body read otherwise", f"{case.name} {value!r} {read!r} {faults}")
