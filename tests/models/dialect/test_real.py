"""GitHub's API in each dialect, whose schemas nobody wrote for a test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callwright import Tools, create_tools_from_openapi_spec
from callwright.models.dialect.lower import lower


@pytest.fixture(scope="module")
def github(node_modules: Path) -> Tools:
    """The tools of GitHub's API."""
    spec = node_modules / "@octokit/openapi/generated/api.github.com.json"
    if not spec.is_file():
        pytest.skip("@octokit/openapi is not installed")
    return create_tools_from_openapi_spec(spec)


@pytest.mark.parametrize("dialect", ["openai-strict", "gemini", "flat"])
def test_every_operation_obeys_the_rules(
    dialect: Any, github: Tools, check_dialect: Callable[[str], Callable[[Any], None]]
) -> None:
    """Each schema is one that the provider takes, and none grows out of proportion."""
    check = check_dialect(dialect)
    loose: list[str] = []
    for tool in github:
        lowered = lower(tool.parameters, dialect)
        if dialect == "openai-strict" and not lowered.is_strict:
            assert lowered.schema is tool.parameters
            loose.append(tool.name)
            continue
        check(lowered.schema)
        assert len(json.dumps(lowered.schema)) < 2 * len(json.dumps(tool.parameters)) + 500
    assert len(github) > 1000
    assert len(loose) < len(github) / 50, loose
