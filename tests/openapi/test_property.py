"""What holds for every valid document, whatever it is put together from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.openapi.whole import documents, operations_in, reordered

import callwright
from callwright import Tools
from callwright.core.tool import Tool

CheckTool = Callable[[Tool], Mapping[str, Any]]

# The strategies are large, so that the first document takes longer than the others.
several = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def load(spec: Any) -> Tools:
    """The tools of a spec, by the public face."""
    return callwright.create_tools_from_openapi_spec(spec)


def place(tool: Tool) -> tuple[str, str]:
    """Method and path of a tool."""
    assert tool.operation is not None
    return tool.operation.method, tool.operation.path


def said(tool: Tool) -> dict[str, Any]:
    """All that a tool says of itself."""
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "argument_names": dict(tool.argument_names),
        "effect": tool.effect,
    }


@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.1", "3.2.0"])
@several
@given(data=st.data())
def test_every_operation_becomes_a_tool(
    version: str, data: st.DataObject, check_tool: CheckTool
) -> None:
    """As many tools as operations, nothing refused, names legal and schemas valid 2020-12."""
    raw = data.draw(documents(version))
    tools = load(raw)
    assert sorted(map(place, tools)) == sorted(operations_in(raw))
    assert tools.report.refused == ()
    for tool in tools:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool.name)
        check_tool(tool)
    assert all(str(finding) for finding in tools.report)


@several
@given(raw=documents())
def test_text_and_mapping_mean_the_same(raw: dict[str, Any]) -> None:
    """JSON, YAML and the mapping itself make the same tools and the same report."""
    tools = load(raw)
    shown = [said(tool) for tool in tools]
    for text in (
        json.dumps(raw, ensure_ascii=False),
        json.dumps(raw).encode(),
        yaml.safe_dump(raw, allow_unicode=True, sort_keys=False),
        yaml.safe_dump(raw, default_flow_style=True, sort_keys=False),
    ):
        others = load(text)
        assert [said(tool) for tool in others] == shown
        assert others.report == tools.report


@several
@given(raw=documents(), order=st.randoms(use_true_random=False))
def test_order_means_nothing(raw: dict[str, Any], order: Any) -> None:
    """Whatever the order of paths, components and of reading is, a tool stays what it is."""
    first = {place(tool): said(tool) for tool in load(raw)}
    tools = list(load(reordered(raw, order)))
    order.shuffle(tools)
    assert {place(tool): said(tool) for tool in tools} == first
