"""Submissions that may be anything: other names, several files, links, pipes, and much that was not asked for."""

import json
import os
import time
import tracemalloc

import nbformat
import pytest

import grader.classroom.recognise
import grader.submission
from grader.beside import MAX_FILES, files_beside
from grader.classroom.handed_in import find_submissions
from grader.classroom.recognise import Recognise
from grader.outputs_removed import without_outputs
from grader.submission import read_submission
from tests.grader.classroom.made import CHAPTER, FILE, HALF, NAME, SOLVED, hand_in, hand_in_files, marks, notebook, raw

RELEASE = nbformat.reads(json.dumps(notebook({})), as_version=4)
ONE = dict(list(SOLVED.items())[:1])


def bare(answers, markdown=True):
    """Give a notebook as other editors save it: no ids, no metadata."""
    handed_in = notebook(answers)
    for cell in handed_in["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    if not markdown:
        handed_in["cells"] = [cell for cell in handed_in["cells"] if cell["source"] in answers.values()]
    return handed_in


def other_chapter():
    return {"cells": [{"cell_type": "code", "source": "def conv2d(x): return x", "id": "conv2d", "metadata": {}}]}


def find(root, choose=None):
    chosen = choose or Recognise(RELEASE, FILE, SOLVED)
    return {one.student: one for one in find_submissions(root / "grader" / "submitted", CHAPTER, NAME, chosen)}


# name: (files in the order in which they were written, the one to be graded, what is reported)
FOLDERS = {
    "usual": ({FILE: notebook()}, FILE, ""),
    "usual but other": ({FILE: other_chapter()}, FILE, ""),
    "download": ({"linear (1).ipynb": notebook()}, "linear (1).ipynb", "`linear (1).ipynb` was graded as `linear.ipynb`."),
    "final": ({FILE: notebook({}), "Linear_final.ipynb": notebook()}, "Linear_final.ipynb", "`Linear_final.ipynb` was graded, and not `linear.ipynb`: the most answers are in it."),
    "kept by course start": ({"linear.new.ipynb": notebook({}), FILE: notebook(HALF)}, FILE, "`linear.ipynb` was graded, and not `linear.new.ipynb`: the most answers are in it."),
    "newest": ({FILE: notebook(ONE), "linear-Copy1.ipynb": notebook({"linear": "def linear(): pass"})}, "linear-Copy1.ipynb", "it is the newest."),
    "alike": ({FILE: notebook(HALF), "linear-Copy1.ipynb": notebook(HALF)}, "linear-Copy1.ipynb", "`linear-Copy1.ipynb` was graded as `linear.ipynb`."),
    "no ids": ({"Untitled.ipynb": bare(SOLVED)}, "Untitled.ipynb", "was graded as `linear.ipynb`."),
    "texts alone": ({"Untitled.ipynb": bare({})}, "Untitled.ipynb", "was graded as `linear.ipynb`."),
    "functions alone": ({"Untitled.ipynb": bare(SOLVED, markdown=False)}, "Untitled.ipynb", "was graded as `linear.ipynb`."),
    "other chapter beside": ({"conv.ipynb": other_chapter(), "mine.IPYNB": notebook()}, "mine.IPYNB", "`mine.IPYNB` was graded as `linear.ipynb`."),
    "broken beside": ({FILE: b"{", "mine.ipynb": notebook()}, "mine.ipynb", "`mine.ipynb` was graded as `linear.ipynb`."),
    "none": ({"a.ipynb": other_chapter(), "b`\n# c.ipynb": b"{"}, "", "No notebook of this assignment was handed in: `a.ipynb`, `b??# c.ipynb`. Nothing could be graded."),
    "[ab] *? ü": ({FILE: notebook()}, FILE, ""),
}  # fmt: skip


@pytest.mark.parametrize("student", FOLDERS)
def test_the_chapters_notebook_is_recognised_by_what_is_in_it(tmp_path, student):
    """Whatever it is called; where several fit, the one with work in it."""
    files, name, said = FOLDERS[student]
    for number, (file, content) in enumerate(files.items()):
        folder = hand_in(tmp_path, student, content, file)
        os.utime(folder / file, (number, number))
    found = find(tmp_path)[student]
    assert found.name == name
    assert said in " ".join(found.problems) if said else found.problems == ()
    assert not found.missing


def test_a_usual_file_alone_is_not_read_to_be_found(tmp_path):
    """A class of thousands has one file each, and it is read once."""
    hand_in(tmp_path, "ada", notebook())
    assert find(tmp_path, choose=lambda *_: pytest.fail("it was looked into"))["ada"].name == FILE


def test_no_link_is_followed(tmp_path):
    """Not to a file, not to a folder, at no place of the path."""
    secret = hand_in(tmp_path, "solved", notebook())
    submitted = secret.parents[1]
    hand_in(tmp_path, "file").joinpath(FILE).symlink_to(secret / FILE)
    (submitted / "assignment").mkdir()
    (submitted / "assignment" / CHAPTER).symlink_to(secret)
    (submitted / "student").symlink_to(submitted / "solved")
    hand_in(tmp_path, "time", notebook()).joinpath("timestamp.txt").symlink_to("/etc/passwd")
    hand_in(tmp_path, "other name").joinpath("mine.ipynb").symlink_to(secret / FILE)
    found = find(tmp_path)
    assert found.keys() == {"assignment", "file", "other name", "solved", "time"}
    assert found["file"].read()[1].cells == ()
    assert "it is a link to another file" in found["file"].read()[1].problems[0]
    assert (found["assignment"].name, found["other name"].name) == ("", "")
    assert found["assignment"].problems == (
        "The folder of this submission is a link to another place, and links are not followed. "
        "Nothing could be graded.",
    )
    assert found["time"].timestamp == ""
    assert "it is a link to another file" in found["time"].problems[0]


def test_pipes_devices_and_folders_in_place_of_files(tmp_path):
    """They are reported, and nothing waits for them."""
    os.mkfifo(hand_in(tmp_path, "pipe") / FILE)
    hand_in(tmp_path, "folder").joinpath(FILE).mkdir()
    os.mkfifo(hand_in(tmp_path, "time", notebook()) / "timestamp.txt")
    if os.geteuid() == 0:
        os.mknod(hand_in(tmp_path, "device") / FILE, 0o20666, os.makedev(1, 5))
    for student, one in find(tmp_path).items():
        problems = one.problems if student == "time" else one.read()[1].problems
        assert (
            "not a regular file" in problems[0] or "it is a folder" in problems[0] or "could not be read" in problems[0]
        )


STAMPS = {
    "binary": b"\xff\xfe\0\1" * 50,
    "a word": b"yesterday",
    "a path": b"0 0 /etc/passwd",
    "digits": b"9" * 5000,
    "a date": b"2026-99-99",
}


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_timestamp_that_is_none(tmp_path, stamp):
    """The submission is graded, and the feedback says that its time is not known."""
    hand_in(tmp_path, "ada", notebook()).joinpath("timestamp.txt").write_bytes(STAMPS[stamp])
    found = find(tmp_path)["ada"]
    assert (found.name, found.timestamp) == (FILE, "")
    assert found.problems == ("timestamp.txt contains no time; it is not known when this was handed in.",)


def test_many_files_beside(tmp_path):
    """Two thousand take no longer than they must, and a hundred are kept."""
    folder = hand_in(tmp_path, "ada", notebook())
    for number in range(2000):
        (folder / f"{number:04}.txt").write_text("x")
    start = time.process_time()
    found = find(tmp_path)["ada"]
    kept, left_out = files_beside(found.folder)
    assert time.process_time() - start < 1.0
    assert len(kept) == MAX_FILES
    assert left_out == 2000 - MAX_FILES


@pytest.mark.whole
def test_outputs_are_not_read(monkeypatch):
    """Twelve megabytes of them are the same submission as none, and take little memory."""
    handed_in = notebook()
    plain = read_submission(raw(handed_in))
    code = next(cell for cell in handed_in["cells"] if marks(cell).get("solution"))
    code["outputs"] = [
        {
            "output_type": "display_data",
            "data": {"image/png": "iVBOR" * 1_200_000, "text/plain": 'a "quoted" ]} \\'},
            "metadata": {},
        },
        {"output_type": "stream", "name": "stdout", "text": ["0123456789\n"] * 400_000},
    ]
    large = raw(handed_in)
    assert len(large) > 11_000_000
    tracemalloc.start()
    assert read_submission(large) == plain
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("indent", [None, 1])
def test_emptying_outputs_leaves_the_rest(indent):
    """In text of any layout; what only looks like outputs stays."""
    handed_in = notebook({"linear": 's = \'{"outputs": [1]}\' # "outputs": ['})
    for number, cell in enumerate(handed_in["cells"]):
        cell["outputs" if cell["cell_type"] == "code" else "attachments"] = (
            {"a": [number]} if number % 2 else [[{"b": '"]'}]]
        )
    found = json.loads(without_outputs(json.dumps(handed_in, indent=indent).encode()))
    for cell in handed_in["cells"]:
        for key in {"outputs", "attachments"} & cell.keys():
            cell[key] = type(cell[key])()
    assert found == handed_in


@pytest.mark.parametrize("cut", range(1000, 30_000, 1700))
def test_a_file_that_is_cut_off_says_so(monkeypatch, cut):
    """With one sentence, wherever it ends."""
    monkeypatch.setattr(grader.submission, "LARGE", 0)
    found = read_submission(raw(notebook())[:cut])
    assert found.problems == (
        "The file is not a notebook: it ends in the middle, as after a broken download. Nothing in it could be graded.",
    )


def test_marks_of_a_conflict_say_so():
    """As git leaves them."""
    lines = json.dumps(notebook(), indent=1).splitlines()
    lines[40:40] = ["<<<<<<< HEAD", lines[40], "=======", lines[41], ">>>>>>> theirs"]
    assert read_submission("\n".join(lines).encode()).problems == (
        "The file is not a notebook: two versions of it were merged, and the marks of the conflict (<<<<<<<) are still in it. "
        "Nothing in it could be graded.",
    )


MANY = 20_000
WITHOUT_END = {
    "conflicts": b"<<<<<<< HEAD\n" * MANY,
    "halves of conflicts": b"<<<<<<< HEAD\n=======\n" * MANY,
    "texts without an end": b'{"cells": [{"source": "' + b'\\"' * 10 * MANY,
    "keys": b'{"outputs" : ' * MANY,
}


@pytest.mark.parametrize("kind", WITHOUT_END)
def test_no_file_takes_the_square_of_its_size(monkeypatch, kind):
    """Whatever is repeated in it: these took minutes, and hours at the size that is allowed."""
    monkeypatch.setattr(grader.submission, "LARGE", 0)
    start = time.process_time()
    assert not read_submission(WITHOUT_END[kind]).cells
    assert time.process_time() - start < 1.0


def test_only_so_much_is_read_of_many_notebooks(tmp_path, monkeypatch):
    """The usual one is always looked at; the report says that others were not."""
    handed_in = {FILE: notebook(HALF)} | {f"copy {number}.ipynb": notebook() for number in range(9)}
    size = len(json.dumps(notebook()))
    monkeypatch.setattr(grader.classroom.recognise, "MOST_BYTES", 3 * size + 10)
    hand_in_files(tmp_path, "ada", handed_in)
    told = find(tmp_path)["ada"].problems
    assert told[-1] == "Other notebooks were not looked at, because they are too many or too large: 6."
