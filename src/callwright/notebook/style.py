"""The look of everything shown: one style sheet, bound to one class, for light and dark themes.

Ground and text are the page's own; the other colours have a contrast of 4.5 to white as to black,
so that no theme must be known.
"""

from __future__ import annotations

from callwright.notebook.markup import Markup, element

__all__ = ["framed"]

# The class is written twice: notebooks style tables, paragraphs and code with selectors of two
# classes, such as `.jp-RenderedHTMLCommon tbody tr:nth-child(odd)`.
_STYLE = """
.callwright.callwright {
  --cw-line: color-mix(in srgb, currentColor 16%, transparent);
  --cw-tint: color-mix(in srgb, currentColor 5%, transparent);
  --cw-blue: #3d73d6; --cw-teal: #0f8377; --cw-amber: #a8650f; --cw-red: #d33d4c;
  color: var(--jp-content-font-color1, inherit);
  font: 13px/1.5 var(--jp-content-font-family, system-ui, sans-serif);
  max-width: 900px; margin: 4px 0;
}
[data-jp-theme-light="false"] .callwright, .vscode-dark .callwright { color-scheme: dark; }
.callwright.callwright :is(p, pre, table, details, ul) { margin: 0; }
.callwright.callwright :is(code, pre) {
  font: 12px/1.5 var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace);
  background: none; color: inherit; padding: 0; border: 0; unicode-bidi: isolate;
}
.callwright .cw-quiet { opacity: .72; font-weight: 400; }
.callwright .cw-wide { overflow-x: auto; }
.callwright .cw-badge {
  --cw-hue: currentColor; display: inline-block; padding: 0 7px; border-radius: 9px;
  font-size: 11px; line-height: 17px; white-space: nowrap; color: inherit;
  border: 1px solid color-mix(in srgb, var(--cw-hue) 55%, transparent);
  background: color-mix(in srgb, var(--cw-hue) 14%, transparent);
}
.callwright .cw-badge.cw-read { --cw-hue: var(--cw-teal); }
.callwright .cw-badge.cw-write { --cw-hue: var(--cw-amber); }
.callwright .cw-badge:is(.cw-destructive, .cw-stop) { --cw-hue: var(--cw-red); font-weight: 600; }
"""

_TABLE = """
.callwright.callwright .cw-tools {
  border-collapse: collapse; border: 0; width: 100%; table-layout: auto; font-size: 13px;
}
.callwright.callwright .cw-tools caption {
  caption-side: top; text-align: start; padding: 0 10px 6px; color: inherit;
}
.callwright.callwright .cw-tools tr { background: none; }
.callwright.callwright .cw-tools tbody tr:hover { background: var(--cw-tint); }
.callwright.callwright .cw-tools :is(th, td) {
  text-align: start; vertical-align: baseline; padding: 4px 10px; border: 0;
  border-bottom: 1px solid var(--cw-line); font-weight: 400; white-space: normal; max-width: none;
}
.callwright.callwright .cw-tools thead th { font-size: 11px; opacity: .72; }
.callwright.callwright .cw-tools tbody th code { font-weight: 600; overflow-wrap: break-word; }
.callwright.callwright .cw-tools + p, .callwright.callwright .cw-wide + p { padding: 6px 10px; }
"""

_CARD = """
.callwright .cw-card { border: 1px solid var(--cw-line); border-radius: 8px; overflow: hidden; }
.callwright .cw-card > * { padding: 8px 14px; }
.callwright.callwright .cw-prompt {
  background: var(--cw-tint); font-weight: 600; border-bottom: 1px solid var(--cw-line);
}
.callwright.callwright :is(.cw-prompt, .cw-answer, pre) {
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.callwright .cw-answer { font-size: 14px; padding-top: 12px; }
.callwright.callwright pre.cw-answer { font-size: 12px; }
.callwright .cw-figures { font-variant-numeric: tabular-nums; }
.callwright .cw-waterfall {
  display: block; width: 100%; min-width: 620px; color: inherit;
  font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
.callwright .cw-waterfall text { fill: currentColor; dominant-baseline: central; }
.callwright .cw-waterfall > text { font-size: 11px; opacity: .72; }
.callwright .cw-tick { stroke: var(--cw-line); }
.callwright .cw-row { fill: transparent; }
.callwright .cw-span:hover .cw-row { fill: var(--cw-tint); }
.callwright .cw-span .cw-bar { fill: currentColor; opacity: .5; }
.callwright .cw-model .cw-bar { fill: var(--cw-blue); opacity: 1; }
.callwright .cw-call .cw-bar { fill: var(--cw-teal); opacity: 1; }
.callwright .cw-failed .cw-bar { fill: var(--cw-red); opacity: 1; }
.callwright.callwright .cw-call-card { border-top: 1px solid var(--cw-line); }
.callwright .cw-call-card summary { cursor: pointer; overflow-wrap: anywhere; }
.callwright .cw-call-card summary b { font-weight: 600; }
.callwright .cw-mark { display: inline-block; width: 1.3em; color: var(--cw-teal); }
.callwright .cw-call-card.cw-failed .cw-mark { color: var(--cw-red); }
.callwright .cw-call-card h4 { all: revert; font-size: 11px; font-weight: 400; margin: 8px 0 2px;
  color: inherit; opacity: .72; }
.callwright.callwright .cw-call-card pre {
  background: var(--cw-tint); border-radius: 4px; padding: 6px 10px; max-height: 320px;
  overflow: auto;
}
"""


def framed(*parts: str) -> Markup:
    """Parts in the frame that the style sheet belongs to."""
    # These classes keep MathJax away from text with two dollar signs in it.
    names = "callwright tex2jax_ignore mathjax_ignore"
    sheet = element("style", Markup(_STYLE + _TABLE + _CARD))
    return element("div", sheet, *parts, class_=names)
