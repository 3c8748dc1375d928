"""Chapter 13, the core: who may look where, and the weighted mean of the values."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.mistakes import attention as wrong
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception
from course.checking.work import Student

CHAPTER = "13_attention"


def causal_mask(length):
    """Say who may look where: each position at itself and at those before."""
    return np.tri(length, dtype=bool)


KINDS = {"b": "truth values", "i": "whole numbers", "u": "whole numbers", "f": "floating-point numbers"}


def use_causal_mask(student: Student, length: int) -> tuple[Any, str]:
    """Give the student's mask, and what it holds: attention would add a mask of ones and zeros to the scores."""
    mask = student.call("causal_mask", length)
    try:
        held = mask if isinstance(mask, np.ndarray) else np.array(mask)
        kind = KINDS.get(held.dtype.kind, "something else")
    except ValueError:
        kind = "something else"  # rows of different lengths
    return mask, kind


CAUSAL_MASK = Exercise(
    name="causal_mask",
    chapter=CHAPTER,
    points=1,
    reference=causal_mask,
    oracle=None,
    use=use_causal_mask,
    returns=("mask", "kind"),
    cases=(
        Case("a short sentence", lambda rng: {"length": int(rng.integers(3, 6))}),
        Case("a longer one", lambda rng: {"length": int(rng.integers(7, 12))}),
        Case("one word", lambda rng: {"length": 1}, note="it may look at itself", weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "causal_mask.transposed",
            wrong.mask_transposed,
            "when the mask is transposed: every word looks at what comes after it.",
            "Row i belongs to query i. Which columns may the first word look at?",
        ),
        Misconception(
            "causal_mask.reversed",
            wrong.mask_reversed,
            "when True means hidden.",
            "Here True means: may look. In torch.nn.MultiheadAttention it is the other way round.",
        ),
        Misconception(
            "causal_mask.hides-the-present",
            wrong.mask_hides_present,
            "when a word may not look at itself. The first one has nothing to look at then.",
            "Position i may look at 0, 1, ..., i. Is i among yours?",
        ),
        Misconception(
            "causal_mask.numbers",
            wrong.mask_of_numbers,
            "when the mask holds the numbers 1 and 0.",
            "A mask of numbers is added to the scores: 1 and 0 would hide nothing. Make it truth values.",
        ),
        Misconception(
            "causal_mask.scores",
            wrong.mask_of_scores,
            "when the mask holds 0 and -inf, to be added to the scores.",
            "Attention takes this kind, too, but here True and False are asked for.",
        ),
        Misconception(
            "causal_mask.one-ahead",
            wrong.mask_one_ahead,
            "when every word may look at the next one, too.",
            "The next word is the one to be guessed. Where does row i have to end?",
        ),
        Misconception(
            "causal_mask.present-only",
            wrong.mask_present_only,
            "when every word may look at itself only.",
            "What comes before position i may be looked at as well.",
        ),
        Misconception(
            "causal_mask.everything",
            wrong.mask_everything,
            "when nothing is hidden.",
            "Write down the mask for length 3 by hand: which of the nine are False?",
        ),
    ),
    hints=(
        "mask[i, j] says whether query i may look at key j. For which j is that so?",
        "It may where j <= i. Compare all pairs at once: np.arange(length) as a column with itself as a row.",
        "np.tri(length) has ones on the diagonal and below it. Its dtype argument makes them truth values.",
    ),
    explanation=(
        "Query i may look at keys 0 to i, so row i begins with i + 1 times True. `np.tri` fills the diagonal and what "
        "is below it."
    ),
)


def scaled_dot_product_attention(query, key, value, attn_mask=None, is_causal=False):
    """Give each query the mean of the values, weighted by how well their keys fit."""
    scores = query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    if is_causal:
        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
    if attn_mask is not None and attn_mask.dtype == bool:
        scores = np.where(attn_mask, scores, -np.inf)
    elif attn_mask is not None:
        scores = scores + attn_mask
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ value


def _arrays(rng: np.random.Generator, *batch: int, l_q: int, l_k: int, d_k: int, d_v: int) -> dict[str, np.ndarray]:
    return {
        "query": normal(rng, *batch, l_q, d_k),
        "key": normal(rng, *batch, l_k, d_k),
        "value": normal(rng, *batch, l_k, d_v),
    }


