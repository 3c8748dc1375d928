"""Wrong answers of chapter 15 without a name. None may pass."""

import math
from types import SimpleNamespace

import numpy as np

import course
from course.chapters.counting.setup import Affine

ours = SimpleNamespace(Affine=Affine, **{name: exercise.solution for name, exercise in course.exercises.items()})


class LinearBiasFirst(ours.Linear):
    def parameters(self):
        return super().parameters()[::-1]

    def gradients(self):
        return super().gradients()[::-1]


class LinearKeepsNothing(ours.Linear):
    def forward(self, input):
        return input @ self.weight.T + (0 if self.bias is None else self.bias)


class LinearOfZeros(ours.Linear):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, bias)
        self.weight = np.zeros((out_features, in_features))


class LinearBackwardGivesNothing(ours.Linear):
    def backward(self, grad_output):
        super().backward(grad_output)


class LinearWithRelu(ours.Linear):
    def forward(self, input):
        return np.maximum(super().forward(input), 0)


class LinearAlwaysBias(ours.Linear):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features)


class LinearBornTransposed(ours.Linear):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, bias)
        self.weight = self.weight.T


class LinearGradientsTransposed(ours.Linear):
    def gradients(self):
        return [gradient.T for gradient in super().gradients()]


class ReluLeaky(ours.ReLU):
    def forward(self, input):
        super().forward(input)
        return np.where(input > 0, input, 0.01 * input)


class ReluMask(ours.ReLU):
    def forward(self, input):
        super().forward(input)
        return input > 0


class ReluFirstMask(ours.ReLU):
    def forward(self, input):
        self.mask = getattr(self, "mask", input > 0)
        return np.maximum(input, 0)

    def backward(self, grad_output):
        return grad_output * self.mask


class ReluTimesInput(ours.ReLU):
    def forward(self, input):
        self.input = input
        return np.maximum(input, 0)

    def backward(self, grad_output):
        return grad_output * np.maximum(self.input, 0)


class ReluListsNone(ours.ReLU):
    def parameters(self):
        return None


class ReluWritesIntoGradient(ours.ReLU):
    def backward(self, grad_output):
        grad_output *= self.positive
        return grad_output


class ReluMaskIsResult(ours.ReLU):
    def backward(self, grad_output):
        return self.positive


class ConvStrideOnRowsOnly(ours.Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, bias)
        self.stride = self.stride[0], 1


class ConvEdgePadding(ours.Conv2d):
    def forward(self, input):
        (p, q), self.padding = self.padding, (0, 0)
        output = super().forward(np.pad(input, ((0, 0), (0, 0), (p, p), (q, q)), mode="edge"))
        self.padding = p, q
        return output


class ConvBiasTwice(ours.Conv2d):
    def forward(self, input):
        return super().forward(input) + (0 if self.bias is None else self.bias[:, None, None])


class ConvKernelTransposed(ours.Conv2d):
    def forward(self, input):
        self.weight = self.weight.transpose(0, 1, 3, 2)
        return super().forward(input)


class ConvMean(ours.Conv2d):
    def gradients(self):
        return [gradient / self.out_channels for gradient in super().gradients()]


class ConvNoGradBias(ours.Conv2d):
    def gradients(self):
        return [self.grad_weight]


class ConvBackwardForgets(ours.Conv2d):
    def backward(self, grad_output):
        super().backward(grad_output)
        return np.zeros(self.shape)


class ConvSquare(ours.Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        kernel_size = kernel_size if isinstance(kernel_size, int) else kernel_size[0]
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, bias)


class ConvLastWindowMissing(ours.Conv2d):
    def forward(self, input):
        return super().forward(input)[:, :, :-1, :-1]


class PoolMean(ours.MaxPool2d):
    def forward(self, input):
        super().forward(input)
        (k_h, k_w), (s_h, s_w) = self.kernel_size, self.stride
        windows = np.lib.stride_tricks.sliding_window_view(input, (k_h, k_w), axis=(2, 3))
        return windows[:, :, ::s_h, ::s_w].mean(axis=(4, 5))


class PoolMin(ours.MaxPool2d):
    def forward(self, input):
        return -super().forward(-input)


class PoolExchanged(ours.MaxPool2d):
    def __init__(self, kernel_size, stride=None):
        super().__init__(kernel_size, stride)
        self.kernel_size, self.stride = self.kernel_size[::-1], self.stride[::-1]


class PoolNeverNegative(ours.MaxPool2d):
    def forward(self, input):
        return np.maximum(super().forward(input), 0)


class PoolOverChannels(ours.MaxPool2d):
    def forward(self, input):
        return np.broadcast_to(super().forward(input).max(axis=1, keepdims=True), self.winner.shape).copy()


class PoolWinnerOfTheTransposed(ours.MaxPool2d):
    def backward(self, grad_output):
        return super().backward(grad_output[:, :, ::-1])[:, :, ::-1]


