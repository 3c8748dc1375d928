"""`adamw_step`: one step of AdamW, the optimizer of nearly all language models."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.language_model.use import use_adamw_step
from course.chapters.language_model.worked_out import ADAMW
from course.checking.sampling import normal, whole
from course.checking.spec import Case, Exercise, Mistake


def adamw_step(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Take one step of AdamW.

    params, grads  lists of arrays, the same shapes in the same order
    state          a dict: "step", the number of steps so far; "exp_avg" and "exp_avg_sq",
                   lists of arrays, the averages of the gradients and of their squares
    returns        the new parameters, a list; and the new state, a dict; the arguments stay as they are

    >>> state = {"step": 0, "exp_avg": [np.zeros(1)], "exp_avg_sq": [np.zeros(1)]}
    >>> params, state = adamw_step([np.array([2.0])], [np.array([5.0])], state, lr=0.1)
    >>> params[0].round(4), state["step"]
    (array([1.898]), 1)
    """
    beta1, beta2 = betas
    step = state["step"] + 1
    exp_avg = [beta1 * m + (1 - beta1) * g for m, g in zip(state["exp_avg"], grads, strict=True)]
    exp_avg_sq = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state["exp_avg_sq"], grads, strict=True)]
    new = []
    for p, m, v in zip(params, exp_avg, exp_avg_sq, strict=True):
        m_hat = m / (1 - beta1**step)
        v_hat = v / (1 - beta2**step)
        new.append(p - lr * weight_decay * p - lr * m_hat / (np.sqrt(v_hat) + eps))
    return new, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}


SHAPES = ((3, 4), (4,))


