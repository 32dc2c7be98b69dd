"""Values that the caller fixes, and that secrets among them are shown to nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from callwright.core.errors import CredentialError, InvalidOverride
from callwright.openapi.answer.response import Answer
from callwright.openapi.override import Override
from callwright.openapi.request.values import Values
from callwright.openapi.request.waiting import build_waiting
from callwright.openapi.secret import Reading, env, show_secrets, split_secrets
from callwright.openapi.security.credential import Basic, Bearer
from callwright.openapi.security.placing import Credentials

MakeTool = Callable[..., Any]
SECRET = "s3cr3t-t0k3n"
ENCODED = "bWU6czNjcjN0LXQwazNu"
"""me:s3cr3t-t0k3n in base64, as Basic sends it."""


def test_env(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable is read when asked; one that is not set, or empty, is named with a remedy."""
    variable = env("CALLWRIGHT_VALUE")
    monkeypatch.setenv("CALLWRIGHT_VALUE", SECRET)
    assert (variable(), repr(variable)) == (SECRET, "EnvironmentVariable(name='CALLWRIGHT_VALUE')")
    for unset in (
        lambda: monkeypatch.setenv("CALLWRIGHT_VALUE", ""),
        lambda: monkeypatch.delenv("CALLWRIGHT_VALUE"),
    ):
        unset()
        with pytest.raises(CredentialError) as caught:
            variable()
        assert caught.value.remedy == "Set it: export CALLWRIGHT_VALUE=..."


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (5, "5"), (True, "true"), (False, "false"), (lambda: "b", "b")],
    ids=["text", "number", "true", "false", "callable"],
)
def test_read(value: object, text: str) -> None:
    """A fixed value is text."""
    assert build_waiting(lambda reading: reading.read(value, "X")) == text


def test_read_something_else() -> None:
    """What is no text is the caller's to mend, and is not shown."""
    with pytest.raises(InvalidOverride) as caught:
        Reading(revealed=True).read({"secret": SECRET}, "X")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        pytest.param("plain", "X-Page", "plain", id="plain"),
        pytest.param(SECRET, "X-Api-Key", "$X_API_KEY", id="a name that says it"),
        pytest.param(lambda: SECRET, "X-Page", "$X_PAGE", id="callable"),
        pytest.param(env("My_Token"), "X-Page", "$My_Token", id="variable"),
        pytest.param(env("not a name"), "X-Page", "$X_PAGE", id="variable that no shell has"),
        pytest.param(SECRET, "2fa-token", "$SECRET_2FA_TOKEN", id="name that no shell has"),
    ],
)
def test_shown(value: object, name: str, shown: str) -> None:
    """Shown, a secret is the name of a variable, and a callable is not even asked."""
    assert show_secrets(Reading(revealed=False).read(value, name)) == shown


def test_split() -> None:
    """A shown text falls into its own words and the names of variables."""
    mark = Reading(revealed=False).secret("x", "key")
    assert split_secrets(f"a={mark}&b") == [("a=", False), ("KEY", True), ("&b", False)]


def test_a_model_names_no_variable(parameters_tool: MakeTool) -> None:
    """An argument that looks like a shown secret stays an argument."""
    tool = parameters_tool({"name": "q", "in": "query"})
    assert "$HOME" not in tool.to_curl({"q": "~~cw.HOME~~"})


def test_reprs_hide_secrets(make_tool: MakeTool) -> None:
    """What a request is made of shows no secret either."""
    values = Values(header={"X-Api-Key": SECRET}, fixed_body={"password": SECRET})
    tool = make_tool({}, options={"auth": SECRET})
    shown = [tool._plan, Credentials(headers={"X-Api-Key": SECRET}), values]
    assert SECRET not in repr(shown)


PLACES: dict[str, dict[str, Any]] = {
    "header": {"overrides": [Override("*", headers={"X-Api-Key": SECRET})]},
    "header from a callable": {"overrides": [Override("*", headers={"X-Any": lambda: SECRET})]},
    "query": {"overrides": [Override("*", query={"api_key": SECRET})]},
    "path": {"overrides": [Override("*", path={"token": SECRET})]},
    "cookie": {"overrides": [Override("*", cookies={"session": SECRET})]},
    "body": {"overrides": [Override("*", body={"n": {"password": SECRET}})]},
    "form": {"overrides": [Override("*", form={"password": SECRET})]},
    "text": {"auth": SECRET},
    "callable": {"auth": lambda: SECRET},
    "bearer": {"auth": Bearer(SECRET)},
    "basic": {"auth": Basic("me", SECRET)},
    "rule": {"overrides": [Override("*", auth=SECRET)]},
}
OPERATION = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}


@pytest.mark.parametrize("place", PLACES)
def test_secrets_are_shown_to_nobody(
    make_tool: MakeTool, raw_server: Any, sender: Any, place: str
) -> None:
    """A secret is sent, and stands in no command, repr, exchange or result, even if echoed."""
    echoed = {"seen": f"Bearer {SECRET}", "basic": f"Basic {ENCODED}" if place == "basic" else ""}
    raw_server.says(json.dumps(echoed).encode())
    options = {**PLACES[place], "send": sender}
    tool = make_tool(
        OPERATION, path="/v/{token}", method="post", server=raw_server.url, options=options
    )
    free = {"token": "x"} if "token" in tool.parameters["properties"] else {}
    arguments = {**free, "body": {}}
    result = tool.call(arguments)
    assert not result.is_error
    (raw,) = raw_server.requests
    assert (ENCODED if place == "basic" else SECRET).encode() in raw
    shown = [
        tool.to_curl(arguments),
        repr(tool),
        repr(tool.operation),
        repr(options.get("overrides")),
        repr(result),
    ]
    for text in (*shown, json.dumps(asdict(result)), json.dumps(dict(tool.parameters))):
        assert SECRET not in text
        assert ENCODED not in text
        assert "~~" not in text
    assert result.value["seen"] == "Bearer [secret]"


def test_redirects_hide_secrets(make_tool: MakeTool) -> None:
    """A redirect that says the whole query again says it without the key."""
    key = "s3cr3t/t0k3n="

    async def send(request: Any) -> Answer:
        return Answer(status=301, headers={"location": f"{request.url}&raw={key}"})

    options = {"overrides": [Override("*", query={"api_key": key})], "send": send}
    result = make_tool({}, options=options).call()
    assert result.content == (
        "HTTP 301 Moved Permanently.\nThe API redirects to "
        "https://api.test/v?api_key=[secret]&raw=[secret], which is not followed."
    )


def test_errors_hide_secrets(make_tool: MakeTool, unused_url: str, sender: Any) -> None:
    """A call that cannot be sent says so without its address's secrets."""
    options = {"overrides": [Override("*", query={"api_key": SECRET})], "send": sender}
    result = make_tool({}, server=unused_url, options=options).call({})
    assert result.is_error
    assert SECRET not in repr(result)
