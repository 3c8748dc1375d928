"""The working copy: new things come, a student's work stays."""

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from course.workcopy.location import MARKER
from course.workcopy.release import PACKAGE, source_root
from course.workcopy.safe_write import digest
from course.workcopy.start import FileOutcome, WorkingCopyError, start

LINEAR = "01_linear/linear.ipynb"
BESIDE = "01_linear/linear.new.ipynb"


def release(root: Path, files: dict[str, str]) -> Path:
    """Write a release folder; what it held before is gone."""
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def outcomes(copy) -> dict[str, FileOutcome]:
    return {file.name: file.outcome for file in copy.files}


def listing(root: Path) -> set[str]:
    """Return the files outside the marker folder."""
    files = (path.relative_to(root) for path in root.rglob("*") if not path.is_dir())
    return {path.as_posix() for path in files if path.parts[0] != MARKER}


@pytest.fixture
def notebooks(tmp_path):
    return release(tmp_path / "notebooks", {"00_start_here/start_here.ipynb": "s1", LINEAR: "l1"})


@pytest.fixture
def home(tmp_path):
    return tmp_path / "my course"


def test_start_copies_every_chapter_and_leaves_a_marker(notebooks, home):
    """A fresh working copy holds the release, and a record of it."""
    copy = start(home, notebooks)
    assert set(outcomes(copy).values()) == {FileOutcome.MADE}
    assert listing(home) == {"00_start_here/start_here.ipynb", LINEAR}
    assert (home / LINEAR).read_text() == "l1"
    record = json.loads((home / MARKER / "copy.json").read_text())
    assert set(record) == {"version", "created", "releases"}
    assert record["releases"][LINEAR] == [digest(b"l1")]


def test_only_chapters_are_copied(notebooks, home):
    """Checkpoints, caches, hidden and stray files of the source tree stay there; a chapter's data comes."""
    extra = {
        "README.md": "r",
        "drafts/x.ipynb": "d",
        "01_linear/.ipynb_checkpoints/linear-checkpoint.ipynb": "c",
        "01_linear/__pycache__/x.pyc": "p",
        "01_linear/.hidden": "h",
        "01_linear/data/photo.npy": "n",
    }
    start(home, release(notebooks, {LINEAR: "l1", **extra}))
    assert listing(home) == {LINEAR, "01_linear/data/photo.npy"}


def test_a_second_start_changes_nothing(notebooks, home):
    """No byte, no time of change."""
    start(home, notebooks)
    before = (home / LINEAR).stat().st_mtime_ns
    assert set(outcomes(start(home, notebooks)).values()) == {FileOutcome.CURRENT}
    assert (home / LINEAR).stat().st_mtime_ns == before


def test_new_chapters_are_added(notebooks, home):
    """A later release brings more."""
    start(home, notebooks)
    later = release(notebooks, {LINEAR: "l1", "02_embedding/embedding.ipynb": "e1"})
    assert outcomes(start(home, later))["02_embedding/embedding.ipynb"] is FileOutcome.MADE
    assert (home / "00_start_here/start_here.ipynb").read_text() == "s1"


def test_an_untouched_notebook_is_updated(notebooks, home):
    """Byte-identical to an earlier release, of whichever age: nothing of the student's is in it."""
    start(home, notebooks)
    for text in ("l2", "l3", "l1"):
        assert outcomes(start(home, release(notebooks, {LINEAR: text})))[LINEAR] is FileOutcome.UPDATED
        assert (home / LINEAR).read_text() == text
    assert BESIDE not in listing(home)


def test_a_changed_notebook_stays_and_the_new_release_comes_beside_it_once(notebooks, home):
    """It is offered once; deleting the offer is an answer."""
    start(home, notebooks)
    (home / LINEAR).write_text("mine")
    assert outcomes(start(home, notebooks))[LINEAR] is FileOutcome.YOURS
    later = release(notebooks, {LINEAR: "l2"})
    (file,) = start(home, later).files
    assert (file.outcome, file.beside) == (FileOutcome.BESIDE, BESIDE)
    assert ((home / LINEAR).read_text(), (home / BESIDE).read_text()) == ("mine", "l2")
    (home / BESIDE).unlink()
    assert outcomes(start(home, later))[LINEAR] is FileOutcome.YOURS
    assert BESIDE not in listing(home)


