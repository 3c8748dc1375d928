"""Calling a student's function in this process: every way in which it can end."""

import asyncio
import signal
import sys
import threading
import time

import numpy as np
import pytest

from course.calling import time_limit
from course.calling.call import call
from course.calling.endings import Ending
from course.calling.time_limit import TimeUp, limited

NAMES = ("x",)


def end(function, seconds=5.0):
    return call(lambda: function, (np.arange(3.0),), {}, NAMES, seconds)


def test_a_result_comes_back():
    """What the function returns is the attempt's value."""
    attempt = end(lambda x: x + 1)
    assert attempt.ending is Ending.RETURNED
    assert attempt.value.tolist() == [1, 2, 3]
    assert attempt.changed == ()


def test_a_changed_argument_is_named_and_the_callers_array_is_safe():
    """The function works on copies; what it does to them is noted."""
    mine = np.arange(3.0)

    def in_place(x):
        x *= 2
        return x

    attempt = call(lambda: in_place, (mine,), {}, NAMES, 5.0)
    assert attempt.changed == ("x",)
    assert mine.tolist() == [0, 1, 2]


def test_nan_in_an_argument_is_not_a_change():
    """Arguments are compared bit by bit: NaN stays NaN."""
    attempt = call(lambda: lambda x: x, (np.array([np.nan]),), {}, NAMES, 5.0)
    assert attempt.changed == ()


def test_a_generator_is_copied_with_its_seeds():
    """The caller's generator stays where it was, and what its copy spawns is the same at every call."""
    rng = np.random.default_rng(3)
    draws = [
        call(lambda: lambda rng: (rng.random(), rng.spawn(1)[0].random()), (rng,), {}, ("rng",), 5.0).value
        for _ in range(2)
    ]
    assert draws[0] == draws[1]
    assert draws[0][0] == rng.random()


def test_reshaping_an_argument_in_place_is_a_change():
    """A new shape is a change too."""

    def reshape(x):
        x.shape = (3, 1)

    assert end(reshape).changed == ("x",)


def test_not_implemented_is_not_attempted():
    """The stub's NotImplementedError is its own ending."""

    def stub(x):
        raise NotImplementedError

    assert end(stub).ending is Ending.NOT_ATTEMPTED


def test_a_stub_that_is_called_is_named():
    """Not the answer's own stub, nor a function inside of it, nor a library that lacks something."""

    def stub(x):
        raise NotImplementedError

    def calling(x):
        return 2 * stub(x)

    def inner(x):
        def part(x):
            raise NotImplementedError

        return part(x)

    def library(x):
        return asyncio.AbstractEventLoop().time()

    found = [end(function) for function in (stub, calling, inner, library)]
    assert [one.ending for one in found] == [Ending.NOT_ATTEMPTED] * 4
    assert [one.detail.rpartition(".")[2] for one in found] == ["", "stub", "", ""]


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), GeneratorExit(), MemoryError(), RecursionError()])
def test_any_exception_is_caught(error):
    """Whatever is raised, SystemExit too, is reported and not passed on."""

    def fail(x):
        raise error

    attempt = end(fail)
    assert attempt.ending is Ending.RAISED
    assert attempt.error.type_name == type(error).__name__


def test_the_line_of_an_error_is_the_students_own():
    """The line is counted in the student's function, though NumPy raised deeper down."""

    def product(x):
        y = np.ones((2, 2))
        return x @ y

    error = end(product).error
    assert (error.line, error.source) == (3, "return x @ y")


def test_code_whose_file_has_a_name_that_can_not_be_looked_up():
    """A name of a student's own kind of text raises wherever it is hashed or compared."""

    class Name(str):
        __slots__ = ()

        def __hash__(self):
            raise RuntimeError

        def __eq__(self, other):
            raise RuntimeError

    def relu(x):
        return x / None

    relu.__code__ = relu.__code__.replace(co_filename=Name("a name"))
    found = call(lambda: relu, (1.0,))
    assert (found.ending, found.error.type_name) == (Ending.RAISED, "TypeError")


def test_an_exception_without_words_is_told():
    """An exception whose str fails does not stop a check."""

    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def fail(x):
        raise Mute

    assert end(fail).error.message == ""


def _silent():
    class Silent:
        def __repr__(self):
            raise RuntimeError

        def __getattr__(self, name):
            raise RuntimeError

        def __call__(self, x):
            raise ValueError

    return Silent()


def _circular():
    def circular(x):
        raise ValueError

    circular.__wrapped__ = circular
    return circular


@pytest.mark.parametrize("make", [_silent, _circular])
def test_an_object_that_cannot_be_looked_at_is_called_all_the_same(make):
    """Even where a signature or a line can't be read, the call's end is reported."""
    assert end(make()).error.type_name == "ValueError"


def test_a_default_without_text_does_not_stop_a_check():
    """A signature that can't be written is a wrong signature all the same."""
    silent = _silent()

    def two(x, y, z=silent):
        return x

    assert end(two).ending is Ending.WRONG_SIGNATURE


