"""Comparing in stages: what is accepted, and what is reported about the rest."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course.calling.plain_data import Foreign
from course.checking.compare import ATOL, RTOL, as_data, close, compare
from course.checking.comparison import (
    Right,
    WrongCount,
    WrongKind,
    WrongNumber,
    WrongShape,
    WrongType,
    WrongValues,
)

EXPECTED = np.arange(12.0).reshape(3, 4) / 7 + 0.1


def compared(value, expected):
    """Compare one result, and give what was found."""
    (unit,) = compare(value, expected).units
    return unit.found


@given(
    hnp.arrays(
        np.float64,
        6,
        elements=st.sampled_from([0.0, 1.0, 1.000009, 1.00002, -1.0, 1e-6, 2e-6, np.nan, np.inf, -np.inf]),
    ),
    hnp.arrays(
        st.sampled_from([np.float64, np.complex128]), 6, elements=st.sampled_from([0.0, 1.0, -1.0, np.nan, np.inf])
    ),
)
def test_values_are_close_as_numpy_has_it(value, expected):
    """What counts as the same is what `np.isclose` says, NaN and infinities included."""
    said = np.isclose(value, expected, rtol=RTOL, atol=ATOL, equal_nan=True)
    assert np.array_equal(close(value, expected), said)


def test_large_whole_numbers_differ_by_one():
    """Their difference is taken without wrapping around, whatever their types."""
    value = np.array([2**31, -(2**62), 200], dtype=np.int64)
    assert close(value, np.array([2**31, 2**62, 200])).tolist() == [True, False, True]
    assert close(np.array([250], np.uint8), np.array([-6])).tolist() == [False]


FINITE = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=5), elements=st.floats(-1e3, 1e3))


@pytest.mark.parametrize(
    "contain",
    [
        lambda: EXPECTED,
        lambda: EXPECTED.astype(np.float32),
        lambda: EXPECTED.astype(np.longdouble),
        lambda: EXPECTED.tolist(),
        lambda: tuple(map(tuple, EXPECTED.tolist())),
        lambda: list(EXPECTED),
        lambda: [list(row) for row in EXPECTED],
        lambda: np.asfortranarray(EXPECTED),
        lambda: np.ma.array(EXPECTED),
        lambda: np.matrix(EXPECTED),
        lambda: EXPECTED.astype(">f8"),
    ],
    ids=["float64", "float32", "longdouble", "lists", "tuples", "rows", "scalars", "fortran", "masked",
         "matrix", "big-endian"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_right_values_pass_in_any_container(contain):
    """A right answer is right in any float width, as lists, and in any memory layout."""
    assert isinstance(compared(contain(), EXPECTED), Right)


def test_float16_is_right_only_where_its_digits_are_enough():
    """Zeros, ones and quarters are the same in float16; other values are not what was asked for, and it is named."""
    few = np.array([0.0, 1.0, 0.25, -3.5])
    assert isinstance(compared(few.astype(np.float16), few), Right)
    found = compared(EXPECTED.astype(np.float16), EXPECTED)
    assert isinstance(found, WrongValues)
    assert found.narrow == "float16"
    number = compared(np.float16(1 / 3), np.float64(1 / 3))
    assert isinstance(number, WrongNumber)
    assert number.narrow == "float16"


def test_other_mistakes_are_not_blamed_on_float16():
    """Values that are wrong in float64 are as wrong in float16, by however little, and narrow explains nothing."""
    for wrong in (EXPECTED * 1.01, EXPECTED + 0.1, EXPECTED[::-1]):
        for dtype in (np.float16, np.float64):
            found = compared(wrong.astype(dtype), EXPECTED)
            assert isinstance(found, WrongValues)
            assert found.narrow == ""
    assert compared((EXPECTED * (1 + 1e-4)).astype(np.float32), EXPECTED).narrow == ""


@pytest.mark.parametrize(
    ("value", "stage"),
    [
        (None, WrongType),
        ("0.1", WrongType),
        (object(), WrongType),
        ({"a": 1}, WrongType),
        ((x for x in (1, 2)), WrongType),
        (EXPECTED.astype(object), WrongType),
        (EXPECTED.astype(str), WrongType),
        ([None, None], WrongType),
        ((EXPECTED, EXPECTED[0]), WrongCount),
        (EXPECTED.T, WrongShape),
        (EXPECTED[0], WrongShape),
        (EXPECTED[np.newaxis], WrongShape),
        (EXPECTED[0, 0], WrongShape),
        (EXPECTED.astype(complex), WrongKind),
        (EXPECTED.astype(int), WrongKind),
        (EXPECTED > 0.5, WrongKind),
        (EXPECTED + 1e-3, WrongValues),
        (np.zeros_like(EXPECTED), WrongValues),
        (np.full_like(EXPECTED, np.nan), WrongValues),
        (np.full_like(EXPECTED, np.inf), WrongValues),
    ],
)
def test_each_fault_stops_at_its_own_stage(value, stage):
    """Type, number, shape, kind and values are looked at in this order, and the first fault is named."""
    assert isinstance(compared(value, EXPECTED), stage)


def test_whole_numbers_may_come_as_any_real_kind():
    """A count of 55.0 is 55; a one-hot row may hold floats or truth values."""
    assert isinstance(compared(55.0, 55), Right)
    assert isinstance(compared(np.eye(3), np.eye(3, dtype=int)), Right)
    assert isinstance(compared(np.eye(3, dtype=bool), np.eye(3, dtype=int)), Right)
    assert isinstance(compared(55.5, 55), WrongNumber)
    assert isinstance(compared(10**30, 55), WrongNumber)
    assert compared(-(10**400), 55).value == -np.inf


@pytest.mark.parametrize("value", [2_560_001, 2_560_000.4, np.float32(2_560_001), 2_559_999])
def test_a_whole_number_is_wanted_exactly(value):
    """No tolerance grows with a count: one too many in a million is wrong."""
    assert isinstance(compared(value, 2_560_000), WrongNumber)


def test_no_rows_may_come_as_a_list_or_as_its_array():
    """A list without rows can't say how long they would be; any other empty shape is compared as it is."""
    assert isinstance(compared([], np.zeros((0, 2))), Right)
    assert isinstance(compared(np.array([]), np.zeros((0, 2))), Right)
    assert isinstance(compared(np.zeros((0, 3)), np.zeros((0, 2))), WrongShape)
    assert isinstance(compared([], np.zeros((2, 0))), WrongShape)


