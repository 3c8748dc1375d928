"""Comparing in stages: what is accepted, and what is said of what isn't."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course.calling.plain import Foreign
from course.checking.compare import Stage, as_data, compare

EXPECTED = np.arange(12.0).reshape(3, 4) / 7 + 0.1

FINITE = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=5), elements=st.floats(-1e3, 1e3))


@pytest.mark.parametrize(
    "contain",
    [
        lambda: EXPECTED,
        lambda: EXPECTED.astype(np.float32),
        lambda: EXPECTED.astype(np.float16),
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
    ids=["float64", "float32", "float16", "longdouble", "lists", "tuples", "rows", "scalars", "fortran", "masked",
         "matrix", "big-endian"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_right_values_pass_in_any_container(contain):
    """A right answer is right in any float width, as lists, and in any memory layout."""
    assert compare(contain(), EXPECTED).stage is Stage.RIGHT


@pytest.mark.parametrize(
    ("value", "stage"),
    [
        (None, Stage.TYPE),
        ("0.1", Stage.TYPE),
        (object(), Stage.TYPE),
        ({"a": 1}, Stage.TYPE),
        ((x for x in (1, 2)), Stage.TYPE),
        (EXPECTED.astype(object), Stage.TYPE),
        (EXPECTED.astype(str), Stage.TYPE),
        ([None, None], Stage.TYPE),
        ((EXPECTED, EXPECTED[0]), Stage.COUNT),
        (EXPECTED.T, Stage.SHAPE),
        (EXPECTED[0], Stage.SHAPE),
        (EXPECTED[np.newaxis], Stage.SHAPE),
        (EXPECTED[0, 0], Stage.SHAPE),
        (EXPECTED.astype(complex), Stage.KIND),
        (EXPECTED.astype(int), Stage.KIND),
        (EXPECTED > 0.5, Stage.KIND),
        (EXPECTED + 1e-3, Stage.VALUES),
        (np.zeros_like(EXPECTED), Stage.VALUES),
        (np.full_like(EXPECTED, np.nan), Stage.VALUES),
        (np.full_like(EXPECTED, np.inf), Stage.VALUES),
    ],
)
def test_each_fault_stops_at_its_own_stage(value, stage):
    """Type, number, shape, kind and values are looked at in this order, and the first fault is named."""
    assert compare(value, EXPECTED).stage is stage


def test_whole_numbers_may_come_as_any_real_kind():
    """A count of 55.0 is 55; a one-hot row may hold floats or truth values."""
    assert compare(55.0, 55).stage is Stage.RIGHT
    assert compare(np.eye(3), np.eye(3, dtype=int)).stage is Stage.RIGHT
    assert compare(np.eye(3, dtype=bool), np.eye(3, dtype=int)).stage is Stage.RIGHT
    assert compare(55.5, 55).stage is Stage.VALUES
    assert compare(10**30, 55).stage is Stage.VALUES
    assert compare(-(10**400), 55).value == -np.inf


@pytest.mark.parametrize("value", [2_560_001, 2_560_000.4, np.float32(2_560_001), 2_559_999])
def test_a_whole_number_is_wanted_exactly(value):
    """No tolerance grows with a count: one too many in a million is wrong."""
    assert compare(value, 2_560_000).stage is Stage.VALUES


def test_no_rows_may_come_as_a_list_or_as_its_array():
    """A list without rows can't say how long they would be; any other empty shape is compared as it is."""
    assert compare([], np.zeros((0, 2))).stage is Stage.RIGHT
    assert compare(np.array([]), np.zeros((0, 2))).stage is Stage.RIGHT
    assert compare(np.zeros((0, 3)), np.zeros((0, 2))).stage is Stage.SHAPE
    assert compare([], np.zeros((2, 0))).stage is Stage.SHAPE


def test_what_is_no_number_is_found_at_any_depth():
    """Text or None deep inside lists is a wrong type, not a wrong number of results."""
    assert compare([["1", "0"], ["0", "1"]], np.eye(2)).yours == "list of str"


def test_a_subclass_cannot_answer_for_itself():
    """An array whose class says yes to every comparison is compared by its numbers."""

    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return np.ones(self.shape, dtype=bool)

        __hash__ = None

    assert compare(np.zeros_like(EXPECTED).view(Liar), EXPECTED).stage is Stage.VALUES


def test_several_results_are_compared_one_by_one():
    """Of several results the first wrong one is named."""
    expected = (EXPECTED, np.ones(3))
    names = ("grad_input", "grad_bias")
    assert compare([EXPECTED, np.ones(3)], expected, names).stage is Stage.RIGHT
    found = compare((EXPECTED, np.zeros(3)), expected, names)
    assert (found.stage, found.part, found.index) == (Stage.VALUES, "grad_bias", (0,))
    assert compare(EXPECTED, expected, names).stage is Stage.COUNT
    assert compare((EXPECTED, None), expected, names).part == "grad_bias"


def test_patterns_of_the_difference_are_found():
    """Border, single row, factor, offset, sign, transpose: each is seen."""
    image = np.random.default_rng(0).normal(size=(1, 2, 5, 6))
    framed = image.copy()
    framed[..., 0, :] = framed[..., -1, :] = framed[..., 0] = framed[..., -1] = 9.0
    assert compare(framed, image).where.kind == "border"
    row = EXPECTED.copy()
    row[1] = 0
    found = compare(row, EXPECTED).where
    assert (found.kind, found.axis, found.index) == ("axis", 0, 1)
    assert compare(EXPECTED / 2, EXPECTED).relation.amount == pytest.approx(0.5)
    assert compare(EXPECTED + 2, EXPECTED).relation.kind == "offset"
    assert compare(-EXPECTED, EXPECTED).relation.amount == pytest.approx(-1)
    assert compare(EXPECTED.round(2), EXPECTED).relation.kind == "near"
    assert compare(EXPECTED.T, EXPECTED).rearranged == "transposed"
    assert compare(EXPECTED.reshape(4, 3), EXPECTED).rearranged == "same values"


def test_a_list_that_contains_itself_is_refused():
    """A cyclic list ends in a fault, not in endless recursion."""
    loop: list = []
    loop.append(loop)
    assert compare(loop, EXPECTED).stage in (Stage.TYPE, Stage.COUNT)


@given(FINITE)
def test_an_array_equals_itself_and_its_narrower_forms(array):
    """Rounding to float32 never makes a right answer wrong."""
    assert compare(array, array).stage is Stage.RIGHT
    assert compare(array.astype(np.float32), array).stage is Stage.RIGHT


@given(FINITE, st.data())
def test_one_changed_value_is_found_at_its_place(array, data):
    """A single wrong element is found, and only that."""
    place = tuple(data.draw(st.integers(0, size - 1)) for size in array.shape)
    changed = array.copy()
    changed[place] += 1 + abs(changed[place])
    found = compare(changed, array)
    assert (found.stage, found.index, found.differing) == (Stage.VALUES, place, 1)


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
    assert compare(narrow, wanted).stage is Stage.RIGHT
    assert compare(wanted + 2e-5, wanted).stage is Stage.VALUES
    assert compare(np.full(3, 2e-6), np.zeros(3)).stage is Stage.VALUES
