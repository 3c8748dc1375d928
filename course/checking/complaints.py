"""Python's and NumPy's complaints in the words of the course, and what to do about them."""

from __future__ import annotations

import re

from course.calling.endings import Raised

LONGEST = 200
"""Characters of a message that are told."""

# Of a class as students write them: built-in ones begin small, NumPy's are told with their package.
_MISSING = r"^'(?!NoneType')([A-Z]\w*)' object has no attribute '(\w+)'"
# What NumPy and Python say -> what a student needs to hear. Numbers and names are carried over.
_SAYINGS = tuple(
    (re.compile(pattern, re.DOTALL), told)
    for pattern, told in (
        (
            r"matmul: Input operand 1 has a mismatch .*\(size (\d+) is different from (\d+)\)",
            r"matmul: the inner sizes \2 and \1 differ.",
        ),
        (
            r"shapes (\(.*?\)) and (\(.*?\)) not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)",
            r"Shapes \1 and \2: the inner sizes \3 and \4 differ.",
        ),
        (
            r"matmul: Input operand \d does not have enough dimensions",
            "matmul: a single number takes no part in a matrix product. Multiply it with *.",
        ),
        (
            r"operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))",
            r"Shapes \1 and \2 do not fit together element by element.",
        ),
        (
            r"could not broadcast input array from shape (\(.*?\)) into shape (\(.*?\))",
            r"An array of shape \1 does not fit into a place of shape \2.",
        ),
        (r"array is not broadcastable to correct shape", "The values do not fit into the places they are to go to."),
        (r"cannot reshape array of size (\d+) into shape (\(.*?\))", r"\1 values can't be laid out as \2."),
        (
            r"truth value of an array with more than one element is ambiguous",
            "An array has no single truth value; to see whether one was given, ask `is not None`.",
        ),
        (
            r"unsupported operand type\(s\) for (\S+): (?:'NoneType' and .*|.* and 'NoneType')",
            r"One side of `\1` is None.",
        ),
        (
            r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
            r"Index \1 is beyond the end of axis \2, whose size is \3.",
        ),
        (
            r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
            r"Too many indices: \2, for an array with \1 axes.",
        ),
        (
            r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
            r"There is no axis \1: the array has \2 axes, counted from 0.",
        ),
        (r"arrays used as indices must be of integer", "Indices must be whole numbers; these are not."),
        (
            r"only integer scalar arrays can be converted to a scalar index",
            "An array stands where a single whole number is wanted.",
        ),
        (
            r"only (?:0-dimensional|length-1|size-1) arrays can be converted",
            "An array stands where a single number is wanted.",
        ),
        (r"setting an array element with a sequence", "A sequence stands where a single number is wanted."),
        (
            r"ufunc '(\w+)' not supported for the input types",
            r"\1 does not work on numbers of this kind.",
        ),
        (_MISSING, r"Your \1 has no `\2`."),
        (
            r"local variable '(\w+)' (?:referenced before|where it is not)",
            r"`\1` is used before it has a value.",
        ),
    )
)
_ABOUT_SHAPES = re.compile(r"shape|matmul|broadcast|dimension|aligned|reshape|operand")


def explain(message: str) -> str:
    """Say the most common complaints in the words of the course; give any other message as it is, in one line.

    Examples
    --------
    >>> explain("matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
    ...         "(n?,k),(k,m?)->(n?,m?) (size 5 is different from 7)")
    'matmul: the inner sizes 7 and 5 differ.'
    >>> explain("index 3 is out of bounds for axis 1 with size 2")
    'Index 3 is beyond the end of axis 1, whose size is 2.'
    """
    for pattern, told in _SAYINGS:
        found = pattern.search(message)
        if found:
            return found.expand(told)
    line = " ".join(message.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def next_step(error: Raised | None) -> str:
    """Say what to do after an exception, by its kind.

    Examples
    --------
    >>> next_step(Raised("NameError", "name 'wieght' is not defined"))
    'Check the spelling of that name; it must be an argument, or get its value before.'
    """
    name, message = (error.type_name, error.message) if error else ("", "")
    if name in ("NameError", "UnboundLocalError"):
        return "Check the spelling of that name; it must be an argument, or get its value before."
    if name in ("ImportError", "ModuleNotFoundError"):
        return "Leave that import out: NumPy is all that is needed."
    if name == "RecursionError":
        return "Find where the function calls itself, and when it is to stop."
    if name == "SystemExit":
        return "End the function with `return` and the result."
    if name == "IndexError":
        return "Write down the index and the size of the axis it belongs to. Which of the two is not what you meant?"
    if "truth value" in message:
        return "Change the condition, so that it asks one question with one answer."
    missing = re.search(_MISSING, message)
    if missing:
        return f"Look for `{missing[2]}` in your class: is it a method there, or set in `__init__`, and spelled so?"
    if "NoneType" in message:
        return "Which name is None there in this call? Decide what to do in that case."
    if name == "ValueError" and _ABOUT_SHAPES.search(message):
        return "Write down the shape of each operand there, then what they must be."
    if name in ("TypeError", "AttributeError"):
        return "Say for each name there what it holds in this call: an array, a number, a tuple?"
    return "Go through your code with this call in mind, as far as it gets."
