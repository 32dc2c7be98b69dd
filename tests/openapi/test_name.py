"""Names that every provider accepts, that are unique, and that stay."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.openapi.name import tool_names

LEGAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
Names = Mapping[tuple[str, str], str]


def named(operations: Iterable[tuple[str, str, str | None]]) -> Names:
    """The names of operations, each of them legal and no two alike."""
    listed = list(operations)
    names = tool_names(listed)
    assert all(LEGAL.fullmatch(name) for name in names)
    assert len(set(names)) == len(names)
    return {(method, path): name for (method, path, _), name in zip(listed, names, strict=True)}


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        pytest.param(("GET", "/users", "listUsers"), "listUsers", id="operationId"),
        pytest.param(("GET", "/a", "a-b_C9"), "a-b_C9", id="every legal character"),
        pytest.param(("GET", "/a", "x" * 64), "x" * 64, id="as long as allowed"),
        pytest.param(("GET", "/users/{id}", None), "get_users_id_e87098", id="no operationId"),
        pytest.param(("GET", "/users/{id}", ""), "get_users_id_e87098", id="empty operationId"),
        pytest.param(("GET", "/", None), "get_c76702", id="root"),
        pytest.param(
            ("GET", "/a", "users/list.all"), "users_list_all_f302df", id="illegal characters"
        ),
        pytest.param(("GET", "/a", "список"), "get_f302df", id="nothing legal"),
        pytest.param(("GET", "/a", "../../a b\n\u202e;DROP"), "a_b_DROP_f302df", id="hostile"),
        pytest.param(("GET", "/a", "word_" * 20), "word_" * 11 + "f302df", id="too long"),
        pytest.param(("GET", "/a", "x" * 5_000), "x" * 57 + "_f302df", id="far too long"),
    ],
)
def test_names(operation: tuple[str, str, str | None], name: str) -> None:
    """A legal operationId is the name; anything else becomes a readable one with a hash."""
    assert named([operation]) == {operation[:2]: name}


def test_duplicate_ids() -> None:
    """Operations of one operationId are told apart by their method and path."""
    assert named([("GET", "/a", "getX"), ("GET", "/b", "getX"), ("GET", "/c", "getY")]) == {
        ("GET", "/a"): "getX_f302df",
        ("GET", "/b"): "getX_db789e",
        ("GET", "/c"): "getY",
    }


def test_planted_ids() -> None:
    """An operationId that is the made name of another operation takes no name away."""
    operations: list[tuple[str, str, str | None]] = [("GET", "/a", None)]
    for number in range(6):
        target = named(operations)["GET", "/a"]
        operations.append(("GET", f"/planted/{number}", target))
        named(operations)


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["GET", "POST", "DELETE"]),
        st.text(max_size=12).map("/{}".format),
        st.one_of(st.none(), st.text(max_size=70), st.sampled_from(["getX", "getY", "get_f302df"])),
    ),
    unique_by=lambda operation: operation[:2],
    max_size=12,
)


@given(OPERATIONS, st.randoms(use_true_random=False))
def test_any_names(operations: list[tuple[str, str, str | None]], order: random.Random) -> None:
    """Whatever a document holds, in whatever order, names are legal, unique and the same."""
    shuffled = list(operations)
    order.shuffle(shuffled)
    assert named(operations) == named(shuffled)


def test_filtering_renames_nothing(make_tools: Callable[..., Any]) -> None:
    """A tool has the same name whatever other operations were left out."""
    paths = {f"/{name}": {"get": {"operationId": "same"}, "put": {}} for name in "abc"}
    everything = {
        (tool.operation.method, tool.operation.path): tool.name for tool in make_tools(paths)
    }
    for pattern in ("/a$", "/[bc]$"):
        chosen = make_tools(paths, {"match_patterns": [pattern]})
        assert all(everything[t.operation.method, t.operation.path] == t.name for t in chosen)
    (only,) = make_tools(paths, {"where": lambda operation: operation.pointer == "#/paths/~1b/get"})
    assert only.name == everything["GET", "/b"]


def test_paths_that_are_no_text() -> None:
    """Paths that differ in half a surrogate pair alone have names of their own."""
    assert len(set(tool_names([("GET", "/\ud800", None), ("GET", "/\ud801", None)]))) == 2
