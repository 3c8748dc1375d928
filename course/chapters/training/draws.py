"""The parameters from which a network starts."""

from __future__ import annotations

import numpy as np

from course.chapters.training.split import SHAPES


def start(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw a network's first parameters as PyTorch does: uniform, in a wider range where there are fewer inputs."""
    arrays = []
    for weight, bias in zip(SHAPES[::2], SHAPES[1::2], strict=True):
        bound = 1 / np.sqrt(np.prod(weight[1:]))
        arrays += [rng.uniform(-bound, bound, size=shape) for shape in (weight, bias)]
    return arrays
