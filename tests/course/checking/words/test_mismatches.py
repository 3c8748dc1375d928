"""What is said of a returned value that is not the expected one, and what to do next."""

import numpy as np
import pytest

import course


def say(function, name="linear"):
    return str(course.assess(function, name))


def in_place(x):
    x *= 2
    x += 1
    return x


TOLD = {
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
    "kind": (lambda input, weight, bias=None: (input @ weight.T).astype(int), "The values are whole numbers; wanted are floating-point numbers."),
    "complex": (lambda input, weight, bias=None: (input @ weight.T).astype(complex), "The values are complex numbers; wanted are floating-point"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD)
def test_each_mismatch_has_its_own_words(kind):
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


def test_a_count_says_no_distance_where_there_is_none():
    """NaN, infinity and truth values are no distance away from a count."""
    for odd in (np.nan, np.inf, True):
        assert "difference is" not in say(lambda *args, odd=odd: odd, "linear_macs")


def test_a_value_is_told_with_its_difference():
    """For a count, both numbers and what lies between them."""
    told = say(lambda i, o, bias=True: i * o, "linear_num_parameters")
    assert "Yours 50, torchinfo 55. The difference is -5." in told
