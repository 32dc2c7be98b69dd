"""Documents with something wrong in them, and everything that can be asked of their tools."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

import callwright
from callwright.core.tool import Tool
from callwright.errors import CallwrightError

__all__ = ["mutated", "use"]

_WRONG = (
    *(None, True, 0, -1, 2.5, 10**300, 1e308, "", "x", "\ud800", "x" * 5_000, [], {}),
    *([None], [[]], {"": {}}, {"$ref": 5}, {"$ref": ""}, {"$ref": "#"}, {"$ref": "#/paths"}),
    *({"$ref": "#/no/where"}, {"$ref": "other.json#/a"}, {"$ref": "file:///etc/passwd"}),
    *({"$ref": "https://127.0.0.1:1/x.json"}, {"$ref": "#/%ZZ/~2"}, {"$ref": "//[bad"}),
    *({"$id": "urn:a"}, {"$dynamicRef": "#a"}, {"$dynamicAnchor": "a"}, {"allOf": [{}]}),
    *({"type": "object", "readOnly": True}, {"enum": list(range(600))}, {"const": None}),
    *(["a", "a"], [{"$ref": "#"}], "{", "{id}", "http://[", "^(a+)+$", "(", float("inf")),
)
_ARGUMENTS = (None, True, 3, -0.5, "a", "\ud800", "../..", [1, "b"], {"a": {"b": [None]}}, [])


def mutated(raw: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The document with up to four things deleted, replaced, moved or led in a circle."""
    step = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(_STEPS))
    return st.lists(step, min_size=1, max_size=4).map(lambda steps: _mutate(raw, steps))


_Step = Callable[[Any, Any, int, dict[str, Any]], None]


def _mutate(raw: dict[str, Any], steps: list[tuple[int, int, _Step]]) -> dict[str, Any]:
    changed = copy.deepcopy(raw)
    for where, choice, step in steps:
        places = list(_places(changed, ""))
        if places:
            holder, key, _ = places[where % len(places)]
            step(holder, key, choice, changed)
    return changed


def _places(node: Any, pointer: str) -> Iterator[tuple[Any, Any, str]]:
    """Every place in a document: what holds it, its key there, and its pointer."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(entries):
        below = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        yield node, key, below
        if isinstance(value, (dict, list)):
            yield from _places(value, below)


def _delete(holder: Any, key: Any, choice: int, root: dict[str, Any]) -> None:
    del holder[key]


def _replace(holder: Any, key: Any, choice: int, root: dict[str, Any]) -> None:
    holder[key] = copy.deepcopy(_WRONG[choice % len(_WRONG)])


def _rename(holder: Any, key: Any, choice: int, root: dict[str, Any]) -> None:
    names = ("$ref", "allOf", "oneOf", "items", "not", "properties", "parameters", "x-a", "\ud800")
    if isinstance(holder, dict):
        holder[names[choice % len(names)]] = holder.pop(key)


def _refer(holder: Any, key: Any, choice: int, root: dict[str, Any]) -> None:
    """Put a reference there to any place at all: to itself, to what is around it, to another."""
    pointers = [pointer for _, _, pointer in _places(root, "")]
    holder[key] = {"$ref": f"#{pointers[choice % len(pointers)]}"}


def _copy(holder: Any, key: Any, choice: int, root: dict[str, Any]) -> None:
    others = list(_places(root, ""))
    other, name, _ = others[choice % len(others)]
    holder[key] = copy.deepcopy(other[name])


_STEPS: tuple[_Step, ...] = (_delete, _replace, _replace, _rename, _refer, _refer, _copy)


def use(spec: Any) -> None:
    """Ask everything of the tools of a spec; what is refused in our own words is an answer."""
    try:
        tools = callwright.create_tools_from_openapi_spec(spec)
    except CallwrightError as error:
        assert str(error)
        return
    for index, tool in enumerate(tools):
        _use(tool, index)
    assert str(tools.report)
    assert len(tools.search("x find pets")) <= 10


def _use(tool: Tool, index: int) -> None:
    """Ask everything of a tool; `index` chooses its arguments."""
    for ask in (_words, lambda tool: tool.check({}), lambda tool: tool.build_request({})):
        _asked(ask, tool)
    arguments: dict[str, Any] = {}

    def fill(tool: Tool) -> None:
        names: Any = tool.parameters["properties"]
        for position, name in enumerate(names):
            arguments[name] = _ARGUMENTS[(index + position) % len(_ARGUMENTS)]

    for ask in (fill, lambda tool: tool.check(arguments), lambda tool: tool.to_curl(arguments)):
        _asked(ask, tool)


def _words(tool: Tool) -> tuple[object, ...]:
    findings = getattr(tool, "findings", ())
    said = (tool.name, tool.description, tool.effect, tool.argument_names, tool.parameters)
    return (*said, *map(str, findings), tool.definition(), tool.source, repr(tool.operation))


def _asked(ask: Callable[[Tool], object], tool: Tool) -> None:
    try:
        ask(tool)
    except CallwrightError as error:
        assert str(error)
