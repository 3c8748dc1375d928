"""Hostile submissions of a class, graded by `grader grade`, in a real browser: nothing of them runs on any page."""

import sys
from contextlib import nullcontext, suppress
from urllib.parse import quote

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from nbgrader.api import Gradebook
from playwright.sync_api import Error

import course
from grader.class_folder.make import init
from grader.classroom.grade import grade
from grader.classroom.room import Classroom
from grader.config import course_config
from grader.pages.class_files import write_class_page
from grader.pages.feedback import write_feedback

pytestmark = pytest.mark.browser

CHAPTER, NOTEBOOK, QUESTION = "01_linear", "linear", "linear-question-1"
RUN = "window.marked=1;fetch(`/marked`)"
MARKUP = (
    f"<script>{RUN}</script><img src=/marked onerror='{RUN}'><svg onload='{RUN}'><a href='javascript:{RUN}'>x</a>"
    f"<iframe srcdoc='<script>parent.marked=1</script>'></iframe><style>@import '/marked';</style>"
    "<base href='/marked/'><meta http-equiv=refresh content='0;url=/marked'><link rel=stylesheet href=/marked>"
    f"</pre></div></textarea></title></script><script>{RUN}</script><!-- $\\href{{javascript:{RUN}}}{{x}}$"
)
IN_MARKDOWN = (
    f"{MARKUP}\n\n![](/marked) [here](javascript:{RUN})\n\n<details open ontoggle='{RUN}'>\n\n`</code>{MARKUP}`"
)
SHOWS = f"""
from IPython.display import HTML, SVG, Javascript, Markdown, display
markup = {MARKUP!r}
print(markup, "\\x1b]8;;javascript:{RUN}\\x1b\\\\link\\x1b]8;;\\x1b\\\\")
display(HTML(markup), Markdown(markup), Javascript({RUN!r}), SVG(f"<svg xmlns='http://www.w3.org/2000/svg'>{{markup}}</svg>"))
display({{"text/html": markup, "image/svg+xml": markup, "text/latex": markup, "text/plain": markup}}, raw=True)
class Shown:
    def __repr__(self): return markup
    def _repr_html_(self): return markup
    def _repr_mimebundle_(self, **_): return {{"text/html": markup, "text/plain": markup}}
"""
HOSTILE = {
    "shows": SHOWS + "def linear(*args):\n    return Shown()\nShown()",
    "raises": f"def linear(*args):\n    raise type({MARKUP!r}, (Exception,), {{}})({MARKUP!r})\n"
    f"raise type({MARKUP!r}, (Exception,), {{}})({MARKUP!r})",
    "is named": f"def linear(x=type('T', (), {{'__repr__': lambda self: {MARKUP!r}}})()):\n    pass\nlinear.__name__ = {MARKUP!r}",
    "is long": f"# {MARKUP}\n" * 300 + f"print({MARKUP!r} * 2000)\ndef linear(*args):\n    return {MARKUP!r}",
    "is magic": f"%%html\n{MARKUP}",
}
REFUSED = (
    f"<img src=x onerror='{RUN.replace('/', '')}'>",
    "'\"><svg onload=window.marked=1>",
    "{{7*7}}<%= window.marked=1 %>",
    '";window.marked=1;"',
    "\\x3csvg onload=window.marked=1\\x3e",
)
NAMES = (
    "{{window.marked=1}}${window.marked=1}",
    "' onload='window.marked=1",
    "&lt;svg onload=window.marked=1&gt;",
    *REFUSED,
)
BESIDE = (
    "evil.html",
    "evil.HTM",
    "evil.svg",
    "evil.svgz",
    "evil.xhtml",
    "evil.xml",
    "evil.js",
    "evil.mhtml",
    "evil.ipynb.html",
)
TABS = 8
PAUSE = 300
"""Milliseconds in which whatever a page could run or fetch has begun to."""
HARMLESS = ("evil", "evil.md", "evil.txt", "evil.csv", "evil.xyz", "evil.png")


def handed_in(root, student, answer):
    """Hand in markup wherever there can be some, with files next to the notebook."""
    notebook = nbformat.read(root / "notebooks" / CHAPTER / f"{NOTEBOOK}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id == "linear":
            cell.source = answer
        elif cell.id == QUESTION:
            cell.source = IN_MARKDOWN
        cell.metadata["marked"] = cell.metadata["name"] = MARKUP
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", {"text/html": MARKUP, "image/svg+xml": MARKUP})]
    attached = {"a.svg": {"image/svg+xml": MARKUP}}
    notebook.cells += [
        new_markdown_cell(f"{IN_MARKDOWN} ![](attachment:a.svg)", attachments=attached),
        new_raw_cell(MARKUP, metadata={"raw_mimetype": "text/html", "format": "text/html"}),
        new_code_cell(SHOWS),
    ]
    notebook.metadata |= {"title": MARKUP, "kernelspec": {"name": MARKUP, "display_name": MARKUP, "language": MARKUP}}
    folder = root / "grader" / "submitted" / student / CHAPTER
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NOTEBOOK}.ipynb")
    for name in (*BESIDE, *HARMLESS):
        (folder / name).write_text(f"<html><body>{MARKUP}</body></html>")
    (folder / "timestamp.txt").write_text(MARKUP)


