"""The encoder layer: attention and a feed-forward part, each with a residual connection and a norm."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.transformer.add_and_norm import add_and_norm
from course.chapters.transformer.encoder_mistakes import MISTAKES, written_out
from course.chapters.transformer.feed_forward import feed_forward
from course.chapters.transformer.self_attention import self_attention
from course.chapters.transformer.stages import encoder_stages
from course.checking.oracles import TorchModule
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise
from course.checking.worked_out import in_a_sum, sum_of_products


def transformer_encoder_layer(x, params, num_heads, norm_first=False, is_causal=False):
    """Apply a transformer's encoder layer, without dropout.

    x          (n, l, d_m)
    params     a dict with the twelve arrays of section 2, by PyTorch's names,
               such as params["self_attn.in_proj_weight"], shape (3 d_m, d_m)
    num_heads  a divisor of d_m
    norm_first False: the norms after the sums. True: the norms before attention and feed-forward part
    is_causal  True: no position attends to a later one
    returns    (n, l, d_m)
    """

    def attend(x):
        in_proj = params["self_attn.in_proj_weight"], params["self_attn.in_proj_bias"]
        out_proj = params["self_attn.out_proj.weight"], params["self_attn.out_proj.bias"]
        return self_attention(x, *in_proj, *out_proj, num_heads, is_causal)

    def forward(x):
        first = params["linear1.weight"], params["linear1.bias"]
        second = params["linear2.weight"], params["linear2.bias"]
        return feed_forward(x, *first, *second)

    x = add_and_norm(x, attend, params["norm1.weight"], params["norm1.bias"], norm_first)
    return add_and_norm(x, forward, params["norm2.weight"], params["norm2.bias"], norm_first)


def _params(rng: np.random.Generator, d_model: int, hidden: int) -> dict[str, np.ndarray]:
    return {
        # of this size, attention looks at several positions, and not at all of them alike
        "self_attn.in_proj_weight": normal(rng, 3 * d_model, d_model) * 0.5,
        "self_attn.in_proj_bias": normal(rng, 3 * d_model) * 0.5,
        "self_attn.out_proj.weight": normal(rng, d_model, d_model),
        "self_attn.out_proj.bias": normal(rng, d_model),
        "linear1.weight": normal(rng, hidden, d_model),
        "linear1.bias": normal(rng, hidden),
        "linear2.weight": normal(rng, d_model, hidden),
        "linear2.bias": normal(rng, d_model),
        "norm1.weight": 1 + 0.3 * normal(rng, d_model),
        "norm1.bias": normal(rng, d_model),
        "norm2.weight": 1 + 0.3 * normal(rng, d_model),
        "norm2.bias": normal(rng, d_model),
    }


def _layer(
    rng: np.random.Generator,
    n: int,
    length: int,
    num_heads: int,
    size: int,
    hidden: int,
    norm_first: bool = False,
    is_causal: bool = False,
) -> dict[str, Any]:
    # size: features of one head
    d_model = num_heads * size
    arguments: dict[str, Any] = {
        "x": normal(rng, n, length, d_model),
        "params": _params(rng, d_model, hidden),
        "num_heads": num_heads,
    }
    switches = {"norm_first": norm_first, "is_causal": is_causal}
    return arguments | {name: True for name, switch in switches.items() if switch}


def _small(rng: np.random.Generator) -> dict[str, Any]:
    arguments = _layer(rng, 2, 4, 2, 3, 5, norm_first=True)
    return arguments | {"x": arguments["x"] * 0.004}


def _module(
    x: np.ndarray, params: dict[str, np.ndarray], num_heads: int, norm_first: bool = False, is_causal: bool = False
) -> tuple[dict[str, Any], dict[str, np.ndarray], tuple[np.ndarray, ...]]:
    options = {
        "d_model": x.shape[-1],
        "nhead": num_heads,
        "dim_feedforward": len(params["linear1.bias"]),
        "batch_first": True,
        "norm_first": norm_first,
    }
    hidden = ~np.tri(x.shape[1], dtype=bool)  # PyTorch's src_mask: True hides a position
    return options, params, (x, hidden) if is_causal else (x,)


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out the last step: what comes before it has too many steps for one line."""
    params, feature = arguments["params"], index[-1]
    size = len(params["norm2.bias"])
    if arguments.get("norm_first"):
        nothing = {"linear2.weight": 0 * params["linear2.weight"], "linear2.bias": np.zeros(size)}
        first = transformer_encoder_layer(**{**arguments, "params": {**params, **nothing}})[index]
        result = transformer_encoder_layer(**arguments)[index]
        return f"after the attention {first:.4g}, and {first:.4g} + {in_a_sum(result - first)} = {result:.4g}"
    plain = {"norm2.weight": np.ones(size), "norm2.bias": np.zeros(size)}
    normalized = transformer_encoder_layer(**{**arguments, "params": {**params, **plain}})[index]
    scaled = sum_of_products([normalized], [params["norm2.weight"][feature]], params["norm2.bias"][feature])
    return f"normalized {normalized:.4g}, and with norm2's weight and bias {scaled}"


EXERCISE = Exercise(
    points=5,
    solution=transformer_encoder_layer,
    written_out=written_out,
    stages=encoder_stages,
    oracle=TorchModule("torch.nn.TransformerEncoderLayer", arrange=_module),
    cases=(
        Case("one sentence", lambda rng: _layer(rng, 1, 3, 2, 2, 5)),
        Case("two sentences, three heads", lambda rng: _layer(rng, 2, 4, 3, 2, 7)),
        Case("norm first", lambda rng: _layer(rng, 2, 5, 2, 3, 4, norm_first=True)),
        Case("causal", lambda rng: _layer(rng, 2, 4, 2, 2, 5, is_causal=True), optional="is_causal"),
        Case(
            "causal, norm first",
            lambda rng: _layer(rng, 1, 5, 2, 3, 4, norm_first=True, is_causal=True),
            optional="is_causal",
        ),
        Case("one head", lambda rng: _layer(rng, 3, 2, 1, 5, 6)),
        Case("norm first, tiny features", _small, note="features near 0.004"),
        Case("one position", lambda rng: _layer(rng, 2, 1, 2, 2, 3), weight=0.5),
    ),
    mistakes=MISTAKES,
    hints=(
        "You have all parts. Call add_and_norm twice: once with the attention, once with the feed-forward part.",
        "add_and_norm wants a function of x alone. Write two small ones inside this one: each looks its arrays up in "
        "params and calls your function of exercise 1 or 3.",
        "What comes out of the first add_and_norm goes into the second. Don't forget where num_heads, norm_first and "
        "is_causal are needed.",
    ),
    explanation=(
        "Attention is the only step in which positions meet. The norms and the feed-forward part treat each position "
        "alone. add_and_norm knows on which side of the sum the norm is, so the layer is two calls."
    ),
    trace=_trace,
)
