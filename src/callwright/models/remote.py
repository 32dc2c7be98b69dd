"""A model behind an address: encode, post, decode, and ask again where that helps.

The network is the `Post` that it is given; the key is read each time it is used.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit, urlunsplit

from callwright.core.errors import (
    ConfigurationError,
    ModelStreamCut,
    ModelUnavailable,
)
from callwright.core.model import Piece, Reply, Turn
from callwright.core.redaction import Redaction, is_secret
from callwright.models.asked import check_json
from callwright.models.codec import StreamFault, body_of
from callwright.models.decoder import StreamDecoder, pieces_of
from callwright.models.exchange import codec_of, decode_body, encode, partial_message
from callwright.models.failure import failure
from callwright.models.fault import inner_status, read_fault, status_of
from callwright.models.holding import Holding
from callwright.models.key import KeySource
from callwright.models.profile import Header, ModelProfile
from callwright.models.retry import Refused, persistently
from callwright.models.showing import Showing
from callwright.models.wire import (
    Post,
    ProviderAnswer,
    ProviderRequest,
    ProviderStream,
    StreamPost,
)

__all__ = ["RemoteModel"]

_END_SECONDS = 0.25
"""For the end of an answer whose last event has come: read to its end, its connection can be used
for the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteModel:
    """A model of a provider, on the wire that its profile names."""

    profile: ModelProfile
    model: str
    base_url: str
    key: KeySource
    post: Post
    stream_post: StreamPost | None = None

    def __repr__(self) -> str:
        return f"<RemoteModel {self.profile.name}:{self.model}>"

    @property
    def supports_schema_with_tools(self) -> bool:
        """Whether it can be held to a schema of its answer while it has tools."""
        return self.profile.takes_schema_with_tools

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn.

        Raises:
            ModelError: no usable reply came.
            CredentialError: the key is missing or was refused.
            ConfigurationError: the turn cannot be put to this provider.
        """
        request, redaction = self._request(turn, stream=False)
        try:
            answer = await persistently(lambda: self._ask(request))
        except Refused as refused:
            raise self._failure(refused.answer, redaction) from None
        body = body_of(redaction(answer.content), self.profile)
        return decode_body(body, profile=self.profile, turn=turn)

    async def stream(self, turn: Turn) -> AsyncGenerator[Piece, None]:
        """Answer one turn bit by bit; the last piece is the whole reply.

        Raises:
            ModelStreamCut: the stream ended before the reply was whole.
            What `reply` raises.
        """
        if self.stream_post is None:
            reply = await self.reply(turn)
            for piece in pieces_of(reply.message):
                yield piece
            yield reply
            return
        request, redaction = self._request(turn, stream=True)
        post = self.stream_post
        try:
            begun = await persistently(lambda: _begin(post, request, self.profile, redaction))
        except Refused as refused:
            raise self._failure(refused.answer, redaction) from None
        showing = Showing(redaction, Holding(turn, self.profile))
        async with begun.stack:
            try:
                async for piece in begun.pieces():
                    for shown in showing.take(piece):
                        yield shown
            except (StreamFault, ModelUnavailable) as error:
                if not begun.decoder.is_complete:
                    raise self._cut(begun.decoder, redaction, error) from None
        reply = self._streamed(begun.decoder, turn, redaction)
        for shown in showing.end(reply):
            yield shown
        yield reply

    def _request(self, turn: Turn, *, stream: bool) -> tuple[ProviderRequest, Redaction]:
        """The request, and what blots its secrets out of whatever is said of it."""
        key, own = self.key(), _read(self.profile.headers)
        check_json(turn.options)
        body = encode(turn, model=self.model, profile=self.profile, stream=stream)
        headers = {
            "accept": "text/event-stream" if stream else "application/json",
            **own,
            **_authorization(self.profile, key),
        }
        given = self.profile.headers
        secrets = [key or "", *(own[name] for name in own if is_secret(given[name], name))]
        request = ProviderRequest(url=self._url(stream=stream), headers=headers, body=body)
        return request, Redaction.of(secrets)

    def _url(self, *, stream: bool) -> str:
        codec = codec_of(self.profile)
        # Workers AI's names hold slashes and signs that must arrive as they are.
        name = quote(self.model, safe="/@:.~-_")
        ending, _, query = ((stream and codec.stream_path) or codec.path).partition("?")
        ending = ending.replace("{model}", name.removeprefix("models/"))
        parts = urlsplit(self.base_url.replace("{model}", name))
        path = parts.path.rstrip("/").removesuffix(ending)
        if self.profile.wire in ("anthropic", "ollama"):
            path = path.removesuffix("/v1")  # theirs begins with it, or is beside it
        path += ending
        query = "&".join(filter(None, (parts.query, query)))
        return urlunsplit(parts._replace(path=path, query=query))

    async def _ask(self, request: ProviderRequest) -> ProviderAnswer:
        answer = await self.post(request)
        status = inner_status(answer.content) if answer.is_success else answer.status
        if status is not None:
            raise Refused(replace(answer, status=status))
        return answer

    def _failure(self, answer: ProviderAnswer, redaction: Redaction) -> Exception:
        clean = replace(answer, content=redaction(answer.content))
        return failure(clean, profile=self.profile, model=self.model)

    def _streamed(self, decoder: StreamDecoder, turn: Turn, redaction: Redaction) -> Reply:
        """The reply of a stream that has ended.

        Raises:
            ModelStreamCut: it ended too early.
            ModelReplyInvalid: what it held is no reply.
        """
        if not decoder.is_complete:
            raise self._cut(decoder, redaction, None)
        body = decoder.body()
        return decode_body(body, profile=self.profile, turn=turn, redaction=redaction)

    def _cut(
        self,
        decoder: StreamDecoder,
        redaction: Redaction,
        error: StreamFault | ModelUnavailable | None,
    ) -> ModelStreamCut:
        what, status = "it ended before the reply was whole.", None
        if isinstance(error, StreamFault):
            fault = read_fault(error.content)
            what, status = str(fault), status_of(fault)
        elif error is not None:
            what, status = error.what, error.status
        return ModelStreamCut(
            f"The stream of {self.profile.name} was cut: {what}",
            partial=partial_message(decoder.body(), self.profile, redaction),
            remedy="Ask again.",
            status=status,
        )


def _read(headers: Mapping[str, Header]) -> dict[str, str]:
    return {
        name: _checked(name, value if isinstance(value, str) else value())
        for name, value in headers.items()
    }


def _checked(name: str, value: object) -> str:
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return value
    raise ConfigurationError(
        f"The value of the model's header {name!r} is none: it may hold printable ASCII only."
    )


def _authorization(profile: ModelProfile, key: str | None) -> dict[str, str]:
    if key is None:
        return {}
    scheme = "Bearer " if profile.key_header.endswith("authorization") else ""
    return {profile.key_header: f"{scheme}{key}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A stream whose first event has come."""

    stack: AsyncExitStack
    stream: ProviderStream
    decoder: StreamDecoder
    first: tuple[Piece, ...]
    fault: StreamFault | None
    """An error that came right behind the first pieces."""

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        for piece in self.first:
            yield piece
        if self.fault is not None:
            raise self.fault
        while not self.decoder.is_over:
            content = await anext(self.stream.pieces, None)
            for piece in self.decoder.end() if content is None else self.decoder.feed(content):
                yield piece
            if content is None:
                return
        await self._leave()

    async def _leave(self) -> None:
        """Wait for the end of the answer, but not for long: some proxies leave it open."""
        from anyio import move_on_after

        with move_on_after(_END_SECONDS), suppress(ModelUnavailable):
            async for _ in self.stream.pieces:
                pass


