"""A call whose arguments have names: how it is arranged, made and written."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from course.calling.student import Student, short
from course.calling.work import Operation


@dataclass(frozen=True, slots=True)
class CallByName:
    """What a case does with a student's work by default: it calls one function with the case's arguments.

    Parameters
    ----------
    name
        The function's name.
    signature
        In whose order the arguments are passed.

    Examples
    --------
    >>> from course.calling.here import Here
    >>> def double(x): return 2 * x
    >>> student = Student(Here.of(double, "double"))
    >>> CallByName("double", inspect.signature(double))(student, x=4)
    8
    """

    name: str
    signature: inspect.Signature

    def __call__(self, student: Student, **arguments: Any) -> Any:
        """Call the function, and give what it returns."""
        return student.call_once(self.operation(arguments), partial(describe_call, self.name, arguments))

    def operation(self, arguments: Mapping[str, Any]) -> Operation:
        """Give the call, as it is made of any student's work."""
        args, kwargs = split_call(self.signature, arguments)
        return Operation("call", self.name, args, kwargs, tuple(arguments), forget=True)


def split_call(signature: inspect.Signature, arguments: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arrange named arguments as a call: by position as far as the signature goes without a gap, then by name.

    So a student who renames the parameters is still called correctly.

    Examples
    --------
    >>> def linear(input, weight, bias=None): ...
    >>> split_call(inspect.signature(linear), {"input": 1, "weight": 2})
    ((1, 2), {})
    """
    positional: list[Any] = []
    remaining = dict(arguments)
    for name in signature.parameters:
        if name not in remaining:
            break
        positional.append(remaining.pop(name))
    return tuple(positional), remaining


def describe_call(name: str, arguments: Mapping[str, Any]) -> str:
    """Write a call with shapes in place of arrays.

    Examples
    --------
    >>> describe_call("one_hot", {"input": np.zeros((2, 3)), "num_classes": 5})
    'one_hot(input (2, 3), num_classes=5)'
    """
    words = [
        f"{key} {value.shape}" if isinstance(value, np.ndarray) else f"{key}={short(value)}"
        for key, value in arguments.items()
    ]
    return f"{name}({', '.join(words)})"
