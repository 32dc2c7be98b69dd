"""A chat model against a provider on the loopback."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from callwright.core.errors import (
    CallwrightError,
    CredentialError,
    ModelReplyInvalid,
    ModelUnavailable,
)
from callwright.core.message import conversation
from callwright.core.model import Model, Turn
from callwright.core.tool import Tool
from callwright.models.exchange import decode, encode
from callwright.models.key import EnvironmentKey
from callwright.models.profile import ModelProfile
from callwright.models.providers import PROFILES
from callwright.models.remote import RemoteModel
from callwright.models.wire import Post, ProviderAnswer, ProviderRequest

OPENAI = PROFILES["openai"]
KEY = "sk-hush-0123456789"
TURN = Turn(messages=conversation("How many of sku 7 are there?"))
STOCK = Tool("get_stock", "Units on hand")

ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m1-2026",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "12", "refusal": None},
        }
    ],
    "usage": {"prompt_tokens": 4, "completion_tokens": 1, "total_tokens": 5},
}
CALLS = [
    {"id": f"call_{n}", "type": "function", "function": {"name": "get_stock", "arguments": "{}"}}
    for n in (1, 2)
]
ASKED: dict[str, Any] = {
    "finish_reason": "tool_calls",
    "message": {"role": "assistant", "content": None, "tool_calls": CALLS},
}


def chat(
    url: str,
    post: Post,
    environ: Mapping[str, str] | None = None,
    *,
    profile: ModelProfile = OPENAI,
) -> RemoteModel:
    """The model under test, with a key unless another environment is given."""
    variables = {"OPENAI_API_KEY": KEY} if environ is None else environ
    key = EnvironmentKey(profile=profile, environ=variables)
    return RemoteModel(profile=profile, model="m1", base_url=url, key=key, post=post)


@pytest.mark.anyio
async def test_a_turn_is_asked_and_answered(provider: Any, post: Post) -> None:
    """One POST to the base URL, with the key, and its reply."""
    provider.answer(ANSWER)
    model = chat(provider.url, post)
    reply = await model.reply(TURN)
    assert isinstance(model, Model)
    assert (reply.message.text, reply.usage.total_tokens, reply.model) == ("12", 5, "m1-2026")
    (request,) = provider.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.body == encode(TURN, model="m1")


@pytest.mark.anyio
async def test_a_server_that_wants_no_key_gets_none(provider: Any, post: Post) -> None:
    """Without a key there is no authorization header."""
    provider.answer(ANSWER)
    await chat(provider.url, post, {}, profile=PROFILES["ollama"]).reply(TURN)
    assert "authorization" not in provider.requests[0].headers


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://h/v1", "http://h/v1/chat/completions"),
        ("http://h/v1/", "http://h/v1/chat/completions"),
        ("http://h", "http://h/chat/completions"),
        ("http://h/v1/chat/completions", "http://h/v1/chat/completions"),
        ("http://h/v1?version=2", "http://h/v1/chat/completions?version=2"),
    ],
)
@pytest.mark.anyio
async def test_a_base_url_may_be_written_in_many_ways(base: str, url: str) -> None:
    """A slash at the end, the whole endpoint and a query all lead to the endpoint."""
    asked: list[str] = []

    async def post(request: ProviderRequest) -> ProviderAnswer:
        asked.append(request.url)
        raise ModelReplyInvalid("Enough.")

    with pytest.raises(ModelReplyInvalid):
        await chat(base, post).reply(TURN)
    assert asked == [url]


@pytest.mark.parametrize("message", [ANSWER["choices"], [{**ANSWER["choices"][0], **ASKED}]])  # type: ignore[index]
def test_the_official_client_says_and_reads_the_same(
    provider: Any, message: Any, check_request: Callable[[Mapping[str, Any]], None]
) -> None:
    """OpenAI's own client sends our body to the same place, and reads the same reply."""
    import openai
    from openai.types.chat import ChatCompletion

    completion = {**ANSWER, "choices": message}
    ChatCompletion.model_validate(completion, strict=True)
    provider.answer(completion)
    body = encode(replace(TURN, tools=(STOCK,), tool_choice="get_stock"), model="m1")
    check_request(body)
    with openai.OpenAI(base_url=provider.url, api_key=KEY, max_retries=0) as client:
        official = client.chat.completions.create(**body)
    (request,) = provider.requests
    assert (request.path, request.body) == ("/v1/chat/completions", body)
    assert request.headers["authorization"] == f"Bearer {KEY}"
    ours = decode(official.model_dump_json().encode())
    theirs = official.choices[0].message
    assert ours.message.text == (theirs.content or "")
    assert [call.to_dict() for call in ours.message.tool_calls] == [
        call.model_dump() for call in theirs.tool_calls or ()
    ]
    assert official.usage is not None
    assert ours.usage.total_tokens == official.usage.total_tokens


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
@pytest.mark.anyio
async def test_a_passing_failure_is_asked_again(
    status: int, provider: Any, post: Post, no_waits: None
) -> None:
    """A provider that is busy or broken for a moment is asked again, with the same request."""
    provider.answer({"error": {"message": "Not now."}}, status)
    provider.answer(ANSWER)
    assert (await chat(provider.url, post).reply(TURN)).message.text == "12"
    assert len(provider.requests) == 2
    assert provider.requests[0].body == provider.requests[1].body


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 502, "message": "Provider returned error"}, "user_id": "u"},
        {"id": "gen-1", "model": "m1", "error": {"code": 429, "message": "Slow."}, "choices": []},
        {"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}},
        {"success": False, "errors": [{"code": 3040, "message": "Full."}], "result": None},
    ],
)
@pytest.mark.anyio
async def test_a_passing_failure_inside_a_success_is_asked_again(
    body: Mapping[str, Any], provider: Any, post: Post, no_waits: None
) -> None:
    """Routers say 200 before their provider fails: what the error says counts."""
    provider.answer(body)
    provider.answer(ANSWER)
    assert (await chat(provider.url, post).reply(TURN)).message.text == "12"
    assert len(provider.requests) == 2


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        ({"code": 400, "message": "Bad."}, ModelUnavailable, "status 400: (400) Bad."),
        ({"code": 401, "message": "Who?"}, CredentialError, "OPENAI_API_KEY"),
        ({"message": "Odd."}, ModelReplyInvalid, "an error Odd."),
    ],
)
@pytest.mark.anyio
async def test_a_lasting_failure_inside_a_success_is_reported_at_once(
    error: Mapping[str, Any], kind: type[CallwrightError], says: str, provider: Any, post: Post
) -> None:
    """With the status that it names; without one, as what is no reply."""
    provider.answer({"error": error})
    with pytest.raises(kind) as caught:
        await chat(provider.url, post).reply(TURN)
    assert says in str(caught.value)
    assert len(provider.requests) == 1


