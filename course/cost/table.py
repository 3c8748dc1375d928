"""The table that torchinfo prints, from a network's rows and totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from course.cost.counting import Row
from course.errors import ArgumentValueError

_WIDTH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The figures below the rows, as torchinfo counts them.

    Parameters
    ----------
    parameters, trainable
        All parameters, and those that training changes.
    mult_adds
        Of all layers.
    input_bytes, forward_backward_bytes, parameter_bytes
        The memory of the inputs, of the outputs and their gradients, and of the parameters.
    """

    parameters: int
    trainable: int
    mult_adds: int
    input_bytes: int
    forward_backward_bytes: int
    parameter_bytes: int

    @property
    def total_bytes(self) -> int:
        """The memory of all three together."""
        return self.input_bytes + self.forward_backward_bytes + self.parameter_bytes


def render(rows: Sequence[Row], totals: Totals, columns: Sequence[str], depth: int) -> str:
    """Write rows and totals as text; see `Summary.text`."""
    unknown = [name for name in columns if name not in _COLUMNS]
    if unknown:
        raise ArgumentValueError("columns", f"has {unknown[0]!r}", f"{', '.join(_COLUMNS)} are allowed")
    indented = max(len(row.title) + 5 * row.depth + 1 for row in rows)
    width = 40 if indented < 40 else -(-indented // 5) * 5
    heads = [_COLUMNS[name][0] for name in columns]
    rule = "=" * (width + _WIDTH * len(columns))
    lines = [rule, _line("Layer (type:depth-idx)", heads, width), rule]
    for row in rows:
        if row.depth <= depth:
            cells = [_COLUMNS[name][1](row, row.depth == depth) for name in columns]
            lines.append(_line(_indent(row.depth) + row.title, cells, width))
    return "\n".join(
        [
            *lines,
            rule,
            f"Total params: {totals.parameters:,}",
            f"Trainable params: {totals.trainable:,}",
            f"Non-trainable params: {totals.parameters - totals.trainable:,}",
            f"Total mult-adds {_readable(totals.mult_adds)}",
            rule,
            f"Input size (MB): {totals.input_bytes / 1e6:.2f}",
            f"Forward/backward pass size (MB): {totals.forward_backward_bytes / 1e6:.2f}",
            f"Params size (MB): {totals.parameter_bytes / 1e6:.2f}",
            f"Estimated Total Size (MB): {totals.total_bytes / 1e6:.2f}",
            rule,
        ]
    )


def _line(name: str, cells: Sequence[str], width: int) -> str:
    return " ".join([f"{name:<{width}}", *(f"{cell:<{_WIDTH}}" for cell in cells)]).rstrip()


def _indent(depth: int) -> str:
    if depth < 2:
        return "├─" * depth
    return "│    " * (depth - 1) + "└─"


def _readable(count: int) -> str:
    unit, size = ("T", 1e12) if count >= 1e12 else ("G", 1e9) if count >= 1e9 else ("M", 1e6)
    scaled = count / size
    return f"({unit}): {int(scaled):,}" if scaled.is_integer() else f"({unit}): {scaled:,.2f}"


def _parameters(row: Row, deepest: bool) -> str:
    if not row.parameters or (row.is_container and not deepest and not row.is_repeated):
        return "--"
    if row.is_repeated:
        return "(recursive)"
    whole = row.trainable or (not row.is_leaf and not deepest)
    return f"{row.parameters:,}" if whole else f"({row.parameters:,})"


def _mult_adds(row: Row, deepest: bool) -> str:
    # A layer with layers inside has a figure where these are not shown, also if it is 0.
    shown = row.mult_adds > 0 if row.is_leaf else deepest and row.parameters > 0
    return f"{row.mult_adds:,}" if shown else "--"


def _true_mult_adds(row: Row, deepest: bool) -> str:
    shown = row.true_mult_adds > 0 and (deepest or not row.is_container)
    return f"{row.true_mult_adds:,}" if shown else "--"


def _trainable(row: Row, deepest: bool) -> str:
    if not row.parameters:
        return "--"
    return {0: "False", row.parameters: "True"}.get(row.trainable, "Partial")


_COLUMNS: Mapping[str, tuple[str, Callable[[Row, bool], str]]] = {
    "input_size": ("Input Shape", lambda row, deepest: str(list(row.input_shape))),
    "output_size": ("Output Shape", lambda row, deepest: str(list(row.output_shape))),
    "num_params": ("Param #", _parameters),
    "mult_adds": ("Mult-Adds", _mult_adds),
    "true_mult_adds": ("True Mult-Adds", _true_mult_adds),
    "trainable": ("Trainable", _trainable),
}
