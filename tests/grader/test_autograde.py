"""`nbgrader autograde` over a class of odd submissions: one run, and for each its score and its sentence."""

import contextlib
import copy
import json
import logging
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from grader.cell_roles import METADATA_KEY
from grader.config import ROOT, course_config
from grader.insights import read_results
from grader.made_up_class import worked_solutions

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("autograde")]

CHAPTER, FILE = "01_linear", "linear.ipynb"
FULL, NOTHING = 12.0, 0.0

RELEASE = json.loads((ROOT / "notebooks" / CHAPTER / FILE).read_text())
SOLVED = worked_solutions(nbformat.read(ROOT / "solutions" / CHAPTER / FILE, as_version=4))
WRONG = {name: f"def {name}(*args):\n    return 0\n" for name in SOLVED}


def notebook(answers=SOLVED):
    handed_in = copy.deepcopy(RELEASE)
    for cell in handed_in["cells"]:
        cell["source"] = answers.get(mark(cell).get("grade_id"), cell["source"])
    return handed_in


def mark(cell):
    return cell["metadata"].get("nbgrader", {})


def code(source, **fields):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **fields}


def raw(content):
    return json.dumps(content).encode()


def changed(change, answers=SOLVED):
    """Hand in a notebook in which `change` has been at the cells, or at the whole."""
    handed_in = notebook(answers)
    change(handed_in)
    return raw(handed_in)


def claim(**fields):
    def change(handed_in):
        for cell in handed_in["cells"]:
            if mark(cell):
                mark(cell).update(fields)

    return change


def forge_outputs(handed_in):
    result = {"output_type": "execute_result", "data": {"text/plain": "99.0"}, "metadata": {}, "execution_count": 1}
    for cell in handed_in["cells"]:
        if mark(cell).get("grade"):
            cell["source"], cell["outputs"] = "99.0", [result]
        cell["metadata"][METADATA_KEY] = {
            "role": "check",
            "score": 1.0,
            "earned": 99,
            "passed": True,
            "outcome": "right",
        }
        cell["metadata"]["tags"] = ["setup"]


def strip(handed_in):
    for cell in handed_in["cells"]:
        cell["metadata"] = {}
        cell.pop("id")


def double(handed_in):
    handed_in["cells"] = [copy.deepcopy(cell) for cell in handed_in["cells"] for _ in range(2)]


def collide(handed_in):
    handed_in["cells"].insert(0, code("x = 1", id="about-this-submission"))
    handed_in["cells"].append(code("4.0", id="check-linear"))


def as_text(handed_in):
    for cell in handed_in["cells"]:
        if mark(cell).get("solution"):
            cell["cell_type"] = "markdown"


def of_2014(handed_in):
    cells = handed_in.pop("cells")
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    handed_in.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": cells}])


def show_much(handed_in):
    many = (
        "from IPython.display import display\nimport struct\n"
        "head = b'\\x89PNG\\r\\n\\x1a\\n' + struct.pack('>I4sIIBBBBB', 13, b'IHDR', 9, 9, 8, 2, 0, 0, 0)\n"
        "display({'image/png': head + bytes(4_000_000)}, raw=True)\n"
    )
    handed_in["cells"] += [code(many)] * 8


def hold_up_feedback(handed_in):
    handed_in["cells"] += [code("a." * 99_000)]


def no_kernel(handed_in):
    handed_in["metadata"] = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}, "deep": [[[]] * 9]}
    handed_in["nbformat"] = 5


