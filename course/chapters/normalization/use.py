"""What a case reads of the dict of axes."""

from __future__ import annotations

import math

import numpy as np

from course.calling.student import Student

PICTURE, IN_WORDS = (3, 4, 2, 2), "3 samples with 4 channels of 2 by 2 pixels"
"""The sizes of the lesson's picture of the axes, on which an entry is tried."""


def read_axes(student: Student, kind: str) -> str:
    """Give one entry of the student's dict in letters, and say how many means it gives.

    The order of the axes, and where they are counted from, don't matter.
    """
    axes = student.read("normalization_axes")
    if not isinstance(axes, dict):
        return "it is not a dict"
    if kind not in axes:
        return f"it has no entry {kind!r}; its keys are {', '.join(map(repr, axes))}"
    entry = axes[kind].tolist() if isinstance(axes[kind], np.ndarray) else axes[kind]
    if getattr(entry, "type_name", "") == "ellipsis":
        return "not written yet"
    if not isinstance(entry, (tuple, list)):
        entry = (entry,)
    if not all(isinstance(axis, (int, np.integer)) and not isinstance(axis, bool) for axis in entry):
        return "it is not made of whole numbers"
    counted = sorted(int(axis) + 4 if -4 <= axis < 0 else int(axis) for axis in entry)
    letters = ", ".join("NCHW"[axis] if 0 <= axis < 4 else f"axis {axis}" for axis in counted)
    if not set(counted) <= set(range(4)) or len(set(counted)) < len(counted):
        return letters
    means = math.prod(size for axis, size in enumerate(PICTURE) if axis not in counted)
    return f"{letters or 'no axis'}: {means} mean{'' if means == 1 else 's'} for {IN_WORDS}"
