"""Traps of axes and of parts of an array: each is reported where it explains what is wrong, and not where it doesn't."""

import pytest

from tests.course.checking.traps.test_traps import assess

NUMPY = "import numpy as np\n"
WINDOWS = (
    "def conv2d(input, weight, bias=None):\n"
    "    w = np.lib.stride_tricks.sliding_window_view(input, weight.shape[2:], axis=(2, 3))\n"
    "    output = np.einsum('nchwij,ocij->nohw', w, weight)\n"
)
ATTENTION = (
    "def scaled_dot_product_attention(query, key, value, attn_mask=None, is_causal=False):\n"
    "    scores = query @ {key} / np.sqrt(query.shape[-1])\n"
    "    if attn_mask is not None:\n        {mask}\n"
    "    e = np.exp(scores - scores.max(axis=-1, keepdims=True))\n"
    "    return e / e.sum(axis=-1, keepdims=True) @ value\n"
)
POOLED = (
    "def avg_pool2d(input, kernel_size, stride=None, padding=0, count_include_pad=True):\n"
    "    k_h, k_w = np.broadcast_to(kernel_size, 2)\n"
    "    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)\n"
    "    h, w = ((n + 2 * padding - k) // s + 1 for n, k, s in zip(input.shape[2:], (k_h, k_w), (s_h, s_w)))\n"
    "    output = np.zeros((*input.shape[:2], h, w))\n"
    "    for y, x in np.ndindex(h, w):\n"
    "        top, left = y * s_h - padding, x * s_w - padding\n"
    "        output[:, :, y, x] = input[:, :, {top} : top + k_h, {left} : left + k_w].sum((2, 3)) / (k_h * k_w)\n"
    "    return output\n"
)
UNPOOLED = (
    "def max_pool2d_backward(grad_output, input, kernel_size, stride=None):\n"
    "    k_h, k_w = np.broadcast_to(kernel_size, 2)\n"
    "    s_h, s_w = (k_h, k_w) if stride is None else np.broadcast_to(stride, 2)\n"
    "    grad = np.zeros(input.shape)\n"
    "    for n, c, y, x in np.ndindex(grad_output.shape):\n"
    "        rows, columns = slice(y * s_h, y * s_h + k_h), slice(x * s_w, x * s_w + k_w)\n"
    "        part = grad[n, c, y * s_h : y * s_h + k_h, x * s_w : x * s_w + k_w].ravel()\n"
    "        part[input[n, c, rows, columns].argmax()] += grad_output[n, c, y, x]\n"
    "    return grad\n"
)
SUMS = (
    "def conv1d_loops(input, weight, bias=None):\n    n, c_i, w = input.shape\n    c_o, _, k = weight.shape\n"
    "    output = np.zeros((n, c_o, w - k + 1))\n{before}    for r, o, x in np.ndindex(output.shape):\n{inside}"
    "        for c in range(c_i):\n            for v in range(k):\n"
    "                total += weight[o, c, v] * input[r, c, x + v]\n"
    "        output[r, o, x] = total + (0 if bias is None else bias[o])\n    return output\n"
)
CLIP = (
    "def clip_grad_norm(grads, max_norm):\n    norm = np.linalg.norm(grads)\n"
    "    return [g * min(1, max_norm / (norm + 1e-6)) for g in grads], norm\n"
)
DROPPED = (
    "def dropout(input, p, training, rng):\n    if not training:\n        return input\n"
    "    if p == 1:\n        return np.zeros(input.shape)\n    return input * ({drawn} >= p) / (1 - p)\n"
)
TOLD = {
    "an argument that is missing": (
        "layer_norm",
        "def layer_norm(input, weight, bias, eps=1e-5):\n    m = input.mean(axis=-1, keepdims=True)\n"
        "    return weight * (input - m) / np.sqrt(input.var(axis=-1, keepdims=True) + eps) + bias\n",
        "your function takes `weight` second, and the check passes `normalized_shape` there.",
        "Take all arguments of the docstring, in its order.",
    ),
    "other names, and too few of them": (
        "layer_norm",
        "def layer_norm(x, w, b, e=1e-5):\n    m = x.mean(axis=-1, keepdims=True)\n"
        "    return w * (x - m) / np.sqrt(x.var(axis=-1, keepdims=True) + e) + b\n",
        "your function takes 4 arguments, and the docstring has 5.",
        "Take all arguments of the docstring, in its order.",
    ),
    "a condition on None": (
        "linear",
        "def linear(input, weight, bias=None):\n    output = input @ weight.T\n    if bias != None:\n"
        "        output = output + bias\n    return output\n",
        "`bias != None` compares every number of `bias` with None.",
        "Ask whether one was given: `bias is not None`.",
    ),
    "a bias that fits by chance": (
        "conv2d_strided",
        WINDOWS.replace("conv2d(", "conv2d_strided(").replace("None)", "None, stride=1, padding=0, dilation=1)")
        + "    return output if bias is None else output + bias\n",
        "the values of `bias` meet the last axis.",
        "NumPy lines shapes up from the right. Which shape brings `bias` to",
    ),
    "all axes reversed": (
        "scaled_dot_product_attention",
        ATTENTION.format(key="key.T", mask="scores = np.where(attn_mask, scores, -np.inf)"),
        "`key` has 4 axes here, and `.T` reverses the order of all of them.",
        "Which two axes should change places? `swapaxes` exchanges two.",
    ),
    "a mask of fewer axes": (
        "scaled_dot_product_attention",
        ATTENTION.format(key="key.swapaxes(-2, -1)", mask="scores[~attn_mask] = -np.inf"),
        "A mask as an index must fit the array axis by axis",
        "`np.where(mask, …, …)` lines shapes up from the right, as arithmetic does.",
    ),
    "every axis flipped": (
        "repair_zero_insertion",
        "def repair_zero_insertion(input, weight, stride=1):\n    n, c_i, h, w = input.shape\n"
        "    k_h, k_w = weight.shape[2:]\n"
        "    spread = np.zeros((n, c_i, (h - 1) * stride + 1, (w - 1) * stride + 1))\n"
        "    spread[:, :, ::stride, ::stride] = input\n"
        "    bordered = np.pad(spread, ((0, 0), (0, 0), (k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))\n"
        "    windows = np.lib.stride_tricks.sliding_window_view(bordered, (k_h, k_w), axis=(2, 3))\n"
        "    return np.einsum('ncyxuv,couv->noyx', windows, np.flip(weight))\n",
        "without `axis=`, `np.flip` reverses every axis of `weight`.",
        "Along which axis is it meant? Name it with `axis=`.",
    ),
    "one long row": (
        "interpolate",
        "def interpolate(input, scale_factor, mode='nearest'):\n    factor = scale_factor\n    input = input.repeat(factor)\n    return input\n",
        "without `axis=`, `np.repeat` makes one long row of all values of `input`.",
        "Along which axis is it meant? Name it with `axis=`.",
    ),
    "a slice that gets shorter": (
        "conv3d",
        "def conv3d(input, weight, bias=None):\n    n, c_i, *sizes = input.shape\n"
        "    d, h, w = np.subtract(sizes, weight.shape[2:]) + 1\n"
        "    output = np.zeros((n, len(weight), d, h, w))\n"
        "    for t, u, v in np.ndindex(weight.shape[2:]):\n"
        "        output += np.einsum('nczyx,oc->nozyx', input[:, :, t:d, u:h, v:w], weight[:, :, t, u, v])\n"
        "    return output if bias is None else output + bias[:, None, None, None]\n",
        "`t:d` begins at `t` and always ends at `d`: it gets shorter and shorter.",
        "How long must it be in every round? Then its end moves with its start.",
    ),
    "the number of axes": (
        "linear_macs",
        "def linear_macs(input_shape, out_features):\n    return len(input_shape) * input_shape[1] * out_features\n",
        "`len(input_shape)` is 2, the number of axes.",
        "Which element of `input_shape` is meant?",
    ),
    "places for values": (
        "conv_transpose2d",
        "def conv_transpose2d(input, weight, bias=None, stride=1, padding=0):\n"
        "    (s_h, s_w), (p_h, p_w) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)\n"
        "    (h, w), (k_h, k_w) = input.shape[2:], weight.shape[2:]\n"
        "    rows, columns = (h - 1) * s_h + k_h, (w - 1) * s_w + k_w\n"
        "    output = np.zeros((len(input), weight.shape[1], rows, columns))\n"
        "    for u, v in np.ndindex(k_h, k_w):\n"
        "        product = np.einsum('ncyx,co->noyx', input, weight[:, :, u, v])\n"
        "        output[:, :, u : u + h : s_h, v : v + w : s_w] += product\n"
        "    output = output[:, :, p_h : rows - p_h, p_w : columns - p_w]\n"
        "    return output if bias is None else output + bias[:, None, None]\n",
        "`u:u + h:s_h` takes every `s_h`-th of `h` places, which is not `h` values.",
        "How many places do `h` values cover, `s_h` apart?",
    ),
    "a sum that is not set back": (
        "conv1d_loops",
        SUMS.format(before="    total = 0\n", inside=""),
        "`total` is set only here, before the loops: each sum continues from the one before it.",
        "In which round must `total` begin again?",
    ),
    "a start below 0": (
        "avg_pool2d",
        POOLED.format(top="top", left="left"),
        "where `top` is below 0, the slice counts from the end.",
        "Which part of the first window is inside the array? Begin there.",
    ),
    "a copy that is changed": (
        "max_pool2d_backward",
        UNPOOLED,
        "`.ravel()` gives a copy here: line 9 changes the copy, and `grad` stays as it was.",
        "Write into `grad` itself, with an index for each of its axes.",
    ),
    "whole numbers from an argument": (
        "pad2d",
        "def pad2d(input, padding, mode='constant', value=0):\n"
        "    left, right, top, bottom = np.broadcast_to(padding, 4)\n    n, c, h, w = input.shape\n"
        "    output = np.full((n, c, top + h + bottom, left + w + right), value)\n"
        "    output[:, :, top : top + h, left : left + w] = input\n    return output\n",
        "`np.full` makes an integer array here",
        "Use floats: `dtype=float`.",
    ),
    "one number for all": (
        "dropout",
        DROPPED.format(drawn="rng.random()"),
        "`rng.random()` draws a single number, and it decides for all values together.",
        "How many numbers must be drawn, and in which shape?",
    ),
    "a list that is not an array": (
        "clip_grad_norm",
        CLIP,
        "A list of arrays with different shapes does not make one array.",
        "Do it for one array after the other, and put the results together.",
    ),
    "pairs for two axes only": (
        "max_pool2d",
        "def max_pool2d(input, kernel_size, stride=None, padding=0):\n"
        "    return np.pad(input, [(padding, padding), (padding, padding)])\n",
        "np.pad wants a pair (before, after) for each of the 4 axes.",
        "Count your pairs. An axis without a border has the pair (0, 0).",
    ),
    "a key that is there in some calls": (
        "residual_block",
        "def residual_block(input, params):\n    return params['shortcut.weight']\n",
        "There is no key 'shortcut.weight'.",
        "Which keys does the dict have in this call? `in` tells whether one is there.",
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("trap", TOLD)
def test_each_has_its_own_words(trap):
    """What the line does, and what to do next, where the mistake has no name."""
    name, code, sentence, step = TOLD[trap]
    report = assess(NUMPY + code, name, mistakes=())
    assert not report.passed
    assert sentence in str(report)
    assert f"Next: {step}" in str(report)


def test_an_axis_is_named_only_where_no_other_fits():
    """A bias of two values may belong to either axis of size 2."""
    code = WINDOWS + "    return output if bias is None else output + bias\n"
    told = {str(assess(NUMPY + code, name, mistakes=())) for name in ("conv2d",)}
    code = code.replace("conv2d(", "conv_transpose2d(").replace("None)", "None, stride=1, padding=0)")
    told.add(str(assess(NUMPY + code.replace("nchwij,ocij", "nchwij,coij"), "conv_transpose2d", mistakes=())))
    assert not any("to axis 0?" in text for text in told)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("avg_pool2d", POOLED.format(top="max(top, 0)", left="max(left, 0)").replace("* k_w)", "* k_h)"), "below 0"),
        ("max_pool2d_backward", UNPOOLED.replace(".ravel()", "").replace(".argmax()]", ".argmax() // k_w]"), "copy"),
        ("conv1d_loops", SUMS.format(before="", inside="        total = 1\n"), "continues from the one before"),
        (
            "receptive_field",
            "def receptive_field(kernel_sizes, strides):\n    return 1 + len(kernel_sizes) * max(kernel_sizes)\n",
            "the number of axes",
        ),
        (
            "avg_pool2d",
            POOLED.format(top="input.shape[2] - padding", left="x"),
            "is below 0",
        ),
        ("dropout", DROPPED.format(drawn="rng.random(input.shape)").replace("(1 - p)", "p"), "single number"),
    ],
)
def test_a_line_without_the_trap_is_not_blamed(name, code, sentence):
    """The answer is wrong in another way."""
    report = assess(NUMPY + code, name, mistakes=())
    assert not report.passed
    assert sentence not in str(report)
