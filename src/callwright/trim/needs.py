"""What a tool must be given that only another call can tell: the ids in its path and arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from callwright.core.errors import CallwrightError
from callwright.core.json import is_array, is_object
from callwright.core.tool import Tool
from callwright.trim.layout import ID_WORDS
from callwright.trim.vocabulary import read_words

__all__ = ["Need", "needs_of"]

_SURELY_IDS = ID_WORDS - {"nam"}
_DEFINITIONS = "#/$defs/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A name that a call needs, the words for what it names, and where it stands."""

    name: str
    nouns: tuple[str, ...]
    is_id: bool
    """Whether its name says that it is an id; else people may know it: an owner, a branch."""
    above: str | None = None
    """The path that ends before it, if it stands in a path."""
    is_optional: bool = False

    def __str__(self) -> str:
        return self.name if self.above is None else f"{{{self.name}}}"


def needs_of(tool: Tool) -> list[Need]:
    """What a tool needs, what stands in its path first. Its schema is read for it.

    >>> [str(need) for need in needs_of(Tool("t", parameters={
    ...     "type": "object", "properties": {"loan_id": {}, "note": {}}, "required": ["loan_id"]}))]
    ['loan_id']
    """
    path = "" if tool.operation is None else tool.operation.path
    in_path = list(_in_path(path))
    known = {need.name for need in in_path}
    given = (need for need in _in_arguments(tool) if need.name not in known)
    # What stands in a path says already what the call is about.
    return [*in_path, *(need for need in given if not (in_path and need.is_optional))]


def _in_path(path: str) -> Iterator[Need]:
    segments = path.strip("/").split("/")
    for at, segment in enumerate(segments):
        name = segment.partition("{")[2].partition("}")[0]
        if name:
            before = segments[at - 1] if at and "{" not in segments[at - 1] else ""
            yield _need(name, before, "/".join(segments[:at]))


def _need(name: str, before: str = "", above: str | None = None) -> Need:
    words = [*read_words(name)]
    nouns = [word for word in words if word not in ID_WORDS]
    return Need(
        name=name,
        nouns=tuple(nouns or [*read_words(before)][-1:]),
        is_id=not _SURELY_IDS.isdisjoint(words),
        above=above,
    )


def _in_arguments(tool: Tool) -> Iterator[Need]:
    """The required arguments that are ids, those of the body included.

    Where a body requires nothing, a few ids are what a call is about all the same: of a charge
    or of a payment, to be refunded.
    """
    try:
        parameters: Mapping[str, Any] = tool.parameters
    except CallwrightError:  # what cannot be read needs nothing that could be found
        return
    arguments = _properties(parameters)
    body = _followed(arguments.get("body"), parameters)
    required = _required(body)
    yield from (need for need in map(_need, _required(parameters)) if need.is_id)
    yield from map(_need, required)
    if not required:
        yield from (replace(_need(name), is_optional=True) for name in _properties(body))


def _followed(schema: object, root: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref") if is_object(schema) else None
    if isinstance(reference, str) and reference.startswith(_DEFINITIONS):
        definitions = root.get("$defs")
        name = reference[len(_DEFINITIONS) :]
        schema = definitions.get(name) if is_object(definitions) else None
    return schema if is_object(schema) else {}


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if is_object(properties) else {}


def _required(schema: Mapping[str, Any]) -> Sequence[str]:
    required = schema.get("required")
    return [name for name in required if isinstance(name, str)] if is_array(required) else []
