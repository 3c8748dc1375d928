"""The pictures of gradient descent draw the path they were given, on the contours of their valley."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from course.figures.descent import STEEP, losses_by_rate, path, valley


@pytest.fixture
def ax():
    return Figure().subplots()


def test_the_gradient_of_the_valley_is_steeper_across_by_its_factor():
    """The lesson's gradient, (x, 12 y), belongs to the drawn contours."""
    point, h = np.array([1.5, -0.5]), 1e-6
    slopes = [(valley(point + h * e) - valley(point - h * e)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(slopes, point * (1, STEEP), rtol=1e-6)


def test_a_path_is_drawn_up_to_where_it_leaves_the_picture(ax):
    """The first point outside is the last that is drawn; the start is marked."""
    points = np.array([[-9.0, 1.5], [-5.0, 1.0], [-3.0, 50.0], [-2.0, 0.0]])
    path(points, ax, "too fast")
    steps, start = ax.lines
    np.testing.assert_array_equal(steps.get_xydata(), points[:3])
    np.testing.assert_array_equal(start.get_xydata(), points[:1])
    assert ax.get_title() == "too fast"


def test_rates_are_darker_the_larger_they_are_and_labels_do_not_overlap(ax):
    """The labels are at the ends of the lines, moved apart where these are near each other."""
    losses_by_rate({0.1: np.array([2.0, 1.0]), 0.01: np.array([2.0, 1.01]), 1.0: np.array([2.0, np.nan])}, ax)
    assert [text.get_text() for text in ax.texts] == ["rate 0.01", "rate 0.1", "rate 1"]
    brightness = [sum(line.get_color()[:3]) for line in ax.lines]
    assert brightness == sorted(brightness, reverse=True)
    ax.figure.draw_without_rendering()
    boxes = sorted((Text.get_window_extent(text) for text in ax.texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))
