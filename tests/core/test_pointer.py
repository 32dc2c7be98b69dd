"""JSON Pointers into plain values."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.core.pointer import follow

# RFC 6901, section 5.
RFC: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
        ("#/foo/1", "baz"),
        ("foo/1", "baz"),
    ],
)
def test_a_pointer_leads_to_a_value(pointer: str, value: Any) -> None:
    """The pointers of RFC 6901 lead where it says; small slips are forgiven."""
    assert follow(RFC, pointer) == value


@pytest.mark.parametrize(
    ("pointer", "told"),
    [
        ("/nope", "'nope': the result is an object with the keys: foo, , a/b"),
        ("/foo/2", "'2': /foo is an array of 2 items"),
        ("/foo/-", "'-': /foo is an array of 2 items"),
        ("/foo/²", "'²': /foo is an array"),
        ("/foo/0/x", "'x': /foo/0 is a plain value"),
        ("/a~1b/x", "'x': /a~1b is a plain value"),
    ],
)
def test_a_pointer_that_leads_nowhere_says_how_far_it_does(pointer: str, told: str) -> None:
    """The message names the step that fails, and what stands there."""
    with pytest.raises(ArgumentsInvalid) as caught:
        follow(RFC, pointer)
    assert told in str(caught.value)
