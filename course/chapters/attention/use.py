"""What a case compares of a mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.calling.student import Student

KINDS = {"b": "truth values", "i": "whole numbers", "u": "whole numbers", "f": "floating-point numbers"}


def mask_and_kind(student: Student, length: int) -> tuple[Any, str]:
    """Give the student's mask, and what it holds: a mask of ones and zeros would be added to the scores."""
    mask = student.call("causal_mask", length)
    try:
        held = mask if isinstance(mask, np.ndarray) else np.array(mask)
        kind = KINDS.get(held.dtype.kind, "something else")
    except ValueError:
        kind = "something else"  # rows of different lengths
    return mask, kind
