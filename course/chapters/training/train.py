"""Training a network: forward, backward and a step, batch after batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.counting.linear import Linear
from course.chapters.counting.sequential import Sequential
from course.chapters.training.cross_entropy_loss import cross_entropy_loss
from course.chapters.training.draws import start
from course.chapters.training.lenet import lenet
from course.chapters.training.sgd_step import sgd_step
from course.chapters.training.split import SPLIT, split
from course.chapters.training.use import ENOUGH, START, TRAINED, use_train
from course.checking.sampling import whole
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum


def train(model, data, lr, momentum, batch_size, steps):
    """Train a model, and give the loss of every step.

    model: forward, backward, parameters and gradients, as in Sequential
    Each step overwrites the model's own parameters in place: p[...] = new.
    data: images and labels
    returns a list of `steps` losses, each computed before its step
    """
    images, labels = data
    velocity = [np.zeros(p.shape) for p in model.parameters()]
    losses = []
    for step in range(steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)
        loss, grad_logits = cross_entropy_loss(model.forward(images[rows]), labels[rows])
        model.backward(grad_logits)
        params, velocity = sgd_step(model.parameters(), model.gradients(), lr, momentum, velocity)
        for own, new in zip(model.parameters(), params, strict=True):
            own[...] = new
        losses.append(loss)
    return losses


STEPS = 300


def _run(rng: np.random.Generator, n: int, batch_size: int, steps: int, lr: float, momentum: float) -> dict[str, Any]:
    images, labels = split()
    rows = rng.permutation(TRAINED)[:n]
    return {
        "params": start(rng),
        "data": (images[rows], labels[rows]),
        "lr": lr,
        "momentum": momentum,
        "batch_size": batch_size,
        "steps": steps,
    }


def _by_hand(rng: np.random.Generator, samples: int, steps: int) -> dict[str, Any]:
    """Draw samples of one number and a Linear. With three samples, the second batch wraps around to the start."""
    return {
        "params": None,
        "images": whole(rng, samples, 1, most=2),
        "labels": rng.permutation(10)[:samples],
        "lr": 0.5,
        "momentum": 0.9,
        "batch_size": 2,
        "steps": steps,
    }


def _whole_training(rng: np.random.Generator) -> dict[str, Any]:
    images, labels = split()
    return {
        "params": start(np.random.default_rng(SPLIT)),  # always the same: what is asked for must not depend on luck
        "data": (images[:TRAINED].copy(), labels[:TRAINED].copy()),
        "lr": 0.05,
        "momentum": 0.9,
        "batch_size": 16,
        "steps": STEPS,
        "look": "unseen digits",
    }


def _loss(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell the samples of a step of one Linear, the share that it gives to each right class, and the loss."""
    params, n = [START, np.zeros(len(START))], arguments["batch_size"]
    velocity = [np.zeros(p.shape) for p in params]
    rows, shares = np.arange(0), np.zeros(0)
    for step in range(index[0] + 1):
        rows = np.arange(step * n, (step + 1) * n) % len(arguments["images"])
        images, labels = arguments["images"][rows], arguments["labels"][rows]
        exp = np.exp(images @ params[0].T + params[1])
        p = exp / exp.sum(axis=1, keepdims=True)
        shares = p[np.arange(n), labels]
        p[np.arange(n), labels] -= 1
        grads = [p.T @ images / n, p.mean(axis=0)]
        params, velocity = sgd_step(params, grads, arguments["lr"], arguments["momentum"], velocity)
    terms = " - ".join(f"log {share:.3g}" for share in shares)
    told = f"step {index[0] + 1} takes samples {' and '.join(map(str, rows))}; the softmax of their right classes: "
    return f"{told}(-{terms})/{n} = {-np.log(shares).mean():.4g}"


