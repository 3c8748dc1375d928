"""Layers as objects: what chapters 15 and 16 build networks of. They keep what their gradients need."""

from __future__ import annotations

import numpy as np


def pair(value):
    """Give two numbers for one, and a pair as it is.

    Examples
    --------
    >>> pair(3), pair((3, 2))
    ((3, 3), (3, 2))
    """
    return value if isinstance(value, tuple) else (value, value)


class Affine:
    """Multiply by one number and add another: the layer that the lesson shows as a model."""

    def __init__(self, weight, bias):
        self.weight = np.array([weight])
        self.bias = np.array([bias])

    def forward(self, input):
        """Give the output, and keep the input."""
        self.kept = input
        return self.weight * input + self.bias

    def backward(self, grad_output):
        """Give grad_input, and keep the gradients of weight and bias."""
        self.grad_weight = np.array([(grad_output * self.kept).sum()])
        self.grad_bias = np.array([grad_output.sum()])
        return grad_output * self.weight

    def parameters(self):
        """Give the arrays that training changes."""
        return [self.weight, self.bias]

    def gradients(self):
        """Give their gradients, in the same order."""
        return [self.grad_weight, self.grad_bias]


class Linear:
    """A weighted sum of all features, for samples in rows."""

    def __init__(self, in_features, out_features, bias=True, rng=None):
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng(rng)
        bound = 1 / np.sqrt(in_features)
        self.weight = rng.uniform(-bound, bound, size=(out_features, in_features))
        self.bias = rng.uniform(-bound, bound, size=out_features) if bias else None

    def forward(self, input):
        """Give the output, and keep the input."""
        self.input = input
        output = input @ self.weight.T
        return output if self.bias is None else output + self.bias

    def backward(self, grad_output):
        """Give grad_input, and keep the gradients of weight and bias."""
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = None if self.bias is None else grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        """Give the arrays that training changes."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        """Give their gradients, in the same order."""
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class ReLU:
    """Cut off below zero."""

    def forward(self, input):
        """Give the output, and keep where the input was above zero."""
        self.positive = input > 0
        return np.maximum(input, 0)

    def backward(self, grad_output):
        """Let through what was above zero."""
        return grad_output * self.positive

    def parameters(self):
        """Give no arrays: nothing here is trained."""
        return []

    def gradients(self):
        """Give none either."""
        return []


class Conv2d:
    """Cross-correlation with a kernel for each output channel."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = pair(kernel_size), pair(stride), pair(padding)
        rng = np.random.default_rng(rng)
        shape = (out_channels, in_channels, *self.kernel_size)
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        self.weight = rng.uniform(-bound, bound, size=shape)
        self.bias = rng.uniform(-bound, bound, size=out_channels) if bias else None

    def forward(self, input):
        """Give the output, and keep the padded input."""
        (p_h, p_w), (k_h, k_w), (s_h, s_w) = self.padding, self.kernel_size, self.stride
        self.padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
        h_o = (self.padded.shape[2] - k_h) // s_h + 1
        w_o = (self.padded.shape[3] - k_w) // s_w + 1
        output = np.zeros((len(input), self.out_channels, h_o, w_o))
        for i in range(k_h):
            for j in range(k_w):
                seen = self.padded[:, :, i : i + s_h * h_o : s_h, j : j + s_w * w_o : s_w]
                output += np.einsum("nchw,oc->nohw", seen, self.weight[:, :, i, j], optimize=True)
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        """Give grad_input, and keep the gradients of weight and bias."""
        (p_h, p_w), (k_h, k_w), (s_h, s_w) = self.padding, self.kernel_size, self.stride
        h_o, w_o = grad_output.shape[2:]
        grad_padded = np.zeros(self.padded.shape)
        self.grad_weight = np.zeros(self.weight.shape)
        self.grad_bias = None if self.bias is None else grad_output.sum(axis=(0, 2, 3))
        for i in range(k_h):
            for j in range(k_w):
                rows, columns = slice(i, i + s_h * h_o, s_h), slice(j, j + s_w * w_o, s_w)
                seen = self.padded[:, :, rows, columns]
                self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, seen, optimize=True)
                back = np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j], optimize=True)
                grad_padded[:, :, rows, columns] += back
        h, w = self.padded.shape[2:]
        return grad_padded[:, :, p_h : h - p_h, p_w : w - p_w]

    def parameters(self):
        """Give the arrays that training changes."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        """Give their gradients, in the same order."""
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class MaxPool2d:
    """The largest value of each window, channel by channel."""

    def __init__(self, kernel_size, stride=None):
        self.kernel_size = pair(kernel_size)
        self.stride = self.kernel_size if stride is None else pair(stride)

    def forward(self, input):
        """Give the output, and keep which place of each window won."""
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        self.shape = input.shape
        h_o = (input.shape[2] - k_h) // s_h + 1
        w_o = (input.shape[3] - k_w) // s_w + 1
        places = []
        for i in range(k_h):
            for j in range(k_w):
                places.append(input[:, :, i : i + s_h * h_o : s_h, j : j + s_w * w_o : s_w])
        windows = np.stack(places, axis=-1)
        self.winner = windows.argmax(axis=-1)
        return windows.max(axis=-1)

    def backward(self, grad_output):
        """Send each gradient to the place that won."""
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = grad_output.shape[2:]
        grad_input = np.zeros(self.shape)
        for i in range(k_h):
            for j in range(k_w):
                won = self.winner == i * k_w + j
                grad_input[:, :, i : i + s_h * h_o : s_h, j : j + s_w * w_o : s_w] += grad_output * won
        return grad_input

    def parameters(self):
        """Give no arrays: nothing here is trained."""
        return []

    def gradients(self):
        """Give none either."""
        return []


class Flatten:
    """Lay out each sample as one row."""

    def forward(self, input):
        """Give the output, and keep the input's shape."""
        self.shape = input.shape
        return input.reshape(len(input), -1)

    def backward(self, grad_output):
        """Fold the rows up again."""
        return grad_output.reshape(self.shape)

    def parameters(self):
        """Give no arrays: nothing here is trained."""
        return []

    def gradients(self):
        """Give none either."""
        return []


