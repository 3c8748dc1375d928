"""What reports say about a call that did not return: one plain sentence, and one next step that fits."""

import linecache

import numpy as np
import pytest

import course
from course.calling.endings import Attempt, Ending, Raised
from course.checking import runner
from course.checking.document import Line, Role
from course.checking.findings import OurError, TooSlow, find_ending
from course.checking.render import text_line
from course.checking.result import Asked, CaseResult, CheckResult
from course.checking.runner import refuse
from course.checking.words.endings import tell_ending


def say(function, name="linear"):
    return str(course.assess(function, name))


def tell(finding, asked=Asked("linear"), empty=False):  # noqa: B008 - it is frozen
    """Tell one ending, as the facts and the step in plain text."""
    lead = CaseResult("a case", "linear()", finding, empty=empty)
    found = tell_ending(CheckResult(asked, (lead,)), lead, finding)
    return [text_line(line) for line in found.facts], text_line(Line(Role.STEP, found.step))


TOLD = {
    "a long signature": (lambda x, table="long " * 500, *, q: x, "long lon…."),
    "too few parameters": (lambda x: x, "linear: it is called as linear(input, weight, bias=None); yours takes (x)."),
    "too many parameters": (lambda a, b, c, d: a, "yours takes (a, b, c, d)."),
    "not a function": (3, "linear: a function is expected here, this is an int."),
    "an array": (np.ones((2, 3)), "linear: a function is expected here, this is a ndarray."),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD)
def test_each_wrong_call_has_its_own_words(kind):
    """What can't be called as the exercise says is reported in one sentence."""
    function, sentence = TOLD[kind]
    told = say(function)
    assert sentence in told
    assert "Traceback" not in told
    assert len(told.splitlines()) <= 12


def test_an_error_is_told_with_its_line_and_in_plain_words():
    """The student's own line, NumPy's complaint in words, and one question."""

    def linear(input, weight, bias=None):
        output = input @ weight
        return output

    report = course.assess(linear)
    told = str(report)
    assert "Your function stopped with ValueError at its line 2:  output = input @ weight" in told
    assert "matmul: the inner sizes 3 and 4 differ." in told
    assert "Called as  linear(input (2, 3), weight (4, 3), bias (4,))" in told


def test_not_attempted_is_one_friendly_line():
    """For the untouched stub the report says what to do, not what is wrong."""

    def linear(input, weight, bias=None):
        raise NotImplementedError

    told = say(linear)
    assert told.startswith("linear: not attempted yet.\nNext: Write your code in place of `raise NotImplementedError`")


def test_a_stub_that_the_answer_calls_comes_first():
    """Of an answer that is written, the report does not say that it isn't."""

    def product(a, b):
        raise NotImplementedError

    def linear(input, weight, bias=None):
        return product(input, weight.T)

    told = say(linear)
    assert "it calls `" in told
    assert "product`, which is not written yet.\nNext: Write `" in told


def test_an_endless_loop_is_told_with_the_limit():
    """A call that does not end is stopped; the limit is given once."""
    facts, step = tell(TooSlow(5.01))
    assert facts == ["Your function was stopped at the limit of 5 s."]
    assert step.startswith("Look for a loop that never ends.")


def test_an_unknown_name_has_a_suggestion():
    """A misspelt exercise gets its neighbour's name, and no traceback."""
    assert "there is no exercise of this name. Did you mean linear?" in say(lambda x: x, "liner")


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (Raised("NameError", "name 'w' is not defined"), "Check the spelling"),
        (Raised("IndexError", "index 3 is out of bounds for axis 0 with size 3"), "Write down the index"),
        (
            Raised("IndexError", "shape mismatch: indexing arrays could not be broadcast together with shapes (3,) (6,)"),
            "What does `x[[0, 1], [0, 1]]` give for a table `x`?",
        ),
        (Raised("ValueError", "operands could not be broadcast together with shapes (2,) (3,)"), "Write down the shape"),
        (Raised("ValueError", "only vectors"), "Go through your code"),
        (Raised("TypeError", "unsupported operand type(s) for +: 'float' and 'NoneType'"), "Which name is None"),
        (Raised("AttributeError", "'tuple' object has no attribute 'shape'"), "Say for each name"),
        (Raised("AttributeError", "'Linear' object has no attribute 'backward'"), "Look for `backward` in the class"),
        (Raised("AttributeError", "'NoneType' object has no attribute 'shape'"), "Which name is None"),
        (Raised("SystemExit", ""), "End the function with `return`"),
        (Raised("ModuleNotFoundError", "No module named 'torch'"), "Leave that import out"),
        (None, "Go through your code"),
    ],
)  # fmt: skip
def test_the_step_after_an_exception_fits_its_kind(error, step):
    """Shapes are asked about only where shapes are the trouble."""
    assert tell(find_ending(Attempt(Ending.RAISED, error=error)))[1].startswith(step)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("operands could not be broadcast together with shapes (4,5) (7,)", "Shapes (4, 5) and (7,) do not fit together element by element."),
        ("a\nb", "a b"),
        ("'Linear' object has no attribute 'backward'", "Your Linear has no `backward`."),
        ("'NoneType' object has no attribute 'shape'", "'NoneType' object has no attribute 'shape'"),
        ("'numpy.ndarray' object has no attribute 'cat'", "'numpy.ndarray' object has no attribute 'cat'"),
        ("shapes (2,3) and (4,3) not aligned: 3 (dim 1) != 4 (dim 0)", "Shapes (2, 3) and (4, 3): the inner sizes 3 and 4 differ."),
        ("cannot reshape array of size 12 into shape (5,2)", "12 values can't be laid out as (5,2)."),
        ("unsupported operand type(s) for +: 'float' and 'NoneType'", "One side of `+` is None."),
        ("index 3 is out of bounds for axis 1 with size 2", "Index 3 is beyond the end of axis 1, whose size is 2."),
        ("x" * 300, "x" * 199 + "…"),
    ],
)  # fmt: skip
def test_messages_are_put_in_plain_words(message, told):
    """Common complaints are translated; others come in one line of bearable length."""
    facts, _ = tell(find_ending(Attempt(Ending.RAISED, error=Raised("ValueError", message))))
    assert facts == ["Your function stopped with ValueError.", f"  {told}"]


