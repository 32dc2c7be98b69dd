"""A model behind OpenAI's chat completions: encode, post, decode, and ask again where that helps.

The network is the `Post` that it is given; the key is read each time it is used.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from callwright.core.model import Reply, Turn
from callwright.models.key import KeySource, without_key
from callwright.models.openai import decode, encode, failure
from callwright.models.profile import Profile
from callwright.models.retry import Refused, delay_before_retry
from callwright.models.wire import Post, ProviderAnswer, ProviderRequest

__all__ = ["ChatModel"]

# stamina logs every retry; where nobody listens, Python would print that to standard error.
logging.getLogger("stamina").addHandler(logging.NullHandler())

_ATTEMPTS = 3
_RETRY_SECONDS = 120.0
"""After so long no other attempt is begun, so that a hanging provider is not waited for thrice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatModel:
    """A model of a provider that speaks OpenAI's chat completions."""

    profile: Profile
    model: str
    base_url: str
    key: KeySource
    post: Post

    def __repr__(self) -> str:
        return f"<ChatModel {self.profile.name}:{self.model}>"

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn.

        Raises:
            ModelError: no usable reply came.
            CredentialError: the key is missing or was refused.
            ConfigurationError: the turn cannot be put to this provider.
        """
        body = encode(turn, model=self.model, profile=self.profile)
        key = self.key()
        request = ProviderRequest(url=self._url(), headers=_headers(key), body=body)
        answer = await self._ask(request)
        answer = replace(answer, content=without_key(answer.content, key))
        if not answer.is_success:
            raise failure(answer, profile=self.profile, model=self.model)
        return decode(answer.content, profile=self.profile, turn=turn)

    def _url(self) -> str:
        parts = urlsplit(self.base_url)
        path = parts.path.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
        return urlunsplit(parts._replace(path=path))

    async def _ask(self, request: ProviderRequest) -> ProviderAnswer:
        """The provider's answer: its first success, or what it answered last."""
        from stamina import AsyncRetryingCaller

        ask = AsyncRetryingCaller(
            attempts=_ATTEMPTS, timeout=_RETRY_SECONDS, wait_initial=0.5, wait_max=8.0
        )
        try:
            return await ask(delay_before_retry, self._ask_once, request)
        except Refused as refused:
            return refused.answer

    async def _ask_once(self, request: ProviderRequest) -> ProviderAnswer:
        answer = await self.post(request)
        if not answer.is_success:
            raise Refused(answer)
        return answer


def _headers(key: str | None) -> dict[str, str]:
    headers = {"accept": "application/json"}
    return headers if key is None else {**headers, "authorization": f"Bearer {key}"}
