"""Our wires against litellm's proxy, which translates between them in front of a scripted model.

The proxy runs for real, see `server.py` on how to come by one; `scripted.py` is what it asks. So
each wire must lead to the same run, and the model must be asked the same by each.
"""

from __future__ import annotations

import base64
import json
import re
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import stamina
from tests.models.oracle.server import LITELLM, Server
from tests.models.oracle.ways import WAYS, WITH_LITELLM, Asking, Way
from tests.models.shop import get_price, get_stock

from callwright import errors, stream_with_tools, tool

LITELLM.or_skip()

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "year": {"type": "integer"}},
    "required": ["title", "year"],
    "additionalProperties": False,
}


@tool(effect="read")
def repeat(name: str, when: str | None, tags: list[Any]) -> str:
    """The same again."""
    return json.dumps([name, when, tags], ensure_ascii=False)


@tool(effect="read")
def count_all() -> int:
    """How many there are of everything."""
    return 3


TOOLS = [get_stock, get_price, repeat, count_all]


@pytest.fixture(
    params=[
        pytest.param(name, marks=WITH_LITELLM if name.startswith("litellm") else ())
        for name in WAYS
    ]
)
def way(request: pytest.FixtureRequest) -> Way:
    """Each way to the proxy."""
    return WAYS[request.param]


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def ask(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, proxy: Server, way: Way
) -> Iterator[Asking]:
    """Asks each way, for whole replies and for streamed ones; what fails is tried again at once."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # it looks for it in the network
    with ExitStack() as stack, stamina.set_testing(True, attempts=3, cap=True):
        yield Asking(proxy, way, request.param, TOOLS, stack)


def test_parallel_calls_are_made_and_answered(ask: Asking) -> None:
    """Two calls in one reply, two results under their ids, and the answer that they lead to."""
    answer = ask("Stock and price of 7?")
    assert (answer.text, answer.stop_reason, answer.rounds) == ("12 units at 3.50.", "answered", 2)
    made = [(call.call.id, call.name, call.arguments, call.result.content) for call in answer.calls]
    # As Gemini has none, calls get ids of ours.
    ids = ["call_1", "call_2"] if ask.way.wire == "gemini" else ["call_stock", "call_price"]
    assert made == [
        (ids[0], "get_stock", {"sku": 7}, "12"),
        (ids[1], "get_price", {"sku": 7}, "3.50"),
    ]
    usage = answer.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (2, 80, 18)
    assert [entry["stream"] for entry in ask.asked()] == [ask.streamed] * 2
    if ask.streamed:
        assert ask.ran.text == "Let me see.12 units at 3.50."


def test_what_arguments_hold_comes_through(ask: Asking) -> None:
    """Quotes, line ends, other scripts, null and nested values; and a call without arguments."""
    answer = ask("Repeat it, and count.")
    odd = {"name": 'Ünï "quoted" \\ 水\n', "when": None, "tags": [{"deep": [1, 2.5, True]}]}
    assert [(call.name, call.arguments) for call in answer.calls] == [
        ("repeat", odd),
        ("count_all", {}),
    ]
    assert answer.text == f"{json.dumps(list(odd.values()), ensure_ascii=False)} / 3"


def test_arguments_that_are_no_json_are_answered(ask: Asking) -> None:
    """The model reads what is wrong with its call, and the request that holds both is taken."""
    if ask.way.wire == "gemini":
        pytest.skip("its calls hold no text, but objects")
    if ask.way.wire == "anthropic" and not ask.streamed:
        # litellm cannot write such a call as Messages, and fails where it need not stream.
        with pytest.raises(errors.ModelUnavailable, match="Failed to parse tool call arguments"):
            ask("Blunder!")
        return
    assert ask("Blunder!").text.startswith("The arguments are not valid JSON: ")


def test_reasoning_is_told_and_goes_back_with_its_calls(ask: Asking) -> None:
    """The model sees it again, whole and signed, without which Claude takes no results."""
    assert ask("Think of 7!").text == "12 units."
    if ask.way.wire == "gemini":
        return  # litellm leaves a thought out where it answers as Gemini
    if ask.streamed:
        assert ask.ran.reasoning == "They want the stock.So many."
    _, second = ask.asked()
    (called,) = (message for message in second["messages"] if "tool_calls" in message)
    thought = "They want the stock."
    signed = {
        "type": "thinking",
        "thinking": thought,
        "signature": base64.b64encode(thought.encode()).decode(),
    }
    assert called["thinking_blocks"] == [signed]


@pytest.mark.parametrize("tools", [[], TOOLS], ids=["alone", "beside tools"])
def test_an_answer_has_the_shape_that_was_asked_for(ask: Asking, tools: list[Any]) -> None:
    """By the provider's schema, by a call that stands for it, or by words, as the wire allows."""
    answer = ask("Shape it.", tools, response_schema=SCHEMA)
    assert (answer.output, answer.rounds) == ({"title": "Emma", "year": 1815}, 1)
    (entry,) = ask.asked()
    if entry.get("response_format"):
        assert entry["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_reply_that_was_cut_short_says_so(ask: Asking) -> None:
    """The limit of a reply's length is told as such."""
    answer = ask("Long story?", max_tokens=16)
    assert (answer.text, answer.stop_reason) == ("It goes on and", "length")
    (entry,) = ask.asked()
    assert entry["max_tokens"] == 16


def plain(message: dict[str, Any]) -> dict[str, Any]:
    """A message as it means the same on each wire."""
    read = {key: value for key, value in message.items() if value is not None}
    content = message.get("content") or ""
    if isinstance(content, list) and [part["type"] for part in content] == ["text"]:
        content = content[0]["text"]
    elif isinstance(content, list):
        content = [_part(part) for part in content]
    elif message["role"] == "tool":
        content = content.removeprefix('{"output": "').removesuffix('"}')
    if "tool_calls" in read:
        read["tool_calls"] = [
            [call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])]
            for call in read["tool_calls"]
        ]
    return {**read, "content": content}


