"""How fast the reference layers are, and how much memory a convolution takes: next to PyTorch on one thread, and loops.

Run it with ``python tests/benchmarks/bench_layers.py``. It measures; a benchmark is not a test. The table, the figures
as JSON and a plot go to ``.out/``.

One pair at a time: ours and PyTorch's in turn, several rounds, in the processor's time; the ratio is the median of the
rounds' ratios. Before they are timed, results are compared. Backwards, PyTorch's time is ``torch.autograd.grad``
on a graph that is there already, about 20 µs of it the engine's own. Max pooling is the exception: PyTorch's forward
pass keeps the position of each maximum, while our backward pass is handed the input alone. So PyTorch's has to begin at
the input, too: its forward pass counts. The table says what its backward pass takes alone, and the mean with that.
Normalization, cross-entropy and attention also compute again what PyTorch keeps; there its forward pass never counts.

Loops run once, on smaller arrays where they would take too long, and ours on the same arrays next to them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# One thread each. Set before NumPy loads its BLAS; the other two ask for another machine's kernels.
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
FOREIGN = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")

OUT = Path(__file__).parents[2] / ".out"
MEAN_BAR, SINGLE_BAR = 1.0, 3.0
SAMPLE = 0.004  # seconds a sample takes at least, so that the clock does not matter


def restart_alone() -> None:
    """Start over with one thread and OpenBLAS's own choice of kernels, unless that is so already."""
    wanted = {k: v for k, v in os.environ.items() if k not in FOREIGN} | THREADS
    if wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted)


@dataclass(frozen=True, slots=True)
class Measured:
    """One direction of one case; seconds a call.

    `alone` and `ratio_alone` are PyTorch's time and the ratio to it without a forward pass that counts backwards.
    """

    name: str
    direction: str
    shape: tuple[int, ...]
    ours: float
    torch: float
    ratio: float
    alone: float
    ratio_alone: float
    loops_shape: tuple[int, ...] | None
    loops_ratio: float | None


def seconds(call: Callable[[], Any], times: int) -> float:
    """Give the mean time of a call, over this many in a row: the processor's, which others on the machine don't change."""
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def paired(ours: Callable[[], Any], other: Callable[[], Any], rounds: int) -> tuple[float, float, float]:
    """Time two calls in turn; give both medians and the median of the ratios."""
    calls = (ours, other)
    times = [max(1, round(SAMPLE / max(seconds(call, 3), 1e-9))) for call in calls]
    pairs = [tuple(seconds(call, n) for call, n in zip(calls, times, strict=True)) for _ in range(rounds)]
    first, second = zip(*pairs, strict=True)
    return statistics.median(first), statistics.median(second), statistics.median(a / b for a, b in pairs)


def tensors(arrays: SimpleNamespace, grads: tuple[str, ...]) -> SimpleNamespace:
    """Give copies for PyTorch, so that running statistics are its own."""
    import torch

    made = {name: torch.from_numpy(array.copy()) for name, array in vars(arrays).items()}
    for name in grads:
        made[name].requires_grad_()
    return SimpleNamespace(**made)


