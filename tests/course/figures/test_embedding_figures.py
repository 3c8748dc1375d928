"""The pictures of the embedding layer show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course.figures import embedding as figures

INPUT = np.array([3, 0, 3, 1])
WEIGHT = np.array([[0.5, -1.0], [2.0, 0.0], [-0.5, 1.5], [1.0, -2.0]])
OUTPUT = np.array([[1.0, -2.0], [0.5, -1.0], [1.0, -2.0], [2.0, 0.0]])
ONE_HOT = np.array([[0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]])
GRAD_OUTPUT = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
GRAD_WEIGHT = np.array([[3.0, 4.0], [7.0, 8.0], [0.0, 0.0], [6.0, 8.0]])
WORDS = ["cat", "dog", "mat", "the"]
IMAGE = np.array([[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.9, 0.6, 0.1]]] * 2)


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_lookup_draws_an_arrow_from_each_row_to_its_copy(ax):
    """Arrow number r starts next to row input[r] of the table and ends next to row r of the output."""
    figures.lookup(INPUT, WEIGHT, OUTPUT, ax)
    table, output = ax.images
    np.testing.assert_array_equal(table.get_array(), WEIGHT)
    np.testing.assert_array_equal(output.get_array(), OUTPUT)
    heights = [tuple(line.get_ydata() - 0.5) for line in ax.lines]
    assert heights == [(3, 0), (0, 1), (3, 2), (1, 3)]
    assert all(line.get_xdata()[0] < line.get_xdata()[1] for line in ax.lines)


def test_lookup_draws_uses_of_one_identifier_in_one_colour(ax):
    """Equal identifiers share a colour, different ones don't."""
    figures.lookup(INPUT, WEIGHT, OUTPUT, ax)
    colours = [to_hex(line.get_color()) for line in ax.lines]
    assert colours[0] == colours[2]
    assert len(set(colours)) == 3


def test_lookup_names_rows_by_identifier_and_word(ax):
    """Rows of the table count from 0; rows of the output carry the identifier that they came from."""
    figures.lookup(INPUT, WEIGHT, OUTPUT, ax, words=WORDS)
    names = [text for text in texts(ax) if text.split()[-1] in WORDS]
    assert names == ["0 cat", "1 dog", "2 mat", "3 the", "3 the", "0 cat", "3 the", "1 dog"]
    assert {"weight (4, 2)", "output (4, 2)"} <= set(texts(ax))


def test_lookup_without_words_names_rows_by_identifier(ax):
    """Nothing else is known about them."""
    figures.lookup(INPUT[:1], WEIGHT, OUTPUT[:1], ax)
    (arrow,) = ax.lines
    assert texts(ax).count("3") == 2
    # A short output is centered vertically.
    np.testing.assert_array_equal(arrow.get_ydata(), [3.5, 2.0])


def test_lookup_of_nothing_draws_the_table_alone(ax):
    """An empty input gives no error and no warning."""
    figures.lookup(INPUT[:0], WEIGHT, OUTPUT[:0], ax)
    assert len(ax.images) == 1
    assert len(ax.lines) == 0


def test_gathered_gradient_draws_arrows_into_the_rows_that_were_used(ax):
    """Arrow number r runs from row r of grad_output to row input[r] of grad_weight; both blocks share one scale."""
    figures.gathered_gradient(GRAD_OUTPUT, INPUT, GRAD_WEIGHT, ax, words=WORDS)
    left, right = ax.images
    np.testing.assert_array_equal(left.get_array(), GRAD_OUTPUT)
    np.testing.assert_array_equal(right.get_array(), GRAD_WEIGHT)
    assert left.get_clim() == right.get_clim() == (-8.0, 8.0)
    assert [tuple(line.get_ydata() - 0.5) for line in ax.lines] == [(0, 3), (1, 0), (2, 3), (3, 1)]
    assert {"grad_output (4, 2)", "grad_weight (4, 2)"} <= set(texts(ax))


