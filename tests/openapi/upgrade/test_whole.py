"""A whole Swagger 2.0 document: what it becomes, and what its tools send."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest

import callwright
from callwright import Bearer
from callwright.openapi.upgrade.document import upgrade

OwnHeaders = Callable[[httpx2.Request], dict[str, str]]

SHELTER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Animal shelter", "version": "7"},
    "host": "shelter.test",
    "basePath": "/api/v2/",
    "schemes": ["http", "https", "wss"],
    "consumes": ["application/json"],
    "produces": ["application/json", "text/csv"],
    "tags": [{"name": "animals"}],
    "x-team": "paws",
    "securityDefinitions": {
        "keeper": {"type": "apiKey", "in": "header", "name": "X-Keeper-Key"},
        "visitor": {
            "type": "oauth2",
            "flow": "accessCode",
            "authorizationUrl": "https://login.test/ask",
            "tokenUrl": "https://login.test/token",
            "scopes": {"look": "See the animals."},
        },
    },
    "security": [{"visitor": ["look"]}],
    "parameters": {
        "pageSize": {"name": "page_size", "in": "query", "type": "integer", "maximum": 50},
        "animal": {
            "name": "animal",
            "in": "body",
            "required": True,
            "description": "Who moves in.",
            "schema": {"$ref": "#/definitions/Animal"},
        },
    },
    "responses": {
        "Unknown": {"description": "Nobody there.", "schema": {"$ref": "#/definitions/Trouble"}}
    },
    "paths": {
        "/animals": {
            "get": {
                "operationId": "listAnimals",
                "parameters": [
                    {"$ref": "#/parameters/pageSize"},
                    {
                        "name": "kind",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string", "enum": ["cat", "dog", "hen"]},
                    },
                    {
                        "name": "tag",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "multi",
                    },
                ],
                "responses": {
                    "200": {
                        "description": "The animals.",
                        "schema": {"type": "array", "items": {"$ref": "#/definitions/Animal"}},
                        "headers": {"X-Total": {"type": "integer", "description": "In all."}},
                    }
                },
            },
            "post": {
                "operationId": "addAnimal",
                "parameters": [{"$ref": "#/parameters/animal"}],
                "responses": {"201": {"description": "Moved in."}},
                "security": [{"keeper": []}],
            },
        },
        "/animals/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "type": "string", "format": "uuid"}
            ],
            "get": {
                "operationId": "getAnimal",
                "produces": ["text/csv"],
                "responses": {"404": {"$ref": "#/responses/Unknown"}},
            },
            "patch": {
                "operationId": "renameAnimal",
                "consumes": ["application/x-www-form-urlencoded"],
                "parameters": [
                    {"name": "name", "in": "formData", "type": "string", "required": True},
                    {
                        "name": "toys",
                        "in": "formData",
                        "type": "array",
                        "items": {"type": "string"},
                    },
                ],
                "responses": {},
            },
        },
        "/animals/{id}/photo": {
            "put": {
                "operationId": "putPhoto",
                "schemes": ["http"],
                "consumes": ["multipart/form-data"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "type": "string"},
                    {"name": "photo", "in": "formData", "type": "file", "required": True},
                    {"name": "caption", "in": "formData", "type": "string"},
                ],
                "responses": {},
            }
        },
    },
    "definitions": {
        "Animal": {
            "type": "object",
            "discriminator": "kind",
            "required": ["kind", "name"],
            "properties": {
                "id": {"type": "string", "readOnly": True},
                "kind": {"type": "string"},
                "name": {"type": "string"},
                "mother": {"$ref": "#/definitions/Animal"},
                "chip": {"type": "string", "x-nullable": True},
            },
        },
        "Trouble": {"type": "object", "properties": {"why": {"type": "string"}}},
    },
}

JSON_OF_ANIMAL = {"schema": {"$ref": "#/definitions/Animal"}}


def test_whole_document() -> None:
    """A document says the same in the words of OpenAPI 3.0, and keeps what it refers to."""
    animal = SHELTER["definitions"]["Animal"]
    trouble = {"schema": {"$ref": "#/definitions/Trouble"}}
    animals = {"schema": {"type": "array", "items": {"$ref": "#/definitions/Animal"}}}
    unknown = {"description": "Nobody there.", **trouble}
    page_size = {
        "name": "page_size", "in": "query", "schema": {"type": "integer", "maximum": 50},
    }  # fmt: skip
    assert upgrade(SHELTER) == {
        "openapi": "3.0.4",
        "servers": [{"url": "https://shelter.test/api/v2"}, {"url": "http://shelter.test/api/v2"}],
        "info": {"title": "Animal shelter", "version": "7"},
        "tags": [{"name": "animals"}],
        "x-team": "paws",
        "security": [{"visitor": ["look"]}],
        "components": {
            "securitySchemes": {
                "keeper": {"type": "apiKey", "in": "header", "name": "X-Keeper-Key"},
                "visitor": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": "https://login.test/ask",
                            "tokenUrl": "https://login.test/token",
                            "scopes": {"look": "See the animals."},
                        }
                    },
                },
            }
        },
        "parameters": {"pageSize": page_size, "animal": SHELTER["parameters"]["animal"]},
        "responses": {
            "Unknown": {**unknown, "content": {"application/json": trouble, "text/csv": trouble}}
        },
        "paths": {
            "/animals": {
                "get": {
                    "operationId": "listAnimals",
                    "parameters": [
                        page_size,
                        {
                            "name": "kind",
                            "in": "query",
                            "style": "form",
                            "explode": False,
                            "schema": {
                                "type": "array",
                                "items": {"type": "string", "enum": ["cat", "dog", "hen"]},
                            },
                        },
                        {
                            "name": "tag",
                            "in": "query",
                            "style": "form",
                            "explode": True,
                            "schema": {"type": "array", "items": {"type": "string"}},
                        },
                    ],
                    "responses": {
                        "200": {
                            "description": "The animals.",
                            **animals,
                            "content": {"application/json": animals, "text/csv": animals},
                            "headers": {
                                "X-Total": {"description": "In all.", "schema": {"type": "integer"}}
                            },
                        }
                    },
                },
                "post": {
                    "operationId": "addAnimal",
                    "parameters": [],
                    "requestBody": {
                        "x-body-name": "animal",
                        "required": True,
                        "description": "Who moves in.",
                        "content": {"application/json": JSON_OF_ANIMAL},
                    },
                    "responses": {"201": {"description": "Moved in."}},
                    "security": [{"keeper": []}],
                },
            },
            "/animals/{id}": {
                "parameters": [
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "format": "uuid"},
                    }
                ],
                "get": {
                    "operationId": "getAnimal",
                    "responses": {"404": {**unknown, "content": {"text/csv": trouble}}},
                },
                "patch": {
                    "operationId": "renameAnimal",
                    "parameters": [],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/x-www-form-urlencoded": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "name": {"type": "string"},
                                        "toys": {"type": "array", "items": {"type": "string"}},
                                    },
                                    "required": ["name"],
                                },
                                "encoding": {"toys": {"style": "form", "explode": False}},
                            }
                        },
                    },
                    "responses": {},
                },
            },
            "/animals/{id}/photo": {
                "put": {
                    "operationId": "putPhoto",
                    "servers": [{"url": "http://shelter.test/api/v2"}],
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "multipart/form-data": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "photo": {"type": "string", "format": "binary"},
                                        "caption": {"type": "string"},
                                    },
                                    "required": ["photo"],
                                }
                            }
                        },
                    },
                    "responses": {},
                }
            },
        },
        "definitions": {
            "Animal": {
                **animal,
                "discriminator": {"propertyName": "kind"},
                "properties": {
                    **animal["properties"],
                    "chip": {"type": "string", "x-nullable": True, "nullable": True},
                },
            },
            "Trouble": SHELTER["definitions"]["Trouble"],
        },
    }


def test_purity() -> None:
    """The given document is not changed; its schemas are shared where they stay the same."""
    before = copy.deepcopy(SHELTER)
    upgraded = upgrade(SHELTER)
    assert before == SHELTER
    assert upgraded["definitions"]["Trouble"] is SHELTER["definitions"]["Trouble"]
    mother = upgraded["definitions"]["Animal"]["properties"]["mother"]
    assert mother is SHELTER["definitions"]["Animal"]["properties"]["mother"]


def sent(request: httpx2.Request, own_headers: OwnHeaders) -> list[Any]:
    """Method, URL, own headers and body of a request."""
    return [request.method, str(request.url), own_headers(request), request.content.decode()]


@pytest.mark.parametrize(
    ("name", "arguments", "method", "url", "headers", "body"),
    [
        pytest.param(
            "listAnimals",
            {"page_size": 5, "kind": ["cat", "hen"], "tag": ["a b", "c,d"]},
            "GET",
            "https://shelter.test/api/v2/animals?page_size=5&kind=cat,hen&tag=a%20b&tag=c%2Cd",
            {"authorization": "Bearer t"},
            "",
            id="arrays",
        ),
        pytest.param(
            "addAnimal",
            {"body": {"kind": "cat", "name": "Mia", "chip": None}},
            "POST",
            "https://shelter.test/api/v2/animals",
            {"x-keeper-key": "t", "content-type": "application/json"},
            '{"kind":"cat","name":"Mia","chip":null}',
            id="body",
        ),
        pytest.param(
            "getAnimal",
            {"id": "a/b"},
            "GET",
            "https://shelter.test/api/v2/animals/a%2Fb",
            {"authorization": "Bearer t"},
            "",
            id="path",
        ),
        pytest.param(
            "renameAnimal",
            {"id": "1", "body": {"name": "Mia", "toys": ["ball", "a,b"]}},
            "PATCH",
            "https://shelter.test/api/v2/animals/1",
            {
                "authorization": "Bearer t",
                "content-type": "application/x-www-form-urlencoded",
            },
            "name=Mia&toys=ball,a%2Cb",
            id="form",
        ),
    ],
)
def test_requests(
    own_headers: OwnHeaders,
    name: str,
    arguments: dict[str, Any],
    method: str,
    url: str,
    headers: dict[str, str],
    body: str,
) -> None:
    """Tools of an upgraded document send what the Swagger document says."""
    tools = callwright.create_tools_from_openapi_spec(upgrade(SHELTER), auth=Bearer("t"))
    request = tools[name].build_request(arguments)
    assert sent(request, own_headers) == [method, url, headers, body]


def test_file_request(own_headers: OwnHeaders) -> None:
    """A file goes as a part of a form, with its name, by the operation's own scheme."""
    tool = callwright.create_tools_from_openapi_spec(upgrade(SHELTER))["putPhoto"]
    photo = {"base64": "aGk=", "filename": "mia.png", "content_type": "image/png"}
    request = tool.build_request({"id": "1", "body": {"photo": photo, "caption": "Mia"}})
    content_type = request.headers["content-type"]
    boundary = content_type.removeprefix("multipart/form-data; boundary=")
    lines = [
        f"--{boundary}",
        'Content-Disposition: form-data; name="photo"; filename="mia.png"',
        "Content-Type: image/png",
        "",
        "hi",
        f"--{boundary}",
        'Content-Disposition: form-data; name="caption"',
        "",
        "Mia",
        f"--{boundary}--",
        "",
    ]
    assert sent(request, own_headers) == [
        "PUT",
        "http://shelter.test/api/v2/animals/1/photo",
        {"content-type": content_type},
        "\r\n".join(lines),
    ]


def test_arguments(check_tool: Callable[[Any], Mapping[str, Any]]) -> None:
    """The model sees what the Swagger document says of a body, but for what the server fills in."""
    tool = callwright.create_tools_from_openapi_spec(upgrade(SHELTER))["addAnimal"]
    animal = {
        "type": "object",
        "required": ["kind", "name"],
        "properties": {
            "kind": {"type": "string"},
            "name": {"type": "string"},
            "mother": {"$ref": "#/$defs/Animal"},
            "chip": {"type": ["string", "null"]},
        },
    }
    assert check_tool(tool) == {
        "type": "object",
        "properties": {"body": {"$ref": "#/$defs/Animal", "description": "Who moves in."}},
        "required": ["body"],
        "additionalProperties": False,
        "$defs": {"Animal": animal},
    }
