"""The cell of an LSTM as a drawing: what each gate multiplies."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from course.figures.describe import describe
from course.figures.style import BLUE, INK, SMALL

STORE, SUMS, SHOWN = 3.0, 1.0, -0.9  # heights of the cell state, of the four parts, and of the state
PARTS = {"f": 1.5, "i": 3.3, "g": 5.1, "o": 7.6}
NAMES = {"f": "forget gate", "i": "input gate", "g": "candidate", "o": "output gate"}


def cell(ax: Axes) -> Axes:
    """Draw one step: the cell state passes on top, the state below it, and four parts are computed in between.

    Parameters
    ----------
    ax
        Where to draw. Its limits are set.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = cell(Figure().subplots())
    >>> [text.get_text() for text in ax.texts if text.get_text() in NAMES.values()]
    ['forget gate', 'input gate', 'candidate', 'output gate']
    """
    forget, add, show = (PARTS["f"], STORE), (PARTS["g"], STORE), (PARTS["o"] + 1.6, SUMS)
    scale, squash = (PARTS["g"], 2.0), (PARTS["o"] + 1.6, 2.0)
    for name, x in PARTS.items():
        _line([(x, SHOWN), (x, SUMS - 0.4)], ax)
        function = "tanh" if name == "g" else "σ"
        _box((x, SUMS), f"${name}_t$: {function}", ax, face="white" if name == "g" else "#DCE9F3")
        ax.text(x, SUMS - 0.5, NAMES[name], ha="center", va="top", fontsize=SMALL, bbox=_PAPER)
    _line([(0.3, SHOWN), (PARTS["o"], SHOWN)], ax, arrow=False)
    _line([(0.0, STORE), (forget[0] - 0.24, STORE)], ax, color=BLUE)
    _line([(forget[0] + 0.24, STORE), (add[0] - 0.24, STORE)], ax, color=BLUE)
    _line([(add[0] + 0.24, STORE), (11.0, STORE)], ax, color=BLUE)
    _line([(forget[0], SUMS + 0.4), (forget[0], STORE - 0.24)], ax)
    _line([(PARTS["i"], SUMS + 0.4), (PARTS["i"], scale[1]), (scale[0] - 0.24, scale[1])], ax)
    _line([(scale[0], SUMS + 0.4), (scale[0], scale[1] - 0.24)], ax)
    _line([(scale[0], scale[1] + 0.24), (add[0], STORE - 0.24)], ax)
    _line([(squash[0], STORE), (squash[0], squash[1] + 0.33)], ax)
    _line([(squash[0], squash[1] - 0.33), (show[0], show[1] + 0.24)], ax)
    _line([(PARTS["o"] + 0.62, SUMS), (show[0] - 0.24, SUMS)], ax)
    _line([(show[0] + 0.24, SUMS), (11.0, SUMS)], ax)
    _box(squash, "tanh", ax, face="white")
    for place, sign in ((forget, "×"), (scale, "×"), (show, "×"), (add, "+")):
        ax.add_patch(Circle(place, 0.24, facecolor="white", edgecolor=INK, linewidth=1.2, zorder=3))
        ax.text(*place, sign, ha="center", va="center", zorder=4)
    for x, y, name, side in (
        (-0.1, STORE, "$c_{t-1}$", "right"),
        (0.2, SHOWN, "$x_t$ and $h_{t-1}$", "right"),
        (11.1, STORE, "$c_t$", "left"),
        (11.1, SUMS, "$h_t$", "left"),
    ):
        ax.text(x, y, name, ha=side, va="center")
    ax.set(xlim=(-2.2, 11.8), ylim=(SHOWN - 0.4, STORE + 0.5), aspect="equal")
    ax.set_axis_off()
    describe(
        ax,
        "the cell of an LSTM: the forget gate multiplies the old cell state, the input gate multiplies the candidate, "
        "and their sum is the new cell state; the output gate multiplies its tanh, which gives the new state",
    )
    return ax


_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}


def _box(center: tuple[float, float], text: str, ax: Axes, face: str) -> None:
    x, y = center
    wide, high = (1.24, 0.8) if ":" in text else (1.0, 0.66)
    ax.add_patch(
        Rectangle((x - wide / 2, y - high / 2), wide, high, facecolor=face, edgecolor=INK, linewidth=1.2, zorder=3)
    )
    ax.text(x, y, text, ha="center", va="center", zorder=4)


def _line(points: list[tuple[float, float]], ax: Axes, color: str = INK, arrow: bool = True) -> None:
    """Draw lines from point to point, with a head at the last."""
    for start, end in pairwise(points):
        style = "->" if arrow and end == points[-1] else "-"
        ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle=style, mutation_scale=11, color=color, linewidth=1.3, shrinkA=0, shrinkB=0
            )
        )
