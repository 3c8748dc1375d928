"""The pictures of chapter 15 show the names, shapes and numbers they were given."""

import io

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from course.figures import counting as figures

NAMES = ["Conv2d", "ReLU", "Linear"]


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_a_chain_shows_every_layer_with_its_shape_and_its_parameters(ax):
    """The input's shape comes first. A box shows a number only if its layer has parameters. Shapes are upright."""
    assert figures.chain(NAMES, [(1, 4, 4), (2, 4, 4), (2, 4, 4), (5,)], ax, [20, 0, 165]) is ax
    shown = texts(ax)
    assert shown[0] == "(1, 4, 4)\n16"
    assert all(text.get_rotation() == 0 for text in ax.texts)
    assert [word for word in shown if word in NAMES] == NAMES
    assert [word for word in shown if word.isdigit()] == ["20", "165"]
    assert sum(isinstance(patch, FancyBboxPatch) for patch in ax.patches) == 3


def test_a_chains_bars_are_as_high_as_its_outputs_have_numbers(ax):
    """16, 32, 32 and 5 numbers: the bars have these ratios."""
    figures.chain(NAMES, [(1, 4, 4), (2, 4, 4), (2, 4, 4), (5,)], ax, [20, 0, 165])
    heights = [patch.get_height() for patch in ax.patches if type(patch) is Rectangle]
    assert [height / max(heights) for height in heights] == pytest.approx([0.5, 1, 1, 5 / 32])


def test_the_way_forward_shows_what_is_kept_so_far(ax):
    """At step 1 two layers have been passed, and nothing flows back yet."""
    figures.passes(NAMES, ["input", "mask", "input"], [True, False, True], 1, ax)
    assert "forward: ReLU" in texts(ax)
    assert [word for word in texts(ax) if word.startswith("keeps")] == ["keeps input", "keeps mask"]
    assert "grad_output" not in texts(ax)


def test_the_way_back_leaves_gradients_where_there_are_parameters(ax):
    """At the last step the first layer is reached; ReLU has no gradients for parameters."""
    figures.passes(NAMES, ["input", "mask", "input"], [True, False, True], 5, ax)
    assert "backward: Conv2d" in texts(ax)
    assert sum("grad_weight" in word for word in texts(ax)) == 2
    assert {"grad_output", "grad_input"} <= set(texts(ax))


def test_costs_are_bars_with_numbers_and_shares(ax):
    """Each bar is as long as its number; the first layer is on top."""
    assert figures.costs(NAMES, [100, 0, 300], ax, "parameters") is ax
    assert [bar.get_width() for bar in ax.patches] == [100, 0, 300]
    assert texts(ax) == ["100 (25 %)", "0", "300 (75 %)"]
    assert ax.yaxis_inverted()
    assert ax.get_title() == "parameters"


def test_memory_is_stacked_and_told_apart_without_colour(ax):
    """Parts are one after another, with hatches, and the sum is written."""
    figures.memory({"n = 1": (0.5, 1.0, 2.0), "n = 2": (1.0, 2.0, 2.0)}, ax)
    assert [bar.get_x() for bar in ax.patches] == [0, 0, 0.5, 1.0, 1.5, 3.0]
    assert texts(ax) == ["3.50 MB", "5.00 MB", "input", "forward and backward", "parameters"]
    assert [text.xy[0] for text in ax.texts[2:]] == [0.5, 2.0, 4.0]  # the middles of the largest bar's parts
    assert len({bar.get_hatch() for bar in ax.patches}) == 3


def test_figures_draw_into_a_file_without_a_warning(ax):
    """A picture can be saved as it is."""
    figures.passes(NAMES, ["input"] * 3, [True] * 3, 4, ax)
    picture = io.BytesIO()
    ax.figure.savefig(picture, format="png")
    assert picture.getvalue().startswith(b"\x89PNG")
