"""Small things that both sides must agree on."""

from __future__ import annotations

BROKEN = 70
"""Exit code of a worker whose own code failed."""

AHEAD = 0.5
"""Seconds that a worker goes ahead with cells and calls; what then remains is asked for one by one."""

EXCEPTIONS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        ArithmeticError,
        AttributeError,
        FloatingPointError,
        IndexError,
        KeyError,
        LookupError,
        NotImplementedError,
        OverflowError,
        RecursionError,
        RuntimeError,
        TypeError,
        ValueError,
        ZeroDivisionError,
    )
}
"""What a function of the judge's may raise in a student's code; anything else is a RuntimeError there."""
