"""Traps of NumPy and Python: each is reported in its own words where a wrong answer fits it, and not elsewhere."""

import linecache
from dataclasses import replace

import pytest

import course
from course.checking import runner

CUT = """import numpy as np
def conv2d_backward(grad_output, input, weight, stride=1, padding=0):
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    kh, kw = weight.shape[2:]
    x = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    gx, gw = np.zeros_like(x), np.zeros_like(weight)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            gw += np.einsum("no,ncuv->ocuv", grad_output[:, :, i, j], x[:, :, rows, cols])
            gx[:, :, rows, cols] += np.einsum("no,ocuv->ncuv", grad_output[:, :, i, j], weight)
    return gx[:, :, ph:-ph, pw:-pw], gw, grad_output.sum((0, 2, 3))
"""


def assess(code, name, mistakes=None):
    """Run code as a cell, so that its source can be found, and assess it, with the exercise's mistakes or others."""
    cell = f"<cell {abs(hash(code))}>"
    linecache.cache[cell] = (len(code), None, code.splitlines(keepends=True), cell)
    names = {}
    exec(compile(f"{code}", cell, "exec"), names)
    exercise = course.exercises[name]
    return runner.assess(exercise if mistakes is None else replace(exercise, mistakes=mistakes), names[name])


LAYER = """import numpy as np
class Linear:
    def __init__({first}in_features, out_features, bias=True, rng=None):
        self.weight = np.ones((out_features, in_features))
        self.bias = np.ones(out_features) if bias else None
    def forward(self, {second}):
        return input @ {weight}.T + self.bias
"""