def some_hidden(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw a boolean mask that hides at least one key from every query, and leaves at least one."""
    mask = rng.random(shape) < 0.5
    for row in mask.reshape(-1, shape[-1]):
        shown, hidden = rng.choice(shape[-1], size=2, replace=False)
        row[shown], row[hidden] = True, False
    return mask


def _numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return np.where(some_hidden(rng, *shape), 2 * normal(rng, *shape), -np.inf)


def _large(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw scores near 800 for the first query and near -800 for the second: exp gives inf and 0 for these.

    Small whole numbers beside the large ones make the weights of a row differ, in float32 as in float64.
    """
    query, key = (rng.integers(-2, 3, size=(rows, 4)).astype(float) for rows in (2, 5))
    query[:, 0], key[:, 0] = (40, -40), 40
    return {"query": query, "key": key, "value": normal(rng, 5, 3)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    query, key, value = (arguments[name] for name in ("query", "key", "value"))
    if query.ndim > 2 or len(key) > 4 or "attn_mask" in arguments or "is_causal" in arguments:
        return ""
    i, j = index
    weights = functional.softmax(query[i] @ key.T / np.sqrt(query.shape[1]), dim=-1)
    terms = [f"{w:.3f}·{v:.4g}" if v >= 0 else f"{w:.3f}·({v:.4g})" for w, v in zip(weights, value[:, j], strict=True)]
    return f"{' + '.join(terms)} = {weights @ value[:, j]:.4g}, query {i}'s weights times column {j} of value"


ATTENTION = Exercise(
    name="scaled_dot_product_attention",
    chapter=CHAPTER,
    points=5,
    reference=functional.scaled_dot_product_attention,
    solution=scaled_dot_product_attention,
    oracle=TorchFunction("torch.nn.functional.scaled_dot_product_attention"),
    cases=(
        Case("one sentence", lambda rng: _arrays(rng, l_q=2, l_k=3, d_k=4, d_v=5)),
        Case("as many queries as keys", lambda rng: _arrays(rng, l_q=4, l_k=4, d_k=3, d_v=2)),
        Case("a batch with heads", lambda rng: _arrays(rng, 2, 3, l_q=4, l_k=5, d_k=6, d_v=2)),
        Case(
            "large scores",
            _large,
            note="scores near 800 in one row, near -800 in the other",
        ),
        Case(
            "a mask of truth values",
            lambda rng: {**_arrays(rng, 2, l_q=4, l_k=6, d_k=3, d_v=5), "attn_mask": some_hidden(rng, 4, 6)},
        ),
        Case(
            "a mask for each sentence",
            lambda rng: {**_arrays(rng, 3, l_q=4, l_k=5, d_k=2, d_v=3), "attn_mask": some_hidden(rng, 3, 1, 5)},
            note="the same keys are hidden from all queries of a sentence",
        ),
        Case(
            "a mask of numbers",
            lambda rng: {**_arrays(rng, 2, l_q=3, l_k=5, d_k=4, d_v=2), "attn_mask": _numbers(rng, 3, 5)},
            note="added to the scores; -inf is among them",
        ),
        Case("causal", lambda rng: {**_arrays(rng, 2, l_q=5, l_k=5, d_k=3, d_v=4), "is_causal": True}),
        Case(
            "causal, more keys than queries",
            lambda rng: {**_arrays(rng, l_q=3, l_k=6, d_k=4, d_v=2), "is_causal": True},
            note="query i may look at keys 0 to i",
            weight=0.5,
        ),
        Case("one key", lambda rng: _arrays(rng, l_q=3, l_k=1, d_k=2, d_v=4), weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "scaled_dot_product_attention.no-scale",
            wrong.no_scale,
            "when the scores are not divided by the root of d_k.",
            "Look at the formula once more: what stands under the product of query and key?",
        ),
        Misconception(
            "scaled_dot_product_attention.scale-without-root",
            wrong.scale_without_root,
            "when the scores are divided by d_k itself.",
            "A sum of d_k products grows like the root of d_k, not like d_k.",
        ),
        Misconception(
            "scaled_dot_product_attention.scale-of-values",
            wrong.scale_of_values,
            "when the scores are divided by the root of d_v, the size of a value.",
            "The scores come from queries and keys. Whose size counts?",
        ),
        Misconception(
            "scaled_dot_product_attention.scale-after-softmax",
            wrong.scale_after_softmax,
            "when the weights are divided by the root of d_k, after the softmax.",
            "The weights of a query must add up to 1. The division belongs to the scores.",
        ),
        Misconception(
            "scaled_dot_product_attention.softmax-over-queries",
            wrong.softmax_over_queries,
            "when the softmax runs over the queries.",
            "Each query shares itself out among the keys. Which axis of (l_q, l_k) must add up to 1?",
        ),
        Misconception(
            "scaled_dot_product_attention.no-softmax",
            wrong.softmax_left_out,
            "when the scores themselves weigh the values.",
            "The scores become weights by a softmax.",
        ),
        Misconception(
            "scaled_dot_product_attention.mask-reversed",
            wrong.polarity_reversed,
            "when True in a mask hides.",
            "In this function True means: may look. In torch.nn.MultiheadAttention it is the other way round.",
        ),
        Misconception(
            "scaled_dot_product_attention.mask-multiplied",
            wrong.mask_multiplied,
            "when the scores are multiplied by the mask.",
            "A score of 0 is not hidden: exp(0) is 1. Which score has weight 0?",
        ),
        Misconception(
            "scaled_dot_product_attention.hidden-score-zero",
            wrong.hidden_scores_zero,
            "when hidden scores become 0.",
            "A score of 0 is not hidden: exp(0) is 1. Which score has weight 0?",
        ),
        Misconception(
            "scaled_dot_product_attention.truth-values-added",
            wrong.truth_values_added,
            "when a boolean mask is added to the scores, as 1 and 0.",
            "Only a mask of numbers is added. Ask for attn_mask.dtype first.",
        ),
        Misconception(
            "scaled_dot_product_attention.mask-after-softmax",
            wrong.mask_after_softmax,
            "when weights are set to 0 after the softmax: what is left does not add up to 1.",
            "Hide the scores, before the softmax. Then it shares 1 out among those that are left.",
        ),
        Misconception(
            "scaled_dot_product_attention.numbers-as-truth-values",
            wrong.numbers_as_truth_values,
            "when a mask of numbers is taken for truth values.",
            "A mask of numbers is added to the scores. Ask for attn_mask.dtype first.",
        ),
        Misconception(
            "scaled_dot_product_attention.no-masks",
            wrong.no_masks_at_all,
            "when neither attn_mask nor is_causal is used. All else is right.",
            "Go on with attn_mask: it changes the scores before the softmax.",
        ),
        Misconception(
            "scaled_dot_product_attention.mask-ignored",
            wrong.mask_ignored,
            "when attn_mask is not used.",
            "Where attn_mask is not None, it changes the scores before the softmax.",
        ),
        Misconception(
            "scaled_dot_product_attention.causal-ignored",
            wrong.causal_ignored,
            "when is_causal is not used.",
            "With is_causal, query i may look at keys 0 to i only. Exercise 1 has the mask.",
        ),
        Misconception(
            "scaled_dot_product_attention.causal-transposed",
            wrong.causal_transposed,
            "when the causal mask is transposed: every query looks at what comes after it.",
            "Rows belong to queries. Which keys may query 0 look at?",
        ),
        Misconception(
            "scaled_dot_product_attention.causal-hides-the-present",
            wrong.causal_hides_present,
            "when the causal mask hides the diagonal: query 0 may look nowhere, and its row is 0/0.",
            "Query i may look at keys 0 to i. Is i among yours?",
        ),
        Misconception(
            "scaled_dot_product_attention.causal-from-the-end",
            wrong.causal_from_the_end,
            "when the last query is lined up with the last key.",
            "Here query 0 is lined up with key 0, however many keys there are.",
        ),
        Misconception(
            "scaled_dot_product_attention.no-largest-subtracted",
            wrong.no_largest_subtracted,
            "when exp is taken of large scores: exp(800) is infinite, and exp(-800) is 0.",
            "Softmax stays the same when a constant is subtracted from a row. Which constant keeps exp in bounds?",
        ),
        Misconception(
            "scaled_dot_product_attention.one-largest-for-all",
            wrong.one_largest_for_all,
            "when the largest score of all is subtracted from every row: in a row far below, every exp is 0.",
            "Each query needs the largest of its own scores.",
        ),
    ),
    hints=(
        "scores is a table of dot products: every row of query with every row of key, so (l_q, l_k). "
        "key.swapaxes(-2, -1) turns the last two axes, with a batch before them or without.",
        "Divide by np.sqrt(query.shape[-1]). Then subtract the largest score of each row, take exp, and divide by the "
        "sum of each row: axis=-1, keepdims=True.",
        "A mask comes before the softmax. Hidden scores become -np.inf; np.where chooses between two arrays. "
        "A mask of numbers is added.",
        "is_causal is a boolean mask of shape (l_q, l_k). np.tri takes two sizes.",
    ),
    explanation=(
        "`query @ key.swapaxes(-2, -1)` has a score for each query and key. A hidden one becomes -inf, which exp makes "
        "0. The softmax runs over the keys, the last axis, so each query's weights add up to 1. `weights @ value` is "
        "the weighted mean. All of it works for any axes before the last two."
    ),
    trace=_trace,
)

ONE_HEAD = (CAUSAL_MASK, ATTENTION)
