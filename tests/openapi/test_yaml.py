"""YAML 1.2 as JSON can hold it, and the caps on what a text may grow to."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from callwright.core.errors import SpecInvalid
from callwright.openapi.yaml import MAX_DEPTH, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("NO", "NO", id="country"),
        pytest.param("yes", "yes", id="yes"),
        pytest.param("on", "on", id="on"),
        pytest.param("true", True, id="true"),
        pytest.param("FALSE", False, id="FALSE"),
        pytest.param("~", None, id="tilde"),
        pytest.param("null", None, id="null"),
        pytest.param("", None, id="nothing"),
        pytest.param("2024-01-31", "2024-01-31", id="date"),
        pytest.param("12:30:45", "12:30:45", id="sexagesimal"),
        pytest.param("0o17", 15, id="octal"),
        pytest.param("017", 17, id="leading zero"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("-7", -7, id="negative"),
        pytest.param("1e3", 1000.0, id="exponent"),
        pytest.param(".5", 0.5, id="no digit before the point"),
        pytest.param("1_000", "1_000", id="underscore"),
        pytest.param("1.10.0", "1.10.0", id="version"),
        pytest.param("1e999", "1e999", id="infinite"),
        pytest.param(".inf", ".inf", id="infinity"),
        pytest.param("9" * 5000, "9" * 5000, id="too long for a number"),
        pytest.param('"200"', "200", id="quoted number"),
        pytest.param("'true'", "true", id="quoted bool"),
        pytest.param("!!str 5", "5", id="tagged text"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    """A scalar has the type that the core schema of YAML 1.2 gives it, if JSON can hold it."""
    parsed = parse_yaml(f"value: {text}\n")
    assert parsed == {"value": value}
    assert isinstance(parsed, dict)
    assert type(parsed["value"]) is type(value)


@pytest.mark.parametrize("key", ["200", "true", "~", "1.5", "NO"])
def test_keys_are_text(key: str) -> None:
    """A key is its own text, whatever a value of that text would be."""
    assert parse_yaml(f"{key}: x\n") == {key: "x"}


STRUCTURES = {
    "aliases": (
        "a: &x {n: 1}\nb: *x\nc: [*x, *x]",
        {"a": {"n": 1}, "b": {"n": 1}, "c": [{"n": 1}] * 2},
    ),
    "merge": (
        "a: &x {n: 1, m: 2}\nb: {<<: *x, m: 3}",
        {"a": {"n": 1, "m": 2}, "b": {"n": 1, "m": 3}},
    ),
    "merge before": ("a: &x {m: 2}\nb: {m: 3, <<: *x}", {"a": {"m": 2}, "b": {"m": 3}}),
    "merge list": (
        "a: &x {n: 1}\nb: &y {n: 2, m: 2}\nc: {<<: [*x, *y], k: 3}",
        {"a": {"n": 1}, "b": {"n": 2, "m": 2}, "c": {"n": 1, "m": 2, "k": 3}},
    ),
    "merge merged": (
        "a: &x {n: 1}\nb: &y {<<: *x, m: 2}\nc: {<<: *y}",
        {"a": {"n": 1}, "b": {"n": 1, "m": 2}, "c": {"n": 1, "m": 2}},
    ),
    "literal": ("a: |\n  one\n  two\nb: 1", {"a": "one\ntwo\n", "b": 1}),
    "literal chomped": ("a: |-\n  one\n   two\n", {"a": "one\n two"}),
    "folded": ("a: >\n  one\n  two\n\n  three\n", {"a": "one two\nthree\n"}),
    "comments": ("# all\na: 1 # one\n# end\nb: '#'\n", {"a": 1, "b": "#"}),
    "flow": ("{a: [1, {b: c}], 'd': \"e\\u00e9\\n\"}", {"a": [1, {"b": "c"}], "d": "eé\n"}),
    "document marks": ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
    "empty": ("", None),
    "only comments": ("# nothing\n", None),
    "list": ("- 1\n-\n- [x]\n", [1, None, ["x"]]),
    "multi-line plain": ("a: one\n  two\n", {"a": "one two"}),
    "unicode": ("ключ: 🎈\n", {"ключ": "🎈"}),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures(name: str) -> None:
    """Collections, anchors, merge keys, block scalars and comments come out as they are meant."""
    text, value = STRUCTURES[name]
    assert parse_yaml(text) == value


ORDINARY = """
openapi: 3.1.0
info: &info {title: "A test", version: '1.0', x-n: 12, x-f: 1.5, x-t: true, x-0: null}
paths:
  /users/{id}:
    get:
      operationId: getUser
      description: >-
        Folded over
        two lines.
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - name: limit
          in: query
          schema: {type: integer, minimum: -1, default: 20}
      responses:
        '200':
          description: |
            Kept
            lines
