"""Scaled dot-product attention, with its masks."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.attention.draws import draw_inputs, far_below, few_numbers, large_scores, some_hidden
from course.chapters.attention.worked_out import attended
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def scaled_dot_product_attention(query, key, value, attn_mask=None, is_causal=False):
    """Give each query the mean of the values, weighted by how well their keys fit.

    query      (..., l_q, d_k)  the axes before the last two are the same in all three
    key        (..., l_k, d_k)
    value      (..., l_k, d_v)
    attn_mask  None; or truth values, True: may look; or numbers to be added to the scores.
               Of shape (l_q, l_k), or any other that NumPy broadcasts to the scores'
    is_causal  whether query i may look at keys 0 .. i only
    returns    (..., l_q, d_v)

    >>> one = np.array([[1.0]])
    >>> scaled_dot_product_attention(one, np.array([[0.0], [0.0]]), np.array([[2.0], [4.0]]))
    array([[3.]])
    """
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


def _numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw numbers to be added: -inf is among them, and in each row a 0, which changes nothing and is no False."""
    shown = some_hidden(rng, *shape)
    numbers = np.where(shown, 2 * normal(rng, *shape), -np.inf)
    numbers[np.arange(shape[0]), shown.argmax(axis=-1)] = 0
    return numbers


def _large(rng: np.random.Generator) -> dict[str, np.ndarray]:
    query, key = large_scores(rng, (40, -40))
    return {"query": query, "key": key, "value": normal(rng, 5, 3)}


