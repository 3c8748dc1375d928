"""A small class to be graded, and what its gradebook and its notebooks hold."""

import contextlib
import copy
import json
import logging
import shutil

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum

import course
from grader.cell_roles import METADATA_KEY
from grader.classroom.grade import grade
from grader.classroom.marking import Marked
from grader.classroom.room import Classroom
from grader.config import ROOT, course_config
from grader.grading import Session
from grader.made_up_class import worked_solutions

CHAPTER, NAME = "01_linear", "linear"
FILE = f"{NAME}.ipynb"
SEED = 7
SOLVED = worked_solutions(nbformat.read(ROOT / "solutions" / CHAPTER / FILE, as_version=4))
HALF = dict(list(SOLVED.items())[: len(SOLVED) // 2])
MISTAKEN = {name: course.exercises[name].misconceptions[0].source for name in SOLVED}
_PLAIN = json.loads((ROOT / "notebooks" / CHAPTER / FILE).read_text())


def with_questions(release=_PLAIN):
    """Add to a release what a person grades: a question with points, and a task."""
    release = copy.deepcopy(release)
    release["cells"] += [
        _asked("why", "Your answer here.", grade=True, solution=True, locked=False, points=2),
        _asked("essay", "Write an essay.", grade=False, solution=False, locked=True, task=True, points=3),
    ]
    return release


def _asked(name, source, **marks):
    marks = {"grade_id": name, "schema_version": 3, "task": False, **marks}
    cell = {"cell_type": "markdown", "id": name, "source": source, "metadata": {"nbgrader": marks}}
    marks["checksum"] = compute_checksum(nbformat.from_dict(cell))
    return cell


def notebook(answers=SOLVED, release=_PLAIN):
    """Give the release with answers in it."""
    handed_in = copy.deepcopy(release)
    for cell in handed_in["cells"]:
        cell["source"] = answers.get(marks(cell).get("grade_id"), cell["source"])
    return handed_in


def marks(cell):
    return cell["metadata"].get("nbgrader", {})


def raw(content):
    return json.dumps(content).encode()


def make_class(root, handed_in, release=_PLAIN):
    """Make a class: a release, and what each student handed in."""
    write_release(root, release)
    (root / "solutions" / CHAPTER).mkdir(parents=True)
    for student, content in handed_in.items():
        hand_in(root, student, content)
    return root


def write_release(root, release):
    folder = root / "notebooks" / CHAPTER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(raw(release))


def hand_in(root, student, content=None, name=FILE, time=None):
    folder = root / "grader" / "submitted" / student / CHAPTER
    folder.mkdir(parents=True, exist_ok=True)
    if content is not None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else raw(content))
    if time is not None:
        (folder / "timestamp.txt").write_text(time)
    return folder


def hand_in_files(root, student, files):
    """Hand in several files, by their paths."""
    folder = hand_in(root, student)
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        hand_in(root, student, content, name)
    return folder


def classroom(root, **options):
    options = {"locating": 0.0, "processes": 1} | options
    return Classroom(options.pop("config", None) or course_config(root), **options)


def ours(root, **options):
    """Grade with `grader grade`."""
    room = {key: options.pop(key) for key in ("config", "processes", "locating", "mark") if key in options}
    return grade(classroom(root, **room), CHAPTER, **{"seed": SEED, **options})


def nbgraders(root, config=None, force=False):
    """Grade with `nbgrader autograde` and our preprocessors, on the same cases."""
    config = config or course_config(root)
    config.CourseDirectory.assignment_id = CHAPTER
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config)
    converter.log = logging.Logger("nbgrader", logging.CRITICAL)
    converter.force = force
    with Session(SEED, locating=0.0) as session, contextlib.suppress(NbGraderException):
        converter.grading_session = session
        converter.start()


@contextlib.contextmanager
def opened(root, url=""):
    with Gradebook(url or course_config(root).CourseDirectory.db_url, "layer-by-layer") as book:
        yield book


def grades(root, url=""):
    """Give everything that the gradebook holds of each student."""
    with opened(root, url) as book:
        return {
            submission.student.id: {
                "score": submission.score,
                "timestamp": submission.timestamp,
                "late": [one.late_submission_penalty for one in submission.notebooks],
                "grades": {
                    one.name: (one.auto_score, one.manual_score, one.extra_credit, one.needs_manual_grade)
                    for part in submission.notebooks
                    for one in part.grades
                },
                "comments": {
                    one.name: (one.auto_comment, one.manual_comment)
                    for part in submission.notebooks
                    for one in part.comments
                },
            }
            for submission in book.assignment_submissions(CHAPTER)
        }


def scores(root):
    return {student: found["score"] for student, found in grades(root).items()}


def graded(root, student):
    """Give a graded notebook, without what is drawn at random in it: the ids of a student's own cells."""
    path = root / "grader" / "autograded" / student / CHAPTER / FILE
    found = nbformat.read(path, as_version=4)
    nbformat.validate(found)
    for cell in found.cells:
        if cell.metadata.get(METADATA_KEY, {}).get("role") == "extra":
            cell.id = ""
    return found


def problems(root, student):
    return graded(root, student).metadata[METADATA_KEY]["problems"]


def copy_class(root, to):
    shutil.copytree(root, to, symlinks=True)
    return to


def stub(assignment, submissions, processes):
    """Mark without running anything: half the points of a check whose solution was changed."""
    release = nbformat.reads(assignment.release.decode(), as_version=4)
    stubs = {marks(cell)["grade_id"]: cell.source for cell in release.cells if marks(cell).get("solution")}
    points = {marks(cell)["grade_id"]: marks(cell)["points"] for cell in release.cells if marks(cell).get("points")}
    for one in submissions:
        content, read = one.read()
        written = {cell.key for cell in read.cells if cell.source != stubs.get(cell.key, cell.source)}
        scores = {name: worth / 2 if name.removeprefix("check-") in written else 0.0 for name, worth in points.items()}
        release.metadata[METADATA_KEY] = {"problems": [*read.problems, *one.problems]}
        made = json.dumps(release).encode()
        comments = dict.fromkeys(stubs)
        yield one, Marked(made, scores, comments, (*read.problems, *one.problems), (), bool(read.cells), content)
