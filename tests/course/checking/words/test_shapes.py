"""Shapes in a report: which sizes clash."""

import pytest

from course.checking.complaints import About, Complaint
from course.checking.document import Shape, Strong
from course.checking.words.shapes import product_in, unequal, unequal_from_the_end, values_of


def clashes(*shapes):
    return [sorted(shape.clash) for shape in shapes]


@pytest.mark.parametrize(
    ("yours", "wanted", "marked"),
    [
        ((2, 3), (2, 4), [[1], [1]]),
        ((3, 2), (2, 3), [[0, 1], [0, 1]]),
        ((2, 3), (2, 3, 1, 1), [[], [2, 3]]),
        ((2, 1, 3), (2, 3), [[1], []]),
        ((), (2,), [[], [0]]),
        ((5,), (2, 3), [[0], [0, 1]]),
    ],
)
def test_sizes_of_a_result_that_differ_are_marked(yours, wanted, marked):
    """Of shapes with unequal numbers of axes, what is between the equal ends."""
    assert clashes(*unequal(yours, wanted)) == marked


@pytest.mark.parametrize(
    ("first", "second", "marked"),
    [
        ((2, 3), (2,), [[1], [0]]),
        ((4, 1, 3), (2, 3), [[], []]),
        ((4, 2, 3), (5, 3), [[1], [0]]),
    ],
)
def test_sizes_that_can_not_be_broadcast_are_marked(first, second, marked):
    """From the last axis, where neither is 1."""
    assert clashes(*unequal_from_the_end(first, second)) == marked


def test_a_complaint_names_its_shapes_with_what_clashes():
    """The inner sizes of a product; what is not a shape stays as it is."""
    first, second, *inner = values_of(Complaint(About.DOT_SIZES, ("(2,3)", "(4,3)", "3", "4")))
    assert (first, second) == (Shape((2, 3), frozenset({1})), Shape((4, 3), frozenset({0})))
    assert inner == [Strong("3"), Strong("4")]
    assert values_of(Complaint(About.DOT_SIZES, ("(2,3)", "(4,)", "3", "4")))[1] == Shape((4,), frozenset({0}))
    odd = Complaint(About.BROADCAST, ("(3,newaxis)", "(2,)"))
    assert values_of(odd) == odd.values


CALLED = "linear(input (2, 3), weight (4, 3), bias (4,))"


@pytest.mark.parametrize(
    ("source", "sizes", "told"),
    [
        ("output = input @ weight", ("4", "3"), " input (2, 3) @ weight (4, 3)"),
        ("return weight.T @ input.T", ("3", "4"), " weight.T (3, 4) @ input.T (3, 2)"),
        ("return input.T @ bias", ("4", "2"), " input.T (3, 2) @ bias (4,)"),
        ("output = input @ weight", ("9", "3"), ""),  # the name holds something else by now
        ("output = input @ weight @ weight", ("4", "3"), ""),
        ("output = x @ weight", ("4", "3"), ""),
        ("output = f(input) @ weight", ("4", "3"), ""),
        ("output = input @ weight[0]", ("4", "3"), ""),
        ("np.matmul(input, weight)", ("4", "3"), ""),
    ],
)
def test_a_product_is_written_with_its_shapes_where_they_are_known(source, sizes, told):
    """Only where both sides are arguments of the call, and the sizes are those that NumPy complains of."""
    pieces = product_in(source, CALLED, Complaint(About.MATMUL_SIZES, sizes))
    assert "".join(piece.text for piece in pieces) == told
    assert all(len(piece.clash) == 1 for piece in pieces if isinstance(piece, Shape))
