"""Readers see what is wrong with a request: each fault here is one that they must tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.wire.core import read_core
from tests.wire.form import read_form
from tests.wire.outcome import changes_between, different, equal, skipped, total_of
from tests.wire.peers import compare_with_client, compare_with_majority
from tests.wire.template import read_template

PATH = {"in": "path", "name": "id", "required": True, "schema": {"enum": ["a/b c"]}}
QUERY = {"in": "query", "name": "$q", "required": True, "schema": {"enum": ["50%&"]}}
LIST = {
    "in": "query",
    "name": "ids",
    "required": True,
    "explode": False,
    "schema": {"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2, "maxItems": 2},
}
BODY = {"type": "object", "required": ["n"], "properties": {"n": {"enum": ["a&b=c"]}}}


def body_in(media_type):
    """A request body in one media type."""
    return {"required": True, "content": {media_type: {"schema": BODY}}}


def verdicts(outcomes):
    """What came of comparisons."""
    return [one.verdict for one in outcomes]


def faulty(case, old, new):
    """The case with something else in its URL."""
    assert old in case.url
    return replace(case, url=case.url.replace(old, new))


def test_a_good_request(case):
    """The template and openapi-core agree on path and query."""
    good = case("/pets/{id}", parameters=[PATH, QUERY, LIST])
    assert verdicts([*read_template(good), *read_core(good)]) == ["equal"] * 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a%2Fb%20c", "a%252Fb%2520c"),
        ("a%2Fb%20c", "a%2Fb+c"),
        ("50%25%26", "50%2525%26"),
        ("50%25%26", "50%25"),
        ("%24q", "q"),
        ("%24q=", "%24q=x"),
    ],
)
def test_faults_in_the_url(case, old, new):
    """Both see an encoding that is doubled, missing or another."""
    bad = faulty(case("/pets/{id}", parameters=[PATH, QUERY, LIST]), old, new)
    assert "different" in verdicts(read_template(bad))
    assert "different" in verdicts(read_core(bad))


def test_a_form_is_read_back(case):
    """The fields of a form are those of the argument, and a lost one is seen."""
    good = case(method="post", requestBody=body_in("application/x-www-form-urlencoded"))
    assert verdicts(read_form(good)) == ["equal"]
    assert verdicts(read_form(replace(good, content=b"n=a&b=c"))) == ["different"]


def test_multipart_is_read_back(case):
    """Two parsers read the parts, and see what is escaped where nothing may be."""
    good = case(method="post", requestBody=body_in("multipart/form-data"))
    assert verdicts(read_form(good)) == ["equal", "equal"]
    escaped = replace(good, content=good.content.replace(b"a&b", b"a%26b"))
    assert verdicts(read_form(escaped)) == ["different", "different"]


def test_a_json_body_is_read_back(case):
    """The body is the argument, and not its text."""
    good = case(method="post", requestBody=body_in("application/json"))
    assert verdicts(read_core(good)) == ["equal"]
    assert verdicts(read_core(replace(good, content=b'{"n":"a"}'))) == ["different"]


def test_the_majority_sees_faults(case, builders):
    """Four builders agree with a good request, part by part, and not with one that is changed."""
    good = case("/pets/{id}", parameters=[PATH, QUERY, LIST])
    assert verdicts(compare_with_majority(good, builders)) == ["equal", "equal"]
    bad = faulty(good, "50%25%26", "50%2525%26")
    assert verdicts(compare_with_majority(bad, builders)) == ["equal", "different"]


@pytest.mark.parametrize(
    ("client", "media_type"),
    [("@octokit/endpoint", "application/json"), ("stripe", "application/x-www-form-urlencoded")],
)
def test_clients_see_faults(case, builders, client, media_type):
    """A client agrees with a good request, and not with one that has another body."""
    good = case(method="post", requestBody=body_in(media_type))
    assert compare_with_client(good, client, builders) == equal(client)
    bad = replace(good, content=good.content.replace(b"c", b"d"))
    found = compare_with_client(bad, client, builders)
    assert (found.verdict, found.cause) == ("different", "unexplained: body")


def test_totals():
    """Outcomes are counted by reader and cause, and more disagreements are worse."""
    one = total_of([equal("a"), equal("a"), different("a", "why"), skipped("a", "no")])
    assert one == {
        "a": {"compared": 3, "equal": 2, "disagreements": {"why": 1}, "skipped": {"no": 1}}
    }
    two = total_of([equal("a"), different("a", "why"), different("a", "why")])
    assert list(changes_between(one, two)) == [
        ("worse", "a / disagreement / why: 1 -> 2"),
        ("worse", "a / equal: 2 -> 1"),
        ("different", "a / skipped / no: 1 -> 0"),
    ]
