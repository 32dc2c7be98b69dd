"""Files that a model names by their paths: which are read or refused, and how they are shown."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path
from typing import Any

import pytest

import callwright
from callwright.core.errors import ArgumentsInvalid, ConfigurationError
from callwright.openapi.folder import FileFolders

MakeTool = Callable[..., Any]
FILE = {"type": "string", "format": "binary"}
UPLOAD = {
    "type": "object",
    "properties": {
        "file": FILE,
        "more": {"type": "array", "items": FILE},
        "place": {"type": "object"},
    },
}
CONTENT = bytes(range(256)) * 3


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    """A folder with files, beside what lies outside of it."""
    folder = tmp_path / "uploads"
    (folder / "deep" / ".git").mkdir(parents=True)
    (folder / "cat.png").write_bytes(CONTENT)
    (folder / "deep" / "note ü.txt").write_text("line 1\nline 2\n")
    (folder / ".env").write_text("KEY=s3cr3t")
    (folder / "deep" / ".git" / "config").write_text("s3cr3t")
    (tmp_path / "secret.txt").write_text("s3cr3t")
    (tmp_path / "uploads-of-others").mkdir()
    (tmp_path / "uploads-of-others" / "x.txt").write_text("s3cr3t")
    return folder


@pytest.fixture
def upload_tool(body_tool: MakeTool, uploads: Path) -> Callable[..., Any]:
    """Makes the tool of an upload whose files lie in the folder."""

    def make(media_type: str = "multipart/form-data", schema: Any = UPLOAD, **more: Any) -> Any:
        options = {"folders": FileFolders.of(uploads), **more.pop("options", {})}
        return body_tool(media_type, schema, options=options, **more)

    return make


def parts_of(request: Any) -> list[tuple[str, str, bytes]]:
    """The parts of a multipart body: name, file name, content."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + request.content, policy=HTTP).iter_parts()
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            str(part.get_filename()),
            part.get_payload(decode=True),
        )
        for part in parts
    ]


@pytest.mark.parametrize("path", ["cat.png", "uploads/cat.png", "deep/../cat.png", "absolute"])
def test_read(upload_tool: MakeTool, uploads: Path, path: str) -> None:
    """A file is found from the folder on, from its name on, and by its whole path."""
    given = str(uploads / "cat.png") if path == "absolute" else path
    request = upload_tool().build_request({"body": {"file": {"path": given}}})
    assert parts_of(request) == [("file", "cat.png", CONTENT)]


def test_own_words(upload_tool: MakeTool) -> None:
    """A file by its path may have another name and a media type, and stand in a list."""
    more = [{"path": "cat.png", "filename": "a.png", "content_type": "image/png"}, "text"]
    request = upload_tool().build_request({"body": {"more": more}})
    assert parts_of(request) == [("more", "a.png", CONTENT), ("more", "more", b"text")]
    assert b"Content-Type: image/png\r\n" in request.content


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("../secret.txt", "in no folder that is offered", id="above"),
        pytest.param("../nothing-there.txt", "in no folder that is offered", id="above, not there"),
        pytest.param("uploads/../../secret.txt", "in no folder", id="above the name"),
        pytest.param("../uploads-of-others/x.txt", "in no folder", id="a name that begins alike"),
        pytest.param("/etc/passwd", "in no folder that is offered", id="elsewhere"),
        pytest.param("~/secret.txt", "There is no file", id="a home, which is none here"),
        pytest.param("file:///etc/passwd", "There is no file", id="a URL"),
        pytest.param("deep/link", "in no folder that is offered", id="a link out"),
        pytest.param("loop", "in no folder that is offered", id="a link to itself"),
        pytest.param("deep/out/secret.txt", "in no folder", id="below a link out"),
        pytest.param("missing.txt", "There is no file 'missing.txt'", id="missing"),
        pytest.param("cat.png/x", "cannot be read", id="below a file"),
        pytest.param("deep", "is no file", id="a folder"),
        pytest.param("", "is no file", id="the folder itself"),
        pytest.param("pipe", "is no file", id="a pipe"),
        pytest.param("a\0b", "in no folder that is offered", id="NUL"),
        pytest.param("\ud800", "in no folder that is offered", id="a surrogate"),
        pytest.param("a" * 5_000, "cannot be read", id="too long"),
        pytest.param(".env", "is a hidden one", id="hidden"),
        pytest.param("deep/.git/config", "is a hidden one", id="in a hidden folder"),
        pytest.param("shown", "is a hidden one", id="a link to what is hidden"),
    ],
)
def test_refused(upload_tool: MakeTool, uploads: Path, path: str, told: str) -> None:
    """What is not a plain file within the folder is refused, and no bytes of it are told."""
    (uploads / "deep" / "link").symlink_to(uploads.parent / "secret.txt")
    (uploads / "deep" / "out").symlink_to(uploads.parent)
    (uploads / "loop").symlink_to(uploads / "loop")
    (uploads / "shown").symlink_to(uploads / ".env")
    os.mkfifo(uploads / "pipe")
    for verb in ("build_request", "to_curl", "show_request"):
        with pytest.raises(ArgumentsInvalid, match=told) as caught:
            getattr(upload_tool(), verb)({"body": {"file": {"path": path}}})
        assert "s3cr3t" not in str(caught.value)
    result = upload_tool().call({"body": {"file": {"path": path}}})
    assert result.is_error


