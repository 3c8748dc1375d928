"""The pictures of grouped convolutions show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course.figures import grouped_and_depthwise as figures

TWO_GROUPS = np.kron(np.eye(2), np.ones((3, 2))).astype(bool)  # (6, 4)


@pytest.fixture
def ax():
    return Figure().subplots()


def squares(ax):
    return [to_hex(patch.get_facecolor()) for patch in ax.patches if isinstance(patch, Rectangle)]


def test_reach_draws_a_line_for_each_pair_of_channels(ax):
    """Twelve of the twenty-four pairs belong together, in two colours and two kinds of dashes."""
    figures.reach(TWO_GROUPS, ax, "two groups")
    assert len(ax.lines) == 12
    assert len({line.get_color() for line in ax.lines}) == len({line.get_linestyle() for line in ax.lines}) == 2
    assert ax.get_title() == "two groups"


def test_reach_gives_each_channel_the_colour_of_its_group(ax):
    """Four squares at the left, six at the right; the first half of each is of one colour."""
    figures.reach(TWO_GROUPS, ax)
    one, other = (to_hex(colour) for colour in figures.PALETTE[:2])
    assert squares(ax) == [one, one, other, other, one, one, one, other, other, other]


def test_reach_shows_one_output_at_work(ax):
    """Only what is known by then is there: lines up to that output, and the inputs that it reads."""
    figures.reach(TWO_GROUPS, ax, at=3)
    assert len(ax.lines) == 2 * 4
    assert [line.get_linewidth() for line in ax.lines].count(3.0) == 2
    white = "#ffffff"
    assert [colour == white for colour in squares(ax)] == [True, True, False, False] + 4 * [False] + 2 * [True]


def test_reach_can_be_drawn_again_on_the_same_axes(ax):
    """Each frame of an animation replaces the one before."""
    figures.reach(TWO_GROUPS, ax, at=5)
    figures.reach(TWO_GROUPS, ax, at=0)
    assert len(ax.lines) == 2


def test_reach_draws_channels_that_nothing_reaches(ax):
    """An input that no output sees is an empty square, no error."""
    figures.reach(np.array([[True, False]]), ax)
    assert squares(ax)[1] == "#ffffff"


def test_amounts_writes_each_number(ax):
    """Bars have the lengths that are written next to them."""
    figures.amounts({"full": 1200, "depthwise": 90}, ax, "weights")
    assert [patch.get_width() for patch in ax.patches] == [1200, 90]
    assert [text.get_text() for text in ax.texts] == ["1,200", "90"]


def test_photo_puts_the_channels_last_and_cuts_values_off(ax):
    """PyTorch's order of axes becomes matplotlib's."""
    image = np.linspace(-1, 2, 3 * 4 * 5).reshape(3, 4, 5)
    figures.photo(image, ax, "colours")
    shown = np.asarray(ax.images[0].get_array())
    assert shown.shape == (4, 5, 3)
    assert (shown.min(), shown.max()) == (0, 1)
    assert image.min() == -1


def test_photo_refuses_other_numbers_of_channels(ax):
    """The message names the shape that came."""
    with pytest.raises(ValueError, match=r"\(2, 4, 5\)"):
        figures.photo(np.zeros((2, 4, 5)), ax)
