"""The pictures of training show the arrays they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures.training import beliefs, confusion, digits, kernels, losses


@pytest.fixture
def axes():
    return Figure().subplots(1, 2)


def test_a_curve_that_covers_another_leaves_it_visible(axes):
    """The first line is wider than the second, which is drawn on it."""
    losses({"PyTorch": np.ones(4), "yours": np.ones(4)}, axes[0])
    below, above = axes[0].lines
    assert below.get_linewidth() > 3 * above.get_linewidth()
    assert [line.get_label() for line in axes[0].lines] == ["PyTorch", "yours"]


def test_a_wrong_reading_is_told_with_its_label(axes):
    """A right one is told alone."""
    digits(np.zeros((2, 1, 8, 8)), np.array([3, 5]), np.array([3, 9]), axes)
    assert [ax.get_xlabel() for ax in axes] == ["3", "5, is 9"]


def test_each_pair_is_counted_in_its_row_and_column(axes):
    """Rows are labels, columns what was read."""
    confusion(np.array([1, 1, 2, 2]), np.array([1, 1, 2, 7]), axes[0])
    assert {(text.get_position(), text.get_text()) for text in axes[0].texts} == {
        ((1, 1), "2"),
        ((2, 2), "1"),
        ((2, 7), "1"),
    }


def test_kernels_share_one_scale_and_bars_are_the_probabilities(axes):
    """The largest weight sets the scale of all; each bar is as high as its probability."""
    weight = np.stack([np.full((1, 3, 3), 0.5), np.full((1, 3, 3), -2.0)])
    kernels(weight, axes)
    assert {ax.images[0].get_clim() for ax in axes} == {(-2.0, 2.0)}
    shares = np.linspace(0, 0.18, 10)
    other = Figure().subplots(1, 2)
    beliefs(np.zeros((8, 8)), shares, 3, other)
    np.testing.assert_allclose([bar.get_height() for bar in other[1].patches], shares)
