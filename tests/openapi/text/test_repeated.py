"""Repeated keys: found in JSON and in YAML alike, named by where they stand, never fatal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.core.json import Json
from callwright.openapi.report import Finding
from callwright.openapi.text.repeated import repeated_keys
from callwright.openapi.text.yaml import ParsedYaml, read_yaml


def repeated(**pointers: str) -> tuple[Finding, ...]:
    """A finding for each key, with its pointer."""
    return tuple(found(key, pointer) for key, pointer in pointers.items())


def found(key: str, pointer: str) -> Finding:
    """The finding of a repeated key."""
    reason = f"The key {key!r} is repeated; the last value counts."
    return Finding(kind="repaired", reason=reason, pointer=pointer)


TEXTS = {
    "none": ('{"a": 1, "b": {"a": [1, {"a": 2}]}}', ()),
    "root": ('{"a": 1, "b": 2, "a": 3}', repeated(a="#/a")),
    "often": ('{"a": 1, "a": 2, "a": 3}', repeated(a="#/a")),
    "several": ('{"b": 1, "a": 1, "a": 2, "b": 3}', repeated(a="#/a", b="#/b")),
    "nested": ('{"x": [0, {"y": {"a": 1, "a": 2}}]}', repeated(a="#/x/1/y/a")),
    "document order": (
        '{"x": {"b": 1, "b": 2}, "y": [{"a": 1, "a": 2}], "z": 1, "z": 2}',
        repeated(z="#/z", b="#/x/b", a="#/y/0/a"),
    ),
    "escaped": (
        '{"paths": {"/a~b": {"get": {}}, "/a~b": {"put": {}}}}',
        (found("/a~b", "#/paths/~1a~0b"),),
    ),
    "in what was replaced": ('{"a": {"b": 1, "b": 2}, "a": {"b": 3}}', repeated(a="#/a")),
    "in what replaced": ('{"a": 1, "a": {"b": 1, "b": 2}}', repeated(a="#/a", b="#/a/b")),
    "empty": ('{"": 1, "": 2}', (found("", "#/"),)),
    "root array": ('[{"a": 1, "a": 1}]', repeated(a="#/0/a")),
    "scalar": ("1", ()),
}


@pytest.mark.parametrize("name", TEXTS)
def test_json(name: str) -> None:
    """Each repeated key of the value that comes out is found once, at its place, in order."""
    text, findings = TEXTS[name]
    assert repeated_keys(text) == findings
    assert repeated_keys(text.encode()) == findings


@pytest.mark.parametrize("name", TEXTS)
def test_yaml(name: str) -> None:
    """YAML that is spelt as JSON has the same value and the same findings."""
    text, findings = TEXTS[name]
    assert read_yaml(text) == ParsedYaml(value=json.loads(text), findings=findings)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"a": 1, "a": 2', id="cut off"),
        pytest.param(b"openapi: 3.1.0", id="YAML"),
        pytest.param(b'{"a": "\xff", "a": 1}', id="no UTF-8"),
        pytest.param(b'{"a": 1, "a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", id="too deep"),
    ],
)
def test_what_cannot_be_read_has_no_findings(content: bytes) -> None:
    """What is no JSON is for others to refuse."""
    assert repeated_keys(content) == ()


def test_long_numbers_do_not_matter() -> None:
    """A number longer than Python reads hides nothing."""
    assert repeated_keys('{"a": 1, "a": ' + "9" * 10_000 + "}") == repeated(a="#/a")


def test_byte_order_mark() -> None:
    """Bytes may begin with a byte order mark."""
    assert repeated_keys(b'\xef\xbb\xbf{"a": 1, "a": 2}') == repeated(a="#/a")


def test_deep_pointers() -> None:
    """A key is found as deep as JSON is read at all."""
    depth = 400
    text = '{"x": ' * depth + '{"a": 1, "a": 2}' + "}" * depth
    assert repeated_keys(text) == repeated(a="#" + "/x" * depth + "/a")


def test_findings_are_capped() -> None:
    """Pointers do not grow beyond all bounds, and the last finding says so."""
    level = '{"' + "x" * 10_000 + '": '
    inner = ", ".join(f'"k{number}": 1, "k{number}": 2' for number in range(1_000))
    findings = repeated_keys(level * 50 + "{" + inner + "}" + "}" * 50)
    assert len(findings) == 3
    assert findings[-1] == Finding(
        kind="repaired", reason="More keys are repeated than are listed."
    )


def spelt(value: Json) -> str:
    """The value as JSON text in which every key stands twice, first with another value."""
    if isinstance(value, dict):
        members = (f"{json.dumps(key)}: 0, {json.dumps(key)}: {spelt(value[key])}" for key in value)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(spelt, value)) + "]"
    return json.dumps(value)


def count(value: Json) -> int:
    """How many keys there are in all."""
    if isinstance(value, dict):
        return len(value) + sum(map(count, value.values()))
    return sum(map(count, value)) if isinstance(value, list) else 0


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab/~", max_size=3), inner),
)


@given(NESTED)
def test_every_repeated_key_is_found(value: Json) -> None:
    """As many findings as repeated keys, each with a pointer of its own, by both readers."""
    findings = repeated_keys(spelt(value))
    assert len({finding.pointer for finding in findings}) == len(findings) == count(value)
    assert read_yaml(spelt(value)) == ParsedYaml(value=value, findings=findings)