class PoolAlwaysTwo(ours.MaxPool2d):
    def __init__(self, kernel_size, stride=None):
        super().__init__(2)


class PoolGradientTimesValue(ours.MaxPool2d):
    def forward(self, input):
        self.input = input
        return super().forward(input)

    def backward(self, grad_output):
        return super().backward(grad_output) * self.input


class FlattenColumns(ours.Flatten):
    def forward(self, input):
        super().forward(input)
        return np.stack([sample.ravel(order="F") for sample in input])


class FlattenSamplesLast(ours.Flatten):
    def forward(self, input):
        return super().forward(input).T


class FlattenMixesSamples(ours.Flatten):
    def forward(self, input):
        self.shape = input.shape
        return input.reshape(-1, len(input)).T


class FlattenFirstShape(ours.Flatten):
    def forward(self, input):
        self.first = getattr(self, "first", input.shape)
        self.shape = self.first
        return input.reshape(len(input), -1)


class FlattenMean(ours.Flatten):
    def forward(self, input):
        super().forward(input)
        return input.mean(axis=tuple(range(2, input.ndim)))


class FlattenBackwardNone(ours.Flatten):
    def backward(self, grad_output):
        return None


class FlattenHasNoLists(ours.Flatten):
    gradients = None


class SequentialGivesAll(ours.Sequential):
    def forward(self, input):
        outputs = []
        for layer in self.layers:
            outputs.append(layer.forward(input))
            input = outputs[-1]
        return outputs


class SequentialTwice(ours.Sequential):
    def forward(self, input):
        return super().forward(super().forward(input))


class SequentialReversed(ours.Sequential):
    def __init__(self, *layers):
        super().__init__(*layers[::-1])


class SequentialBackwardNone(ours.Sequential):
    def backward(self, grad_output):
        super().backward(grad_output)


class SequentialWeightsOnly(ours.Sequential):
    def parameters(self):
        return super().parameters()[::2]

    def gradients(self):
        return super().gradients()[::2]


class SequentialSorted(ours.Sequential):
    def parameters(self):
        return sorted(super().parameters(), key=np.size)


class SequentialBiasesLast(ours.Sequential):
    def gradients(self):
        flat = super().gradients()
        return flat[::2] + flat[1::2]


class SequentialFirstLayerOnly(ours.Sequential):
    def backward(self, grad_output):
        return self.layers[0].backward(grad_output) if self.layers else grad_output


def count_bytes(model):
    return sum({id(a): a.nbytes for a in model.parameters()}.values())


def count_by_value(model):
    return len({float(x) for a in model.parameters() for x in a.ravel()}) + 1


def count_largest(model):
    return max((a.size for a in model.parameters()), default=0)


def count_layers(model):
    return len(model.layers)


def count_list(model):
    return list({id(a): a.size for a in model.parameters()}.values())


def count_sides(model):
    return sum({id(a): sum(a.shape) for a in model.parameters()}.values())


def count_last_only(model):
    return sum(a.size for a in model.parameters()[-2:])


def summary_plain_names(model, input_shape):
    told = ours.summary(model, input_shape)
    return told | {"rows": [(row[0].split(":")[0], *row[1:]) for row in told["rows"]]}


def summary_with_container(model, input_shape):
    told = ours.summary(model, input_shape)
    return told | {"rows": [("Sequential", told["rows"][-1][1], 0, 0), *told["rows"]]}


def summary_without_batch(model, input_shape):
    told = ours.summary(model, input_shape)
    return told | {"rows": [(name, shape[1:], p, m) for name, shape, p, m in told["rows"]]}


def summary_without_totals(model, input_shape):
    return {"rows": ours.summary(model, input_shape)["rows"]}


def summary_text(model, input_shape):
    return str(ours.summary(model, input_shape))


def summary_rounded_up(model, input_shape):
    told = ours.summary(model, input_shape)
    return {key: value + 0.01 if key.endswith("mb") else value for key, value in told.items()}


def summary_one_decimal(model, input_shape):
    told = ours.summary(model, input_shape)
    return {key: round(value, 1) if key.endswith("mb") else value for key, value in told.items()}


def summary_without_input(model, input_shape):
    told = ours.summary(model, input_shape)
    return told | {"total_mb": round(told["total_mb"] - told["input_mb"], 2)}


def summary_rows_only(model, input_shape):
    return ours.summary(model, input_shape)["rows"]


def summary_millions(model, input_shape):
    told = ours.summary(model, input_shape)
    return told | {"total_mult_adds": round(told["total_mult_adds"] / 1e6, 2)}


