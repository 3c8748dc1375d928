"""What the chapter on recurrent layers declares without an oracle, compared with PyTorch."""

import numpy as np
import pytest
import torch

import course
from course import cost


def test_clip_grad_norm_is_pytorchs():
    """In two hundred draws, some of them clipped and some not, arrays and norm are the same as from `clip_grad_norm_`."""
    rng = np.random.default_rng(0)
    clip_grad_norm = course.exercises["clip_grad_norm"].solution
    clipped = 0
    for _ in range(200):
        grads = [rng.normal(size=rng.integers(1, 5, size=axes)) for axes in (1, 2, 3)]
        max_norm = float(rng.uniform(0.5, 8))
        parameters = [torch.nn.Parameter(torch.zeros(grad.shape, dtype=torch.float64)) for grad in grads]
        for parameter, grad in zip(parameters, grads, strict=True):
            parameter.grad = torch.tensor(grad)
        norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
        ours, before = clip_grad_norm(grads, max_norm)
        assert before == pytest.approx(float(norm), rel=1e-12)
        for one, parameter in zip(ours, parameters, strict=True):
            np.testing.assert_allclose(one, parameter.grad.numpy(), rtol=1e-12)
        clipped += before > max_norm
    assert 50 < clipped < 150


def test_lstm_is_the_module_with_its_parameters_in_their_order():
    """`torch.nn.LSTM` gives the same from the same arrays, position first and batch first."""
    torch.manual_seed(0)
    lstm = course.exercises["lstm"].solution
    module = torch.nn.LSTM(3, 4).double()
    parameters = [parameter.detach().numpy() for parameter in module.parameters()]
    x, states = torch.randn(5, 2, 3).double(), (torch.randn(1, 2, 4).double(), torch.randn(1, 2, 4).double())
    with torch.no_grad():
        output, (h, c) = module(x, states)
    for one, other in zip(lstm(x.numpy(), *(s.numpy() for s in states), *parameters), (output, h, c), strict=True):
        np.testing.assert_allclose(one, other.numpy(), atol=1e-12)


def test_the_lessons_layer_costs_what_the_lesson_says():
    """Parameters by the exercise and by the cost's formulas; torchinfo's mult-adds count the biases, too."""
    counted = course.exercises["lstm_num_parameters"].solution(8, 16)
    found = cost.summary("torch.nn.LSTM(8, 16)", (20, 3, 8))
    assert counted == found.parameters == 4 * 16 * (8 + 16 + 2) == 1664
    assert (found.true_mult_adds, found.mult_adds) == (20 * 3 * 64 * (8 + 16), 99_840)


def test_gradients_vanish_or_explode_over_time_as_the_lesson_says():
    """With a rotation times 0.8 or 1.2 as weight, over 30 positions and a loss on the last state."""
    rnn_backward = course.exercises["rnn_backward"].solution
    rng = np.random.default_rng(0)
    rotation = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    x, weight_ih = rng.normal(size=(30, 1, 4)) / 10, rng.normal(size=(16, 4)) * 0.03
    gradient = np.zeros((30, 1, 16))
    gradient[-1] = rng.normal(size=16)
    ratios = {}
    for factor in (0.8, 1.0, 1.2):
        grads = rnn_backward(gradient, x, weight_ih, factor * rotation, np.zeros(16), np.zeros(16))[0]
        first, *_, last = np.linalg.norm(grads, axis=(1, 2))
        ratios[factor] = first / last
    assert ratios[0.8] < 0.01
    assert 0.2 < ratios[1.0] < 5
    assert ratios[1.2] > 20
