"""What this chapter's layers compute on the way: a report says up to which of these an answer is right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course import functional


def transposed_stages(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> dict[str, np.ndarray]:
    """Give the stages of a transposed convolution."""
    cut = functional.conv_transpose2d(input, weight, None, stride, padding)
    return {
        "the sums before the border is cut off": functional.conv_transpose2d(input, weight, None, stride),
        "the sums without the border": cut,
        "the output with its bias": cut if bias is None else cut + bias[:, np.newaxis, np.newaxis],
    }


def patch_stages(input: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> dict[str, np.ndarray]:
    """Give the stages of a patch embedding."""
    maps = functional.conv2d(input, weight, None, stride=weight.shape[2:])
    tokens = maps.reshape(*maps.shape[:2], -1).swapaxes(1, 2)
    return {"the tokens without the bias": tokens, "the tokens with their bias": tokens + bias}


def residual_stages(input: np.ndarray, params: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give the stages of a residual block, in the order in which they are computed."""

    def conv(x: np.ndarray, name: str) -> np.ndarray:
        weight = params[f"{name}.weight"]
        return functional.conv2d(x, weight, None, padding=weight.shape[2] // 2)

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        mean, var, weight, bias = (
            params[f"{name}.{kind}"] for kind in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(x, mean, var, weight, bias)

    first = conv(input, "conv1")
    normalized = norm(first, "bn1")
    hidden = np.maximum(normalized, 0)
    second = conv(hidden, "conv2")
    branch = norm(second, "bn2")
    shortcut = conv(input, "shortcut") if "shortcut.weight" in params else input
    total = branch + shortcut
    return {
        "the first convolution": first,
        "the first norm": normalized,
        "the hidden features": hidden,
        "the second convolution": second,
        "the second norm": branch,
        "the sum of branch and shortcut": total,
        "the output of the block": np.maximum(total, 0),
    }
