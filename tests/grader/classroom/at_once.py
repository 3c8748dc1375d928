"""A grader in a process of its own, which marks without running anything and goes on when it is told to."""

import subprocess
import sys
from pathlib import Path

from grader.classroom import writing
from grader.classroom.grade import Prepared
from grader.config import ROOT, course_config
from tests.grader.classroom.made import ours, stub

_MAIN = "from tests.grader.classroom.at_once import main; main()"


class AtOnce:
    """A grader, which waits twice: before it opens the gradebook, and before it marks and writes."""

    def __init__(self, root, url, *words):
        command = [sys.executable, "-c", _MAIN, str(root), *words]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
        self.process.stdin.write(f"{url}\n")
        self.process.stdin.flush()

    def wait(self, step):
        """Wait until it is at a step, before which it waits."""
        found = self.process.stdout.readline()
        assert found == f"{step}\n", found + self.process.stderr.read()

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        """Wait for its end, and give what it said."""
        said, told = self.process.communicate(timeout=120)
        return self.process.returncode, said, told


def wait(step):
    print(step, flush=True)
    sys.stdin.readline()


def mark(assignment, submissions, processes):
    marked = list(stub(assignment, submissions, processes))
    wait("writing")
    yield from marked


def main():
    root, *students = sys.argv[1:]
    Prepared.__init__ = lambda *_: None
    Prepared.answers = lambda _: None
    writing.BATCH = 2  # many small transactions meet more often
    config = course_config(Path(root))
    config.CourseDirectory.db_url = sys.stdin.readline().strip()
    wait("making the gradebook")
    summary = ours(Path(root), config=config, mark=mark, students=tuple(students))
    print(len(summary.graded), summary.errors)