def test_product_and_lookup_lines_its_arrays_up(ax):
    """The product is where one-hot rows meet the table's columns, and the lookup at the same height."""
    figures.product_and_lookup(INPUT, ONE_HOT, WEIGHT, OUTPUT, OUTPUT, ax)
    drawn = dict(zip(("weight", "one-hot", "product", "lookup"), ax.images, strict=True))
    for name, values in (("weight", WEIGHT), ("one-hot", ONE_HOT), ("product", OUTPUT), ("lookup", OUTPUT)):
        np.testing.assert_array_equal(drawn[name].get_array(), values)
    extent = {name: image.get_extent() for name, image in drawn.items()}
    assert extent["weight"][:2] == extent["product"][:2]
    assert extent["one-hot"][2:] == extent["product"][2:] == extent["lookup"][2:]
    assert drawn["weight"].get_clim() == drawn["product"].get_clim() == drawn["lookup"].get_clim()
    assert {"weight (4, 2)", "one-hot (4, 4)", "product", "lookup", "="} <= set(texts(ax))


def test_product_and_lookup_frames_an_identifier_and_all_it_touches(ax):
    """The frames hold its one-hot row, its row of the table, and its row of either result."""
    figures.product_and_lookup(INPUT, ONE_HOT, WEIGHT, OUTPUT, OUTPUT, ax, highlight=2)
    frames = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_linewidth() > 1]
    assert [(f.get_width(), f.get_height()) for f in frames] == [(4, 1), (2, 1), (2, 1), (2, 1)]
    weight, one_hot, product, lookup = (image.get_extent() for image in ax.images)
    assert frames[0].get_xy() == (one_hot[0], one_hot[3] + 2)
    assert frames[1].get_xy() == (weight[0], weight[3] + 3)
    assert frames[2].get_xy() == (product[0], product[3] + 2)
    assert frames[3].get_xy() == (lookup[0], lookup[3] + 2)


def test_picture_draws_colours_and_writes_readable_identifiers(ax):
    """Each pixel carries its identifier, light on dark and dark on light."""
    figures.picture(IMAGE, ax, "a picture", identifiers=np.array([[0, 1, 2], [3, 4, 5]]))
    np.testing.assert_array_equal(ax.images[0].get_array(), IMAGE)
    assert texts(ax) == ["0", "1", "2", "3", "4", "5"]
    assert ax.texts[4].get_position() == (1, 1)
    black, white, orange = (to_hex(text.get_color()) for text in ax.texts[:3])
    assert black == "#ffffff"
    assert white == orange != black
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("a picture", "column", "row")


def test_picture_writes_nothing_unless_asked(ax):
    """Without identifiers there are colours only."""
    figures.picture(IMAGE, ax)
    assert texts(ax) == []


def test_word_map_labels_each_point_with_its_word(ax):
    """Words are drawn at their vectors, and both axes are equally long, with the origin in the middle."""
    figures.word_map(WEIGHT, WORDS, ax, "step 0")
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), WEIGHT)
    assert texts(ax) == WORDS
    assert [tuple(text.xy) for text in ax.texts] == [tuple(vector) for vector in WEIGHT]
    assert ax.get_xlim() == ax.get_ylim() == (-2.4, 2.4)
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("step 0", "dimension 0", "dimension 1")


def test_word_map_keeps_to_its_limit(ax):
    """Two maps can share a scale."""
    figures.word_map(WEIGHT, WORDS, ax, limit=5.0)
    assert ax.get_xlim() == ax.get_ylim() == (-5.0, 5.0)


def test_word_map_refuses_a_word_without_a_vector(ax):
    """A label must not slip to another point unnoticed."""
    with pytest.raises(ValueError, match="shorter"):
        figures.word_map(WEIGHT[:3], WORDS, ax)


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (figures.lookup, (INPUT, WEIGHT, OUTPUT)),
        (figures.gathered_gradient, (GRAD_OUTPUT, INPUT, GRAD_WEIGHT)),
        (figures.product_and_lookup, (INPUT, ONE_HOT, WEIGHT, OUTPUT, OUTPUT)),
        (figures.picture, (IMAGE,)),
        (lambda vectors, ax: figures.word_map(vectors, WORDS, ax), (WEIGHT,)),
    ],
)
def test_a_figure_returns_its_axes_and_leaves_its_arrays_as_they_were(ax, draw, arrays):
    """What is drawn on comes back; what is drawn stays as it was."""
    copies = [array.copy() for array in arrays]
    assert draw(*copies, ax) is ax
    for copy, array in zip(copies, arrays, strict=True):
        np.testing.assert_array_equal(copy, array)