def _part(part: dict[str, Any]) -> Any:
    # Responses want a picture's `detail`; "auto" is what goes without saying elsewhere.
    return part.get("text") or part["image_url"]["url"]


PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
HISTORY: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": PICTURE}},
        ],
    },
    {
        "role": "assistant",
        "content": "Let me see.",
        "tool_calls": [
            {
                "id": id_,
                "type": "function",
                "function": {"name": name, "arguments": '{"sku": 7}'},
            }
            for id_, name in (("call_1", "get_stock"), ("call_2", "get_price"))
        ],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "12"},
    {"role": "tool", "tool_call_id": "call_2", "content": "3.50"},
    {"role": "assistant", "content": "Twelve lamps."},
    {"role": "user", "content": "Hello again."},
]


def test_a_conversation_arrives_as_it_is(ask: Asking) -> None:
    """The system's words, a picture, calls and their results: the model sees what was written."""
    assert ask(HISTORY).text == "Hi."
    (entry,) = ask.asked()
    expected = json.dumps(list(map(plain, HISTORY)))
    if ask.way.wire == "gemini":
        # There are no ids there: litellm makes them of the names, and leaves the picture out.
        expected = expected.replace("call_1", "call_get_stock").replace("call_2", "call_get_price")
        expected = re.sub(r'\["(What is this\?)", "data:[^"]+"\]', r'"\1"', expected)
    assert list(map(plain, entry["messages"])) == json.loads(expected)


def test_tools_arrive_as_they_are(ask: Asking) -> None:
    """Names, descriptions and parameters are the same on each wire."""
    ask("Hello!")
    (entry,) = ask.asked()
    functions = [item["function"] for item in entry["tools"]]
    assert [(f["name"], f["description"]) for f in functions] == [
        (item.name, item.description) for item in TOOLS
    ]
    if ask.way.wire == "gemini":  # whose dialect has its own words
        parameters = [f.get("parameters", {}).get("properties", {}) for f in functions]
        assert list(map(list, parameters)) == [list(t.parameters["properties"]) for t in TOOLS]
        return
    assert [f["parameters"] for f in functions] == [item.parameters for item in TOOLS]


