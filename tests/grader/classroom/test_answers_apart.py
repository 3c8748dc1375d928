"""The process that computes right answers."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from grader.classroom.answers_apart import AnswersApart, NoAnswers
from grader.classroom.grade import right_answer

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("right answers")]


@pytest.fixture(scope="module")
def apart():
    with AnswersApart() as found:
        yield found


def test_its_answers_are_the_ones_computed_here(apart):
    told, here = apart("linear", 7), right_answer("linear", 7)
    assert told.from_pytorch is here.from_pytorch
    assert (told.cases, told.another.cases) == (here.cases, here.another.cases)
    for one, other in zip(told.expected, here.expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_goes_on_after_an_exercise_that_there_is_not(apart):
    with pytest.raises(KeyError):
        apart("no_such_exercise", 7)
    assert apart("linear", 7).expected


def test_its_end_is_told_in_one_sentence_and_nothing_is_left():
    with AnswersApart() as apart:
        _, process = apart.begin()
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(NoAnswers, match="ended with code -9"):
            apart("linear", 7)
    assert process.poll() == -signal.SIGKILL


CTRL_C = """
import os, signal, subprocess, sys
from grader.boundary.shared.connected import without_ctrl_c
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background of a shell ignore it
code = [sys.executable, "-c", "input(); print('done')"]
try:
    with without_ctrl_c():
        process = subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.kill(os.getpid(), signal.SIGINT)
        print("through")
    print("lost")
except KeyboardInterrupt:
    print("stopped")
process.send_signal(signal.SIGINT)
print(process.communicate(b"\\n", timeout=60)[0].decode(), end="")
"""


def test_ctrl_c_reaches_this_process_and_none_that_it_starts():
    """Neither before it can ignore it: its traceback would be among what is told.

    In a separate process: one of tests has other threads, any of which may take the signal, at any time.
    """
    done = subprocess.run([sys.executable, "-c", CTRL_C], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.split(), done.stderr) == (["through", "stopped", "done"], "")


def test_it_ends_with_the_block():
    with AnswersApart() as apart:
        _, process = apart.begin()
    assert process.poll() is not None