def as_tuple(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def require_equal(name: str, ours: Any, other: Any) -> None:
    """Refuse to time two calls that don't compute the same."""
    import numpy as np

    for mine, theirs in zip(as_tuple(ours), as_tuple(other), strict=False):
        expected = np.asarray(theirs).reshape(np.shape(mine))
        np.testing.assert_allclose(mine, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max() + 1e-6, err_msg=name)


def measure(case: Any, rounds: int, *, loops: bool) -> list[Measured]:
    """Time both directions of a case."""
    import numpy as np
    import torch

    from course import functional as F

    a = case.draw()
    t = tensors(a, ())
    y = case.forward(F, a)
    tracked = tensors(a, case.grads)
    target = case.forward(torch.nn.functional, tracked)
    grad = np.random.default_rng(1).standard_normal(y.shape).astype(y.dtype)[()]
    grad_tensor = torch.from_numpy(np.asarray(grad))
    inputs = [getattr(tracked, name) for name in case.grads]
    small = case.draw(small=True)
    small_y = case.forward(F, small)
    small_grad = np.random.default_rng(1).standard_normal(small_y.shape).astype(small_y.dtype)[()]

    def torch_backward() -> tuple[Any, ...]:
        return torch.autograd.grad(target, inputs, grad_tensor, retain_graph=True)

    def torch_from_input() -> tuple[Any, ...]:
        return torch.autograd.grad(case.forward(torch.nn.functional, tracked), inputs, grad_tensor)

    directions = [
        (
            "forward",
            lambda: case.forward(F, a),
            lambda: case.forward(torch.nn.functional, t),
            lambda: case.forward(F, small),
            lambda: case.loops(small),
        )
    ]
    if case.backward is not None:
        directions.append(
            (
                "backward",
                lambda: case.backward(grad, a, y),
                torch_backward,
                lambda: case.backward(small_grad, small, small_y),
                lambda: case.loops_backward(small_grad, small, small_y),
            )
        )
    found = []
    for direction, ours, other, ours_small, looped in directions:
        if not case.random:
            require_equal(f"{case.name}, {direction}", ours(), other())
        mine, alone, ratio_alone = paired(ours, other, rounds)
        theirs, ratio = alone, ratio_alone
        if case.finds_again and direction == "backward":
            mine, theirs, ratio = paired(ours, torch_from_input, rounds)
        loops_ratio = None
        if loops:
            if not case.random:
                require_equal(f"{case.name}, {direction}, loops", ours_small(), looped())
            loops_ratio = seconds(looped, 1) / statistics.median(seconds(ours_small, 3) for _ in range(3))
        first = next(iter(vars(a)))
        found.append(
            Measured(
                case.name,
                direction,
                getattr(a, first).shape,
                mine,
                theirs,
                ratio,
                alone,
                ratio_alone,
                getattr(small, first).shape if loops else None,
                loops_ratio,
            )
        )
    return found


def convolution_memory(case: Any) -> dict[str, tuple[float, float]]:
    """Give, in MB, what ours takes at its peak next to its arguments and results, and how large the results are.

    The last line is computed, for comparison: what the columns of all pixels would take at once.
    """
    from course import functional as F

    a = case.draw()
    y = case.forward(F, a)
    grad = y.copy()
    figures = {}
    for direction, call in (("forward", lambda: case.forward(F, a)), ("backward", lambda: case.backward(grad, a, y))):
        tracemalloc.start()
        result = call()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        size = sum(array.nbytes for array in as_tuple(result))
        figures[direction] = (peak - size) / 1e6, size / 1e6
    pixels, kernel = y[0, 0].size, a.weight[0].size
    figures["all columns at once"] = pixels * kernel * y.itemsize / 1e6, y.nbytes / 1e6
    return figures


def draw_plot(found: list[Measured], path: Path) -> None:
    """Draw the ratios as bars, from 1: to the right where ours takes longer."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    names = list(dict.fromkeys(m.name for m in found))
    figure, axes = plt.subplots(figsize=(9, 0.22 * len(names) + 1.6), layout="constrained")
    for offset, direction, colour in ((-0.2, "forward", "#0072b2"), (0.2, "backward", "#e69f00")):
        ratios = {m.name: m.ratio for m in found if m.direction == direction}
        places = [names.index(name) + offset for name in ratios]
        axes.barh(places, [r - 1 for r in ratios.values()], 0.38, left=1, color=colour, label=direction)
    mean = statistics.geometric_mean([m.ratio for m in found])
    axes.axvline(mean, color="#009e73", linewidth=1.5, label=f"geometric mean, {mean:.2f}")
    axes.axvline(MEAN_BAR, color="black", linewidth=1, label="bar for the mean")
    axes.axvline(SINGLE_BAR, color="black", linestyle=":", linewidth=1, label="bar for each")
    axes.set_xscale("log")
    axes.set_xlim(1 / 20, 20)
    axes.set_xticks([1 / 16, 1 / 4, 1, 2, 4, 8, 16], ["1/16", "1/4", "1", "2", "4", "8", "16"])
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.minorticks_off()
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("time of course.functional / time of PyTorch")
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_title("course.functional and PyTorch, one thread each")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left")
    figure.savefig(path, dpi=120)


def shown(value: float) -> str:
    return f"{value * 1e6:.1f} µs" if value < 1e-3 else f"{value * 1e3:.2f} ms"


def tables(found: list[Measured], memory: dict[str, tuple[float, float]], load: tuple[float, ...]) -> list[Any]:
    """Say it: the means first, then each function, then memory."""
    from rich.table import Table

    both, forward, backward = (
        statistics.geometric_mean([m.ratio for m in found if m.direction in wanted] or [math.nan])
        for wanted in (("forward", "backward"), ("forward",), ("backward",))
    )
    together = [
        sum(m.ours for m in found if m.name == name) / sum(m.alone for m in found if m.name == name)
        for name in dict.fromkeys(m.name for m in found)
    ]
    beyond = [f"{m.name} {m.direction} ({m.ratio:.1f})" for m in found if m.ratio > SINGLE_BAR]
    summary = Table(title="course.functional and PyTorch, one thread each", show_header=False)
    summary.add_row("geometric mean of the ratios", f"{both:.2f}   (forward {forward:.2f}, backward {backward:.2f})")
    alone = statistics.geometric_mean([m.ratio_alone for m in found])
    summary.add_row("with PyTorch's backward passes alone", f"{alone:.2f}")
    summary.add_row("forward and backward added up", f"{statistics.geometric_mean(together):.2f}")
    summary.add_row(f"bar: at most {MEAN_BAR:g}", "met" if both <= MEAN_BAR else "not met")
    summary.add_row(f"beyond {SINGLE_BAR:g}", ", ".join(beyond) or "none")
    looped = [m.loops_ratio for m in found if m.loops_ratio is not None]
    if looped:
        summary.add_row("loops / ours, geometric mean", f"{statistics.geometric_mean(looped):.0f}")
    from_input = [f"{m.name} ({m.ratio_alone:.1f})" for m in found if m.alone != m.torch]
    if from_input:
        summary.add_row("* from the input, as ours; to its backward alone", ", ".join(from_input))
    summary.add_row("load of the machine, before and after", " and ".join(f"{x:.1f}" for x in load))

    detail = Table(title="Each function: times, and how many times as long as PyTorch")
    for column in ("function", "shape", "", "ours", "PyTorch", "ratio", "loops / ours", "loops on"):
        detail.add_column(column, justify="right" if column in ("ours", "PyTorch", "ratio", "loops / ours") else "left")
    for m in found:
        detail.add_row(
            m.name,
            str(m.shape),
            m.direction + ("*" if m.alone != m.torch else ""),
            shown(m.ours),
            shown(m.torch),
            f"{m.ratio:.2f}" + (" !" if m.ratio > SINGLE_BAR else ""),
            "" if m.loops_ratio is None else f"{m.loops_ratio:,.0f}",
            "" if m.loops_shape in (None, m.shape) else str(m.loops_shape),
        )
    peaks = Table(title="Peak memory of conv2d 5x5, without arguments and results")
    for column in ("", "extra", "results"):
        peaks.add_column(column, justify="right" if column else "left")
    for direction, (extra, size) in memory.items():
        peaks.add_row(direction, f"{extra:.2f} MB", f"{size:.2f} MB")
    return [summary, detail, peaks]


def main() -> None:
    """Measure, print, and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="how often each pair is timed")
    parser.add_argument("--only", default="", help="only the functions with this in their name")
    parser.add_argument("--no-loops", action="store_true", help="leave out the plain loops")
    given = parser.parse_args()
    restart_alone()

    import torch
    from cases_rows import ROWS
    from cases_windows import WINDOWS
    from rich.console import Console
    from rich.progress import track

    torch.set_num_threads(1)
    # once a large piece of memory was given back, smaller ones are kept: so one case alone is as fast as after others
    torch.ones(4_000_000)
    console = Console(width=150)
    load = os.getloadavg()[0]
    found: list[Measured] = []
    chosen = [case for case in WINDOWS + ROWS if given.only in case.name]
    for case in track(chosen, description="Measuring", console=Console(stderr=True)):
        found += measure(case, given.rounds, loops=not given.no_loops)
    memory = convolution_memory(next(case for case in WINDOWS if case.name == "conv2d 5x5"))

    OUT.mkdir(exist_ok=True)
    draw_plot(found, OUT / "layers.png")
    (OUT / "layers.json").write_text(json.dumps([asdict(m) for m in found], indent=1))
    with (OUT / "layers.txt").open("w") as file:
        for to in (console, Console(file=file, width=150)):
            for table in tables(found, memory, (load, os.getloadavg()[0])):
                to.print(table)
    console.print(f"Written to {OUT.name}/: layers.txt, layers.json, layers.png")


if __name__ == "__main__":
    main()