def test_an_error_on_a_call_without_values_is_told_as_such():
    """An empty case has its own next step, whatever was raised."""
    _, step = tell(find_ending(Attempt(Ending.RAISED, error=Raised("ValueError", "no"))), empty=True)
    assert step == "This call holds no values at all. Look for what needs at least one."


def test_a_stop_after_the_limit_names_the_limit_alone():
    """A call that is stopped a little late was stopped at the limit: the time is not said twice."""
    assert tell(TooSlow(5.4))[0] == ["Your function was stopped at the limit of 5 s."]


def test_a_value_that_raises_has_a_step_without_code():
    """There is no function to go through."""
    raised = find_ending(Attempt(Ending.RAISED, error=Raised("KeyError", "'a'")))
    facts, step = tell(raised, Asked("normalization_axes", kind="value"))
    assert facts[0] == "Your value stopped with KeyError."
    assert "code" not in step


def test_an_early_stop_is_told_with_both_times():
    """Where the time of all cases together ends a call, the limit alone would not explain it."""
    assert tell(TooSlow(1.26))[0] == ["Your function was stopped after 1.3 s; the limit is 5 s."]


@pytest.mark.parametrize("ending", [e for e in Ending if e is not Ending.RETURNED])
def test_no_ending_is_left_without_a_step(ending):
    """However a call ends, there is something to do next."""
    _, step = tell(find_ending(Attempt(ending)))
    assert step.endswith((".", "?"))


def test_an_error_of_the_course_is_told_as_ours():
    """The student is not asked to look for it."""
    told = str(refuse(Asked("linear"), OurError("MemoryError at compare.py, line 9")))
    assert told == (
        "linear: not judged, 0 of 1 cases.\n"
        "Judging this call failed: MemoryError at compare.py, line 9.\n"
        "Next: This is an error in the course, not in your code: please report it, with this text."
    )


def test_a_line_of_a_method_is_counted_from_the_first_line_of_its_cell(monkeypatch):
    """As a located line is, and as the cell shows it; in `__init__` and in a helper's method too."""
    monkeypatch.setattr(runner, "SECONDS", 0)  # a line is quoted without a search
    source = """\
class ReLU:
    def __init__(self):
        self.slope = 1 {init}

    def forward(self, input):
        return self.cut(input)

    def cut(self, input):
        return np.maximum(input, 0) {cut}

    def backward(self, grad_output):
        return grad_output

    def parameters(self):
        return []

    gradients = parameters
"""
    told = []
    for i, (init, cut) in enumerate([("+ none", ""), ("", "@ input.shape")]):
        file, text = f"<cell of test_endings {i}>", "import numpy as np\n\n" + source.format(init=init, cut=cut)
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        names = {"__name__": "__main__"}
        exec(compile(text, file, "exec"), names)
        told.append(str(course.assess(names["ReLU"], "ReLU")))
    assert "stopped with NameError at its line 5:  self.slope = 1 + none" in told[0]
    assert "at its line 11:  return np.maximum(input, 0) @ input.shape" in told[1]


STOPPED = {
    "a list as an index": lambda x: x[[slice(None), 0]],
    "a float as an index": lambda x: x[1.0],
    "a list times a number": lambda x: [1, 2] * 0.5 + x,
    "a list minus a list": lambda x: [1] - [2],
    "NaN as probabilities": lambda x: np.random.default_rng(0).choice(2, p=[np.nan, np.nan]),
}
# not in the same lines: a report quotes the line that stopped, and would contain what is looked for
IN_WORDS = {
    "a list as an index": "can't be an index: whole numbers, slices and tuples of them can.",
    "a float as an index": "can't be an index: whole numbers, slices and tuples of them can.",
    "a list times a number": "A list or a tuple has no arithmetic.",
    "a list minus a list": "A list or a tuple has no arithmetic.",
    "NaN as probabilities": "Some of the probabilities are NaN.",
}


@pytest.mark.parametrize("kind", STOPPED)
def test_each_complaint_has_its_own_words(kind):
    """The message of Python or NumPy is put into words, with its own step."""
    told = say(STOPPED[kind], "warm_up")
    assert IN_WORDS[kind] in told
    assert "Go through your code" not in told
    assert "the size of the axis it belongs to" not in told
