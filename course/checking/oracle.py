"""The right answer according to PyTorch. The only file of the course that imports torch and torchinfo."""

from __future__ import annotations

import functools
import importlib
from typing import Any

import numpy as np

from course.checking.spec import (
    Arguments,
    Exercise,
    TorchFunction,
    TorchGradient,
    TorchMacs,
    TorchParameters,
    split_call,
)


@functools.cache
def available() -> bool:
    """Whether PyTorch and torchinfo can be imported here. Importing takes two seconds, once."""
    try:
        importlib.import_module("torch")
        importlib.import_module("torchinfo")
    except (ImportError, OSError):  # OSError: a library of torch's that the system can't load
        return False
    return True


def ask(exercise: Exercise, arguments: Arguments) -> Any:
    """Compute the exercise's right answer with its PyTorch counterpart.

    Parameters
    ----------
    exercise
        An exercise whose oracle is not None.
    arguments
        One call's arguments, as NumPy arrays and plain values. They stay as they are.

    Returns
    -------
    An array, a number, or a tuple of these.
    """
    oracle = exercise.oracle
    if oracle is None:
        raise ValueError(f"{exercise.name} has no counterpart in PyTorch; ask its reference instead.")
    if oracle.arrange is None:
        args, kwargs = split_call(exercise.signature, arguments)
    else:
        args, kwargs = oracle.arrange(**arguments)
    match oracle:
        case TorchFunction(name, _, changes):
            tensors = [_tensor(value) for value in args]  # copies: what PyTorch changes is ours
            output = _find(name)(*tensors, **{k: _tensor(v) for k, v in kwargs.items()})
            return _to_numpy((output, *(tensors[i] for i in changes)) if changes else output)
        case TorchGradient(name, wrt):
            return _gradient(_find(name), wrt, arguments, args, kwargs)
        case TorchParameters(name):
            torchinfo = importlib.import_module("torchinfo")
            return int(torchinfo.summary(_find(name)(*args, **kwargs), verbose=0).total_params)
        case TorchMacs(name):
            return _macs(_find(name), args, kwargs)


def _gradient(
    forward: Any, wrt: tuple[int, ...], arguments: Arguments, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    torch = importlib.import_module("torch")
    tensors = [_tensor(value) for value in (*args, *kwargs.values())]
    inputs = [tensors[i].requires_grad_() for i in wrt]
    own_kwargs = dict(zip(kwargs, tensors[len(args) :], strict=True))
    output = forward(*tensors[: len(args)], **own_kwargs)
    grad_output = _tensor(next(iter(arguments.values())))
    grads = torch.autograd.grad(output, inputs, grad_output)
    return _to_numpy(grads[0] if len(grads) == 1 else grads)


def _macs(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    flop_counter = importlib.import_module("torch.utils.flop_counter")
    with flop_counter.FlopCounterMode(display=False) as counter:
        function(*map(_tensor, args), **{k: _tensor(v) for k, v in kwargs.items()})
    return counter.get_total_flops() // 2


def _find(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def _tensor(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    torch = importlib.import_module("torch")
    return torch.tensor(value)


def _to_numpy(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_to_numpy(item) for item in value)
    return value.detach().numpy() if hasattr(value, "detach") else value
