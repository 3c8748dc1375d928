"""ONNX's operators, said with the layers of ``course.functional``: other names, other orders, the same arithmetic.

An operator's function gives its outputs in ONNX's order, None for one that the layer does not have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course import functional as F

Outputs = tuple[np.ndarray | None, ...]
Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Node:
    """An operator: inputs by position, None where one is left out, attributes by name, names of outputs, "" for none."""

    inputs: tuple[Any, ...]
    attributes: dict[str, Any]
    outputs: tuple[str, ...]

    def input(self, position: int) -> Any:
        return self.inputs[position] if position < len(self.inputs) else None

    def get(self, name: str, default: Any) -> Any:
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value


class NotMapped(Exception):
    """PyTorch has no such option."""


def refuse(unmapped: object, reason: str) -> None:
    if unmapped:
        raise NotMapped(reason)


def run(operator: str, node: Node) -> Outputs:
    """Give the outputs of a node, as far as our layer has them."""
    return OPERATORS[operator](node)


@dataclass(frozen=True, slots=True)
class Windows:
    """Kernel, strides, dilations and the two pads of each spatial axis, with ``auto_pad`` worked out."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, node: Node, input: Array, kernel: Sequence[int]) -> Windows:
        axes = len(kernel)
        stride = tuple(node.get("strides", [1] * axes))
        dilation = tuple(node.get("dilations", [1] * axes))
        auto = node.get("auto_pad", "NOTSET")
        if auto.startswith("SAME"):
            pads = []
            for size, k, s, d in zip(input.shape[2:], kernel, stride, dilation, strict=True):
                total = max((math.ceil(size / s) - 1) * s + d * (k - 1) + 1 - size, 0)
                less, more = total // 2, total - total // 2
                pads.append((less, more) if auto == "SAME_UPPER" else (more, less))
        else:
            flat = node.get("pads", [0] * 2 * axes)
            pads = list(zip(flat[:axes], flat[axes:], strict=True))
        return cls(tuple(kernel), stride, dilation, tuple(pads))

    def even(self) -> bool:
        """Whether PyTorch has this padding: as much behind as in front."""
        return all(front == back for front, back in self.pads)

    def poolable(self) -> bool:
        """Whether PyTorch's pools take this padding: at most half a window, too."""
        return self.even() and all(2 * front <= k for (front, _), k in zip(self.pads, self.kernel, strict=True))

    def padding(self) -> tuple[int, ...]:
        return tuple(front for front, _ in self.pads)

    def pad(self, input: Array, value: float) -> Array:
        return F.pad(input, [amount for ends in reversed(self.pads) for amount in ends], value=value)


def conv(node: Node) -> Outputs:
    input, weight = node.inputs[:2]
    windows = Windows.of(node, input, weight.shape[2:])
    padding = windows.padding()
    if not windows.even():
        input, padding = windows.pad(input, 0), 0
    layer = (F.conv1d, F.conv2d, F.conv3d)[weight.ndim - 3]
    return (layer(input, weight, node.input(2), windows.stride, padding, windows.dilation, node.get("group", 1)),)


