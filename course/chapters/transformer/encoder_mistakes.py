"""The encoder layer in one function, and its known mistakes: many write its attention and its norms again."""

from __future__ import annotations

import numpy as np

from course.chapters.transformer.self_attention import EXERCISE as SELF_ATTENTION
from course.checking.spec import Mistake


def written_out(x, params, num_heads, norm_first=False, is_causal=False):
    def norm(x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return centred / scale * params[f"{name}.weight"] + params[f"{name}.bias"]

    def attend(x):
        n, length, d_model = x.shape
        projected = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        heads = projected.reshape(n, length, 3, num_heads, d_model // num_heads)
        query, key, value = heads.transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / np.sqrt(d_model // num_heads)
        if is_causal:
            scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = weights / weights.sum(axis=-1, keepdims=True)
        merged = (weights @ value).swapaxes(1, 2).reshape(n, length, d_model)
        return merged @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        hidden = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return hidden @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


_STEPS = (
    Mistake(
        "always-post-norm",
        edit=("if norm_first:", "if False:"),
        gives="when the norms come last, whatever `norm_first` says.",
        unwritten="norm_first is not used yet",
        advice="The two parts must know the order. Where does norm_first go from here?",
    ),
    Mistake(
        "second-norm-left-out",
        edit=('return x + forward(norm(x, "norm2"))', "return x + forward(x)"),
        gives="when pre-norm leaves the input of the feed-forward part as it is.",
        advice="Each of the two parts has its own norm before it.",
    ),
    Mistake(
        "always-pre-norm",
        edit=("if norm_first:", "if True:"),
        gives="when the norms come first, whatever `norm_first` says.",
        advice="With norm_first=False, each sum is normalized after it is made.",
    ),
    Mistake(
        "order-reversed",
        edit=("if norm_first:", "if not norm_first:"),
        gives="when the norms come first for norm_first=False, and last for norm_first=True.",
        advice="Read your condition aloud for norm_first=True.",
    ),
    Mistake(
        "mask-ignored",
        edit=(
            "        if is_causal:\n            scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)\n",
            "",
        ),
        gives="when every position may attend to later ones, whatever `is_causal` says.",
        unwritten="is_causal is not used yet",
        advice="The attention must know of the mask. Where does is_causal go from here?",
    ),
    SELF_ATTENTION.mistake("always-causal"),
    Mistake(
        "order-for-mask",
        edit=("if is_causal:", "if norm_first:"),
        gives="when `norm_first` decides about the mask.",
        advice="Compare the order of the arguments where you call the attention.",
    ),
    Mistake(
        "first-part-post-norm",
        edit=('x + attend(norm(x, "norm1"))', 'norm(x + attend(x), "norm1")'),
        gives="when norm_first changes the order around the feed-forward part, and not around the attention.",
        advice="Both parts have the same order.",
    ),
    Mistake(
        "second-part-post-norm",
        edit=('x + forward(norm(x, "norm2"))', 'norm(x + forward(x), "norm2")'),
        gives="when norm_first changes the order around the attention, and not around the feed-forward part.",
        advice="Both parts have the same order.",
    ),
    Mistake(
        "no-residuals",
        edit=(
            ("x = x + attend", "x = attend"),
            ("return x + forward", "return forward"),
            ("norm(x + attend(x)", "norm(attend(x)"),
            ("norm(x + forward(x)", "norm(forward(x)"),
        ),
        gives="when neither part has a residual connection around it.",
        advice="The result of each part is added to what went in. Look for the two plus signs in the formula.",
    ),
    Mistake(
        "no-attention-shortcut",
        edit=(
            ("x = x + attend", "x = attend"),
            ("norm(x + attend(x)", "norm(attend(x)"),
        ),
        gives="when there is no residual connection around the attention.",
        advice="The result of each part is added to what went in. One plus sign is missing.",
    ),
    Mistake(
        "no-forward-shortcut",
        edit=(
            ("return x + forward", "return forward"),
            ("norm(x + forward(x)", "norm(forward(x)"),
        ),
        gives="when there is no residual connection around the feed-forward part.",
        advice="The result of each part is added to what went in. One plus sign is missing.",
    ),
    Mistake(
        "residual-from-input",
        edit=(
            ("if norm_first:", "start = x\n    if norm_first:"),
            ("return x + forward", "return start + forward"),
            ("norm(x + forward", "norm(start + forward"),
        ),
        gives="when the second residual connection starts at the layer's input.",
        advice="The second residual connection goes around the feed-forward part alone. What went into that?",
    ),
    Mistake(
        "shortcut-after-norm",
        edit=(
            ('x = x + attend(norm(x, "norm1"))', 'x = norm(x, "norm1")\n        x = norm(x + attend(x), "norm2")'),
            ('forward(norm(x, "norm2"))', "forward(x)"),
        ),
        gives="when the residual connections of pre-norm carry the normalized features.",
        advice="The residual connection starts before the norm. What must be added to the part's result?",
    ),
    Mistake(
        "parts-exchanged",
        edit=(
            ('attend(norm(x, "norm1"))', 'forward(norm(x, "norm1"))'),
            ('forward(norm(x, "norm2"))', 'attend(norm(x, "norm2"))'),
            ('norm(x + attend(x), "norm1")', 'norm(x + forward(x), "norm1")'),
            ('norm(x + forward(x), "norm2")', 'norm(x + attend(x), "norm2")'),
        ),
        gives="when the feed-forward part comes before the attention.",
        advice="First the positions exchange information. Which of the two parts does that?",
    ),
    Mistake(
        "norms-exchanged",
        edit=(
            "def norm(x, name):\n",
            'def norm(x, name):\n        name = {"norm1": "norm2", "norm2": "norm1"}[name]\n',
        ),
        gives="when norm1 and norm2 have changed places.",
        advice="norm1 belongs to the attention, norm2 to the feed-forward part.",
    ),
    Mistake(
        "one-norm",
        edit=(
            ('forward(norm(x, "norm2"))', 'forward(norm(x, "norm1"))'),
            ('norm(x + forward(x), "norm2")', 'norm(x + forward(x), "norm1")'),
        ),
        gives="when norm1 is used in both places.",
        advice="There are two norms, with a weight and a bias each.",
    ),
    Mistake(
        "no-attention",
        edit=(
            ('        x = x + attend(norm(x, "norm1"))\n', ""),
            ('    x = norm(x + attend(x), "norm1")\n', ""),
        ),
        gives="when the attention and its norm are missing: no position sees another.",
        advice="The layer has two parts, each with its norm. Which one is not called?",
    ),
    Mistake(
        "no-feed-forward",
        edit=(
            ('return x + forward(norm(x, "norm2"))', "return x"),
            ('return norm(x + forward(x), "norm2")', "return x"),
        ),
        gives="when the feed-forward part and its norm are missing.",
        advice="The layer has two parts, each with its norm. Which one is not called?",
    ),
)
"""Of the order of the parts, the norms and the residual connections."""

_ATTENTION = (
    Mistake(
        "one-head",
        edit=("n, length, d_model = x.shape", "(n, length, d_model), num_heads = x.shape, 1"),
        gives="when the attention has one head, whatever `num_heads` says.",
        advice="How many heads the attention has is an argument of the layer.",
    ),
    SELF_ATTENTION.mistake("no-scale"),
    SELF_ATTENTION.mistake("scaled-by-model"),
    SELF_ATTENTION.mistake("heads-not-transposed"),
    SELF_ATTENTION.mistake("merged-not-transposed"),
    Mistake(
        "no-out-projection",
        edit=(' @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]', ""),
        gives="when the merged heads leave the attention without the output projection.",
        advice="Two of the twelve arrays are not used: self_attn.out_proj.",
    ),
    SELF_ATTENTION.mistake("query-key-exchanged"),
    Mistake(
        "no-out-bias",
        edit=(' + params["self_attn.out_proj.bias"]', ""),
        gives="when the bias of the output projection is left out.",
        advice="One of the twelve arrays is not used.",
    ),
    Mistake(
        "no-in-bias",
        edit=(' + params["self_attn.in_proj_bias"]', ""),
        gives="when the bias of the input projection is left out.",
        advice="One of the twelve arrays is not used.",
    ),
)
"""Of the attention and its heads."""

_NORM_AND_FORWARD = (
    Mistake(
        "no-relu",
        edit=(
            'np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)',
            'x @ params["linear1.weight"].T + params["linear1.bias"]',
        ),
        gives="when the feed-forward part has no ReLU.",
        advice="What comes between its two linear layers?",
    ),
    Mistake(
        "unbiased-variance",
        edit=("(centred**2).mean(axis=-1, keepdims=True)", "x.var(axis=-1, ddof=1, keepdims=True)"),
        gives="when the norms divide by the unbiased standard deviation, with d_m - 1.",
        advice="Layer norm takes the plain mean of the squares.",
    ),
    Mistake(
        "no-eps",
        edit=(" + 1e-5", ""),
        gives="when the norms have no eps.",
        advice="Layer norm adds 1e-5 to the variance, under the root.",
    ),
    Mistake(
        "eps-outside",
        edit=(
            "np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)",
            "np.sqrt((centred**2).mean(axis=-1, keepdims=True)) + 1e-5",
        ),
        gives="when the norms add eps outside the root instead of under it.",
        advice="Add eps to the variance first, then take the root.",
    ),
    Mistake(
        "eps-1e-6",
        edit=("1e-5", "1e-6"),
        gives="when the norms' eps is 1e-6.",
        advice="PyTorch's layer norm adds 1e-5.",
    ),
    Mistake(
        "norm-over-positions",
        edit=(("x.mean(axis=-1", "x.mean(axis=-2"), ("(centred**2).mean(axis=-1", "(centred**2).mean(axis=-2")),
        gives="when the norms take mean and variance over the positions.",
        advice="Each position is normalized alone. Which axis contains its features?",
    ),
    Mistake(
        "norm-over-sentence",
        edit=(
            ("x.mean(axis=-1", "x.mean(axis=(-2, -1)"),
            ("(centred**2).mean(axis=-1", "(centred**2).mean(axis=(-2, -1)"),
        ),
        gives="when the norms take one mean and one variance for a whole sentence.",
        advice="Each position is normalized alone. Which axis contains its features?",
    ),
)
"""Of what is in the norms and in the feed-forward part."""

MISTAKES = (*_STEPS, *_ATTENTION, *_NORM_AND_FORWARD)
"""Of the layer, as edits of `written_out`."""
