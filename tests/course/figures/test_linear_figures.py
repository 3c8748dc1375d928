"""The pictures of the linear layer show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course.figures import cells as cells_module
from course.figures import linear as figures
from course.figures.cells import cells
from course.figures.style import NEGATIVE, PALETTE, POSITIVE

WEIGHT = np.array([[2.0, 0.5, 1.0], [1.0, -1.0, -0.5], [-2.0, 3.0, 1.0], [-1.0, 1.0, 2.0]])
INPUT = np.array([[1.0, 2.0, -1.0], [1.0, 0.0, 1.0]])
BIAS = np.array([1.0, 0.0, -1.0, 2.0])
OUTPUT = np.array([[3.0, -0.5, 2.0, 1.0], [4.0, 0.5, -2.0, 3.0]])


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_cells_shows_every_value_as_colour_and_as_text(ax):
    """A matrix becomes one image with its values, on a scale that is symmetric around zero."""
    cells(INPUT, ax)
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), INPUT)
    assert image.get_clim() == (-2.0, 2.0)
    assert texts(ax) == ["1", "2", "-1", "1", "0", "1"]


def test_cells_stands_where_its_corner_says(ax):
    """The upper left corner is at the given place, and a cell is one wide and one high."""
    cells(INPUT, ax, corner=(4.0, 1.0))
    assert ax.images[0].get_extent() == [4.0, 7.0, 3.0, 1.0]


def test_cells_writes_no_values_where_they_could_not_be_read(ax):
    """A large matrix is drawn in colours only."""
    cells(np.ones((20, cells_module.MOST_WRITTEN)), ax)
    assert texts(ax) == []


def test_cells_writes_minus_zero_as_zero(ax):
    """A reader sees 0, not -0."""
    cells(np.array([[-0.0]]), ax)
    assert texts(ax) == ["0"]


def test_cells_draws_a_matrix_of_zeros(ax):
    """It has no largest value to scale by, and is drawn all the same."""
    cells(np.zeros((2, 2)), ax)
    assert ax.images[0].get_clim() == (-1.0, 1.0)


def test_cells_draws_nothing_for_an_empty_matrix(ax):
    """An empty batch gives no error and no warning."""
    cells(np.zeros((0, 3)), ax)
    assert (len(ax.images), len(ax.patches)) == (0, 0)


def test_cells_refuses_what_is_not_a_matrix(ax):
    """The message names the shape that came."""
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        cells(np.zeros(3), ax)


def test_connections_draws_a_line_for_each_weight(ax):
    """A line runs from its input to its output; sign shows in colour and in dashes, size in width."""
    figures.connections(WEIGHT, ax)
    lines = np.array(ax.lines, dtype=object).reshape(WEIGHT.shape)
    for (i, j), line in np.ndenumerate(lines):
        assert to_hex(line.get_color()).upper() == (POSITIVE if WEIGHT[i, j] >= 0 else NEGATIVE)
        assert (line.get_linestyle() == "-") == (WEIGHT[i, j] >= 0)
        np.testing.assert_array_equal(line.get_xydata(), [[0, j - 1], [1, i - 1.5]])
    widths = [[line.get_linewidth() for line in row] for row in lines]
    assert np.argmax(widths) == np.argmax(np.abs(WEIGHT))


def test_connections_names_inputs_and_outputs(ax):
    """Nodes are numbered as Python numbers them, and the axis says how many there are."""
    figures.connections(WEIGHT, ax)
    assert texts(ax) == ["$x_{0}$", "$x_{1}$", "$x_{2}$", "$y_{0}$", "$y_{1}$", "$y_{2}$", "$y_{3}$"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["input, $c_i = 3$", "output, $c_o = 4$"]
    assert len(ax.get_legend().get_texts()) == 2


def test_matrix_product_lines_its_arrays_up(ax):
    """Output columns are under the transposed weight's columns, output rows next to the input's rows."""
    figures.matrix_product(INPUT, WEIGHT, BIAS, OUTPUT, ax)
    drawn = dict(zip(("weight", "bias", "input", "output"), ax.images, strict=True))
    for name, values in (("weight", WEIGHT.T), ("bias", BIAS[None]), ("input", INPUT), ("output", OUTPUT)):
        np.testing.assert_array_equal(drawn[name].get_array(), values)
    extent = {name: image.get_extent() for name, image in drawn.items()}
    assert extent["weight"][:2] == extent["bias"][:2] == extent["output"][:2]
    assert extent["input"][2:] == extent["output"][2:]
    assert len({image.get_clim() for image in ax.images}) == 1


def test_matrix_product_says_names_and_shapes(ax):
    """Each block carries its name and its shape."""
    figures.matrix_product(INPUT, WEIGHT, BIAS, OUTPUT, ax)
    assert {"weight.T (3, 4)", "bias (4,)", "input (2, 3)", "output (2, 4)"} <= set(texts(ax))


def test_matrix_product_frames_one_output_and_what_it_is_made_of(ax):
    """The frames hold a row of input, a column of weight.T, one bias and one output."""
    figures.matrix_product(INPUT, WEIGHT, BIAS, OUTPUT, ax, highlight=(1, 2))
    frames = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_linewidth() > 1]
    assert sorted((f.get_width(), f.get_height()) for f in frames) == [(1, 1), (1, 1), (1, 3), (3, 1)]
    left, _, lower, upper = ax.images[3].get_extent()
    assert (left + 2, upper + 1) in [f.get_xy() for f in frames]
    assert lower == upper + len(OUTPUT)


def test_plane_draws_grid_shape_and_the_moved_origin(ax):
    """A line for each row and column of the grid, the shape's points, and a mark on the middle point."""
    ticks = np.linspace(-2, 2, 5)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1) + np.array([1.0, -0.5])
    shape = np.array([[0.0, 0.0], [0.0, 2.0], [1.0, 2.0]])
    figures.plane(grid, shape, ax, title="moved", kind="output")
    drawn = [line.get_xydata() for line in ax.lines]
    np.testing.assert_array_equal(drawn[0], grid[0])
    np.testing.assert_array_equal(drawn[5], grid[:, 0])
    by_label = {line.get_label(): line.get_xydata() for line in ax.lines}
    np.testing.assert_array_equal(by_label["the shape"], shape)
    np.testing.assert_array_equal(by_label["from the origin"], [[1.0, -0.5]])
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("moved", "output 0", "output 1")
    assert ax.get_aspect() == 1.0


