"""The properties that only the server fills in (`readOnly`), which a request must not hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document

__all__ = ["ReadOnly", "without_names"]


class ReadOnly:
    """Tells which properties of a document's schemas are readOnly; remembers what it found."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # The schema stays beside its names, so that no later one can have its identity.
        self._names: dict[int, tuple[Mapping[str, Any], frozenset[str]]] = {}

    def names(self, raw: Mapping[str, Any]) -> frozenset[str]:
        """The readOnly properties of a schema and of the parts of its `allOf`.

        A part may require what another part calls readOnly.
        """
        if "properties" not in raw and "allOf" not in raw and "$ref" not in raw:
            return frozenset()
        if id(raw) not in self._names:
            names = frozenset(
                str(name)
                for part in self.parts(raw)
                for name, item in _properties(part).items()
                if self._is_read_only(item)
            )
            self._names[id(raw)] = (raw, names)
        return self._names[id(raw)][1]

    def leaks(self, raw: object, hidden: Collection[str]) -> frozenset[str]:
        """Those of the hidden properties that a schema names without calling them readOnly."""
        if not hidden or not is_object(raw):
            return frozenset()
        named = {
            name
            for part in self.parts(raw)
            for name in (*_properties(part), *_required(part))
            if name in hidden
        }
        return frozenset(named) - self.names(raw) if named else frozenset()

    def parts(self, raw: object) -> list[Mapping[str, Any]]:
        """What a schema leads to by its reference and its `allOf`, each once."""
        found: dict[int, Mapping[str, Any]] = {}
        waiting: list[object] = [raw]
        while waiting:
            node = waiting.pop()
            if not is_object(node) or id(node) in found:
                continue
            found[id(node)] = node
            listed = node.get("allOf")
            waiting.extend(listed if is_array(listed) else ())
            if isinstance(reference := node.get("$ref"), str):
                waiting.append(self._target(reference))
        return list(found.values())

    def _is_read_only(self, raw: object) -> bool:
        return any(part.get("readOnly") is True for part in self.parts(raw))

    def _target(self, reference: str) -> object:
        try:
            return self._document.find(reference)
        except SpecInvalid:
            return None


def without_names(raw: Mapping[str, Any], hidden: Collection[str]) -> Mapping[str, Any]:
    """A schema of the document without some properties, and without a demand for them."""
    if not hidden:
        return raw
    kept = {**raw, "required": [name for name in _required(raw) if name not in hidden]}
    if is_object(raw.get("properties")):
        kept["properties"] = {k: v for k, v in raw["properties"].items() if k not in hidden}
    if type(least := raw.get("minProperties")) is int:
        kept["minProperties"] = max(0, least - len(hidden))
    if is_object(dependent := raw.get("dependentRequired")):
        kept["dependentRequired"] = {
            name: [other for other in _names(listed) if other not in hidden]
            for name, listed in dependent.items()
        }
    return kept


def _properties(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = raw.get("properties")
    return properties if is_object(properties) else {}


def _required(raw: Mapping[str, Any]) -> list[str]:
    return _names(raw.get("required"))


def _names(listed: object) -> list[str]:
    return [name for name in listed if isinstance(name, str)] if is_array(listed) else []
