"""A student's page: what it says, what is folded, and nothing of a student's that a browser would run."""

import copy
import re
import unicodedata
from dataclasses import replace
from html import escape, unescape

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from grader.cell_roles import METADATA_KEY, nbgrader_metadata, role
from grader.config import ROOT
from grader.grading import Session
from grader.notebook_files import UnreadableNotebook
from grader.pages.booked import Booked
from grader.pages.graded import read_graded
from grader.pages.shell import POLICY
from grader.pages.student_page import student_page
from grader.rebuild import rebuild
from grader.submission import Submission, SubmittedCell, read_submission

pytestmark = pytest.mark.whole

CHAPTER, FILE = "00_start_here", "start_here.ipynb"
MARKUP = "</pre></code></div><img src=x onerror='window.marked=1'><script>window.marked=1</script>"
MARKS = "\\x1b[8m\\x07\\x9b31m\\u202e"
NAMED = "# mine\nimport math\n\ndef warm_up(x):\n    return 2 * x\n"
RAISED = "# one\n# two\ndef warm_up(x):\n    y = x\n    return y @ np.ones((9, 9))\n"
ALIAS = RAISED.replace("warm_up", "mine") + "\n\nwarm_up = mine\n"


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """Grade answers as in class, and give the graded notebook as facts."""
    made = {}

    def grade(answers, extra=(), problems=()):
        key = (tuple(answers.items()), extra, problems)
        if key not in made:
            release = nbformat.read(ROOT / "notebooks" / CHAPTER / FILE, as_version=4)
            cells = [SubmittedCell(answers.get(k, c.source), key=k) for c in release.cells if (k := _key(c))]
            handed_in = Submission((*cells, *(SubmittedCell(source) for source in extra)), problems)
            notebook = rebuild(release, handed_in)
            with Session(7) as session:
                session.grade(notebook)
            folder = tmp_path_factory.mktemp("graded") / "mia" / CHAPTER
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / FILE)
            made[key] = folder / FILE
        return read_graded(made[key])

    return grade


def _key(cell):
    return nbgrader_metadata(cell).get("grade_id") if role(cell) == "solution" else None


def text(html):
    """Give what is read of a page, in one line."""
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_score_comes_first_and_names_are_links(page_of):
    """Each exercise by its name, with its points, and a link to its report."""
    html = student_page(page_of({"warm_up": NAMED}))
    read = text(html)
    assert "0 of 2 points" in read
    assert "warm_up not yet 0 of 1" in read
    assert "repair_center not begun 0 of 1" in read
    for name in ("warm_up", "repair_center"):
        assert f'href="#exercise-{name}"' in html
        assert f'id="exercise-{name}"' in html
    assert html.index("0 of 2 points") < html.index('id="exercise-warm_up"') < html.index("The lesson, with")


@pytest.mark.parametrize("answer", [NAMED, RAISED, ALIAS])
def test_lines_have_the_numbers_that_the_report_quotes(page_of, answer):
    """Counted from the first line of the cell, as in Jupyter."""
    graded = page_of({"warm_up": answer})
    (warm_up, _) = graded.answers
    html = student_page(graded)
    section = html[html.index('id="exercise-warm_up"') : html.index('id="exercise-repair_center"')]
    lines = dict(re.findall(r'<span class="line">(\d*)</span>([^\n<]*)', section))
    assert lines["1"] == answer.partition("\n")[0]
    quoted = re.search(r"line (?:</span>)?(\d+)</span>([^<]+)<", warm_up.report)
    assert (quoted is not None) == (answer in (RAISED, ALIAS))
    if quoted:
        assert unescape(lines[quoted[1]]).strip() == unescape(quoted[2]).strip()


def test_what_is_right_is_folded_and_what_is_not_is_open(page_of):
    """The eye lands on what to do."""
    right = student_page(page_of({"warm_up": "def warm_up(x):\n    return 2 * x + 1\n"}))
    wrong = student_page(page_of({"warm_up": NAMED}))
    opened = '<section class="exercise" id="exercise-warm_up"><h2'
    folded = '<section class="exercise" id="exercise-warm_up"><details><summary>'
    assert folded in right
    assert opened not in right
    assert opened in wrong
    assert "<details open" not in right + wrong


def test_a_later_definition_is_shown_where_it_was_graded(page_of):
    """The code under a report is the code that it is about."""
    html = student_page(page_of({"warm_up": NAMED}, extra=("def warm_up(x):\n    return 3 * x\n",)))
    section = html[html.index('id="exercise-warm_up"') : html.index('id="exercise-repair_center"')]
    assert "Another cell defines this name; it was graded." in section
    assert "return 3 * x" in section
    assert "return 2 * x" not in section


def test_the_gradebook_counts(page_of):
    """Scores by hand, comments on either cell, a penalty, and what still waits for a person."""
    booked = Booked({"check-warm_up": 0.7, "check-repair_center": 1.0}, {"warm_up": "Nice <b>try</b>"}, 0.5)
    html = student_page(page_of({"warm_up": NAMED}), booked)
    read = text(html)
    assert "1.2 of 2 points 1.7 for the answers, less 0.5 for handing in late." in read
    assert "warm_up not yet, changed by hand · with a comment 0.7 of 1" in read
    assert "Comment : Nice <b>try</b>" in read
    assert "<b>try" not in html
    assert "0 of 2 points" in text(student_page(page_of({"warm_up": NAMED}), Booked({}, {}, 9.0)))
    open_ = student_page(page_of({"warm_up": NAMED}), Booked({"check-warm_up": None}))
    assert "open of 1" in text(open_)
    assert "still to be graded by hand" in open_


