"""Files that are sent from offered folders, and files that come back and are saved."""

import json
import resource
import signal
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from callwright.cli.save import safe_name
from callwright.core.file import BinaryFile

OCTETS = bytes(range(256)) * 4
FILE = {"type": "string", "format": "binary"}
UPLOAD = {"type": "object", "properties": {"file": FILE, "note": {"type": "string"}}}


class Files:
    """A server that gives one file, under the name of the moment, and keeps what is sent."""

    def __init__(self):
        self.name = "../../evil.bin"
        self.uploads = []
        files = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Disposition", f'attachment; filename="{files.name}"')
                self.send_header("Content-Length", str(len(OCTETS)))
                self.end_headers()
                self.wfile.write(OCTETS)

            def do_POST(self):
                content = self.rfile.read(int(self.headers["Content-Length"]))
                head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
                parts = message_from_bytes(head + content).get_payload()
                files.uploads += [
                    (part.get_filename(), part.get_payload(decode=True)) for part in parts
                ]
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def files():
    """The server of files."""
    files = Files()
    yield files
    files.server.shutdown()
    files.server.server_close()


@pytest.fixture
def api(files, tmp_path, monkeypatch):
    """The description of that server, whose address is meant."""
    monkeypatch.setenv("RUN_WITH_TOOLS_ALLOW_ADDRESS", files.url.removeprefix("http://"))
    body = {"content": {"multipart/form-data": {"schema": UPLOAD}}}
    paths = {
        "/cover": {"get": {"operationId": "get_cover"}},
        "/upload": {"post": {"operationId": "upload", "requestBody": body}},
    }
    path = tmp_path / "api.json"
    path.write_text(
        json.dumps({"openapi": "3.1.0", "servers": [{"url": files.url}], "paths": paths})
    )
    return str(path)


def test_output(run, api, tmp_path):
    """The bytes go into the file that is named, and the folder must be there beforehand."""
    ran = run("call", "--spec", api, "get_cover", "--output", "cover.png")
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / "cover.png").read_bytes() == OCTETS
    assert "saved cover.png (1.0 kB)" in ran.err
    for wrong in ("missing/cover.png", "."):
        ran = run("call", "--spec", api, "get_cover", "-o", wrong)
        assert (ran.code, "cannot be written" in ran.err) == (2, True)


def test_output_of_json(run, spec, tmp_path):
    """What is no file can be saved as well."""
    assert run("call", *spec, "get_book", "book_id=1", "-o", "book.json").code == 0
    assert json.loads((tmp_path / "book.json").read_text())["title"] == "Dune"


def test_output_when_it_fails(run, spec, tmp_path):
    """An error is told, and replaces no file."""
    (tmp_path / "book.json").write_text("kept")
    assert run("call", *spec, "get_book", "book_id=99", "-o", "book.json").code == 5
    assert (tmp_path / "book.json").read_text() == "kept"


def test_no_output(run, api):
    """Without a wish for them no bytes are written; what came and the remedy are told."""
    ran = run("call", "--spec", api, "get_cover")
    assert (ran.code, ran.out) == (0, "")
    assert "the answer is 1.0 kB of image/png, named evil.bin;" in ran.err
    assert "--output FILE" in ran.err


def test_piped(api, capfdbinary):
    """`-` writes the very bytes to a pipe."""
    from callwright.cli import main

    assert main(["call", "--spec", api, "get_cover", "-q", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out == OCTETS


def test_terminal(terminal, api):
    """A terminal is never given bytes, even where they are asked for."""
    shown = terminal("call", "--spec", api, "get_cover", "-o", "-")
    ran = shown.end()
    assert ran.code == 1
    assert "a terminal cannot show it" in ran.err
    assert "\x00" not in ran.err


@pytest.mark.parametrize("is_project", [False, True])
def test_upload(run, api, files, tmp_path, is_project):
    """A file of an offered folder is sent; the configuration may offer one, too."""
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "a.bin").write_bytes(OCTETS)
    words = ["--spec", api, "--files", "uploads"]
    if is_project:
        text = f'[spec.it]\nsource = "{api}"\nfiles = ["uploads"]\n'
        (tmp_path / "run-with-tools.toml").write_text(text)
        words = ["--spec", "it"]
    given = 'body.file:={"path": "a.bin"}'
    ran = run("call", *words, "upload", given, "--allow", "write")
    assert ran.code == 0, ran.err
    assert files.uploads == [("a.bin", OCTETS)]
    ran = run("call", *words, "upload", 'body.file:={"path": "../api.json"}', "--allow", "write")
    assert (ran.code, "in no folder that is offered" in ran.err) == (2, True)


def test_upload_in_words(run, api, files, tmp_path):
    """A file's path can be given by its field."""
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "7").write_bytes(OCTETS)
    words = ["--spec", api, "--files", "uploads", "upload", "body.file.path=7"]
    ran = run("call", *words, "--allow", "write")
    assert (ran.code, files.uploads) == (0, [("7", OCTETS)]), ran.err


