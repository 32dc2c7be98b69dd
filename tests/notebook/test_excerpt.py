"""The beginning of what may be long."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from callwright.notebook.excerpt import MAX_LETTERS, excerpt


def test_json_is_laid_out():
    """JSON stands on several lines, in its own letters, whatever class its parts have."""
    content = MappingProxyType({"name": "Zoë", "years": (1968, None)})
    assert excerpt(content, "output") == (
        "{\n  &quot;name&quot;: &quot;Zoë&quot;,\n"
        "  &quot;years&quot;: [\n    1968,\n    null\n  ]\n}"
    )


@pytest.mark.parametrize("length", [0, 1, MAX_LETTERS])
def test_what_fits_is_whole(length):
    """A text of up to 4,000 letters is shown as it is."""
    assert excerpt("x" * length, "output") == "x" * length


@pytest.mark.parametrize("content", ["x" * 4_001, ["y" * 10_000], list(range(9_000))])
def test_what_is_longer_is_cut_with_a_note(content):
    """Of more than 4,000 letters so many are shown, and then where the whole is."""
    shown, _, note = excerpt(content, "calls[3].result.content").partition("<span")
    assert len(shown.replace("&quot;", '"')) == MAX_LETTERS
    assert "… cut after 4,000 characters; the whole is in .calls[3].result.content" in note


def test_a_large_content_is_not_written_out():
    """Only so much of a large JSON value is written as is shown, however deep or long it is."""
    read = []

    class Rows(list[int]):
        def __iter__(self):
            for row in super().__iter__():
                read.append(row)
                yield row

    excerpt(Rows(range(1_000_000)), "output")
    assert len(read) < MAX_LETTERS
    deep: object = []
    for _ in range(100_000):
        deep = [deep]
    assert "cut after" in excerpt(deep, "output")
