"""Chapter 08: what has no oracle by name is compared with PyTorch here."""

import numpy as np
import pytest
import torch

import course
from course.chapters.padding_and_stride.same_padding import same_padding

SIZES = [(kernel_size, dilation) for kernel_size in range(1, 9) for dilation in (1, 2, 3, 4)]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize(("kernel_size", "dilation"), SIZES)
def test_same_padding_keeps_the_size_as_pytorch_does(kernel_size, dilation):
    """With `same_padding` zeros in front and the rest behind, a convolution gives what padding='same' gives."""
    rng = np.random.default_rng(kernel_size)
    signal, kernel = (torch.from_numpy(rng.normal(size=(1, 1, size))) for size in (40, kernel_size))
    wanted = torch.nn.functional.conv1d(signal, kernel, padding="same", dilation=dilation)
    lost, front = dilation * (kernel_size - 1), same_padding(kernel_size, dilation)
    padded = torch.nn.functional.pad(signal, (front, lost - front))
    torch.testing.assert_close(torch.nn.functional.conv1d(padded, kernel, dilation=dilation), wanted)
    assert wanted.shape == signal.shape


def test_a_strided_convolution_without_dilation_earns_its_part():
    """The report of an unfinished answer names what is right and what is still to do."""

    def no_dilation(input, weight, bias=None, stride=1, padding=0, dilation=1):
        if dilation != 1:
            raise NotImplementedError
        return course.exercises["conv2d_strided"].reference(input, weight, bias, stride, padding)

    report = course.assess(no_dilation, "conv2d_strided")
    assert 0 < report.score < 1
    right = [case.name for case in report.cases if case.passed]
    wrong = [case.name for case in report.cases if not case.passed]
    assert any("padding" in name for name in right)
    assert any("dilation" in name for name in wrong)
    assert f"Not yet: {wrong[0]}" in str(report)
