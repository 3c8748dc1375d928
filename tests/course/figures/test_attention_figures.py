"""The pictures of attention show the weights they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course.figures import attention as figures
from course.figures.motion import Motion

WORDS = ["the", "cat", "sat"]
WEIGHTS = np.array([[0.5, 0.5, 0.0], [0.2, 0.7, 0.1], [0.003, 0.9, 0.097]])
QUERY = np.array([[1.0, 0.0, 2.0, -1.0], [0.5, 1.0, 0.0, 0.0]])
KEY = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 4.0]])
VALUE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
SCORES = np.array([[0.5, 1.0, -2.0], [0.25, 0.5, 0.0]])
SHARES = np.array([[0.3, 0.6, 0.1], [0.2, 0.5, 0.3]])
OUTPUT = np.array([[2.6, 3.6], [3.2, 4.2]])


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def frames(ax):
    return [p for p in ax.patches if isinstance(p, Rectangle) and p.get_linewidth() >= 2]


def test_looks_draws_a_line_to_each_word_that_is_looked_at(ax):
    """Lines start at the query, end at the keys, and are as wide as their weights; the smallest have none."""
    figures.looks(WEIGHTS, WORDS, ax, query=2)
    np.testing.assert_array_equal([line.get_xdata() for line in ax.lines], [[2, 1], [2, 2]])
    widths = [line.get_linewidth() for line in ax.lines]
    np.testing.assert_allclose(np.divide(*widths), 0.9 / 0.097)


def test_looks_writes_words_twice_and_the_weights_above(ax):
    """The sentence is written once as keys and once as queries, and the query's is set off."""
    figures.looks(WEIGHTS, WORDS, ax, query=1)
    assert [text for text in texts(ax) if text in WORDS] == [w for word in WORDS for w in (word, word)]
    assert {"0.20", "0.70", "0.10"} <= set(texts(ax))
    assert [text.get_text() for text in ax.texts if text.get_weight() == "bold"] == ["cat"]


def test_looks_and_heat_map_start_afresh(ax):
    """They draw frame after frame on the same axes."""
    for query in range(3):
        figures.looks(WEIGHTS, WORDS, ax, query=query)
    assert len(texts(ax)) == 11
    for _ in range(2):
        figures.heat_map(WEIGHTS, ax)
    assert len(ax.images) == 1


def test_heat_map_shows_weights_as_colour_and_as_text(ax):
    """Rows are queries, columns keys; the words are next to them."""
    figures.heat_map(WEIGHTS, ax, ["a", "b", "c"], WORDS, "weights")
    np.testing.assert_array_equal(ax.images[0].get_array(), WEIGHTS)
    assert texts(ax)[:4] == [".50", ".50", ".00", ".20"]
    assert [label.get_text() for label in ax.get_xticklabels()] == WORDS
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("weights", "key", "query")


def test_heat_map_strikes_through_what_is_hidden(ax):
    """A hidden weight is hatched, and no number is written there."""
    figures.heat_map(WEIGHTS, ax, mask=np.tri(3, dtype=bool))
    hatched = [patch.get_xy() for patch in ax.patches if patch.get_hatch()]
    assert hatched == [(0.5, -0.5), (1.5, -0.5), (1.5, 0.5)]
    assert len(texts(ax)) == 6


def test_heat_map_without_numbers_and_with_a_row_framed(ax):
    """Small maps show colours only; a frame goes around all keys of one query."""
    figures.heat_map(WEIGHTS, ax, written=False, highlight=1)
    assert texts(ax) == []
    (frame,) = frames(ax)
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((-0.5, 0.5), 3, 1)


def test_word_by_word_has_a_frame_for_each_word():
    """The description says where each word looks, for readers who can't see it."""
    played = figures.word_by_word(WEIGHTS, WORDS)
    assert isinstance(played, Motion)
    assert len(set(played.frames)) == 3
    assert "the to the, cat to cat, sat to cat" in played.description


def test_products_lines_its_matrices_up(ax):
    """Scores are right of query and under key.T; the output is right of weights and under value."""
    figures.products(QUERY, KEY, VALUE, SCORES, SHARES, OUTPUT, ax)
    named = dict(zip(("query", "key", "scores", "weights", "value", "output"), ax.images, strict=True))
    arrays = (QUERY, KEY.T, SCORES, SHARES, VALUE, OUTPUT)
    for name, values in zip(named, arrays, strict=True):
        np.testing.assert_array_equal(named[name].get_array(), values)
    extent = {name: image.get_extent() for name, image in named.items()}
    assert extent["key"][:2] == extent["scores"][:2]
    assert extent["value"][:2] == extent["output"][:2]
    for name in ("scores", "weights", "output"):
        assert extent[name][2:] == extent["query"][2:]


def test_products_says_names_and_shapes(ax):
    """Each block carries its name and its shape, and the step between scores and weights its own."""
    figures.products(QUERY, KEY, VALUE, SCORES, SHARES, OUTPUT, ax)
    wanted = {"query (2, 4)", "key.T (4, 3)", "scores (2, 3)", "weights (2, 3)", "value (3, 2)", "output (2, 2)"}
    assert wanted | {"softmax"} <= set(texts(ax))


def test_products_frames_one_query(ax):
    """Its row of queries, scores, weights and outputs."""
    figures.products(QUERY, KEY, VALUE, SCORES, SHARES, OUTPUT, ax, highlight=1)
    assert sorted(frame.get_width() for frame in frames(ax)) == [2, 3, 3, 4]
    assert len({frame.get_y() for frame in frames(ax)}) == 1


def test_shares_are_sorted_and_the_largest_is_written(ax):
    """Bars fall from left to right."""
    figures.shares(np.array([0.1, 0.6, 0.3]), ax, "d_k = 4")
    assert [bar.get_height() for bar in ax.patches] == [0.6, 0.3, 0.1]
    assert (texts(ax), ax.get_title()) == (["0.60"], "d_k = 4")


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (lambda weights, ax: figures.looks(weights, WORDS, ax), (WEIGHTS,)),
        (lambda weights, mask, ax: figures.heat_map(weights, ax, mask=mask), (WEIGHTS, np.tri(3, dtype=bool))),
        (figures.products, (QUERY, KEY, VALUE, SCORES, SHARES, OUTPUT)),
        (figures.shares, (SHARES[0],)),
    ],
)
def test_a_figure_returns_its_axes_and_leaves_its_arrays_as_they_were(ax, draw, arrays):
    """What is drawn on comes back; what is drawn stays as it was."""
    copies = [array.copy() for array in arrays]
    assert draw(*copies, ax) is ax
    for copy, array in zip(copies, arrays, strict=True):
        np.testing.assert_array_equal(copy, array)
