"""How one number of a language model's layer is worked out."""

from __future__ import annotations

from functools import partial

import numpy as np

from course import functional
from course.chapters.attention.worked_out import attended
from course.checking.spec import Arguments
from course.checking.worked_out import in_a_sum, sum_of_products


def turned(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of a turned pair.

    Examples
    --------
    >>> turned({"x": np.array([[3.0, 2.0]]), "positions": np.array([1])}, (0, 1))
    '2·cos(1) + 3·sin(1) = 3.605'
    """
    x, positions = arguments["x"], arguments["positions"]
    *before, row, feature = index
    half = x.shape[-1] // 2
    pair = feature % half
    angle = positions[row] / arguments.get("base", 10000) ** (pair / half)
    first, second = x[(*before, row)][pair], x[(*before, row)][pair + half]
    if feature < half:
        one, sign, other, value = first, "-", second, first * np.cos(angle) - second * np.sin(angle)
    else:
        one, sign, other, value = second, "+", first, second * np.cos(angle) + first * np.sin(angle)
    return f"{one:.4g}·cos({angle:.4g}) {sign} {in_a_sum(other)}·sin({angle:.4g}) = {value:.4g}"


def gated(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of a gated feed-forward part: the hidden features, then their sum."""
    *row, feature = index
    x = arguments["x"][tuple(row)]
    gate, up = arguments["w_gate"] @ x, arguments["w_up"] @ x
    if len(gate) > 4:
        return ""
    hidden = functional.silu(gate) * up
    products = ", ".join(f"SiLU({a:.4g})·{in_a_sum(u)}" for a, u in zip(gate, up, strict=True))
    return f"hidden: {products}; {sum_of_products(hidden, arguments['w_down'][feature])}"


def attended_in_groups(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of attention with shared heads: whose keys the head reads, and the weighted mean."""
    query, key, value = (arguments[name] for name in ("query", "key", "value"))
    n, head, i, j = index
    shared = head // (query.shape[1] // key.shape[1])
    scores = key[n, shared] @ query[n, head, i] / np.sqrt(query.shape[-1])
    if arguments.get("is_causal"):
        scores[i + 1 :] = -np.inf
    told = attended(scores, value[n, shared, :, j])
    return f"head {head} reads keys and values {shared}: {told}" if told else ""


def _average(name: str, which: int, arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell one number of an average; after several steps there are too many terms."""
    if "steps" in arguments:
        return ""
    squares = name == "exp_avg_sq"
    beta = arguments.get("betas", (0.9, 0.999))[squares]
    old, gradient = arguments["state"][name][which][index], arguments["grads"][which][index]
    value = beta * old + (1 - beta) * gradient ** (1 + squares)
    return f"{beta:g}·{in_a_sum(old)} + {1 - beta:g}·{in_a_sum(gradient)}{'²' if squares else ''} = {value:.4g}"


def _parameter(which: int, arguments: Arguments, index: tuple[int, ...]) -> str:
    if "steps" in arguments:
        return ""
    (beta1, beta2), eps = arguments.get("betas", (0.9, 0.999)), arguments.get("eps", 1e-8)
    decay, lr, step = arguments.get("weight_decay", 0.01), arguments["lr"], arguments["state"]["step"] + 1
    p, g = arguments["params"][which][index], arguments["grads"][which][index]
    m, v = (arguments["state"][name][which][index] for name in ("exp_avg", "exp_avg_sq"))
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**step)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**step)
    value = p - lr * decay * p - lr * m / (np.sqrt(v) + eps)
    told = f"m_hat = {m:.4g}, v_hat = {v:.4g}; {p:.4g} - {lr:g}·{decay:g}·{in_a_sum(p)}"
    return f"{told} - {lr:g}·{in_a_sum(m)}/(√{v:.4g} + {eps:g}) = {value:.4g}"


def _count(arguments: Arguments, index: tuple[int, ...]) -> str:
    before, steps = arguments["state"]["step"], arguments.get("steps", 1)
    return f"{before} + {steps} = {before + steps}"


ADAMW = {
    "weight": partial(_parameter, 0),
    "bias": partial(_parameter, 1),
    "exp_avg of weight": partial(_average, "exp_avg", 0),
    "exp_avg of bias": partial(_average, "exp_avg", 1),
    "exp_avg_sq of weight": partial(_average, "exp_avg_sq", 0),
    "exp_avg_sq of bias": partial(_average, "exp_avg_sq", 1),
    "step": _count,
}
"""The parameters, the averages and the count after a step of AdamW."""
