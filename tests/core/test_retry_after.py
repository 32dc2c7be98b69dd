"""How long servers want to be left alone."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from callwright.core.retry_after import retry_after

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": formatdate(NOW + 12, usegmt=True)}, 12.0),
        ({"retry-after": formatdate(NOW - 12, usegmt=True)}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "later"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_the_wait_is_read_from_the_headers(headers: dict[str, str], wait: float | None) -> None:
    """Milliseconds before seconds before a date; what makes no sense is no wish."""
    assert retry_after(headers, now=NOW) == wait


def test_a_wish_of_an_odd_kind() -> None:
    """A header that parsers trip over is no wish."""
    for text in ("Wed", "0.0.0", "१२", "1_000", "+3", "∞", "Mon, 99 Foo 2026 10:00:00 GMT"):
        assert retry_after({"retry-after": text}, now=0) is None
