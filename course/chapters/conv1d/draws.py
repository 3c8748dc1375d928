"""What the cases of this chapter draw."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal
from course.checking.spec import Arguments, Case


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, o, x = index
    kernels = arguments["weight"][o]
    if kernels.size > 4:
        return ""
    window = arguments["input"][row, :, x : x + kernels.shape[1]]
    terms = [f"{_in_a_sum(a)}·{_in_a_sum(b)}" for a, b in zip(kernels.flat, window.flat, strict=True)]
    total = float((kernels * window).sum())
    if "bias" in arguments:
        total += float(arguments["bias"][o])
        terms.append(_in_a_sum(arguments["bias"][o]))
    return f"{' + '.join(terms)} = {total:.4g}"


def _in_a_sum(value: float) -> str:
    return f"{value:.4g}" if value >= 0 else f"({value:.4g})"


_SMALL_CASES = (
    Case("one channel", lambda rng: layer(rng, n=1, c_i=1, c_o=1, w=6, k=3)),
    Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, w=7, k=2)),
    Case("no bias", lambda rng: layer(rng, n=2, c_i=2, c_o=3, w=6, k=3, bias=False)),
    Case("as many channels as positions", lambda rng: layer(rng, n=2, c_i=6, c_o=4, w=6, k=3)),
    Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, w=8, k=4)),
    Case("a kernel of one", lambda rng: layer(rng, n=3, c_i=2, c_o=4, w=5, k=1), weight=0.5),
    Case("a kernel as long as the signal", lambda rng: layer(rng, n=2, c_i=3, c_o=2, w=5, k=5), weight=0.5),
    Case(
        "an empty batch",
        lambda rng: layer(rng, n=0, c_i=2, c_o=3, w=5, k=2),
        note="not a single signal",
        weight=0.5,
    ),
)


def layer(
    rng: np.random.Generator, n: int, c_i: int, c_o: int, w: int, k: int, bias: bool = True
) -> dict[str, np.ndarray]:
    """Draw a call of the layer."""
    arguments = {"input": normal(rng, n, c_i, w), "weight": normal(rng, c_o, c_i, k)}
    return {**arguments, "bias": normal(rng, c_o)} if bias else arguments
