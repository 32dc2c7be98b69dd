"""The words of a tool by field, as the ranking counts them and as it explains a hit by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callwright.core.signature import Shape
from callwright.core.text.rank import Field
from callwright.core.tool import Tool
from callwright.trim.vocabulary import Vocabulary

__all__ = ["FIELDS", "Columns"]

FIELDS: Mapping[str, Field] = {
    "name": Field(weight=2.0),
    "path": Field(weight=1.5),
    "summary": Field(weight=2.0),
    "description": Field(weight=1.0),
    "tags": Field(weight=0.5, length_norm=0.3),
    "parameters": Field(weight=0.5, length_norm=0.7),
    "body": Field(weight=0.4, length_norm=0.5),
    "answer": Field(weight=0.4, length_norm=0.5),
    "schema": Field(weight=0.6, length_norm=0.5),
    "about": Field(weight=0.4),
}
_MAX_SHAPES = 3


class Columns(dict[str, list[Sequence[int]]]):
    """The words of many tools, field by field. What tools share is read once."""

    def __init__(self, tools: Sequence[Tool], vocabulary: Vocabulary) -> None:
        super().__init__((name, []) for name in FIELDS)
        self._vocabulary = vocabulary
        self._properties: dict[tuple[Shape, ...], list[int]] = {}
        self._schemas: dict[tuple[Shape, ...], list[int]] = {}
        self._descriptions: dict[tuple[Shape, ...], list[int]] = {}
        for tool in tools:
            for name, words in self.read(tool).items():
                self[name].append(words)

    def read(self, tool: Tool) -> dict[str, list[int]]:
        """The words of one tool."""
        read, names = self._vocabulary.read, self._vocabulary.read_names
        signature, operation = tool.signature, tool.operation
        summary, _, description = tool.description.partition("\n")
        return {
            "name": read(tool.name),
            "path": read("" if operation is None else operation.path),
            "summary": read(summary),
            "description": read(description),
            "tags": names(() if operation is None else operation.tags),
            "parameters": names(signature.parameters),
            "body": self._words_of_properties(signature.takes),
            "answer": self._words_of_properties(signature.gives),
            "schema": self._words_of_names(signature.gives),
            "about": self._words_of_descriptions(signature.gives[:1]),
        }

    def _words_of_properties(self, shapes: tuple[Shape, ...]) -> list[int]:
        if shapes not in self._properties:
            names = (name for shape in shapes[:_MAX_SHAPES] for name in shape.properties)
            self._properties[shapes] = self._vocabulary.read_names(names)
        return self._properties[shapes]

    def _words_of_names(self, shapes: tuple[Shape, ...]) -> list[int]:
        if shapes not in self._schemas:
            # `microsoft.graph.message` is a message.
            names = (shape.name.rpartition(".")[2] for shape in shapes[:_MAX_SHAPES])
            self._schemas[shapes] = self._vocabulary.read_names(names)
        return self._schemas[shapes]

    def _words_of_descriptions(self, shapes: tuple[Shape, ...]) -> list[int]:
        if shapes not in self._descriptions:
            texts = (shape.description for shape in shapes)
            self._descriptions[shapes] = self._vocabulary.read(" ".join(texts))
        return self._descriptions[shapes]
