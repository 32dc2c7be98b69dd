"""A spec from wherever it lies, and one line that says what to do when it cannot be used."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import anyio
import pytest

from callwright.core.errors import SpecError, SpecInvalid, SpecUnavailable
from callwright.http import fetch_spec
from callwright.openapi.document import Document
from callwright.openapi.load import load
from callwright.openapi.source import Fetched, FetchPolicy

SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Zoë's API", "version": "1"},
    "paths": {"/books": {"get": {"responses": {"200": {"description": "all"}}}}},
}
JSON = json.dumps(SPEC, ensure_ascii=False)
YAML = """openapi: 3.1.0
info: {title: Zoë's API, version: '1'}
paths:
  /books:
    get: {responses: {200: {description: all}}}
"""


async def nothing_is_fetched(url: str, policy: FetchPolicy) -> Fetched:
    """Stands where a fetch would go out."""
    raise AssertionError(f"{url} must not be fetched")


def read(spec: Any, fetch: Any = nothing_is_fetched, policy: FetchPolicy | None = None) -> Document:
    """Load and wait."""
    return anyio.run(partial(load, spec, fetch=fetch, policy=policy))


def refusal(spec: Any, **options: Any) -> SpecError:
    """The error that loading ends in; its text is one line that names its parts."""
    with pytest.raises(SpecError) as caught:
        read(spec, **options)
    error = caught.value
    assert "\n" not in str(error)
    assert all(part in str(error) for part in (error.what, error.place, error.remedy))
    return error


FORMS: dict[str, Callable[[], Any]] = {
    "mapping": lambda: SPEC,
    "mapping of another class": lambda: MappingProxyType(SPEC),
    "JSON text": lambda: JSON,
    "indented JSON text": lambda: f"\n  {json.dumps(SPEC, indent=2)}\n",
    "JSON bytes": lambda: JSON.encode(),
    "YAML text": lambda: YAML,
    "YAML bytes": lambda: YAML.encode(),
    "flow YAML with a trailing comma": lambda: (
        "{openapi: 3.1.0, " + JSON[len('{"openapi": "3.1.0",') : -1] + ",}"
    ),
    "bytes with a mark": lambda: codecs.BOM_UTF8 + JSON.encode(),
    "text with a mark": lambda: "\ufeff" + JSON,
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str) -> None:
    """Every form that a spec is given in makes the same document."""
    assert read(FORMS[form]()).raw == SPEC


@pytest.mark.parametrize("name", ["spec.json", "spec.yaml", "no extension", "zoë.yml"])
@pytest.mark.parametrize("as_path", [str, Path], ids=["text", "PathLike"])
def test_file(tmp_path: Path, name: str, as_path: Callable[[Path], Any]) -> None:
    """A file is read by its content, whatever its name is, and named in the document."""
    path = tmp_path / name
    path.write_text(JSON if name == "spec.json" else YAML, encoding="utf-8")
    document = read(as_path(path))
    assert (document.raw, document.place, document.base_url) == (SPEC, str(path), "")


def test_url(raw_server: Any) -> None:
    """A URL is fetched, and the document knows where it was found."""
    raw_server.says(YAML.encode(), "text/yaml")
    document = read(f"{raw_server.url}/spec.yaml", fetch_spec)
    assert (document.raw, document.base_url) == (SPEC, f"{raw_server.url}/spec.yaml")
    assert raw_server.requests[0].startswith(b"GET /spec.yaml HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "version", ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.2.0", "3.1.0-rc1", "3.1"]
)
def test_versions(version: str) -> None:
    """Every version of OpenAPI 3 is read, and its minor version known."""
    assert read({**SPEC, "openapi": version}).minor_version == int(version[2])


DEEP = '{"openapi":' + '{"a":' * 50_000 + "1" + "}" * 50_001

REFUSED: dict[str, tuple[Any, str]] = {
    "empty text": ("", "The text is empty."),
    "blank bytes": (b" \n ", "The text is empty."),
    "not UTF-8": (b"openapi: \xff", "The text is not UTF-8"),
    "UTF-16": (JSON.encode("utf-16"), "The text is not UTF-8"),
    "HTML text": ("<!doctype html><title>Log in</title>", "The text is an HTML or XML page"),
    "HTML bytes": (b"\n<html>", "The text is an HTML or XML page"),
    "JSON list": ("[1, 2, 3]", "The text holds a list"),
    "JSON list in bytes": (b"[1, 2, 3]", "The text holds a list"),
    "YAML list": (b"- 1\n- 2\n", "The text holds a list"),
    "plain text": (b"Not Found", "The text holds plain text"),
    "truncated JSON": (JSON[:-20], "The text is no JSON"),
    "broken YAML": ("openapi: 3.1.0\n  bad: [", "The text is no YAML"),
    "deep JSON": (DEEP, "nested too deeply"),
    "deep list": ("[" * 50_000 + "]" * 50_000, "The text holds a list"),
    "Swagger 1.2": ({"swaggerVersion": "1.2", "apis": []}, "The spec has no `openapi` field"),
    "Swagger 1 text": ("swagger: '1.0'\npaths: {}\n", "The spec is a Swagger 1.0 document"),
    "no version": ({"info": {}}, "The spec has no `openapi` field"),
    "empty mapping": ({}, "The spec has no `openapi` field"),
    "unknown version": ({"openapi": "4.0.0", "paths": {}}, "OpenAPI 4.0.0 is unknown"),
    "version of another kind": ({"openapi": ["3.1.0"]}, "is unknown"),
    "3.0 without paths": ({"openapi": "3.0.0"}, "The document has no paths"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    """What is no OpenAPI 3 document is refused with what it is and where it came from."""
    spec, what = REFUSED[case]
    error = refusal(spec)
    assert isinstance(error, SpecInvalid)
    assert what in error.what
    assert error.place.startswith("the given ")


@pytest.mark.parametrize("case", ["Swagger 1 text", "HTML text", "no version"])
def test_remedy(case: str) -> None:
    """Where something else would work, the error says what."""
    assert refusal(REFUSED[case][0]).remedy


@pytest.mark.parametrize(
    ("name", "what"),
    [
        pytest.param("missing.json", "There is no file", id="missing"),
        pytest.param(".", "cannot be read: Is a directory", id="directory"),
        pytest.param("loop", "cannot be read: Too many levels of symbolic links", id="unreadable"),
        pytest.param("a\0b", "cannot be read: embedded null byte", id="NUL"),
    ],
)
def test_unreadable_file(tmp_path: Path, name: str, what: str) -> None:
    """A file that cannot be read is named, with the reason."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    error = refusal(f"{tmp_path}/{name}")
    assert isinstance(error, SpecUnavailable)
    assert what in error.what
    assert repr(str(Path(f"{tmp_path}/{name}"))) in error.what


@pytest.mark.parametrize(
    ("spec", "what", "remedy"),
    [
        ("htp://api.test/x.json", "The address 'htp://api.test/x.json' is", "http:// or https://"),
        ("ftp://api.test/x.json", "The address 'ftp://api.test/x.json' is", "http:// or https://"),
        ("localhost:8971/openapi.json", "There is no file", "http://localhost:8971/openapi.json"),
        ("api.test/openapi.json", "There is no file", "https://api.test/openapi.json"),
        ("specs/openapi.json", "There is no file", "Give the URL or the path of the spec."),
    ],
)
def test_an_address_without_its_scheme(spec: str, what: str, remedy: str) -> None:
    """An address that lacks http:// or has another scheme is told as one, and not as a file."""
    error = refusal(spec)
    assert isinstance(error, SpecUnavailable)
    assert what in error.what
    assert remedy in error.remedy


def test_large_file(tmp_path: Path) -> None:
    """A file is read no further than the policy allows."""
    path = tmp_path / "spec.json"
    path.write_text(JSON)
    error = refusal(path, policy=FetchPolicy(max_bytes=50))
    assert error.what == f"The file {str(path)!r} has more than 50 bytes."


def test_large_url(raw_server: Any) -> None:
    """What lies behind a URL is read no further than the policy allows."""
    raw_server.says(JSON.encode())
    error = refusal(raw_server.url, fetch=fetch_spec, policy=FetchPolicy(max_bytes=50))
    assert isinstance(error, SpecUnavailable)
    assert "more than 50 bytes" in error.what


def test_url_that_answers_with_a_page(raw_server: Any) -> None:
    """A page in the place of a spec is named by its URL."""
    raw_server.says(b"<html>", "text/html")
    error = refusal(raw_server.url, fetch=fetch_spec)
    assert isinstance(error, SpecInvalid)
    assert error.place == raw_server.url


def test_url_without_a_server(unused_url: str) -> None:
    """A URL that nobody answers at is told as such."""
    error = refusal(f"{unused_url}/openapi.json", fetch=fetch_spec)
    assert isinstance(error, SpecUnavailable)
    assert unused_url in error.what


def test_mapping_of_another_loader() -> None:
    """A mapping as PyYAML gives it is read as the text that it was made of."""
    spec: Any = {"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {200: {}}}}, 1: {}}}
    document = read(spec)
    assert document.raw["paths"] == {"/a": {"get": {"responses": {"200": {}}}}, "1": {}}
    assert document.find("#/paths/~1a/get/responses/200") == {}


def test_mapping_that_holds_itself() -> None:
    """A circle of Python objects is refused, not walked for ever."""
    spec: dict[str, Any] = {**SPEC}
    spec["x-me"] = spec
    error = refusal(spec)
    assert (error.pointer, error.place) == ("#/x-me", "the given mapping")


@pytest.mark.parametrize("form", [bytearray, memoryview])
def test_bytes_of_other_kinds(form: Callable[[bytes], Any]) -> None:
    """Every kind of bytes is bytes."""
    assert read(form(JSON.encode())).raw == SPEC


@pytest.mark.parametrize("spec", [None, 5, ["a"], object()], ids=lambda s: type(s).__name__)
def test_spec_of_another_kind(spec: object) -> None:
    """What is no kind of spec is refused with the kinds that there are."""
    error = refusal(spec)
    assert isinstance(error, SpecUnavailable)
    assert error.what == f"A spec cannot be read from {type(spec).__name__}."
    assert "a URL, a path" in error.remedy


async def one_without_paths(url: str, policy: FetchPolicy) -> Fetched:
    """Gives a document without a title, or one that cannot be read."""
    return Fetched(url=url, content=b"{}" if "broken" in url else b'{"openapi": "3.1.0"}')


URL = "https://me:s3cr3t@api.test:8/v1/{}.json?key=s3cr3t#s3cr3t"


def test_secrets_of_a_url() -> None:
    """The user and the query of a spec's URL are shown nowhere."""
    document = read(URL.format("spec"), one_without_paths)
    assert document.place == document.title == "https://api.test:8/v1/spec.json?…"
    assert document.base_url == "https://api.test:8/v1/spec.json"
    error = refusal(URL.format("broken"), fetch=one_without_paths)
    assert error.place == "https://api.test:8/v1/broken.json?…"


def test_secrets_of_a_url_without_a_server(unused_url: str) -> None:
    """An error in fetching tells the URL without its secrets."""
    url = unused_url.replace("http://", "http://me:s3cr3t@") + "/spec.json?key=s3cr3t"
    error = refusal(url, fetch=fetch_spec)
    assert f"{unused_url}/spec.json?…" in error.what
    assert "s3cr3t" not in str(error)


@pytest.mark.parametrize("number", ["1e999", "1" * 5_000, "-" + "1" * 5_000])
@pytest.mark.parametrize("field", ["x-a", "minimum"])
def test_numbers_beyond_all_bounds(number: str, field: str) -> None:
    """A number that no float holds is the largest that one does; halves of pairs do not matter."""
    largest = sys.float_info.max * (-1 if number.startswith("-") else 1)
    for more in ("", ',"b":"\\ud800"'):
        text = f'{{"openapi":"3.1.0","paths":{{"/a":{{"get":{{"{field}":{number}{more}}}}}}}}}'
        assert read(text).find("#/paths/~1a/get")[field] == largest
