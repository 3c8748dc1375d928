"""Chapter 16, the loop: training a network, and a loop to repair."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters import training_reference as right
from course.chapters.mistakes import training as wrong
from course.chapters.training_use import ENOUGH, SPLIT, STEPS, TRAINED, split, start, use_train
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "16_training"


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


TRAIN = Exercise(
    name="train",
    chapter=CHAPTER,
    points=5,
    reference=right.train,
    oracle=None,
    use=use_train,
    cases=(
        Case("three steps", lambda rng: _run(rng, 40, 8, 3, 0.1, 0.9)),
        Case(
            "around the data", lambda rng: _run(rng, 11, 4, 6, 0.1, 0.5), note="batches go on from the end to the start"
        ),
        Case("50 steps", lambda rng: _run(rng, 400, 16, 50, 0.05, 0.9)),
        Case(
            "digits it has not seen",
            _whole_training,
            note=f"{STEPS} steps, then 400 other digits",
            answer=ENOUGH,
        ),
    ),
    misconceptions=(
        Misconception(
            "train.first-batch-only",
            wrong.train_first_batch_only,
            "when every step takes the first batch.",
            "Step k takes samples k · batch_size to (k + 1) · batch_size, around the end if need be.",
        ),
        Misconception(
            "train.gradients-pile-up",
            wrong.train_gradients_pile_up,
            "when the gradients of earlier steps are added to those of this one.",
            "Each step has gradients of its own. PyTorch's loop begins with zero_grad() for the same reason.",
        ),
        Misconception(
            "train.no-step",
            wrong.train_never_steps,
            "when the parameters never change.",
            "The layers must get the new arrays: own[...] = new writes into the model.",
        ),
        Misconception(
            "train.no-momentum",
            wrong.train_without_momentum,
            "when the momentum is not used.",
            "The velocity goes from step to step. Where does yours get lost?",
        ),
        Misconception(
            "train.velocity-lost",
            wrong.train_velocity_lost,
            "when the velocity starts anew, from the gradient, in every step.",
            "Make the velocity once, before the loop.",
        ),
        Misconception(
            "train.summed-gradient",
            wrong.train_summed_gradient,
            "when the loss is a mean, and the gradient is that of the sum.",
            "The gradient of a mean is divided by the batch size, too.",
        ),
        Misconception(
            "train.loss-after-the-step",
            wrong.train_loss_after_the_step,
            "when the loss is measured after the step.",
            "The loss of a step is that of the forward pass from which its gradients came.",
        ),
    ),
    hints=(
        "Before the loop: one velocity of zeros for each parameter. In the loop: take a batch, go forward, get loss "
        "and gradient, go backward, step.",
        "np.arange(k · batch_size, (k + 1) · batch_size) % len(images) gives the rows of batch k, around the end.",
        "After model.backward(grad_logits), sgd_step(model.parameters(), model.gradients(), lr, momentum, velocity) "
        "gives new arrays. Write each into the model's own with own[...] = new.",
    ),
    explanation=(
        "parameters() gives the model's own arrays, so writing into them trains the model. The velocity lives outside "
        "the loop: it is what one step tells the next."
    ),
    seconds=60.0,
)


def _line(rng: np.random.Generator, n: int, steps: int) -> dict[str, Any]:
    x = normal(rng, n)
    return {"x": x, "target": np.round(1.5 * x - 1 + 0.3 * normal(rng, n), 6), "lr": 0.1, "steps": steps}


REPAIR = Exercise(
    name="repair_fit",
    chapter=CHAPTER,
    points=2,
    reference=right.repair_fit,
    oracle=None,
    given=wrong.fit_as_given,
    cases=(
        Case("two steps", lambda rng: _line(rng, 5, 2)),
        Case("ten steps", lambda rng: _line(rng, 8, 10)),
        Case("more samples", lambda rng: _line(rng, 30, 20)),
    ),
    misconceptions=(
        Misconception(
            "repair_fit.as-given",
            wrong.fit_as_given,
            "when the function is left as it was handed out.",
            "Print grad_weight in every step. Does it ever become small, when the loss does?",
        ),
        Misconception(
            "repair_fit.bias-piles-up",
            wrong.fit_bias_piles_up,
            "when the gradient of the weight starts anew in every step, and that of the bias does not.",
            "The same was wrong with both.",
        ),
        Misconception(
            "repair_fit.weight-piles-up",
            wrong.fit_weight_piles_up,
            "when the gradient of the bias starts anew in every step, and that of the weight does not.",
            "The same was wrong with both.",
        ),
        Misconception(
            "repair_fit.mean-of-all-gradients",
            wrong.fit_mean_of_all,
            "when each step goes along the mean of all gradients so far.",
            "Old gradients belong to old parameters. Use those of this step alone.",
        ),
    ),
    hints=(
        "In the first step everything is right. What does the second step see that it should not?",
        "`+=` adds to what is there. What is there at the start of the second step?",
        "Each step's gradients must start from zero, or be assigned with `=`.",
    ),
    explanation=(
        "The gradients were added to those of the steps before. In PyTorch, backward() adds as well, which is why "
        "every loop there begins with optimizer.zero_grad()."
    ),
)

LOOP = (TRAIN, REPAIR)
