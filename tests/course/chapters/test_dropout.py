"""What a check of chapter 05 must know of chance: PyTorch's own dropout would pass `dropout` and `repair_dropout`."""

import pytest
import torch

import course


def by_pytorch(input, p, training, rng):
    torch.manual_seed(int(rng.integers(2**31)))
    return torch.nn.functional.dropout(torch.from_numpy(input), p, training).numpy()


@pytest.mark.whole
@pytest.mark.parametrize("name", ["dropout", "repair_dropout"])
def test_pytorch_s_own_dropout_passes(name):
    """Whatever it draws, for thirty seeds."""
    for seed in range(30):
        report = course.assess(by_pytorch, name, seed=seed)
        assert report.passed, f"seed {seed}: {report}"


@pytest.mark.whole
def test_the_reference_leaves_chance_its_room():
    """A right answer is refused less than once in a million: no seed of two hundred does."""
    for seed in range(200):
        assert course.assess(course.exercises["dropout"].reference, "dropout", seed=seed).passed, seed
