"""Put results into the form that a response schema asks for; what they do not hold is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callwright.core.json import Json, JsonObject, is_object
from callwright.core.text.words import split_words
from callwright.models.offline.language import concept
from callwright.models.offline.result import Record, label_key
from callwright.models.offline.slots import kind_of, resolved

__all__ = ["shape_output"]

_TEXTS = frozenset("answer text summary message result response explanation".split())
_COUNTS = frozenset("count total number".split())


def shape_output(schema: JsonObject, records: Sequence[Record], text: str) -> Json:
    """The value that the schema describes, from the records of the answer and its text.

    >>> schema = {"type": "object", "properties": {"author": {"type": "string"}}}
    >>> shape_output(schema, [{"title": "Dune", "author": "Frank Herbert"}], "")
    {'author': 'Frank Herbert'}
    """
    form = resolved(schema, schema)
    kind = kind_of(form)
    if kind == "array":
        return _items(form, schema, records, text)
    if kind == "object":
        return _fields(form, schema, _only(records), records, text)
    return text


def _only(records: Sequence[Record]) -> Record:
    return records[0] if len(records) == 1 else {}


def _items(
    form: Mapping[str, Any], root: JsonObject, records: Sequence[Record], text: str
) -> list[Json]:
    items = resolved(form.get("items"), root)
    if kind_of(items) == "object":
        return [_fields(items, root, record, (), text) for record in records]
    keys = [label_key(record) for record in records]
    return [record[key] for record, key in zip(records, keys, strict=True) if key]


def _fields(
    form: Mapping[str, Any],
    root: JsonObject,
    record: Record,
    records: Sequence[Record],
    text: str,
) -> dict[str, Json]:
    properties: Any = form.get("properties")
    fields: dict[str, Any] = dict(properties) if is_object(properties) else {}
    result: dict[str, Json] = {}
    for name, given in fields.items():
        field = resolved(given, root)
        key = _key(name, record)
        words = {concept(word) for word in split_words(name)}
        if key is not None:
            result[name] = record[key]
        elif kind_of(field) == "array":
            result[name] = _items(field, root, records, text)
        elif kind_of(field) == "integer" and words & _COUNTS:
            result[name] = len(records)
        elif kind_of(field) == "string" and words & _TEXTS:
            result[name] = text
    return result


def _key(name: str, record: Record) -> str | None:
    """The key of a record that means what a field's name says: the same words, or among them."""
    wanted = {concept(word) for word in split_words(name)}
    said = {key: {concept(word) for word in split_words(key)} for key in record}
    same = [key for key, words in said.items() if words == wanted]
    return next(
        iter(same or [key for key, words in said.items() if words and wanted <= words]), None
    )
