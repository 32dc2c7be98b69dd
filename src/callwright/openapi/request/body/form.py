"""Bodies of `application/x-www-form-urlencoded`, and the names that a form's fields are sent by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, is_array, is_object
from callwright.openapi.file import file_content, is_file
from callwright.openapi.kind import kind_of
from callwright.openapi.media import MediaType, holds_file
from callwright.openapi.parameter import Parameter
from callwright.openapi.request.style import plain_pairs, query_pairs
from callwright.openapi.request.wire import names_in
from callwright.openapi.xml import xml_text

__all__ = ["field_names", "fields_of", "form_text"]


def form_text(media: MediaType, value: Json) -> str:
    """The fields of an object as a form has them, percent-encoded."""
    pairs = (pair for name, item in fields_of(media, value) for pair in _pairs(media, name, item))
    return "&".join(f"{name}={item}" for name, item in pairs)


def fields_of(media: MediaType, value: Json) -> Iterator[tuple[str, Json]]:
    """The fields of a form.

    Raises:
        ArgumentsInvalid: the value is no object.
    """
    if not is_object(value):
        raise ArgumentsInvalid([f"The body must be an object to be sent as {media.name}."])
    yield from value.items()


def field_names(media: MediaType, value: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """The fields of a form, each with every name that it is sent by; other media types name none.

    A styled object may be sent by the names of its own fields.
    """
    for name, item in value.items() if media.kind in ("form", "multipart") else ():
        styled = media.styled(name)
        if styled is None or (media.kind == "multipart" and holds_file(item)):
            yield name, name
        else:
            # As a server may read it; `;` parts the fields of a form in some.
            for key, text in plain_pairs(styled, item):
                yield name, key
                is_reserved = media.kind == "form" and styled.allow_reserved
                yield from ((name, more) for more in names_in(f"={text}", ";") if is_reserved)


def _pairs(media: MediaType, name: str, value: Json) -> Iterator[tuple[str, str]]:
    """What one field becomes: by its style where one is given, else each value by its type.

    OAS 3.1.1, Encoding Object: objects are application/json unless their contentType says more.
    """
    styled = media.styled(name)
    if styled is not None:
        yield from query_pairs(styled, value)
        return
    declared = str(media.encoding_of(name).get("contentType", "text/plain"))
    kind = kind_of(declared.partition(",")[0])
    for item in value if is_array(value) and kind != "json" else [value]:
        if is_file(item) and media.is_file_field(name):
            yield quote(name, safe=""), quote(file_content(item), safe="")
        elif kind == "xml" and is_object(item):
            of_field = MediaType(
                name="application/xml", schema=media.schema_of(name), resolve=media.resolve
            )
            yield quote(name, safe=""), quote(xml_text(of_field, item), safe="")
        else:
            as_json = kind == "json" or is_object(item) or is_array(item)
            yield from query_pairs(_plain(name, as_json=as_json), item)


def _plain(name: str, *, as_json: bool) -> Parameter:
    return Parameter(name=name, location="query", media_type="application/json" if as_json else "")
