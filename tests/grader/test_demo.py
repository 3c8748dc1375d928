"""The demo: a whole class through nbgrader, and a verdict that notices what is wrong."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

import course
from course.recorded import Recorded
from grader import demo as demonstrating
from grader.demo import DemoFailed, _table, judge_demo, run_demo
from grader.insights import Result, read_results
from grader.made_up_class import HOSTILE, in_own_words, make_class, make_large_class
from grader.replay import NothingToReplay, replay

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("demo")]

WARM_UP = {"warm_up": course.exercises["warm_up"]}
SOLVED = {"warm_up": "def warm_up(x):\n    return 2 * x + 1\n"}
LARGE = 20
"""A class in which each kind of student is there several times."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    shown = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demonstrating, "LARGE", LARGE)
        # an endless loop is as endless after one second as after five
        chapter = {name: one for name, one in course.exercises.items() if one.chapter == "00_start_here"}
        quick = {name: replace(one, seconds=1.0) for name, one in chapter.items()}
        patch.setattr(course, "exercises", {**course.exercises, **quick})
        wrong = run_demo("00_start_here", Console(file=shown, width=120), folder)
    return folder, wrong, shown.getvalue()


def test_the_demo_finds_every_score_as_it_should_be(demo):
    """Solved, blank, misunderstood and hostile submissions get what they deserve, through nbgrader itself."""
    folder, wrong, shown = demo
    assert wrong == []
    for name in ("solved", "blank", "mistake-01", *(f"hostile-{kind}" for kind in HOSTILE)):
        assert name in shown
        assert (folder / "grader" / "feedback" / name / "00_start_here" / "start_here.html").is_file()
    assert "warm_up.forgets-the-one" in shown
    assert "Hardest: warm_up" in shown


def test_the_demo_grades_a_large_class_and_says_how_long_it_took(demo):
    """All of it is in the gradebook; that every score is right is a part of the verdict."""
    folder, _, shown = demo
    assert re.search(rf"grader grade 00_start_here: {LARGE} graded, in \d+\.\d s\.", shown)
    graded = folder / f"class-of-{LARGE}" / "grader" / "autograded"
    assert len(list(graded.glob("*/00_start_here/start_here.ipynb"))) == LARGE


def test_the_demo_ends_with_a_page_about_the_class(demo):
    """It says where the page is, which is about the large class, and no line of the table is cut off."""
    folder, _, shown = demo
    assert shown.splitlines()[-1] == f"What the class understood: {folder / 'insights.html'}"
    assert f"{LARGE} students" in (folder / "insights.html").read_text(encoding="utf-8")
    assert "What to talk about" in (folder / "insights.html").read_text(encoding="utf-8")
    assert "…" not in shown


def test_what_can_not_be_shown_is_refused_in_a_sentence(demo):
    """No such lesson, or a folder that is taken."""
    quiet = Console(file=io.StringIO())
    with pytest.raises(DemoFailed, match="There is no lesson '5_dropout' in solutions/; there are 00_start_here, "):
        run_demo("5_dropout", quiet)
    with pytest.raises(DemoFailed, match="name another folder"):
        run_demo("00_start_here", quiet, demo[0])


def test_a_graded_case_can_be_seen_again(demo):
    """Replay draws the same numbers from the recorded seed and comes to the same report."""
    autograded = demo[0] / "grader" / "autograded"
    found = replay(autograded, "00_start_here", "mistake-01", "warm_up")
    (before,) = [
        one
        for one in read_results(autograded, "00_start_here")
        if (one.student, one.exercise) == ("mistake-01", "warm_up")
    ]
    assert (found.report.recorded, found.report.earned) == (before.recorded, before.earned)
    assert found.same
    assert found.arguments["x"].shape == (4,)
    with pytest.raises(NothingToReplay, match="has no autograded notebook"):
        replay(autograded, "00_start_here", "nobody", "warm_up")
    with pytest.raises(NothingToReplay, match="has no graded exercise"):
        replay(autograded, "00_start_here", "solved", "linear")