TRAPS = {
    "a maximum that lost its axis": (
        "softmax",
        "import numpy as np\ndef softmax(input, dim):\n    e = np.exp(input - input.max(axis=dim))\n"
        "    return e / e.sum(axis=dim)\n",
        "`input.max(axis=dim)` has lost the axis that it goes along, so it meets the last one.",
        "Is it the axis that you mean? If it is, which argument keeps it?",
    ),
    "a sum that lost its axis": (
        "softmax_backward",
        "import numpy as np\ndef softmax_backward(grad_output, output, dim):\n"
        "    return output * (grad_output - np.sum(grad_output * output, dim))\n",
        "`np.sum(grad_output * output, dim)` has lost the axis that it goes along",
        "Is it the axis that you mean? If it is, which argument keeps it?",
    ),
    "an array called": (
        "relu",
        "import numpy as np\ndef relu(input):\n    y = input.copy()\n    for i in range(len(y)):\n"
        "        y[i] = np.maximum(input(i), 0)\n    return y\n",
        "Your line 5, `y[i] = np.maximum(input(i), 0)`: `input` is an array, and `input(i)` calls it.",
        "Round brackets call a function. Which ones take an element?",
    ),
    "a shape called": (
        "mse_loss",
        "def mse_loss(input, target):\n    return ((input - target) ** 2).sum() / input.shape(0)\n",
        "`input.shape` is a tuple, and `input.shape(0)` calls it.",
        "Round brackets call a function. Which ones take an element?",
    ),
    "a layer called": (
        "accuracy",
        "import numpy as np\ndef accuracy(model, images, labels):\n    logits = model(images)\n"
        "    return np.mean(logits.argmax(axis=1) == labels)\n",
        "`model` is an object of the class `Sequential`, and `model(images)` calls it like a function.",
        "Which of its methods gives the output?",
    ),
    "a mask as an index": (
        "relu",
        "def relu(input):\n    return input[input > 0]\n",
        "Your line 2, `return input[input > 0]`: a mask as an index keeps the values where it is True, and drops all",
        "Where must the dropped values go? The result has a value for each.",
    ),
    "np.where with a condition alone": (
        "relu",
        "import numpy as np\ndef relu(input):\n    return np.where(input > 0)\n",
        "`np.where` with only a condition gives the places where it is true, not values.",
        "It takes two more arguments: what to give where the condition is true, and what elsewhere.",
    ),
    "a chain of comparisons": (
        "relu6",
        "import numpy as np\ndef relu6(input):\n    return np.where(0 < input < 6, input, 6)\n",
        "a chain of comparisons joins them with `and`, which asks for one truth value of a whole array.",
        "Write two comparisons, each in parentheses, with `&` between them.",
    ),
    "or between comparisons": (
        "relu6",
        "def relu6(input):\n    out = input.copy()\n    out[out < 0 or out > 6] = 0\n    return out\n",
        "Your line 3, `out[out < 0 or out > 6] = 0`: `or` asks for one truth value of a whole array; `|` works value by",
        "Put each comparison in parentheses, with `|` between them.",
    ),
    "one branch for all values": (
        "leaky_relu",
        "def leaky_relu(input, negative_slope=0.01):\n    if input.any() > 0:\n        return input\n"
        "    return negative_slope * input\n",
        "this `if` is decided once, for the whole array: all values take the same branch.",
        "Each value needs its own decision: `np.where` chooses value by value.",
    ),
    "a function of one number": (
        "tanh",
        "import math\ndef tanh(input):\n    return math.tanh(input)\n",
        "Your line 3, `return math.tanh(input)`: `math.tanh` takes a single number, not an array.",
        "`np.tanh` works value by value.",
    ),
    "a function that NumPy has not": (
        "gelu",
        "import math\ndef gelu(input, approximate='none'):\n    return input * (1 + math.erf(input / 2**0.5)) / 2\n",
        "`math.erf` takes a single number, not an array.",
        "Apply `math.erf` to one value after the other.",
    ),
    "one row for all": (
        "linear",
        "import numpy as np\ndef linear(input, weight, bias=None):\n    out, row = [], []\n    row = []\n"
        "    for x in input:\n        for w in weight:\n            row.append(x @ w)\n        out.append(row)\n"
        "    return np.array(out) if bias is None else np.array(out) + bias\n",
        "Your line 8, `out.append(row)`: each round appends the same `row`, which was made once: all rounds fill it",
        "Make a new `row` in each round.",
    ),
    "a logarithm with a floor": (
        "cross_entropy",
        "import numpy as np\ndef cross_entropy(input, target):\n    e = np.exp(input - input.max(1, keepdims=True))\n"
        "    p = e / e.sum(1, keepdims=True)\n"
        "    return -np.mean(np.log(p[np.arange(len(target)), target] + 1e-9))\n",
        "with `1e-09` in it, this logarithm is never below -20.7.",
        "That hides a probability that was rounded to 0.",
    ),
    "an argument replaced": (
        "dropout_backward",
        "import numpy as np\ndef dropout_backward(grad_output, mask, p):\n"
        "    mask = np.random.random(grad_output.shape) >= p\n    return grad_output * mask / (1 - p)\n",
        "Your line 3, `mask = np.random.random(grad_output.shape) >= p`: `mask` gets another value here: what was passed",
        "Use `mask` as it is passed.",
    ),
    "a matrix product for rows": (
        "softmax_backward",
        "import numpy as np\ndef softmax_backward(grad_output, output, dim):\n"
        "    return (np.diag(output) - np.outer(output, output)) @ grad_output\n",
        "`np.diag` and `np.outer` are meant for one row; of a matrix, they give something else.",
        "Do it row by row, or use the formula without a matrix.",
    ),
    "a dtype without its name": (
        "relu",
        "import numpy as np\ndef relu(input):\n    out = np.zeros(input.shape, int)\n"
        "    out[input > 0] = input[input > 0]\n    return out\n",
        "Your line 3, `out = np.zeros(input.shape, int)`: `np.zeros` makes an integer array here",
        "Use floats",
    ),
    "a view by a method": (
        "repair_center",
        "def repair_center(x):\n    y = x.reshape(x.shape)\n    for column in range(x.shape[1]):\n"
        "        y[:, column] -= x[:, column].mean()\n    return y\n",
        "Your line 2, `y = x.reshape(x.shape)`: this does not copy: `y` is a view of the caller's array",
        "If you want your own array, make one with `.copy()`.",
    ),
    "an exercise of this chapter": (
        "silu",
        "def silu(input):\n    return input * sigmoid(input)\n",
        "`sigmoid` is an exercise of this chapter, and no cell that was run defines it.",
        "Run the cell that defines `sigmoid` first, or write its lines in this cell.",
    ),
    "a name for an array": (
        "relu",
        "import numpy as np\ndef relu(input):\n    out = input.reshape(-1).copy()\n    for v in out:\n"
        "        v = max(v, 0)\n    return out.reshape(input.shape)\n",
        "Your line 5, `v = max(v, 0)`: this gives the name `v` another value; what the loop goes through stays as it is.",
        "Write into the array: `v[...] = ...`.",
    ),
    "a built-in passed on": (
        "relu",
        "import numpy as np\ndef relu(x):\n    return np.maximum(input, 0)\n",
        "Your line 3, `return np.maximum(input, 0)`: `input` is Python's built-in here: your function has no variable of",
        "Which of your own variables should `input` be?",
    ),
    "astype(int)": (
        "relu",
        "import numpy as np\ndef relu(input):\n    return np.maximum(input, 0).astype(int)\n",
        "`astype` makes whole numbers: what comes after the decimal point is lost.",
        "Leave the `astype` out.",
    ),
    "a range that ends early, and a bias": (
        "conv1d",
        "import numpy as np\ndef conv1d(input, weight, bias=None):\n    k = weight.shape[2]\n    w = input.shape[2]\n"
        "    out = np.zeros((len(input), len(weight), w - k + 1))\n    for i in range(w - k):\n"
        "        out[:, :, i] = np.einsum('ncw,ocw->no', input[:, :, i : i + k], weight)\n"
        "    return out if bias is None else out + bias[:, None]\n",
        "Your line 6, `for i in range(w - k):`: `range(w - k)` ends one place before `w - k`.",
        "Count the places of a window of 2 in a row of 3.",
    ),
    "the last round alone": (
        "warm_up",
        "def warm_up(x):\n    for v in x:\n        y = 2 * v + 1\n    return y\n",
        "Your line 3, `y = 2 * v + 1`: each round gives `y` a new value; only the last one is returned.",
        "Keep what each round gives: make room before the loop.",
    ),
    "the last row alone": (
        "linear",
        "def linear(input, weight, bias=None):\n    for row in input:\n        out = weight @ row\n    return out\n",
        "Your line 3, `out = weight @ row`: each round gives `out` a new value; only the last one is returned.",
        "Keep what each round gives",
    ),
    "the first round alone": (
        "warm_up",
        "def warm_up(x):\n    for v in x:\n        return 2 * v + 1\n",
        "Your line 3, `return 2 * v + 1`: this `return` is inside the loop: the first round ends the function.",
        "Keep what each round gives, and return after the loop.",
    ),
    "a second name": (
        "relu",
        "import numpy as np\ndef relu(input):\n    y = input\n    y[y < 0] = 0\n    return y\n",
        "Your line 3, `y = input`: this does not copy: `y` is the caller's array under a second name, and line 4 changes it.",
        "If you want your own array, make one with `.copy()`.",
    ),
    "a full slice": (
        "relu",
        "import numpy as np\ndef relu(input):\n    y = input[:]\n    y[y < 0] = 0\n    return y\n",
        "Your line 3, `y = input[:]`: this does not copy: `y` is a view of the caller's array",
        "If you want your own array",
    ),
    "+= on an argument": (
        "warm_up",
        "def warm_up(x):\n    x *= 2\n    x += 1\n    return x\n",
        "Your line 2, `x *= 2`: this changes the caller's `x` in place.",
        "Make a new array instead of changing `x`.",
    ),
    "np.max for np.maximum": (
        "relu",
        "import numpy as np\ndef relu(input):\n    return np.max(input, 0)\n",
        "`np.max(…, 0)` goes along axis 0; `np.maximum` compares each value with a number.",
        "Which of the two do you want: `np.max` or `np.maximum`?",
    ),
    "max on arrays": (
        "relu",
        "def relu(input):\n    return max(0, input)\n",
        "Python's `max` compares whole arrays with each other; `np.maximum` compares value by value.",
        "Use `np.maximum`.",
    ),
    "if on arrays": (
        "relu",
        "def relu(input):\n    if input > 0:\n        return input\n    return 0 * input\n",
        "`if` asks one question about the whole array; `np.where` chooses value by value.",
        "Use `np.where`, or a mask as an index.",
    ),
    "if bias": (
        "linear",
        "def linear(input, weight, bias=None):\n    if bias:\n        return input @ weight.T + bias\n    return input @ weight.T\n",
        "`if bias` asks for one truth value of all its numbers.",
        "Ask whether one was given: `bias is not None`.",
    ),
    "np.where of integers": (
        "relu",
        "import numpy as np\ndef relu(input):\n    y = np.where(input > 0, 1, 0)\n    y[input > 0] = input[input > 0]\n    return y\n",
        "Your line 3, `y = np.where(input > 0, 1, 0)`: `np.where` makes an integer array here",
        "Use floats: `0.0` instead of `0`, or `dtype=float`.",
    ),
    "a mask on one side": (
        "relu",
        "import numpy as np\ndef relu(input):\n    y = np.zeros(input.shape)\n    y[input > 0] = input\n    return y\n",
        "values are put there.",
        "A mask on the left picks places; the values on the right must be picked by it, too.",
    ),
    "a generator": (
        "warm_up",
        "def warm_up(x):\n    return (2 * value + 1 for value in x)\n",
        "returned a generator; a NumPy array is expected.",
        "Collect the values: np.array(list(...))",
    ),
    "^ for **": (
        "mse_loss",
        "import numpy as np\ndef mse_loss(input, target):\n    return np.mean((input - target) ^ 2)\n",
        "`^` is the exclusive or of bits.",
        "A power is written `**`.",
    ),
    "/ for a size": (
        "max_pool2d",
        "import numpy as np\ndef max_pool2d(input, kernel_size, stride=None, padding=0):\n    n, c, h, w = input.shape\n    h_o = h / 2\n"
        "    return np.zeros((n, c, h_o, w))\n",
        "Your line 4, `h_o = h / 2`: `/` gives a float, also where nothing is left over.",
        "Sizes and indices are whole numbers: divide with `//`.",
    ),
    "// for a fraction": (
        "separable_saving",
        "def separable_saving(in_channels, out_channels, kernel_size):\n    k = kernel_size ** 2\n"
        "    return (in_channels * out_channels * k) // (in_channels * k + in_channels * out_channels)\n",
        "`//` drops the fraction.",
        "Where must the fraction stay? `/` keeps it.",
    ),
    "range(n - k)": (
        "conv1d",
        "import numpy as np\ndef conv1d(input, weight, bias=None):\n    n, c, w = input.shape\n    k = weight.shape[2]\n"
        "    rows = [np.einsum('nck,ock->no', input[:, :, i : i + k], weight) for i in range(w - k)]\n"
        "    return np.stack(rows, axis=2) + (0 if bias is None else bias[:, None])\n",
        "`range(w - k)` ends one place before `w - k`.",
        "Count the places of a window of 2 in a row of 3. Which formula gives it?",
    ),
    "an argument that is not used": (
        "linear",
        "import numpy as np\nX = np.ones((2, 3))\ndef linear(input, weight, bias=None):\n    return np.ones((2, 3)) @ weight.T + bias if bias is None else X @ weight.T + bias\n",
        "your result does not depend on `input`; this line reads `X`.",
        "Should `X` be `input`?",
    ),
    "an argument that nothing depends on": (
        "linear",
        "def linear(input, weight, bias=None):\n    return 2 * input @ weight.T\n",
        "`bias` is never used.",
        "What should change in the result when `bias` changes?",
    ),
    "np.add.at gives None": (
        "embedding_backward",
        "import numpy as np\ndef embedding_backward(grad_output, input, num_embeddings):\n"
        "    grad = np.zeros((num_embeddings, grad_output.shape[-1]))\n    grad = np.add.at(grad, input, grad_output)\n    return grad\n",
        "Your line 4, `grad = np.add.at(grad, input, grad_output)`: `np.add.at` changes an array or list that is there, and returns None.",
        "Call it on a separate line, then use what it changed.",
    ),
    "one list for all rows": (
        "one_hot",
        "def one_hot(input, num_classes):\n    rows = [[0] * num_classes] * len(input)\n    for i, k in enumerate(input):\n"
        "        rows[i][k] = 1\n    return rows\n",
        "this repeats one list: a change in one row is a change in all.",
        "Make a new list for each row, or start from `np.zeros`.",
    ),
    "a helper of another chapter": (
        "depthwise_conv2d",
        "def depthwise_conv2d(input, weight, bias=None):\n    return embedding(input, weight)\n",
        "`embedding` is an exercise of chapter 02; what an answer needs must be in its own notebook.",
        "Copy `embedding` from chapter 02 into your cell.",
    ),
    "windows without axis": (
        "conv2d",
        "import numpy as np\ndef conv2d(input, weight, bias=None):\n"
        "    return np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:])\n",
        "without `axis=` the window must have a size for every axis of the array.",
        "Along which axes does the window move? Name them with `axis=`.",
    ),
    "einsum's sizes": (
        "linear",
        "import numpy as np\ndef linear(input, weight, bias=None):\n    return 2 * np.einsum('ni,io->no', input, weight)\n",
        "einsum: one letter has two sizes, in the shapes (2,3) and (4,3).",
        "Write each operand's letters above its shape. Which letter does not fit?",
    ),
    "a bias on the last axis": (
        "conv2d",
        "import numpy as np\ndef conv2d(input, weight, bias=None):\n    w = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))\n"
        "    output = np.einsum('nchwij,ocij->nohw', w, weight)\n    output += bias\n    return output\n",
        "values of `bias` meet the last axis, whose size is",
        "NumPy lines shapes up from the right. Which shape brings `bias` to axis 1?",
    ),
    "squares that cancel": (
        "repair_layer_norm",
        "import numpy as np\ndef repair_layer_norm(input, weight, bias, eps=1e-5):\n    mean = input.mean(1, keepdims=True)\n"
        "    var = np.maximum((input**2).mean(1, keepdims=True) - mean**2, 0)\n"
        "    return weight * (input - mean) / np.sqrt(var + eps) + bias\n",
        "far from 0 this subtracts two large numbers that are nearly equal: few digits are left.",
        "Which sum of squares stays small, wherever the values are?",
    ),
    "a slice up to -0": (
        "conv2d_backward",
        CUT,
        "return gx[:, :, ph:-ph, pw:-pw], gw, grad_output.sum((0, 2, 3))`: where `ph` is 0, a slice that ends at `-ph` is",
        "Count the end from the front: a size minus `ph`.",
    ),
    "zeros like integers": (
        "embedding",
        "import numpy as np\ndef embedding(input, weight):\n"
        "    rows = np.zeros_like(input)[..., None].repeat(weight.shape[1], -1)\n"
        "    rows[...] = weight[input]\n    return rows\n",
        "`np.zeros_like` takes over the type of `input`: from whole numbers it makes an integer array.",
        "Use floats: `dtype=float`.",
    ),
    "a method without self": (
        "Linear",
        LAYER.format(first="", second="input", weight="self.weight"),
        "this method has no parameter `self`.",
        "Make `self` the method's first parameter.",
    ),
    "weight for self.weight": (
        "Linear",
        LAYER.format(first="self, ", second="input", weight="weight"),
        "`weight` and `self.weight` are two names, and only `self.weight` has a value.",
        "Read `self.weight` there.",
    ),
    "the built-in input": (
        "Linear",
        LAYER.format(first="self, ", second="x", weight="self.weight"),
        "`input` is Python's built-in here: your function has no variable of this name.",
        "Which of your own variables should `input` be?",
    ),
    "a result that is written down": (
        "conv1d_kernel_size",
        "def conv1d_kernel_size(num_parameters, in_channels, out_channels):\n"
        "    return num_parameters // (in_channels * out_channels), True\n",
        "Your line 2, `return num_parameters // (in_channels * out_channels), True`: its `True` is the same in every call.",
        "In which calls must it be something else? Compute it there.",
    ),
    "a name that gets one value": (
        "conv1d_kernel_size",
        "def conv1d_kernel_size(num_parameters, in_channels, out_channels):\n"
        "    bias = True\n    return num_parameters // (in_channels * out_channels), bias\n",
        "Your line 2, `bias = True`: `bias` is the same in every call.",
        "In which calls must it be something else? Compute it there.",
    ),
    "a generator of its own": (
        "dropout",
        "import numpy as np\ndef dropout(input, p, training, rng):\n    if training:\n"
        "        return input * (np.random.rand(*input.shape) >= p) / (1 - p)\n    return input\n",
        "`np.random.rand` does not draw from `rng`, which is never used.",
        "Draw from `rng`. With it, a run can be repeated.",
    ),
}  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_has_its_own_words(trap):
    """The line, what it does, and what to do next, within twelve lines, where the mistake has no name."""
    name, code, sentence, step = TRAPS[trap]
    report = assess(code, name, mistakes=())
    told = str(report)
    assert not report.passed
    assert sentence in told
    assert f"Next: {step}" in told
    assert len(told.splitlines()) <= 12


