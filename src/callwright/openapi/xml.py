"""Values as XML by the `xml` objects of their schema (OAS 3.1.1, XML Object; 3.2's `nodeType`).

Only written, never read. Null is left out. Namespaces are declared where the document names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, is_array, is_object
from callwright.openapi.media import MediaType, properties_of
from callwright.openapi.request.style import text_of

__all__ = ["xml_text"]

NodeType: TypeAlias = Literal["element", "attribute", "text", "cdata", "none"]
_NODE_TYPES: tuple[NodeType, ...] = ("element", "attribute", "text", "cdata", "none")
# Where neither the schema nor its component has a name; OAS 3.2 leaves it open.
_NAMELESS = "root"


def xml_text(media: MediaType, value: Json) -> str:
    """An object or an array as an XML document.

    Raises:
        ArgumentsInvalid: a name or a text in it can stand in no XML.
    """
    form = _Form.read(media)
    name = form.name or _component(media.schema) or _NAMELESS
    return _DECLARATION + _element(form, name, value)


_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _component(schema: object) -> str:
    """The name of the component that a schema is, which names the root (XML Object, `name`)."""
    reference = schema.get("$ref") if is_object(schema) else None
    name = reference.rpartition("/")[2] if isinstance(reference, str) else ""
    return name if re.fullmatch(_NAME, name) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What a schema says of its value's form as XML."""

    media: MediaType
    name: str = ""
    prefix: str = ""
    namespace: str = ""
    node_type: NodeType | None = None
    """The node that its value becomes, where the schema says it."""

    @classmethod
    def read(cls, media: MediaType) -> _Form:
        """Read the schema of a media type; what stands beside a reference wins."""
        schema = media.schema
        beside = schema.get("xml") if is_object(schema) else None
        raw = beside if is_object(beside) else media.resolve(schema).get("xml")
        xml: Mapping[str, Any] = raw if is_object(raw) else {}
        return cls(
            media=media,
            name=_text(xml, "name"),
            prefix=_text(xml, "prefix"),
            namespace=_text(xml, "namespace"),
            node_type=_node_type(xml),
        )

    def of(self, place: str | int) -> _Form:
        """The form of a property, or of an array's item."""
        return _Form.read(self.media.part(place))

    def ordered(self, value: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
        """The fields of an object in the schema's order, which many readers of XML insist on."""
        known = [
            name for name in properties_of(self.media.schema, self.media.resolve) if name in value
        ]
        for name in dict.fromkeys((*known, *value)):
            if value[name] is not None:
                yield name, value[name]

    def qualified(self, name: str) -> str:
        """The name with its prefix."""
        local = _checked_name(self.name or name)
        return f"{_checked_name(self.prefix)}:{local}" if self.prefix else local

    def declaration(self) -> str:
        """The attribute that declares the namespace, if there is one."""
        if not self.namespace:
            return ""
        prefix = f":{_checked_name(self.prefix)}" if self.prefix else ""
        return f" xmlns{prefix}={quoteattr(_checked(self.namespace))}"


def _text(xml: Mapping[str, Any], key: str) -> str:
    value = xml.get(key)
    return value if isinstance(value, str) else ""


def _node_type(xml: Mapping[str, Any]) -> NodeType | None:
    """What `nodeType` says, or in its stead `attribute` and `wrapped` before OAS 3.2."""
    given: Any = xml.get("nodeType")
    if given in _NODE_TYPES:
        node_type: NodeType = given
        return node_type
    if xml.get("attribute") is True:
        return "attribute"
    return "element" if xml.get("wrapped") is True else None


@dataclass(slots=True)
class _Node:
    """An element's attributes and content while they are gathered."""

    attributes: list[str] = field(default_factory=list[str])
    content: list[str] = field(default_factory=list[str])

    def add(self, form: _Form, name: str, value: Json) -> None:
        """Add a value as the node that its schema makes of it; an array is none by itself."""
        node_type = form.node_type or ("none" if is_array(value) else "element")
        if is_array(value) and node_type == "none":
            self._add_items(form, name, value)
        elif node_type == "attribute":
            # Two of one namespace declare it once.
            declared = dict.fromkeys((*self.attributes, form.declaration()))
            text = quoteattr(_checked(_plain(value)))
            self.attributes[:] = [*filter(None, declared), f" {form.qualified(name)}={text}"]
        elif node_type == "text":
            self.content.append(_escaped(value))
        elif node_type == "cdata":
            text = _checked(_plain(value)).replace("]]>", "]]]]><![CDATA[>")
            self.content.append(f"<![CDATA[{text}]]>")
        elif node_type == "none":
            self._fill(form, name, value)
        else:
            self.content.append(_element(form, name, value))

    def _fill(self, form: _Form, name: str, value: Json) -> None:
        if is_object(value):
            for key, item in form.ordered(value):
                self.add(form.of(key), key, item)
        elif is_array(value):
            # An array that is wrapped gives its items its own name, if they have none.
            self._add_items(form, form.name or name, value)
        else:
            self.content.append(_escaped(value))

    def _add_items(self, form: _Form, name: str, value: Any) -> None:
        for index, item in enumerate(value):
            if item is not None:
                self.add(form.of(index), name, item)

    @classmethod
    def of(cls, form: _Form, name: str, value: Json) -> _Node:
        """The node of a value."""
        node = cls()
        node._fill(form, name, value)
        return node


def _element(form: _Form, name: str, value: Json) -> str:
    node = _Node.of(form, name, value)
    tag, content = form.qualified(name), "".join(node.content)
    start = f"<{tag}{form.declaration()}{''.join(node.attributes)}"
    return f"{start}>{content}</{tag}>" if content else f"{start}/>"


def _plain(value: Json) -> str:
    """What an attribute or a text holds: the items of an array in a row, as XML lists are."""
    return " ".join(map(text_of, value)) if is_array(value) else text_of(value)


def _escaped(value: Json) -> str:
    # A bare carriage return would be read as a line feed (XML 1.0, 2.11).
    return escape(_checked(_plain(value)), {"\r": "&#13;"})


# XML 1.0, 2.3 and Namespaces in XML, 4: no colon.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
# Compiled when it is first used: that takes longer than all else in this room.
_NAME = f"[{_START}][{_START}.0-9\u00b7\u0300-\u036f\u203f-\u2040-]*"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _checked_name(name: str) -> str:
    if not re.fullmatch(_NAME, name):
        raise ArgumentsInvalid([f"{name!r} is no name that XML can have."])
    return name


def _checked(text: str) -> str:
    if found := _FORBIDDEN.search(text):
        raise ArgumentsInvalid([f"The character {found[0]!r} can stand in no XML."])
    return text
