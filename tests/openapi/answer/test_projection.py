"""Paths into an answer, and what they keep of it."""

from __future__ import annotations

from typing import Any

import pytest

from callwright import Override
from callwright.errors import InvalidOverride
from callwright.openapi.answer.projection import project, read_paths

PAGE: dict[str, Any] = {
    "id": 7,
    "items": [{"name": "a", "x": {"y": 1, "z": 2}}, {"name": "b"}, 5],
    "a/b": 1,
    "c~d": 2,
    "*": 3,
}


@pytest.mark.parametrize(
    ("paths", "kept"),
    [
        (["id"], {"id": 7}),
        (["/id", "nope"], {"id": 7}),
        (["items/*/name"], {"items": [{"name": "a"}, {"name": "b"}, None]}),
        (["items/1"], {"items": [{"name": "b"}]}),
        (["items/0/x/y", "items"], {"items": PAGE["items"]}),
        (["items", "items/0/x/y"], {"items": PAGE["items"]}),
        (
            ["items/*/name", "items/0/x/z"],
            {"items": [{"name": "a", "x": {"z": 2}}, {"name": "b"}, None]},
        ),
        (["a~1b", "c~0d"], {"a/b": 1, "c~d": 2}),
        (["*"], PAGE),
        (["nope"], {}),
    ],
)
def test_paths_keep_parts(paths: list[str], kept: Any) -> None:
    """Only what a path leads to is kept, in the order of the answer."""
    assert project(PAGE, read_paths(paths)) == kept


@pytest.mark.parametrize(
    ("value", "kept"), [([{"id": 1, "x": 2}], [{"id": 1}]), ("text", None), (5, None), ([], [])]
)
def test_any_answer_may_come(value: Any, kept: Any) -> None:
    """A plain value has no parts, so nothing of it is kept."""
    assert project(value, read_paths(["*/id"])) == kept


@pytest.mark.parametrize(
    "fields", [[], "id", [""], ["/"], ["a//b"], ["a~2"], ["a~"], [5], 5, ["a/"]]
)
def test_what_is_no_path_is_refused(fields: Any) -> None:
    """A rule with fields that cannot be read is refused when it is made."""
    with pytest.raises(InvalidOverride, match="override"):
        Override("*.test", fields=fields)
