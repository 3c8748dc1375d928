"""What a report says for each outcome: plain words, at most twelve lines, and nothing unescaped."""

import numpy as np
import pytest

import course
from course.calling.endings import Raised
from course.checking.complaints import explain, next_step

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
    "None": (lambda input, weight, bias=None: None, "Your function returned nothing (None); a NumPy array is wanted."),
    "generator": (lambda input, weight, bias=None: (x for x in input), "returned a generator; a NumPy array is wanted."),
    "dict": (lambda input, weight, bias=None: {"y": 1}, "returned a dict"),
    "object": (lambda input, weight, bias=None: object(), "returned an object"),
    "several": (lambda input, weight, bias=None: (input, weight), "Your function returned 2 results; one NumPy array is wanted."),
    "shape": (lambda input, weight, bias=None: np.zeros((7, 7)), "The shape is not right: yours (7, 7), wanted (2, 4)."),
    "turned": (lambda input, weight, bias=None: (input @ weight.T + (0 if bias is None else bias)).T, "Yours is the transpose."),
    "one number": (lambda input, weight, bias=None: 3.0, "The shape is not right: yours () (a single number), wanted (2, 4)."),
    "a list of None": (lambda input, weight, bias=None: [[None]], "returned a list that holds None; numbers are wanted."),
    "an array of text": (lambda input, weight, bias=None: np.array(["a"]), "returned an array whose values are not numbers; numbers are wanted."),
    "a long signature": (lambda x, table="long " * 500, *, q: x, "long lon…."),
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
    assert told.startswith("linear: not attempted yet.\nNext: Write your code in place of `raise NotImplementedError`")


def test_a_changed_argument_is_named():
    """Right values that came at the cost of the caller's array are not right."""
    told = say(in_place, "warm_up")
    assert "warm_up: right values, but it changed `x`." in told


def test_a_changed_argument_is_told_beside_wrong_values():
    """Where the values are wrong, too, the change may be why."""

    def adds_twice(x):
        x += 1
        return 2 * x + 1

    assert "It also changed `x`." in say(adds_twice, "warm_up")


@pytest.mark.parametrize(
    ("name", "answer", "step"),
    [
        ("warm_up", lambda x: (2 * x + 1)[:-1], "Find the axis whose size differs"),
        ("warm_up", lambda x: (2 * x + 1)[None], "Find the line that adds an axis"),
        ("warm_up", lambda x: (2 * x + 1).sum(), "Look for a sum over everything, or a `return` inside a loop"),
        ("warm_up", lambda x: np.round(2 * x + 1, 3), "Nearly right: look for a rounding"),
        ("warm_up", lambda x: 1j * x, "Look for an imaginary number"),
        ("warm_up", lambda x: x > 0, "Look for a comparison"),
        ("warm_up", lambda x: map(float, x), "Collect the values"),
        ("linear_num_parameters", lambda i, o, bias=True: [i * o + o], "Return the number itself, not an array or a list."),
        ("linear_macs", lambda shape, out: "50", "Return the number itself."),
        ("linear_backward", lambda g, x, w: {}, "End with `return grad_input, grad_weight, grad_bias`."),
    ],
)  # fmt: skip
def test_each_failure_has_a_step_of_its_own(name, answer, step):
    """The next step fits what went wrong, and what the exercise wants."""
    assert f"Next: {step}" in say(answer, name)


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (Raised("NameError", "name 'w' is not defined"), "Check the spelling"),
        (Raised("IndexError", "index 3 is out of bounds for axis 0 with size 3"), "Write down the index"),
        (Raised("ValueError", "operands could not be broadcast together with shapes (2,) (3,)"), "Write down the shape"),
        (Raised("ValueError", "only vectors"), "Go through your code"),
        (Raised("TypeError", "unsupported operand type(s) for +: 'float' and 'NoneType'"), "Which name is None"),
        (Raised("AttributeError", "'tuple' object has no attribute 'shape'"), "Say for each name"),
        (Raised("AttributeError", "'Linear' object has no attribute 'backward'"), "Look for `backward` in your class"),
        (Raised("AttributeError", "'NoneType' object has no attribute 'shape'"), "Which name is None"),
        (Raised("SystemExit", ""), "End the function with `return`"),
        (Raised("ModuleNotFoundError", "No module named 'torch'"), "Leave that import out"),
        (None, "Go through your code"),
    ],
)  # fmt: skip
def test_the_step_after_an_exception_fits_its_kind(error, step):
    """Shapes are asked about only where shapes are the trouble."""
    assert next_step(error).startswith(step)


def test_a_count_says_no_distance_where_there_is_none():
    """NaN, infinity and truth values are no distance away from a count."""
    for odd in (np.nan, np.inf, True):
        assert "difference is" not in say(lambda *args, odd=odd: odd, "linear_macs")


def test_html_sets_code_as_code():
    """Names, shapes, places and calls stand in code; the error map stands under the sentence that counts."""
    tag = '<code style="color: inherit; background: rgba(128, 128, 128, 0.15)">'
    page = course.assess(lambda x: np.abs(2 * x + 1), "warm_up")._repr_html_().replace(tag, "<code>")
    assert "<code>hint(&quot;warm_up&quot;)</code>" in page
    assert page.index("values differ") < page.index("<table role=") < page.index("Worked out")
    page = course.assess(lambda x: 3.0, "warm_up")._repr_html_().replace(tag, "<code>")
    assert "yours <code>()</code> (a single number), wanted <code>(4,)</code>." in page


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
        ("'Linear' object has no attribute 'backward'", "Your Linear has no `backward`."),
        ("'NoneType' object has no attribute 'shape'", "'NoneType' object has no attribute 'shape'"),
        ("'numpy.ndarray' object has no attribute 'cat'", "'numpy.ndarray' object has no attribute 'cat'"),
        ("shapes (2,3) and (4,3) not aligned: 3 (dim 1) != 4 (dim 0)", "Shapes (2,3) and (4,3): the inner sizes 3 and 4 differ."),
        ("cannot reshape array of size 12 into shape (5,2)", "12 values can't be laid out as (5,2)."),
        ("unsupported operand type(s) for +: 'float' and 'NoneType'", "One side of `+` is None."),
        ("index 3 is out of bounds for axis 1 with size 2", "Index 3 is beyond the end of axis 1, whose size is 2."),
        ("x" * 300, "x" * 199 + "…"),
    ],
)  # fmt: skip
def test_messages_are_put_in_plain_words(message, told):
    """Common complaints are translated; others come in one line of bearable length."""
    assert explain(message) == told
