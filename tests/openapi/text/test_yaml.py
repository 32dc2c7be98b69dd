"""YAML 1.2 as JSON can hold it, and the caps on what a text may grow to."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from callwright.core.errors import SpecInvalid
from callwright.core.json import Json
from callwright.openapi.text.yaml import MAX_ALIAS_NODES, MAX_DEPTH, parse_yaml, read_yaml


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
        pytest.param("+.5", 0.5, id="signed"),
        pytest.param("5.", 5.0, id="no digit after the point"),
        pytest.param("0o8", "0o8", id="no octal digit"),
        pytest.param("-0x1F", "-0x1F", id="signed hexadecimal"),
        pytest.param("0b1", "0b1", id="binary"),
        pytest.param("nULL", "nULL", id="nULL"),
        pytest.param("+", "+", id="a sign alone"),
        pytest.param("=", "=", id="equals"),
        pytest.param("<<", "<<", id="merge as a value"),
        pytest.param("!!str 5", "5", id="tagged text"),
        pytest.param("!!str", "", id="tagged empty text"),
        pytest.param('!!int "5"', 5, id="tagged integer"),
        pytest.param("!!int 0o17", 15, id="tagged octal"),
        pytest.param("!!int x", "x", id="tagged integer that is none"),
        pytest.param('!!float "1.5"', 1.5, id="tagged float"),
        pytest.param('!!bool "true"', True, id="tagged bool"),
        pytest.param("!!bool yes", "yes", id="tagged bool of YAML 1.1"),
        pytest.param('!!null ""', None, id="tagged null"),
        pytest.param("! 5", "5", id="non-specific tag"),
        pytest.param('! "5"', "5", id="non-specific tag of a quoted scalar"),
        pytest.param("!local 5", "5", id="unknown tag"),
        pytest.param("!!binary aGk=", "aGk=", id="binary tag"),
        pytest.param("!!timestamp 2001-01-01", "2001-01-01", id="timestamp tag"),
        pytest.param("&x 5", 5, id="anchored number"),
        pytest.param("&x '5'", "5", id="anchored text"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    """A scalar has the type that the core schema of YAML 1.2 gives it, if JSON can hold it."""
    parsed = parse_yaml(f"value: {text}\n")
    assert parsed == {"value": value}
    assert isinstance(parsed, dict)
    assert type(parsed["value"]) is type(value)


@pytest.mark.parametrize("key", ["200", "true", "~", "1.5", "NO", "0x10", "1e3"])
def test_keys_are_text(key: str) -> None:
    """A key is its own text, whatever a value of that text would be."""
    assert parse_yaml(f"{key}: x\n") == {key: "x"}


LEVELS = 50_000

STRUCTURES: dict[str, tuple[str, Any]] = {
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
    "byte order mark": ("\ufeffa: 1\n", {"a": 1}),
    "Windows line ends": (
        "a: 1\r\nb: |\r\n  x\r\n  y\r\nc: >\r\n  p\r\n  q\r\n",
        {"a": 1, "b": "x\ny\n", "c": "p q\n"},
    ),
    "tabs": ("a:\t1\t# one\nb: [\tx,\ty\t]\n", {"a": 1, "b": ["x", "y"]}),
    "literal kept": ("a: |+\n  one\n\n\nb: 1", {"a": "one\n\n\n", "b": 1}),
    "literal clipped": ("a: |\n  one\n\n\nb: 1", {"a": "one\n", "b": 1}),
    "literal indented": ("a: |1\n  one\n two\n", {"a": " one\ntwo\n"}),
    "literal indented, chomped": ("a: |-1\n  one\n two\n", {"a": " one\ntwo"}),
    "literal with a hash": ("a: |\n  # one\n  two # two\n", {"a": "# one\ntwo # two\n"}),
    "literal empty": ("a: |\nb: >-\n\n\nc: |+\n\n", {"a": "", "b": "", "c": "\n"}),
    "literal with a tab": ("a: |\n  x\n  \ty\n", {"a": "x\n\ty\n"}),
    "folded kept": ("a: >+\n  one\n  two\n\nb: 1", {"a": "one two\n\n", "b": 1}),
    "folded more indented": (
        "a: >\n  one\n  two\n\n    * x\n    * y\n\n  three\n",
        {"a": "one two\n\n  * x\n  * y\n\nthree\n"},
    ),
    "paragraphs": (
        "a: one\n\n  two\nb: 'one\n\n\n  two'\nc: \"one\n  two\"\n",
        {"a": "one\ntwo", "b": "one\n\ntwo", "c": "one two"},
    ),
    "single quotes": ("a: 'it''s \\n'\n", {"a": "it's \\n"}),
    "escapes": (
        r'a: "\x41\u0042\U00000043\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P"',
        {"a": 'ABC\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029'},
    ),
    "escaped line end": ('a: "one \\\n   \\  two"', {"a": "one   two"}),
    "surrogate pair": (
        r'{"a": "\ud83d\ude00\uD83D\uDE00", "b": "\\ud83d\\ude00"}',
        {"a": "😀😀", "b": r"\ud83d\ude00"},
    ),
    "what looks like a line end": (
        "a: x\u2028y\nb: |\n  x\u2029y\n  \x85z\n",
        {"a": "x\u2028y", "b": "x\u2029y\n\x85z\n"},
    ),
    "control characters": ("a\x80: it\x92s '\x7f'\n", {"a\x80": "it\x92s '\x7f'"}),
    "hash without a space": (
        "a: one#two\nb: x:y\nc: -x\n",
        {"a": "one#two", "b": "x:y", "c": "-x"},
    ),
    "lists without indentation": ("a:\n- 1\n- 2\nb: 1\n", {"a": [1, 2], "b": 1}),
    "lists in lists": ("- - 1\n  - 2\n- - 3\n", [[1, 2], [3]]),
    "question mark": ("? a\n: b\n? c\n", {"a": "b", "c": None}),
    "flow of JSON": ('{"a":1,"b":[true,null,{"c":"d"}]}', {"a": 1, "b": [True, None, {"c": "d"}]}),
    "flow with trailing commas": ("{a: [1, 2,], b: ,}", {"a": [1, 2], "b": None}),
    "flow pairs": ("[a: 1, b]", [{"a": 1}, "b"]),
    "flow over lines": ("a: {\n  b: [ # c\n  1\n  ]\n  }\n", {"a": {"b": [1]}}),
    "quoted merge key": ("{'<<': {a: 1}, \"b\": 2}", {"<<": {"a": 1}, "b": 2}),
    "two merge keys": (
        "a: {<<: {n: 1, m: 1}, <<: {n: 2, k: 2}, m: 3}",
        {"a": {"n": 1, "m": 3, "k": 2}},
    ),
    "anchored key": ("&k 200: x\nb: *k\n", {"200": "x", "b": 200}),
    "alias as a key": ("a: &k 200\n*k : x\n", {"a": 200, "200": "x"}),
    "anchor given anew": (
        "a: &x 1\nb: *x\nc: &x [2]\nd: *x\n",
        {"a": 1, "b": 1, "c": [2], "d": [2]},
    ),
    "anchor in an anchor": (
        "a: &x {b: &y [1], c: *y}\nd: *x\ne: *y\n",
        {"a": {"b": [1], "c": [1]}, "d": {"b": [1], "c": [1]}, "e": [1]},
    ),
    "anchored nothing": ("a: &x\nb: *x\n", {"a": None, "b": None}),
    "set": ("!!set {x, y}", {"x": None, "y": None}),
    "scalar": ("--- |\n  x\n", "x\n"),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures(name: str) -> None:
    """Collections, anchors, merge keys, block scalars and comments come out as they are meant."""
    text, value = STRUCTURES[name]
    parsed = read_yaml(text)
    assert json.dumps(parsed.value) == json.dumps(value)
    assert parsed.findings == ()


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
        pytest.param("a: 1\n---\nb: 2\n", "several YAML documents", id="documents"),
        pytest.param("a: *x\n", "*x names nothing before it in line 1", id="unknown alias"),
        pytest.param("a: &x [*x]\n", "*x names nothing before it", id="alias of itself"),
        pytest.param("a: &x 1\nb: &x [*x]\n", "*x names nothing before", id="in its namesake"),
        pytest.param("b: 1\n? [a]\n: 1\n", "key is no text in line 2, column 3", id="complex key"),
        pytest.param("? " * LEVELS + "x", "A YAML key is no text in line 1", id="keys in keys"),
        pytest.param("a: &x [1]\n*x : 1\n", "no text in line 2, column 1", id="alias of a list"),
        pytest.param("a: \ud800\n", "half a surrogate pair", id="half a surrogate pair"),
        pytest.param(r'a: "\ud800"', "invalid Unicode character", id="half a pair, escaped"),
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


@pytest.mark.parametrize("kind", ["object/apply:os.system", "name:os.system", "module:os"])
@pytest.mark.parametrize("value", ['["false"]', "{a: b}", "text"])
def test_nothing_is_constructed(kind: str, value: str) -> None:
    """A tag that asks for code is refused; other tags of other tools mean nothing."""
    with pytest.raises(SpecInvalid, match=r"stands for a Python object in line 1, column 4"):
        parse_yaml(f"a: !!python/{kind} {value}\n")
    assert parse_yaml("a: !!python/tuple [!Ref b, !!python/unicode c]\n") == {"a": ["b", "c"]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * LEVELS + "]" * LEVELS, id="flow lists"),
        pytest.param("{a: " * LEVELS + "1" + "}" * LEVELS, id="flow mappings"),
        pytest.param("- " * LEVELS + "x", id="block lists"),
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


def test_aliases_up_to_the_cap() -> None:
    """What aliases repeat is counted by values, and the cap itself is still allowed."""
    alias = "a: &a [" + "x, " * 999 + "]\nb: [" + "*a, " * (MAX_ALIAS_NODES // 1_000)
    value: Any = parse_yaml(alias + "]")
    assert len(value["b"]) == MAX_ALIAS_NODES // 1_000
    with pytest.raises(SpecInvalid, match="aliases repeat too much"):
        parse_yaml(alias + "*a]")


def test_depth_of_aliases() -> None:
    """Aliases cannot nest deeper than brackets can."""
    chain = "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH))
    value: Any = parse_yaml("a0: &a0 x\n" + chain)
    assert len(value) == MAX_DEPTH
    with pytest.raises(SpecInvalid, match="nested more than 500 levels deep"):
        parse_yaml(f"a0: &a0 x\n{chain}\nlast: [*a{MAX_DEPTH - 1}]")


def test_depth_beside_an_anchor() -> None:
    """What is deep before or inside an anchor does not make its later aliases deeper."""
    deep = "[" * 300 + "]" * 300
    text = f"a: {deep}\nb: &x [1]\nc: &y {deep}\nd: &z [*x]\ne: [[*x, *z], *y]\n"
    value: Any = parse_yaml(text)
    assert value["e"][0] == [[1], [[1]]]
    assert value["e"][1] == value["a"]


class CoreDumper(yaml.CSafeDumper):
    """Quotes also the text that is a number in YAML 1.2 alone, such as `1e3` and `0o7`."""


CoreDumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?$"), list("-+.0123456789")
)
CoreDumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("0o[0-7]+$"), ["0"])


def dumper(style: str | None) -> type[CoreDumper]:
    """A dumper that writes text in one style, where YAML allows it."""

    class Dumper(CoreDumper):
        pass

    def represent(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, represent)
    return Dumper


TEXT = st.text(max_size=20) | st.text("01eE.-+xo_: #\n\t'\"[]{},&*!|>%@~<", max_size=8)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | NUMBERS
    | TEXT
    | st.sampled_from(["NO", "null", "<<", "0o7", "1e3"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=25,
)


@given(
    VALUES,
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.sampled_from([None, True, False]),
    st.sampled_from([5, 80, 10_000]),
    st.sampled_from([1, 2, 4, 9]),
    st.booleans(),
)
def test_any_json_survives(
    value: Json, style: str | None, flow: bool | None, width: int, indent: int, unicode: bool
) -> None:
    """Whatever style JSON is written in as YAML, it is read as the same JSON."""
    text = yaml.dump(
        value,
        Dumper=dumper(style),
        default_flow_style=flow,
        width=width,
        indent=indent,
        allow_unicode=unicode,
        sort_keys=False,
    )
    assert read_yaml(text).value == value
    assert read_yaml(text).findings == ()


@given(VALUES)
def test_json_is_yaml(value: Json) -> None:
    """JSON text is YAML with the same value."""
    assert parse_yaml(json.dumps(value)) == value


MARKS = "-:?,[]{}#&*!|>'\"%@`~<\\ \t\n\r\0\ufeff\u2028a0x"


@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_damaged_text(random: Random, changes: int) -> None:
    """Damaged YAML has a value or is refused in one line; nothing else happens."""
    text = ORDINARY
    for _ in range(changes):
        start = random.randrange(len(text))
        end = start + random.choice((0, 0, 1, 1, 2, 40))
        text = (
            text[:start] + random.choice((random.choice(MARKS), "", text[end:][:60])) + text[end:]
        )
    try:
        json.dumps(parse_yaml(text), allow_nan=False)
    except SpecInvalid as error:
        assert "\n" not in str(error)


@given(st.text(MARKS, max_size=40))
def test_any_text(text: str) -> None:
    """Any text has a value or is refused in one line."""
    try:
        json.dumps(parse_yaml(text), allow_nan=False)
    except SpecInvalid as error:
        assert "\n" not in str(error)


def test_long_numbers_stay_text() -> None:
    """A number that Python would not write out again stays text, whatever its base is."""
    for text in ("1" * 5_000, "0x" + "f" * 3_990, "0o" + "7" * 3_990):
        assert parse_yaml(f"a: {text}") == {"a": text}
