"""What a check found in all: credit, the case that leads the report, and the names of mistakes."""

from dataclasses import replace

import numpy as np
import pytest

from course.checking.compare import compare
from course.checking.diagnosis import Explains, Located, NamedMistake
from course.checking.findings import NotRun, Outcome, Returned, TooSlow
from course.checking.result import Asked, CaseResult, CheckResult
from course.checking.traps.symptom import Trap
from course.recorded import Recorded

RIGHT = Returned(compare(np.ones(2), np.ones(2)))
WRONG = Returned(compare(np.zeros(2), np.ones(2)))
EMPTY = Returned(compare(np.ones(0), np.ones(0)))


def case(name, finding, **facts):
    return CaseResult(name, f"{name}()", finding, **facts)


def result(*cases, **asked):
    return CheckResult(Asked("linear", points=4, **asked), cases)


def test_credit_is_the_share_of_the_weight_that_passed():
    """A case that weighs less earns less."""
    found = result(case("a", RIGHT), case("b", WRONG), case("c", RIGHT, weight=0.5))
    assert (found.passed, found.score, found.earned) == (False, 0.6, 2.4)
    assert result(case("a", RIGHT)).score == 1
    assert result().score == 0


def test_a_repair_earns_all_or_nothing():
    """What was right before earns nothing."""
    assert result(case("a", RIGHT), case("b", WRONG), whole=True).score == 0
    assert result(case("a", RIGHT), case("b", RIGHT), whole=True).score == 1


@pytest.mark.parametrize("easy", [case("a", EMPTY, empty=True), case("a", RIGHT, fixed=True)])
def test_what_a_constant_passes_earns_nothing_alone(easy):
    """An empty result, or the same call for everybody, is not evidence."""
    assert result(easy, case("b", WRONG)).score == 0
    assert result(easy, case("b", RIGHT)).score == 1


def test_the_first_ordinary_case_leads():
    """The author's order decides; special cases come later whatever their size, and what was not run comes last."""
    cases = (
        case("not run", NotRun(""), size=1),
        case("special", WRONG, weight=0.5, size=2),
        case("empty", WRONG, empty=True, size=0),
        case("plain", TooSlow(5.0), size=9),
        case("small", WRONG, size=5),
        case("right", RIGHT, size=1),
    )
    assert result(*cases).lead.name == "plain"
    assert result(*cases).outcome is Outcome.TOO_SLOW
    assert result(*cases[:3]).lead.name == "special"
    assert result(cases[-1]).lead is None


def test_the_line_is_told_where_every_case_that_counts_is_right_with_a_change():
    """A remark does not count; where cases stay wrong, there is a line and it is not *the* line."""
    cases = (case("a", WRONG), case("b", WRONG), case("an empty batch", WRONG, remark=True))
    for right, line in ((2, 4), (1, None)):
        found = replace(result(*cases), located=Located((4,), ("return x",), right))
        assert found.line == line
        assert (found.recorded.lines, found.recorded.right) == ((4,), right)


def test_what_is_kept_of_a_check_is_what_it_told():
    """All names, whether a part is left, the trap's kind, and the case that leads; of a right answer nothing."""
    named = tuple(NamedMistake(f"linear.{slug}", "when a.", "Do a.") for slug in "ab")
    trap = Trap(2, "y = x", "It is not a copy.", "Copy it.", kind="not-copied")
    cases = (case("a", RIGHT), case("b", WRONG), case("c", WRONG))
    wrong = CheckResult(Asked("linear"), cases, named, Explains(cases=(2,)), trap=trap)
    assert wrong.recorded == Recorded(("linear.a", "linear.b"), partly=True, trap="not-copied", case="c")
    assert replace(wrong, explains=Explains()).recorded.partly is False
    assert result(case("a", RIGHT)).recorded.to_dict() == {}


def test_the_first_of_the_named_mistakes_is_the_misconception():
    """None, one or two."""
    first, second = NamedMistake("linear.a", "when a", "Do a."), NamedMistake("linear.b", "when b", "Do b.")
    cases = (case("a", WRONG),)
    for named in ((), (first,), (first, second)):
        found = CheckResult(Asked("linear"), cases, named)
        assert found.misconceptions == tuple(known.id for known in named)
        assert found.misconception == (named[0].id if named else None)
