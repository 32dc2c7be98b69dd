"""A model behind a client of a provider's SDK: our body in, its answer out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callwright.core.errors import (
    CredentialError,
    ModelStreamCut,
    ModelUnavailable,
)
from callwright.core.json import dump_json, is_object
from callwright.core.model import Piece, Reply, Turn
from callwright.core.redaction import Redaction
from callwright.models.codec import Assembly, StreamFault
from callwright.models.exchange import codec_of, decode_body, encode, partial_message
from callwright.models.failure import failure
from callwright.models.fault import one_line, read_fault, status_of
from callwright.models.holding import Holding
from callwright.models.profile import ModelProfile
from callwright.models.showing import Showing
from callwright.models.wire import ProviderAnswer

__all__ = ["ClientModel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientModel:
    """A model that a client of an SDK asks; the client retries, and keeps its key to itself."""

    profile: ModelProfile
    model: str
    create: Callable[..., Any] = field(repr=False)
    """Sends a body, given as keyword arguments: blocking, or to be awaited."""
    is_async: bool
    own: frozenset[str] = frozenset({"model", "messages", "stream"})
    """The keys that `create` takes by name; all others go by `extra_body`."""
    key: Callable[[], object] = field(default=lambda: None, repr=False)
    """The client's key, so that it can be blotted out of what a provider says of it."""

    def __repr__(self) -> str:
        return f"<ClientModel {self.profile.name}:{self.model}>"

    @property
    def supports_schema_with_tools(self) -> bool:
        """Whether it can be held to a schema of its answer while it has tools."""
        return self.profile.takes_schema_with_tools

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn.

        Raises:
            ModelError: no usable reply came.
        """
        answer = await self._send(turn, stream=False)
        return self._decoded(_plain(answer), turn)

    async def stream(self, turn: Turn) -> AsyncIterator[Piece]:
        """Answer one turn bit by bit; the last piece is the whole reply.

        Raises:
            ModelStreamCut: the stream ended before the reply was whole.
            What `reply` raises.
        """
        events = await self._send(turn, stream=True)
        assembly = codec_of(self.profile).assembly()
        showing = Showing(self._redaction(), Holding(turn, self.profile))
        has_begun = False
        try:
            async for event in _each(events, is_async=self.is_async):
                for piece in assembly.feed(_plain(event)):
                    has_begun = True
                    for shown in showing.take(piece):
                        yield shown
        except Exception as error:
            if not assembly.is_complete:
                raise self._broken(assembly, error, has_begun=has_begun) from None
        if not assembly.is_complete:
            raise self._cut(assembly, "it ended before the reply was whole.")
        reply = self._decoded(assembly.body(), turn)
        for shown in showing.end(reply):
            yield shown
        yield reply

    def _decoded(self, body: Mapping[str, Any], turn: Turn) -> Reply:
        return decode_body(body, profile=self.profile, turn=turn, redaction=self._redaction())

    async def _send(self, turn: Turn, *, stream: bool) -> Any:
        body = encode(turn, model=self.model, profile=self.profile, stream=stream)
        named = {key: value for key, value in body.items() if key in self.own}
        others = {key: value for key, value in body.items() if key not in self.own}
        arguments = {**named, "extra_body": others} if others else named
        try:
            if self.is_async:
                return await self.create(**arguments)
            from anyio.to_thread import run_sync

            return await run_sync(lambda: self.create(**arguments))
        except Exception as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> Exception:
        """What an exception of the SDK means, by its names: nothing of it is imported here."""
        status: Any = getattr(error, "status_code", None)
        response: Any = getattr(error, "response", None)
        if isinstance(status, int) and response is not None:
            content = self._redaction()(_content(response) or _as_fault(str(error)))
            headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
            answer = ProviderAnswer(status=status, headers=headers, content=content)
            return failure(answer, profile=self.profile, model=self.model)
        kinds = {kind.__name__ for kind in type(error).__mro__}
        if kinds & {"APIConnectionError", "APIError", "TransportError", "TimeoutException"}:
            reason = one_line(self._redaction()(str(error)))
            return ModelUnavailable(f"{self.profile.name} did not answer: {reason}")
        return error

    def _redaction(self) -> Redaction:
        key = self.key()
        return Redaction.of([key] if isinstance(key, str) else [])

    def _broken(self, assembly: Assembly, error: Exception, *, has_begun: bool) -> Exception:
        """What befell a stream; before anything could be shown of it, what befell its request."""
        event = _event_of(error)
        clean = None if event is None else self._redaction()(event)
        told = self._told(error) if clean is None else self._failure_in(clean)
        if not has_begun or not isinstance(told, (ModelUnavailable, CredentialError)):
            return told
        reason = told.what if clean is None else str(read_fault(clean))
        return self._cut(assembly, reason, status=told.status)

    def _failure_in(self, event: bytes) -> Exception:
        """An error inside a successful answer, as the unsuccessful one that it stands for."""
        status = status_of(read_fault(event)) or 500
        answer = ProviderAnswer(status=status, headers={}, content=event)
        return failure(answer, profile=self.profile, model=self.model)

    def _cut(self, assembly: Assembly, reason: str, *, status: int | None = None) -> ModelStreamCut:
        partial = partial_message(assembly.body(), self.profile, self._redaction())
        what = f"The stream of {self.profile.name} was cut: {reason}"
        return ModelStreamCut(what, partial=partial, remedy="Ask again.", status=status)


def _event_of(error: Exception) -> bytes | None:
    """An error that came as an event of a stream: found by us, or by the SDK that read it first."""
    if isinstance(error, StreamFault):
        return error.content
    status: Any = getattr(error, "status_code", None)
    body: Any = getattr(error, "body", None)
    if not body or not (is_object(body) or isinstance(body, str)):
        return None
    is_of_another = isinstance(status, int) and status >= 400  # litellm's, of a request within
    return None if is_of_another else dump_json(body).encode(errors="replace")


def _content(response: Any) -> bytes:
    try:
        return bytes(response.content)
    except Exception:  # the body of a stream that was not read
        return b""


def _as_fault(message: str) -> bytes:
    """What an exception says where the answer itself says nothing, as in those of litellm."""
    return dump_json({"message": message}).encode(errors="replace")


def _plain(value: Any) -> Mapping[str, Any]:
    """An answer or an event of an SDK as JSON."""
    if is_object(value):
        return value
    # Servers that answer almost as OpenAI does are no reason for warnings.
    return value.model_dump(by_alias=True, exclude_unset=True, warnings=False)  # type: ignore[no-any-return]


async def _each(events: Any, *, is_async: bool) -> AsyncIterator[Any]:
    if is_async:
        async for event in events:
            yield event
        return
    from anyio.to_thread import run_sync

    iterator: Iterator[Any] = iter(events)
    ended = object()
    while (event := await run_sync(next, iterator, ended)) is not ended:
        yield event