copy: *info
merged: {<<: *info, title: other}
"""


@pytest.mark.parametrize(
    "name", ["merge", "merge before", "merge list", "literal", "folded", "flow", "unicode"]
)
def test_agrees_on_structures(name: str) -> None:
    """What both dialects mean alike is read as PyYAML's own loader reads it."""
    text, _ = STRUCTURES[name]
    assert parse_yaml(text) == yaml.safe_load(text)


def test_agrees_on_a_document() -> None:
    """An ordinary document without the two dialects' differences is read as by PyYAML."""
    assert parse_yaml(ORDINARY) == yaml.safe_load(ORDINARY)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param(
            "a: 1\nb: 2\na: 3\n", "The YAML repeats the key 'a' in line 3", id="repeated key"
        ),
        pytest.param("{a: 1, a: 2}", "repeats the key 'a' in line 1", id="repeated in flow"),
        pytest.param("a: 1\n---\nb: 2\n", "several YAML documents", id="documents"),
        pytest.param("a: *x\n", "*x names nothing before it in line 1", id="unknown alias"),
        pytest.param("a: &x [*x]\n", "*x names nothing before it", id="alias of itself"),
        pytest.param("? [a]\n: 1\n", "A YAML key is no text", id="complex key"),
        pytest.param("a: {<<: 1}\n", "merge key brings in no mapping", id="merge of a number"),
        pytest.param("a: [1\nb: 2\n", "The text is no YAML", id="unclosed"),
        pytest.param("a:\n\t- 1\n", "in line 2", id="tab"),
        pytest.param("a: \x00\n", "The text is no YAML", id="NUL"),
    ],
)
def test_refused(text: str, what: str) -> None:
    """What cannot be meant is refused in one line that says what and where."""
    with pytest.raises(SpecInvalid) as caught:
        parse_yaml(text)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_is_constructed() -> None:
    """A tag that names a Python object makes no object: its value is read as if it had none."""
    assert parse_yaml('a: !!python/object/apply:os.system ["false"]\n') == {"a": ["false"]}


LEVELS = 50_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * LEVELS + "]" * LEVELS, id="flow lists"),
        pytest.param("{a: " * LEVELS + "1" + "}" * LEVELS, id="flow mappings"),
        pytest.param("- " * LEVELS + "x", id="block lists"),
        pytest.param("? " * LEVELS + "x", id="block keys"),
        pytest.param("\n".join(f"{' ' * level}a:" for level in range(MAX_DEPTH + 1)), id="block"),
    ],
)
def test_depth_is_capped(text: str) -> None:
    """Nesting beyond the cap is refused before it can end the process."""
    with pytest.raises(SpecInvalid, match="nested more than 500 levels deep"):
        parse_yaml(text)


def test_depth_up_to_the_cap() -> None:
    """Nesting up to the cap is read."""
    value: Any = parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    depth = 0
    while value:
        (value,) = value
        depth += 1
    assert depth == MAX_DEPTH - 1


def _bomb(first: str, line: str, count: int) -> str:
    lines = [f"a0: &a0 {first}"]
    lines += [f"a{n}: &a{n} {line.format(f'*a{n - 1}')}" for n in range(1, count)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_bomb("[x]", f"[{', '.join(['{0}'] * 9)}]", 10), id="lists, 9^9"),
        pytest.param(_bomb("{x: 1}", "{{l: {0}, r: {0}}}", 24), id="mappings, 2^24"),
        pytest.param(_bomb("{x: 1}", "{{<<: [{0}, {0}, {0}]}}", 22), id="merge keys, 3^22"),
    ],
)
def test_bombs(text: str) -> None:
    """Aliases and merge keys that repeat each other without bound are refused."""
    with pytest.raises(SpecInvalid, match="aliases repeat too much"):
        parse_yaml(text)


def test_honest_aliases() -> None:
    """As many aliases as a large document has are no bomb."""
    text = "a: &a {x: [1, 2, 3]}\nb:\n" + "- *a\n" * 5_000
    assert parse_yaml(text) == {"a": {"x": [1, 2, 3]}, "b": [{"x": [1, 2, 3]}] * 5_000}
