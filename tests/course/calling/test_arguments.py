"""Copies of arguments: a call draws from its own generator, which is the caller's in everything else."""

import numpy as np
import pytest

from course.calling.arguments import copied

KINDS = (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)


def _drawn(rng):
    """Draw numbers of each width, some from a generator that this one spawns."""
    child = rng.spawn(1)[0]
    return [rng.integers(1 << 30, dtype=np.int32), rng.normal(), rng.random(dtype=np.float32), child.normal()]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_copied_generator_draws_what_the_first_one_would_have_drawn(kind):
    """From where it was, between two halves of a number too; and what it spawns is the same."""
    rng = np.random.Generator(kind(np.random.SeedSequence([3, 5], spawn_key=(7,), pool_size=8)))
    _drawn(rng)  # it has spawned, and half of a drawn number is left
    copies = [copied(rng) for _ in range(2)]
    first, second = map(_drawn, copies)
    assert first == second
    assert _drawn(rng) == first
    assert type(copies[0].bit_generator) is kind


def test_a_generator_without_known_seeds_is_copied_too():
    """One that was made from a state has no seeds to spawn from."""
    rng = np.random.Generator(np.random.MT19937())
    legacy = np.random.RandomState(5)._bit_generator
    for one in (rng, np.random.Generator(legacy)):
        assert copied(one).normal() == one.normal()


def test_an_argument_that_is_no_array_stays_the_same_object():
    """A network that is a student's class is passed as it is, not copied."""

    class Layers(list):
        pass

    layers = Layers([np.zeros(2)])
    assert copied(layers) is layers
    assert copied([layers, 3])[0] is layers
