"""A course of two exercises, from which tests of the build make lessons: linear(3) is 7, twice(3) is 6."""

import numpy as np

from course.checking.spec import Case, Exercise


def linear(input):
    """Give 2 input + 1."""
    doubled_value = np.multiply(2, input)
    return doubled_value + 1


def twice(input):
    return linear(input) - 1


def linear_plus_two(input):
    doubled_value = np.multiply(2, input)
    return doubled_value + 2


def twice_given_away(input):
    return 6
    ### BEGIN SOLUTION
    return linear(input) - 1
    ### END SOLUTION


def declare(name, solution, points, chapter="01_linear"):
    case = Case("any number", lambda rng: {"input": rng.normal()})
    return Exercise(name=name, points=points, solution=solution, oracle=None, cases=(case,), chapter=chapter)


EXERCISES = {"linear": declare("linear", linear, 4.0), "twice": declare("twice", twice, 1.5)}
