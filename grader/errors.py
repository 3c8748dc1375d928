"""The base of what the grader raises."""

from __future__ import annotations

from typing import Any

from course.errors import CourseError
from grader.passwords import hidden
from grader.visible import visible

MOST, END = 1200, 400
"""Characters of a sentence that are kept, and of these at the end, where it says what to do."""


class GraderError(CourseError):
    r"""What the grader raises derives from this, with the fields of `course.errors.CourseError`.

    Its text is one line that can be printed, whatever the files, names and addresses are called that it is about.

    Examples
    --------
    >>> print(GraderError("a\x1b[8m.zip is not a zip"))
    a\x1b[8m.zip is not a zip
    """

    def __init__(self, text: str, **about: Any) -> None:
        text = hidden(visible(text))
        super().__init__(text if len(text) <= MOST else f"{text[: MOST - END]} … {text[-END:]}", **about)
