"""What is graded, what is left alone, and what is said when something is in the way. Nothing is run here."""

import errno
import os
import shutil
import sqlite3
import stat

import pytest
from typer.testing import CliRunner

import grader.classroom.files
import grader.classroom.grade
from course.checking import digest
from grader.classroom.files import NotWritten
from grader.classroom.grade import Prepared
from grader.classroom.judge import NotMarked
from grader.classroom.ledger import Ledger, LedgerError
from grader.classroom.pool import CannotGrade
from grader.classroom.room import NothingToGrade
from grader.cli import app
from grader.config import course_config
from grader.registering import GradebookError, ReleaseChanged
from grader.summary import tell_summary
from tests.grader.classroom.made import (
    CHAPTER,
    FILE,
    HALF,
    grades,
    hand_in,
    make_class,
    marks,
    notebook,
    opened,
    ours,
    problems,
    scores,
    stub,
    with_questions,
    write_release,
)  # fmt: skip

FULL = 6.0


class Counting:
    """The stub, which notes whom it marked; it may stop after some."""

    def __init__(self, stop_after=None, error=KeyboardInterrupt):
        self.seen, self.seeds, self.stop_after, self.error = [], [], stop_after, error

    def __call__(self, assignment, submissions, processes):
        self.seeds.append(assignment.seed)
        for found in stub(assignment, submissions, processes):
            if self.stop_after is not None and len(self.seen) >= self.stop_after:
                raise self.error
            self.seen.append(found[0].student)
            yield found


@pytest.fixture(autouse=True)
def _without_answers(monkeypatch):
    """Nothing is judged here, so no right answers are wanted."""
    monkeypatch.setattr(Prepared, "__init__", lambda *_: None)
    monkeypatch.setattr(Prepared, "answers", lambda _: None)


@pytest.fixture
def root(tmp_path):
    return make_class(tmp_path / "class", {"ada": notebook(), "bo": notebook(HALF), "cy": notebook({})})


def run(root, **options):
    mark = options.pop("mark", None) or Counting()
    summary = ours(root, mark=mark, **{"seed": None, **options})
    return summary, mark


def submitted(root, student):
    return root / "grader" / "submitted" / student / CHAPTER


def autograded(root, student):
    return root / "grader" / "autograded" / student / CHAPTER


# What is graded


def test_only_what_changed(root):
    """The content decides: not the time of a file, and no timestamp is needed."""
    summary, mark = run(root)
    assert (summary.graded, mark.seen) == (["ada", "bo", "cy"],) * 2
    for student in ("ada", "bo"):
        os.utime(submitted(root, student) / FILE, (1, 1))
    hand_in(root, "cy", notebook())
    hand_in(root, "di", notebook(HALF))
    summary, mark = run(root)
    assert mark.seen == ["cy", "di"]
    assert (summary.graded, summary.regraded, summary.unchanged) == (["di"], ["cy"], 2)
    assert scores(root)["cy"] == FULL
    assert run(root)[0].unchanged == 4


def test_another_time_alone_changes_the_penalty(root):
    """Nothing is marked again for a newer timestamp."""
    for student in ("ada", "bo"):
        hand_in(root, student, time="2026-11-01 12:00:00 UTC")
    config = course_config(root)
    config.LateSubmissionPlugin.penalty_method = "zero"
    run(root, config=config)
    with opened(root) as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-11-02 12:00:00 UTC")
    feedback = root / "grader" / "feedback" / "ada" / CHAPTER
    feedback.mkdir(parents=True)
    hand_in(root, "ada", time="2026-11-03 12:00:00 UTC")
    summary, mark = run(root, config=config)
    assert (mark.seen, summary.retimed, summary.unchanged) == ([], ["ada"], 2)
    found = grades(root)["ada"]
    assert (found["late"], str(found["timestamp"]), found["score"]) == ([FULL], "2026-11-03 12:00:00", FULL)
    assert (autograded(root, "ada") / "timestamp.txt").read_text() == "2026-11-03 12:00:00 UTC"
    assert not feedback.exists()
    hand_in(root, "ada", time="2026-11-02 11:00:00 UTC")
    run(root, config=config)
    assert grades(root)["ada"]["late"] == [None]
    assert run(root, config=config)[0].unchanged == 3