def test_link_within(upload_tool: MakeTool, uploads: Path) -> None:
    """A link that stays within the folder is followed, and a linked folder can be offered."""
    (uploads / "deep" / "link").symlink_to(uploads / "cat.png")
    request = upload_tool().build_request({"body": {"file": {"path": "deep/link"}}})
    assert parts_of(request)[0][2] == CONTENT
    (uploads.parent / "offered").symlink_to(uploads)
    folders = FileFolders.of(uploads.parent / "offered")
    assert folders.read("cat.png", 1_000).content == CONTENT


def test_cap(upload_tool: MakeTool, uploads: Path) -> None:
    """All files of a request together have a cap; one more byte is refused."""
    size = len(CONTENT)
    folders = {"folders": FileFolders(folders=(uploads,), max_bytes=2 * size)}
    tool = upload_tool(options=folders)
    twice: dict[str, Any] = {"file": {"path": "cat.png"}, "more": [{"path": "cat.png"}]}
    assert len(parts_of(tool.build_request({"body": twice}))) == 2
    with pytest.raises(ArgumentsInvalid, match="more bytes than a request may hold"):
        tool.build_request({"body": {**twice, "more": [{"path": "cat.png"}] * 2}})


def test_only_where_a_file_is_asked_for(upload_tool: MakeTool) -> None:
    """A `path` of the API's own is left as it is, in JSON as in a form."""
    request = upload_tool().build_request({"body": {"place": {"path": "cat.png"}}})
    assert b'{"path":"cat.png"}' in request.content
    request = upload_tool("application/json", {}).build_request({"body": {"path": "cat.png"}})
    assert request.content == b'{"path":"cat.png"}'


@pytest.mark.parametrize(
    ("media_type", "schema", "content_type"),
    [
        ("application/octet-stream", FILE, "application/octet-stream"),
        ("image/*", FILE, "image/png"),
        ("*/*", FILE, "image/png"),
    ],
)
def test_whole_body(upload_tool: MakeTool, media_type: str, schema: Any, content_type: str) -> None:
    """A file can be the whole body; a range of media types is met by what its name tells."""
    request = upload_tool(media_type, schema).build_request({"body": {"path": "cat.png"}})
    assert (request.content, request.headers["content-type"]) == (CONTENT, content_type)


def test_schema(upload_tool: MakeTool, body_tool: MakeTool, check_tool: Any) -> None:
    """The tool tells of paths, and of the folder by its name, only where one is offered."""
    offered = check_tool(upload_tool())["properties"]["body"]["properties"]["file"]["anyOf"]
    without = check_tool(body_tool("multipart/form-data", UPLOAD))
    plain = without["properties"]["body"]["properties"]["file"]["anyOf"]
    (by_path,) = [form for form in offered if form not in plain]
    assert by_path["required"] == ["path"]
    assert "'uploads'" in by_path["properties"]["path"]["description"]


