"""Lines are counted from the first line of a notebook's cell, as Jupyter numbers them, wherever a line is quoted."""

import itertools
import linecache
import re

import pytest

import course
from course.checking import runner

_NUMBERS = itertools.count()

STEPS = "def double(x):\n    return 2 / x\n\n\n# the answer\ndef warm_up(x):\n    return double(x) + 1\n"
TOLD = {
    "a located line": ("warm_up", "def warm_up(x):\n    return 2 / x + 1\n"),
    "a located line of a helper": ("warm_up", STEPS),
    "a line that raises": ("warm_up", "def warm_up(x):\n    return 2 * x + one\n"),
    "a trap": ("warm_up", "def warm_up(x):\n    x *= 2\n    return x + 1\n"),
    "the first that is not finite": (
        "sigmoid",
        "def sigmoid(input):\n    y = np.log(input - 100)\n    return np.tanh(y) ** 2 + 3\n",
    ),
    "how far it is right": (
        "layer_norm",
        "def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):\n"
        "    axes = tuple(range(-len(normalized_shape), 0))\n    m = input.mean(axes, keepdims=True)\n"
        "    return np.tanh(np.sinh(input - m) + 3 * m) ** 2\n",
    ),
}


def define(source, name):
    """Run a source as a notebook's cell."""
    file = f"<cell of test_lines_of_a_cell {next(_NUMBERS)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names = {"__name__": "__main__"}
    exec(compile(source, file, "exec"), names)
    return names[name]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("told", TOLD)
def test_a_line_has_the_number_that_jupyter_shows(told, monkeypatch):
    """Above a function may be a comment, an import, another function."""
    monkeypatch.setattr(runner, "SECONDS", 30)
    name, source = TOLD[told]
    source = f"# mine\nimport numpy as np\n\n{source}"
    report = str(course.assess(define(source, name), name))
    quoted = re.findall(r"[Ll]ine (\d+)(?:, from| of your `\w+`)?(?:,? `|:  )([^`\n]+)", report)
    assert quoted, report
    lines = source.splitlines()
    assert all(text in lines[int(number) - 1] for number, text in quoted), report
