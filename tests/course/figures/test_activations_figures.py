"""The pictures of activation functions show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from course.figures import activations as figures
from course.figures.style import BLUE, GREEN

X = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
OUTPUT = np.array([0.0, 0.0, 0.0, 1.0, 2.0])


@pytest.fixture
def ax():
    return Figure().subplots()


def by_label(ax):
    return {line.get_label(): line for line in ax.lines}


def test_curve_draws_output_and_slope_in_different_styles(ax):
    """Both lines hold their values, and differ in more than colour."""
    figures.curve(X, OUTPUT, OUTPUT > 0, ax, "relu")
    lines = by_label(ax)
    np.testing.assert_array_equal(lines["output"].get_xydata(), np.column_stack([X, OUTPUT]))
    np.testing.assert_array_equal(lines["slope"].get_ydata(), OUTPUT > 0)
    assert lines["output"].get_linestyle() != lines["slope"].get_linestyle()
    assert (ax.get_title(), ax.get_xlim()) == ("relu", (-2.0, 2.0))


def test_noticed_fills_what_changes_and_hatches_what_should_not(ax):
    """Row i, column j is filled where input i moves output j; off the diagonal it is hatched, too."""
    figures.noticed(np.array([[True, True], [False, False]]), ax, "shift")
    own, other, empty, flat = ax.patches
    assert own.get_facecolor() == to_rgba(BLUE)
    assert other.get_facecolor() == to_rgba(GREEN)
    assert (own.get_hatch() or "", other.get_hatch()) == ("", "///")
    assert empty.get_facecolor()[3] == flat.get_facecolor()[3] == 0
    np.testing.assert_array_equal(other.get_xy()[:4], [[1, 0], [2, 0], [2, 1], [1, 1]])
    assert ax.get_ylim() == (2.1, -0.1)
    assert (ax.get_title(), ax.get_xlabel()) == ("shift", "output that changes")


def test_gradients_by_layer_draws_each_mapping_entry_on_a_logarithmic_scale(ax):
    """Layers are counted from 1, and the legend names every line."""
    figures.gradients_by_layer({"a": np.array([1e-3, 1e-2, 1.0]), "b": np.array([1.0, 1.0, 1.0])}, ax)
    np.testing.assert_array_equal(by_label(ax)["a"].get_xydata(), [[1, 1e-3], [2, 1e-2], [3, 1]])
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert by_label(ax)["a"].get_marker() != by_label(ax)["b"].get_marker()


def test_pieces_draws_a_line_for_each_neuron(ax):
    """Behind the lines of the neurons are those through zero."""
    figures.pieces(X, np.stack([OUTPUT, -OUTPUT, X]), ax, "three neurons")
    np.testing.assert_array_equal([line.get_ydata() for line in ax.lines[2:]], [OUTPUT, -OUTPUT, X])
    assert ax.get_title() == "three neurons"


def test_bent_line_marks_the_bends_on_the_line_and_leaves_out_those_beyond(ax):
    """A mark lies where the line is at that input; a bend outside of the picture has none."""
    figures.bent_line(X, OUTPUT, np.array([5.0, 0.5, 0.0]), ax, data=(X, X))
    np.testing.assert_array_equal(by_label(ax)["bend"].get_xydata(), [[0.0, 0.0], [0.5, 0.5]])
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), np.column_stack([X, X]))


def test_bent_line_needs_no_data_and_no_bends(ax):
    """A straight line has no marks."""
    figures.bent_line(X, X, np.array([]), ax)
    assert len(by_label(ax)["bend"].get_xdata()) == 0
    assert not ax.collections


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (figures.curve, (X, OUTPUT, OUTPUT)),
        (figures.noticed, (np.eye(3, dtype=bool),)),
        (lambda values, ax: figures.gradients_by_layer({"relu": values}, ax), (np.array([1.0, 2.0]),)),
        (figures.pieces, (X, np.stack([OUTPUT, X]))),
        (figures.bent_line, (X, OUTPUT, np.array([1.0, 0.0]))),
    ],
)
def test_a_figure_returns_its_axes_and_leaves_its_arrays_as_they_were(ax, draw, arrays):
    """What is drawn on comes back; what is drawn stays as it was."""
    copies = [array.copy() for array in arrays]
    assert draw(*copies, ax) is ax
    for copy, array in zip(copies, arrays, strict=True):
        np.testing.assert_array_equal(copy, array)