async def _begin(
    post: StreamPost, request: ProviderRequest, profile: ModelProfile, redaction: Redaction
) -> _Begun:
    """Open a stream and wait for the first that can be shown of it: until then it may be retried.

    Raises:
        Refused: the answer is no success, or begins with an error.
        ModelUnavailable: no answer came.
    """
    decoder = StreamDecoder(codec_of(profile), redaction)
    async with AsyncExitStack() as stack:
        stream = await stack.enter_async_context(post(request))
        if not stream.is_success:
            raise Refused(await stream.read())
        first: list[Piece] = []
        fault: StreamFault | None = None
        try:
            async for content in stream.pieces:
                first.extend(decoder.feed(content))
                if first or decoder.is_over:
                    break
        except StreamFault as error:
            fault = error
        if fault is not None and not first:
            raise Refused(_answer(fault, stream))
        return _Begun(
            stack=stack.pop_all(),
            stream=stream,
            decoder=decoder,
            first=tuple(first),
            fault=fault,
        )


def _answer(fault: StreamFault, stream: ProviderStream) -> ProviderAnswer:
    """An error inside a successful answer, as the unsuccessful one that it stands for."""
    status = status_of(read_fault(fault.content)) or 500
    return ProviderAnswer(status=status, headers=stream.headers, content=fault.content)
