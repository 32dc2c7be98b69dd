"""From a turn to the body of a request, and from the body of an answer to a reply. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callwright.core.errors import ModelReplyInvalid
from callwright.core.json import is_object
from callwright.core.message import Message, assistant
from callwright.core.model import Reply, Turn
from callwright.core.redaction import NO_SECRETS, Redaction
from callwright.models.asked import Asked, dialect_of
from callwright.models.codec import Codec, body_of, invalid
from callwright.models.profile import ModelProfile
from callwright.models.prompted import in_words, out_of_words
from callwright.models.providers import SERVER
from callwright.models.salvage import salvaged
from callwright.models.wires.table import CODECS

__all__ = ["codec_of", "decode", "decode_body", "encode", "partial_message"]


def codec_of(profile: ModelProfile) -> Codec:
    """The codec of the wire that a provider speaks."""
    return CODECS[profile.wire]


def encode(
    turn: Turn, *, model: str, profile: ModelProfile = SERVER, stream: bool = False
) -> dict[str, Any]:
    """The body of a request for one reply, whole or streamed.

    Raises:
        InvalidTool: the provider would refuse the number or the names of the tools.
        ConfigurationError: an option stands for something that is given elsewhere.
    """
    codec = codec_of(profile)
    wanted = in_words(turn) if profile.tool_calling == "prompted" else turn
    asked = Asked.of(wanted, profile)
    body = {**codec.encode(asked, model, profile), **asked.extra_body}
    if not stream:
        return body
    usage: dict[str, Any] = {}
    if profile.wire == "chat" and profile.streams_usage:
        usage = {"stream_options": {"include_usage": True}}
    return {**usage, **body, **codec.stream_keys}


def decode(content: bytes, *, profile: ModelProfile = SERVER, turn: Turn | None = None) -> Reply:
    """The reply in the body of a successful answer; its calls as the tools of the turn have them.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    return decode_body(body_of(content, profile), profile=profile, turn=turn)


def decode_body(
    body: Mapping[str, Any],
    *,
    profile: ModelProfile,
    turn: Turn | None,
    redaction: Redaction = NO_SECRETS,
) -> Reply:
    """The reply in a body that was read already, or put together from a stream."""
    reply = _decoded(body, profile, redaction)
    if turn is None:
        return reply
    if profile.tool_calling == "prompted":
        return out_of_words(reply, turn)
    if profile.salvages_calls:
        reply = salvaged(reply, turn)
    return dialect_of(turn, profile).restored(reply)


def partial_message(
    body: Mapping[str, Any], profile: ModelProfile, redaction: Redaction = NO_SECRETS
) -> Message:
    """What there is of a reply in what came of a stream that was cut."""
    try:
        return _decoded(body, profile, redaction).message
    except ModelReplyInvalid:
        return assistant()


def _decoded(body: Mapping[str, Any], profile: ModelProfile, redaction: Redaction) -> Reply:
    try:
        return codec_of(profile).decode(_clean(body, redaction), profile)
    except RecursionError:
        raise invalid(profile, "with JSON that is nested too deeply.") from None


def _clean(body: Mapping[str, Any], redaction: Redaction) -> Mapping[str, Any]:
    """The body without secrets: of a stream, they may have come in two pieces."""
    if not redaction.forms:
        return body
    try:
        clean = redaction.of_json(body)
    except ValueError as error:
        raise ModelReplyInvalid(f"The reply is {error}.") from None
    return clean if is_object(clean) else {}
