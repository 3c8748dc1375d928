"""Networks of the usual kinds, and what torchinfo says about them."""

from __future__ import annotations

import copy
import sys
import warnings
from typing import Any

import torch
import torchinfo
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from course import cost

COLUMNS = ("input_size", "output_size", "num_params", "mult_adds", "trainable")
HEADER = sys.getsizeof(torch.empty(0).untyped_storage())
"""What torchinfo counts for each input on top of its numbers, on this Python."""


def from_torchinfo(module: nn.Module, *shapes: tuple[int, ...], identifiers: bool = False, depth: int = 3) -> Any:
    dtypes = [torch.long if identifiers else torch.float] * len(shapes)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel")
        return torchinfo.summary(
            module, list(shapes), dtypes=dtypes, depth=depth, col_names=COLUMNS, verbose=0, device="cpu"
        )


def printed(theirs: Any) -> str:
    """Give torchinfo's table, with the units that it means: its enumeration prints itself on Python 3.11 and later."""
    text = str(theirs)
    for name, unit in (("MEGABYTES", "M"), ("GIGABYTES", "G"), ("TERABYTES", "T")):
        text = text.replace(f"(Units.{name})", f"({unit})")
    return text


def assert_as_torchinfo(module: nn.Module, network: Any, *shapes: tuple[int, ...], **options: Any) -> cost.Summary:
    """Compare every row, every total, and the printed table."""
    theirs = from_torchinfo(module, *shapes, **options)
    ours = cost.summary(network, shapes)
    text = ours.text(COLUMNS, depth=options.get("depth", 3), storage_header=HEADER)
    assert text == printed(theirs)
    rows = [(r.title, list(r.output_shape), r.parameters) for r in ours.rows]
    assert rows == [(i.get_layer_name(False, True), i.output_size, i.num_params) for i in theirs.summary_list]
    assert ours.parameters == theirs.total_params
    assert ours.trainable == theirs.trainable_params
    assert ours.mult_adds == theirs.total_mult_adds
    assert ours.input_bytes + HEADER * len(shapes) == theirs.total_input
    assert ours.forward_backward_bytes == theirs.total_output_bytes
    assert ours.parameter_bytes == theirs.total_param_bytes
    assert ours.total_bytes == ours.input_bytes + theirs.total_output_bytes + theirs.total_param_bytes
    assert ours.true_parameters == sum(p.numel() for p in module.parameters())
    assert ours.true_parameter_bytes == 4 * ours.true_parameters
    return ours


def flat(shapes):
    """List shapes that are nested."""
    one = not shapes or isinstance(shapes[0], int)
    return [shapes] if one else [shape for item in shapes for shape in flat(item)]


def flops(module: nn.Module, *shapes: tuple[int, ...]) -> int:
    # in float32 oneDNN computes a whole recurrent layer, and the flop counter sees nothing of it
    module = copy.deepcopy(module).double().train()
    with FlopCounterMode(display=False) as counter:
        module(*(torch.rand(shape, dtype=torch.double) for shape in shapes))
    return counter.get_total_flops()


class ScaledDotProductAttention(nn.Module):
    def forward(self, query, key, value):
        return F.scaled_dot_product_attention(query, key, value)


class Residual(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, input):
        return input + self.body(input)


class BasicBlock(nn.Module):
    """ResNet's, with one ReLU used twice."""

    def __init__(self, c_i, c_o, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(c_i, c_o, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_o)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(c_o, c_o, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_o)
        self.downsample = None
        if stride != 1 or c_i != c_o:
            self.downsample = nn.Sequential(nn.Conv2d(c_i, c_o, 1, stride, bias=False), nn.BatchNorm2d(c_o))

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(out + (x if self.downsample is None else self.downsample(x)))

    def described(self):
        body = cost.Sequential(self.conv1, self.bn1, self.relu, self.conv2, self.bn2, name=None)
        return cost.Sequential(cost.Residual(body, self.downsample, name=None), self.relu, name="BasicBlock")


class LeNet(nn.Module):
    """With its pooling and its flattening as functions."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc = nn.ModuleList()
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = torch.flatten(F.max_pool2d(F.relu(self.conv2(x)), 2), 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Stem(nn.Sequential):
    """A Sequential under its own name."""

    def __init__(self):
        super().__init__(nn.Conv2d(3, 8, 3), nn.ReLU())


def lenet5():
    return """torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.Sigmoid(), torch.nn.AvgPool2d(2, stride=2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.Sigmoid(), torch.nn.AvgPool2d(2, stride=2),
        torch.nn.Flatten(), torch.nn.Linear(400, 120), torch.nn.Sigmoid(),
        torch.nn.Linear(120, 84), torch.nn.Sigmoid(), torch.nn.Linear(84, 10))"""


def vgg():
    parts, c_i = [], 3
    for c_o in (16, "M", 32, "M", 64, 64, "M", 128, 128, "M"):
        if c_o == "M":
            parts.append("torch.nn.MaxPool2d(2, 2)")
        else:
            parts += [f"torch.nn.Conv2d({c_i}, {c_o}, 3, padding=1)", f"torch.nn.BatchNorm2d({c_o})", "torch.nn.ReLU()"]
            c_i = c_o
    head = (
        "torch.nn.AdaptiveAvgPool2d((2, 3)), torch.nn.Flatten(), torch.nn.Linear(768, 256), torch.nn.ReLU(), "
        "torch.nn.Dropout(), torch.nn.Linear(256, 10)"
    )
    return f"torch.nn.Sequential(torch.nn.Sequential({', '.join(parts)}), torch.nn.Sequential({head}))"


def depthwise_separable():
    return """torch.nn.Sequential(
        torch.nn.Conv2d(16, 16, 3, stride=2, padding=1, groups=16, bias=False),
        torch.nn.BatchNorm2d(16), torch.nn.ReLU6(),
        torch.nn.Conv2d(16, 32, 1, bias=False), torch.nn.BatchNorm2d(32), torch.nn.ReLU6())"""


def encoder(options=""):
    return f"torch.nn.TransformerEncoderLayer(16, 4, 32{options})"
