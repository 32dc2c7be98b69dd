"""How the value of a parameter, or of a form's field, is written on the wire.

The styles are those of OAS 3.1.1, Parameter Object, "Style Values"; RFC 6570 where it points
there. Every part of a value is percent-encoded exactly once, the delimiters between them never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias
from urllib.parse import quote

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.openapi.answer.charset import essence_of
from callwright.openapi.parameter import Parameter
from callwright.openapi.request.segment import stays_in_place

__all__ = [
    "cookie_pairs",
    "is_json",
    "plain_pairs",
    "query_pairs",
    "text_of",
    "write_header",
    "write_path",
]

_UNRESERVED = "-._~"
# With allowReserved these stay. The others would end a segment or the query, begin another
# parameter or stand for a space (OAS 3.1.1, Parameter Object, `allowReserved`).
_RESERVED_IN_QUERY = ":/?@!$'()*,;="
_RESERVED_IN_PATH = ":@!$&'()*+,;="
# What a cookie's value may hold (RFC 6265, 4.1.1), without the percent sign.
_COOKIE_OCTETS = "!#$&'()*+-./:<=>?@[]^_`{|}~"


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, or one of those built upon it (RFC 6839, 3.1)."""
    essence = essence_of(media_type)
    return essence == "application/json" or essence.endswith("+json")


