"""Grading without running anything, for tests of what is graded and of what is written."""

from tests.grader.classroom.made import (
    CHAPTER,
    ours,
    stub,
)  # fmt: skip

FULL = 6.0


class Counting:
    """The stub, which notes whom it marked; it may stop after some."""

    def __init__(self, stop_after=None, error=KeyboardInterrupt):
        self.seen, self.seeds, self.stop_after, self.error = [], [], stop_after, error

    def __call__(self, assignment, submissions, processes):
        self.seeds.append(assignment.seed)
        for found in stub(assignment, submissions, processes):
            if self.stop_after is not None and len(self.seen) >= self.stop_after:
                raise self.error
            self.seen.append(found[0].student)
            yield found


def run(root, **options):
    mark = options.pop("mark", None) or Counting()
    summary = ours(root, mark=mark, **{"seed": None, **options})
    return summary, mark


def submitted(root, student):
    return root / "grader" / "submitted" / student / CHAPTER


def autograded(root, student):
    return root / "grader" / "autograded" / student / CHAPTER