def test_an_untouched_offer_is_replaced_by_a_newer_one(notebooks, home):
    """The file next to it follows the releases as long as it is one of them."""
    start(home, notebooks)
    (home / LINEAR).write_text("mine")
    for text in ("l2", "l3"):
        assert outcomes(start(home, release(notebooks, {LINEAR: text})))[LINEAR] is FileOutcome.BESIDE
        assert (home / BESIDE).read_text() == text


def test_an_offer_that_was_worked_on_stays_too(notebooks, home):
    """Then both are the student's, and the command says so until one is moved away."""
    start(home, notebooks)
    (home / LINEAR).write_text("mine")
    start(home, release(notebooks, {LINEAR: "l2"}))
    (home / BESIDE).write_text("mine as well")
    later = release(notebooks, {LINEAR: "l3"})
    assert outcomes(start(home, later))[LINEAR] is FileOutcome.IN_THE_WAY
    assert outcomes(start(home, later))[LINEAR] is FileOutcome.IN_THE_WAY
    assert ((home / LINEAR).read_text(), (home / BESIDE).read_text()) == ("mine", "mine as well")
    (home / BESIDE).rename(home / "01_linear/old.ipynb")
    assert outcomes(start(home, later))[LINEAR] is FileOutcome.BESIDE


def test_a_notebook_that_was_moved_away_comes_back_fresh(notebooks, home):
    """That is how a student starts a chapter over."""
    start(home, notebooks)
    (home / LINEAR).write_text("mine")
    (home / LINEAR).rename(home / "01_linear/linear-old.ipynb")
    assert outcomes(start(home, notebooks))[LINEAR] is FileOutcome.MADE
    assert (home / "01_linear/linear-old.ipynb").read_text() == "mine"


def test_jupyters_checkpoints_do_not_confuse_it(notebooks, home):
    """They are neither the student's notebook nor in the way of an update."""
    start(home, notebooks)
    checkpoint = home / "01_linear/.ipynb_checkpoints/linear-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("saved by Jupyter")
    assert outcomes(start(home, release(notebooks, {LINEAR: "l2"})))[LINEAR] is FileOutcome.UPDATED
    assert checkpoint.read_text() == "saved by Jupyter"


def test_foreign_content_is_left_and_a_file_of_the_same_name_counts_as_the_students(notebooks, home):
    """A folder that holds other things may become a working copy; nothing in it changes."""
    (home / "01_linear").mkdir(parents=True)
    (home / "thesis.tex").write_text("t")
    (home / LINEAR).write_text("not ours")
    assert outcomes(start(home, notebooks))[LINEAR] is FileOutcome.BESIDE
    assert (home / LINEAR).read_text() == "not ours"
    assert (home / "thesis.tex").read_text() == "t"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"releases": [1]}', '{"releases": {"x": 3}}', "\x00"])
def test_without_a_readable_record_every_changed_file_counts_as_the_students(notebooks, home, content):
    """A damaged record costs a file beside, never a student's file."""
    start(home, notebooks)
    (home / MARKER / "copy.json").write_text(content)
    assert outcomes(start(home, release(notebooks, {LINEAR: "l2"})))[LINEAR] is FileOutcome.BESIDE
    assert (home / LINEAR).read_text() == "l1"


@pytest.mark.parametrize("kind", ["folder", "dangling link", "link"])
def test_what_is_no_plain_file_is_left_alone(notebooks, home, tmp_path, kind):
    """A link may lead to the student's own folder elsewhere: it stays a link, and its target stays."""
    start(home, notebooks)
    (home / LINEAR).unlink()
    target = tmp_path / "elsewhere.ipynb"
    if kind == "folder":
        (home / LINEAR).mkdir()
    else:
        (home / LINEAR).symlink_to(target)
    if kind == "link":
        target.write_text("l1")
    assert outcomes(start(home, release(notebooks, {LINEAR: "l2"})))[LINEAR] is FileOutcome.BESIDE
    assert (home / LINEAR).is_dir() if kind == "folder" else (home / LINEAR).is_symlink()
    assert target.exists() == (kind == "link")
    assert kind != "link" or target.read_text() == "l1"


