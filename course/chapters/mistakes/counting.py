"""Wrong versions of chapter 15: Linear, ReLU, Flatten and Sequential. Each stands on NumPy alone."""

# ruff: noqa: D101, D102 - the misconception that holds it says what it is

import numpy as np


class LinearTransposed:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(in_features, out_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = self.input.T @ grad_output
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight.T

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearWithoutBias:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearPilesUp:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None
        self.grad_weight, self.grad_bias = np.zeros((out_features, in_features)), np.zeros(out_features)

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight += grad_output.T @ self.input
        self.grad_bias += grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearKeepsFirst:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None
        self.input = None

    def forward(self, input):
        if self.input is None:
            self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearMean:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input / len(grad_output)
        self.grad_bias = grad_output.mean(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearBiasNotSummed:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = grad_output
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class LinearListsNone:
    def __init__(self, in_features, out_features, bias=True, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = rng.normal(size=(out_features, in_features))
        self.bias = rng.normal(size=out_features) if bias else None

    def forward(self, input):
        self.input = input
        return input @ self.weight.T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        self.grad_weight = grad_output.T @ self.input
        self.grad_bias = None if self.bias is None else grad_output.sum(axis=0)
        return grad_output @ self.weight

    def parameters(self):
        return [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight, self.grad_bias]


class ReluPassesAll:
    def forward(self, input):
        return np.maximum(input, 0)

    def backward(self, grad_output):
        return grad_output

    def parameters(self):
        return []

    def gradients(self):
        return []


class ReluCutsGradient:
    def forward(self, input):
        return np.maximum(input, 0)

    def backward(self, grad_output):
        return np.maximum(grad_output, 0)

    def parameters(self):
        return []

    def gradients(self):
        return []


class ReluZeroPasses:
    def forward(self, input):
        self.passed = input >= 0
        return np.maximum(input, 0)

    def backward(self, grad_output):
        return grad_output * self.passed

    def parameters(self):
        return []

    def gradients(self):
        return []


class ReluInPlace:
    def forward(self, input):
        input[input < 0] = 0
        self.output = input
        return input

    def backward(self, grad_output):
        return grad_output * (self.output > 0)

    def parameters(self):
        return []

    def gradients(self):
        return []


class FlattenBatch:
    def forward(self, input):
        self.shape = input.shape
        return input.reshape(1, -1)

    def backward(self, grad_output):
        return grad_output.reshape(self.shape)

    def parameters(self):
        return []

    def gradients(self):
        return []


class FlattenChannelsLast:
    def forward(self, input):
        self.moved = np.moveaxis(input, 1, -1).shape
        return np.moveaxis(input, 1, -1).reshape(len(input), -1)

    def backward(self, grad_output):
        return np.moveaxis(grad_output.reshape(self.moved), -1, 1)

    def parameters(self):
        return []

    def gradients(self):
        return []


class FlattenKeepsChannels:
    def forward(self, input):
        self.shape = input.shape
        return input.reshape(*input.shape[:2], -1) if input.ndim > 2 else input

    def backward(self, grad_output):
        return grad_output.reshape(self.shape)

    def parameters(self):
        return []

    def gradients(self):
        return []


class FlattenStaysFlat:
    def forward(self, input):
        return input.reshape(len(input), -1)

    def backward(self, grad_output):
        return grad_output

    def parameters(self):
        return []

    def gradients(self):
        return []


class SequentialForwardOrder:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, input):
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        for layer in self.layers:
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        return [array for layer in self.layers for array in layer.parameters()]

    def gradients(self):
        return [array for layer in self.layers for array in layer.gradients()]


class SequentialSameGradient:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, input):
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        grad_input = grad_output
        for layer in reversed(self.layers):
            grad_input = layer.backward(grad_output)
        return grad_input

    def parameters(self):
        return [array for layer in self.layers for array in layer.parameters()]

    def gradients(self):
        return [array for layer in self.layers for array in layer.gradients()]


class SequentialGradientsReversed:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, input):
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        self.collected = []
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
            self.collected += layer.gradients()
        return grad_output

    def parameters(self):
        return [array for layer in self.layers for array in layer.parameters()]

    def gradients(self):
        return self.collected


class SequentialStopsEarly:
    def __init__(self, *layers):
        self.layers = layers[:-1]

    def forward(self, input):
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        return [array for layer in self.layers for array in layer.parameters()]

    def gradients(self):
        return [array for layer in self.layers for array in layer.gradients()]


class SequentialNestsLists:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, input):
        for layer in self.layers:
            input = layer.forward(input)
        return input

    def backward(self, grad_output):
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        return [layer.parameters() for layer in self.layers]

    def gradients(self):
        return [layer.gradients() for layer in self.layers]
