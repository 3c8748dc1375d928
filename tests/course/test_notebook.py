"""What a notebook calls: check, hint, solution, and how a failure looks."""

import contextlib
import os
import subprocess
import sys
import time

import pytest

import course
from course import streams
from course.checking.document import marked, say
from course.notebook import _Note
from course.recorded import Recorded
from course.workcopy.journal import Journal
from course.workcopy.location import MARKER


def warm_up(x):
    return 2 * x + 1


def test_check_prints_the_report_outside_a_notebook(capsys):
    """In a script a check prints its report."""
    course.check(warm_up)
    assert capsys.readouterr().out.startswith("warm_up: right. 3 of 3 cases, 1 point.")


def test_check_raises_with_the_verdict_and_the_next_step(capsys):
    """The loudest line of a failed check, the only one of its traceback in Jupyter, says what to do."""
    with pytest.raises(course.CheckFailed, match=r"^warm_up: not yet, 0 of 3 cases\. Next: ") as caught:
        course.check(lambda x: 2 * x, "warm_up")
    (line,) = caught.value._render_traceback_()
    assert line == f"CheckFailed: warm_up: not yet, 0 of 3 cases. {caught.value.report.step}"
    assert "\n" not in line
    assert "More help" not in line
    assert "when the 1 is left out" in capsys.readouterr().out


@pytest.mark.parametrize("thing", [3, None, "linear", [1], object()])
def test_check_on_what_is_no_function_is_told_plainly(thing, capsys):
    """Anything but a function gets a sentence, not a TypeError."""
    with pytest.raises(course.CheckFailed):
        course.check(thing, "linear")
    assert "a function is expected here" in capsys.readouterr().out


def test_a_thing_without_a_name_is_told_plainly(capsys):
    """`check(7)` wants a function; it does not look for an exercise called int."""
    with pytest.raises(course.CheckFailed):
        course.check(7)
    assert capsys.readouterr().out.startswith("check: a function is expected here, this is an int.")


class Broken:
    """A stream that takes no text."""

    def write(self, text):
        raise RuntimeError(text)


@pytest.mark.parametrize("instead", [None, 5, Broken(), "nothing"])
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_report_comes_also_where_a_cell_took_the_output_away(monkeypatch, capsys, name, instead):
    """By a cell before the check, or by what is checked; printing works again afterwards."""
    monkeypatch.setitem(streams._OWN, name, getattr(sys, name))

    def take_away():
        if instead == "nothing":
            delattr(sys, name)
        else:
            setattr(sys, name, instead)

    def taking_away(x):
        take_away()
        return 2 * x + 1

    monkeypatch.setattr(sys, name, getattr(sys, name))  # is set back, also where this test fails
    take_away()
    assert course.assess(warm_up).passed
    take_away()
    course.check(warm_up)
    with contextlib.suppress(course.CheckFailed):  # what it deletes the second time is not there any more
        course.check(taking_away, "warm_up")
    assert capsys.readouterr().out.count("warm_up: ") == 2


def test_assess_never_raises_and_prints_nothing(capsys):
    """Whatever comes in, a report comes out, silently."""

    def noisy(x):
        print("here")
        return x

    for thing in (noisy, None, 3, "warm_up", lambda: 0, print, type, [], course):
        report = course.assess(thing, "warm_up")
        assert not report.passed
        assert report.to_dict()["passed"] is False
    assert not course.assess(warm_up, "no such thing").passed
    assert capsys.readouterr() == ("", "")


SPOILED = {
    "names of Python's": "import builtins; del builtins.isinstance, builtins.len, builtins.type, builtins.dict",
    "answers of Python's": "import builtins; builtins.isinstance = lambda *a: True; builtins.len = lambda x: 0",
    "open files": "import os; os.closerange(3, 200)",
    "whatever happens": "import sys; sys.addaudithook(lambda event, args: exec('raise SystemExit'))",
}


