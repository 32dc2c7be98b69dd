"""Request bodies: which media type is sent, and how a value is written in it.

A new media type is a function and a row in `_WRITERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from callwright.core.errors import ArgumentsInvalid, SpecInvalid
from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.file import describes_file, file_content, is_file
from callwright.openapi.parameter import Parameter, is_json, plain_pairs, query_pairs, text_of
from callwright.openapi.wire import names_in

__all__ = ["MediaType", "WrittenBody", "field_names", "preferred_media_type", "write_body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """One way to write a body: its name, and what its fields need."""

    name: str
    encoding: Mapping[str, Any]
    """The Encoding Objects of fields, by their names."""
    files: Collection[str] = ()
    """The fields that are files."""

    @classmethod
    def read(cls, name: str, raw: object, document: Document) -> MediaType:
        """Read a Media Type Object of the document."""
        media: Mapping[str, Any] = raw if is_object(raw) else {}
        encoding = media.get("encoding")
        files = _file_fields(media.get("schema"), document) if _kind(name) == "multipart" else ()
        return cls(name=name, encoding=encoding if is_object(encoding) else {}, files=files)

    def encoding_of(self, field: str) -> Mapping[str, Any]:
        """The Encoding Object of a field, empty if there is none."""
        encoding = self.encoding.get(field)
        return encoding if is_object(encoding) else {}


def _file_fields(raw: object, document: Document) -> frozenset[str]:
    """The properties of a schema that are files, or arrays of files."""
    schema = _resolved(raw, document)
    properties, parts = schema.get("properties"), schema.get("allOf")
    own = {
        name
        for name, node in (properties.items() if is_object(properties) else ())
        if _is_file_field(_resolved(node, document), document)
    }
    # Parts by reference only one level deep: a circle of them must end.
    listed = parts if is_array(parts) else ()
    inherited = (_resolved(part, document).get("properties") for part in listed)
    return frozenset(own).union(
        *(_file_fields({"properties": names}, document) for names in inherited)
    )


def _is_file_field(schema: Mapping[str, Any], document: Document) -> bool:
    return describes_file(schema) or describes_file(_resolved(schema.get("items"), document))


def _resolved(node: object, document: Document) -> Mapping[str, Any]:
    try:
        return document.resolve(node)
    except SpecInvalid:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBody:
    """A body as it goes over the wire."""

    content_type: str
    content: bytes


_Writer: TypeAlias = Callable[[MediaType, Json], WrittenBody]


def preferred_media_type(content: Mapping[str, Any]) -> str:
    """The media type that a model's argument fits best, of those that a body may have."""
    return min(content, key=_rank)


def _rank(media_type: str) -> tuple[int, bool]:
    # Documents of ASP.NET list `application/json-patch+json` before plain JSON.
    essence = media_type.partition(";")[0].strip().lower()
    return _PREFERENCE.index(_kind(media_type)), essence != "application/json"


def write_body(media: MediaType, value: Json) -> WrittenBody:
    """Write a value as a body of the given media type.

    Raises:
        ArgumentsInvalid: the media type cannot hold the value.
    """
    return _WRITERS[_kind(media.name)](media, value)


