"""Softmax with a temperature, in which each row needs its own maximum, to be repaired."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.softmax_and_losses.draws import FAR, eighths
from course.chapters.softmax_and_losses.worked_out import MOST_SCORES, on_a_line
from course.checking.oracles import TorchFunction
from course.checking.sampling import normal, whole
from course.checking.spec import Arguments, Case, Exercise, Mistake


def repair_softmax(input, temperature):
    """Turn scores (n, c) into probabilities, row by row. A low temperature makes them sharp."""
    # It subtracted scores.max(), the largest of the whole batch.
    # In a row far below that, all powers were 0.
    scores = input / temperature
    probabilities = np.zeros_like(scores)
    for row, own in enumerate(scores):
        powers = np.exp(own - own.max())
        probabilities[row] = powers / powers.sum()
    return probabilities


def _scores_and_temperature(scores: np.ndarray, temperature: float) -> dict[str, Any]:
    return {"input": scores, "temperature": temperature}


def _rows_apart(rng: np.random.Generator) -> np.ndarray:
    """Draw rows that are 20 apart, in which scores are about 1 apart.

    Neither the first row nor the first column nor the last holds the largest: a shift by one of these must show.
    """
    others = rng.permuted(np.tile(np.arange(3.0), (3, 1)), axis=1)
    rows = np.insert(others, rng.integers(1, 3), 3, axis=1)
    return np.array([[0.0], [20.0], [-20.0]]) + rows + np.clip(eighths(rng, 3, 4), -3, 3) / 8


def _two_rows(rng: np.random.Generator) -> np.ndarray:
    """Draw two rows of whole numbers: one near 0, and one so far above that exp is 0 at the distance."""
    return rng.permutation([0.0, 2000.0])[:, np.newaxis] + whole(rng, 2, 3)


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    (n, own), temperature = index, arguments["temperature"]
    row = arguments["input"][n]
    if row.size > MOST_SCORES:
        return ""
    powers = [f"e^({score:.4g}/{temperature:.4g})" for score in row]
    shares = repair_softmax(row[np.newaxis], temperature)
    return on_a_line(f"{powers[own]}/({' + '.join(powers)})", shares[0, own])


EXERCISE = Exercise(
    points=2,
    solution=repair_softmax,
    repair=True,
    oracle=TorchFunction(
        "torch.nn.functional.softmax", arrange=lambda input, temperature: ((input / temperature, 1), {})
    ),
    cases=(
        Case("two rows far apart", lambda rng: _scores_and_temperature(_two_rows(rng), 2.0)),
        Case("temperature 1", lambda rng: _scores_and_temperature(normal(rng, 2, 3), 1.0)),
        Case("a high temperature", lambda rng: _scores_and_temperature(normal(rng, 3, 4), 4.0)),
        Case("one row", lambda rng: _scores_and_temperature(normal(rng, 1, 5), 0.5)),
        Case(
            "scores near 1000",
            lambda rng: _scores_and_temperature(FAR + eighths(rng, 2, 4), 1.0),
            note="all scores near 1000",
        ),
        Case(
            "rows apart, and a low temperature",
            lambda rng: _scores_and_temperature(_rows_apart(rng), 0.02),
            note="the rows are 20 apart",
        ),
        Case(
            "rows apart, and a temperature near 0",
            lambda rng: _scores_and_temperature(_rows_apart(rng), 0.001),
            note="the rows are 20 apart",
        ),
    ),
    mistakes=(
        Mistake(
            "as-given",
            edit=(
                (
                    "    # It subtracted scores.max(), the largest of the whole batch.\n"
                    "    # In a row far below that, all powers were 0.\n"
                    "    scores = input / temperature",
                    "    scores = input / temperature\n    highest = scores.max()",
                ),
                ("own.max()", "highest"),
            ),
            gives="when the function is left as it was handed out.",
            advice=(
                "Follow a row that has become NaN. What is subtracted from its scores? What do its powers add up to?"
            ),
        ),
        Mistake(
            "no-maximum",
            edit=(" - own.max()", ""),
            gives="when nothing is subtracted any more: exp of a large score is infinite.",
            advice="Something has to be subtracted, only not this. What keeps exp small in every row?",
        ),
        Mistake(
            "maximum-of-input",
            edit=("own.max()", "input[row].max()"),
            gives="when the maximum is taken before the division by the temperature.",
            advice="What is subtracted must be on the same scale as the scores it is subtracted from.",
        ),
        Mistake(
            "maximum-of-columns",
            edit=("own.max()", "scores.max(axis=0)"),
            gives="when each column has its maximum subtracted: that changes the result.",
            advice="Within a row, the same number must be subtracted from every score.",
        ),
        Mistake(
            "zeros-for-nan",
            edit=(("own.max()", "scores.max()"), ("powers / powers.sum()", "np.nan_to_num(powers / powers.sum())")),
            gives="when each NaN is replaced by 0: those rows add up to 0, not to 1.",
            advice="That hides the symptom. Find out why the powers of the row are all 0.",
        ),
        Mistake(
            "mean",
            edit=("own.max()", "own.mean()"),
            gives=(
                "when the mean of each row, or another number from its middle, is subtracted: a score far above it "
                "still overflows."
            ),
            advice="After the subtraction no score may be above 0. Which number of the row ensures that?",
        ),
        Mistake(
            "temperature-as-factor",
            edit=("input / temperature", "input * temperature"),
            gives="when the scores are multiplied by the temperature.",
            advice="The division by the temperature was right. Look at what is subtracted.",
        ),
    ),
    hints=(
        "Run it on two rows, [[0.0, 1.0], [900.0, 901.0]] with temperature 1, and print `powers` for each row.",
        "exp(-900) is 0 to the computer. Where does a -900 come from in the first row, whose scores are 0 and 1?",
        "The number that is subtracted is the largest of the whole batch. It must be the largest of the row.",
    ),
    explanation=(
        "One maximum for the whole batch keeps exp from overflowing, but a row that is far below it has powers "
        "of 0 only, and 0/0 is NaN. Each row has to be shifted by its own maximum; then its largest power is 1."
    ),
    trace=_trace,
)
