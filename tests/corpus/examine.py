"""One document of the corpus: what is counted in it, and what is wrong with its tools."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.corpus.count import Count, OperationCounter, Place
from tests.corpus.reading import Reader, Reading, is_compilable
from tests.corpus.tally import KINDS, Tally, added
from tests.corpus.totals import Totals, by_kind, sum_of

from callwright import Tool, Tools, create_tools_from_openapi_spec
from callwright.errors import CallwrightError

__all__ = ["Examined", "examine", "turned_round"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_LONGEST_DESCRIPTION = 1024
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_EFFECTS = dict.fromkeys(("GET", "HEAD", "OPTIONS", "TRACE", "QUERY"), "read")
_EFFECTS |= {"DELETE": "destructive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The totals of one document, and a line for everything in it that deserves a look."""

    document: str
    totals: Totals
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """One tool, beside the count of its operation."""

    tool: Tool
    reading: Reading
    expected: Count
    is_cut: bool

    @property
    def differs(self) -> bool:
        return self.expected.tally != self.reading.tally

    @property
    def difference(self) -> str:
        pairs = zip(KINDS, self.expected.tally, self.reading.tally, strict=True)
        return ", ".join(f"{kind} {a} -> {b}" for kind, a, b in pairs if a != b)

    def faults(self) -> Iterator[str]:
        """What is wrong with the tool, whatever its schema was cut to."""
        yield from _faults_of(self.tool)
        yield from self.reading.faults
        if frozenset(self.tool.argument_names) != self.expected.arguments:
            yield "arguments that the operation does not have"
        named = set(self.tool.argument_names.values())
        if named != set(self.tool.parameters.get("properties", ())):
            yield "argument names that the parameters do not have"
        if self.is_cut and self.reading.tally[:2] != self.expected.tally[:2]:
            yield "arguments that were cut away"


def examine(document: str, content: bytes) -> Examined:
    """Make the tools of a document, and hold them against the document itself."""
    raw = json.loads(content)
    counter = OperationCounter(raw)
    try:
        tools = create_tools_from_openapi_spec(content)
        return _examined(document, raw, counter, tools)
    except CallwrightError as error:
        return _unusable(document, counter, "not loaded", _kind_of(str(error)))
    except Exception as error:  # nothing that one document does may end the sweep
        return _unusable(document, counter, "faults", f"exception: {error!r}")


def _examined(
    document: str, raw: Mapping[str, Any], counter: OperationCounter, tools: Tools
) -> Examined:
    comparisons = _compared(tools, counter)
    faults = [(_place(one.tool), fault) for one in comparisons for fault in one.faults()]
    faults += _unaccounted(tools, counter)
    faults += _unstable_names(tools, raw)
    faults += _forgotten_ids(tools, counter)
    totals = [
        _made(tools, counter),
        _findings(tools),
        _agreement(comparisons),
        {"faults": dict(Counter(fault for _, fault in faults))},
    ]
    return Examined(
        document=document,
        totals=sum_of(totals),
        lines=tuple(_lines(faults, comparisons)),
    )


def turned_round(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with its paths, and the operations of each, written in reverse."""
    paths = document.get("paths")
    if not isinstance(paths, dict):
        return dict(document)
    turned = {path: _turned(item) for path, item in _turned(paths).items()}
    return {**document, "paths": turned}


def _turned(node: Any) -> Any:
    return dict(reversed(node.items())) if isinstance(node, dict) else node


def _unusable(document: str, counter: OperationCounter, section: str, reason: str) -> Examined:
    totals: Totals = {
        "documents": {"all": 1},
        "operations": {"counted": len(counter.operations)},
        section: {reason: 1},
    }
    return Examined(document=document, totals=totals, lines=(f"{section}: {reason}",))


def _kind_of(reason: str) -> str:
    """A reason without the names and numbers of the one document."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|#/\S+|\d+", "…", reason.partition("\n")[0])


def _place(tool: Tool) -> Place:
    operation = tool.operation
    return ("", "") if operation is None else (operation.method, operation.path)


def _text(place: Place) -> str:
    return " ".join(place)


# Tools and operations


def _made(tools: Tools, counter: OperationCounter) -> Totals:
    refused = _operations_found(tools, "refused") & set(map(_text, counter.operations))
    return {
        "documents": {"all": 1, "loaded": 1},
        "operations": {
            "counted": len(counter.operations),
            "tools": len(_readable(tools)),
            "refused": len(refused),
        },
        "effects": dict(Counter(tool.effect for tool in tools)),
    }


