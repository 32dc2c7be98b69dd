"""Parameters: what a document says of one, and how its value is written on the wire.

The styles are those of OAS 3.1.1, Parameter Object, "Style Values"; RFC 6570 where it points
there. Every part of a value is percent-encoded exactly once, the delimiters between them never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, dump_json, is_array, is_object

__all__ = ["Location", "Parameter", "Style", "query_pairs", "text_of", "write_path", "write_plain"]

Location = Literal["path", "query", "header", "cookie"]
Style = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"
]

_DEFAULT_STYLES: Mapping[str, Style] = {
    "path": "simple",
    "header": "simple",
    "query": "form",
    "cookie": "form",
}
_UNRESERVED = "-._~"
_RESERVED = ":/?#[]@!$&'()*+,;="


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    location: Location
    schema: Any = True
    """The raw schema, or that of the one media type in `content`."""
    pointer: str = ""
    required: bool = False
    description: str = ""
    deprecated: bool = False
    style: Style = "form"
    explode: bool = True
    allow_reserved: bool = False
    is_json: bool = False
    """Described by `content`: the value is written as JSON text."""

    @classmethod
    def plain(
        cls, name: str, location: Location, *, schema: Any = True, required: bool = False
    ) -> Parameter:
        """A parameter that is declared nowhere, in the style that its place has by default."""
        style = _DEFAULT_STYLES[location]
        return cls(
            name=name,
            location=location,
            schema=schema,
            required=required,
            style=style,
            explode=style == "form",
        )

    @classmethod
    def read(cls, raw: Mapping[str, Any], pointer: str) -> Parameter:
        """Read a resolved Parameter Object that has a name and a location."""
        location: Location = raw["in"]
        style: Style = raw.get("style") or _DEFAULT_STYLES[location]
        explode = raw.get("explode")
        content = raw.get("content")
        schema: Any = raw.get("schema", True)
        if is_object(content):
            media = next(iter(content.values()), None)
            schema = media.get("schema", True) if is_object(media) else True
        return cls(
            name=raw["name"],
            location=location,
            schema=schema,
            pointer=pointer,
            required=raw.get("required") is True or location == "path",
            description=str(raw.get("description") or ""),
            deprecated=raw.get("deprecated") is True,
            style=style,
            explode=explode if isinstance(explode, bool) else style == "form",
            allow_reserved=raw.get("allowReserved") is True,
            is_json=is_object(content),
        )


def text_of(value: Json) -> str:
    """A primitive as text: `true` and not `True`, no exponent, null as nothing; others as JSON.

    >>> [text_of(value) for value in (True, 0, 1e21, 2.50, None, "a b", [1])]
    ['true', '0', '1000000000000000000000', '2.5', '', 'a b', '[1]']
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and "e" in repr(value):
        return f"{value:f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.0f}"
    return dump_json(value)


Encode: TypeAlias = Callable[[Json], str]


def _encoder(parameter: Parameter) -> Encode:
    """How one part of a value is percent-encoded.

    With allowReserved, reserved characters and percent-encoded triples stay (RFC 6570, 3.2.3).
    """
    if not parameter.allow_reserved:
        return lambda part: quote(text_of(part), safe=_UNRESERVED)
    return lambda part: _quote_reserved(text_of(part))


def _quote_reserved(text: str) -> str:
    kept, *rest = text.split("%")
    parts = [quote(kept, safe=_UNRESERVED + _RESERVED)]
    for piece in rest:
        is_triple = len(piece) >= 2 and all(c in "0123456789abcdefABCDEF" for c in piece[:2])
        mark = "%" if is_triple else "%25"
        parts.append(mark + quote(piece, safe=_UNRESERVED + _RESERVED))
    return "".join(parts)


def _plain(part: Json) -> str:
    return text_of(part)


