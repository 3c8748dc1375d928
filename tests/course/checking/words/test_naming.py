"""The named mistakes in words."""

from dataclasses import replace

import numpy as np
import pytest

import course
from course.calling.endings import Attempt, Ending, Raised
from course.checking.compare import compare
from course.checking.diagnosis import Explains, NamedMistake
from course.checking.document import Role
from course.checking.findings import Returned, find_ending
from course.checking.render import text_line
from course.checking.result import Asked, CaseResult, CheckResult
from course.checking.words.naming import tell_named

FIRST = NamedMistake("linear.a", "when the kernel is flipped: a true convolution. PyTorch's layers don't.", "Do a.")
SECOND = NamedMistake("linear.b", "when the bias is left out.", "Do b.")
COMMAS = NamedMistake("linear.c", "when the sum is half, or less.", "Do c.")


def case(name, *, right=False, ending=None, changed=()):
    back = Returned(compare(np.ones(2) if right else np.zeros(2), np.ones(2)), changed)
    return CaseResult(name, "", find_ending(Attempt(ending, error=Raised("IndexError", "no", 3))) if ending else back)


def told(named, explains, *more, cases=("plain", "one row", "long", "wide", "deep")):
    cases = [case(name) for name in cases]
    result = CheckResult(Asked("linear"), (*cases, *more), named, explains)
    return [text_line(line) for line in tell_named(result)]


@pytest.mark.parametrize(
    ("named", "explains", "sentence"),
    [
        (
            (FIRST,),
            Explains(),
            "This is exactly what you get when the kernel is flipped: a true convolution. PyTorch's layers don't.",
        ),
        (
            (FIRST, SECOND),
            Explains(),
            "This is exactly what you get when two things come together: the kernel is flipped, and the bias is left out.",
        ),
        (
            (COMMAS, SECOND),
            Explains(),
            "This is exactly what you get when two things come together: the sum is half, or less; and the bias is "
            "left out.",
        ),
        (
            (SECOND,),
            Explains(factor=-1.0),
            "This is exactly what you get when two things come together: the bias is left out, and every value has the "
            "opposite sign.",
        ),
        (
            (SECOND,),
            Explains(cases=(0, 2)),
            'In the cases "plain" and "long", this is exactly what you get when the bias is left out; something else is '
            "wrong, too.",
        ),
        (
            (FIRST,),
            Explains(cases=(1,)),
            'In the case "one row", this is exactly what you get when the kernel is flipped: a true convolution; '
            "something else is wrong, too.",
        ),
        (
            (SECOND,),
            Explains(cases=(0, 1, 2, 3)),
            'In every failing case but "deep", this is exactly what you get when the bias is left out; something '
            "else is wrong, too.",
        ),
        (
            (SECOND,),
            Explains(results=("grad_weight", "grad_bias")),
            "For `grad_weight` and `grad_bias`, this is exactly what you get when the bias is left out; something else "
            "is wrong, too.",
        ),
        (
            (SECOND,),
            Explains(cases=(1,), results=("grad_bias",)),
            'In the case "one row", for `grad_bias`, this is exactly what you get when the bias is left out; something '
            "else is wrong, too.",
        ),
    ],
)
def test_what_is_explained_and_what_is_not(named, explains, sentence):
    """All of it, some cases, some results; one mistake or two."""
    assert told(named, explains) == [sentence]


@pytest.mark.parametrize(
    ("left", "end"),
    [
        (case("big", ending=Ending.RAISED), 'left out. The case "big" stopped with IndexError at line 3.'),
        (case("big", ending=Ending.TOO_SLOW), 'left out. The case "big" took too long.'),
        (case("big", ending=Ending.NOT_ATTEMPTED), 'left out. The case "big" raised NotImplementedError.'),
        (case("big", right=True, changed=("input",)), 'left out. The case "big" changed `input`.'),
        (case("big"), "left out; something else is wrong, too."),
    ],
)
def test_a_case_that_is_set_aside_has_its_own_sentence(left, end):
    """It could have many causes, and how it ended is known."""
    (sentence,) = told((SECOND,), Explains(cases=(0,)), left, cases=("plain",))
    assert sentence == f'In the case "plain", this is exactly what you get when the bias is {end}'


def test_the_shape_of_a_second_result_is_told_where_nothing_is_named():
    """Only the first that is wrong is described in full."""
    names = ("grad_input", "grad_weight", "grad_bias")
    yours, wanted = (np.ones(2), np.zeros(2), np.ones((2, 1))), (np.ones(2), np.ones(2), np.ones(2))
    lead = CaseResult("plain", "", Returned(compare(yours, wanted, names)))
    lines = [text_line(line) for line in tell_named(CheckResult(Asked("linear"), (lead,)))]
    assert lines[1:] == ["The shape of `grad_bias`: yours (2, 1), expected (2,)."]
    assert tell_named(CheckResult(Asked("linear"), (lead,), (SECOND,)))[1:-1] == ()


def test_many_cases_that_ended_alike_are_counted():
    """Their names would fill the report."""
    slow = [case(f"slow {i}", ending=Ending.TOO_SLOW) for i in range(4)]
    (sentence,) = told((SECOND,), Explains(cases=(0,)), *slow, cases=("plain",))
    assert sentence.endswith("left out. 4 cases took too long.")


def test_a_step_that_is_still_to_be_written_is_told_apart():
    """The other mistake leads, in a case that doesn't need the step."""

    def attention(query, key, value, attn_mask=None, is_causal=False):
        scores = query @ key.swapaxes(-2, -1)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        return weights / weights.sum(-1, keepdims=True) @ value

    name = "scaled_dot_product_attention"
    report = course.assess(attention, name)
    assert report.misconceptions == (f"{name}.no-scale", f"{name}.no-masks")
    assert report.lead
    assert "mask" not in report.lead.called
    masked = sum("attn_mask" in one.called or "is_causal" in one.called for one in report.cases)
    assert f"Masks are not written yet ({masked} cases)." in str(report)
    (diagnosis,) = report.document.of(Role.DIAGNOSIS)
    sentence = text_line(diagnosis)
    assert sentence.endswith("this is exactly what you get when the scores are not divided by the root of d_k.")
    assert "mask" not in sentence


def test_results_that_are_right_are_named():
    """With a name for the others, and without."""

    def averaged(grad_output, input, weight):
        n = len(input)
        return grad_output @ weight, grad_output.T @ input / n, grad_output.sum(axis=0)

    report = course.assess(averaged, "linear_backward")
    assert "`grad_input` and `grad_bias` are right. `grad_weight` is not." in str(report)
    assert "`grad_input` and `grad_bias` are right. `grad_weight` is not." in str(replace(report, named=()))
    assert "are right" not in str(course.assess(lambda *args: tuple(2 * x for x in averaged(*args)), "linear_backward"))
