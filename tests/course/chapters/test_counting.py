"""Chapter 15 against PyTorch and torchinfo: dressed as a student's answers, they pass every case."""

from types import SimpleNamespace

import pytest
import torch
import torchinfo

import course
from course.calling.here import Here
from course.chapters.counting.setup import Affine
from course.chapters.counting.summary import LENET_5
from course.checking.prepared import Prepared
from course.checking.runner import run
from course.cost import Conv2d as CostOfConv2d
from course.cost import summary as cost

ours = SimpleNamespace(Affine=Affine, **{name: exercise.solution for name, exercise in course.exercises.items()})


class Dressed:
    """A PyTorch module as a student's layer: NumPy in and out, autograd behind backward."""

    weight = bias = None

    def _wear(self, module):
        self.module = module.double()
        for name, tensor in module.named_parameters():
            setattr(self, name, tensor.detach().numpy())

    def _tensors(self):
        return [torch.tensor(array, requires_grad=True) for array in (self.weight, self.bias) if array is not None]

    def forward(self, input):
        self.leaves = [torch.tensor(input, requires_grad=True, dtype=torch.float64), *self._tensors()]
        named = dict(zip(("weight", "bias"), self.leaves[1:], strict=False))
        self.output = torch.func.functional_call(self.module, named, (self.leaves[0],))
        return self.output.detach().numpy()

    def backward(self, grad_output):
        found = torch.autograd.grad(self.output, self.leaves, torch.tensor(grad_output))
        grad_input, *self.found = [gradient.numpy() for gradient in found]
        self.grad_weight, self.grad_bias = (*self.found, None, None)[:2]
        return grad_input

    def parameters(self):
        return [array for array in (self.weight, self.bias) if array is not None]

    def gradients(self):
        return self.found


class Linear(Dressed):
    def __init__(self, in_features, out_features, bias=True):
        self._wear(torch.nn.Linear(in_features, out_features, bias))


class Conv2d(Dressed):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        self._wear(torch.nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=bias))


class ReLU(Dressed):
    def __init__(self):
        self._wear(torch.nn.ReLU())


class MaxPool2d(Dressed):
    def __init__(self, kernel_size, stride=None):
        self._wear(torch.nn.MaxPool2d(kernel_size, stride))


class Flatten(Dressed):
    def __init__(self):
        self._wear(torch.nn.Flatten())


class TorchAffine(torch.nn.Module):
    def __init__(self, weight, bias):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([weight], dtype=torch.float64))
        self.bias = torch.nn.Parameter(torch.tensor([bias], dtype=torch.float64))

    def forward(self, input):
        return self.weight * input + self.bias


def _module(layer):
    """Give PyTorch's module of a layer, of ours or a dressed one, with the layer's numbers."""
    made = getattr(layer, "module", None) or getattr(layer, "made", None) or _made(layer)
    layer.made = made.double()
    for name, tensor in made.named_parameters():
        if name in ("weight", "bias"):
            tensor.data = torch.tensor(getattr(layer, name))
    return made


def _made(layer):
    match layer:
        case ours.Linear():
            return torch.nn.Linear(layer.in_features, layer.out_features)
        case ours.Conv2d():
            sizes = (layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride, layer.padding)
            return torch.nn.Conv2d(*sizes)
        case ours.MaxPool2d():
            return torch.nn.MaxPool2d(layer.kernel_size, layer.stride)
        case ours.Affine():
            return TorchAffine(0.0, 0.0)
    return getattr(torch.nn, type(layer).__name__)()


class Sequential:
    """torch.nn.Sequential of what PyTorch has for each layer."""

    def __init__(self, *layers):
        self.layers = layers
        self.module = torch.nn.Sequential(*map(_module, layers))
        self.seen = [getattr(layer, "weight", None) for layer in layers]

    def forward(self, input):
        self.leaf = torch.tensor(input, requires_grad=True)
        self.output = self.module(self.leaf)
        return self.output.detach().numpy()

    def backward(self, grad_output):
        self.module.zero_grad()
        self.output.backward(torch.tensor(grad_output))
        return grad_output if self.leaf.grad is None else self.leaf.grad.numpy()

    def parameters(self):
        for layer, weight in zip(self.layers, self.seen, strict=True):
            if getattr(layer, "weight", None) is not weight:  # the layer got another array since
                _module(layer)
        return [tensor.detach().numpy() for tensor in self.module.parameters()]

    def gradients(self):
        return [tensor.grad.numpy() for tensor in self.module.parameters()]


def count_parameters(model):
    """Count as PyTorch users do: `parameters` gives every tensor once."""
    return sum(tensor.numel() for tensor in torch.nn.Sequential(*map(_module, model.layers)).parameters())