@pytest.mark.anyio
async def test_a_broken_connection_is_asked_again(
    provider: Any, post: Post, no_waits: None
) -> None:
    """An answer that never came is asked for again, three times in all."""
    provider.hang_up()
    with pytest.raises(ModelUnavailable, match=r"No answer came"):
        await chat(provider.url, post).reply(TURN)
    assert len(provider.requests) == 3
    provider.answers.clear()
    provider.hang_up()
    provider.answer(ANSWER)
    assert (await chat(provider.url, post).reply(TURN)).message.text == "12"


@pytest.mark.anyio
async def test_a_lasting_failure_is_reported_after_three_attempts(
    provider: Any, post: Post, no_waits: None
) -> None:
    """The last answer is the one that is told."""
    for number in (1, 2, 3):
        provider.answer({"error": {"message": f"Broken {number}."}}, 500)
    with pytest.raises(ModelUnavailable, match=r"status 500: Broken 3\.") as caught:
        await chat(provider.url, post).reply(TURN)
    assert len(provider.requests) == 3
    assert caught.value.status == 500


@pytest.mark.parametrize(
    ("status", "error", "headers", "kind"),
    [
        (400, {"message": "Bad."}, {}, ModelUnavailable),
        (401, {"message": "Who?"}, {}, CredentialError),
        (404, {"code": "model_not_found"}, {}, ModelUnavailable),
        (429, {"code": "insufficient_quota"}, {}, ModelUnavailable),
        (503, {"code": "model_not_found", "type": "new_api_error"}, {}, ModelUnavailable),
        (429, {"code": "3036"}, {"x_should_retry": "true"}, ModelUnavailable),
        (500, {}, {"x_should_retry": "false"}, ModelUnavailable),
        (429, {}, {"retry_after": "31"}, ModelUnavailable),
        (301, {}, {}, ModelUnavailable),
    ],
)
@pytest.mark.anyio
async def test_a_lost_cause_is_reported_at_once(
    status: int,
    error: Mapping[str, str],
    headers: Mapping[str, str],
    kind: type[CallwrightError],
    provider: Any,
    post: Post,
) -> None:
    """What another attempt cannot mend is not attempted."""
    provider.answer({"error": error}, status, **headers)
    with pytest.raises(kind) as caught:
        await chat(provider.url, post).reply(TURN)
    assert len(provider.requests) == 1
    assert getattr(caught.value, "status", None) == status


@pytest.mark.anyio
async def test_a_reply_that_cannot_be_read_is_not_asked_for_again(
    provider: Any, post: Post
) -> None:
    """A page instead of a reply is an error at once."""
    provider.answer(b"<html>Sign in</html>")
    with pytest.raises(ModelReplyInvalid, match="no JSON"):
        await chat(provider.url, post).reply(TURN)
    assert len(provider.requests) == 1


@pytest.mark.anyio
async def test_a_missing_key_names_its_variable(post: Post) -> None:
    """Nothing is sent without a key where one is needed."""
    with pytest.raises(CredentialError, match="environment variable OPENAI_API_KEY"):
        await chat("http://127.0.0.1:9/v1", post, {}).reply(TURN)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (401, {"error": {"message": f"Incorrect API key provided: {KEY}."}}),
        (500, {"error": {"message": f"Bearer {KEY} met a bug."}}),
        (200, f"No access for {KEY}".encode()),
        (200, {"error": {"message": f"Bad key {KEY}"}}),
    ],
)
@pytest.mark.anyio
async def test_the_key_is_nowhere_to_be_read(
    status: int,
    content: object,
    provider: Any,
    post: Post,
    caplog: pytest.LogCaptureFixture,
    no_waits: None,
) -> None:
    """Neither a repr, nor an error with its traceback, nor a log line shows the key."""
    caplog.set_level(logging.DEBUG)
    provider.answer(content, status)
    model = chat(provider.url, post)
    with pytest.raises(CallwrightError) as caught:
        await model.reply(TURN)
    request = ProviderRequest(url="http://h", headers={"authorization": KEY}, body={"key": KEY})
    logged = [str(vars(record)) for record in caplog.records if not _is_httpx(record)]
    shown = [*traceback.format_exception(caught.value), repr(caught.value.__dict__), *logged]
    assert KEY not in "".join([*shown, repr(model), repr(model.key), repr(request)])
    assert repr(model) == "<RemoteModel openai:m1>"


def _is_httpx(record: logging.LogRecord) -> bool:
    """The client's wire log, for who asks for it by name, is not ours."""
    return record.name.startswith(("httpx", "httpcore"))
