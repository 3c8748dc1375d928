"""The pictures of a residual block and of patches."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures import residual as figures


@pytest.fixture
def ax():
    return Figure().subplots()


def test_the_connection_goes_around_the_whole_branch(ax):
    """It starts before the first layer and ends above the sum, which comes after the last one."""
    figures.block(["conv1", "bn1", "conv2"], "ReLU", ax, "the input")
    places = {text.get_text(): text.get_position()[0] for text in ax.texts}
    order = ["input", "conv1", "bn1", "conv2", "+", "ReLU", "output"]
    assert sorted(order, key=places.get) == order
    (connection,) = ax.lines
    assert connection.get_xdata()[0] < places["conv1"]
    assert connection.get_xdata()[-1] == places["+"]


def test_each_patch_is_a_piece_of_the_image_in_reading_order(ax):
    """With its number above it."""
    image = np.arange(24.0).reshape(4, 6) / 24
    figures.patches(image, (2, 3), ax)
    shown = [np.asarray(picture.get_array()) for picture in ax.images]
    for piece, expected in zip(shown, [image[:2, :3], image[:2, 3:], image[2:, :3], image[2:, 3:]], strict=True):
        np.testing.assert_array_equal(piece, expected)
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2", "3"]
    left = [picture.get_extent()[0] for picture in ax.images]
    assert left[0] == left[2] < left[1] == left[3]
