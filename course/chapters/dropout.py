"""Chapter 05: dropout, where many results are right, and its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.mistakes import dropout as wrong
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception
from course.checking.work import Student

CHAPTER = "05_dropout"
MANY = 5.0
"""So many standard deviations off, a share of zeros is no chance: less than one right answer in a million."""


def dropout(input, p, training, rng):
    """Drop each value with probability p, and scale the others: the lesson's version."""
    if not training or p == 0:
        return input.copy()
    if p == 1:
        return np.zeros_like(input)
    kept = rng.random(input.shape) >= p
    return input * kept / (1 - p)


def dropout_backward(grad_output, mask, p):
    """Send each gradient through what the forward pass did to its value."""
    return grad_output * mask / (1 - p)


def repair_dropout(input, p, training, rng):
    """Drop each value with probability p while training, and scale the others."""
    output = input.copy()
    if training and p > 0:
        dropped = rng.random(input.shape) < p
        output[dropped] = 0
        output = output / (1 - p) if p < 1 else output
    return output


def _survivors(output: Any, input: np.ndarray) -> Any:
    """Give the input times the one factor that all survivors share; the output itself where there is none such."""
    if not isinstance(output, np.ndarray) or output.shape != input.shape or output.dtype.kind != "f":
        return output
    factors = (output / input)[output != 0]
    if not 0.01 < factors.size / input.size < 0.99 or not np.allclose(factors, factors[0], rtol=1e-6, atol=0):
        return output
    return input * factors[0]


def _share(output: Any, input: np.ndarray, p: float) -> Any:
    """Give the share of zeros: p itself where it is as near as chance allows, else roughly."""
    if not isinstance(output, np.ndarray) or output.shape != input.shape:
        return output
    share = float(np.mean(output == 0))
    for wanted in (p, 1 - p):
        if abs(share - wanted) < MANY * (p * (1 - p) / input.size) ** 0.5:
            return wanted
    return round(share, 1)


def _pattern(output: Any, input: np.ndarray) -> Any:
    """Tell in words which values are dropped together: chance makes no two slices equal that are as long as here."""
    if not isinstance(output, np.ndarray) or output.shape != input.shape:
        return output
    zero = output == 0
    if zero.all() or not zero.any():
        return "all values or none are dropped"
    if (zero == zero.reshape(len(zero), -1)[:, 0].reshape(-1, *(1,) * (zero.ndim - 1))).all():
        return "a whole sample is dropped or kept"
    if (zero == zero[:1]).all():
        return "every sample has the same values dropped"
    for axis, size in enumerate(zero.shape):
        slices = np.moveaxis(zero, axis, 0).reshape(size, -1)
        if len(np.unique(slices, axis=0)) < size:
            return f"values are dropped together along axis {axis}"
    return "each value of each sample is dropped by itself"


def _as_array(output: Any) -> Any:
    """Make an array of numbers in lists; give anything else as it came."""
    if not isinstance(output, (list, tuple)):
        return output
    try:
        array = np.array(output)
    except ValueError:
        return output
    return array if array.dtype.kind in "biuf" else output


def _use(name: str) -> Any:
    """Say what a case does with a dropout function of this name, and what of its result can be compared."""

    def use(student: Student, input: np.ndarray, p: float, training: bool, seed: int, look: str) -> Any:
        def call(p: float = p, seed: int = seed) -> Any:
            return _as_array(student.call(name, input, p, training, np.random.default_rng(seed)))

        if look == "survivors":
            return _survivors(call(), input)
        if look == "share":
            return _share(call(), input, p)
        if look == "pattern":
            return _pattern(call(), input)
        if look == "generator":
            first, again, other = call(), call(), call(seed=seed + 1)
            if not all(isinstance(output, np.ndarray) and output.shape == input.shape for output in (first, again)):
                return first
            repeated, fresh = ("the same" if np.array_equal(first, one) else "another" for one in (again, other))
            return f"{repeated} mask again, {fresh} for another rng"
        if look == "ends":
            none, all_of_them = call(p=0.0), call(p=1.0)
            if not all(
                isinstance(output, np.ndarray) and output.shape == input.shape for output in (none, all_of_them)
            ):
                return none
            return np.stack([none, all_of_them])
        return call()

    return use


def _case(name: str, look: str, p: float, shape: tuple[int, ...], training: bool = True, **more: Any) -> Case:
    def draw(rng: np.random.Generator) -> dict[str, Any]:
        values = normal(rng, *shape)
        input = np.where(np.abs(values) < 0.01, 0.5, values)  # a zero could not be told from a dropped value
        return {"input": input, "p": p, "training": training, "seed": int(rng.integers(2**31)), "look": look}

    return Case(name, draw, **more)