def test_force_student_and_seed(root):
    """Each of the options selects what it says."""
    run(root)
    assert run(root, force=True)[1].seen == ["ada", "bo", "cy"]
    assert run(root, students=("bo",))[1].seen == []
    assert run(root, students=("bo",), force=True)[1].seen == ["bo"]
    _, mark = run(root, seed=11)
    assert (mark.seen, mark.seeds) == (["ada", "bo", "cy"], [11])
    assert run(root, seed=11)[1].seen == []
    assert run(root)[1].seen == []


def test_a_dry_run_writes_nothing(root):
    """It says what would be graded."""
    before = sorted(path for path in root.rglob("*"))
    summary, mark = run(root, dry_run=True)
    assert (summary.graded, mark.seen) == (["ada", "bo", "cy"], [])
    assert sorted(path for path in root.rglob("*")) == before
    assert next(tell_summary(summary, dry_run=True)) == f"{CHAPTER}: 3 to be graded."


def test_what_is_gone_is_graded_again(root):
    """Without the gradebook, or the graded notebook, the ledger's word does not count."""
    run(root)
    shutil.rmtree(autograded(root, "bo"))
    assert run(root)[1].seen == ["bo"]
    (root / "grader" / "gradebook.db").unlink()
    assert run(root)[1].seen == ["ada", "bo", "cy"]
    assert scores(root) == {"ada": FULL, "bo": scores(root)["bo"], "cy": 0.0}


