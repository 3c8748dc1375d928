"""Plots as SVG in a page: no script, no font, and every number also as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape


def stacked(counts: Mapping[str, int], label: str) -> str:
    """Draw a bar whose parts add up; each part is of the CSS class that it is named after.

    Examples
    --------
    >>> stacked({"right": 3, "blank": 1}, "linear").count("<rect")
    2
    """
    total = sum(counts.values())
    said = f"{label}: {', '.join(f'{count} {name}' for name, count in counts.items() if count)}"
    start, parts = 0, []
    for name, count in counts.items():
        if count:
            parts.append(
                f'<rect class="{name}" x="{start}" y="0" width="{count}" height="1">'
                f"<title>{escape(name)}: {count} of {total}</title></rect>"
            )
        start += count
    return (
        f'<svg role="img" aria-label="{escape(said)}" viewBox="0 0 {max(total, 1)} 1" preserveAspectRatio="none" '
        f'width="100%" height="16">{"".join(parts)}</svg>'
    )


def columns(counts: Sequence[int], labels: Sequence[str], said: str) -> str:
    """Draw columns, with their number above and their label below.

    Examples
    --------
    >>> "<text" in columns([1, 4], ["0 to 5", "6 to 10"], "points")
    True
    """
    width, height, most = 64, 110, max([*counts, 1])
    drawn = []
    for i, (count, label) in enumerate(zip(counts, labels, strict=True)):
        tall = round(count / most * height, 1)
        middle = i * width + width / 2
        drawn.append(
            f'<rect class="column" x="{i * width + 6}" y="{18 + height - tall}" width="{width - 12}" height="{tall}"/>'
            f'<text x="{middle}" y="{13 + height - tall}">{count or ""}</text>'
            f'<text x="{middle}" y="{height + 34}">{escape(label)}</text>'
        )
    size = width * len(counts)
    return (
        f'<svg role="img" aria-label="{escape(said)}" viewBox="0 0 {size} {height + 42}" width="{size}" '
        f'class="columns">{"".join(drawn)}<line x1="0" x2="{size}" y1="{height + 18}" y2="{height + 18}"/></svg>'
    )


def needle(value: float, label: str) -> str:
    """Draw a number between -1 and 1 as a bar from the middle."""
    left, wide = (100.0, abs(value) * 100) if value >= 0 else (100 - abs(value) * 100, abs(value) * 100)
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 200 12" width="140" height="10" '
        f'preserveAspectRatio="none"><rect class="column" x="{left:.1f}" y="1" width="{wide:.1f}" height="10"/>'
        '<line x1="100" x2="100" y1="0" y2="12"/></svg>'
    )
