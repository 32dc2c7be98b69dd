"""Requests made of hostile arguments, held against what the operation plans: nothing may differ."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from posixpath import normpath
from typing import Any
from urllib.parse import unquote

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from callwright import Override, Tool, create_tools_from_openapi_spec
from callwright.errors import CallwrightError

__all__ = ["Found", "hostile_arguments", "made_tool", "try_arguments", "try_paths"]

_SPELLINGS = (
    "..", ".", "../..", "..%2f..", "%2e%2e", "%2e%2e%2f", "%252e%252e%252f", "..\\..", "..%5c..",
    "..;/x", "..%3b/", "%c0%ae%c0%ae/", "\uff0e\uff0e/", "a/../../b", "a/..", "./..", "//host/x",
    "http://evil.test/", "@evil.test", "x?admin=1", "x#f", "x;a=1", "x&a=1", "%00", "x\x00y",
    "x\r\nX-Evil: 1", "x\n", " ", "", "\ud800", "\u2028", "{id}", "%7Bid%7D", "%", "%zz", "?", "#",
    "*", "a/b/c", "/", "\\", "....//", ".%2e", "%2e.", "..%00", "..%0d%0a", "..?x", "..#x",
)  # fmt: skip
_PIECES = (
    *_SPELLINGS,
    "x",
    "7",
    "é",
    "中",
    "🙂",
    "=",
    "&",
    ";",
    ",",
    '"',
    "'",
    "`",
    "$",
    "\t",
    "[",
    "]",
)
_PARAMETERS = [
    {"name": "id", "in": "path", "required": True, "schema": {}},
    {"name": "m", "in": "path", "required": True, "style": "matrix", "schema": {}},
    {"name": "q", "in": "query", "schema": {}},
    {"name": "r", "in": "query", "allowReserved": True, "schema": {}},
    {"name": "l", "in": "query", "style": "pipeDelimited", "explode": False, "schema": {}},
    {"name": "X-T", "in": "header", "schema": {}},
    {"name": "sid", "in": "cookie", "schema": {"type": "string"}},
    {"name": "Authorization", "in": "header", "schema": {}},
    {"name": "Host", "in": "header", "schema": {}},
]
_NAMES = ("id", "m", "q", "r", "l", "X-T", "sid", "body")
_STRANGERS = (
    "Authorization",
    "Host",
    "Cookie",
    "fixed",
    "Content-Length",
    "path",
    "url",
    "X-Fixed",
)
_HEADERS = frozenset(
    "host accept user-agent x-t x-fixed cookie content-type content-length".split()
)
_QUERY = frozenset({"q", "r", "l", "fixed"})


@dataclass
class Found:
    """What came of many argument sets."""

    tried: int = 0
    built: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)


def made_tool() -> Tool:
    """A tool with parameters in every place, and values that the caller has fixed."""
    body = {"content": {"application/json": {"schema": {}}}}
    operation = {"operationId": "act", "parameters": _PARAMETERS, "requestBody": body}
    raw = {
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.test/base"}],
        "paths": {"/v/{id}/w/{m}/end": {"post": operation}},
    }
    rules = [Override("*", query={"fixed": "mine"}, headers={"X-Fixed": "mine"})]
    return create_tools_from_openapi_spec(raw, overrides=rules)["act"]


def hostile_arguments(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Argument sets, most of them with something in them that means harm."""
    chance = random.Random(seed)  # noqa: S311  # the same for the same seed
    for _ in range(count):
        arguments = {name: _value(chance) for name in _NAMES if chance.random() < 0.8}
        arguments.setdefault("id", "7")
        if chance.random() < 0.1:
            arguments[chance.choice(_STRANGERS)] = _value(chance)
        yield arguments


