"""The embedding layer: one row of a table per identifier."""

from __future__ import annotations

import numpy as np

from course.errors import ArgumentIndexError, ArgumentValueError
from course.functional.arguments import (
    require_flag,
    require_floating,
    require_identifiers,
    require_ndim,
    require_numbers,
    require_shape,
    require_whole,
)
from course.functional.precision import quiet, rounded, widened


def one_hot(input: np.ndarray, num_classes: int = -1) -> np.ndarray:
    """Write each identifier as a row of zeros with a single one.

    Parameters
    ----------
    input
        int64 in 0 .. num_classes-1, of any shape ``(*)``.
    num_classes
        The length of a row. -1 takes one more than the largest identifier.

    Returns
    -------
    int64, shape ``(*, num_classes)``.

    Raises
    ------
    TypeError
        Where `input` is not int64, or num_classes not a whole number.
    ValueError
        Where there is nothing to work out num_classes from, or it is 0.
    IndexError
        Where an identifier is negative or not below num_classes.

    References
    ----------
    PyTorch, ``torch.nn.functional.one_hot``.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    require_identifiers("input", input, np.int64)
    require_whole("num_classes", num_classes, at_least=-1)
    if num_classes == 0 or (num_classes == -1 and not input.size):
        raise ArgumentValueError(
            "num_classes", f"is {num_classes} and input has shape {input.shape}", "at least 1 is expected"
        )
    if num_classes == -1:
        num_classes = max(int(input.max()) + 1, 1)
    _require_range("input", input, num_classes, "num_classes leaves room")
    rows = np.zeros((input.size, num_classes), dtype=np.int64)
    rows[np.arange(input.size), input.reshape(-1)] = 1
    return rows.reshape(*input.shape, num_classes)


def embedding(
    input: np.ndarray, weight: np.ndarray, padding_idx: int | None = None, *, scale_grad_by_freq: bool = False
) -> np.ndarray:
    """Look up a row of `weight` for each identifier.

    Parameters
    ----------
    input
        int32 or int64 in 0 .. num_embeddings-1, of any shape ``(*)``.
    weight
        Shape ``(num_embeddings, embedding_dim)``.
    padding_idx
        The identifier that fills up short sequences; negative ones count from the end. Its row is looked up like
        any other. Only the gradient differs: see `embedding_backward`.
    scale_grad_by_freq
        Makes the gradient differ too, and not the result: see `embedding_backward`.

    Returns
    -------
    Shape ``(*, embedding_dim)``, of the dtype of `weight`.

    Raises
    ------
    TypeError
        Where `input` is neither int32 nor int64, `weight` is not an array of numbers, or an option is of another type.
    ValueError
        Where `weight` hasn't two axes, or has no row `padding_idx`.
    IndexError
        Where an identifier is negative or not below num_embeddings. NumPy would count negative ones from the end.

    References
    ----------
    PyTorch, ``torch.nn.functional.embedding``. Left out are max_norm, which changes the weight, and sparse gradients.

    Examples
    --------
    >>> embedding(np.array([1, 1, 0]), np.array([[0.1, 0.2], [0.3, 0.4]]))
    array([[0.3, 0.4],
           [0.3, 0.4],
           [0.1, 0.2]])
    """
    require_identifiers("input", input, np.int32, np.int64)
    require_numbers(weight=weight)
    require_ndim("weight", weight, 2)
    require_flag(scale_grad_by_freq=scale_grad_by_freq)
    _padding_row(padding_idx, len(weight))
    _require_range("input", input, len(weight), "weight has rows")
    return weight.take(input, axis=0)


def embedding_backward(
    grad_output: np.ndarray,
    input: np.ndarray,
    num_embeddings: int,
    padding_idx: int | None = None,
    *,
    scale_grad_by_freq: bool = False,
) -> np.ndarray:
    """Give the gradient of `embedding` for its weight: each row collects the gradients of its every use.

    Parameters
    ----------
    grad_output
        Shape ``(*, embedding_dim)``.
    input
        The identifiers of the forward pass, shape ``(*)``.
    num_embeddings
        How many rows the weight has.
    padding_idx
        A row that is not trained: its gradient stays zero.
    scale_grad_by_freq
        Divides the gradient of a row by the number of its uses in `input`: the sum of its gradients becomes their mean.

    Returns
    -------
    Shape ``(num_embeddings, embedding_dim)``; zero in rows that were not used.

    Raises
    ------
    TypeError
        Where `grad_output` is not floating-point, `input` neither int32 nor int64, or an option of another type.
    ValueError
        Where `grad_output` has not the axes of `input` and one more, or there is no row `padding_idx`.
    IndexError
        Where an identifier is negative or not below num_embeddings.

    Examples
    --------
    >>> embedding_backward(np.array([[1.0], [2.0], [4.0]]), np.array([0, 2, 0]), 3)
    array([[5.],
           [0.],
           [2.]])
    >>> embedding_backward(np.array([[1.0], [2.0], [4.0]]), np.array([0, 2, 0]), 3, scale_grad_by_freq=True)
    array([[2.5],
           [0. ],
           [2. ]])
    """
    require_floating(grad_output=grad_output)
    require_identifiers("input", input, np.int32, np.int64)
    require_whole("num_embeddings", num_embeddings, at_least=0)
    require_ndim("grad_output", grad_output, input.ndim + 1)
    require_shape("grad_output", grad_output, (*input.shape, grad_output.shape[-1]))
    require_flag(scale_grad_by_freq=scale_grad_by_freq)
    _require_range("input", input, num_embeddings, "num_embeddings leaves room")
    padding_row = _padding_row(padding_idx, num_embeddings)

    dim = grad_output.shape[-1]
    grads = widened(grad_output)
    grad_weight = np.zeros((num_embeddings, dim), dtype=grads.dtype)
    # np.add.at adds for every occurrence; grad_weight[input] += ... would keep only one of several.
    # It is several times faster over single values than over rows.
    places = input.reshape(-1, 1).astype(np.int64) * dim + np.arange(dim)
    with quiet():
        np.add.at(grad_weight.reshape(-1), places.reshape(-1), grads.reshape(-1))
        if scale_grad_by_freq:
            uses = np.bincount(input.reshape(-1), minlength=num_embeddings)
            grad_weight /= np.maximum(uses, 1)[:, np.newaxis]
    if padding_row is not None:
        grad_weight[padding_row] = 0
    return rounded(grad_weight, grad_output.dtype)


def _require_range(name: str, identifiers: np.ndarray, size: int, who: str) -> None:
    # without its sign, a negative number is larger than any row's
    unsigned = identifiers.view(f"u{identifiers.itemsize}")
    if identifiers.size and unsigned.max() >= size:
        room = f"0 to {size - 1}" if size else "none"
        raise ArgumentIndexError(
            name, f"holds identifiers from {identifiers.min()} to {identifiers.max()}", f"{who} for {room}"
        )


def _padding_row(padding_idx: int | None, size: int) -> int | None:
    if padding_idx is None:
        return None
    require_whole("padding_idx", padding_idx, at_least=-size)
    if padding_idx >= size:
        raise ArgumentValueError("padding_idx", f"is {padding_idx}", f"at most {size - 1} is expected")
    return int(padding_idx) % size