@pytest.mark.parametrize("force", [False, True])
def test_an_interrupted_run_goes_on(root, force):
    """With its seed; what was marked is written, and not marked again."""
    if force:
        run(root)
    first = Counting(stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        run(root, mark=first, force=force)
    summary, second = run(root, force=force)
    assert (first.seen, second.seen) == (["ada", "bo"], ["cy"])
    assert second.seeds == first.seeds
    assert summary.recovered == ["ada", "bo"]
    assert scores(root).keys() == {"ada", "bo", "cy"}
    assert run(root)[0].unchanged == 3


def test_a_run_that_ends_draws_a_new_seed(root):
    """Nobody can hand in answers to the cases of the last run."""
    seeds = [run(root, force=True)[1].seeds[0] for _ in range(3)]
    assert len(set(seeds)) == 3


def test_what_could_not_be_marked_is_tried_again(root):
    """It is told, counts as not graded, and the others have their grades."""

    def mark(assignment, submissions, processes):
        for one, found in stub(assignment, submissions, processes):
            yield one, NotMarked("It could not be graded.") if one.student == "bo" else found

    summary, _ = run(root, mark=mark)
    assert (summary.graded, summary.errors) == (["ada", "cy"], {"bo": ("It could not be graded.",)})
    assert not summary.complete
    assert scores(root).keys() == {"ada", "cy"}
    assert run(root)[1].seen == ["bo"]


def test_an_unreadable_file_is_told_each_time(root):
    """A second run has not made it readable."""
    hand_in(root, "bo", b"dear teacher")
    for _ in range(2):
        summary, _ = run(root)
        assert (summary.unreadable, summary.complete) == (["bo"], False)
    assert scores(root)["bo"] == 0.0


def test_nothing_handed_in_is_no_grade(root):
    """An empty folder is not a 0."""
    hand_in(root, "di")
    summary, _ = run(root)
    assert (summary.missing, summary.complete) == (["di"], True)
    assert "di" not in scores(root)


# A release that changed


def test_a_release_that_nobody_was_graded_by_is_brought_up_to_date(root):
    """No grade hangs on it."""
    run(root)
    with opened(root) as book:
        for student in ("ada", "bo", "cy"):
            book.remove_submission(CHAPTER, student)
    write_release(root, with_questions())
    run(root)
    assert {"why", "essay"} <= grades(root)["ada"]["grades"].keys()


def test_another_text_changes_no_grade(root):
    """What a lesson says may be corrected at any time."""
    run(root)
    release = notebook({})
    release["cells"][0]["source"] += "\n\nCorrected."
    write_release(root, release)
    summary, mark = run(root)
    assert (mark.seen, summary.unchanged, summary.outdated) == ([], 3, [])


def changed_release():
    release = with_questions()
    release["cells"] = [
        cell for cell in release["cells"] if not marks(cell).get("grade_id", "").endswith("linear_macs")
    ]
    for cell in release["cells"]:
        if marks(cell).get("grade_id") == "check-linear":
            marks(cell)["points"] = 7
    return release


def test_a_release_that_changed_is_told_before_anything_is_written(root):
    """One sentence says what changes, for whom, and what to do."""
    run(root)
    before, book = grades(root), (root / "grader" / "gradebook.db").read_bytes()
    hand_in(root, "di", notebook())
    write_release(root, changed_release())
    with pytest.raises(ReleaseChanged) as told:
        run(root)
    assert str(told.value) == (
        "The release of 01_linear is another one than that by which 3 students (ada, bo, cy) had been graded: `why` is "
        "new, `essay` is new, `check-linear_macs` is gone, `linear_macs` is gone, `check-linear` counts 7 points instead "
        "of 4. Nothing was written. `grader grade 01_linear --regrade` takes over the release and grades them again."
    )
    assert grades(root) == before
    assert (root / "grader" / "gradebook.db").read_bytes() == book


def test_regrade_takes_over_a_release(root):
    """Also for who handed in and is not there any more; an interrupted one goes on; manual grades stay."""
    run(root)
    with opened(root) as book:
        book.find_grade("check-linear", "linear", CHAPTER, "bo").manual_score = 2.5
        book.db.commit()
    shutil.rmtree(submitted(root, "cy"))
    write_release(root, changed_release())
    with pytest.raises(KeyboardInterrupt):
        run(root, regrade=True, mark=Counting(stop_after=1))
    summary, mark = run(root, regrade=True)
    assert (mark.seen, summary.recovered) == (["bo"], ["ada"])
    found = grades(root)
    for student in ("ada", "bo", "cy"):
        assert {"why", "essay"} <= found[student]["grades"].keys()
        assert "linear_macs" not in found[student]["comments"]
        assert "check-linear_macs" not in found[student]["grades"]
    assert found["ada"]["grades"]["check-linear"][0] == 3.5
    assert found["bo"]["grades"]["check-linear"][:2] == (3.5, 2.5)
    with opened(root) as book:
        assert book.find_assignment(CHAPTER).max_score == sum(
            marks(cell).get("points", 0) for cell in changed_release()["cells"]
        )
    assert run(root)[0].unchanged == 2


def test_exercises_that_changed(root, monkeypatch):
    """Grades stay until --regrade, and the summary says so."""
    run(root)
    monkeypatch.setattr(digest, "_digest_of_folder", lambda folder: "another")
    hand_in(root, "di", notebook())
    summary, mark = run(root)
    assert (mark.seen, summary.outdated) == (["di"], ["ada", "bo", "cy"])
    assert "`grader grade 01_linear --regrade` grades them again." in "\n".join(tell_summary(summary))
    assert run(root, regrade=True)[1].seen == ["ada", "bo", "cy"]
    assert run(root, regrade=True)[1].seen == []


# What may be in the way


def test_nothing_to_grade(root):
    """An assignment, a student or a class that isn't there is named."""
    with pytest.raises(NothingToGrade, match="There is no submission of 01_linear by zoe in"):
        run(root, students=("zoe", "ada"))
    shutil.rmtree(root / "grader" / "submitted")
    with pytest.raises(NothingToGrade, match="Nothing of 01_linear was handed in"):
        run(root)
    shutil.rmtree(root / "notebooks")
    with pytest.raises(NothingToGrade, match=r"There is no release '01_linear'. There are: none at all."):
        run(root)
    assert not (root / "grader").exists() or not list((root / "grader").iterdir())


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["02_nothing"], 2, "There is no release '02_nothing'"),
        ([CHAPTER, "--student", "zoe"], 2, "There is no submission of 01_linear by zoe"),
        ([CHAPTER, "--seed", "many"], 2, "Invalid value"),
        ([CHAPTER, "--dry-run"], 0, "3 to be graded"),
        (["--help"], 0, "Exit code 0"),
    ],
)
def test_exit_codes(root, words, code, told):
    """They mean what --help says."""
    done = CliRunner().invoke(app, ["grade", *words, "--root", str(root)], env={"COLUMNS": "200"})
    assert (done.exit_code, told in " ".join(done.output.split())) == (code, True), done.output


