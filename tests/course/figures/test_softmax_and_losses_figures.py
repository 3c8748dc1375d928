"""The pictures of chapter 04 show the arrays they were given, and leave them alone."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures import softmax_and_losses as figures
from course.figures.motion import motion

P = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])
Y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_class_bars_has_a_bar_and_a_number_for_each_class(ax):
    """Bars lie from top to bottom in the order of the classes, each as long as its value."""
    figures.class_bars(np.array([2.0, -1.0]), ["cat", "dog"], ax, "scores", limits=(-2, 4), digits=1)
    assert [bar.get_width() for bar in ax.patches] == [2.0, -1.0]
    assert texts(ax) == ["2.0", "-1.0"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.get_title() == "scores"


def test_class_bars_draws_anew(ax):
    """On the same axes a second picture replaces the first: so it can move."""
    for _ in range(2):
        figures.class_bars(P[0], ["a", "b", "c"], ax)
    assert (len(ax.patches), len(ax.texts)) == (3, 3)


def test_class_bars_can_move():
    """A few frames of it are far below what an animation may take."""
    figure = Figure(figsize=(5, 2.4), layout="constrained")
    ax = figure.subplots()
    played = motion(figure, lambda k: figures.class_bars(P[k], ["a", "b", "c"], ax), 2, description="bars")
    assert len(played.frames) == 2
    assert len(played._repr_html_()) < 60_000


def test_curves_tell_lines_apart_without_colour(ax):
    """Each line has its own dashes, its values, and its name next to it."""
    x = np.linspace(-1, 1, 5)
    figures.curves(x, {"square": x**2, "cube": x**3}, ax, "score", "loss")
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), np.column_stack([x, x**3]))
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("square", (-1, 1)), ("cube", (-1, -1))]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("score", "loss")


def test_difference_draws_three_blocks_on_one_scale(ax):
    """Probabilities, targets and gradient are side by side with their signs between, and are coloured alike."""
    figures.difference(P, Y, P - Y, ax, names=["cat", "dog", "owl"])
    for image, values in zip(ax.images, (P, Y, P - Y), strict=True):
        np.testing.assert_array_equal(image.get_array(), np.round(values, 2))
        assert image.get_clim() == (-1.0, 1.0)
    assert {"−", "=", "probabilities p (2, 3)", "gradient times n (2, 3)"} <= set(texts(ax))
    assert texts(ax).count("owl") == 3
    ends = [image.get_extent()[:2] for image in ax.images]
    assert all(right < left for (_, right), (left, _) in pairwise(ends))


def test_divided_plane_mixes_the_colours_by_probability(ax):
    """Where one class is sure its colour shows, and the first row of the array is at the bottom."""
    ticks = np.array([-1.0, 0.0, 1.0])
    sure = np.eye(3)[np.array([[0, 0, 0], [1, 1, 1], [2, 2, 2]])]
    points, classes = np.array([[0.5, -1.0], [0.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 2])
    figures.divided_plane(ticks, sure, points, classes, ax, "sure")
    (image,) = ax.images
    assert image.origin == "lower"
    assert len({tuple(pixel) for pixel in image.get_array()[:, 0]}) == 3
    assert image.get_extent() == [-1.5, 1.5, -1.5, 1.5]
    drawn = [scatter.get_offsets()[0].tolist() for scatter in ax.collections[-3:]]
    assert drawn == points.tolist()


def test_divided_plane_draws_undecided_classes(ax):
    """Where all probabilities are equal there is no border to draw, and no warning."""
    ticks = np.linspace(-1, 1, 4)
    figures.divided_plane(ticks, np.full((4, 4, 3), 1 / 3), np.zeros((3, 2)), np.arange(3), ax)
    assert len(ax.images) == 1


def test_triangle_has_a_class_at_each_corner_and_arrows_between(ax):
    """A certain class is at its corner, the middle is in the middle, and an arrow to a corner points there."""
    middle = np.full((1, 3), 1 / 3)
    points = np.vstack([np.eye(3), middle])
    figures.triangle(points, np.array([0.0, 1.0, 2.0, 1.0]), middle, np.eye(3)[2:] - middle, ax, ["a", "b", "c"])
    assert texts(ax) == ["a", "b", "c"]
    (border,) = ax.lines
    corners = border.get_xydata()[:3]
    for text, corner in zip(ax.texts, corners, strict=True):
        assert np.abs(np.array(text.get_position()) - corner).max() < 0.05
    (arrows,) = (drawn for drawn in ax.collections if hasattr(drawn, "U"))
    start = arrows.get_offsets()[0]
    np.testing.assert_allclose(start, corners.mean(axis=0))
    np.testing.assert_allclose([arrows.U[0], arrows.V[0]], (corners[2] - start) / 3, atol=1e-12)


def test_triangle_shades_by_the_loss(ax):
    """The bands begin at 0, and what is above the last has its own colour."""
    figures.triangle(np.eye(3), np.array([0.0, 2.0, 9.0]), np.eye(3)[:1], np.zeros((1, 3)), ax)
    (shaded,) = (drawn for drawn in ax.collections if hasattr(drawn, "levels"))
    assert (shaded.levels[0], shaded.levels[-1], shaded.extend) == (0.0, figures.MOST_LOSS, "max")


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (figures.triangle, (np.eye(3), np.arange(3.0), P[:1], Y[:1] - P[:1])),
        (lambda v, ax: figures.class_bars(v, ["a", "b", "c"], ax), (P[0],)),
        (lambda x, v, ax: figures.curves(x, {"a": v}, ax, "x", "y"), (np.arange(3.0), P[0])),
        (figures.difference, (P, Y, P - Y)),
        (figures.divided_plane, (np.arange(2.0), np.full((2, 2, 3), 0.5), np.zeros((1, 2)), np.zeros(1, int))),
    ],
)
def test_a_figure_returns_its_axes_and_leaves_its_arrays_as_they_were(ax, draw, arrays):
    """What is drawn on comes back; what is drawn stays as it was."""
    copies = [array.copy() for array in arrays]
    assert draw(*copies, ax) is ax
    for copy, array in zip(copies, arrays, strict=True):
        np.testing.assert_array_equal(copy, array)
