"""Only ordinary files are opened."""

import errno
import os
from pathlib import Path

import pytest

from grader.plain_file import open_plain


def test_an_ordinary_file_is_opened_and_nothing_else(tmp_path: Path) -> None:
    """Not a link, nor a folder, nor a pipe, for which nothing is waited."""
    (tmp_path / "file").write_bytes(b"here")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    with open_plain(tmp_path / "file") as file:
        assert file.read() == b"here"
    for name, number in (("link", errno.ELOOP), (".", errno.EISDIR), ("missing", errno.ENOENT)):
        with pytest.raises(OSError, match=os.strerror(number)):
            open_plain(tmp_path / name)
    with pytest.raises(OSError, match="not a regular file"):
        open_plain(tmp_path / "pipe")
    assert not [fd for fd in os.listdir("/proc/self/fd") if _leads_below(tmp_path, fd)]


def _leads_below(folder: Path, fd: str) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith(str(folder))
    except OSError:
        return False


def test_without_the_systems_help_links_and_folders_are_looked_for(tmp_path: Path, monkeypatch) -> None:
    """Windows has no O_NOFOLLOW."""
    monkeypatch.delattr(os, "O_NOFOLLOW")
    (tmp_path / "file").write_bytes(b"here")
    (tmp_path / "link").symlink_to("file")
    open_plain(tmp_path / "file").close()
    for name, number in (("link", errno.ELOOP), (".", errno.EISDIR)):
        with pytest.raises(OSError, match=os.strerror(number)):
            open_plain(tmp_path / name)
