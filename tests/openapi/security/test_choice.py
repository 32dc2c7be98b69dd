"""Credentials: which of those given an operation needs, and where they stand."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.errors import ConfigurationError, CredentialError
from callwright.openapi.override import Override
from callwright.openapi.secret import env
from callwright.openapi.security.credential import Basic, Bearer

MakeTool = Callable[..., Any]

SCHEMES = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "Basic"},
    "oauth": {"type": "oauth2", "flows": {}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://evil.test"},
    "other": {"$ref": "#/components/securitySchemes/header"},
}
BASIC = f"Basic {base64.b64encode(b'me:pass:word').decode()}"
Seen = dict[str, str]


def seen(tool: Any) -> Seen:
    """What a request carries of credentials."""
    request = tool.build_request()
    names = ("authorization", "x-api-key", "cookie")
    found = {name: request.headers[name] for name in names if name in request.headers}
    return found | ({"query": request.url.query.decode()} if request.url.query else {})


@pytest.fixture
def secured(make_tool: MakeTool) -> Callable[..., Any]:
    """Makes a tool of an operation with these sets of schemes, called with these credentials."""

    def make(auth: Any, *sets: dict[str, Any] | None, **fields: Any) -> Any:
        operation = {} if sets == (None,) else {"security": list(sets)}
        components = {"securitySchemes": SCHEMES}
        return make_tool(operation, components=components, options={"auth": auth}, **fields)

    return make


@pytest.mark.parametrize(
    ("scheme", "credential", "expected"),
    [
        ("header", "k", {"x-api-key": "k"}),
        ("query", "k&x", {"query": "api_key=k%26x"}),
        ("cookie", "k=%3D", {"cookie": "session=k=%3D"}),
        ("bearer", "t", {"authorization": "Bearer t"}),
        ("oauth", "t", {"authorization": "Bearer t"}),
        ("oidc", "t", {"authorization": "Bearer t"}),
        ("basic", "me:pass:word", {"authorization": BASIC}),
        ("basic", Basic("me", "pass:word"), {"authorization": BASIC}),
        ("bearer", Basic("me", "pass:word"), {"authorization": BASIC}),
        ("bearer", Bearer(lambda: "t"), {"authorization": "Bearer t"}),
        ("header", Bearer("k"), {"x-api-key": "k"}),
        ("other", lambda: "k", {"x-api-key": "k"}),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_schemes(secured: Callable[..., Any], scheme: str, credential: Any, expected: Seen) -> None:
    """A credential stands where its scheme says, be it given by name or as the only one."""
    assert seen(secured({scheme: credential}, {scheme: []})) == expected
    assert seen(secured(credential, {scheme: []})) == expected


@pytest.mark.parametrize(
    ("auth", "sets", "expected"),
    [
        pytest.param(
            {"header": "k"},
            [{"bearer": []}, {"header": []}],
            {"x-api-key": "k"},
            id="the second of two",
        ),
        pytest.param(
            {"header": "k", "bearer": "t"},
            [{"bearer": []}, {"header": []}],
            {"authorization": "Bearer t"},
            id="the first of two",
        ),
        pytest.param(
            {"header": "k", "query": "q"},
            [{"header": [], "query": []}],
            {"x-api-key": "k", "query": "api_key=q"},
            id="both of one set",
        ),
        pytest.param(
            {"header": "k"},
            [{"header": [], "query": []}, {"header": []}],
            {"x-api-key": "k"},
            id="the set that can be met",
        ),
        pytest.param({"header": "k"}, [{"header": [], "query": []}], {}, id="half of a set"),
        pytest.param({"header": "k"}, [{}, {"header": []}], {"x-api-key": "k"}, id="optional"),
        pytest.param({"query": "k"}, [{"header": []}], {}, id="another name"),
        pytest.param({}, [{"header": []}], {}, id="none given"),
        pytest.param(None, [{"header": []}], {}, id="no auth"),
        pytest.param(
            "k", [{"nope": []}, {"header": []}], {"x-api-key": "k"}, id="unknown scheme first"
        ),
        pytest.param("k", [], {}, id="none needed"),
        pytest.param({"header": "k"}, [None], {}, id="by name, where nothing is said"),
        pytest.param(
            "t", [None], {"authorization": "Bearer t"}, id="one for all, where nothing is said"
        ),
    ],
)
def test_sets(secured: Callable[..., Any], auth: Any, sets: list[Any], expected: Seen) -> None:
    """Of the sets of schemes the first that can be met whole is taken, and only that."""
    assert seen(secured(auth, *sets)) == expected


KEY_FIRST = [{"header": []}, {"basic": []}, {"bearer": []}]


@pytest.mark.parametrize(
    ("auth", "sets", "expected"),
    [
        pytest.param(Bearer("t"), KEY_FIRST, {"authorization": "Bearer t"}, id="token"),
        pytest.param(Basic("me", "pass:word"), KEY_FIRST, {"authorization": BASIC}, id="pair"),
        pytest.param("t", KEY_FIRST, {"x-api-key": "t"}, id="text"),
        pytest.param(lambda: "t", KEY_FIRST[1:], {"authorization": "Bearer t"}, id="callable"),
        pytest.param("t", KEY_FIRST[1:], {"authorization": "Bearer t"}, id="text is no pair"),
        pytest.param("me:pass:word", KEY_FIRST[1:], {"authorization": BASIC}, id="text is a pair"),
        pytest.param(
            Bearer("t"),
            [{"header": [], "oauth": []}, {"oidc": []}],
            {"authorization": "Bearer t"},
            id="whole sets",
        ),
    ],
)
def test_kinds(secured: Callable[..., Any], auth: Any, sets: list[Any], expected: Seen) -> None:
    """One credential for all goes to the first set whose schemes all suit its kind."""
    assert seen(secured(auth, *sets)) == expected


@pytest.mark.parametrize(
    "schemes",
    [None, {}, {"other": SCHEMES["header"]}, {"mine": {"type": "apiKey", "in": "header"}}],
    ids=["none", "empty", "another", "key without a name"],
)
@pytest.mark.parametrize(
    ("auth", "expected"),
    [("t", "Bearer t"), (Bearer("t"), "Bearer t"), (Basic("me", "pass:word"), BASIC)],
    ids=["text", "token", "pair"],
)
def test_undeclared_scheme(make_tool: MakeTool, schemes: Any, auth: Any, expected: str) -> None:
    """Where a credential is needed but its scheme cannot be read, the usual header has it."""
    fields = {} if schemes is None else {"components": {"securitySchemes": schemes}}
    tool = make_tool({"security": [{"mine": []}]}, options={"auth": auth}, **fields)
    assert seen(tool) == {"authorization": expected}


def test_name_of_no_scheme(secured: Callable[..., Any]) -> None:
    """A credential for a scheme that is not declared is refused at once, with what is near."""
    with pytest.raises(ConfigurationError) as caught:
        secured({"baerer": "t"}, {"bearer": []})
    assert "no security scheme 'baerer'" in caught.value.what
    assert caught.value.remedy == "Did you mean 'bearer'?"


def test_operation_over_document(make_tools: Callable[..., Any]) -> None:
    """An operation's own sets stand in for the document's; an empty list asks for none."""
    paths = {
        "/document": {"get": {}},
        "/own": {"get": {"security": [{"bearer": []}]}},
        "/open": {"get": {"security": []}},
    }
    tools = make_tools(
        paths,
        {"auth": {"header": "k", "bearer": "t"}},
        security=[{"header": []}],
        components={"securitySchemes": SCHEMES},
    )
    assert [seen(tool) for tool in tools] == [{"x-api-key": "k"}, {"authorization": "Bearer t"}, {}]


@pytest.mark.parametrize("garbage", [None, "x", [5], {"a": 1}], ids=str)
def test_garbage(make_tool: MakeTool, garbage: Any) -> None:
    """What is no list of sets asks for nothing."""
    tool = make_tool({"security": garbage}, components=garbage, options={"auth": "k"})
    assert seen(tool) == {}
    with pytest.raises(ConfigurationError, match="no security scheme 'a'"):
        make_tool({"security": garbage}, components=garbage, options={"auth": {"a": "k"}})


def test_credential_that_is_also_a_parameter(make_tool: MakeTool) -> None:
    """A key that the document also declares as a parameter is the caller's alone."""
    parameters = [
        {"name": "api_key", "in": "query", "required": True},
        {"name": "x-api-key", "in": "header"},
        {"name": "session", "in": "cookie"},
        {"name": "q", "in": "query"},
    ]
    schemes = ["query", "header", "cookie"]
    operation = {"parameters": parameters, "security": [{name: [] for name in schemes}]}
    components = {"securitySchemes": SCHEMES}
    free = make_tool(operation, components=components)
    assert list(free.parameters["properties"]) == ["api_key", "q", "x-api-key", "session"]
    tool = make_tool(operation, components=components, options={"auth": "k"})
    assert tool.parameters == {
        "type": "object",
        "properties": {"q": {}},
        "additionalProperties": False,
    }
    assert seen(tool) == {"query": "api_key=k", "x-api-key": "k", "cookie": "session=k"}


