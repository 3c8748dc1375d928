"""What a case reads of the dict of axes."""

from __future__ import annotations

import numpy as np

from course.calling.student import Student


def read_axes(student: Student, kind: str) -> str:
    """Give one entry of the student's dict in letters: their order, and where they are counted from, don't matter."""
    axes = student.read("normalization_axes")
    if not isinstance(axes, dict):
        return "no dict"
    if kind not in axes:
        return f"no entry {kind!r}; its keys are {', '.join(map(repr, axes))}"
    entry = axes[kind].tolist() if isinstance(axes[kind], np.ndarray) else axes[kind]
    if getattr(entry, "type_name", "") == "ellipsis":
        return "not written yet"
    if not isinstance(entry, (tuple, list)):
        entry = (entry,)
    if not all(isinstance(axis, (int, np.integer)) and not isinstance(axis, bool) for axis in entry):
        return "no whole numbers"
    counted = sorted(int(axis) + 4 if -4 <= axis < 0 else int(axis) for axis in entry)
    return ", ".join("NCHW"[axis] if 0 <= axis < 4 else f"axis {axis}" for axis in counted)
