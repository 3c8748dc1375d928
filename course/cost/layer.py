"""What every description of a layer answers: its parameters, its output's shape, its multiply-adds."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from course.errors import ArgumentError, ArgumentTypeError, CourseError

Shape = tuple[int, ...]
Shapes: TypeAlias = "Shape | tuple[Shapes, ...]"
"""The shapes of what a layer returns: one alone, or several nested as the layer nests its outputs."""


class ShapeMismatch(CourseError, ValueError):
    """A layer can't take an input of this shape.

    Parameters
    ----------
    layer
        The layer, as it was described.
    received
        The shape that came.
    allowed
        What the layer takes, in words.
    """

    def __init__(self, layer: object, received: Shapes, allowed: str) -> None:
        text = f"{layer} is given the shape {received}; {allowed} is expected."
        super().__init__(text, name=str(layer), received=received, allowed=allowed)


class UnknownModule(ArgumentError, TypeError):
    """Something is not a layer that could be described without running it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A tensor that belongs to a layer.

    Parameters
    ----------
    name
        PyTorch's, as ``named_parameters()`` has it.
    shape
        Its shape.
    trainable
        False if it is frozen, that is if ``requires_grad`` is false.
    key
        Two parameters with one key are one tensor. None means a tensor that no other layer has.
    itemsize
        Bytes of one of its numbers, if that is known.

    Examples
    --------
    >>> Parameter("weight", (5, 10)).size
    50
    """

    name: str
    shape: Shape
    trainable: bool = True
    key: object = None
    itemsize: int | None = None

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


class Layer(ABC):
    """Describes one layer. Subclasses carry the names and arguments of ``torch.nn``'s classes."""

    __slots__ = ()

    @property
    def title(self) -> str:
        """What a table calls the layer: the name of its class."""
        return type(self).__name__

    @property
    def is_leaf(self) -> bool:
        """Whether torchinfo takes the layer for one: it has no layers inside."""
        return True

    def parameters(self) -> tuple[Parameter, ...]:
        """Give what training changes, named as in PyTorch."""
        return ()

    @abstractmethod
    def output_shape(self, *inputs: Shape) -> Shape:
        """Give the shape of the output, of the first where there are several, from the shapes of the inputs.

        Raises
        ------
        ShapeMismatch
            If the layer can't take them.
        """

    def output_shapes(self, *inputs: Shape) -> Shapes:
        """Give the shapes of all outputs, nested as the layer returns them; a shape alone where there is one output."""
        return self.output_shape(*inputs)

    def true_mult_adds(self, *inputs: Shape) -> int:
        """Count the products that are summed, for the whole batch.

        This is half of what PyTorch's flop counter counts, which covers matrix products, convolutions and attention.
        Adding a bias, activation functions, normalization and pooling count nothing.
        """
        return 0


def first_shape(shapes: Shapes) -> Shape:
    """Give the shape of the first of several outputs, or of the only one.

    Examples
    --------
    >>> first_shape((2, 3)), first_shape((((2, 3), (4,)), (5,)))
    ((2, 3), (2, 3))
    """
    while shapes and isinstance(shapes[0], tuple):
        shapes = shapes[0]
    return shapes  # type: ignore[return-value]


def one_output(layer: object, shapes: Shapes) -> Shape:
    """Give the shape of an input that must be one tensor.

    Raises
    ------
    ShapeMismatch
        If a layer with several outputs comes before, and none of them was chosen.
    """
    if shapes and isinstance(shapes[0], tuple):
        raise ShapeMismatch(layer, shapes, "one output, such as Output(layer, 0) gives,")
    return shapes  # type: ignore[return-value]


def only(layer: Layer, inputs: Sequence[Shape]) -> Shape:
    """Give the one input of a layer that takes one.

    Raises
    ------
    TypeError
        If there are several.
    """
    if len(inputs) != 1:
        raise ArgumentTypeError(str(layer), f"is given {len(inputs)} inputs", "it takes one")
    return inputs[0]


def channels_first(layer: Layer, inputs: Sequence[Shape], axes: int, channels: int | None = None) -> Shape:
    """Give the one input of a layer over `axes` spatial axes, with or without a batch axis.

    Raises
    ------
    ShapeMismatch
        If it has another number of axes, or another number of channels.
    """
    shape = only(layer, inputs)
    if len(shape) not in (axes + 1, axes + 2):
        raise ShapeMismatch(layer, shape, f"an input of {axes + 1} or {axes + 2} axes")
    if channels is not None and shape[-axes - 1] != channels:
        raise ShapeMismatch(layer, shape, f"an input with {channels} channels on axis {len(shape) - axes - 1}")
    return shape


def affine(size: Shape, *, weight: bool = True, bias: bool = True) -> tuple[Parameter, ...]:
    """Give the weight and the bias of a normalization, if it has them."""
    return (Parameter("weight", size),) * weight + (Parameter("bias", size),) * bias