@pytest.mark.parametrize(
    ("choice", "arrives"),
    [
        ("none", "none"),
        ("required", "required"),
        ("get_stock", {"type": "function", "function": {"name": "get_stock"}}),
    ],
)
def test_the_choice_of_a_tool_arrives(ask: Asking, choice: str, arrives: Any) -> None:
    """None, any or one tool, and one call at a time."""
    ask("Hello!", tool_choice=choice, parallel_tool_calls=False)
    (entry,) = ask.asked()
    if ask.way.wire == "gemini" and choice == "get_stock":
        arrives = "required"  # litellm forgets which one is allowed
    assert entry["tool_choice"] == arrives
    # Gemini has no word for it. Of Messages, litellm forgets it: it stands in their tool choice.
    says_so = ask.way.wire not in ("anthropic", "gemini")
    assert entry.get("parallel_tool_calls") is (False if says_so else None)


def test_too_many_requests_are_told_after_three(ask: Asking) -> None:
    """A limit of the provider's is one, also where it comes as the first event of a stream."""
    with pytest.raises(errors.ModelUnavailable, match=r"Too many\.") as caught:
        ask("Busy?")
    assert type(caught.value) is errors.ModelUnavailable
    assert len(ask.asked()) == (3 if ask.way.is_ours else 1)
    if ask.streamed and ask.way is WAYS["litellm-anthropic"]:
        # litellm makes a failure of its own of an error that follows the start of a message.
        assert caught.value.status == 500
        return
    assert caught.value.status == 429
    assert "Ask again later, or less often." in str(caught.value)


def test_a_limit_that_passes_is_waited_for(ask: Asking, request: pytest.FixtureRequest) -> None:
    """After one refusal the same is asked again, and answered."""
    if not ask.way.is_ours:
        pytest.skip("whether to ask again is up to the client")
    assert ask(f"Slow {request.node.name}").text == "Thanks."
    first, second = ask.asked()
    assert first == second


def test_a_broken_provider_is_told(ask: Asking) -> None:
    """Status 500 is told in the provider's words."""
    with pytest.raises(errors.ModelUnavailable, match=r"status 500: .*It broke\.") as caught:
        ask("Break!")
    assert (type(caught.value), caught.value.status) == (errors.ModelUnavailable, 500)


def test_a_stream_that_breaks_keeps_what_came(ask: Asking) -> None:
    """The error inside it is told, and the text before it is kept."""
    with pytest.raises(errors.ModelUnavailable, match=r"It broke\.") as caught:
        ask("Cut it.")
    assert caught.value.status == 500
    if ask.streamed:
        assert isinstance(caught.value, errors.ModelStreamCut)
        assert caught.value.partial.text == "A long answer that never comes to"


def test_a_model_that_there_is_not_is_told(ask: Asking) -> None:
    """litellm answers with status 400, and its words say what to check."""
    with pytest.raises(errors.ModelUnavailable, match=r"status 400: .*model=m2") as caught:
        ask("Hello!", model=ask.model(name="m2"))
    assert re.search(r"Check the model's name, '(\w+/)?m2'", str(caught.value))
    assert ask.asked() == []


def test_a_wrong_key_is_a_matter_of_credentials(ask: Asking) -> None:
    """It is told as such, without the key."""
    key = "sk-of-somebody-else-entirely"
    with pytest.raises(errors.CredentialError, match=r"status 401: .*Who is that") as caught:
        ask("Hello!", model=ask.model(key=key))
    assert key not in "".join(traceback.format_exception(caught.value))
    assert ask.asked() == []


def test_whoever_stops_listening_disturbs_nobody(ask: Asking) -> None:
    """A stream that is left in its middle leaves the proxy and the next run as they were."""
    model = ask.model()
    options = ask.way.options(ask.given)
    events = stream_with_tools(model, "Stock and price of 7?", TOOLS, **options)
    assert next(event for event in events if event.kind == "text_streamed").text
    events.close()
    assert ask("Hello!").text == "Hi."
