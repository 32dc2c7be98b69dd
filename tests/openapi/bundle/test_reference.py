"""References as URIs: what they mean with a base, and pointers there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.core.errors import SpecInvalid
from callwright.openapi.bundle.reference import (
    has_scheme,
    joined,
    pointer_of,
    relative_place,
    steps_of,
)
from callwright.openapi.document import Document


@pytest.mark.parametrize(
    ("base", "reference", "address"),
    [
        ("https://a.test/v1/x.yaml", "", "https://a.test/v1/x.yaml"),
        ("https://a.test/v1/x.yaml", "#/a", "https://a.test/v1/x.yaml"),
        ("https://a.test/v1/x.yaml", "y.yaml#/a", "https://a.test/v1/y.yaml"),
        ("https://a.test/v1/x.yaml", "/y?z#a", "https://a.test/y?z"),
        ("https://a.test/v1/x.yaml", "//B.TEST/Y", "https://b.test/Y"),
        ("https://a.test/v1/x.yaml", "HTTP://B.test/Y", "http://b.test/Y"),
        ("https://a.test/v1/x.yaml", "urn:example:pet#x", "urn:example:pet"),
        ("urn:example:pet", "#/a", "urn:example:pet"),
        ("file:///home/me/x.yaml", "../a b/ü.yaml", "file:///home/a%20b/%C3%BC.yaml"),
        ("", "a/b.yaml", "a/b.yaml"),
        ("", "#a", ""),
    ],
)
def test_what_address_is_meant(base: str, reference: str, address: str) -> None:
    """A reference is resolved against its base, and its fragment does not count."""
    assert joined(base, reference) == address


@pytest.mark.parametrize("reference", ["https://[", "https://a]b/", "a\udc80", "a" * 5_000])
def test_what_is_no_address(reference: str) -> None:
    """What is no URI reference, or one without end, is refused."""
    with pytest.raises(SpecInvalid):
        joined("https://a.test/", reference)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text(base: str, reference: str) -> None:
    """Any text is an address or refused, and an address stays what it is."""
    try:
        address = joined(base, reference)
    except SpecInvalid:
        return
    if has_scheme(address) and reference:
        assert joined("", address) == address


@given(st.lists(st.text(max_size=8), max_size=4))
def test_pointers_there_and_back(steps: list[str]) -> None:
    """Any keys make a pointer that names them, by this reading and by the document's."""
    pointer = pointer_of("#", steps)
    assert steps_of(pointer[1:]) == tuple(steps)
    value: object = "found"
    for step in reversed(steps):
        value = {step: value}
    raw = {"openapi": "3.1.1", "root": value}
    found = Document(raw, place="a test").find(pointer_of("#/root", steps))
    assert found == "found"


@pytest.mark.parametrize(
    ("fragment", "steps"),
    [("", ()), ("/", ("",)), ("/a//b", ("a", "", "b")), ("%2Fa", None), ("a", None)],
)
def test_what_is_a_pointer(fragment: str, steps: tuple[str, ...] | None) -> None:
    """A pointer is empty or begins with a slash; anything else is the name of an anchor."""
    assert steps_of(fragment) == steps


@pytest.mark.parametrize(
    ("url", "base", "place"),
    [
        ("https://a.test/v1/s/pet.yaml", "https://a.test/v1/openapi.yaml", "s/pet.yaml"),
        ("https://a.test/pet.yaml?key=1", "https://a.test/v1/openapi.yaml", "../pet.yaml"),
        ("https://me:pw@b.test/p?key=1", "https://a.test/v1/openapi.yaml", "https://b.test/p"),
        ("file:///home/me/a%20b.yaml", "file:///home/me/openapi.yaml", "a b.yaml"),
        ("https://a.test", "https://a.test/openapi.yaml", "."),
        ("https://a.test/pet.yaml", "", "https://a.test/pet.yaml"),
    ],
)
def test_how_a_document_is_shown(url: str, base: str, place: str) -> None:
    """By its way from the first document where there is one, and never with what may be secret."""
    assert relative_place(url, base) == place
