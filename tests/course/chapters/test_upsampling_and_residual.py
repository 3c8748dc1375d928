"""What chapter 17 declares without an oracle, compared with PyTorch."""

import numpy as np
import torch

import course


def test_conv_transpose_output_size_is_the_size_of_pytorchs_output():
    """In a thousand draws of all five arguments, PyTorch's layer gives the same number of columns."""
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


class Block(torch.nn.Module):
    """A ResNet's residual block, made of PyTorch's own layers."""

    def __init__(self, c_i, c_o):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(c_i, c_o, 3, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(c_o)
        self.conv2 = torch.nn.Conv2d(c_o, c_o, 3, padding=1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(c_o)
        self.shortcut = torch.nn.Conv2d(c_i, c_o, 1, bias=False) if c_i != c_o else torch.nn.Identity()

    def forward(self, x):
        branch = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(branch + self.shortcut(x))


def test_residual_block_is_pytorchs_layers_in_evaluation():
    """In every ordinary case of ten seeds, with the parameters under the module's own names."""
    exercise = course.exercises["residual_block"]
    for seed in range(10):
        rng = np.random.default_rng(seed)
        for case in exercise.cases:
            drawn = case.draw(rng)
            c_o, c_i = drawn["params"]["conv1.weight"].shape[:2]
            block = Block(c_i, c_o).double().eval()
            block.load_state_dict({name: torch.tensor(array) for name, array in drawn["params"].items()}, strict=False)
            assert set(drawn["params"]) == {name for name in block.state_dict() if "num_batches" not in name}
            with torch.no_grad():
                expected = block(torch.tensor(drawn["input"])).numpy()
            np.testing.assert_allclose(exercise.solution(**drawn), expected, atol=1e-10)


def test_patch_embedding_is_a_strided_convolution_and_a_linear_layer():
    """The oracle is the convolution; the linear layer on flattened patches gives the same."""
    rng = np.random.default_rng(0)
    image, weight, bias = rng.normal(size=(2, 3, 4, 6)), rng.normal(size=(5, 3, 2, 3)), rng.normal(size=5)
    patches = torch.nn.functional.unfold(torch.tensor(image), (2, 3), stride=(2, 3)).swapaxes(1, 2)
    expected = torch.nn.functional.linear(patches, torch.tensor(weight).flatten(1), torch.tensor(bias)).numpy()
    np.testing.assert_allclose(course.exercises["patch_embedding"].solution(image, weight, bias), expected)
