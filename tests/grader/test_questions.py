"""Questions that are answered in sentences: from a lesson's text to a grade that a person gave, by both graders."""

import json
import logging
import os
import shutil
import sys
from html import escape, unescape
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.server_extensions.formgrader.handlers import template_path
from typer.testing import CliRunner

import course
from course.catalog.chapters import FOLDERS
from grader.class_folder.make import init
from grader.class_folder.releases import for_class, make_releases
from grader.class_settings.reading import ClassTomlError, read_class
from grader.class_settings.settings import ClassSettings
from grader.classroom.grade import grade
from grader.classroom.room import Classroom
from grader.cli import app
from grader.config import ROOT, course_config
from grader.grades.layouts import csv_table
from grader.grades.read import Status, read_grades
from grader.grading import Session
from grader.insights import read_results
from grader.lesson import read_lesson
from grader.pages.feedback import write_feedback
from grader.plain_answers import as_text
from grader.questions import STUB, is_question, text_of_model_answer
from grader.release import leaks
from grader.summary import tell_summary

CHAPTER, NAME = "05_dropout", "dropout"
FILE = f"{NAME}.ipynb"
QUESTION = "question-two_complaints"
OWN = {name: one for name, one in course.exercises.items() if one.chapter == CHAPTER}
# If a page takes any of it for markup, the page is marked, or loads something.
HOSTILE = """Because <script>window.marked = 1</script> of *this* <img src=x onerror="window.marked = 1">.

![](https://example.org/pixel.png) [click](javascript:window.marked=1) $\\href{javascript:window.marked=1}{x}$ &lt;b&gt;

</div></div><iframe src="https://example.org"></iframe>
```
<b>code</b>
"""
LOADED = ("<script>window", "<img src=x", "example.org/pixel.png\"", "href=\"javascript", "<iframe src", "<b>code")  # fmt: skip


def released(chapter=CHAPTER, folder="notebooks"):
    (path,) = (ROOT / folder / chapter).glob("*.ipynb")
    return nbformat.read(path, as_version=4)


def asked(notebook):
    return [cell for cell in notebook.cells if is_question(cell)]


TEXT = """
# %% [markdown]
# ### In your own words
#
# Why?

# %% [markdown] question="why"
# <details><summary>Model answer</summary>
# <p>Because the <code>sum</code> of all of them is one.</p>
# <ul><li>1 point: because.</li></ul></details>
"""


def read(tmp_path, text):
    folder = tmp_path / "solutions" / "01_linear"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "linear.py").write_text(text)
    return read_lesson(tmp_path, "01_linear", {})


def test_a_lesson_asks(tmp_path):
    """The cell gets an id and a tag, and nothing of nbgrader's: without a class it is not graded."""
    lesson = read(tmp_path, TEXT)
    assert lesson.problems == ()
    assert (lesson.notebook.cells[-1].id, lesson.notebook.cells[-1].metadata) == (
        "question-why",
        {"tags": ["question"]},
    )
    assert lesson.exercises == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((" [markdown] question", " question"), "so it must be text"),
        (('"why"', '"W h y"'), "'W h y' can't name a question"),
        (("<li>1 point: because.</li>", ""), "a list of what earns points"),
        (("<details><summary>", "<summary>"), "in one <details>...</details>"),
        (("### In your own words", "### A question"), "the cell before it must ask the question"),
        (('question="why"', 'question="why" check="linear"'), "can't be a question and an exercise or a check"),
        (("\n# %% [markdown] question", TEXT + "\n# %% [markdown] question"), "this question comes twice"),
    ],
)
def test_mistakes_of_a_source(tmp_path, change, told):
    """Each is named with the cell."""
    assert change[0] in TEXT
    problems = [str(problem) for problem in read(tmp_path, TEXT.replace(*change)).problems]
    assert any(told in problem for problem in problems), problems


