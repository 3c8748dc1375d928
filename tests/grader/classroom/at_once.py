"""A grader in a separate process, which marks without running anything and continues when told to."""

import subprocess
import sys
from pathlib import Path

from grader.classroom import writing
from grader.classroom.grade import Prepared
from grader.config import ROOT, course_config
from tests.grader.classroom.made import ours, stub

_MAIN = "from tests.grader.classroom.at_once import main; main()"
STEPS = ("making the gradebook", "writing")


class AtOnce:
    """A grader. It waits before it opens the gradebook, and again before it writes."""

    def __init__(self, root, url, *students):
        command = [sys.executable, "-c", _MAIN, str(root), *students]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
        self._say(url)

    def go_on(self, step):
        """Wait until it is at a step, and let it do that."""
        found = self.process.stdout.readline()
        assert found == f"{step}\n", found + self.process.stderr.read()
        self._say()

    def end(self):
        """Wait for its end, and give what it said."""
        said, told = self.process.communicate(timeout=120)
        return self.process.returncode, said, told

    def _say(self, word=""):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()


def at_the_step(step, go_on):
    """Mark a whole class, and write nothing before it is time."""

    def mark(assignment, submissions, processes):
        marked = list(stub(assignment, submissions, processes))
        go_on(step)
        yield from marked

    return mark


def _wait(step):
    print(step, flush=True)
    sys.stdin.readline()


def main():
    root, *students = sys.argv[1:]
    Prepared.__init__ = lambda *_: None
    Prepared.answers = lambda _: None
    writing.BATCH = 2  # many small transactions meet more often
    config = course_config(Path(root))
    config.CourseDirectory.db_url = sys.stdin.readline().strip()
    making, writes = STEPS
    _wait(making)
    summary = ours(Path(root), config=config, mark=at_the_step(writes, _wait), students=tuple(students))
    print(len(summary.graded), summary.errors)
