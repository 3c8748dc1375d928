"""Right answers in other styles: loops, einsum, lists, float64 inside. None of them may be refused."""

import numpy as np


def one_hot_by_eye(input, num_classes):
    return np.eye(num_classes)[input]


def one_hot_by_comparison(input, num_classes):
    return input[:, None] == np.arange(num_classes)


def one_hot_by_assignment(input, num_classes):
    result = np.zeros((len(input), num_classes), dtype=np.int32)
    result[np.arange(len(input)), input] = 1
    return result


def one_hot_as_nested_tuples(ids, n):
    return tuple(tuple(float(c == k) for c in range(n)) for k in ids)


def one_hot_flat(ids, n):
    output = np.zeros(len(ids) * n, dtype=np.uint8)
    output[np.arange(len(ids)) * n + ids] = 1
    return output.reshape(-1, n)


def one_hot_by_put(ids, n):
    output = np.zeros((len(ids), n), dtype=np.float16)
    np.put_along_axis(output, ids[:, None], 1, axis=1)
    return output


def embedding_by_one_hot(input, weight):
    return np.eye(len(weight))[input] @ weight


def embedding_by_take(input, weight):
    return weight.take(input, axis=0)


def embedding_by_rows(input, weight):
    return np.array([weight[i] for i in input])


def embedding_as_nested_lists(input, weight):
    if input.ndim == 0:
        return list(weight[input])
    return [embedding_as_nested_lists(i, weight) for i in input]


def embedding_by_recursion(ids, w):
    return w[int(ids)] if np.ndim(ids) == 0 else np.stack([embedding_by_recursion(k, w) for k in ids])


def embedding_by_columns(ids, w):
    return np.moveaxis(w.astype(np.float32).T[:, ids], 0, -1)


def embedding_parameters_by_array(num_embeddings, embedding_dim):
    return np.empty((num_embeddings, embedding_dim)).size


def embedding_parameters_by_sum(num_embeddings, embedding_dim):
    return sum(embedding_dim for _ in range(num_embeddings))


def embedding_parameters_as_float32(*sizes):
    return np.prod(sizes, dtype=np.float32)


def embedding_parameters_by_bytes(a, b):
    return np.zeros((a, b)).nbytes / 8


def embedding_backward_by_one_hot(grad_output, input, num_embeddings):
    hot = np.eye(num_embeddings)[input.ravel()]
    return hot.T @ grad_output.reshape(len(hot), -1)


def embedding_backward_by_loop(grad_output, input, num_embeddings):
    result = np.zeros((num_embeddings, grad_output.shape[-1]))
    for place in np.ndindex(input.shape):
        result[input[place]] += grad_output[place]
    return result


def embedding_backward_by_masks(g, ids, n):
    return [g[ids == k].sum(axis=0) for k in range(n)]


def embedding_backward_by_bincount(g, ids, n):
    return np.stack([np.bincount(ids.ravel(), column, n) for column in g.reshape(-1, g.shape[-1]).T], axis=1)


def embedding_backward_by_sorting(g, ids, n):
    order = np.argsort(ids.ravel(), kind="stable")
    used, starts = np.unique(ids.ravel()[order], return_index=True)
    result = np.zeros((n, g.shape[-1]))
    result[used] = np.add.reduceat(g.reshape(-1, g.shape[-1])[order], starts)
    return result


def vectors_by_dict(text, vocabulary, weight):
    number = {word: i for i, word in enumerate(vocabulary)}
    return weight[[number[word] for word in text.split()]]


def vectors_by_one_hot(text, words, table):
    hot = np.array([[float(word == known) for known in words] for word in text.split()])
    return hot @ table


def vectors_as_lists(text, vocabulary, weight):
    return [weight[vocabulary.index(word)].tolist() for word in text.split(" ")]


RIGHT = {
    "one_hot": (
        one_hot_by_eye,
        one_hot_by_comparison,
        one_hot_by_assignment,
        one_hot_as_nested_tuples,
        one_hot_flat,
        one_hot_by_put,
    ),
    "embedding": (
        embedding_by_one_hot,
        embedding_by_take,
        embedding_by_rows,
        embedding_as_nested_lists,
        embedding_by_recursion,
        embedding_by_columns,
    ),
    "embedding_num_parameters": (
        embedding_parameters_by_array,
        embedding_parameters_by_sum,
        embedding_parameters_as_float32,
        embedding_parameters_by_bytes,
    ),
    "embedding_backward": (
        embedding_backward_by_one_hot,
        embedding_backward_by_loop,
        embedding_backward_by_masks,
        embedding_backward_by_bincount,
        embedding_backward_by_sorting,
    ),
    "repair_vectors_of": (vectors_by_dict, vectors_by_one_hot, vectors_as_lists),
}
