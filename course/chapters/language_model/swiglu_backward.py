"""`swiglu_backward`: the gradients of the gated feed-forward part."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.language_model.swiglu import drawn
from course.checking.on_the_way import on_the_way
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Aside, Case, Exercise, Mistake, Trace
from course.checking.worked_out import sum_of_products


def swiglu_backward(grad_output, x, w_gate, w_up, w_down):
    """Give the gradients of swiglu.

    grad_output  (..., d_m)
    x            (..., d_m)   this and the weights are as in the forward pass
    w_gate, w_up (d_f, d_m)
    w_down       (d_m, d_f)
    returns      grad_x, grad_w_gate, grad_w_up, grad_w_down, each with the shape of its argument
    """
    size = x.shape[-1]
    rows, grads = x.reshape(-1, size), grad_output.reshape(-1, size)
    gate, up = rows @ w_gate.T, rows @ w_up.T
    sigma = 1 / (1 + np.exp(-gate))
    hidden = gate * sigma * up
    grad_hidden = grads @ w_down
    grad_up = grad_hidden * gate * sigma
    grad_gate = grad_hidden * up * sigma * (1 + gate * (1 - sigma))
    grad_x = grad_gate @ w_gate + grad_up @ w_up
    return grad_x.reshape(x.shape), grad_gate.T @ rows, grad_up.T @ rows, grads.T @ hidden


def _drawn(rng: np.random.Generator, *shape: int, hidden: int) -> dict[str, Any]:
    return {"grad_output": normal(rng, *shape), **drawn(rng, *shape, hidden=hidden)}


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    """Draw two positions of one feature, with gates between -2 and 2."""
    return {
        "grad_output": whole(rng, 2, 1),
        "x": whole(rng, 2, 1, most=1),
        "w_gate": whole(rng, 2, 1, most=2),
        "w_up": whole(rng, 2, 1),
        "w_down": whole(rng, 1, 2),
    }


_gate_and_up = on_the_way(swiglu_backward, "grad_gate", "grad_up")


def _grad_x(arguments: Arguments, index: tuple[int, ...]) -> str:
    grad_gate, grad_up = _gate_and_up(**arguments)
    row, feature = int(np.ravel_multi_index(index[:-1], arguments["x"].shape[:-1])), index[-1]
    left = [*grad_gate[row], *grad_up[row]]
    right = [*arguments["w_gate"][:, feature], *arguments["w_up"][:, feature]]
    return sum_of_products(left, right) if len(left) <= 6 else ""


def _grad_weight(left: str, right: str) -> Trace:
    """Tell one number of a weight's gradient, a sum over the rows."""
    factors = on_the_way(swiglu_backward, left, right)

    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        one, other = (array[:, place] for array, place in zip(factors(**arguments), index, strict=True))
        return sum_of_products(one, other) if len(one) <= 6 else ""

    return trace


