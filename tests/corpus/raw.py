"""A raw OpenAPI document, and the way from a reference to what it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import unquote

__all__ = ["Json", "RawDocument", "as_mapping", "as_sequence"]

Json: TypeAlias = Any


def as_mapping(node: Json) -> Mapping[str, Json]:
    """The object that a node is; an empty one if it is something else."""
    return node if isinstance(node, dict) else {}


def as_sequence(node: Json) -> Sequence[Json]:
    """The array that a node is; an empty one if it is something else."""
    return node if isinstance(node, list) else ()


class RawDocument:
    """A document as `json` reads it."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self.root = root
        self.is_30 = str(root.get("openapi", "")).startswith("3.0")

    def resolved(self, node: Json) -> Json:
        """A node, or what it refers to in the end; None if that is nowhere."""
        seen: set[str] = set()
        while isinstance(node, dict) and "$ref" in node:
            node = self.step(node, seen)
        return node

    def at(self, pointer: str) -> Json:
        """The value at a JSON Pointer (RFC 6901) of the document; None if there is none."""
        node: Json = self.root
        for token in pointer.removeprefix("#").split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                return None
        return node

    def step(self, node: Mapping[str, Json], seen: set[str]) -> Json:
        """What a schema refers to, unless it has been there before."""
        reference = node["$ref"]
        if not isinstance(reference, str) or reference in seen:
            return None
        seen.add(reference)
        return self.at(unquote(reference))
