"""Bringing marks to where they belong: the notebooks, the gradebook, and then the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.classroom.book import Book, Entry
from grader.classroom.files import remove_feedback, write_graded, write_time
from grader.classroom.handed_in import HandedIn
from grader.classroom.ledger import Ledger
from grader.classroom.outcome import Summary
from grader.classroom.room import Classroom

BATCH = 64
"""This many submissions are written to the gradebook in one transaction."""


class Writer:
    """Writes notebooks as they come, since others mark meanwhile, and the gradebook in batches.

    Parameters
    ----------
    classroom, notebook
        Where notebooks are written, and their name without ``.ipynb``.
    book, ledger
        What marks are written to.
    summary
        Where failures are noted.
    """

    def __init__(self, classroom: Classroom, notebook: str, book: Book, ledger: Ledger, summary: Summary) -> None:
        self.classroom, self.notebook = classroom, notebook
        self.book, self.ledger, self.summary = book, ledger, summary
        self._batch: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Take a mark that the ledger has."""
        graded, submitted, feedback = self._folders(entry.student)
        write_graded(graded, self.notebook, entry.mark.notebook, submitted, entry.timestamp)
        remove_feedback(feedback)
        self._batch.append(entry)
        if None in entry.mark.scores.values():
            self.summary.by_hand.add(entry.student)
        if len(self._batch) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what was collected to the gradebook. Only what is written everywhere counts as done."""
        if not self._batch:
            return
        self._note(self.book.save(self._batch))
        self.ledger.done(self.summary.assignment, [entry.student for entry in self._batch])
        self._batch.clear()

    def write_times(self, submissions: Sequence[HandedIn]) -> None:
        """Write other times at which submissions were handed in. Their marks stay."""
        for start in range(0, len(submissions), BATCH):
            batch = [Entry(one.student, one.timestamp) for one in submissions[start : start + BATCH]]
            for entry in batch:
                graded, _, feedback = self._folders(entry.student)
                write_time(graded, entry.timestamp)
                remove_feedback(feedback)
            self._note(self.book.save_times(batch))
            self.ledger.handed_in(self.summary.assignment, [(entry.student, entry.timestamp) for entry in batch])

    def _folders(self, student: str) -> list[Path]:
        kinds = ("autograded", "submitted", "feedback")
        return [self.classroom.folder(kind, student, self.summary.assignment) for kind in kinds]

    def _note(self, failed: dict[str, str]) -> None:
        for student, why in failed.items():
            self.summary.errors[student] = (*self.summary.errors.get(student, ()), why)