def _weight(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out a weight after the first step, where each of ten classes has the same probability."""
    return _parameter(arguments, index, arguments["images"][:, 0])


def _bias(arguments: Arguments, index: tuple[int, ...]) -> str:
    return _parameter(arguments, index, None)


def _parameter(arguments: Arguments, index: tuple[int, ...], factors: np.ndarray | None) -> str:
    if arguments["steps"] > 1:
        return ""
    share, n, lr = 1 / len(START), arguments["batch_size"], arguments["lr"]
    errors = [share - (label == index[0]) for label in arguments["labels"][:n]]
    terms = [f"({share:g} - 1)" if error < 0 else f"{share:g}" for error in errors]
    total = sum(errors)
    if factors is not None:
        terms = [f"{term}·{in_a_sum(factor)}" for term, factor in zip(terms, factors, strict=False)]
        total = sum(error * factor for error, factor in zip(errors, factors, strict=False))
    return f"0 - {lr:g}·({' + '.join(terms)})/{n} = {-lr * total / n:.4g}"


EXERCISE = Exercise(
    points=5,
    solution=train,
    oracle=None,
    use=use_train,
    needs=(lenet, Linear, Sequential),
    returns=("losses", "weight", "bias"),
    trace={"losses": _loss, "weight": _weight, "bias": _bias},
    cases=(
        Case("one step of a Linear", lambda rng: _by_hand(rng, 2, 1), note="then parameters(), which began at 0"),
        Case(
            "two steps of a Linear",
            lambda rng: _by_hand(rng, 4, 2),
            note="then parameters(); in the second step there is a velocity",
        ),
        Case(
            "three steps of a Linear",
            lambda rng: _by_hand(rng, 3, 3),
            note="then parameters(); three samples in batches of two",
        ),
        Case("three steps", lambda rng: _run(rng, 40, 8, 3, 0.1, 0.9)),
        Case("around the data", lambda rng: _run(rng, 11, 4, 6, 0.1, 0.5), note="batches wrap around to the start"),
        Case("50 steps", lambda rng: _run(rng, 400, 16, 50, 0.05, 0.9)),
        Case(
            "digits it has not seen",
            _whole_training,
            note=f"{STEPS} steps, then 400 other digits",
            answer=ENOUGH,
        ),
    ),
    mistakes=(
        Mistake(
            "first-batch-only",
            edit=("np.arange(step * batch_size, (step + 1) * batch_size) % len(images)", "np.arange(batch_size)"),
            gives="when every step takes the first batch.",
            advice="Step k takes samples k · batch_size to (k + 1) · batch_size, around the end if need be.",
        ),
        Mistake(
            "gradients-pile-up",
            edit=(
                ("losses = []", "losses, total = [], [np.zeros(p.shape) for p in model.parameters()]"),
                (
                    "model.backward(grad_logits)",
                    "model.backward(grad_logits)\n        total = [t + g for t, g in zip(total, model.gradients())]",
                ),
                ("model.gradients(), lr", "total, lr"),
            ),
            gives="when the gradients of earlier steps are added to the gradients of this step.",
            advice="Each step has its own gradients. PyTorch's loop begins with zero_grad() for the same reason.",
        ),
        Mistake(
            "no-step",
            edit=("own[...] = new", "own = new"),
            gives="when the parameters never change.",
            advice="The layers must get the new arrays: own[...] = new writes into the model.",
        ),
        Mistake(
            "no-momentum",
            edit=("lr, momentum, velocity", "lr, 0, velocity"),
            gives="when the momentum is not used.",
            unwritten="Momentum is not used yet",
            advice="The velocity goes from step to step. Where does yours get lost?",
        ),
        Mistake(
            "rate-and-momentum-exchanged",
            edit=("lr, momentum, velocity)", "momentum, lr, velocity)"),
            gives="when sgd_step gets the momentum as its learning rate, and the learning rate as its momentum.",
            advice="In which order does sgd_step take its arguments?",
        ),
        Mistake(
            "velocity-lost",
            edit=("lr, momentum, velocity", "lr, momentum, model.gradients()"),
            gives="when the velocity starts again, from the gradient, in every step.",
            advice="Make the velocity once, before the loop.",
        ),
        Mistake(
            "summed-gradient",
            edit=("model.backward(grad_logits)", "model.backward(grad_logits * batch_size)"),
            gives="when the loss is a mean, and the gradient belongs to the sum.",
            advice="The gradient of a mean is divided by the batch size, too.",
        ),
        Mistake(
            "loss-after-the-step",
            edit=(
                "losses.append(loss)",
                "losses.append(cross_entropy_loss(model.forward(images[rows]), labels[rows])[0])",
            ),
            gives="when the loss is measured after the step.",
            advice="The loss of a step comes from the forward pass that gave its gradients.",
        ),
        Mistake(
            "rest-skipped",
            edit=(
                "rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)",
                "first = step % (len(images) // batch_size) * batch_size\n"
                "        rows = np.arange(first, first + batch_size)",
            ),
            gives="when the images that do not fill a whole batch are left out, and batch 0 comes next.",
            advice="A batch that reaches the end continues with the first images.",
        ),
        Mistake(
            "cut-off-at-the-end",
            edit=(
                "rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)",
                "first = step * batch_size % len(images)\n"
                "        rows = np.arange(first, min(first + batch_size, len(images)))",
            ),
            gives="when a batch that reaches the end is cut off there, and the next one starts as if it had not been.",
            advice="A batch that reaches the end continues with the first images. A slice does not.",
        ),
        Mistake(
            "last-batch-shorter",
            edit=(
                "rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(images)",
                "first = step % -(-len(images) // batch_size) * batch_size\n"
                "        rows = np.arange(first, min(first + batch_size, len(images)))",
            ),
            gives="when the last batch is shorter, and the next one starts with image 0.",
            advice="A batch that reaches the end continues with the first images.",
        ),
    ),
    hints=(
        "Before the loop: one velocity of zeros for each parameter. In the loop: take a batch, go forward, get "
        "loss and gradient, go backward, step.",
        "np.arange(k · batch_size, (k + 1) · batch_size) % len(images) gives the rows of batch k, around the end.",
        "After model.backward(grad_logits), sgd_step(model.parameters(), model.gradients(), lr, momentum, "
        "velocity) gives new arrays. Write each into the model's own with own[...] = new.",
    ),
    explanation=(
        "parameters() gives the model's own arrays, so writing into them trains the model. The velocity lives "
        "outside the loop: it is what one step tells the next."
    ),
    seconds=60.0,
)
