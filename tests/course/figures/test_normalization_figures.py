"""The pictures of normalization show the arrays and axes they were given, and leave them alone."""

import math
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from course.figures import normalization as figures
from course.figures.style import BLUE

AXES = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (1, 2, 3)}


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def blue(ax):
    """Count the front faces that are coloured."""
    return sum(to_hex(colour).upper() == BLUE for colour in ax.collections[0].get_facecolor())


@pytest.mark.parametrize(("kind", "means"), [("batch", 4), ("layer", 3), ("instance", 12), ("group", 6)])
def test_values_share_a_number_where_they_share_a_mean(kind, means):
    """Averaging over the axes gives one number for each mean, and the number is the same for all that share it."""
    groups = figures.GROUPS if kind == "group" else 1
    numbers = figures.sharing(AXES[kind], figures.SHAPE, groups)
    n, c, h, w = numbers.shape
    split = numbers.reshape(n * groups, c // groups, h, w)
    np.testing.assert_array_equal(split, np.broadcast_to(split.mean(axis=AXES[kind], keepdims=True), split.shape))
    assert sorted(set(numbers.ravel())) == list(range(means))


def test_axes_may_be_counted_from_the_end():
    """NumPy takes them so, and so does the drawing."""
    np.testing.assert_array_equal(figures.sharing((-1, -2)), figures.sharing((2, 3)))


def test_groups_hold_neighbouring_channels():
    """With two groups of four channels, the first two channels share a number."""
    numbers = figures.sharing((1, 2, 3), figures.SHAPE, 2)
    assert [set(numbers[0, c].ravel()) for c in range(4)] == [{0}, {0}, {1}, {1}]


@pytest.mark.parametrize("kind", AXES)
def test_cubes_colours_the_values_of_one_mean(ax, kind):
    """As many fronts are blue as values have the number, and each sample has its name."""
    groups = figures.GROUPS if kind == "group" else 1
    numbers = figures.sharing(AXES[kind], figures.SHAPE, groups)
    figures.cubes(numbers, ax, highlight=1, groups=groups, title="a title")
    assert blue(ax) == np.sum(numbers == 1)
    assert (texts(ax), ax.get_title()) == (["sample 0", "sample 1", "sample 2"], "a title")


@pytest.mark.whole
def test_the_animation_has_a_frame_for_each_mean_of_the_kind_with_the_most():
    """Instance normalization has one for each channel of each sample; the page stays small."""
    motion = figures.axes_in_motion(AXES)
    assert len(motion.frames) == math.prod(figures.SHAPE[:2])
    assert "group has 6 means" in motion.description
    assert len(motion._repr_html_()) < 600_000


@pytest.mark.whole
def test_a_wrong_answer_is_drawn_as_it_stands():
    """Lists, other axes and other kinds are drawn as well: the picture shows what was written."""
    motion = figures.axes_in_motion({"batch": [1], "layer": 1, "rms": np.array([-1])})
    assert motion.description.endswith("batch has 12 means, layer has 12 means, rms has 24 means")


def test_an_answer_with_dots_left_is_not_drawn():
    """The blank as it is handed out: the message says which entries are missing."""
    with pytest.raises(ValueError, match="still dots for layer, group: write"):
        figures.axes_in_motion({**AXES, "layer": ..., "group": ...})


def test_a_table_has_its_means_and_deviations_in_the_margins(ax):
    """Beside each row and under each column; bold where they are 0 and 1."""
    values = np.array([[1.0, 5.0], [-1.0, 9.0]])
    figures.table_with_margins(values, ax, "a table")
    margins = texts(ax)[4:]
    assert margins == ["mean", "mean", "std", "std", "3", "2", "4", "5", "0", "1", "7", "2"]
    assert [text.get_text() for text in ax.texts if text.get_weight() == "bold"] == ["0", "1"]
    assert ax.get_title() == "a table"


def test_a_strip_shows_its_pictures_on_one_scale(ax):
    """Each picture is an image next to the last, and black and white mean the same in all."""
    pictures = np.arange(12.0).reshape(3, 2, 2)
    figures.strip(pictures, ax, "three")
    assert [image.get_clim() for image in ax.images] == [(0.0, 11.0)] * 3
    for image, picture in zip(ax.images, pictures, strict=True):
        np.testing.assert_array_equal(image.get_array(), picture)
    assert ax.get_title() == "three: black 0, white 11"


def test_curves_have_a_label_each_and_a_level_to_compare_with(ax):
    """Each label is at the height where its line ends, and none is on another."""
    figures.curves({"one": np.ones(3), "two": np.arange(4.0)}, ax, x="step", y="loss", level=2.0, level_name="wanted")
    assert [(text.get_text(), text.xy[1]) for text in ax.texts] == [("one", 1.0), ("two", 3.0), ("wanted", 2.0)]
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[0, 0], [1, 1], [2, 2], [3, 3]])
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "loss", "linear")


