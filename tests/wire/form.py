"""Form bodies read back: by the standard library, and multipart by Starlette's parser as well.

A form says no types; so what is compared is text, and JSON where a field holds it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import anyio
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser
from tests.wire.case import Case
from tests.wire.outcome import Outcome, different, equal, skipped
from tests.wire.text import leaf, texts

__all__ = ["read_form"]

Fields = list[tuple[str, str]]
_FORM = "parse_qsl, form bodies"
_STARLETTE = "Starlette, multipart bodies"
_EMAIL = "email, multipart bodies"


def read_form(case: Case) -> Iterator[Outcome]:
    """The fields of a body, each against its argument."""
    if not case.has_body or not isinstance(case.body, dict):
        return
    if case.media_type == "application/x-www-form-urlencoded":
        text = case.content.decode()
        fields = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
        yield _compared(_FORM, case, fields)
    elif case.media_type.startswith("multipart/"):
        yield _compared(_STARLETTE, case, anyio.run(_by_starlette, case))
        yield _compared(_EMAIL, case, _by_email(case))


async def _by_starlette(case: Case) -> Fields:
    async def content() -> Any:
        yield case.content

    headers = Headers({"content-type": case.headers["content-type"]})
    form = await MultiPartParser(headers, content()).parse()
    found: Fields = []
    for name, value in form.multi_items():
        is_file = isinstance(value, UploadFile)
        found.append((_unescaped(name), _text(await value.read()) if is_file else str(value)))
    await form.close()
    return found


def _by_email(case: Case) -> Fields:
    head = f"Content-Type: {case.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + case.content, policy=HTTP).get_payload()
    return [
        (
            _unescaped(str(part.get_param("name", header="content-disposition"))),
            _text(part.get_payload(decode=True)),
        )
        for part in (parts if isinstance(parts, list) else [])
    ]


def _text(content: bytes) -> str:
    """Content as text, whatever bytes it has."""
    return content.decode(errors="surrogateescape")


def _sent(value: Any) -> Any:
    """An argument with the files in it as their content."""
    if isinstance(value, dict) and isinstance(value.get("base64"), str):
        return _text(base64.b64decode(value["base64"]))
    return [_sent(item) for item in value] if isinstance(value, list) else value


def _unescaped(name: str) -> str:
    """A name as WHATWG's forms escape it."""
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _compared(reader: str, case: Case, fields: Fields) -> Outcome:
    encoding = _encoding(case)
    body = {name: _sent(value) for name, value in case.body.items()}
    read = _read(body, fields, encoding)
    wanted = {name: texts(value) for name, value in body.items() if value not in (None, [])}
    wanted = {name: value for name, value in wanted.items() if value != {} or name in read}
    if read == wanted:
        return equal(reader)
    odd = next(name for name in {**wanted, **read} if wanted.get(name) != read.get(name))
    if isinstance(body.get(odd), dict) and _is_spread(encoding, odd):
        return skipped(reader, "an exploded object, whose name is not on the wire")
    detail = f"{case.name} {odd}: {body.get(odd)!r} read as {read.get(odd)!r} in {fields!r}"
    return different(reader, "a field read otherwise", detail[:1500])


def _encoding(case: Case) -> Mapping[str, Any]:
    content = case.operation.get("requestBody", {}).get("content", {})
    found: Mapping[str, Any] = content.get(case.media_type, {}).get("encoding", {})
    return found


def _is_spread(encoding: Mapping[str, Any], name: str) -> bool:
    said = encoding.get(name, {})
    is_form = said.get("style", "form") == "form"
    return is_form and ("explode" in said or "style" in said) and said.get("explode", True)


def _read(body: Mapping[str, Any], fields: Fields, encoding: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the kinds of values that were sent."""
    read: dict[str, Any] = {}
    for name, text in fields:
        if name in body:
            _put(read, name, _value(body[name], text, encoding.get(name, {})))
        else:
            _put_deep(read, name, text)
    return {name: _listed(value) for name, value in read.items()}


def _put(read: dict[str, Any], name: str, value: Any) -> None:
    if isinstance(value, list) and isinstance(read.get(name), list):
        read[name] += value
    else:
        read[name] = value


def _value(sent: Any, text: str, said: Mapping[str, Any]) -> Any:
    """A field's text as the kind of value that was sent, by its Encoding Object."""
    is_json = "json" in str(said.get("contentType", ""))
    if isinstance(sent, dict) or (is_json and not isinstance(sent, list)):
        return _from_json(text)
    if not isinstance(sent, list):
        return leaf(text)
    if is_json and text.startswith("["):
        return _from_json(text)
    styled = "style" in said or "explode" in said
    if styled and not said.get("explode", said.get("style", "form") == "form"):
        return text.split(",")
    return [_from_json(text) if any(isinstance(one, (dict, list)) for one in sent) else text]


def _from_json(text: str) -> Any:
    try:
        return texts(json.loads(text))
    except ValueError:
        return text


def _put_deep(read: dict[str, Any], name: str, text: str) -> None:
    """`a[b][0]=c`, as servers read it."""
    head, *keys = _keys(name)
    place: Any = read
    for key in (head, *keys[:-1]):
        place = place.setdefault(key, {})
        if not isinstance(place, dict):
            return
    place[keys[-1] if keys else head] = text


def _keys(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    return [head, *(rest.removesuffix("]").split("][") if bracket else [])]


def _listed(value: Any) -> Any:
    """Objects whose keys count from 0 are arrays."""
    if not isinstance(value, dict):
        return value
    items = {key: _listed(item) for key, item in value.items()}
    is_array = items and list(items) == [str(index) for index in range(len(items))]
    return list(items.values()) if is_array else items
