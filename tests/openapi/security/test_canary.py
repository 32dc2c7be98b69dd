"""Thirty secrets, given in every way, over every channel that a person, a model or a log reads."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest

from callwright import (
    Basic,
    Bearer,
    ClientCredentials,
    Digest,
    Limits,
    Override,
    RefreshToken,
    Tools,
    create_tools_from_openapi_spec,
    run_with_tools,
)

SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token"}}},
}
SECRETS = [f"canary{number}-k/+&é"[: 14 if number % 2 else 20] for number in range(30)]


def told(value: object) -> str:
    """A text that a person may read."""
    return f"{value} {value!r}"


def ways(secret: str, url: str) -> dict[str, dict[str, Any]]:
    """The ways to give a secret: by scheme, and beside the schemes."""
    plain = secret.encode("ascii", "ignore").decode()
    return {
        "bearer": {"auth": {"bearer": Bearer(plain)}},
        "basic": {"auth": {"basic": Basic("me", secret)}},
        "digest": {"auth": {"digest": Digest("me", secret)}},
        "header": {"auth": {"header": lambda: plain}},
        "query": {"auth": {"query": lambda: secret}},
        "cookie": {"auth": {"cookie": lambda: plain}},
        "oauth": {
            "auth": {
                "oauth": ClientCredentials("me", secret, token_url=f"{url}/token")
                if len(secret) % 2
                else RefreshToken(secret, "me", plain, token_url=f"{url}/token")
            }
        },
        "rule": {"overrides": [Override("*", headers={"X-Token": lambda: plain})], "auth": {}},
    }


def forms(secret: str) -> set[str]:
    """A secret as it may be written."""
    plain = secret.encode("ascii", "ignore").decode()
    written = {secret, plain}
    pairs = {b64encode(f"me:{text}".encode()).decode() for text in written}
    return {*written, *pairs, *(quote(text, safe="") for text in written)}


@pytest.mark.parametrize("status", [200, 401, 500])
def test_no_channel_tells(serve: Any, caplog: pytest.LogCaptureFixture, status: int) -> None:
    """No secret is in a repr, a report, an event, a message, a log, a pickle or a traceback."""
    caplog.set_level(logging.DEBUG)

    def echo(seen: Any) -> Any:
        if seen.path.endswith("/token"):
            given = {"access_token": "issued-canary-token", "token_type": "bearer"}
            return 200, {"Content-Type": "application/json"}, json.dumps(given).encode()
        said = json.dumps({"you": [seen.path, seen.headers]})
        return status, {"Content-Type": "application/json"}, said.encode()

    server = serve(echo)
    channels: list[str] = []
    for number, secret in enumerate(SECRETS):
        given = ways(secret, server.url)
        name = list(given)[number % len(given)]
        needed = [] if name == "rule" else [{name: []}]
        document = {
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "1"},
            "servers": [{"url": server.url}],
            "components": {"securitySchemes": SCHEMES},
            "paths": {"/v": {"get": {"operationId": "list_v", "security": needed}}},
        }
        options = given[name]
        tools = create_tools_from_openapi_spec(document, server=server.url, **options)
        channels += list(seen_of(tools, options))
    channels += [f"{record.getMessage()} {record.args}" for record in caplog.records]
    text = "\n".join(channels)
    hits = {form for secret in SECRETS for form in forms(secret) if form in text}
    assert hits == set()
    assert "issued-canary-token" not in text
    sent = str([(seen.path, seen.headers, seen.body) for seen in server.seen])
    reached = [secret for secret in SECRETS if any(form in sent for form in forms(secret))]
    assert len(reached) >= 20  # all but those of digest, which was not asked for


def seen_of(tools: Tools, options: Any) -> Any:
    """What may be read of tools, of their calls and of a run of them."""
    tool: Any = tools[0]
    yield from (told(tools), told(tools.report), told(tool), told(options), tools._repr_html_())
    yield from (told(tool.parameters), tool.to_curl(), told(tool.show_request()), tool.digest({}))
    yield told(tool.build_request())
    result = tool.call()
    yield from (told(result), told(result.exchange))
    events: list[Any] = []
    answer = run_with_tools(
        "offline", "list v", tools, on_event=events.append, limits=Limits(seconds=30)
    )
    yield from (told(answer), told(answer.messages.to_dicts()), told(events))
    yield answer._repr_html_()
    for attempt in (lambda: pickle.dumps(tools), lambda: pickle.dumps(options)):
        yield pickled(attempt)
    yield traceback_of(lambda: tool.call({"unknown": 1}))
    yield traceback_of(lambda: create_tools_from_openapi_spec("nowhere.json", **options))


def pickled(attempt: Callable[[], bytes]) -> str:
    """What is written down, if anything is."""
    with suppress(TypeError, AttributeError, pickle.PicklingError):
        return attempt().decode("latin-1")
    return ""


def traceback_of(attempt: Callable[[], object]) -> str:
    """A traceback with the values of all local variables."""
    try:
        return told(attempt())
    except Exception as error:  # any
        whole = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(whole.format())