EXERCISE = Exercise(
    points=4,
    solution=swiglu_backward,
    reference=functional.swiglu_backward,
    stages={
        "the gradient of the hidden features": "grad_hidden",
        "the gradient of the product with w_up": Aside("grad_up", "the gradient of x"),
        "the gradient of the product with w_gate": Aside("grad_gate", "the gradient of x"),
        "the gradient of x": "grad_x.reshape(x.shape)",
    },
    oracle=None,
    returns=("grad_x", "grad_w_gate", "grad_w_up", "grad_w_down"),
    cases=(
        Case("two positions of one feature", _by_hand),
        Case("a sentence", lambda rng: _drawn(rng, 4, 3, hidden=5)),
        Case("a batch", lambda rng: _drawn(rng, 2, 3, 4, hidden=2)),
        Case("as many hidden as outer features", lambda rng: _drawn(rng, 2, 2, 3, hidden=3)),
    ),
    mistakes=(
        Mistake(
            "slope-of-sigmoid",
            edit=("sigma * (1 + gate * (1 - sigma))", "sigma * (1 - sigma)"),
            gives="when the slope of the sigmoid is used instead of SiLU's.",
            advice="SiLU is a product of a and σ(a). The product rule gives two terms.",
        ),
        Mistake(
            "slope-without-second-term",
            edit=("sigma * (1 + gate * (1 - sigma))", "sigma"),
            gives="when the slope of SiLU is the sigmoid alone.",
            advice="SiLU is a product of a and σ(a). The product rule gives two terms.",
        ),
        Mistake(
            "slope-left-out",
            edit=(" * up * sigma * (1 + gate * (1 - sigma))", " * up"),
            gives="when the slope of SiLU is left out.",
            advice="The gate went through SiLU. What does its gradient go through?",
        ),
        Mistake(
            "gate-without-up",
            edit=("grad_hidden * up * sigma *", "grad_hidden * sigma *"),
            gives="when the gradient of the gate is not multiplied by the other product.",
            advice="The hidden features are a product of two. The gradient of one factor contains the other.",
        ),
        Mistake(
            "up-without-gate",
            edit=("grad_hidden * gate * sigma", "grad_hidden"),
            gives="when the gradient of the other product is not multiplied by the gate.",
            advice="The hidden features are a product of two. The gradient of one factor contains the other.",
        ),
        Mistake(
            "up-by-raw-gate",
            edit=("grad_hidden * gate * sigma", "grad_hidden * gate"),
            gives="when the gradient of the other product is multiplied by the gate before SiLU.",
            advice="What was it multiplied by in the forward pass?",
        ),
        Mistake(
            "gate-path-only",
            edit=("grad_gate @ w_gate + grad_up @ w_up", "grad_gate @ w_gate"),
            gives="when x gets its gradient through the gate alone.",
            advice="x is used twice, so its gradient is a sum of two.",
        ),
        Mistake(
            "up-path-only",
            edit=("grad_gate @ w_gate + grad_up @ w_up", "grad_up @ w_up"),
            gives="when x gets no gradient through the gate.",
            advice="x is used twice, so its gradient is a sum of two.",
        ),
        Mistake(
            "weights-exchanged",
            edit=("grad_gate.T @ rows, grad_up.T @ rows,", "grad_up.T @ rows, grad_gate.T @ rows,"),
            gives="when grad_w_up comes before grad_w_gate.",
            advice="Return the gradients in the order of the arguments.",
        ),
        Mistake(
            "down-without-up",
            edit=("hidden = gate * sigma * up", "hidden = gate * sigma"),
            gives="when the gradient of w_down is made from the gate alone.",
            advice="w_down was multiplied by the hidden features. What are they?",
        ),
        Mistake(
            "averaged",
            edit=(
                "grad_gate.T @ rows, grad_up.T @ rows, grads.T @ hidden",
                "grad_gate.T @ rows / len(rows), grad_up.T @ rows / len(rows), grads.T @ hidden / len(rows)",
            ),
            gives="when the gradients of the weights are averaged over the positions.",
            advice="The loss already says how positions are weighted. What is left is a sum.",
        ),
    ),
    hints=(
        "Bring x and grad_output to two axes first: the axes before the last all count positions. Compute gate, up and "
        "hidden again, as in the forward pass.",
        "The gradient of the hidden features is grad_output @ w_down. They are a product of two factors. The gradient "
        "of each factor is this gradient times the other factor.",
        "The gate's factor went through SiLU: multiply by SiLU's slope, σ(a) (1 + a (1 - σ(a))).",
        "Each of the three weights is a linear layer: its gradient is the transposed gradient of its output, times its "
        "input. x was used twice.",
    ),
    explanation=(
        "The three matrix products are linear layers, with the gradients of linear layers. The only new step is the "
        "product of gate and up: each factor's gradient contains the other factor, and the gate's goes through the "
        "slope of SiLU."
    ),
    trace={
        "grad_x": _grad_x,
        "grad_w_gate": _grad_weight("grad_gate", "rows"),
        "grad_w_up": _grad_weight("grad_up", "rows"),
        "grad_w_down": _grad_weight("grads", "hidden"),
    },
)