def _hidden_above(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw scores near -1200, and near -900 for the keys that are hidden."""
    hidden = np.array([False, True, False, False, True])
    query, key = far_below(rng, 3, tuple(np.where(hidden, 45, 60)))
    return {"query": query, "key": key, "value": normal(rng, 5, 2), "attn_mask": np.tile(~hidden, (3, 1))}


def _later_above(rng: np.random.Generator) -> dict[str, object]:
    """Draw scores that grow by 200 from each key to the next, from -1200 on."""
    query, key = far_below(rng, 4, (60, 50, 40, 30))
    return {"query": query, "key": key, "value": normal(rng, 4, 3), "is_causal": True}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    query, key, value = (arguments[name] for name in ("query", "key", "value"))
    if query.ndim > 2 or "attn_mask" in arguments:
        return ""
    i, j = index
    scores = key @ query[i] / np.sqrt(query.shape[1])
    if arguments.get("is_causal"):
        scores[i + 1 :] = -np.inf
    return attended(scores, value[:, j])


EXERCISE = Exercise(
    points=5,
    solution=scaled_dot_product_attention,
    stages={
        "the products of queries and keys": "query @ key.swapaxes(-2, -1)",
        "the scaled scores": "query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])",
        "the attention weights": "weights",
        "the weighted sum of the values": "result",
    },
    reference=functional.scaled_dot_product_attention,
    oracle=TorchFunction("torch.nn.functional.scaled_dot_product_attention"),
    cases=(
        Case("two queries and three keys", lambda rng: few_numbers(rng, l_q=2, l_k=3, d_k=4, d_v=1)),
        Case("one sentence", lambda rng: draw_inputs(rng, l_q=2, l_k=3, d_k=4, d_v=5)),
        Case("as many queries as keys", lambda rng: draw_inputs(rng, l_q=4, l_k=4, d_k=3, d_v=2)),
        Case("a batch with heads", lambda rng: draw_inputs(rng, 2, 3, l_q=4, l_k=5, d_k=6, d_v=2)),
        Case("large scores", _large, note="scores near 800 in one row, near -800 in the other"),
        Case(
            "a mask of truth values",
            lambda rng: {**draw_inputs(rng, 2, l_q=4, l_k=6, d_k=3, d_v=5), "attn_mask": some_hidden(rng, 4, 6)},
        ),
        Case(
            "a mask for each sentence",
            lambda rng: {**draw_inputs(rng, 3, l_q=4, l_k=5, d_k=2, d_v=3), "attn_mask": some_hidden(rng, 3, 1, 5)},
            note="the same keys are hidden from all queries of a sentence",
        ),
        Case(
            "a mask of numbers",
            lambda rng: {**draw_inputs(rng, 2, l_q=3, l_k=5, d_k=4, d_v=2), "attn_mask": _numbers(rng, 3, 5)},
            note="added to the scores; 0 and -inf are among them",
        ),
        Case("causal", lambda rng: {**draw_inputs(rng, 2, l_q=5, l_k=5, d_k=3, d_v=4), "is_causal": True}),
        Case(
            "causal, more keys than queries",
            lambda rng: {**draw_inputs(rng, l_q=3, l_k=6, d_k=4, d_v=2), "is_causal": True},
            note="query i may look at keys 0 to i",
            weight=0.5,
        ),
        Case("one key", lambda rng: draw_inputs(rng, l_q=3, l_k=1, d_k=2, d_v=4), weight=0.5),
        Case("hidden scores far above", _hidden_above, note="scores near -1200, the hidden ones near -900", weight=0.5),
        Case(
            "causal, later scores far above", _later_above, note="scores near -1200, -1000, -800 and -600", weight=0.5
        ),
    ),
    mistakes=(
        Mistake(
            "no-scale",
            edit=(" / np.sqrt(query.shape[-1])", ""),
            gives="when the scores are not divided by the root of d_k.",
            advice="Look at the formula once more: by what is the product of query and key divided?",
        ),
        Mistake(
            "scale-without-root",
            edit=("np.sqrt(query.shape[-1])", "query.shape[-1]"),
            gives="when the scores are divided by d_k itself.",
            advice="A sum of d_k products grows like the root of d_k, not like d_k.",
        ),
        Mistake(
            "scale-of-values",
            edit=("np.sqrt(query.shape[-1])", "np.sqrt(value.shape[-1])"),
            gives="when the scores are divided by the root of d_v, the size of a value.",
            advice="The scores come from queries and keys. Whose size counts?",
        ),
        Mistake(
            "scale-after-softmax",
            edit=(
                (" / np.sqrt(query.shape[-1])", ""),
                ("weights @ value", "weights / np.sqrt(query.shape[-1]) @ value"),
            ),
            gives="when the weights are divided by the root of d_k, after the softmax.",
            advice="The weights of a query must add up to 1. The division belongs to the scores.",
        ),
        Mistake(
            "softmax-over-queries",
            edit=(("scores.max(axis=-1", "scores.max(axis=-2"), ("weights.sum(axis=-1", "weights.sum(axis=-2")),
            gives="when the softmax runs over the queries.",
            advice="Each query divides its attention among the keys. Which axis of (l_q, l_k) must add up to 1?",
        ),
        Mistake(
            "no-softmax",
            edit=("return weights @ value", "return scores @ value"),
            gives="when the scores themselves weigh the values.",
            advice="The scores become weights by a softmax.",
        ),
        Mistake(
            "mask-reversed",
            edit=(
                ("attn_mask = np.tri(", "attn_mask = ~np.tri("),
                ("np.where(attn_mask, scores, -np.inf)", "np.where(attn_mask, -np.inf, scores)"),
            ),
            gives="when True in a mask hides.",
            advice="In this function True means: may look. In torch.nn.MultiheadAttention it is the other way round.",
        ),
        Mistake(
            "every-mask-reversed",
            edit=("np.where(attn_mask, scores, -np.inf)", "np.where(attn_mask, -np.inf, scores)"),
            gives="when True in a mask hides, also in the mask of is_causal.",
            advice="True means: may look. Which scores does your code set to minus infinity?",
        ),
        Mistake(
            "mask-multiplied",
            edit=(
                ("np.where(attn_mask, scores, -np.inf)", "scores * attn_mask"),
                ("scores + attn_mask", "scores * attn_mask"),
            ),
            gives="when the scores are multiplied by the mask.",
            advice="A score of 0 is not hidden: exp(0) is 1. Which score has weight 0?",
        ),
        Mistake(
            "hidden-score-zero",
            edit=("np.where(attn_mask, scores, -np.inf)", "np.where(attn_mask, scores, 0)"),
            gives="when hidden scores become 0.",
            advice="A score of 0 is not hidden: exp(0) is 1. Which score has weight 0?",
        ),
        Mistake(
            "truth-values-added",
            edit=("np.where(attn_mask, scores, -np.inf)", "scores + attn_mask"),
            gives="when a boolean mask is added to the scores, as 1 and 0.",
            advice="Only a mask of numbers is added. Ask for attn_mask.dtype first.",
        ),
        Mistake(
            "mask-after-softmax",
            edit=(
                (
                    "== bool:\n        scores = np.where(attn_mask, scores, -np.inf)\n    elif attn_mask is not None:",
                    "!= bool:",
                ),
                (
                    "return weights @ value",
                    "if attn_mask is not None and attn_mask.dtype == bool:\n"
                    "        weights = weights * attn_mask\n"
                    "    return weights @ value",
                ),
            ),
            gives="when weights are set to 0 after the softmax: what is left does not add up to 1.",
            advice="Hide the scores, before the softmax. Then it shares 1 out among those that are left.",
        ),
        Mistake(
            "numbers-as-truth-values",
            edit=("scores + attn_mask", "np.where(attn_mask, scores, -np.inf)"),
            gives="when a mask of numbers is taken for truth values.",
            advice="A mask of numbers is added to the scores. Ask for attn_mask.dtype first.",
        ),
        Mistake(
            "numbers-ignored",
            edit=("scores + attn_mask", "scores"),
            gives="when a mask of numbers is not added.",
            unwritten="Masks of numbers are not written yet",
            advice="A mask that is not of truth values is added to the scores.",
        ),
        Mistake(
            "no-masks",
            edit=(
                "    if is_causal:\n"
                "        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)\n"
                "    if attn_mask is not None and attn_mask.dtype == bool:\n"
                "        scores = np.where(attn_mask, scores, -np.inf)\n"
                "    elif attn_mask is not None:\n"
                "        scores = scores + attn_mask\n",
                "",
            ),
            gives="when neither attn_mask nor is_causal is used. Everything else is right.",
            unwritten="Masks are not written yet",
            advice="Continue with attn_mask: it changes the scores before the softmax.",
        ),
        Mistake(
            "mask-ignored",
            edit=(
                ("if attn_mask is not None and attn_mask.dtype == bool:", "if is_causal:"),
                ("    elif attn_mask is not None:\n        scores = scores + attn_mask\n", ""),
            ),
            gives="when attn_mask is not used.",
            unwritten="attn_mask is not used yet",
            advice="Where attn_mask is not None, it changes the scores before the softmax.",
        ),
        Mistake(
            "causal-ignored",
            edit=("    if is_causal:\n        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)\n", ""),
            gives="when is_causal is not used.",
            unwritten="is_causal is not used yet",
            advice="With is_causal, query i may look at keys 0 to i only. Exercise 1 has the mask.",
        ),
        Mistake(
            "causal-added",
            edit=("attn_mask = np.tri(*scores.shape[-2:], dtype=bool)", "attn_mask = np.tri(*scores.shape[-2:])"),
            gives="when is_causal adds 1 to the scores of the keys that may be seen, and 0 to the others.",
            advice="That hides nothing. Which number must a hidden score become?",
        ),
        Mistake(
            "causal-transposed",
            edit=("np.tri(*scores.shape[-2:], dtype=bool)", "np.triu(np.ones(scores.shape[-2:], dtype=bool))"),
            gives="when the causal mask is transposed: every query looks at what comes after it.",
            advice="Rows belong to queries. Which keys may query 0 look at?",
        ),
        Mistake(
            "causal-hides-the-present",
            edit=("np.tri(*scores.shape[-2:], dtype=bool)", "np.tri(*scores.shape[-2:], k=-1, dtype=bool)"),
            gives="when the causal mask hides the diagonal: query 0 may look nowhere, and its row is 0/0.",
            advice="Query i may look at keys 0 to i. Is i among yours?",
        ),
        Mistake(
            "causal-from-the-end",
            edit=(
                "attn_mask = np.tri(*scores.shape[-2:], dtype=bool)",
                "l_q, l_k = scores.shape[-2:]\n        attn_mask = np.tri(l_q, l_k, k=l_k - l_q, dtype=bool)",
            ),
            gives="when the last query is lined up with the last key.",
            advice="Here query 0 is lined up with key 0, however many keys there are.",
        ),
        Mistake(
            "no-largest-subtracted",
            edit=("scores - scores.max(axis=-1, keepdims=True)", "scores"),
            gives="when exp is taken of large scores: exp(800) is infinite, and exp(-800) is 0.",
            advice=(
                "Softmax stays the same when a constant is subtracted from a row. Which constant keeps exp in bounds?"
            ),
        ),
        Mistake(
            "one-largest-for-all",
            edit=("scores.max(axis=-1, keepdims=True)", "scores.max()"),
            gives="when the largest score of all is subtracted from every row: in a row far below, every exp is 0.",
            advice="Each query needs the largest of its own scores.",
        ),
        Mistake(
            "hidden-by-a-number",
            edit=("-np.inf", "-100.0"),
            gives=(
                "when hidden scores become a number such as -100: where the others are lower still, it hides nothing."
            ),
            advice="Which score has weight 0, whatever the others are?",
        ),
        Mistake(
            "number-added-to-hide",
            edit=("np.where(attn_mask, scores, -np.inf)", "scores + np.where(attn_mask, 0.0, -100.0)"),
            gives=(
                "when a number such as -100 is added to hidden scores: where they are far above the others, that "
                "hides nothing."
            ),
            advice="What must be added to a score so that its weight is 0, however large it is?",
        ),
        Mistake(
            "causal-hides-the-present-too",
            edit=(
                ("np.tri(*scores.shape[-2:], dtype=bool)", "np.tri(*scores.shape[-2:], k=-1, dtype=bool)"),
                ("-np.inf", "-1e9"),
            ),
            gives=(
                "when the causal mask hides the diagonal: query 0 may look nowhere, and so gives all keys the same "
                "weight."
            ),
            advice="Query i may look at keys 0 to i. Is i among yours?",
        ),
    ),
    hints=(
        "scores is a table of dot products: every row of query with every row of key, so (l_q, l_k). "
        "key.swapaxes(-2, -1) exchanges the last two axes, with a batch before them or without.",
        "Divide by np.sqrt(query.shape[-1]). Then subtract the largest score of each row, take exp, and divide "
        "by the sum of each row: axis=-1, keepdims=True.",
        "A mask comes before the softmax. Hidden scores become -np.inf; np.where chooses between two arrays. A "
        "mask of numbers is added.",
        "is_causal is a boolean mask of shape (l_q, l_k). np.tri takes two sizes.",
    ),
    explanation=(
        "`query @ key.swapaxes(-2, -1)` has a score for each query and key. A hidden one becomes -inf, which exp "
        "makes 0. The softmax runs over the keys, the last axis, so each query's weights add up to 1. `weights @ "
        "value` is the weighted mean. All of it works for any axes before the last two."
    ),
    trace=_trace,
)
