"""Whether a path value stays where its template has it."""

from __future__ import annotations

import pytest

from callwright.openapi.request.segment import stays_in_place


@pytest.mark.parametrize(
    "written",
    [
        "a",
        "a%2Fb",
        "a%2F..%2Fb",
        ".%2Fa",
        "...",
        ".gitignore",
        "v1.2",
        "%2F",
        "100%25",
        ";id=.",
        "a%2F..;b%2Fc",
    ],
)
def test_stays(written: str) -> None:
    """A value may hold slashes and dots, as long as something of it is left."""
    assert stays_in_place(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "..",
        "%2E",
        "%2e%2E",
        "%252e%252e",
        "%25252525252e",
        "..%2F..%2Fadmin",
        "%252e%252e%252fadmin",
        "..%5C..%5Cadmin",
        "a%2F..",
        "a%2F..%2F..%2Fb",
        "%2F..%2Fadmin",
        "..;%2Fadmin",
        "..;a=b",
    ],
)
def test_leads_away(written: str) -> None:
    """One that leads above its place, or to nothing, does not stay, however often it is encoded."""
    assert not stays_in_place(written)
