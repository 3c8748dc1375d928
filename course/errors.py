"""The base of what the course raises. Each error says in fields, as well as in a sentence, what is wrong."""

from __future__ import annotations

from typing import Any


class CourseError(Exception):
    """What the course raises derives from this, and from the built-in error that fits.

    Parameters
    ----------
    text
        One plain sentence or two.
    name
        What it is about: an argument, a layer.
    received
        What came.
    allowed
        What is expected instead.
    """

    def __init__(self, text: str, *, name: str = "", received: Any = None, allowed: Any = None) -> None:
        super().__init__(text)
        self.name, self.received, self.allowed = name, received, allowed

    def __str__(self) -> str:
        """Say it plainly: a KeyError would show its argument's repr alone."""
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors of several processes are pickled; the default would call a subclass with the text alone.
        return _remade, (type(self), self.args), self.__dict__


def _remade(kind: type[CourseError], args: tuple[Any, ...]) -> CourseError:
    return kind.__new__(kind, *args)


class ArgumentError(CourseError):
    """An argument does not fit.

    Parameters
    ----------
    name
        The argument.
    received
        What came, in words: ``"has shape (3,)"``.
    allowed
        What is expected, in words: ``"(4,) is expected"``.

    Examples
    --------
    >>> raise ArgumentValueError("bias", "has shape (3,)", "(4,) is expected")
    Traceback (most recent call last):
    course.errors.ArgumentValueError: bias has shape (3,); (4,) is expected.
    """

    def __init__(self, name: str, received: str, allowed: str) -> None:
        super().__init__(f"{name} {received}; {allowed}.", name=name, received=received, allowed=allowed)


class ArgumentValueError(ArgumentError, ValueError):
    """An argument has a value or a shape that does not fit."""


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument is of another type, or holds numbers of another type."""


class ArgumentIndexError(ArgumentError, IndexError):
    """An index is out of range."""
