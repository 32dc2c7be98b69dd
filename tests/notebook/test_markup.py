"""HTML that is escaped by construction."""

from __future__ import annotations

import random
from html import unescape

import pytest

from callwright.notebook.markup import Markup, element, joined, text


def test_text_is_escaped_in_elements_and_attributes():
    """A string is text wherever it stands; only Markup is HTML."""
    made = element("p", "<b> & 'c'", element("b", "d"), class_='x" onclick="', aria_label="<")
    assert made == (
        '<p class="x&quot; onclick=&quot;" aria-label="&lt;">'
        "&lt;b&gt; &amp; &#x27;c&#x27;<b>d</b></p>"
    )


def test_absent_attributes_are_left_out():
    """None is no attribute, 0 is one."""
    assert element("rect", x=0, rx=None) == '<rect x="0"></rect>'


def test_markup_is_not_escaped_twice():
    """What has become Markup stays as it is; a sum of Markup and text is text again."""
    once = joined(["a & b"])
    assert text(once) == once == "a &amp; b"
    assert text(once + "<") == "a &amp;amp; b&lt;"
    assert isinstance(text("<"), Markup)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\tb\nc\r\nd", "a\tb\nc\nd"),
        ("\x00\x07\x1b[31m\r", "[U+0000][U+0007][U+001B][31m[U+000D]"),
        ("\x7f\x85", "[U+007F][U+0085]"),
        ("user\u202egpj.exe\u2066", "user[U+202E]gpj.exe[U+2066]"),
        ("\u200b\ufeff\u2028", "[U+200B][U+FEFF][U+2028]"),
        ("\U000e0041\ud800\uffff", "[U+E0041][U+D800][U+FFFF]"),
        ("क्\u200dष 👩\u200d🚀 שלום 日本", "क्\u200dष 👩\u200d🚀 שלום 日本"),
    ],
)
def test_what_would_be_invisible_is_shown(given, shown):
    """Control, direction and tag characters are shown by name; scripts and emoji stay whole."""
    assert text(given) == shown


def test_any_text_survives(parsed, told_by):
    """Whatever the text, the page is well-formed, and shows the text and nothing else."""
    dice = random.Random(20)  # noqa: S311  # the same every time
    alphabet = [*"<>&\"'=/-! \n\tab;#x]", "<script>", "-->", "]]>", "&lt", "\x00", "\u202e", "é"]
    for _ in range(500):
        given = "".join(dice.choices([*alphabet, chr(dice.randrange(0x110000))], k=12))
        page = parsed(element("p", given, title=given))
        assert told_by(page) == page.get("title") == unescape(text(given))
        assert len(page) == 0