class Sequential:
    """Layers one after another. It is a layer itself."""

    def __init__(self, *layers):
        self.layers = layers

    def forward(self, input):
        """Hand each layer's output to the next."""
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        """Hand each layer's grad_input to the one before."""
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        """Give the parameters of all layers, in their order."""
        return [array for layer in self.layers for array in layer.parameters()]

    def gradients(self):
        """Give their gradients, in the same order."""
        return [array for layer in self.layers for array in layer.gradients()]


def count_parameters(model):
    """Count the trained numbers of a model. An array that comes several times counts once."""
    arrays = {id(array): array for array in model.parameters()}
    return sum(array.size for array in arrays.values())


def summary(model, input_shape):
    """Count what a Sequential costs, layer by layer, as torchinfo does."""
    x = np.zeros(input_shape)
    numbers, rows, seen = x.size, [], set()
    for position, layer in enumerate(model.layers, start=1):
        x = layer.forward(x)
        num_params = sum(array.size for array in layer.parameters())
        positions = x.shape[0] * x[0, 0].size if x.ndim == 4 else x.shape[0]
        kept = 0 if id(layer) in seen else num_params
        seen.add(id(layer))
        rows.append((f"{type(layer).__name__}: 1-{position}", x.shape, kept, num_params * positions, x.size))
    total_params = sum(row[2] for row in rows)
    outputs = sum(row[4] for row in rows if row[3])
    sizes = {"input_mb": 4 * numbers, "forward_backward_mb": 2 * 4 * outputs, "params_mb": 4 * total_params}
    sizes["total_mb"] = sum(sizes.values())
    return {
        "rows": [row[:4] for row in rows],
        "total_params": total_params,
        "total_mult_adds": sum(row[3] for row in rows),
        **{name: round(size / 1e6, 2) for name, size in sizes.items()},
    }
