"""Chapter 16 compared with PyTorch: `sgd_step`, `cross_entropy_loss`, `lenet`, `train`, `accuracy` and `repair_fit`."""

import inspect
import linecache

import numpy as np
import pytest
import torch

import course
from course.chapters.counting.setup import pair, put_back, windows
from course.chapters.training.draws import start
from course.chapters.training.split import split
from course.chapters.training.use import TRAINED, WANTED
from course.checking.locating import eligible, stages
from course.checking.prepared import Prepared
from course.data import loss_curves
from tests.course.chapters.remembered import assess

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


@pytest.mark.whole
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


LAYERS = ("Linear", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Sequential")


@pytest.fixture
def notebook(monkeypatch):
    """Make one namespace of the course's layers, as cells that a student has pasted, and give a function for more.

    Limits of time are left out: on a busy machine they would change the report.
    """
    monkeypatch.setattr(eligible, "SLOWEST", 5.0)
    monkeypatch.setattr(stages, "CALL", 2.0)
    monkeypatch.setattr(stages, "CPU", 5.0)
    names = {"np": np}

    def run(source):
        file = f"<cell {len(names)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), names)
        return names

    for helper in (pair, windows, put_back):
        run(inspect.getsource(helper))
    for name in LAYERS:
        run(inspect.getsource(OURS[name].solution))
    return run


@pytest.mark.whole
@pytest.mark.parametrize(
    ("left_out", "last", "first"),
    [
        ("ReLU(),\n        Flatten", "the output of the second Conv2d", "the output of the second ReLU"),
        ("ReLU(),\n        MaxPool2d", "the output of the first Conv2d", "the output of the first ReLU"),
    ],
)
def test_the_first_layer_that_is_missing_is_told(notebook, left_out, last, first):
    """No known mistake leaves out one ReLU alone: what the layers compute tells which."""
    source = inspect.getsource(OURS["lenet"].solution)
    assert source.count(left_out) == 1
    wrong = notebook(source.replace(left_out, left_out.partition("        ")[2]))["lenet"]
    told = str(course.assess(wrong, "lenet"))
    assert f"Right so far: {last}, " in told
    assert f"None of your lines gives {first}." in told


@pytest.mark.whole
@pytest.mark.parametrize(
    ("slip", "first"),
    [
        (("velocity)\n", "[0.9 * v for v in velocity])\n        velocity = [2 * v for v in velocity]\n"), "weight["),
        (("losses.append(loss)", "losses.append(loss + 1)"), "losses[0]"),
        (("grad_logits)\n", "grad_logits ** 2)\n"), "weight[0]"),
    ],
)
@pytest.mark.xdist_group("exercise train")  # with its contracts: what its known mistakes give takes seconds to compute
def test_of_one_step_the_loss_and_the_parameters_are_told_apart(slip, first):
    """Where the loss is right and the parameters are not, the step is wrong."""
    exercise = OURS["train"]
    source = inspect.getsource(exercise.solution)
    assert source.count(slip[0]) == 1
    names = dict(vars(inspect.getmodule(exercise.solution)))
    exec(source.replace(*slip), names)
    assert f"First difference at {first}" in str(assess(names["train"], "train", together=False))


def test_each_curve_shows_what_its_cause_does():
    """The signs by which `cause_of_curve` tells them apart."""
    answer, curves = OURS["cause_of_curve"].solution, loss_curves()
    shown = {cause: curves[letter] for letter, cause in answer.items()}
    guessing = np.log(10)
    batches, unseen = shown["no update"]
    assert np.ptp(unseen) == 0
    batches, unseen = shown["rate too high"]
    assert batches[:40].max() > 1.5 * guessing
    assert unseen[-1] > 0.95 * guessing
    batches, unseen = shown["overfitting"]
    assert batches[-1] < 0.05
    assert unseen[-1] > 1.3 * unseen.min()
    batches, unseen = shown["rate too low"]
    assert (np.diff(unseen) < 0).all()
    assert unseen[-1] > 0.75 * guessing


def test_a_wrong_sign_sends_the_loss_up_for_good():
    """What the advice says about a cause that no curve shows."""
    images, labels = split()
    network = OURS["lenet"].solution(start(np.random.default_rng(1)))
    losses = []
    for _ in range(20):
        loss, grad = OURS["cross_entropy_loss"].solution(network.forward(images[:32]), labels[:32])
        losses.append(loss)
        network.backward(grad)
        for p, g in zip(network.parameters(), network.gradients(), strict=True):
            p += 0.03 * g
    assert (np.diff(losses) > 0).all()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"A": "no updates"}, "no updates (none of the six causes)"),
        ({"a": "no update"}, "no key 'A'; its keys are 'a'"),
        (["no update"], "not a dict"),
        ({"A": ["no update"]}, "text is expected"),
    ],
)
def test_cause_of_curve_tells_what_was_written(value, told):
    """Whatever is there, the report says it in plain words, and never the right cause."""
    report = course.assess(value, "cause_of_curve")
    assert not report.passed
    assert told in str(report), str(report)
    assert not any(cause in str(report) for cause in ("too high", "too low", "overfitting"))


def test_causes_with_blanks_left_are_told_apart_from_none_written():
    """Untouched it is not attempted; half filled it earns its share."""
    blank = dict.fromkeys("ABCD", ...)
    assert course.assess(blank, "cause_of_curve").outcome.value == "not attempted"
    assert course.assess(blank | {"C": "overfitting"}, "cause_of_curve").score == pytest.approx(1 / 4)


def test_a_case_is_as_large_as_all_that_it_is_given():
    """Data in a tuple and parameters in a list count, so that the cases for a pencil are asked first."""
    prepared = Prepared(course.exercises["train"])
    sizes = {case.name: numbers for case, numbers in zip(prepared.exercise.cases, prepared.numbers, strict=True)}
    assert max(sizes["one step of a Linear"], sizes["three steps of a Linear"]) < sizes["three steps"]
    assert sizes["three steps"] < sizes["50 steps"] < sizes["digits it has not seen"]