# name: (file, score, a sentence that the graded notebook must hold)
FILES = {
    "solved": (raw(notebook()), FULL, ""),
    "blank": (raw(RELEASE), NOTHING, ""),
    "wrong": (raw(notebook(WRONG)), NOTHING, ""),
    "forged points": (changed(claim(points=1000), WRONG), NOTHING, "The points for `linear` are 4, not 1000 as in"),
    "endless points": (changed(claim(points=10**400)), FULL, "The points for `linear` are 4, not inf as in"),
    "NaN points": (changed(claim(points=float("nan"))), FULL, "The points for `linear` are 4, not nan as in"),
    "forged marks": (changed(claim(checksum="0", schema_version=99, locked=False, score=9), WRONG), NOTHING, ""),
    "forged outputs": (changed(forge_outputs, WRONG), NOTHING, "has another check of `linear`; the class's was used."),
    "no metadata": (changed(strip), FULL, "The cell of `linear` is missing"),
    "renamed": (changed(claim(grade_id="linear-2")), FULL, "The cell of `linear_macs` is missing"),
    "everything twice": (changed(double), FULL, "The cell of `linear` is there more than once"),
    "ids that collide": (changed(collide), FULL, "has another check of `linear`; the class's was used."),
    "answers as text": (changed(as_text), FULL, "The cell of `linear` had become text"),
    "of 2014": (changed(of_2014), FULL, ""),
    "another kernel": (changed(no_kernel), FULL, ""),
    "many pictures": (changed(show_much), FULL, ""),
    "slow to colour": (changed(hold_up_feedback), FULL, "1 of its cells was left out: not readable, or too long."),
    "a byte order mark": (b"\xef\xbb\xbf" + raw(notebook()), FULL, ""),
    "UTF-16": (json.dumps(notebook()).encode("utf-16"), FULL, ""),
    "Latin-1": (raw(notebook()).replace(b"Linear", b"Lin\xe9ar"), FULL, ""),
    "3000 cells": (changed(lambda n: n["cells"].extend([code(" ")] * 3000)), FULL, "the first 3,000 were read"),
    "empty": (b"", NOTHING, "The file is not a notebook: it is not JSON."),
    "deep": (b'{"cells":' + b"[" * 200_000, NOTHING, "The file is not a notebook: it is not JSON."),
    "large": (raw(notebook()) + b" " * 50_000_000, NOTHING, "it has more than 20,000,000 bytes"),
    "strange <b>$x$ {student_id} %s": (raw(notebook()), FULL, ""),
}
LINKS = {
    "a link to the solution": (lambda file: file.symlink_to(ROOT / "solutions" / CHAPTER / FILE), "it is a link"),
    "a link to a classmate": (lambda file: file.symlink_to("../../solved/" + CHAPTER + "/" + FILE), "it is a link"),
    "a pipe": (os.mkfifo, "it is not a regular file"),
    "a folder": (Path.mkdir, "it is a folder"),
}


class Log(logging.Handler):
    def __init__(self):
        super().__init__()
        self.errors = []

    def emit(self, record):
        if record.levelno >= logging.ERROR:
            self.errors.append(record.getMessage())


def convert(step, root, without=(), **options):
    config = course_config(root)
    config.CourseDirectory.assignment_id = CHAPTER
    config.CourseDirectory.student_id_exclude = ",".join(without)
    config.GradeApart.locating = 0.0  # this class is about scores, and half of its answers have no line to be found
    converter = step(coursedir=CourseDirectory(config=config), config=config, **options)
    log = Log()
    converter.log = logging.Logger("nbgrader")
    converter.log.addHandler(log)
    with contextlib.suppress(NbGraderException):
        converter.start()
    return log.errors


def scores(root):
    with Gradebook(course_config(root).CourseDirectory.db_url) as gradebook:
        return {found.student.id: found.score for found in gradebook.assignment_submissions(CHAPTER)}


def hand_in(root, student):
    folder = root / "grader" / "submitted" / student / CHAPTER
    folder.mkdir(parents=True)
    return folder / FILE


