"""`nbgrader autograde` over folders that may hold anything: each is graded, in little time, and nothing leaks."""

import io
import json
import logging
import os
import shutil
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from grader.beside import MAX_BYTES, MAX_DEPTH, MAX_FILES, MAX_LOOKS, files_beside, holds_script
from grader.careful_autograde import take_care
from grader.cell_roles import METADATA_KEY
from grader.config import ROOT, course_config
from grader.made_up_class import worked_solutions

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("autograde")]

CHAPTER, FILE = "01_linear", "linear.ipynb"
SOLVED = worked_solutions(nbformat.read(ROOT / "solutions" / CHAPTER / FILE, as_version=4))
RELEASE = json.loads((ROOT / "notebooks" / CHAPTER / FILE).read_text())


def notebook(extra: str = "") -> bytes:
    handed_in = json.loads(json.dumps(RELEASE))
    for cell in handed_in["cells"]:
        cell["source"] = SOLVED.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
    handed_in["cells"].append({"cell_type": "code", "source": extra, "metadata": {}, "outputs": []})
    return json.dumps(handed_in).encode()


def many(folder: Path) -> None:
    for number in range(2000):
        (folder / f"{number}.txt").write_text("x")


def deep(folder: Path) -> None:
    folder.joinpath(*"abcdefghijkl").mkdir(parents=True)
    folder.joinpath(*"abcdefghijkl", "x.txt").write_text("x")


def odd_files(folder: Path) -> None:
    (folder / "data.bin").symlink_to("/dev/zero")
    (folder / "theirs").symlink_to("../../solved")
    os.mkfifo(folder / "pipe")
    (folder / "large.bin").write_bytes(bytes(MAX_BYTES + 1))
    (folder / "data.csv").write_text("1,2")
    (folder / "more").mkdir()
    (folder / "more" / "data.csv").write_text("3,4")


def pages(folder: Path) -> None:
    for name in ("evil.html", "evil.SVG", "evil.xhtml", "evil.js", "plot.png"):
        (folder / name).write_text("<script>alert(1)</script>")


def stamp_pipe(folder: Path) -> None:
    os.mkfifo(folder / "timestamp.txt")


def stamp_link(folder: Path) -> None:
    (folder / "timestamp.txt").symlink_to("/dev/zero")


def stamp_bytes(folder: Path) -> None:
    (folder / "timestamp.txt").write_bytes(bytes(range(256)) * 4000)


def stamp_folder(folder: Path) -> None:
    (folder / "timestamp.txt").mkdir()
    (folder / "timestamp.txt" / "data.csv").write_text("1")


