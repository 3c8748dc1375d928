"""A grader in a process of its own, which marks without running anything and begins when it is told to."""

import subprocess
import sys
from pathlib import Path

from grader.classroom import writing
from grader.classroom.grade import Prepared
from grader.config import ROOT, course_config
from tests.grader.classroom.made import ours, stub

_MAIN = "from tests.grader.classroom.at_once import main; main()"


class AtOnce:
    """A grader that is ready."""

    def __init__(self, root, url, *words):
        command = [sys.executable, "-c", _MAIN, str(root), *words]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(command, cwd=ROOT, env=None, text=True, **pipes)
        self.process.stdin.write(f"{url}\n")
        self.process.stdin.flush()

    def ready(self):
        assert self.process.stdout.readline() == "ready\n", self.process.stderr.read()

    def begin(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        """Wait for its end, and give what it said."""
        said, told = self.process.communicate(timeout=120)
        return self.process.returncode, said, told


def main():
    root, *students = sys.argv[1:]
    Prepared.__init__ = lambda *_: None
    Prepared.answers = lambda _: None
    writing.BATCH = 2  # many small transactions meet more often
    config = course_config(Path(root))
    config.CourseDirectory.db_url = sys.stdin.readline().strip()
    print("ready", flush=True)
    sys.stdin.readline()
    summary = ours(Path(root), config=config, mark=stub, students=tuple(students))
    print(len(summary.graded), summary.errors)
