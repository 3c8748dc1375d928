"""What is graded, and what is left alone. Nothing is run here."""

import os
import shutil
import sqlite3
from datetime import timedelta

import pytest

from course.checking import digest
from grader.classroom import writing
from grader.classroom.judge import NotMarked
from grader.classroom.ledger import Ledger
from grader.config import course_config
from grader.registering import GradebookError, ReleaseChanged, register
from grader.summary import tell_summary
from tests.grader.classroom.made import (
    CHAPTER,
    FILE,
    HALF,
    copy_class,
    grades,
    hand_in,
    marks,
    notebook,
    opened,
    scores,
    stub,
    with_questions,
    write_release,
)  # fmt: skip
from tests.grader.classroom.stubbed import FULL, Counting, autograded, run, submitted

pytestmark = pytest.mark.whole

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


def test_a_penalty_follows_the_deadline_the_rule_and_points_given_by_hand(root):
    """Whatever it is computed from may change after grading; nothing is marked again for it."""
    hand_in(root, "ada", time="2026-11-03 12:00:00 UTC")
    config = course_config(root)
    config.AssignLatePenalties.plugin_class = "grader.late.PercentPerDay"
    config.PercentPerDay.percent_per_day = 10
    run(root, config=config)
    assert grades(root)["ada"]["late"] == [None]

    def again():
        summary, mark = run(root, config=config)
        assert (mark.seen, summary.other_penalty, summary.unchanged) == ([], ["ada"], 2)
        assert run(root, config=config)[0].unchanged == 3
        return grades(root)["ada"]["late"]

    with opened(root) as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-11-02 12:00:00 UTC")
    assert again() == [pytest.approx(FULL / 10)]
    config.PercentPerDay.percent_per_day = 20
    assert again() == [pytest.approx(FULL / 5)]
    with opened(root) as book:
        book.find_grade("check-linear", "linear", CHAPTER, "ada").extra_credit = 5
        book.db.commit()
    assert again() == [pytest.approx((FULL + 5) / 5)]
    with opened(root) as book:
        book.find_submission(CHAPTER, "ada").extension = timedelta(days=3)
        book.db.commit()
    assert again() == [None]


def test_another_rule_for_lateness(root, monkeypatch):
    """It holds for all, and nothing is marked again; also where a run ends early before, or in the middle."""

    def percent(rate):
        config = course_config(root)
        config.AssignLatePenalties.plugin_class = "grader.late.PercentPerDay"
        config.PercentPerDay.percent_per_day = rate
        return config

    def interrupted(*_):
        raise KeyboardInterrupt

    def late():
        return {student: found["late"] for student, found in grades(root).items()}

    for student in ("ada", "bo"):
        hand_in(root, student, time="2026-11-03 12:00:00 UTC")
    run(root, students=("cy",), config=percent(10.0))
    with opened(root) as book:
        book.update_or_create_assignment(CHAPTER, duedate="2026-11-02 12:00:00 UTC")
    monkeypatch.setattr(writing, "BATCH", 1)
    with pytest.raises(KeyboardInterrupt):
        run(root, config=percent(10.0), mark=Counting(stop_after=1))
    assert late() == {"ada": [0.6], "cy": [None]}
    summary, mark = run(root, config=percent(50.0))
    assert (mark.seen, summary.other_penalty) == (["bo"], ["ada"])
    half = late()
    assert half["ada"] == [FULL / 2]
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "handed_in", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(root, config=percent(20.0))
    assert late() != half
    summary, mark = run(root, config=percent(50.0))
    assert (mark.seen, summary.other_penalty, late()) == ([], ["ada"], half)
    assert next(tell_summary(summary)).startswith(f"{CHAPTER}: 1 with another late penalty, 2 unchanged")
    run(root, config=percent(20.0), students=("bo",))
    run(root, config=percent(20.0))
    assert late()["ada"] == [FULL / 5]
    assert run(root, config=percent(20.0))[0].unchanged == 3


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


def everything(root):
    """Give all files of a class with their times."""
    return {path: (path.lstat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in [root, *root.rglob("*")]}


def at_the_third(do):
    """Mark, and do something before the third mark is there."""

    def mark(assignment, submissions, processes):
        for number, found in enumerate(stub(assignment, submissions, processes)):
            if number == 2:
                do()
            yield found

    return mark


def test_a_dry_run_writes_nothing(root, tmp_path):
    """It says what would be graded. In what a killed run has left, it finds what that run had marked."""
    killed = tmp_path / "killed"
    before = everything(root)
    summary, mark = run(root, dry_run=True)
    assert (summary.graded, mark.seen) == (["ada", "bo", "cy"], [])
    assert next(tell_summary(summary, dry_run=True)) == f"{CHAPTER}: 3 to be graded."
    assert everything(root) == before
    run(root, mark=at_the_third(lambda: copy_class(root, killed)))
    for place, told in (
        (root, "3 unchanged."),
        (killed, "1 to be graded, 2 to be recovered from a run that ended early."),
    ):
        before = everything(place)
        summary, mark = run(place, dry_run=True)
        assert next(tell_summary(summary, dry_run=True)) == f"{CHAPTER}: {told}"
        assert everything(place) == before


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
    """Answers to the cases of the last run are worth nothing."""
    seeds = [run(root, force=True)[1].seeds[0] for _ in range(3)]
    assert len(set(seeds)) == 3


def test_what_could_not_be_marked_is_tried_again(root):
    """It is reported, counts as not graded, and the others have their grades."""

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
        "3 students (ada, bo, cy) were graded by an earlier release of 01_linear: `why` is new, `essay` is new, "
        "`check-linear_macs` is gone, `linear_macs` is gone, `check-linear` counts 7 points instead of 4. "
        "No grade was changed. `grader grade 01_linear --regrade` takes over the release and grades them again."
    )
    assert grades(root) == before
    assert (root / "grader" / "gradebook.db").read_bytes() == book


def test_marks_by_an_earlier_release_that_were_not_written(root):
    """They are not written under the new release, whose cells and points differ. No grade of the earlier one is left."""
    with pytest.raises(KeyboardInterrupt):
        run(root, mark=Counting(stop_after=2))
    write_release(root, changed_release())
    assert run(root, students=("cy",))[0].recovered == []
    summary, mark = run(root)
    assert (mark.seen, summary.recovered, summary.outdated) == (["ada", "bo"], [], [])
    found = grades(root)["ada"]["grades"]
    assert (found["check-linear"][0], found["why"][0]) == (3.5, 0.0)
    assert run(root)[0].unchanged == 3


@pytest.mark.parametrize("again", [False, True])
def test_a_release_that_is_changed_while_a_class_is_graded(root, again):
    """Another command registers it, or removes the assignment: no mark is written to cells that no longer exist."""
    url = course_config(root).CourseDirectory.db_url

    def change():
        if again:
            with opened(root) as book:
                book.remove_assignment(CHAPTER)
        else:
            write_release(root, changed_release())
        register(url, root / "notebooks", CHAPTER, "layer-by-layer")

    with pytest.raises(GradebookError, match=r"The release of 01_linear was changed while it was graded\."):
        run(root, mark=at_the_third(change))
    assert scores(root) == {}
    summary, mark = run(root)
    assert (mark.seen, summary.recovered) == (([], ["ada", "bo", "cy"]) if again else (["ada", "bo", "cy"], []))
    with sqlite3.connect(root / "grader" / "gradebook.db") as book:
        assert book.execute("pragma foreign_key_check").fetchall() == []


def test_regrade_takes_over_a_release(root):
    """Also for students who handed in and are gone; an interrupted one continues; manual grades stay."""
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
