"""Grading without the packages for confinement: on macOS they are not installed."""

import os
import subprocess
import sys

import nbformat
import pytest

from grader.config import ROOT

GRADE = """
import sys, nbformat
from grader.grading import Session
notebook = nbformat.read(sys.argv[1], as_version=4)
try:
    with Session(7, unsandboxed=len(sys.argv) > 2, locating=0.0) as session:
        print(session.grade(notebook)["warm_up"].earned)
except Exception as error:
    print(error)
"""


@pytest.mark.whole
def test_grading_without_the_packages_for_confinement(tmp_path):
    """It works where it is asked for; otherwise one sentence says what is missing."""
    for package in ("landlockpy", "seccompy"):
        (tmp_path / f"{package}.py").write_text("raise ImportError\n")
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here" / "start_here.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "warm_up":
            cell.source = "def warm_up(x):\n    return 2 * x + 1\n"
    file = tmp_path / "start_here.ipynb"
    nbformat.write(notebook, file)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    told = []
    for words in ([], ["unsandboxed"]):
        command = [sys.executable, "-c", GRADE, file, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        told.append(done.stdout + done.stderr)
    assert "It needs the packages landlockpy and seccompy: pip install 'layer-by-layer[grader]'." in told[0]
    assert float(told[1]) > 0
