"""The pictures of training show the arrays they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.data import loss_curves
from course.figures.training import beliefs, confusion, curves_to_diagnose, digits, kernels, losses, smoothed


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
    """A right one is shown alone."""
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


def test_right_answers_are_grey_and_more_mistakes_are_darker(axes):
    """Of the mistakes, the colour tells how many; a right answer has no hue, however many there are."""
    labels = np.array([0] * 30 + [1] * 6 + [2] * 2)
    read = np.array([0] * 30 + [3] * 6 + [4] * 2)
    confusion(read, labels, axes[0])
    colors = np.asarray(axes[0].images[0].get_array())[:, :, :3]
    assert np.ptp(colors[0, 0]) == 0
    assert colors[1, 3].sum() < colors[2, 4].sum() < colors[5, 6].sum() == 3
    assert colors[1, 3].sum() < colors[0, 0].sum()


def test_kernels_share_one_scale_and_so_do_their_responses():
    """The largest value of a row sets the scale of that row; each response is below its kernel."""
    weight = np.stack([np.full((1, 3, 3), 0.5), np.full((1, 3, 3), -2.0)])
    responses = np.stack([np.full((8, 8), 5.0), np.full((8, 8), 3.0)])
    axes = Figure().subplots(2, 2)
    kernels(weight, responses, axes)
    assert [[ax.images[0].get_clim() for ax in row] for row in axes] == [[(-2.0, 2.0)] * 2, [(-5.0, 5.0)] * 2]
    np.testing.assert_array_equal(axes[1, 1].images[0].get_array(), responses[1])


def test_a_smoothed_curve_is_a_mean_over_the_steps_around(axes):
    """Dots are the losses themselves."""
    values = np.arange(9.0) ** 2
    smoothed(values, axes[0], over=5)
    dots, line = axes[0].lines
    np.testing.assert_array_equal(dots.get_ydata(), values)
    assert line.get_ydata()[4] == pytest.approx(values[2:7].mean())


def test_the_loss_of_guessing_is_a_line_with_its_name(axes):
    """It is distinguished from the mean, which the sentence is about."""
    smoothed(np.array([4.0, 2.0, 1.0]), axes[0], over=1, guessing=2.5)
    assert list(axes[0].lines[-1].get_ydata()) == [2.5, 2.5]
    assert [(text.get_text(), text.xy[1]) for text in axes[0].texts] == [("guessing", 2.5)]
    assert "it goes from 4 to 1" in axes[0].get_label()


def test_the_last_unseen_loss_is_at_the_last_step():
    """Both curves of a picture begin and end at the same steps."""
    axes = Figure().subplots(1, 4)
    curves_to_diagnose(loss_curves(), axes)
    for ax in axes:
        batches, unseen = ax.lines
        assert (unseen.get_xdata()[0], unseen.get_xdata()[-1]) == (batches.get_xdata()[0], batches.get_xdata()[-1])


def test_bars_are_the_probabilities():
    """Each bar is as high as its probability."""
    shares = np.linspace(0, 0.18, 10)
    other = Figure().subplots(1, 2)
    beliefs(np.zeros((8, 8)), shares, 3, other)
    np.testing.assert_allclose([bar.get_height() for bar in other[1].patches], shares)
