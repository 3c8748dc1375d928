"""Feedback of a class as files: where nbgrader's would be, with the gradebook's scores, and packed to be sent back."""

import errno
import json
import logging
import os
import shutil
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash
from typer.testing import CliRunner

from grader import cli
from grader.config import ROOT, course_config
from grader.made_up_class import hand_in
from grader.pages.booked import read_booked
from grader.pages.class_files import graded_assignments, read_assignment
from grader.pages.feedback import NothingGraded, write_feedback, write_zip

pytestmark = pytest.mark.whole

CHAPTER, FILE = "00_start_here", "start_here.ipynb"
ODD = "strange <b>$x$ {student_id} %s"
ANSWERS = {"mia": "def warm_up(x):\n    return 2 * x + 1\n", ODD: "def warm_up(x):\n    return 2 * x\n", "noah": "x ="}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Grade a small class with nbgrader, then let a person change a score and write a comment."""
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "notebooks" / CHAPTER, root / "notebooks" / CHAPTER)
    (root / "solutions" / CHAPTER).mkdir(parents=True)
    release = nbformat.read(root / "notebooks" / CHAPTER / FILE, as_version=4)
    for student, answer in ANSWERS.items():
        hand_in(release, {"warm_up": answer}, root / "grader" / "submitted" / student / CHAPTER / FILE)
    late = root / "grader" / "submitted" / "noah" / CHAPTER / "timestamp.txt"
    late.write_text("2026-11-28 10:00:00 UTC")
    late.with_name("submission_secret.txt").write_text("noah's secret")
    config = course_config(root)
    config.CourseDirectory.assignment_id = CHAPTER
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        converter = Autograde(coursedir=CourseDirectory(config=config), config=config)
        converter.log = logging.Logger("quiet", logging.CRITICAL)
        converter.start()
        with Gradebook(config.CourseDirectory.db_url) as gradebook:
            gradebook.find_grade("check-warm_up", "start_here", CHAPTER, ODD).manual_score = 0.25
            gradebook.find_comment("warm_up", "start_here", CHAPTER, ODD).manual_comment = "Almost!"
            gradebook.find_submission_notebook("start_here", CHAPTER, "noah").late_submission_penalty = 0.5
            gradebook.db.commit()
    return root


def run(*words):
    return CliRunner().invoke(cli.app, list(map(str, words)))


def test_a_page_for_each_student_is_where_nbgrader_looks_for_it(room):
    """Whatever the student is called; with the time of the grading next to it."""
    done = run("feedback", CHAPTER, "--root", room)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("3 pages in ")
    for student in ANSWERS:
        page = room / "grader" / "feedback" / student / CHAPTER / "start_here.html"
        assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (room / "grader" / "feedback" / "noah" / CHAPTER / "timestamp.txt").is_file()
    assert not list((room / "grader" / "feedback").rglob("*.new"))


# nbgrader leaves the file with the time open
@pytest.mark.filterwarnings(
    r"ignore:Exception ignored in. <_io\.FileIO.*timestamp:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.filterwarnings(r"ignore:unclosed file.*timestamp:ResourceWarning")
def test_nbgrader_returns_the_page(room, tmp_path):
    """`release_feedback` puts it into the exchange, under the name that nbgrader makes of the student's secret."""
    config = course_config(room)
    pages = write_feedback(config, CHAPTER, "noah").pages
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    config.CourseDirectory.assignment_id, config.CourseDirectory.student_id = CHAPTER, "noah"
    config.Exchange.root = str(exchange)
    directory = CourseDirectory(config=config)
    ExchangeReleaseFeedback(coursedir=directory, authenticator=Authenticator(config=config), config=config).start()
    name = notebook_hash(secret="noah's secret", notebook_id="start_here")
    released = exchange / directory.course_id / "feedback" / f"{name}.html"
    assert released.read_bytes() == pages[0].path.read_bytes()


def test_what_a_person_wrote_in_the_gradebook_is_in_the_page(room):
    """A changed score, a comment, a penalty; and they are gone when they are gone from the gradebook."""
    booked = read_booked(course_config(room).CourseDirectory.db_url, CHAPTER)
    assert booked[ODD, "start_here"].scores == {"check-warm_up": 0.25, "check-repair_center": 0.0}
    assert booked[ODD, "start_here"].comments == {"warm_up": "Almost!"}
    assert (booked["noah", "start_here"].penalty, booked["mia", "start_here"].penalty) == (0.5, 0.0)
    write_feedback(course_config(room), CHAPTER)
    page = (room / "grader" / "feedback" / ODD / CHAPTER / "start_here.html").read_text(encoding="utf-8")
    assert "0.25 of 2 points" in page
    assert "Almost!" in page
    assert "&lt;b&gt;$x$" in page


def test_without_a_gradebook_the_notebook_counts(room, tmp_path):
    """And no gradebook is made."""
    shutil.copytree(room / "grader" / "autograded", tmp_path / "grader" / "autograded")
    outcome = write_feedback(course_config(tmp_path))
    assert len(outcome.pages) == 3
    assert not (tmp_path / "grader" / "gradebook.db").exists()
    assert "1 of 2 points" in (tmp_path / "grader/feedback/mia" / CHAPTER / "start_here.html").read_text("utf-8")