def test_none_offered(body_tool: MakeTool, uploads: Path, unchecked: Any) -> None:
    """Without an offered folder nothing is read, even where arguments are not checked."""
    tool = body_tool("multipart/form-data", UPLOAD)
    arguments = {"body": {"file": {"path": str(uploads / "cat.png")}}}
    with pytest.raises(ArgumentsInvalid):
        tool.build_request(arguments)
    result = unchecked(tool, arguments)
    assert result.is_error and "no folder is offered" in result.content


def test_shown(upload_tool: MakeTool) -> None:
    """Where the request is shown, a file stands by its name and size."""
    shown = upload_tool().show_request({"body": {"file": {"path": "cat.png"}}})
    assert "<768 bytes of uploads/cat.png>" in shown.request_body
    assert "\ufffd" not in shown.request_body


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/octet-stream"])
def test_curl(upload_tool: MakeTool, raw_server: Any, media_type: str) -> None:
    """The curl command reads the file itself, and sends what a call sends, byte by byte."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    is_form = media_type.startswith("multipart")
    tool = upload_tool(media_type, UPLOAD if is_form else FILE, server=raw_server.url)
    more = {"base64": "AP8="}
    body = {"file": {"path": "cat.png"}, "more": [more]} if is_form else {"path": "cat.png"}
    command = tool.to_curl({"body": body})
    assert "cat.png" in command
    assert len(command) < 1_500
    subprocess.run(command, shell=True, check=True, capture_output=True, timeout=60)  # noqa: S602
    sent = raw_server.requests[0].partition(b"\r\n\r\n")[2]
    assert sent == tool.build_request({"body": body}).content


@pytest.mark.parametrize("given", ["missing", "uploads/cat.png", 5, [None]])
def test_folders(uploads: Path, monkeypatch: pytest.MonkeyPatch, given: Any) -> None:
    """What is no folder is told when tools are made."""
    monkeypatch.chdir(uploads.parent)
    with pytest.raises(ConfigurationError, match="folder"):
        callwright.create_tools_from_openapi_spec(
            {"openapi": "3.1.0", "paths": {}}, file_folders=given
        )


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_a_file_as_a_parameter(make_tool: MakeTool, uploads: Path, location: str) -> None:
    """A file outside of a body is sent as its text; bytes that are no text are refused there."""
    declared = {"name": "note", "in": location, "schema": FILE}
    (uploads / "note.txt").write_text("a note")
    tool = make_tool({"parameters": [declared]}, options={"folders": FileFolders.of(uploads)})
    for given in ("a note", {"base64": "YSBub3Rl"}, {"path": "note.txt"}):
        request = tool.build_request({"note": given})
        sent = str(request.url.params) + str(dict(request.headers))
        assert "a note" in sent.replace("+", " ").replace("%20", " ")
        assert "path" not in sent
    with pytest.raises(ArgumentsInvalid, match="note is a file that is no text"):
        tool.build_request({"note": {"path": "cat.png"}})


def test_a_path_that_a_parameter_has(parameters_tool: MakeTool) -> None:
    """An object of the API's own stays an object, whatever its names."""
    tool = parameters_tool({"name": "at", "in": "query", "style": "deepObject"})
    assert tool.build_request({"at": {"path": "/etc"}}).url.query == b"at%5Bpath%5D=%2Fetc"


def test_shown_in_json(upload_tool: MakeTool) -> None:
    """A file within JSON is shown by its name as well, though it is sent as base64."""
    tool = upload_tool("application/json")
    arguments = {"body": {"file": {"path": "cat.png"}}}
    shown = tool.show_request(arguments).request_body
    assert shown == '{"file":"<768 bytes of uploads/cat.png>"}'
    assert len(tool.build_request(arguments).content) > 1_000


def test_ask(uploads: Path, raw_server: Any, scripted: Any) -> None:
    """The one-liner takes folders, too."""
    body = {"content": {"application/octet-stream": {"schema": FILE}}}
    paths = {"/v": {"put": {"operationId": "put_file", "requestBody": body}}}
    model = scripted([("1", "put_file", {"body": {"path": "cat.png"}})], "Done.")
    answer = callwright.ask(
        "Put the cat there.",
        {"openapi": "3.1.0", "paths": paths},
        model=model,
        server=raw_server.url,
        file_folders=str(uploads),
        allow="write",
    )
    assert [call.result.is_error for call in answer.calls] == [False]
    assert raw_server.requests[0].endswith(b"\r\n\r\n" + CONTENT)
