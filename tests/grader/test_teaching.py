"""Teacher's notes: one for each chapter, true to its lesson; with the shares of a class; and not among what students get."""

import re
from collections import Counter

import pytest
from typer.testing import CliRunner

import course
from course.catalog.chapters import FOLDERS, TOPICS
from course.recorded import Recorded
from course.workcopy.release import released_notebooks
from grader.cli import app
from grader.config import ROOT, course_config
from grader.insights import ExerciseInsight, Result, insights
from grader.lesson import TEACHING_NOTE, read_lesson
from grader.questions import is_question
from grader.release import generate
from grader.teaching import ROW, UNKNOWN, NoNote, read_note, with_shares

IDS = {known.id for one in course.exercises.values() for known in one.misconceptions}
PARTS = ("Time", "Answers to the predictions", "Mistakes to expect", "What to say", "What to skip")


def predictions(chapter):
    """Name what a lesson has its students predict: by section and question, or by section and heading."""
    found, section, heading = [], "", ""
    for cell in read_lesson(ROOT, chapter, course.exercises).notebook.cells:
        if cell.cell_type != "markdown" or is_question(cell):
            continue
        asked = False
        for line in cell.source.split("\n"):
            if match := re.match(r"## (\d+)\. (.*)", line):
                section, heading = match[1], match[2]
                asked = heading.startswith("Predict")
                questions = re.findall(r"^(\d+)\. ", cell.source, re.MULTILINE) if asked else []
                found += [f"{section}.{number}" for number in questions] or [section] * asked
            elif match := re.match(r"### (.*)", line):
                heading = match[1]
            elif re.search(r"\*\*Predict|^Predict before|\. Predict", line):
                found.append(f"{section} {heading}")
    return found


def section(note, title):
    return note.partition(f"\n## {title}")[2].partition("\n## ")[0]


def is_about(label, asked):
    """Tell whether a note's label names a prediction; a long heading may be cut at its comma or its end."""
    return asked == label or (" " in label and asked.startswith(label))


@pytest.mark.parametrize("chapter", FOLDERS)
def test_every_prediction_is_answered(chapter):
    """Each prediction of the lesson, in its place; and nothing that the lesson does not ask."""
    asked = predictions(chapter)
    answered = re.findall(r"^- \*\*(.+?)\*\*", section(read_note(chapter), "Answers to the predictions"), re.MULTILINE)
    assert asked
    missing = [one for one in asked if not any(is_about(label, one) for label in answered)]
    unknown = [label for label in answered if not any(is_about(label, one) for one in asked)]
    assert (missing, unknown) == ([], [])
    often = {one: number for one, number in Counter(asked).items() if number > 1}
    assert {one: sum(is_about(label, one) for label in answered) for one in often} == often


@pytest.mark.parametrize("chapter", FOLDERS)
def test_every_mistake_is_one_of_the_chapter(chapter):
    """Three to six, of the chapter's own exercises, without a share: that comes from a class."""
    rows = [(match["id"], match["share"]) for match in ROW.finditer(read_note(chapter))]
    assert 3 <= len(rows) <= 6
    for name, share in rows:
        assert name in IDS, name
        assert course.exercises[name.partition(".")[0]].chapter == chapter
        assert share == UNKNOWN


@pytest.mark.parametrize("chapter", FOLDERS)
def test_every_note_is_one_page_with_all_its_parts(chapter):
    note = read_note(chapter)
    assert re.findall(r"^## (.+)", note, re.MULTILINE) == list(PARTS)
    assert all(section(note, part).strip() for part in PARTS)
    assert f"`grader insights {chapter} --teaching" in note
    assert 250 <= len(note.split()) <= 600
    minutes = [int(number) for number in re.findall(r"^\| .* \| (\d+) \|", section(note, "Time"), re.MULTILINE)]
    assert len(minutes) >= 4
    assert sum(minutes) == pytest.approx(planned(chapter), rel=0.1)


WORDS = {"two": 2, "two and a half": 2.5, "three": 3, "three and a half": 3.5, "four": 4}


def planned(chapter):
    """Give the minutes for which a lesson's first cells plan."""
    cells = read_lesson(ROOT, chapter, course.exercises).notebook.cells
    text = " ".join(next(cell.source for cell in cells if "Plan " in cell.source).split())
    if match := re.search(r"Plan two sittings of (\d+)(?: to (\d+))? minutes", text):
        return int(match[1]) + int(match[2] or match[1])
    if match := re.search(r"Plan (\w+) sittings of an hour", text):
        return 60 * WORDS[match[1]]
    if match := re.search(r"Plan (?:about )?(\d+) minutes", text):
        return int(match[1])
    return 60 * WORDS[re.search(r"Plan (?:about )?([a-z ]+?) hours", text)[1]]


