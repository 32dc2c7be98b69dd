"""Specs of several documents, from the caller's side: what is followed, and what is not."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import callwright
from callwright import FetchPolicy

PET = {"type": "object", "properties": {"tag": {"$ref": "tag.yaml"}}, "required": ["tag"]}
MAIN: dict[str, Any] = {
    "openapi": "3.1.1",
    "servers": [{"url": "https://api.test"}],
    "paths": {
        "/pets": {
            "post": {
                "operationId": "add_pet",
                "parameters": [{"$ref": "parts.json#/parameters/Dry"}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "schemas/pet.json"}}}
                },
            }
        },
        "/health": {"get": {"operationId": "health"}},
    },
}
FILES = {
    "openapi.json": json.dumps(MAIN),
    "parts.json": json.dumps(
        {"parameters": {"Dry": {"name": "dry", "in": "query", "schema": {"type": "boolean"}}}}
    ),
    "schemas/pet.json": json.dumps(PET),
    "schemas/tag.yaml": "type: string\nenum: [yes, no]\n",
}


def written(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write files, and say where the spec is."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "openapi.json"


def whole(tools: callwright.Tools) -> None:
    """The tools are those of all files together."""
    assert [tool.name for tool in tools] == ["add_pet", "health"]
    parameters: Any = tools["add_pet"].parameters
    assert parameters["properties"]["dry"] == {"type": "boolean"}
    body = parameters["properties"]["body"]["$ref"].removeprefix("#/$defs/")
    tag = parameters["$defs"][body]["properties"]["tag"]["$ref"].removeprefix("#/$defs/")
    assert parameters["$defs"][tag] == {"type": "string", "enum": ["yes", "no"]}
    assert tools.report == ()


def test_files(tmp_path: Path) -> None:
    """A local file leads to the files beside it and below."""
    whole(callwright.create_tools_from_openapi_spec(written(tmp_path)))


def test_file_url(tmp_path: Path) -> None:
    """A local file may be given by its URL."""
    whole(callwright.create_tools_from_openapi_spec(written(tmp_path).as_uri()))


def test_no_files_for_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text leads nowhere, whatever folder the process is in; the other operations are there."""
    monkeypatch.chdir(written(tmp_path).parent)
    for spec in (FILES["openapi.json"], FILES["openapi.json"].encode(), MAIN):
        tools = callwright.create_tools_from_openapi_spec(spec)
        assert [tool.name for tool in tools] == ["health"]
        (finding,) = tools.report
        assert (finding.kind, finding.operation) == ("refused", "POST /pets")
        assert "parts.json#/parameters/Dry" in finding.reason


def test_out_of_the_folder(tmp_path: Path) -> None:
    """A local file does not lead out of its folder, unless the caller says so."""
    secret = {"type": "string", "default": "the content of another file"}
    schema = {"properties": {"a": {"$ref": "../secret.json"}, "b": {"type": "integer"}}}
    media = {"application/json": {"schema": schema}}
    spec = {"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": {"content": media}}}}}
    path = (
        written(
            tmp_path,
            {"secret.json": json.dumps(secret), "in/openapi.json": json.dumps(spec)},
        ).parent
        / "in"
        / "openapi.json"
    )
    (tool,) = tools = callwright.create_tools_from_openapi_spec(path)
    body: Any = tool.parameters["properties"]["body"]  # type: ignore[index,call-overload]
    assert body == {"properties": {"a": True, "b": {"type": "integer"}}}
    (finding,) = tools.report
    assert "it leads out of the document's folder" in finding.reason
    policy = FetchPolicy(references="any")
    (tool,) = callwright.create_tools_from_openapi_spec(path, fetch_policy=policy)
    assert secret in tool.parameters["$defs"].values()  # type: ignore[union-attr]


