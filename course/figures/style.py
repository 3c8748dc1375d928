"""Colours that colour-blind readers can tell apart, for every figure of the course."""

from __future__ import annotations

from matplotlib import colormaps
from matplotlib.colors import LinearSegmentedColormap

# Okabe and Ito, "Color Universal Design" (2008). No figure tells things apart by colour alone.
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
INK = "#222222"
GREY = "#8A8A8A"
FAINT = "#D0D0D0"

# One meaning each, in all chapters. What a step looks at, such as a window, has a frame of ink (`frame`).
POSITIVE, NEGATIVE = BLUE, VERMILLION
GRADIENT = "#A0477D"
"""The backward pass: gradients and where they go."""

PALETTE = (BLUE, GREEN, PURPLE, ORANGE, SKY, GREY)
"""Colours of lines and points of different things, in the order in which to take them."""

# Ends are lightened, so that dark digits can be read on every cell.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#E8935A", "#FFFFFF", "#6FB3DC"])
"""Values with a sign: orange below zero, white at zero, blue above. Its limits must be symmetric."""

AMOUNT = LinearSegmentedColormap.from_list("amount", ["#FFFFFF", "#6FB3DC", BLUE])
"""Values without a sign: the larger, the darker; white at zero."""
DARK_FROM = 0.7
"""From this part of the largest value on, digits are white."""


def ordered(place: int, count: int) -> tuple[float, float, float, float]:
    """Give the colour of one of several steps or rates: one hue, light for the first and dark for the last.

    Examples
    --------
    >>> ordered(0, 3) != ordered(2, 3)
    True
    """
    return _STEPS(0.35 + 0.65 * place / max(count - 1, 1))


_STEPS = colormaps["Blues"]

SMALL = 9
"""Font size of digits in cells and of remarks. Labels and titles keep matplotlib's own."""
