"""Wrong versions of chapter 02, the embedding layer. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def one_hot_off_by_one(input, num_classes):
    return np.eye(num_classes, dtype=int)[input - 1]


def one_hot_transposed(input, num_classes):
    return np.eye(num_classes, dtype=int)[:, input]


def one_hot_max_seen(input, num_classes):
    return np.eye(input.max() + 1, dtype=int)[input]


def one_hot_all_below(input, num_classes):
    return (np.arange(num_classes) <= input[:, None]).astype(int)


def one_hot_every_row(input, num_classes):
    output = np.zeros((len(input), num_classes), dtype=int)
    output[:, input] = 1
    return output


def one_hot_one_row(input, num_classes):
    output = np.zeros(num_classes, dtype=int)
    output[input] = 1
    return output


def one_hot_identifier_for_one(input, num_classes):
    return np.eye(num_classes, dtype=int)[input] * input[:, None]


def columns_for_rows(input, weight):
    return np.moveaxis(weight[:, input], 0, -1)


def embedding_off_by_one(input, weight):
    return weight[input - 1]


def batch_transposed(input, weight):
    return weight[input.T]


def flattened(input, weight):
    return weight[input.reshape(-1)]


def column_lookup(input, weight):
    return weight[:, input]


def single_values(input, weight):
    return np.take(weight, input)


def embedding_one_too_far(input, weight):
    return weight[input + 1]


def parameters_bias_per_dimension(num_embeddings, embedding_dim):
    return num_embeddings * embedding_dim + embedding_dim


def parameters_bias_per_row(num_embeddings, embedding_dim):
    return num_embeddings * embedding_dim + num_embeddings


def parameters_added(num_embeddings, embedding_dim):
    return num_embeddings + embedding_dim


def backward_overwrites(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    grad_weight[input] = grad_output
    return grad_weight


def backward_averages(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input, grad_output)
    counts = np.bincount(input.reshape(-1), minlength=num_embeddings)
    return grad_weight / np.maximum(counts, 1)[:, None]


def backward_off_by_one(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input - 1, grad_output)
    return grad_weight


def backward_counts(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    np.add.at(grad_weight, input, 1.0)
    return grad_weight


def backward_one_axis_only(grad_output, input, num_embeddings):
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]))
    for k, identifier in enumerate(input):
        grad_weight[identifier] += grad_output[k]
    return grad_weight


def backward_max_seen(grad_output, input, num_embeddings):
    grad_weight = np.zeros((input.max() + 1, grad_output.shape[-1]))
    np.add.at(grad_weight, input, grad_output)
    return grad_weight


def repair_as_given(text, vocabulary, weight):
    """Give the vector of each word of a text: word i of vocabulary has row i of weight."""
    words = text.split()
    known = sorted(set(words))
    numbers = [known.index(word) for word in words]
    return np.array([weight[number] for number in numbers])


def repair_sorted(text, vocabulary, weight):
    known = sorted(vocabulary)
    return np.array([weight[known.index(word)] for word in text.split()])


def repair_by_place(text, vocabulary, weight):
    return np.array([weight[place % len(weight)] for place, _ in enumerate(text.split())])


def repair_first_seen(text, vocabulary, weight):
    words = text.split()
    known = list(dict.fromkeys(words))
    return np.array([weight[known.index(word)] for word in words])
