"""Thirty secrets, and every place where one could come out: none of them is found anywhere."""

from __future__ import annotations

import io
import json
import logging
import traceback
from urllib.parse import quote

import pytest
from tests.adversarial.conftest import spec, with_parameters
from tests.fault.script import answer, hang_up, message

import callwright
from callwright import Basic, Bearer, Override, create_tools_from_openapi_spec, env
from callwright.cli import main
from callwright.errors import CallwrightError, CredentialError, SpecUnavailable

CANARIES = [f"canary-{n:02d}-Zx/9+=<q" for n in range(30)]
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}


def forms(secret: str) -> list[str]:
    """A secret as it is, percent-encoded, and as JSON writes it."""
    return [secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1]]


def found_in(text: str) -> list[str]:
    """The canaries that a text holds, in any form."""
    return [c for c in CANARIES if any(form in text for form in forms(c))]


@pytest.fixture
def logged():
    """All that is logged at DEBUG while the test runs, by anybody."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


def guarded(monkeypatch):
    """What the caller fixes: thirty secrets in every place that there is."""
    given = iter(CANARIES)
    monkeypatch.setenv("CANARY_BEARER", next(given))
    auth = {
        "bearer": Bearer(env("CANARY_BEARER")),
        "basic": Basic("user", next(given)),
        "query": next(given),
        "cookie": next(given),
        "header": next(given),
    }
    rules = []
    for number, secret in enumerate(given):
        monkeypatch.setenv(f"CANARY_{number}", secret)
        value = env(f"CANARY_{number}") if number % 2 else (lambda secret=secret: secret)
        place = ("headers", "query", "cookies", "body", "path")[number % 4]
        rules.append(Override("*", **{place: {f"x_{number}": value}}))
    return auth, rules


def document(names=("bearer", "query", "cookie", "header")):
    """A document that asks for several credentials at once."""
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    paths = {
        "/v": {
            "post": {
                "operationId": "act",
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                "requestBody": body,
                "security": [{name: [] for name in names}],
            }
        }
    }
    return spec(paths, components={"securitySchemes": SCHEMES})


def echoing(wire) -> None:
    """Say the whole request again, as some APIs and their error pages do."""
    wire.send(message(wire.request.raw, "Content-Type: text/plain", status="400 Bad Request"))


CALL = [("1", "act", {"q": "v", "body": {"a": 1}})]


@pytest.mark.parametrize("names", [("bearer", "query", "cookie", "header"), ("basic", "query")])
@pytest.mark.parametrize("behaviour", [echoing, hang_up, answer(b'{"ok":true}')])
def test_k01_k02_k03_k04_thirty_secrets_over_every_channel(
    fault_server, scripted, monkeypatch, logged, capsys, cache, names, behaviour
):
    """They reach the server, and nothing else: no prompt, tool message, event, repr, log of ours or
    of a library, verbose line, curl, notebook, transcript or name in the cache.

    There are no spans of OpenTelemetry and no cassettes; events as JSON Lines and the transcript
    are what such would hold, and a run goes on from the transcript.
    """
    auth, rules = guarded(monkeypatch)
    server = fault_server(behaviour)
    tools = create_tools_from_openapi_spec(
        document(names), server=server.url, auth=auth, overrides=rules
    )
    model = scripted(CALL, "ok")
    seen = []
    done = callwright.run_with_tools(
        model,
        "go",
        tools,
        verbose=True,
        on_event=seen.append,
        approve=lambda request: bool(seen.append((request, request.show_request()))) or True,
    )
    assert len(found_in(server.requests[0].raw.decode("latin-1").encode("latin-1").decode())) > 20
    transcript = done.messages.to_dicts()
    channels = {
        "prompt": repr([turn.messages for turn in model.turns]),
        "definitions": json.dumps([tool.definition() for tool in tools]),
        "tool message": json.dumps(transcript, ensure_ascii=False),
        "events": "\n".join(f"{event!r} {event!s}" for event in done.events),
        "hook": repr(seen) + str(seen),
        "answer": repr(done) + str(done),
        "tools": repr(tools) + repr(list(tools)) + repr([vars(tool) for tool in tools]),
        "rules": repr(rules) + repr((auth["bearer"], auth["basic"])),
        "report": str(tools.report),
        "curl": tools["act"].to_curl(CALL[0][2]),
        "request": repr(tools["act"].build_request(CALL[0][2])),
        "notebook": done._repr_html_() + tools._repr_html_(),
        "log": logged(),
        "screen": "".join(capsys.readouterr()),
        "cache": repr([str(path) for path in cache.rglob("*")]),
    }
    assert {name: found_in(text) for name, text in channels.items() if found_in(text)} == {}
    again = callwright.run_with_tools(scripted("on"), transcript, tools)
    assert again.text == "on"


def test_k02_no_secret_in_a_traceback(monkeypatch, fault_server):
    """Neither in its words nor in the locals of any of its frames."""
    monkeypatch.delenv("CANARY_MISSING", raising=False)
    raw = with_parameters(components={"securitySchemes": SCHEMES}, security=[{"header": []}])
    rules = [
        Override("*", query={"k": CANARIES[0]}),
        Override("*", headers={"X-Other": env("CANARY_MISSING")}),
    ]
    tools = create_tools_from_openapi_spec(
        raw, server=fault_server(hang_up).url, auth=CANARIES[1], overrides=rules
    )
    with pytest.raises(CallwrightError) as caught:
        tools["act"].call()
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert isinstance(caught.value, CredentialError)
    assert "CANARY_MISSING" in str(caught.value)
    ours = [frame for frame in told.stack if "/callwright/" in frame.filename]
    assert ours
    assert found_in("".join(map(repr, (frame.locals for frame in ours)))) == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/s.json?token={}", "http://user:{1}@127.0.0.1:{0}/s.json"]
)
def test_k05_a_secret_in_the_address_of_a_spec(fault_server, cache, capsys, url):
    """It is in no error, no report and no name in the cache."""
    secret = "canary-in-the-url"
    server = fault_server(answer(b"no", status="500 No"))
    given = url.format(server.port, secret)
    with pytest.raises(SpecUnavailable) as caught:
        create_tools_from_openapi_spec(given)
    assert secret not in str(caught.value)
    assert secret not in repr(caught.value)
    assert main(["tools", "--spec", given]) == 3
    assert secret not in "".join(capsys.readouterr())
    good = fault_server(answer(json.dumps(spec({"/a": {"get": {}}})).encode(), "ETag: 1"))
    tools = create_tools_from_openapi_spec(url.format(good.port, secret))
    assert secret not in repr(tools) + str(tools.report) + tools[0].source
    assert secret not in repr([path.name for path in cache.rglob("*")])
