"""What the chapter on recurrent layers declares without an oracle, held against PyTorch."""

import numpy as np
import pytest
import torch

import course


def test_clip_grad_norm_is_pytorchs():
    """In two hundred draws, some of them clipped and some not, arrays and norm are those of `clip_grad_norm_`."""
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
