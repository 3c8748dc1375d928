"""Chapter 13, the way back: the gradients of attention, and a layer to repair."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.attention_one_head import CHAPTER, some_hidden
from course.chapters.mistakes import attention_backward as wrong
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception


def scaled_dot_product_attention_backward(grad_output, query, key, value):
    """Give the three gradients, from the last product back to the first."""
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)

    grad_value = weights.swapaxes(-2, -1) @ grad_output
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    average = (weights * grad_weights).sum(axis=-1, keepdims=True)
    grad_scores = weights * (grad_weights - average)
    grad_query = grad_scores @ key / root
    grad_key = grad_scores.swapaxes(-2, -1) @ query / root
    return grad_query, grad_key, grad_value


def _arguments(rng: np.random.Generator, *batch: int, l_q: int, l_k: int, d_k: int, d_v: int) -> dict[str, np.ndarray]:
    return {
        "grad_output": normal(rng, *batch, l_q, d_v),
        "query": normal(rng, *batch, l_q, d_k),
        "key": normal(rng, *batch, l_k, d_k),
        "value": normal(rng, *batch, l_k, d_v),
    }


def _large(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw scores near 800, which differ by small whole numbers."""
    query, key = (rng.integers(-2, 3, size=(rows, 4)).astype(float) for rows in (3, 5))
    query[:, 0] = key[:, 0] = 40
    return {"grad_output": normal(rng, 3, 2), "query": query, "key": key, "value": normal(rng, 5, 2)}


BACKWARD = Exercise(
    name="scaled_dot_product_attention_backward",
    chapter=CHAPTER,
    points=5,
    reference=functional.scaled_dot_product_attention_backward,
    solution=scaled_dot_product_attention_backward,
    oracle=TorchGradient(
        "torch.nn.functional.scaled_dot_product_attention",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, query, key, value: ((query, key, value), {}),
    ),
    returns=("grad_query", "grad_key", "grad_value"),
    cases=(
        Case("one sentence", lambda rng: _arguments(rng, l_q=2, l_k=3, d_k=4, d_v=5)),
        Case("as many queries as keys", lambda rng: _arguments(rng, l_q=4, l_k=4, d_k=3, d_v=2)),
        Case("all sizes the same", lambda rng: _arguments(rng, l_q=3, l_k=3, d_k=3, d_v=3)),
        Case("a batch with heads", lambda rng: _arguments(rng, 2, 3, l_q=4, l_k=5, d_k=6, d_v=2)),
        Case("large scores", _large, note="scores near 800", weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "scaled_dot_product_attention_backward.no-scale",
            wrong.backward_no_scale,
            "when the root of d_k is left out on the way back.",
            "The scores were divided by a root. The chain rule takes that factor to the query and to the key.",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.scale-for-query-only",
            wrong.backward_scale_for_query_only,
            "when only the query's gradient is divided by the root of d_k.",
            "The root divides the product of both. Does it not belong to the key's gradient, too?",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.no-average",
            wrong.backward_no_sum,
            "when the softmax's average is not subtracted.",
            "If one weight of a row grows, the others shrink. Which term of the softmax's gradient says so?",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.softmax-skipped",
            wrong.backward_no_softmax,
            "when the gradient of the weights is taken for that of the scores.",
            "Between scores and weights there is a softmax. Chapter 04 has its gradient.",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.each-weight-alone",
            wrong.backward_each_weight_alone,
            "when each weight is taken to depend on its own score only: w (1 - w), as for a sigmoid.",
            "Every score of a row changes every weight of it. Sum over the row.",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.average-over-queries",
            wrong.backward_sum_over_queries,
            "when the softmax's average runs over the queries.",
            "The softmax ran over the keys, the last axis. Its gradient sums over the same.",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.plain-mean",
            wrong.backward_plain_mean,
            "when the plain mean is subtracted, in place of the weighted one.",
            "In the softmax's gradient each term of the average has its weight.",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.value-not-turned",
            wrong.backward_value_not_turned,
            "when the weights are not transposed for grad_value.",
            "grad_value has a row for each key: it sums over the queries.",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.key-not-turned",
            wrong.backward_key_not_turned,
            "when the gradient of the scores is not transposed for grad_key.",
            "grad_key has a row for each key: it sums over the queries.",
        ),
        Misconception(
            "scaled_dot_product_attention_backward.query-and-key-exchanged",
            wrong.backward_exchanged,
            "when grad_key comes first and grad_query second.",
            "Compare the order of your results with the docstring.",
        ),
    ),
    hints=(
        "Compute the weights as in the forward pass. Then go backwards: first through weights @ value, which is a "
        "matrix product as in chapter 01.",
        "grad_value = weightsᵀ · grad_output, and grad_weights = grad_output · valueᵀ. swapaxes(-2, -1) transposes "
        "with a batch, too.",
        "Through the softmax, row by row: grad_scores = weights * (grad_weights - average), with average the sum of "
        "weights * grad_weights over the keys.",
        "scores = query · keyᵀ / √d_k is a matrix product again: one gradient takes grad_scores as it is, the other "
        "transposed. Both are divided by √d_k.",
    ),
    explanation=(
        "Two matrix products and a softmax, backwards in turn. A product A B gives grad · Bᵀ for A, and Aᵀ · grad for "
        "B. The softmax subtracts the weighted average of each row, since its weights always add up to 1."
    ),
)


