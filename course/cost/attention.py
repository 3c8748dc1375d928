"""Attention, with and without its projections."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course.cost.layer import Layer, Parameter, Shape, ShapeMismatch, Shapes
from course.errors import ArgumentTypeError, ArgumentValueError


@dataclass(frozen=True, slots=True)
class ScaledDotProductAttention(Layer):
    """``torch.nn.functional.scaled_dot_product_attention`` as a layer, without parameters.

    Query ``(*, l_q, d_k)``, key ``(*, l_k, d_k)`` and value ``(*, l_k, d_v)`` give ``(*, l_q, d_v)``. torchinfo sees
    no function and counts nothing. The true count is ``l_q l_k (d_k + d_v)`` for every leading position: the
    scores, then the weighted sums. A causal mask saves none of it: the scores are computed and then hidden.

    Examples
    --------
    >>> layer = ScaledDotProductAttention()
    >>> shapes = (2, 5, 8), (2, 7, 8), (2, 7, 6)
    >>> layer.output_shape(*shapes), layer.true_mult_adds(*shapes)
    ((2, 5, 6), 980)
    """

    def output_shape(self, *inputs: Shape) -> Shape:
        """Give the query's shape with the value's last axis."""
        query, key, value = query_key_value(self, inputs)
        if not query[:-2] == key[:-2] == value[:-2]:
            raise ShapeMismatch(self, query, f"the leading axes of key {key} and value {value}")
        if query[-1] != key[-1] or key[-2] != value[-2]:
            raise ShapeMismatch(self, key, f"a key of {value[-2]} positions with {query[-1]} numbers")
        return (*query[:-1], value[-1])

    def true_mult_adds(self, *inputs: Shape) -> int:
        """Count scores and weighted sums."""
        query, key, value = query_key_value(self, inputs)
        return math.prod(query[:-1]) * key[-2] * (key[-1] + value[-1])


@dataclass(frozen=True, slots=True)
class MultiheadAttention(Layer):
    """``torch.nn.MultiheadAttention``: query ``(n, l_q, d_m)``, key, value ``(n, l_k, …)`` to ``(output, weights)``.

    The output has the query's shape; the weights are ``(n, l_q, l_k)``, the mean over the heads. One input serves as
    all three: self-attention. As in PyTorch, the batch is the second axis unless `batch_first`.

    torchinfo does not take it for a layer, since it holds a Linear: neither mult-adds, nor its output's bytes, nor its
    parameters' bytes count, only the number of its parameters. The true count of mult-adds is the sum of its four
    projections, ``n d_m (2 l_q d_m + l_k (k_dim + v_dim))``, and attention, ``2 n l_q l_k d_m``,
    where `add_bias_kv` and `add_zero_attn` make ``l_k`` in the latter one longer each.

    Examples
    --------
    >>> layer = MultiheadAttention(64, 8, batch_first=True)
    >>> sum(parameter.size for parameter in layer.parameters())
    16640
    >>> layer.true_mult_adds((2, 5, 64))  # 4 projections, then the attention
    170240
    """

    embed_dim: int
    num_heads: int
    dropout: float = 0.0
    bias: bool = True
    add_bias_kv: bool = False
    add_zero_attn: bool = False
    kdim: int | None = None
    vdim: int | None = None
    batch_first: bool = False

    def __post_init__(self) -> None:
        if self.embed_dim % self.num_heads:
            raise ArgumentValueError(
                "num_heads", f"is {self.num_heads}", f"a divisor of embed_dim {self.embed_dim} is expected"
            )

    @property
    def is_leaf(self) -> bool:
        """False: inside is a Linear, which PyTorch never calls as such."""
        return False

    def parameters(self) -> tuple[Parameter, ...]:
        """Give the projections, in one tensor where query, key and value are of one size."""
        d_m, (key_dim, value_dim) = self.embed_dim, self._dims()
        if key_dim == value_dim == d_m:
            weights = [Parameter("in_proj_weight", (3 * d_m, d_m))]
        else:
            sizes = zip("qkv", (d_m, key_dim, value_dim), strict=True)
            weights = [Parameter(f"{name}_proj_weight", (d_m, size)) for name, size in sizes]
        if self.bias:
            weights.append(Parameter("in_proj_bias", (3 * d_m,)))
        if self.add_bias_kv:
            weights += [Parameter(name, (1, 1, d_m)) for name in ("bias_k", "bias_v")]
        weights.append(Parameter("out_proj.weight", (d_m, d_m)))
        if self.bias:
            weights.append(Parameter("out_proj.bias", (d_m,)))
        return tuple(weights)

    def output_shape(self, *inputs: Shape) -> Shape:
        """Give the query's shape."""
        query, key, value = query_key_value(self, inputs)
        batch = slice(0, 1) if self.batch_first else slice(1, 2)
        for name, shape, size in zip(
            ("query", "key", "value"), (query, key, value), (self.embed_dim, *self._dims()), strict=True
        ):
            if len(shape) not in (2, 3) or len(shape) != len(query) or shape[-1] != size:
                raise ShapeMismatch(self, shape, f"a {name} of 2 or 3 axes, as many as the query's, ending with {size}")
        if key[:-1] != value[:-1] or (len(query) == 3 and query[batch] != key[batch]):
            raise ShapeMismatch(self, key, f"a key that goes with query {query} and value {value}")
        return query

    def output_shapes(self, *inputs: Shape) -> Shapes:
        """Give the shapes of the output and of the attention weights."""
        query, key, _ = query_key_value(self, inputs)
        output = self.output_shape(*inputs)
        if len(query) == 2:
            return output, (query[0], self._attended(key))
        n, length = query[:2] if self.batch_first else query[1::-1]
        return output, (n, length, self._attended(key))

    def true_mult_adds(self, *inputs: Shape) -> int:
        """Count projections, scores and weighted sums."""
        query, key, _ = query_key_value(self, inputs)
        queries, keys = math.prod(query[:-1]), math.prod(key[:-1])
        projections = self.embed_dim * (2 * queries * self.embed_dim + keys * sum(self._dims()))
        return projections + 2 * queries * self._attended(key) * self.embed_dim

    def _attended(self, key: Shape) -> int:
        """Count the positions that a query attends to."""
        length = key[-2] if self.batch_first or len(key) == 2 else key[0]
        return length + self.add_bias_kv + self.add_zero_attn

    def _dims(self) -> tuple[int, int]:
        return self.kdim or self.embed_dim, self.vdim or self.embed_dim


def query_key_value(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Shape, Shape, Shape]:
    """Give the shapes of query, key and value, where one serves as all three.

    Raises
    ------
    TypeError
        If there are two, or more than three.
    ShapeMismatch
        If one has no axis for positions.
    """
    if len(inputs) not in (1, 3):
        raise ArgumentTypeError(
            str(layer), f"is given {len(inputs)} inputs", "query, key and value are expected, or one for all"
        )
    for shape in inputs:
        if len(shape) < 2:
            raise ShapeMismatch(layer, shape, "an input of positions and numbers: 2 axes or more")
    query, key, value = inputs if len(inputs) == 3 else inputs * 3
    return query, key, value
