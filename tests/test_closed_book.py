"""The closed book, installed in a new environment outside of the repository: no solution in it, and every check."""

import json
import re
import subprocess
import zipfile

import numpy as np
import pytest

from course.catalog.chapters import FOLDERS
from course.chapters import EXERCISES
from course.checking.source import source_of
from course.workcopy.release import read_release, released_notebooks
from grader.closed_book.declared import handed_out as stub_of
from grader.closed_book.wheel import HANDING_OUT, NotThisWheel, closed_wheel
from tests.closed_book_texts import contained, sentences_of, solution_lines, texts_in, texts_of, withheld_lines
from tests.installed import Student

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("wheel")]

OWN = [exercise for exercise in EXERCISES.values() if exercise.chapter in FOLDERS]
SCRIPT = """
import json
import numpy as np
import course

told = json.load(open("answers.json", encoding="utf-8"))

def run_cells(sources, names):
    for number, source in enumerate(sources):
        exec(compile(source, f"<cell {number}>", "exec"), names)
    return names

# A notebook has the functions of its own chapter; what it needs of earlier ones may have other arguments there.
setup = told["setup"].values()
everything = run_cells([*setup, *(one["solution"] for one in told["exercises"].values())], {"np": np})
notebooks = {
    chapter: run_cells(
        [cells, *(one["solution"] for one in told["exercises"].values() if one["chapter"] == chapter)], dict(everything)
    )
    for chapter, cells in told["setup"].items()
}
found = {}
for name, one in told["exercises"].items():
    names = notebooks[one["chapter"]]
    report = course.assess(names[name], name)
    found[name] = {"passed": report.passed, "oracle": report.oracle, "text": str(report), "mistakes": {}}
    for mistake, source in one["mistakes"].items():
        own = dict(names)
        exec(compile(source, f"<{mistake}>", "exec"), own)
        report = course.assess(own[name], name)
        found[name]["mistakes"][mistake] = [report.passed, list(report.misconceptions)]
json.dump(found, open("found.json", "w", encoding="utf-8"))
"""
SEEN = """
import course
from course import assess, case, check, exercises, hint, solution

solution("conv2d")
print(assess(lambda x: 2 * x, "warm_up"))
print(assess(lambda x: 2 * x, "warm_up", seed=7))
assess({"batch": 0}, "normalization_axes")
print(case("normalization_axes").expected)
try:
    course.functional.linear
except Exception as error:
    print(error)
print(len(exercises), exercises["repair_conv1d"].given.__name__)
"""


@pytest.fixture(scope="module")
def closed(wheel, tmp_path_factory):
    return closed_wheel(wheel, tmp_path_factory.mktemp("closed"), OWN, "your class (ML 2026)", HANDING_OUT)


@pytest.fixture(scope="module")
def student(closed, tmp_path_factory):
    return Student(tmp_path_factory.mktemp("student"), closed)


