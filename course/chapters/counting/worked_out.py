"""The totals of a small network's table, worked out in figures for a report."""

from __future__ import annotations

from collections.abc import Callable

from course.checking.spec import Arguments, Trace

FLOAT32 = 4
"""Bytes of a number."""


def linear_sizes(layers: str) -> list[tuple[int, int] | None] | None:
    """Give in_features and out_features of each Linear and None for each ReLU, where there are no other layers.

    Examples
    --------
    >>> linear_sizes("Linear 3 2, ReLU")
    [(3, 2), None]
    """
    sizes: list[tuple[int, int] | None] = []
    for layer in layers.split(", "):
        name, *numbers = layer.split()
        if name not in ("Linear", "ReLU"):
            return None
        sizes.append((int(numbers[0]), int(numbers[1])) if numbers else None)
    return sizes


def table_traces() -> dict[str, Trace]:
    """Give what works out the numbers of a table whose layers are each used once."""
    return {
        "num_params": _if_small(_num_params),
        "mult_adds": _if_small(_mult_adds),
        "total_params": _if_small(lambda sizes, n, index: _sum([_count(size) for size in sizes])),
        "total_mult_adds": _if_small(lambda sizes, n, index: _sum([n * _count(size) for size in sizes])),
        "input_mb": _if_small(lambda sizes, n, index: _megabytes("", [n * (sizes[0] or (0, 0))[0]])),
        "forward_backward_mb": _if_small(lambda sizes, n, index: _megabytes("2·", _outputs(sizes, n))),
        "params_mb": _if_small(lambda sizes, n, index: _megabytes("", [_count(size) for size in sizes if size])),
        "total_mb": _if_small(_total_megabytes),
    }


Sizes = list[tuple[int, int] | None]
Line = Callable[[Sizes, int, tuple[int, ...]], str]


def _if_small(line: Line) -> Trace:
    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        sizes, order = linear_sizes(arguments["layers"]), arguments["order"]
        if sizes is None or len(sizes) > 3 or order != tuple(range(len(sizes))) or sizes[0] is None:
            return ""
        return line(sizes, arguments["input_shape"][0], index)

    return trace


def _count(size: tuple[int, int] | None) -> int:
    return 0 if size is None else size[1] * (size[0] + 1)


def _outputs(sizes: Sizes, n: int) -> list[int]:
    return [n * size[1] for size in sizes if size]


def _num_params(sizes: Sizes, n: int, index: tuple[int, ...]) -> str:
    size = sizes[index[0]]
    return f"{size[1]}·{size[0]} + {size[1]} = {_count(size)}" if size else "a ReLU has nothing to train, = 0"


def _mult_adds(sizes: Sizes, n: int, index: tuple[int, ...]) -> str:
    size = sizes[index[0]]
    return f"({size[1]}·{size[0]} + {size[1]})·{n} = {n * _count(size)}" if size else "a ReLU multiplies nothing, = 0"


def _sum(counts: list[int]) -> str:
    return f"{' + '.join(map(str, counts))} = {sum(counts)}"


def _megabytes(factor: str, counts: list[int]) -> str:
    counted = str(counts[0]) if len(counts) == 1 else f"({' + '.join(map(str, counts))})"
    size = FLOAT32 * (2 if factor else 1) * sum(counts) / 1e6
    return f"{factor}{FLOAT32}·{counted}/1,000,000 rounded to two decimals = {round(size, 2)}"


def _total_megabytes(sizes: Sizes, n: int, index: tuple[int, ...]) -> str:
    counts = n * (sizes[0] or (0, 0))[0], sum(_outputs(sizes, n)), sum(map(_count, sizes))
    size = FLOAT32 * (counts[0] + 2 * counts[1] + counts[2]) / 1e6
    told = f"({counts[0]} + 2·{counts[1]} + {counts[2]})"
    return f"{FLOAT32}·{told}/1,000,000 rounded to two decimals = {round(size, 2)}"
