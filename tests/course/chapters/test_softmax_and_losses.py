"""What chapter 04's own references promise, compared with PyTorch."""

import importlib

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import course
from course.chapters.softmax_and_losses.use import LAYERS
from course.checking.prepared import Prepared

# the package has chapters of these names
scores = importlib.import_module("course.chapters.softmax_and_losses.draws")


@pytest.mark.parametrize("seed", range(10))
def test_cross_entropy_backward_is_what_autograd_gives_for_cross_entropy(seed):
    """The oracle writes the loss in tensor methods; here it is PyTorch's own."""
    prepared = Prepared(course.exercises["cross_entropy_backward"], seed)
    for arguments, expected in zip(prepared.arguments, prepared.expected, strict=True):
        x = torch.tensor(arguments["input"], requires_grad=True)
        F.cross_entropy(x, torch.tensor(arguments["target"])).backward()
        np.testing.assert_allclose(expected, x.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_last_layer_for_and_its_loss_are_what_pytorchs_losses_are_made_of():
    """Each task's last layer with the loss that takes probabilities is the loss that takes a linear layer's scores."""
    layers = course.exercises["last_layer_for"].reference
    x = torch.tensor(np.random.default_rng(0).normal(size=(5, 3)))
    labels, classes = (x > 0.3).double(), torch.tensor([0, 2, 1, 1, 0])

    def last(task):
        layer = getattr(torch.nn, layers[task])
        return x if layer is torch.nn.Linear else layer(dim=1)(x) if layer is torch.nn.Softmax else layer()(x)

    assert last("regression").min() < 0
    torch.testing.assert_close(
        F.binary_cross_entropy(last("yes or no"), labels),
        F.binary_cross_entropy_with_logits(last("yes or no, for BCEWithLogitsLoss"), labels),
    )
    torch.testing.assert_close(
        F.nll_loss(last("one of several classes").log(), classes),
        F.cross_entropy(last("one of several classes, for CrossEntropyLoss"), classes),
    )
    assert (last("several labels at once").sum(1) > 1).any()


def test_last_layer_for_says_what_the_summary_table_says():
    """A layer that the exercise wants last is one that the table calls a last layer; ReLU is none."""
    cards = {card.name: card.last_layer for card in importlib.import_module("course.catalog").CARDS}
    wanted = set(course.exercises["last_layer_for"].reference.values())
    assert {name: cards[name].startswith("Yes") for name in LAYERS} == {name: name in wanted for name in LAYERS}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"regression": "Linaer"}, '"Linaer"'),
        ({"Regression": "Linear"}, "no key 'regression'; its keys are 'Regression'"),
        ({"regression": torch.nn.Linear}, "text is expected"),
        (["Linear"], "not a dict"),
        (7, "not a dict"),
        ({1: "Linear"}, "a text is expected"),
        ({"regression": ["Linear"]}, "text is expected"),
    ],
)
def test_last_layer_for_tells_what_was_written(value, told):
    """Whatever is there, the report says it in plain words."""
    report = course.assess(value, "last_layer_for")
    assert not report.passed
    assert told in str(report), str(report)


def test_last_layer_for_with_blanks_left_is_told_apart_from_none_written():
    """Untouched it is not attempted; half filled it earns its share."""
    blank = dict.fromkeys(course.exercises["last_layer_for"].solution, ...)
    assert course.assess(blank, "last_layer_for").outcome.value == "not attempted"
    assert course.assess(blank | {"regression": "Linear"}, "last_layer_for").score == pytest.approx(1 / 6)


def test_scores_far_from_zero_are_the_same_in_float32():
    """An answer that computes in float32 sees the very same scores."""
    rng = np.random.default_rng(0)
    for drawn in (scores.FAR + scores.eighths(rng, 2, 4), scores.far_apart(rng, 4), scores.spread(rng, 3)):
        assert np.array_equal(drawn, drawn.astype(np.float32))


@pytest.mark.parametrize("seed", range(10))
def test_predict_has_the_last_layers_of_pytorchs_modules(seed):
    """A network of modules gives the same, with the last layer that `last_layer_for` says."""
    layers = course.exercises["last_layer_for"].reference
    prepared = Prepared(course.exercises["predict"], seed)
    seen = set()
    for arguments, expected in zip(prepared.arguments, prepared.expected, strict=True):
        *arrays, task = arguments.values()
        x, w1, b1, w2, b2 = map(torch.tensor, arrays)
        hidden = F.linear(x, w1, b1)
        scores = F.linear(torch.relu(hidden), w2, b2)
        last = {"Linear": lambda x: x, "Sigmoid": torch.sigmoid, "Softmax": torch.nn.Softmax(dim=1)}[layers[task]]
        np.testing.assert_allclose(expected, last(scores).numpy(), rtol=1e-9, atol=1e-12)
        assert hidden.min() < 0 < hidden.max()
        assert scores.min() < 0 < scores.max()
        seen.add(task)
    assert seen == {task for task in layers if "Loss" not in task}
