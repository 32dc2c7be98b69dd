"""Schemas of a Swagger 2.0 document in the words of OpenAPI 3.0.

References stay as they are, and so does every object that means the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document

__all__ = ["MOVED", "SchemaUpgrade"]

MOVED = "x-moved"
"""The field of the upgraded document that holds schemas which lost their place."""
_MAX_DEPTH = 100
"""Levels of nesting; schemas that are nested more deeply are refused when they are read."""


class SchemaUpgrade:
    """Upgrades the schemas of one document, each once; `moved` gathers those without a place."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # The schema stays beside its result, so that no later one can have its identity.
        self._done: dict[int, tuple[Any, Any]] = {}
        self._places: dict[str, int] = {}
        self._depth = 0
        self.moved: list[Mapping[str, Any]] = []

    def upgrade(self, raw: Any) -> Any:
        """The schema as OpenAPI 3.0 says it, or itself if that is the same."""
        if not is_object(raw) or self._depth >= _MAX_DEPTH:
            return raw
        if id(raw) not in self._done:
            self._depth += 1
            self._done[id(raw)] = raw, self._upgraded(raw)
            self._depth -= 1
        return self._done[id(raw)][1]

    def _upgraded(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(raw.get("$ref"), str):
            return self._reference(raw)
        changed: dict[str, Any] = {}
        for keyword, value in raw.items():
            upgrade = _PARTS.get(keyword)
            new = value if upgrade is None else upgrade(self, value)
            if new is not value:
                changed[keyword] = new
        changed |= _in_words_of_3_0(raw)
        return {**raw, **changed} if changed else raw

    def _reference(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = self._moved(raw["$ref"])
        # OAS 3.0 ignores every sibling of `$ref`, so null needs a schema around the reference.
        # Beside it stands only what says something about the value, nothing that constrains it.
        if raw.get("x-nullable") is True:
            about = {key: raw[key] for key in _ANNOTATIONS if key in raw}
            return {**about, "allOf": [{"$ref": reference}], "nullable": True}
        return raw if reference == raw["$ref"] else {**raw, "$ref": reference}

    def _moved(self, reference: str) -> str:
        """Where the target of a reference stands after the upgrade.

        Bundlers point at the first place of a schema, which may be a body parameter of another
        operation (`#/paths/~1pets/post/parameters/0/schema`). OpenAPI 3.0 has none there.
        """
        if not (reference.startswith("#/paths/") and "/parameters/" in reference):
            return reference
        if reference not in self._places:
            try:
                target = self._document.find(reference)
            except SpecInvalid:
                return reference
            self._places[reference] = len(self.moved)
            slot: dict[str, Any] = {}
            self.moved.append(slot)
            slot["schema"] = self.upgrade(target)
        return f"#/{MOVED}/{self._places[reference]}/schema"

    def schemas(self, value: Any) -> Any:
        """A list of schemas, as `allOf` has it, or a single one."""
        if not is_array(value):
            return self.upgrade(value)
        new = [self.upgrade(item) for item in value]
        return value if _are_same(new, value) else new

    def schema_map(self, value: Any) -> Any:
        """Schemas by name, as `properties` and `definitions` have it."""
        if not is_object(value):
            return value
        new = {name: self.upgrade(item) for name, item in value.items()}
        return value if _are_same(list(new.values()), list(value.values())) else new


def _are_same(new: list[Any], old: Any) -> bool:
    return all(one is other for one, other in zip(new, old, strict=True))


_ANNOTATIONS = ("title", "description", "readOnly", "example")
_PARTS: Mapping[str, Callable[[SchemaUpgrade, Any], Any]] = {
    **dict.fromkeys(("items", "allOf", "anyOf", "oneOf"), SchemaUpgrade.schemas),
    **dict.fromkeys(("properties", "patternProperties"), SchemaUpgrade.schema_map),
    **dict.fromkeys(("additionalProperties", "not"), SchemaUpgrade.upgrade),
}


def _in_words_of_3_0(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of a schema that OpenAPI 3.0 says in another way."""
    new: dict[str, Any] = {}
    if raw.get("x-nullable") is True:
        new["nullable"] = True
    if isinstance(raw.get("discriminator"), str):
        new["discriminator"] = {"propertyName": raw["discriminator"]}
    if raw.get("type") == "file":
        new |= {"type": "string", "format": "binary"}
    return new