@pytest.mark.parametrize(
    ("trap", "kind"),
    [
        ("a second name", "not-copied"),
        ("np.max for np.maximum", "axis-for-number"),
        ("max on arrays", "truth-of-array"),
        ("a method without self", "without-self"),
    ],
)
def test_a_trap_has_a_kind_under_which_it_is_kept(trap, kind):
    """Two answers in the same trap are counted together, whatever their lines are."""
    name, code, _, _ = TRAPS[trap]
    report = assess(code, name, mistakes=())
    assert (report.trap.kind, report.recorded.trap) == (kind, kind)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("relu", "import numpy as np\ndef relu(input):\n    y = input\n    return np.where(y > 0, y, 0.0)\n"),
        ("warm_up", "def warm_up(x):\n    y = x[:]\n    return 2 * y + 1\n"),
    ],
)
def test_a_trap_is_no_fault_where_the_answer_is_right(name, code):
    """No trap is reported for code that works."""
    report = assess(code, name)
    assert (report.passed, report.trap) == (True, None)


def test_a_trap_that_does_not_fit_is_not_told():
    """The same line is innocent where the answer is wrong in another way."""
    report = assess("import numpy as np\ndef relu(input):\n    y = input\n    return np.where(y > 0, y, 0.5)\n", "relu")
    assert (report.passed, report.trap) == (False, None)


