"""`swiglu`: a feed-forward part in which one linear layer is the gate of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.language_model.worked_out import gated
from course.checking.sampling import normal, whole
from course.checking.spec import Aside, Case, Exercise, Mistake


def swiglu(x, w_gate, w_up, w_down):
    """Apply the gated feed-forward part to each position.

    x        (..., d_m)
    w_gate   (d_f, d_m)
    w_up     (d_f, d_m)
    w_down   (d_m, d_f)
    returns  (..., d_m)

    >>> one = np.ones((1, 1))
    >>> swiglu(one, one, 2 * one, one).round(4)
    array([[1.4621]])
    """
    gate, up = x @ w_gate.T, x @ w_up.T
    hidden = gate / (1 + np.exp(-gate)) * up
    return hidden @ w_down.T


def drawn(rng: np.random.Generator, *shape: int, hidden: int) -> dict[str, Any]:
    size = shape[-1]
    return {
        "x": normal(rng, *shape),
        "w_gate": normal(rng, hidden, size),
        "w_up": normal(rng, hidden, size),
        "w_down": normal(rng, size, hidden),
    }


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw one position with gates between -3 and 3, none of them 0."""
    x, gate = whole(rng, 1, 2, most=3), np.zeros(0)
    w_gate = np.zeros((3, 2))
    while not gate.all() or not gate.size or abs(gate).max() > 3:
        w_gate = whole(rng, 3, 2, most=2)
        gate = w_gate @ x[0]
    return {"x": x, "w_gate": w_gate, "w_up": whole(rng, 3, 2, most=3), "w_down": whole(rng, 2, 3, most=3)}


EXERCISE = Exercise(
    points=2,
    solution=swiglu,
    reference=functional.swiglu,
    stages={
        "the product of x and w_gate": "gate",
        "the product of x and w_up": Aside("up", "the hidden features"),
        "the gate after SiLU": Aside("gate / (1 + np.exp(-gate))", "the hidden features"),
        "the hidden features": "hidden",
        "the result": "result",
    },
    oracle=None,
    cases=(
        Case("one position", _by_hand),
        Case("a sentence", lambda rng: drawn(rng, 4, 3, hidden=5)),
        Case("a batch", lambda rng: drawn(rng, 2, 5, 4, hidden=3)),
        Case("as many hidden as outer features", lambda rng: drawn(rng, 2, 3, 4, hidden=4)),
        Case("one hidden feature", lambda rng: drawn(rng, 3, 2, hidden=1), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "no-silu",
            edit=("gate / (1 + np.exp(-gate)) * up", "gate * up"),
            gives="when the gate is linear: SiLU is left out.",
            unwritten="SiLU is not written yet",
            advice="The gate goes through SiLU before it multiplies.",
        ),
        Mistake(
            "sigmoid-gate",
            edit=("gate / (1 + np.exp(-gate))", "1 / (1 + np.exp(-gate))"),
            gives="when the gate is a sigmoid, as in the older GLU.",
            advice="SiLU is x times the sigmoid of x.",
        ),
        Mistake(
            "relu-gate",
            edit=("gate / (1 + np.exp(-gate))", "np.maximum(gate, 0)"),
            gives="when the gate is a ReLU.",
            advice="SiLU is x times the sigmoid of x.",
        ),
        Mistake(
            "up-gates",
            edit=("gate / (1 + np.exp(-gate)) * up", "up / (1 + np.exp(-up)) * gate"),
            gives="when SiLU is applied to the product with w_up, and not to the one with w_gate.",
            advice="One of the two products goes through SiLU. Which one is named after what it does?",
        ),
        Mistake(
            "silu-of-both",
            edit=("/ (1 + np.exp(-gate)) * up", "/ (1 + np.exp(-gate)) * up / (1 + np.exp(-up))"),
            gives="when both products go through SiLU.",
            advice="Only the gate goes through SiLU; the other product stays linear.",
        ),
        Mistake(
            "silu-of-the-product",
            edit=("gate / (1 + np.exp(-gate)) * up", "gate * up / (1 + np.exp(-gate * up))"),
            gives="when the two products are multiplied first, and SiLU comes after.",
            advice="SiLU is applied to the gate alone. Then it multiplies.",
        ),
        Mistake(
            "no-up",
            edit=("/ (1 + np.exp(-gate)) * up", "/ (1 + np.exp(-gate))"),
            gives="when w_up is not used: an ordinary feed-forward part with SiLU.",
            unwritten="w_up is not used yet",
            advice="What is the gate multiplied by?",
        ),
        Mistake(
            "no-gate",
            edit=("gate / (1 + np.exp(-gate)) * up", "up"),
            gives="when w_gate is not used: two linear layers.",
            unwritten="w_gate is not used yet",
            advice="Each hidden feature is multiplied by its gate.",
        ),
        Mistake(
            "sum-for-product",
            edit=("/ (1 + np.exp(-gate)) * up", "/ (1 + np.exp(-gate)) + up"),
            gives="when the gate is added to the other product instead of multiplied by it.",
            advice="A gate multiplies: where it is 0, nothing passes.",
        ),
        Mistake(
            "down-not-transposed",
            edit=(
                "hidden @ w_down.T",
                "(hidden @ w_down if w_down.shape[0] == w_down.shape[1] else hidden @ w_down.T)",
            ),
            gives="when a square w_down is not transposed.",
            advice="A row of w_down belongs to one feature of the result. The shape alone can't tell you.",
        ),
    ),
    hints=(
        "Two products first: x @ w_gate.T and x @ w_up.T, (..., d_f) each.",
        "SiLU(a) = a / (1 + exp(-a)). Only the gate goes through it.",
        "Multiply the two products element by element, the gate after its SiLU. The third weight leads back to d_m "
        "features.",
    ),
    explanation=(
        "In a plain feed-forward part a fixed function decides what passes. Here a second linear layer does: each "
        "hidden feature is a product of two numbers that both depend on the input."
    ),
    trace=gated,
)
