"""The base of what the grader raises."""

from course.errors import CourseError


class GraderError(CourseError):
    """What the grader raises derives from this, with the fields of `course.errors.CourseError`."""
