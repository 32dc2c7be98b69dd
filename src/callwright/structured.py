"""A final answer that satisfies a schema: given as JSON Schema, a pydantic model or a dataclass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from callwright.core.errors import ConfigurationError, ModelReplyInvalid
from callwright.core.json import JsonObject, is_object, parse_json
from callwright.core.schema_check import ArgumentCheck

__all__ = ["ResponseSchema", "StructuredAnswer"]

ResponseSchema: TypeAlias = "JsonObject | type[Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredAnswer:
    """The schema that an answer must satisfy, and how its text becomes a value."""

    schema: JsonObject
    parse: Callable[[str], Any]

    @classmethod
    def of(cls, given: ResponseSchema) -> StructuredAnswer:
        """Read what the caller gave.

        Raises:
            ConfigurationError: it is neither a JSON Schema nor a type with a schema.
        """
        if is_object(given):
            return cls(schema=given, parse=lambda text: _checked(given, text))
        return _of_type(given)


def _checked(schema: JsonObject, text: str) -> Any:
    try:
        value = parse_json(text)
    except ValueError as error:
        raise _invalid(str(error)) from None
    faults = ArgumentCheck(schema).faults(value)
    if faults:
        raise _invalid(" ".join(faults))
    return value


def _of_type(given: Any) -> StructuredAnswer:
    from pydantic import TypeAdapter, ValidationError
    from pydantic.errors import PydanticUserError

    try:
        adapter = TypeAdapter[Any](given)
        schema = adapter.json_schema()
    except PydanticUserError as error:
        raise ConfigurationError(
            f"The response schema {given!r} has no JSON Schema: {error}.",
            remedy="Give a JSON Schema, a pydantic model or a dataclass.",
        ) from None

    def parse(text: str) -> Any:
        try:
            return adapter.validate_json(text)
        except ValidationError as error:
            raise _invalid("; ".join(item["msg"] for item in error.errors())) from None

    return StructuredAnswer(schema=schema, parse=parse)


def _invalid(reason: str) -> ModelReplyInvalid:
    return ModelReplyInvalid(f"The model's answer does not satisfy the response schema: {reason}")
