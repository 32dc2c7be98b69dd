"""Specs whose references lead out, in circles, nowhere, or everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.adversarial.conftest import growth, kinds, spec, with_body
from tests.fault.script import answer

from callwright import FetchPolicy, create_tools_from_openapi_spec
from callwright.errors import SpecError, SpecInvalid


@pytest.mark.parametrize("target", ["file:///etc/passwd", "file:///{}/s.json"])
def test_s01_a_reference_opens_no_file(watched, tmp_path, target):
    """No file is opened; as a parameter it takes the operation with it, which is named.

    Within a schema the operation stays, its part unchecked: the API still checks it. The report
    names the reference and says that it was not followed.
    """
    (tmp_path / "s.json").write_text("{}")
    reference = target.format(tmp_path)
    tools = create_tools_from_openapi_spec(with_body({"properties": {"p": {"$ref": reference}}}))
    (finding,) = tools.report
    assert repr(reference) in finding.reason
    assert "not followed" in finding.reason
    operation = {"operationId": "a", "parameters": [{"$ref": reference}]}
    refused = create_tools_from_openapi_spec(
        spec({"/a": {"get": operation}, "/b": {"get": {"operationId": "b"}}})
    )
    assert [tool.name for tool in refused] == ["b"]
    assert [finding.operation for finding in refused.report.refused] == ["GET /a"]
    opened = [place for _, place in watched() if "'w'" not in place]
    assert not [place for place in opened if "passwd" in place or "s.json" in place]


def test_s02_a_reference_connects_nowhere(fault_server):
    """The listener sees no connection, and the report says why."""
    listener = fault_server(answer(b"{}"))
    reference = f"{listener.url}/schema.json"
    tools = create_tools_from_openapi_spec(with_body({"properties": {"p": {"$ref": reference}}}))
    assert repr(reference) in tools.report[0].reason
    assert "not followed" in tools.report[0].reason
    assert listener.connections == 0


def test_s03_a_reference_stays_in_the_folder_of_its_spec(tmp_path):
    """Neither `..` nor a symlink leads out of it; what lies beside it is followed."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "secret.json").write_text('{"const": "secret"}')
    (folder / "beside.json").write_text('{"const": "beside"}')
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    for reference in ("../../secret.json", "link.json"):
        (folder / "spec.json").write_text(json.dumps(with_body({"$ref": reference})))
        tools = create_tools_from_openapi_spec(folder / "spec.json")
        assert kinds(tools) == ["repaired"]
        assert "secret" not in json.dumps(tools["a"].parameters)
    (folder / "spec.json").write_text(json.dumps(with_body({"$ref": "beside.json"})))
    tools = create_tools_from_openapi_spec(folder / "spec.json")
    assert "beside" in json.dumps(tools["a"].parameters)
    none = FetchPolicy(references="none")
    tools = create_tools_from_openapi_spec(folder / "spec.json", fetch_policy=none)
    assert kinds(tools) == ["repaired"]


def test_s04_a_schema_that_is_itself(act):
    """It loads; what is at that spot may be anything, and the report says so."""
    a = {"$ref": "#/components/schemas/A"}
    tools = create_tools_from_openapi_spec(with_body(a, {"A": a}))
    assert tools["a"].parameters["properties"]["body"] == {}
    assert [finding.reason for finding in tools.report] == [
        "The references lead in a circle. It was taken to mean anything."
    ]


def test_s05_a_schema_that_holds_itself():
    """The schema is finite, and three levels of real data are told from wrong ones."""
    node = {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "children": {"items": {"$ref": "#/c/Node"}}},
    }
    node["properties"]["children"]["items"]["$ref"] = "#/components/schemas/Node"
    pair = {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}, "n": {"type": "integer"}}},
    }
    tool = create_tools_from_openapi_spec(
        with_body({"$ref": "#/components/schemas/Node"}, {"Node": node})
    )["a"]
    assert len(json.dumps(tool.parameters)) < 2_000
    deep = {"n": 1, "children": [{"n": 2, "children": [{"n": 3}]}]}
    tool.check({"body": deep})
    deep["children"][0]["children"][0]["n"] = "three"
    assert tool.acall and tool.call({"body": deep}).is_error
    tool = create_tools_from_openapi_spec(with_body({"$ref": "#/components/schemas/A"}, pair))["a"]
    tool.check({"body": {"b": {"a": {"b": {"n": 1}}}}})
    assert tool.call({"body": {"b": {"a": {"b": {"n": "x"}}}}}).is_error