def test_a_model_answer_in_a_release_is_found():
    """Whole, as a paragraph elsewhere, or without its markup."""
    model = "<details><summary>Model answer</summary><p>The <code>sum</code> of all of them is one.</p></details>"
    solution = new_notebook(cells=[new_markdown_cell(model, id="question-why", metadata={"tags": ["question"]})])
    for source, found in (
        (STUB, 0),
        ("Model answer: look it up.", 0),
        (model, 1),
        ("The sum of all of\nthem is one.", 1),
    ):
        release = new_notebook(cells=[new_markdown_cell(source, id="question-why", metadata={"tags": ["question"]})])
        assert len(list(leaks(solution, release))) == found, source


@pytest.mark.parametrize("chapter", FOLDERS)
def test_every_chapter_asks_at_least_once(chapter):
    """Students get a cell to write in, below the question; the solution has an answer and 3 points in its rubric."""
    release, solution = released(chapter), released(chapter, "solutions")
    assert [cell.id for cell in asked(release)] == [cell.id for cell in asked(solution)]
    assert asked(release)
    for cell in asked(release):
        assert (cell.source, cell.metadata) == (STUB, {"tags": ["question"]})
    for cell in asked(solution):
        points = [text for text in text_of_model_answer(cell.source) if " point" in text[:10]]
        assert sum(int(text.split()[0]) for text in points) == 3, points
    assert [what for _, what in leaks(solution, release) if QUESTION.partition("-")[0] + "-" in what] == []


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "*" * 3000, "a\n\nb\n" * 500, "$$\n" * 900, "[x](y)\t<div>", "a\\b \u00a0|`x`|", "<!-- -->\r\n-->"],
)
def test_what_is_shown_is_the_text(text):
    """One element, whatever is written, whose text is what was written."""
    html = markdown2html_mistune(as_text(text))
    assert html.count("<") == 2
    inside = html[html.index(">") + 1 : html.rindex("<")]
    assert unescape(inside) == text.expandtabs(4).replace("\r\n", "\n")


def test_a_class_gives_points_or_leaves_the_question_for_practice():
    """With points the cell is one of nbgrader's manual ones, which its validator takes; else it stays as it was."""
    plain = for_class(released(), ClassSettings(), CHAPTER)
    assert asked(plain) == asked(released())
    graded = for_class(released(), ClassSettings(questions={CHAPTER: 2.0}), CHAPTER)
    MetadataValidator().validate_nb(graded)
    (cell,) = asked(graded)
    marks = cell.metadata["nbgrader"]
    assert (marks["grade"], marks["solution"], marks["locked"], marks["points"]) == (True, True, False, 2.0)
    assert (marks["grade_id"], cell.source, marks["schema_version"]) == (QUESTION, STUB, 3)
    assert asked(for_class(released(), ClassSettings(questions={"01_linear": 2.0}), CHAPTER)) == asked(released())


def test_the_setting_is_checked(tmp_path):
    (tmp_path / "class.toml").write_text(f'chapters = ["{CHAPTER}"]\n[questions]\n{CHAPTER} = 3\n')
    assert read_class(tmp_path).questions == {CHAPTER: 3.0}
    for line, told in ((f"{CHAPTER} = 0", "a number above 0"), ("01_linear = 3", "is not a chapter of this class")):
        (tmp_path / "class.toml").write_text(f'chapters = ["{CHAPTER}"]\n[questions]\n{line}\n')
        with pytest.raises(ClassTomlError, match=told):
            read_class(tmp_path)


def written(answers):
    handed_in = released()
    for cell in handed_in.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        cell.source = answers.get(name, cell.source)
    return handed_in


HANDED_IN = {"ada": {QUESTION: "Both are wrong.\nI asked twice."}, "bob": {}, "eve": {QUESTION: HOSTILE}}


def quiet(kind, config, **settings):
    converter = kind(coursedir=CourseDirectory(config=config), config=config)
    converter.log = logging.Logger("quiet", logging.CRITICAL)
    for key, value in settings.items():
        setattr(converter, key, value)
    converter.start()


def hand_in(root, student, answers):
    path = root / "grader" / "submitted" / student / CHAPTER / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(written(answers), path)


def ours(root, **options):
    return grade(Classroom(course_config(root), locating=0.0, processes=1), CHAPTER, seed=7, **options)


def theirs(root, force=False):
    config = course_config(root)
    config.CourseDirectory.assignment_id = CHAPTER
    with Session(7, locating=0.0) as session:
        quiet(Autograde, config, grading_session=session, force=force)


