"""The gradients of scaled dot-product attention."""

from __future__ import annotations

import numpy as np

from course import functional
from course.catalog.chapters import chapter
from course.chapters.attention.draws import draw_inputs, few_numbers, large_scores
from course.chapters.attention.worked_out import added_up
from course.checking.on_the_way import on_the_way
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake


def scaled_dot_product_attention_backward(grad_output, query, key, value):
    """Give the gradients of attention without a mask.

    grad_output  (..., l_q, d_v)  gradient of the loss with respect to the output
    query        (..., l_q, d_k)  as in the forward pass, like key and value
    key          (..., l_k, d_k)
    value        (..., l_k, d_v)
    returns grad_query, grad_key, grad_value, each shaped as its argument

    >>> zero = np.zeros((2, 1))
    >>> scaled_dot_product_attention_backward(np.array([[1.0], [3.0]]), zero, zero, zero)[2]
    array([[2.],
           [2.]])
    """
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)

    grad_value = weights.swapaxes(-2, -1) @ grad_output
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    average = (weights * grad_weights).sum(axis=-1, keepdims=True)
    grad_scores = weights * (grad_weights - average)
    grad_query = grad_scores @ key / root
    grad_key = grad_scores.swapaxes(-2, -1) @ query / root
    return grad_query, grad_key, grad_value


def _arguments(rng: np.random.Generator, *batch: int, l_q: int, l_k: int, d_k: int, d_v: int) -> dict[str, np.ndarray]:
    grad_output = normal(rng, *batch, l_q, d_v)
    return {"grad_output": grad_output, **draw_inputs(rng, *batch, l_q=l_q, l_k=l_k, d_k=d_k, d_v=d_v)}


def _large(rng: np.random.Generator) -> dict[str, np.ndarray]:
    query, key = large_scores(rng, (40, -40, 40))
    key[-1, 0] = 0  # its scores are near 0, and the other scores are far above or far below
    return {"grad_output": normal(rng, 3, 2), "query": query, "key": key, "value": normal(rng, 5, 2)}


def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"grad_output": whole(rng, 2, 1), **few_numbers(rng, l_q=2, l_k=2, d_k=2, d_v=1)}


_ways = on_the_way(scaled_dot_product_attention_backward, "weights", "grad_scores")


def _backward(arguments: Arguments) -> tuple[np.ndarray, ...] | None:
    """Give the weights and the gradient of the scores, unless there is a batch."""
    return _ways(**arguments) if arguments["query"].ndim == 2 else None


def _grad_query(arguments: Arguments, index: tuple[int, ...]) -> str:
    found = _backward(arguments)
    key = arguments["key"]
    return added_up(found[1][index[0]], key[:, index[1]], f"√{key.shape[1]}") if found else ""


def _grad_key(arguments: Arguments, index: tuple[int, ...]) -> str:
    found = _backward(arguments)
    query = arguments["query"]
    return added_up(found[1][:, index[0]], query[:, index[1]], f"√{query.shape[1]}") if found else ""


def _grad_value(arguments: Arguments, index: tuple[int, ...]) -> str:
    found = _backward(arguments)
    return added_up(found[0][:, index[0]], arguments["grad_output"][:, index[1]]) if found else ""


