"""The parameters of a tool in the dialect of a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from weakref import WeakKeyDictionary

from callwright.core.json import JsonObject
from callwright.core.tool import Tool
from callwright.models.dialect.flat import lower_flat
from callwright.models.dialect.gemini import lower_for_gemini
from callwright.models.dialect.limits import STRICT_LIMITS, StrictLimits
from callwright.models.dialect.lowered import Dialect, Lowered
from callwright.models.dialect.normal import Schemas
from callwright.models.dialect.strict import lower_strictly
from callwright.models.dialect.written import whole_text

__all__ = ["lower", "lower_tool"]


def lower(
    parameters: JsonObject, dialect: Dialect, *, limits: StrictLimits = STRICT_LIMITS
) -> Lowered:
    """The parameters in a dialect; the same parameters always give the same.

    What a dialect has no words for stays as it is, and the notes say why.

    >>> lowered = lower({"type": "object", "properties": {"page": {"type": "integer"}}}, "flat")
    >>> lowered.schema
    {'type': 'object', 'properties': {'page': {'type': 'integer'}}}
    """
    try:
        return _WAYS[dialect](parameters, limits)
    except (RecursionError, TypeError, ValueError, KeyError, AttributeError):
        # A schema that somebody wrote by hand may hold anything.
        return _unread(parameters, dialect)


def _unread(parameters: JsonObject, dialect: Dialect) -> Lowered:
    if dialect in ("gemini", "flat"):
        return whole_text(Schemas({}), {"type": "object"})
    return Lowered(schema=parameters, notes=("the schema cannot be read",))


_WAYS: Mapping[Dialect, Callable[[JsonObject, StrictLimits], Lowered]] = {
    "json-schema": lambda parameters, _limits: Lowered(schema=parameters),
    "openai-strict": lower_strictly,
    "gemini": lambda parameters, _limits: lower_for_gemini(parameters),
    "flat": lambda parameters, _limits: lower_flat(parameters),
}


def lower_tool(tool: Tool, dialect: Dialect, *, limits: StrictLimits = STRICT_LIMITS) -> Lowered:
    """The parameters of a tool in a dialect, lowered once for as long as the tool lives."""
    parameters, kept = tool.parameters, _LOWERED.setdefault(tool, {})
    # A tool may be given other parameters after all, so they are compared.
    found = kept.get((dialect, limits))
    if found is None or found[0] is not parameters:
        found = kept[dialect, limits] = (parameters, lower(parameters, dialect, limits=limits))
    return found[1]


_LOWERED: WeakKeyDictionary[
    Tool, dict[tuple[Dialect, StrictLimits], tuple[JsonObject, Lowered]]
] = WeakKeyDictionary()
