"""What is tried again, after how long, and what is said where nobody knows what happened."""

from __future__ import annotations

import pytest
from tests.fault.script import (
    answer,
    broken_off,
    garbage,
    hang_up,
    in_turn,
    message,
    not_gzip,
    reset,
    retry_later,
    silence,
)

import callwright
from callwright.core.errors import ApiUnreachable, CallTimeout
from callwright.http.explain import failure_of
from callwright.http.retry import Attempt, is_outcome_unknown, wait_before_next
from callwright.openapi.answer.response import Answer
from callwright.openapi.source import FetchPolicy

OK = answer(b"{}", "Content-Type: application/json")
UNAVAILABLE = answer(status="503 Service Unavailable")
CUT = broken_off(message(b"0123456789"), 45)
UNKNOWN = "It is unknown whether it took effect: do not repeat it blindly"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "QUERY"])
@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_only_reads_is_tried_again(fault_server, send, waits, method, status):
    """Twice, after a while that doubles."""
    server = fault_server(in_turn(*[answer(status=f"{status} Later")] * 2, OK))
    got = send(server.url, method)
    assert (got.status, got.attempts, len(server.requests)) == (200, 3, 3)
    assert waits.seconds == [0.25, 0.5]


@pytest.mark.parametrize("fault", [hang_up, reset, garbage, CUT], ids="end reset junk cut".split())
def test_a_broken_answer_is_asked_for_again(fault_server, send, fault):
    """Where the request only reads."""
    server = fault_server(in_turn(fault, OK))
    assert (send(server.url).status, len(server.requests)) == (200, 2)


@pytest.mark.parametrize("status", [400, 401, 404, 500, 501, 505])
def test_other_statuses_are_answers(fault_server, send, status):
    """They would be the same a moment later."""
    server = fault_server(answer(status=f"{status} No"))
    assert (send(server.url).attempts, len(server.requests)) == (1, 1)


