"""What identifies exercises as they are."""

from dataclasses import replace

import course
from course.checking.digest import digest_of_exercises


def test_a_mistake_counts_wherever_it_is_declared():
    """Another chapter may have its words: these are in no file of the exercise's own folder."""
    exercise = course.exercises["conv2d"]
    first, *others = exercise.mistakes
    changed = replace(exercise, mistakes=(replace(first, gives="when something else is wrong."), *others))
    assert digest_of_exercises([changed]) != digest_of_exercises([exercise])
    assert digest_of_exercises([replace(exercise)]) == digest_of_exercises([exercise])
