"""Wrong versions of chapter 12: batch normalization, what it counts, and the axes of all of them."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def batch_unbiased_output(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3), ddof=1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_biased_running(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_momentum_reversed(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_eps_outside(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / (np.sqrt(var.reshape(1, -1, 1, 1)) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_no_eps(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1))
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_no_root(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / (var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_training_ignored(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    count = input.size // input.shape[1]
    running_mean = (1 - momentum) * running_mean + momentum * mean
    with np.errstate(all="ignore"):
        running_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_statistics_in_evaluation(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    if training:
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_running_in_training(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3), ddof=1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    x_hat = (input - running_mean.reshape(1, -1, 1, 1)) / np.sqrt(running_var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_never_updated(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_updated_in_evaluation(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
    count = input.size // input.shape[1]
    new_mean = (1 - momentum) * running_mean + momentum * mean
    with np.errstate(all="ignore"):
        new_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
    if not training:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), new_mean, new_var


def batch_changed_in_place(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean *= 1 - momentum
        running_mean += momentum * mean
        running_var *= 1 - momentum
        running_var += momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_whole_tensor(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = np.full(len(weight), input.mean()), np.full(len(weight), input.var())
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_per_sample(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(2, 3), keepdims=True), input.var(axis=(2, 3), keepdims=True)
        running_mean = (1 - momentum) * running_mean + momentum * input.mean(axis=(0, 2, 3))
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean.reshape(1, -1, 1, 1), running_var.reshape(1, -1, 1, 1)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_axis_only(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=0), input.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=0, ddof=1)
    else:
        mean, var = running_mean.reshape(1, -1, 1, 1), running_var.reshape(1, -1, 1, 1)
    x_hat = (input - mean) / np.sqrt(var + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def batch_affine_ignored(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return x_hat, running_mean, running_var


def batch_affine_along_width(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.var(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight * x_hat + bias, running_mean, running_var


def batch_running_std(input, running_mean, running_var, weight, bias, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = input.mean(axis=(0, 2, 3)), input.var(axis=(0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * input.std(axis=(0, 2, 3), ddof=1)
    else:
        mean, var = running_mean, running_var
    x_hat = (input - mean.reshape(1, -1, 1, 1)) / np.sqrt(var.reshape(1, -1, 1, 1) + eps)
    return weight.reshape(1, -1, 1, 1) * x_hat + bias.reshape(1, -1, 1, 1), running_mean, running_var


def parameters_with_running(num_features, affine=True):
    return 4 * num_features if affine else 2 * num_features


def parameters_with_all_buffers(num_features, affine=True):
    return (4 if affine else 2) * num_features + 1


def parameters_weight_only(num_features, affine=True):
    return num_features if affine else 0


def parameters_one_pair(num_features, affine=True):
    return 2 if affine else 0


def parameters_always(num_features, affine=True):
    return 2 * num_features


AXES_KEPT = {"batch": (1,), "layer": (0,), "instance": (0, 1), "group": (0,)}
AXES_EXCHANGED = {"batch": (1, 2, 3), "layer": (0, 2, 3), "instance": (2, 3), "group": (1, 2, 3)}
AXES_BATCH_ONLY = {"batch": (0,), "layer": (1, 2, 3), "instance": (2, 3), "group": (1, 2, 3)}
AXES_LAYER_CHANNELS = {"batch": (0, 2, 3), "layer": (1,), "instance": (2, 3), "group": (1, 2, 3)}
AXES_INSTANCE_ALL = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (1, 2, 3), "group": (1, 2, 3)}
AXES_GROUP_POSITIONS = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (2, 3)}
AXES_GROUP_CHANNELS = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (1,)}
AXES_GROUP_FIVE = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (2, 3, 4)}
AXES_FROM_ONE = {"batch": (1, 3, 4), "layer": (2, 3, 4), "instance": (3, 4), "group": (2, 3, 4)}
