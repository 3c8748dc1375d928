"""Outputs are shortened as nbgrader shortens them."""

import copy

import numpy as np
import pytest
from nbformat.v4 import new_notebook
from nbgrader.preprocessors import LimitOutput

from grader.cells import code_cell, display_data, error, stream
from grader.limited import Limits, shorten_outputs


def drawn(rng):
    """Make outputs of any kinds and lengths."""
    kinds = (
        lambda: stream("\n".join("x" * rng.integers(0, 3) for _ in range(rng.integers(1, 9)))),
        lambda: display_data({"text/plain": "\n" * 20}),
        lambda: error("E", "", [f"line {i}" for i in range(rng.integers(0, 9))]),
    )
    return [kinds[rng.integers(3)]() for _ in range(rng.integers(0, 6))]


@pytest.mark.parametrize("seed", range(60))
def test_as_nbgrader_does(seed):
    rng = np.random.default_rng(seed)
    cell = code_cell("")
    cell.outputs = drawn(rng)
    limits = Limits(int(rng.choice([-1, 1, 4, 6, 12])), int(rng.choice([-1, 3, 4, 7])))
    ours, theirs = new_notebook(cells=[cell]), new_notebook(cells=[copy.deepcopy(cell)])
    shorten_outputs(ours, limits)
    LimitOutput(max_lines=limits.lines, max_traceback=limits.traceback).preprocess(theirs, {})
    assert ours == theirs