@pytest.fixture
def served() -> Any:
    """Serves the files on loopback, and remembers what was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            text = FILES.get(self.path.removeprefix("/specs/").partition("?")[0])
            self.send_response(404 if text is None else 200)
            content = (text or "").encode()
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/specs/openapi.json", asked
    server.shutdown()
    server.server_close()


def test_nothing_from_a_remote_spec(served: tuple[str, list[str]]) -> None:
    """A spec from elsewhere leads nowhere unless the caller lets it."""
    url, asked = served
    tools = callwright.create_tools_from_openapi_spec(url)
    assert asked == ["/specs/openapi.json"]
    assert [tool.name for tool in tools] == ["health"]
    assert "references to other documents are not followed" in tools.report[0].reason


@pytest.mark.parametrize("references", ["folder", "origin", "any"])
def test_from_a_remote_spec(served: tuple[str, list[str]], references: Any) -> None:
    """As far as the caller lets it, each document is fetched once."""
    url, asked = served
    policy = FetchPolicy(references=references)
    whole(callwright.create_tools_from_openapi_spec(url, fetch_policy=policy))
    assert sorted(asked) == [f"/specs/{name}" for name in sorted(FILES)]


def test_bytes_in_all(tmp_path: Path) -> None:
    """What a spec leads to counts towards the bytes that it may have."""
    path = written(tmp_path)
    policy = FetchPolicy(max_bytes=len(FILES["openapi.json"]) + 10)
    tools = callwright.create_tools_from_openapi_spec(path, fetch_policy=policy)
    assert [tool.name for tool in tools] == ["health"]
    assert "has more than 10 bytes" in tools.report[0].reason


def test_place_of_a_fault(tmp_path: Path) -> None:
    """What is wrong in another file is reported with that file's name."""
    bad = {**PET, "properties": {"tag": {"$ref": "#/nowhere"}}}
    tools = callwright.create_tools_from_openapi_spec(
        written(tmp_path, {**FILES, "schemas/pet.json": json.dumps(bad)})
    )
    (finding,) = tools.report
    assert finding.pointer == "schemas/pet.json#/properties/tag"


def page_of(item: str) -> dict[str, Any]:
    """A page of items, by JSON Schema's dynamic references."""
    return {
        "$id": f"https://api.test/{item}-page",
        "$ref": "page",
        "$defs": {"item": {"$dynamicAnchor": "item", "$ref": f"#/components/schemas/{item}"}},
    }


def test_dynamic_references() -> None:
    """A generic page means another thing in each of its uses."""
    schemas = {
        "Pet": {"type": "object", "required": ["name"]},
        "User": {"type": "object", "required": ["email"]},
        "Page": {
            "$id": "https://api.test/page",
            "type": "object",
            "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#item"}}},
            "$defs": {"item": {"$dynamicAnchor": "item"}},
        },
        "PetPage": page_of("Pet"),
        "UserPage": page_of("User"),
    }
    paths = {
        f"/{name}": {
            "post": {
                "operationId": name,
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
                    }
                },
            }
        }
        for name in ("PetPage", "UserPage")
    }
    spec = {"openapi": "3.1.1", "paths": paths, "components": {"schemas": schemas}}
    tools = callwright.create_tools_from_openapi_spec(spec)
    assert tools.report == ()
    for name, good, bad in (("PetPage", "name", "email"), ("UserPage", "email", "name")):
        tools[name].check({"body": {"items": [{good: "x"}]}})
        with pytest.raises(callwright.errors.ArgumentsInvalid):
            tools[name].check({"body": {"items": [{bad: "x"}]}})


def test_nothing_is_opened(tmp_path: Path) -> None:
    """Text, bytes and mappings open no file and no socket, whatever they refer to."""
    opened: list[Any] = []
    is_watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if is_watching and (event == "open" or event.startswith("socket.")):
            opened.append((event, arguments))

    written(tmp_path)
    references = [f"{tmp_path}/parts.json", (tmp_path / "parts.json").as_uri(), "//127.0.0.1/x"]
    schema = {"properties": {str(i): {"$ref": ref} for i, ref in enumerate(references)}}
    media = {"application/json": {"schema": schema}}
    spec = {"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": {"content": media}}}}}
    _ = callwright.create_tools_from_openapi_spec(spec).report  # what is imported late, is now
    sys.addaudithook(watch)
    try:
        for given in (spec, json.dumps(spec), json.dumps(spec).encode()):
            assert len(callwright.create_tools_from_openapi_spec(given).report) == len(references)
    finally:
        is_watching = False
    assert opened == []
