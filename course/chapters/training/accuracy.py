"""The share of images that a network reads correctly."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.training.draws import start
from course.chapters.training.lenet import lenet
from course.chapters.training.split import split
from course.chapters.training.use import use_accuracy
from course.checking.spec import Arguments, Case, Exercise, Mistake


def accuracy(model, images, labels):
    """Give the share of images whose largest logit belongs to their label, from 0 to 1."""
    return np.mean(model.forward(images).argmax(axis=1) == labels)


def _judged(rng: np.random.Generator, n: int) -> dict[str, Any]:
    images, _ = split()
    chosen = images[rng.integers(0, len(images), size=n)]
    params = _reading_ends(rng, chosen)
    logits = lenet(params).forward(chosen)
    read = logits.argmax(axis=1)
    labels = (read + 1 + rng.integers(0, 8, size=n)) % 10
    # a different number for each call; neither a third nor a half, where a share and its rest are the same
    numbers = [number for number in range(2, n - 1) if number not in (n // 3, n // 2)]
    order = rng.permutation(n)
    ends = [np.flatnonzero(read == k)[0] for k in (0, 9)]  # the first class and the last are right once
    order = np.array([*ends, *(i for i in order if i not in ends)])
    correct = order[: rng.choice(numbers)]
    labels[correct] = read[correct]
    # so that the smallest logit is right once, and is not taken for what is never right
    labels[order[-1]] = logits[order[-1]].argmin()
    # the same for the image with the largest logit of a class, in the place of the class: a share of 0 has many causes
    place = min(order[-2], 9)
    if (image := logits[:, place].argmax()) < 10 and place not in correct and image != read[place]:
        labels[place] = image
    return {"params": params, "images": chosen, "labels": labels}


def _reading_ends(rng: np.random.Generator, images: np.ndarray) -> list[np.ndarray]:
    """Draw parameters with which some images are read as 0, and others as 9: the classes at the ends are easily lost.

    The classes that a network happens to read are given these numbers.
    """
    while True:
        *others, weight, bias = start(rng)
        read = lenet([*others, weight, bias]).forward(images).argmax(axis=1)
        classes = rng.permutation(np.unique(read))
        if len(classes) > 1:
            order = [classes[0], *(k for k in range(10) if k not in classes[:2]), classes[1]]
            return [*others, weight[order], bias[order]]


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    read = lenet(arguments["params"]).forward(arguments["images"]).argmax(axis=1)
    right, n = int((read == arguments["labels"]).sum()), len(read)
    return f"{right} of {n} images are read as their labels say, {right}/{n} = {right / n:.4g}"


EXERCISE = Exercise(
    points=1,
    solution=accuracy,
    oracle=None,
    use=use_accuracy,
    needs=(lenet,),
    cases=(
        Case("ten images", lambda rng: _judged(rng, 10)),
        Case("seven images", lambda rng: _judged(rng, 7)),
        Case("thirty images", lambda rng: _judged(rng, 30)),
    ),
    mistakes=(
        Mistake(
            "smallest-logit",
            edit=("argmax", "argmin"),
            gives="when the class of the smallest logit is taken.",
            advice="The network names a class by its largest logit.",
        ),
        Mistake(
            "first-class-left-out",
            edit=(".argmax(axis=1)", "[:, 1:].argmax(axis=1) + 1"),
            gives="when class 0 is never read.",
            advice="There are ten classes, from 0 to 9. Where does yours start?",
        ),
        Mistake(
            "last-class-left-out",
            edit=(".argmax(axis=1)", "[:, :9].argmax(axis=1)"),
            gives="when class 9 is never read.",
            advice="There are ten classes, from 0 to 9. Where does yours end?",
        ),
        Mistake(
            "no-class-chosen",
            edit=(".argmax(axis=1)", ""),
            gives="when all ten scores of an image are compared with the labels.",
            advice="A label is the number of a class. Which class does each row of ten scores name?",
        ),
        Mistake(
            "logits-compared",
            edit=("argmax(axis=1)", "max(axis=1)"),
            gives="when scores are compared with the labels: a score is hardly ever equal to the number of a class.",
            advice="A label is the number of a class. Which class does each row of ten scores name?",
        ),
        Mistake(
            "count",
            edit=("np.mean", "np.sum"),
            gives="when the right answers are counted, and not divided by the number of images.",
            advice="A share is between 0 and 1.",
        ),
        Mistake(
            "of-mistakes",
            edit=("== labels", "!= labels"),
            gives="when the wrong answers are counted.",
            advice="Which of the two is accuracy: the share that is right, or the share that is wrong?",
        ),
        Mistake(
            "percent",
            edit=("np.mean", "100 * np.mean"),
            gives="when the share is given in percent.",
            advice="A share is between 0 and 1.",
        ),
        Mistake(
            "divided-by-classes",
            edit=("== labels)", "== labels) * len(labels) / 10"),
            gives="when the right answers are divided by 10, the number of classes.",
            advice="Divide by the number of images. It differs from call to call.",
        ),
    ),
    hints=(
        "model.forward(images) gives ten logits for every image.",
        "argmax(axis=1) gives the class of the largest in each row.",
        "Comparing that with the labels gives True and False; their mean is the share of True.",
    ),
    explanation="The mean of an array of True and False is the share of True.",
    trace=_trace,
)