@pytest.fixture(scope="module")
def found(student):
    """Check every solution and every mistake as a student would write it."""
    answers = {
        "setup": setup_cells(),
        "exercises": {
            one.name: {
                "chapter": one.chapter,
                "solution": source_of(one.solution, one.name),
                "mistakes": {known.id: known.source for known in one.misconceptions},
            }
            for one in OWN
        },
    }
    (student.folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    run(student, SCRIPT)
    return json.loads((student.folder / "found.json").read_text(encoding="utf-8"))


def setup_cells():
    """Give what the setup cells of each chapter define, without what they import from the course."""
    found = {}
    for name, content in read_release(released_notebooks()):
        if name.endswith(".ipynb"):
            cells = json.loads(content)["cells"]
            sources = ["".join(cell["source"]) for cell in cells if "setup" in cell["metadata"].get("tags", ())]
            found[name.partition("/")[0]] = "\n\n".join(sources)
    return found


def run(student, script):
    (student.folder / "script.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [student.python, "script.py"],
        cwd=student.folder,
        env=student.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_solution_and_no_mistake_is_in_it(closed):
    """No line that only a solution or a mistake has, in any file: of code, of words, of numbers."""
    texts = dict(texts_of(closed))
    handed_out = "\n".join(text for name, text in texts.items() if name.startswith("course/_notebooks/"))
    rest = "\n".join(text for name, text in texts.items() if not name.startswith("course/_notebooks/"))
    handed_out += sentences_of(OWN) + "\n".join(map(stub_of, OWN))
    withheld = withheld_lines(OWN, handed_out)
    assert len(withheld) > 1000
    assert {line: withheld[line] for line in contained(withheld, rest)} == {}


def test_which_notebook_hands_out_solutions():
    """One chapter's notebook has layers of another one, so it is left out."""
    notebooks = dict(read_release(released_notebooks()))
    text = {name.partition("/")[0]: "\n".join(texts_in(data)) for name, data in notebooks.items() if name.endswith("b")}
    found = {
        (one.name, chapter)
        for one in OWN
        if one.kind != "value" and not one.repair and (lines := solution_lines(one))
        for chapter, cells in text.items()
        if all(line in cells for line in lines)
    }
    assert found == {(name, chapter) for chapter in HANDING_OUT for name in ("ReLU", "Flatten", "Sequential", "relu")}


def test_the_search_would_find_solutions(wheel):
    """The same search finds nearly every line in the course's own wheel."""
    texts = dict(texts_of(wheel))
    code = "\n".join(text for name, text in texts.items() if name.startswith("course/chapters/"))
    handed_out = "\n".join(text for name, text in texts.items() if name.startswith("course/_notebooks/"))
    lines = withheld_lines([one for one in OWN if one.kind != "value"], handed_out)
    assert len(contained(lines, code)) > 0.4 * len(lines)  # a mistake's line is often made by its edit


def test_a_table_cant_be_read(closed):
    """Where the answer is a value, its entries are digests, and so are a mistake's."""
    values = [one for one in OWN if one.kind == "value"]
    assert len(values) >= 3
    with zipfile.ZipFile(closed) as packed:
        for exercise in values:
            with packed.open(f"course/closed_book/data/{exercise.chapter}.npz") as file, np.load(file) as members:
                told = json.loads(members[f"{exercise.name}.json"].tobytes())
            kept = json.dumps([told["answers"], told["attempts"]])
            assert '"plain", "' not in kept
            assert '"sealed"' in kept


def test_what_is_left_out(closed, wheel):
    """The grader, recorded answers, references, declarations; and it is no larger than 5 MB."""
    with zipfile.ZipFile(closed) as packed:
        names = packed.namelist()
        (metadata,) = (packed.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
        (commands,) = (packed.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    assert not [name for name in names if name.startswith(("grader/", "course/answers/"))]
    assert {name for name in names if name.startswith("course/functional/")} == {
        "course/functional/__init__.py",
        "course/functional/arguments.py",
    }
    assert not [name for name in names if "16_training" in name and name.endswith(".ipynb")]
    modules = [name for name in names if name.startswith("course/chapters/")]
    assert not [name for name in modules if name.rpartition("/")[2].removesuffix(".py") in EXERCISES]
    assert "grader" not in commands
    assert "nbgrader" not in metadata
    assert re.search(r"^Version: .*\+closed$", metadata, re.MULTILINE)
    assert closed.stat().st_size < 6e6, "small enough for a slow line; large cases are left out"


def test_every_right_answer_passes(found):
    """Of all exercises, checked against what PyTorch, or the reference, gave."""
    assert [name for name, told in found.items() if not told["passed"]] == []
    assert len(found) == len(OWN)
    assert {told["oracle"] for told in found.values()} >= {"PyTorch", "torchinfo", "reference"}


def test_every_mistake_is_refused_and_named(found):
    """As with the solutions there: each known mistake by its own id."""
    told = {mistake: told for one in found.values() for mistake, told in one["mistakes"].items()}
    assert len(told) > 900
    assert [mistake for mistake, (passed, _) in told.items() if passed] == []
    assert [mistake for mistake, (_, named) in told.items() if named != [mistake]] == []


def test_what_a_student_sees(student):
    """Who decides about solutions, and one sentence for what a closed book does not have."""
    told = run(student, SEEN)
    assert told.startswith(
        "This is a closed book: it has no solutions, and your class (ML 2026) decides when they are shown.\n"
    )
    assert "warm_up: not yet, 0 of 3 cases." in told
    assert "warm_up: a closed book has the answers to seed 0 only, and this is seed 7." in told
    assert re.search(r"Sealed\(type_name='text', salt='.*', digest='\w{32}'\)", told)
    assert "This is a closed book: course.functional.linear is left out, because it is an answer." in told
    assert told.endswith(f"{len(OWN)} repair_conv1d\n")
    student.course("start", "mine")
    told = student.course("doctor", "mine")
    assert "a closed book: it has no solutions; your class (ML 2026) decides about them" in told
    assert "+closed" in student.course("--version")


def test_a_damaged_book_says_so(student, tmp_path):
    """In one sentence, without a traceback of NumPy's."""
    path = student.site / "course/closed_book/data/01_linear.npz"
    content = path.read_bytes()
    try:
        path.write_bytes(content[:1000])
        told = run(student, "from course import assess\nprint(assess(lambda x: x, 'linear'))")
    finally:
        path.write_bytes(content)
    assert told == "linear: the answers in 01_linear.npz can't be read.\nNext: Install the course again.\n"


@pytest.mark.parametrize("content", [b"no zip", None])
def test_only_a_wheel_of_this_course_will_do(tmp_path, wheel, content):
    """Neither another file nor a wheel of another version."""
    other = tmp_path / "other.whl"
    if content is None:
        with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(other, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name) + b"\n" * (name == "course/errors.py"))
    else:
        other.write_bytes(content)
    with pytest.raises(NotThisWheel, match=r"is not a wheel of the course|can.t be read as a wheel"):
        closed_wheel(other, tmp_path, [], "nobody")
