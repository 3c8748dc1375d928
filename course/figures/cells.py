"""An array as coloured cells, with its values in them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.figures.describe import by, describe, spread
from course.figures.style import AMOUNT, DARK_FROM, GREY, INK, SIGNED, SMALL

MOST_WRITTEN = 120  # more numbers than that can't be read


def cells(
    values: np.ndarray,
    ax: Axes,
    *,
    corner: tuple[float, float] = (0.0, 0.0),
    limit: float | None = None,
    amount: bool = False,
) -> Axes:
    """Draw a matrix, each value a square of side 1, rows from top to bottom.

    Several can be on one `Axes`. The caller sets its limits, with y pointing down.

    Parameters
    ----------
    values
        Shape ``(rows, columns)``.
    ax
        Where to draw.
    corner
        x and y of the upper left corner.
    limit
        The absolute value that gets the full colour. By default the largest.
    amount
        Whether the values are amounts, without a sign.

    Raises
    ------
    ValueError
        Where `values` is not a matrix.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = cells(np.array([[1.0, -2.5]]), Figure().subplots())
    >>> [text.get_text() for text in ax.texts]
    ['1', '-2.5']
    """
    values = np.asarray(values)
    if values.ndim != 2:
        raise ValueError(f"cells draws a matrix; this array has shape {values.shape}. Give it two axes.")
    rows, columns = values.shape
    x, y = corner
    if limit is None:
        limit = float(np.abs(values).max(initial=0.0)) or 1.0
    if values.size:
        least, scale = (0.0, AMOUNT) if amount else (-limit, SIGNED)
        ax.imshow(values, cmap=scale, vmin=least, vmax=limit, extent=(x, x + columns, y + rows, y))
    for row, column in np.ndindex(rows, columns):
        # As an artist: for a patch, Matplotlib would work out limits, which the picture or the caller has set.
        ax.add_artist(Rectangle((x + column, y + row), 1, 1, fill=False, edgecolor=GREY, linewidth=0.5, alpha=0.6))
    if values.size <= MOST_WRITTEN:
        for row, column in np.ndindex(rows, columns):
            # Adding 0 turns -0 into 0.
            label = f"{values[row, column] + 0:.3g}"
            middle = (x + column + 0.5, y + row + 0.5)
            ink = "white" if amount and values[row, column] > DARK_FROM * limit else INK
            written = ax.text(*middle, label, ha="center", va="center", fontsize=SMALL, color=ink)
            written.set_in_layout(False)  # it is in its cell
    if not ax.get_label():
        describe(ax, f"a matrix of {by(values)}, {spread(values)}")
    return ax
