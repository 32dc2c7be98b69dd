"""Specs that mean harm, each with a name; run as a program, it uses them and tells what it saw.

No time is measured: an attack that succeeds would take hours, or the process with it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from tests.openapi.mutation import use

__all__ = ["hostile_specs"]

_DEEP = 50_000
_HEAD = '{"openapi":"3.1.0","servers":[{"url":"https://api.test"}],"paths":{"/a":{"post":'
_YAML = "openapi: 3.1.0\npaths:\n  /a:\n    post:\n"


def hostile_specs() -> Iterator[tuple[str, Any]]:
    """Every one of them: texts, bytes and mappings."""
    yield from _nested()
    yield from _bombs()
    yield from _numbers_and_texts()
    yield from _circles()
    yield from _chains()
    yield from _outward()


def _operation(json_text: str) -> str:
    return f"{_HEAD}{json_text}}}}}}}"


def _body(schema: Any, schemas: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "openapi": "3.1.0",
        "paths": {"/a": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": schemas or {}},
    }


def _ref(name: object) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _nested() -> Iterator[tuple[str, Any]]:
    for opening, closing in (('{"a":', "}"), ("[", "]")):
        deep = f"{opening * _DEEP}1{closing * _DEEP}"
        yield f"JSON of {opening}", deep
        for field in ("servers", "tags", "x-a", "parameters"):
            yield f"{field} of {opening}", _operation(f'{{"{field}":{deep}}}')
        for levels in (450, 900, 980):
            # As deep as it may be read, and read on from deeper down the stack.
            text = f"{opening * levels}1{closing * levels}"
            schema = f'{{"default":{text},"x":{text}}}'
            parameter = f'[{{"name":"a","in":"query","schema":{schema}}}]'
            yield f"{levels} of {opening}", _operation(f'{{"parameters":{parameter}}}')
    for keyword in ("items", "not", "allOf", "properties"):
        yield f"schema of {keyword}", _body(_deep_schema(keyword, 500))
        yield f"mapping of {keyword}", _body(_deep_schema(keyword, 5_000))
        swagger = {"swagger": "2.0", "paths": {}, "definitions": {"A": _deep_schema(keyword, 500)}}
        yield f"Swagger of {keyword}", swagger
    yield "YAML flow", f"{_YAML}      x: {'[' * _DEEP}{']' * _DEEP}\n"
    yield "YAML flow mappings", f"{_YAML}      x: {'{a: ' * _DEEP}{'}' * _DEEP}\n"
    yield "YAML block", "openapi: 3.1.0\n" + "".join(f"{' ' * i}a:\n" for i in range(3_000))


def _deep_schema(keyword: str, levels: int) -> Any:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        inner = {"allOf": [schema], "properties": {"a": schema}}.get(keyword, schema)
        schema = {keyword: inner}
    return schema


def _bombs() -> Iterator[tuple[str, Any]]:
    rows = ["a0: &a0 {x: 1, y: 2}"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    yield "aliases", "\n".join(("openapi: 3.1.0", *rows, "paths: {}"))
    rows = ["a0: &a0 {x: 1, y: 2}"]
    rows += [f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}], k{i}: *a{i - 1}}}" for i in range(1, 40)]
    yield "merge keys", "\n".join(("openapi: 3.1.0", *rows, "paths: {}"))
    yield "an alias in itself", "openapi: 3.1.0\npaths: &a\n  /a: *a\n"
    shared: Any = {"type": "string"}
    for _ in range(40):
        shared = {"properties": {"a": shared, "b": shared}, "allOf": [shared, shared]}
    # Small as a mapping, since each level is there once; written out it would fill any disk.
    yield "a shared mapping", {"openapi": "3.1.0", "x-a": shared, "paths": {"/a": {"get": {}}}}
    keys = ",".join('"/a":{"get":{}}' for _ in range(20_000))
    yield "repeated keys", f'{{"openapi":"3.1.0","paths":{{{keys}}}}}'
    nested = '{"a":1,"a":' * 400 + "1" + "}" * 400
    yield "repeated keys in depth", f'{{"openapi":"3.1.0","x":{nested},"paths":{{}}}}'
    doubled = {f"S{i}": {"anyOf": [_ref(f"S{i + 1}")] * 2} for i in range(40)} | {"S40": {}}
    yield "doubled references", _body(_ref("S0"), doubled)


def _numbers_and_texts() -> Iterator[tuple[str, Any]]:
    digits, long = "1" * 5_000, "x" * 1_000_000
    values = ("1e999", "-1e999", "1e-999", digits, f"-{digits}", f"{digits}.5", "NaN", '"\\ud800"')
    for value in values:
        for place in ("description", "operationId", "servers", "deprecated", "x-a"):
            yield f"{place} {value[:9]}", _operation(f'{{"{place}":{value}}}')
        for keyword in ("minimum", "default", "enum", "multipleOf", "maxLength", "type"):
            schema = (
                f'{{"{keyword}":[{value}]}}' if keyword == "enum" else f'{{"{keyword}":{value}}}'
            )
            parameters = f'[{{"name":"a","in":"query","schema":{schema}}}]'
            yield f"{keyword} {value[:9]}", _operation(f'{{"parameters":{parameters}}}')
    for number in (10**5_000, float("nan"), float("inf")):
        yield "a number in a mapping", _body({"maximum": number, "enum": [number]})
        yield "a number for a key", _body({number: number})
    for number in (digits, f"0x{'f' * 3_990}", "1e999", ".inf", ".nan"):
        yield "a number in YAML", f"{_YAML}      parameters:\n      - {{in: query, name: {number}}}"
        yield "a version", f"openapi: {number}\npaths: {{}}"
    for content in (b"\xff\xfe{}", b'{"openapi": "\xe4"}', b"\x00", b"openapi: \xed\xa0\x80\n"):
        yield "no UTF-8", content
    yield "a long name", _operation(f'{{"operationId":"{long}","summary":"{long}"}}')
    yield "a long parameter", _operation(f'{{"parameters":[{{"name":"{long}","in":"query"}}]}}')
    yield "a long enum", _body({"enum": [f"{i}{'y' * 100}" for i in range(20_000)]})
    yield "an enum of long values", _body({"enum": [f"{i}{long}" for i in range(60)]})
    yield "a long path", {"openapi": "3.1.0", "paths": {f"/{long}/{{{long}}}": {"get": {}}}}
    yield "many braces", {"openapi": "3.1.0", "paths": {"/" + "{" * 200_000: {"get": {}}}}
    yield "many tildes", _body({"$ref": "#/" + "~0%7E" * 100_000})
    yield "a slow pattern", _body({"type": "string", "pattern": "^(a+)+$"})
    surrogates = {f"/{half}": {"get": {"operationId": half}} for half in ("\ud800", "\ud801")}
    yield "halves of surrogate pairs", {"openapi": "3.1.0", "paths": surrogates}


def _circles() -> Iterator[tuple[str, Any]]:
    yield "a schema that is itself", _body(_ref("A"), {"A": _ref("A")})
    yield "two that are each other", _body(_ref("A"), {"A": _ref("B"), "B": _ref("A")})
    for keyword in ("allOf", "anyOf", "oneOf"):
        schemas = {"A": {keyword: [_ref("B"), _ref("A")]}, "B": {keyword: [_ref("A")]}}
        yield f"in {keyword}", _body(_ref("A"), schemas)
    for keyword in ("not", "if", "then", "items", "additionalProperties", "contains"):
        yield f"in {keyword}", _body(_ref("A"), {"A": {keyword: _ref("A")}})
    paths = {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a", "get": {}}}
    yield "path items", {"openapi": "3.1.0", "paths": paths}
    one = {"$ref": "#/components/parameters/A"}
    spec = {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [one]}}}}
    yield "a parameter", {**spec, "components": {"parameters": {"A": one}}}
    yield "a document in itself", _body({"$ref": "#"})
    holder: dict[str, Any] = _body({})
    holder["x-self"] = holder
    yield "a mapping in itself", holder


def _chains() -> Iterator[tuple[str, Any]]:
    """Long rows of schemas, in which each that is asked could be asked of each other."""
    size = 600
    for keyword in ("allOf", "anyOf", "properties"):
        rows = {f"S{i}": _link(keyword, i, size) for i in range(size)}
        paths = {
            f"/{i}": {"post": {"requestBody": {"content": {"a/json": {"schema": _ref(f"S{i}")}}}}}
            for i in range(0, size, 50)
        }
        yield f"a chain of {keyword}", {**_body({}, rows), "paths": paths}
    kinds = {f"K{i}": {"allOf": [_ref("Base"), {"required": ["a"]}]} for i in range(size)}
    mapping = {name: name for name in kinds}
    base = {"oneOf": [_ref(name) for name in kinds]}
    decisive = {**base, "discriminator": {"propertyName": "k", "mapping": mapping}}
    yield "many kinds", _body(_ref("Base"), {**kinds, "Base": decisive})
    everything = {f"S{i}": {"allOf": [_ref(f"S{j}") for j in range(60)]} for i in range(60)}
    yield "all of all", _body(_ref("S0"), everything)


def _link(keyword: str, index: int, size: int) -> dict[str, Any]:
    following = _ref(f"S{index + 1}") if index + 1 < size else {}
    own = {"properties": {f"p{index}": {"readOnly": index % 2 == 0}}}
    if keyword == "properties":
        return {"properties": {"next": following}}
    return {**own, keyword: [following]}


def _outward() -> Iterator[tuple[str, Any]]:
    places = (
        "/etc/passwd",
        "file:///etc/passwd",
        "https://127.0.0.1:1/a",
        "//127.0.0.1/a",
        "a.json",
    )
    for place in places:
        reference = {"$ref": f"{place}#/a"}
        yield f"a schema at {place}", _body(reference)
        yield f"a path item at {place}", {"openapi": "3.1.0", "paths": {"/a": reference}}
        yield f"all paths at {place}", {"openapi": "3.1.0", "paths": reference}
        yield f"an identity at {place}", _body({"$id": place, "$dynamicRef": f"{place}#x"})
        yield f"a base at {place}", {**_body(reference), "$self": place}
        swagger = {"swagger": "2.0", "paths": {"/a": reference}, "definitions": {"A": reference}}
        yield f"Swagger at {place}", swagger


def _warm_up() -> None:
    """Import whatever is imported late."""
    spec = _body({"type": "string", "pattern": "a"})
    use(spec)
    use(json.dumps(spec))
    use(f"{_YAML}      parameters: [{{name: a, in: query, schema: {{type: integer}}}}]\n")
    use(_body({"$ref": "a.json"}))


def _main() -> None:
    _warm_up()
    opened: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("open", "subprocess.Popen", "os.system") or event.startswith("socket."):
            opened.append(f"{event} {arguments!r:.200}")

    sys.addaudithook(watch)
    faults: list[str] = []
    for name, spec in hostile_specs():
        try:
            use(spec)
        except BaseException as error:  # whatever it is, it is what is looked for
            faults.append(f"{name}: {type(error).__name__} {error!s:.200}")
    sys.stdout.write(json.dumps({"faults": faults, "opened": opened}))


if __name__ == "__main__":
    _main()
