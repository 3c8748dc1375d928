"""What is measured for a function, and how its arrays are drawn. Shapes come from the summary table's examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

Arrays = SimpleNamespace
Draw = Callable[[np.random.Generator], np.ndarray]
Forward = Callable[[Any, Arrays], Any]
Backward = Callable[[Any, Arrays, Any], Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One function on one shape.

    `forward` is handed ``course.functional`` or ``torch.nn.functional``, and arrays or tensors: the call is the same.
    `backward` is handed the gradient, the arrays and the output. The loops get the arrays, where `small` says so with
    other shapes, on which they would take too long. `finds_again` says that backwards our layer has to find by itself
    what PyTorch's forward pass keeps for its own.
    """

    name: str
    arrays: dict[str, Draw]
    forward: Forward
    loops: Callable[[Arrays], Any]
    backward: Backward | None = None
    loops_backward: Backward | None = None
    grads: tuple[str, ...] = ("input",)
    small: dict[str, Draw] = field(default_factory=dict)
    random: bool = False
    finds_again: bool = False

    def draw(self, *, small: bool = False) -> Arrays:
        """Give the arrays by name, the same ones at every call."""
        rng = np.random.default_rng(0)
        draws = self.arrays | (self.small if small else {})
        return Arrays(**{name: draw(rng) for name, draw in draws.items()})


def normal(*shape: int) -> Draw:
    return lambda rng: rng.standard_normal(shape, dtype=np.float32)


def weights(*shape: int) -> Draw:
    """Give parameters as small as a network's, so that sums over the inputs stay near 1."""
    return lambda rng: rng.standard_normal(shape, dtype=np.float32) / np.float32(np.sqrt(np.prod(shape[1:])))


def whole(below: int, *shape: int) -> Draw:
    return lambda rng: rng.integers(below, size=shape)


def positive(*shape: int) -> Draw:
    return lambda rng: rng.random(shape, dtype=np.float32) + np.float32(0.5)


IMAGE = (1, 16, 100, 100)
SIGNAL = (1, 16, 100)
VOLUME = (1, 16, 20, 20, 20)
