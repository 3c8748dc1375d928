"""Two mistakes in one answer: their edits are made together, or their results are added where both are seen alone."""

import numpy as np
import pytest

import course
from course.calling.endings import Attempt, Ending
from course.checking.compare import compare
from course.checking.evidence import Evidence, Tried
from course.checking.pairs import Pair, pairs
from course.checking.spec import Misconception, Mistake


def scaled(x):
    return 2 * x + 1


def known(slug, *edit):
    return Misconception("scaled", scaled, Mistake(slug, edit=edit, gives="when ...", advice="Look."))


NO_ONE, THREE, NO_TWO = (
    known("no-one", " + 1", ""),
    known("three", "2 * x + 1", "3 * x + 1"),
    known("no-two", "2 * ", ""),
)
A, B, C = (np.arange(start, start + 4) / 3 for start in (1, 2, 7))


def test_both_edits_are_made():
    """In the order in which they are given."""
    assert Pair(NO_ONE, NO_TWO).variant(5) == 5
    assert Pair(NO_TWO, NO_ONE).variant(5) == 5
    assert Pair(THREE, NO_ONE).variant(5) == 15


def test_edits_that_do_not_fit_together_make_no_answer():
    """The second one's text is gone, or what remains is no Python."""
    assert Pair(NO_ONE, THREE).variant is None
    assert Pair(known("open", "2 * x", "(2 * x"), NO_ONE).variant is None


def test_the_mistake_that_is_earlier_in_the_code_comes_first():
    """Whichever edit was made first."""
    assert Pair(NO_ONE, NO_TWO).in_order == Pair(NO_TWO, NO_ONE).in_order == (NO_TWO, NO_ONE)


@pytest.mark.parametrize(
    ("one", "other", "ids"),
    [
        (NO_ONE, NO_TWO, ["scaled.no-one+no-two"]),
        (NO_ONE, THREE, ["scaled.three+no-one"]),
        (known("ten", "1", "10"), known("half", "1", "1.5"), ["scaled.ten+half", "scaled.half+ten"]),
    ],
    ids=["either order gives the same", "one order fits", "each order gives something else"],
)
def test_both_orders_are_tried_only_where_they_differ(one, other, ids):
    """Running the same answer twice would take time from the pairs that come later."""
    wrong = Tried(Attempt(Ending.RETURNED, A), B, compare(A, B))
    assert [pair.id for pair, _ in pairs(Evidence([wrong]), (one, other), lambda m, i: wrong.attempt)] == ids


def explained(yours, *, right, one, other):
    """Tell whether two mistakes whose edits exclude each other explain every result."""
    rewritten = known("one", "2 * x + 1", "1"), known("other", "2 * x + 1", "2")
    rows: dict[str, list[np.ndarray]] = {"scaled.one": one, "scaled.other": other}
    cases = [Tried(Attempt(Ending.RETURNED, y), r, compare(y, r)) for y, r in zip(yours, right, strict=True)]
    found = pairs(Evidence(cases), rewritten, lambda m, i: Attempt(Ending.RETURNED, rows[m.id][i]))
    return [pair.id for pair, _ in found] != []


def test_results_add_up_where_edits_exclude_each_other():
    """If each mistake is seen alone elsewhere."""
    right, one, other = [A, A, A], [B, A, B], [A, C, C]
    assert explained([B, C, B + C - A], right=right, one=one, other=other)
    assert explained([B, C, B * C / A], right=right, one=one, other=other)
    assert not explained([B, C, B * C], right=right, one=one, other=other)


def test_a_sum_alone_is_no_evidence():
    """Each of the two must be seen without the other."""
    assert not explained([B + C - A], right=[A], one=[B], other=[C])
    assert not explained([B, B + C - A], right=[A, A], one=[B, B], other=[A, C])


def linear_backward(grad_output, input, weight):
    return grad_output @ weight.T, grad_output.T @ input, grad_output.sum(axis=1)


def sign_and_no_maximum(input, target):
    p = np.exp(input) / np.exp(input).sum(axis=1, keepdims=True)
    return (np.eye(input.shape[1])[target] - p) / len(target)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("answer", "name", "slugs"),
    [
        (linear_backward, "linear_backward", ["grad-input-transposed", "bias-over-outputs"]),
        (sign_and_no_maximum, "cross_entropy_backward", ["no-maximum", "sign"]),
    ],
)
def test_two_known_mistakes_are_both_named(answer, name, slugs):
    """In different results, or in the same."""
    report = course.assess(answer, name)
    assert report.misconceptions == tuple(f"{name}.{slug}" for slug in slugs)
    assert report.misconception == report.misconceptions[0]


def moved(old, new, m):
    return (1 - m) * old + m * new


def test_edits_about_the_same_text_may_change_other_words():
    """Where no order of the edits fits, each mistake's own words are changed."""
    one, other = (
        Misconception("moved", moved, Mistake(slug, edit=edit, gives="when ...", advice="Look."))
        for slug, edit in (
            ("turned", ("(1 - m) * old + m * new", "m * old + (1 - m) * new")),
            ("squared", ("m * new", "m * new**2")),
        )
    )
    assert Pair(one, other).variant is None
    wrong = Tried(Attempt(Ending.RETURNED, A), B, compare(A, B))
    ((pair, _),) = pairs(Evidence([wrong]), (one, other), lambda m, i: wrong.attempt)
    assert pair.variant(2.0, 3.0, 0.25) == 0.25 * 2 + 0.75 * 9
