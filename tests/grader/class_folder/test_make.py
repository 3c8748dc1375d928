"""`grader init` and `grader release`: a class folder, what is never overwritten, and a class graded in it."""

import errno
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from typer.testing import CliRunner

from course.class_rules import ClassRules, rules_in
from grader.class_folder.make import NotAClassFolder, init
from grader.class_folder.releases import for_class, make_releases
from grader.class_settings.settings import ClassSettings
from grader.classroom.grade import grade
from grader.classroom.room import Classroom
from grader.cli import app
from grader.config import ROOT, course_config, find_class
from grader.made_up_class import hand_in, worked_solutions

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("class folder")]

CHAPTER, FILE = "00_start_here", "start_here.ipynb"


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def gradebook(root):
    return Gradebook(course_config(root).CourseDirectory.db_url)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "my class"
    result = run("init", root, "--chapter", CHAPTER)
    assert result.exit_code == 0, result.output
    return root, result.output


@pytest.fixture
def made(fresh, tmp_path):
    """Give a copy of a fresh class folder, to be changed."""
    shutil.copytree(fresh[0], tmp_path / "class")
    return tmp_path / "class"


def test_the_first_screen_says_the_next_three_commands(fresh):
    _, shown = fresh
    assert "1 chapter, 2 graded exercises, 2 points" in shown
    assert [line.split()[-1] for line in shown.splitlines() if "grader grade" in line] == [CHAPTER]
    assert "grader release" in shown
    assert "grader collect submissions.zip --from moodle --roster students.csv" in shown


def test_it_has_what_nbgrader_needs(fresh):
    root, _ = fresh
    assert sorted(path.name for path in root.iterdir()) == [".gitignore", "class.toml", "grader", "nbgrader_config.py", "notebooks", "solutions"]  # fmt: skip
    for name in ("submitted/", "autograded/", "feedback/", "gradebook.db*", "downloaded/", "grades.csv", "grading.db*"):
        assert name in (root / ".gitignore").read_text().splitlines()
    config = course_config(root)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    (assignment,) = api.get_assignments()
    assert (assignment["name"], assignment["max_score"], assignment["num_submissions"]) == (CHAPTER, 2.0, 0)


def test_without_settings_a_release_is_the_courses_own(fresh):
    root, _ = fresh
    assert (root / "notebooks" / CHAPTER / FILE).read_bytes() == (ROOT / "notebooks" / CHAPTER / FILE).read_bytes()


def test_the_class_is_found_from_within(fresh):
    root, _ = fresh
    assert find_class(root / "grader" / "submitted") == root.resolve()
    assert find_class(root.parent) is None
    assert find_class(ROOT / "grader") == ROOT


def test_again_it_adds_what_is_missing_and_overwrites_nothing(made):
    (made / ".gitignore").write_text("mine\n")
    (made / "nbgrader_config.py").unlink()
    result = run("init", made)
    assert result.exit_code == 0, result.output
    assert "Added what was missing: nbgrader_config.py." in result.output
    assert (made / ".gitignore").read_text() == "mine\n"
    assert "Nothing was missing." in run("init", made).output


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (
            lambda folder: (folder / "thesis.tex").touch(),
            "is not empty and has no class.toml, so it is not a class folder",
        ),
        (lambda folder: (folder.rmdir(), folder.touch()), "is a file; name a folder."),
    ],
)
def test_what_is_no_class_folder_is_refused_and_left_alone(tmp_path, prepare, says):
    folder = tmp_path / "folder"
    folder.mkdir()
    prepare(folder)
    before = sorted(tmp_path.rglob("*"))
    result = run("init", folder)
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_leaves_a_folder_that_can_be_completed(tmp_path, monkeypatch):
    """Whichever file is the first that has no room."""
    sync, files = os.fsync, []

    def full(handle):
        files.append(handle)
        if len(files) == room:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    for room in (1, 2, 4):
        folder = tmp_path / f"class-{room}"
        files.clear()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            result = run("init", folder, "--chapter", CHAPTER)
        assert (result.exit_code, result.output.count("\n")) == (1, 1)
        assert result.output.endswith("can't be written: No space left on device.\n")
        assert not [path for path in folder.rglob("*") if path.suffix == ".part"]
        again = run("init", folder, *(() if (folder / "class.toml").exists() else ("--chapter", CHAPTER)))
        assert again.exit_code == 0, again.output


def test_the_course_itself_is_refused(tmp_path):
    for folder in (ROOT, ROOT / "grader", ROOT / "notebooks" / "mine"):
        with pytest.raises(NotAClassFolder, match="belongs to the course itself"):
            init(folder)
    with pytest.raises(NotAClassFolder, match=r"'1_linear' is not a chapter of the course\. Did you mean 01_linear"):
        init(tmp_path / "class", ["1_linear"])
    with pytest.raises(NotAClassFolder, match=r"has a \? in its path"):
        init(tmp_path / "what?")
    assert not list(tmp_path.iterdir())


