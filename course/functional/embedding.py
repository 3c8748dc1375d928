"""The embedding layer: one row of a table per identifier."""

from __future__ import annotations

import numpy as np


def one_hot(input: np.ndarray, num_classes: int) -> np.ndarray:
    """Write each identifier as a row of zeros with a single one.

    Parameters
    ----------
    input
        Integers in 0 .. num_classes-1, of any shape ``(*)``.
    num_classes
        The length of a row.

    Returns
    -------
    Integers, shape ``(*, num_classes)``.

    References
    ----------
    PyTorch, ``torch.nn.functional.one_hot``.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    return (input[..., np.newaxis] == np.arange(num_classes)).astype(np.int64)


def embedding(input: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Look up a row of `weight` for each identifier.

    Parameters
    ----------
    input
        Integers, of any shape ``(*)``.
    weight
        Shape ``(num_embeddings, embedding_dim)``.

    Returns
    -------
    Shape ``(*, embedding_dim)``.

    Raises
    ------
    IndexError
        Where an identifier is negative or not below num_embeddings. NumPy would count negative ones from the end.

    References
    ----------
    PyTorch, ``torch.nn.functional.embedding``.

    Examples
    --------
    >>> embedding(np.array([1, 1, 0]), np.array([[0.1, 0.2], [0.3, 0.4]]))
    array([[0.3, 0.4],
           [0.3, 0.4],
           [0.1, 0.2]])
    """
    num_embeddings = weight.shape[0]
    if input.size and (input.min() < 0 or input.max() >= num_embeddings):
        raise IndexError(
            f"input holds identifiers from {input.min()} to {input.max()}; "
            f"weight has rows for 0 to {num_embeddings - 1}."
        )
    return weight[input]


def embedding_backward(grad_output: np.ndarray, input: np.ndarray, num_embeddings: int) -> np.ndarray:
    """Give the gradient of `embedding` for its weight: each row collects the gradients of its every use.

    Parameters
    ----------
    grad_output
        Shape ``(*, embedding_dim)``.
    input
        The identifiers of the forward pass, shape ``(*)``.
    num_embeddings
        How many rows the weight has.

    Returns
    -------
    Shape ``(num_embeddings, embedding_dim)``; zero in rows that were not used.

    Examples
    --------
    >>> embedding_backward(np.array([[1.0], [2.0], [4.0]]), np.array([0, 2, 0]), 3)
    array([[5.],
           [0.],
           [2.]])
    """
    grad_weight = np.zeros((num_embeddings, grad_output.shape[-1]), dtype=grad_output.dtype)
    # np.add.at adds for every occurrence; grad_weight[input] += ... would keep only one of several
    np.add.at(grad_weight, input, grad_output)
    return grad_weight
