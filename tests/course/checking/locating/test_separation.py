"""What sets the cases that are right apart from the others."""

import numpy as np
import pytest

import course
from course.checking.comparison import Comparison, Right, Unit, WrongKind
from course.checking.diagnosis import Separation
from course.checking.findings import Returned
from course.checking.locating.separation import separate
from course.checking.result import CaseResult

RIGHT, WRONG = Comparison((Unit("", Right(1)),)), Comparison((Unit("", WrongKind("i", "f")),))


def cases(n_right, n_wrong):
    return [CaseResult("a case", "", Returned(RIGHT if i < n_right else WRONG)) for i in range(n_right + n_wrong)]


def of(*shapes):
    return [np.zeros(shape) for shape in shapes]


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (of(3, 4, (2, 3), (1, 2)), "has 1 axis"),
        (of((2, 3), (4, 1), 3, 2), "has 2 axes"),
        (of((2, 3, 2, 2), (1, 1, 3, 3), (2, 3, 2, 3), (1, 1, 1, 2)), "is as wide as it is high"),
        (of((2, 2), (3, 3), (2, 3), (1, 4)), "is square"),
        (of((1, 2), (1, 5), (2, 3), (3, 3)), "has length 1"),
        ([None, None, 1, 2], "is not given"),
        ([3, 4, None, None], "is given"),
        ([0, 0, 1, (0, 1)], "is 0"),
        ([1, 2, (1, 2), (2, 2)], "is one number"),
        ([(1, 2), (2, 2), 1, 2], "is a pair"),
        ([True, True, False, False], "is True"),
        (["a", "a", "b", "c"], "is 'a'"),
        ([np.zeros(2), np.ones(3), None, None], "is given"),
        ([2, 2, (2, 2), (2, 1)], "is one number"),
        ([(1, 2), (2, 2, 3), 1, 2], "has several numbers"),
        (of((3, 1, 5), (2, 1, 4), (2, 3, 4), (3, 2, 5)), "has length 1 along axis 1"),
    ],
)
def test_each_property(values, what):
    """All that are right have it, and none of the others."""
    found = separate([{"same": 7, "x": value} for value in values], cases(2, 2))
    assert found == Separation("x", what)


@pytest.mark.parametrize("values", [[0, 1, 0, 1], [0, 0, 0, 1], of((2, 2), (3, 3), (2, 3), (4, 4))])
def test_nothing_is_said_where_nothing_sets_them_apart(values):
    """One exception is enough."""
    assert separate([{"x": value} for value in values], cases(2, 2)) is None


@pytest.mark.parametrize(
    "arguments",
    [
        [{"x": x, "y": x} for x in (1, 1, 2, 3)],
        [{"x": np.zeros(shape)} for shape in ((1, 1, 4), (1, 1, 5), (2, 3, 4), (3, 2, 5))],
    ],
)
def test_nothing_is_said_where_several_things_set_them_apart(arguments):
    """One of two arguments, or of two axes, may have nothing to do with it."""
    assert separate(arguments, cases(2, 2)) is None


def test_two_cases_of_each_are_needed():
    """One case has many properties."""
    arguments = [{"x": value} for value in (0, 1, 1, 1)]
    assert separate(arguments, cases(1, 3)) is None
    assert separate([{"x": 0}] * 3 + [{"x": 1}], cases(3, 1)) is None


def test_a_report_says_it():
    """In a separate line, unless a mistake is named."""

    def embedding(input, weight):
        out = np.zeros((input.shape[0], weight.shape[1]))
        for i in range(input.shape[0]):
            out[i] = weight[input[i]]
        return out

    assert "\nIt is right just where `input` has 1 axis.\n" in str(course.assess(embedding, "embedding"))


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ([1, 2, (1, 2), (2, 3), (1, 2, 3)], "has 3 numbers"),
        ([None, None, None, None, (1, 2)], "is given"),
        (["a", "b", "a", "b", "c"], "is 'c'"),
        ([1, 2, 1, 2, (3,)], "is a tuple of one number"),
    ],
)
def test_one_case_may_be_the_only_one_that_is_wrong(values, what):
    """Where enough others are right, what it alone has is what an answer may have left out."""
    arguments = [{"same": 7, "x": value} for value in values]
    assert separate(arguments, cases(4, 1)) == Separation("x", what, wrong=True)
    assert separate([one | {"y": one["x"]} for one in arguments], cases(4, 1)) is None
    assert separate(arguments[1:], cases(3, 1)) is None


def test_a_report_says_where_it_is_wrong():
    """In the same place."""

    def grouped_num_parameters(in_channels, out_channels, kernel_size, groups, bias=True):
        sizes = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        last = sizes[-1]
        size = sizes[-2] * last if len(sizes) > 1 else last
        return out_channels * (in_channels // groups) * size + out_channels * bias

    told = str(course.assess(grouped_num_parameters, "grouped_num_parameters"))
    assert "\nIt is wrong just where `kernel_size` has 3 numbers.\n" in told


def test_an_argument_that_the_first_right_case_leaves_out_counts_too():
    """Padding is passed in the cases that are wrong, and nowhere else."""
    arguments = [{"x": 1}, {"x": 2}, {"x": 1, "padding": 1}, {"x": 2, "padding": (0, 1)}]
    assert separate(arguments, cases(2, 2)) == Separation("padding", "is not given")
