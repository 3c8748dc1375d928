"""What chapter 17 declares without an oracle, held against PyTorch."""

import numpy as np
import torch

import course


def test_conv_transpose_output_size_is_the_size_of_pytorchs_output():
    """In a thousand draws of all five arguments, PyTorch's layer gives as many columns."""
    rng = np.random.default_rng(0)
    output_size = course.exercises["conv_transpose_output_size"].solution
    checked = 0
    while checked < 1000:
        size, kernel_size, stride, padding = (int(rng.integers(1, high)) for high in (12, 8, 6, 4))
        output_padding = int(rng.integers(0, stride))
        expected = output_size(size, kernel_size, stride, padding, output_padding)
        if expected < 1:  # PyTorch refuses
            continue
        options = {"stride": stride, "padding": padding, "output_padding": output_padding}
        row, kernel = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel_size)
        assert torch.nn.functional.conv_transpose1d(row, kernel, **options).shape[2] == expected
        checked += 1
