"""What chapter 06 promises beyond every exercise: PyTorch's sizes, and loops that are too slow."""

import itertools
from dataclasses import replace

import pytest
import torch

import course
from course.calling.here import Here
from course.chapters.conv1d.conv1d_kernel_size import conv1d_kernel_size
from course.chapters.conv1d.conv1d_loops import conv1d_loops
from course.chapters.conv1d.conv_output_size import conv_output_size
from course.checking.findings import Outcome
from course.checking.prepared import Prepared
from course.checking.runner import run


def test_conv_output_size_is_the_length_of_what_pytorch_gives():
    """conv_output_size has no oracle: it is compared with the shapes of real outputs."""
    for size, *options in itertools.product([9, 10, 11, 16], [1, 2, 3], [1, 2, 3], [0, 1, 2], [1, 2, 3]):
        length = torch.nn.Conv1d(1, 1, *options)(torch.zeros(1, size)).shape[-1]
        assert conv_output_size(size, *options) == length, (size, *options)


@pytest.mark.parametrize("channels", [(2, 2), (3, 8), (7, 4), (16, 32)])
@pytest.mark.parametrize("kernel_size", [1, 2, 5, 9])
@pytest.mark.parametrize("bias", [True, False])
def test_conv1d_kernel_size_finds_pytorchs_layers(channels, kernel_size, bias):
    """There is no oracle for it: the test passes the counts of real layers."""
    layer = torch.nn.Conv1d(*channels, kernel_size, bias=bias)
    count = sum(tensor.numel() for tensor in layer.parameters())
    assert conv1d_kernel_size(count, *channels) == (kernel_size, bias)


def test_loops_are_too_slow_for_the_long_signal_and_right_for_the_others():
    """conv1d asks for speed: loops over channels and positions lose that case, and the report says why."""
    exercise = replace(course.exercises["conv1d"], seconds=0.5)
    report = run(Prepared(exercise), Here.of(conv1d_loops, "conv1d"))
    assert [case.name for case in report.cases if not case.passed] == ["a long signal"]
    assert report.lead is not None
    assert report.lead.outcome is Outcome.TOO_SLOW
    assert "too many for loops over positions and channels" in str(report)
    assert 0 < report.score < 1
