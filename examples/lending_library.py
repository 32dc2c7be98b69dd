"""Lend a book: look-ups go unasked, the write is approved by a person, removals are left out.

python examples/lending_library.py
"""

import sys

from callwright import ApprovalRequest, Limits, create_tools_from_openapi_spec, stream_with_tools
from callwright.demo import DEMO_KEY, DemoService


def approve(request: ApprovalRequest) -> bool | str:
    """Ask a person, who sees the exact request; without a terminal, let it go."""
    print(request.to_curl())
    if not sys.stdin.isatty():
        return True
    return input("send it? [y/n] ") == "y" or "The librarian said no."


with DemoService() as library:
    tools = create_tools_from_openapi_spec(
        library.spec_url,
        where=lambda operation: operation.effect != "destructive",
        auth=DEMO_KEY,  # of your own API: env("NAME"), read when a request is made
    )
    for event in stream_with_tools(
        "offline",
        "Lend Dune to Hana Sato.",
        tools,
        allow="read",  # what writes is asked about
        approve=approve,
        limits=Limits(calls=10, seconds=300),
    ):
        if event.kind == "call_finished":
            print(f"{event.seconds:6.3f} s  {event.name} {dict(event.arguments)}")
        elif event.kind == "run_finished":
            print(event.answer.text)
