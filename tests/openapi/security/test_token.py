"""OAuth 2.0 against servers on loopback: when a token is asked for, how, and from whom."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import pytest

from callwright import ClientCredentials, RefreshToken, create_tools_from_openapi_spec
from callwright.core.errors import ConfigurationError, CredentialError
from callwright.openapi.operation import Operation
from callwright.openapi.security.scheme import Scheme
from callwright.openapi.security.token import Tokens

SECRET = "s3cr3t +/&canary"


class Provider:
    """What a token server does: it checks the client and numbers the tokens."""

    def __init__(self, lasts: int | None = 3600, **more: Any) -> None:
        self.lasts, self.more, self.number = lasts, more, 0
        self.client = ("my-app", SECRET)

    def __call__(self, seen: Any) -> Any:
        """Give a token, or say what is wrong with the client."""
        from json import dumps

        headers = {"Content-Type": "application/json"}
        in_form = (seen.form.get("client_id"), seen.form.get("client_secret"))
        if in_form != self.client and seen.pair != self.client:
            said = f"no such client {in_form[1] or seen.pair[1]}"
            fault = {"error": "invalid_client", "error_description": said}
            return 401, headers, dumps(fault).encode()
        self.number += 1
        given = {"access_token": f"token-{self.number}", "token_type": "Bearer", **self.more}
        if self.lasts is not None:
            given["expires_in"] = self.lasts
        return 200, headers, dumps(given).encode()


def api(accepts: Callable[[str], bool] = lambda _: True) -> Callable[[Any], Any]:
    """An API that says which authorization it was sent."""

    def answer(seen: Any) -> Any:
        given = seen.headers.get("authorization", "")
        return 200 if accepts(given) else 401, {"Content-Type": "text/plain"}, given.encode()

    return answer


def document(server: str, scheme: dict[str, Any], **operation: Any) -> dict[str, Any]:
    """A document of one operation behind one scheme."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "1"},
        "servers": [{"url": server}],
        "components": {"securitySchemes": {"login": scheme}},
        "security": [{"login": ["read"]}],
        "paths": {"/v": {"get": {"operationId": "v", **operation}}},
    }


def oauth(token_url: str) -> dict[str, Any]:
    """The scheme of client credentials."""
    flow = {"tokenUrl": token_url, "scopes": {"read": ""}}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def make(server: str, scheme: dict[str, Any], auth: Any) -> Any:
    """The tool of the one operation."""
    return create_tools_from_openapi_spec(document(server, scheme), auth=auth, server=server)["v"]


@pytest.fixture
def provider(serve: Any) -> Any:
    """A token server."""
    return serve(Provider())


async def together(tool: Any, number: int) -> list[str]:
    """What several calls at once were answered."""
    results: list[str] = []

    async def call() -> None:
        results.append((await tool.acall({})).content)

    async with anyio.create_task_group() as group:
        for _ in range(number):
            group.start_soon(call)
    return results


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_one_token_for_all(serve: Any, provider: Any, backend: str) -> None:
    """Parallel calls wait for one token and share it; so do the calls after them."""
    grant = ClientCredentials("my-app", lambda: SECRET, token_url=f"{provider.url}/token")
    tool = make(serve(api()).url, oauth("https://evil.test/token"), grant)
    results = anyio.run(partial(together, tool, 20), backend=backend)
    assert set(results) == {"Bearer token-1"}
    assert tool.call().content == "Bearer token-1"
    (asked,) = provider.seen
    assert asked.form == {"grant_type": "client_credentials", "scope": "read"}
    assert asked.pair == ("my-app", SECRET)


def test_secret_in_the_form(serve: Any, provider: Any) -> None:
    """An endpoint that wants the secret in its form gets it there alone, and what else is given."""
    grant = ClientCredentials(
        "my-app",
        SECRET,
        token_url=provider.url,
        client_auth="post",
        scopes=["a", "b"],
        parameters={"audience": "x"},
    )
    assert make(serve(api()).url, oauth(""), grant).call().content == "Bearer token-1"
    (asked,) = provider.seen
    assert "authorization" not in asked.headers
    assert asked.form == {
        "grant_type": "client_credentials",
        "client_id": "my-app",
        "client_secret": SECRET,
        "scope": "a b",
        "audience": "x",
    }


