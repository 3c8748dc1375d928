"""`grader closed-book` on the command line: what it says about a wrong chapter and a wrong file."""

from typer.testing import CliRunner

from grader.cli import app


def said(*words):
    done = CliRunner().invoke(app, ["closed-book", *map(str, words)], env={"COLUMNS": "300", "NO_COLOR": "1"})
    return done.exit_code, done.output


def test_a_chapter_that_is_not_there_is_refused(tmp_path):
    """Before anything is recorded."""
    code, told = said(tmp_path / "course.whl", "--without", "99_nothing")
    assert code == 2
    assert "There is no chapter 99_nothing; the chapters are 00_start_here, 01_linear" in " ".join(told.split())


def test_a_file_that_is_no_wheel_is_refused(tmp_path):
    """In one sentence, and nothing is written."""
    code, told = said(tmp_path / "course.whl", "--into", tmp_path / "dist")
    assert code == 1
    assert told == f"{tmp_path / 'course.whl'} can't be read as a wheel. `make dist` makes one.\n"
    assert not (tmp_path / "dist").exists()
