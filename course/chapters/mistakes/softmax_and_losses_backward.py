"""Wrong versions of chapter 04: last layers, gradients and a repair. Each stands on NumPy alone."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np

softmax_for_several_labels = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Softmax",
    "several labels at once": "Softmax",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}

activation_before_loss = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Softmax",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Sigmoid",
    "one of several classes, for CrossEntropyLoss": "Softmax",
}

softmax_before_loss = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Softmax",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Softmax",
}

softmax_of_one_output = {
    "regression": "Linear",
    "yes or no": "Softmax",
    "one of several classes": "Softmax",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}

sigmoid_for_classes = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Sigmoid",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}

classes_and_labels_exchanged = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Sigmoid",
    "several labels at once": "Softmax",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}

relu_for_regression = {
    "regression": "ReLU",
    "yes or no": "Sigmoid",
    "one of several classes": "Softmax",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}


def softmax_backward_no_sum(grad_output, output, dim):
    return grad_output * output


def softmax_backward_sigmoid(grad_output, output, dim):
    return grad_output * output * (1 - output)


def softmax_backward_dim_ignored(grad_output, output, dim):
    return output * (grad_output - (grad_output * output).sum(axis=-1, keepdims=True))


def softmax_backward_whole_sum(grad_output, output, dim):
    return output * (grad_output - (grad_output * output).sum())


def softmax_backward_plain_sum(grad_output, output, dim):
    return output * (grad_output - grad_output.sum(axis=dim, keepdims=True))


def softmax_backward_mean(grad_output, output, dim):
    return output * (grad_output - (grad_output * output).mean(axis=dim, keepdims=True))


def softmax_backward_factor_missing(grad_output, output, dim):
    return grad_output * output - (grad_output * output).sum(axis=dim, keepdims=True)


def softmax_backward_sum_alone(grad_output, output, dim):
    return grad_output - (grad_output * output).sum(axis=dim, keepdims=True)


def softmax_backward_softmax_again(grad_output, output, dim):
    exponentials = np.exp(output - output.max(axis=dim, keepdims=True))
    y = exponentials / exponentials.sum(axis=dim, keepdims=True)
    return y * (grad_output - (grad_output * y).sum(axis=dim, keepdims=True))


def softmax_backward_sign(grad_output, output, dim):
    return output * ((grad_output * output).sum(axis=dim, keepdims=True) - grad_output)


def cross_entropy_backward_no_mean(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    grad = exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[np.arange(len(target)), target] -= 1
    return grad


def cross_entropy_backward_mean_over_classes(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    grad = exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[np.arange(len(target)), target] -= 1
    return grad / input.size


def cross_entropy_backward_no_target(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True) / len(target)


def cross_entropy_backward_sign(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    grad = -exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[np.arange(len(target)), target] += 1
    return grad / len(target)


def cross_entropy_backward_every_row(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    grad = exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[:, target] -= 1
    return grad / len(target)


def cross_entropy_backward_target_only(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    rows = np.arange(len(target))
    grad = np.zeros_like(p)
    grad[rows, target] = p[rows, target] - 1
    return grad / len(target)


def cross_entropy_backward_of_probabilities(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    rows = np.arange(len(target))
    grad = np.zeros_like(p)
    grad[rows, target] = -1 / p[rows, target]
    return grad / len(target)


def cross_entropy_backward_no_softmax(input, target):
    grad = input.copy()
    grad[np.arange(len(target)), target] -= 1
    return grad / len(target)


def cross_entropy_backward_mean_then_target(input, target):
    exponentials = np.exp(input - input.max(axis=1, keepdims=True))
    grad = exponentials / exponentials.sum(axis=1, keepdims=True) / len(target)
    grad[np.arange(len(target)), target] -= 1
    return grad


def cross_entropy_backward_no_maximum(input, target):
    exponentials = np.exp(input)
    grad = exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[np.arange(len(target)), target] -= 1
    return grad / len(target)


def cross_entropy_backward_global_maximum(input, target):
    exponentials = np.exp(input - input.max())
    grad = exponentials / exponentials.sum(axis=1, keepdims=True)
    grad[np.arange(len(target)), target] -= 1
    return grad / len(target)


def repair_as_given(input, temperature):
    """Turn scores (n, c) into probabilities, row by row. A low temperature makes them sharp."""
    scores = input / temperature
    highest = scores.max()
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - highest)
        probabilities[row] = powers / powers.sum()
    return probabilities


def repair_no_maximum(input, temperature):
    scores = input / temperature
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own)
        probabilities[row] = powers / powers.sum()
    return probabilities


def repair_maximum_of_input(input, temperature):
    scores = input / temperature
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - input[row].max())
        probabilities[row] = powers / powers.sum()
    return probabilities


def repair_maximum_of_columns(input, temperature):
    scores = input / temperature
    highest = scores.max(axis=0)
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - highest)
        probabilities[row] = powers / powers.sum()
    return probabilities


def repair_zeros_for_nan(input, temperature):
    scores = input / temperature
    highest = scores.max()
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - highest)
        probabilities[row] = np.nan_to_num(powers / powers.sum())
    return probabilities


def repair_mean(input, temperature):
    scores = input / temperature
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - own.mean())
        probabilities[row] = powers / powers.sum()
    return probabilities


def repair_temperature_as_factor(input, temperature):
    scores = input * temperature
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - own.max())
        probabilities[row] = powers / powers.sum()
    return probabilities
