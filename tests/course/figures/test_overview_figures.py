"""The picture of a network shows the arrays it was given, in order, and leaves them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures.overview import HEIGHT, flow

IMAGE = np.arange(12.0).reshape(1, 1, 3, 4)
MAPS = np.stack([IMAGE[0, 0], -IMAGE[0, 0]])[np.newaxis, :, 1:, 1:]
SCORES = np.array([[0.2, -0.5, 0.3, 0.0, 0.1]])


@pytest.fixture
def ax():
    return Figure().subplots()


def test_every_channel_is_drawn_from_left_to_right(ax):
    """One image for each channel, with its values; a vector becomes a column."""
    flow([IMAGE, MAPS, SCORES], ["Conv2d", "Linear"], ax)
    drawn = [np.asarray(image.get_array()) for image in ax.images]
    for shown, wanted in zip(drawn, [IMAGE[0, 0], *MAPS[0], SCORES.T], strict=True):
        np.testing.assert_array_equal(shown, wanted)
    left = [image.get_extent()[0] for image in ax.images]
    assert left[0] < left[1] == left[2] < left[3]


def test_cells_are_square_and_fit_the_height(ax):
    """A wide image stays wide, and no stack is higher than the picture."""
    flow([IMAGE, np.ones((1, 9, 2, 2)), SCORES], ["Conv2d", "Linear"], ax)
    assert len(ax.images) == 11
    for image in ax.images:
        x0, x1, y1, y0 = image.get_extent()
        rows, columns = image.get_array().shape
        assert (x1 - x0) / columns == pytest.approx((y1 - y0) / rows)
        assert -HEIGHT / 2 - 1e-9 <= y0 < y1 <= HEIGHT / 2 + 1e-9


def test_zero_is_white_in_every_array(ax):
    """The scale is symmetric around zero, and the same for all channels of an array."""
    flow([IMAGE, MAPS], ["Conv2d"], ax)
    assert [image.get_clim() for image in ax.images] == [(-11.0, 11.0)] * 3
    flow([np.zeros((1, 1, 2, 2)), SCORES], ["Linear"], other := Figure().subplots())
    assert [image.get_clim() for image in other.images] == [(-1.0, 1.0), (-0.5, 0.5)]


def test_shapes_and_layers_are_written(ax):
    """Each array has its shape below it, and each arrow its layer's name with smaller lines under it."""
    flow([IMAGE, MAPS, SCORES], ["Conv2d\nchapter 07", "Linear"], ax)
    assert [text.get_text() for text in ax.texts] == [
        *("(1, 1, 3, 4)", "Conv2d", "chapter 07"),
        *("(1, 2, 2, 3)", "Linear", "(1, 5)"),
    ]


def test_of_a_batch_the_first_sample_is_drawn(ax):
    """The shape still tells how many samples there are."""
    flow([np.stack([SCORES[0], SCORES[0] + 1]), SCORES], ["ReLU"], ax)
    np.testing.assert_array_equal(ax.images[0].get_array(), SCORES.T)
    assert ax.texts[0].get_text() == "(2, 5)"


def test_the_arrays_are_left_alone_and_the_axes_come_back(ax):
    """Drawing computes nothing and changes nothing."""
    image = IMAGE.copy()
    assert flow([image, MAPS], ["Conv2d"], ax) is ax
    np.testing.assert_array_equal(image, IMAGE)


def test_what_does_not_go_together_is_refused(ax):
    """The message says what came and what is expected."""
    with pytest.raises(ValueError, match="2 arrays and 2 layers; give the input and one array for each layer"):
        flow([IMAGE, MAPS], ["Conv2d", "ReLU"], ax)
    with pytest.raises(ValueError, match=r"\(n, c, h, w\) or \(n, c\); this one has shape \(3,\)"):
        flow([np.ones(3)], [], ax)
