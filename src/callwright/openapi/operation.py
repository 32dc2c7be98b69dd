"""One operation with everything it inherits, read from the document when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.core.signature import NO_SIGNATURE, Signature
from callwright.core.tool import Effect
from callwright.openapi.document import Document
from callwright.openapi.head import METHODS, OperationHead, PathHead
from callwright.openapi.parameter import Location, Parameter
from callwright.openapi.pointer import escape_pointer
from callwright.openapi.server import is_absolute, server_url

if TYPE_CHECKING:
    from openapi_pydantic.v3 import v3_0, v3_1

__all__ = ["LOCATIONS", "Body", "Operation", "is_own_header", "operation_pointer"]

LOCATIONS: tuple[Location, ...] = get_args(Location)
_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
# OAS 3.1.1, Parameter Object, `name`: these header parameters shall be ignored.
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
# These belong to the connection, to the runtime or to proxies, which act on them; nothing that a
# model says may set them. A caller can, by a rule.
_OWN_HEADERS = frozenset(
    """
    connection content-length cookie expect forwarded host keep-alive proxy-authorization
    proxy-connection te trailer transfer-encoding upgrade via x-http-method x-http-method-override
    x-method-override x-original-url x-real-ip x-rewrite-url
    """.split()
)
_OF_PROXIES = "x-forwarded-"


def is_own_header(name: str) -> bool:
    """Whether a header is no parameter, although a document may say so.

    >>> [is_own_header(name) for name in ("Accept", "X-Forwarded-For", "X-Request-Id")]
    [True, True, False]
    """
    name = name.lower()
    return name in _IGNORED_HEADERS | _OWN_HEADERS or name.startswith(_OF_PROXIES)


_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The request body of an operation: its media types, and whether there must be one."""

    content: Mapping[str, Any]
    required: bool
    description: str
    pointer: str


