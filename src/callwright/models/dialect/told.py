"""What a schema says in keywords that a dialect lacks, said in its description."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.models.dialect.merge import TOLD
from callwright.models.dialect.normal import Schemas
from callwright.models.dialect.sketch import cut, sketch

__all__ = ["description"]

_MAX_VALUE = 200


def description(
    schemas: Schemas, node: Mapping[str, Any], kept: Collection[str] = (), also: str = ""
) -> str:
    """The description of a node, its other keywords than those kept, and a sentence more."""
    said = node.get("description") or node.get("title") or ""
    sentences = [said] if isinstance(said, str) and said else []
    for keyword, tell in _TELLERS.items():
        if keyword in node and keyword not in kept:
            sentences.append(tell(node[keyword]))
    for keyword, start in _SCHEMAS.items():
        if keyword in node and keyword not in kept:
            sentences.append(f"{start} {sketch(schemas, node[keyword], length=_MAX_VALUE)}.")
    *before, last = list(filter(None, [*sentences, also])) or [""]
    return " ".join([*map(_ended, before), last])


def _ended(text: str) -> str:
    text = text.rstrip()
    return text if text.endswith((".", "!", "?", ":", "…", "`", ")")) else f"{text}."


def _value(value: Json) -> str:
    return cut(value if isinstance(value, str) else dump_json(value), _MAX_VALUE)


def _plainly(start: str, end: str = "") -> Callable[[Any], str]:
    return lambda value: f"{start} {_value(value)}{end}."


def _default(value: Json) -> str:
    # Where nothing is the default, there is nothing to tell.
    return "" if value is None else f"Default: {cut(dump_json(value), _MAX_VALUE)}."


def _examples(values: Any) -> str:
    texts = [dump_json(value) for value in values[:2]] if is_array(values) else []
    short = [text for text in texts if len(text) <= _MAX_VALUE]
    return f"For example {' or '.join(short)}." if short else ""


def _dependent(names: Any) -> str:
    if not is_object(names):
        return ""
    return " ".join(f"{name} needs {', '.join(needed)}." for name, needed in names.items())


def _flag(text: str) -> Callable[[Any], str]:
    return lambda value: text if value is True else ""


_TELLERS: Mapping[str, Callable[[Any], str]] = {
    TOLD: " ".join,
    "format": _plainly("Format:"),
    "pattern": _plainly("Pattern:"),
    "minLength": _plainly("At least", " characters"),
    "maxLength": _plainly("At most", " characters"),
    "minimum": _plainly("At least"),
    "exclusiveMinimum": _plainly("More than"),
    "maximum": _plainly("At most"),
    "exclusiveMaximum": _plainly("Less than"),
    "multipleOf": _plainly("A multiple of"),
    "minItems": _plainly("At least", " items"),
    "maxItems": _plainly("At most", " items"),
    "uniqueItems": _flag("No item twice."),
    "minProperties": _plainly("At least", " properties"),
    "maxProperties": _plainly("At most", " properties"),
    "dependentRequired": _dependent,
    "contentEncoding": _plainly("Encoded as"),
    "contentMediaType": _plainly("Media type:"),
    "default": _default,
    "examples": _examples,
    "deprecated": _flag("Deprecated."),
}

_SCHEMAS: Mapping[str, str] = {
    "not": "Never",
    "contains": "With an item",
    "propertyNames": "Names:",
}
"""Keywords that hold a schema, and how it is introduced."""
