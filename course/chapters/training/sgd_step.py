"""One step of stochastic gradient descent with momentum."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.training.use import use_sgd_step
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake, Trace
from course.checking.worked_out import in_a_sum


def sgd_step(params, grads, lr, momentum, velocity):
    """Take one step of gradient descent with momentum.

    params, grads, velocity: lists of arrays, the same shapes in the same order
    returns two new lists: the parameters and the velocities after the step

    Example: p = 1, g = 2, lr = 0.1, momentum = 0.9 and v = 10 give v = 11 and p = -0.1.
    """
    velocity = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]
    params = [p - lr * v for p, v in zip(params, velocity, strict=True)]
    return params, velocity


def _step(rng: np.random.Generator, momentum: float, moving: bool = True) -> dict[str, Any]:
    shapes = ((3, 4), (4,))
    return {
        "params": [normal(rng, *shape) for shape in shapes],
        "grads": [normal(rng, *shape) for shape in shapes],
        "lr": round(float(rng.uniform(0.05, 0.3)), 3),
        "momentum": momentum,
        "velocity": [normal(rng, *shape) if moving else np.zeros(shape) for shape in shapes],
    }


def _by_hand(rng: np.random.Generator) -> dict[str, Any]:
    lists = {name: [whole(rng, 1, 3), whole(rng, 1)] for name in ("params", "grads", "velocity")}
    rates = {"lr": int(rng.integers(1, 5)) / 10, "momentum": int(rng.integers(6, 10)) / 10}
    return {"params": lists["params"], "grads": lists["grads"], **rates, "velocity": lists["velocity"]}


def _velocity(which: int) -> Trace:
    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        v, g, momentum = arguments["velocity"][which][index], arguments["grads"][which][index], arguments["momentum"]
        if "steps" in arguments:
            return ""
        return f"{momentum:g}·{in_a_sum(v)} + {in_a_sum(g)} = {momentum * v + g:.4g}"

    return trace


def _param(which: int) -> Trace:
    def trace(arguments: Arguments, index: tuple[int, ...]) -> str:
        p, lr = arguments["params"][which][index], arguments["lr"]
        new = _velocity(which)(arguments, index)
        if not new:
            return ""
        params, _ = sgd_step(**arguments)
        told = new.partition(" = ")[0]
        return f"{p:.4g} - {lr:g}·({told}) = {params[which][index]:.4g}"

    return trace


EXERCISE = Exercise(
    points=2,
    solution=sgd_step,
    oracle=None,
    returns=("weight", "bias", "velocity of weight", "velocity of bias"),
    use=use_sgd_step,
    cases=(
        Case("one step", _by_hand),
        Case("a first step", lambda rng: _step(rng, 0.9, moving=False), note="from velocity 0"),
        Case("a later step", lambda rng: _step(rng, 0.8)),
        Case("without momentum", lambda rng: _step(rng, 0.0)),
        Case("three steps", lambda rng: _step(rng, 0.7, moving=False) | {"steps": 3}, note="from velocity 0"),
    ),
    mistakes=(
        Mistake(
            "momentum-ignored",
            edit=("momentum * v + g", "g"),
            gives="when the velocity is the gradient alone: the momentum is not used.",
            unwritten="Momentum is not written yet",
            advice="A share of the old velocity is kept. Which argument says how much?",
        ),
        Mistake(
            "uphill",
            edit=("p - lr", "p + lr"),
            gives="when the step goes in the direction of the gradient: the loss grows.",
            advice="The gradient points where the loss grows. Look at the sign of the step.",
        ),
        Mistake(
            "momentum-sign",
            edit=("v + g", "v - g"),
            gives="when the gradient is subtracted from the velocity, and the velocity from the parameter.",
            advice="Two minus signs make a plus. Only one of the two lines has one.",
        ),
        Mistake(
            "dampened",
            edit=("v + g", "v + (1 - momentum) * g"),
            gives="when the gradient is multiplied by 1 - momentum.",
            advice="That is a mean of gradients. PyTorch adds the whole gradient, unless dampening is asked for.",
        ),
        Mistake(
            "old-velocity",
            edit=(
                ("    velocity = [", "    new_velocity = ["),
                ("return params, velocity", "return params, new_velocity"),
            ),
            gives="when the step is taken with the velocity from before.",
            advice="First the velocity changes, then the parameter moves with the new one.",
        ),
        Mistake(
            "rate-in-velocity",
            edit=(("v + g", "v + lr * g"), ("p - lr * v", "p - v")),
            gives="when the learning rate is part of the velocity.",
            advice=(
                "In PyTorch the velocity collects gradients as they are. The rate comes in when the parameter moves."
            ),
        ),
        Mistake(
            "nesterov",
            edit=(
                "p - lr * v for p, v in zip(params, velocity, strict=True)",
                "p - lr * (momentum * v + g) for p, v, g in zip(params, velocity, grads, strict=True)",
            ),
            gives="when the step looks ahead: Nesterov's momentum.",
            advice="That is PyTorch's nesterov=True. Here the parameter moves with the velocity itself.",
        ),
        Mistake(
            "in-place",
            edit=(
                (
                    "velocity = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]",
                    "for v, g in zip(velocity, grads, strict=True):\n        v *= momentum\n        v += g",
                ),
                (
                    "params = [p - lr * v for p, v in zip(params, velocity, strict=True)]",
                    "for p, v in zip(params, velocity, strict=True):\n        p -= lr * v",
                ),
            ),
            gives="when the caller's arrays or lists are changed.",
            advice="`v *= ...` writes into an array that was given, `velocity[i] = ...` into a list. Make new ones.",
        ),
        Mistake(
            "step-in-velocity",
            edit=(
                ("v + g", "v - lr * g"),
                ("p - lr * v", "p + v"),
            ),
            gives="when the velocity is the step itself, momentum · v - lr · g, and is added to the parameter.",
            advice=(
                "In PyTorch the velocity collects gradients as they are. Rate and minus sign come in when the "
                "parameter moves."
            ),
        ),
    ),
    hints=(
        "Each parameter has its own gradient and velocity. zip goes through the three lists together.",
        "The new velocity is momentum · v + g.",
        "The new parameter is p - lr · v, with the new v. Put both into new lists and return the two.",
    ),
    explanation=(
        "The velocity is a fading sum of all gradients so far. Where they agree it grows, where they change sign "
        "they cancel. The parameter moves against it."
    ),
    trace={
        "weight": _param(0),
        "bias": _param(1),
        "velocity of weight": _velocity(0),
        "velocity of bias": _velocity(1),
    },
)
