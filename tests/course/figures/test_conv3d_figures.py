"""The pictures of videos show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures import conv3d as figures


@pytest.fixture
def ax():
    return Figure().subplots()


def test_the_window_lies_on_as_many_frames_as_the_kernel_has(ax):
    """A deck of frames has a rectangle each, and one more for each frame of the window, at its place."""
    figures.kernel_in_video((5, 4, 6), (3, 2, 1), (1, 2, 4), ax)
    sizes = [(patch.get_width(), patch.get_height()) for patch in ax.patches]
    assert sizes.count((6, 4)) == 5
    assert sizes.count((1, 2)) == 2 * 3  # a face and its edge
    windows = [patch for patch in ax.patches if patch.get_width() == 1]
    shifts = np.multiply.outer((3, 3, 2, 2, 1, 1), figures.SHIFT)
    places = np.array([patch.get_xy() for patch in windows]) - shifts
    np.testing.assert_allclose(places, [(4, 2)] * 6)


def test_the_frames_in_front_are_drawn_last(ax):
    """The first frame covers those behind it."""
    figures.kernel_in_video((3, 2, 2), (1, 1, 1), (0, 0, 0), ax)
    decks = [patch for patch in ax.patches if patch.get_width() == 2]
    orders = [patch.get_zorder() for patch in sorted(decks, key=lambda patch: patch.get_x())]
    assert orders == sorted(orders, reverse=True)


def test_frames_share_one_scale():
    """A dark frame stays dark next to a bright one."""
    video = np.zeros((3, 2, 4))
    video[2] = 5.0
    before = video.copy()
    axes = Figure().subplots(1, 2)
    figures.frames(video, (0, 2), axes)
    for number, ax in zip((0, 2), axes, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), video[number])
        assert ax.images[0].get_clim() == (0, 5)
    np.testing.assert_array_equal(video, before)


def test_frames_wants_as_many_axes_as_frames():
    """A frame without a place would be lost silently."""
    with pytest.raises(ValueError, match="zip"):
        figures.frames(np.zeros((3, 2, 2)), (0, 1), [Figure().subplots()])


@pytest.mark.parametrize(("limit", "clim"), [(None, (0, 3)), (4.0, (-4, 4))])
def test_cut_is_signed_where_a_limit_is_given(ax, limit, clim):
    """Amounts start at 0; values with a sign have 0 in the middle."""
    values = np.array([[1.0, 3.0], [2.0, 0.0]])
    figures.cut(values, ax, "a cut", limit=limit)
    assert ax.images[0].get_clim() == clim
    np.testing.assert_array_equal(ax.images[0].get_array(), values)


def test_cut_can_be_drawn_again_and_again(ax):
    """In an animation only the newest cut is there."""
    for value in (1.0, 2.0):
        figures.cut(np.full((2, 2), value), ax, f"{value}")
    assert len(ax.images) == 1
    assert ax.get_title() == "2.0"
