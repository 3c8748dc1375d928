"""How progress is counted and shown."""

import io
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from rich.console import Console

import course
from course.workcopy.journal import Journal
from course.workcopy.location import MARKER
from course.workcopy.progress import ExerciseProgress, Progress, progress
from tests.course.contrast import THEMES, seen


def declared(*names_chapters_points):
    return {
        name: SimpleNamespace(name=name, chapter=chapter, points=points)
        for name, chapter, points in names_chapters_points
    }


EXERCISES = declared(
    ("linear", "01_linear", 4),
    ("linear_backward", "01_linear", 2),
    ("embedding", "02_embedding", 2.5),
)


@pytest.fixture
def journal(tmp_path):
    (tmp_path / MARKER).mkdir()
    journal = Journal(tmp_path)
    journal.record(exercise="linear", score=0.5, passed=False)
    journal.record(exercise="linear", score=1.0, passed=True)
    journal.record(exercise="embedding", score=0.4, passed=False)
    journal.record(exercise="gone", score=1.0, passed=True)
    return journal


def test_chapters_count_their_passed_exercises(journal):
    """An exercise that the course no longer has doesn't count."""
    assert progress(EXERCISES, journal).by_chapter() == {"01_linear": (1, 2), "02_embedding": (0, 1)}


def test_without_a_journal_nothing_is_started():
    """And the text says where progress is kept."""
    shown = progress(EXERCISES, None)
    assert shown.by_chapter() == {"01_linear": (0, 2), "02_embedding": (0, 1)}
    assert str(shown).startswith("Nothing is kept here: this is not a working copy. course start my-course makes one.")


def test_chapters_come_in_order_and_exercises_as_declared():
    """However the mapping mixes the chapters."""
    mixed = declared(("z", "02_b", 1), ("y", "01_a", 1), ("x", "02_b", 1))
    assert [one.exercise for one in progress(mixed, None).exercises] == ["y", "z", "x"]


def test_the_text_says_chapter_by_chapter_what_is_passed_and_when(journal):
    """The whole text, but for the day."""
    day = datetime.now(UTC).astimezone()
    text = str(progress(EXERCISES, journal)).replace(f"{day.day} {day:%B %Y}", "TODAY")
    assert text.splitlines() == [
        "1 of 3 passed, 5 of 8.5 points",
        "● 1 passed   ◐ 1 not yet   ○ 1 not started",
        "",
        "01_linear     ●○  1 of 2 passed, 4 of 6 points",
        "  ● linear             4 of 4  passed on TODAY",
        "  ○ linear_backward    0 of 2  not started",
        "",
        "02_embedding  ◐   0 of 1 passed, 1 of 2.5 points",
        "  ◐ embedding        1 of 2.5  not yet, 1 try",
        "",
        "Next: linear_backward, in 01_linear",
    ]


def test_a_chapter_that_is_not_started_takes_one_line(journal):
    """A course of many chapters is read at a glance; what is under way is set apart, and all of it can be asked for."""
    later = declared(("relu", "03_activations", 1), ("tanh", "03_activations", 2), ("dropout", "05_dropout", 1))
    shown = str(progress({**EXERCISES, **later}, journal)).splitlines()
    assert shown[-6:] == [
        "  ◐ embedding        1 of 2.5  not yet, 1 try",
        "",
        "03_activations  ○○  2 exercises, 3 points",
        "05_dropout      ○   1 exercise, 1 point",
        "",
        "Next: linear_backward, in 01_linear",
    ]
    whole = progress({**EXERCISES, **later}, journal, all_chapters=True)
    assert "\n  ○ tanh               0 of 2  not started\n" in str(whole)
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(whole)
    assert "tanh" in console.file.getvalue()


def test_the_longest_line_of_the_course_fits_a_terminal():
    """Eighty columns, in the month with the longest name."""
    names = [
        ExerciseProgress(e.name, e.chapter, e.points, 0.5, 1, date(2026, 9, 22)) for e in course.exercises.values()
    ]
    assert max(len(line) for line in str(Progress(tuple(names))).splitlines()) <= 80


def test_the_terminal_shows_the_same_words(journal):
    """Also without colour."""
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(progress(EXERCISES, journal))
    shown = console.file.getvalue()
    for words in (
        "1 of 3 passed, 5 of 8.5 points",
        "01_linear",
        "passed on ",
        "not started",
        "not yet, 1 try",
    ):
        assert words in shown


def test_a_chapter_that_is_finished_takes_one_line(journal):
    """Its strip is full, and the first exercise that is not passed comes next, wherever it is."""
    journal.record(exercise="linear_backward", score=1.0, passed=True)
    shown = progress(EXERCISES, journal)
    assert "01_linear     ●●  2 of 2 passed, 6 of 6 points\n\n02_embedding" in str(shown)
    assert str(shown).endswith("Next: embedding, in 02_embedding")
    journal.record(exercise="embedding", score=1.0, passed=True)
    shown = progress(EXERCISES, journal)
    assert shown.next is None
    assert "Next" not in str(shown) + shown._repr_html_()


def test_the_html_carries_the_words_beside_the_colours(journal):
    """So it reads without seeing colours: each sign is counted in words, and each exercise has its status."""
    html = progress(EXERCISES, journal)._repr_html_()
    for words in ("1 of 3 passed", ">linear_backward</code>", "passed on ", "not started", " 1 not yet"):
        assert words in html
    assert 'role="img" aria-label="1 passed, 1 not started"' in html
    assert html.index("Next:") < html.index("<details")


@pytest.mark.parametrize("theme", THEMES)
def test_the_html_can_be_read_in_both_themes(journal, theme):
    """The contrast of every text is 4.5 at least, of a sign 3, and none is tiny."""
    for page in (progress(EXERCISES, journal), progress(EXERCISES, None)):
        texts = seen(page._repr_html_(), theme)
        assert [text for text in texts if text.contrast < text.least_contrast or text.size < 0.85] == []


def test_the_html_is_escaped():
    """Names reach the page as text."""
    html = progress(declared(("<script>x", "01_<b>", 1)), None)._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;x" in html


def test_the_html_opens_the_chapters_that_are_under_way(journal):
    """A started, unfinished chapter is open; one that is not started is folded, and so is one that is finished."""
    (journal.root / MARKER / "journal.jsonl").unlink()
    journal.record(exercise="linear", score=1.0, passed=True)
    first, second = progress(EXERCISES, journal)._repr_html_().split("<details")[1:]
    assert first.startswith(" open>")
    assert second.startswith(">")
    assert first.count("●</span>") == 2
    journal.record(exercise="linear_backward", score=1.0, passed=True)
    first = progress(EXERCISES, journal)._repr_html_().split("<details")[1]
    assert first.startswith(">")
    assert "2 of 2 passed, 6 of 6 points</span></summary>" in first


def test_nothing_to_show_is_shown_as_nothing():
    """A course without exercises has no chapters and no points."""
    empty = Progress(())
    assert str(empty) == "0 exercises, 0 points"
    assert empty.by_chapter() == {}
    assert repr(empty) == str(empty)
