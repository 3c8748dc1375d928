"""A whole page in one file: it loads nothing, runs nothing, and reads in light, in dark, on a phone and on paper."""

from __future__ import annotations

from html import escape

from grader.visible import visible

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser may load: pictures that are in the page, and its own style. No script, from nowhere."""

_STYLE = """\
:root { color-scheme: light dark; --text: #1c1e21; --page: #fff; --calm: #5b6168; --line: #d5d9de; --soft: #f3f5f7;
  --link: #0060a0; --green: #2e8b57; --amber: #d9a441; --rust: #a85f00; --grey: #9aa0a6;
  --blue: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e6e8; --page: #17191c; --calm: #a3aab2; --line: #3a3f45;
  --soft: #22262a; --link: #6cb6f5; --green: #4cae7b; --amber: #e3b45f; --rust: #b8741c; --grey: #6c737a;
  --blue: #3d9fdc; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem 1.4rem 3rem; max-width: 58rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 0.2rem; }
h2 { font-size: 1.15rem; margin: 1.8rem 0 0.5rem; }
h3, h4, h5, h6 { font-size: 1rem; margin: 1.1rem 0 0.3rem; }
p { margin: 0.4rem 0; }
a { color: var(--link); }
.calm { color: var(--calm); font-size: 0.92rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table { border-collapse: collapse; }
td, th { padding: 0.22rem 0.9rem 0.22rem 0; text-align: left; vertical-align: top; }
.rows { width: 100%; }
.rows td, .rows th { border-top: 1px solid var(--line); }
.rows th { font-weight: 600; }
code, pre { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.87rem; }
pre { margin: 0.4rem 0; padding: 0.5rem 0.8rem; background: var(--soft); border-radius: 4px; overflow-x: auto;
  line-height: 1.42; tab-size: 4; }
.line { display: inline-block; width: 2.2em; margin-right: 1em; text-align: right; color: var(--calm);
  user-select: none; }
.output { background: none; border-left: 2px solid var(--line); border-radius: 0; }
details > summary { cursor: pointer; color: var(--calm); font-size: 0.92rem; }
details[open] > summary { margin-bottom: 0.3rem; }
img { max-width: 100%; background: #fff; }
math { font-size: 1.08em; }
math[display="block"] { margin: 0.6rem 0; overflow-x: auto; }
svg { display: block; max-width: 100%; }
.right { fill: var(--green); color: var(--green); } .partly { fill: var(--amber); color: var(--amber); }
.tried { fill: var(--rust); color: var(--rust); } .blank { fill: var(--grey); color: var(--grey); }
@media (max-width: 34rem) { body { padding: 0.8rem 0.8rem 2rem; } td, th { padding-right: 0.5rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } pre { white-space: pre-wrap; }
  .keep { break-inside: avoid; } a { color: inherit; } }
"""


def page(title: str, body: str, style: str = "") -> str:
    """Put a page together.

    Parameters
    ----------
    title
        What the window is called.
    body
        HTML that is known to be safe.
    style
        Additional rules for this kind of page.

    Examples
    --------
    >>> "<title>mia</title>" in page("mia", "<p>Hello</p>")
    True
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(visible(title))}</title>\n<style>\n{_STYLE}{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
