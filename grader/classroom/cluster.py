"""Marking on a Dask cluster: the work is the same as on this machine, and the workers share no files with it."""

from __future__ import annotations

import logging
import pickle
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from grader.beside import files_beside, told_beside
from grader.classroom.handed_in import Carried, HandedIn
from grader.classroom.judge import NotMarked
from grader.classroom.marking import Assignment, Marked
from grader.classroom.plausible import Plausible
from grader.classroom.pool import AHEAD, GIVEN_UP, LOST_IN_A_ROW, CannotGrade, mark_here
from grader.classroom.room import Mark
from grader.classroom.there import described, mark_there
from grader.errors import GraderError

PATIENCE = 10.0
"""Seconds in which a scheduler must answer, and have a worker."""
ALONE = 60.0
"""Seconds for which a cluster may be without workers, once it has begun."""
_LOOK = 2.0
_LARGE = "distributed.admin.large-graph-warning-threshold"
_GO_ON = "What was graded is kept; run the same command to continue."


class NoCluster(GraderError):
    """There is no cluster where one was asked for."""


@contextmanager
def marking(scheduler: str = "") -> Iterator[Mark]:
    """Give what marks: the workers of a Dask cluster, or the cores of this machine.

    Parameters
    ----------
    scheduler
        The scheduler's address, such as ``"tcp://192.0.2.1:8786"``; empty for this machine.

    Raises
    ------
    NoCluster
        If Dask is not installed, or the scheduler does not answer or has no workers.

    Examples
    --------
    >>> with marking() as mark:
    ...     mark.__name__
    'mark_here'
    """
    if not scheduler:
        yield mark_here
        return
    try:
        import dask
        import distributed
    except ImportError:
        raise NoCluster("--scheduler needs Dask: pip install 'layer-by-layer[cluster]'.") from None
    connect = partial(distributed.Client, scheduler, timeout=PATIENCE)
    with _quiet(), dask.config.set({_LARGE: "1GB"}), _connected(scheduler, connect) as client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise NoCluster(
                f"The scheduler {scheduler} has no workers. Start one on each machine, with as many threads as it "
                f"has cores: dask worker {scheduler} --nworkers 1 --nthreads CORES"
            ) from None
        yield partial(_mark_on, client, scheduler)


def _connected(scheduler: str, connect: Callable[[], Any]) -> Any:
    """Connect to a scheduler in time. Dask waits forever if something else listens there and says nothing."""
    answers: Queue[Any] = Queue()

    def run() -> None:
        try:
            answers.put(connect())
        except Exception as error:  # what is there may be no scheduler, and answer anything
            answers.put(error)

    Thread(target=run, daemon=True).start()
    try:
        found = answers.get(timeout=2 * PATIENCE)
    except Empty:
        found = TimeoutError(f"nothing in {2 * PATIENCE:.0f} seconds")
    if isinstance(found, Exception):
        raise NoCluster(f"The scheduler {scheduler} does not answer: {_line(found)}. Nothing was graded.")
    return found


def _mark_on(
    client: Any, scheduler: str, assignment: Assignment, submissions: Iterable[HandedIn], processes: int
) -> Iterator[tuple[HandedIn, Marked | NotMarked]]:
    """Mark on a cluster as `mark_here` does here. The workers decide how many processes mark.

    A worker that is lost takes nothing along: what it had is marked by another one.
    """
    import distributed

    packed, exercises = pickle.dumps(assignment), tuple(assignment.answers)
    # as a task, it is sent once to each worker, and made again if all workers that hold it are lost
    what = client.submit(bytes, packed, key=f"assignment-{sha256(packed).hexdigest()}")
    task = partial(client.submit, mark_there, described(exercises), exercises, what.key, what, pure=False)
    check = Plausible(assignment.release)
    rest, pending = iter(submissions), dict[Any, tuple[HandedIn, str]]()
    alone_since, in_a_row = 0.0, 0
    try:
        threads, looked = sum(client.nthreads().values()), time.monotonic()
        while True:
            while len(pending) < AHEAD * max(threads, 1) and (one := next(rest, None)) is not None:
                sent = carried(one)
                pending[task(pickle.dumps(sent))] = one, sent.content
            if not pending:
                return
            with suppress(TimeoutError):
                distributed.wait(list(pending), timeout=_LOOK, return_when="FIRST_COMPLETED")
            if time.monotonic() - looked > _LOOK:
                looked, threads = time.monotonic(), sum(client.nthreads().values())
                alone_since = 0.0 if threads else alone_since or looked
            if alone_since and time.monotonic() - alone_since > ALONE:
                raise CannotGrade(f"The scheduler {scheduler} has had no worker for {ALONE:.0f} seconds. {_GO_ON}")
            for future in [future for future in pending if future.done()]:
                one, content = pending.pop(future)
                found = result_of(future, scheduler, check, content)
                if isinstance(found, NotMarked) and found.stop:
                    raise CannotGrade(found.why)
                in_a_row = in_a_row + 1 if isinstance(found, NotMarked) and found.why == GIVEN_UP else 0
                if in_a_row > LOST_IN_A_ROW:
                    raise CannotGrade(f"The processes that grade are ended again and again. Is memory short? {_GO_ON}")
                yield one, found
    except (OSError, distributed.CancelledError):
        raise CannotGrade(f"The scheduler {scheduler} is gone. {_GO_ON}") from None
    finally:
        with suppress(Exception):  # the cluster may be gone
            client.cancel(list(pending))


def carried(one: HandedIn) -> Carried:
    """Read a submission, so that it can be sent: none of its paths, and none of its outputs."""
    content, submission = one.read()
    beside = told_beside(files_beside(one.folder)[1])
    about = (one.name, one.timestamp, one.problems, one.notebooks)
    return Carried(one.student, Path(), *about, content, submission, beside)


def result_of(future: Any, scheduler: str, check: Plausible, content: str) -> Marked | NotMarked:
    """Give the result of a Dask task.

    Raises
    ------
    CannotGrade
        If no task can be done, or what came is not the mark of the submission that `content` identifies.
    """
    import distributed

    try:
        found = future.result()
        if not isinstance(found, Marked | NotMarked):
            raise TypeError(f"a worker gave a {type(found).__name__} in place of a mark")
        if isinstance(found, Marked):
            check(found, content)
        return found
    except distributed.KilledWorker as error:
        return NotMarked(f"The workers that graded it were ended {error.allowed_failures + 1} times.")
    except (OSError, distributed.CancelledError):
        raise
    except Exception as error:
        raise CannotGrade(
            f"The cluster of {scheduler} can't grade: {type(error).__name__}: {_line(error)}. The scheduler's machine "
            "and the workers' need the course, too, in the same version: pip install 'layer-by-layer[grader,cluster]'."
        ) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs from the terminal: what matters is reported."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    loggers = [logger for logger in map(logging.getLogger, names) if not logger.disabled]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():  # of other versions of packages: those that matter are compared
            warnings.filterwarnings("ignore", module="distributed")
            yield
    finally:
        for logger in loggers:
            logger.disabled = False


def _line(error: BaseException) -> str:
    """Give the first line of what an error says."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
