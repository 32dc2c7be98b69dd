"""Lend a book: two look-ups and a write, which a person approves.

python examples/lending_library.py
"""

import sys

from callwright import ApprovalRequest, Override, create_tools_from_openapi_spec, run_with_tools
from callwright.demo import DEMO_KEY, DemoService


def approve(request: ApprovalRequest) -> bool:
    """Let reads go; ask a person about everything else."""
    if request.effect == "read":
        return True
    print(request.to_curl())
    return not sys.stdin.isatty() or input("send it? [y/n] ") == "y"


with DemoService() as library:
    tools = create_tools_from_openapi_spec(
        library.spec_url,
        where=lambda operation: operation.effect != "destructive",
        overrides=[Override("*", headers={"X-Library-Key": DEMO_KEY})],
    )
    answer = run_with_tools("offline", "Lend Dune to Hana Sato.", tools, approve=approve)

print(answer.text)
for call in answer.calls:
    print(f"{call.seconds:6.3f} s  {call.name} {dict(call.arguments)}")