@pytest.mark.parametrize("function", [lambda: 0, lambda x, y: 0, lambda *, y: 0])
def test_a_signature_that_does_not_fit_is_seen_before_the_call(function):
    """A wrong number of parameters is no TypeError from deep inside."""
    assert end(function).ending is Ending.WRONG_SIGNATURE


def test_what_is_taken_by_keyword_only_is_given_by_keyword():
    """The call names each argument, so a function may ask for the names."""
    assert end(lambda *, x: x + 1).value.tolist() == [1, 2, 3]


def test_a_builtin_is_called_as_it_is():
    """A NumPy ufunc has no signature to look at and works all the same."""
    assert end(np.sqrt).ending is Ending.RETURNED


def endless(x):
    while True:
        pass


def stubborn(x):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass


def sleeper(x):
    time.sleep(60)


@pytest.mark.parametrize("function", [endless, stubborn, sleeper])
def test_an_endless_call_is_stopped(function):
    """Loops that never end, that catch Exception, or that sleep are stopped at the limit."""
    assert end(function, seconds=0.2).ending is Ending.TOO_SLOW


def test_an_endless_call_is_stopped_off_the_main_thread_too():
    """Where signals don't reach, the loop is stopped all the same."""
    endings = []
    thread = threading.Thread(target=lambda: endings.append(end(endless, seconds=0.2).ending))
    thread.start()
    thread.join(timeout=30)
    assert endings == [Ending.TOO_SLOW]


@pytest.mark.parametrize("threads", [True, False])
def test_there_is_a_limit_without_a_timer_signal(monkeypatch, threads):
    """Windows has none. In a browser there are no threads either: then every call runs, and none is stopped."""

    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(time_limit, "_set_timer", None)
    if not threads:
        monkeypatch.setattr(threading.Thread, "start", refuse)
    assert end(lambda x: 3).value == 3
    if threads:
        assert end(endless, seconds=0.2).ending is Ending.TOO_SLOW


def test_a_limit_off_the_main_thread_leaves_nothing_behind():
    """After it, a traced function runs as before, and no exception is on its way to anybody."""

    def traced(x):
        sys.setprofile(lambda *args: None)
        return x

    for seconds in (0.05, 5.0):
        thread = threading.Thread(target=lambda seconds=seconds: end(endless if seconds < 1 else len, seconds))
        thread.start()
        thread.join(timeout=30)
        assert end(traced, seconds=10.0).ending is Ending.RETURNED


def test_no_alarm_is_left_behind():
    """After a limited block the clock is off, however it ended: nothing goes off later."""
    limited(60, lambda: None)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    with pytest.raises(TimeUp):
        limited(0.05, lambda: endless(None))
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_an_interrupt_is_its_own_ending():
    """Pressing stop is reported."""

    def interrupted(x):
        raise KeyboardInterrupt

    assert end(interrupted).ending is Ending.INTERRUPTED


class Unlooked:
    """Refuses to be looked at."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


@pytest.mark.parametrize(
    ("held", "spoil"),
    [
        ({"weight": np.ones(2)}, lambda params: params["weight"].fill(0)),
        ({"weight": np.ones(2)}, lambda params: params.update(bias=np.ones(2))),
        ({"weight": [np.ones(2)]}, lambda params: params["weight"][0].fill(0)),
        ({"weight": np.ones(2)}, lambda params: params.update(weight=Unlooked())),
        ((np.ones(2), np.ones(3)), lambda params: params[1].fill(0)),
    ],
)
def test_what_a_dict_or_a_tuple_holds_is_protected_too(held, spoil):
    """Arrays inside are copied for the call, and a change of one, or of the keys, is reported."""
    attempt = call(lambda: spoil, (held,), {}, ("params",), 5.0)
    assert attempt.changed == ("params",)
    assert call(lambda: lambda params: None, (held,), {}, ("params",), 5.0).changed == ()


@pytest.mark.parametrize("wrong", [3, 2.5, np.float64(2), "two"])
def test_a_number_that_was_replaced_within_an_argument_is_a_change(wrong):
    """Such as the number of steps in an optimizer's state; NaN that stays is none."""

    def count(state):
        state["step"] = wrong

    state = {"step": 2, "loss": float("nan"), "name": "adam"}
    assert call(lambda: count, (state,), {}, ("state",), 5.0).changed == ("state",)
    assert call(lambda: lambda state: state.update(step=2), (state,), {}, ("state",), 5.0).changed == ()


def test_the_time_that_a_result_takes_to_go_is_counted():
    """Else each case of a check could take its whole time, and all together many times what is allowed."""

    class Stays:
        def __del__(self):
            end = time.monotonic() + 60
            while time.monotonic() < end:
                pass

    attempt = call(lambda: Stays, seconds=0.6)
    assert attempt.seconds >= 0.6
