"""The pictures of upsampling show the arrays they were given, where the layer puts them, and leave them alone."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course import functional
from course.figures import upsampling as figures

IMAGE = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 2.0]])
KERNEL = np.array([[1.0, 2.0], [0.0, 5.0], [7.0, 1.0]])


@pytest.fixture
def ax():
    return Figure().subplots()


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def outlines(ax):
    """Corner and size of every framed element or block."""
    return [(*p.get_xy(), p.get_width(), p.get_height()) for p in ax.patches if p.get_linewidth() > 2]


def canvas(stride):
    return functional.conv_transpose2d(IMAGE[None], KERNEL[None, None], stride=stride)[0]


def test_shares_puts_each_row_a_stride_further(ax):
    """The rows begin where the layer puts their kernels, and the sum below is as long as what they span."""
    signal, kernel = np.array([2.0, 1.0, -1.0]), np.array([1.0, 3.0, 1.0])
    output = functional.conv_transpose2d(signal[None, None], kernel[None, None, None], stride=2)[0, 0]
    figures.shares(signal, np.outer(signal, kernel), output, 2, ax)
    (first, _, _, _), *_ = extents = [image.get_extent() for image in ax.images[1:]]
    assert [(left - first, right - first) for left, right, _, _ in extents] == [(0, 3), (2, 5), (4, 7), (0, 7)]
    assert texts(ax)[-9:] == ["2", "6", "3", "3", "0", "-3", "-1", "input", "sum"]


def test_shares_refuses_a_sum_of_another_length(ax):
    """The message says how long it is and how long it must be."""
    with pytest.raises(ValueError, match=r"output has shape \(4,\); 2 kernels of 2 with stride 1 span 3\."):
        figures.shares(np.ones(2), np.ones((2, 2)), np.ones(4), 1, ax)


@pytest.mark.parametrize("stride", [1, 2, (2, 3)])
def test_stamp_frames_the_value_and_where_its_kernel_is(ax, stride):
    """The frame on the canvas moves a stride for each row and column of the input."""
    s_h, s_w = np.broadcast_to(stride, 2)
    sums = canvas(stride)
    corners = []
    for place in range(IMAGE.size):
        ax.clear()
        figures.stamp(IMAGE, KERNEL, sums, place, ax, stride=stride)
        (x, y, *one), (left, top, *block) = outlines(ax)
        assert (one, block) == ([1, 1], [2, 3])
        assert (x, y) == (place % 3, (len(sums) - 2) / 2 + place // 3)
        corners.append((left, top))
    assert corners == [(corners[0][0] + s_w * (i % 3), s_h * (i // 3)) for i in range(6)]


def test_stamp_writes_the_kernel_into_the_sums_until_all_are_made(ax):
    """After the last value the sums are alone, on the same axes."""
    figures.stamp(IMAGE, KERNEL, canvas(2), 0, ax, stride=2)
    limits = ax.get_xlim(), ax.get_ylim()
    assert [text for text in texts(ax) if text.startswith("×")] == ["×1", "×2", "×0", "×5", "×7", "×1"]
    ax.clear()
    figures.stamp(IMAGE, KERNEL, canvas(2), 6, ax, stride=2)
    assert outlines(ax) == []
    assert not [text for text in texts(ax) if text.startswith("×")]
    assert (ax.get_xlim(), ax.get_ylim()) == limits


def test_stamp_hatches_what_the_padding_cuts_off(ax):
    """With one row and two columns cut off on each side, what is left is not hatched."""
    sums = canvas(2)
    figures.stamp(IMAGE, KERNEL, sums, 6, ax, stride=2, padding=(1, 2))
    hatched = [patch for patch in ax.patches if patch.get_hatch()]
    kept = functional.conv_transpose2d(IMAGE[None], KERNEL[None, None], stride=2, padding=(1, 2))
    assert len(hatched) == sums.size - kept.size


def test_stamp_refuses_sums_of_another_shape(ax):
    """The message says which shape is needed."""
    with pytest.raises(ValueError, match=r"canvas has shape \(5, 5\); .* it is \(5, 6\)\."):
        figures.stamp(IMAGE, KERNEL, np.zeros((5, 5)), 0, ax, stride=2)


def test_enlarged_draws_every_pixel_in_one_size(ax):
    """An image that is twice as large takes twice the room, on one scale of grey."""
    images = [np.full((2, 3), 0.5), np.full((4, 6), 0.25)]
    figures.enlarged(images, ax, "twice")
    boxes = [image.get_extent() for image in ax.images]
    assert [(right - left, bottom - top) for left, right, bottom, top in boxes] == [(3, 2), (6, 4)]
    assert boxes[0][1] < boxes[1][0]
    assert {image.get_clim() for image in ax.images} == {(0.0, 1.0)}
    assert ax.get_title(loc="left") == "twice"


def test_pictures_leave_their_arrays_alone(ax):
    """What is drawn may be computed with afterwards."""
    image, kernel, sums = IMAGE.copy(), KERNEL.copy(), canvas(2)
    before = sums.copy()
    figures.stamp(image, kernel, sums, 1, ax, stride=2, padding=1)
    figures.enlarged([image], ax)
    assert np.array_equal(image, IMAGE)
    assert np.array_equal(kernel, KERNEL)
    assert np.array_equal(sums, before)