class Operation(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """One operation. `method` is written as it is sent; `path` is the template of the document.

    What its head does not say is read from the document when it is asked for.

    `server` stands in for the servers of the document, where the caller gave one.
    """

    document: Document
    path: str
    method: str
    head: OperationHead
    path_head: PathHead
    server: str | None = None

    def __repr__(self) -> str:
        return f"<Operation {self.method} {self.path}>"

    @cached_property
    def item(self) -> Mapping[str, Any]:
        """The path item, as the document has it."""
        return self.document.path_item(self.path)

    @cached_property
    def raw(self) -> Mapping[str, Any]:
        """The operation, as the document has it."""
        methods: Any = self.item if _is_usual(self.method) else self.item["additionalOperations"]
        raw: Mapping[str, Any] = methods[_field(self.method)]
        return raw

    @cached_property
    def typed(self) -> v3_0.Operation | v3_1.Operation:
        """The operation as a model of openapi-pydantic, its `$ref`s as they are in the document.

        Raises:
            SpecInvalid: the model refuses it, although it can be called.

        >>> import callwright
        >>> operation = {"responses": {"200": {"description": "All of them."}}}
        >>> spec = {"openapi": "3.1.0", "paths": {"/pets": {"get": operation}}}
        >>> (tool,) = callwright.create_tools_from_openapi_spec(spec)
        >>> tool.operation.typed.responses["200"].description
        'All of them.'
        """
        from openapi_pydantic.v3 import v3_0, v3_1
        from pydantic import ValidationError

        model = v3_0.Operation if self.document.minor_version == 0 else v3_1.Operation
        try:
            return model.model_validate(self.raw)
        except ValidationError as error:
            fault = error.errors()[0]
            place = "/".join(escape_pointer(str(part)) for part in fault["loc"])
            raise SpecInvalid(
                f"The operation is not as OpenAPI has it: {fault['msg']}.",
                place=self.document.place,
                pointer=f"{self.pointer}/{place}",
            ) from None

    @property
    def pointer(self) -> str:
        """Where the operation stands in the document."""
        return operation_pointer(self.path, self.method)

    @property
    def operation_id(self) -> str | None:
        """The operationId as the document has it."""
        return (self.head.operation_id or "").strip() or None

    @property
    def summary(self) -> str:
        """What the operation does, in a line."""
        return (self.head.summary or self.path_head.summary or "").strip()

    @property
    def description(self) -> str:
        """What the operation does, at length."""
        return (self.head.description or self.path_head.description or "").strip()

    @property
    def tags(self) -> Sequence[str]:
        """The tags by which the document groups it."""
        return self.head.tags or ()

    @property
    def deprecated(self) -> bool:
        """Whether the document advises against it."""
        return self.head.deprecated is True

    @property
    def effect(self) -> Effect:
        """What a call can do, by its method: safe ones read (RFC 9110, 9.2.1), DELETE removes.

        The document's own word can make it more than that, and never less: it may be anyone's.
        """
        if self.method == "DELETE" or self.head.is_marked_destructive:
            return "destructive"
        return "read" if self.method in _READING else "write"

    @cached_property
    def declared_server(self) -> str:
        """The server by the document's own word, without a slash at its end."""
        servers = (self.head.servers, self.path_head.servers, self.document.raw.get("servers"))
        return server_url(self.document.base_url, *servers)

    @property
    def base_url(self) -> str:
        """The server that calls are sent to, without a slash at its end."""
        return self.declared_server if self.server is None else self.server.rstrip("/")

    @property
    def rooted_path(self) -> str:
        """The path with the slash that some documents forget; without, `@host` would be a host."""
        return self.path if self.path.startswith("/") else f"/{self.path}"

    @property
    def declared_url(self) -> str:
        """The URL by the document's own servers, `https://host/base/path/{template}`."""
        return self.declared_server + self.rooted_path

    @property
    def url(self) -> str:
        """The URL that calls are sent to, with the path's template."""
        return self.base_url + self.rooted_path

    @property
    def is_reachable(self) -> bool:
        """Whether the URL names a host."""
        return is_absolute(self.base_url)

    @property
    def signature(self) -> Signature:
        """The names in what it takes and gives, as far as they can be skimmed."""
        return self.document.signatures.get((self.path, self.method), NO_SIGNATURE)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, those of the path included where the operation does not replace them.

        A name in the path's template that is declared nowhere is taken as a string.

        Raises:
            SpecInvalid: one of them cannot be read.
        """
        found = {(each.location, each.name): each for each in self._declared}
        templated = _TEMPLATE.findall(self.path)
        for name in templated:
            plain = Parameter.plain(name, "path", schema={"type": "string"}, required=True)
            found.setdefault(("path", name), plain)
        for key in [key for key in found if key[0] == "path" and key[1] not in templated]:
            del found[key]
        return tuple(
            sorted(found.values(), key=lambda parameter: LOCATIONS.index(parameter.location))
        )

    @cached_property
    def _declared(self) -> tuple[Parameter, ...]:
        """The parameters as they are declared, those of the path first."""
        of_path = self._read_parameters(self.item, f"#/paths/{escape_pointer(self.path)}")
        return (*of_path, *self._read_parameters(self.raw, self.pointer))

    @property
    def template_faults(self) -> Iterator[str]:
        """Where the path's template and the parameters disagree, and what was made of it."""
        declared = {each.name for each in self._declared if each.location == "path"}
        templated = _TEMPLATE.findall(self.path)
        for name in dict.fromkeys(templated):
            if name not in declared:
                yield f"{name!r} is in the path and declared nowhere; it is taken as text."
        for name in sorted(declared.difference(templated)):
            yield f"The path parameter {name!r} is not in the path; it was left out."

    def _read_parameters(self, holder: Mapping[str, Any], pointer: str) -> Iterator[Parameter]:
        listed = holder.get("parameters")
        for index, node in enumerate(listed if is_array(listed) else ()):
            place = f"{pointer}/parameters/{index}"
            raw, place = self.document.follow(node, place)
            name, location = raw.get("name"), raw.get("in")
            if not isinstance(name, str) or location not in LOCATIONS:
                raise SpecInvalid("A parameter has no name or no known place.", pointer=place)
            if location != "header" or not is_own_header(name):
                yield Parameter.read(raw, place)

    @cached_property
    def body(self) -> Body | None:
        """The request body, if the operation takes one.

        Raises:
            SpecInvalid: it cannot be read.
        """
        node = self.raw.get("requestBody")
        if node is None:
            return None
        raw, pointer = self.document.follow(node, f"{self.pointer}/requestBody")
        content = raw.get("content")
        if not is_object(content) or not content:
            return None
        return Body(
            content=content,
            required=raw.get("required") is True,
            description=_text(raw.get("description")),
            pointer=pointer,
        )

    @property
    def security(self) -> Sequence[Mapping[str, Any]]:
        """The sets of schemes of which one must be met; none where no credential is needed."""
        given: Any = self.raw.get("security", self.document.raw.get("security"))
        return tuple(filter(is_object, given)) if is_array(given) else ()


def operation_pointer(path: str, method: str) -> str:
    """Where the operation of a path and a method stands in a document."""
    more = "" if _is_usual(method) else "additionalOperations/"
    return f"#/paths/{escape_pointer(path)}/{more}{escape_pointer(_field(method))}"


def _field(method: str) -> str:
    """The field of a method, be it a path item's own or one of `additionalOperations`."""
    return method.lower() if _is_usual(method) else method


def _is_usual(method: str) -> bool:
    return method.lower() in METHODS


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
