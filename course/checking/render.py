"""A report as plain text and as HTML: the same sentences, laid out."""

from __future__ import annotations

import re
from html import escape

from course.checking.report import Report
from course.checking.words import oracle_name, tell

MAX_LINES = 12

# Half-transparent fills and inherited text read on a light page and on a dark one. Every colour has a word beside it.
# nbgrader's pages would set code in red, as if all of it were wrong.
_CODE_TAG = '<code style="color: inherit; background: rgba(128, 128, 128, 0.15)">'
_GREEN, _AMBER = "46, 139, 87", "200, 130, 20"


def text(report: Report) -> str:
    """Give a report as at most twelve lines of text."""
    story = tell(report)
    lines = [story.verdict]
    if story.cases:
        lines.append(story.cases)
    if story.called:
        lines.append(f"Called as  {story.called}")
    facts = list(story.facts)
    if story.difference:
        at, yours, expected = story.difference
        facts[0] = f"First difference at {at}: yours {yours}, {oracle_name(report)} {expected}. {facts[0]}"
    lines += facts
    if story.diagnosis:
        lines.append(story.diagnosis)
    if story.step:
        lines.append(f"Next: {story.step}")
    lines += story.notes
    return "\n".join(lines[:MAX_LINES])


def html(report: Report) -> str:
    """Give a report as HTML for a notebook: escaped, with inline styles, readable in light and dark themes."""
    story, lead = tell(report), report.lead
    colour, mark = (_GREEN, "✓") if report.passed else (_AMBER, "✗")
    head, _, rest = story.verdict.partition(": ")
    blocks = [f'<div><strong><span aria-hidden="true">{mark}</span> {escape(head)}:</strong> {_marked(rest)}</div>']
    if story.cases:
        blocks.append(_small(escape(story.cases)))
    if story.called:
        call = lead.called if lead else story.called
        blocks.append(f"<div>Called as <code>{escape(call)}</code>{escape(story.called.removeprefix(call))}</div>")
    if story.difference:
        blocks.append(_table(("first difference at", "yours", oracle_name(report)), story.difference))
    facts = [f"<div>{_fact(fact)}</div>" for fact in story.facts]
    if lead and lead.comparison:
        facts.insert(1, _map(lead.comparison.grid))  # under the sentence that says how many differ
    blocks += facts
    if story.diagnosis:
        blocks.append(f"<div><strong>{_marked(story.diagnosis)}</strong></div>")
    if story.step:
        blocks.append(f"<div><strong>Next:</strong> {_marked(story.step)}</div>")
    blocks += [_small(escape(note)) for note in story.notes]
    return (
        f'<div style="border-left: 4px solid rgb({colour}); background: rgba({colour}, 0.09); '
        'padding: 0.6em 1em; line-height: 1.55; max-width: 56em; overflow-x: auto">'
        f"{''.join(blocks).replace('<code>', _CODE_TAG)}</div>"
    )


def _small(content: str) -> str:
    return f'<div style="opacity: 0.75; font-size: 92%">{content}</div>'


def _fact(fact: str) -> str:
    """Set the source line of an error as code: two blanks after a colon announce it."""
    before, mark, code = fact.partition(":  ")
    return f"{_marked(before)}: <code>{escape(code)}</code>" if mark else _marked(fact)


# What is code in a sentence: between backticks, a call of hint, a shape such as (2, 3) or (), a place such as [0, 1].
_CODE = re.compile(
    r"`([^`]+)`"
    r"|(hint\(&quot;\w+&quot;\))"
    r"|((?<![\w)])\((?:\d+,|\d+(?:, ?\d+)+)?\))"
    r"|((?:\b\w+)?\[\d+(?:, \d+)*\])"
)


def _marked(sentence: str) -> str:
    return _CODE.sub(lambda found: f"<code>{next(filter(None, found.groups()))}</code>", escape(sentence))


def _table(heads: tuple[str, ...], values: tuple[str, ...]) -> str:
    # themes stripe and tint tables; each part says that it wants none of that
    row, cell = (
        'style="background: none"',
        "background: none; padding: 0.1em 0.9em 0.1em 0; text-align: left; border: 0",
    )
    names = "".join(f'<th style="{cell}; font-weight: normal; opacity: 0.75">{escape(head)}</th>' for head in heads)
    numbers = "".join(f'<td style="{cell}"><code>{escape(value)}</code></td>' for value in values)
    return (
        '<table style="border-collapse: collapse; margin: 0.3em 0; display: table; color: inherit; font-size: inherit">'
        f"<tr {row}>{names}</tr><tr {row}>{numbers}</tr></table>"
    )


def _map(grid: tuple[tuple[bool, ...], ...]) -> str:
    """Show where values differ, as a grid of marks."""
    if all(bad for row in grid for bad in row):  # a map on which all is wrong shows nothing
        return ""
    box = "width: 1.15em; height: 1.15em; padding: 0; text-align: center; font-size: 80%; line-height: 1.1"
    wrong = f'<td style="{box}; background: rgba({_AMBER}, 0.45); border: 1px solid rgba(128, 128, 128, 0.5)">✗</td>'
    right = f'<td style="{box}; background: rgba({_GREEN}, 0.15); border: 1px solid rgba(128, 128, 128, 0.5)">·</td>'
    rows = "".join(
        f'<tr style="background: none">{"".join(wrong if bad else right for bad in row)}</tr>' for row in grid
    )
    return (
        '<table role="img" aria-label="map of the values that differ" title="✗ differs, · is right" '
        'style="border-collapse: collapse; margin: 0.3em 0 0.5em; display: table; color: inherit">'
        f"{rows}</table>"
    )
