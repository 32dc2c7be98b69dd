"""What a model may call: a tool, its result, and how much it can change.

How an API is called is not known here; see the kinds of tool that build on `Tool`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, get_args

from callwright.core.arguments import strange_arguments
from callwright.core.errors import ArgumentsInvalid, CallError, CredentialError, InvalidTool
from callwright.core.file import BinaryFile
from callwright.core.given import check_word
from callwright.core.json import Json, JsonObject, dump_json, is_object
from callwright.core.portal import wait_for
from callwright.core.repair.change import Repaired
from callwright.core.repair.mend import repair
from callwright.core.repair.outline import expected
from callwright.core.schema_check import ArgumentCheck
from callwright.core.signature import Signature

if TYPE_CHECKING:
    import httpx2

__all__ = ["ArgumentNames", "Effect", "Endpoint", "Exchange", "Tool", "ToolResult"]

Effect = Literal["read", "write", "destructive"]
"""What a call can do to the world: nothing, change it, or remove something from it."""
_EFFECTS: tuple[Effect, ...] = get_args(Effect)

ArgumentNames: TypeAlias = "Mapping[tuple[str, str], str]"
"""Which argument fills which parameter: (location, name) to argument."""


class Endpoint(Protocol):
    """What can be asked of the operation behind a tool."""

    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def operation_id(self) -> str | None: ...  # noqa: D102
    @property
    def tags(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def summary(self) -> str: ...  # noqa: D102
    @property
    def deprecated(self) -> bool: ...  # noqa: D102
    @property
    def effect(self) -> Effect: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange as it may be shown: credentials are not in it."""

    method: str
    url: str
    request_body: str = ""
    status: int | None = None
    """None when no answer came."""
    response_bytes: int = 0
    seconds: float = 0.0
    attempts: int = 1
    """How often the request was sent, or tried to be; 0 where it was only shown or refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What came of one call: `content` is what the model reads, `value` the same as JSON."""

    content: str
    value: Json = None
    is_error: bool = False
    exchange: Exchange | None = None
    file: BinaryFile | None = None
    """What came back where it is no text."""

    outcome_unknown: bool = False
    """Whether the call may have changed something although nothing says that it did."""

    @classmethod
    def of(cls, value: object) -> ToolResult:
        """The result that a plain value makes: text as it is, everything else as JSON."""
        if isinstance(value, ToolResult):
            return value
        if isinstance(value, str):
            return cls(content=value, value=value)
        plain = _as_json(value)
        return cls(content=dump_json(plain), value=plain)

    @classmethod
    def failure(
        cls, text: str, exchange: Exchange | None = None, *, outcome_unknown: bool = False
    ) -> ToolResult:
        """The result of a call that went wrong, told in words that the model can act on."""
        return cls(content=text, is_error=True, exchange=exchange, outcome_unknown=outcome_unknown)


def _as_json(value: Any) -> Json:
    """Whatever a function gives as JSON: dates as ISO 8601, models and dataclasses as objects."""
    from pydantic_core import to_jsonable_python

    plain: Json = to_jsonable_python(value, serialize_unknown=True, inf_nan_mode="strings")
    return plain