def try_paths(templates: Iterable[str], found: Found) -> None:
    """Put every spelling of a way out into every place of these path templates."""
    paths = {template: {"get": {}} for template in templates}
    raw = {"openapi": "3.1.0", "servers": [{"url": "https://a.test"}], "paths": paths}
    for tool in create_tools_from_openapi_spec(raw):
        names = list(tool.parameters["properties"])
        for name in names:
            for value in _SPELLINGS:
                found.tried += 1
                try:
                    request = tool.build_request({**dict.fromkeys(names, "ok"), name: value})
                except CallwrightError:
                    found.refused += 1
                    continue
                found.built += 1
                template = tool.operation.path
                if _escapes(request, template):
                    found.faults.append(f"{request.url.raw_path!r} of {template!r} and {value!r}")


def _escapes(request: Any, template: str) -> bool:
    """Whether a path leads out of its place when a server decodes it, once or often."""
    target = request.url.raw_path.decode("ascii")
    if target.partition("?")[0].count("/") != template.partition("?")[0].count("/"):
        return True
    prefix = template.partition("{")[0].rpartition("/")[0]
    path = _as_others_read(request).path  # decoded once
    for _ in range(4):
        if not f"{normpath(path.replace(chr(92), '/'))}/".startswith(f"{unquote(prefix)}/"):
            return True
        path = unquote(path)
    return False


def _value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.random()
    if kind < 0.7 or depth > 1:
        return "".join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 4)))
    if kind < 0.8:
        return chance.choice([0, -1, 1.5, True, None, 10**30])
    if kind < 0.9:
        return [_value(chance, depth + 1) for _ in range(chance.randrange(3))]
    return {_value(chance, 2): _value(chance, depth + 1) for _ in range(chance.randrange(3))}


def try_arguments(tool: Tool, arguments: dict[str, Any], found: Found) -> None:
    """Build the request, and look at it as a server of others' would."""
    found.tried += 1
    try:
        request = tool.build_request(arguments)
    except CallwrightError:
        found.refused += 1
        return
    except Exception as error:  # whatever it is, it is what is looked for
        found.faults.append(f"{type(error).__name__}: {error!s:.100} of {arguments!r:.300}")
        return
    found.built += 1
    for fault in _faults(request, arguments):
        found.faults.append(f"{fault} of {arguments!r:.300}")


def _faults(request: Any, arguments: dict[str, Any]) -> Iterator[str]:
    target = request.url.raw_path
    if (
        request.method != "POST"
        or request.url.netloc != b"api.test"
        or request.url.scheme != "https"
    ):
        yield f"goes to {request.method} {request.url}"
    if not re.fullmatch(rb"[!-~]+", target) or b"#" in target:
        yield f"the target {target!r}"
    path = target.partition(b"?")[0]
    segments = path.split(b"/")
    if len(segments) != 7 or (segments[1], segments[2], segments[4], segments[6]) != (
        b"base", b"v", b"w", b"end",
    ):  # fmt: skip
        yield f"the segments {path!r}"
    names = [name.decode("latin-1").lower() for name, _ in request.headers.raw]
    if not _HEADERS.issuperset(names) or len(set(names)) < len(names):
        yield f"the headers {names}"
    if any(re.search(rb"[\r\n\x00]", value) for _, value in request.headers.raw):
        yield "a line end in a header"
    read = _as_others_read(request)
    if read.path != unquote(path.decode("ascii"), errors="replace"):
        yield f"another path {read.path!r}"
    # What is an object goes out by its own keys; all else by the names of the parameters.
    own = {str(key) for value in arguments.values() if isinstance(value, dict) for key in value}
    extra = {name for name in read.args if name not in _QUERY and name not in own}
    if extra:
        yield f"the query names {extra}"
    if read.args.getlist("fixed") != ["mine"] or read.headers.getlist("X-Fixed") != ["mine"]:
        yield "a fixed value"
    if not {"sid"}.issuperset(read.cookies):
        yield f"the cookies {list(read.cookies)}"


def _as_others_read(request: Any) -> Request:
    """The request as Werkzeug reads it."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw]
    environ = EnvironBuilder(method="POST", headers=headers, query_string=query).get_environ()
    environ["PATH_INFO"] = unquote(path, encoding="latin-1")
    environ["QUERY_STRING"] = query
    return Request(environ)
