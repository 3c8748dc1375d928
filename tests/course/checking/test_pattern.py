"""Patterns in what differs: each is seen where it is, and none where there is none."""

import numpy as np
import pytest

from course.checking.pattern import MAP_COLUMNS, MAP_ROWS, Relation, Where, find_grid, find_relation, find_where

EXPECTED = np.arange(12.0).reshape(3, 4) / 7 + 0.1


def test_the_border_and_one_row_are_seen():
    """Values that differ only around the edge of the images, or only in one row."""
    framed = np.ones((1, 2, 5, 6), dtype=bool)
    framed[..., 1:-1, 1:-1] = False
    assert find_where(framed) == Where("border")
    row = np.zeros((3, 4), dtype=bool)
    row[1] = True
    assert find_where(row) == Where("axis", 0, 1)
    assert find_where(np.ones((3, 4), dtype=bool)) == Where("everywhere")
    assert find_where(np.eye(3, dtype=bool)) == Where("scattered")


@pytest.mark.parametrize(
    ("value", "kind", "amount"),
    [
        (EXPECTED / 2, "factor", 0.5),
        (-EXPECTED, "factor", -1),
        (EXPECTED + 2, "offset", 2),
        (EXPECTED + 5e-5, "near", 5e-5),
        (EXPECTED + 0.001, "offset", 0.001),
    ],
)
def test_one_factor_offset_or_rounding_is_seen(value, kind, amount):
    """Every value is wrong in the same way."""
    found = find_relation(value, EXPECTED)
    assert (found.kind, found.amount) == (kind, pytest.approx(amount))


@pytest.mark.parametrize("value", [EXPECTED**2, EXPECTED * np.nan, EXPECTED * np.inf, EXPECTED[::-1]])
def test_no_relation_is_made_up(value):
    """Where the values have nothing to do with each other, no relation is reported."""
    assert find_relation(value, EXPECTED) is None


def test_two_values_are_no_pattern():
    """Any two values have a factor between them by chance."""
    assert find_relation(np.array([2.0, 4.0]), np.array([1.0, 2.0])) is None
    assert find_relation(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0])) == Relation("factor", 2.0)


def test_a_map_shows_the_slice_with_the_first_difference_and_is_cut_off():
    """A large slice is cut off, a vector is one row."""
    wrong = np.zeros((2, 3, 40, 50), dtype=bool)
    wrong[1, 2, 0, 1] = True
    grid = find_grid(wrong, (1, 2, 0, 1))
    assert (len(grid), len(grid[0]), grid[0][:2]) == (MAP_ROWS, MAP_COLUMNS, (False, True))
    assert find_grid(np.array([True, False]), (0,)) == ((True, False),)
