"""What happened in a case: one type for each ending, and one outcome for each type."""

from typing import get_args

import numpy as np
import pytest

from course.calling.endings import Attempt, Ending, Raised
from course.checking.compare import compare
from course.checking.complaints import About, Cause, Complaint, find_cause, read_complaint
from course.checking.findings import Finding, Outcome, Returned, StoppedByError, find_ending, outcome_of


@pytest.mark.parametrize("ending", [e for e in Ending if e is not Ending.RETURNED])
def test_each_ending_has_an_outcome_of_the_same_name(ending):
    """What the call engine calls it, the report calls it."""
    assert outcome_of(find_ending(Attempt(ending))) == str(ending)


def test_each_ending_has_a_type_of_its_own():
    """None is distinguished by an optional field."""
    found = {type(find_ending(Attempt(ending))) for ending in Ending if ending is not Ending.RETURNED}
    assert len(found) == len(Ending) - 1
    assert found < set(get_args(Finding))


def test_a_call_that_returned_has_no_ending_of_its_own():
    """It is compared."""
    with pytest.raises(ValueError, match="is compared"):
        find_ending(Attempt(Ending.RETURNED))


def test_the_first_wrong_result_decides():
    """And where all are right, changed arguments do."""
    expected = (np.ones(2), np.ones(3))
    assert outcome_of(Returned(compare((np.ones(2), None), expected))) is Outcome.WRONG_TYPE
    assert outcome_of(Returned(compare((np.zeros(2), None), expected))) is Outcome.WRONG_VALUES
    assert outcome_of(Returned(compare(expected, expected), changed=("input",))) is Outcome.CHANGED_ARGUMENTS
    assert outcome_of(Returned(compare(expected, expected))) is Outcome.RIGHT


def test_an_error_is_read_once():
    """The complaint's numbers and the cause are facts next to the exception."""
    error = Raised("IndexError", "index 3 is out of bounds for axis 0 with size 3", line=2)
    complaint = Complaint(About.INDEX_BEYOND_AXIS, ("3", "0", "3"))
    assert find_ending(Attempt(Ending.RAISED, error=error)) == StoppedByError(error, complaint, Cause.INDEX)


@pytest.mark.parametrize("about", About)
def test_what_numpy_and_python_say_today_is_read(about):
    """Each complaint is provoked, so a new release that words it differently is noticed."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each is another one
        PROVOKED[about]()
    assert read_complaint(str(caught.value)).about is about


def _unbound():
    print(later)  # noqa: F821
    later = 1  # noqa: F841


class Layer:
    """As a student writes one."""


PROVOKED = {
    About.MASK_AXES: lambda: np.ones((2, 2)).__setitem__(np.ones((2, 2), bool), np.ones((2, 2))),
    About.MODULE_LACKS: lambda: getattr(np, "softmaxx"),  # noqa: B009
    About.KEYWORD: lambda: np.ones(3).sum(axes=0),
    About.EINSUM_DOTS: lambda: np.einsum("...i,io->o", np.ones((2, 2, 3)), np.ones((3, 4))),
    About.MATMUL_SIZES: lambda: np.ones((2, 3)) @ np.ones((2, 3)),
    About.DOT_SIZES: lambda: np.dot(np.ones((2, 3)), np.ones((2, 3))),
    About.MATMUL_OF_A_NUMBER: lambda: np.ones(3) @ np.float64(2),
    About.BROADCAST: lambda: np.ones(2) + np.ones(3),
    About.EINSUM_SIZES: lambda: np.einsum("ni,io->no", np.ones((2, 3)), np.ones((4, 3))),
    About.EINSUM_FEW_AXES: lambda: np.einsum("nij,io->no", np.ones((2, 3)), np.ones((3, 3))),
    About.EINSUM_MANY_AXES: lambda: np.einsum("n,io->no", np.ones((2, 3)), np.ones((3, 3))),
    About.EINSUM_OUTPUT: lambda: np.einsum("ni,io->nz", np.ones((2, 3)), np.ones((3, 3))),
    About.MASK_COUNTS: lambda: np.ones(3).__setitem__(np.array([True, False, True]), np.ones(3)),
    About.ASSIGNED_SHAPE: lambda: np.ones(2).__setitem__(slice(None), np.ones(3)),
    About.MASKED_SHAPE: lambda: np.add.at(np.ones(4), [0, 1], np.ones(3)),
    About.RESHAPE: lambda: np.ones(6).reshape(4, 2),
    About.TRUTH_VALUE: lambda: bool(np.ones(2)),
    About.OPERAND_IS_NONE: lambda: 1.0 + None,
    About.INDEX_BEYOND_AXIS: lambda: np.ones(3)[3],
    About.INDICES_PAIRED: lambda: np.ones((4, 4))[np.arange(3), np.arange(2)],
    About.TOO_MANY_INDICES: lambda: np.ones(3)[0, 0],
    About.NO_SUCH_AXIS: lambda: np.ones(3).sum(axis=1),
    About.INDEX_NOT_WHOLE: lambda: np.ones(3)[np.ones(1)],
    About.ARRAY_AS_INDEX: lambda: range(np.ones(2, dtype=int)),
    About.ARRAY_AS_NUMBER: lambda: float(np.ones(2)),
    About.SEQUENCE_AS_NUMBER: lambda: np.zeros(2).__setitem__(0, [1, 2]),
    About.UNEVEN_LIST: lambda: np.array([[1], [2, 3]]),
    About.IN_PLACE_SHAPE: lambda: np.add(np.ones((2, 1)), np.ones((2, 0)), out=np.ones((2, 1))),
    About.PAIRS_FOR_PAD: lambda: np.pad(np.ones((1, 1, 2, 2)), [(1, 1), (1, 1)]),
    About.UNEQUAL_PARTS: lambda: np.split(np.ones((2, 3)), 3),
    About.WINDOW_TOO_LARGE: lambda: np.lib.stride_tricks.sliding_window_view(np.ones(2), 3),
    About.MASK_AS_INDEX: lambda: np.ones((2, 4))[np.ones((4, 4), dtype=bool)],
    About.KIND_OF_NUMBERS: lambda: np.isnan(np.array(["a"])),
    About.MISSING_ATTRIBUTE: lambda: Layer().forward,
    About.NO_INDEX: lambda: np.ones((2, 2))[[slice(None), 0]],
    About.NAN_PROBABILITIES: lambda: np.random.default_rng(0).choice(2, p=[np.nan, np.nan]),
    About.SUM_OF_PROBABILITIES: lambda: np.random.default_rng(0).choice(2, p=[0.5, 0.25]),
    About.LIST_ARITHMETIC: lambda: [1, 2] * 0.5,
    About.NO_VALUE_YET: _unbound,
}


def test_other_messages_are_left_alone():
    """What is not known is not read."""
    assert read_complaint("only vectors") is None
    assert find_cause(Raised("ValueError", "only vectors")) is Cause.UNKNOWN
