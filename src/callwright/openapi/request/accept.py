"""Which media types a request asks for: JSON, by the name that the document has for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_object
from callwright.openapi.answer.charset import essence_of
from callwright.openapi.operation import Operation

__all__ = ["accepted"]

_ANY = "application/json, text/*;q=0.9, */*;q=0.8"
_REST = "application/json;q=0.9, text/*;q=0.8, */*;q=0.7"
_MOST = 3


def accepted(operation: Operation) -> str:
    """What the operation's requests accept.

    JSON of a name of its own (RFC 6839, 3.1) is asked for where the document has no other: by that
    name Forem and Heroku tell the versions of their APIs apart. Else plain JSON is, also of servers
    whose documents know of XML alone, since some have it all the same.
    """
    names = list(dict.fromkeys(_declared(operation)))
    if any(essence_of(name) in ("application/json", "*/*") for name in names):
        return _ANY
    own = [name for name in names if essence_of(name).endswith("+json") and _NAME.fullmatch(name)]
    return ", ".join([*own[:_MOST], _REST]) if own else _ANY


def _declared(operation: Operation) -> Iterator[str]:
    """The media types of the answers that mean success."""
    responses = operation.raw.get("responses")
    for status, node in responses.items() if is_object(responses) else ():
        if not str(status).startswith("2") or not is_object(node):
            continue
        try:
            content = operation.document.resolve(node).get("content")
        except SpecInvalid:
            continue
        yield from (str(name).strip() for name in content) if is_object(content) else ()


_NAME = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( *; *[\w.-]+=[\w.-]+)*", re.ASCII)
