"""How layers are put together: one after another, around a residual connection, or without a row in the table.

A forward written by hand can't be read without being run, so a network with one is described by these.
Wherever they take a layer they take a PyTorch module too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course.cost.layer import ShapeMismatch, Shapes
from course.errors import ArgumentTypeError

Visit = Callable[..., Shapes]
"""Runs a layer: ``visit(layer, *input_shapes)`` gives its output's shape, or its outputs' shapes."""


class Composite(ABC):
    """Layers put together.

    `name` is what the table calls them; with None they have no row, like the steps of one forward.
    """

    __slots__ = ()
    name: str | None

    @abstractmethod
    def run(self, visit: Visit, *inputs: Shapes) -> Shapes:
        """Visit the layers in the order in which they run, and give the shape of the output, or the shapes."""


@dataclass(frozen=True, slots=True, init=False)
class Sequential(Composite):
    """Layers one after another, as ``torch.nn.Sequential``.

    A layer that is given twice is one layer used twice: its parameters count once.

    Parameters
    ----------
    *layers
        Descriptions or PyTorch modules.
    name
        A class name for the table; None for no row.

    Examples
    --------
    >>> from course.cost import Linear, ReLU, summary
    >>> net = Sequential(Linear(8, 4), ReLU(), Linear(4, 2), name="Net")
    >>> summary(net, (1, 8)).parameters
    46
    """

    layers: tuple[Any, ...]
    name: str | None

    def __init__(self, *layers: Any, name: str | None = "Sequential") -> None:
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "name", name)

    def run(self, visit: Visit, *inputs: Shapes) -> Shapes:
        """Visit the layers one after another."""
        for layer in self.layers:
            inputs = (visit(layer, *inputs),)
        return one_shape(self, *inputs)


@dataclass(frozen=True, slots=True)
class Residual(Composite):
    """The input, or what `shortcut` makes of it, plus what `body` makes of it.

    Parameters
    ----------
    body
        A description or a PyTorch module. It runs first.
    shortcut
        Where the shapes differ: what brings the input to the shape of the body's output.
    name
        A class name for the table; None for no row.

    Examples
    --------
    >>> from course.cost import Linear, summary
    >>> summary(Residual(Linear(8, 8)), (2, 8)).output_shape
    (2, 8)
    """

    body: Any
    shortcut: Any = None
    name: str | None = "Residual"

    def run(self, visit: Visit, *inputs: Shapes) -> Shapes:
        """Visit the body, then the shortcut."""
        shape = one_shape(self, *inputs)
        output = visit(self.body, shape)
        skipped = shape if self.shortcut is None else visit(self.shortcut, shape)
        if skipped != output:
            raise ShapeMismatch(f"The sum in {self.name or 'Residual'}", skipped, f"{output}, the body's,")
        return output


@dataclass(frozen=True, slots=True)
class Output(Composite):
    """One output of a layer that has several, as a forward takes it: ``output, _ = lstm(x)``.

    Parameters
    ----------
    layer
        A description or a PyTorch module.
    index
        Which of the outputs. Where that is again several, such as an LSTM's ``(h, c)``, another `Output` chooses.
    name
        A class name for the table; None for no row.

    Examples
    --------
    >>> from course.cost import LSTM, Linear, summary
    >>> net = Sequential(Output(LSTM(8, 16), 0), Linear(16, 3), name="Tagger")
    >>> summary(net, (5, 2, 8)).output_shape
    (5, 2, 3)
    """

    layer: Any
    index: int = 0
    name: str | None = None

    def run(self, visit: Visit, *inputs: Shapes) -> Shapes:
        """Visit the layer, and keep one output."""
        outputs = visit(self.layer, *inputs)
        chosen = outputs[self.index] if -len(outputs) <= self.index < len(outputs) else None
        if not isinstance(chosen, tuple):
            raise ShapeMismatch(f"Output {self.index}", outputs, "a layer with that many outputs")
        return chosen


@dataclass(frozen=True, slots=True)
class Functional:
    """A layer called as a function in a forward: ``F.max_pool2d(x, 2)`` changes the shape and has no row.

    Parameters
    ----------
    layer
        A layer without parameters.

    Examples
    --------
    >>> from course.cost import Linear, MaxPool2d, Flatten, summary
    >>> net = Sequential(Functional(MaxPool2d(2)), Flatten(), Linear(48, 5), name="Net")
    >>> [row.name for row in summary(net, (1, 3, 8, 8)).rows]
    ['Net', 'Flatten', 'Linear']
    """

    layer: Any


def one_shape(owner: object, *inputs: Shapes) -> Shapes:
    """Give the one input of what takes one.

    Raises
    ------
    TypeError
        If there are several.
    """
    if len(inputs) != 1:
        raise ArgumentTypeError(type(owner).__name__, f"is given {len(inputs)} inputs", "it takes one")
    return inputs[0]
