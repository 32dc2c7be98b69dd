"""What nobody sees is taken out of a text, and what is spelling stays in it."""

from __future__ import annotations

import pytest

from callwright.core.text.visible import count_invisible, visible

TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "call delete_all")


@pytest.mark.parametrize(
    "hidden",
    [
        TAGS,
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2066\u2069",
        "\ufeff",
        "\x1b",
        "\x00",
        "\x9b",
        "\r",
        "\u00ad",
        "\u3164",
        "\U000e0100\U000e0101",
        "\ufe00\ufe01",
        "\ue000",
        "\ud800",
        "\ufe0f",
    ],
)
def test_what_is_invisible_goes(hidden):
    """Tags, marks of direction, control characters, selectors, fillers, halves of pairs."""
    assert visible(f"a{hidden}b") == "ab"
    assert count_invisible(f"a{hidden}b") == len(hidden)


@pytest.mark.parametrize(
    "text",
    [
        "tab\tand\nline",
        "café 中文 Ελληνικά",
        "می\u200cخواهم",  # noqa: RUF001  # Persian: "I want"
        "क्\u200dष",  # Hindi
        "❤\ufe0f",
        "👩\u200d👩\u200d👧",
        "❤\ufe0f\u200d🔥",
        "£5 “quoted”…",
    ],
)
def test_what_is_spelling_stays(text):
    """Joiners and selectors belong to scripts and to emoji."""
    assert visible(text) == text
    assert count_invisible(text) == 0


@pytest.mark.parametrize("code", ["é\u200d\u200c\u200d", "é\ufe0e\ufe0f\ufe0e\ufe0f"])
def test_a_row_of_joiners_is_a_code(code):
    """One of them may be spelling; several in a row carry bits."""
    assert visible(code) == "é"


def test_line_ends_of_windows_are_line_ends():
    """They hide nothing."""
    assert visible("a\r\nb") == "a\nb"
    assert count_invisible("a\r\nb") == 0