def test_labels_of_curves_that_end_together_are_moved_apart(ax):
    """Three lines that end at the same height: their labels are one above the other."""
    figures.curves({name: np.array([k, 5.0]) for k, name in enumerate("abc")}, ax, x="step", y="loss")
    ax.figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in ax.texts]  # without the stroke from the line to the label
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_curves_in_an_order_get_darker(ax):
    """One hue from light to dark: the sum of red, green and blue falls."""
    figures.curves({str(k): np.ones(2) for k in range(4)}, ax, x="step", y="loss", in_order=True)
    light = [sum(to_rgb(line.get_color())) for line in ax.lines]
    assert light == sorted(light, reverse=True)
    assert len(set(light)) == 4


def test_a_running_mean_is_a_line_over_the_means_of_its_batches(ax):
    """The line begins one step before the first dot: with what the layer had before it saw a batch."""
    means, batches = np.array([0.0, 1.0, 2.5]), np.array([2.0, 4.0])
    figures.running(means, batches, ax, level=3.0)
    dots, source, line = ax.lines
    np.testing.assert_array_equal(dots.get_xydata(), [[1, 2.0], [2, 4.0]])
    np.testing.assert_array_equal(line.get_xydata(), [[0, 0.0], [1, 1.0], [2, 2.5]])
    assert list(source.get_ydata()) == [3.0, 3.0]
    assert [(text.get_text(), text.xy[1]) for text in ax.texts] == [("running mean", 2.5), ("source", 3.0)]


@pytest.mark.parametrize(("training", "evaluation"), [([0.5, 1.5], [1.0, 1.0]), ([0.5, 1.0], [1.0, 1.0])])
def test_outputs_in_batches_are_dots_in_training_and_a_line_in_evaluation(ax, training, evaluation):
    """The labels don't overlap, even if both modes give the same in the last batch."""
    figures.in_many_batches(training, evaluation, ax, title="batches of 2")
    line, dots = ax.lines
    np.testing.assert_array_equal(dots.get_xydata(), [[1, training[0]], [2, training[1]]])
    np.testing.assert_array_equal(line.get_ydata(), evaluation)
    assert (line.get_linestyle(), dots.get_linestyle(), dots.get_marker()) == ("-", "None", "o")
    first, second = (text.get_window_extent() for text in ax.texts)
    assert not first.overlaps(second)
    assert ax.get_title() == "batches of 2"


def test_curves_can_count_in_powers_of_ten(ax):
    """A spread that falls by a factor a layer is a straight line then."""
    figures.curves({"one": np.array([1.0, 0.1])}, ax, x="layers", y="spread", logarithmic=True)
    assert ax.get_yscale() == "log"


@pytest.mark.parametrize(
    ("draw", "array"),
    [
        (figures.cubes, figures.sharing((0,))),
        (figures.table_with_margins, np.ones((2, 3))),
        (figures.strip, np.ones((2, 3, 3))),
        (lambda a, ax: figures.curves({"a": a}, ax, x="x", y="y"), np.ones(3)),
    ],
)
def test_a_figure_returns_its_axes_and_leaves_its_array_as_it_was(ax, draw, array):
    """What is drawn on comes back; what is drawn stays as it was."""
    copy = array.copy()
    assert draw(array, ax) is ax
    np.testing.assert_array_equal(copy, array)
