"""What can't be counted is refused in plain words, and so is what PyTorch refuses."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from course import cost


class Doubling(nn.Module):
    def forward(self, input):
        return 2 * input


def pruned():
    module = nn.Linear(4, 4)
    prune.l1_unstructured(module, "weight", 0.5)
    return module


class Shouting(nn.Linear):
    def forward(self, input):
        return super().forward(2 * input)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (Doubling(), "Doubling has its own forward, which can't be read without running it; describe the network"),
        (Shouting(4, 4), "Shouting has its own forward"),
        (nn.Sequential(nn.ReLU(), nn.LSTMCell(4, 4)), "LSTMCell is not a layer that course.cost knows"),
        (pruned(), "Linear has the parameters bias, weight_orig in other shapes or under other names"),
        ("torch.nn.LSTMCell(4, 4)", "LSTMCell is not a layer that course.cost knows"),
        ("torch.nn.Linear", "'torch.nn.Linear' is not a call; one such as 'torch.nn.Linear"),
        ("torch.nn.Linear(", "is not a call"),
        ("torch.nn.Linear(n, 4)", "n is not a value that can be read"),
        (cost.Sequential(3), "int is not a layer; a description, a PyTorch module or a line"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_read_is_refused(network, message):
    """What is counted wrong without being run is not counted."""
    with pytest.raises(cost.UnknownModule, match=message):
        cost.summary(network, (2, 4))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("torch.nn.Linear(10, 5)", (1, 12)),
        ("torch.nn.Conv2d(3, 4, 3)", (1, 2, 5, 5)),
        ("torch.nn.Conv2d(3, 4, 3)", (5, 5)),
        ("torch.nn.Conv2d(3, 4, 3)", (1, 3, 2, 5)),
        ("torch.nn.ConvTranspose2d(3, 4, 2)", (1, 4, 5, 5)),
        ("torch.nn.ConvTranspose2d(3, 4, 2, padding=(0, 2))", (1, 3, 5, 2)),
        ("torch.nn.PixelShuffle(2)", (1, 6, 5, 5)),
        ("torch.nn.PixelShuffle(2)", (4, 5)),
        ("torch.nn.Upsample(scale_factor=(2, 3))", (1, 3, 5)),
        ("torch.nn.Upsample(scale_factor=2)", (3, 5)),
        ("torch.nn.MaxPool2d(3)", (1, 3, 2, 5)),
        ("torch.nn.AvgPool1d(2)", (3,)),
        ("torch.nn.BatchNorm2d(3)", (3, 5, 5)),
        ("torch.nn.BatchNorm1d(3)", (2, 4)),
        ("torch.nn.GroupNorm(2, 4)", (2, 6)),
        ("torch.nn.LayerNorm((3, 4))", (2, 4, 3)),
        ("torch.nn.Softmax(dim=2)", (2, 4)),
        ("torch.nn.Flatten(1, 3)", (2, 4, 3)),
        ("torch.nn.Flatten(2, 1)", (2, 4, 3)),
        ("torch.nn.ZeroPad2d(-3)", (1, 3, 4, 5)),
        ("torch.nn.ReflectionPad2d(4)", (1, 3, 4, 5)),
        ("torch.nn.TransformerEncoderLayer(16, 4)", (5, 2, 12)),
        ("torch.nn.LSTM(3, 4)", (5, 2, 4)),
        ("torch.nn.GRU(3, 4)", (3,)),
        ("torch.nn.RNN(3, 4)", (5, 2, 2, 3)),
    ],
)
def test_a_shape_that_pytorch_refuses_is_refused(text, shape):
    """The error says which layer, what came and what is expected."""
    with pytest.raises((RuntimeError, ValueError, IndexError, AssertionError)):
        eval(text)(torch.rand(shape))
    with pytest.raises(cost.ShapeMismatch, match=r"is given the shape \(.+\); .+ is expected") as caught:
        cost.summary(text, shape)
    error = caught.value
    assert error.received == shape
    assert str(error) == f"{error.name} is given the shape {shape}; {error.allowed} is expected."


@pytest.mark.parametrize(
    "text",
    [
        "torch.nn.Conv2d(3, 4, 3, groups=2)",
        "torch.nn.ConvTranspose2d(4, 3, 3, groups=2)",
        "torch.nn.Conv2d(3, 4, 3, stride=2, padding='same')",
        "torch.nn.Conv2d(3, 4, 3, padding='full')",
        "torch.nn.GroupNorm(3, 4)",
        "torch.nn.MultiheadAttention(10, 4)",
        "torch.nn.LSTM(3, 4, proj_size=4)",
    ],
)
def test_arguments_that_pytorch_refuses_are_refused(text):
    """When the layer is made, before any shape is known."""
    with pytest.raises((RuntimeError, ValueError, AssertionError)):
        eval(text)
    with pytest.raises(ValueError, match=r"is expected|must be 1"):
        cost.describe(text)


@pytest.mark.parametrize("shape", [(), (0, 10), (1, -10), (1.0, 10), [(1, 10), ()]])
def test_an_input_that_is_no_shape_is_refused(shape):
    """As torchinfo, which takes positive sizes only."""
    with pytest.raises(ValueError, match="input_shape is"):
        cost.summary(cost.Linear(10, 5), shape)


def test_what_does_not_fit_together_is_refused():
    """A sum of two shapes, a function with parameters, a network without a name, the wrong number of inputs."""
    with pytest.raises(cost.ShapeMismatch, match=r"The sum in Residual is given the shape \(2, 8\); \(2, 4\)"):
        cost.summary(cost.Residual(cost.Linear(8, 4)), (2, 8))
    with pytest.raises(TypeError, match="Functional is given Linear"):
        cost.summary(cost.Sequential(cost.Functional(cost.Linear(8, 4))), (2, 8))
    with pytest.raises(ValueError, match="The whole network has no name"):
        cost.summary(cost.Sequential(name=None), (2, 8))
    with pytest.raises(TypeError, match="is given 2 inputs; it takes one"):
        cost.summary(cost.ReLU(), [(2, 8), (2, 8)])
    with pytest.raises(TypeError, match="is given 2 inputs; query, key and value are expected"):
        cost.summary(cost.MultiheadAttention(8, 2), [(2, 8), (2, 8)])


def test_several_outputs_do_not_go_into_a_layer_that_takes_one():
    """As PyTorch refuses them; the message says how one is chosen."""
    module = nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 2))
    with pytest.raises(TypeError):
        module(torch.rand(5, 2, 3))
    with pytest.raises(cost.ShapeMismatch, match=r"Linear.* is given the shape \(\(5, 2, 4\), .*Output\(layer, 0\)"):
        cost.summary(module, (5, 2, 3))
    with pytest.raises(cost.ShapeMismatch, match=r"ReLU.*Output\(layer, 0\)"):
        cost.summary(cost.Sequential(cost.GRU(3, 4), cost.Functional(cost.ReLU()), name="Net"), (5, 2, 3))
    with pytest.raises(cost.ShapeMismatch, match="The sum in Residual"):
        cost.summary(cost.Residual(cost.LSTM(4, 4)), (5, 2, 4))


@pytest.mark.parametrize(("layer", "index"), [(cost.GRU(3, 4), 2), (cost.GRU(3, 4), -3), (cost.Linear(3, 4), 0)])
def test_an_output_that_a_layer_does_not_have_is_refused(layer, index):
    """An axis of a single output is not an output."""
    with pytest.raises(
        cost.ShapeMismatch, match=f"Output {index} is given the shape .* a layer with that many outputs is"
    ):
        cost.summary(cost.Sequential(cost.Output(layer, index), name="Net"), (5, 2, 3))
