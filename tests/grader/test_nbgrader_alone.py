"""nbgrader's gradebook in a program that needs nothing else of nbgrader."""

import subprocess
import sys

USES = """
import sys
from grader.nbgrader_alone import load_alone
load_alone()
from grader.classroom.grade import grade
from grader.registering import gradebook, register
from pathlib import Path
from grader.config import ROOT
url = f"sqlite:///{Path.cwd() / 'gradebook.db'}"
register(url, ROOT / "notebooks", "01_linear")
with gradebook(url) as book:
    print([one.name for one in book.assignments])
print(sorted({"jupyter_server", "nbconvert", "alembic", "torch"} & set(sys.modules)))
"""


def test_the_gradebook_is_used_without_jupyters_server(tmp_path):
    done = subprocess.run([sys.executable, "-c", USES], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["['01_linear']", "[]"], done.stderr
