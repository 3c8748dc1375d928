"""`grader doctor`: what the machine offers, and exit code 1 where grading would not work."""

import importlib.metadata
import shutil
from collections import namedtuple

import pytest
from typer.testing import CliRunner

from grader import doctor, grading
from grader.boundary.shared import sandbox
from grader.boundary.trusted import judge
from grader.boundary.trusted.judge import Nursery
from grader.cli import app
from grader.doctor import State, examine
from grader.registering import gradebook

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("doctor")]


@pytest.fixture(autouse=True)
def warm_parent_is_there(request, monkeypatch):
    """Have workers start from the warm parent that tests share, but for the test of a machine where grading works."""
    if request.function is not test_where_grading_works:
        monkeypatch.setattr(judge, "Nursery", grading.Nursery)


def found(folder):
    return {one.thing: one for one in examine(folder)}


def run(folder):
    return CliRunner().invoke(app, ["doctor", "--root", str(folder)])


def test_everything_is_looked_at(tmp_path):
    seen = found(tmp_path)
    assert list(seen) == ["Python", "system", "confinement", "cores", "memory", "nbgrader", "nbconvert", "jupytext", "torch", "alembic", "browser", "disk"]  # fmt: skip
    assert seen["nbgrader"].says == importlib.metadata.version("nbgrader")
    assert all(one.advice for one in seen.values() if one.state is not State.GOOD)


@pytest.mark.skipif(bool(sandbox.missing()), reason="this machine can't confine a process")
def test_where_grading_works(tmp_path):
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert "a worker answered in" in result.output
    assert result.output.endswith("Grading works here.\n")


def no_confinement(patch):
    patch.setattr(sandbox, "missing", lambda: ["The kernel has no Landlock."])


def no_alembic(patch):
    patch.setattr(shutil, "which", lambda name: None)


def no_nbgrader(patch):
    version = importlib.metadata.version

    def missing(name):
        if name == "nbgrader":
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    patch.setattr(importlib.metadata, "version", missing)


def no_disk(patch):
    usage = namedtuple("usage", "total used free")
    patch.setattr(shutil, "disk_usage", lambda folder: usage(1, 1, 50_000_000))


def no_worker(patch):
    def refuse(*args, **kwargs):
        raise sandbox.ConfinementError("A container refuses it.")

    patch.setattr(Nursery, "worker", refuse)


@pytest.mark.parametrize(
    ("breaks", "thing", "says"),
    [
        (no_confinement, "confinement", "The kernel has no Landlock."),
        (no_worker, "confinement", "A container refuses it."),
        (no_alembic, "alembic", "pip install alembic"),
        (no_nbgrader, "nbgrader", "pip install 'layer-by-layer[grader]'"),
        (no_disk, "disk", "0.1 GB free"),
    ],
)
def test_where_it_does_not(tmp_path, monkeypatch, breaks, thing, says):
    breaks(monkeypatch)
    result = run(tmp_path)
    assert result.exit_code == 1
    assert says in result.output
    assert thing in result.output.splitlines()[-1]


def test_what_is_only_missing_does_not_stop_grading(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_free_memory", lambda: 10_000_000)
    seen = found(tmp_path)
    assert seen["memory"].state is State.LACKS
    assert "memory_mb" in seen["memory"].advice


def test_a_class_folder_is_looked_at_too(tmp_path):
    (tmp_path / "class.toml").write_text("[points]\nliner = 1\n")
    assert "Did you mean linear?" in found(tmp_path)["class"].says
    (tmp_path / "class.toml").write_text('chapters = ["01_linear"]\n')
    assert "there is no release of 01_linear" in found(tmp_path)["class"].says
    assert found(tmp_path)["class"].state is State.BROKEN
    assert "gradebook" not in found(tmp_path)
    (tmp_path / "grader" / "gradebook.db").mkdir(parents=True)
    assert "is not a file. Move it away." in found(tmp_path)["gradebook"].says
    assert found(tmp_path)["gradebook"].state is State.BROKEN


def test_looking_makes_no_gradebook(tmp_path):
    """Neither where there is no file, nor in an empty one, which nbgrader would take for a new gradebook."""
    (tmp_path / "class.toml").write_text('chapters = ["01_linear"]\n')
    book = tmp_path / "grader" / "gradebook.db"
    assert "gradebook" not in found(tmp_path)
    assert not book.exists()
    book.parent.mkdir()
    book.touch()
    assert "gradebook" not in found(tmp_path)
    assert book.stat().st_size == 0


def test_looking_adds_nothing_to_a_gradebook(tmp_path):
    (tmp_path / "class.toml").write_text('chapters = ["01_linear"]\n')
    book = tmp_path / "grader" / "gradebook.db"
    book.parent.mkdir()
    with gradebook(f"sqlite:///{book}", "another"):
        pass
    before = book.read_bytes()
    assert "gradebook" not in found(tmp_path)
    assert book.read_bytes() == before


def test_a_look_that_fails_is_told_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: 1 / 0)
    seen = found(tmp_path)
    assert "could not be looked at: ZeroDivisionError" in seen["alembic"].says
    assert "disk" in seen
