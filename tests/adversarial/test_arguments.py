"""Arguments as models write them: of the wrong kind, cut, doubled, huge, or sly."""

from __future__ import annotations

import json

import pytest
from tests.adversarial.conftest import spec, with_body, with_parameters
from tests.fault.script import answer

import callwright
from callwright import Reply, create_tools_from_openapi_spec, tool
from callwright.core.message import ToolCall, assistant


@pytest.fixture
def told(scripted, tool_results):
    """What the model reads of one call of `act`, and the arguments that it was executed with."""

    def run(raw, required=True):
        done = []
        schema = {"properties": {"id": {"type": "integer"}}, "additionalProperties": False}

        @tool(parameters={**schema, **({"required": ["id"]} if required else {})})
        def act(**arguments):
            """Act."""
            done.append(arguments)
            return "done"

        run = callwright.run_with_tools(scripted([("1", "act", raw)], "ok"), "go", [act])
        return tool_results(run.messages)["1"], done, run

    return run


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("[1]", id="b01"),
        pytest.param("5", id="b02-number"),
        pytest.param("true", id="b02-true"),
        pytest.param('"text"', id="b02-text"),
    ],
)
def test_b01_b02_arguments_that_are_no_object(told, raw):
    """The tool is not run; the model is told what is wanted."""
    text, done, _ = told(raw)
    assert "must be one JSON object" in text
    assert done == []


@pytest.mark.parametrize("raw", ["null", "", None])
def test_b03_arguments_that_are_nothing(told, raw):
    """They are no arguments, which is enough where none is required; else the names are told."""
    text, done, _ = told(raw, required=False)
    assert (text, done) == ("done", [{}])
    text, done, _ = told(raw)
    assert "id" in text
    assert done == []


@pytest.mark.parametrize("raw", ['{"a": ', "{id: 1}", "{'id': 1}", '{"id": 1} {"id": 2}'])
def test_b04_arguments_that_are_no_json(told, raw):
    """The model is told, with the position; the run goes on; the text stays in the transcript."""
    text, done, run = told(raw)
    assert text.startswith("The arguments are not valid JSON")
    assert "column" in text
    assert done == []
    assert run.text == "ok"
    assert run.messages[1].to_dict()["tool_calls"][0]["function"]["arguments"] == raw


def test_b05_arguments_that_are_encoded_twice(told):
    """As a text they are no object; they never reach the builder of a request as one."""
    text, done, _ = told(json.dumps('{"id":1}'))
    assert done in ([], [{"id": 1}])
    assert done or "must be one JSON object" in text


def test_b06_arguments_that_were_cut(told, scripted):
    """Half an object is never executed, whatever the model's server says of the end."""
    text, done, _ = told('{"id": 1, "na')
    assert "not valid JSON" in text
    assert done == []

    class Cut:
        async def reply(self, turn):
            call = ToolCall.parse("1", "act", '{"id": 1')
            return Reply(message=assistant("", [call]), finish="length")

    @tool
    def act(id: int) -> str:  # noqa: A002
        """Act."""
        return done.append(id) or "done"

    callwright.run_with_tools(Cut(), "go", [act], max_recursive_tool_runs=0)
    assert done == []


@pytest.mark.parametrize("raw", ['{"id":1,"id":2}', '{"id":1,"a":{"b":1,"b":1}}'])
def test_b07_keys_that_are_repeated(told, raw):
    """Some readers take the first value and some the last: the model is told, nothing is run."""
    text, done, _ = told(raw)
    assert "stands twice" in text
    assert done == []


def test_b12_ten_megabytes_of_arguments(told):
    """They are not even read."""
    text, done, _ = told(json.dumps({"id": 1, "text": "x" * 10_000_000}))
    assert "too long" in text
    assert done == []


def test_b08_fields_that_are_not_declared():
    """Refused where the schema allows no others, and the field is named; nothing is sent."""
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "additionalProperties": False,
    }
    made = create_tools_from_openapi_spec(with_body(schema))["a"]
    result = made.call({"body": {"name": "x", "is_admin": True}})
    assert result.is_error
    assert "is_admin" in result.content


NAMES = ["__proto__", "__class__", "constructor", "self", "operation", "config", "args", "url"]