def conv_transpose(node: Node) -> Outputs:
    input, weight = node.inputs[:2]
    refuse(weight.ndim != 4, "of the transposed convolutions, course.functional has the one of images")
    stride, dilation = node.get("strides", [1, 1]), node.get("dilations", [1, 1])
    added, pads, shape = node.get("output_padding", [0, 0]), node.get("pads", [0] * 4), node.get("output_shape", None)
    if node.get("auto_pad", "NOTSET").startswith("SAME"):
        shape = [size * s for size, s in zip(input.shape[2:], stride, strict=True)]
    if shape is not None:  # as much is added or cut off as it takes; the odd one is cut off behind
        along = zip(input.shape[2:], weight.shape[2:], stride, dilation, shape, strict=True)
        surplus = [(size - 1) * s + d * (k - 1) + 1 - wanted for size, k, s, d, wanted in along]
        added, cut = [max(-n, 0) for n in surplus], [max(n, 0) for n in surplus]
        pads = [*(n // 2 for n in cut), *(n - n // 2 for n in cut)]
    front, back = pads[:2], pads[2:]
    even = front == back
    options = (stride, front if even else 0, added, node.get("group", 1), dilation)
    output = F.conv_transpose2d(input, weight, node.input(2), *options)
    if not even:  # PyTorch cuts off as much behind as in front
        ends = zip(front, back, output.shape[2:], strict=True)
        output = output[..., *(slice(f, size - b) for f, b, size in ends)]
    return (output,)


def max_pool(node: Node) -> Outputs:
    (input,) = node.inputs
    windows = Windows.of(node, input, node.get("kernel_shape", None))
    shape, padding = input.shape, windows.padding()
    if not windows.poolable():
        refuse(
            len(node.outputs) > 1 or node.get("ceil_mode", 0), "positions and rounding up need PyTorch's own padding"
        )
        input, padding = windows.pad(input, -math.inf), 0
    layer = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[input.ndim - 3]
    ceil_mode = bool(node.get("ceil_mode", 0))
    options = (windows.kernel, windows.stride, padding, windows.dilation, ceil_mode)
    if len(node.outputs) == 1:
        return (layer(input, *options),)
    output, indices = layer(input, *options, return_indices=True)
    # PyTorch counts within a channel, ONNX through the whole array, by columns where storage_order is 1
    order = "F" if node.get("storage_order", 0) else "C"
    planes = np.arange(math.prod(shape[:2])).reshape(shape[:2] + (1,) * (input.ndim - 2))
    places = np.ravel_multi_index(np.unravel_index(indices, shape[2:]), shape[2:], order=order)
    return output, places + planes * math.prod(shape[2:])


def average_pool(node: Node) -> Outputs:
    (input,) = node.inputs
    windows = Windows.of(node, input, node.get("kernel_shape", None))
    refuse(set(windows.dilation) != {1}, "PyTorch's average pools have no dilation")
    layer = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[input.ndim - 3]
    ceil_mode, counted = bool(node.get("ceil_mode", 0)), bool(node.get("count_include_pad", 0))
    if windows.poolable():
        return (layer(input, windows.kernel, windows.stride, windows.padding(), ceil_mode, counted),)
    refuse(ceil_mode, "rounding up needs PyTorch's own padding")
    output = layer(windows.pad(input, 0), windows.kernel, windows.stride)
    if not counted:
        # ONNX divides by the positions in the image only
        real = np.pad(np.ones(input.shape[2:], input.dtype), windows.pads)
        steps = tuple(slice(None, None, s) for s in windows.stride)
        output = output / sliding_window_view(real, windows.kernel)[steps].mean(axis=tuple(range(-real.ndim, 0)))
    return (output,)


def global_average_pool(node: Node) -> Outputs:
    return (F.adaptive_avg_pool2d(node.inputs[0], 1),)


def batch_normalization(node: Node) -> Outputs:
    input, weight, bias, mean, var = node.inputs
    training, keep, eps = bool(node.get("training_mode", 0)), node.get("momentum", 0.9), node.get("epsilon", 1e-5)
    new_mean, new_var = mean.copy(), var.copy()
    output = F.batch_norm(input, new_mean, new_var, weight, bias, training, 1 - keep, eps)
    # ONNX keeps the variance of the n values, PyTorch the estimate, which is n / (n - 1) times as large
    n = input.size // input.shape[1]
    return output, new_mean, (keep * var + (new_var - keep * var) * (n - 1) / n).astype(var.dtype)


def layer_normalization(node: Node) -> Outputs:
    input, weight = node.inputs[:2]
    shape = input.shape[node.get("axis", -1) :]
    return F.layer_norm(input, shape, weight, node.input(2), node.get("epsilon", 1e-5)), None, None


def rms_normalization(node: Node) -> Outputs:
    input, weight = node.inputs
    return (F.rms_norm(input, input.shape[node.get("axis", -1) :], weight, node.get("epsilon", 1e-5)),)


def instance_normalization(node: Node) -> Outputs:
    input, weight, bias = node.inputs
    return (F.instance_norm(input, weight=weight, bias=bias, eps=node.get("epsilon", 1e-5)),)


def group_normalization(node: Node) -> Outputs:
    input, weight, bias = node.inputs
    return (F.group_norm(input, node.get("num_groups", None), weight, bias, node.get("epsilon", 1e-5)),)


def swish(node: Node) -> Outputs:
    refuse(node.get("alpha", 1.0) != 1, "PyTorch's silu has no alpha")
    return (F.silu(node.inputs[0]),)


def cross_entropy(node: Node) -> Outputs:
    input, target = node.inputs[:2]
    options = {"ignore_index": node.get("ignore_index", -100), "reduction": node.get("reduction", "mean")}
    return np.asarray(F.cross_entropy(input, target, node.input(2), **options)), F.log_softmax(input, 1)


def dropout(node: Node) -> Outputs:
    ratio, training = node.input(1), node.input(2)
    p = node.get("ratio", 0.5) if ratio is None else float(ratio)
    refuse(training is not None and training and p > 0, "what is dropped depends on the generator")
    return F.dropout(node.inputs[0], p, training is not None and bool(training)), None


def gemm(node: Node) -> Outputs:
    a, b, c = node.inputs[0], node.inputs[1], node.input(2)
    input = a.T if node.get("transA", 0) else a
    weight = b if node.get("transB", 0) else b.T
    if c is not None:
        # one bias for each output feature; reshaping refuses one for each sample
        c = np.broadcast_to(c.reshape(-1), len(weight)) * c.dtype.type(node.get("beta", 1.0))
    return (F.linear(input, weight * b.dtype.type(node.get("alpha", 1.0)), c),)


def gather(node: Node) -> Outputs:
    data, indices = node.inputs
    axis = node.get("axis", 0) % data.ndim
    table = np.moveaxis(data, axis, 0)
    rows = F.embedding(indices, table.reshape(len(table), -1)).reshape(indices.shape + table.shape[1:])
    # the axes of the indices are where the axis was
    return (np.moveaxis(rows, range(indices.ndim), range(axis, axis + indices.ndim)),)


def pad(node: Node) -> Outputs:
    input, flat = node.inputs[:2]
    value, axes = node.input(2), node.input(3)
    axes = range(input.ndim) if axes is None else [axis % input.ndim for axis in axes.tolist()]
    ends = dict(zip(axes, flat.reshape(2, -1).T.tolist(), strict=True))
    padded = [ends.get(axis, [0, 0]) for axis in range(input.ndim)]
    while padded[0] == [0, 0]:  # PyTorch counts from the last axis, and leaves out those in front
        del padded[0]
    mode = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}[node.get("mode", "")]
    amounts = [amount for pair in reversed(padded) for amount in pair]
    return (F.pad(input, amounts, mode, None if value is None else value.item()),)


def attention(node: Node) -> Outputs:
    query, key, value = node.inputs[:3]
    mask, past_key, past_value = node.input(3), node.input(4), node.input(5)
    refuse(node.input(6) is not None, "PyTorch has no count of valid keys")
    refuse(node.get("softcap", 0.0), "PyTorch has no soft cap")
    refuse(max(node.get("left_window_size", -1), node.get("right_window_size", -1)) >= 0, "PyTorch has no window")
    merged = query.ndim == 3
    if merged:
        heads = node.get("q_num_heads", None), node.get("kv_num_heads", None), node.get("kv_num_heads", None)
        query, key, value = map(_split_heads, (query, key, value), heads)
    if past_key is not None:
        key, value = np.concatenate([past_key, key], axis=2), np.concatenate([past_value, value], axis=2)
    is_causal = bool(node.get("is_causal", 0))
    if is_causal and (mask is not None or past_key is not None):
        # PyTorch takes a mask or is_causal, and its first query never sees a past
        past = 0 if past_key is None else past_key.shape[2]
        seen = np.tri(query.shape[2], key.shape[2], past, dtype=bool)
        mask = seen if mask is None else seen & mask if mask.dtype == bool else np.where(seen, mask, -np.inf)
        is_causal = False
    output = F.scaled_dot_product_attention(
        query, key, value, mask, is_causal=is_causal, scale=node.get("scale", None), enable_gqa=True
    )
    if merged:
        output = output.swapaxes(1, 2).reshape(output.shape[0], output.shape[2], -1)
    return output, key, value, None


def _split_heads(input: Array, heads: int) -> Array:
    n, length, features = input.shape
    return input.reshape(n, length, heads, features // heads).swapaxes(1, 2)


def _plain(layer: Callable[[Array], Array]) -> Callable[[Node], Outputs]:
    return lambda node: (layer(node.inputs[0]),)


OPERATORS: dict[str, Callable[[Node], Outputs]] = {
    "Attention": attention,
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalization,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Dropout": dropout,
    "Gather": gather,
    "Gelu": lambda node: (F.gelu(node.inputs[0], node.get("approximate", "none")),),
    "Gemm": gemm,
    "GlobalAveragePool": global_average_pool,
    "GroupNormalization": group_normalization,
    "HardSwish": _plain(F.hardswish),
    "InstanceNormalization": instance_normalization,
    "LayerNormalization": layer_normalization,
    "LeakyRelu": lambda node: (F.leaky_relu(node.inputs[0], node.get("alpha", 0.01)),),
    "LogSoftmax": lambda node: (F.log_softmax(node.inputs[0], node.get("axis", -1)),),
    "MaxPool": max_pool,
    "Pad": pad,
    "RMSNormalization": rms_normalization,
    "Relu": _plain(F.relu),
    "Sigmoid": _plain(F.sigmoid),
    "Softmax": lambda node: (F.softmax(node.inputs[0], node.get("axis", -1)),),
    "SoftmaxCrossEntropyLoss": cross_entropy,
    "Swish": swish,
    "Tanh": _plain(F.tanh),
}
