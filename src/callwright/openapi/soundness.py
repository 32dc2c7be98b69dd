"""Whether an operation's parameters and body can be read at all, found out without reading them."""

from __future__ import annotations

import re

from callwright.core.errors import SpecInvalid
from callwright.openapi.document import Document
from callwright.openapi.head import ParameterHead
from callwright.openapi.operation import LOCATIONS, Operation

__all__ = ["Soundness"]


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HOST = re.compile(r"@|\\|[A-Za-z][A-Za-z0-9+.-]*://")


def _check_path(path: str) -> None:
    """Refuse a path that could end a line of a request, or lead to another host."""
    if _CONTROL.search(path):
        raise SpecInvalid(f"The path {path!r} has a line end or a control character in it.")
    if _HOST.match(path):
        raise SpecInvalid(f"The path {path!r} names a host; a path begins with one slash.")


class Soundness:
    """Looks at the heads of operations; only where these leave a doubt, at the whole of one.

    An operation that could be sent wrongly, for want of a parameter that cannot be read, must not
    be sent at all.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[str, bool] = {}

    def check(self, operation: Operation) -> None:
        """Check one operation.

        Raises:
            SpecInvalid: the path is none, or a parameter or the request body cannot be read.
        """
        _check_path(operation.path)
        if not self._is_plain(operation):
            _ = operation.parameters, operation.body

    def _is_plain(self, operation: Operation) -> bool:
        head = operation.head
        if not head.is_regular:
            return False
        for parameters in (operation.path_head.parameters, head.parameters):
            for parameter in parameters or ():
                if not self._is_readable(parameter):
                    return False
        body = head.body
        return body is None or body.reference is None or self._leads_somewhere(body.reference)

    def _is_readable(self, parameter: ParameterHead) -> bool:
        if parameter.reference is not None:
            return self._leads_to_parameter(parameter.reference)
        return parameter.name is not None and parameter.location in LOCATIONS

    def _leads_to_parameter(self, reference: str) -> bool:
        known = self._known.get(reference)
        if known is None:
            try:
                target = self._document.resolve({"$ref": reference})
                known = isinstance(target.get("name"), str) and target.get("in") in LOCATIONS
            except SpecInvalid:
                known = False
            self._known[reference] = known
        return known

    def _leads_somewhere(self, reference: str) -> bool:
        try:
            self._document.resolve({"$ref": reference})
        except SpecInvalid:
            return False
        return True
