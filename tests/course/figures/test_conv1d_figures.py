"""The pictures of the convolution along one axis show the arrays they were given, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course import functional
from course.figures import conv1d as figures

rng = np.random.default_rng(0)
INPUT, WEIGHT = rng.normal(size=(3, 7)), rng.normal(size=(2, 3, 4))
OUTPUT = functional.conv1d(INPUT, WEIGHT)


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_shared_connections_draws_a_line_for_each_product(ax):
    """An output is joined to the elements of its window, and lines of one weight look the same."""
    figures.shared_connections(6, 3, ax)
    looks = [(line.get_color(), line.get_linestyle()) for line in ax.lines]
    assert len(looks) == 12
    assert looks[0:3] == looks[3:6]
    assert len(set(looks)) == 3
    np.testing.assert_array_equal(ax.lines[5].get_xydata(), [[3, 1], [2, 0]])
    assert [text for text in texts(ax) if "W" in text] == ["$W_{0}$", "$W_{1}$", "$W_{2}$"]
    assert texts(ax)[-4] == "$y_{3}$"


def test_across_channels_frames_one_output_and_what_it_is_made_of(ax):
    """The frames hold the window in all channels, the kernels of one output channel, and the output."""
    figures.across_channels(INPUT, WEIGHT, OUTPUT, (1, 2), ax)
    frames = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_linewidth() > 2]
    assert [(f.get_width(), f.get_height()) for f in frames] == [(4, 3), (4, 3), (1, 1)]
    drawn = [image.get_array() for image in ax.images]
    for values, wanted in zip(drawn, (INPUT, *WEIGHT, OUTPUT), strict=True):
        np.testing.assert_array_equal(values, wanted)
    window, _, output = (f.get_x() + f.get_width() / 2 for f in frames)
    assert window == output
    assert frames[1].get_x() == ax.images[2].get_extent()[0]
    assert {"input (3, 7)", "weight[0]", "weight[1]", "output (2, 4)"} <= set(texts(ax))


def test_matrix_has_a_row_for_each_output(ax):
    """Rows are numbered as outputs, columns as inputs."""
    figures.matrix(OUTPUT, ax, "title")
    np.testing.assert_array_equal(ax.images[0].get_array(), OUTPUT)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "1"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("input", "output", "title")


def test_signal_starts_where_it_is_told_and_marks_places(ax):
    """The line is drawn from its start on, and each mark is a separate line."""
    figures.signal(np.array([1.0, 5.0, 2.0]), ax, "label", start=1.5, marks=np.array([2, 4]))
    np.testing.assert_array_equal(ax.lines[-1].get_xydata(), [[1.5, 1], [2.5, 5], [3.5, 2]])
    assert [line.get_xdata()[0] for line in ax.lines[1:3]] == [2, 4]
    assert ax.get_ylabel() == "label"


def test_learnt_kernels_draws_the_last_as_rings(ax):
    """The target can be seen under what has been learnt."""
    figures.learnt_kernels({"step 0": np.zeros(3), "step 9": np.ones(3), "goal": np.array([1.0, 2, 3])}, ax)
    assert [(text.get_text(), text.xy[1]) for text in ax.texts] == [("step 0", 0.0), ("step 9", 1.0), ("goal", 3.0)]
    assert ax.get_xlim()[1] == 2  # the last element, where the names are
    assert ax.lines[2].get_linestyle() == "None"
    np.testing.assert_array_equal(ax.lines[2].get_ydata(), [1, 2, 3])
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


@pytest.mark.parametrize(
    ("draw", "arrays"),
    [
        (lambda x, w, y, ax: figures.across_channels(x, w, y, (0, 0), ax), (INPUT, WEIGHT, OUTPUT)),
        (figures.matrix, (OUTPUT,)),
        (figures.signal, (INPUT[0],)),
        (lambda x, y, ax: figures.learnt_kernels({"a": x, "b": y}, ax), (INPUT[0], INPUT[1])),
    ],
)
def test_arrays_are_left_alone_and_the_axes_come_back(ax, draw, arrays):
    """Drawing changes nothing, and gives back the axes that it was given."""
    copies = [array.copy() for array in arrays]
    assert draw(*arrays, ax) is ax
    for array, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)
