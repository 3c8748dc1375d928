"""Linear and Embedding."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course.cost.layer import Layer, Parameter, Shape, ShapeMismatch, only


@dataclass(frozen=True, slots=True)
class Linear(Layer):
    """``torch.nn.Linear``: ``(*, c_i)`` to ``(*, c_o)``.

    torchinfo counts ``n (c_i + 1) c_o`` mult-adds where n is the *first* axis: the bias counts as if it multiplied,
    and further leading axes count nothing. The true count is ``c_i c_o`` for every position of all leading axes.

    Examples
    --------
    >>> layer = Linear(10, 5)
    >>> sum(parameter.size for parameter in layer.parameters())
    55
    >>> layer.output_shape((2, 7, 10)), layer.true_mult_adds((2, 7, 10))
    ((2, 7, 5), 700)
    """

    in_features: int
    out_features: int
    bias: bool = True

    def parameters(self) -> tuple[Parameter, ...]:
        """Give weight ``(c_o, c_i)`` and bias ``(c_o,)``."""
        weight = Parameter("weight", (self.out_features, self.in_features))
        return (weight, Parameter("bias", (self.out_features,))) if self.bias else (weight,)

    def output_shape(self, *inputs: Shape) -> Shape:
        """Change the last axis from ``c_i`` to ``c_o``."""
        shape = only(self, inputs)
        if shape[-1] != self.in_features:
            raise ShapeMismatch(self, shape, f"a last axis of {self.in_features}")
        return (*shape[:-1], self.out_features)

    def true_mult_adds(self, *inputs: Shape) -> int:
        """Count ``c_i`` products for each number of the output."""
        return math.prod(self.output_shape(*inputs)) * self.in_features


@dataclass(frozen=True, slots=True)
class Embedding(Layer):
    """``torch.nn.Embedding``: identifiers ``(*)`` to ``(*, d)``.

    torchinfo counts n times all the weights as mult-adds, where n is the first axis: 25.6 million for ten identifiers
    among 10,000 with 256 numbers each. The true count is 0: rows are copied, nothing is multiplied.

    Examples
    --------
    >>> Embedding(10_000, 256).output_shape((10,))
    (10, 256)
    """

    num_embeddings: int
    embedding_dim: int
    padding_idx: int | None = None

    def parameters(self) -> tuple[Parameter, ...]:
        """Give weight ``(num_embeddings, d)``."""
        return (Parameter("weight", (self.num_embeddings, self.embedding_dim)),)

    def output_shape(self, *inputs: Shape) -> Shape:
        """Add a last axis."""
        return (*only(self, inputs), self.embedding_dim)
