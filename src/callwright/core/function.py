"""A Python function as a tool.

Its parameters come from its type hints, by pydantic, which also turns the model's arguments into
the types that the function asks for (dates, enums, models).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, overload

from callwright.core.errors import ArgumentsInvalid, CallError, InvalidTool
from callwright.core.hook import call_either
from callwright.core.json import JsonObject
from callwright.core.tool import Effect, Tool, ToolResult

__all__ = ["FunctionTool", "tool"]


@overload
def tool(function: Callable[..., Any], /) -> FunctionTool: ...
@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    parameters: JsonObject | None = None,
    effect: Effect = "write",
) -> Callable[[Callable[..., Any]], FunctionTool]: ...
def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    parameters: JsonObject | None = None,
    effect: Effect = "write",
) -> FunctionTool | Callable[[Callable[..., Any]], FunctionTool]:
    """Make a Python function a tool, as a decorator or by a call.

    The name is the function's, the description its docstring, the parameters (a JSON Schema
    2020-12 object) come from its type hints, unless given. `def` functions run in a worker
    thread, `async def` ones on the event loop. The result stays callable as the function was.
    `effect` says what a call can do: an `approve` hook may treat reads and writes differently.

    >>> from callwright import tool
    >>> @tool
    ... def add(a: int, b: int) -> int:
    ...     "Add two whole numbers."
    ...     return a + b
    >>> add.call({"a": 2, "b": 3}).content
    '5'

    Raises:
        InvalidTool: it is no function, its effect is unknown, or, when the parameters are read,
            they cannot be read off its type hints.
    """

    def make(target: Callable[..., Any]) -> FunctionTool:
        if not callable(target):
            raise InvalidTool(f"{target!r} is no function.", remedy="Give one, or decorate one.")
        return FunctionTool(
            target, name=name, description=description, parameters=parameters, effect=effect
        )

    return make if function is None else make(function)


class FunctionTool(Tool):
    """A tool whose calls are executed by a Python function."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        description: str | None = None,
        parameters: JsonObject | None = None,
        effect: Effect = "write",
    ) -> None:
        super().__init__(
            name or str(getattr(function, "__name__", type(function).__name__)),
            description if description is not None else inspect.getdoc(function) or "",
            parameters if parameters is not None else self._read_parameters,
            effect=effect,
        )
        self.function = function
        self._hinted = parameters is None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself."""
        return self.function(*args, **kwargs)

    @property
    def is_executable(self) -> bool:
        """A function can always be called."""
        return True

    async def run(self, arguments: JsonObject) -> ToolResult:
        """Call the function; whatever it raises is told to the model."""
        try:
            return ToolResult.of(await call_either(self._bind(arguments)))
        except CallError:
            raise
        except Exception as error:
            return ToolResult.failure(f"The tool failed: {type(error).__name__}: {error}")

    def _bind(self, arguments: JsonObject) -> Callable[[], Any]:
        if not self._hinted:
            return partial(self.function, **arguments)
        from pydantic import ValidationError
        from pydantic_core import ArgsKwargs

        try:
            bound: Callable[[], Any] = self._adapter.validate_python(
                ArgsKwargs((), dict(arguments))
            )
        except ValidationError as error:
            raise ArgumentsInvalid([_fault(item) for item in error.errors()]) from None
        return bound

    @cached_property
    def _adapter(self) -> Any:
        """Checks arguments and binds them to the function without calling it."""
        from pydantic import TypeAdapter

        function = self.function
        signature = inspect.signature(function, eval_str=True)

        def bind(*args: Any, **kwargs: Any) -> Callable[[], Any]:
            return partial(function, *args, **kwargs)

        bind.__signature__ = signature.replace(return_annotation=Any)  # type: ignore[attr-defined]
        bind.__annotations__ = {
            name: Any if parameter.annotation is parameter.empty else parameter.annotation
            for name, parameter in signature.parameters.items()
        }
        checked: Any = bind  # pydantic reads functions, which its own hint does not say
        return TypeAdapter[Any](checked)

    def _read_parameters(self) -> JsonObject:
        from pydantic.errors import PydanticUserError

        try:
            schema = self._adapter.json_schema()
        except (PydanticUserError, NameError, TypeError, ValueError) as error:
            raise InvalidTool(
                f"The parameters of the tool {self.name!r} cannot be read off its type hints: "
                f"{self._unreadable() or _first_words(error)}.",
                remedy="Give parameters= as a JSON Schema.",
            ) from None
        if schema.get("type") != "object":
            raise InvalidTool(
                f"The tool {self.name!r} takes {', '.join(self._nameless())} by position alone.",
                remedy="Let every parameter be given by its name.",
            )
        return {"type": "object", "properties": {}, **schema}

    def _unreadable(self) -> str:
        """The first parameter whose type has no schema; nothing where that is not what is wrong."""
        from pydantic import TypeAdapter
        from pydantic.errors import PydanticUserError

        with suppress(NameError, TypeError, ValueError):
            signature = inspect.signature(self.function, eval_str=True)
            for name, parameter in signature.parameters.items():
                hint: Any = parameter.annotation
                try:
                    TypeAdapter[Any](Any if hint is parameter.empty else hint).json_schema()
                except PydanticUserError:
                    return f"`{name}` is a {getattr(hint, '__name__', hint)}, which has no schema"
        return ""

    def _nameless(self) -> list[str]:
        """The parameters that no name reaches."""
        kinds = {inspect.Parameter.POSITIONAL_ONLY: "", inspect.Parameter.VAR_POSITIONAL: "*"}
        given = inspect.signature(self.function).parameters.values()
        return [f"{kinds[item.kind]}{item.name}" for item in given if item.kind in kinds]


def _first_words(error: Exception) -> str:
    """What a library says, without its advice to whoever uses it."""
    return str(error).split("\n", 1)[0].rstrip(".")


def _fault(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"])
    return f"{place}: {item['msg']}."
