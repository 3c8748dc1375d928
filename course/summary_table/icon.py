"""A small drawing of a layer: inputs on the left, outputs on the right, lines where one depends on the other."""

from __future__ import annotations

from html import escape

from course.catalog import LayerCard
from course.catalog.connectivity import Connectivity, connectivity

_WIDTH, _HEIGHT, _EDGE = 40, 36, 4


def icon(card: LayerCard) -> str:
    """Draw how a layer connects its inputs and outputs, as SVG, with the same in words for those who can't see it."""
    drawn = connectivity(card)
    if drawn is None:
        return ""
    said = escape(drawn.said)
    hidden = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0, 0, 0, 0)"
    return f'<span title="{said}">{_svg(drawn)}<span style="{hidden}">{said}</span></span>'


def _svg(drawn: Connectivity) -> str:
    left, right = _EDGE, _WIDTH - _EDGE
    ends = _places(drawn.inputs), _places(drawn.outputs)
    lines = "".join(
        f'<line x1="{left}" y1="{ends[0][i]:g}" x2="{right}" y2="{ends[1][j]:g}" stroke-opacity="{strength:g}"/>'
        for i, j, strength in drawn.lines
    )
    dots = "".join(
        f'<circle cx="{x}" cy="{y:g}" r="2.2"/>' for x, ys in zip((left, right), ends, strict=True) for y in ys
    )
    return (
        f'<svg aria-hidden="true" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'style="display: block"><g stroke="currentColor" stroke-width="1">{lines}</g>'
        f'<g fill="currentColor">{dots}</g></svg>'
    )


def _places(count: int) -> list[float]:
    """Spread dots evenly over the height."""
    room = _HEIGHT - 2 * _EDGE
    step = min(room / max(1, count - 1), 9)
    first = (_HEIGHT - step * (count - 1)) / 2
    return [round(first + step * i, 1) for i in range(count)]