def test_fitted_lines_draws_data_and_each_line_from_left_to_right(ax):
    """Points keep their order, lines are sorted along x, and each has its name where it ends."""
    x, target = np.array([2.0, 0.0, 1.0]), np.array([5.0, 1.0, 2.5])
    figures.fitted_lines(x, target, {"first": 0 * x, "last": 2 * x + 1}, ax)
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), np.column_stack([x, target]))
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[0, 1], [1, 3], [2, 5]])
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("first", (1, 0.0)), ("last", (1, 5.0))]
    assert ax.get_xlim()[1] == 2.0
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("input", "output")
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (cells, (INPUT,)),
        (figures.connections, (WEIGHT,)),
        (figures.matrix_product, (INPUT, WEIGHT, BIAS, OUTPUT)),
        (figures.plane, (np.ones((3, 3, 2)), np.ones((2, 2)))),
        (lambda x, y, z, ax: figures.fitted_lines(x, y, {"line": z}, ax), (INPUT[0], WEIGHT[0], WEIGHT[1])),
    ],
)
def test_a_figure_returns_its_axes_and_leaves_its_arrays_as_they_were(ax, draw, arrays):
    """What is drawn on comes back; what is drawn stays as it was."""
    copies = [array.copy() for array in arrays]
    assert draw(*copies, ax) is ax
    for copy, array in zip(copies, arrays, strict=True):
        np.testing.assert_array_equal(copy, array)


def test_colours_of_lines_are_all_different():
    """No two entries of the palette are the same colour."""
    assert len({to_hex(colour) for colour in PALETTE}) == len(PALETTE)
