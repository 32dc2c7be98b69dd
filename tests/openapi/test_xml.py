"""Values as XML by the `xml` objects of their schema, read back by Python's own parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.media import MediaType
from callwright.openapi.request.body.write import write_body
from callwright.openapi.xml import xml_text

TEXT = {"type": "string"}


def written(schema: Any, value: Any) -> str:
    """A value as XML, without the declaration, in which the tests have no interest."""
    text = xml_text(MediaType(name="application/xml", schema=schema), value)
    ElementTree.fromstring(text)  # noqa: S314  # well-formed, namespaces included
    declaration, _, root = text.partition("\n")
    assert declaration == '<?xml version="1.0" encoding="UTF-8"?>'
    return root


def texts(**xml: Any) -> dict[str, Any]:
    """An array of texts with an XML Object."""
    return {"type": "array", "items": TEXT, **({"xml": xml} if xml else {})}


ANIMAL = {"type": "string", "xml": {"name": "animal"}}
CASES: dict[str, tuple[Mapping[str, Any], Any, str]] = {
    "fields": (
        {"a": TEXT},
        {"a": "x", "n": 0, "t": True, "f": 1.5, "z": None},
        "<a>x</a><n>0</n><t>true</t><f>1.5</f>",
    ),
    "escaped": ({}, {"a": '<b> & "c" ]]> \r'}, '<a>&lt;b&gt; &amp; "c" ]]&gt; &#13;</a>'),
    "empty": ({}, {"a": "", "b": {}, "c": []}, "<a/><b/>"),
    "order of the schema": (
        {"b": {}, "a": {}},
        {"z": 1, "a": 2, "b": 3},
        "<b>3</b><a>2</a><z>1</z>",
    ),
    "object": ({}, {"a": {"b": {"c": "é"}}}, "<a><b><c>é</c></b></a>"),
    "name": ({"a": {"xml": {"name": "b"}}}, {"a": 1}, "<b>1</b>"),
    "namespace": (
        {"a": {"xml": {"prefix": "s", "namespace": "urn:s"}}, "b": {"xml": {"namespace": "urn:t"}}},
        {"a": 1, "b": 2},
        '<s:a xmlns:s="urn:s">1</s:a><b xmlns="urn:t">2</b>',
    ),
    "array": ({"a": texts()}, {"a": ["x", None, "y"]}, "<a>x</a><a>y</a>"),
    "array, named": ({"a": texts(name="b")}, {"a": ["x"]}, "<a>x</a>"),
    "array, items named": (
        {"a": {"type": "array", "items": ANIMAL}},
        {"a": ["x"]},
        "<animal>x</animal>",
    ),
    "array, wrapped": ({"a": texts(wrapped=True)}, {"a": ["x", "y"]}, "<a><a>x</a><a>y</a></a>"),
    "array, wrapped and named": (
        {"a": texts(wrapped=True, name="b")},
        {"a": ["x"]},
        "<b><b>x</b></b>",
    ),
    "array, wrapped, all named": (
        {"a": {"type": "array", "items": ANIMAL, "xml": {"name": "zoo", "wrapped": True}}},
        {"a": ["x"]},
        "<zoo><animal>x</animal></zoo>",
    ),
    "additional": (
        {},
        {"k": {"a": [{"b": 1}, {"b": 2}]}},
        "<k><a><b>1</b></a><a><b>2</b></a></k>",
    ),
    "nodeType element": (
        {"a": texts(nodeType="element")},
        {"a": ["x"]},
        "<a><a>x</a></a>",
    ),
    "nodeType none": ({"a": {"xml": {"nodeType": "none"}}}, {"a": {"b": 1}}, "<b>1</b>"),
    "nodeType text": ({"a": {"xml": {"nodeType": "text"}}}, {"a": "x<y"}, "x&lt;y"),
    "nodeType cdata": (
        {"a": {"xml": {"nodeType": "cdata"}}},
        {"a": "<b>]]></b>"},
        "<![CDATA[<b>]]]]><![CDATA[></b>]]>",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_content(case: str) -> None:
    """Properties become elements, and what else their XML Objects make of them."""
    properties, value, content = CASES[case]
    schema = {"properties": properties, "xml": {"name": "r"}}
    assert written(schema, value) == f"<r>{content}</r>"


@pytest.mark.parametrize(
    ("xml", "attribute"),
    [
        ({"attribute": True}, 'a="1 &lt; &quot;2&quot; \'&#10;"'),
        ({"nodeType": "attribute", "name": "b"}, 'b="1 &lt; &quot;2&quot; \'&#10;"'),
        (
            {"attribute": True, "prefix": "s", "namespace": "urn:s"},
            'xmlns:s="urn:s" s:a="1 &lt; &quot;2&quot; \'&#10;"',
        ),
    ],
    ids=str,
)
def test_attributes(xml: Mapping[str, Any], attribute: str) -> None:
    """A property may be an attribute of the element that its object is."""
    schema = {"properties": {"a": {"xml": xml}}, "xml": {"name": "r"}}
    assert written(schema, {"a": '1 < "2" \'\n', "b": 1}) == f"<r {attribute}><b>1</b></r>"


PET = {
    "type": "object",
    "properties": {
        "tags": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"$ref": "#/components/schemas/Tag"},
        },
        "id": {"type": "integer", "xml": {"attribute": True}},
        "mother": {"$ref": "#/components/schemas/Pet"},
    },
}
TAG = {"allOf": [{"properties": {"name": TEXT}}], "xml": {"name": "tag"}}


def test_components(body_tool: Callable[..., Any]) -> None:
    """A component names the root, and its parts are followed; circles do not matter."""
    tool = body_tool(
        "application/xml",
        {"$ref": "#/components/schemas/Pet"},
        components={"schemas": {"Pet": PET, "Tag": TAG}},
    )
    request = tool.build_request(
        {"body": {"id": 1, "mother": {"id": 2}, "tags": [{"name": "a"}, {"name": "b"}]}}
    )
    assert request.headers["content-type"] == "application/xml"
    assert request.content.decode().partition("\n")[2] == (
        '<Pet id="1"><tags><tag><name>a</name></tag><tag><name>b</name></tag></tags>'
        '<mother id="2"/></Pet>'
    )


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        (True, {"a": 1}, "<root><a>1</a></root>"),
        (
            {"xml": {"name": "l"}, "type": "array", "items": ANIMAL},
            ["x"],
            "<l><animal>x</animal></l>",
        ),
        ({"xml": {"name": 5}}, {}, "<root/>"),
        ({"$ref": "#/components/schemas/List[Pet]"}, {}, "<root/>"),
        ({"xml": {"prefix": "p", "namespace": "u", "name": "r"}}, {}, '<p:r xmlns:p="u"/>'),
    ],
    ids=str,
)
def test_roots(schema: Any, value: Any, text: str) -> None:
    """The root has the name of its schema; one without is a root by name."""
    assert written(schema, value) == text


def test_prefix_items() -> None:
    """The items of a tuple (OAS 3.2) are each named by their own schema."""
    schema = {
        "xml": {"name": "r"},
        "type": "array",
        "prefixItems": [ANIMAL, {"xml": {"name": "age"}}],
        "items": TEXT,
    }
    assert (
        written(schema, ["cat", 3, "more"]) == "<r><animal>cat</animal><age>3</age><r>more</r></r>"
    )


@pytest.mark.parametrize(
    "value",
    [{"a b": 1}, {"1a": 1}, {"": 1}, {"a><evil/>": 1}, {"a:b": 1}, {"a": "\0"}, {"a": "\ud800"}],
    ids=ascii,
)
def test_what_xml_cannot_hold(value: Any) -> None:
    """A name or a character that XML does not have is the model's to mend."""
    with pytest.raises(ArgumentsInvalid):
        written({}, value)


@pytest.mark.parametrize("name", ["application/xml", "text/xml", "application/soap+xml"])
def test_text(name: str) -> None:
    """XML that is given as text is sent as it is, and nothing in it is looked at."""
    text = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    body = write_body(MediaType(name=name), text)
    assert (body.content_type, body.content.decode()) == (name, text)


@pytest.mark.parametrize("name", ["\u00b2", "\u2460", "\u00d7", "\u037e", "-a", "a b", ""])
def test_names_that_only_look_like_ones(name: str) -> None:
    """A letter or digit of Unicode's is not one of XML's for that (XML 1.0, 2.3)."""
    with pytest.raises(ArgumentsInvalid, match="no name that XML can have"):
        xml_text(MediaType(name="application/xml"), {name: "x"})


@pytest.mark.parametrize("name", ["é", "名前", "_a", "a-1.b\u00b7"])
def test_names_in_any_script(name: str) -> None:
    """Every name that XML has can be an element's."""
    text = xml_text(MediaType(name="application/xml"), {name: "x"})
    assert ElementTree.fromstring(text)[0].tag == name  # noqa: S314  # our own words