def kept(root):
    with sqlite3.connect(root / "grader" / "grading.db") as ledger:
        return [row[0] for row in ledger.execute("select student from marks where not done order by student")]


def stops(root, told, kind=GradebookError):
    """Check that a run says in one sentence what is wrong."""
    mark = Counting()
    with pytest.raises(kind, match=told) as error:
        run(root, mark=mark)
    assert "\n" not in str(error.value)
    return mark


def test_a_locked_gradebook(root):
    """Another program writes to it for long."""
    run(root)
    hand_in(root, "di", notebook())
    holder = sqlite3.connect(root / "grader" / "gradebook.db", isolation_level=None)
    holder.execute("begin exclusive")
    stops(root, "is locked")
    holder.execute("rollback")
    holder.close()
    assert run(root)[0].graded == ["di"]


def test_a_gradebook_that_is_locked_while_a_class_is_graded(root):
    """The marks are kept, and nothing is marked again."""
    holder = sqlite3.connect(root / "grader" / "gradebook.db", isolation_level=None)

    def mark(assignment, submissions, processes):
        yield from stub(assignment, submissions, processes)
        holder.execute("begin exclusive")

    with pytest.raises(GradebookError, match=r"could not be written: database is locked\. What was graded is kept"):
        run(root, mark=mark)
    holder.close()
    assert kept(root) == ["ada", "bo", "cy"]
    summary, again = run(root)
    assert (again.seen, summary.recovered) == ([], ["ada", "bo", "cy"])
    assert scores(root).keys() == {"ada", "bo", "cy"}


def test_a_gradebook_that_goes_while_a_class_is_graded(root):
    """Nothing is written into a file that isn't there any more."""

    def mark(assignment, submissions, processes):
        yield from stub(assignment, submissions, processes)
        (root / "grader" / "gradebook.db").unlink()

    with pytest.raises(GradebookError, match="could not be written"):
        run(root, mark=mark)
    assert kept(root) == ["ada", "bo", "cy"]
    run(root)
    assert scores(root).keys() == {"ada", "bo", "cy"}


@pytest.mark.parametrize("version", ["0123456789ab", None])
def test_a_gradebook_of_another_version(root, version):
    """It is left as it was."""
    run(root)
    file = root / "grader" / "gradebook.db"
    with sqlite3.connect(file) as book:
        book.execute("update alembic_version set version_num = ?", (version,)) if version else book.execute(
            "drop table alembic_version"
        )
    book.close()
    before = file.read_bytes()
    hand_in(root, "di", notebook())
    stops(root, "was made by another version of nbgrader. Keep a copy of it, then run `nbgrader db upgrade`")
    assert file.read_bytes() == before


def test_a_gradebook_that_is_none(root):
    """Anything may have its name."""
    file = root / "grader" / "gradebook.db"
    file.write_bytes(b"my notes" * 1000)
    stops(root, "can't be opened: file is not a database")
    assert file.read_bytes() == b"my notes" * 1000


