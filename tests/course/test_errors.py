"""What the course's own errors have in common."""

import pytest

import course
from course.errors import CourseError
from course.workcopy.start import start


def test_a_failed_check_is_an_error_of_the_course(capsys):
    """It carries the report that was shown."""
    with pytest.raises(CourseError) as caught:
        course.check(lambda x: 2 * x, "warm_up")
    assert isinstance(caught.value, course.CheckFailed)
    assert caught.value.report.misconception == "warm_up.forgets-the-one"


def test_a_working_copy_that_can_not_be_made_is_an_error_of_the_course(tmp_path):
    """It carries the path."""
    file = tmp_path / "file"
    file.write_text("f")
    with pytest.raises(CourseError, match="is a file") as caught:
        start(file)
    assert vars(caught.value) == {"path": file.resolve()}