def _readable(tools: Tools) -> list[Tool]:
    refused = _operations_found(tools, "refused")
    return [tool for tool in tools if _text(_place(tool)) not in refused]


def _operations_found(tools: Tools, kind: str) -> set[str]:
    return {finding.operation for finding in tools.report if finding.kind == kind}


def _findings(tools: Tools) -> Totals:
    found: dict[str, Counter[str]] = {}
    for finding in tools.report:
        found.setdefault(finding.kind, Counter())[_kind_of(finding.reason)] += 1
    return {kind: dict(reasons) for kind, reasons in found.items()}


def _unaccounted(tools: Tools, counter: OperationCounter) -> Iterator[tuple[Place, str]]:
    """The operations that came to neither a tool nor a refusal, and tools from nowhere."""
    refused = _operations_found(tools, "refused")
    made = {_place(tool) for tool in tools}
    for place in sorted(counter.operations.keys() - made):
        if _text(place) not in refused:
            yield place, "an operation without a tool or a reason"
    yield from (
        (p, "a tool without an operation") for p in sorted(made - counter.operations.keys())
    )


def _unstable_names(tools: Tools, raw: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    names = {_place(tool): tool.name for tool in tools}
    if len(set(names.values())) < len(tools):
        yield ("", ""), "names that are not unique"
    for tool in create_tools_from_openapi_spec(json.dumps(turned_round(raw)).encode()):
        if names.get(_place(tool)) != tool.name:
            yield _place(tool), "a name that depends on the order of the document"


def _forgotten_ids(tools: Tools, counter: OperationCounter) -> Iterator[tuple[Place, str]]:
    """The tools that have another name though their operationId is legal and the only one."""
    ids = {place: raw.get("operationId") for place, raw in counter.operations.items()}
    uses = Counter(name for name in ids.values() if isinstance(name, str))
    for tool in tools:
        name = ids.get(_place(tool))
        if isinstance(name, str) and _NAME.match(name) and uses[name] == 1 and tool.name != name:
            yield _place(tool), "an operationId that could have been the name"


def _faults_of(tool: Tool) -> Iterator[str]:
    if not _NAME.match(tool.name):
        yield "an illegal name"
    if not tool.description.strip():
        yield "no description"
    if len(tool.description) > _LONGEST_DESCRIPTION:
        yield "a description that is too long"
    if any(unicodedata.category(c) in _INVISIBLE for c in tool.description if c not in "\n\t"):
        yield "invisible characters in a description"
    if tool.effect != _EFFECTS.get(_place(tool)[0], "write"):
        yield "an effect that the method does not have"


# What the schemas say


def _compared(tools: Tools, counter: OperationCounter) -> list[_Comparison]:
    reader = Reader()
    cut = _operations_found(tools, "cut")
    return [
        _Comparison(
            tool=tool,
            reading=reader.read(tool.parameters),
            expected=counter.count(_place(tool)),
            is_cut=_text(_place(tool)) in cut,
        )
        for tool in _readable(tools)
        if _place(tool) in counter.operations
    ]


def _agreement(comparisons: Sequence[_Comparison]) -> Totals:
    whole = [one for one in comparisons if not one.is_cut]
    cut = [one for one in comparisons if one.is_cut]
    patterns = frozenset[str]().union(*(one.reading.patterns for one in comparisons))
    verdicts = Counter(map(is_compilable, patterns))
    return {
        "operations": {
            "agreeing": sum(not one.differs for one in whole),
            "differing": sum(one.differs for one in whole),
            "cut": len(cut),
        },
        "patterns": {"distinct": len(patterns), "not compilable": verdicts[False]},
        "held": by_kind(added(one.reading.tally for one in whole)),
        "lost": by_kind(added(_less(one.expected.tally, one.reading.tally) for one in whole)),
        "invented": by_kind(added(_less(one.reading.tally, one.expected.tally) for one in whole)),
        "cut away": by_kind(added(_less(one.expected.tally, one.reading.tally) for one in cut)),
    }


def _less(more: Tally, fewer: Tally) -> Tally:
    return tuple(max(0, a - b) for a, b in zip(more, fewer, strict=True))


def _lines(
    faults: Iterable[tuple[Place, str]], comparisons: Iterable[_Comparison]
) -> Iterator[str]:
    yield from (f"fault: {_text(place)}: {fault}" for place, fault in faults)
    for one in comparisons:
        if one.differs:
            verdict = "cut" if one.is_cut else "differs"
            yield f"{verdict}: {_text(_place(one.tool))}: {one.difference}"
