"""A sliding window is drawn where it is, with the output as far as it is filled."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course import functional
from course.figures.describe import described
from course.figures.motion import HANDLE
from course.figures.style import INK
from course.figures.windows import Sliding, window

SIGNAL = np.array([0.0, 1.0, 4.0, 9.0, 16.0])
IMAGE = np.arange(20.0).reshape(4, 5)
SOBEL = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def frames(ax):
    """Corner and size of every framed element or window."""
    patches = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_linewidth() > 2]
    return [(*p.get_xy(), p.get_width(), p.get_height()) for p in patches]


@pytest.mark.parametrize(
    ("shape", "sliding"),
    [
        ((7,), Sliding(np.ones(3))),
        ((7,), Sliding(np.ones(2), stride=2, padding=1, dilation=2)),
        ((5, 8), Sliding(np.ones((3, 2)), stride=(1, 2), padding=(2, 0), dilation=(2, 1))),
    ],
)
def test_sizes_are_those_of_the_layer(shape, sliding):
    """The number of places is the size of what the reference layer gives."""
    options = {"stride": sliding.stride, "padding": sliding.padding, "dilation": sliding.dilation}
    layer = functional.conv1d if len(shape) == 1 else functional.conv2d
    assert sliding.sizes(shape) == layer(np.ones((1, *shape)), sliding.kernel[None, None], **options).shape[1:]


def test_a_signal_has_its_kernel_and_output_below(ax):
    """The kernel's weights are under the elements that they meet, and only the filled output has values."""
    window(SIGNAL, np.array([1.0, 3.0, 5.0, 7.0]), 2, Sliding(np.array([-1.0, 1.0])), ax)
    assert texts(ax) == ["0", "1", "4", "9", "16", "input", "1", "3", "5", "output", "-1", "1", "4·(−1) + 9·1 = 5"]
    assert frames(ax)[0] == (2, 0, 2, 1)
    weights = [text.get_position() for text in ax.texts[-3:-1]]
    assert [x for x, _ in weights] == [2.5, 3.5]


def test_an_output_of_a_signal_lies_under_the_middle_of_its_window(ax):
    """With stride 1 the framed output is in line with the window that it comes from."""
    window(SIGNAL, np.zeros(3), 1, Sliding(np.ones(3)), ax)
    (x, _, width, _), (output_x, _, output_width, _) = frames(ax)
    assert x + width / 2 == output_x + output_width / 2


def test_an_image_stands_beside_its_output(ax):
    """The window is where stride and place put it; the kernel is between the image and its output, the sum below."""
    sliding = Sliding(SOBEL, stride=(1, 2), padding=1)
    output = functional.conv2d(IMAGE[None], SOBEL[None, None], stride=(1, 2), padding=1)[0]
    window(IMAGE, output, 4, sliding, ax)
    (x, y, width, height), (output_x, _, *_) = frames(ax)
    assert (x, y, width, height) == (2, 1, 3, 3)
    assert output_x > 7
    at = texts(ax).index("kernel")
    assert texts(ax)[at - 9 : at] == ["-1", "0", "1", "-2", "0", "2", "-1", "0", "1"]
    # rows 1 to 3 and columns 2 to 4 of the padded image are rows 0 to 2 and columns 1 to 3
    assert texts(ax)[-1] == "1·(−1) + 3·1 + 6·(−2) + 8·2 + 11·(−1) + 13·1 = 8"
    assert described(ax.figure).startswith("The window begins at row 1, column 2 of the input: output[1, 1] = 1·(−1)")


def test_dilation_frames_single_elements(ax):
    """The gaps between the elements that a dilated kernel meets are left out."""
    window(IMAGE, np.zeros((4, 3)), 0, Sliding(np.ones((1, 2)), dilation=(1, 2)), ax)
    assert [(x, y) for x, y, *_ in frames(ax)][:2] == [(0, 0), (2, 0)]


@pytest.mark.parametrize(
    ("mode", "value", "ends"),
    [("constant", 0.0, "0"), ("constant", -np.inf, "-inf"), ("reflect", 0.0, "1"), ("replicate", 0.0, "0")],
)
def test_padding_is_hatched_and_holds_what_its_mode_says(ax, mode, value, ends):
    """One element at each end is hatched; the full colour belongs to the largest value inside."""
    window(SIGNAL, np.zeros(5), 0, Sliding(3, padding=1, padding_mode=mode, value=value), ax)
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 2
    assert texts(ax)[0] == ends
    assert ax.images[0].get_clim() == (-16.0, 16.0)


def test_a_window_without_values_is_only_framed(ax):
    """For a pooling a size is enough."""
    window(IMAGE, np.zeros((2, 2)), 3, Sliding(2, stride=2), ax)
    assert frames(ax)[0] == (2, 2, 2, 2)
    assert texts(ax)[-1] == "output"


def test_after_the_last_place_the_output_is_whole_and_no_window_is_there(ax):
    """It is the last picture of an animation."""
    window(IMAGE, np.ones((2, 3)), 6, Sliding(SOBEL), ax)
    assert frames(ax) == []
    assert texts(ax)[-7:] == ["1"] * 6 + ["output"]


def test_frames_of_an_animation_have_the_same_limits_and_colours(ax):
    """Nothing jumps or changes its colour from one place to the next."""
    seen = set()
    for place in range(4):
        ax.clear()
        window(SIGNAL, np.array([1.0, 3.0, 5.0, 7.0]), place, Sliding(2), ax)
        seen.add((ax.get_xlim(), ax.get_ylim(), ax.images[-1].get_clim()))
    assert len(seen) == 1


def test_given_limits_are_the_scales_of_input_and_output(ax):
    """Two pictures side by side can share them."""
    window(SIGNAL, np.zeros(4), 0, Sliding(2), ax, limits=(20.0, 3.0))
    assert [image.get_clim() for image in ax.images] == [(-20.0, 20.0), (-3.0, 3.0)]


def test_frames_are_told_apart_from_cells_by_colour_and_width(ax):
    """The window can be found without seeing its colour."""
    window(SIGNAL, np.zeros(4), 0, Sliding(2), ax)
    framed = [p for p in ax.patches if to_hex(p.get_edgecolor()) == INK]
    assert {p.get_linewidth() for p in framed} == {2.2}
    assert all(p.get_path_effects() for p in framed)
    assert [p.get_gid() for p in framed] == [HANDLE, None]


def test_a_long_sum_is_not_written_out(ax):
    """More than nine terms can't be read; zeros of the kernel take no part."""
    window(IMAGE, np.zeros((1, 2)), 0, Sliding(np.ones((4, 4))), ax)
    assert not [text for text in texts(ax) if "·" in text]
    assert described(ax.figure) == "The window begins at row 0, column 0 of the input: output[0, 0] = 0."


def test_arrays_are_left_alone():
    """Drawing changes nothing."""
    input, output = SIGNAL.copy(), np.ones(4)
    window(input, output, 1, Sliding(2, value=3.0), Figure().subplots())
    np.testing.assert_array_equal(input, SIGNAL)
    np.testing.assert_array_equal(output, np.ones(4))


@pytest.mark.parametrize(
    ("input", "output", "kernel", "message"),
    [
        (np.zeros((1, 1, 5)), np.zeros(4), 2, r"shape \(1, 1, 5\)"),
        (SIGNAL, np.zeros(5), 2, r"output has shape \(5,\)"),
        (SIGNAL, np.zeros(4), np.ones((2, 2)), "the input has 1 axes"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(ax, input, output, kernel, message):
    """The message says which shapes came."""
    with pytest.raises(ValueError, match=message):
        window(input, output, 0, Sliding(kernel), ax)
