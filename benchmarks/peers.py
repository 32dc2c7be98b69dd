"""Ours and the peers load the same specs, each in a process of its own, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from install import CannotInstall, Peer, cache_folder, installed
from specs import GITHUB, GRAPH, HERE, STRIPE, Found, is_there, worked

__all__ = ["peers"]

PATIENCE = 300.0
"""Seconds that a library has for a spec, the rounds together."""

PEERS = (
    Peer(
        name="@cloudflare/ai-utils",
        version="1.0.1",
        library="",
        packages=["@cloudflare/ai-utils@1.0.1"],
    ),
    Peer(
        name="openapi-llm",
        version="0.4.3",
        library="openapi-llm",
        packages=["openapi-llm==0.4.3"],
    ),
    # FastMCP's `server` extra, spelled out: it asks for a certifi of the day of its release, which
    # not every mirror of a registry has, and which loading a spec does not need.
    Peer(
        name="fastmcp",
        version="4.1.6",
        library="fastmcp",
        packages=[
            "fastmcp-slim[client]==4.1.6",
            *"cyclopts>=4 griffelib>=2 joserfc>=1.5 jsonref>=1.1 jsonschema-path>=0.3.4".split(),
            *"openapi-pydantic>=0.6 packaging>=24 pyperclip>=1.9 python-multipart>=0.0.26".split(),
            *"pyyaml<7 uncalled-for>=0.4 uvicorn>=0.35 watchfiles>=1 websockets>=15.0.1".split(),
        ],
    ),
    Peer(
        name="google-adk",
        version="2.13.0",
        library="google-adk",
        packages=["google-adk==2.13.0"],
    ),
)


def peers() -> None:
    """One block a spec, one row a library."""
    print(f"\nThe peers are installed, once, into {cache_folder()}, and nowhere else.")
    commands = dict(all_commands())
    for title, spec in (("GitHub", GITHUB), ("Stripe", STRIPE), ("MS Graph beta", GRAPH)):
        if is_there(spec):
            compare(title, spec, commands)


def all_commands() -> Iterator[tuple[str, list[str] | str]]:
    """Each library's name, and the command that measures it or the reason why there is none."""
    ours = [sys.executable, str(HERE / "worker.py")]
    yield "Callwright: names, descriptions", [*ours, "callwright"]
    yield "Callwright: and all schemas", [*ours, "callwright-schemas"]
    for peer in PEERS:
        name = f"{peer.name} {peer.version}"
        try:
            yield name, installed(peer)
        except CannotInstall as error:
            yield name, f"cannot be installed: {error}"


def compare(title: str, spec: Path, commands: dict[str, list[str] | str]) -> None:
    """Print the rows of a spec as they come."""
    size = spec.stat().st_size / 1e6
    head = f"{title}, {size:.1f} MB: bytes to tools"
    print(
        f"\n{head:<50} {'tools':>15} {'CPU time':>12} {'JSON':>9} {'ratio':>9} {'peak / file':>12}"
    )
    for name, command in commands.items():
        found = {"error": command} if isinstance(command, str) else worked(command, spec, PATIENCE)
        print(f"{name:<50} {row(found)}", flush=True)


def row(found: Found) -> str:
    """What a library made, and what it took; or what it died with."""
    if "error" in found:
        return f"      {found['error']}"
    tools = f"{found['tools']:,} of {found['operations']:,}"
    time = f"{found['seconds'] * 1e3:,.0f} ms"
    floor = f"{found['floor'] * 1e3:,.0f} ms"
    return f"{tools:>15} {time:>12} {floor:>9} {found['ratio']:7.2f} x {found['memory']:10.1f} x"
