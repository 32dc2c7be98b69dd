"""A final answer that satisfies a schema: given as JSON Schema, a pydantic model or a dataclass.

Where a model cannot be held to a schema while it has tools, it gives its answer as a call of one
more tool, whose parameters are the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from callwright.core.errors import ConfigurationError, ModelReplyInvalid
from callwright.core.json import JsonObject, dump_json, is_array, is_object, parse_json
from callwright.core.message import ToolCall
from callwright.core.name import free_name
from callwright.core.pointer import written_pointer
from callwright.core.schema_check import ArgumentCheck
from callwright.core.tool import Tool

__all__ = ["FINAL_ANSWER", "AnswerCheck", "FinalAnswer", "ResponseSchema", "StructuredAnswer"]

ResponseSchema: TypeAlias = "JsonObject | type[Any]"

FINAL_ANSWER = "final_answer"
_WRAPPED = "answer"


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
            _check_schema(given)
            check = ArgumentCheck(given)
            return cls(schema=given, parse=lambda text: _checked(check, text))
        return _of_type(given)


class FinalAnswer(Tool):
    """The tool by which a model gives its answer; a schema of no object is wrapped into one."""

    def __init__(self, structured: StructuredAnswer, taken: Collection[str]) -> None:
        self.structured = structured
        self._is_wrapped = structured.schema.get("type") != "object"
        super().__init__(
            free_name(FINAL_ANSWER, taken),
            "Give the final answer to the user. Call this once, alone, when everything is done.",
            _wrapped(structured.schema) if self._is_wrapped else structured.schema,
            effect="read",
        )

    def text(self, call: ToolCall) -> str:
        """The answer in a call, as JSON.

        Raises:
            ModelReplyInvalid: there is none in it.
        """
        if call.arguments is None:
            raise _invalid(call.fault or "The arguments cannot be read.")
        if not self._is_wrapped:
            return dump_json(call.arguments)
        if _WRAPPED not in call.arguments:
            raise _invalid(f"{_WRAPPED} is required.")
        return dump_json(call.arguments[_WRAPPED])


class AnswerCheck:
    """Holds the answers of one run to their schema, so many times and no more."""

    def __init__(self, structured: StructuredAnswer, attempts: int) -> None:
        self.tool: FinalAnswer | None = None
        self._structured = structured
        self._left = attempts

    def by_tool(self, taken: Collection[str]) -> FinalAnswer:
        """Let the answer be given as a call; the tool for it."""
        self.tool = FinalAnswer(self._structured, taken)
        return self.tool

    @property
    def how(self) -> str:
        """How the model shall give its answer, in words for it."""
        if self.tool is not None:
            return f"by calling {self.tool.name}"
        return "with nothing but JSON that fits the schema"

    @property
    def is_worth_another(self) -> bool:
        """Whether the model may try again."""
        return self._left > 0

    def call_among(self, calls: Iterable[ToolCall]) -> ToolCall | None:
        """The call that gives the answer."""
        name = self.tool.name if self.tool else None
        return next((call for call in calls if call.name == name), None)

    def parse(self, text: str) -> Any:
        """The value in an answer's text.

        Raises:
            ModelReplyInvalid: it does not satisfy the schema.
        """
        self._left -= 1
        return self._structured.parse(text)

    def parse_call(self, call: ToolCall) -> tuple[str, Any]:
        """The answer in a call, as text and as a value.

        Raises:
            ModelReplyInvalid: it does not satisfy the schema.
        """
        assert self.tool is not None  # noqa: S101  # without it no call gives the answer
        self._left -= 1
        text = self.tool.text(call)
        return text, self._structured.parse(text)


def _wrapped(schema: JsonObject) -> JsonObject:
    """The schema as the one property of an object; its definitions stay where `$ref`s find them."""
    inner = {key: value for key, value in schema.items() if key not in ("$defs", "definitions")}
    outer = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    return {
        "type": "object",
        "properties": {_WRAPPED: inner},
        "required": [_WRAPPED],
        "additionalProperties": False,
        **outer,
    }


def _checked(check: ArgumentCheck, text: str) -> Any:
    try:
        value = parse_json(text)
    except ValueError as error:
        raise _invalid(f"It is not valid JSON: {error}.") from None
    faults = check.faults(value)
    if faults:
        raise _invalid(" ".join(faults))
    return value


def _check_schema(schema: JsonObject) -> None:
    """Refuse a type that there is not: a validator would let every answer pass."""
    from jsonschema import Draft202012Validator

    meta: Any = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    for error in meta.iter_errors(schema):
        if "type" in tuple(error.absolute_path)[-2:]:
            place = written_pointer(map(str, error.absolute_path))
            raise ConfigurationError(
                f"The response schema cannot be used: {error.instance!r} at {place} is no type.",
                remedy=f"Use one of {_TYPES}.",
            )


_TYPES = "object, array, string, number, integer, boolean, null"
_GIVE_A_SCHEMA = "Give a JSON Schema, a pydantic model or a dataclass."


def _of_type(given: Any) -> StructuredAnswer:
    from pydantic import TypeAdapter, ValidationError
    from pydantic.errors import PydanticUserError

    if isinstance(given, (str, bytes)) or is_array(given):
        raise ConfigurationError(f"The response schema {given!r} is none.", remedy=_GIVE_A_SCHEMA)
    try:
        adapter = TypeAdapter[Any](given)
        schema = adapter.json_schema()
    except PydanticUserError as error:
        reason = str(error).split("\n", 1)[0].rstrip(".")
        raise ConfigurationError(
            f"The response schema {given!r} has no JSON Schema: {reason}.", remedy=_GIVE_A_SCHEMA
        ) from None

    def parse(text: str) -> Any:
        try:
            return adapter.validate_json(text)
        except ValidationError as error:
            raise _invalid("; ".join(map(_fault, error.errors()))) from None

    return StructuredAnswer(schema=schema, parse=parse)


def _fault(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"])
    return f"{place}: {item['msg']}" if place else str(item["msg"])


def _invalid(reason: str) -> ModelReplyInvalid:
    return ModelReplyInvalid(f"The model's answer does not satisfy the response schema: {reason}")
