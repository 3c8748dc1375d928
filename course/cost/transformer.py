"""A transformer's encoder layer, put together from its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from course.cost.activation import Dropout
from course.cost.attention import MultiheadAttention
from course.cost.dense import Linear
from course.cost.layer import Layer, Shapes
from course.cost.network import Composite, Output, Residual, Sequential, Visit
from course.cost.normalization import LayerNorm


@dataclass(frozen=True, slots=True)
class EncoderParts:
    """What an encoder layer is made of, under PyTorch's names. `activation` is None if it is a plain function."""

    self_attn: Any
    linear1: Any
    dropout: Any
    linear2: Any
    norm1: Any
    norm2: Any
    dropout1: Any
    dropout2: Any
    activation: Any = None

    def assemble(self, *, norm_first: bool, name: str | None) -> Sequential:
        """Put them into the order in which they run."""
        attention = (Output(self.self_attn), self.dropout1)
        inner = () if self.activation is None else (self.activation,)
        feed_forward = (self.linear1, *inner, self.dropout, self.linear2, self.dropout2)
        if norm_first:
            return Sequential(_plus(self.norm1, *attention), _plus(self.norm2, *feed_forward), name=name)
        return Sequential(_plus(*attention), self.norm1, _plus(*feed_forward), self.norm2, name=name)


def _plus(*steps: Any) -> Residual:
    return Residual(Sequential(*steps, name=None), name=None)


@dataclass(frozen=True, slots=True)
class TransformerEncoderLayer(Composite):
    """``torch.nn.TransformerEncoderLayer``: ``(n, l, d_m)`` to the same shape.

    torchinfo shows its attention but counts only the number of its parameters; see `MultiheadAttention`. Its Linear
    layers count as if there were one position instead of l; see `Linear`. `activation` has a row if it is a layer, and
    none if it is a function's name.

    Examples
    --------
    >>> from course.cost import summary
    >>> counted = summary(TransformerEncoderLayer(64, 8, 256, batch_first=True), (2, 5, 64))
    >>> counted.parameters, counted.mult_adds, counted.true_mult_adds
    (49984, 66688, 497920)
    """

    d_model: int
    nhead: int
    dim_feedforward: int = 2048
    dropout: float = 0.1
    activation: Any = "relu"
    layer_norm_eps: float = 1e-5
    batch_first: bool = False
    norm_first: bool = False
    bias: bool = True
    name: str | None = "TransformerEncoderLayer"
    body: Sequential = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = EncoderParts(
            self_attn=MultiheadAttention(
                self.d_model, self.nhead, self.dropout, self.bias, batch_first=self.batch_first
            ),
            linear1=Linear(self.d_model, self.dim_feedforward, self.bias),
            dropout=Dropout(self.dropout),
            linear2=Linear(self.dim_feedforward, self.d_model, self.bias),
            norm1=LayerNorm(self.d_model, self.layer_norm_eps, bias=self.bias),
            norm2=LayerNorm(self.d_model, self.layer_norm_eps, bias=self.bias),
            dropout1=Dropout(self.dropout),
            dropout2=Dropout(self.dropout),
            activation=self.activation if isinstance(self.activation, Layer) else None,
        )
        # Made once: a layer is known by its identity, so that one used twice counts once.
        object.__setattr__(self, "body", parts.assemble(norm_first=self.norm_first, name=self.name))

    def run(self, visit: Visit, *inputs: Shapes) -> Shapes:
        """Visit the parts in the order in which they run."""
        return self.body.run(visit, *inputs)
