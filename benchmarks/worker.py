"""One library loads one spec in a process of its own; what it took is the last line printed.

    python worker.py LIBRARY [--once] SPEC

Run by `peers.py` with the interpreter of the library's environment, so only the standard library
and `measure.py` are imported before the library itself. Nothing is sent to any server. Times are
of the CPU: a load of a minute and a floor of a tenth of a second do not see the same machine.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from measure import Timing, memory_now, memory_peak, seconds

Described: TypeAlias = "list[tuple[str, str | None, object]]"
"""The tools: name, description, schema."""
Loader: TypeAlias = Callable[[bytes], Described]

ROUNDS = 5
PATIENCE = 15.0
"""Seconds after which no further round is begun."""
MOST_MEMORY = 10 * 1024**3
METHODS = frozenset("get put post delete options head patch trace".split())
SMALL = b"""{"openapi": "3.0.3", "info": {"title": "Small", "version": "1"},
"servers": [{"url": "https://small.example"}],
"paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": "Done"}}}}}}"""


def names_by_callwright() -> Loader:
    """Ours; the schemas stay unread."""
    from callwright import create_tools_from_openapi_spec

    return lambda content: [
        (tool.name, tool.description, None) for tool in create_tools_from_openapi_spec(content)
    ]


def schemas_by_callwright() -> Loader:
    """Ours, with all schemas."""
    from callwright import create_tools_from_openapi_spec
    from callwright.errors import SpecInvalid

    def load(content: bytes) -> Described:
        described: Described = []
        for tool in create_tools_from_openapi_spec(content):
            try:
                described.append((tool.name, tool.description, tool.parameters))
            except SpecInvalid:
                continue  # refused by itself, as `Tools.report` says too
        return described

    return load


def by_json() -> Loader:
    """No library: the floor."""

    def load(content: bytes) -> Described:
        document = json.loads(content)
        return [("document", None, document)]

    return load


def by_openapi_llm() -> Loader:
    """Deepset's openapi-llm, which takes the text of a spec."""
    from openapi_llm.client import OpenAPIClient

    def load(content: bytes) -> Described:
        definitions = OpenAPIClient.from_spec(content.decode()).tool_definitions
        functions = [definition["function"] for definition in definitions]
        return [(each["name"], each["description"], each["parameters"]) for each in functions]

    return load


def by_fastmcp() -> Loader:
    """FastMCP, which takes the parsed document."""
    from fastmcp import FastMCP

    def load(content: bytes) -> Described:
        server = FastMCP.from_openapi(json.loads(content))
        tools = asyncio.run(server.list_tools())
        return [(tool.name, tool.description, tool.parameters) for tool in tools]

    return load


def by_google_adk() -> Loader:
    """Google's ADK; the declaration is what its own model calls read of a tool."""
    from google.adk.tools.openapi_tool import OpenAPIToolset

    def load(content: bytes) -> Described:
        toolset = OpenAPIToolset(spec_str=content.decode(), spec_str_type="json")
        tools = asyncio.run(toolset.get_tools())
        return [(tool.name, tool.description, tool._get_declaration()) for tool in tools]

    return load


LOADERS: dict[str, Callable[[], Loader]] = {
    "callwright": names_by_callwright,
    "callwright-schemas": schemas_by_callwright,
    "json": by_json,
    "openapi-llm": by_openapi_llm,
    "fastmcp": by_fastmcp,
    "google-adk": by_google_adk,
}


def count_operations(document: Any) -> int:
    """How many operations a document has."""
    items = [item for item in document.get("paths", {}).values() if isinstance(item, dict)]
    return sum(method in METHODS for item in items for method in item)


def measured(load: Loader, path: Path, patience: float) -> dict[str, Any]:
    """Load once for the memory, then in turns with the floor."""
    load(SMALL)  # so that what a library imports on first use is not charged to the spec
    before = memory_now()
    content = path.read_bytes()
    begun = time.process_time()
    tools = load(content)
    first = time.process_time() - begun
    peak, made = memory_peak() - before, len(tools)
    del tools

    ours = partial(cpu_seconds, partial(load, content))
    floor = partial(cpu_seconds, partial(json.loads, content))
    # The first load is the only one of a library that is slow, and a warm-up for the others.
    pairs = [(first, floor())] if first > patience else []
    while len(pairs) < ROUNDS and (not pairs or time.process_time() - begun < patience):
        pairs.append((ours(), floor()))
    timing = Timing.of(pairs)
    return {
        "tools": made,
        "operations": count_operations(json.loads(content)),
        "seconds": timing.ours,
        "floor": timing.floor,
        "ratio": timing.ratio,
        "memory": peak / len(content),
    }


def cpu_seconds(action: Callable[[], object]) -> float:
    """How long an action keeps the CPU."""
    return seconds(action, time.process_time)


def short(error: BaseException) -> str:
    """An error in one line."""
    said = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {said[0]}"[:90]


def main() -> None:
    """Measure, or say what the library died with."""
    library, *once, path = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        found = measured(LOADERS[library](), Path(path), 0.0 if once else PATIENCE)
    except MemoryError:
        found = {"error": f"more than {MOST_MEMORY / 1024**3:.0f} GiB of memory"}
    except Exception as error:
        found = {"error": short(error)}
    print("\n" + json.dumps(found))


if __name__ == "__main__":
    main()
