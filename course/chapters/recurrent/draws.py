"""What the cases of this chapter draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal, whole

Array = np.ndarray


def cell(rng: np.random.Generator, gates: int, n: int, features: int, hidden: int, states: int = 1) -> dict[str, Any]:
    """Draw a call of a cell with this many gates: an input, a state or two, the weights and biases."""
    return {
        "input": normal(rng, n, features),
        **{name: normal(rng, n, hidden) for name in ("hx", "cx")[:states]},
        **parameters(rng, gates, features, hidden),
    }


def first_step(rng: np.random.Generator, gates: int, states: int = 1) -> dict[str, Any]:
    """Draw a call of a cell at the first position of a sequence, where the states are 0."""
    drawn = cell(rng, gates, n=2, features=3, hidden=4, states=states)
    return {name: 0 * value if name in ("hx", "cx") else value for name, value in drawn.items()}


def parameters(rng: np.random.Generator, gates: int, features: int, hidden: int) -> dict[str, Array]:
    """Draw what a layer learns. The weights are of a size that leaves tanh and sigmoid away from their ends."""
    return {
        "weight_ih": normal(rng, gates * hidden, features) * 0.5,
        "weight_hh": normal(rng, gates * hidden, hidden) * 0.5,
        "bias_ih": normal(rng, gates * hidden) * 0.5,
        "bias_hh": normal(rng, gates * hidden) * 0.5,
    }


def cell_by_hand(rng: np.random.Generator, gates: int, hidden: int, states: int = 1) -> dict[str, Any]:
    """Draw small whole numbers with which every gate's sum is between -2 and 2."""
    drawn = {"input": whole(rng, 1, hidden), **{name: whole(rng, 1, hidden) for name in ("hx", "cx")[:states]}}
    rows = gates * hidden
    drawn |= {"weight_ih": whole(rng, rows, hidden, most=3), "weight_hh": whole(rng, rows, hidden, most=3)}
    from_input, from_state = drawn["weight_ih"] @ drawn["input"][0], drawn["weight_hh"] @ drawn["hx"][0]
    # neither a gate's sum nor either half of it is ever 0
    half = whole(rng, rows, most=1)
    drawn["bias_ih"] = half - from_input
    drawn["bias_hh"] = half * rng.choice([1.0, -2.0], rows) - from_state
    return drawn


def sequence(rng: np.random.Generator, gates: int, length: int, n: int, features: int, hidden: int) -> dict[str, Any]:
    """Draw an input of ``(l, n, f)`` and what a layer learns."""
    return {"input": normal(rng, length, n, features), **parameters(rng, gates, features, hidden)}
