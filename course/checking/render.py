"""A report as plain text and as HTML: the same sentences, laid out."""

from __future__ import annotations

from html import escape

from course.checking.report import Report
from course.checking.words import number, oracle_name, tell

MAX_LINES = 12

# Half-transparent fills and inherited text read on a light page and on a dark one. Every colour has a word beside it.
_GREEN, _AMBER = "46, 139, 87", "200, 130, 20"


def text(report: Report) -> str:
    """Give a report as at most twelve lines of text."""
    story = tell(report)
    lines = [story.verdict]
    if story.cases:
        lines.append(story.cases)
    if story.called:
        lines.append(f"Called as  {story.called}")
    lines += story.facts
    if story.diagnosis:
        lines.append(story.diagnosis)
    if story.step:
        lines.append(f"Next: {story.step}")
    lines += story.notes
    return "\n".join(lines[:MAX_LINES])


def html(report: Report) -> str:
    """Give a report as HTML for a notebook: escaped, with inline styles, readable in light and dark themes."""
    story = tell(report)
    colour, mark = (_GREEN, "✓") if report.passed else (_AMBER, "✗")
    head, _, rest = story.verdict.partition(": ")
    blocks = [f'<div><strong><span aria-hidden="true">{mark}</span> {escape(head)}:</strong> {escape(rest)}</div>']
    if story.cases:
        blocks.append(_small(escape(story.cases)))
    if story.called:
        blocks.append(f"<div>Called as <code>{escape(story.called)}</code></div>")
    blocks += [f"<div>{_code_after_colon(fact)}</div>" for fact in story.facts]
    blocks.append(_values(report))
    if story.diagnosis:
        blocks.append(f"<div><strong>{escape(story.diagnosis)}</strong></div>")
    if story.step:
        blocks.append(f"<div><strong>Next:</strong> {_backticks(story.step)}</div>")
    blocks += [_small(escape(note)) for note in story.notes]
    return (
        f'<div style="border-left: 4px solid rgb({colour}); background: rgba({colour}, 0.09); '
        'padding: 0.6em 1em; line-height: 1.55; max-width: 56em; overflow-x: auto">'
        f"{''.join(blocks)}</div>"
    )


def _small(content: str) -> str:
    return f'<div style="opacity: 0.75; font-size: 92%">{content}</div>'


def _code_after_colon(fact: str) -> str:
    """Set the source line of an error as code: two blanks after a colon announce it."""
    before, mark, code = fact.partition(":  ")
    return f"{escape(before)}: <code>{escape(code)}</code>" if mark else escape(fact)


def _backticks(sentence: str) -> str:
    parts = escape(sentence).split("`")
    if len(parts) % 2 == 0:
        return escape(sentence)
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _values(report: Report) -> str:
    """Show yours beside the expected value, and a map of where values differ."""
    found = report.lead.comparison if report.lead else None
    if found is None or not found.index or not found.differing:
        return ""
    at = f"{found.part}{list(found.index)}"
    cell = 'style="padding: 0.1em 0.9em; text-align: right"'
    table = (
        '<table style="border-collapse: collapse; margin: 0.4em 2em 0.4em 0; display: inline-table; vertical-align: top">'
        f"<tr><th {cell}>at</th><th {cell}>yours</th><th {cell}>{escape(oracle_name(report))}</th></tr>"
        f"<tr><td {cell}><code>{escape(at)}</code></td>"
        f"<td {cell}><code>{escape(number(found.value, found.expected))}</code></td>"
        f"<td {cell}><code>{escape(number(found.expected, found.value))}</code></td></tr></table>"
    )
    return table + _map(found.grid)


def _map(grid: tuple[tuple[bool, ...], ...]) -> str:
    if not grid or (len(grid) == 1 and len(grid[0]) == 1):
        return ""
    box = "width: 1.15em; height: 1.15em; padding: 0; text-align: center; font-size: 80%; line-height: 1.1"
    wrong = f'<td style="{box}; background: rgba({_AMBER}, 0.45); border: 1px solid rgba(128, 128, 128, 0.5)">✗</td>'
    right = f'<td style="{box}; background: rgba({_GREEN}, 0.15); border: 1px solid rgba(128, 128, 128, 0.5)">·</td>'
    rows = "".join(f"<tr>{''.join(wrong if bad else right for bad in row)}</tr>" for row in grid)
    return (
        '<table role="img" aria-label="map of the values that differ" title="✗ differs, · is right" '
        'style="border-collapse: collapse; margin: 0.4em 0; display: inline-table; vertical-align: top">'
        f"{rows}</table>"
    )
