"""Right answers of chapter 15 in other styles: inherited, closed over, by einsum, by windows, by formulas."""

# ruff: noqa: NPY002, RUF017 - a student writes so, too

import collections
import functools
import itertools
import math

import numpy as np

from course.functional import conv2d, conv2d_backward, linear_backward, max_pool2d


class WithoutParameters:
    def parameters(self):
        return []

    def gradients(self):
        return []


class WithParameters:
    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]

    def gradients(self):
        return [g for g in (self.grad_weight, self.grad_bias) if g is not None]


class LinearByEinsum(WithParameters):
    def __init__(self, c_i, c_o, bias=True):
        self.weight = np.random.normal(size=(c_o, c_i))
        self.bias = np.zeros(c_o) if bias else None

    def forward(self, x):
        self.x = x.copy()
        return np.einsum("ni,oi->no", x, self.weight) + (0 if self.bias is None else self.bias)

    def backward(self, g):
        self.grad_weight = np.einsum("no,ni->oi", g, self.x)
        self.grad_bias = np.einsum("no->o", g) if self.bias is not None else None
        return np.einsum("no,oi->ni", g, self.weight)


class LinearByTheCourse(WithParameters):
    def __init__(self, in_features, out_features, bias=True, seed=3):
        self.weight = np.random.default_rng(seed).random((out_features, in_features))
        self.bias = np.random.default_rng(seed).random(out_features) if bias else None

    def forward(self, input):
        self.inputs = [input]
        return (self.weight @ input.T).T + (0 if self.bias is None else self.bias)

    def backward(self, grad_output):
        grad_input, self.grad_weight, grad_bias = linear_backward(grad_output, self.inputs.pop(), self.weight)
        self.grad_bias = None if self.bias is None else grad_bias
        return grad_input


class LinearInFloat32(WithParameters):
    def __init__(self, in_features, out_features, bias=True):
        self.weight = np.arange(out_features * in_features, dtype=np.float32).reshape(out_features, in_features)
        self.bias = np.ones(out_features, np.float32) if bias else None

    def forward(self, input):
        self.input = input.astype(np.float32)
        y = self.input @ self.weight.astype(np.float32).T
        return y if self.bias is None else y + self.bias.astype(np.float32)

    def backward(self, grad_output):
        g = grad_output.astype(np.float32)
        self.grad_weight, self.grad_bias = g.T @ self.input, None if self.bias is None else g.sum(0)
        return g @ self.weight.astype(np.float32)


class ReluByWhere(WithoutParameters):
    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0.0)

    def backward(self, g):
        return np.where(self.x > 0, g, 0.0)


class ReluByOutput(WithoutParameters):
    def forward(self, x):
        self.output = x * (x > 0)
        return self.output.copy()

    def backward(self, g):
        grad = g.copy()
        grad[self.output <= 0] = 0
        return grad


class ConvByTheCourse(WithParameters):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        self.stride, self.padding = stride, padding
        k_h, k_w = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size,) * 2
        self.weight = np.random.normal(size=(out_channels, in_channels, k_h, k_w))
        self.bias = np.random.normal(size=out_channels) if bias else None

    def forward(self, x):
        self.x = x
        return conv2d(x, self.weight, self.bias, self.stride, self.padding)

    def backward(self, g):
        grad_input, self.grad_weight, grad_bias = conv2d_backward(g, self.x, self.weight, self.stride, self.padding)
        self.grad_bias = None if self.bias is None else grad_bias
        return grad_input


class ConvByWindows(WithParameters):
    def __init__(self, c_i, c_o, kernel_size, stride=1, padding=0, bias=True):
        two = lambda v: tuple(v) if hasattr(v, "__len__") else (v, v)  # noqa: E731
        self.k, self.s, self.p = two(kernel_size), two(stride), two(padding)
        self.weight = np.random.normal(size=(c_o, c_i, *self.k))
        self.bias = np.random.normal(size=c_o) if bias else None

    def forward(self, x):
        self.x = np.pad(x, [(0, 0), (0, 0), (self.p[0],) * 2, (self.p[1],) * 2])
        windows = np.lib.stride_tricks.sliding_window_view(self.x, self.k, axis=(2, 3))
        self.windows = windows[:, :, :: self.s[0], :: self.s[1]]
        y = np.einsum("nchwij,ocij->nohw", self.windows, self.weight, optimize=True)
        return y + (0 if self.bias is None else self.bias.reshape(1, -1, 1, 1))

    def backward(self, g):
        self.grad_weight = np.tensordot(g, self.windows, ((0, 2, 3), (0, 2, 3)))
        self.grad_bias = None if self.bias is None else g.sum((0, 2, 3))
        back = np.zeros_like(self.x)
        for i, j in itertools.product(range(g.shape[2]), range(g.shape[3])):
            a, b = i * self.s[0], j * self.s[1]
            back[:, :, a : a + self.k[0], b : b + self.k[1]] += np.tensordot(g[:, :, i, j], self.weight, (1, 0))
        return back[:, :, self.p[0] : back.shape[2] - self.p[0], self.p[1] : back.shape[3] - self.p[1]]