def text_of(value: Json) -> str:
    """A primitive as text: `true` and not `True`, no exponent, null as nothing; others as JSON.

    >>> [text_of(value) for value in (True, 0, 3.0, 1e21, 2.50, None, [1])]
    ['true', '0', '3', '1000000000000000000000', '2.5', '', '[1]']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "" if value is None else dump_json(value)


Encode: TypeAlias = Callable[[Json], str]


@dataclass(frozen=True, slots=True)
class _Encoding:
    """How names, and how the parts of a value, are percent-encoded."""

    name: Encode
    part: Encode


def _quote(value: Json) -> str:
    return quote(text_of(value), safe=_UNRESERVED)


def _keeping(reserved: str) -> Encode:
    """Keeps reserved characters and percent-encoded triples (RFC 6570, 3.2.3)."""
    return lambda value: _quote_keeping(text_of(value), reserved)


def _quote_keeping(text: str, reserved: str) -> str:
    kept, *rest = text.split("%")
    parts = [quote(kept, safe=_UNRESERVED + reserved)]
    for piece in rest:
        is_triple = len(piece) >= 2 and all(c in "0123456789abcdefABCDEF" for c in piece[:2])
        mark = "%" if is_triple else "%25"
        parts.append(mark + quote(piece, safe=_UNRESERVED + reserved))
    return "".join(parts)


_ENCODING = _Encoding(_quote, _quote)
_RESERVING = _Encoding(_quote, _keeping(_RESERVED_IN_QUERY))


def write_path(parameter: Parameter, value: Json) -> str:
    """The value of a path parameter as it stands in the path, percent-encoded.

    Raises:
        ArgumentsInvalid: the value would leave its segment, or leave it empty.
    """
    encode = _keeping(_RESERVED_IN_PATH) if parameter.allow_reserved else _quote
    encode = _nesting(parameter, encode, _quote)
    expand = _EXPANSIONS.get(parameter.style, _simple)
    written = (
        encode(_written_as(parameter.media_type, value))
        if parameter.media_type
        else expand(parameter, value, encode)
    )
    if not stays_in_place(written):
        raise ArgumentsInvalid([f"{parameter.name} is {written!r}, which is no path segment."])
    return written


def write_header(parameter: Parameter, value: Json) -> str | None:
    """The value of a header, which is never percent-encoded; None where there is nothing to say."""
    if parameter.media_type:
        return _written_as(parameter.media_type, value)
    if _is_nothing(value):
        return None
    return _simple(parameter, value, _nesting(parameter, text_of, text_of))


def query_pairs(parameter: Parameter, value: Json) -> Iterator[tuple[str, str]]:
    """The encoded names and values that a query parameter, or a form field, becomes.

    Null, an empty array and an empty object become nothing (RFC 6570, 2.3).
    """
    encoding = _RESERVING if parameter.allow_reserved else _ENCODING
    return _pairs(parameter, value, _with_nesting(parameter, encoding))


def cookie_pairs(parameter: Parameter, value: Json) -> Iterator[tuple[str, str]]:
    """The names and values of the cookies that a parameter becomes.

    Style `cookie` writes them as they are (OAS 3.2), `form` encodes what no cookie may hold.
    """
    if parameter.style == "cookie":
        return _pairs(parameter, value, _Encoding(_without_semicolon, _without_semicolon))
    octets = _Encoding(_cookie_octets, _quote if parameter.media_type else _cookie_octets)
    return _pairs(parameter, value, octets)


def plain_pairs(parameter: Parameter, value: Json) -> Iterator[tuple[str, str]]:
    """The names and values of a field by its style, not encoded, as multipart has them."""
    return _pairs(parameter, value, _with_nesting(parameter, _Encoding(text_of, text_of)))


def _cookie_octets(value: Json) -> str:
    return quote(text_of(value), safe=_COOKIE_OCTETS)


def _without_semicolon(value: Json) -> str:
    """A bare `;` would end the cookie."""
    return text_of(value).replace(";", "%3B")


def _written_as(media_type: str, value: Json) -> str:
    return dump_json(value) if is_json(media_type) else text_of(value)


def _pairs(parameter: Parameter, value: Json, encoding: _Encoding) -> Iterator[tuple[str, str]]:
    name = encoding.name(parameter.name)
    if parameter.media_type:
        yield name, encoding.part(_written_as(parameter.media_type, value))
    elif isinstance(value, (str, int, float)):
        yield name, encoding.part(value)
    elif _is_nothing(value):
        return
    elif parameter.style == "deepObject" and (is_object(value) or is_array(value)):
        yield from _deep(name, value, encoding)
    elif is_object(value) and parameter.explode:
        for key, item in value.items():
            if item is not None:
                yield encoding.name(key), encoding.part(item)
    elif is_array(value) and parameter.explode:
        for item in value:
            yield name, encoding.part(item)
    else:
        parts = [encoding.part(part) for part in _flat(value)]
        yield name, _delimiter(parameter, encoding.name).join(parts)


_DELIMITERS: Mapping[str, str] = {
    "spaceDelimited": " ",
    "pipeDelimited": "|",
    "ssv": " ",
    "pipes": "|",
    "tsv": "\t",
}


def _delimiter(parameter: Parameter, encode: Encode) -> str:
    """Between the parts of a value: a comma, or one that is percent-encoded like a name."""
    delimiter = _DELIMITERS.get(parameter.collection_format or parameter.style)
    return "," if delimiter is None else encode(delimiter)


def _nesting(parameter: Parameter, part: Encode, name: Encode) -> Encode:
    """Encodes parts that may be arrays, by the delimiters that Swagger 2.0 says for those."""
    formats = parameter.nested_formats

    def encode(value: Json, level: int = 0) -> str:
        if not is_array(value) or level >= len(formats):
            return part(value)
        delimiter = _DELIMITERS.get(formats[level])
        joined = (encode(item, level + 1) for item in value if item is not None)
        return ("," if delimiter is None else name(delimiter)).join(joined)

    return encode if formats else part


def _with_nesting(parameter: Parameter, encoding: _Encoding) -> _Encoding:
    return _Encoding(encoding.name, _nesting(parameter, encoding.part, encoding.name))


def _is_nothing(value: Json) -> bool:
    return value is None or ((is_array(value) or is_object(value)) and not value)


def _deep(name: str, value: Json, encoding: _Encoding) -> Iterator[tuple[str, str]]:
    """deepObject in brackets, to any depth, as servers read it: `a[b][c]=1`, `a[b][0]=2`."""
    if is_object(value):
        for key, item in value.items():
            yield from _deep(name + encoding.name(f"[{key}]"), item, encoding)
    elif is_array(value):
        for index, item in enumerate(value):
            yield from _deep(name + encoding.name(f"[{index}]"), item, encoding)
    elif value is not None:
        yield name, encoding.part(value)


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
    return _delimiter(parameter, encode).join(encode(part) for part in _flat(value))


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
