"""The cases of an exercise, drawn once for many answers, with how each of them has ended."""

import functools

import numpy as np

import course
from course.calling.here import Here
from course.checking import diagnose
from course.checking.pairs import pairs
from course.checking.prepared import Prepared
from course.checking.runner import run
from tests.course.chapters.seeds import FIRST, SEEDS


def _same_data(one, other):
    """Tell whether two arguments are the same data; for a function or a generator it is never known."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same_data, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same_data(one[key], other[key]) for key in one)
    return isinstance(one, (int, float, str, type(None))) and repr(one) == repr(other)


class Remembered(Prepared):
    """Cases of one seed, and how each answer has ended in them.

    With the first seed every answer runs each time it is asked for, so that one that ends otherwise the second time is
    noticed. With the others it runs once; and not at all in a case that has the arguments of the first seed's.
    """

    def __init__(self, exercise, seed, first=None):
        super().__init__(exercise, seed)
        self.first = first
        self.ended = {}
        pairs = zip(self.arguments, first.arguments, strict=True) if first else ()
        self.repeats = {index for index, pair in enumerate(pairs) if _same_data(*pair)}

    def attempt(self, work, index, seconds):
        answer = work.names[self.exercise.name]
        ended = self.first.ended if index in self.repeats else self.ended
        # the answer is kept with its ending: a later one must not get its id
        _, ending = ended.get((id(answer), index), (None, None)) if self.first else (None, None)
        if ending is None:
            ending = super().attempt(work, index, seconds)
            ended[id(answer), index] = answer, ending
        return ending

    def tried(self, work, index, seconds):
        return self.attempt(work, index, seconds)[0]


@functools.lru_cache(maxsize=40)
def prepared(name, seed):
    """Draw an exercise's cases once for many answers, as a grading run does."""
    return Remembered(course.exercises[name], seed, prepared(name, FIRST) if seed != FIRST else None)


def assess(answer, name, seed=FIRST, together=None):
    """Check an answer, without looking for its line.

    Unless said, two mistakes together are looked for with the first seed only, and not at all where that is the only
    one: looking for them takes most of the time.
    """
    if course.exercises[name].kind != "value" and not callable(answer):
        return course.assess(answer, name, seed)
    work = Here.of(answer, name, course.exercises[name].needs)
    if (seed == FIRST and len(SEEDS) > 1) if together is None else together:
        return run(prepared(name, seed), work)
    diagnose.pairs = lambda *args, **rest: ()
    try:
        return run(prepared(name, seed), work)
    finally:
        diagnose.pairs = pairs
