"""Paths and form-style queries against what RFC 6570 makes of the same values.

The templates are expanded by std-uritemplate; what is compared is bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from stduritemplate import StdUriTemplate
from tests.wire.case import Case
from tests.wire.outcome import Outcome, different, equal, skipped
from tests.wire.text import is_flat, is_nothing, leaf

__all__ = ["read_template"]

_PATH, _QUERY = "RFC 6570, path", "RFC 6570, query"
_OPERATORS = {"simple": "", "label": ".", "matrix": ";"}
_NAME = "v0v"
_NAMES = re.compile(r"\{([^{}]+)\}")


def read_template(case: Case) -> Iterator[Outcome]:
    """The whole path, and the query parameter by parameter."""
    if case.at("path"):
        yield _path(case)
    pieces = [piece for piece in case.raw_query.split("&") if piece]
    for name, value in case.at("query").items():
        yield _query(case, name, value, pieces)


def _path(case: Case) -> Outcome:
    values, template = case.at("path"), case.sent_path.partition("?")[0]
    values = {name: value for name, value in values.items() if f"{{{name}}}" in template}
    reasons = [_untold(case.declared["path", name], value) for name, value in values.items()]
    if any(reasons):
        return skipped(_PATH, next(filter(None, reasons)))
    rooted = template if template.startswith("/") else f"/{template}"
    expanded = "".join(
        _expression(case.declared["path", part], values[part], "path")
        if is_name
        else _literal(part)
        for is_name, part in _parts(rooted)
    )
    return _judged(_PATH, [expanded], [case.raw_path])


def _parts(template: str) -> Iterator[tuple[bool, str]]:
    """Text and names by turns."""
    for index, part in enumerate(_NAMES.split(template)):
        yield index % 2 == 1, part


def _literal(text: str) -> str:
    """What is no expression is copied, percent-encoded where it must be (RFC 6570, 3.1)."""
    return quote(text, safe="%:/@!$&'()*+,;=-._~")


def _query(case: Case, name: str, value: Any, pieces: list[str]) -> Outcome:
    parameter = case.declared["query", name]
    reason = _untold(parameter, value)
    if reason:
        return skipped(_QUERY, reason)
    expanded = _expression(parameter, value, "query").removeprefix("?")
    wanted = expanded.split("&") if expanded else []
    if not wanted:
        taken = unquote(name) in [unquote(piece.partition("=")[0]) for piece in pieces]
        return different(_QUERY, "sent though undefined", case.name) if taken else equal(_QUERY)
    runs = [pieces[start : start + len(wanted)] for start in range(len(pieces))]
    found = next((run for run in runs if _same(run, wanted)), pieces)
    return _judged(_QUERY, wanted, found)


def _judged(reader: str, expanded: list[str], built: list[str]) -> Outcome:
    if _same(expanded, built):
        return equal(reader)
    return different(reader, "other bytes", f"{expanded} != {built}")


def _same(expanded: list[str], built: list[str]) -> bool:
    return [_unescaped(one) for one in expanded] == [_unescaped(one) for one in built]


def _unescaped(text: str) -> str:
    """Text with its unreserved characters plain; an escaped one is the same (RFC 3986, 2.3)."""
    return re.sub("%(2D|2E|5F|7E)", lambda match: unquote(match[0]), text)


def _untold(parameter: Mapping[str, Any], value: Any) -> str:
    """Why there is no template for the parameter and its value."""
    if "content" in parameter:
        return "a `content` parameter"
    style = parameter.get("style", "form" if parameter["in"] == "query" else "simple")
    if style not in ("simple", "label", "matrix", "form"):
        return f"style {style}"
    if parameter.get("allowReserved"):
        return "allowReserved"
    if not is_flat(value):
        return "a nested value"
    if parameter["in"] == "path" and is_nothing(value):
        return "nothing in a path"
    return ""


def _expression(parameter: Mapping[str, Any], value: Any, location: str) -> str:
    style = parameter.get("style", "form" if location == "query" else "simple")
    operator = "?" if style == "form" else _OPERATORS[style]
    star = (
        "*" if parameter.get("explode", style == "form") and isinstance(value, (list, dict)) else ""
    )
    expanded: str = StdUriTemplate.expand(f"{{{operator}{_NAME}{star}}}", {_NAME: _given(value)})
    if isinstance(value, dict) and star:
        return expanded
    # Names of APIs hold what no variable of a template may, so one stands in for them.
    name = quote(parameter["name"], safe="")
    return re.sub(f"([?&;]){_NAME}(?=[=;&]|$)", lambda match: match[1] + name, expanded)


def _given(value: Any) -> Any:
    """A value as RFC 6570 knows values: text, lists and associations of text."""
    if isinstance(value, dict):
        return {key: leaf(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [leaf(item) for item in value if item is not None]
    return None if value is None else leaf(value)