def test_refused_token(serve: Any, provider: Any) -> None:
    """A token that the API refuses is got anew, once; a second refusal is told."""
    tool = make(
        serve(api(lambda given: given.endswith("2"))).url,
        oauth(""),
        ClientCredentials("my-app", SECRET, token_url=provider.url),
    )
    assert tool.call().content == "Bearer token-2"
    assert len(provider.seen) == 2
    never = serve(api(lambda _: False))
    tool = make(never.url, oauth(""), ClientCredentials("my-app", SECRET, token_url=provider.url))
    result = tool.call()
    assert (result.exchange.status, len(never.seen), len(provider.seen)) == (401, 2, 4)


def source(provider: Any, clock: Callable[[], float], grant: Any) -> Any:
    """A source of tokens with a clock of the test's own."""
    from callwright.http import Sender
    from callwright.openapi.source import FetchPolicy

    fetch = Sender(policy=FetchPolicy(addresses="any"))
    operation: Operation = make(provider.url, oauth(""), None).operation
    return Tokens(fetch=fetch, clock=clock).source(grant, Scheme({}, ("read",)), operation)


@pytest.mark.parametrize(("lasts", "kept", "renewed"), [(3600, 3569, 3571), (10, 8, 9.5)])
def test_expiry(serve: Any, lasts: int, kept: float, renewed: float) -> None:
    """A token is renewed before it expires, and not long before."""
    now = [0.0]
    provider = serve(Provider(lasts))
    given = source(
        provider, lambda: now[0], ClientCredentials("my-app", SECRET, token_url=provider.url)
    )
    told = []
    for now[0] in (0.0, kept, renewed):
        told.append(anyio.run(given))
    assert told == ["token-1", "token-1", "token-2"]


def test_token_without_an_end(serve: Any) -> None:
    """A token of which no end is said is kept."""
    now = [0.0]
    provider = serve(Provider(None))
    given = source(
        provider, lambda: now[0], ClientCredentials("my-app", SECRET, token_url=provider.url)
    )
    assert anyio.run(given) == "token-1"
    now[0] = 1e9
    assert anyio.run(given) == "token-1"


def test_rotation(serve: Any) -> None:
    """A refresh token that replaces another is used from then on, and told to the caller."""
    provider = serve(Provider(refresh_token="second"))
    kept: list[str] = []
    grant = RefreshToken(
        "first", "my-app", SECRET, token_url=provider.url, on_new_token=kept.append
    )
    tool = make(serve(api(lambda given: given.endswith("2"))).url, oauth(""), grant)
    assert tool.call().content == "Bearer token-2"
    assert [asked.form["refresh_token"] for asked in provider.seen] == ["first", "second"]
    assert {asked.form["grant_type"] for asked in provider.seen} == {"refresh_token"}
    assert kept == ["second"]


def test_public_client(serve: Any) -> None:
    """A client without a secret names itself in the form alone."""
    seen = serve(lambda _: (200, {}, b'{"access_token": "t"}'))
    tool = make(serve(api()).url, oauth(""), RefreshToken("first", "my-app", token_url=seen.url))
    assert tool.call().content == "Bearer t"
    assert seen.seen[0].form["client_id"] == "my-app"
    assert "authorization" not in seen.seen[0].headers


def test_refused_client(serve: Any, provider: Any) -> None:
    """A client that is refused is the caller's to mend; a secret that is said again is not told."""
    grant = ClientCredentials("my-app", "wrong-s3cr3t", token_url=provider.url)
    tool = make(serve(api()).url, oauth(""), grant)
    with pytest.raises(CredentialError, match="gave no token: invalid_client") as caught:
        tool.call()
    assert caught.value.status == 401
    assert "wrong-s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"<html>", b'{"access_token": 5}', b"5"])
def test_no_token(serve: Any, content: bytes) -> None:
    """An answer that is no token is told as one."""
    provider = serve(lambda _: (200, {"Content-Type": "application/json"}, content))
    tool = make(serve(api()).url, oauth(""), ClientCredentials("a", "b", token_url=provider.url))
    with pytest.raises(CredentialError, match="token"):
        tool.call()


