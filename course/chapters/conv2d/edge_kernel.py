"""A kernel that finds vertical edges: a value to be written, not a function."""

from __future__ import annotations

import numpy as np

from course.chapters.conv2d.use import AREAS, look_at_kernel
from course.checking.spec import Case, Exercise, Mistake

edge_kernel = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


def _drawing(rng: np.random.Generator, wall: float, window: float) -> dict[str, np.ndarray]:
    """Draw a window in a wall: its left and right edges are vertical, the others horizontal."""
    image = np.full((30, 34), wall)
    top, left = rng.integers(8, 11, size=2)
    image[top : top + int(rng.integers(9, 12)), left : left + int(rng.integers(12, 15))] = window
    return {"image": image}


EXERCISE = Exercise(
    name="edge_kernel",
    points=2,
    solution=edge_kernel,
    oracle=None,
    returns=AREAS,
    use=look_at_kernel,
    cases=(
        Case("a bright window", lambda rng: _drawing(rng, 0.0, 1.0), note="a bright rectangle on a dark wall"),
        Case("a dark window", lambda rng: _drawing(rng, 0.9, 0.2), note="a dark rectangle on a bright wall"),
        Case("low contrast", lambda rng: _drawing(rng, 200.0, 210.0), note="200 beside 210"),
        Case("negative values", lambda rng: _drawing(rng, -1.0, 0.5), note="from -1 to 0.5"),
    ),
    mistakes=(
        Mistake(
            "horizontal",
            body=edge_kernel.T,
            gives="when the kernel finds horizontal edges: it compares above and below.",
            advice="At a vertical edge, left and right differ. Turn the kernel.",
        ),
        Mistake(
            "every-direction",
            body=np.array([[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]]),
            gives="when the kernel finds edges of every direction.",
            advice=(
                "On a horizontal edge all columns are the same. What must each single row of the kernel add up to?"
            ),
        ),
        Mistake(
            "sum-not-zero",
            body=np.array([[-1.0, 0.0, 2.0], [-2.0, 0.0, 4.0], [-1.0, 0.0, 2.0]]),
            gives="when the weights don't add up to 0: the kernel answers to brightness alone.",
            advice="On a flat area every weight meets the same value. What must their sum be to give 0?",
        ),
        Mistake(
            "nothing",
            body=np.zeros((3, 3)),
            gives="when the kernel finds nothing at all.",
            advice="It must weigh left and right differently, so that a difference between them is left over.",
        ),
    ),
    hints=(
        "At a vertical edge, the left side differs from the right side. Subtract.",
        "On a flat area the output is the value times the sum of all weights. That sum has to be 0.",
        "On a horizontal edge each row of the window is flat. So the weights of each row, alone, must add up to 0.",
        "Two weights in one row are enough. With three rows, and a zero between the two columns, noise matters less.",
    ),
    explanation=(
        "Each row subtracts left from right, and adds up to 0. So flat areas and horizontal edges cancel, and a "
        "vertical edge is left. Three rows average away noise. This one is Sobel's kernel, and many others are "
        "right."
    ),
)
