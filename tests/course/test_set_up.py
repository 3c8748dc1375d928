"""`make` sets up its environment, or says in one sentence why not. Python and pip are fakes: nothing is installed."""

import os
import shutil
import subprocess

import pytest

from grader.config import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="there is no make")

CPU = "https://download.pytorch.org/whl/cpu"
CONFLICT = "ERROR: Cannot install torch==2.13.0 because these package versions have conflicting dependencies."
FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
PYTHON = """\
#!/bin/bash
case "$*" in
  "-c "*) exit $OLD ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "course/torch_index.py torch==2.13.0") echo torch==2.13.0 --no-deps --index-url https://download.pytorch.org/whl/cpu ;;
  *"$FAILS"*) echo "$SAYS" >&2; exit 1 ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    """Run the set-up in a separate folder, whose pip fails where it is given a word."""
    folder = tmp_path / "ein Kurs für uns"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)

    def run(fails="nothing", says="", old="0"):
        # where `make test` runs this, the variables of that make would change what this one says
        usual = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        given = usual | {"FAILS": fails, "SAYS": says, "OLD": old}
        command = ["make", f"PYTHON={tmp_path / 'python'}", ".venv/.ready"]
        done = subprocess.run(command, cwd=folder, env=given, capture_output=True, encoding="utf-8", timeout=60)
        return done.returncode, [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]

    return run


@pytest.mark.parametrize(
    ("fails", "what"),
    [
        ("pip>=24", "pip could not be installed"),
        ("--no-deps --index-url", f"PyTorch could not be installed from {CPU}"),
        ("-e .[torch,grader,site,dev]", "What the course needs could not be installed"),
    ],
)
@pytest.mark.parametrize(
    ("says", "why"),
    [(CONFLICT, "is there a network, or a proxy to set?"), (FULL, "the disk is full, and 1.9 GB are needed.")],
)
def test_what_pip_could_not_install_is_told_in_a_sentence(make, fails, what, says, why):
    """Each step, with pip's own words out of the way."""
    assert make(fails, says) == (2, [f"{what}: {why} .venv/pip.log has what pip said."])


def test_where_pip_installs_everything_nothing_is_said(make):
    """And make remembers it."""
    assert make() == (0, [])


def test_an_old_python_is_told_in_a_sentence(make):
    """With the way to name another."""
    assert make(old="1") == (2, ["Python 3.11 or newer is needed; make PYTHON=python3.12 ... names another."])
