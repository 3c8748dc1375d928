"""A student's work seen from outside: called, read and written, at home as it would be across the boundary."""

import numpy as np
import pytest

from course.calling.endings import Attempt, Ending, Raised
from course.calling.here import Here
from course.calling.plain_data import Foreign
from course.calling.student import Stopped, Student, use_work
from course.calling.work import Held, Operation
from course.checking import runner
from course.checking.spec import Case, Exercise, Mistake

SECONDS = 5.0


class Linear:
    def __init__(self, in_features, out_features):
        self.weight = np.zeros((out_features, in_features))

    def forward(self, input):
        return input @ self.weight.T


class LinearPlusOne:
    def __init__(self, in_features, out_features):
        self.weight = np.zeros((out_features, in_features))

    def forward(self, input):
        return input @ self.weight.T + 1


class WithoutForward:
    def __init__(self, in_features, out_features):
        self.weight = np.zeros((out_features, in_features))


def use_linear(student, input, weight):
    layer = student.call("Linear", weight.shape[1], weight.shape[0])
    layer.write("weight", weight)
    return layer.call("forward", input)


def drawn(rng, n):
    return {"input": rng.normal(size=(n, 3)), "weight": rng.normal(size=(4, 3))}


LINEAR = Exercise(
    name="Linear",
    chapter="15_counting",
    points=2,
    solution=Linear,
    oracle=None,
    use=use_linear,
    cases=(Case("one", lambda rng: drawn(rng, 1)), Case("two", lambda rng: drawn(rng, 2))),
    mistakes=(Mistake("plus-one", body=LinearPlusOne, gives="when one is added.", advice="Leave it out."),),
)
TASKS = {"regression": "Linear", "binary": "Sigmoid"}
LAST = Exercise(
    name="last",
    chapter="04_softmax_and_losses",
    points=2,
    solution=TASKS,
    oracle=None,
    use=lambda student, task: student.read("last")[task],
    cases=tuple(Case(task, lambda rng, task=task: {"task": task}) for task in TASKS),
    mistakes=(Mistake("all", body=dict.fromkeys(TASKS, "Linear"), gives="when ...", advice="Look."),),
)


def test_a_class_is_checked_by_what_its_objects_do():
    """The right class passes; a known wrong one is recognised; what was done is shown as code."""
    assert runner.assess(LINEAR, Linear).passed
    report = runner.assess(LINEAR, LinearPlusOne)
    assert (report.score, report.misconception) == (0, "Linear.plus-one")
    assert "linearplusone.weight = weight (4, 3); linearplusone.forward(input (1, 3))" in str(report)


def test_a_class_without_a_method_is_told_so():
    """A missing method ends the case as the error that it is."""
    error = runner.assess(LINEAR, WithoutForward).lead.finding.error
    assert error.type_name == "AttributeError"
    assert "forward" in error.message


@pytest.mark.parametrize("thing", [3, None, [1.0]])
def test_what_is_no_class_is_told_so(thing):
    """A class is expected, and the sentence says so."""
    assert "a class is expected here" in str(runner.assess(LINEAR, thing))


def test_a_value_is_checked_part_by_part():
    """Each part has its own case; texts are compared as texts."""
    assert runner.assess(LAST, dict(TASKS)).passed
    report = runner.assess(LAST, {"regression": "Linear", "binary": "Softmax"})
    assert report.score == 0.5
    assert 'Your "Softmax" is not right for "binary".' in str(report)
    assert runner.assess(LAST, dict.fromkeys(TASKS, "Linear")).misconception == "last.all"


@pytest.mark.parametrize("blank", [..., dict.fromkeys(TASKS, ...)])
def test_a_value_that_is_still_to_be_written_is_no_attempt(blank):
    """The three dots that a notebook starts with are not wrong, only not written yet."""
    report = runner.assess(LAST, blank)
    assert (str(report.outcome), report.score) == ("not attempted", 0)
    assert "in place of `...`" in str(report)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"regression": 2, "binary": None}, "a text is expected"),
        ({}, "Your value is a dict"),
        (7, "Your value is an int"),
    ],
)
def test_a_value_of_another_kind_is_told_so(value, words):
    """What `use` stumbles over becomes a wrong type, never one of our own errors."""
    assert words in str(runner.assess(LAST, value))


def test_plain_data_is_copied_and_objects_are_kept():
    """What comes back as data is no longer the student's; an object is kept under its number, and can be used."""
    array = np.zeros(2)
    work = Here({"give": lambda: array, "make": Linear, "length": len})
    copy = work.perform(Operation("call", "give", keep=1), SECONDS).value
    assert copy is not array
    held = work.perform(Operation("call", "make", (3, 4), names=("a", "b"), keep=2), SECONDS).value
    assert held == Held(2, "Linear")
    assert work.perform(Operation("read", "weight", owner=held, keep=3), SECONDS).value.shape == (4, 3)
    assert work.perform(Operation("call", "length", ([held, held],), names=("x",), keep=4), SECONDS).value == 2