def test_a_method_that_lacks_self_and_is_called_is_told_by_its_name():
    """The report is about the method, not about how the class is made."""
    told = str(
        assess(
            LAYER.format(first="self, ", second="input", weight="self.weight").replace("(self, input)", "(input)"),
            "Linear",
        )
    )
    assert "Linear: it is used as linear.forward(input (2, 3)); your `forward` takes (input)." in told
    assert "Next: Every method's first parameter is `self`: def forward(self, ...)." in told


def test_code_that_cannot_be_read_has_no_trap():
    """A function without a source is reported as before."""
    names = {}
    exec("def relu(input):\n    return input * 2", names)
    assert course.assess(names["relu"]).trap is None


def test_a_repair_that_was_changed_without_effect_is_not_called_untouched():
    """As handed out it is reported as such; after a harmless change the changes are reported."""
    given = course.exercises["repair_linear"].misconceptions[0]
    assert "left as it was handed out" in str(assess("import numpy as np\n" + given.handout, "repair_linear"))
    lines = given.source.splitlines()
    changed = assess("import numpy as np\n" + "\n".join([lines[0], "    unused = 1", *lines[1:]]), "repair_linear")
    assert changed.misconception == given.id
    assert "from the function as it was handed out: your changes leave its results as they were." in str(changed)


