"""Every chapter graded apart: its solutions earn everything, its blanks nothing, each known mistake is recognised there."""

import json

import nbformat
import pytest

import course
from course.checking.runner import run
from grader.boundary.trusted.judge import Limits
from grader.cell_roles import METADATA_KEY, role
from grader.config import ROOT
from grader.grading import Session
from grader.lesson import topic_of
from grader.made_up_class import worked_solutions
from grader.rebuild import rebuild
from grader.submission import read_submission

pytestmark = pytest.mark.whole

SEED = 20_261_122
CHAPTERS = sorted({exercise.chapter for exercise in course.exercises.values()})

# A group each, so that the cases of an exercise are drawn once for all tests of its chapter.
each_chapter = pytest.mark.parametrize(
    "chapter", [pytest.param(one, marks=pytest.mark.xdist_group(f"graded {one}")) for one in CHAPTERS]
)


@pytest.fixture(scope="module")
def session():
    with Session(SEED) as session:
        assert session.nursery.sandboxed
        yield session


def notebook(folder, chapter):
    return nbformat.read(ROOT / folder / chapter / f"{topic_of(chapter)}.ipynb", as_version=4)


def exercises_of(chapter):
    return {name: exercise for name, exercise in course.exercises.items() if exercise.chapter == chapter}


@each_chapter
def test_solutions_earn_everything_and_blanks_nothing(session, chapter):
    """The solution notebook handed in as it is, and the release as it was handed out."""
    release = notebook("notebooks", chapter)
    for folder, share in (("solutions", 1.0), ("notebooks", 0.0)):
        submission = read_submission(json.dumps(notebook(folder, chapter)).encode())
        reports = session.grade(rebuild(release, submission))
        assert reports.keys() == exercises_of(chapter).keys()
        for name, report in reports.items():
            assert report.score == share, f"{folder}, {name}: {report}"


@each_chapter
def test_each_known_mistake_is_recognised_where_it_is_graded(session, chapter):
    """Its source, run in the worker in place of the right answer, fails there and has its own id in the report.

    One worker serves a chapter. Before the mistakes of an exercise come the right answers of all, as they were.
    """
    release, exercises = notebook("notebooks", chapter), exercises_of(chapter)
    setup = [cell.source for cell in release.cells if cell.cell_type == "code" and role(cell) == "setup"]
    solved = worked_solutions(notebook("solutions", chapter))
    with session.nursery.worker(Limits(total_seconds=600.0, cpu_seconds=300)) as worker:
        worker.run_cells(setup)
        for name, exercise in exercises.items():
            worker.run_cells(solved.values())
            for known in exercise.misconceptions:
                worker.run_cells([known.source])
                report = run(session.prepared(name), worker)
                assert (report.passed, report.misconception) == (False, known.id), str(report)


@each_chapter
def test_what_the_release_hands_out_is_marked_for_grading(chapter):
    """Each exercise has a cell to write in and a check with its points; the release carries no results of ours."""
    release = notebook("notebooks", chapter)
    assert METADATA_KEY not in release.metadata
    points = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in release.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert points == {f"check-{name}": exercise.points for name, exercise in exercises_of(chapter).items()}