def test_problems_are_told_first(page_of):
    """What was wrong with the file is below the points; a long list is folded."""
    html = student_page(page_of({"warm_up": NAMED}, problems=("The cell of `a<b>` is odd.",)))
    assert html.index("of 2 points") < html.index("<p>The cell of <code>a&lt;b&gt;</code> is odd.</p>")
    assert html.index("is odd.") < html.index('id="exercise-warm_up"')
    html = student_page(page_of({"warm_up": NAMED}, problems=tuple(f"Note {i}." for i in range(9))))
    assert "<summary>5 more about this submission</summary><p>Note 4.</p>" in html


def test_what_can_not_be_read_is_one_sentence(page_of):
    """No exercise says that it is missing, unless a person has given points for one."""
    found = replace(page_of({"warm_up": NAMED}), problems=read_submission(b"dear teacher").problems)
    read = text(student_page(found, Booked({"check-warm_up": 0.0}, {"other": "Come and see me."})))
    said = "Not graded The file is not a notebook: it is not JSON. Nothing in it could be graded."
    assert f"mia {said} other : Come and see me." in read
    assert "warm_up" not in read
    assert f"1 of 2 points {said.removeprefix('Not graded ')}" in text(
        student_page(found, Booked({"check-warm_up": 1.0}))
    )


HOSTILE = {
    "code": f"def warm_up(x):\n    return 3 * x  # {MARKUP} {MARKS}\n".encode().decode("unicode_escape"),
    "message": f"def warm_up(x):\n    raise ValueError({MARKUP!r} + '{MARKS}')\n",
    "returned": f"def warm_up(x):\n    return {MARKUP!r} + '{MARKS}'\n",
    "printed": f"print({MARKUP!r} + '{MARKS}')\ndef warm_up(x):\n    return 3 * x\n",
    "cell": f"raise ValueError({MARKUP!r} + '{MARKS}')\n",
    "html": (
        "from IPython.display import HTML, SVG, Javascript, display\n"
        f"display(HTML({MARKUP!r}), Javascript('window.marked=1'))\ndef warm_up(x):\n    return 3 * x\n"
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_of_a_students_is_markup_or_steers(page_of, kind):
    """Code, messages, values and prints are text, and control characters are shown."""
    graded = page_of({"warm_up": HOSTILE[kind]}, extra=(HOSTILE[kind],))
    html = student_page(graded, Booked(comments={"warm_up": MARKUP}))
    safe(html)
    assert "&lt;script&gt;" in html


def safe(html):
    """Fail where anything would run or be fetched, or a control character is left."""
    for element in re.findall(r"<(/?[a-zA-Z!?][^\s>/]*)", html):
        assert element.lower().strip("/") not in {"script", "iframe", "object", "svg", "form", "link", "base", "embed"}
    for tag in re.findall(r"<[a-zA-Z][^>]*>", html):
        assert not re.search(r"\son\w+\s*=", tag), tag
        for target in re.findall(r"\s(?:src|href)\s*=\s*[\"']([^\"']*)", tag):
            assert re.match(r"#|https://|data:image/png;base64,", target), tag
    assert not [c for c in html if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}]
    assert f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">' in html
    assert POLICY.startswith("default-src 'none'")
    assert "script" not in POLICY


def test_a_notebook_that_others_graded_is_not_believed(page_of, tmp_path):
    """Where nbgrader ran a student's cells itself, reports and pictures are the student's: nothing of them is markup."""
    graded = page_of({"warm_up": NAMED})
    path = tmp_path / "eve" / CHAPTER / FILE
    path.parent.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=copy.deepcopy(list(graded.cells)))
    forged = [
        new_output("display_data", {"text/html": MARKUP, "text/plain": "plain " + MARKUP}),
        new_output("display_data", {"image/png": '"><script>', "text/plain": MARKUP}),
        new_output("display_data", {"image/svg+xml": f"<svg>{MARKUP}</svg>", "text/html": MARKUP}),
        new_output("display_data", {"image/png": "R0lGODlhAQABAAAAACw=", "text/plain": "a GIF"}),
        new_output("error", ename=MARKUP, evalue=MARKUP, traceback=[MARKUP]),
    ]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = copy.deepcopy(forged)
    task = new_markdown_cell(MARKUP)
    task.metadata["nbgrader"] = {"grade": True, "solution": True, "grade_id": MARKUP, "points": 3}
    own = new_code_cell(MARKUP, outputs=forged)
    own.metadata[METADATA_KEY] = {"role": "extra"}
    notebook.cells += [task, own, new_markdown_cell(MARKUP)]
    nbformat.write(notebook, path)
    html = student_page(read_graded(path))
    safe(html)
    assert "plain &lt;/pre&gt;" in html  # the report's text, instead of its HTML
    assert "data:image" not in html
    assert "not graded yet" in html
    assert f'<div class="prose">{escape(MARKUP)}</div>' in html


def test_a_figure_of_a_students_is_shown(page_of):
    """A PNG goes to the page as it is."""
    html = student_page(
        page_of({"warm_up": NAMED}, extra=("import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",))
    )
    assert "data:image/png;base64,iVBOR" in html
    assert "1 cell that you added, with what they showed" in html
    safe(html)


def test_a_damaged_notebook_is_told(tmp_path):
    """In a sentence that names the file."""
    path = tmp_path / "mia" / CHAPTER / FILE
    path.parent.mkdir(parents=True)
    for content in ("", "[]", '{"cells": [{}]}', '{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'):
        path.write_text(content)
        with pytest.raises(UnreadableNotebook, match=r"start_here\.ipynb can't be read"):
            read_graded(path)
