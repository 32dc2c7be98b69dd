"""Parameters: what a document says of one, the defaults of the specification included.

How a value is written is the business of `style`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from callwright.core.json import is_object
from callwright.openapi.pointer import escape_pointer

__all__ = ["Location", "Parameter", "Style"]

Location = Literal["path", "query", "querystring", "header", "cookie"]
"""Where a parameter goes. `querystring` is the whole query at once (OAS 3.2)."""
Style = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"
]

_DEFAULT_STYLES: Mapping[str, Style] = {
    "path": "simple",
    "header": "simple",
    "query": "form",
    "querystring": "form",
    "cookie": "form",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    location: Location
    schema: Any = True
    """The raw schema, or that of the one media type in `content`."""
    schema_pointer: str = ""
    """JSON Pointer of the schema in the document."""
    required: bool = False
    description: str = ""
    deprecated: bool = False
    style: Style = "form"
    explode: bool = True
    allow_reserved: bool = False
    collection_format: str = ""
    """What Swagger 2.0 puts between items where no style says it: `ssv`, `tsv` or `pipes`."""
    nested_formats: tuple[str, ...] = ()
    """The same for the arrays within it, the outer first (Swagger 2.0, Items Object)."""
    media_type: str = ""
    """The media type that the value is written in, where `content` describes it."""
    media: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The Media Type Object in `content`."""

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
        """Read a resolved Parameter Object that has a name and a location, and stands there."""
        location: Location = raw["in"]
        given: Any = raw.get("style")
        style: Style = given if given in get_args(Style) else _DEFAULT_STYLES[location]
        explode = raw.get("explode")
        media_type, media = _content(raw)
        within = f"content/{escape_pointer(media_type)}/schema" if media_type else "schema"
        return cls(
            name=raw["name"],
            location=location,
            schema=(media if media_type else raw).get("schema", True),
            schema_pointer=f"{pointer}/{within}",
            required=raw.get("required") is True or location == "path",
            description=str(raw.get("description") or ""),
            deprecated=raw.get("deprecated") is True,
            style=style,
            explode=explode if isinstance(explode, bool) else style in ("form", "cookie"),
            allow_reserved=raw.get("allowReserved") is True,
            collection_format=str(raw.get("x-collection-format") or ""),
            nested_formats=tuple(_nested_formats(raw.get("schema"))),
            media_type=media_type,
            media=media,
        )


def _nested_formats(schema: object) -> Iterator[str]:
    items = schema.get("items") if is_object(schema) else None
    while is_object(items) and isinstance(joined := items.get("x-collection-format"), str):
        yield joined
        items = items.get("items")


def _content(raw: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The one media type in `content` and its object, if it describes the parameter."""
    content = raw.get("content")
    if not is_object(content) or not content:
        return "", {}
    media_type, media = next(iter(content.items()))
    return media_type, media if is_object(media) else {}
