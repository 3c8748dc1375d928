"""Arguments for the cases of this chapter."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.checking.sampling import normal, whole


def images(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    """Draw images to pool."""
    return {"input": normal(rng, *shape), **options}


def whole_images(rng: np.random.Generator, *shape: int, **options: Any) -> dict[str, Any]:
    """Draw images of small whole numbers to pool."""
    return {"input": whole(rng, *shape), **options}


def negative_whole(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw images of small whole numbers, every one of them below 0."""
    return -np.abs(whole(rng, *shape, most=9))


def negative(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw images in which every value is below 0."""
    return -np.abs(normal(rng, *shape)) - 0.125


def for_backward(rng: np.random.Generator, input: np.ndarray, *size: int, **options: Any) -> dict[str, Any]:
    """Draw the gradient of an output that has `size` pixels for each channel of the input."""
    return {"grad_output": normal(rng, *input.shape[:2], *size), "input": input, **options}
