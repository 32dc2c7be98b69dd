"""Whatever arguments are made of, a request is the one that was planned, or it is refused."""

from __future__ import annotations

import json
from posixpath import normpath
from urllib.parse import unquote

import pytest
from tests.adversarial.smuggling import (
    Found,
    hostile_arguments,
    hostile_path_values,
    made_tool,
    try_arguments,
)

from callwright import create_tools_from_openapi_spec
from callwright.errors import CallwrightError


def test_no_argument_changes_what_was_planned():
    """Method, origin, segments, names of parameters and headers; nothing but our own refusals.

    `python -m tests.adversarial` does the same a hundred thousand times.
    """
    tool, found = made_tool(), Found()
    for arguments in hostile_arguments(2_000):
        try_arguments(tool, arguments, found)
    assert found.faults == []
    assert found.built > 50
    assert found.refused > 50


def escapes(target: str, prefix: str) -> bool:
    """Whether a path leads out of its prefix when a server decodes it, once or often."""
    for _ in range(4):
        if not (normpath(target.replace("\\", "/")) + "/").startswith(prefix):
            return True
        target = unquote(target)
    return False


def test_no_path_value_escapes_from_a_real_template(node_modules):
    """Templates of a real API, every spelling of a way out, in every place."""
    path = node_modules / "@octokit/openapi/generated/api.github.com.json"
    if not path.is_file():
        pytest.skip("needs npm's @octokit/openapi")
    raw = json.loads(path.read_bytes())
    templates = [t for t in raw["paths"] if 0 < t.count("{") < 4][::25]
    paths = {template: {"get": {}} for template in templates}
    tools = create_tools_from_openapi_spec(
        {"openapi": "3.1.0", "paths": paths}, server="https://a.test"
    )
    sent = 0
    for tool in tools:
        names = list(tool.parameters["properties"])
        prefix = tool.operation.path.partition("{")[0]
        for name in names:
            for value in hostile_path_values():
                arguments = {**dict.fromkeys(names, "ok"), name: value}
                try:
                    target = tool.build_request(arguments).url.raw_path.decode()
                except CallwrightError:
                    continue
                sent += 1
                assert target.count("/") == tool.operation.path.count("/"), (value, target)
                assert "?" not in target
                assert not escapes(target, prefix), (value, target)
    assert sent > 100
