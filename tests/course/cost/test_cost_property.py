"""Any small network of layers one after another costs what torchinfo 1.8.0 says."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import torch
import torchinfo
from hypothesis import given
from hypothesis import strategies as st

from course import cost

COLUMNS = ("input_size", "output_size", "num_params", "mult_adds", "trainable")
Shape = tuple[int, ...]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def per_axis(draw: Draw, axes: int, low: int, high: int) -> int | tuple[int, ...]:
    """Draw one number for all axes, or one for each."""
    number = st.integers(low, high)
    return draw(number | st.tuples(*[number] * axes))


def convolution(draw: Draw, shape: Shape, axes: int) -> str:
    c_i, groups = shape[-axes - 1], draw(st.integers(1, 3))
    groups = groups if c_i % groups == 0 else 1
    kernel = per_axis(draw, axes, 1, min(3, *shape[-axes:]))
    given = f"{c_i}, {groups * draw(st.integers(1, 3))}, {kernel}, groups={groups}, bias={draw(st.booleans())}"
    if draw(st.booleans()):
        return f"torch.nn.Conv{axes}d({given}, padding={draw(st.sampled_from(['same', 'valid']))!r})"
    stride, padding = per_axis(draw, axes, 1, 3), per_axis(draw, axes, 0, 2)
    # Dilated no further than the input reaches.
    dilation = 2 if min(shape[-axes:]) >= 5 and draw(st.booleans()) else 1
    return f"torch.nn.Conv{axes}d({given}, stride={stride}, padding={padding}, dilation={dilation})"


def transposed(draw: Draw, shape: Shape, axes: int) -> str:
    c_i, groups = shape[1], draw(st.integers(1, 3))
    groups = groups if c_i % groups == 0 else 1
    c_o, kernel = groups * draw(st.integers(1, 3)), per_axis(draw, 2, 1, 3)
    given = f"{c_i}, {c_o}, {kernel}, groups={groups}, bias={draw(st.booleans())}"
    # Padding cuts the output; this much leaves some of it, whatever else is drawn.
    most = min(2, (min(shape[-2:]) - 1) // 2)
    stride, padding, dilation = (per_axis(draw, 2, *ends) for ends in ((1, 2), (0, most), (1, 2)))
    added = draw(st.integers(0, 1))
    return (
        f"torch.nn.ConvTranspose2d({given}, stride={stride}, padding={padding}, output_padding={added}, "
        f"dilation={dilation})"
    )


def pool(draw: Draw, shape: Shape, axes: int) -> str:
    kind, kernel = draw(st.sampled_from(["Max", "Avg"])), draw(st.integers(1, min(3, *shape[-axes:])))
    stride, ceil_mode = draw(st.none() | st.integers(1, 3)), draw(st.booleans())
    padding = draw(st.integers(0, kernel // 2))
    return f"torch.nn.{kind}Pool{axes}d({kernel}, {stride}, {padding}, ceil_mode={ceil_mode})"


def normalization(draw: Draw, shape: Shape, axes: int) -> str:
    channels, last, affine = shape[1], shape[-1], draw(st.booleans())
    choices = [
        f"GroupNorm({draw(st.sampled_from([g for g in (1, 2, 3) if channels % g == 0]))}, {channels}, affine={affine})",
        f"LayerNorm({shape[-axes:]}, elementwise_affine={affine}, bias={draw(st.booleans())})",
        f"RMSNorm({last}, elementwise_affine={affine})",
    ]
    if axes:
        choices += [f"{kind}Norm{axes}d({channels}, affine={affine})" for kind in ("Batch", "Instance")]
    return f"torch.nn.{draw(st.sampled_from(choices))}"


def shapeless(draw: Draw, shape: Shape, axes: int) -> str:
    calls = [
        "ReLU()",
        "GELU('tanh')",
        "LeakyReLU(0.1)",
        "Dropout(0.2)",
        "Softmax(dim=-1)",
        "Identity()",
        "Sequential()",
    ]
    return f"torch.nn.{draw(st.sampled_from(calls))}"


def linear(draw: Draw, shape: Shape, axes: int) -> str:
    return f"torch.nn.Linear({shape[-1]}, {draw(st.integers(1, 7))}, bias={draw(st.booleans())})"


def flatten(draw: Draw, shape: Shape, axes: int) -> str:
    return f"torch.nn.Flatten({draw(st.integers(1, len(shape) - 1))})"


def padding(draw: Draw, shape: Shape, axes: int) -> str:
    sides = draw(st.tuples(*[st.integers(0, 2)] * 2 * axes))
    return f"torch.nn.ZeroPad{axes}d({sides})"


def output_shape(module: torch.nn.Module, shape: Shape) -> Shape:
    with torch.no_grad():
        return tuple(module.eval()(torch.zeros(shape)).shape)


@st.composite
def networks(draw: Draw) -> tuple[str, Shape]:
    """Draw the Python that makes a network, and a shape that it takes. Some of the layers are inside another."""
    axes = draw(st.integers(0, 3))
    size = st.integers(1, 9)
    first = shape = draw(st.tuples(st.integers(2, 4), st.integers(1, 6), *[size] * axes))
    lists: list[list[str]] = [[]]
    for _ in range(draw(st.integers(0, 6))):
        spatial = len(shape) - 2
        kinds = [linear, shapeless, normalization, flatten]
        kinds += [convolution, pool, padding] * (spatial > 0)
        kinds += [transposed] * (spatial == 2 and max(shape[2:]) < 20)
        text = draw(st.sampled_from(kinds))(draw, shape, spatial)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                shape = output_shape(eval(text), shape)
        except (RuntimeError, ValueError):
            continue  # A kernel that grew beyond the input; refusals are tested by themselves.
        if draw(st.booleans()):
            lists.append([])
        lists[-1].append(text)
    inner = [f"torch.nn.Sequential({', '.join(part)})" for part in lists[1:]]
    return f"torch.nn.Sequential({', '.join(lists[0] + inner)})", first


@given(networks(), st.data())
def test_a_network_costs_what_torchinfo_says(network, data):
    """Described by its text, and read from its module with some parameters frozen: the tables are equal."""
    text, shape = network
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel")
        module = eval(text)
        described, theirs = cost.summary(text, shape), summarized(module, shape)
        assert tables(described, theirs)
        for parameter in module.parameters():
            parameter.requires_grad_(data.draw(st.booleans()))
        depth = data.draw(st.integers(0, 3))
        assert tables(cost.summary(module, shape), summarized(module, shape, depth), depth)
    assert described.forward_backward_bytes == theirs.total_output_bytes
    assert (described.mult_adds, described.parameters) == (theirs.total_mult_adds, theirs.total_params)


def summarized(module: torch.nn.Module, shape: Shape, depth: int = 3) -> Any:
    return torchinfo.summary(module, shape, col_names=COLUMNS, depth=depth, verbose=0, device="cpu")


def tables(ours: cost.Summary, theirs: Any, depth: int = 3) -> bool:
    header = sys.getsizeof(torch.empty(0).untyped_storage())
    text = ours.text(COLUMNS, depth=depth, storage_header=header)
    assert text == str(theirs).replace("Units.MEGABYTES", "M")
    return True
