"""What chapter 07 promises beyond every exercise: what an output sees, and what a kernel finds, by PyTorch."""

import numpy as np
import pytest
import torch

import course
from course.chapters.conv2d.receptive_field import receptive_field
from course.checking.prepared import Prepared


@pytest.mark.parametrize(
    ("kernel_sizes", "strides"),
    [((3,), (1,)), ((3, 3), (1, 1)), ((5, 3), (2, 1)), ((3, 2, 4), (2, 3, 1)), ((2, 2, 2, 3), (2, 2, 2, 2))],
)
def test_receptive_field_is_as_far_as_a_gradient_comes_back(kernel_sizes, strides):
    """receptive_field has no oracle: an output's gradient reaches exactly that many inputs."""
    layers = [torch.nn.Conv1d(1, 1, k, s, bias=False) for k, s in zip(kernel_sizes, strides, strict=True)]
    for layer in layers:
        torch.nn.init.ones_(layer.weight)
    input = torch.zeros(1, 1, 80, requires_grad=True)
    output = torch.nn.Sequential(*layers)(input)
    (gradient,) = torch.autograd.grad(output[0, 0, 1], input)
    reached = torch.nonzero(gradient[0, 0])
    assert int(reached.max() - reached.min()) + 1 == receptive_field(kernel_sizes, strides)


def test_edge_kernel_finds_the_left_and_right_edges_of_a_drawing_and_nothing_else():
    """edge_kernel has no oracle: PyTorch's convolution of each drawing is 0 where no vertical edge is in the window."""
    prepared = Prepared(course.exercises["edge_kernel"])
    for arguments, expected in zip(prepared.arguments, prepared.expected, strict=True):
        assert expected == ("a large output", "an output of 0", "an output of 0")
        image, weight = (
            torch.from_numpy(array[None, None])
            for array in (arguments["image"], course.exercises["edge_kernel"].solution)
        )
        answer = torch.nn.functional.conv2d(image, weight)[0, 0].numpy()
        columns_differ = np.ptp(np.lib.stride_tricks.sliding_window_view(arguments["image"], (3, 3)), axis=3).any(
            axis=2
        )
        assert np.abs(answer[columns_differ]).min() > 0
        assert np.abs(answer[~columns_differ]).max() < 1e-12


@pytest.mark.parametrize(
    ("kernel", "sentence"),
    [
        (np.array([-1.0, 0.0, 1.0]), "its shape is (3,)"),
        (np.zeros((9, 9)), "at most 7 by 7 is looked at"),
        (np.array([[np.inf, 1.0]]), "not finite"),
        ([[1.0], [1.0, 2.0]], "not a matrix of numbers"),
        (None, "it is not a matrix of numbers"),
    ],
)
def test_a_kernel_that_is_none_is_told_so(kernel, sentence):
    """What is not a kernel gets its own sentence."""
    report = course.assess(kernel, "edge_kernel")
    assert (report.passed, report.score) == (False, 0)
    assert sentence in str(report)
