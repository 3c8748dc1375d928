"""The pictures of recurrent layers show what they were given, position by position."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course.figures import lstm
from course.figures import recurrent as figures
from course.figures.describe import described
from course.figures.style import GRADIENT

ROWS = {"input gate": np.array([0.0, 1.0, 0.25]), "cell state": np.array([0.5, -0.75, -0.5])}


@pytest.fixture
def ax():
    return Figure().subplots()


def test_an_unrolled_layer_has_a_cell_a_state_and_three_arrows_for_each_position(ax):
    """Each with its input below and its state above; the state before the first is named, too."""
    figures.unrolled(["a", "b", "c"], ax)
    written = [text.get_text() for text in ax.texts]
    assert written.count("cell") == 3
    assert [word for word in written if word in "abc"] == ["a", "b", "c"]
    assert [word for word in written if word.startswith("$h")] == ["$h_{-1}$", "$h_0$", "$h_1$", "$h_2$"]
    arrows = [patch for patch in ax.patches if hasattr(patch, "get_arrowstyle")]
    assert len(arrows) == 9


@pytest.mark.parametrize("position", [0, 1, 2])
def test_gates_are_shown_up_to_a_position(ax, position):
    """A row for each, all on the same scale; what comes later is not drawn yet."""
    figures.gates(ROWS, position, ax, "told")
    shown = [np.asarray(image.get_array()) for image in ax.images]
    for image, numbers in zip(shown, ROWS.values(), strict=True):
        np.testing.assert_array_equal(image, numbers[np.newaxis, : position + 1])
    assert {image.get_clim() for image in ax.images} == {(-1.0, 1.0)}
    assert [text.get_text() for text in ax.texts][-1] == "told"
    assert ax.patches[-1].get_x() == position


def test_limits_are_the_same_for_every_position():
    """So that the picture keeps still while it plays."""
    limits = set()
    for position in range(3):
        ax = figures.gates(ROWS, position, Figure().subplots())
        limits.add((ax.get_xlim(), ax.get_ylim()))
    assert len(limits) == 1


def test_rows_of_different_lengths_are_refused(ax):
    """The message says which lengths came."""
    with pytest.raises(ValueError, match=r"gates draws rows of one length; these have \[1, 3\]\."):
        figures.gates({**ROWS, "state": np.zeros(1)}, 0, ax)


def test_gradients_over_time_are_lines_told_apart_by_more_than_colour(ax):
    """A line for each layer, each with another style, from the last position back to the first, and its name there."""
    norms = {"small": np.array([1e-3, 1e-1, 1.0]), "large": np.array([1e2, 10.0, 1.0])}
    figures.over_time(norms, ax)
    for line, numbers in zip(ax.lines, norms.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), numbers[::-1])
    assert len({line.get_linestyle() for line in ax.lines}) == 2
    assert [(text.get_text(), text.xy[1]) for text in ax.texts] == [("small", 1e-3), ("large", 1e2)]


def test_gradients_go_along_the_arrows_of_the_forward_pass(ax):
    """One into each output, one out of each input, one from each cell to the one before: in their own colour."""
    figures.unrolled(["a", "b", "c"], ax, backward=True)
    back = [patch for patch in ax.patches if to_hex(patch.get_edgecolor()).upper() == GRADIENT]
    assert len(back) == 3 + 3 + 2
    assert [text.get_text() for text in ax.texts if text.get_text().startswith("$G")] == ["$G_0$", "$G_1$", "$G_2$"]


def test_the_cell_of_an_lstm_has_three_gates_and_a_candidate(ax):
    """Three sigmoids, two tanh, three products and a sum; the sentence says how they go together."""
    lstm.cell(ax)
    written = [text.get_text() for text in ax.texts]
    assert (sum("σ" in text for text in written), sum("tanh" in text for text in written)) == (3, 2)
    assert (written.count("×"), written.count("+")) == (3, 1)
    assert "the forget gate multiplies the old cell state" in described(ax.figure)