def test_a_mistake_in_the_settings_is_told_before_anything_is_written(made):
    (made / "class.toml").write_text("[points]\nwarm_upp = 3\n")
    (made / ".gitignore").unlink()
    result = run("init", made)
    assert result.exit_code == 1
    assert "points.warm_upp is not an exercise of this class. Did you mean warm_up?" in result.output
    assert not (made / ".gitignore").exists()


def set_class(root, text):
    (root / "class.toml").write_text(f'name = "mine"\nchapters = ["{CHAPTER}"]\n{text}')


def test_a_release_has_the_classs_points_exercises_switches_and_deadline(made):
    set_class(made, f'[points]\nwarm_up = 6\n[exercises]\n{CHAPTER} = ["warm_up"]\n[homework]\nsolution = false\n[deadlines]\n{CHAPTER} = 2026-10-12T18:00:00\n')  # fmt: skip
    result = run("release", "--root", made)
    assert result.exit_code == 0, result.output
    assert f"updated notebooks/{CHAPTER}/{FILE}" in result.output
    notebook = nbformat.read(made / "notebooks" / CHAPTER / FILE, as_version=4)
    graded = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")}  # fmt: skip
    assert graded == {"check-warm_up": 6.0}
    assert notebook.metadata["layer_by_layer"] == {"class": "mine", "solution": False}
    assert rules_in(made / "notebooks" / CHAPTER) == ClassRules("mine", solution=False)
    with gradebook(made) as book:
        assignment = book.find_assignment(CHAPTER)
        assert (assignment.max_score, str(assignment.duedate)) == (6.0, "2026-10-12 18:00:00")


def test_a_release_that_was_changed_by_hand_stays(made):
    path = made / "notebooks" / CHAPTER / FILE
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\n\nRoom 217."
    nbformat.write(notebook, path)
    set_class(made, "[homework]\nhints = false\n")
    before = path.read_bytes()
    result = run("release", "--root", made)
    assert "was changed by hand and stays as it is" in result.output
    assert path.read_bytes() == before


def test_a_class_is_graded_in_its_folder(made):
    """With its points, seed and late rule; an exercise that is not graded has no score. Points may change then."""
    set_class(made, f'[points]\nwarm_up = 6\n[exercises]\n{CHAPTER} = ["warm_up"]\n[late]\npercent_per_day = 10\n[grading]\nseed = 11\n[deadlines]\n{CHAPTER} = 2026-10-12T18:00:00\n')  # fmt: skip
    make_releases(made)
    release = nbformat.read(made / "notebooks" / CHAPTER / FILE, as_version=4)
    solved = worked_solutions(nbformat.read(ROOT / "solutions" / CHAPTER / FILE, as_version=4))
    for student, answers in {"ada": solved, "bob": {"warm_up": "def warm_up(x):\n    return 2 * x\n"}}.items():
        hand_in(release, answers, made / "grader" / "submitted" / student / CHAPTER / FILE)
    (made / "grader" / "submitted" / "ada" / CHAPTER / "timestamp.txt").write_text("2026-10-13 19:00:00 UTC")
    config = course_config(made)
    config.CourseDirectory.assignment_id = CHAPTER
    Autograde(coursedir=CourseDirectory(config=config), config=config).start()
    graded = nbformat.read(made / "grader" / "autograded" / "ada" / CHAPTER / FILE, as_version=4)
    assert graded.metadata["layer_by_layer"]["seed"] == 11
    check = next(c for c in graded.cells if c.metadata.get("nbgrader", {}).get("grade"))
    assert "6 points" in check.outputs[0]["data"]["text/plain"]
    with gradebook(made) as book:
        ada, bob = (book.find_submission(CHAPTER, student) for student in ("ada", "bob"))
        assert (ada.score, ada.late_submission_penalty) == (6.0, pytest.approx(1.2))  # two days have begun
        assert (bob.score, bob.late_submission_penalty) == (0.0, 0.0)
        assert len(ada.notebooks[0].grades) == 1
    set_class(made, f'[points]\nwarm_up = 7\n[exercises]\n{CHAPTER} = ["warm_up"]\n')
    result = run("release", "--root", made)
    assert result.exit_code == 0
    assert (
        f"2 students (ada, bob) were graded by an earlier release of {CHAPTER}: `check-warm_up` counts 7 points instead "
        f"of 6. No grade was changed. `grader grade {CHAPTER} --regrade` takes over the release"
    ) in " ".join(result.output.split())
    summary = grade(Classroom.configured(course_config(made)), CHAPTER, regrade=True)
    assert summary.complete
    with gradebook(made) as book:
        assert [book.find_submission(CHAPTER, student).score for student in ("ada", "bob")] == [7.0, 0.0]