def test_starts_at_the_same_time_make_one_whole_copy(notebooks, home):
    """Whoever comes second finds the file there."""
    gate = threading.Barrier(4)
    errors = []

    def run():
        gate.wait(60)
        try:
            start(home, notebooks)
        except WorkingCopyError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert listing(home) == {"00_start_here/start_here.ipynb", LINEAR}


FULL_DISK = """
import resource, sys
from pathlib import Path
from course.workcopy.start import WorkingCopyError, start
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    start(Path(sys.argv[1]), Path(sys.argv[2]))
except WorkingCopyError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")
def test_a_full_disk_leaves_no_half_written_file(notebooks, home):
    """What was made is whole, what wasn't is absent, and the next start finishes."""
    big = "x" * 10_000
    later = release(notebooks, {LINEAR: "l1", "02_big/big.ipynb": big, "03_more/more.ipynb": "m"})
    script = [sys.executable, "-c", FULL_DISK, str(home), str(later)]
    root = str(PACKAGE.parent)
    run = subprocess.run(
        script,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": root},
        check=True,
    )
    assert "the disk is full" in run.stdout
    assert listing(home) == {LINEAR}
    start(home, later)
    assert (home / "02_big/big.ipynb").read_text() == big


def test_a_file_is_no_place_for_a_working_copy(notebooks, tmp_path):
    """Nor is a folder below a file."""
    file = tmp_path / "file"
    file.write_text("f")
    with pytest.raises(WorkingCopyError, match=r"is a file; name a folder"):
        start(file, notebooks)
    with pytest.raises(WorkingCopyError, match="there is a file where a folder is needed"):
        start(file / "below", notebooks)
    assert file.read_text() == "f"


def test_a_file_in_a_chapters_place_is_left(notebooks, home):
    """And the error says what is wrong."""
    home.mkdir()
    (home / "01_linear").write_text("mine")
    with pytest.raises(WorkingCopyError, match="there is a file where a folder is needed"):
        start(home, notebooks)
    assert (home / "01_linear").read_text() == "mine"


def test_the_courses_own_folders_are_no_place_for_a_working_copy(notebooks):
    """Nothing is written into the source tree's notebooks, solutions, package or root."""
    root = source_root()
    assert root is not None
    for place in (
        notebooks,
        notebooks / "01_linear" / "x",
        root,
        root / "notebooks",
        root / "solutions" / "x",
    ):
        with pytest.raises(WorkingCopyError, match="belongs to the course itself"):
            start(place, notebooks)
    with pytest.raises(WorkingCopyError, match="belongs to the course itself"):
        start(PACKAGE / "x", notebooks)
    assert not (notebooks / MARKER).exists()


def test_a_link_into_the_courses_folders_is_seen_through(notebooks, tmp_path):
    """The place counts, not the name."""
    (tmp_path / "link").symlink_to(notebooks)
    with pytest.raises(WorkingCopyError, match="belongs to the course itself"):
        start(tmp_path / "link", notebooks)


def test_upper_case_does_not_count_where_the_file_system_ignores_it(notebooks, monkeypatch):
    """As on macOS, whose paths compare by their letters and whose files do not."""

    def samefile(one, other):
        return str(one).lower() == str(other).lower()

    monkeypatch.setattr(Path, "samefile", samefile)
    with pytest.raises(WorkingCopyError, match="belongs to the course itself"):
        start(notebooks.with_name(notebooks.name.upper()) / "x", notebooks)
    assert not notebooks.with_name(notebooks.name.upper()).exists()


def test_a_folder_that_may_not_be_written_to_is_refused(notebooks, home, monkeypatch):
    """In one sentence."""

    def deny(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", deny)
    with pytest.raises(WorkingCopyError, match="it is not writable"):
        start(home, notebooks)


def test_a_release_without_notebooks_is_an_error_and_leaves_nothing(tmp_path):
    """The instructor forgot to build; the student gets no empty folder."""
    with pytest.raises(WorkingCopyError, match="There are no notebooks"):
        start(tmp_path / "copy", tmp_path / "missing")
    assert not (tmp_path / "copy").exists()


def test_new_files_have_ordinary_permissions(notebooks, home):
    """A read-only install doesn't make read-only notebooks."""
    (notebooks / LINEAR).chmod(0o444)
    start(home, notebooks)
    assert (home / LINEAR).stat().st_mode & 0o200