def test_a_loop_that_keeps_its_rounds_is_no_trap():
    """A sum, a condition, and a list are kept; of a list the last may be taken on purpose."""
    for body in ("y = y + v", "if v > 9:\n            return v", "y = [*y, v]"):
        report = assess(f"def warm_up(x):\n    y = 0\n    for v in x:\n        {body}\n    return y\n", "warm_up")
        assert report.trap is None


def test_where_the_shape_is_wrong_a_trap_leads_and_no_other_line(monkeypatch):
    """Two changes could make it right as well; what loses an axis is the better help."""
    monkeypatch.setattr(runner, "SECONDS", 30)
    text = str(assess("def warm_up(x):\n    for v in x:\n        y = 2 * v\n    return y + 1\n", "warm_up"))
    assert "two changes" not in text
    assert "one change in each" not in text
    report = assess("def warm_up(x):\n    for v in x:\n        y = 2 * v + 1\n    return y\n", "warm_up")
    assert report.trap
    assert report.located is None


def test_a_loop_variable_that_is_used_again_is_no_trap():
    """Its new value goes somewhere."""
    code = "def warm_up(x):\n    y = x.copy()\n    for i, v in enumerate(x):\n        v = 2 * v\n        y[i] = v\n    return y\n"
    assert assess(code, "warm_up").trap is None