def test_points_of_a_release_are_part_of_nbgraders_checksum():
    notebook = nbformat.read(ROOT / "notebooks" / CHAPTER / FILE, as_version=4)
    before = [c.metadata.get("nbgrader", {}).get("checksum") for c in notebook.cells]
    changed = for_class(notebook, ClassSettings(points={"warm_up": 9.0}), CHAPTER)
    after = [c.metadata.get("nbgrader", {}).get("checksum") for c in changed.cells]
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize(
    ("off", "told"),
    [
        ({"solution": False}, "\n\nIn this class, solutions are switched off."),
        ({"hints": False}, "\n\nIn this class, hints are switched off."),
        ({"solution": False, "hints": False}, "\n\nIn this class, hints and solutions are switched off."),
        ({"verdict_only": True}, ""),
    ],
)
def test_a_release_promises_nothing_that_its_class_has_switched_off(off, told):
    """In each lesson, below the sentence that says what gives help; all other texts are as released."""
    for path in sorted((ROOT / "notebooks").glob("*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        before = {cell.id: cell.source for cell in notebook.cells}
        for_class(notebook, ClassSettings(**off), path.parent.name)
        changed = [cell for cell in notebook.cells if cell.source != before[cell.id]]
        assert bool(changed) == bool(told)
        assert all(
            cell.source == before[cell.id] + told for cell in changed if {"`hint(", "`solution("} <= _calls(cell)
        )
        assert all(_calls(cell) and cell.cell_type == "markdown" for cell in changed)


def _calls(cell):
    return {call for call in ("`hint(", "`solution(") if call in cell.source}


@pytest.mark.parametrize("prepare", [Path.mkdir, lambda path: path.symlink_to("nowhere"), os.mkfifo])
def test_settings_that_are_no_file_are_not_passed_over(tmp_path, prepare):
    """Another class would be used otherwise: one further up, or the repository's."""
    prepare(tmp_path / "class.toml")
    (tmp_path / "below").mkdir()
    assert find_class(tmp_path / "below") == tmp_path
    result = run("grades", "--root", tmp_path)
    assert result.exit_code == 1
    assert result.output.startswith(f"{tmp_path / 'class.toml'} ")


@pytest.mark.parametrize("text", ["c = get_config(\n", "import no_such_module\n", "get_config().a.b.c()\n"])
def test_a_configuration_that_raises_is_told_in_a_sentence(tmp_path, text):
    (tmp_path / "class.toml").write_text('chapters = ["00_start_here"]\n')
    (tmp_path / "nbgrader_config.py").write_text(text)
    for command in ("grades", "release", "feedback"):
        result = run(command, "--root", tmp_path)
        assert result.exit_code == 1
        assert result.output.startswith(f"{tmp_path / 'nbgrader_config.py'} can't be used: ")


@pytest.mark.parametrize("address", ["postgresql+psycopg://grader:secret/grades", "secret.db"])
def test_an_address_that_can_not_be_read_is_not_shown(tmp_path, address):
    """A password without a server after it is taken for the server's port."""
    (tmp_path / "class.toml").write_text(f'chapters = ["{CHAPTER}"]\ngradebook = "{address}"\n')
    for command in ("grades", "release"):
        result = run(command, "--root", tmp_path)
        assert result.exit_code == 1
        assert result.output.startswith("The gradebook's address can't be read; in class.toml, one such as ")
        assert "secret" not in result.output


@pytest.mark.parametrize(
    "words", [["grade"], ["feedback"], ["insights"], ["replay", "ada", CHAPTER, "warm_up"], ["doctor"]]
)
def test_where_there_is_no_folder(tmp_path, words):
    result = run(*words, "--root", tmp_path / "none")
    assert result.exit_code == 1
    assert result.output.startswith(f"There is no folder {tmp_path / 'none'}; --root names a class folder")


@pytest.mark.parametrize(
    "words",
    [
        ["grade", CHAPTER],
        ["feedback"],
        ["insights"],
        ["replay", "ada", CHAPTER, "warm_up"],
        ["release"],
        ["collect", ".", "--from", "moodle"],
        ["grades"],
    ],
)
def test_outside_of_classes_no_other_class_is_taken(tmp_path, monkeypatch, words):
    """The repository has one, which is another's there."""
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    told = "is not in a class folder. Go to a class folder, or name one by --root; `grader init` makes one."
    assert (result.exit_code, result.output) == (1, f"{tmp_path} {told}\n")


def test_what_needs_no_class_works_outside_of_classes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("mistakes", "linear").exit_code == 0
    assert "There is no lesson 'nothing'" in run("build", "--check", "nothing").output
    assert f"free in {tmp_path}" in run("doctor").output


def test_where_there_is_no_class(tmp_path, monkeypatch):
    result = run("release", "--root", tmp_path)
    assert result.exit_code == 1
    assert f"There is no class in {tmp_path}." in result.output
    result = run("release")  # the repository has no class.toml
    assert result.exit_code == 1
    assert "class.toml does not exist. `grader init FOLDER` makes a class folder with one." in result.output
