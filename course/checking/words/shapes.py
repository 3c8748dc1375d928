"""Shapes that do not fit, with the sizes that clash marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from course.checking.complaints import About, Complaint
from course.checking.document import Shape, Strong, Text

Sizes = tuple[int, ...]


def values_of(complaint: Complaint) -> tuple[object, ...]:
    """Give what a complaint names: shapes and sizes with a mark on those that clash, anything else as it is.

    Examples
    --------
    >>> values_of(Complaint(About.BROADCAST, ("(4,5)", "(7,)")))
    (Shape(sizes=(4, 5), clash=frozenset({1})), Shape(sizes=(7,), clash=frozenset({0})))
    """
    values = complaint.values
    match complaint.about:
        case About.MATMUL_SIZES:
            return tuple(map(Strong, values))
        case About.DOT_SIZES:
            first, second, *inner = values
            shapes = [_read(first), _read(second)]
            return (
                Shape(shapes[0], frozenset({len(shapes[0]) - 1})),
                Shape(shapes[1], frozenset({max(0, len(shapes[1]) - 2)})),
                *map(Strong, inner),
            )
        case About.BROADCAST | About.ASSIGNED_SHAPE | About.IN_PLACE_SHAPE if all(map(_is_shape, values)):
            return unequal_from_the_end(*map(_read, values))
        case _:
            return values


def product_in(source: str, called: str, complaint: Complaint | None) -> tuple[Text | Shape, ...]:
    """Write a matrix product that failed with the shapes of its operands, where these are arguments of the call.

    Examples
    --------
    >>> complaint = Complaint(About.MATMUL_SIZES, ("4", "3"))
    >>> "".join(piece.text for piece in product_in("y = x @ w", "linear(x (2, 3), w (4, 3))", complaint))
    ' x (2, 3) @ w (4, 3)'
    """
    products = re.findall(r"(?<![\w.\])])(\w+)(\.T)?\s*@\s*(\w+)(\.T)?(?![\w.\[(])", source)
    if complaint is None or complaint.about is not About.MATMUL_SIZES or source.count("@") != 1 or not products:
        return ()
    shapes = {name: _read(shape) for name, shape in re.findall(r"(\w+) (\([\d, ]*\))", called)}
    left, left_turned, right, right_turned = products[0]
    if not shapes.get(left) or not shapes.get(right):
        return ()
    first = shapes[left][::-1] if left_turned else shapes[left]
    second = shapes[right][::-1] if right_turned else shapes[right]
    inner = max(0, len(second) - 2)
    if (str(second[inner]), str(first[-1])) != complaint.values:
        return ()  # the name holds something else by now
    return (
        Text(f" {left}{left_turned} "),
        _marked(first, [len(first) - 1]),
        Text(f" @ {right}{right_turned} "),
        _marked(second, [inner]),
    )


def unequal_from_the_end(first: Sizes, second: Sizes) -> tuple[Shape, Shape]:
    """Compare two shapes as NumPy does, from the last axis: sizes clash where they differ and neither is 1."""
    pairs = zip(reversed(first), reversed(second), strict=False)
    back = [i + 1 for i, (a, b) in enumerate(pairs) if a != b and 1 not in (a, b)]
    return _marked(first, [len(first) - i for i in back]), _marked(second, [len(second) - i for i in back])


def unequal(yours: Sizes, wanted: Sizes) -> tuple[Shape, Shape]:
    """Mark where two shapes differ; of shapes with unequal numbers of axes, what is between equal ends.

    Examples
    --------
    >>> [sorted(shape.clash) for shape in unequal((2, 3), (2, 4))], [sorted(s.clash) for s in unequal((2,), (2, 1, 1))]
    ([[1], [1]], [[], [1, 2]])
    """
    if len(yours) == len(wanted):
        axes = [axis for axis, (a, b) in enumerate(zip(yours, wanted, strict=True)) if a != b]
        return _marked(yours, axes), _marked(wanted, axes)
    shorter = min(len(yours), len(wanted))
    start = next((i for i in range(shorter) if yours[i] != wanted[i]), shorter)
    end = next((i for i in range(shorter - start) if yours[-1 - i] != wanted[-1 - i]), shorter - start)
    return _marked(yours, range(start, len(yours) - end)), _marked(wanted, range(start, len(wanted) - end))


def _marked(sizes: Sizes, axes: Sequence[int]) -> Shape:
    return Shape(sizes, frozenset(axes))


def _is_shape(text: str) -> bool:
    return re.fullmatch(r"\((\d+(, ?\d+)*,?)?\)", text) is not None


def _read(text: str) -> Sizes:
    return tuple(map(int, re.findall(r"\d+", text)))