def test_endpoint_of_the_document(serve: Any, provider: Any) -> None:
    """What a document names is used on the API's own origin, and nowhere else unless allowed."""
    grant = ClientCredentials("my-app", SECRET)
    own = serve(lambda seen: (Provider() if seen.method == "POST" else api())(seen))
    assert make(own.url, oauth("/token"), grant).call().content == "Bearer token-1"
    foreign = make(own.url, oauth(f"{provider.url}/token"), grant)
    for verb in (foreign.prepare, foreign.call, foreign.build_request):
        with pytest.raises(CredentialError, match="is named by the document alone") as caught:
            verb()
    assert f'token_url="{provider.url}/token"' in caught.value.remedy
    assert provider.seen == []
    allowed = ClientCredentials("my-app", SECRET, token_origins=provider.url)
    tool = make(own.url, oauth(f"{provider.url}/token"), allowed)
    assert tool.call().content == "Bearer token-1"


def test_discovery(serve: Any, provider: Any) -> None:
    """An issuer's configuration names the endpoint, which may not be anywhere."""
    found = {"token_endpoint": f"{provider.url}/token"}

    def issue(seen: Any) -> Any:
        from json import dumps

        assert seen.path == "/realm/.well-known/openid-configuration"
        return 200, {"Content-Type": "application/json"}, dumps(found).encode()

    issuer = serve(issue)
    url = f"{issuer.url}/realm"
    grant = ClientCredentials("my-app", SECRET, issuer=url, token_origins=[provider.url])
    tool = make(serve(api()).url, {"type": "openIdConnect"}, grant)
    assert tool.call().content == "Bearer token-1"
    stray = make(
        serve(api()).url,
        {"type": "openIdConnect"},
        ClientCredentials("my-app", SECRET, issuer=url),
    )
    with pytest.raises(CredentialError, match="No secret is sent to the token endpoint"):
        stray.call()
    assert len(provider.seen) == 1


def test_configuration_that_only_the_document_names(serve: Any, provider: Any) -> None:
    """A document's own openIdConnectUrl is not asked on another origin."""
    scheme = {"type": "openIdConnect", "openIdConnectUrl": f"{provider.url}/oidc"}
    tool = make(serve(api()).url, scheme, ClientCredentials("my-app", SECRET))
    with pytest.raises(CredentialError, match="openIdConnectUrl"):
        tool.call()
    assert provider.seen == []


@pytest.mark.parametrize("url", ["http://[bad", "ftp://x/token", "//x:99999/", "javascript:1"])
def test_endpoint_that_is_none(serve: Any, url: str) -> None:
    """What is no address is told as one to mend."""
    tool = make(serve(api()).url, oauth(url), ClientCredentials("a", SECRET))
    with pytest.raises(CredentialError):
        tool.prepare()


def test_redirected_endpoint(serve: Any, provider: Any) -> None:
    """A token endpoint that redirects is not followed: the secret stays where it was meant for."""
    stray = serve(lambda _: (307, {"Location": f"{provider.url}/token"}, b""))
    tool = make(serve(api()).url, oauth(""), ClientCredentials("a", SECRET, token_url=stray.url))
    with pytest.raises(CredentialError, match="token endpoint at"):
        tool.call()
    assert provider.seen == []


def test_private_endpoint_of_the_document() -> None:
    """An endpoint that only a document names is reached by the rules of any address."""
    tool = create_tools_from_openapi_spec(
        document("https://169.254.169.254", oauth("/token")),
        auth=ClientCredentials("a", SECRET),
    )["v"]
    result = tool.call()
    assert result.is_error
    assert "169.254.169.254" in result.content


@pytest.mark.parametrize(
    "fault",
    [
        partial(ClientCredentials, "a", "b", token_url="login"),
        partial(ClientCredentials, "a", "b\n"),
        partial(ClientCredentials, "a", "b", scopes="read"),
        partial(ClientCredentials, "a", "b", client_auth="body"),
        partial(RefreshToken, "a", issuer="ftp://x"),
        partial(RefreshToken, "a", origin="api.test"),
    ],
)
def test_faults(fault: Callable[[], object]) -> None:
    """What cannot be used is refused where it is written."""
    with pytest.raises(ConfigurationError):
        fault()


def test_not_written_down() -> None:
    """A grant shows no secret, and is pickled only where it holds none."""
    grant = ClientCredentials("my-app", "canary-secret", token_url="https://login.test")
    assert "canary" not in repr(grant)
    with pytest.raises(TypeError, match="client_secret as text") as caught:
        pickle.dumps(grant)
    assert "canary" not in str(caught.value)
