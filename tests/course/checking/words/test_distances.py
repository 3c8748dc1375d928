"""What reports say about how far a single number is from the right one."""

import pytest

from course.checking.words.distances import ratio_of


@pytest.mark.parametrize(
    ("value", "expected", "sizes", "said"),
    [
        (57, 3, {5}, " Yours is 19 times that."),
        (3, 57, {19}, " Yours is that divided by 19."),
        (0.5, 28.5, {57}, " Yours is that divided by 57."),
        (0.5, 28.5, {6}, ""),
        (-0.5, 28.5, {6}, ""),
        (0.5, 2.5, {6}, " Yours is that divided by 5."),
        (1.5, 0.75, (), " Yours is twice that."),
        (-1.5, 1.5, (), " Yours is the negative of it."),
    ],
)
def test_a_ratio_is_told_where_it_is_no_coincidence(value, expected, sizes, said):
    """Of a count always; of other numbers if it is small, or a size of the call."""
    assert ratio_of(value, expected, sizes)[0] == said