CASES = (
    _case("what becomes of the survivors", "survivors", 0.2, (8, 50), note="only what was kept is compared", weight=2),
    _case("the survivors at p = 0.6", "survivors", 0.6, (9, 50), note="only what was kept is compared", weight=2),
    _case("evaluation", "output", 0.3, (3, 5), training=False),
    _case("how many are dropped", "share", 0.3, (40, 100), note="the share of zeros"),
    _case("which are dropped together", "pattern", 0.4, (40, 50)),
    _case("which are dropped together in images", "pattern", 0.4, (4, 3, 8, 8)),
    _case("p = 0 and p = 1", "ends", 0.5, (9,), note="called with p = 0, then with p = 1", weight=0.5),
    _case("the mask comes from rng", "generator", 0.4, (5, 20), note="twice in one state, once in another"),
)

DROPOUT = Exercise(
    name="dropout",
    chapter=CHAPTER,
    points=4,
    reference=dropout,
    oracle=None,
    use=_use("dropout"),
    cases=CASES,
    misconceptions=(
        Misconception(
            "dropout.not-scaled",
            wrong.not_scaled,
            "when the survivors keep their size.",
            "On average the output must be the input. If a share of 1 - p survives, by how much must each grow?",
        ),
        Misconception(
            "dropout.scaled-by-p",
            wrong.scaled_by_p,
            "when the survivors are divided by p.",
            "Divide by the share that survives. Is that p?",
        ),
        Misconception(
            "dropout.p-is-kept",
            wrong.keeps_with_p,
            "when p is taken for the probability to keep a value, as early TensorFlow did.",
            "In PyTorch, p is the probability to drop. What is left for the probability to keep?",
        ),
        Misconception(
            "dropout.comparison-reversed",
            wrong.keeps_with_p_scaled,
            "when a value is kept with probability p, and scaled as if with 1 - p.",
            "`rng.random` gives numbers below p with probability p. Which of the two sides is to be dropped?",
        ),
        Misconception(
            "dropout.active-in-evaluation",
            wrong.active_in_evaluation,
            "when values are dropped in evaluation, too.",
            "Look at `training` before anything is drawn.",
        ),
        Misconception(
            "dropout.scaled-in-evaluation",
            wrong.scaled_in_evaluation,
            "when the scaling is left to evaluation, as in the first paper.",
            "PyTorch scales while it trains, so that evaluation has nothing to do.",
        ),
        Misconception(
            "dropout.scaled-twice",
            wrong.scaled_twice,
            "when training divides by 1 - p and evaluation multiplies by it.",
            "Only one of the two is needed. Evaluation must give the input as it is.",
        ),
        Misconception(
            "dropout.training-reversed",
            wrong.training_reversed,
            "when values are dropped in evaluation and left alone in training.",
            "Read your condition aloud for training=True.",
        ),
        Misconception(
            "dropout.one-mask-for-the-batch",
            wrong.one_mask_for_the_batch,
            "when one mask is drawn and used for every sample.",
            "Which shape must the drawn numbers have, so that every sample gets its own?",
        ),
        Misconception(
            "dropout.whole-samples",
            wrong.whole_samples,
            "when whole samples are dropped.",
            "Draw a number for every single value.",
        ),
        Misconception(
            "dropout.own-generator",
            wrong.own_generator,
            "when the mask comes from a generator of the function's own.",
            "Draw from `rng`. With it, a run can be repeated.",
        ),
        Misconception(
            "dropout.same-mask-always",
            wrong.same_mask_always,
            "when the mask is the same at every call: it does not come from `rng`.",
            "Draw from `rng`, which goes on from call to call.",
        ),
        Misconception(
            "dropout.does-nothing",
            wrong.does_nothing,
            "when nothing is dropped, in training either.",
            "What is to happen where `training` is True?",
        ),
        Misconception(
            "dropout.only-scales",
            wrong.only_scales,
            "when the values are scaled and none is dropped.",
            "Draw a number for every value, and compare it with p.",
        ),
        Misconception(
            "dropout.nan-at-one",
            wrong.nan_at_one,
            "when p = 1 is not looked at: 0 times infinity is not a number.",
            "At p = 1 nothing survives. What is the output then, without any division?",
        ),
        Misconception(
            "dropout.kept-at-one",
            wrong.kept_at_one,
            "when p = 1 leaves the values as they are.",
            "p is the probability to drop. With p = 1, what is left?",
        ),
        Misconception(
            "dropout.zeros-at-zero",
            wrong.zeros_at_zero,
            "when p = 0 drops everything.",
            "p is the probability to drop. With p = 0, what is dropped?",
        ),
    ),
    hints=(
        "In evaluation the layer does nothing. Begin with that case.",
        "`rng.random(input.shape)` gives a number from 0 to 1 for every value. A comparison with p makes a mask of it.",
        "Multiply by the mask and divide by the share that survives, 1 - p. At p = 1 that would divide by zero: "
        "give zeros there.",
    ),
    explanation=(
        "A number below p comes with probability p, so `>= p` keeps a share of 1 - p. Dividing by it makes the "
        "expected output equal to the input. That is why evaluation can leave the input as it is."
    ),
)


