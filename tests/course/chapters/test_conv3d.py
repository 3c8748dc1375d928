"""What chapter 10 promises beyond every exercise: one function for signals, images and volumes, and its shares."""

import numpy as np
import pytest
import torch

import course
from course.chapters.conv3d.conv_nd import conv_nd

LAYERS = {1: torch.nn.functional.conv1d, 2: torch.nn.functional.conv2d, 3: torch.nn.functional.conv3d}


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, (3, 1, 2)])
@pytest.mark.parametrize("padding", [0, 1, (1, 2, 0)])
def test_conv_nd_is_each_of_pytorchs_layers(axes, stride, padding):
    """The shown solution of conv_nd is conv1d, conv2d and conv3d, with a number or one for each axis."""
    rng = np.random.default_rng(axes)
    options = {
        name: each[:axes] if isinstance(each, tuple) else each
        for name, each in {"stride": stride, "padding": padding}.items()
    }
    arrays = rng.normal(size=(2, 3, *(6, 7, 5)[:axes])), rng.normal(size=(4, 3, *(3, 2, 4)[:axes])), rng.normal(size=4)
    wanted = LAYERS[axes](*map(torch.from_numpy, arrays), **options).numpy()
    np.testing.assert_allclose(conv_nd(*arrays, **options), wanted, atol=1e-12)


def test_conv_nd_tells_which_dimensions_work():
    """An answer for images alone earns the points for images, and the report says that the others are missing."""

    def for_images(input, weight, bias=None, stride=1, padding=0):
        if weight.ndim != 4:
            raise NotImplementedError("images only")
        return conv_nd(input, weight, bias, stride, padding)

    report = course.assess(for_images, "conv_nd")
    assert {case.name for case in report.cases if case.passed} == {
        "2-D",
        "2-D with channels",
        "2-D with stride",
        "2-D with stride and padding for each axis",
        "2-D, as many outputs as inputs",
    }
    assert report.score == pytest.approx(5 / 13)


def test_the_function_to_repair_is_right_while_nothing_moves():
    """In a video of equal frames the mistake does not show: this is what the lesson says about it."""
    rng = np.random.default_rng(0)
    still = np.repeat(rng.normal(size=(1, 2, 1, 5, 6)), 4, axis=2)
    weight, bias = rng.normal(size=(3, 2, 2, 3, 3)), rng.normal(size=3)
    given = course.exercises["repair_conv3d"].given
    np.testing.assert_allclose(given(still, weight, bias), conv_nd(still, weight, bias), atol=1e-12)
    still[:, :, 2] += 1
    assert not np.allclose(given(still, weight, bias), conv_nd(still, weight, bias))