def test_a_line_is_quoted_once(monkeypatch):
    """The trap quotes it; that one change there is enough follows."""
    monkeypatch.setattr(runner, "SECONDS", 30)
    code = "import numpy as np\ndef sigmoid(input):\n    return 1 // (1 + np.exp(-input))\n"
    text = str(assess(code, "sigmoid"))
    assert text.count("Your line 3") == 1
    assert "\nWith one change there, all 5 cases are right.\n" in text


def test_a_vector_is_named_only_where_it_is_one():
    """In `x - x.mean(axis=1)` it is the mean that meets the last axis, and not `x`."""
    told = str(assess("def repair_center(x):\n    return x - x.mean(axis=1)\n", "repair_center"))
    assert "values of `x`" not in told
    assert "Shapes (3, 2) and (3,) do not fit together element by element." in told


@pytest.mark.parametrize(
    "line",
    ["dim = 1 if dim is None else dim", "dim = dim + 0", "total = dim; dim = total"],
)
def test_an_argument_that_was_read_may_get_another_value(line):
    """What was passed has been used by then."""
    code = (
        f"import numpy as np\ndef softmax(input, dim):\n    {line}\n    return np.exp(input) / np.exp(input).sum(dim)\n"
    )
    assert "what was passed is never used" not in str(assess(code, "softmax"))


