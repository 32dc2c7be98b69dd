"""A schema in one short line, for a model that writes a value as JSON text.

>>> sketch(Schemas({}), {"type": "object", "properties": {"ids": {"items": {"type": "integer"}}}})
'{ids?: integer[]}'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.models.dialect.lowered import Inexpressible
from callwright.models.dialect.merge import is_nothing
from callwright.models.dialect.normal import Schemas, known_values, types_of

__all__ = ["cut", "sketch"]

_MAX_NODES = 60
_MAX_DEPTH = 5
_MAX_VALUES = 12
_MORE = "…"


def cut(text: str, length: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= length else text[: length - 1] + _MORE


def sketch(schemas: Schemas, raw: Json, *, length: int = 400) -> str:
    """What a schema allows, as TypeScript would write it, in at most so many characters."""
    return cut(_Sketch(schemas).draw(raw, 0), length)


class _Sketch:
    """One line in the making; `_left` bounds what a schema of many references may cost."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._left = _MAX_NODES

    def draw(self, raw: Json, depth: int) -> str:
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            return _MORE
        try:
            node = self._schemas.resolved(raw)
        except Inexpressible:
            return _MORE
        return self._draw(node, depth)

    def _draw(self, node: Mapping[str, Any], depth: int) -> str:
        if is_nothing(node):
            return "never"
        if "anyOf" in node:
            drawn = [self.draw(branch, depth + 1) for branch in node["anyOf"][:_MAX_VALUES]]
            return " | ".join(dict.fromkeys(text for text in drawn if text != "never"))
        if "enum" in node:
            values = [dump_json(value) for value in known_values(node)]
            return " | ".join([*values[:_MAX_VALUES], *([_MORE] if values[_MAX_VALUES:] else [])])
        types = types_of(node)
        return " | ".join(self._typed(node, name, depth) for name in types) if types else "any"

    def _typed(self, node: Mapping[str, Any], name: str, depth: int) -> str:
        if name == "object":
            return self._object(node, depth)
        return self._array(node, depth) if name == "array" else name

    def _object(self, node: Mapping[str, Any], depth: int) -> str:
        properties, required = node.get("properties"), node.get("required", ())
        if not is_object(properties) or not properties:
            extra = node.get("additionalProperties")
            return f"{{[key]: {self.draw(extra, depth + 1)}}}" if extra else "object"
        drawn: list[str] = []
        for name, item in properties.items():
            if self._left <= 0:
                drawn.append(_MORE)
                break
            mark = "" if name in required else "?"
            drawn.append(f"{name}{mark}: {self.draw(item, depth + 1)}")
        return f"{{{', '.join(drawn)}}}"

    def _array(self, node: Mapping[str, Any], depth: int) -> str:
        if is_array(node.get("prefixItems")):
            return f"[{', '.join(self.draw(item, depth + 1) for item in node['prefixItems'])}]"
        drawn = self.draw(node.get("items", True), depth + 1)
        return f"({drawn})[]" if " " in drawn and not drawn.startswith("{") else f"{drawn}[]"