def test_pages_are_packed_one_a_student(room, tmp_path):
    """Named by the student's id; the same pages are the same archive, byte by byte."""
    for name in ("a.zip", "b.zip"):
        done = run("feedback", CHAPTER, "--root", room, "--zip", tmp_path / "new" / name)
        assert done.exit_code == 0, done.output
    first, second = (tmp_path / "new" / name for name in ("a.zip", "b.zip"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert sorted(archive.namelist()) == sorted(f"{student}.html" for student in ANSWERS)
        assert b"<!DOCTYPE html>" in archive.read("mia.html")


def test_pages_have_the_names_that_a_system_takes_back(room, tmp_path):
    """As they were collected; the others are named."""
    shutil.copytree(room, tmp_path / "class")
    names = {CHAPTER: {"mia": "Mi\udce4_7_assignsubmission_file_/start_here.html"}}
    (tmp_path / "class" / "grader" / "class_lists").mkdir()
    (tmp_path / "class" / "grader" / "class_lists" / "pages.json").write_text(json.dumps(names))
    done = run("feedback", CHAPTER, "--root", tmp_path / "class", "--zip", tmp_path / "all.zip")
    others = sorted(set(ANSWERS) - {"mia"})
    told = f"Not collected with `grader collect`, so named by the student's id: {', '.join(others)}"
    assert told in " ".join(done.output.split())
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        name = r"Mi\udce4_7_assignsubmission_file_/start_here.html"  # an archive's names are text
        assert sorted(archive.namelist()) == sorted([name, *(f"{one}.html" for one in others)])


def test_a_full_disk_leaves_the_pages_and_the_archive_of_before(room, tmp_path, monkeypatch):
    """Nothing is half written, and nothing is left beside."""
    file = tmp_path / "feedback.zip"
    assert run("feedback", CHAPTER, "--root", room, "--zip", file).exit_code == 0
    before = {path: path.read_bytes() for path in [file, *(room / "grader" / "feedback").rglob("*.html")]}

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    for words in (["feedback", CHAPTER, "--zip", file], ["insights", "--html", file]):
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            done = run(*words, "--root", room)
        assert done.exit_code == 1
        assert done.output.endswith(" can't be read or written: No space left on device.\n")
    done = write_feedback(course_config(room), CHAPTER)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_zip(file, done.pages, {})
    assert {path: path.read_bytes() for path in before} == before
    assert list(tmp_path.iterdir()) == [file]
    assert not list((room / "grader" / "feedback").rglob(".*"))


def test_several_assignments_are_packed_in_folders(room, tmp_path):
    """So that no page replaces another."""
    shutil.copytree(room / "grader" / "autograded", tmp_path / "grader" / "autograded")
    for folder in list((tmp_path / "grader" / "autograded").glob(f"*/{CHAPTER}")):
        shutil.copytree(folder, folder.with_name("99_again"))
    pages = write_feedback(course_config(tmp_path), student="mia").pages
    write_zip(tmp_path / "all.zip", pages, {})
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == [f"{CHAPTER}/mia.html", "99_again/mia.html"]


def test_a_damaged_notebook_does_not_stop_the_others(room, tmp_path):
    """It is named, and the command fails."""
    shutil.copytree(room / "grader" / "autograded", tmp_path / "grader" / "autograded")
    (tmp_path / "grader" / "autograded" / "mia" / CHAPTER / FILE).write_text("{")
    done = run("feedback", "--root", tmp_path)
    assert done.exit_code == 1
    assert "2 pages" in done.output
    assert "can't be read as a notebook" in done.output


def test_nothing_to_write_is_said(room):
    """Whatever was asked for."""
    for asked in ((room, "77_none", None), (room, CHAPTER, "nobody\x1b[8m")):
        with pytest.raises(NothingGraded, match=r"There is no graded notebook"):
            write_feedback(course_config(asked[0]), *asked[1:])
    done = run("feedback", "77_none", "--root", room)
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_a_class_is_read_with_its_release(room):
    """Results, answers, and what everybody was given; repairs are not compared."""
    import course

    assert graded_assignments(room / "grader" / "autograded") == [CHAPTER]
    found = read_assignment(room / "grader" / "autograded", room / "notebooks", CHAPTER, course.exercises)
    assert {one.student for one in found.results} == set(ANSWERS)
    assert list(found.given) == ["warm_up"]
    assert "NotImplementedError" in found.given["warm_up"][0]
    assert found.answers[ODD, "warm_up"].own == ANSWERS[ODD].strip()


def test_insights_are_written_as_a_page(room, tmp_path):
    """For one assignment or for all, with names or without."""
    for words in ((CHAPTER,), ()):
        done = run("insights", *words, "--root", room, "--html", tmp_path / "new" / "page.html")
        assert done.exit_code == 0, done.output
        assert "Wrote" in done.output
        assert "noah" in (tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    done = run("insights", "--root", room, "--html", tmp_path / "none.html", "--anonymous")
    assert "noah" not in (tmp_path / "none.html").read_text(encoding="utf-8")
    done = run("insights", "77_none", "--root", room)
    assert done.exit_code == 1
    assert f"Nothing of 77_none has been graded yet; graded: {CHAPTER}." in done.output
