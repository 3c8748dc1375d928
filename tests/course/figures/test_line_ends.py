"""Labels are where lines end, in the colours of their lines, and none covers another."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from course.figures.line_ends import label_ends, label_lines


@pytest.fixture
def ax():
    return Figure().subplots()


def test_each_label_has_a_stroke_of_its_line_to_where_the_line_ends(ax):
    label_ends({"high": 0.9, "low": 0.1}, ["red", "blue"], ax)
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("high", (1, 0.9)), ("low", (1, 0.1))]
    assert [text.arrowprops["color"] for text in ax.texts] == ["red", "blue"]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_labels_of_lines_that_end_together_are_moved_apart(ax, scale):
    ax.set_yscale(scale)
    ax.set_ylim(1, 100)
    label_ends({"a": 50.0, "b": 50.0, "c": 51.0}, ["red", "blue", "green"], ax)
    ax.figure.draw_without_rendering()
    boxes = sorted((Text.get_window_extent(text) for text in ax.texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_a_line_that_leaves_the_axes_is_labelled_at_the_border(ax):
    ax.set_ylim(2, 0)
    label_ends({"above": 9.0, "below": -1.0}, ["red", "blue"], ax)
    assert [text.xy for text in ax.texts] == [(1, 2.0), (1, 0.0)]


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_labels_of_lines_are_next_to_them_and_on_none(ax, scale):
    """Also before anything was drawn, and where a line rises under its label."""
    x = np.arange(25)
    lines = [
        *ax.plot(1 + x, label="a rising line"),
        *ax.plot(np.full(25, 40.0), label="flat"),
        *ax.plot([0, 1], [1, 1]),
    ]
    ax.set_yscale(scale)
    label_lines(lines[:2], ax)
    ax.figure.draw_without_rendering()
    assert [text.get_text() for text in ax.texts] == ["a rising line", "flat"]
    for text in ax.texts:
        box = Text.get_window_extent(text)
        assert ax.bbox.x0 <= box.x0
        assert box.x1 <= ax.bbox.x1
        for line in lines[:2]:
            points = line.get_transform().transform(np.column_stack([line.get_xdata(), line.get_ydata()]))
            covered = np.interp(np.linspace(box.x0, box.x1, 50), *points.T)
            assert ((covered < box.y0) | (covered > box.y1)).all(), (text.get_text(), line.get_label())
