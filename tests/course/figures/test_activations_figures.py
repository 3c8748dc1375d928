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


def test_changes_fills_what_changes_and_hatches_what_should_not(ax):
    """Row i, column j is filled where input i moves output j; off the diagonal it is hatched, too."""
    figures.changes(np.array([[True, True], [False, False]]), ax, "shift")
    own, other, empty, flat = ax.patches
    assert own.get_facecolor() == to_rgba(BLUE)
    assert other.get_facecolor() == to_rgba(GREEN)
    assert (own.get_hatch() or "", other.get_hatch()) == ("", "///")
    assert empty.get_facecolor()[3] == flat.get_facecolor()[3] == 0
    np.testing.assert_array_equal(other.get_xy()[:4], [[1, 0], [2, 0], [2, 1], [1, 1]])
    assert ax.get_ylim() == (2.1, -0.1)
    assert (ax.get_title(), ax.get_xlabel()) == ("shift", "output that changes")


def test_gradients_by_layer_draws_each_mapping_entry_on_a_logarithmic_scale(ax):
    """Layers are counted from 1, and every line is named at its end."""
    figures.gradients_by_layer({"a": np.array([1e-3, 1e-2, 1.0]), "b": np.array([1.0, 1.0, 1.0])}, ax)
    np.testing.assert_array_equal(by_label(ax)["a"].get_xydata(), [[1, 1e-3], [2, 1e-2], [3, 1]])
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.texts] == ["a", "b"]
    assert by_label(ax)["a"].get_marker() != by_label(ax)["b"].get_marker()


def test_pieces_draws_a_line_for_each_neuron(ax):
    """Behind the lines of the neurons are those through zero."""
    figures.pieces(X, np.stack([OUTPUT, -OUTPUT, X]), ax, "three neurons")
    np.testing.assert_array_equal([line.get_ydata() for line in ax.lines[2:]], [OUTPUT, -OUTPUT, X])
    assert ax.get_title() == "three neurons"


def test_bent_line_marks_the_bends_on_the_line_and_leaves_out_those_beyond(ax):
    """A mark is where the line is at that input; a bend outside of the picture has none."""
    figures.bent_line(X, OUTPUT, np.array([5.0, 0.5, 0.0]), ax, data=(X, X))
    np.testing.assert_array_equal(by_label(ax)["bend"].get_xydata(), [[0.0, 0.0], [0.5, 0.5]])
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), np.column_stack([X, X]))


def test_bent_line_needs_no_data_and_no_bends(ax):
    """A straight line has no marks."""
    figures.bent_line(X, X, np.array([]), ax)
    assert len(by_label(ax)["bend"].get_xdata()) == 0
    assert not ax.collections


def test_curve_has_a_pale_function_behind_it(ax):
    """The ghost is below the output, wider and pale."""
    figures.curve(X, X, OUTPUT > 0, ax, "leaky", ghost=OUTPUT)
    lines = by_label(ax)
    np.testing.assert_array_equal(lines["ReLU"].get_ydata(), OUTPUT)
    assert lines["ReLU"].get_linewidth() > lines["output"].get_linewidth()
    assert lines["ReLU"].get_zorder() < lines["slope"].get_zorder()


def test_output_plane_shows_the_output_with_the_targets_on_it(ax):
    """The first row of the array is at the bottom, colours go from 0 to 1, and white lines are where it crosses a level."""
    ticks = np.linspace(0.0, 1.0, 5)
    output = np.add.outer(ticks, ticks) / 2
    points = np.array([[0.0, 0.0], [1.0, 1.0]])
    figures.output_plane(ticks, output, points, np.array([0.0, 1.0]), ax, "sum")
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), output)
    assert (image.origin, image.get_clim()) == ("lower", (0, 1))
    assert image.get_extent() == [-0.125, 1.125, -0.125, 1.125]
    assert [(text.get_text(), text.get_position()) for text in ax.texts] == [("0", (0.0, 0.0)), ("1", (1.0, 1.0))]
    (lines,) = ax.collections
    assert list(lines.levels) == [0.25, 0.5, 0.75]


def test_output_plane_of_a_constant_has_no_lines(ax):
    """Noise in the last digits around one half is not a border."""
    ticks = np.linspace(0.0, 1.0, 5)
    noise = np.random.default_rng(0).normal(scale=1e-7, size=(5, 5))
    figures.output_plane(ticks, 0.5 + noise, np.zeros((1, 2)), np.zeros(1), ax)
    assert not ax.collections


def test_losses_compared_names_each_line_at_its_end(ax):
    """Names are in the order of the ends, and none covers another, though two lines end in the same place."""
    curves = {"a": np.array([1.0, 0.5, 0.01]), "b": np.array([2.0, 1.0, 0.01]), "c": np.full(3, 1.0)}
    figures.losses_compared(curves, ax)
    for line, values in zip(ax.lines, curves.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([np.arange(3), values]))
    assert len({line.get_linestyle() for line in ax.lines}) == 3
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]
    places = np.log10([text.get_position()[1] for text in ax.texts])
    np.testing.assert_allclose(places[[0, 2]], [-2.0, 0.0], atol=1e-12)
    assert places[1] - places[0] == pytest.approx(0.06 * np.log10(200))
    assert all(text.get_position()[0] > 2 for text in ax.texts)
    assert max(ax.get_xticks()) <= 2


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (figures.output_plane, (np.arange(2.0), np.eye(2), np.zeros((1, 2)), np.zeros(1))),
        (lambda values, ax: figures.losses_compared({"relu": values}, ax), (np.array([2.0, 1.0]),)),
        (figures.curve, (X, OUTPUT, OUTPUT)),
        (figures.changes, (np.eye(3, dtype=bool),)),
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


def test_a_curve_says_next_to_its_lines_what_they_are(ax):
    """At the place that is given, and only where one is."""
    figures.curve(X, OUTPUT, OUTPUT > 0, ax, "relu", ghost=OUTPUT)
    assert not ax.texts
    figures.curve(X, OUTPUT, OUTPUT > 0, ax, "relu", ghost=X, names_at=1.0)
    assert [(text.get_text(), text.xy) for text in ax.texts] == [
        ("slope", (1, 1)),
        ("output", (1, 1)),
        ("ReLU", (1, 1)),
    ]
