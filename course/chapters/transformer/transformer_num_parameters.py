"""The number of parameters of an encoder layer."""

from __future__ import annotations

import numpy as np

from course.checking.oracles import TorchParameters
from course.checking.spec import Arguments, Case, Exercise, Mistake


def transformer_num_parameters(d_model, num_heads, dim_feedforward):
    """Count the trainable parameters of one encoder layer.

    >>> transformer_num_parameters(4, 2, 8)
    172
    """
    attention = 4 * (d_model * d_model + d_model)
    forward = 2 * d_model * dim_feedforward + dim_feedforward + d_model
    norms = 2 * 2 * d_model
    return attention + forward + norms


def _small(rng: np.random.Generator) -> dict[str, int]:
    return {"d_model": 2 * int(rng.integers(2, 6)), "num_heads": 2, "dim_feedforward": int(rng.integers(11, 20))}


def _sizes(rng: np.random.Generator, num_heads: int) -> dict[str, int]:
    return {
        "d_model": num_heads * int(rng.integers(5, 15)),
        "num_heads": num_heads,
        "dim_feedforward": 101 + 2 * int(rng.integers(50)),
    }


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    d, _, f = arguments.values()
    attention, forward, norms = f"4·({d}·{d} + {d})", f"2·{d}·{f} + {f} + {d}", f"4·{d}"
    return f"{attention} + {forward} + {norms} = {transformer_num_parameters(d, 1, f)}"


EXERCISE = Exercise(
    points=1,
    solution=transformer_num_parameters,
    oracle=TorchParameters("torch.nn.TransformerEncoderLayer"),
    cases=(
        Case("a small layer", _small),
        Case("64 features, 8 heads", lambda rng: {"d_model": 64, "num_heads": 8, "dim_feedforward": 256}),
        Case("two heads", lambda rng: _sizes(rng, 2)),
        Case("three heads", lambda rng: _sizes(rng, 3)),
        Case("one head", lambda rng: _sizes(rng, 1)),
    ),
    mistakes=(
        Mistake(
            "no-biases",
            edit=(
                ("(d_model * d_model + d_model)", "d_model * d_model"),
                (" + dim_feedforward + d_model", ""),
                ("2 * 2 * d_model", "2 * d_model"),
            ),
            gives="when all biases are left out.",
            advice="The four projections, the two linear layers and the two norms have biases.",
        ),
        Mistake(
            "no-norms",
            edit=(" + norms", ""),
            gives="when 4 d_model are missing: the two norms, or the four biases of the attention.",
            advice="For each feature, a layer norm has a weight and a bias, and each projection has a bias.",
        ),
        Mistake(
            "one-norm",
            edit=("2 * 2 * d_model", "2 * d_model"),
            gives="when one norm is counted instead of two, or two without their biases.",
            advice="There are two norms, and each has a weight and a bias for each feature.",
        ),
        Mistake(
            "per-head",
            edit=("4 * (d_model", "(3 * num_heads + 1) * (d_model"),
            gives="when every head gets projections of the full size.",
            advice="The heads divide the d_model features among themselves. Do more heads need more parameters?",
        ),
        Mistake(
            "no-out-projection",
            edit=("4 * (d_model", "3 * (d_model"),
            gives="when the attention's last projection is left out.",
            advice="Query, key and value have a projection each. What happens after the heads are merged?",
        ),
        Mistake(
            "no-linear-biases",
            edit=(" + dim_feedforward + d_model", ""),
            gives="when the two linear layers of the feed-forward part are counted without their biases.",
            advice="`linear1.bias` and `linear2.bias` are parameters, too, and of different lengths.",
        ),
        Mistake(
            "one-linear",
            edit=(
                "2 * d_model * dim_feedforward + dim_feedforward + d_model",
                "d_model * dim_feedforward + dim_feedforward",
            ),
            gives="when only the first linear layer of the feed-forward part is counted.",
            advice="It widens to dim_feedforward. What brings the features back to d_model?",
        ),
    ),
    hints=(
        "The dict of section 2 has twelve arrays. Add up their sizes.",
        "Attention: four projections from d_model to d_model, each with a bias. The number of heads does not matter.",
        "The feed-forward part is a linear layer there and one back. Each of the two norms has 2 · d_model numbers.",
    ),
    explanation=(
        "Attention has 4 (d² + d) parameters, whatever the number of heads; the feed-forward part 2 d f + f + d; "
        "the norms 4 d."
    ),
    trace=_trace,
)