def test_paths_name_chapters_that_there_are():
    """By topic, because numbers change. The short path leaves out what it says; the long one mentions every chapter."""
    text = (ROOT / "solutions" / "paths.md").read_text()
    named = set(re.findall(r"`([a-z_0-9]+)`", text))
    assert named <= set(TOPICS), named - set(TOPICS)
    assert set(TOPICS) - set(re.findall(r"`([a-z_0-9]+)`", section(text, "Eight weeks"))) <= {"language_model"}


FOUND = [
    ExerciseInsight("linear", 40, 20, (("linear.transposed-weight", 17), ("linear.no-bias", 2))),
    ExerciseInsight("linear_macs", 40, 39, ()),
    ExerciseInsight("repair_linear", 40, 10, (("repair_linear.as-given", 30),)),
]


def test_shares_are_filled_in():
    """A mistake that no one made is 0; an exercise that was not graded stays open; what was not expected is added."""
    filled = with_shares(read_note("01_linear"), FOUND, course.exercises)
    shares = {match["id"]: match["share"] for match in ROW.finditer(filled.partition("## Also seen")[0])}
    assert shares["linear.transposed-weight"] == "17 of 40"
    assert shares["linear.bias-per-sample"] == shares["linear_macs.bias-counted"] == "0 of 40"
    assert shares["linear_backward.bias-not-summed"] == UNKNOWN
    assert "| `linear.no-bias` | 2 of 40 | the bias is left out |" in filled.partition("## Also seen")[2]
    assert "as-given" not in filled
    assert with_shares(read_note("01_linear"), FOUND[1:], course.exercises).count("of 40") == 1


def test_a_mistake_from_outside_is_shown_and_not_obeyed():
    """A graded notebook that was changed by hand can have any id in it."""
    recorded = Recorded(misconceptions=("linear.\x1b[8m",))
    found = insights([Result("mia", "linear", 0.0, 0.0, False, "wrong values", recorded)])
    assert "\x1b" not in with_shares(read_note("01_linear"), found, course.exercises)


def test_the_command_writes_the_note(tmp_path, monkeypatch):
    """With the numbers of the class; and a sentence where there is no note, as from an installed course."""
    result = Result(
        "mia", "linear", 0.7, 0.2, False, "wrong values", Recorded(misconceptions=("linear.transposed-weight",))
    )
    monkeypatch.setattr("grader.insights.read_results", lambda folder, chapter: [result])
    command = ["insights", "01_linear", "--root", str(tmp_path), "--teaching", str(tmp_path / "new" / "notes.md")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "| `linear.transposed-weight` | 1 of 1 |" in (tmp_path / "new" / "notes.md").read_text()
    monkeypatch.setattr("grader.teaching.source_root", lambda: None)
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    assert "Teacher's notes are in the course's repository" in done.output
    with pytest.raises(NoNote, match="99_none has no teacher's note"):
        read_note("99_none", ROOT)


def test_students_do_not_get_it():
    """Neither the release nor the wheel has a file of it; nbgrader's own command leaves it out as well."""
    assert [path for path in released_notebooks().rglob("*") if path.suffix == ".md"] == []
    assert TEACHING_NOTE in course_config().CourseDirectory.ignore
    packed = (ROOT / "pyproject.toml").read_text().partition("only-include = ")[2].partition("\n")[0]
    assert packed == '["course", "grader", "notebooks"]'
    assert not [path for folder in ("course", "grader") for path in (ROOT / folder).rglob(TEACHING_NOTE)]


@pytest.mark.whole
def test_nbgrader_leaves_it_out_of_a_release(tmp_path):
    """Also where an instructor presses the formgrader's button in the course's own folder."""
    folder = tmp_path / "solutions" / "00_start_here"
    folder.mkdir(parents=True)
    for name in ("start_here.ipynb", TEACHING_NOTE):
        (folder / name).write_bytes((ROOT / "solutions" / "00_start_here" / name).read_bytes())
    generate(tmp_path, "00_start_here")
    released = sorted(path.name for path in (tmp_path / "notebooks" / "00_start_here").iterdir())
    assert released == ["start_here.ipynb"]
