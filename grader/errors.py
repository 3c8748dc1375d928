"""The base of the errors that the grader raises on purpose."""

from __future__ import annotations


class GraderError(Exception):
    """Base class of the grader's own errors.

    The text says in plain sentences what is wrong and what to do; a command line shows it without a traceback.
    Subclasses carry the facts as fields.
    """
