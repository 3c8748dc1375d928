"""Wrong versions of chapter 15: counting parameters, summing up, and what is handed out to be repaired."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def count_shared_again(model):
    return sum(array.size for array in model.parameters())


def count_by_shape(model):
    return sum({array.shape: array.size for array in model.parameters()}.values())


def count_arrays(model):
    return len({id(array) for array in model.parameters()})


def count_without_bias(model):
    return sum({id(array): array.size for array in model.parameters() if array.ndim > 1}.values())


def count_first_axis(model):
    return sum({id(array): len(array) for array in model.parameters()}.values())


def summary_without_bias(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        weights = sum(array.size for array in layer.parameters() if array.ndim > 1)
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, weights * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 1e6, 8 * outputs / 1e6, 4 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_two_each(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, 2 * own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 1e6, 8 * outputs / 1e6, 4 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_one_sample(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 1e6, 8 * outputs / 1e6, 4 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_input_positions(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        x = layer.forward(x)
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 1e6, 8 * outputs / 1e6, 4 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_counts_again(model, input_shape):
    x, rows, outputs = np.zeros(input_shape), [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own, own * uses))
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 1e6, 8 * outputs / 1e6, 4 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_every_output(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 1e6, 8 * outputs / 1e6, 4 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_forward_only(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 1e6, 4 * outputs / 1e6, 4 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_eight_bytes(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [8 * size / 1e6, 16 * outputs / 1e6, 8 * params / 1e6]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_mebibytes(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [4 * size / 2**20, 8 * outputs / 2**20, 4 * params / 2**20]
    sizes = [round(part, 2) for part in (*parts, sum(parts))]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def summary_rounds_early(model, input_shape):
    x, seen, rows, outputs = np.zeros(input_shape), [], [], 0
    size = x.size
    for number, layer in enumerate(model.layers, 1):
        x = layer.forward(x)
        own = sum(array.size for array in layer.parameters())
        uses = len(x) * int(np.prod(x.shape[2:]))
        outputs += x.size if own else 0
        new = all(layer is not other for other in seen)
        rows.append((f"{type(layer).__name__}: 1-{number}", x.shape, own if new else 0, own * uses))
        seen.append(layer)
    params, work = sum(row[2] for row in rows), sum(row[3] for row in rows)
    parts = [round(count * 4 / 1e6, 2) for count in (size, 2 * outputs, params)]
    sizes = [*parts, round(sum(parts), 2)]
    names = ("rows", "total_params", "total_mult_adds", "input_mb", "forward_backward_mb", "params_mb", "total_mb")
    return dict(zip(names, (rows, params, work, *sizes), strict=True))


def repair_as_given(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    """Give num_params and mult_adds of a Conv2d with bias, as torchinfo counts them."""
    n, c_i, h, w = input_shape
    num_params = out_channels * (c_i // groups * kernel_size**2 + 1)
    return num_params, num_params * n * h * w


def repair_divides(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    num_params = out_channels * (c_i // groups * kernel_size**2 + 1)
    return num_params, num_params * n * (h // stride) * (w // stride)


def repair_pads_once(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    num_params = out_channels * (c_i // groups * kernel_size**2 + 1)
    rows, columns = ((size + padding - kernel_size) // stride + 1 for size in (h, w))
    return num_params, num_params * n * rows * columns


def repair_loses_groups(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    num_params = out_channels * (c_i * kernel_size**2 + 1)
    rows, columns = ((size + 2 * padding - kernel_size) // stride + 1 for size in (h, w))
    return num_params, num_params * n * rows * columns
