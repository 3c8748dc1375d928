"""What a case shows about a kernel that finds edges: how it answers to kinds of places."""

from __future__ import annotations

import numpy as np

from course.calling.student import Student

AREAS = ("vertical_edges", "horizontal_edges", "flat_areas")
NONE, SOME = "an output of 0", "an output that is not 0"
LARGEST_KERNEL = 7
SILENT, STRONG = 1e-4, 0.1  # shares of the largest answer that weights of this size can give at an edge


def look_at_kernel(student: Student, image: np.ndarray) -> tuple[str, ...]:
    """Say how a student's kernel answers to three kinds of places of a drawn image, or why it is not a kernel."""
    value = student.read("edge_kernel")
    if isinstance(value, (list, tuple)):
        try:
            value = np.array(value, dtype=float)
        except (TypeError, ValueError):
            return ("its rows are not a matrix of numbers",) * len(AREAS)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        return ("it is not a matrix of numbers",) * len(AREAS)
    kernel = value.astype(float)
    if kernel.ndim != 2:
        return (f"its shape is {kernel.shape}, not (k_h, k_w)",) * len(AREAS)
    if kernel.size == 0 or max(kernel.shape) > LARGEST_KERNEL:
        return (f"its shape is {kernel.shape}; at most {LARGEST_KERNEL} by {LARGEST_KERNEL} is looked at",) * len(AREAS)
    if not np.isfinite(kernel).all():
        return ("it holds values that are not finite",) * len(AREAS)
    return _answers(kernel, image)


def _answers(kernel: np.ndarray, image: np.ndarray) -> tuple[str, ...]:
    """Sort all places by what the kernel's window sees there, and take the largest answer of each kind."""
    # A single row, or column, sees no edge along it; with zeros next to it, it does.
    kernel = np.pad(kernel, [(0, size == 1) for size in kernel.shape])
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    rows_differ = np.ptp(windows, axis=2).any(axis=-1)
    columns_differ = np.ptp(windows, axis=3).any(axis=-1)
    # At an edge, 1 is the answer of weights that are as large, and all of one sign.
    full = np.abs(kernel).sum() * np.ptp(image) or 1.0
    answers = np.abs(np.einsum("yxuv,uv->yx", windows, kernel)) / full
    vertical, horizontal, flat = (
        answers[kind].max(initial=0.0)
        for kind in (columns_differ & ~rows_differ, rows_differ & ~columns_differ, ~rows_differ & ~columns_differ)
    )
    strength = "a large output" if vertical > STRONG else "a small output" if vertical > SILENT else NONE
    return (strength, *(NONE if answer < SILENT else SOME for answer in (horizontal, flat)))
