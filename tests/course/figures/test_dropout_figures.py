"""The pictures of dropout show what was dropped, and leave their arrays alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures.dropout import averages, dropped, fits, thinned

OUTPUT = np.array([[0.0, 2.5, -1.0], [4.0, 0.0, 0.0]])


@pytest.fixture
def ax():
    return Figure().subplots()


def test_each_dropped_value_is_crossed_out_where_it_stands(ax):
    """A cross for each zero of the output, below the input, in its row and column."""
    dropped(np.ones((2, 3)), OUTPUT, ax)
    centres = {(float(np.nanmean(line.get_xdata())), float(np.nanmean(line.get_ydata()))) for line in ax.lines}
    assert {(round(x, 6), round(y, 6)) for x, y in centres} == {(0.5, 3.5), (1.5, 4.5), (2.5, 4.5)}
    shown = [np.asarray(image.get_array()) for image in ax.images]
    np.testing.assert_array_equal(shown[0], np.ones((2, 3)))
    np.testing.assert_array_equal(shown[1], OUTPUT)


def test_units_that_fell_out_have_no_connections(ax):
    """Lines join the units that are left, and nothing else."""
    layers = [np.ones(3, bool), np.array([True, False, True, False]), np.ones(2, bool)]
    thinned(layers, ax)
    assert len(ax.lines) == 3 * 2 + 2 * 2
    assert sum(text.get_text() == "×" for text in ax.texts) == 2


def test_averages_and_fits_draw_every_line(ax):
    """One line for each value with its input next to it; one curve for each network."""
    averages(np.ones((10, 3)), np.array([1.0, 2.0, -1.0]), ax)
    assert len(ax.lines) == 6
    assert [text.get_text() for text in ax.texts] == ["input 1", "input 2", "input -1"]
    other = Figure().subplots()
    fits(np.arange(3.0), np.arange(3.0), np.arange(5.0), {"a": np.ones(5), "b": np.zeros(5)}, other)
    assert [(text.get_text(), text.xy) for text in other.texts] == [("a", (1, 1.0)), ("b", (1, 0.0))]
    assert other.get_xlim()[1] == 4.0