def test_a_wrong_score_or_diagnosis_is_noticed():
    """The demo's verdict is not a formality: every kind of deviation is reported."""
    students = make_class(WARM_UP, SOLVED)
    scores = {(s.name, "warm_up"): 0.0 if s.wrong else 1.0 for s in students}
    named = {s.name: Recorded((s.misconception,) if s.misconception else ()) for s in students}
    results = [Result(s.name, "warm_up", 0, 0, not s.wrong, "", named[s.name]) for s in students]
    assert judge_demo(students, WARM_UP, scores, results) == []
    assert judge_demo(students, WARM_UP, {**scores, ("solved", "warm_up"): 0.5}, results)
    assert judge_demo(students, WARM_UP, {**scores, ("blank", "warm_up"): 0.1}, results)
    assert judge_demo(students, WARM_UP, {**scores, ("hostile-hang", "warm_up"): 1.0}, results)
    assert judge_demo(students, WARM_UP, {**scores, ("mistake-01", "warm_up"): 1.0}, results)
    del scores["blank", "warm_up"]
    assert judge_demo(students, WARM_UP, scores, results)
    scores["blank", "warm_up"] = 0.0
    for told in ((), (named["mistake-02"].misconceptions[0], "warm_up.another")):
        changed = [replace(one, recorded=Recorded(told)) if one.student == "mistake-02" else one for one in results]
        assert judge_demo(students, WARM_UP, scores, changed)


def test_a_large_class_hands_in_no_notebook_twice():
    """Those who cheat are not in it, and who answers nothing hands in what was handed out, with a comment."""
    stubs = {"warm_up": "def warm_up(x):\n    raise NotImplementedError"}
    many = make_large_class(make_class(WARM_UP, SOLVED), 50)
    handed_in = [in_own_words(student, stubs)["warm_up"] for student in many]
    assert len(many) == len(set(handed_in)) == 50
    assert sum(text.startswith(stubs["warm_up"]) for text in handed_in) == sum(bool(s.nothing) for s in many) > 0
    assert not any("hostile" in student.name for student in many)


def shown(chapter, width):
    """Lay out a class's table, in which each known mistake was recognised and nothing is right that should be wrong."""
    exercises = {name: e for name, e in course.exercises.items() if e.chapter == chapter}
    students = make_class(exercises, dict.fromkeys(exercises, ""))
    scores = {(s.name, name): 0.0 if name in s.wrong else e.points for s in students for name, e in exercises.items()}
    results = [
        Result(
            s.name, name, 0, 0, name not in s.wrong, "raised", Recorded((s.misconception,) if s.misconception else ())
        )
        for s in students
        for name in exercises
        if name in s.wrong
    ]
    text = io.StringIO()
    Console(file=text, width=width).print(_table(students, exercises, scores, results, width))
    return text.getvalue(), exercises, students


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("chapter", sorted({e.chapter for e in course.exercises.values()}))
def test_the_table_fits_and_is_not_cut_off(chapter, width):
    """In every chapter: each line fits, no word is cut short, and every recognised mistake is there in full."""
    text, _, students = shown(chapter, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    last = "".join(line.split("│")[-2].strip() for line in text.splitlines() if line.startswith("│"))
    assert last == "".join(s.misconception or ("(raised)" if s.wrong else "") for s in students)


def test_of_many_exercises_the_table_shows_what_lacks():
    """A terminal has no room for a column each; a narrow one has none for where points were lost."""
    text, exercises, _ = shown("12_normalization", 120)
    lines = {line.split()[1]: line for line in text.splitlines() if line.startswith("│")}
    assert [cell.strip() for cell in lines["blank"].split("│")[2:4]] == ["0", f"{len(exercises)} exercises"]
    assert "normalization_axes 0" in lines["mistake-01"]
    assert "lost points in" not in shown("12_normalization", 80)[0]


def test_with_room_each_exercise_has_a_column():
    """Its head has the exercise's name and points."""
    text, exercises, _ = shown("00_start_here", 80)
    assert all(f"/{exercise.points:g}" in text for exercise in exercises.values())
    assert "lost points in" not in text


def test_cheats_hand_in_a_function_where_one_is_asked_for():
    """A chapter that begins with a value would not run what they define."""
    exercises = {name: e for name, e in course.exercises.items() if e.chapter == "12_normalization"}
    assert next(iter(exercises.values())).kind == "value"
    hostile = [s for s in make_class(exercises, dict.fromkeys(exercises, "")) if s.name.startswith("hostile-")]
    assert {name for student in hostile for name in student.wrong} == {"instance_norm"}


def test_a_variant_becomes_an_answer_under_the_exercises_name():
    """The source of a known mistake, as a student would hand it in."""
    known = WARM_UP["warm_up"].misconceptions[0]
    assert known.source == "def warm_up(x):\n    return 2 * x"
