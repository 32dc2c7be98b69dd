"""Bodies of `application/x-www-form-urlencoded`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.media import MediaType
from callwright.openapi.request.body.write import write_body


def media(name: str, encoding: Mapping[str, Any] | None = None, schema: Any = True) -> MediaType:
    """A media type with its Encoding Objects."""
    return MediaType(name=name, raw={"encoding": encoding or {}}, schema=schema)


XML = quote('<?xml version="1.0" encoding="UTF-8"?>\n<root><a>&lt;</a></root>', safe="")

FORMS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "values": ({"a": "x y&z", "n": 0, "t": False, "e": ""}, {}, "a=x%20y%26z&n=0&t=false&e="),
    "nothing": ({"n": None, "l": [], "o": None}, {}, ""),
    "array": ({"a": ["x", "y"], "b": True}, {}, "a=x&a=y&b=true"),
    "object": ({"o": {"k": [1]}}, {}, "o=%7B%22k%22%3A%5B1%5D%7D"),
    "deepObject": (
        {"metadata": {"k": "v", "n": {"m": 1}}},
        {"metadata": {"style": "deepObject"}},
        "metadata%5Bk%5D=v&metadata%5Bn%5D%5Bm%5D=1",
    ),
    "deepObject array": (
        {"x": ["a", "b"]},
        {"x": {"style": "deepObject"}},
        "x%5B0%5D=a&x%5B1%5D=b",
    ),
    "not exploded": ({"x": ["a", "b"]}, {"x": {"explode": False}}, "x=a,b"),
    "pipes": ({"x": ["a", "b"]}, {"x": {"style": "pipeDelimited"}}, "x=a%7Cb"),
    "reserved": ({"x": "a/b"}, {"x": {"allowReserved": True}}, "x=a/b"),
    "JSON": (
        {"x": "a", "y": ["b"]},
        {k: {"contentType": "application/json"} for k in "xy"},
        "x=%22a%22&y=%5B%22b%22%5D",
    ),
    "JSON or another": (
        {"x": ["a"]},
        {"x": {"contentType": "application/json, text/csv"}},
        "x=%5B%22a%22%5D",
    ),
    "array of objects": ({"x": [{"a": 1}, "b"]}, {}, "x=%7B%22a%22%3A1%7D&x=b"),
    "XML": ({"x": {"a": "<"}}, {"x": {"contentType": "application/xml"}}, f"x={XML}"),
    "odd names": ({"a[b]": 1, "é": 2}, {}, "a%5Bb%5D=1&%C3%A9=2"),
    "garbage encoding": ({"x": "a"}, {"x": None}, "x=a"),
}


@pytest.mark.parametrize("case", FORMS)
def test_forms(case: str) -> None:
    """A form repeats arrays, writes objects as JSON, and follows style, explode and contentType."""
    value, encoding, content = FORMS[case]
    written = write_body(media("application/x-www-form-urlencoded", encoding), value)
    assert written.content_type == "application/x-www-form-urlencoded"
    assert written.content.decode() == content


def test_files() -> None:
    """A field that is a file is sent as its bytes, whatever style it is given."""
    schema = {"properties": {"f": {"type": "string", "format": "binary"}}}
    form = media("application/x-www-form-urlencoded", {"f": {"style": "form"}}, schema)
    assert write_body(form, {"f": {"base64": "AP8="}}).content == b"f=%00%FF"
    assert write_body(form, {"f": "a b"}).content == b"f=a%20b"


@pytest.mark.parametrize("name", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("value", ["x", [], 5, None], ids=str)
def test_no_form(name: str, value: Any) -> None:
    """A form holds fields, so only an object can be one."""
    with pytest.raises(ArgumentsInvalid, match="The body must be an object"):
        write_body(media(name), value)