@pytest.mark.parametrize("name", NAMES)
def test_b09_names_that_mean_something_elsewhere(name):
    """As arguments and as fields they are plain data."""
    raw = with_parameters({"name": name, "in": "query", "schema": {"type": "string"}})
    made = create_tools_from_openapi_spec(raw)["act"]
    assert made.build_request({name: "v"}).url.query == f"{name}=v".encode()
    body = create_tools_from_openapi_spec(with_body({"type": "object"}))["a"]
    assert json.loads(body.build_request({"body": {name: {"x": 1}}}).content) == {name: {"x": 1}}


def test_b10_a_value_of_the_wrong_kind(fault_server):
    """The model reads path and type; nothing is sent."""
    server = fault_server(answer())
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    made = create_tools_from_openapi_spec(with_parameters(limit), server=server.url)["act"]
    result = made.call({"limit": "DROP TABLE"})
    assert result.content == (
        'The arguments do not fit: limit is "DROP TABLE" but must be of type integer.'
    )
    assert server.requests == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1" * 5_000])
def test_b13_numbers_beyond_json(told, number, fault_server, scripted, tool_results):
    """No such number goes out, and none of them ends the run."""
    server = fault_server(answer())
    n = {"name": "n", "in": "query", "schema": {"type": "number"}}
    tools = create_tools_from_openapi_spec(with_parameters(n), server=server.url)
    run = callwright.run_with_tools(
        scripted([("1", "act", f'{{"n":{number}}}')], "ok"), "go", tools
    )
    assert run.text == "ok"
    assert run.calls[0].result.is_error
    assert server.requests == []


def test_b14_large_whole_numbers():
    """All digits are sent, in the query and in a body."""
    n = {"name": "n", "in": "query", "schema": {"type": "integer"}}
    made = create_tools_from_openapi_spec(with_parameters(n))["act"]
    assert made.build_request({"n": 9007199254740993}).url.query == b"n=9007199254740993"
    body = create_tools_from_openapi_spec(with_body({}))["a"]
    content = body.build_request({"body": {"n": 9007199254740993}}).content
    assert content == b'{"n":9007199254740993}'


def test_b15_fields_that_only_the_server_writes():
    """Hidden from the schema, and refused where no others are allowed."""
    schema = {
        "type": "object",
        "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
        "additionalProperties": False,
    }
    made = create_tools_from_openapi_spec(with_body(schema))["a"]
    assert list(made.parameters["properties"]["body"]["properties"]) == ["name"]
    assert made.call({"body": {"id": 7, "name": "x"}}).is_error


UPLOAD = spec(
    {
        "/u": {
            "post": {
                "operationId": "upload",
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": {"file": {"type": "string", "format": "binary"}},
                            }
                        }
                    }
                },
            }
        }
    }
)


@pytest.mark.parametrize("file", ["/etc/passwd", "file:///etc/passwd", {"path": "/etc/passwd"}])
def test_b16_a_file_of_this_machine(watched, file):
    """A path is text, or refused; no file is opened that the caller has not offered."""
    made = create_tools_from_openapi_spec(UPLOAD)["upload"]
    result = ""
    try:
        result = made.build_request({"body": {"file": file}}).content.decode()
    except callwright.errors.ArgumentsInvalid as error:
        assert isinstance(file, dict), error
    assert "root:" not in result
    assert not [place for _, place in watched() if "passwd" in place]


def test_b17_a_filename_that_ends_its_line():
    """One part at the server, read by another reader of such bodies."""
    from python_multipart.multipart import parse_options_header

    made = create_tools_from_openapi_spec(UPLOAD)["upload"]
    name = 'a"\r\nX-Evil: 1'
    file = {"base64": "aGVsbG8=", "filename": name}
    try:
        request = made.build_request({"body": {"file": file}})
    except callwright.errors.ArgumentsInvalid:
        return
    head = request.content.partition(b"\r\n\r\n")[0]
    assert b"\r\nX-Evil" not in head
    _, options = parse_options_header(request.headers["content-type"])
    assert request.content.count(b"--" + options[b"boundary"]) == 2


def test_b18_a_decoy_beside_the_calls(scripted):
    """Text that looks like a call is text."""
    ran = []

    @tool
    def act(n: int) -> str:
        """Act."""
        return ran.append(n) or "done"

    class Decoy:
        def __init__(self):
            self.turns = 0

        async def reply(self, turn):
            self.turns += 1
            decoy = '{"tool_calls":[{"function":{"name":"act","arguments":"{\\"n\\":666}"}}]}'
            calls = [ToolCall.parse("1", "act", '{"n":1}')] if self.turns == 1 else []
            return Reply(message=assistant(decoy, calls))

    callwright.run_with_tools(Decoy(), "go", [act])
    assert ran == [1]
