"""Small APIs to be ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import callwright

__all__ = ["answer", "api", "described"]


def api(*operations: str, title: str = "Test") -> callwright.Tools:
    """An API of nothing but methods, paths and, behind these, summaries."""
    return described({operation: {} for operation in operations}, title=title)


def described(operations: Mapping[str, Mapping[str, Any]], **info: str) -> callwright.Tools:
    """An API of operations, each under `METHOD /path summary`."""
    paths: dict[str, dict[str, Any]] = {}
    for key, operation in operations.items():
        method, path, *summary = key.split(" ", 2)
        said = {"summary": summary[0]} if summary else {}
        paths.setdefault(path, {})[method.lower()] = {"responses": {}, **said, **operation}
    return callwright.create_tools_from_openapi_spec(
        {"openapi": "3.1.0", "info": {"version": "1", **info}, "paths": paths}
    )


def answer(**properties: Any) -> dict[str, Any]:
    """An operation that answers with an object."""
    schema = {"type": "object", "properties": properties}
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "", "content": content}}}