@pytest.mark.parametrize("what", SPOILED)
def test_assess_never_raises_whatever_a_function_has_spoiled(what):
    """A report comes out all the same. Each has its own process, which is unusable afterwards."""
    code = f"""
import course, os
course.assess(lambda x: x, "warm_up")
def warm_up(x):
    {SPOILED[what]}
    return x
report = course.assess(warm_up)
os._exit(0 if report.score == 0 and report.outcome in ("wrong values", "our error") else 1)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_source_of_a_function_is_not_read_from_a_pipe(tmp_path):
    """Nor from a device: reading these may never end."""
    os.mkfifo(tmp_path / "pipe")

    def identity(x):
        return x

    identity.__code__ = identity.__code__.replace(co_filename=str(tmp_path / "pipe"))
    start = time.monotonic()
    assert not course.assess(identity, "warm_up").passed
    assert time.monotonic() - start < 5.0


def test_hints_lead_on_to_the_solution(capsys):
    """Each hint names the next, the last one the solution; a wrong number is reported."""
    course.hint("linear")
    assert 'The next one: hint("linear", 2)' in capsys.readouterr().out
    course.hint(warm_up, 3)
    assert 'solution("warm_up")' in capsys.readouterr().out
    course.hint("linear", 9)
    assert "there is no hint 9" in capsys.readouterr().out
    course.hint("liner")
    assert "Did you mean linear?" in capsys.readouterr().out


def test_a_hint_sets_code_as_code():
    """In a notebook names in a hint, and the call for the next one, are code; no backtick is left."""
    page = _Note((marked("Use `np.pad` & think."), say("The next one: {:v}", 'hint("a<b", 2)')))._repr_html_()
    assert "np.pad</code> &amp; think." in page
    assert "hint(&quot;a&lt;b&quot;, 2)</code>" in page
    assert "`" not in page


def test_solution_shows_code_and_reason(capsys):
    """The solution is code without its docstring, and a sentence on why it is right."""
    course.solution("linear")
    shown = capsys.readouterr().out
    assert "def linear(input, weight, bias=None):" in shown
    assert '"""' not in shown
    assert "lines up the features" in shown


def test_progress_is_noted_in_a_working_copy(tmp_path, monkeypatch, capsys):
    """In a working copy each check is written to the journal; elsewhere nothing is."""
    (tmp_path / MARKER).mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(course.CheckFailed):
        course.check(lambda x: 2 * x, "warm_up")
    course.check(warm_up)
    best = Journal.find().best()["warm_up"]
    assert (best.score, best.tries, best.passed_at is not None) == (1.0, 2, True)
    first, second = (entry.recorded for entry in Journal.find())
    assert (first.misconceptions, first.case) == (("warm_up.forgets-the-one",), "a vector")
    assert second == Recorded()
    capsys.readouterr()


def test_a_check_that_could_not_be_noted_says_so(tmp_path, monkeypatch, capsys):
    """For example on a full disk: otherwise progress() would seem to forget it."""
    (tmp_path / MARKER / "journal.jsonl").mkdir(parents=True)  # no file can be written here
    monkeypatch.chdir(tmp_path)
    course.check(warm_up)
    *_, last = capsys.readouterr().out.splitlines()
    path = tmp_path.resolve() / MARKER / "journal.jsonl"
    assert last == f"progress() does not know of this check, because {path} can't be written: is the disk full?"


def test_importing_the_course_loads_next_to_nothing():
    """`import course` brings in no torch, matplotlib, IPython or chapters."""
    code = (
        "import sys, course; "
        "print([m for m in ('torch', 'matplotlib', 'IPython', 'numpy', 'course.chapters') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there():
    """The names that notebooks import exist, and an unknown one is an AttributeError."""
    for name in course.__all__:
        assert getattr(course, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        course.chek  # noqa: B018


def told(capsys, call, *args):
    """Call something of a notebook's, and give what is shown."""
    with contextlib.suppress(course.CheckFailed):
        call(*args)
    return capsys.readouterr().out


def test_whatever_is_typed_the_answer_shows_the_right_call(capsys, monkeypatch):
    """A value, a lambda, a built-in, a misspelt name, a number as text."""
    import __main__

    kernel = [[1.0]]
    monkeypatch.setattr(__main__, "edge_kernel", kernel, raising=False)
    shown = told(capsys, course.check, kernel)
    assert shown.startswith("edge_kernel: edge_kernel is a value, which does not know its own name.")
    assert 'Next: Give its name, too: check(edge_kernel, "edge_kernel").' in shown
    shown = told(capsys, course.check, lambda x: x)
    assert shown.startswith("check: a lambda has no name.")
    assert 'Next: Name the exercise: check(your_function, "linear").' in shown
    shown = told(capsys, course.check, print)
    assert shown.startswith("check: print is Python's own; pass what you wrote.")
    assert "Next: Name the exercise: check(linear)." in shown
    assert 'Next: Name the exercise: hint("warm_up").' in told(capsys, course.hint, "warmup")
    assert 'Next: Name the exercise: solution("warm_up").' in told(capsys, course.solution, "warmup")
    assert 'The number of a hint is not a text: hint("conv2d", 2)' in told(capsys, course.hint, "conv2d", "2")
    assert 'hint("conv2d", 1)' in told(capsys, course.hint, "conv2d", "two")


def test_an_exercise_of_another_chapter_is_told_as_such(capsys, monkeypatch, tmp_path):
    """`check(Linear)` in chapter 01 says that it belongs to chapter 15, and which is meant here."""

    class Linear:
        pass

    (tmp_path / "01_linear").mkdir()
    monkeypatch.chdir(tmp_path / "01_linear")
    shown = told(capsys, course.check, Linear)
    assert "Linear belongs to chapter 15; this is chapter 01. Did you mean check(linear)?" in shown
    assert "belongs to chapter" not in told(capsys, course.check, lambda *args: None, "linear")