def stamp(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")


OTHERS = "Files next to the notebook that are not ordinary files, or too many or too large, were left out: {}."
NO_TIME = "it is not known when this was handed in."
# name: (what is next to the notebook, what is reported, the names of what is copied)
BESIDE = {
    "odd files": (odd_files, OTHERS.format(4), {"data.csv", "more/data.csv"}),
    "many files": (many, OTHERS.format(2000 - MAX_FILES), None),
    "deep": (deep, OTHERS.format(1), set()),
    "pages": (pages, "", {"plot.png"}),
    "a pipe as timestamp": (stamp_pipe, f"timestamp.txt is not an ordinary file that can be read; {NO_TIME}", set()),
    "a link as timestamp": (stamp_link, f"timestamp.txt is not an ordinary file that can be read; {NO_TIME}", set()),
    "a folder as timestamp": (
        stamp_folder,
        f"timestamp.txt is not an ordinary file that can be read; {NO_TIME}",
        set(),
    ),
    "bytes as timestamp": (stamp_bytes, f"timestamp.txt contains no time; {NO_TIME}", set()),
    "a timestamp": (stamp, "", {"timestamp.txt"}),
}
LINKED = "The file is not a notebook: its folder is a link to another place, and links are not followed."
# name: what the student's folder of the assignment, or the student's own folder, links to
LINKS = {
    "the solutions": (CHAPTER, ROOT / "solutions" / CHAPTER),
    "a classmate's folder": (CHAPTER, Path("../solved") / CHAPTER),
    "a classmate": ("", Path("solved")),
}
CELLS = {
    "empty lines": "x = 1" + "\n" * 15_000,
    "blanks": "match" + " " * 15_000,
    "perl": "%%perl\n" + "s{" * 5_000,
    "half a colour": r"print('\x1b[38m \x1b[38;5m \x1b[48;2;1m \x1b[38;5;999m \x1b[31mred\x1b[0m')",
}


def convert(step, root, exclude=()):
    config = course_config(root)
    config.CourseDirectory.assignment_id = CHAPTER
    config.CourseDirectory.student_id_exclude = ",".join(exclude)
    start = time.monotonic()
    step(coursedir=CourseDirectory(config=config), config=config).start()
    return time.monotonic() - start


def graded_notebook(root, student):
    return nbformat.read(root / "grader" / "autograded" / student / CHAPTER / FILE, as_version=4)


def told(root, student):
    return " ".join(graded_notebook(root, student).metadata[METADATA_KEY]["problems"])


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Autograde a class of odd folders in one run, and write the feedback of those whose pages are odd."""
    root = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "notebooks" / CHAPTER, root / "notebooks" / CHAPTER)
    (root / "solutions" / CHAPTER).mkdir(parents=True)
    submitted = root / "grader" / "submitted"
    for student in ("solved", *BESIDE, *CELLS):
        folder = submitted / student / CHAPTER
        folder.mkdir(parents=True)
        (folder / FILE).write_bytes(notebook(CELLS.get(student, "")))
        if student in BESIDE:
            BESIDE[student][0](folder)
    for student, (name, target) in LINKS.items():
        place = submitted / student / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        convert(Autograde, root)
        seconds = convert(GenerateFeedback, root, exclude=("solved", *BESIDE, *LINKS))
    with Gradebook(course_config(root).CourseDirectory.db_url) as gradebook:
        scores = {found.student.id: found.score for found in gradebook.assignment_submissions(CHAPTER)}
    return root, scores, seconds


@pytest.mark.parametrize("student", BESIDE)
def test_what_is_beside_a_notebook_costs_no_point_and_no_disk(graded, student):
    """Ordinary files are passed on with the grade, within limits; the others are left out, which is reported."""
    root, scores, _ = graded
    _, sentence, copied = BESIDE[student]
    assert scores[student] == scores["solved"] == 12.0
    assert told(root, student) == sentence
    folder = root / "grader" / "autograded" / student / CHAPTER
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {FILE}
    assert found == copied if copied is not None else len(found) == MAX_FILES
    assert not any(path.is_symlink() for path in folder.rglob("*"))


@pytest.mark.parametrize("student", LINKS)
def test_no_link_leads_to_somebody_elses_answers(graded, student):
    """A link in the place of a folder earns nothing and copies nothing, and the report says so."""
    root, scores, _ = graded
    assert scores[student] == 0
    assert told(root, student).startswith(LINKED)
    assert len(told(root, student).split(". ")) == 2  # nothing misleading about missing cells
    folder = root / "grader" / "autograded" / student / CHAPTER
    assert [path.name for path in folder.iterdir()] == [FILE]


@pytest.mark.parametrize("student", CELLS)
def test_every_student_has_a_page(graded, student):
    """Whatever is in a cell, and whatever it prints: the page is there, and none takes long."""
    root, scores, seconds = graded
    assert scores[student] == 12.0
    page = (root / "grader" / "feedback" / student / CHAPTER / "linear.html").read_text()
    assert "Score: 12.0 / 12.0" in page
    assert seconds < 15 * len(CELLS)  # coloured, a single one takes more


def test_colours_are_kept_and_what_is_none_is_shown(graded):
    """A well-formed colour reaches the page."""
    root, _, _ = graded
    page = (root / "grader" / "feedback" / "half a colour" / CHAPTER / "linear.html").read_text()
    assert '<span class="ansi-red-fg">red</span>' in page
    assert "[38m [38;5m [48;2;1m [38;5;999m" in page
    assert "\x1b" not in page


@pytest.mark.parametrize(
    "name",
    [
        *(
            "a.html",
            "A.HTM",
            "b.svg",
            "b.svgz",
            "c.xml",
            "d.xhtml",
            "e.js",
            "f.mjs",
            "g.py",
            "h.xsl",
            "i.rdf",
            "j.mhtml",
        ),
        *("numpy.so", "a.pth", "jupyter_nbconvert_config.json", "nbgrader_config.json"),
    ],
)
def test_pages_and_pictures_with_scripts_are_known(name):
    """What a browser may run from Jupyter's own address, or Python and Jupyter from a folder, is not copied on."""
    assert holds_script(name)


@pytest.mark.parametrize("name", ["a.csv", "b.png", "c.jpg", "d.npy", "e.txt", "f.json", "g", "h.pdf"])
def test_data_is_no_script(name):
    """Pictures and data are what belongs next to a notebook."""
    assert not holds_script(name)


def test_many_files_and_deep_folders_take_little_time(tmp_path):
    """The time grows with the number of files, up to a limit, and no folder is too deep."""
    for number in range(MAX_LOOKS + 1000):
        (tmp_path / str(number)).touch()
    start = time.process_time()
    kept, left_out = files_beside(tmp_path)
    assert time.process_time() - start < 5
    assert (len(kept), left_out) == (MAX_FILES, MAX_LOOKS - MAX_FILES + 1)
    for path in list(tmp_path.iterdir()):
        path.unlink()
    place = tmp_path.joinpath(*"a" * MAX_DEPTH)
    place.mkdir(parents=True)
    (place / "x").touch()
    (place / "a" / "b").mkdir(parents=True)
    assert files_beside(tmp_path) == ([place / "x"], 1)


def test_what_nbgrader_itself_logs_obeys_nothing(tmp_path):
    """It names a file that it does not know as it is called, with colours and new lines."""
    config = course_config(tmp_path)
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config)
    converter.log = logging.Logger("nbgrader")
    written = io.StringIO()
    converter.log.addHandler(logging.StreamHandler(written))
    take_care(converter)
    converter.log.warning("Skipping unknown notebook: %s", "li\x1b[31mnear\nlinear: right.ipynb")
    converter.log.error("Traceback\n  line\x1b[8m")
    assert written.getvalue() == (
        "Skipping unknown notebook: li\\x1b[31mnear\\nlinear: right.ipynb\nTraceback\n  line\\x1b[8m\n"
    )


def test_the_formgrader_lists_submissions_whatever_their_timestamps_are(tmp_path):
    """One that can't be read, or is a pipe, is no time. nbgrader itself would list none, or wait."""
    config = course_config()
    config.CourseDirectory.update(root=str(tmp_path), db_url="sqlite://", submitted_directory="submitted")
    times = {
        "fine": "2026-11-03 12:00:00 UTC",
        "binary": "\x00\x01",
        "nonsense": "next week",
        "empty": "",
        "none": None,
    }
    for student, text in times.items():
        folder = tmp_path / "submitted" / student / CHAPTER
        folder.mkdir(parents=True)
        if text is not None:
            (folder / "timestamp.txt").write_text(text)
    (tmp_path / "submitted" / "pipe" / CHAPTER).mkdir(parents=True)
    os.mkfifo(tmp_path / "submitted" / "pipe" / CHAPTER / "timestamp.txt")
    found = NbGraderAPI(CourseDirectory(config=config)).get_submissions(CHAPTER)
    told = {one["student"]: one["timestamp"] for one in found}
    assert told == {**dict.fromkeys([*times, "pipe"]), "fine": "2026-11-03T12:00:00"}