def test_a_row_that_is_made_in_each_round_is_no_trap():
    """The list begins again in the outer loop."""
    code = (
        "import numpy as np\ndef linear(input, weight, bias=None):\n    out = []\n    for x in input:\n"
        "        row = []\n        for w in weight:\n            row.append(x @ w)\n        out.append(row)\n"
        "    return np.array(out)\n"
    )
    assert "made once" not in str(assess(code, "linear"))


def test_a_number_that_is_repeated_is_no_list():
    """What the name holds before is an argument; the list is what the statement makes of it."""
    code = (
        "import numpy as np\ndef pad2d(input, padding, mode='constant', value=0):\n"
        "    if isinstance(padding, int):\n        padding = [padding] * 4\n    l, r, t, b = padding\n"
        "    return np.pad(input, ((0, 0), (0, 0), (t, b), (l, r)), constant_values=value) + 1\n"
    )
    assert "repeats one list" not in str(assess(code, "pad2d"))


def test_a_guard_is_not_taken_for_a_choice():
    """An `if` that looks at the whole array may be right, as where it returns no values of it."""
    code = (
        "import numpy as np\ndef relu(input):\n    if np.isnan(input).any():\n        return 0.0\n"
        "    return np.abs(input)\n"
    )
    assert "decided once" not in str(assess(code, "relu"))


def test_a_floor_that_counts_windows_loses_no_fraction():
    """The first value may happen to be whole where a fraction is expected."""
    code = (
        "import numpy as np\ndef avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):\n"
        "    k_h, k_w = np.broadcast_to(kernel_size, 2)\n"
        "    s_h, s_w = np.broadcast_to(kernel_size if stride is None else stride, 2)\n"
        "    h, w = ((n + 2 * padding - k) // s + 1 for n, k, s in zip(input.shape[2:], (k_h, k_w), (s_h, s_w)))\n"
        "    h_o = (input.shape[2] + 2 * padding - k_h) // s_h + 1\n"
        "    out = np.zeros((*input.shape[:2], h_o, w))\n"
        "    for y, x in np.ndindex(h, w):\n"
        "        top, left = y * s_h - padding, x * s_w - padding\n"
        "        window = input[:, :, top : top + k_h, left : left + k_w]\n"
        "        out[:, :, y, x] = window.sum(axis=(2, 3)) / (k_h * k_w)\n"
        "    return out\n"
    )
    assert "drops the fraction" not in str(assess(code, "avg_pool2d"))


def test_a_view_made_by_a_method_is_no_copy():
    """Writing into it writes into the argument."""
    code = (
        "def relu(input):\n    flat = input.reshape(-1)\n    flat[flat < 0] = 0\n    return flat.reshape(input.shape)\n"
    )
    told = str(assess(code, "relu"))
    assert "Your line 2, `flat = input.reshape(-1)`" in told
    assert "line 3 changes it" in told


def test_a_trap_is_the_same_in_another_way_of_writing():
    """`+` or `+=`, as a method or as a function: the mistake is the same, and so is the report."""
    lines = ("output = output + bias", "output += bias")
    told = [
        str(assess(TRAPS["a bias on the last axis"][1].replace(lines[1], line), "conv2d", mistakes=()))
        .split("`: ")[1]
        .splitlines()[0]
        for line in lines
    ]
    assert told[0] == told[1]
    assert "values of `bias` meet the last axis" in told[0]


@pytest.mark.parametrize(
    "helper",
    [
        "    def odd(z):\n        return z**3 + 1\n",
        "    odd = lambda z: z**3 + 1\n",
        "    def odd(z):\n        return z**3 + math.fabs(1)\n",
    ],
)
def test_what_a_helper_takes_is_not_meant_by_an_argument_that_is_not_used(helper):
    """Nor is a module."""
    code = f"import math\nimport numpy as np\ndef linear(input, weight, bias=None):\n{helper}    return odd(input @ weight.T)\n"
    report = str(assess(code, "linear"))
    assert "this line reads" not in report
    assert "`bias` is never used." in report
