"""Parameters of a Swagger 2.0 document as OpenAPI 3.0 has them: parameters and a request body."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from callwright.core.json import is_array, is_object
from callwright.openapi.upgrade.schema import SchemaUpgrade

__all__ = ["is_in_body", "request_body", "upgrade_header", "upgrade_parameter"]

_OWN = ("name", "in", "description", "required", "allowEmptyValue")
"""The fields of a parameter that do not describe its value."""
_COLLECTION_FORMAT = "x-collection-format"
"""Names a `collectionFormat` that no style of OpenAPI 3.0 stands for."""
_MAX_NESTING = 10
"""Arrays in arrays for which a delimiter is told; real documents have at most two."""
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


def is_in_body(raw: Mapping[str, Any]) -> bool:
    """Whether a parameter is the request body, or a field of it."""
    is_field = raw.get("in") == "formData" and isinstance(raw.get("name"), str)
    return is_field or raw.get("in") == "body"


def upgrade_parameter(raw: Mapping[str, Any], schemas: SchemaUpgrade) -> dict[str, Any]:
    """A parameter in path, query or header: what describes its value becomes its schema."""
    own = _own(raw)
    return {**own, **_style(raw), "schema": _schema(raw, own, schemas)}


def upgrade_header(raw: Mapping[str, Any], schemas: SchemaUpgrade) -> dict[str, Any]:
    """A header of a response, which is a parameter without a name and a place."""
    upgraded = upgrade_parameter({**raw, "in": "header"}, schemas)
    return {key: value for key, value in upgraded.items() if key != "in"}


def request_body(
    raw: Sequence[Mapping[str, Any]], consumed: Sequence[str], schemas: SchemaUpgrade
) -> dict[str, Any]:
    """The request body that a body parameter, or the fields of a form, make.

    Real documents also have both, a file and JSON that tells about it: a form of all of them.
    """
    is_form = any(parameter["in"] == "formData" for parameter in raw)
    return _form(raw, consumed, schemas) if is_form else _whole(raw[-1], consumed, schemas)


def _own(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key in _OWN or _is_extension(key)}


def _is_extension(key: object) -> bool:
    # Whether the value may be null is a matter of its schema.
    return isinstance(key, str) and key.startswith("x-") and key != "x-nullable"


def _schema(raw: Mapping[str, Any], own: Container[str], schemas: SchemaUpgrade) -> Any:
    """The schema that a parameter has, or that its keywords make; `own` are no such."""
    given = raw.get("schema")
    schema = {
        key: _nested(value) if key == "items" else value
        for key, value in raw.items()
        if key not in own and key not in ("schema", "collectionFormat")
    }
    if not is_object(given):
        return schemas.upgrade(schema)
    return schemas.upgrade({**given, **schema} if schema else given)


def _nested(items: Any, levels: int = _MAX_NESTING) -> Any:
    """Items that are arrays, with their delimiter told: no style of OpenAPI 3.0 has one."""
    if not (levels and is_object(items) and _is_array_type(items)):
        return items
    nested = {
        key: _nested(value, levels - 1) if key == "items" else value
        for key, value in items.items()
        if key != "collectionFormat"
    }
    return {**nested, _COLLECTION_FORMAT: _collection_format(items)}


def _collection_format(raw: Mapping[str, Any]) -> str:
    """How the items of an array are joined: csv, unless another known way is named."""
    given = raw.get("collectionFormat")
    return given if isinstance(given, str) and given in _STYLES else "csv"


def _is_array_type(raw: Mapping[str, Any]) -> bool:
    kind = raw.get("type")
    return kind == "array" or (is_array(kind) and "array" in kind)


_STYLES: Mapping[str, Mapping[str, Any]] = {
    "csv": {"style": "form", "explode": False},
    "multi": {"style": "form", "explode": True},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "tsv": {"style": "form", "explode": False, _COLLECTION_FORMAT: "tsv"},
}


def _style(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The style of an array by its `collectionFormat`; other values need none."""
    given = raw.get("schema")
    if not (_is_array_type(raw) or (is_object(given) and _is_array_type(given))):
        return {}
    joined = _collection_format(raw)
    if raw.get("in") not in ("path", "header"):
        return _STYLES[joined]
    simple = {"style": "simple", "explode": False}
    # Swagger 2.0, Parameter Object: `multi` is for query and formData alone.
    return simple if joined in ("csv", "multi") else {**simple, _COLLECTION_FORMAT: joined}


def _whole(
    raw: Mapping[str, Any], consumed: Sequence[str], schemas: SchemaUpgrade
) -> dict[str, Any]:
    own = _own(raw)
    media = {"schema": _schema(raw, own, schemas)}
    name = {"x-body-name": own["name"]} if "name" in own else {}
    kept = {key: own[key] for key in own if key not in ("name", "in", "allowEmptyValue")}
    content = dict.fromkeys(consumed or ["application/json"], media)
    return {**name, **kept, "content": content}


def _form(
    raw: Sequence[Mapping[str, Any]], consumed: Sequence[str], schemas: SchemaUpgrade
) -> dict[str, Any]:
    fields = {str(field.get("name") or "body"): field for field in raw}
    media: dict[str, Any] = {"schema": _form_schema(fields, schemas)}
    encoding = {name: style for name, field in fields.items() if (style := _field_style(field))}
    if encoding:
        media["encoding"] = encoding
    types = _form_types(consumed, has_file=any(map(_is_file, raw)))
    return {
        "required": "required" in media["schema"],
        "content": dict.fromkeys(types, media),
    }


def _form_schema(fields: Mapping[str, Mapping[str, Any]], schemas: SchemaUpgrade) -> dict[str, Any]:
    apart = ("name", "in", "required", "allowEmptyValue")
    properties = {name: _schema(field, apart, schemas) for name, field in fields.items()}
    required = [name for name, field in fields.items() if field.get("required") is True]
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _field_style(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """The Encoding Object of a field: files cannot be joined, and JSON is not."""
    return {} if field["in"] == "body" or _is_file(field) else _style(field)


def _is_file(field: Mapping[str, Any]) -> bool:
    items = field.get("items")
    is_list_of_files = is_object(items) and items.get("type") == "file"
    return field.get("type") == "file" or is_list_of_files


def _form_types(consumed: Sequence[str], *, has_file: bool) -> Sequence[str]:
    """The media types that a form is sent as, of those that the operation consumes.

    Documents that consume JSON everywhere mean it of whole bodies only.
    """
    multipart = [_spelt(name) for name in consumed if name.lower().startswith("multipart/")]
    plain = [name for name in consumed if name.lower().startswith(_FORM)]
    return (multipart or [_MULTIPART]) if has_file else (plain or multipart or [_FORM])


def _spelt(multipart: str) -> str:
    """The name of a multipart type; real documents also have `multipart/formData`."""
    return _MULTIPART if multipart.lower().startswith("multipart/form") else multipart