def test_a_ledger_that_is_none(root):
    """It is left as it was, and the sentence names it."""
    file = root / "grader" / "grading.db"
    file.write_bytes(b"my notes" * 1000)
    stops(root, r"grading.db, which keeps what has been graded, can't be used \(file is not a database\)", LedgerError)
    assert file.read_bytes() == b"my notes" * 1000


def test_a_read_only_gradebook(root):
    """SQLite opens it for reading only."""
    run(root)
    hand_in(root, "di", notebook())
    config = course_config(root)
    config.CourseDirectory.db_url = f"sqlite:///file:{root / 'grader' / 'gradebook.db'}?mode=ro&uri=true"
    with pytest.raises(GradebookError, match="attempt to write a readonly database"):
        run(root, config=config)
    assert kept(root) == ["di"]


def test_a_full_disk(root, monkeypatch):
    """No half notebook is left, and the ledger keeps the marks."""
    real = os.replace
    calls = []

    def replace(source, target):
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(grader.classroom.files.os, "replace", replace)
        with pytest.raises(
            NotWritten, match=r"could not be written \(No space left on device\). What was graded is kept"
        ):
            run(root)
    assert kept(root) == ["ada", "bo", "cy"]
    assert [path.name for path in (root / "grader" / "autograded").rglob("*") if path.is_file()] == [FILE]
    assert scores(root) == {}
    assert run(root)[0].recovered == ["ada", "bo", "cy"]


def test_a_disk_too_full_for_the_ledger(root, monkeypatch):
    """A mark that can't be kept stops the run."""
    real = Ledger.__init__

    def small(self, path):
        real(self, path)
        self._db.execute("pragma max_page_count = 12")

    monkeypatch.setattr(Ledger, "__init__", small)
    with pytest.raises(LedgerError, match=r"can't be used \(database or disk is full\)"):
        run(root)


def test_what_graded_files_look_like(root):
    """Files beside come along, scripts and links do not; nothing is writable, as nbgrader leaves it."""
    folder = submitted(root, "ada")
    (folder / "data").mkdir()
    (folder / "data" / "numbers.csv").write_text("1,2")
    (folder / "page.html").write_text("<script>")
    (folder / "secret.txt").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    run(root)
    names = {path.relative_to(autograded(root, "ada")).as_posix() for path in autograded(root, "ada").rglob("*")}
    assert names == {FILE, "data", "data/numbers.csv"}
    assert stat.S_IMODE((autograded(root, "ada") / FILE).stat().st_mode) == 0o444


def test_where_nothing_can_be_graded(root):
    """What the pool raises ends the run; marks until then are kept."""
    with pytest.raises(CannotGrade, match="no confinement"):
        run(root, mark=Counting(stop_after=1, error=CannotGrade("There is no confinement here.")))
    assert kept(root) == ["ada"]


def test_a_plugin_that_fails(root):
    """Its student's grade is written, and the failure told."""
    config = course_config(root)
    config.AssignLatePenalties.plugin_class = "tests.grader.classroom.late.Failing"
    hand_in(root, "ada", time="2026-11-03 12:00:00 UTC")
    run(root, config=config)
    with opened(root) as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-11-02 12:00:00 UTC")
    summary, _ = run(root, config=config, force=True)
    assert summary.errors == {"ada": ("Failing failed: KeyError: 'ada'",)}
    assert scores(root)["ada"] == FULL


def test_problems_are_in_the_feedback(root):
    """What was wrong is said where the student reads it."""
    hand_in(root, "ada", time="when it was done")
    (submitted(root, "bo") / FILE).rename(submitted(root, "bo") / "linear (1).ipynb")
    run(root)
    assert problems(root, "ada") == ["timestamp.txt contains no time; when this was handed in is not known."]
    assert problems(root, "bo") == ["`linear (1).ipynb` was graded as `linear.ipynb`."]