@pytest.mark.parametrize("folder", [".", "..", "/etc", "link", "below/.."])
def test_folder_of_a_project(run, api, tmp_path, folder):
    """A project's file, which comes with a checkout, offers only what lies below its folder."""
    (tmp_path / "below").mkdir()
    (tmp_path / "link").symlink_to("/etc")
    text = f'[spec.it]\nsource = "{api}"\nfiles = ["{folder}"]\n'
    (tmp_path / "run-with-tools.toml").write_text(text)
    ran = run("tools", "--spec", "it")
    assert (ran.code, "cannot offer the files" in ran.err) == (2, True)


def test_saved_files(run, api, files, provider, tmp_path):
    """A run keeps the files of its calls in one folder, under names that replace nothing."""
    calls = [("get_cover", {}), ("get_cover", {})]
    words = ["--spec", api, "-m", provider(calls, "Here."), "--save-files", "kept", "--json", "go"]
    ran = run(*words)
    assert ran.code == 0
    kept = tmp_path / "kept"
    assert sorted(path.name for path in kept.iterdir()) == ["evil-2.bin", "evil.bin"]
    assert all(path.read_bytes() == OCTETS for path in kept.iterdir())
    assert not (tmp_path.parent / "evil.bin").exists()
    told = [call["file"]["saved"] for call in json.loads(ran.out)["calls"]]
    assert sorted(told) == ["kept/evil-2.bin", "kept/evil.bin"]
    assert "saved kept/evil.bin (1.0 kB)" in ran.err


def test_a_link_is_not_written_through(run, api, files, provider, tmp_path):
    """A link of the file's name in the folder is left alone, wherever it leads."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "evil.bin").symlink_to(tmp_path / "target")
    model = provider([("get_cover", {})], "Here.")
    assert run("--spec", api, "-m", model, "--save-files", "kept", "go").code == 0
    assert not (tmp_path / "target").exists()
    assert (tmp_path / "kept" / "evil-2.bin").read_bytes() == OCTETS


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("größe 1.txt", "größe 1.txt"),
        ("../../.bashrc", "bashrc"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "passwd"),
        ("-rf", "rf"),
        ("~", "get_cover.png"),
        ("..", "get_cover.png"),
        ("", "get_cover.png"),
        ("a\x00b\x1b[2J", "ab[2J"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("CON.txt", "_CON.txt"),
        ("a:b|c", "a_b_c"),
    ],
)
def test_safe_name(given, name):
    """A server's name for a file is one plain name in the folder, or the tool's."""
    assert (
        safe_name(BinaryFile(content=b"", media_type="image/png", filename=given), "get_cover")
        == name
    )


def test_long_name():
    """A name is as long as file systems allow, and keeps its suffix."""
    name = safe_name(BinaryFile(content=b"", filename="ü" * 400 + ".pdf"), "t")
    assert len(name.encode()) <= 200
    assert name.endswith("ü.pdf")


def test_repairs(run, spec, provider):
    """What was mended in the model's arguments is told below its call."""
    model = provider([("get_book", {"book_id": "1"})], "Dune.")
    ran = run(*spec, "-m", model, "hi")
    assert ran.code == 0
    assert '        repaired /book_id: "1" was read as 1\n' in ran.err


def test_a_file_that_does_not_fit(run, api, files, provider, tmp_path):
    """What cannot be written whole is told, and leaves no part of itself; the run goes on."""
    (tmp_path / "kept").mkdir()
    model = provider([("get_cover", {})], "Here.")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        ran = run("--spec", api, "-m", model, "--save-files", "kept", "go")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert (ran.code, "not saved: File too large" in ran.err) == (0, True)
    assert list((tmp_path / "kept").iterdir()) == []
