"""How an exercise names its counterpart in PyTorch: declarations only, so that a chapter needs no torch.

Wherever arguments or results are arrays, they may be nested in lists, tuples and dicts, as PyTorch nests them: an
LSTM's ``(output, (h, c))``, a list of weights, a dict of parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Arrange = Callable[..., tuple[tuple[Any, ...], dict[str, Any]]]
"""Maps an exercise's arguments to the arguments of its PyTorch counterpart: ``(args, kwargs)``, still NumPy."""


@dataclass(frozen=True, slots=True)
class TorchFunction:
    """The oracle is a PyTorch function.

    Parameters
    ----------
    name
        Dotted name, such as ``"torch.nn.functional.linear"``.
    arrange
        Turns the exercise's arguments into PyTorch's. By default they are the same, in the same order.
    by_name
        Whether PyTorch is given all of them by name: where it has others between them.
    changes
        Positions, among PyTorch's arguments, of those that it changes in place. The exercise leaves its own as they
        are, and returns the new ones after the output.
    result
        Turns PyTorch's result, as NumPy arrays, into the exercise's. By default they are the same.
    """

    name: str
    arrange: Arrange | None = None
    by_name: bool = False
    changes: tuple[int, ...] = ()
    result: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class TorchGradient:
    """The oracle is autograd: the gradients of a PyTorch function, given the gradients of its outputs.

    Parameters
    ----------
    name
        Dotted name of the forward function.
    wrt
        Positions, among the forward's arguments, of the inputs whose gradients are expected. The gradients of a nested
        argument, such as a list of weights, are nested in the same way. The gradient of None and of integers is None;
        an input that does not reach the output has a gradient of zeros.
    arrange
        Turns the exercise's arguments into the forward's. By default they are the same but for the first, in the same
        order.
    by_name
        Whether the forward is given all of them by name.
    grad_outputs
        Turns the exercise's arguments into the gradient of the output. Where there are several outputs, it gives as
        many, nested in the same way, with None for an output that the loss does not depend on. By default it is the
        exercise's first argument.
    result
        Turns the gradients, as NumPy arrays, into the exercise's results. By default they are the same.
    """

    name: str
    wrt: tuple[int, ...]
    arrange: Arrange | None = None
    by_name: bool = False
    grad_outputs: Callable[..., Any] | None = None
    result: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class TorchModule:
    """The oracle is a module in evaluation mode, with parameters that are among the exercise's arguments.

    It is for layers that PyTorch has only as a module, such as ``torch.nn.TransformerEncoderLayer``.

    Parameters
    ----------
    name
        Dotted name of the module's class.
    arrange
        Turns the exercise's arguments into three things: the constructor's arguments by name; the values of all
        parameters, and of buffers if need be, by the module's own names; and the arguments of the call.
    """

    name: str
    arrange: Callable[..., tuple[Mapping[str, Any], Mapping[str, Any], tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class TorchParameters:
    """The oracle is torchinfo's parameter count of a module; ``arrange`` gives the constructor's arguments.

    With ``by_name``, the constructor is given the exercise's arguments by name.
    """

    name: str
    arrange: Arrange | None = None
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class TorchMacs:
    """The oracle is PyTorch's flop counter: multiply-adds of one call of a function, half of its flops."""

    name: str
    arrange: Arrange | None = None


ORACLE_NAMES: dict[type, str] = {
    TorchFunction: "PyTorch",
    TorchGradient: "PyTorch",
    TorchModule: "PyTorch",
    TorchParameters: "torchinfo",
    TorchMacs: "PyTorch's flop counter",
}
"""How a report names each kind of oracle."""

Oracle = TorchFunction | TorchGradient | TorchModule | TorchParameters | TorchMacs
