"""What a case compares of clipped gradients."""

from __future__ import annotations

from typing import Any

from course.calling.student import Student


def use_clip_grad_norm(student: Student, grads: Any, max_norm: float) -> Any:
    """Call it, and give the two arrays and the norm; anything of another form is returned as it came.

    A list and a number are expected: three separate results are another form.
    """
    given = student.call("clip_grad_norm", grads, max_norm)
    if type(given) not in (list, tuple) or len(given) != 2 or type(given[0]) not in (list, tuple):
        return (given,) if type(given) in (list, tuple) and len(given) == len(grads) + 1 else given
    return (*given[0], given[1])