def repair_rounds_up(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    h_o, w_o = (math.ceil((x + 2 * padding - kernel_size) / stride) + 1 for x in (h, w))
    count = out_channels * (c_i // groups * kernel_size**2 + 1)
    return count, count * n * h_o * w_o


def repair_forgets_bias(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    h_o, w_o = ((x + 2 * padding - kernel_size) // stride + 1 for x in (h, w))
    count = out_channels * c_i // groups * kernel_size**2
    return count, count * n * h_o * w_o


def repair_exchanges(*args, **kwargs):
    raise IndexError


def repair_one_sample(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    _, c_i, h, w = input_shape
    h_o, w_o = ((x + 2 * padding - kernel_size) // stride + 1 for x in (h, w))
    count = out_channels * (c_i // groups * kernel_size**2 + 1)
    return count, count * h_o * w_o


def repair_rows_only(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    h_o = (h + 2 * padding - kernel_size) // stride + 1
    count = out_channels * (c_i // groups * kernel_size**2 + 1)
    return count, count * n * h_o * w


def repair_work_first(input_shape, out_channels, kernel_size, stride=1, padding=0, groups=1):
    n, c_i, h, w = input_shape
    h_o, w_o = ((x + 2 * padding - kernel_size) // stride + 1 for x in (h, w))
    count = out_channels * (c_i // groups * kernel_size**2 + 1)
    return count * n * h_o * w_o, count


def shapes_flat(layers):
    return [shape for own in ours.parameter_shapes(layers) for shape in own]


def shapes_bias_first(layers):
    return [own[::-1] for own in ours.parameter_shapes(layers)]


def shapes_bias_a_number(layers):
    return [own[:1] + [shape[0] for shape in own[1:]] for own in ours.parameter_shapes(layers)]


def shapes_bias_a_column(layers):
    return [own[:1] + [(shape[0], 1) for shape in own[1:]] for own in ours.parameter_shapes(layers)]


def shapes_counted(layers):
    return [[math.prod(shape) for shape in own] for own in ours.parameter_shapes(layers)]


def shapes_without_the_empty(layers):
    return [own for own in ours.parameter_shapes(layers) if own]


def shapes_for_one_axis(layers):
    return [[shape[:3] for shape in own] for own in ours.parameter_shapes(layers)]


def shapes_none_for_nothing(layers):
    return [own or None for own in ours.parameter_shapes(layers)]


def shapes_as_dict(layers):
    return dict(enumerate(ours.parameter_shapes(layers)))


def shapes_pooling_has_a_kernel(layers):
    shapes = ours.parameter_shapes(layers)
    return [[(layer[1],) * 2] if layer[0] == "MaxPool2d" else own for layer, own in zip(layers, shapes, strict=True)]


WRONG = {
    "parameter_shapes": [
        shapes_flat,
        shapes_bias_first,
        shapes_bias_a_number,
        shapes_bias_a_column,
        shapes_counted,
        shapes_without_the_empty,
        shapes_for_one_axis,
        shapes_none_for_nothing,
        shapes_as_dict,
        shapes_pooling_has_a_kernel,
    ],
    "Linear": [
        LinearBiasFirst,
        LinearKeepsNothing,
        LinearOfZeros,
        LinearBackwardGivesNothing,
        LinearWithRelu,
        LinearAlwaysBias,
        LinearBornTransposed,
        LinearGradientsTransposed,
    ],
    "ReLU": [
        ReluLeaky,
        ReluMask,
        ReluFirstMask,
        ReluTimesInput,
        ReluListsNone,
        ReluWritesIntoGradient,
        ReluMaskIsResult,
    ],
    "Conv2d": [
        ConvStrideOnRowsOnly,
        ConvEdgePadding,
        ConvBiasTwice,
        ConvKernelTransposed,
        ConvMean,
        ConvNoGradBias,
        ConvBackwardForgets,
        ConvSquare,
        ConvLastWindowMissing,
    ],
    "MaxPool2d": [
        PoolMean,
        PoolMin,
        PoolExchanged,
        PoolNeverNegative,
        PoolOverChannels,
        PoolWinnerOfTheTransposed,
        PoolAlwaysTwo,
        PoolGradientTimesValue,
    ],
    "Flatten": [
        FlattenColumns,
        FlattenSamplesLast,
        FlattenMixesSamples,
        FlattenFirstShape,
        FlattenMean,
        FlattenBackwardNone,
        FlattenHasNoLists,
    ],
    "Sequential": [
        SequentialGivesAll,
        SequentialTwice,
        SequentialReversed,
        SequentialBackwardNone,
        SequentialWeightsOnly,
        SequentialSorted,
        SequentialBiasesLast,
        SequentialFirstLayerOnly,
    ],
    "count_parameters": [
        count_bytes,
        count_by_value,
        count_largest,
        count_layers,
        count_list,
        count_sides,
        count_last_only,
    ],
    "summary": [
        summary_plain_names,
        summary_with_container,
        summary_without_batch,
        summary_without_totals,
        summary_text,
        summary_rounded_up,
        summary_one_decimal,
        summary_without_input,
        summary_rows_only,
        summary_millions,
    ],
    "repair_conv2d_cost": [
        repair_rounds_up,
        repair_forgets_bias,
        repair_exchanges,
        repair_one_sample,
        repair_rows_only,
        repair_work_first,
    ],
}