def summary(model, input_shape):
    """Give torchinfo's own figures, from its rows and from its printed totals."""
    network = torch.nn.Sequential(*map(_module, model.layers)).float()
    told = torchinfo.summary(network, input_shape, verbose=0)
    rows = [
        (
            f"{row.class_name}: {row.depth}-{row.depth_index}",
            tuple(row.output_size),
            0 if row.is_recursive else row.num_params,
            row.macs,
        )
        for row in told.summary_list[1:]
    ]
    printed = dict(line.split(": ") for line in str(told).splitlines() if " (MB): " in line)
    return {
        "rows": rows,
        "total_params": told.total_params,
        "total_mult_adds": told.total_mult_adds,
        "input_mb": float(printed["Input size (MB)"]),
        "forward_backward_mb": float(printed["Forward/backward pass size (MB)"]),
        "params_mb": float(printed["Params size (MB)"]),
        "total_mb": float(printed["Estimated Total Size (MB)"]),
    }


def repair_conv2d_cost(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    layer = torch.nn.Conv2d(input_shape[1], out_channels, kernel_size, stride, padding, groups=groups)
    told = torchinfo.summary(layer, input_shape, verbose=0)
    return told.total_params, told.total_mult_adds


def parameter_shapes(layers):
    """Ask PyTorch's modules; a Conv2d's fourth size is its groups."""
    shapes = []
    for name, *sizes in layers:
        options = {"groups": sizes.pop()} if name == "Conv2d" else {}
        module = getattr(torch.nn, name)(*sizes, **options)
        shapes.append([tuple(tensor.shape) for tensor in module.parameters()])
    return shapes


PYTORCH = [parameter_shapes, Linear, ReLU, Conv2d, MaxPool2d, Flatten, Sequential, count_parameters, repair_conv2d_cost]


@pytest.mark.whole
@pytest.mark.parametrize("answer", PYTORCH, ids=lambda answer: answer.__name__)
def test_pytorch_passes_as_a_student_would(answer, seeds):
    """The reference decides what is right, and PyTorch's own layers agree with it in every case."""
    exercise = course.exercises[answer.__name__]
    assert exercise.chapter == "15_counting"
    for seed in seeds:
        report = run(Prepared(exercise, seed), Here.of(answer, exercise.name, exercise.needs))
        assert report.passed, f"seed {seed}: {report}"
        assert report.largest_difference < 1e-9, f"seed {seed}: {report.largest_difference}"


@pytest.mark.whole
def test_torchinfo_passes_as_a_summary(seeds):
    """Rows and totals of `summary` are those that torchinfo prints."""
    exercise = course.exercises["summary"]
    for seed in seeds:
        report = run(Prepared(exercise, seed), Here.of(summary, "summary", exercise.needs))
        assert report.passed, f"seed {seed}: {report}"


def _network(text):
    """Make the reference's Sequential of one line of text."""
    made = []
    for word in text.split(", "):
        name, *sizes = word.split()
        made.append(getattr(ours, name)(*map(int, sizes)))
    return ours.Sequential(*made)


NAMED = {
    "Linear(10, 5)": ("Linear 10 5", (1, 10)),
    "Conv2d(16, 32, 5)": ("Conv2d 16 32 5 1 2", (1, 16, 100, 100)),
    "LeNet-5": (LENET_5, (1, 1, 28, 28)),
    "LeNet-5, a batch": (LENET_5, (64, 1, 28, 28)),
    "VGG-like": (
        "Conv2d 3 16 3 1 1, ReLU, Conv2d 16 16 3 1 1, ReLU, MaxPool2d 2, Conv2d 16 32 3 1 1, ReLU, Conv2d 32 32 3 1 1, "
        "ReLU, MaxPool2d 2, Conv2d 32 64 3 1 1, ReLU, MaxPool2d 2, Flatten, Linear 1024 128, ReLU, Linear 128 10",
        (2, 3, 32, 32),
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_summary_has_torchinfos_figures_for_the_networks_of_the_course(name):
    """To the digit: every row, every total."""
    text, shape = NAMED[name]
    model = _network(text)
    assert ours.summary(model, shape) == summary(model, shape)


def test_the_seeds_convolution_has_its_figures():
    """12,832 parameters, 128.32 M mult-adds, 0.64, 2.56, 0.05 and 3.25 MB."""
    told = ours.summary(_network("Conv2d 16 32 5 1 2"), (1, 16, 100, 100))
    assert told["total_params"] == 12_832
    assert told["total_mult_adds"] == 128_320_000
    assert [value for key, value in told.items() if key.endswith("mb")] == [0.64, 2.56, 0.05, 3.25]
    assert told["total_mult_adds"] == cost(CostOfConv2d(16, 32, 5, padding=2), (1, 16, 100, 100)).mult_adds
