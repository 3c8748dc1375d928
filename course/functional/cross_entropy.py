"""Cross-entropy: scores of classes against the right class, or against probabilities of all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course.errors import ArgumentIndexError, ArgumentTypeError, ArgumentValueError
from course.functional.arguments import LONG, given, require_floating, require_real, require_shape, require_whole
from course.functional.precision import quiet, rounded, widened
from course.functional.reduction import reduced, require_reduction, spread
from course.functional.softmax import log_softmax, log_softmax_parts, softmax_parts


def cross_entropy(
    input: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> np.ndarray:
    r"""Compare logits with classes: :math:`\ell = -\sum_c w_c\, q_c \log \mathrm{softmax}(x)_c`.

    :math:`q` is 1 for the target's class and 0 for others, or the target itself where that holds probabilities.
    Label smoothing :math:`\varepsilon` takes :math:`(1 - \varepsilon) q + \varepsilon / C` for it.

    Parameters
    ----------
    input
        Logits, shape ``(C,)``, ``(N, C)`` or ``(N, C, d_1, ..., d_k)``.
    target
        Classes 0 .. C-1 in int64, shape ``()``, ``(N,)`` or ``(N, d_1, ..., d_k)``, for the first two also in uint8;
        or probabilities, of the shape and dtype of `input`.
    weight
        One factor a class, shape ``(C,)``.
    ignore_index
        A target that costs nothing and is not counted in the mean. Only for classes.
    reduction
        'mean', 'sum' or 'none'. The mean of classes divides by the sum of their weights,
        the mean of probabilities by the number of positions.
    label_smoothing
        0 .. 1.
        PyTorch's old `size_average` and `reduce` come before these four, so they are given by name.

    Returns
    -------
    Shape ``()``; for 'none' ``()``, ``(N,)`` or ``(N, d_1, ..., d_k)``.

    Raises
    ------
    TypeError
        Where input, weight or probabilities are not floating-point numbers of one dtype, or classes of another dtype.
    ValueError
        Where a shape does not fit, there is no such reduction, or probabilities come with an ignore_index.
    IndexError
        Where a class is none of 0 .. C-1 and not the ignore_index.

    References
    ----------
    PyTorch, ``torch.nn.functional.cross_entropy``.

    Examples
    --------
    >>> logits = np.array([[0.0, 0.0], [1000.0, 0.0]])
    >>> cross_entropy(logits, np.array([0, 1]), reduction="none").round(4)
    array([6.931e-01, 1.000e+03])
    >>> cross_entropy(logits[:1], np.array([1]))
    array(0.69314718)
    """
    _require(input, target, weight, ignore_index, reduction, label_smoothing)
    with quiet():
        parts = _parts(input, target, weight, ignore_index, float(label_smoothing))
    shifted, log_total = log_softmax_parts(widened(input), parts.axis)
    with quiet():
        losses = []
        if parts.classes is not None:
            # only the target's class is looked up: an impossible one, of logit -inf, must not turn 0 into 0 times inf
            at_class = shifted.take(_places(shifted.shape, parts.axis, parts.classes))
            losses.append(parts.at_class * (log_total - at_class))
        if parts.everywhere is not None:
            losses.append((parts.everywhere * (log_total - shifted)).sum(axis=parts.axis, keepdims=True))
        # each is reduced for itself: where all weights are 0, PyTorch's mean is 0 / 0 even next to a smoothed loss
        counted = (np.where(parts.counted, each, 0).squeeze(parts.axis) for each in losses)
        loss = sum((reduced(each, reduction, parts.total) for each in counted), np.zeros((), shifted.dtype))
    return rounded(loss, input.dtype)


def cross_entropy_backward(
    grad_output: np.ndarray | float,
    input: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    r"""Give the gradients of `cross_entropy`: :math:`g (\mathrm{softmax}(x) - q)` for the logits, unweighted.

    With weights, :math:`g (\mathrm{softmax}(x)_c \sum_k w_k q_k - w_c q_c)`.

    Parameters
    ----------
    grad_output
        Shape of the loss; a plain number will do for shape ``()``.
    input, target, weight, ignore_index, reduction, label_smoothing
        As in the forward pass.

    Returns
    -------
    grad_input, grad_target, grad_weight
        Shaped as their arguments. The last two are None for classes, as PyTorch has none either, and grad_weight is
        None where weight was left out.

    Raises
    ------
    TypeError, ValueError, IndexError
        As `cross_entropy`, and where grad_output has not the loss's dtype and shape.

    Examples
    --------
    >>> cross_entropy_backward(1.0, np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([0, 1]))[0]
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    _require(input, target, weight, ignore_index, reduction, label_smoothing)
    with quiet():
        parts = _parts(input, target, weight, ignore_index, float(label_smoothing))
    axis, kind = parts.axis, input.dtype
    g = spread(grad_output, input.shape[:axis] + input.shape[axis + 1 :], kind, reduction, parts.total)
    g = np.where(parts.counted, np.expand_dims(g, axis) if reduction == "none" else g, g.dtype.type(0))

    # g times: softmax times the sum of all shares w q, less each class's own share
    with quiet():
        grad_logits, totals = softmax_parts(np.ascontiguousarray(widened(input)), axis)
        at_class = g * parts.at_class
        if parts.everywhere is None:
            grad_logits *= at_class / totals
        else:
            everywhere = g * parts.everywhere
            grad_logits *= (everywhere.sum(axis=axis, keepdims=True) + at_class) / totals
            grad_logits -= everywhere
        if parts.classes is not None:
            places = _places(grad_logits.shape, axis, parts.classes)
            np.subtract.at(grad_logits.reshape(-1), places.reshape(-1), at_class.reshape(-1))
    grad_input = rounded(grad_logits, kind)
    if parts.classes is not None:
        return grad_input, None, None

    with quiet():
        grad_shares = -g * log_softmax(widened(input), axis)
        kept = 1 - float(label_smoothing)
        grad_target = rounded(kept * parts.weight * grad_shares, kind)
        if weight is None:
            return grad_input, grad_target, None
        q = kept * widened(target) + float(label_smoothing) / max(len(weight), 1)
        others = tuple(other for other in range(input.ndim) if other != axis)
        return grad_input, grad_target, rounded((q * grad_shares).sum(axis=others), kind)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the loss is made of; arrays broadcast to the input, with the axis of classes kept."""

    axis: int
    weight: np.ndarray
    classes: np.ndarray | None  # the class of each position, any where it is ignored
    at_class: np.ndarray | float  # w q there, beyond `everywhere`
    everywhere: np.ndarray | None  # w q of all classes
    counted: np.ndarray  # False where the target is ignored
    total: float | np.floating  # what a mean divides by


def _parts(
    input: np.ndarray, target: np.ndarray, weight: np.ndarray | None, ignore_index: int, label_smoothing: float
) -> _Parts:
    axis = min(input.ndim - 1, 1)
    num_classes = input.shape[axis]
    kind = widened(input[:0]).dtype
    along_axis = (num_classes,) + (1,) * (input.ndim - 1 - axis)
    w = np.ones(along_axis, kind) if weight is None else widened(weight).reshape(along_axis)
    smooth = w * (label_smoothing / max(num_classes, 1))
    if target.dtype.kind == "f":
        positions = input.size / num_classes if num_classes else float("nan")
        q = w * (1 - label_smoothing) * widened(target) + smooth
        return _Parts(axis, w, None, 0.0, q, np.ones((), bool), positions)
    target = np.expand_dims(target, axis)
    counted = target != ignore_index
    classes = (target * counted).astype(np.int64, copy=False)
    weights = counted.astype(kind) if weight is None else w.ravel()[classes] * counted
    everywhere = smooth if label_smoothing else None
    return _Parts(axis, w, classes, (1 - label_smoothing) * weights, everywhere, counted, weights.sum())


def _places(shape: tuple[int, ...], axis: int, classes: np.ndarray) -> np.ndarray:
    """Give where the class of each position is in the flat array: one index a value is read faster than one an axis."""
    samples, positions = math.prod(shape[:axis]), math.prod(shape[axis + 1 :])
    rows = classes.reshape(samples, positions) + shape[axis] * np.arange(samples)[:, np.newaxis]
    return (rows * positions + np.arange(positions)).reshape(classes.shape)


def _require(
    input: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> None:
    require_floating(input=input, **given(weight=weight))
    if not isinstance(target, np.ndarray):
        raise ArgumentTypeError("target", f"is a {type(target).__name__}", "a NumPy array is expected")
    if not input.ndim:
        raise ArgumentValueError("input", "has shape ()", "at least 1 axis, of classes, is expected")
    require_reduction(reduction)
    require_whole("ignore_index", ignore_index)
    require_real(label_smoothing=label_smoothing)
    if not 0 <= label_smoothing <= 1:
        raise ArgumentValueError("label_smoothing", f"is {label_smoothing}", "0 to 1 is expected")
    num_classes = input.shape[min(input.ndim - 1, 1)]
    require_shape("weight", weight, (num_classes,))

    if target.dtype.kind == "f":
        require_floating(input=input, target=target)
        require_shape("target", target, input.shape)
        if ignore_index >= 0:
            raise ArgumentValueError(
                "ignore_index", f"is {ignore_index}", "a target of probabilities has no class to ignore"
            )
        return
    # PyTorch has two ways inside, and that for further axes knows int64 only
    allowed = (*LONG, np.dtype(np.uint8)) if input.ndim <= 2 else LONG
    if target.dtype not in allowed:
        raise ArgumentTypeError(
            "target",
            f"has dtype {target.dtype}",
            f"int64{' or uint8' if input.ndim <= 2 else ''} is expected for classes, {input.dtype} for probabilities",
        )
    require_shape("target", target, input.shape[:1] + input.shape[2:] if input.ndim > 1 else ())
    if not target.size or (target.min() >= 0 and target.max() < num_classes):
        return
    counted = target[target != ignore_index]
    if counted.size and (counted.min() < 0 or counted.max() >= num_classes):
        raise ArgumentIndexError(
            "target",
            f"holds classes from {counted.min()} to {counted.max()}",
            f"0 to {num_classes - 1} or the ignore_index {ignore_index} is expected",
        )
