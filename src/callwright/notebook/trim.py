"""A trim as a table: which tools were kept, why, what each costs, and what was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callwright.core.tool import Effect, Tool
from callwright.core.trim import REASONS, Kept, Trim
from callwright.notebook.badge import effect_badge
from callwright.notebook.markup import Markup, element
from callwright.notebook.style import framed
from callwright.notebook.unit import counted

__all__ = ["trim_detail", "trim_table"]


def trim_table(trim: Trim, tools: Sequence[Tool]) -> str:
    """A trim as a table; `tools` are those that were kept, with what they can do."""
    effects: dict[str, Effect] = {tool.name: tool.effect for tool in tools}
    caption = element("caption", element("span", _figures(trim), class_="cw-quiet"))
    table = _table(trim, effects, caption)
    return framed(element("div", table, class_="cw-wide"), *_notes(trim))


def trim_detail(trim: Trim) -> Markup:
    """A trim of a run, folded."""
    summary = element(
        "summary",
        element("span", "✂", class_="cw-mark"),
        "tools chosen",
        element("span", f" {_figures(trim)}", class_="cw-quiet"),
    )
    table = element("div", _table(trim, {}), class_="cw-wide")
    return element("details", summary, table, *_notes(trim), class_="cw-call-card")


def _table(trim: Trim, effects: Mapping[str, Effect], *caption: Markup) -> Markup:
    columns = ("tool", *(["effect"] if effects else []), "tokens", "why it is kept")
    head = element("tr", *(element("th", name, scope="col") for name in columns))
    rows = [_row(kept, effects) for kept in trim.kept]
    return element(
        "table", *caption, element("thead", head), element("tbody", *rows), class_="cw-tools"
    )


def _row(kept: Kept, effects: Mapping[str, Effect]) -> Markup:
    effect = effects.get(kept.name)
    badge = [element("td", effect_badge(effect))] if effect is not None else []
    return element(
        "tr",
        element("th", element("code", kept.name), scope="row"),
        *badge,
        element("td", f"~{kept.tokens:,}", *_shrunk(kept)),
        element("td", REASONS[kept.reason], *_why(kept), dir="auto"),
    )


def _shrunk(kept: Kept) -> list[Markup]:
    if not kept.steps:
        return []
    what = f" of {kept.whole_tokens:,}: {kept.steps[-1]}"
    return [element("span", what, class_="cw-quiet")]


def _why(kept: Kept) -> list[Markup]:
    return [element("span", f" · {kept.why}", class_="cw-quiet")] if kept.why else []


def _figures(trim: Trim) -> str:
    parts = [
        f"{len(trim.kept):,} of {counted(trim.given, 'tool')}",
        f"~{trim.tokens:,} tokens instead of {trim.given_tokens}",
        f"{trim.saved:.1%} saved",
    ]
    if trim.asked.prompts:
        parts.append(f"asked with ~{trim.asked.prompt_tokens:,} tokens")
    return " · ".join(parts)


def _notes(trim: Trim) -> list[Markup]:
    """What a reader should know beside; nothing where all went well."""
    asked = trim.asked
    notes = [
        f"The ranking chose, because {asked.fell_back}." if asked.fell_back else "",
        "The model said that no tool is needed." if asked.no_tool_needed else "",
        f"No tool is called {', '.join(asked.dropped)}." if asked.dropped else "",
        f"No room for {', '.join(trim.left_out)}." if trim.left_out else "",
    ]
    told = " ".join(filter(None, notes))
    return [element("p", told, class_="cw-quiet")] if told else []
