"""Headers that say something, links, and names of files."""

from __future__ import annotations

import pytest

from callwright.openapi.answer.telling import filename_of, links_of, telling_headers


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("", {}),
        ("<a>; rel=next", {"next": "a"}),
        (
            '<a>; rel="next prev"; title="x, <y>", <b>;rel=last',
            {"next": "a", "prev": "a", "last": "b"},
        ),
        ("<https://a.test/?ids=1,2&x=;>; rel=next", {"next": "https://a.test/?ids=1,2&x=;"}),
        ("<a>", {}),
        ("nonsense, <", {}),
    ],
)
def test_links(header: str, links: dict[str, str]) -> None:
    """Links are told by their relations; commas may stand in addresses and titles."""
    assert links_of(header) == links


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=a.pdf", "a.pdf"),
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=\"x\"; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
        ("inline", ""),
        ('attachment; filename="/etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\x\\\\y.exe"', "y.exe"),
        ("attachment; filename*=UTF-8''..%2F..%2Fa%00%0Ab", "ab"),
        ('attachment; filename=".."', ""),
        ('attachment; filename="a\u202efdp.exe"', "afdp.exe"),
        (f"attachment; filename={'x' * 500}", "x" * 120),
    ],
)
def test_file_names(header: str, name: str) -> None:
    """A name has no folder, no control character and no great length."""
    assert filename_of({"content-disposition": header}) == name


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"authorization": "x", "set-cookie": "y", "server": "z"}, {}),
        ({"ratelimit": '"default";r=50;t=30'}, {}),
        ({"ratelimit": '"default";r=5;t=30'}, {"ratelimit": '"default";r=5;t=30'}),
        (
            {"x-rate-limit-limit": "9", "x-next-page": "2", "x-prev-page": ""},
            {"x-next-page": "2", "x-rate-limit-limit": "9"},
        ),
        ({"location": "/v\u202e/7"}, {"location": "/v/7"}),
        ({"location": " "}, {}),
    ],
)
def test_headers(headers: dict[str, str], told: dict[str, str]) -> None:
    """Only what a model can act on is told, in visible characters."""
    assert telling_headers(headers) == told


@pytest.mark.parametrize("header", ["<" * 100_000, "<a>;" * 30_000, "<a>" + ';"' * 50_000])
def test_a_hostile_link_header_takes_no_time(header: str) -> None:
    """A header of nothing but beginnings is read once, and no longer than headers are."""
    assert len(links_of(header)) == 0
