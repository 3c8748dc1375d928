"""Chapter 16 held against PyTorch: `sgd_step`, `cross_entropy_loss`, `lenet`, `train`, `accuracy` and `repair_fit`."""

import numpy as np
import pytest
import torch

import course
from course.chapters.training.draws import start
from course.chapters.training.split import split
from course.chapters.training.use import TRAINED, WANTED

SEEDS = range(5)
OURS = course.exercises


def network(params):
    """Build the same network in PyTorch, in float64, from the same start."""
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(256, 10),
    ).double()
    with torch.no_grad():
        for own, given in zip(net.parameters(), params, strict=True):
            own.copy_(torch.tensor(given))
    return net


@pytest.mark.parametrize("seed", SEEDS)
def test_fifty_losses_equal_pytorch_s(seed):
    """From the same start, `train` on `lenet` has the losses of torch.optim.SGD, step for step."""
    rng = np.random.default_rng(seed)
    images, labels = split()
    rows = rng.permutation(TRAINED)[:600]
    images, labels, params = images[rows], labels[rows], start(rng)
    mine = OURS["train"].solution(OURS["lenet"].solution(params), (images, labels), 0.05, 0.9, 16, 50)
    net = network(params)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    theirs = []
    for step in range(50):
        batch = np.arange(16 * step, 16 * (step + 1)) % len(images)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(torch.tensor(images[batch])), torch.tensor(labels[batch]))
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    np.testing.assert_allclose(mine, theirs, rtol=1e-4)


def test_digits_that_were_not_seen_are_read():
    """The whole training passes with room to spare, so that another order of sums passes too."""
    images, labels = split()
    model = OURS["lenet"].solution(start(np.random.default_rng(4)))
    OURS["train"].solution(model, (images[:TRAINED], labels[:TRAINED]), 0.05, 0.9, 16, 300)
    assert OURS["accuracy"].solution(model, images[TRAINED:], labels[TRAINED:]) > WANTED + 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_the_loss_and_its_gradient_equal_pytorch_s(seed):
    """`cross_entropy_loss` is torch.nn.functional.cross_entropy with its gradient."""
    rng = np.random.default_rng(seed)
    logits, labels = 3 * rng.normal(size=(6, 4)), rng.integers(0, 4, size=6)
    tensor = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(tensor, torch.tensor(labels))
    loss.backward()
    mine, grad = OURS["cross_entropy_loss"].solution(logits, labels)
    np.testing.assert_allclose(mine, loss.item(), rtol=1e-12)
    np.testing.assert_allclose(grad, tensor.grad.numpy(), rtol=1e-9, atol=1e-15)


def test_steps_equal_pytorch_s_optimizer():
    """`sgd_step` moves as torch.optim.SGD with momentum does, three steps in a row."""
    rng = np.random.default_rng(0)
    params, velocity = [rng.normal(size=(3, 4)), rng.normal(size=4)], [np.zeros((3, 4)), np.zeros(4)]
    tensors = [torch.tensor(p, requires_grad=True) for p in params]
    optimizer = torch.optim.SGD(tensors, lr=0.1, momentum=0.7)
    for _ in range(3):
        grads = [rng.normal(size=p.shape) for p in params]
        for tensor, grad in zip(tensors, grads, strict=True):
            tensor.grad = torch.tensor(grad)
        optimizer.step()
        params, velocity = OURS["sgd_step"].solution(params, grads, 0.1, 0.7, velocity)
    for mine, theirs in zip(params, tensors, strict=True):
        np.testing.assert_allclose(mine, theirs.detach().numpy(), rtol=1e-12)


def test_the_network_and_its_gradients_equal_pytorch_s():
    """`lenet` gives PyTorch's logits and gradients, and `accuracy` the share of largest logits that are right."""
    rng = np.random.default_rng(1)
    images, labels = split()
    images, labels, params = images[:7], labels[:7], start(rng)
    net, mine = network(params), OURS["lenet"].solution(params)
    logits = net(torch.tensor(images))
    np.testing.assert_allclose(mine.forward(images), logits.detach().numpy(), atol=1e-12)
    grad = rng.normal(size=(7, 10))
    logits.backward(torch.tensor(grad))
    mine.backward(grad)
    for one, other in zip(mine.gradients(), net.parameters(), strict=True):
        np.testing.assert_allclose(one, other.grad.numpy(), atol=1e-12)
    wanted = (logits.argmax(dim=1) == torch.tensor(labels)).double().mean().item()
    assert OURS["accuracy"].solution(mine, images, labels) == pytest.approx(wanted)


def test_the_repaired_fit_is_pytorch_s():
    """`repair_fit` has the losses of plain gradient descent on the mean squared error."""
    rng = np.random.default_rng(2)
    x, target = rng.normal(size=9), rng.normal(size=9)
    weight, bias = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))
    optimizer = torch.optim.SGD([weight, bias], lr=0.1)
    theirs = []
    for _ in range(12):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(weight * torch.tensor(x) + bias, torch.tensor(target))
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    np.testing.assert_allclose(OURS["repair_fit"].solution(x, target, 0.1, 12), theirs, rtol=1e-12)


def test_a_network_that_keeps_the_callers_arrays_is_found():
    """Training it would change what the next network starts from."""
    known = {one.mistake.slug: one for one in OURS["lenet"].misconceptions}
    report = course.assess(known["arrays-shared"].variant, "lenet")
    assert report.misconceptions == ("lenet.arrays-shared",)
    assert [case.name for case in report.cases if not case.passed] == ["logits after another network has changed"]
    assert "lenet(sequential.parameters())" in str(report)
