"""Words as arguments: each value is read as the tool's schema wants it."""

import pytest

from callwright.cli.argument import read_arguments
from callwright.core.errors import ConfigurationError

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "ratio": {"type": "number"},
        "on": {"type": "boolean"},
        "text": {"type": "string"},
        "maybe": {"type": ["string", "null"]},
        "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "numbers": {"type": ["array", "null"], "items": {"$ref": "#/$defs/number"}},
        "level": {"enum": [1, 2, "high"]},
        "any": {},
        "filter.name": {"type": "string"},
        "page[size]": {"type": "integer"},
        "body": {"$ref": "#/$defs/body"},
    },
    "$defs": {
        "number": {"type": "integer"},
        "body": {
            "allOf": [{"$ref": "#/$defs/base"}],
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "count": {"type": "integer"},
                "inner": {"type": "object", "properties": {"on": {"type": "boolean"}}},
                "again": {"$ref": "#/$defs/body"},
            },
        },
        "base": {"allOf": [{"$ref": "#/$defs/base"}]},
    },
}


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["id=7"], {"id": 7}),
        (["id=seven"], {"id": "seven"}),
        (["ratio=1e3"], {"ratio": 1000.0}),
        (["on=true"], {"on": True}),
        (["on=yes"], {"on": "yes"}),
        (["text=7"], {"text": "7"}),
        (["text=true"], {"text": "true"}),
        (["text="], {"text": ""}),
        (["text=a=b"], {"text": "a=b"}),
        (["maybe=null"], {"maybe": None}),
        (["maybe=x"], {"maybe": "x"}),
        (["either=7"], {"either": 7}),
        (["either=x"], {"either": "x"}),
        (["tags=a"], {"tags": ["a"]}),
        (["tags=a", "tags=b"], {"tags": ["a", "b"]}),
        (['tags=["a", "b"]'], {"tags": ["a", "b"]}),
        (["numbers=1", "numbers=2"], {"numbers": [1, 2]}),
        (["numbers=null"], {"numbers": None}),
        (["level=1", "any=x"], {"level": 1, "any": "x"}),
        (["level=high", "any=[1]"], {"level": "high", "any": [1]}),
        (["filter.name=x"], {"filter.name": "x"}),
        (["page[size]=5"], {"page[size]": 5}),
        (["id:=8", 'text:="x"'], {"id": 8, "text": "x"}),
        (["body.title=x", "body.count=3"], {"body": {"title": "x", "count": 3}}),
        (["body.inner.on=true"], {"body": {"inner": {"on": True}}}),
        (["body.again.count=4"], {"body": {"again": {"count": 4}}}),
        (['body={"title": "x"}'], {"body": {"title": "x"}}),
        (['body={"title": "x"}', "body.count=1"], {"body": {"title": "x", "count": 1}}),
        (["body.unknown=5"], {"body": {"unknown": 5}}),
    ],
)
def test_read(words, arguments):
    """A value becomes what its schema wants, and stays text where it does not fit."""
    assert read_arguments(words, SCHEMA) == arguments


@pytest.mark.parametrize(
    "words", [["id"], ["=1"], [":=1"], ["id:=x"], ["x=1"], ["id=1", "id=2"], ["id=1", "id.x=2"]]
)
def test_refused(words):
    """A word of no known form is refused."""
    with pytest.raises(ConfigurationError):
        read_arguments(words, SCHEMA)
