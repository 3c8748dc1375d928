"""The base of the errors that the course raises on purpose."""

from __future__ import annotations


class CourseError(Exception):
    """Base class of the course's own errors. The text says what is wrong and what to do; fields carry the facts."""
