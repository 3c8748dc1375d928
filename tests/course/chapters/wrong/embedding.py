"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _table_gradient(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    np.add.at(grad_weight, i, g)
    return grad_weight


def one_hot_counts(input, num_classes):
    return np.bincount(input, minlength=num_classes)


def one_hot_size_n(input, num_classes):
    n = len(input)
    y = np.zeros((n, n), int)
    y[range(n), input % n] = 1
    return y


def one_hot_plus_one(input, num_classes):
    y = np.zeros((len(input), num_classes), int)
    y[range(len(input)), (input + 1) % num_classes] = 1
    return y


def one_hot_sorted_h(input, num_classes):
    return np.eye(num_classes, dtype=int)[np.sort(input)]


def one_hot_only_last(input, num_classes):
    for i in input:
        y = np.zeros((len(input), num_classes))
        y[:, i] = 1
    return y


def one_hot_five(input, num_classes):
    return np.eye(5, dtype=int)[input]


def one_hot_changes_h(input, num_classes):
    input += 1
    return np.eye(num_classes)[input - 1]


def one_hot_strings(input, num_classes):
    return [["1" if c == i else "0" for c in range(num_classes)] for i in input]


def embedding_vector_only(input, weight):
    y = np.zeros((len(input), weight.shape[1]))
    for k, i in enumerate(input):
        y[k] = weight[i]
    return y


def embedding_sorted(input, weight):
    return weight[np.sort(input)]


def embedding_scaled(input, weight):
    return weight[input] * np.sqrt(weight.shape[1])


def embedding_hot_wrong_size(input, weight):
    return np.eye(input.max() + 1)[input] @ weight


def embedding_squeezed(input, weight):
    return weight[input].squeeze()


def embedding_batch_2(input, weight):
    if input.ndim == 1:
        return weight[input]
    return np.stack([weight[input[0]], weight[input[1]]])


def embedding_uint8(input, weight):
    return weight[input.astype(np.uint8)]


def embedding_last_zero(input, weight):
    y = weight[input]
    y[input == 0] = 0  # padding_idx
    return y


def table_const(a, b):
    return 2560000


def table_dim_only(a, b):
    return b


def table_plus_1_large(a, b):
    return a * b + (a > 1)


def table_power_p(a, b):
    return a**b


def table_shape(a, b):
    return (a, b)


def table_f16_p(a, b):
    return np.float16(a * b)


def table_five_digits(a, b):
    return float(f"{a * b:.4g}")


def table_string_p(a, b):
    return f"{a * b:,}"


def table_grad_gather(g, i, n):
    return g


def table_grad_first_kept(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    f = g.reshape(-1, g.shape[-1])
    for k, j in reversed(list(enumerate(i.ravel()))):
        grad_weight[j] = f[k]
    return grad_weight


def table_grad_swap_hot(g, i, n):
    return np.swapaxes(np.eye(n)[i], -1, -2) @ g


def table_grad_first_batch(g, i, n):
    return _table_gradient(g[0], i[0], n) if i.ndim > 1 else _table_gradient(g, i, n)


def table_grad_second_axis(g, i, n):
    grad_weight = np.zeros((n, g.shape[1]))
    np.add.at(grad_weight, i, g)
    return grad_weight


def table_grad_total_sum(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    for j in np.unique(i):
        grad_weight[j] = g[i == j].sum()
    return grad_weight


def table_grad_forgets_last(g, i, n):
    grad_weight = np.zeros((n, g.shape[-1]))
    f = g.reshape(-1, g.shape[-1])
    for k in range(i.size - 1):
        grad_weight[i.ravel()[k]] += f[k]
    return grad_weight


def vectors_off_by_one(text, vocabulary, weight):
    return np.array([weight[vocabulary.index(word) - 1] for word in text.split()])


def vectors_of_the_first_word(text, vocabulary, weight):
    return np.array([weight[vocabulary.index(text.split()[0])] for _ in text.split()])


def vectors_without_repeats(text, vocabulary, weight):
    return np.array([weight[vocabulary.index(word)] for word in dict.fromkeys(text.split())]) * 1.0001


def vectors_reversed(text, vocabulary, weight):
    return np.array([weight[vocabulary.index(word)] for word in reversed(text.split())])


def vectors_from_the_end(text, vocabulary, weight):
    return np.array([weight[-1 - vocabulary.index(word)] for word in text.split()])


def vectors_by_letters(text, vocabulary, weight):
    return np.array([weight[ord(word[0]) % len(weight)] for word in text.split()])


WRONG = {
    "one_hot": (
        one_hot_counts,
        one_hot_size_n,
        one_hot_plus_one,
        one_hot_sorted_h,
        one_hot_only_last,
        one_hot_five,
        one_hot_changes_h,
        one_hot_strings,
    ),
    "embedding": (
        embedding_vector_only,
        embedding_sorted,
        embedding_scaled,
        embedding_hot_wrong_size,
        embedding_squeezed,
        embedding_batch_2,
        embedding_uint8,
        embedding_last_zero,
    ),
    "embedding_num_parameters": (
        table_const,
        table_dim_only,
        table_plus_1_large,
        table_power_p,
        table_shape,
        table_f16_p,
        table_five_digits,
        table_string_p,
    ),
    "embedding_backward": (
        table_grad_gather,
        table_grad_first_kept,
        table_grad_swap_hot,
        table_grad_first_batch,
        table_grad_second_axis,
        table_grad_total_sum,
        table_grad_forgets_last,
    ),
    "repair_vectors_of": (
        vectors_off_by_one,
        vectors_of_the_first_word,
        vectors_without_repeats,
        vectors_reversed,
        vectors_from_the_end,
        vectors_by_letters,
    ),
}
