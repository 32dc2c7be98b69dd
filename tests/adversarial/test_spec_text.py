"""Specs whose text is wrong, surprising, endless, slow, or none."""

from __future__ import annotations

import gzip
import json

import pytest
from tests.adversarial.conftest import growth, kinds, spec
from tests.fault.script import answer, bomb, dripping_body, endless

from callwright import FetchPolicy, create_tools_from_openapi_spec
from callwright.cli import main
from callwright.errors import SpecInvalid, SpecUnavailable

MB = 1024 * 1024


def test_s17_yaml_means_what_json_would():
    """No words of YAML 1.1: `no` and `on` are text, dates and versions too, statuses are keys."""
    text = """
openapi: 3.1.0
info: {title: no, version: 1.10}
servers: [{url: https://api.test}]
paths:
  /a:
    get:
      operationId: on
      parameters:
      - {name: c, in: query, schema: {type: string, enum: [no, on, y, 2024-01-01], default: no}}
      responses: {200: {description: off}}
"""
    (tool,) = create_tools_from_openapi_spec(text)
    schema = tool.parameters["properties"]["c"]
    assert (schema["enum"], schema["default"]) == (["no", "on", "y", "2024-01-01"], "no")
    assert tool.name == "on"
    assert list(tool.operation.raw["responses"]) == ["200"]
    # A number is one by YAML 1.2's core schema as by JSON; Python keeps its value.
    assert tool.operation.document.raw["info"] == {"title": "no", "version": 1.1}


def test_s18_keys_that_are_repeated():
    """The last counts, as everywhere, and the report names each."""
    text = '{"openapi":"3.1.0","paths":{},"paths":{"/a":{"get":{},"get":{"operationId":"a"}}}}'
    yaml = "openapi: 3.1.0\npaths: {}\npaths:\n  /a:\n    get: {}\n    get: {operationId: a}\n"
    for given in (text, yaml):
        tools = create_tools_from_openapi_spec(given)
        assert [finding.pointer for finding in tools.report] == ["#/paths", "#/paths/~1a/get"]
        assert [tool.name for tool in tools] == ["a"]


@pytest.mark.parametrize("behaviour", [endless("application/json"), bomb()], ids=["s19", "s20"])
def test_s19_s20_a_spec_without_end(fault_server, behaviour):
    """Reading stops at the cap, which counts what is unpacked; so does memory."""
    server = fault_server(behaviour)
    policy = FetchPolicy(max_bytes=20 * MB)
    with growth() as grown, pytest.raises(SpecUnavailable, match="more than 20,971,520 bytes"):
        create_tools_from_openapi_spec(f"{server.url}/spec.json", fetch_policy=policy)
    assert grown() < 20 + 100
    assert FetchPolicy().max_bytes > 47 * MB


def test_s21_a_spec_that_drips(fault_server):
    """The deadline is for the whole of it."""
    server = fault_server(dripping_body(0.02))
    with pytest.raises(SpecUnavailable, match=r"within 0\.3 s"):
        create_tools_from_openapi_spec(server.url, fetch_policy=FetchPolicy(seconds=0.3))
    assert FetchPolicy().seconds <= 60


@pytest.mark.parametrize(
    "body",
    ["[1,2,3]", "", "<html><body>Log in</body></html>", '{"a": 1}', "just words\nof two lines"],
)
def test_s23_what_is_no_spec(body, fault_server):
    """It is told what was found, and what to do; by URL as by text."""
    faults = []
    for given in (body, f"{fault_server(answer(body.encode())).url}/s"):
        with pytest.raises(SpecInvalid) as caught:
            create_tools_from_openapi_spec(given)
        faults.append(caught.value.what)
        assert caught.value.place
    assert faults[0] == faults[1]


def test_s23_a_page_is_called_one():
    """With the remedy that helps most."""
    with pytest.raises(SpecInvalid, match=r"HTML or XML page.*often /openapi\.json"):
        create_tools_from_openapi_spec("<html>Log in</html>")


def test_s24_a_spec_that_is_cut(tmp_path, capsys):
    """Line and column are told; the command ends with the code for a bad spec and no traceback."""
    cut = json.dumps(spec({"/a": {"get": {"operationId": "a"}}}), indent=1)[:-30]
    with pytest.raises(SpecInvalid, match=r"in line \d+, column \d+"):
        create_tools_from_openapi_spec(cut)
    path = tmp_path / "cut.json"
    path.write_text(cut)
    # 3 is the code for a spec that cannot be used; 2 is for what is wrong with the command line.
    assert main(["tools", "--spec", str(path)]) == 3
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "line" in told


def test_s25_a_document_of_swagger_2():
    """It is converted."""
    swagger = {
        "swagger": "2.0",
        "host": "api.test",
        "schemes": ["https"],
        "paths": {"/a": {"get": {"operationId": "a"}}},
    }
    (tool,) = create_tools_from_openapi_spec(swagger)
    assert str(tool.build_request().url) == "https://api.test/a"
    with pytest.raises(SpecInvalid, match=r"Swagger 1\.2"):
        create_tools_from_openapi_spec({**swagger, "swagger": "1.2"})


def test_s49_a_spec_that_changes(fault_server):
    """There is no lock: what a spec is now is what its tools are. What was approved stays so.

    A changed server or schema makes another request, whose hash differs from the approved one's.
    """
    paths = {"/a": {"delete": {"operationId": "a"}}}
    before, after = (
        create_tools_from_openapi_spec(spec(paths, server=f"https://{host}.test"))["a"]
        for host in ("one", "two")
    )
    assert before.digest({}) != after.digest({})
    assert kinds(create_tools_from_openapi_spec(spec(paths))) == []


def test_s20_gzip_that_is_honest_loads(fault_server):
    """Packing alone is no crime."""
    content = gzip.compress(json.dumps(spec({"/a": {"get": {"operationId": "a"}}})).encode())
    server = fault_server(answer(content, "Content-Encoding: gzip"))
    assert [tool.name for tool in create_tools_from_openapi_spec(server.url)] == ["a"]