def repair_attention(query, key, value, mask):
    """Attend query by query, where the mask lets it."""
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        fit = np.where(mask[i], fit, -np.inf)
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() @ value
    return output


def _masked(rng: np.random.Generator, l_q: int, l_k: int, mask: np.ndarray | None = None) -> dict[str, np.ndarray]:
    return {
        "query": normal(rng, l_q, 4),
        "key": normal(rng, l_k, 4),
        "value": normal(rng, l_k, 3),
        "mask": some_hidden(rng, l_q, l_k) if mask is None else mask,
    }


REPAIR = Exercise(
    name="repair_attention",
    chapter=CHAPTER,
    points=2,
    reference=repair_attention,
    oracle=TorchFunction("torch.nn.functional.scaled_dot_product_attention"),
    given=wrong.repair_as_given,
    cases=(
        Case("causal", lambda rng: _masked(rng, 4, 4, np.tri(4, dtype=bool)), note="a causal mask"),
        Case("any mask", lambda rng: _masked(rng, 3, 5)),
        Case("padding", lambda rng: _masked(rng, 3, 5, np.arange(15).reshape(3, 5) % 5 < 3), note="two keys hidden"),
        Case("nothing hidden", lambda rng: _masked(rng, 2, 3, np.ones((2, 3), dtype=bool)), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "repair_attention.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "Print `share / share.sum()` for the first word of a causal mask. Which weights should be 0?",
        ),
        Misconception(
            "repair_attention.weights-hidden",
            wrong.repair_shares_not_renewed,
            "when the weights are hidden after the softmax: those that are left don't add up to 1.",
            "Hide before exp. The sum is then taken over what is left.",
        ),
        Misconception(
            "repair_attention.mask-added",
            wrong.repair_mask_added,
            "when the mask is added as 1 and 0.",
            "Adding 0 hides nothing. What must be added to a score, for exp to give 0?",
        ),
        Misconception(
            "repair_attention.mask-reversed",
            wrong.repair_mask_reversed,
            "when it is hidden what may be seen.",
            "True means: may look. Exchange the two branches.",
        ),
        Misconception(
            "repair_attention.mask-left-out",
            wrong.repair_mask_left_out,
            "when the mask isn't used at all.",
            "The mask was used in the wrong way. It still has to hide.",
        ),
        Misconception(
            "repair_attention.minus-one",
            wrong.repair_minus_one,
            "when hidden scores become -1, which exp makes 0.37 and not 0.",
            "Which score gives weight 0, whatever the others are?",
        ),
    ),
    hints=(
        "Work through one query by hand: three scores, the last one hidden. What does the third line make of it?",
        "The hidden score is 0 after the multiplication. What is exp(0)?",
        "A hidden score has to become -np.inf: np.where(mask[i], ...) leaves the others as they are.",
    ),
    explanation=(
        "Multiplying by False makes a score 0, and a score of 0 is one among others: it can even beat the negative "
        "ones. Only -inf becomes a weight of 0."
    ),
)

BACKWARDS = (BACKWARD, REPAIR)
