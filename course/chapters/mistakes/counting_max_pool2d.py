"""Wrong versions of chapter 15: MaxPool2d. Each stands on NumPy alone."""

# ruff: noqa: D101, D102 - the misconception that holds it says what it is

import numpy as np


class PoolStrideOne:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = 1 if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)

    def windows(self, array):
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = (array.shape[2] - k_h) // s_h + 1, (array.shape[3] - k_w) // s_w + 1
        for i, j in np.ndindex(h_o, w_o):
            yield i, j, array[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]

    def forward(self, input):
        self.input = input
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        output = np.zeros((*input.shape[:2], (input.shape[2] - k_h) // s_h + 1, (input.shape[3] - k_w) // s_w + 1))
        for i, j, window in self.windows(input):
            output[:, :, i, j] = window.max(axis=(2, 3))
        return output

    def backward(self, grad_output):
        grad_input = np.zeros(self.input.shape)
        for (i, j, window), (_, _, back) in zip(self.windows(self.input), self.windows(grad_input), strict=True):
            flat = window.reshape(*window.shape[:2], -1)
            winner = np.arange(flat.shape[-1]) == flat.argmax(axis=-1)[..., None]
            back += grad_output[:, :, i, j, None, None] * winner.reshape(window.shape)
        return grad_input

    def parameters(self):
        return []

    def gradients(self):
        return []


class PoolEveryTie:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = self.kernel_size if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)

    def windows(self, array):
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = (array.shape[2] - k_h) // s_h + 1, (array.shape[3] - k_w) // s_w + 1
        for i, j in np.ndindex(h_o, w_o):
            yield i, j, array[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]

    def forward(self, input):
        self.input = input
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        output = np.zeros((*input.shape[:2], (input.shape[2] - k_h) // s_h + 1, (input.shape[3] - k_w) // s_w + 1))
        for i, j, window in self.windows(input):
            output[:, :, i, j] = window.max(axis=(2, 3))
        return output

    def backward(self, grad_output):
        grad_input = np.zeros(self.input.shape)
        for (i, j, window), (_, _, back) in zip(self.windows(self.input), self.windows(grad_input), strict=True):
            winner = window == window.max(axis=(2, 3), keepdims=True)
            back += grad_output[:, :, i, j, None, None] * winner
        return grad_input

    def parameters(self):
        return []

    def gradients(self):
        return []


class PoolLastTie:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = self.kernel_size if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)

    def windows(self, array):
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = (array.shape[2] - k_h) // s_h + 1, (array.shape[3] - k_w) // s_w + 1
        for i, j in np.ndindex(h_o, w_o):
            yield i, j, array[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]

    def forward(self, input):
        self.input = input
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        output = np.zeros((*input.shape[:2], (input.shape[2] - k_h) // s_h + 1, (input.shape[3] - k_w) // s_w + 1))
        for i, j, window in self.windows(input):
            output[:, :, i, j] = window.max(axis=(2, 3))
        return output

    def backward(self, grad_output):
        grad_input = np.zeros(self.input.shape)
        for (i, j, window), (_, _, back) in zip(self.windows(self.input), self.windows(grad_input), strict=True):
            flat = window.reshape(*window.shape[:2], -1)
            winner = np.arange(flat.shape[-1]) == flat.shape[-1] - 1 - flat[..., ::-1].argmax(axis=-1)[..., None]
            back += grad_output[:, :, i, j, None, None] * winner.reshape(window.shape)
        return grad_input

    def parameters(self):
        return []

    def gradients(self):
        return []


class PoolSpreads:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = self.kernel_size if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)

    def windows(self, array):
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = (array.shape[2] - k_h) // s_h + 1, (array.shape[3] - k_w) // s_w + 1
        for i, j in np.ndindex(h_o, w_o):
            yield i, j, array[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]

    def forward(self, input):
        self.input = input
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        output = np.zeros((*input.shape[:2], (input.shape[2] - k_h) // s_h + 1, (input.shape[3] - k_w) // s_w + 1))
        for i, j, window in self.windows(input):
            output[:, :, i, j] = window.max(axis=(2, 3))
        return output

    def backward(self, grad_output):
        grad_input = np.zeros(self.input.shape)
        for (i, j, window), (_, _, back) in zip(self.windows(self.input), self.windows(grad_input), strict=True):
            back += grad_output[:, :, i, j, None, None] / window[0, 0].size
        return grad_input

    def parameters(self):
        return []

    def gradients(self):
        return []


class PoolOverwrites:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = self.kernel_size if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)

    def windows(self, array):
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = (array.shape[2] - k_h) // s_h + 1, (array.shape[3] - k_w) // s_w + 1
        for i, j in np.ndindex(h_o, w_o):
            yield i, j, array[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]

    def forward(self, input):
        self.input = input
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        output = np.zeros((*input.shape[:2], (input.shape[2] - k_h) // s_h + 1, (input.shape[3] - k_w) // s_w + 1))
        for i, j, window in self.windows(input):
            output[:, :, i, j] = window.max(axis=(2, 3))
        return output

    def backward(self, grad_output):
        grad_input = np.zeros(self.input.shape)
        for (i, j, window), (_, _, back) in zip(self.windows(self.input), self.windows(grad_input), strict=True):
            flat = window.reshape(*window.shape[:2], -1)
            winner = np.arange(flat.shape[-1]) == flat.argmax(axis=-1)[..., None]
            np.copyto(back, grad_output[:, :, i, j, None, None], where=winner.reshape(window.shape))
        return grad_input

    def parameters(self):
        return []

    def gradients(self):
        return []


class PoolIncomplete:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        stride = self.kernel_size if stride is None else stride
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)

    def windows(self, array):
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = -(-(array.shape[2] - k_h) // s_h) + 1, -(-(array.shape[3] - k_w) // s_w) + 1
        for i, j in np.ndindex(h_o, w_o):
            yield i, j, array[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w]

    def forward(self, input):
        self.input = input
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        h_o, w_o = -(-(input.shape[2] - k_h) // s_h) + 1, -(-(input.shape[3] - k_w) // s_w) + 1
        output = np.zeros((*input.shape[:2], h_o, w_o))
        for i, j, window in self.windows(input):
            output[:, :, i, j] = window.max(axis=(2, 3))
        return output

    def backward(self, grad_output):
        grad_input = np.zeros(self.input.shape)
        for (i, j, window), (_, _, back) in zip(self.windows(self.input), self.windows(grad_input), strict=True):
            flat = window.reshape(*window.shape[:2], -1)
            winner = np.arange(flat.shape[-1]) == flat.argmax(axis=-1)[..., None]
            back += grad_output[:, :, i, j, None, None] * winner.reshape(window.shape)
        return grad_input

    def parameters(self):
        return []

    def gradients(self):
        return []
