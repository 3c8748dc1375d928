"""What chapter 03 decides by itself, compared with PyTorch and the summary table."""

import numpy as np
import pytest
import torch

import course
from course.catalog import CARDS
from course.chapters.activations.is_elementwise import EXERCISE as IS_ELEMENTWISE
from course.chapters.activations.is_elementwise import is_elementwise
from course.checking.prepared import Prepared


def _jacobian_is_diagonal(layer, input):
    """Tell by finite differences, in both directions, whether outputs depend on their own place only."""
    if layer(input).shape != input.shape:
        return False
    steps = np.eye(input.size).reshape(input.size, *input.shape) * 0.5
    jacobian = np.stack([(layer(input + step) - layer(input - step)).ravel() for step in steps])
    return bool(np.all(np.abs(jacobian[~np.eye(input.size, dtype=bool)]) < 1e-9))


@pytest.mark.parametrize("seed", range(10))
def test_is_elementwise_agrees_with_the_jacobian_of_every_case(seed):
    """The reference says what a matrix of differences says, and each case holds both answers."""
    prepared = Prepared(IS_ELEMENTWISE, seed)
    for arguments, expected in zip(prepared.arguments, prepared.expected, strict=True):
        input, *layers = arguments.values()
        assert expected.tolist() == [_jacobian_is_diagonal(layer, input) for layer in layers]
        assert set(expected.tolist()) == {True, False}


MODULES = [card for card in CARDS if card.chapter in ("03_activations", "04_softmax_and_losses", "05_dropout")]


@pytest.mark.parametrize("card", MODULES, ids=lambda card: card.name)
def test_is_elementwise_gives_the_column_of_the_summary_table(card):
    """For the layers that keep the shape, the column is what the test finds in PyTorch."""
    module = eval(card.call, {"torch": torch})
    input = np.random.default_rng(1).normal(size=(2, 5))

    def layer(x):
        torch.manual_seed(0)  # dropout: the same mask each time
        return module(torch.tensor(x)).numpy()

    assert is_elementwise(layer, input) is card.elementwise


FUNCTIONS = {
    "leaky ReLU with slope 0.1": lambda x: torch.nn.functional.leaky_relu(x, 0.1),
    "ReLU6": torch.nn.functional.relu6,
    "hardtanh": torch.nn.functional.hardtanh,
    "gate of hardswish": lambda x: torch.nn.functional.relu6(x + 3) / 6,
    "absolute value": torch.abs,
}


def test_pieces_has_the_bends_and_slopes_of_pytorchs_functions():
    """Between two bends the slope is autograd's everywhere, and at a bend it changes."""
    table = course.exercises["pieces"].reference
    assert table.keys() == FUNCTIONS.keys()
    for name, (bends, slopes) in table.items():
        x = torch.linspace(-9, 9, 1801, dtype=torch.float64) + 0.001  # no bend among them
        x.requires_grad_()
        (found,) = torch.autograd.grad(FUNCTIONS[name](x).sum(), [x])
        expected = np.array(slopes)[np.searchsorted(bends, x.detach().numpy())]
        np.testing.assert_allclose(found.numpy(), expected, rtol=5e-4)  # the table has four digits of 1/6
        assert np.all(np.diff(slopes) != 0)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (7, "not a dict"),
        ({"relu6": ([0], [1])}, "no entry 'leaky ReLU with slope 0.1'"),
        ({"leaky ReLU with slope 0.1": 0.1}, "not two lists"),
        ({"leaky ReLU with slope 0.1": [-1, 1]}, "not two lists"),
        ({"leaky ReLU with slope 0.1": ..., "ReLU6": 0}, 'Not written yet: bends under "leaky ReLU with slope 0.1".'),
        ({"leaky ReLU with slope 0.1": ([0], [1])}, "it has slopes for 1 piece, and its bends make 2 pieces"),
        ({"leaky ReLU with slope 0.1": ("0", [0.1, 1])}, "not a list of numbers"),
        ({"leaky ReLU with slope 0.1": ([10**400], [0.1, 1])}, "too large"),
    ],
)
def test_pieces_tells_what_was_written(value, told):
    """The report says in plain words what was written."""
    report = course.assess(value, "pieces")
    assert not report.passed
    assert told in str(report), str(report)


def test_pieces_never_shows_a_right_entry():
    """A report on a table with one wrong entry does not show the right one."""
    table = course.exercises["pieces"].reference
    report = course.assess(table | {"gate of hardswish": ([-2, 2], [0, 0.25, 0])}, "pieces")
    for page in (str(report), report._repr_html_()):
        assert "0.17" not in page
        assert "-3" not in page


@pytest.mark.parametrize("seed", range(10))
def test_two_layer_network_is_pytorchs_sequential(seed):
    """The reference equals PyTorch's linear, ReLU, linear; hidden and output values have both signs in every case."""
    prepared = Prepared(course.exercises["two_layer_network"], seed)
    for arguments, expected in zip(prepared.arguments, prepared.expected, strict=True):
        x, w1, b1, w2, b2 = map(torch.tensor, arguments.values())
        first, second = (torch.nn.Linear(w.shape[1], w.shape[0], dtype=torch.float64) for w in (w1, w2))
        with torch.no_grad():
            for parameter, array in zip((*first.parameters(), *second.parameters()), (w1, b1, w2, b2), strict=True):
                parameter.copy_(array)
            output = torch.nn.Sequential(first, torch.nn.ReLU(), second)(x)
            hidden = first(x)
        np.testing.assert_allclose(expected, output.numpy(), rtol=1e-10, atol=1e-12)
        assert hidden.min() < 0 < hidden.max()
        assert expected.min() < 0 < expected.max()