def booked(root):
    with Gradebook(course_config(root).CourseDirectory.db_url) as book:
        return {
            submission.student.id: (
                {one.name: (one.auto_score, one.manual_score, one.needs_manual_grade, one.max_score) for one in submission.notebooks[0].grades},
                {one.name: (one.auto_comment, one.manual_comment) for one in submission.notebooks[0].comments},
            )
            for submission in book.assignment_submissions(CHAPTER)
        }  # fmt: skip


def graded(root, student):
    return nbformat.read(root / "grader" / "autograded" / student / CHAPTER / FILE, as_version=4)


def score_by_hand(root, student, points, comment):
    with Gradebook(course_config(root).CourseDirectory.db_url) as book:
        found = book.find_grade(QUESTION, NAME, CHAPTER, student)
        found.manual_score, found.needs_manual_grade = points, False  # as the formgrader does
        book.find_comment(QUESTION, NAME, CHAPTER, student).manual_comment = comment
        book.db.commit()


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    """Make a class that grades its question, twice: graded by nbgrader and by `grader grade`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        first = tmp_path_factory.mktemp("questions") / "theirs"
        init(first, [CHAPTER])
        (first / "class.toml").write_text(f'name = "q"\nchapters = ["{CHAPTER}"]\n[questions]\n{CHAPTER} = 3\n[grading]\nseed = 7\nlocating_seconds = 0\n')  # fmt: skip
        made = init(first)
        assert made.counts[2:] == (1, 3 + sum(one.points for one in OWN.values()))
        for student, answers in HANDED_IN.items():
            hand_in(first, student, answers)
        second = first.with_name("ours")
        shutil.copytree(first, second)
        theirs(first)
        summary = ours(second)
        assert not summary.errors
        assert "  To be graded by hand, in the formgrader: ada, eve." in tell_summary(summary)
        yield first, second


@pytest.mark.whole
@pytest.mark.xdist_group("questions")
class TestGraded:
    """A class that grades its question by hand."""

    def test_both_graders_write_the_same(self, rooms):
        """An answer waits for a person; none was given is 0, as in nbgrader; a check's points are not touched."""
        first, second = rooms
        assert booked(second) == booked(first)
        found = booked(second)
        assert found["ada"][0][QUESTION] == (None, None, True, 3.0)
        assert found["eve"][0][QUESTION] == (None, None, True, 3.0)
        assert found["bob"][0][QUESTION] == (0.0, None, False, 3.0)
        assert found["bob"][1][QUESTION] == ("No response.", None)
        for student in HANDED_IN:
            assert graded(first, student) == graded(second, student)

    def test_the_text_is_the_students_own(self, rooms):
        """Letter by letter, and no one else's."""
        texts = {student: asked(graded(rooms[1], student))[0].source for student in HANDED_IN}
        assert texts == {"ada": HANDED_IN["ada"][QUESTION], "bob": STUB, "eve": HOSTILE}

    def test_insights_count_checks_alone(self, rooms):
        assert {result.exercise for result in read_results(rooms[1] / "grader" / "autograded", CHAPTER)} == set(OWN)

    def test_what_a_person_gave_stays(self, rooms, tmp_path):
        """Also where the submission is graded again, by either; a changed answer wants another look."""
        for root, again in zip(rooms, (theirs, ours), strict=True):
            copy = tmp_path / root.name
            shutil.copytree(root, copy)
            score_by_hand(copy, "ada", 2.0, "Good test.")
            hand_in(copy, "ada", {QUESTION: "A longer answer."})
            again(copy, force=True)
            assert booked(copy)["ada"][0][QUESTION] == (None, 2.0, True, 3.0)
            assert booked(copy)["ada"][1][QUESTION][1] == "Good test."
        assert booked(tmp_path / "theirs") == booked(tmp_path / "ours")

    def test_feedback_and_grades(self, rooms, tmp_path):
        """The page has question, answer, points and comment; answers wait for a person until they are graded."""
        root = tmp_path / "class"
        shutil.copytree(rooms[1], root)
        config = course_config(root)
        assert read_grades(config).of("ada", CHAPTER).status == Status.BY_HAND
        assert read_grades(config).of("bob", CHAPTER).status == Status.GRADED
        score_by_hand(root, "ada", 2.0, "Good test.")
        found = read_grades(config)
        assert found.of("ada", CHAPTER).status == Status.GRADED
        assert found.of("ada", CHAPTER).scores[QUESTION] == 2.0
        assert f"{QUESTION} /3" in next(iter(csv_table(found)))
        write_feedback(config, CHAPTER)
        page = (root / "grader" / "feedback" / "ada" / CHAPTER / f"{NAME}.html").read_text()
        for text in (
            "Both are wrong.\nI asked twice.",
            "Two people use the same trained network.",
            "2 of 3",
            "Good test.",
        ):
            assert escape(text) in page
        empty = (root / "grader" / "feedback" / "bob" / CHAPTER / f"{NAME}.html").read_text()
        assert "graded by hand" not in empty
        assert empty.count("not begun") == 2 * (1 + len(OWN))
        open_ = (root / "grader" / "feedback" / "eve" / CHAPTER / f"{NAME}.html").read_text()
        assert "still to be graded by hand" in open_
        assert not [mark for mark in LOADED if mark in open_]
        assert escape(HOSTILE.splitlines()[0]) in open_

    def test_no_markup_of_a_students_runs_in_nbgraders_pages(self, rooms, tmp_path):
        """The formgrader's page and nbgrader's feedback show the text that was written."""
        root = tmp_path / "class"
        shutil.copytree(rooms[1], root)
        config = course_config(root)
        config.CourseDirectory.assignment_id = CHAPTER
        quiet(GenerateFeedback, config)
        feedback = (root / "grader" / "feedback" / "eve" / CHAPTER / f"{NAME}.html").read_text()
        config = course_config(root)
        config.HTMLExporter.template_name = "formgrade"
        config.HTMLExporter.extra_template_basedirs = [template_path]
        resources = {"base_url": "", "submission_id": "1", "notebook_path": "", "index": 0, "total": 1}
        formgrade, _ = HTMLExporter(config=config).from_filename(
            str(root / "grader" / "autograded" / "eve" / CHAPTER / FILE), resources=resources
        )
        for page in (feedback, formgrade):
            assert escape(HOSTILE, quote=False) in page
            assert not [mark for mark in LOADED if mark in page]

    def test_points_that_change_once_graded_are_told(self, rooms, tmp_path):
        root = tmp_path / "class"
        shutil.copytree(rooms[1], root)
        settings = (root / "class.toml").read_text()
        (root / "class.toml").write_text(settings.replace(f"{CHAPTER} = 3", f"{CHAPTER} = 4"))
        (told,) = make_releases(root)[1]
        assert "counts 4 points instead of 3. No grade was changed." in told

    def test_a_graded_notebook_without_the_class_is_as_before(self, rooms, tmp_path):
        """A class that gives no points has no manual grade, whatever was written."""
        root = tmp_path / "class"
        init(root, [CHAPTER])
        hand_in(root, "ada", HANDED_IN["ada"])
        ours(root)
        assert QUESTION not in booked(root)["ada"][0]
        assert read_grades(course_config(root)).of("ada", CHAPTER).status == Status.GRADED
        assert asked(graded(root, "ada"))[0].source == STUB


@pytest.mark.whole
def test_the_command_says_how_many_questions_are_graded(tmp_path):
    result = CliRunner().invoke(app, ["init", str(tmp_path / "class"), "--chapter", CHAPTER])
    assert "graded question" not in result.output
    text = (tmp_path / "class" / "class.toml").read_text()
    assert f"# {CHAPTER} = 3\n" in text.partition("[questions]")[2]
    (tmp_path / "class" / "class.toml").write_text(text.replace(f"# {CHAPTER} = 3", f"{CHAPTER} = 3"))
    assert "1 graded question" in CliRunner().invoke(app, ["init", str(tmp_path / "class")]).output
    (path,) = (tmp_path / "class" / "notebooks" / CHAPTER).glob("*.ipynb")
    assert QUESTION in [
        cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in json.loads(path.read_text())["cells"]
    ]