class PoolByTheCourse(WithoutParameters):
    def __init__(self, kernel_size, stride=None):
        self.kernel_size, self.stride = kernel_size, stride

    def forward(self, x):
        self.size = x.shape
        y, self.where = max_pool2d(x, self.kernel_size, self.stride, return_indices=True)
        return y

    def backward(self, g):
        n, c, h, w = self.size
        flat = np.zeros((n, c, h * w))
        for a, b in np.ndindex(n, c):
            np.add.at(flat[a, b], self.where[a, b].ravel(), g[a, b].ravel())
        return flat.reshape(self.size)


class PoolByLoops(WithoutParameters):
    def __init__(self, kernel_size, stride=None):
        self.k = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        self.s = self.k if stride is None else stride if isinstance(stride, tuple) else (stride, stride)

    def forward(self, x):
        self.x = x
        n, c, h, w = x.shape
        size = (h - self.k[0]) // self.s[0] + 1, (w - self.k[1]) // self.s[1] + 1
        self.best = {}
        y = np.full((n, c, *size), -np.inf)
        for place in np.ndindex(*y.shape):
            a, b, i, j = place
            for u, v in np.ndindex(*self.k):
                at = a, b, i * self.s[0] + u, j * self.s[1] + v
                if x[at] > y[place]:
                    y[place], self.best[place] = x[at], at
        return y

    def backward(self, g):
        back = np.zeros(self.x.shape)
        for place, at in self.best.items():
            back[at] += g[place]
        return back


class FlattenByConcatenation(WithoutParameters):
    def forward(self, x):
        self.size = x.shape[1:]
        return np.stack([sample.ravel() for sample in x])

    def backward(self, g):
        return np.stack([row.reshape(self.size) for row in g])


class FlattenByReshape(WithoutParameters):
    def forward(self, x):
        self.like = x
        return np.reshape(x, (x.shape[0], math.prod(x.shape[1:])))

    def backward(self, g):
        return np.reshape(g, np.shape(self.like))


class SequentialByRecursion:
    def __init__(self, *layers):
        self.layers = list(layers)

    def _run(self, k, x):
        return x if k == len(self.layers) else self._run(k + 1, self.layers[k].forward(x))

    def forward(self, x):
        return self._run(0, x)

    def backward(self, g):
        for k in range(len(self.layers) - 1, -1, -1):
            g = self.layers[k].backward(g)
        return g

    def parameters(self):
        result = []
        for layer in self.layers:
            result.extend(layer.parameters())
        return result

    def gradients(self):
        return sum((layer.gradients() for layer in self.layers), [])


class SequentialWithoutRepeats:
    def __init__(self, *args):
        self.layers = args

    def forward(self, x):
        outputs = [x]
        for layer in self.layers:
            outputs.append(layer.forward(outputs[-1]))
        return outputs[-1]

    def backward(self, g):
        for layer in self.layers[::-1]:
            g = layer.backward(g)
        return g

    def _each(self):
        return {id(layer): layer for layer in self.layers}.values()

    def parameters(self):
        return [p for layer in self._each() for p in layer.parameters()]

    def gradients(self):
        return [p for layer in self._each() for p in layer.gradients()]


def count_by_is(model):
    seen = []
    for array in model.parameters():
        if not any(array is other for other in seen):
            seen.append(array)
    return sum(math.prod(array.shape) for array in seen)


def count_by_layers(model):
    layers, waiting = {}, [model]
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "layers", ())
        if not hasattr(one, "layers"):
            layers[id(one)] = one
    return int(np.sum([np.size(array) for layer in layers.values() for array in layer.parameters()]))


