"""Exercises that are written in steps: another mistake leads, and the step that is still missing is reported separately."""

import numpy as np
import pytest

import course
from course.checking.document import Role
from course.checking.pairs import Pair
from course.checking.render import text_line


def together(exercise, *slugs):
    """Make the wrong answer of two known mistakes."""
    known = {one.mistake.slug: one for one in course.exercises[exercise].misconceptions}
    one, other = (known[slug] for slug in slugs)
    return next(pair.variant for pair in (Pair(one, other), Pair(other, one)) if pair.variant is not None)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("exercise", "mistake", "step", "said", "given"),
    [
        ("conv2d", "kernel-flipped", "no-bias", "The bias is not written yet", "bias (3"),
        ("conv2d_strided", "index-for-offset", "dilation-ignored", "Dilation is not written yet", "dilation="),
        ("conv2d_strided", "first-of-pair", "stride-ignored", "The stride is not written yet", "stride="),
        ("pad2d", "sides-exchanged", "replicate-missing", "The mode replicate is not written yet", "replicate"),
        ("batch_norm", "unbiased-output", "training-ignored", "Evaluation is not written yet", "training=False"),
        ("self_attention", "no-scale", "mask-ignored", "is_causal is not used yet", "is_causal=True"),
        ("add_and_norm", "unbiased-variance", "always-post-norm", "norm_first is not used yet", "norm_first=True"),
        ("transformer_encoder_layer", "one-norm", "mask-ignored", "is_causal is not used yet", "is_causal=True"),
        ("sgd_step", "uphill", "momentum-ignored", "Momentum is not written yet", "momentum=0.9"),
    ],
)
def test_a_missing_step_is_told_after_the_other_mistake(exercise, mistake, step, said, given):
    """The report leads on a case that does not need the step."""
    report = course.assess(together(exercise, mistake, step), exercise)
    assert report.misconceptions == (f"{exercise}.{mistake}", f"{exercise}.{step}")
    cases = len(report.explains.waiting)
    assert 0 < cases < len(report.counted)
    assert f"\n{said} ({cases} cases)." in str(report)
    assert report.lead
    assert given not in report.lead.called


def test_a_student_who_has_not_come_to_dilation():
    """Their own code, with another mistake in it."""

    def conv2d_strided(input, weight, bias=None, stride=1, padding=0, dilation=1):
        (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
        padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
        k_h, k_w = weight.shape[2:]
        h, w = (padded.shape[2] - k_h) // s_h + 1, (padded.shape[3] - k_w) // s_w + 1
        output = np.zeros((len(input), len(weight), h, w))
        for i in range(h):
            for j in range(w):
                window = padded[:, np.newaxis, :, i : i + k_h, j : j + k_w]
                output[:, :, i, j] = (window * weight).sum(axis=(2, 3, 4))
        return output if bias is None else output + bias[:, np.newaxis, np.newaxis]

    report = course.assess(conv2d_strided)
    cases = sum("dilation=" in case.called for case in report.cases)
    assert f"\nDilation is not written yet ({cases} cases)." in str(report)
    (diagnosis,) = report.document.of(Role.DIAGNOSIS)
    assert text_line(diagnosis).startswith("In the other cases, this is exactly")


def test_a_missing_step_alone_is_named_as_any_mistake():
    """There is nothing to tell it apart from."""
    known = {one.mistake.slug: one for one in course.exercises["conv2d_strided"].misconceptions}
    text = str(course.assess(known["dilation-ignored"].variant, "conv2d_strided"))
    assert "This is exactly what you get when dilation is left out." in text
    assert "not written yet" not in text


def test_many_cases_that_do_not_need_the_step_are_the_others():
    """Their names would fill the report."""
    report = course.assess(together("conv_nd", "kernel-flipped", "padding-ignored"), "conv_nd")
    (diagnosis,) = report.document.of(Role.DIAGNOSIS)
    assert text_line(diagnosis).startswith(
        "In the other cases, this is exactly what you get when the kernel is flipped"
    )


def test_what_a_missing_step_is_called():
    """A sentence without its end: the report adds how many cases need it."""
    said = [one.mistake.unwritten for exercise in course.exercises.values() for one in exercise.misconceptions]
    said = [sentence for sentence in said if sentence]
    assert len(said) > 50
    assert all(sentence.endswith("yet") for sentence in said)
