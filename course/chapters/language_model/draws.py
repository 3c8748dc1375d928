"""What the cases of this chapter draw."""

from __future__ import annotations

import numpy as np

from course.checking.sampling import normal

Array = np.ndarray


def layer_params(rng: np.random.Generator, d_model: int, heads: int, kv_heads: int, hidden: int) -> dict[str, Array]:
    """Draw the nine arrays of a decoder layer. Queries are of a size at which attention is not all alike."""
    size = d_model // heads
    shapes = {
        "norm1": (d_model,),
        "w_q": (heads * size, d_model),
        "w_k": (kv_heads * size, d_model),
        "w_v": (kv_heads * size, d_model),
        "w_o": (d_model, heads * size),
        "norm2": (d_model,),
        "w_gate": (hidden, d_model),
        "w_up": (hidden, d_model),
        "w_down": (d_model, hidden),
    }
    return {
        name: 1 + 0.3 * normal(rng, *shape) if name.startswith("norm") else normal(rng, *shape) * 0.6
        for name, shape in shapes.items()
    }


def decoder_params(
    rng: np.random.Generator, words: int, d_model: int, heads: int, kv_heads: int, hidden: int, layers: int
) -> dict[str, Array]:
    """Draw the parameters of a whole decoder, by the names that the lesson gives them."""
    params = {"embedding": normal(rng, words, d_model) * 0.5}
    for number in range(layers):
        drawn = layer_params(rng, d_model, heads, kv_heads, hidden)
        params |= {f"{number}.{name}": array for name, array in drawn.items()}
    return params | {"norm": 1 + 0.3 * normal(rng, d_model)}