def _step(rng: np.random.Generator, step: int, scale: float = 1.0, **options: Any) -> dict[str, Any]:
    """Draw a step after this many others; before the first, both averages are 0."""
    moving = min(step, 1)
    return {
        "params": [normal(rng, *shape) for shape in SHAPES],
        "grads": [scale * normal(rng, *shape) for shape in SHAPES],
        "state": {
            "step": step,
            "exp_avg": [moving * scale * normal(rng, *shape) for shape in SHAPES],
            "exp_avg_sq": [moving * scale**2 * (0.2 + normal(rng, *shape) ** 2) for shape in SHAPES],
        },
        "lr": round(float(rng.uniform(0.05, 0.3)), 3),
        **options,
    }


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two parameters at the third step, with averages that are whole numbers."""
    lists = {name: [whole(rng, 1), whole(rng, 1)] for name in ("params", "grads", "exp_avg")}
    squares = [1.0 + rng.permutation(4)[:1] for _ in range(2)]
    state = {"step": 2, "exp_avg": lists["exp_avg"], "exp_avg_sq": squares}
    betas = {"betas": (0.5, 0.75)}
    return {"params": lists["params"], "grads": lists["grads"], "state": state, "lr": 0.5, **betas, "weight_decay": 0.1}


EXERCISE = Exercise(
    points=4,
    solution=adamw_step,
    oracle=None,
    returns=(
        *("weight", "bias"),
        *("exp_avg of weight", "exp_avg of bias"),
        *("exp_avg_sq of weight", "exp_avg_sq of bias"),
        "step",
    ),
    use=use_adamw_step,
    cases=(
        Case("two numbers, the third step", _by_hand),
        Case("a first step", lambda rng: _step(rng, 0), note="both averages are 0"),
        Case("a later step", lambda rng: _step(rng, int(rng.integers(4, 12)))),
        Case("other betas", lambda rng: _step(rng, 3, betas=(0.8, 0.95))),
        Case("a large weight decay", lambda rng: _step(rng, 2, weight_decay=0.4)),
        Case("tiny gradients", lambda rng: _step(rng, 5, 1e-6, eps=1e-5), note="gradients near 1e-6, eps=1e-5"),
        Case("gradients as small as eps", lambda rng: _step(rng, 5, 1e-8), note="gradients near 1e-8, eps as it is"),
        Case("five steps", lambda rng: _step(rng, 0, steps=5), note="with the same gradients, from the first on"),
    ),
    mistakes=(
        Mistake(
            "state-left-out",
            edit=('return new, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}', "return new"),
            gives="when only the parameters are returned, without the new state.",
            advice="The next step needs the averages of this one. Return both: parameters, and state.",
        ),
        Mistake(
            "no-correction",
            edit=(("m / (1 - beta1**step)", "m"), ("v / (1 - beta2**step)", "v")),
            gives="when the averages are used as they are: they began at 0, and are too small at first.",
            unwritten="The bias correction is not written yet",
            advice="Divide each average by 1 minus its beta to the power of the step.",
        ),
        Mistake(
            "first-correction-missing",
            edit=("m / (1 - beta1**step)", "m"),
            gives="when only the average of the squares is corrected.",
            advice="Both averages began at 0.",
        ),
        Mistake(
            "second-correction-missing",
            edit=("v / (1 - beta2**step)", "v"),
            gives="when only the average of the gradients is corrected.",
            advice="Both averages began at 0.",
        ),
        Mistake(
            "correction-without-power",
            edit=(("beta1**step", "beta1"), ("beta2**step", "beta2")),
            gives="when every step is corrected like the first.",
            advice="After many steps, no correction is needed. What makes it fade?",
        ),
        Mistake(
            "correction-one-step-late",
            edit=(("beta1**step", 'beta1 ** state["step"]'), ("beta2**step", 'beta2 ** state["step"]')),
            gives="when the correction counts the steps before this one: in the first step, that divides by 0.",
            advice="The formula counts t from 1. Which number does the first step have?",
        ),
        Mistake(
            "correction-stored",
            edit=(
                ("        m_hat = m / (1 - beta1**step)\n", "        m_hat = m\n"),
                ("        v_hat = v / (1 - beta2**step)\n", "        v_hat = v\n"),
                (
                    "    new = []\n",
                    "    exp_avg = [m / (1 - beta1**step) for m in exp_avg]\n"
                    "    exp_avg_sq = [v / (1 - beta2**step) for v in exp_avg_sq]\n    new = []\n",
                ),
            ),
            gives="when the corrected averages are stored in the state.",
            advice="The state keeps the averages as they are. The correction is made for this step only.",
        ),
        Mistake(
            "decay-in-gradient",
            edit=(
                (
                    "    step = state",
                    "    grads = [g + weight_decay * p for g, p in zip(grads, params, strict=True)]\n    step = state",
                ),
                (" - lr * weight_decay * p", ""),
            ),
            gives="when the weight decay is added to the gradient: that is Adam with an L2 penalty.",
            advice="The W of AdamW: the decay acts on the parameter itself, and not through the averages.",
        ),
        Mistake(
            "no-decay",
            edit=(" - lr * weight_decay * p", ""),
            gives="when the weight decay is left out: that is Adam.",
            unwritten="The weight decay is not written yet",
            advice="Each parameter also shrinks by a small share of itself.",
        ),
        Mistake(
            "decay-without-rate",
            edit=("lr * weight_decay * p", "weight_decay * p"),
            gives="when the weight decay is not multiplied by the learning rate.",
            advice="In PyTorch a parameter shrinks by lr · weight_decay of itself.",
        ),
        Mistake(
            "decay-after-the-step",
            edit=(
                "p - lr * weight_decay * p - lr * m_hat / (np.sqrt(v_hat) + eps)",
                "(p - lr * m_hat / (np.sqrt(v_hat) + eps)) * (1 - lr * weight_decay)",
            ),
            gives="when the decay is a share of the parameter after the step.",
            advice="In the formula both terms are subtracted from the old p. From which p does yours subtract a share?",
        ),
        Mistake(
            "no-root",
            edit=("np.sqrt(v_hat)", "v_hat"),
            gives="when the step is divided by the average of the squares, without the root.",
            advice="The step should not depend on the unit of the gradient. Does yours?",
        ),
        Mistake(
            "eps-under-the-root",
            edit=("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + eps)"),
            gives="when eps is added under the root.",
            advice="PyTorch takes the root first.",
        ),
        Mistake(
            "no-square",
            edit=("g**2", "abs(g)"),
            gives="when the absolute values of the gradients are averaged, and not their squares.",
            advice="Its name says what is averaged: exp_avg_sq.",
        ),
        Mistake(
            "betas-exchanged",
            edit=("beta1, beta2 = betas", "beta2, beta1 = betas"),
            gives="when the first beta is used for the squares, and the second for the gradients.",
            advice="The first beta belongs to exp_avg.",
        ),
        Mistake(
            "sums-for-averages",
            edit=(("(1 - beta1) * g", "g"), ("(1 - beta2) * g**2", "g**2")),
            gives="when gradients and squares are added without a factor, as in momentum.",
            advice="The weights of an average add up to 1: beta, and what is left.",
        ),
        Mistake(
            "uphill",
            edit=("- lr * m_hat", "+ lr * m_hat"),
            gives="when the step goes in the direction of the gradient: the loss grows.",
            advice="Look at the sign of the step.",
        ),
        Mistake(
            "steps-not-counted",
            edit=('"step": step,', '"step": state["step"],'),
            gives="when the number of steps in the state does not grow.",
            advice="The new state counts this step, too.",
        ),
        Mistake(
            "state-in-place",
            edit=('step = state["step"] + 1', 'step = state["step"] = state["step"] + 1'),
            gives="when the caller's state is changed.",
            advice="Return a new dict with new lists, and leave the one that was given as it is.",
        ),
    ),
    hints=(
        "Both averages have the same form: beta times the old one, plus 1 - beta times what is new. In one, the "
        "gradient is new; in the other, its square.",
        "Both began at 0. Divide each by 1 minus its beta to the power of this step's number, for this step only: the "
        "state keeps the averages as they are.",
        "A parameter loses lr · weight_decay of itself, and lr · m̂ / (√v̂ + eps).",
    ),
    explanation=(
        "m says where the gradients point on average, and √v how large they are. Their quotient has no unit, so every "
        "parameter moves by about lr, however large its gradient is. The decay pulls each parameter towards 0, and "
        "does not pass through the averages."
    ),
    trace=ADAMW,
)