def _gradient(p: float, *shape: int) -> Any:
    def draw(rng: np.random.Generator) -> dict[str, Any]:
        mask = rng.random(shape) >= p
        flat = mask.reshape(-1)
        flat[0], flat[-1] = True, False  # at least one of each
        return {"grad_output": normal(rng, *shape), "mask": mask, "p": p}

    return draw


BACKWARD = Exercise(
    name="dropout_backward",
    chapter=CHAPTER,
    points=2,
    reference=dropout_backward,
    oracle=TorchGradient(
        "torch.mul", wrt=(0,), arrange=lambda grad_output, mask, p: ((grad_output, mask / (1 - p)), {})
    ),
    cases=(
        Case("a vector", _gradient(0.2, 5)),
        Case("a batch", _gradient(0.3, 3, 4)),
        Case("images", _gradient(0.8, 2, 3, 4, 5)),
    ),
    misconceptions=(
        Misconception(
            "dropout_backward.not-scaled",
            wrong.backward_not_scaled,
            "when the scale is left out.",
            "The survivors were multiplied by 1 / (1 - p) on the way forward. What does that make of their gradient?",
        ),
        Misconception(
            "dropout_backward.scaled-by-p",
            wrong.backward_scaled_by_p,
            "when the gradient is divided by p.",
            "It is the factor of the forward pass, 1 / (1 - p), that comes back.",
        ),
        Misconception(
            "dropout_backward.mask-ignored",
            wrong.backward_ignores_mask,
            "when dropped values get a gradient, too.",
            "A dropped value had no part in the output. What is its gradient?",
        ),
        Misconception(
            "dropout_backward.mask-reversed",
            wrong.backward_mask_reversed,
            "when the gradient goes to the dropped values, and not to the survivors.",
            "`mask` is True where a value was kept.",
        ),
        Misconception(
            "dropout_backward.passed-through",
            wrong.backward_passes_through,
            "when the gradient is passed on as it came.",
            "Write the forward pass as one product, y = x · m / (1 - p), and differentiate it by x.",
        ),
        Misconception(
            "dropout_backward.scale-undone",
            wrong.backward_undoes_the_scale,
            "when the gradient is multiplied by 1 - p.",
            "The way back does not undo the forward pass: it multiplies by the same factor once more.",
        ),
    ),
    hints=(
        "For a given mask the layer is y = x · m / (1 - p): each value times a constant.",
        "The derivative of a constant times x is the constant.",
        "So the gradient is multiplied by the mask and divided by 1 - p, like the input before it.",
    ),
    explanation="For a fixed mask, dropout multiplies each value by a constant: m / (1 - p). So does the way back.",
)

REPAIR = Exercise(
    name="repair_dropout",
    chapter=CHAPTER,
    points=2,
    reference=repair_dropout,
    oracle=None,
    use=_use("repair_dropout"),
    given=wrong.repair_as_given,
    cases=(
        _case("how many are dropped at p = 0.2", "share", 0.2, (40, 100), note="the share of zeros"),
        _case(
            "what becomes of the survivors",
            "survivors",
            0.2,
            (8, 50),
            note="only what was kept is compared",
        ),
        _case("p = 0.7", "survivors", 0.7, (9, 50), note="only what was kept is compared"),
        _case("evaluation", "output", 0.3, (3, 5), training=False),
        _case("which are dropped together", "pattern", 0.4, (40, 50)),
        _case("which are dropped together in images", "pattern", 0.4, (4, 3, 8, 8)),
        _case("the mask comes from rng", "generator", 0.4, (5, 20), note="twice in one state, once in another"),
    ),
    misconceptions=(
        Misconception(
            "repair_dropout.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "Try p = 0.1 on a thousand ones. How many are left?",
        ),
        Misconception(
            "repair_dropout.scale-only",
            wrong.repair_scale_only,
            "when the scale is repaired and the mask is not.",
            "What is the probability that a number from 0 to 1 is at least p?",
        ),
        Misconception(
            "repair_dropout.mask-only",
            wrong.repair_mask_only,
            "when the mask is repaired and the scale is not.",
            "Now a share of 1 - p survives. Divide by that.",
        ),
        Misconception(
            "repair_dropout.not-scaled",
            wrong.repair_without_scale,
            "when the mask is repaired and the scale is gone.",
            "The survivors must make up for what was dropped.",
        ),
    ),
    hints=(
        "At p = 0.5 the function is right. Try a p far from one half.",
        "It treats p as the probability to keep a value. Two lines rest on that.",
        "Drop where the drawn number is below p, and divide by the share that is left.",
    ),
    explanation=(
        "The function took p for the probability to keep, as early TensorFlow did. In PyTorch p is the probability to "
        "drop. At p = 0.5 the two are the same, so a test with the default value sees nothing."
    ),
)

EXERCISES = (DROPOUT, BACKWARD, REPAIR)