EXERCISE = Exercise(
    points=5,
    solution=scaled_dot_product_attention_backward,
    stages={
        "the attention weights": Aside("weights", "the gradient of the scaled scores"),
        "the gradient of the attention weights": "grad_weights",
        "the gradient of the scaled scores": "grad_scores",
        "the gradient of the queries": "grad_query",
    },
    reference=functional.scaled_dot_product_attention_backward,
    oracle=TorchGradient("torch.nn.functional.scaled_dot_product_attention", wrt=(0, 1, 2)),
    returns=("grad_query", "grad_key", "grad_value"),
    cases=(
        Case("two queries and two keys", _by_hand),
        Case("one sentence", lambda rng: _arguments(rng, l_q=2, l_k=3, d_k=4, d_v=5)),
        Case("as many queries as keys", lambda rng: _arguments(rng, l_q=4, l_k=4, d_k=3, d_v=2)),
        Case("all sizes the same", lambda rng: _arguments(rng, l_q=3, l_k=3, d_k=3, d_v=3)),
        Case("a batch with heads", lambda rng: _arguments(rng, 2, 3, l_q=4, l_k=5, d_k=6, d_v=2)),
        Case("large scores", _large, note="scores near 800, 0 and -800", weight=0.5),
    ),
    mistakes=(
        Mistake(
            "no-scale",
            edit=(("@ key / root", "@ key"), ("@ query / root", "@ query")),
            gives="when the root of d_k is left out in the backward pass.",
            advice="The scores were divided by a root. The chain rule takes that factor to the query and to the key.",
        ),
        Mistake(
            "scale-for-query-only",
            edit=("@ query / root", "@ query"),
            gives="when the key's gradient is not divided by the root of d_k.",
            advice="The root divides the product of both. Where is it in the key's gradient?",
        ),
        Mistake(
            "no-maximum",
            edit=("np.exp(scores - scores.max(axis=-1, keepdims=True))", "np.exp(scores)"),
            gives="when the largest score of a row is not subtracted first: exp(1000) is infinite.",
            advice="Softmax does not change when the same number is subtracted from a whole row.",
        ),
        Mistake(
            "no-average",
            edit=("(grad_weights - average)", "grad_weights"),
            gives="when the softmax's average is not subtracted.",
            advice="If one weight of a row grows, the others shrink. Which term of the softmax's gradient says so?",
        ),
        Mistake(
            "average-without-weights",
            edit=("(weights * grad_weights).sum(", "grad_weights.sum("),
            gives="when the gradients of a row are summed without their weights.",
            advice="The sum in the softmax's gradient is an average: each term is multiplied by its weight.",
        ),
        Mistake(
            "softmax-skipped",
            edit=("weights * (grad_weights - average)", "grad_weights"),
            gives="when the gradient of the weights is used as the gradient of the scores.",
            advice=(
                f"Between scores and weights there is a softmax. Its gradient is in {chapter('softmax_and_losses')}."
            ),
        ),
        Mistake(
            "each-weight-alone",
            edit=("weights * (grad_weights - average)", "weights * (1 - weights) * grad_weights"),
            gives="when each weight is taken to depend on its own score only: w (1 - w), as for a sigmoid.",
            advice="Every score of a row changes every weight of it. Sum over the row.",
        ),
        Mistake(
            "average-over-queries",
            edit=("(weights * grad_weights).sum(axis=-1", "(weights * grad_weights).sum(axis=-2"),
            gives="when the softmax's average runs over the queries.",
            advice="The softmax ran over the keys, the last axis. Its gradient sums over the same axis.",
        ),
        Mistake(
            "plain-mean",
            edit=("(weights * grad_weights).sum(", "grad_weights.mean("),
            gives="when the plain mean is subtracted instead of the weighted one.",
            advice="In the softmax's gradient each term of the average has its weight.",
        ),
        Mistake(
            "value-not-turned",
            edit=("weights.swapaxes(-2, -1) @ grad_output", "weights @ grad_output"),
            gives="when the weights are not transposed for grad_value.",
            advice="grad_value has a row for each key: it sums over the queries.",
        ),
        Mistake(
            "key-not-turned",
            edit=("grad_scores.swapaxes(-2, -1) @ query", "grad_scores @ query"),
            gives="when the gradient of the scores is not transposed for grad_key.",
            advice="grad_key has a row for each key: it sums over the queries.",
        ),
        Mistake(
            "query-and-key-exchanged",
            edit=("return grad_query, grad_key", "return grad_key, grad_query"),
            gives="when grad_key comes first and grad_query second.",
            advice="Compare the order of your results with the docstring.",
        ),
    ),
    hints=(
        "Compute the weights as in the forward pass. Then go backwards: first through weights @ value, which is "
        f"a matrix product as in {chapter('linear')}.",
        "grad_value = weightsᵀ · grad_output, and grad_weights = grad_output · valueᵀ. swapaxes(-2, -1) "
        "transposes with a batch, too.",
        "Through the softmax, row by row: grad_scores = weights * (grad_weights - average), with average the sum "
        "of weights * grad_weights over the keys.",
        "scores = query · keyᵀ / √d_k is a matrix product again: one gradient takes grad_scores as it is, the "
        "other transposed. Both are divided by √d_k.",
    ),
    explanation=(
        "Two matrix products and a softmax, backwards in turn. A product A B gives grad · Bᵀ for A, and Aᵀ · "
        "grad for B. The softmax subtracts the weighted average of each row, since its weights always add up to "
        "1."
    ),
    trace={"grad_query": _grad_query, "grad_key": _grad_key, "grad_value": _grad_value},
)
