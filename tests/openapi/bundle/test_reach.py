"""How far references may lead, by addresses and through the file system."""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

import pytest

from callwright.core.errors import SpecUnavailable
from callwright.openapi.bundle.reach import Reach, local_path, may_follow

REACHES: tuple[Reach, ...] = get_args(Reach)
WEB = "https://api.test/v1/openapi.yaml"
FILE = "file:///home/me/api/openapi.yaml"


def admitting(target: str, base_url: str) -> list[str]:
    """The reaches that let a document lead to an address."""
    return [one for one in REACHES if not may_follow(target, base_url=base_url, reach=one)]


@pytest.mark.parametrize(
    ("target", "base_url", "reaches"),
    [
        ("https://api.test/v1/pet.yaml", WEB, "folder origin any"),
        ("https://API.test:443/v1/a/pet.yaml", WEB, "folder origin any"),
        ("https://api.test/v10/pet.yaml", WEB, "origin any"),
        ("https://api.test/v1/../pet.yaml", WEB, "origin any"),
        ("https://api.test/v1/%2e%2e/pet.yaml", WEB, "origin any"),
        ("https://api.test/v1/..%2Fpet.yaml", WEB, "origin any"),
        ("https://api.test/v1/..%5Cpet.yaml", WEB, "origin any"),
        ("http://api.test/v1/pet.yaml", WEB, "any"),
        ("https://api.test:444/v1/pet.yaml", WEB, "any"),
        ("https://www.api.test/v1/pet.yaml", WEB, "any"),
        ("https://user@api.test/v1/pet.yaml", WEB, ""),
        ("https://:secret@api.test/v1/pet.yaml", WEB, ""),
        ("https:///v1/pet.yaml", WEB, ""),
        ("https://api.test:x/v1/pet.yaml", WEB, ""),
        ("https://[api.test/v1/pet.yaml", WEB, ""),
        ("file:///etc/passwd", WEB, ""),
        ("ftp://api.test/v1/pet.yaml", WEB, ""),
        ("data:application/json,{}", WEB, ""),
        ("urn:example:pet", WEB, ""),
        ("pet.yaml", WEB, ""),
        ("file:///home/me/api/pet.yaml", FILE, "folder origin any"),
        ("file:///home/me/api/a/b/pet.yaml", FILE, "folder origin any"),
        ("file:///home/me/api2/pet.yaml", FILE, "any"),
        ("file:///home/me/api/a/../../pet.yaml", FILE, "any"),
        ("file:///home/me/api/%2e%2e/pet.yaml", FILE, "any"),
        ("file://server/home/me/api/pet.yaml", FILE, ""),
        ("file://localhost/home/me/api/pet.yaml", FILE, "folder origin any"),
        ("file:///home/me/api/pet%00.yaml", FILE, ""),
        ("https://api.test/pet.yaml", FILE, "any"),
        ("https://api.test/pet.yaml", "", "any"),
        ("file:///etc/passwd", "", ""),
        ("file:///pet.yaml", "file:///openapi.yaml", "folder origin any"),
        ("https://api.test/pet.yaml", "https://api.test", "folder origin any"),
    ],
)
def test_what_is_admitted(target: str, base_url: str, reaches: str) -> None:
    """Each reach admits just what its name says; nothing admits what is never admitted."""
    assert admitting(target, base_url) == reaches.split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a document, one beside it, one below it, and one outside."""
    (tmp_path / "api" / "below").mkdir(parents=True)
    for name in ("api/openapi.yaml", "api/pet.yaml", "api/below/my dog.yaml", "secret.yaml"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def url(path: Path) -> str:
    """The address of a file, `..` included."""
    return "file://" + str(path).replace(" ", "%20")


@pytest.mark.parametrize("name", ["pet.yaml", "below/my dog.yaml", "below/../pet.yaml"])
def test_files_of_the_folder(folder: Path, name: str) -> None:
    """What lies beside the document or below it may be read."""
    api = folder / "api"
    assert local_path(url(api / name), url(api / "openapi.yaml")) == (api / name).resolve()


def test_a_file_that_is_not_there(folder: Path) -> None:
    """Whether there is a file is for whoever reads it."""
    api = folder / "api"
    assert local_path(url(api / "no.yaml"), url(api / "openapi.yaml")) == api / "no.yaml"


def test_files_outside(folder: Path) -> None:
    """What lies elsewhere may be read with any reach only, a link to it too."""
    api = folder / "api"
    (api / "link.yaml").symlink_to(folder / "secret.yaml")
    (api / "up").symlink_to(folder)
    for name in ("../secret.yaml", "link.yaml", "up/secret.yaml", "%2e%2e/secret.yaml"):
        address = f"file://{api}/{name}"
        with pytest.raises(SpecUnavailable, match="may not be read"):
            local_path(address, url(api / "openapi.yaml"))
        found = local_path(address, url(api / "openapi.yaml"), reach="any")
        assert found == folder / "secret.yaml"


def test_a_document_that_is_a_link(folder: Path) -> None:
    """A document lies where it is named and where it truly is, and so do its files."""
    named = folder / "named"
    named.mkdir()
    (named / "openapi.yaml").symlink_to(folder / "api" / "openapi.yaml")
    (named / "pet.yaml").symlink_to(folder / "api" / "pet.yaml")
    (named / "secret.yaml").symlink_to(folder / "secret.yaml")
    base_url = url(named / "openapi.yaml")
    assert local_path(url(named / "pet.yaml"), base_url) == folder / "api" / "pet.yaml"
    with pytest.raises(SpecUnavailable):
        local_path(url(named / "secret.yaml"), base_url)


def test_what_is_no_file(folder: Path) -> None:
    """A folder or a pipe, which might never end, is not read."""
    api = folder / "api"
    os.mkfifo(api / "pipe")
    for name in ("below", "pipe"):
        with pytest.raises(SpecUnavailable, match="is no file"):
            local_path(url(api / name), url(api / "openapi.yaml"))


def test_links_in_a_circle(folder: Path) -> None:
    """A link to itself is an error like any other."""
    api = folder / "api"
    (api / "circle").symlink_to(api / "circle")
    with pytest.raises(SpecUnavailable):
        local_path(url(api / "circle" / "pet.yaml"), url(api / "openapi.yaml"))