def write_path(parameter: Parameter, value: Json) -> str:
    """The value of a path parameter as it stands in the path, percent-encoded.

    Raises:
        ArgumentsInvalid: the value would leave its segment, or leave it empty.
    """
    encode = _encoder(Parameter.plain(parameter.name, "path"))
    if parameter.is_json:
        return encode(dump_json(value))
    written = _EXPANSIONS.get(parameter.style, _simple)(parameter, value, encode)
    if written in ("", ".", ".."):
        raise ArgumentsInvalid([f"{parameter.name} is {written!r}, which is no path segment."])
    return written


def write_plain(parameter: Parameter, value: Json) -> str:
    """The value of a header, which is never percent-encoded."""
    if parameter.is_json:
        return dump_json(value)
    return _simple(parameter, value, _plain)


def query_pairs(parameter: Parameter, value: Json) -> Iterator[tuple[str, str]]:
    """The encoded names and values that a query parameter, or a form field, becomes.

    Null, an empty array and an empty object become nothing (RFC 6570, 2.3).
    """
    encode = _encoder(parameter)
    name = quote(parameter.name, safe=_UNRESERVED)
    if parameter.is_json:
        yield name, encode(dump_json(value))
    elif value is None or ((is_array(value) or is_object(value)) and not value):
        return
    elif parameter.style == "deepObject" and not _is_primitive(value):
        yield from _deep(name, value, encode)
    elif is_object(value) and parameter.explode:
        for key, item in value.items():
            if item is not None:
                yield quote(key, safe=_UNRESERVED), encode(item)
    elif is_array(value) and parameter.explode:
        for item in value:
            yield name, encode(item)
    else:
        delimiter = _DELIMITERS.get(parameter.style, ",")
        yield name, delimiter.join(encode(part) for part in _flat(value))


_DELIMITERS: Mapping[str, str] = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


def _deep(name: str, value: Json, encode: Encode) -> Iterator[tuple[str, str]]:
    """deepObject in brackets, to any depth, as servers read it: `a[b][c]=1`, `a[b][0]=2`."""
    if is_object(value):
        for key, item in value.items():
            yield from _deep(f"{name}%5B{quote(key, safe=_UNRESERVED)}%5D", item, encode)
    elif is_array(value):
        for index, item in enumerate(value):
            yield from _deep(f"{name}%5B{index}%5D", item, encode)
    elif value is not None:
        yield name, encode(value)


def _is_primitive(value: Json) -> bool:
    return not is_object(value) and not is_array(value)


def _flat(value: Json) -> Iterator[Json]:
    """The parts of a value in a row: items, or keys and values by turns."""
    if is_object(value):
        for key, item in value.items():
            if item is not None:
                yield key
                yield item
    elif is_array(value):
        yield from (item for item in value if item is not None)
    else:
        yield value


def _assigned(value: Mapping[str, Json], encode: Encode) -> list[str]:
    return [f"{encode(key)}={encode(item)}" for key, item in value.items() if item is not None]


def _simple(parameter: Parameter, value: Json, encode: Encode) -> str:
    if is_object(value) and parameter.explode:
        return ",".join(_assigned(value, encode))
    return ",".join(encode(part) for part in _flat(value))


def _label(parameter: Parameter, value: Json, encode: Encode) -> str:
    if is_object(value) and parameter.explode:
        return "".join(f".{part}" for part in _assigned(value, encode))
    if is_array(value) and parameter.explode:
        return "".join(f".{encode(part)}" for part in _flat(value))
    parts = [encode(part) for part in _flat(value)]
    return f".{','.join(parts)}" if parts else ""


def _matrix(parameter: Parameter, value: Json, encode: Encode) -> str:
    name = encode(parameter.name)
    if is_object(value) and parameter.explode:
        return "".join(f";{part}" for part in _assigned(value, encode))
    if is_array(value) and parameter.explode:
        return "".join(_matrix_pair(name, encode(part)) for part in _flat(value))
    parts = [encode(part) for part in _flat(value)]
    return _matrix_pair(name, ",".join(parts)) if parts else ""


def _matrix_pair(name: str, value: str) -> str:
    return f";{name}={value}" if value else f";{name}"


_EXPANSIONS: Mapping[str, Callable[[Parameter, Json, Encode], str]] = {
    "simple": _simple,
    "label": _label,
    "matrix": _matrix,
}
