"""Colours that colour-blind readers can tell apart, for every figure of the course."""

from __future__ import annotations

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

PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
"""Colours of lines and points, in the order in which to take them."""

POSITIVE, NEGATIVE = BLUE, VERMILLION

# Ends are lightened, so that dark digits can be read on every cell.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#E8935A", "#FFFFFF", "#6FB3DC"])
"""Values with a sign: orange below zero, white at zero, blue above. Its limits must be symmetric."""

AMOUNT = "cividis"
"""Values without a sign."""

SMALL = 9
"""Font size of digits in cells and of remarks. Labels and titles keep matplotlib's own."""