def field_names(media: MediaType, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of a form, each with every name that it is sent by; other media types name none.

    A styled object may be sent by the names of its own fields.
    """
    kind = _kind(media.name)
    for name, item in value.items() if kind in ("form", "multipart") else ():
        styled = _styled(media, name)
        if styled is None or (kind == "multipart" and is_file(item)):
            yield name, name
        else:
            # As a server may read it; `;` parts the fields of a form in some.
            for key, text in plain_pairs(styled, item):
                yield name, key
                is_reserved = kind == "form" and styled.allow_reserved
                yield from ((name, more) for more in names_in(f"={text}", ";") if is_reserved)


def _kind(media_type: str) -> str:
    essence = media_type.partition(";")[0].strip().lower()
    if is_json(media_type) or essence in ("*/*", "application/*"):
        return "json"
    if essence.startswith("multipart/"):
        return "multipart"
    is_text = essence.startswith("text/") or essence == "application/xml" or "+xml" in essence
    return _KINDS.get(essence, "text" if is_text else "binary")


_KINDS: Mapping[str, str] = {
    "application/x-www-form-urlencoded": "form",
    "application/jsonl": "lines",
    "application/x-ndjson": "lines",
    "application/json-seq": "sequence",
}
_PREFERENCE = ("json", "form", "multipart", "lines", "sequence", "text", "binary")


def _write_json(media: MediaType, value: Json) -> WrittenBody:
    content_type = "application/json" if "*" in media.name else media.name
    return WrittenBody(content_type=content_type, content=dump_json(value).encode())


def _write_lines(media: MediaType, value: Json) -> WrittenBody:
    content = "".join(f"{dump_json(item)}\n" for item in _items(media, value))
    return WrittenBody(content_type=media.name, content=content.encode())


def _write_sequence(media: MediaType, value: Json) -> WrittenBody:
    """JSON text sequences (RFC 7464)."""
    content = "".join(f"\x1e{dump_json(item)}\n" for item in _items(media, value))
    return WrittenBody(content_type=media.name, content=content.encode())


def _items(media: MediaType, value: Json) -> Iterator[Json]:
    if not is_array(value):
        raise ArgumentsInvalid([f"The body must be an array to be sent as {media.name}."])
    yield from value


def _write_form(media: MediaType, value: Json) -> WrittenBody:
    pairs = (
        pair
        for name, item in _fields(media, value)
        for pair in query_pairs(_field(media, name, item), item)
    )
    content = "&".join(f"{name}={item}" for name, item in pairs)
    return WrittenBody(content_type=media.name, content=content.encode())


def _fields(media: MediaType, value: Json) -> Iterator[tuple[str, Json]]:
    if not is_object(value):
        raise ArgumentsInvalid([f"The body must be an object to be sent as {media.name}."])
    yield from value.items()


def _field(media: MediaType, name: str, value: Json) -> Parameter:
    """How one field of a form is written: as a query parameter, and as JSON where an object is.

    OAS 3.1.1, Encoding Object: style, explode and allowReserved, once given, make it a query
    parameter; otherwise objects are application/json.
    """
    styled = _styled(media, name)
    if styled is not None:
        return styled
    declared = str(media.encoding_of(name).get("contentType", "text/plain"))
    as_json = _kind(declared) == "json" or is_object(value)
    return Parameter(name=name, location="query", media_type="application/json" if as_json else "")


def _styled(media: MediaType, name: str) -> Parameter | None:
    encoding = media.encoding_of(name)
    if not any(key in encoding for key in ("style", "explode", "allowReserved")):
        return None
    return Parameter.read({**encoding, "name": name, "in": "query"}, "")


def _write_multipart(media: MediaType, value: Json) -> WrittenBody:
    parts = [part for name, item in _fields(media, value) for part in _parts(media, name, item)]
    # The same parts make the same body, so that what was shown is what is sent.
    boundary = sha256(b"".join(parts)).hexdigest()[:32]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    content_type = f"{media.name.partition(';')[0]}; boundary={boundary}"
    return WrittenBody(content_type=content_type, content=body + f"--{boundary}--\r\n".encode())


def _parts(media: MediaType, name: str, value: Json) -> Iterator[bytes]:
    """The parts of one field (RFC 7578): one for each item of an array, none for null."""
    styled = _styled(media, name)
    if styled is not None and not is_file(value):
        for key, text in plain_pairs(styled, value):
            yield _headed(_disposition(key), "", text.encode())
        return
    for item in value if is_array(value) else [value]:
        if item is not None:
            yield _part(media, name, item)


def _part(media: MediaType, name: str, value: Json) -> bytes:
    """One part of a multipart body: a file, an object as JSON, or text."""
    declared = media.encoding_of(name).get("contentType")
    content_type = declared if isinstance(declared, str) and "," not in declared else ""
    if is_file(value) or (name in media.files and isinstance(value, str)):
        return _file_part(name, value, content_type)
    if is_object(value) or is_json(content_type):
        written = dump_json(value).encode()
        return _headed(_disposition(name), content_type or "application/json", written)
    return _headed(_disposition(name), content_type, text_of(value).encode())


def _file_part(name: str, value: Mapping[str, Any] | str, content_type: str) -> bytes:
    file: Mapping[str, Any] = {} if isinstance(value, str) else value
    content = value.encode() if isinstance(value, str) else file_content(value)
    filename = str(file.get("filename") or name)
    is_range = "*" in content_type
    default = "application/octet-stream" if is_range or not content_type else content_type
    disposition = f'{_disposition(name)}; filename="{_quoted(filename)}"'
    return _headed(disposition, str(file.get("content_type") or default), content)


def _disposition(name: str) -> str:
    return f'Content-Disposition: form-data; name="{_quoted(name)}"'


def _headed(disposition: str, content_type: str, content: bytes) -> bytes:
    safe = content_type.replace("\r", "").replace("\n", "")
    header = f"\r\nContent-Type: {safe}" if safe else ""
    return f"{disposition}{header}\r\n\r\n".encode() + content


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _write_text(media: MediaType, value: Json) -> WrittenBody:
    content_type = "text/plain" if "*" in media.name else media.name
    return WrittenBody(content_type=content_type, content=_raw(value))


def _write_binary(media: MediaType, value: Json) -> WrittenBody:
    content_type = "application/octet-stream" if "*" in media.name else media.name
    return WrittenBody(content_type=content_type, content=_raw(value))


def _raw(value: Json) -> bytes:
    return file_content(value) if is_file(value) else text_of(value).encode()


_WRITERS: Mapping[str, _Writer] = {
    "json": _write_json,
    "lines": _write_lines,
    "sequence": _write_sequence,
    "form": _write_form,
    "multipart": _write_multipart,
    "text": _write_text,
    "binary": _write_binary,
}
