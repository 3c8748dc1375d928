"""Chapter 09: what has no oracle by name is compared with PyTorch here."""

import pytest
import torch

from course.chapters.grouped_and_depthwise.separable_saving import separable_saving


def _num_weights(in_channels, out_channels, kernel_size, groups=1):
    return torch.nn.Conv2d(in_channels, out_channels, kernel_size, groups=groups, bias=False).weight.numel()


@pytest.mark.parametrize(
    ("in_channels", "out_channels", "kernel_size"), [(16, 32, 3), (7, 5, 1), (4, 9, (3, 5)), (32, 8, 7), (1, 3, 2)]
)
def test_separable_saving_is_the_ratio_of_pytorchs_weights(in_channels, out_channels, kernel_size):
    """A depthwise and a pointwise layer hold that part of the weights of the full layer."""
    depthwise = _num_weights(in_channels, in_channels, kernel_size, groups=in_channels)
    pointwise = _num_weights(in_channels, out_channels, 1)
    full = _num_weights(in_channels, out_channels, kernel_size)
    assert separable_saving(in_channels, out_channels, kernel_size) == pytest.approx((depthwise + pointwise) / full)