def test_each_operation_ends_as_a_call_does():
    """Missing names, values that can't be called, errors in properties: each is an ending."""

    class Odd:
        @property
        def broken(self):
            raise ValueError("no")

    work = Here({"number": 3, "Odd": Odd})
    assert work.perform(Operation("read", "nowhere", keep=1), SECONDS) == Attempt(Ending.NOT_DEFINED)
    assert work.perform(Operation("call", "number", keep=1), SECONDS) == Attempt(Ending.NOT_DEFINED, detail="int")
    odd = work.perform(Operation("call", "Odd", keep=1), SECONDS).value
    ended = work.perform(Operation("read", "broken", owner=odd, keep=2), SECONDS)
    assert (ended.ending, ended.error) == (Ending.RAISED, Raised("ValueError", "no"))


def test_changed_arguments_are_named_as_the_case_names_them():
    """A function that writes into an argument is caught also where a case calls it several times."""

    def grow(student, input):
        student.call("double", input)
        return student.call("double", input)

    def double(x):
        x *= 2
        return x

    attempt, told = use_work(grow, Here({"double": double}), {"input": np.ones(3)}, SECONDS)
    assert attempt.changed == ("input",)
    assert told == "double(input (3,)), 2 times"


def test_a_method_that_changes_its_argument_is_caught():
    """An object's own attributes may change; what it was handed may not."""

    class Halves:
        def forward(self, input):
            self.input = input
            input /= 2
            return input

    def use(student, input):
        return student.call("Halves").call("forward", input)

    attempt, _ = use_work(use, Here({"Halves": Halves}), {"input": np.ones(3)}, SECONDS)
    assert attempt.changed == ("input",)


def test_arrays_that_a_method_gives_are_written_into():
    """What training writes into the arrays of `parameters()` is seen in the object, unless these are copies."""

    class Layer:
        def __init__(self, weight):
            self.weight = weight

        def parameters(self):
            return [self.weight]

        def copies(self):
            return (self.weight.copy(), None)

    student = Student(Here({"Layer": Layer}))
    layer = student.call("Layer", np.zeros(2))
    layer.fill("parameters", [np.ones(2)])
    assert layer.read("weight").tolist() == [1, 1]
    layer.fill("copies", [np.full(2, 5.0), np.ones(3)])
    layer.fill("parameters", [np.ones(3)])  # another shape
    assert layer.read("weight").tolist() == [1, 1]
    assert "write [(2,)] into layer.parameters()" in student.told
    with pytest.raises(Stopped):
        layer.fill("weights", [np.ones(2)])


def test_what_a_case_stumbles_over_is_told_by_its_type():
    """A result of another kind than the case expected is that kind of result."""
    attempt, _ = use_work(lambda student: student.call("f") + 1, Here({"f": lambda: None}), {}, SECONDS)
    assert attempt == Attempt(Ending.RETURNED, Foreign("NoneType"), seconds=attempt.seconds)


def test_the_time_of_a_case_is_shared_by_its_operations():
    """Once it is used up, nothing more is called."""

    def forever():
        while True:
            pass

    student = Student(Here({"forever": forever}), 0.05)
    with pytest.raises(Stopped) as first:
        student.call("forever")
    assert first.value.attempt.ending is Ending.TOO_SLOW
    with pytest.raises(Stopped) as second:
        student.call("forever")
    assert second.value.attempt.ending is Ending.TOO_SLOW


def test_what_a_lone_answer_lacks_is_borrowed_and_the_report_says_so():
    """A class checked alone, whose case needs another name, is checked with the course's own."""

    def scaled(student, input):
        return student.call("scale", student.call("double", input))

    reference = {}
    exec("def double(x): return 2 * x\ndef scale(x): return 3 * x", reference)
    exercise = Exercise(
        name="double",
        chapter="16_training",
        points=1,
        solution=reference["double"],
        needs=(reference["scale"],),
        oracle=None,
        use=scaled,
        cases=(Case("any", lambda rng: {"input": rng.normal(size=3)}),),
    )
    report = runner.assess(exercise, eval("lambda x: x + x", {}))
    assert report.passed
    assert "`scale` is not defined here, so the course's own was used." in str(report)
    assert runner.assess(exercise, reference["double"]).notes == ()


def test_an_object_as_a_result_is_told_by_its_type():
    """What a student's code gives in place of numbers is named as its class."""
    attempt, _ = use_work(lambda student: student.call("Linear", 3, 4), Here({"Linear": Linear}), {}, SECONDS)
    assert attempt.value == Foreign("Linear")
