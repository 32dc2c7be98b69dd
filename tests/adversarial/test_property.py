"""Whatever arguments are made of, a request is the one that was planned, or it is refused."""

from __future__ import annotations

import json

import pytest
from tests.adversarial.smuggling import (
    Found,
    hostile_arguments,
    made_tool,
    try_arguments,
    try_paths,
)


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


def test_no_path_value_escapes_from_a_real_template(node_modules):
    """Templates of a real API, every spelling of a way out, in every place."""
    path = node_modules / "@octokit/openapi/generated/api.github.com.json"
    if not path.is_file():
        pytest.skip("needs npm's @octokit/openapi")
    raw = json.loads(path.read_bytes())
    templates = [t for t in raw["paths"] if 0 < t.count("{") < 4][::25]
    found = Found()
    try_paths(templates, found)
    assert found.faults == []
    assert found.built > 100
