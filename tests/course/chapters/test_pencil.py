"""The first case of every exercise can be done with a pencil, and its numbers are worked out in the report."""

import dataclasses
import functools
import re

import numpy as np
import pytest

import course
from course.calling.here import Here
from course.checking.numbers import MOST_ARGUMENTS, count
from course.checking.prepared import Prepared
from course.checking.runner import run

NOT_BY_HAND = {
    "multi_head_attention": "with two numbers a position, query, key, value and the weights alone are 36 numbers",
    "transformer_encoder_layer": "with two numbers a position, the twelve arrays of params alone are more than 40 numbers",
    "residual_block": "with one channel, the two kernels and norms alone are 26 numbers",
    "decoder_layer": "with one pair a head, the nine arrays of params alone are more than 24 numbers",
    "train_decoder": "the parameters of a decoder alone are more than 50 numbers",
    "accuracy": "it reads images with a network of more than 3,000 numbers",
    "lenet": "the network has more than 3,000 numbers, and its input is images",
}
"""Exercises without a first case of few whole numbers, and why."""
TENTHS = {
    "sigmoid_backward": "what a sigmoid gives is between 0 and 1",
    "softmax_backward": "what softmax gives is between 0 and 1",
}
"""Exercises whose first case has few numbers, some of which can't be whole, and why."""
NOT_WORKED_OUT = {
    "is_elementwise": "its line tells which change shows where: it ends in no number",
    "causal_mask": "an entry of a mask is true or false, and comes from no sum",
    "lenet": "its results come from five layers and their gradients",
}
"""Exercises where no result is worked out in a line, and why."""
NUMBER = re.compile(r"-?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf)")

each_exercise = pytest.mark.parametrize(
    "exercise", [e for e in course.exercises.values() if e.kind != "value"], ids=lambda e: e.name
)


@functools.lru_cache(maxsize=20)
def _first_case(exercise, seed):
    """Draw the first case alone: it does not depend on the others, which take most of the time."""
    return Prepared(dataclasses.replace(exercise, cases=exercise.cases[:1]), seed)


def _arrays(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        yield from _arrays(tuple(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _arrays(item)


def _broken(exercise):
    """Give an answer that is right but for the first number of every array it returns."""

    def answer(*args, **kwargs):
        def break_one(result):
            if isinstance(result, tuple):
                return tuple(map(break_one, result))
            changed = np.array(result, dtype=float)
            changed.flat[0] += 11.0
            return changed if changed.ndim else changed.item()

        return break_one(exercise.reference(*args, **kwargs))

    answer.__signature__ = exercise.signature
    return _broken_class(exercise.reference, answer) if exercise.kind == "class" else answer


def _broken_class(reference, answer):
    """Give a class whose forward breaks its first number."""

    def forward(self, input):
        output = np.array(reference.forward(self, input))
        output.flat[0] += 11.0
        return output

    return type(reference.__name__, (reference,), {"forward": forward})


@each_exercise
def test_the_first_case_has_few_whole_numbers(exercise, seeds):
    """At most 24 numbers, all of them whole, or tenths where they can't be, whatever the seed."""
    if exercise.name in NOT_BY_HAND:
        pytest.skip(NOT_BY_HAND[exercise.name])
    for seed in seeds:
        arguments = _first_case(exercise, seed).arguments[0]
        assert count(arguments) <= MOST_ARGUMENTS, (seed, count(arguments))
        digits = 1 if exercise.name in TENTHS else 0
        assert all((array == np.round(array, digits)).all() for array in _arrays(arguments)), seed
        assert exercise.cases[0].weight == 1, "a pencil case is an ordinary one"


@each_exercise
def test_the_first_case_is_printed_in_full(exercise):
    """Arguments, result and expected result are in the report, in twelve lines."""
    if exercise.name in NOT_BY_HAND:
        pytest.skip(NOT_BY_HAND[exercise.name])
    prepared = Prepared(dataclasses.replace(exercise, mistakes=()), 0)  # none of them is in the answer
    report = run(prepared, Here.of(_broken(exercise), exercise.name, exercise.needs))
    arrays = [name for name, given in prepared.arguments[0].items() if isinstance(given, np.ndarray)]
    told = str(report)
    assert report.lead is report.cases[0]
    assert len(told.splitlines()) <= 12
    assert told.splitlines()[-1].startswith("Next:")
    shown = [*arrays, "yours", report.oracle if report.oracle != "reference" else "the reference"] if arrays else []
    heads = [f" {line} " for line in told.splitlines() if not line.startswith("Called as")]
    assert all(any(f" {name} " in head for head in heads) for name in shown), told


@each_exercise
def test_every_number_of_the_first_case_is_worked_out(exercise, seeds):
    """The line ends with the right number, wherever the first wrong one is."""
    if exercise.name in NOT_WORKED_OUT:
        pytest.skip(NOT_WORKED_OUT[exercise.name])
    for seed in seeds:
        prepared = _first_case(exercise, seed)
        expected = prepared.expected[0]
        traces = exercise.trace if isinstance(exercise.trace, dict) else {"": exercise.trace}
        several = isinstance(expected, tuple)
        parts = dict(zip(exercise.returns, expected, strict=True)) if several else {"": expected}
        for name, part in parts.items():
            if isinstance(part, str):
                continue  # a text is compared as it is; no number is worked out
            for index, value in np.ndenumerate(np.asarray(part)):
                told = traces[name](prepared.arguments[0], index)
                assert told, (seed, name, index, "is too long to say")
                said = float(NUMBER.findall(told.rpartition("=")[2].replace("∞", "inf"))[-1])
                assert said == pytest.approx(float(value), rel=2e-3, abs=2e-3), (seed, name, index, told)
