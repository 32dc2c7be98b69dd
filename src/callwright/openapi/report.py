"""What was repaired or refused while a document became tools, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found.

    Operations are refused, parts of the document repaired, tools renamed whose operationId is no
    legal name, large schemas cut to fit, rules of the caller unused, and credentials withheld from
    operations that lead to another origin. Texts have hidden characters, or are worded like
    instructions to a model.
    """

    kind: Literal[
        "refused",
        "repaired",
        "renamed",
        "cut",
        "unused",
        "withheld",
        "hidden",
        "instruction_like",
    ]
    reason: str
    pointer: str = ""
    """JSON Pointer (RFC 6901) of the place in the document."""
    operation: str = ""
    """Method and path, where one operation is concerned."""

    def __str__(self) -> str:
        subject = f"{self.operation}: " if self.operation else ""
        place = f" (at {self.pointer})" if self.pointer else ""
        return f"{self.kind}: {subject}{self.reason}{place}"


class Report(tuple[Finding, ...]):
    """The findings of one document, in its order."""

    __slots__ = ()

    @property
    def refused(self) -> Report:
        """The operations that became no tools."""
        return Report(finding for finding in self if finding.kind == "refused")

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "nothing to report"
