"""What comes back from a student's code as data, and what stays an object."""

import collections
import enum
import fractions
from decimal import Decimal

import numpy as np
import pytest

from course.calling.arguments import copied
from course.calling.plain_data import Foreign, carried

Pair = collections.namedtuple("Pair", "first second")


class Layer(enum.StrEnum):
    LINEAR = "Linear"


class Rows(list):
    pass


class Network(list):
    def forward(self, x):
        return x


class Misleading(list):
    def __iter__(self):
        return iter([7])

    def __len__(self):
        return 7


class Counted(dict):
    def items(self):
        return [("another", 1)]


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (Pair(1, [2.0]), (1, [2.0])),
        (Rows([1, Rows([2])]), [1, [2]]),
        (collections.OrderedDict(step=1), {"step": 1}),
        (collections.defaultdict(list, step=1), {"step": 1}),
        ({Layer.LINEAR: Layer.LINEAR}, Foreign("dict")),
        (Layer.LINEAR, "Linear"),
        (np.str_("Linear"), "Linear"),
        (fractions.Fraction(1, 4), 0.25),
        (Decimal("0.25"), 0.25),
        (Misleading([1, 2]), [1, 2]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_python_s_own_types_are_made_into_is_data(value, data):
    """It comes out in the plain type, with what it holds: none of its methods is asked."""
    found = carried(value)
    assert (type(found), found) == (type(data), data)


@pytest.mark.parametrize("value", [Network([1]), Counted(a=1)], ids=["network", "mapping"])
def test_a_type_with_methods_of_its_own_is_an_object(value):
    """A network may be a list of its layers: it is kept, and not taken for the list."""
    assert type(carried(value)) is Foreign


def test_an_object_that_is_handed_on_is_not_copied():
    """A network inside another one stays what it is; a list of arrays is copied."""
    network, arrays = Network([1]), [np.zeros(2)]
    assert copied(network) is network
    assert copied(arrays)[0] is not arrays[0]
