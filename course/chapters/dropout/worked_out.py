"""How a number that dropout keeps is worked out on paper."""

from __future__ import annotations

from course.checking.spec import Arguments


def survivor_worked_out(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Say what happens to a value that is kept. About the other looks at an output there is nothing to say.

    Examples
    --------
    >>> import numpy as np
    >>> survivor_worked_out({"input": np.array([3.0]), "p": 0.75, "look": "small"}, (0,))
    '3/(1 - 0.75) = 12'
    """
    if arguments["look"] not in ("survivors", "small"):
        return ""
    value, p = arguments["input"][index], arguments["p"]
    return f"{value:.4g}/(1 - {p:.4g}) = {value / (1 - p):.4g}"