def test_what_cannot_be_decoded_is_not_asked_for_again(fault_server, send):
    """The server would send the same."""
    server = fault_server(not_gzip)
    with pytest.raises(ApiUnreachable, match="cannot be decoded: It is no gzip"):
        send(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
@pytest.mark.parametrize("fault", [hang_up, reset, garbage, CUT], ids="end reset junk cut".split())
def test_what_may_have_taken_effect_is_sent_once(fault_server, send, method, fault):
    """And it is said that nobody knows."""
    server = fault_server(fault)
    with pytest.raises(ApiUnreachable, match=UNKNOWN) as caught:
        send(server.url, method, content=b"{}")
    assert caught.value.outcome_unknown
    assert (caught.value.attempts, len(server.requests)) == (1, 1)


@pytest.mark.parametrize(
    ("status", "is_unknown"),
    [(502, True), (503, True), (504, True), (408, False), (429, False), (500, False), (200, False)],
)
def test_a_gateway_does_not_know_either(fault_server, send, status, is_unknown):
    """What lies behind it may have done its work; too many calls were refused before it."""
    got = send(fault_server(answer(status=f"{status} X")).url, "POST", content=b"{}")
    assert (got.attempts, got.outcome_unknown) == (1, is_unknown)


@pytest.mark.parametrize("name", ["Idempotency-Key", "x-idempotency-key"])
@pytest.mark.parametrize("fault", [hang_up, UNAVAILABLE], ids=["end", "503"])
def test_a_key_makes_a_write_repeatable(fault_server, send, name, fault):
    """The API itself sees to it that the second is the first; the same request is sent."""
    server = fault_server(in_turn(fault, OK))
    got = send(server.url, "POST", headers={name: "k1"}, content=b'{"a":1}')
    assert (got.status, got.attempts, got.outcome_unknown) == (200, 2, False)
    assert len({request.raw for request in server.requests}) == 1
    assert server.requests[1].body == b'{"a":1}'


def test_what_never_left_may_be_sent_again(send, waits, unused_port):
    """No byte of it reached anybody, so the outcome is known."""
    with pytest.raises(ApiUnreachable, match="Connection refused") as caught:
        send(f"http://127.0.0.1:{unused_port}/", "DELETE")
    assert (caught.value.attempts, caught.value.outcome_unknown) == (3, False)
    assert len(waits.seconds) == 2


@pytest.mark.parametrize(("method", "is_unknown"), [("GET", False), ("POST", True)])
def test_silence_until_the_deadline(fault_server, send, method, is_unknown):
    """A write that nobody answered may have been done."""
    with pytest.raises(CallTimeout, match=r"within 0\.2 s") as caught:
        send(fault_server(silence).url, method, call_seconds=0.2)
    assert caught.value.outcome_unknown is is_unknown


def test_the_model_and_the_caller_learn_it(fault_server):
    """In the words of the result, and in its field."""
    operation = {"operationId": "pay", "responses": {}}
    spec = {"openapi": "3.1.0", "paths": {"/pay": {"post": operation}}}
    for fault in (hang_up, answer(status="502 Bad Gateway")):
        server = fault_server(fault)
        tools = callwright.create_tools_from_openapi_spec(spec, server=server.url)
        result = tools["pay"].call({})
        assert result.is_error and result.outcome_unknown
        assert UNKNOWN in result.content
        assert "may work later" not in result.content
        assert (result.exchange.attempts, len(server.requests)) == (1, 1)


def test_attempts_are_in_the_exchange(fault_server):
    """How often it was sent is told to whoever looks."""
    operation = {"operationId": "see", "responses": {}}
    spec = {"openapi": "3.1.0", "paths": {"/see": {"get": operation}}}
    server = fault_server(in_turn(hang_up, OK))
    tools = callwright.create_tools_from_openapi_spec(spec, server=server.url)
    assert tools["see"].call({}).exchange.attempts == 2


def test_no_retries_where_none_are_wanted(fault_server, send):
    """The policy says how often."""
    server = fault_server(UNAVAILABLE)
    assert (send(server.url, retries=0).attempts, len(server.requests)) == (1, 1)
    assert send(server.url, retries=4).attempts == 5


@pytest.mark.parametrize("after", ["7", "Thu, 01 Jan 1970 00:00:07 GMT"])
def test_an_api_is_left_alone_as_long_as_it_wants(fault_server, send, waits, after):
    """Seconds, or a date; and a little more, so that not all come back at once."""
    server = fault_server(in_turn(retry_later(after), OK))
    assert send(server.url).status == 200
    assert waits.seconds == [7.7]


@pytest.mark.parametrize(
    "after", ["-5", "soon", "", "1e309", "NaN", "0", "Thu, 01 Jan 1960 00:00:00 GMT", "9" * 400]
)
def test_an_unsound_wish_is_none(fault_server, send, waits, after):
    """Then the usual wait is waited: never less than none, never for ever."""
    server = fault_server(in_turn(retry_later(after), OK))
    assert send(server.url).status == 200
    assert waits.seconds == [0.25]


@pytest.mark.parametrize("after", ["86400", "Fri, 02 Jan 1970 00:00:00 GMT", "61"])
def test_what_lies_behind_the_deadline_is_not_waited_for(fault_server, send, waits, after):
    """The refusal is told at once, with the wish."""
    server = fault_server(retry_later(after))
    got = send(server.url)
    assert (got.status, got.headers["retry-after"], got.attempts) == (429, after, 1)
    assert waits.seconds == []


def attempt(outcome, *, method="GET", number=1, headers=()) -> Attempt:
    """An attempt with this outcome."""
    return Attempt.of(method, headers, number, outcome)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_waits_grow_and_stay_within_bounds(chance):
    """Half of the usual wait at least, eight seconds at most."""
    waits = [
        wait_before_next(
            attempt(Answer(status=503), number=number), retries=99, left=60, chance=chance, now=0
        )
        for number in range(1, 12)
    ]
    assert waits == sorted(waits)
    assert waits[0] == 0.25 * (0.5 + chance / 2)
    assert waits[-1] == 8 * (0.5 + chance / 2)


def test_a_wait_that_does_not_fit_is_none():
    """What is left of the time decides."""
    late = attempt(Answer(status=503))
    assert wait_before_next(late, retries=2, left=0.2, chance=1, now=0) is None
    assert wait_before_next(late, retries=2, left=float("inf"), chance=1, now=0) == 0.25


def test_a_strangers_exception_is_none_of_the_network():
    """It is raised as it is."""
    assert failure_of(KeyError("x"), "GET h") is None
    assert not is_outcome_unknown(attempt(Answer(status=502)))
    assert FetchPolicy().retries == 2
