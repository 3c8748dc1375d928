"""What reports say about a returned value that is not the expected one, and what to do next."""

from dataclasses import replace

import numpy as np
import pytest

import course
from course.checking.diagnosis import Located


def say(function, name="linear"):
    return str(course.assess(function, name))


def in_place(x):
    x *= 2
    x += 1
    return x


TOLD = {
    "None": (lambda input, weight, bias=None: None, "Your function returned nothing (None); a NumPy array is expected."),
    "generator": (lambda input, weight, bias=None: (x for x in input), "returned a generator; a NumPy array is expected."),
    "dict": (lambda input, weight, bias=None: {"y": 1}, "returned a dict"),
    "object": (lambda input, weight, bias=None: object(), "returned an object"),
    "several": (lambda input, weight, bias=None: (input, weight), "Your function returned 2 results; one NumPy array is expected."),
    "shape": (lambda input, weight, bias=None: np.zeros((7, 7)), "The shape is not right: yours (7, 7), expected (2, 4)."),
    "turned": (lambda input, weight, bias=None: (input @ weight.T + (0 if bias is None else bias)).T, "Yours is the transpose."),
    "one number": (lambda input, weight, bias=None: 3.0, "The shape is not right: yours () (a single number), expected (2, 4)."),
    "a list of None": (lambda input, weight, bias=None: [[None]], "returned a list that holds None; numbers are expected."),
    "an array of text": (lambda input, weight, bias=None: np.array(["a"]), "returned an array whose values are not numbers; numbers are expected."),
    "kind": (lambda input, weight, bias=None: (input @ weight.T).astype(int), "The values are whole numbers, but should be floating-point numbers."),
    "complex": (lambda input, weight, bias=None: (input @ weight.T).astype(complex), "The values are complex numbers, but should be floating-point"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOLD)
def test_each_mismatch_has_its_own_words(kind):
    """Every way to be wrong is reported in one plain sentence, without a library's traceback."""
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
    """NaN, infinity and truth values have no distance from a count."""
    for odd in (np.nan, np.inf, True):
        assert "difference is" not in say(lambda *args, odd=odd: odd, "linear_macs")


def test_a_value_is_told_with_its_difference():
    """For a count, both numbers and what is between them."""
    told = say(lambda i, o, bias=True: i * o, "linear_num_parameters")
    assert "Yours 20, torchinfo 24. The difference is -4." in told


def test_a_single_number_is_worked_out():
    """As the first wrong number of an array is."""
    assert "Worked out: an image loses" in say(lambda kernel_size, dilation=1: 99, "same_padding")


KINDS = {
    "one truth value": (
        lambda input, weight, bias=None: True,
        "Your function returned a single truth value, True; a NumPy array is expected.",
        "Next: Look for a comparison on the way to the result, or for `and`, `or`, `not`",
    ),
    "one number": (
        lambda input, weight, bias=None: 3.0,
        "yours () (a single number), expected (2, 4).",
        "Next: Look for a sum over everything",
    ),
    "a tuple of two": (
        lambda input, weight, bias=None: (input, weight),
        "Your function returned 2 results; one NumPy array is expected.",
        "Next: Find what makes it several, such as a comma after `return`",
    ),
    "integers": (
        lambda input, weight, bias=None: (input @ weight.T).astype(int),
        "The values are whole numbers, but should be floating-point numbers.",
        "Next: Look for an integer array",
    ),
    "NaN": (
        lambda input, weight, bias=None: input @ weight.T * np.nan,
        "8 are NaN.",
        "Next: ∞ - ∞, 0 · ∞, 0 / 0, log 0, and exp of a large number give NaN or infinity. Which operation of yours",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_result_comes_before_its_values(kind):
    """Each kind has its own sentence, and its own step."""
    function, sentence, step = KINDS[kind]
    told = say(function)
    assert sentence in told
    assert step in told


def test_a_list_with_the_right_values_passes_with_a_remark():
    """It earns everything, and the report says that a list is not an array."""
    report = course.assess(lambda x: (2 * x + 1).tolist(), "warm_up")
    assert (report.passed, report.earned) == (True, 1)
    assert "Remark: your function returns a list; a list is not an array" in str(report)
    assert "Remark" not in say(lambda x: 2 * x + 1, "warm_up")


def found_in(value, expected, **asked):
    """Tell what differs between two values, as a report does."""
    from course.checking.compare import compare
    from course.checking.findings import Returned
    from course.checking.result import Asked, CaseResult, CheckResult
    from course.checking.words.story import tell

    asked = Asked(**{"name": "warm_up", **asked})
    case = CaseResult("a case", "warm_up(x (3,))", Returned(compare(value, expected)))
    return "\n".join(
        "".join(getattr(piece, "text", "") for piece in line.pieces) for line in tell(CheckResult(asked, (case,))).lines
    )


def test_a_square_result_that_is_transposed_is_told():
    """Where the shape does not show it, the values do."""
    expected = np.arange(9.0).reshape(3, 3)
    told = found_in(expected.T, expected)
    assert "Yours is the transpose of what PyTorch has." in told
    assert "Next: Exchange the axes, or the factors that made them." in told


def test_axes_in_another_order_are_told_as_such():
    """The values are not in the right order then, and nothing says that they are."""
    expected = np.arange(24.0).reshape(2, 3, 4)
    told = found_in(expected.transpose(1, 0, 2), expected)
    assert "Its axes are in another order." in told
    assert "Next: Name the axes of yours one by one, then bring them into the expected order." in told
    assert "in the right order" not in told


@pytest.mark.parametrize(
    ("value", "sentence", "step"),
    [
        (6.0, "Yours is twice that.", "Find the factor 2: what do you count twice?"),
        (1.5, "Yours is half of it.", "Find the factor 2: what do you halve?"),
        (-3.0, "Yours is the negative of it.", "One minus sign is missing, or one is too many."),
        (9.0, "Yours is 3 times that.", "Which size of this call is 3? Do you multiply by it once too often?"),
        (15.0, "Yours is 5 times that.", "Work out this call by hand"),
        (
            1.0,
            "Yours is that divided by 3.",
            "Which size of this call is 3? Is it missing as a factor, or do you divide by it?",
        ),
        (np.nan, "Yours is NaN.", "∞ - ∞, 0 · ∞"),
        (3.7, "yours 3.7", "Work out this call by hand"),
    ],
)
def test_a_single_number_says_how_it_is_related_to_the_right_one(value, sentence, step):
    """Twice, half, the negative, n times: each is a hint at one operation."""
    told = found_in(value, np.float64(3.0)).replace("Yours 3.7", "yours 3.7")
    assert sentence in told
    assert f"Next: {step}" in told


def test_a_missing_mean_is_told():
    """Where one number is expected and its parts came, the missing operation is named, not `[0]`."""
    told = found_in(np.array([1.0, 2.0, 6.0]), np.float64(3.0))
    assert "The mean of your values is right." in told
    assert "one operation is missing" in told
    assert "The sum of your values is right." in found_in(np.array([1.0, 2.0]), np.float64(3.0))


def test_nearly_right_is_only_below_a_thousandth_and_never_for_losses():
    """Half a percent is a mistake; the losses of a training differ a little where something is wrong."""
    expected = np.linspace(1, 2, 5)
    assert "Nearly right" in found_in(expected * [1, 1.0002, 1.0003, 1.0001, 1.0002], expected)
    assert "Nearly right" not in found_in(expected * [1, 1.005, 1.003, 1.004, 1.002], expected)
    assert "Nearly right" not in found_in(expected * [1, 1.0002, 1.0003, 1.0001, 1.0002], expected, name="train")


def test_one_of_one_values_is_not_counted():
    """A single value needs no statistics."""
    told = found_in(np.array([1.3]), np.array([2.0]))
    assert "1 of 1" not in told
    assert "It is the only value." in told


def test_a_missing_key_is_named_with_the_keys_that_came():
    """A misspelt key of a dict is reported with all keys."""
    solution = course.exercises["summary"].solution

    def summary(model, input_shape):
        found = solution(model, input_shape)
        return {"total_param" if key == "total_params" else key: value for key, value in found.items()}

    told = str(course.assess(summary, "summary"))
    assert "Your function returned a dict with no key 'total_params'; its keys are 'rows'" in told
    assert "'total_param'" in told
    assert "Next: Spell the keys as the docstring does." in told
    told = str(course.assess({"bach": 1, "layer": 2}, "normalization_axes"))
    assert "no entry 'batch'; its keys are 'bach', 'layer'" in told


def test_random_numbers_are_not_to_be_followed_by_hand():
    """The rule can be followed, the numbers can't; and one number for all values is described by what it does."""

    def dropout(input, p, training, rng):
        return input * (rng.random(input.shape) >= p) / p if training else input.copy()

    def one_number(input, p, training, rng):
        return input * (rng.random() >= p) / (1 - p) if training and p < 1 else input * (not training)

    assert "Work out" not in str(course.assess(lambda input, p, training, rng: input * 2, "dropout"))
    assert "Work out" not in str(course.assess(dropout, "dropout"))
    report = course.assess(one_number, "dropout")
    generator = next(case for case in report.cases if case.name == "the mask comes from rng")
    assert "all values or none are dropped" in str(generator.finding)


def test_a_number_that_is_a_negative_multiple():
    """Both are reported: the factor and the sign."""

    def mse_loss(input, target):
        return -2 * ((input - target) ** 2).mean()

    text = str(replace(course.assess(mse_loss), named=(), located=None))
    assert "The negative of yours is twice that." in text
    assert "Next: The sign is wrong, too. Which size of this call is 2? Or what do you count twice?" in text


def test_what_is_worked_out_is_compared_with_the_lines_that_were_found():
    """And a hint says what kind of change they take. A line that only another result depends on is not compared."""

    def linear_backward(grad_output, input, weight):
        return 3 * grad_output @ weight, grad_output.T @ input, 2 * grad_output.sum(axis=0)

    report = replace(course.assess(linear_backward), named=(), trap=None)

    def told(*lines, function="", results=()):
        located = Located(
            lines, ("...",) * len(lines), 1, ("a number",) * len(lines), function=function, results=results
        )
        return str(replace(report, located=located))

    first = "Next: Work out grad_input[0, 0] by hand, and "
    kind = ' hint("linear_backward") says what kind of change it takes.'
    assert f"{first}compare with line 2.{kind}" in told(2)
    assert f"{first}compare with lines 2, 3 and 5." in told(2, 3, 5)
    assert f"{first}compare with line 2 of `g`." in told(2, 2, function="g")
    assert f"{first}compare with line 2." in told(2, results=("grad_input",))
    assert f"{first}follow your code to the same place." in told(2, results=("grad_bias",))


def test_a_line_that_was_found_is_no_rounding():
    """Where one change makes all right, nothing is nearly right."""

    def sigmoid(input):
        return 1 / (1 + np.exp(-input)) * (1 + 1e-4)

    report = replace(course.assess(sigmoid, "sigmoid"), named=(), trap=None, located=None)
    assert "Nearly right" in str(report)
    located = Located((2,), ("return 1 / (1 + np.exp(-input)) * (1 + 1e-4)",), len(report.counted), ("a number",))
    assert "Nearly right" not in str(replace(report, located=located))


def test_an_entry_of_a_table_that_is_wrong_is_named_and_the_right_one_is_not_printed():
    """The student's own entry is; of several, each is a case."""
    axes = {"batch": (0, 2, 3), "layer": (1,), "instance": (2, 3), "group": (2, 3)}
    told = str(course.assess(axes, "normalization_axes"))
    assert (
        'Your "C: 12 means for 3 samples with 4 channels of 2 by 2 pixels" is not right for "the axes of layer".'
        in told
    )
    assert "Not yet: the axes of layer; the axes of group." in told
    assert "every pixel gets its own mean. Correct this, then look at the others." in told
    assert "another cause" not in told, "entries are independent: two may have the same"
    assert "C, H, W" not in told
    assert "(1, 2, 3)" not in told


def test_what_can_be_followed_with_a_pencil_is_to_be_worked_out():
    """With its numbers in the report, or a line that works it out; else the way through the code is the help."""
    expected = np.linspace(1, 2, 5)
    assert "Next: Print what your code has on the way to [0]:" in found_in(
        expected + np.array([0.3, 0, 0.1, 0, 0.7]), expected
    )
    report = replace(course.assess(lambda x: 2 * x + 1 + (x > 0), "warm_up"), named=(), separation=None, located=None)
    assert "Next: Work out [" in str(report)


def test_a_network_tells_the_largest_value_after_each_layer():
    """It can't be followed with a pencil; the student's own layers can be asked one by one."""

    def last_relu(params=None):
        network = course.exercises["lenet"].solution(params)
        return type(network)(*network.layers, course.exercises["ReLU"].solution())

    told = str(replace(course.assess(last_relu, "lenet"), named=(), located=None))
    assert "Worked out: after its 7 layers one by one, image 0 has the largest values" in told
    assert "Next: Print what your code has on the way to [0, " in told


def test_results_in_another_order_are_told_as_such():
    """All results are right, and two have changed places: the report says so, and no shape or value is called wrong."""
    backward = course.exercises["linear_backward"].solution

    def exchanged(grad_output, input, weight):
        grad_input, grad_weight, grad_bias = backward(grad_output, input, weight)
        return grad_weight, grad_input, grad_bias

    told = say(exchanged, "linear_backward")
    assert "in the wrong order: yours has grad_weight in the place of grad_input." in told
    assert "shape is not right" not in told


def test_one_wrong_result_is_not_an_order():
    """Where a result is nowhere among the others, no order is reported."""
    backward = course.exercises["linear_backward"].solution

    def exchanged_and_wrong(grad_output, input, weight):
        grad_input, grad_weight, grad_bias = backward(grad_output, input, weight)
        return grad_weight + 1, grad_input, grad_bias

    assert "in another order" not in say(exchanged_and_wrong, "linear_backward")
