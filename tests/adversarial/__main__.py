"""The whole sweep: a hundred thousand argument sets; `python -m tests.adversarial [COUNT]`."""

from __future__ import annotations

import sys

from tests.adversarial.smuggling import Found, hostile_arguments, made_tool, try_arguments

count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
tool, found = made_tool(), Found()
for arguments in hostile_arguments(count):
    try_arguments(tool, arguments, found)
for fault in found.faults[:20]:
    sys.stdout.write(f"{fault}\n")
sys.stdout.write(
    f"{found.tried:,} argument sets: {found.built:,} requests, {found.refused:,} refused, "
    f"{len(found.faults):,} faults\n"
)
sys.exit(bool(found.faults))
