"""An attention to repair: its mask multiplies the scores."""

from __future__ import annotations

import numpy as np

from course.chapters.attention.draws import far_below, few_numbers, some_hidden
from course.chapters.attention.scaled_dot_product_attention import EXERCISE as SCALED_DOT_PRODUCT_ATTENTION
from course.chapters.attention.worked_out import attended
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake


def repair_attention(query, key, value, mask):
    """Give output (l_q, d_v). mask (l_q, l_k) is True where a query may look at a key."""
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        # It multiplied the scores by the mask: hidden ones became 0, and exp(0) is 1. They must become -inf.
        fit = np.where(mask[i], fit, -np.inf)
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() @ value
    return output


# the comment goes with the line, so that what is handed out does not explain the repair
HIDING = (
    "# It multiplied the scores by the mask: hidden ones became 0, and exp(0) is 1. They must become -inf.\n"
    "        fit = np.where(mask[i], fit, -np.inf)"
)


def _masked(rng: np.random.Generator, l_q: int, l_k: int, mask: np.ndarray | None = None) -> dict[str, np.ndarray]:
    return {
        "query": normal(rng, l_q, 4),
        "key": normal(rng, l_k, 4),
        "value": normal(rng, l_k, 3),
        "mask": some_hidden(rng, l_q, l_k) if mask is None else mask,
    }


def _hidden_above(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw scores near -1200, and near -900 for the keys that are hidden."""
    hidden = np.array([False, True, False, True])
    query, key = far_below(rng, 3, tuple(np.where(hidden, 45, 60)))
    return {"query": query, "key": key, "value": normal(rng, 4, 3), "mask": np.tile(~hidden, (3, 1))}


def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {**few_numbers(rng, l_q=2, l_k=3, d_k=2, d_v=2), "mask": some_hidden(rng, 2, 3)}


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    query, key, value, mask = arguments.values()
    i, j = index
    scores = np.where(mask[i], key @ query[i] / np.sqrt(query.shape[1]), -np.inf)
    return attended(scores, value[:, j])


EXERCISE = Exercise(
    points=2,
    solution=repair_attention,
    repair=True,
    oracle=TorchFunction("torch.nn.functional.scaled_dot_product_attention"),
    cases=(
        Case("two queries and three keys", _by_hand),
        Case("causal", lambda rng: _masked(rng, 4, 4, np.tri(4, dtype=bool)), note="a causal mask"),
        Case("any mask", lambda rng: _masked(rng, 3, 5)),
        Case("padding", lambda rng: _masked(rng, 3, 5, np.arange(15).reshape(3, 5) % 5 < 3), note="two keys hidden"),
        Case("nothing hidden", lambda rng: _masked(rng, 2, 3, np.ones((2, 3), dtype=bool)), weight=0.5),
        Case("hidden scores far above", _hidden_above, note="scores near -1200, the hidden ones near -900"),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(HIDING, "fit = fit * mask[i]"),
            gives="when the function is left as it was handed out.",
            advice="Print `share / share.sum()` for a query from which a key is hidden. Which weights should be 0?",
        ),
        Mistake(
            "weights-hidden",
            edit=((HIDING + "\n        ", ""), ("share.sum() @ value", "share.sum() * mask[i] @ value")),
            gives="when the weights are hidden after the softmax: those that are left do not add up to 1.",
            advice="Hide before exp. The sum is then taken over what is left.",
        ),
        Mistake(
            "not-divided-again",
            edit=((HIDING + "\n        ", ""), ("share / share.sum() @ value", "share * mask[i] @ value")),
            gives="when hidden keys get the weight 0 and nothing divides the others by their sum.",
            advice="The weights of a query add up to 1. What is the sum of yours?",
        ),
        Mistake(
            "mask-added",
            edit=(HIDING, "fit = fit + mask[i]"),
            gives="when the mask is added as 1 and 0.",
            advice="Adding 0 hides nothing. What must be added to a score so that exp gives 0?",
        ),
        Mistake(
            "mask-reversed",
            edit=("fit, -np.inf)", "-np.inf, fit)"),
            gives="when what may be seen is hidden.",
            advice="True means: may look. Exchange the two branches.",
        ),
        Mistake(
            "mask-left-out",
            edit=(HIDING + "\n        ", ""),
            gives="when the mask is not used at all.",
            advice="The mask was used in the wrong way. It still has to hide.",
        ),
        Mistake(
            "minus-one",
            edit=("-np.inf", "-1.0"),
            gives="when hidden scores become -1, which exp makes 0.37 and not 0.",
            advice="Which score gives weight 0, whatever the others are?",
        ),
        SCALED_DOT_PRODUCT_ATTENTION.mistake("hidden-by-a-number"),
        SCALED_DOT_PRODUCT_ATTENTION.mistake(
            "number-added-to-hide", edit=("np.where(mask[i], fit, -np.inf)", "fit + np.where(mask[i], 0.0, -100.0)")
        ),
    ),
    hints=(
        "Work through one query by hand: three scores, the last one hidden. What does the line with mask[i] do to it?",
        "The hidden score is 0 after the multiplication. What is exp(0)?",
        "A hidden score must become -np.inf: np.where(mask[i], ...) leaves the others as they are.",
    ),
    explanation=(
        "Multiplying by False makes a score 0, and a score of 0 is one among others: it can even beat the "
        "negative ones. Only -inf becomes a weight of 0."
    ),
    trace=_trace,
)