def test_what_is_no_number_is_found_at_any_depth():
    """Text or None deep inside lists is a wrong type, not a wrong number of results."""
    assert compared([["1", "0"], ["0", "1"]], np.eye(2)).yours == "list of str"


def test_a_subclass_cannot_answer_for_itself():
    """An array whose class says yes to every comparison is compared by its numbers."""

    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return np.ones(self.shape, dtype=bool)

        __hash__ = None

    assert isinstance(compared(np.zeros_like(EXPECTED).view(Liar), EXPECTED), WrongValues)


def test_each_result_is_a_unit_of_its_own():
    """Of several results each is right or wrong on its own, and is named."""
    expected = (EXPECTED, np.ones(3))
    names = ("grad_input", "grad_bias")
    assert compare([EXPECTED, np.ones(3)], expected, names).right
    comparison = compare((EXPECTED, np.zeros(3)), expected, names)
    assert [(unit.name, type(unit.found)) for unit in comparison.units] == [
        ("grad_input", Right),
        ("grad_bias", WrongValues),
    ]
    assert [unit.name for unit in comparison.wrong] == ["grad_bias"]
    assert comparison.largest == 1
    assert [type(unit.found) for unit in compare((None, EXPECTED), expected, names).units] == [WrongType, WrongShape]


@pytest.mark.parametrize("value", [EXPECTED, None, (EXPECTED,), (EXPECTED, EXPECTED, EXPECTED)])
def test_results_that_cannot_be_told_apart_are_one_unit(value):
    """With another number of results it is unclear which is which, so the whole is wrong."""
    (unit,) = compare(value, (EXPECTED, np.ones(3)), ("grad_input", "grad_bias")).units
    assert unit.name == ""
    assert isinstance(unit.found, WrongType if value is None else WrongCount)


@pytest.mark.parametrize("value", [None, "a text", [1.0, [2.0, 3.0]], (np.ones(2), None), {"a": 1}])
def test_anything_can_be_expected(value):
    """A known mistake may return anything; the same result agrees with it, and an array does not."""
    assert compare(value, as_data(value)).right
    assert not compare(np.ones((3, 3)), as_data(value)).right


def test_the_first_difference_has_both_values_and_its_slice():
    """Place, values, and a map of the two-dimensional slice around it."""
    changed = EXPECTED.copy()
    changed[1, 2] = 9
    found = compared(changed, EXPECTED)
    assert (found.index, found.value, found.expected) == ((1, 2), 9.0, EXPECTED[1, 2])
    assert found.grid == ((False,) * 4, (False, False, True, False), (False,) * 4)
    assert compared(EXPECTED.T, EXPECTED).rearranged == "transposed"
    assert compared(EXPECTED.reshape(4, 3), EXPECTED).rearranged == "same values"


def test_a_list_that_contains_itself_is_refused():
    """A cyclic list ends in a fault, not in endless recursion."""
    loop: list = []
    loop.append(loop)
    assert isinstance(compared(loop, EXPECTED), WrongType | WrongCount)


@given(FINITE)
def test_an_array_equals_itself_and_its_narrower_forms(array):
    """Rounding to float32 never makes a right answer wrong."""
    assert isinstance(compared(array, array), Right)
    assert isinstance(compared(array.astype(np.float32), array), Right)


@given(FINITE, st.data())
def test_one_changed_value_is_found_at_its_place(array, data):
    """A single wrong element is found, and only that."""
    place = tuple(data.draw(st.integers(0, size - 1)) for size in array.shape)
    changed = array.copy()
    changed[place] += 1 + abs(changed[place])
    found = compared(changed, array)
    assert isinstance(found, WrongValues)
    assert (found.index, found.differing) == (place, 1)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=20))
def test_any_nested_list_becomes_data(value):
    """Whatever lists a student returns, they become an array, several results, or something foreign."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(as_data(value), (np.ndarray, tuple, Foreign))
        compare(value, EXPECTED)


def test_a_long_sum_in_float32_is_right_also_next_to_zero():
    """Large terms that cancel leave their rounding behind; among small values the tolerance stays as it is."""
    rng = np.random.default_rng(5)
    terms, factors = rng.normal(size=(4000, 80)), rng.normal(size=80)
    wanted = terms @ factors
    narrow = terms.astype(np.float32) @ factors.astype(np.float32)
    assert np.abs(narrow - wanted).max() > 2e-6
    assert isinstance(compared(narrow, wanted), Right)
    assert isinstance(compared(wanted + 2e-5, wanted), WrongValues)
    assert isinstance(compared(np.full(3, 2e-6), np.zeros(3)), WrongValues)
