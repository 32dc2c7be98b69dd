"""Parameters: what a document says of one, the defaults of the specification included."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.openapi.parameter import Parameter


def parameter(location: str, **fields: Any) -> Parameter:
    """A parameter called `p q` in a place."""
    return Parameter.read({"name": "p q", "in": location, **fields}, "")


@pytest.mark.parametrize("explode", [None, "yes", 1], ids=str)
@pytest.mark.parametrize(
    ("location", "style", "expected"),
    [
        ("query", None, ("form", True)),
        ("query", "form", ("form", True)),
        ("query", "pipeDelimited", ("pipeDelimited", False)),
        ("query", [], ("form", True)),
        ("path", None, ("simple", False)),
        ("path", "matrix", ("matrix", False)),
        ("path", "none", ("simple", False)),
        ("header", None, ("simple", False)),
        ("cookie", None, ("form", True)),
        ("cookie", "cookie", ("cookie", True)),
    ],
)
def test_defaults(
    location: str, style: object, expected: tuple[str, bool], explode: object
) -> None:
    """Style depends on the place, explode on the style; garbage counts as not said."""
    given = parameter(location, style=style, explode=explode)
    assert (given.style, given.explode) == expected


def test_content() -> None:
    """A parameter that `content` describes has the schema of its one media type."""
    media = {"schema": {"type": "object"}}
    given = parameter("query", content={"application/json": media})
    assert (given.media_type, given.media, given.schema) == (
        "application/json",
        media,
        {"type": "object"},
    )
    assert given.schema_pointer == "/content/application~1json/schema"
