"""What chapter 03 decides by itself, held against PyTorch and the summary table."""

import numpy as np
import pytest
import torch

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
