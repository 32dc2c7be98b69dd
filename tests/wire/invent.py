"""Arguments invented from a tool's own parameters, the same for the same name every time.

Strings that the schema leaves free hold what is hard to write; there are empty arrays, `false` and
`0`. No null: it is left out everywhere but in JSON, where nothing can go wrong with it.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from tests.wire.pattern import matching

__all__ = ["Impossible", "arguments_for"]

_ODD = (
    "plain",
    "two words",
    "a&b=c",
    "1+1",
    "50%",
    "50%25",
    "caf\u00e9",
    "\U0001f600",
    "a/b",
    "what?",
    "#1",
    '"quoted"',
    "it's",
    "a,b",
    "a;b",
    "[x]",
    "{y}",
    "a|b",
    "a:b@c",
    "~*!$()",
    "true",
    "007",
    "\u65e5\u672c",
)
_BASE64 = base64.b64encode(b"\xfb\xff a\r\n--b").decode()
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": ("2024-02-29",),
    "date-time": ("2024-02-29T12:30:00Z", "2024-02-29T12:30:00+02:00"),
    "time": ("12:30:00Z",),
    "duration": ("P1DT2H",),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000",),
    "email": ("a+b@example.com",),
    "idn-email": ("a+b@example.com",),
    "hostname": ("www.example.com",),
    "uri": ("https://example.com/a?b=c&d=%20#e",),
    "url": ("https://example.com/a?b=c&d=%20#e",),
    "uri-reference": ("/a?b=c",),
    "ipv4": ("192.0.2.1",),
    "ip": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "byte": (_BASE64,),
    "int32": ("7",),
    "int64": ("7",),
    "regex": ("^a+$",),
    "json-pointer": ("/a/b",),
    "uri-template": ("/a/{b}",),
}
_DEPTH = 6


class Impossible(Exception):
    """No value was found that the schema admits; says why."""


def arguments_for(parameters: Mapping[str, Any], seed: str, share: float) -> dict[str, Any]:
    """Arguments for a tool: those it requires, and a share of the others.

    Raises:
        Impossible: a required argument cannot be invented.
    """
    draw = Random(seed)  # noqa: S311 - the same every time is what is wanted
    return _Inventor(parameters, draw, share).arguments()


class _Inventor:
    def __init__(self, parameters: Mapping[str, Any], draw: Random, share: float) -> None:
        self._parameters = parameters
        self._definitions = parameters.get("$defs", {})
        self._draw = draw
        self._share = share

    def arguments(self) -> dict[str, Any]:
        """A value for each required argument, and for some others."""
        return self._object(self._parameters, 0)

    def value(self, schema: Any, depth: int) -> Any:
        """A value that the schema admits, as far as can be told from its keywords."""
        schema = self._flat(schema, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._draw.choice([v for v in schema["enum"] if v is not None] or [None])
        if depth > 3 * _DEPTH:
            raise Impossible("it never ends")
        return getattr(self, f"_{_type_of(schema, self._draw)}")(schema, depth)

    def _flat(self, schema: Any, depth: int) -> dict[str, Any]:
        """The schema with all parts of `allOf`, and one of the alternatives, in it."""
        flat = dict(schema) if isinstance(schema, Mapping) else {}
        for _ in range(60):
            reference = flat.pop("$ref", None)
            if isinstance(reference, str):
                flat = _merged(self._definition(reference), flat)
            elif "allOf" in flat:
                for part in flat.pop("allOf"):
                    flat = _merged(flat, self._flat(part, depth + 1) if depth < 40 else {})
            elif "oneOf" in flat or "anyOf" in flat:
                parts = flat.pop("oneOf", None) or flat.pop("anyOf")
                flat = _merged(flat, self._branch(parts, depth))
            else:
                break
        return flat

    def _branch(self, parts: list[Any], depth: int) -> Mapping[str, Any]:
        useful = [part for part in parts if not _is_null(part)]
        part = (useful or parts or [{}])[0 if depth > _DEPTH else -1]
        if useful and depth <= _DEPTH:
            part = self._draw.choice(useful)
        return part if isinstance(part, Mapping) else {}

    def _definition(self, reference: str) -> Mapping[str, Any]:
        name = reference.removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
        found = self._definitions.get(name, {})
        return found if isinstance(found, Mapping) else {}

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties: Mapping[str, Any] = schema.get("properties") or {}
        required = set(schema.get("required") or ())
        least = max(schema.get("minProperties", 0), len(required))
        most = schema.get("maxProperties", 999)
        made: dict[str, Any] = {}
        for name in (*properties, *(name for name in required if name not in properties)):
            wanted = name in required or len(made) < least or self._is_drawn(depth)
            if wanted and (len(made) < most or name in required):
                self._add(made, name, properties.get(name, {}), depth, name in required)
        for name in self._more_names(schema, properties, depth):
            made[name] = self.value(schema.get("additionalProperties"), depth + 1)
        return made

    def _add(self, made: dict[str, Any], name: str, schema: Any, depth: int, must: bool) -> None:
        try:
            made[name] = _BASE64 if name == "base64" else self.value(schema, depth + 1)
        except Impossible:
            if must:
                raise

    def _is_drawn(self, depth: int) -> bool:
        return depth <= _DEPTH and self._draw.random() < self._share / (1 + depth / 2)

    def _more_names(
        self, schema: Mapping[str, Any], properties: Mapping[str, Any], depth: int
    ) -> Iterator[str]:
        free = schema.get("additionalProperties", not properties)
        if free is False or depth == 0 or depth > _DEPTH or "propertyNames" in schema:
            return
        least = schema.get("minProperties", 0)
        if least or (not properties and self._draw.random() < self._share):
            yield from self._draw.sample(("key", "a key", "k\u00e9y", "k&y", "k=y"), max(1, least))

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", 3), max(3, least))
        length = least if depth > _DEPTH else self._draw.randint(least, max(most, least))
        prefix = schema.get("prefixItems") or []
        nodes = [*prefix, *[schema.get("items", {})] * max(0, length - len(prefix))]
        items = [self.value(node, depth + 1) for node in nodes]
        if schema.get("uniqueItems"):
            items = [item for index, item in enumerate(items) if item not in items[:index]]
        return items

    def _string(self, schema: Mapping[str, Any], depth: int) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
        pattern = schema.get("pattern")
        if pattern is not None:
            text = matching(pattern, self._draw, least)
            if text is None or not least <= len(text) <= most:
                raise Impossible("no text for its pattern was found")
            return text
        if schema.get("format") in _FORMATS:
            return self._draw.choice(_FORMATS[schema["format"]])
        if most <= 1:
            return "x" * least
        text = self._draw.choice([odd for odd in _ODD if len(odd) <= most] or ["x"])
        return text + "y" * (least - len(text))

    def _integer(self, schema: Mapping[str, Any], depth: int) -> int:
        low, high = _bounds(schema)
        step = schema.get("multipleOf", 1)
        low, high = math.ceil(low / step), math.floor(high / step)
        if low > high:
            raise Impossible("its bounds leave nothing")
        return int(self._draw.randint(low, min(high, low + 40)) * step)

    def _number(self, schema: Mapping[str, Any], depth: int) -> float:
        low, high = _bounds(schema)
        if "multipleOf" in schema or high - low < 1:
            return low if low == math.floor(low) else (low + high) / 2
        # Halves are the same number in every language.
        return self._draw.choice([math.ceil(low), min(math.ceil(low) + 0.5, high)])

    def _boolean(self, schema: Mapping[str, Any], depth: int) -> bool:
        return self._draw.random() < 0.5

    def _null(self, schema: Mapping[str, Any], depth: int) -> None:
        return None


def _bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None:
        low = 0 if high is None or high > 0 else high - 10
    if schema.get("exclusiveMinimum") == low:
        low += 1
    if high is None:
        high = low + 40
    if schema.get("exclusiveMaximum") == high:
        high -= 1
    return low, high


_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")


def _type_of(schema: Mapping[str, Any], draw: Random) -> str:
    given = schema.get("type")
    if isinstance(given, list):
        return draw.choice([name for name in given if name != "null"] or ["null"])
    if given in _TYPES:
        return str(given)
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    return "array" if "items" in schema else "string"


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (
        schema.get("type") == "null" or schema.get("enum") == [None]
    )


def _merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two schemas as one: properties and required names together, else what is said last."""
    merged = {**first, **second}
    for keyword in ("properties",):
        if keyword in first and keyword in second:
            merged[keyword] = {**first[keyword], **second[keyword]}
    if "required" in first and "required" in second:
        merged["required"] = [*first["required"], *second["required"]]
    if "allOf" in first and "allOf" in second:
        merged["allOf"] = [*first["allOf"], *second["allOf"]]
    return merged
