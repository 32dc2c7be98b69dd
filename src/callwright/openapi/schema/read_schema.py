"""A schema as it was read: with what it refers to, what was found, and its shorter forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from callwright.core.json import dump_json
from callwright.openapi.report import Finding
from callwright.openapi.schema.keyword import Schema
from callwright.openapi.schema.prune import references_in, shorter_forms

__all__ = ["ReadSchema"]


@dataclass(frozen=True)
class ReadSchema:
    """A schema as it was read."""

    schema: Schema
    references: tuple[str, ...]
    """The definitions that it refers to, by name, in the order of their mention."""
    findings: tuple[Finding, ...]

    @property
    def as_object(self) -> dict[str, Any]:
        """The schema where `true` and `false` cannot stand."""
        if isinstance(self.schema, bool):
            return {} if self.schema else {"not": {}}
        return self.schema

    @cached_property
    def length(self) -> int:
        """How many bytes of JSON it is."""
        return len(dump_json(self.schema).encode(errors="replace"))

    @cached_property
    def forms(self) -> tuple[ReadSchema, ...]:
        """The schema in ever shorter forms; the first has all that it has, but loosened."""
        forms = (
            ReadSchema(form, tuple(dict.fromkeys(references_in(form))), self.findings)
            for form in shorter_forms(self.schema)
        )
        return tuple(forms) or (self,)

    def described(self, description: str) -> ReadSchema:
        """The schema with a parameter's description, which says more than its own."""
        if not description:
            return self
        schema = {**self.as_object, "description": description}
        return ReadSchema(schema, self.references, self.findings)
