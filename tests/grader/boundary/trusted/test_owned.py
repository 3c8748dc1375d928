"""Folders for temporary files: the next grader removes the folders of one that was killed, and no others."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.boundary.trusted.judge import Nursery
from grader.boundary.trusted.owned import MARK, give_back, owned_folder, remove_left_behind
from tests.grader.boundary.ended import has_ended


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_only_what_a_grader_left_behind_is_removed(own_temp: Path) -> None:
    """Folders in use, folders without a mark, links, and files of that name are left alone."""
    in_use, mark = owned_folder()
    left, left_mark = owned_folder()
    (left / "worker-1").mkdir()
    os.close(left_mark)
    (own_temp / "grader-other").mkdir()
    (own_temp / "grader-new").mkdir()
    (own_temp / "grader-new" / MARK).touch()  # its owner has not locked it yet
    (own_temp / "grader-file").touch()
    elsewhere = own_temp / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / MARK).touch()
    (own_temp / "grader-link").symlink_to(elsewhere)
    (own_temp / "grader-linked-mark").mkdir()
    (own_temp / "grader-linked-mark" / MARK).symlink_to(elsewhere / MARK)
    remove_left_behind()
    assert not left.exists()
    kept = {"grader-other", "grader-new", "grader-file", "grader-link", "grader-linked-mark", "elsewhere", in_use.name}
    assert {path.name for path in own_temp.iterdir()} == kept
    assert (elsewhere / MARK).exists()
    give_back(in_use, mark)
    assert not in_use.exists()


def test_the_folder_of_a_judge_that_was_killed_goes_with_the_next_run(own_temp: Path) -> None:
    """SIGKILL leaves no time to tidy up; the next run does it."""
    code = (
        "from grader.boundary.trusted.judge import Nursery\n"
        "nursery = Nursery()\nworker = nursery.worker()\nworker.run_cells(['x = 1'])\n"
        "print(nursery.pid, flush=True)\ninput()"
    )
    environment = {**os.environ, "TMPDIR": str(own_temp), "PYTHONPATH": str(Path(__file__).resolve().parents[4])}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        warm = int(killed.stdout.readline())
        os.kill(killed.pid, signal.SIGKILL)
    (left,) = own_temp.glob("grader-*")
    assert has_ended(warm)  # it sees that its judge is gone
    with Nursery() as nursery, nursery.worker() as worker:
        worker.run_cells(["x = 1"])
        assert not left.exists()
    assert list(own_temp.glob("grader-*")) == []
