"""Secrets are blotted out of what anybody reads, however they are written and wherever cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.core.redaction import Redaction, StreamRedaction, is_secret, without_secrets

SECRET = "hunter2-hunter2"


def test_without_secrets() -> None:
    """Secrets are cut out of an answer, the longer before the shorter; short words stay."""
    content = b'{"token":"abcdefgh-long","other":"abcdefgh","n":"abc"}'
    assert without_secrets(content, {"abcdefgh", "abcdefgh-long", "abc", ""}) == (
        b'{"token":"[secret]","other":"[secret]","n":"abc"}'
    )


@pytest.mark.parametrize(
    "echo",
    [
        json.dumps,
        partial(json.dumps, ensure_ascii=False),
        lambda s: json.dumps(s).replace("/", r"\/"),
    ],
    ids=["ASCII", "Unicode", "slash"],
)
@pytest.mark.parametrize("secret", ["abc/def/ghi+jkl==", 'pa"ss/w\u00f6rd\\1'])
def test_escaped_secrets(secret: str, echo: Callable[[str], str]) -> None:
    """A secret is also found as JSON may escape it."""
    assert without_secrets(echo(secret).encode(), {secret}) == b'"[secret]"'


@pytest.mark.parametrize("header", ["Bearer {}", "token {}", "AWS4-HMAC-SHA256  {}"])
def test_the_credentials_in_a_header(header: str) -> None:
    """What stands behind the scheme is a secret by itself; the scheme alone is none."""
    secret = header.format(SECRET)
    assert without_secrets(f"Bearer of {SECRET}; {secret}", [secret]) == (
        "Bearer of [secret]; [secret]"
    )


def test_a_value_of_json() -> None:
    """A secret is found in every text of a value; one without it stays the same object."""
    redaction = Redaction.of([SECRET])
    value = {"a": [1, None, f"see {SECRET}"], SECRET: True}
    assert redaction.of_json(value) == {"a": [1, None, "see [secret]"], "[secret]": True}
    harmless = {"a": 1}
    assert redaction.of_json(harmless) is harmless


def test_a_value_that_is_too_deep() -> None:
    """A value that cannot be written down is refused, not let through."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested too deeply"):
        Redaction.of([SECRET]).of_json(deep)  # type: ignore[arg-type]


@given(
    before=st.text("hunter2-x", max_size=12),
    after=st.text("hunter2-x", max_size=12),
    cuts=st.lists(st.integers(0, 40), max_size=6),
)
def test_a_stream(before: str, after: str, cuts: list[int]) -> None:
    """Wherever it is cut, a stream shows what the whole text would have shown."""
    whole = before + SECRET + after
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    stream = StreamRedaction(Redaction.of([SECRET]))
    shown = [stream.feed(whole[a:b]) for a, b in pairwise(places)]
    assert "".join([*shown, stream.end()]) == without_secrets(whole, [SECRET])


def test_a_placeholder_is_no_secret() -> None:
    """A short key, as local servers take any, does not blot out words of an answer."""
    assert without_secrets(b"ollama is here", ["ollama"]) == b"ollama is here"


def test_is_secret() -> None:
    """A value that is read is a secret, and so is one whose name says it."""
    told = [is_secret("x", "X-Api-Key"), is_secret(lambda: "x", "X-Page"), is_secret("x", "X-Page")]
    assert told == [True, True, False]