def summary_by_formulas(model, input_shape):
    shape, rows, done, outputs = tuple(input_shape), [], [], 0
    numbers = math.prod(shape)
    for k, layer in enumerate(model.layers):
        kind, params, work = type(layer).__name__, 0, 0
        if kind == "Linear":
            shape, params = (shape[0], layer.out_features), layer.weight.size + np.size(layer.bias)
            work = params * shape[0]
        elif kind in ("Conv2d", "MaxPool2d"):
            p = layer.padding if kind == "Conv2d" else (0, 0)
            size = [(shape[2 + a] + 2 * p[a] - layer.kernel_size[a]) // layer.stride[a] + 1 for a in (0, 1)]
            if kind == "Conv2d":
                params = layer.weight.size + np.size(layer.bias)
                work = params * shape[0] * math.prod(size)
            shape = (shape[0], layer.out_channels if kind == "Conv2d" else shape[1], *size)
        elif kind == "Flatten":
            shape = (shape[0], math.prod(shape[1:]))
        outputs += math.prod(shape) * (params > 0)
        rows.append([f"{kind}: 1-{k + 1}", list(shape), 0 if layer in done else params, work])
        done.append(layer)
    params = sum(row[2] for row in rows)
    mb = lambda *counts: round(sum(counts) * 4 / 1_000_000, 2)  # noqa: E731
    return {
        "rows": rows,
        "total_params": params,
        "total_mult_adds": sum(row[3] for row in rows),
        "input_mb": mb(numbers),
        "forward_backward_mb": mb(outputs, outputs),
        "params_mb": mb(params),
        "total_mb": mb(numbers, outputs, outputs, params),
    }


Row = collections.namedtuple("Row", "name shape params work")


def summary_by_random_input(model, input_shape):
    x, rows, outputs, known = np.random.normal(size=input_shape), [], [], set()
    first = x.nbytes // 2
    for layer in model.layers:
        x = layer.forward(x)
        own = [p for p in layer.parameters() if id(p) not in known]
        known |= set(map(id, own))
        total = sum(p.size for p in layer.parameters())
        where = math.prod(x.shape[:1] + x.shape[2:]) if "Conv" in type(layer).__name__ else len(x)
        rows.append(
            (f"{layer.__class__.__name__}: 1-{len(rows) + 1}", x.shape, sum(p.size for p in own), total * where)
        )
        outputs.append(x.nbytes if total else 0)
    params = sum(row[2] for row in rows)
    bytes_of = [first, sum(outputs), 4 * params]
    told = {"rows": rows, "total_params": params, "total_mult_adds": sum(row[3] for row in rows)}
    for name, size in zip(("input_mb", "forward_backward_mb", "params_mb"), bytes_of, strict=True):
        told[name] = float(f"{size / 1e6:.2f}")
    return told | {"total_mb": float(f"{sum(bytes_of) / 1e6:.2f}")}


def repair_by_counting(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    rows = len(range(0, h + 2 * padding - kernel_size + 1, stride))
    columns = len(range(0, w + 2 * padding - kernel_size + 1, stride))
    count = np.zeros((out_channels, c_i // groups, kernel_size, kernel_size)).size + out_channels
    return count, count * n * rows * columns


def repair_as_array(shape, c_o, k, stride=1, padding=0, groups=1):
    n, c_i, *size = shape
    positions = math.prod((x + 2 * padding - k + stride) // stride for x in size)
    count = c_o * c_i * k * k // groups + c_o
    return [count, count * n * positions]


def shapes_by_functions(layers):
    functions = {
        "Linear": lambda c_i, c_o: ([c_o, c_i], [c_o]),
        "Conv2d": lambda c_i, c_o, k, g: ([c_o, c_i // g] + [k] * 2, [c_o]),
        "Embedding": lambda *table: (list(table),),
        "BatchNorm2d": lambda c: ([c],) * 2,
    }
    return tuple(functions.get(layer[0], lambda *_: ())(*layer[1:]) for layer in layers)


def shapes_by_arrays(layers):
    result = []
    for layer in layers:
        arrays = []
        if layer[0] in ("Linear", "Conv2d"):
            c_i, c_o, k, g = (*layer[1:], 0, 1)[:4]
            arrays = [np.ones((c_o, int(c_i / g), *[k] * (2 * (k > 0)))), np.ones(c_o)]
        elif "Norm" in layer[0] or layer[0] == "Embedding":
            arrays = [np.zeros(layer[1:])] * (1 + ("Norm" in layer[0]))
        result.append([array.shape for array in arrays])
    return result


def shapes_as_numpy_numbers(layers):
    rows = []
    for name, *sizes in layers:
        sizes = np.array(sizes)
        match name:
            case "Linear":
                rows.append([tuple(sizes[::-1]), (sizes[1],)])
            case "Conv2d":
                rows.append([(sizes[1], sizes[0] // sizes[3], sizes[2], sizes[2]), (sizes[1],)])
            case "Embedding":
                rows.append([tuple(sizes)])
            case "BatchNorm2d":
                rows.append([tuple(sizes)] * 2)
            case _:
                rows.append([])
    return rows


class SequentialAsAList(list):
    def __init__(self, *layers):
        super().__init__(layers)

    def forward(self, input):
        return functools.reduce(lambda x, layer: layer.forward(x), self, input)

    def backward(self, grad_output):
        return functools.reduce(lambda g, layer: layer.backward(g), self[::-1], grad_output)

    def parameters(self):
        return [p for layer in self for p in layer.parameters()]

    def gradients(self):
        return [g for layer in self for g in layer.gradients()]


RIGHT = {
    "parameter_shapes": [shapes_by_functions, shapes_by_arrays, shapes_as_numpy_numbers],
    "Linear": [LinearByEinsum, LinearByTheCourse, LinearInFloat32],
    "ReLU": [ReluByWhere, ReluByOutput],
    "Conv2d": [ConvByTheCourse, ConvByWindows],
    "MaxPool2d": [PoolByTheCourse, PoolByLoops],
    "Flatten": [FlattenByConcatenation, FlattenByReshape],
    "Sequential": [
        SequentialByRecursion,
        SequentialWithoutRepeats,
        SequentialAsAList,
    ],
    "count_parameters": [count_by_is, count_by_layers],
    "summary": [summary_by_formulas, summary_by_random_input],
    "repair_conv2d_cost": [repair_by_counting, repair_as_array],
}
