"""The ribbons of the backward pass are as wide as the norms they were given."""

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from course.figures.ribbons import residual_gradients


def _heights(ax):
    """Give the widths of the straight ribbons, from left to right."""
    ribbons = [one.get_paths()[0].get_extents() for one in ax.collections if isinstance(one, PolyCollection)]
    return [box.height for box in sorted(ribbons, key=lambda box: box.x0)]


def test_the_direct_path_is_as_wide_as_the_gradient_there():
    """In front of the first part, between the parts, and behind the last."""
    passed, through = [3.0, 2.0, 1.0], [1.5, 1.2]
    ax = residual_gradients(passed, through, Figure().subplots())
    heights = _heights(ax)
    np.testing.assert_allclose(np.array(heights) / heights[-1], passed)


def test_a_copy_is_as_wide_as_the_direct_path_and_what_comes_through_has_its_own_width():
    """Where a ribbon leaves or joins the direct path it is level with it, and cut upright."""
    ax = residual_gradients([3.0, 1.0], [2.5], Figure().subplots())
    bent = [patch.get_xy() for patch in ax.patches if type(patch).__name__ == "Polygon"]
    scale = _heights(ax)[-1]
    widths = []
    for outline in bent:
        points = len(outline) // 2
        widths.append(np.linalg.norm(outline[0] - outline[2 * points - 1]) / scale)
    assert widths == pytest.approx([1.0, 2.5], rel=1e-6)


def test_norms_are_written_at_their_ribbons():
    """With one digit after the point."""
    ax = residual_gradients([3.04, 1.0], [2.5], Figure().subplots())
    assert [text.get_text() for text in ax.texts][:5] == ["1.0", "part 1", "+", "2.5", "3.0"]
