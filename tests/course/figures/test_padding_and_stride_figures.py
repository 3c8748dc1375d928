"""The pictures of padding and stride show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures import padding_and_stride as figures


@pytest.fixture
def ax():
    return Figure().subplots()


def test_framed_shows_the_padded_image_on_a_fixed_scale(ax):
    """Black is 0 and white is 1 in every panel, so that panels can be compared."""
    padded = np.linspace(0.2, 0.6, 30).reshape(5, 6)
    figures.framed(padded, 1, ax, "zeros")
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), padded)
    assert (image.get_clim(), ax.get_title()) == ((0.0, 1.0), "zeros")


def test_framed_frames_what_was_there_before_the_padding(ax):
    """The frame is inside a border that may be different on all four sides."""
    figures.framed(np.zeros((9, 10)), (1, 2, 3, 0), ax)
    (frame,) = ax.patches
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((0.5, 2.5), 7, 6)


def test_visits_writes_every_count(ax):
    """Each number is in its cell, and the scale may be shared."""
    counts = np.array([[1, 2, 0], [2, 4, 0]])
    figures.visits(counts, ax, "stride 1", most=9)
    assert [text.get_text() for text in ax.texts] == ["1", "2", "0", "2", "4", "0"]
    assert (ax.images[0].get_clim(), ax.get_title()) == ((0.0, 9), "stride 1")


def test_pictures_leave_their_arrays_alone(ax):
    """What is drawn may be computed with afterwards."""
    padded, counts = np.eye(4), np.arange(6).reshape(2, 3)
    figures.framed(padded, 1, ax)
    figures.visits(counts, ax)
    np.testing.assert_array_equal(padded, np.eye(4))
    np.testing.assert_array_equal(counts, np.arange(6).reshape(2, 3))


def test_a_profile_has_a_line_for_each_border_with_its_name_at_its_end(ax):
    """All on one scale from black to white, from the first column on."""
    lines = {"photo": np.array([0.2, 0.6, 0.9]), "reflect": np.array([0.3, 0.4, 0.5])}
    figures.profile(lines, ax, start=7)
    for line, values in zip(ax.lines, lines.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([[7, 8, 9], values]))
    assert len({line.get_linestyle() for line in ax.lines}) == 2
    assert [(text.get_text(), text.xy[1]) for text in ax.texts] == [("photo", 0.9), ("reflect", 0.5)]
    assert ax.get_ylim() == (0, 1)