class Tool:
    """One thing that a model may call.

    A bare `Tool` is a definition: it can be offered to a model, and its calls come back to the
    caller unexecuted. Functions and API operations are the kinds that execute.
    """

    def __init__(
        self,
        name: str,
        description: str = "",
        parameters: JsonObject | Callable[[], JsonObject] | None = None,
        *,
        effect: Effect = "write",
    ) -> None:
        self.name = name
        self.description = description
        check_word(f"The effect {effect!r} of the tool {name!r}", effect, _EFFECTS)
        self.effect: Effect = effect
        self._parameters = parameters if parameters is not None else NO_PARAMETERS

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} ({self.effect})>"

    @classmethod
    def from_dict(cls, definition: Mapping[str, Any]) -> Tool:
        """Read a definition, OpenAI's nested form or the flat one, as a tool without a function.

        Raises:
            InvalidTool: the dict has no name, or its parameters are no object.
        """
        inner: object = definition.get("function", definition)
        name = inner.get("name") if is_object(inner) else None
        if not is_object(inner) or not isinstance(name, str) or not name:
            raise InvalidTool(f"A tool definition has no name: {definition!r}.")
        parameters = inner.get("parameters")
        if parameters is not None and not is_object(parameters):
            raise InvalidTool(f"The parameters of the tool {name!r} are no JSON Schema object.")
        return cls(name, str(inner.get("description") or ""), parameters)

    @cached_property
    def parameters(self) -> JsonObject:
        """The arguments as one JSON Schema 2020-12 object.

        Raises:
            InvalidTool: a schema was given whose type is not `object`.
        """
        schema = self._schema()
        if schema.get("type", "object") != "object":
            raise InvalidTool(
                f"The parameters of the tool {self.name!r} are of type {schema['type']!r}.",
                remedy='Arguments are one object: give {"type": "object", "properties": ...}.',
            )
        # Providers refuse a root that does not say its type.
        return {"type": "object", "properties": {}, **schema}

    def _schema(self) -> JsonObject:
        """The parameters as they were given, or as they are read when first asked for."""
        given = self._parameters
        return given() if callable(given) else given

    @property
    def operation(self) -> Endpoint | None:
        """The API operation behind the tool; None for a plain function."""
        return None

    @property
    def argument_names(self) -> ArgumentNames:
        """Which argument fills which parameter; `("body", "")` is the request's body."""
        return MappingProxyType({})

    @property
    def is_executable(self) -> bool:
        """Whether a call can be executed here, or comes back to the caller."""
        return False

    @property
    def stays_inside(self) -> bool:
        """Whether its calls touch nothing outside of the run, so that nobody need allow them."""
        return False

    @property
    def source(self) -> str:
        """The name of the API that the tool belongs to, as a person reads it; or nothing."""
        return ""

    @property
    def signature(self) -> Signature:
        """What it takes and gives, by names alone."""
        properties = self.parameters["properties"]
        return Signature(parameters=tuple(properties) if is_object(properties) else ())

    def definition(self) -> dict[str, Any]:
        """The tool in OpenAI's form: `{"type": "function", "function": {...}}`."""
        function = {
            "name": self.name,
            "description": self.description,
            "parameters": self.parameters,
        }
        return {"type": "function", "function": function}

    @cached_property
    def _check(self) -> ArgumentCheck:
        return ArgumentCheck(self.parameters)

    def check(self, arguments: JsonObject) -> None:
        """Check arguments against the parameters.

        Raises:
            ArgumentsInvalid: they do not fit; every fault names its path.
        """
        faults = strange_arguments(arguments) or self._check.faults(arguments)
        if faults:
            raise ArgumentsInvalid(faults, remedy=expected(arguments, self.parameters))

    def repair(self, arguments: JsonObject) -> Repaired:
        """Take a model's arguments: as they are where they fit, else mended where it is certain.

        A run does this with what its model wrote. `call` and `build_request` do not: what a
        programmer gives is checked as it stands, so that a mistake is seen where it is made.

        Raises:
            ArgumentsInvalid: they do not fit even so; the faults are those of the mended ones.
        """
        try:
            self.check(arguments)
        except ArgumentsInvalid:
            return self._mended(arguments)
        return Repaired(arguments=arguments)

    def _mended(self, arguments: JsonObject) -> Repaired:
        # A change that names a field as null wants it cleared (RFC 7396); elsewhere, nothing.
        clears = self.operation is not None and self.operation.method == "PATCH"
        mended = repair(arguments, self.parameters, tool=self.name, clears=clears)
        try:
            self.check(mended.arguments)
        except ArgumentsInvalid as error:
            # Their paths are those of the mended arguments, so the model is told of it.
            remedy = " ".join(filter(None, (error.remedy, mended.told)))
            raise ArgumentsInvalid(error.faults, remedy=remedy) from None
        return mended

    def prepare(self) -> None:
        """Raise what the caller must mend before any call of the tool can succeed.

        Asked before a model is, so that a run does not fail halfway.

        Raises:
            ServerMissing: there is no address to send to.
            CredentialError: a credential is missing.
        """

    def lacking(self) -> CredentialError | None:
        """What calls would go without although the API asks for it: often no fault as yet."""
        return None

    def call(self, arguments: JsonObject | None = None) -> ToolResult:
        """Execute one call and wait for its result. See `acall`."""
        return wait_for(self.acall, arguments)

    async def acall(
        self,
        arguments: JsonObject | None = None,
        *,
        strict_validation: bool = True,
        approved: str | None = None,
    ) -> ToolResult:
        """Execute one call.

        What a model could mend, such as refused arguments or an HTTP error, is a result with
        `is_error`; only what the programmer must mend is raised. A call with another `digest` than
        the one that was `approved` is not executed.
        """
        given = arguments or {}
        try:
            if strict_validation:
                self.check(given)
            if approved is not None and self.digest(given) != approved:
                return ToolResult.failure(_NOT_AS_APPROVED)
            return await self.run(given)
        except CallError as error:
            return ToolResult.failure(str(error), outcome_unknown=error.outcome_unknown)

    async def run(self, arguments: JsonObject) -> ToolResult:
        """Do what the tool is for; the arguments are checked."""
        raise InvalidTool(
            f"The tool {self.name!r} is a definition without a function.",
            remedy="Execute its calls yourself: they are in Answer.tool_calls.",
        )

    def digest(self, arguments: JsonObject) -> str:
        """SHA-256, in hex, of what a call would do: here its name and its arguments.

        Raises:
            ArgumentsInvalid: no call can be made of the arguments.
        """
        written = json.dumps(arguments, sort_keys=True, default=repr)
        return sha256(f"{self.name}\0{written}".encode()).hexdigest()

    def show_request(self, arguments: JsonObject | None = None) -> Exchange:
        """What a call would send, as it may be shown to anyone; nothing is sent.

        Raises:
            ArgumentsInvalid: the arguments do not fit.
            InvalidTool: the tool stands for no HTTP operation.
        """
        raise InvalidTool(f"The tool {self.name!r} stands for no HTTP operation.")

    def build_request(self, arguments: JsonObject | None = None) -> httpx2.Request:
        """The HTTP request that a call would send, credentials included; nothing is sent.

        Raises:
            ArgumentsInvalid: the arguments do not fit.
            InvalidTool: the tool stands for no HTTP operation.
        """
        raise InvalidTool(f"The tool {self.name!r} stands for no HTTP operation.")

    def to_curl(self, arguments: JsonObject | None = None) -> str:
        """The same request as a curl command, secrets as variable names.

        Raises:
            ArgumentsInvalid: the arguments do not fit.
            InvalidTool: the tool stands for no HTTP operation.
        """
        raise InvalidTool(f"The tool {self.name!r} stands for no HTTP operation.")


_NOT_AS_APPROVED = (
    "Not executed: the call is no longer the one that was approved. To change its arguments, an "
    "approve hook returns request.edited(arguments)."
)
NO_PARAMETERS: JsonObject = {"type": "object", "properties": {}, "additionalProperties": False}
