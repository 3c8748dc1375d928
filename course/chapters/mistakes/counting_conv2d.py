"""Wrong versions of chapter 15: Conv2d. Each stands on NumPy alone."""

# ruff: noqa: D101, D102 - the misconception that holds it says what it is

import numpy as np


class ConvFlipped:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)
        self.weight = np.random.default_rng(rng).normal(size=(out_channels, in_channels, *k))
        self.bias = np.linspace(-1, 1, out_channels) if bias else None

    def places(self):
        h, w = self.weight.shape[2:]
        (s, t), (h_o, w_o) = self.stride, self.out
        for i, j in np.ndindex(h, w):
            yield (h - 1 - i, w - 1 - j), (slice(i, i + s * h_o, s), slice(j, j + t * w_o, t))

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        k, size = self.weight.shape[2:], self.padded.shape[2:]
        self.out = tuple((m - n) // s + 1 for m, n, s in zip(size, k, self.stride, strict=True))
        output = np.zeros((len(input), len(self.weight), *self.out))
        for (i, j), (rows, columns) in self.places():
            output += np.einsum("nchw,oc->nohw", self.padded[:, :, rows, columns], self.weight[:, :, i, j])
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        back, self.grad_weight = np.zeros(self.padded.shape), np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        for (i, j), (rows, columns) in self.places():
            self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, self.padded[:, :, rows, columns])
            back[:, :, rows, columns] += np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j])
        (p, q), (h, w) = self.padding, self.padded.shape[2:]
        return back[:, :, p : h - p, q : w - q]

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class ConvFirstChannel:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)
        self.weight = np.random.default_rng(rng).normal(size=(out_channels, in_channels, *k))
        self.bias = np.linspace(-1, 1, out_channels) if bias else None

    def places(self):
        h, w = self.weight.shape[2:]
        (s, t), (h_o, w_o) = self.stride, self.out
        for i, j in np.ndindex(h, w):
            yield (i, j), (slice(i, i + s * h_o, s), slice(j, j + t * w_o, t))

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        k, size = self.weight.shape[2:], self.padded.shape[2:]
        self.out = tuple((m - n) // s + 1 for m, n, s in zip(size, k, self.stride, strict=True))
        output = np.zeros((len(input), len(self.weight), *self.out))
        for (i, j), (rows, columns) in self.places():
            output += np.einsum("nhw,o->nohw", self.padded[:, 0, rows, columns], self.weight[:, 0, i, j])
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        back, self.grad_weight = np.zeros(self.padded.shape), np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        for (i, j), (rows, columns) in self.places():
            self.grad_weight[:, 0, i, j] = np.einsum("nohw,nhw->o", grad_output, self.padded[:, 0, rows, columns])
            back[:, 0, rows, columns] += np.einsum("nohw,o->nhw", grad_output, self.weight[:, 0, i, j])
        (p, q), (h, w) = self.padding, self.padded.shape[2:]
        return back[:, :, p : h - p, q : w - q]

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class ConvWithoutPadding:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = (0, 0)
        self.weight = np.random.default_rng(rng).normal(size=(out_channels, in_channels, *k))
        self.bias = np.linspace(-1, 1, out_channels) if bias else None

    def places(self):
        h, w = self.weight.shape[2:]
        (s, t), (h_o, w_o) = self.stride, self.out
        for i, j in np.ndindex(h, w):
            yield (i, j), (slice(i, i + s * h_o, s), slice(j, j + t * w_o, t))

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        k, size = self.weight.shape[2:], self.padded.shape[2:]
        self.out = tuple((m - n) // s + 1 for m, n, s in zip(size, k, self.stride, strict=True))
        output = np.zeros((len(input), len(self.weight), *self.out))
        for (i, j), (rows, columns) in self.places():
            output += np.einsum("nchw,oc->nohw", self.padded[:, :, rows, columns], self.weight[:, :, i, j])
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        back, self.grad_weight = np.zeros(self.padded.shape), np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        for (i, j), (rows, columns) in self.places():
            self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, self.padded[:, :, rows, columns])
            back[:, :, rows, columns] += np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j])
        (p, q), (h, w) = self.padding, self.padded.shape[2:]
        return back[:, :, p : h - p, q : w - q]

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class ConvBorderNotCut:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)
        self.weight = np.random.default_rng(rng).normal(size=(out_channels, in_channels, *k))
        self.bias = np.linspace(-1, 1, out_channels) if bias else None

    def places(self):
        h, w = self.weight.shape[2:]
        (s, t), (h_o, w_o) = self.stride, self.out
        for i, j in np.ndindex(h, w):
            yield (i, j), (slice(i, i + s * h_o, s), slice(j, j + t * w_o, t))

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        k, size = self.weight.shape[2:], self.padded.shape[2:]
        self.out = tuple((m - n) // s + 1 for m, n, s in zip(size, k, self.stride, strict=True))
        output = np.zeros((len(input), len(self.weight), *self.out))
        for (i, j), (rows, columns) in self.places():
            output += np.einsum("nchw,oc->nohw", self.padded[:, :, rows, columns], self.weight[:, :, i, j])
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        back, self.grad_weight = np.zeros(self.padded.shape), np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        for (i, j), (rows, columns) in self.places():
            self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, self.padded[:, :, rows, columns])
            back[:, :, rows, columns] += np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j])
        return back

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class ConvOverwrites:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)
        self.weight = np.random.default_rng(rng).normal(size=(out_channels, in_channels, *k))
        self.bias = np.linspace(-1, 1, out_channels) if bias else None

    def places(self):
        h, w = self.weight.shape[2:]
        (s, t), (h_o, w_o) = self.stride, self.out
        for i, j in np.ndindex(h, w):
            yield (i, j), (slice(i, i + s * h_o, s), slice(j, j + t * w_o, t))

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        k, size = self.weight.shape[2:], self.padded.shape[2:]
        self.out = tuple((m - n) // s + 1 for m, n, s in zip(size, k, self.stride, strict=True))
        output = np.zeros((len(input), len(self.weight), *self.out))
        for (i, j), (rows, columns) in self.places():
            output += np.einsum("nchw,oc->nohw", self.padded[:, :, rows, columns], self.weight[:, :, i, j])
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        back, self.grad_weight = np.zeros(self.padded.shape), np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        for (i, j), (rows, columns) in self.places():
            self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, self.padded[:, :, rows, columns])
            back[:, :, rows, columns] = np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j])
        (p, q), (h, w) = self.padding, self.padded.shape[2:]
        return back[:, :, p : h - p, q : w - q]

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class ConvBiasPerPosition:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)
        self.weight = np.random.default_rng(rng).normal(size=(out_channels, in_channels, *k))
        self.bias = np.linspace(-1, 1, out_channels) if bias else None

    def places(self):
        h, w = self.weight.shape[2:]
        (s, t), (h_o, w_o) = self.stride, self.out
        for i, j in np.ndindex(h, w):
            yield (i, j), (slice(i, i + s * h_o, s), slice(j, j + t * w_o, t))

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        k, size = self.weight.shape[2:], self.padded.shape[2:]
        self.out = tuple((m - n) // s + 1 for m, n, s in zip(size, k, self.stride, strict=True))
        output = np.zeros((len(input), len(self.weight), *self.out))
        for (i, j), (rows, columns) in self.places():
            output += np.einsum("nchw,oc->nohw", self.padded[:, :, rows, columns], self.weight[:, :, i, j])
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        back, self.grad_weight = np.zeros(self.padded.shape), np.zeros(self.weight.shape)
        self.grad_bias = grad_output.sum(axis=0)
        for (i, j), (rows, columns) in self.places():
            self.grad_weight[:, :, i, j] = np.einsum("nohw,nchw->oc", grad_output, self.padded[:, :, rows, columns])
            back[:, :, rows, columns] += np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j])
        (p, q), (h, w) = self.padding, self.padded.shape[2:]
        return back[:, :, p : h - p, q : w - q]

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class ConvPilesUp:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, rng=None):
        k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.stride = stride if isinstance(stride, tuple) else (stride, stride)
        self.padding = padding if isinstance(padding, tuple) else (padding, padding)
        self.weight = np.random.default_rng(rng).normal(size=(out_channels, in_channels, *k))
        self.bias = np.linspace(-1, 1, out_channels) if bias else None
        self.grad_weight, self.grad_bias = np.zeros(self.weight.shape), np.zeros(out_channels)

    def places(self):
        h, w = self.weight.shape[2:]
        (s, t), (h_o, w_o) = self.stride, self.out
        for i, j in np.ndindex(h, w):
            yield (i, j), (slice(i, i + s * h_o, s), slice(j, j + t * w_o, t))

    def forward(self, input):
        self.padded = np.pad(input, ((0, 0), (0, 0), (self.padding[0],) * 2, (self.padding[1],) * 2))
        k, size = self.weight.shape[2:], self.padded.shape[2:]
        self.out = tuple((m - n) // s + 1 for m, n, s in zip(size, k, self.stride, strict=True))
        output = np.zeros((len(input), len(self.weight), *self.out))
        for (i, j), (rows, columns) in self.places():
            output += np.einsum("nchw,oc->nohw", self.padded[:, :, rows, columns], self.weight[:, :, i, j])
        return output if self.bias is None else output + self.bias[:, None, None]

    def backward(self, grad_output):
        back = np.zeros(self.padded.shape)
        self.grad_bias += grad_output.sum(axis=(0, 2, 3))
        for (i, j), (rows, columns) in self.places():
            self.grad_weight[:, :, i, j] += np.einsum("nohw,nchw->oc", grad_output, self.padded[:, :, rows, columns])
            back[:, :, rows, columns] += np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, i, j])
        (p, q), (h, w) = self.padding, self.padded.shape[2:]
        return back[:, :, p : h - p, q : w - q]

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]
