"""Chapter 16: a network of the student's own layers learns to read digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters import training_reference as right
from course.chapters.mistakes import training as wrong
from course.chapters.training_loop import LOOP
from course.chapters.training_use import SHAPES, split, start, use_accuracy, use_lenet, use_sgd_step
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "16_training"


def _step(rng: np.random.Generator, momentum: float, moving: bool = True) -> dict[str, Any]:
    shapes = ((3, 4), (4,))
    return {
        "params": [normal(rng, *shape) for shape in shapes],
        "grads": [normal(rng, *shape) for shape in shapes],
        "lr": round(float(rng.uniform(0.05, 0.3)), 3),
        "momentum": momentum,
        "velocity": [normal(rng, *shape) if moving else np.zeros(shape) for shape in shapes],
    }


SGD_STEP = Exercise(
    name="sgd_step",
    chapter=CHAPTER,
    points=2,
    reference=right.sgd_step,
    oracle=None,
    use=use_sgd_step,
    returns=("weight", "bias", "velocity of weight", "velocity of bias"),
    cases=(
        Case("a first step", lambda rng: _step(rng, 0.9, moving=False), note="from velocity 0"),
        Case("a later step", lambda rng: _step(rng, 0.8)),
        Case("without momentum", lambda rng: _step(rng, 0.0)),
        Case("three steps", lambda rng: _step(rng, 0.7, moving=False) | {"steps": 3}, note="from velocity 0"),
    ),
    misconceptions=(
        Misconception(
            "sgd_step.momentum-ignored",
            wrong.step_without_momentum,
            "when the velocity is the gradient alone: the momentum is not used.",
            "A share of the old velocity is kept. Which argument says how much?",
        ),
        Misconception(
            "sgd_step.uphill",
            wrong.step_uphill,
            "when the step goes along the gradient: the loss grows.",
            "The gradient points to where the loss grows. Look at the sign of the step.",
        ),
        Misconception(
            "sgd_step.momentum-sign",
            wrong.step_momentum_sign,
            "when the gradient is taken off the velocity, and the velocity off the parameter.",
            "Two minus signs make a plus. Only one of the two lines has one.",
        ),
        Misconception(
            "sgd_step.dampened",
            wrong.step_dampened,
            "when the gradient is multiplied by 1 - momentum.",
            "That is a mean of gradients. PyTorch adds the whole gradient, unless dampening is asked for.",
        ),
        Misconception(
            "sgd_step.old-velocity",
            wrong.step_old_velocity,
            "when the step is taken with the velocity from before.",
            "First the velocity changes, then the parameter moves with the new one.",
        ),
        Misconception(
            "sgd_step.rate-in-velocity",
            wrong.step_rate_in_velocity,
            "when the learning rate is part of the velocity.",
            "In PyTorch the velocity collects gradients as they are. The rate comes in when the parameter moves.",
        ),
        Misconception(
            "sgd_step.nesterov",
            wrong.step_nesterov,
            "when the step looks ahead: Nesterov's momentum.",
            "That is PyTorch's nesterov=True. Here the parameter moves with the velocity itself.",
        ),
        Misconception(
            "sgd_step.in-place",
            wrong.step_in_place,
            "when the caller's arrays are changed.",
            "`v *= ...` and `p -= ...` write into the arrays that were given. Make new ones.",
        ),
    ),
    hints=(
        "Each parameter has a gradient and a velocity of its own. zip goes through the three lists together.",
        "The new velocity is momentum · v + g.",
        "The new parameter is p - lr · v, with the new v. Put both into new lists and return the two.",
    ),
    explanation=(
        "The velocity is a fading sum of all gradients so far. Where they agree it grows, where they change sign "
        "they cancel. The parameter moves against it."
    ),
)


def _batch(rng: np.random.Generator, n: int, classes: int, scale: float = 1.0) -> dict[str, Any]:
    labels = rng.integers(0, classes, size=n)
    labels[0], labels[-1] = 0, classes - 1
    return {"logits": scale * normal(rng, n, classes), "labels": labels}


def _surely_wrong(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _batch(rng, 3, 5)
    drawn["logits"][1, (drawn["labels"][1] + 1) % 5] += 1000
    return drawn


CROSS_ENTROPY = Exercise(
    name="cross_entropy_loss",
    chapter=CHAPTER,
    points=2,
    reference=right.cross_entropy_loss,
    oracle=None,
    returns=("loss", "grad_logits"),
    cases=(
        Case("a small batch", lambda rng: _batch(rng, 2, 3)),
        Case("one sample", lambda rng: _batch(rng, 1, 4)),
        Case("more samples than classes", lambda rng: _batch(rng, 7, 4)),
        Case("logits near 1000", _surely_wrong, note="sure of a wrong class"),
    ),
    misconceptions=(
        Misconception(
            "cross_entropy_loss.sum",
            wrong.loss_summed,
            "when the losses of the batch are summed.",
            "The loss of a batch is the mean, and its gradient shrinks with it.",
        ),
        Misconception(
            "cross_entropy_loss.gradient-of-the-sum",
            wrong.loss_mean_gradient_summed,
            "when the loss is a mean and its gradient that of the sum.",
            "The mean divides by n. What does that do to the gradient?",
        ),
        Misconception(
            "cross_entropy_loss.target-not-subtracted",
            wrong.loss_without_minus_one,
            "when the gradient is the softmax alone.",
            "The gradient is p - y. At which class is y not zero?",
        ),
        Misconception(
            "cross_entropy_loss.gradient-turned",
            wrong.loss_gradient_turned,
            "when the gradient has the wrong sign.",
            "A larger logit of the right class makes the loss smaller. Which sign must its gradient have?",
        ),
        Misconception(
            "cross_entropy_loss.no-maximum",
            wrong.loss_unshifted,
            "when the largest logit is not subtracted first: exp(1000) is infinite.",
            "Softmax does not change when a number is taken off a whole row.",
        ),
        Misconception(
            "cross_entropy_loss.no-logarithm",
            wrong.loss_without_log,
            "when the loss is one minus the probability of the right class.",
            "Cross-entropy is minus the logarithm of that probability.",
        ),
    ),
    hints=(
        "Chapter 04 has both parts: log_softmax and the gradient p - y.",
        "With rows = np.arange(n), log_p[rows, labels] takes from each row the entry of its label.",
        "The loss is minus the mean of these. The gradient is exp(log_p), less 1 at the labels, divided by n.",
    ),
    explanation=(
        "log_p is the stable log-softmax of chapter 04. The gradient of the mean is softmax minus one-hot, over n."
    ),
)


def _network(rng: np.random.Generator, n: int, look: str) -> dict[str, Any]:
    images, _ = split()
    chosen = images[rng.integers(0, len(images), size=n)]
    drawn = {"params": start(rng), "images": chosen}
    return drawn if look == "logits" else drawn | {"grad_logits": normal(rng, n, 10), "look": look}


LENET = Exercise(
    name="lenet",
    chapter=CHAPTER,
    points=2,
    reference=right.lenet,
    oracle=None,
    use=use_lenet,
    returns=tuple(f"gradient {shape}" for shape in SHAPES),
    cases=(
        Case("logits of one image", lambda rng: _network(rng, 1, "logits")),
        Case("logits of a batch", lambda rng: _network(rng, 5, "logits")),
        Case("gradients", lambda rng: _network(rng, 3, "gradients"), note="then gradients()"),
        Case(
            "parameters as they are made",
            lambda rng: {"params": None, "images": np.zeros((1, 1, 8, 8)), "look": "shapes"},
            note="the shapes of parameters()",
            weight=0.5,
        ),
    ),
    misconceptions=(
        Misconception(
            "lenet.no-activations",
            wrong.net_without_activations,
            "when there is no ReLU between the layers.",
            "Without activation functions in between, layers melt into one. Where does the text put ReLU?",
        ),
        Misconception(
            "lenet.last-relu",
            wrong.net_ends_with_relu,
            "when a ReLU comes after the last layer.",
            "Logits may be negative. Nothing follows the last linear layer.",
        ),
        Misconception(
            "lenet.params-ignored",
            wrong.net_ignores_params,
            "when the network does not start from `params`.",
            "Where `params` is given, its arrays must get into the layers.",
        ),
        Misconception(
            "lenet.biases-left-at-zero",
            wrong.net_weights_only,
            "when only the weights start from `params`, and the biases are zero.",
            "`params` has weight and bias of every layer, in turn.",
        ),
        Misconception(
            "lenet.pooling-late",
            wrong.net_pools_before_relu_twice,
            "when the pooling comes after the second convolution.",
            "The second convolution works on the smaller images. Compare the order with the text.",
        ),
    ),
    hints=(
        "Sequential(...) takes the layers in their order. There are seven.",
        "The image is 8 by 8. Padding 1 keeps that through a 3 by 3 convolution, and pooling halves it. "
        "So 16 channels of 4 by 4 reach Flatten: 256 numbers.",
        "With zip(network.parameters(), params), `own[...] = given` writes each array into its layer.",
    ),
    explanation=(
        "parameters() gives the layers' own arrays, so writing into them with [...] changes the layers. "
        "Assigning `own = given` would only give the name another array."
    ),
)


def _judged(rng: np.random.Generator, n: int) -> dict[str, Any]:
    images, _ = split()
    chosen = images[rng.integers(0, len(images), size=n)]
    params = start(rng)
    read = right.lenet(params).forward(chosen).argmax(axis=1)
    labels = (read + 1 + rng.integers(0, 8, size=n)) % 10
    correct = rng.permutation(n)[: n // 3]
    labels[correct] = read[correct]
    return {"params": params, "images": chosen, "labels": labels}


ACCURACY = Exercise(
    name="accuracy",
    chapter=CHAPTER,
    points=1,
    reference=right.accuracy,
    oracle=None,
    use=use_accuracy,
    cases=(
        Case("ten images", lambda rng: _judged(rng, 10)),
        Case("seven images", lambda rng: _judged(rng, 7)),
        Case("thirty images", lambda rng: _judged(rng, 30)),
    ),
    misconceptions=(
        Misconception(
            "accuracy.smallest-logit",
            wrong.accuracy_smallest,
            "when the class of the smallest logit is taken.",
            "The network says a class with its largest logit.",
        ),
        Misconception(
            "accuracy.count",
            wrong.accuracy_count,
            "when the right answers are counted and not divided by their number.",
            "A share is between 0 and 1.",
        ),
        Misconception(
            "accuracy.of-mistakes",
            wrong.accuracy_of_mistakes,
            "when the wrong answers are counted.",
            "Which of the two is accuracy: the share that is right, or the share that is wrong?",
        ),
    ),
    hints=(
        "model.forward(images) gives ten logits for every image.",
        "argmax(axis=1) gives the class of the largest in each row.",
        "Comparing that with the labels gives True and False; their mean is the share of True.",
    ),
    explanation="The mean of an array of True and False is the share of True.",
)

EXERCISES = (SGD_STEP, CROSS_ENTROPY, LENET, *LOOP[:1], ACCURACY, *LOOP[1:])
