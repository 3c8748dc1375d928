"""The pictures of the transformer show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures import transformer as figures
from course.figures.motion import motion


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_the_model_names_its_parts_in_their_order(ax):
    """From words to scores, left to right."""
    figures.model(ax)
    parts = [text for text in ax.texts if text.get_text() in ("embedding", "positions", "encoder layer", "linear")]
    assert [part.get_text() for part in sorted(parts, key=lambda p: p.get_position()[0])] == [
        "embedding",
        "positions",
        "encoder layer",
        "linear",
    ]


@pytest.mark.parametrize(
    ("norm_first", "order"),
    [
        (False, ["attention", "+", "norm1", "feed-forward", "+", "norm2"]),
        (True, ["norm1", "attention", "+", "norm2", "feed-forward", "+"]),
    ],
)
def test_the_order_of_the_parts_is_pytorchs(ax, norm_first, order):
    """The parts are drawn from left to right as they run, with a residual connection to each sum."""
    figures.layer_order(ax, norm_first)
    placed = [(text.get_position()[0], text.get_text()) for text in ax.texts if text.get_text() in order]
    assert [name for _, name in sorted(placed)] == order
    assert texts(ax).count("residual") == 2


def test_an_encoding_is_an_image_on_a_symmetric_scale(ax):
    """A row for each position, a column for each feature."""
    values = np.array([[0.0, 1.0], [0.8, 0.5], [0.9, -0.4]])
    figures.encoding(values, ax)
    np.testing.assert_array_equal(ax.images[0].get_array(), values)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("column", "position")


def test_similarity_is_an_image_of_its_values(ax):
    """Each position with each."""
    figures.similarity(np.eye(4), ax)
    np.testing.assert_array_equal(ax.images[0].get_array(), np.eye(4))


def test_a_head_writes_its_weights_and_leaves_out_the_empty_ones(ax):
    """Words on both axes; a weight that rounds to 0.00 is not written."""
    figures.head(np.array([[0.5, 0.5, 0.0], [0.001, 0.0, 0.999], [0.0, 1.0, 0.0]]), ["a", "b", "c"], ax, "head")
    assert texts(ax) == ["0.50", "0.50", "1.00", "1.00"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c"]
    assert ax.get_title() == "head"


def test_depth_draws_a_line_for_each_stack(ax):
    """Lines differ by colour and by mark."""
    values = {"one": np.array([1.0, 2.0, 4.0]), "other": np.array([4.0, 2.0, 1.0])}
    figures.depth(values, ax, "size", logarithmic=True)
    for line, numbers in zip(ax.lines, values.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), numbers)
    assert len({line.get_marker() for line in ax.lines}) == 2
    assert ax.get_yscale() == "log"


def test_waves_are_columns_one_above_the_other(ax):
    """Each is drawn around its own level, and named at its end."""
    values = np.sin(np.arange(12.0)).reshape(4, 3)
    figures.waves(values, (2, 0), ax)
    curves = [line for line in ax.lines if len(line.get_ydata()) == 4]
    for line, column in zip(curves, (2, 0), strict=True):
        np.testing.assert_allclose(np.diff(line.get_ydata()), np.diff(values[:, column]))
    assert texts(ax) == ["column 2", "column 0"]
    assert curves[0].get_ydata().mean() > curves[1].get_ydata().mean()


def test_the_next_word_is_marked_and_the_first_of_ties_is_taken(ax):
    """Bars are probabilities from 0; drawn again, the axes show the new step alone."""
    for said, shares, taken in ((["a"], [0.1, 0.6, 0.3], 1), (["a", "b"], [0.4, 0.2, 0.4], 0)):
        figures.next_word(said, np.array(shares), ["a", "b", "c"], ax)
        assert {bar.get_y() for bar in ax.patches} == {0}
        np.testing.assert_allclose([bar.get_height() for bar in ax.patches], shares)
        (mark,) = ax.texts
        assert mark.xy == (taken, shares[taken])
    assert ax.get_title(loc="left") == "a b __"


def test_of_a_long_text_the_last_words_are_shown(ax):
    """The title must not be wider than the picture."""
    figures.next_word(["first", *"abcdefghij"], np.array([1.0]), ["a"], ax)
    assert ax.get_title(loc="left") == "... a b c d e f g h i j __"


def test_the_next_word_can_be_played(ax):
    """Frame by frame, as the lesson does it."""
    shares = np.array([[0.1, 0.9], [0.6, 0.4]])
    played = motion(
        ax.figure, lambda t: figures.next_word(["a"], shares[t], ["a", "b"], ax), 2, description="two steps"
    )
    assert len(set(played.frames)) == 2