def test_s06_a_reference_to_the_whole_document():
    """It is no schema: reported, and taken to mean anything; the rest loads."""
    tools = create_tools_from_openapi_spec(with_body({"properties": {"p": {"$ref": "#"}}}))
    assert tools.report[0].reason.startswith("The reference '#' leads to the document")
    assert [tool.name for tool in tools] == ["a", "b"]


def test_s07_a_reference_that_leads_nowhere():
    """Never silently: a parameter's takes its operation with it, a schema's is reported.

    There the operation stays, since eight real specs have such slips in what else works.
    """
    nowhere = {"$ref": "#/components/schemas/Nope"}
    tools = create_tools_from_openapi_spec(with_body({"properties": {"p": nowhere}}))
    (finding,) = tools.report
    assert "leads nowhere" in finding.reason
    assert finding.pointer.endswith("/schema/properties/p")
    tools = create_tools_from_openapi_spec(
        spec({"/a": {"get": {"parameters": [nowhere]}}, "/b": {"get": {"operationId": "b"}}})
    )
    assert [tool.name for tool in tools] == ["b"]
    assert tools.report.refused[0].pointer == "#/components/schemas/Nope"


def test_s08_references_by_millions_of_ways():
    """23 schemas, each twice in the next: kept as references, in little room."""
    schemas = {"S0": {"type": "string"}}
    for i in range(1, 24):
        below = {"$ref": f"#/components/schemas/S{i - 1}"}
        schemas[f"S{i}"] = {"type": "object", "properties": {"l": below, "r": below}}
    with growth() as grown:
        tools = create_tools_from_openapi_spec(
            with_body({"$ref": "#/components/schemas/S23"}, schemas)
        )
        assert len(json.dumps(tools["a"].parameters)) < 60_000
    assert grown() < 200


def test_s09_a_long_chain_of_references():
    """5,000 aliases resolve without recursion."""
    schemas = {f"C{i}": {"$ref": f"#/components/schemas/C{i + 1}"} for i in range(5_000)}
    schemas["C5000"] = {"type": "integer"}
    tool = create_tools_from_openapi_spec(with_body({"$ref": "#/components/schemas/C0"}, schemas))[
        "a"
    ]
    tool.check({"body": 1})
    assert tool.call({"body": "x"}).is_error


def test_s10_a_schema_of_fifty_thousand_levels():
    """Refused, with the reason; no error of recursion, no dead process."""
    deep = '{"type":"object","properties":{"a":' * 50_000 + "{}" + "}}" * 50_000
    text = json.dumps(with_body({"x": 1})).replace('{"x": 1}', deep)
    with pytest.raises(SpecInvalid, match="nested too deeply"):
        create_tools_from_openapi_spec(text)["a"].parameters  # noqa: B018  # read for its error


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([f"[{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)], id="s12-lists"),
        pytest.param([f"{{l: *a{i - 1}, r: *a{i - 1}}}" for i in range(1, 25)], id="s13-mappings"),
    ],
)
def test_s12_s13_aliases_that_multiply(rows):
    """Refused before they take memory."""
    anchored = ["&a0 {type: string}", *(f"&a{i + 1} {row}" for i, row in enumerate(rows))]
    lines = [f"  a{i}: {row}" for i, row in enumerate(anchored)]
    text = "\n".join(("openapi: 3.1.0", "paths: {}", "x-a:", *lines))
    with growth() as grown, pytest.raises(SpecInvalid, match="aliases repeat too much"):
        create_tools_from_openapi_spec(text)
    assert grown() < 100


def test_s15_an_alias_within_itself():
    """Refused, with line and column; no endless walk."""
    with pytest.raises(SpecInvalid, match=r"alias \*a names nothing before it in line 2"):
        create_tools_from_openapi_spec("openapi: 3.1.0\npaths: &a [*a]\n")


def test_s16_yaml_constructs_nothing(tmp_path, monkeypatch, watched):
    """A tag that asks for code is refused, and nothing is run."""
    monkeypatch.chdir(tmp_path)
    text = 'openapi: 3.1.0\npaths: {}\nx: !!python/object/apply:os.system ["touch PWNED"]\n'
    with pytest.raises(SpecError, match="stands for a Python object"):
        create_tools_from_openapi_spec(text)
    assert not Path("PWNED").exists()
    assert not [event for event, _ in watched() if event in ("os.system", "subprocess.Popen")]
