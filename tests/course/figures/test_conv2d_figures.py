"""The pictures of the convolution of images show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.chapters.conv2d.receptive_field import receptive_field
from course.figures import conv2d as figures
from course.figures.photo import photo

IMAGE = np.linspace(0, 1, 20).reshape(4, 5)
KERNEL = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0]])


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_photo_is_the_same_at_every_call_and_in_every_size():
    """It is in colour, from 0 to 1, and larger or smaller where that is asked for."""
    np.testing.assert_array_equal(photo(), photo())
    assert photo(20, 30).shape == (3, 20, 30)
    assert photo().min() >= 0
    assert photo().max() <= 1
    assert np.ptp(photo().mean(axis=0)) > 0.5


def test_image_is_grey_or_in_colour(ax):
    """One channel is drawn on a grey scale from 0 to 1, three are drawn as colours."""
    figures.image(IMAGE, ax, "grey")
    assert ax.images[0].get_cmap().name == "gray"
    assert ax.images[0].get_clim() == (0, 1)
    figures.image(np.stack([IMAGE] * 3), ax, "colour")
    assert ax.images[1].get_array().shape == (4, 5, 3)
    assert ax.get_title() == "colour"


def test_feature_map_is_symmetric_around_zero(ax):
    """White is zero, whatever the values are; a limit that is given counts."""
    figures.feature_map(IMAGE - 0.9, ax)
    figures.feature_map(IMAGE, ax, limit=3.0)
    assert [image.get_clim() for image in ax.images] == [(-0.9, 0.9), (-3.0, 3.0)]


def test_amount_map_shows_its_values(ax):
    """The values are drawn as they are."""
    np.testing.assert_array_equal(figures.amount_map(IMAGE, ax).images[0].get_array(), IMAGE)


def test_kernel_writes_its_weights(ax):
    """Each weight is in its cell."""
    figures.kernel(KERNEL, ax, "two rows")
    assert texts(ax) == ["-1", "0", "1", "-2", "0", "2"]
    assert ax.get_title() == "two rows"


@pytest.mark.parametrize(
    ("kernel_sizes", "strides"), [((3,), (1,)), ((3, 3, 3), (1, 2, 1)), ((2, 4, 3), (2, 3, 1)), ((5, 2), (3, 1))]
)
def test_seen_through_ends_at_as_many_inputs_as_the_receptive_field(ax, kernel_sizes, strides):
    """The lowest row has one dot for each input that the output on top comes from, and no more."""
    figures.seen_through(kernel_sizes, strides, [7] * len(strides), ax)
    rows = [points.get_offsets() for points in ax.collections]
    assert len(rows) == len(strides) + 1
    assert len(rows[0]) == receptive_field(kernel_sizes, strides)
    np.testing.assert_array_equal(rows[0][:, 0], np.arange(len(rows[0])))
    assert len(rows[-1]) == 1
    assert rows[-1][0, 0] == np.mean(rows[0][:, 0])
    assert texts(ax) == ["sees 7"] * len(strides)
    assert len(ax.lines) == sum(len(row) * k for row, k in zip(rows[1:], kernel_sizes, strict=True))


def test_nested_fields_are_squares_around_one_middle(ax):
    """Each layer has a square of the side that was given, with its name; the picture shows little more."""
    figures.nested_fields(IMAGE, [1, 3], (2, 3), ax)
    squares = [(p.get_xy(), p.get_width(), p.get_height()) for p in ax.patches]
    assert squares == [((2.5, 1.5), 1, 1), ((1.5, 0.5), 3, 3)]
    assert texts(ax) == ["layer 1: 1 by 1", "layer 2: 3 by 3"]
    assert ax.get_xlim() == (3 - 4.5, 3 + 4.5)


def test_framed_surrounds_whole_pixels(ax):
    """A pixel's square begins half a pixel before its middle."""
    figures.framed(figures.image(IMAGE, ax), (1, 2), (2, 3))
    (frame,) = ax.patches
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((1.5, 0.5), 3, 2)


@pytest.mark.parametrize(
    "draw",
    [
        figures.image,
        figures.feature_map,
        figures.amount_map,
        figures.kernel,
        lambda values, ax: figures.nested_fields(values, [3], (1, 1), ax),
    ],
)
def test_arrays_are_left_alone_and_the_axes_come_back(ax, draw):
    """Drawing changes nothing, and gives back the axes that it was given."""
    copy = IMAGE.copy()
    assert draw(IMAGE, ax) is ax
    np.testing.assert_array_equal(IMAGE, copy)
