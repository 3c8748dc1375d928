"""What a report says for each outcome: plain words, at most twelve lines, and nothing unescaped."""

import numpy as np
import pytest

import course
from course.checking.words import explain

A, W = np.ones((2, 3)), np.ones((4, 3))


def say(function, name="linear", seed=0):
    return str(course.assess(function, name, seed=seed))


def transposed(result):
    return result.T


def in_place(x):
    x *= 2
    x += 1
    return x


TOLD = {
    "right": (lambda input, weight, bias=None: input @ weight.T + (0 if bias is None else bias), "linear: right. 7 of 7 cases, 4 points. Largest difference from PyTorch"),
    "None": (lambda input, weight, bias=None: None, "Your function returned nothing (None); an array or a number is wanted."),
    "generator": (lambda input, weight, bias=None: (x for x in input), "returned a generator; an array or a number is wanted."),
    "dict": (lambda input, weight, bias=None: {"y": 1}, "returned a dict"),
    "object": (lambda input, weight, bias=None: object(), "returned an object"),
    "several": (lambda input, weight, bias=None: (input, weight), "Your function returned 2 results; wanted is one array."),
    "shape": (lambda input, weight, bias=None: np.zeros((7, 7)), "The shape is not right: yours (7, 7), wanted (2, 4)."),
    "turned": (lambda input, weight, bias=None: (input @ weight.T + (0 if bias is None else bias)).T, "Yours is the transpose."),
    "kind": (lambda input, weight, bias=None: (input @ weight.T).astype(int), "The values are whole numbers; wanted are floating-point numbers."),
    "complex": (lambda input, weight, bias=None: (input @ weight.T).astype(complex), "The values are complex numbers; wanted are floating-point"),
    "too few parameters": (lambda x: x, "linear: it is called as linear(input, weight, bias=None); yours takes (x)."),
    "too many parameters": (lambda a, b, c, d: a, "yours takes (a, b, c, d)."),
    "not a function": (3, "linear: a function is wanted here, this is an int."),
    "an array": (A, "linear: a function is wanted here, this is a ndarray."),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD)
def test_each_outcome_has_its_own_words(kind):
    """Every way to be wrong is told in one plain sentence, without a library's traceback."""
    function, sentence = TOLD[kind]
    told = say(function)
    assert sentence in told
    assert "Traceback" not in told
    assert len(told.splitlines()) <= 12


def test_a_torch_tensor_is_refused_with_advice():
    """A tensor is not an answer: graded work is NumPy."""
    import torch

    told = say(lambda input, weight, bias=None: torch.zeros(2, 4))
    assert "returned a torch.Tensor" in told
    assert "Graded work is NumPy" in told


def test_an_error_is_told_with_its_line_and_in_plain_words():
    """The student's own line, NumPy's complaint in words, and one question."""

    def linear(input, weight, bias=None):
        output = input @ weight
        return output

    report = course.assess(linear)
    told = str(report)
    assert "Your function stopped with ValueError at its line 2:  output = input @ weight" in told
    assert "matmul: the inner sizes 3 and 4 differ." in told
    assert "Called as  linear(input (2, 3), weight (4, 3), bias (4,))" in told


def test_not_attempted_is_one_friendly_line():
    """The untouched stub is told what to do, not what is wrong."""

    def linear(input, weight, bias=None):
        raise NotImplementedError

    told = say(linear)
    assert told.startswith("linear: not attempted yet.\nNext: Replace `raise NotImplementedError`")


def test_a_changed_argument_is_named():
    """Right values that came at the cost of the caller's array are not right."""
    told = say(in_place, "warm_up")
    assert "warm_up: right values, but it changed `x`." in told


def test_a_known_mistake_is_named_once_and_first_advised():
    """A recognised mistake has its diagnosis and its advice."""
    told = say(lambda input, weight, bias=None: input @ weight.T)
    assert "This is exactly what you get when the bias is left out." in told
    assert told.splitlines()[-1].startswith("Next: The layer is y = x Wᵀ + b.")


def test_partial_credit_says_which_cases_are_right():
    """Points, and which cases are right and not yet, where no single mistake explains the failures."""
    told = say(lambda input, weight, bias=None: input @ weight.T + (0 if bias is None else bias**2))
    assert "linear: not yet, 2 of 7 cases, 1 of 4 points." in told
    assert "Right: no bias, an empty batch. Not yet: with bias, square weight, " in told


def test_a_value_is_told_with_its_difference():
    """For a count, both numbers and what lies between them."""
    told = say(lambda i, o, bias=True: i * o, "linear_num_parameters")
    assert "Yours 50, torchinfo 55. The difference is -5." in told


def test_an_endless_loop_is_told_with_the_limit():
    """A call that does not end is stopped and told."""

    def forever(x):
        while True:
            pass

    report = course.assess(forever, "warm_up")
    assert report.outcome == "too slow"
    assert "stopped after 5 s; the limit is 5 s" in str(report)


def test_an_unknown_name_has_a_suggestion():
    """A misspelt exercise gets its neighbour's name, and no traceback."""
    assert "there is no exercise of this name. Did you mean linear?" in say(lambda x: x, "liner")


def test_html_is_escaped():
    """Nothing a student writes reaches the page as markup."""

    def linear(input, weight, bias=None):
        raise ValueError("<script>alert(1)</script> & <img src=x onerror=y>")

    page = course.assess(linear)._repr_html_()
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    evil = type("<b>evil</b>", (), {})
    assert "<b>evil" not in course.assess(lambda input, weight, bias=None: evil(), "linear")._repr_html_()


def test_html_says_what_the_text_says():
    """Both forms tell the same sentences; colour carries nothing alone."""
    report = course.assess(lambda input, weight, bias=None: input @ weight.T, "linear")
    page = report._repr_html_()
    for word in ("not yet", "Called as", "yours", "PyTorch", "This is exactly what you get", "Next:", "✗"):
        assert word in page
    assert "<style" not in page  # JupyterLab drops style blocks of notebooks that are not trusted


def test_a_report_is_plain_data():
    """A report can be stored as JSON, NaN and all, with exact numbers."""
    import json

    report = course.assess(lambda input, weight, bias=None: (input @ weight.T) * np.nan, "linear", seed=7)
    facts = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert (facts["exercise"], facts["passed"], facts["seed"]) == ("linear", False, 7)
    assert facts["cases"][0]["comparison"]["value"] == "nan"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("operands could not be broadcast together with shapes (4,5) (7,)", "Shapes (4,5) and (7,) do not fit together element by element."),
        ("a\nb", "a b"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)  # fmt: skip
def test_messages_are_put_in_plain_words(message, told):
    """Common complaints are translated; others come in one line of bearable length."""
    assert explain(message) == told
