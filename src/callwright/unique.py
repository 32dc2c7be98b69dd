"""Names that stay unique when the tools of several APIs are held together."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Iterable, Iterator

from callwright.core.errors import InvalidTool
from callwright.core.tool import Tool
from callwright.openapi.name import MAX_LENGTH
from callwright.openapi.report import Finding

__all__ = ["with_unique_names"]

_BETWEEN_WORDS = re.compile(r"[^A-Za-z0-9]+")
# Words of a title that tell no API from another.
_COMMON = frozenset("api rest the for of service server openapi swagger spec".split())
_MAX_SLUG = 20
_HASH = 6


def with_unique_names(tools: Iterable[Tool]) -> tuple[list[Tool], list[Finding]]:
    """The tools, and what was renamed among them.

    An operation whose name an earlier tool has, of another API, gets the name of its API before
    its own: `list_users` of a billing API becomes `billing_list_users`.

    Raises:
        InvalidTool: two tools have the same name and are not of different APIs.
    """
    taken: dict[str, Tool] = {}
    findings: list[Finding] = []
    for tool in tools:
        earlier = taken.get(tool.name)
        if earlier is None:
            taken[tool.name] = tool
            continue
        name = next((name for name in _names(tool, earlier) if name not in taken), None)
        if name is None:
            raise InvalidTool(
                f"Two tools have the name {tool.name!r}.", remedy="Rename one: tool(name=...)."
            )
        taken[name] = _renamed(tool, name)
        findings.append(_finding(tool, earlier, name))
    return list(taken.values()), findings


def _names(tool: Tool, earlier: Tool) -> Iterator[str]:
    """The names that a tool might have instead; none if it is not of another API."""
    mine, other = tool.operation, earlier.operation
    if mine is None:
        return
    slug, is_other_api = _slug(tool.source), tool.source != earlier.source
    if not is_other_api and other is not None and mine.url == other.url:
        return
    if slug and is_other_api:
        yield _joined(slug, tool.name)
    # Two documents of one title, as of two versions: their servers and paths tell them apart.
    digest = hashlib.sha256(f"{mine.method} {mine.url}".encode(errors="surrogatepass")).hexdigest()
    yield _joined(tool.name, digest[:_HASH])


def _slug(title: str) -> str:
    """A title as the beginning of a name.

    >>> _slug("GitHub v3 REST API")
    'github_v3'
    """
    words = [word for word in _BETWEEN_WORDS.split(title.lower()) if word not in _COMMON]
    slug = "_".join(filter(None, words))
    return (
        slug if len(slug) <= _MAX_SLUG else slug[:_MAX_SLUG].rpartition("_")[0] or slug[:_MAX_SLUG]
    )


def _joined(first: str, last: str) -> str:
    """Two parts as one name; where that is too long, the longer part is cut in its middle."""
    room = MAX_LENGTH - len(first) - len(last) - 1
    if room >= 0:
        return f"{first}_{last}"
    longer = max(first, last, key=len)
    kept = len(longer) + room - _HASH - 2
    digest = hashlib.sha256(longer.encode()).hexdigest()[:_HASH]
    cut = f"{longer[: kept - kept // 2]}_{digest}_{longer[len(longer) - kept // 2 :]}"
    return f"{cut}_{last}" if longer is first else f"{first}_{cut}"


def _renamed(tool: Tool, name: str) -> Tool:
    """The same tool under another name; the one that was given keeps its own."""
    twin = copy.copy(tool)
    twin.name = name
    return twin


def _finding(tool: Tool, earlier: Tool, name: str) -> Finding:
    operation = tool.operation
    return Finding(
        kind="renamed",
        reason=(
            f"{earlier.source or 'A function'!r} has a tool {tool.name!r} already; that of "
            f"{tool.source!r} is {name!r}."
        ),
        operation="" if operation is None else f"{operation.method} {operation.path}",
    )
