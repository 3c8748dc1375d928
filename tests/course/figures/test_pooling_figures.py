"""The pictures of pooling show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from course.figures import pooling as figures

IMAGE = np.array([[1.0, -2.0, 3.0, 0.0], [4.0, 0.5, 3.0, -1.0]])
MAXIMA = np.array([[4.0, 3.0]])


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def frames(ax):
    return [
        (p.get_xy(), p.get_width(), p.get_height())
        for p in ax.patches
        if isinstance(p, Rectangle) and p.get_linewidth() > 1
    ]


def test_window_shows_the_outputs_up_to_its_place(ax):
    """At the first place one output is there; at the second both are, and names and shapes are written."""
    figures.window(IMAGE, MAXIMA, (0, 0), 2, 2, ax)
    assert texts(ax) == ["1", "-2", "3", "0", "4", "0.5", "3", "-1", "4", "input (2, 4)", "output (1, 2)"]
    figures.window(IMAGE, MAXIMA, (0, 1), 2, 2, ax)
    assert texts(ax)[8:10] == ["4", "3"]


def test_window_frames_what_the_stride_says(ax):
    """The frame is one stride further for the next output, and the output is framed, too."""
    figures.window(IMAGE, np.zeros((1, 3)), (0, 2), 2, 1, ax)
    assert frames(ax) == [((2, 0), 2, 2), ((8.0, 0.5), 1, 1)]


def test_window_counts_padding_as_cells(ax):
    """With padding the image is inside a border, and the first window starts in the border's corner."""
    figures.window(IMAGE, np.zeros((2, 3)), (0, 0), 2, 2, ax, padding=1, border="-inf")
    assert texts(ax).count("-inf") == 4 * 6 - 8
    assert ax.images[0].get_extent() == [1, 5, 3, 1]
    assert frames(ax)[0] == ((0, 0), 2, 2)


def test_window_rings_every_value_that_equals_its_output(ax):
    """Two equal maxima are both ringed; values outside the window are not."""
    figures.window(IMAGE, MAXIMA, (0, 1), 2, 2, ax)
    assert sorted(p.center for p in ax.patches if isinstance(p, Circle)) == [(2.5, 0.5), (2.5, 1.5)]


def test_window_replaces_what_was_drawn_before(ax):
    """Drawn twice it is there once: it draws the frames of an animation."""
    figures.window(IMAGE, MAXIMA, (0, 1), 2, 2, ax)
    once = texts(ax)
    figures.window(IMAGE, MAXIMA, (0, 1), 2, 2, ax)
    assert texts(ax) == once


def test_gradient_draws_three_blocks_and_the_windows_on_two(ax):
    """Both gradients share one scale; each window is framed on the image and on its gradient."""
    grad_output, grad_input = np.array([[1.0, -2.0]]), np.zeros((2, 4))
    figures.gradient(IMAGE, grad_output, grad_input, 2, ax, "max")
    for image, values in zip(ax.images, (IMAGE, grad_output, grad_input), strict=True):
        np.testing.assert_array_equal(image.get_array(), values)
    assert ax.images[1].get_clim() == ax.images[2].get_clim() == (-2.0, 2.0)
    assert len(frames(ax)) == 4
    assert {"input (2, 4)", "grad_output (1, 2)", "grad_input (2, 4)"} <= set(texts(ax))
    assert ax.get_title() == "max"


def test_pixels_says_its_size_and_keeps_black_and_white(ax):
    """0 is black and 1 is white, whatever the image holds."""
    figures.pixels(np.full((3, 5), 0.5), ax, "grey")
    assert ax.images[0].get_clim() == (0, 1)
    assert (ax.get_title(), ax.get_xlabel()) == ("grey", "3 × 5")


def test_reached_puts_a_dot_on_every_pixel_with_a_gradient(ax):
    """Dots are at column and row of what is not zero."""
    grad_input = np.zeros((4, 6))
    grad_input[1, 5], grad_input[2, 0] = 1.0, -1.0
    figures.reached(np.zeros((4, 6)), grad_input, 2, ax)
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), [[5, 1], [0, 2]])


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (lambda image, maxima, ax: figures.window(image, maxima, (0, 1), 2, 2, ax), (IMAGE, MAXIMA)),
        (lambda image, grad, back, ax: figures.gradient(image, grad, back, 2, ax), (IMAGE, MAXIMA, IMAGE)),
        (figures.pixels, (IMAGE,)),
        (lambda image, back, ax: figures.reached(image, back, 2, ax), (IMAGE, IMAGE)),
    ],
)
def test_a_figure_returns_its_axes_and_leaves_its_arrays_as_they_were(ax, draw, arrays):
    """What is drawn on comes back; what is drawn stays as it was."""
    copies = [array.copy() for array in arrays]
    assert draw(*copies, ax) is ax
    for copy, array in zip(copies, arrays, strict=True):
        np.testing.assert_array_equal(copy, array)