@pytest.fixture(scope="module")
def alembic():
    """Let nbgrader find the program that makes its gradebook, as in an activated environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        yield


@pytest.fixture(scope="module")
def graded(tmp_path_factory, alembic):
    """Make a class of odd submissions, autograde it in one run without a gradebook before, and write its feedback."""
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "notebooks" / CHAPTER, root / "notebooks" / CHAPTER)
    (root / "solutions" / CHAPTER).mkdir(parents=True)
    for student, (content, _, _) in FILES.items():
        hand_in(root, student).write_bytes(content)
    for student, (make, _) in LINKS.items():
        make(hand_in(root, student))
    # next to a notebook: what Python or nbgrader might run, a link to a secret, a notebook that isn't asked for
    beside = hand_in(root, "beside")
    beside.write_bytes(raw(notebook(WRONG)))
    for name in ("numpy.py", "course.py", "sitecustomize.py", "nbgrader_config.py"):
        beside.with_name(name).write_text("raise SystemExit('owned')")
    (root / "secret.txt").write_text("the answers")
    beside.with_name("mine.txt").symlink_to(root / "secret.txt")
    beside.with_name("evil.ipynb").write_bytes(raw({"cells": [{"metadata": {METADATA_KEY: {"role": "check"}}}]}))
    hand_in(root, "a wrong name").with_name("Linear (1).ipynb").write_bytes(raw(notebook()))
    stamp = hand_in(root, "a damaged timestamp")
    stamp.write_bytes(raw(notebook()))
    stamp.with_name("timestamp.txt").write_text("yesterday")
    errors = convert(Autograde, root)
    plain = FILES.keys() - {"slow to colour", "forged outputs", "strange <b>$x$ {student_id} %s"}
    return root, scores(root), errors, convert(GenerateFeedback, root, plain)


def page(root, student):
    return (root / "grader" / "feedback" / student / CHAPTER / "linear.html").read_text()


@pytest.mark.parametrize("student", FILES)
def test_the_score_and_the_sentence(graded, student):
    """Each odd file gets what its answers are worth, and a sentence where something was wrong with it."""
    root, found, _, _ = graded
    _, score, sentence = FILES[student]
    assert found[student] == score
    rebuilt = nbformat.read(root / "grader" / "autograded" / student / CHAPTER / FILE, as_version=4)
    nbformat.validate(rebuilt)
    told = " ".join(rebuilt.metadata[METADATA_KEY]["problems"])
    assert sentence in told if sentence else told == ""


@pytest.mark.parametrize("student", LINKS)
def test_what_is_no_file_of_the_students_own_earns_nothing(graded, student):
    """Links, pipes and folders in a notebook's place are reported, and neither read nor waited for."""
    root, found, _, _ = graded
    assert found[student] == NOTHING
    assert f"The file is not a notebook: {LINKS[student][1]}" in page(root, student)


def test_only_what_nbgrader_itself_refuses_is_an_error(graded):
    """The right file name is nbgrader's wish; nothing else is an error, and nothing stops a class."""
    root, found, errors, feedback = graded
    failed = [error for error in errors if "for student" in error]
    assert [error.split("'")[3] for error in failed] == ["a wrong name"]
    assert feedback == []
    assert found["a damaged timestamp"] == FULL
    assert "timestamp.txt contains no time; it is not known when this was handed in." in page(
        root, "a damaged timestamp"
    )
    assert found.keys() >= FILES.keys() | LINKS.keys()


def test_files_beside_the_notebook_do_nothing_and_leak_nothing(graded):
    """No module of the student's is used, no link is followed, no further notebook counts."""
    root, found, _, _ = graded
    assert found["beside"] == NOTHING
    for step in ("autograded", "feedback"):
        assert not (root / "grader" / step / "beside" / CHAPTER / "mine.txt").exists()
    assert (root / "secret.txt").read_text() == "the answers"
    results = [result for result in read_results(root / "grader" / "autograded", CHAPTER) if result.student == "beside"]
    assert [result.earned for result in results] == [0] * len(SOLVED)
    assert "not ordinary files, or too many or too large, were left out: 1." in page(root, "beside")


def test_what_cells_show_has_a_limit_together(graded):
    """Pictures of 32 MB become a notebook that can still be opened, and the rest is reported."""
    root, _, _, _ = graded
    file = root / "grader" / "autograded" / "many pictures" / CHAPTER / FILE
    assert file.stat().st_size < 30_000_000
    assert "What this cell showed was left out: all cells together may show 16,777,216 bytes." in file.read_text()


def test_a_manual_score_is_kept_and_an_autograded_notebook_can_be_handed_in(graded):
    """Grading again keeps what an instructor entered, and takes a graded notebook for the answers in it."""
    root, _, _, _ = graded
    with Gradebook(course_config(root).CourseDirectory.db_url) as gradebook:
        gradebook.find_grade("check-linear", "linear", CHAPTER, "blank").manual_score = 2.5
        gradebook.db.commit()
    submitted, autograded = (root / "grader" / step for step in ("submitted", "autograded"))
    for student in FILES.keys() - {"blank", "wrong"}:
        shutil.rmtree(submitted / student)
    for student in (*LINKS, "beside", "a wrong name", "a damaged timestamp"):
        shutil.rmtree(submitted / student)
    shutil.copy(autograded / "everything twice" / CHAPTER / FILE, hand_in(root, "copied"))
    assert convert(Autograde, root, force=True) == []
    found = scores(root)
    assert (found["blank"], found["wrong"], found["copied"]) == (2.5, NOTHING, FULL)