@pytest.fixture
def classroom(tmp_path):
    root = tmp_path / "class"
    init(root, [CHAPTER])
    (root / "class.toml").write_text(f'name = "q"\nchapters = ["{CHAPTER}"]\n[questions]\n{CHAPTER} = 3\n')
    init(root)
    for student, answer in [*HOSTILE.items(), *((name, HOSTILE["raises"]) for name in NAMES)]:
        handed_in(root, student, answer)
    summary = grade(Classroom(course_config(root), locating=0.0, processes=1), CHAPTER)
    assert len(summary.graded) == len(HOSTILE) + len(NAMES)
    assert sorted(summary.errors) == sorted(REFUSED)  # they would be parts of the formgrader's pages
    return root


class Tabs:
    """Pages that are open side by side, so that one pause is enough for what could run on any of them."""

    def __init__(self, page):
        self.pages = [page, *(page.context.new_page() for _ in range(TABS - 1))]
        self.asked, self.dialogs = [], []
        for page in self.pages:
            page.on("request", lambda request: self.asked.append(request.url))
            page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def look(self, addresses, downloads=False):
        """Open each address, and see that nothing on it ran or was fetched."""
        for start in range(0, len(addresses), TABS):
            some = list(zip(addresses[start : start + TABS], self.pages, strict=False))
            for address, page in some:
                with suppress(Error) if downloads else nullcontext():
                    answer = page.goto(address)
                    assert downloads or not answer or answer.ok, address
            self.pages[0].wait_for_timeout(PAUSE)
            for address, page in some:
                assert page.evaluate("window.marked") is None, (address, self.asked[-3:])
            assert not [one for one in self.asked if one.rpartition("/")[2] == "marked"], addresses
            assert not self.dialogs, addresses


def test_no_page_runs_what_was_handed_in(serve, page, classroom):
    """The formgrader's lists, each submission in it, the files next to them, both kinds of feedback, the class's page."""
    tabs = Tabs(page)
    extensions = {"nbgrader.server_extensions.formgrader": True, "jupyterlab": False, "notebook": False}
    command = [sys.executable, "-m", "jupyter_server", f"--ServerApp.root_dir={classroom}"]
    url = serve(command, classroom, {"ServerApp": {"jpserver_extensions": extensions}})
    with Gradebook(course_config(classroom).CourseDirectory.db_url) as book:
        ids = [one.id for one in book.notebook_submissions(NOTEBOOK, CHAPTER)]
        students = [one.id for one in book.students]

    lists = ("manage_assignments", "gradebook", "manage_students", f"manage_submissions/{CHAPTER}")
    places = ["", *(f"/{one}" for one in lists), f"/gradebook/{CHAPTER}", f"/gradebook/{CHAPTER}/{NOTEBOOK}"]
    for student in map(quote, students):
        places += [f"/manage_students/{student}", f"/manage_students/{student}/{CHAPTER}"]
    places += [f"/submissions/{one}/?index=0" for one in ids]
    tabs.look([f"{url}/formgrader{place}" for place in places])
    for one in ids:
        for name in BESIDE:
            assert not page.request.get(f"{url}/formgrader/submissions/{one}/{name}").ok, name
    files = [f"{url}/formgrader/submissions/{one}/{name}" for one in ids for name in HARMLESS]
    tabs.look(files, downloads=True)  # some are
    outcome = write_feedback(course_config(classroom), CHAPTER)
    assert len(outcome.pages) == len(HOSTILE) + len(NAMES)
    tabs.look([path.as_uri() for path in (classroom / "grader" / "feedback").rglob("*.html")])
    write_class_page(classroom / "class.html", classroom, [CHAPTER], course.exercises)
    tabs.look([(classroom / "class.html").as_uri()])
    (classroom / "marked.html").write_text(MARKUP)
    with pytest.raises(AssertionError, match="marked"):  # so the test can fail, in any tab
        tabs.look([f"{url}/formgrader"] * (TABS - 1) + [(classroom / "marked.html").as_uri()])