def test_credential_of_a_rule(secured: Callable[..., Any], make_tool: MakeTool) -> None:
    """A rule's credential stands in for the general one."""
    options = {"auth": "general", "overrides": [Override("api.test", auth={"header": "k"})]}
    components = {"securitySchemes": SCHEMES}
    tool = make_tool({"security": [{"header": []}]}, components=components, options=options)
    assert seen(tool) == {"x-api-key": "k"}


def test_missing_variable(secured: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential from a variable that is not set names it."""
    monkeypatch.delenv("CALLWRIGHT_MISSING", raising=False)
    tool = secured(env("CALLWRIGHT_MISSING"), {"bearer": []})
    assert tool.parameters["properties"] == {}
    for verb in (tool.build_request, tool.call):
        with pytest.raises(CredentialError, match="CALLWRIGHT_MISSING"):
            verb()


@pytest.mark.parametrize(
    ("scheme", "credential"),
    [("header", Basic("a", "b")), ("bearer", 5), ("bearer", object()), ("oauth", ["t"])],
    ids=["pair for a key", "number", "object", "list"],
)
def test_useless_credentials(secured: Callable[..., Any], scheme: str, credential: Any) -> None:
    """A credential of a kind that the scheme cannot take is the caller's to mend."""
    with pytest.raises(ConfigurationError):
        secured({scheme: credential}, {scheme: []}).build_request()


@pytest.mark.parametrize(
    ("scheme", "credential", "shown"),
    [
        ("header", "k", 'X-Api-Key: \'"$HEADER"'),
        ("header", env("MY_KEY"), 'X-Api-Key: \'"$MY_KEY"'),
        ("bearer", "t", 'Authorization: Bearer \'"$BEARER"'),
        ("basic", "me:pass", 'Authorization: Basic \'"$BASIC"'),
        ("basic", Basic("me", "pass"), 'Authorization: Basic \'"$BASIC"'),
        ("cookie", "k", 'Cookie: session=\'"$COOKIE"'),
        ("query", "k", '?api_key=\'"$QUERY"'),
    ],
    ids=str,
)
def test_shown(secured: Callable[..., Any], scheme: str, credential: Any, shown: str) -> None:
    """In a curl command a credential is a variable, in the form that is sent."""
    assert shown in secured({scheme: credential}, {scheme: []}).to_curl()


def test_repr() -> None:
    """Credentials show no secrets."""
    assert [repr(Bearer("s3cr3t")), repr(Basic("me", "s3cr3t"))] == [
        "Bearer()",
        "Basic(username='me')",
    ]


@pytest.mark.parametrize("line_break", ["a\r\nX-Evil: 1", "a\nb"])
def test_line_breaks_of_a_callable(secured: Callable[..., Any], line_break: str) -> None:
    """A credential cannot break out of its header: the caller is told, and not what it is."""
    with pytest.raises(CredentialError, match="a line break") as caught:
        secured(lambda: line_break, {"header": []}).call()
    assert "X-Evil" not in str(caught.value)


@pytest.mark.parametrize("text", ["q\r\nX-Evil: 1", "q\nz", "qzx\n", " qzx", "qzx\x00"])
def test_unsendable_text(secured: Callable[..., Any], text: str) -> None:
    """A credential that cannot be sent is refused when it is given, and not told."""
    for make in (lambda: secured(text, {"header": []}), lambda: Bearer(text)):
        with pytest.raises(ConfigurationError, match="line break, a control character") as caught:
            make()
        assert text not in str(caught.value)


def test_letters_of_other_scripts(secured: Callable[..., Any]) -> None:
    """A token is ASCII; a key in the query or a password may be any text."""
    with pytest.raises(ConfigurationError, match="not ASCII"):
        Bearer("tøken")
    with pytest.raises(CredentialError, match="not ASCII") as caught:
        secured({"header": "kødé"}, {"header": []}).build_request()
    assert "kødé" not in str(caught.value)
    assert seen(secured("ø", {"query": []})) == {"query": "api_key=%C3%B8"}
    password = base64.b64encode("me:pässword".encode()).decode()
    assert seen(secured("me:pässword", {"basic": []})) == {"authorization": f"Basic {password}"}
