"""Requests built by the npm packages of other people, in one process of Node for all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.wire.case import Case
from tests.wire.standalone import SERVER

__all__ = ["PACKAGES", "Builders", "missing_packages"]

PACKAGES: Mapping[str, str] = {
    "@octokit/endpoint": "11.0.5",
    "stripe": "23.1.0",
    "swagger-client": "3.39.0",
    "@readme/oas-to-har": "38.5.1",
    "oas": "38.6.0",
    "openapi-fetch": "0.17.0",
    "@mistralai/mistralai": "2.7.0",  # its encoders are those of every client that Speakeasy made
}
"""The packages that build requests; other versions have other totals."""


def missing_packages(node_modules: Path) -> list[str]:
    """What has to be installed, as npm takes it."""
    missing = [
        f"{name}@{version}"
        for name, version in PACKAGES.items()
        if _version(node_modules / name / "package.json") != version
    ]
    return missing if shutil.which("node") else ["node", *missing]


def _version(described: Path) -> str:
    return str(json.loads(described.read_bytes())["version"]) if described.is_file() else ""


class Builders:
    """A process that builds requests, one after the other. Close it, or use it by `with`."""

    def __init__(self, node_modules: Path) -> None:
        worker = Path(__file__).with_name("worker.mjs")
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            ["node", str(worker), str(node_modules)],  # noqa: S607 - whichever node there is
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def build(self, builder: str, case: Case) -> dict[str, Any]:
        """What the builder makes of a case: `url`, `method`, `headers`, `body`; or `error`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(_told(builder, case)).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the process ended"}
        return answer


def _told(builder: str, case: Case) -> dict[str, Any]:
    needs_document = builder not in ("@octokit/endpoint", "stripe")
    told = {
        "builder": builder,
        "server": SERVER,
        "method": case.method,
        "path": case.sent_path,
        "mediaType": case.media_type,
        "values": {place: case.at(place) for place in ("path", "query", "header", "cookie")},
        "document": case.alone if needs_document else None,
    }
    return {**told, "body": case.body} if case.has_body else told
