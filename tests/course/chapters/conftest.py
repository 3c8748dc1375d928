"""What all contracts share: the seeds from which cases are drawn."""

import os

import numpy as np
import pytest

SEEDS = range(int(os.environ.get("CONTRACT_SEEDS", "10")))
if not SEEDS:
    raise pytest.UsageError("CONTRACT_SEEDS must be at least 1: without seeds the contracts would hold for nothing.")


@pytest.fixture(scope="session")
def seeds() -> range:
    """Give the seeds to try: ten, or as many as the environment variable CONTRACT_SEEDS says."""
    return SEEDS


@pytest.fixture(autouse=True)
def _global_generator() -> None:
    """Let answers that draw from NumPy's global generator, as some students do, draw the same in every run."""
    np.random.seed(0)  # noqa: NPY002
