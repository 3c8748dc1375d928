"""A file comes to its place whole, and never over somebody else's."""

import errno
import os
from pathlib import Path

import pytest

from course.workcopy import safe_write
from course.workcopy.safe_write import Written, digest, overwrite, write_out, write_unless_changed

KNOWN = [digest(b"old")]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "linear.ipynb"


def texts(path: Path) -> dict[str, str]:
    """Return what is in the folder: nothing temporary may remain."""
    return {file.name: file.read_text() for file in path.parent.iterdir()}


def raising(number: int, only: str = ""):
    def fail(source, *others):
        if str(source).endswith(only):
            raise OSError(number, os.strerror(number))
        return LINK(source, *others)

    return fail


LINK, RENAME = os.link, os.rename


def test_a_missing_file_is_made_with_its_folder(path):
    """And nothing else."""
    assert write_unless_changed(path, b"new", KNOWN) is Written.MADE
    assert texts(path) == {"linear.ipynb": "new"}


@pytest.mark.parametrize(
    ("present", "written", "after"),
    [("old", Written.UPDATED, "new"), ("new", Written.CURRENT, "new"), ("work", Written.TAKEN, "work")],
)
def test_what_is_there_decides(path, present, written, after):
    """A known content is replaced, the same one left, any other kept."""
    path.parent.mkdir()
    path.write_text(present)
    assert write_unless_changed(path, b"new", KNOWN) is written
    assert texts(path) == {"linear.ipynb": after}


def around_rename(monkeypatch, path, *, before=None, after=None):
    """Save at the worst moments: right before and right after the file is moved aside."""

    def rename(old, new):
        if before and Path(old) == path:
            path.write_text(before)
        RENAME(old, new)
        if after and Path(old) == path:
            path.write_text(after)

    path.parent.mkdir()
    path.write_text("old")
    monkeypatch.setattr(safe_write.os, "rename", rename)


def test_a_save_between_look_and_update_survives(path, monkeypatch):
    """The file is looked at again once it is aside, and goes back."""
    around_rename(monkeypatch, path, before="saved")
    assert write_unless_changed(path, b"new", KNOWN) is Written.TAKEN
    assert texts(path) == {"linear.ipynb": "saved"}


def test_a_save_while_the_file_is_aside_survives(path, monkeypatch):
    """The name is taken, so the update gives way; the known content goes."""
    around_rename(monkeypatch, path, after="saved")
    assert write_unless_changed(path, b"new", KNOWN) is Written.TAKEN
    assert texts(path) == {"linear.ipynb": "saved"}


def test_two_saves_around_the_update_both_survive(path, monkeypatch):
    """The one that was moved aside can't go back to its name; it is kept under another."""
    around_rename(monkeypatch, path, before="first", after="second")
    assert write_unless_changed(path, b"new", KNOWN) is Written.TAKEN
    kept = texts(path)
    assert kept.pop("linear.ipynb") == "second"
    ((name, text),) = kept.items()
    assert (name.startswith("linear.saved-"), name.endswith(".ipynb"), text) == (True, True, "first")


def test_another_run_that_was_faster_counts_as_ours(path, monkeypatch):
    """The same content, put there between our look and our write."""

    def link(source, target):
        path.write_text("new")
        LINK(source, target)

    monkeypatch.setattr(safe_write.os, "link", link)
    assert write_unless_changed(path, b"new", KNOWN) is Written.CURRENT
    assert texts(path) == {"linear.ipynb": "new"}


@pytest.mark.parametrize("code", [errno.EPERM, errno.EINVAL])
@pytest.mark.parametrize("present", [None, "old", "work"])
def test_without_hard_links_it_works_as_well(path, monkeypatch, present, code):
    """Memory sticks and some network folders have none."""
    monkeypatch.setattr(safe_write.os, "link", raising(code))
    path.parent.mkdir()
    if present:
        path.write_text(present)
    write_unless_changed(path, b"new", KNOWN)
    assert texts(path) == {"linear.ipynb": "work" if present == "work" else "new"}


@pytest.mark.parametrize("present", [None, "old"])
def test_a_full_disk_leaves_what_was_there(path, monkeypatch, present):
    """The old file goes only when the new one is complete."""
    monkeypatch.setattr(safe_write.os, "fsync", raising(errno.ENOSPC))
    path.parent.mkdir()
    if present:
        path.write_text(present)
    with pytest.raises(OSError, match="No space left"):
        write_unless_changed(path, b"new", KNOWN)
    assert texts(path) == ({"linear.ipynb": present} if present else {})


@pytest.mark.parametrize("write", [overwrite, lambda path, content: write_unless_changed(path, content, ())])
def test_a_full_disk_is_told_with_the_files_own_name(path, monkeypatch, write):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    path.parent.mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device") as refused:
        write(path, b"new")
    assert refused.value.filename == str(path)
    assert not list(path.parent.iterdir())


def test_a_pipe_is_written_to_and_stays(path):
    """It could be a device, which root could replace."""
    path.parent.mkdir()
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write_out(path, b"new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert path.is_fifo()


def test_a_link_stays_and_its_target_is_replaced(path):
    path.parent.mkdir()
    target = path.with_name("target")
    target.write_bytes(b"old")
    path.symlink_to(target.name)
    write_out(path, b"new")
    assert path.is_symlink()
    assert target.read_bytes() == b"new"


def test_permissions_stay(path):
    """A table of grades that others may not read can still not be read by them."""
    path.parent.mkdir()
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_out(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


def test_links_in_a_circle_are_replaced_by_the_file(path):
    path.parent.mkdir()
    path.symlink_to(path.name)
    write_out(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_folder_is_named(path):
    path.mkdir(parents=True)
    with pytest.raises(IsADirectoryError) as refused:
        write_out(path, b"new")
    assert refused.value.filename == str(path)


def test_an_update_that_fails_at_its_last_step_puts_the_file_back(path, monkeypatch):
    """Even when the new file can't be given its name."""
    path.parent.mkdir()
    path.write_text("old")
    monkeypatch.setattr(safe_write.os, "link", raising(errno.EIO, only=".part"))
    with pytest.raises(OSError, match="Input/output error"):
        write_unless_changed(path, b"new", KNOWN)
    assert texts(path) == {"linear.ipynb": "old"}


def test_a_file_of_our_own_is_overwritten_in_one_step(path, monkeypatch):
    """And stays as it was if that fails."""
    path.parent.mkdir()
    overwrite(path, b"one")
    overwrite(path, b"two")
    assert texts(path) == {"linear.ipynb": "two"}
    monkeypatch.setattr(safe_write.os, "fsync", raising(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left"):
        overwrite(path, b"three")
    assert texts(path) == {"linear.ipynb": "two"}
