"""What no oracle checks in chapter 12: the axes of `normalization_axes`, compared with PyTorch's layers."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import course
from course.checking.findings import Outcome

X = np.random.default_rng(0).normal(2.0, 3.0, (4, 6, 3, 5))
LAYERS = {
    "batch": lambda x: F.batch_norm(x, None, None, training=True),
    "layer": lambda x: F.layer_norm(x, x.shape[1:]),
    "instance": F.instance_norm,
    "group": lambda x: F.group_norm(x, 2),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_the_axes_are_those_over_which_pytorch_normalizes(kind):
    """Mean and variance over these axes, of groups in the place of samples, give PyTorch's result."""
    axes = course.exercises["normalization_axes"].reference[kind]
    x = X.reshape(8, 3, 3, 5) if kind == "group" else X
    ours = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + 1e-5)
    theirs = LAYERS[kind](torch.from_numpy(X)).numpy()
    np.testing.assert_allclose(ours.reshape(X.shape), theirs, atol=1e-9)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ((0, 1), "N, C: 4 means"),
        ((3, -1, 7), "W, W, axis 7"),
        ((1, -3), "C, C"),
        (1, "C: 12 means"),
        (np.array([0, 2]), "N, H: 8 means"),
        ((), "no axis: 48 means"),
        ((0, 1, 2, 3), "N, C, H, W: 1 mean"),
        (..., 'Not written yet: "the axes of batch".'),
        (None, "it is not made of whole numbers"),
        ("NHW", "it is not made of whole numbers"),
        ((0.0, 2.0), "it is not made of whole numbers"),
        ((True, 2), "it is not made of whole numbers"),
        ({0, 2, 3}, "it is not made of whole numbers"),
        (((0, 2), 3), "it is not made of whole numbers"),
    ],
)
def test_a_wrong_entry_is_told_in_letters(entry, said):
    """Whatever is there, the report says what was read, and not what is expected."""
    axes = {**course.exercises["normalization_axes"].reference, "batch": entry}
    report = course.assess(axes, "normalization_axes")
    assert report.lead.outcome is Outcome.WRONG_VALUES
    assert said in str(report)
    assert "the axes of batch" in str(report)
    assert "N, H, W" not in str(report)


@pytest.mark.parametrize("value", [None, 3, (0, 2, 3), "batch", {}, {1: (0, 2, 3)}, np.zeros(3), print])
def test_what_is_no_such_dict_is_refused(value):
    """Only a dict with the four entries earns anything."""
    report = course.assess(value, "normalization_axes")
    assert (report.score, report.misconception) == (0, None)


def test_a_dict_of_dots_is_not_attempted():
    """The cell as it was handed out is not a mistake."""
    report = course.assess(dict.fromkeys(("batch", "layer", "instance", "group"), ...), "normalization_axes")
    assert report.lead.outcome is Outcome.NOT_ATTEMPTED


def test_running_statistics_come_back_and_the_callers_stay():
    """PyTorch changes its running statistics in place; the oracle hands them out as results, and so does the lesson."""
    exercise = course.exercises["batch_norm"]
    x, mean, var, one = X, np.full(6, 2.0), np.full(6, 9.0), np.ones(6)
    _, new_mean, new_var = exercise.reference(x, mean, var, one, one, True)
    tensors = [torch.tensor(array) for array in (x, mean, var)]
    F.batch_norm(*tensors, training=True)
    np.testing.assert_allclose(new_mean, tensors[1].numpy(), atol=1e-12)
    np.testing.assert_allclose(new_var, tensors[2].numpy(), atol=1e-12)
    assert (mean == 2.0).all()
    assert (var == 9.0).all()
