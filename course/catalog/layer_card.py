"""What a row of the summary table is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """One line of mathematics, for a notebook and for a terminal.

    Parameters
    ----------
    latex
        LaTeX without the dollar signs.
    text
        The same in ASCII. Indices are in square brackets.
    """

    latex: str
    text: str


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array by its name and its sizes.

    Parameters
    ----------
    name
        PyTorch's name.
    symbols
        One symbol of `NOTATION`, or a short expression in them, for each axis.
    shape
        The sizes in the card's example.

    Examples
    --------
    >>> Tensor("weight", ("c_o", "c_i"), (5, 10)).size
    50
    """

    name: str
    symbols: tuple[str, ...]
    shape: Shape

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    @property
    def symbolic_shape(self) -> str:
        """The symbols, written as Python writes a tuple: ``"(c_o,)"``."""
        return f"({', '.join(self.symbols)}{',' if len(self.symbols) == 1 else ''})"


@dataclass(frozen=True, slots=True)
class Parameter(Tensor):
    """A tensor that training changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCard:
    """A layer, with one example of it.

    Parameters
    ----------
    name
        Short and unique: ``"Conv2d"``, ``"Conv2d grouped"``.
    call
        The example as Python: ``"torch.nn.ReLU()"``.
    chapter
        The folder of its chapter: ``"01_linear"``.
    formula
        What it computes, a line each.
    output_size
        How its output sizes follow from its input sizes, where that takes a formula.
    inputs, outputs
        What the example is called with, and what it gives. Outputs that PyTorch nests, such as an LSTM's
        ``(output, (h, c))``, are listed one after another.
    parameters
        What it learns, named and ordered as ``named_parameters()`` has it.
    buffers
        What it stores but does not learn.
    elementwise
        Whether each output element depends on the input element at the same place and on no other.
    last_layer, inner_layer
        Whether and when it is used so.
    note
        What surprises people about it.
    """

    name: str
    call: str
    chapter: str
    formula: tuple[Formula, ...]
    output_size: tuple[Formula, ...] = ()
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    parameters: tuple[Parameter, ...] = ()
    buffers: tuple[Tensor, ...] = ()
    elementwise: bool
    last_layer: str
    inner_layer: str
    note: str = ""

    @property
    def torch_name(self) -> str:
        """The full name in PyTorch: ``"torch.nn.Linear"``."""
        return self.call.partition("(")[0]

    @property
    def num_parameters(self) -> int:
        """How many numbers training changes in the example."""
        return sum(parameter.size for parameter in self.parameters)
