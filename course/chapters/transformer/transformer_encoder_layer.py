"""The encoder layer: attention and a feed-forward part, each with a shortcut and a norm."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.catalog.chapters import chapter
from course.chapters.transformer.stages import encoder_stages
from course.checking.oracles import TorchModule
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum, sum_of_products


def transformer_encoder_layer(x, params, num_heads, norm_first=False):
    """Apply a transformer's encoder layer, without dropout.

    x          (n, l, d_m)
    params     a dict with the twelve arrays of section 2, by PyTorch's names,
               such as params["self_attn.in_proj_weight"], shape (3 d_m, d_m)
    num_heads  a divisor of d_m
    norm_first False: the norms after the sums. True: the norms before attention and feed-forward part
    returns    (n, l, d_m)
    """

    def norm(x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return centred / scale * params[f"{name}.weight"] + params[f"{name}.bias"]

    def attention(x):
        n, length, d_model = x.shape
        projected = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        heads = projected.reshape(n, length, 3, num_heads, d_model // num_heads)
        query, key, value = heads.transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / np.sqrt(d_model // num_heads)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = weights / weights.sum(axis=-1, keepdims=True)
        merged = (weights @ value).swapaxes(1, 2).reshape(n, length, d_model)
        return merged @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        hidden = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return hidden @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attention(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attention(x), "norm1")
    return norm(x + forward(x), "norm2")


def _params(rng: np.random.Generator, d_model: int, hidden: int) -> dict[str, np.ndarray]:
    return {
        # of this size, attention looks at several positions, and not at all of them alike
        "self_attn.in_proj_weight": normal(rng, 3 * d_model, d_model) * 0.5,
        "self_attn.in_proj_bias": normal(rng, 3 * d_model) * 0.5,
        "self_attn.out_proj.weight": normal(rng, d_model, d_model),
        "self_attn.out_proj.bias": normal(rng, d_model),
        "linear1.weight": normal(rng, hidden, d_model),
        "linear1.bias": normal(rng, hidden),
        "linear2.weight": normal(rng, d_model, hidden),
        "linear2.bias": normal(rng, d_model),
        "norm1.weight": 1 + 0.3 * normal(rng, d_model),
        "norm1.bias": normal(rng, d_model),
        "norm2.weight": 1 + 0.3 * normal(rng, d_model),
        "norm2.bias": normal(rng, d_model),
    }


def _layer(
    rng: np.random.Generator, n: int, length: int, num_heads: int, size: int, hidden: int, norm_first: bool = False
) -> dict[str, Any]:
    # size is that of one head
    d_model = num_heads * size
    arguments: dict[str, Any] = {
        "x": normal(rng, n, length, d_model),
        "params": _params(rng, d_model, hidden),
        "num_heads": num_heads,
    }
    return arguments | ({"norm_first": True} if norm_first else {})


def _small(rng: np.random.Generator) -> dict[str, Any]:
    arguments = _layer(rng, 2, 4, 2, 3, 5, norm_first=True)
    return arguments | {"x": arguments["x"] * 0.004}


def _module(
    x: np.ndarray, params: dict[str, np.ndarray], num_heads: int, norm_first: bool = False
) -> tuple[dict[str, Any], dict[str, np.ndarray], tuple[np.ndarray]]:
    options = {
        "d_model": x.shape[-1],
        "nhead": num_heads,
        "dim_feedforward": len(params["linear1.bias"]),
        "batch_first": True,
        "norm_first": norm_first,
    }
    return options, params, (x,)


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Work out the last step: what comes before it has too many steps for one line."""
    params, feature = arguments["params"], index[-1]
    size = len(params["norm2.bias"])
    if arguments.get("norm_first"):
        nothing = {"linear2.weight": 0 * params["linear2.weight"], "linear2.bias": np.zeros(size)}
        first = transformer_encoder_layer(**{**arguments, "params": {**params, **nothing}})[index]
        result = transformer_encoder_layer(**arguments)[index]
        return f"after the attention {first:.4g}, and {first:.4g} + {in_a_sum(result - first)} = {result:.4g}"
    plain = {"norm2.weight": np.ones(size), "norm2.bias": np.zeros(size)}
    normalised = transformer_encoder_layer(**{**arguments, "params": {**params, **plain}})[index]
    scaled = sum_of_products([normalised], [params["norm2.weight"][feature]], params["norm2.bias"][feature])
    return f"normalised {normalised:.4g}, and with norm2's weight and bias {scaled}"


EXERCISE = Exercise(
    name="transformer_encoder_layer",
    points=5,
    solution=transformer_encoder_layer,
    stages=encoder_stages,
    oracle=TorchModule("torch.nn.TransformerEncoderLayer", arrange=_module),
    cases=(
        Case("one sentence", lambda rng: _layer(rng, 1, 3, 2, 2, 5)),
        Case("two sentences, three heads", lambda rng: _layer(rng, 2, 4, 3, 2, 7)),
        Case("norm first", lambda rng: _layer(rng, 2, 5, 2, 3, 4, norm_first=True)),
        Case("one head", lambda rng: _layer(rng, 3, 2, 1, 5, 6)),
        Case("norm first, tiny features", _small, note="features near 0.004"),
        Case("one position", lambda rng: _layer(rng, 2, 1, 2, 2, 3), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "always-post-norm",
            edit=("if norm_first:", "if False:"),
            gives="when the norms come last, whatever `norm_first` says.",
            unwritten="norm_first is not used yet",
            advice="With norm_first=True, the inputs of attention and feed-forward are normalised, the sums are not.",
        ),
        Mistake(
            "always-pre-norm",
            edit=("if norm_first:", "if True:"),
            gives="when the norms come first, whatever `norm_first` says.",
            advice="With norm_first=False, each sum is normalised after it is made.",
        ),
        Mistake(
            "no-shortcut",
            edit=(
                ("x = x + attention", "x = attention"),
                ("return x + forward", "return forward"),
                ("norm(x + attention(x)", "norm(attention(x)"),
                ("norm(x + forward(x)", "norm(forward(x)"),
            ),
            gives="when neither part has a shortcut around it.",
            advice="The result of each part is added to what went in. Look for the two plus signs in the formula.",
        ),
        Mistake(
            "shortcut-from-input",
            edit=(
                ("if norm_first:", "start = x\n    if norm_first:"),
                ("return x + forward", "return start + forward"),
                ("norm(x + forward", "norm(start + forward"),
            ),
            gives="when the second shortcut starts at the layer's input.",
            advice="The second shortcut goes around the feed-forward part alone. What went into that?",
        ),
        Mistake(
            "shortcut-after-norm",
            edit=(
                (
                    'x = x + attention(norm(x, "norm1"))',
                    'x = norm(x, "norm1")\n        x = norm(x + attention(x), "norm2")',
                ),
                ('forward(norm(x, "norm2"))', "forward(x)"),
            ),
            gives="when, with the norm first, the shortcut carries the normalised features.",
            advice="The shortcut starts before the norm: x + attention(norm(x)).",
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
            "no-scale",
            edit=(" / np.sqrt(d_model // num_heads)", ""),
            gives="when the scores are not divided by the root of the head's size.",
            advice=(
                f"In {chapter('attention')} the scores are divided by something. "
                "By what, and how large is one head here?"
            ),
        ),
        Mistake(
            "scaled-by-model",
            edit=("np.sqrt(d_model // num_heads)", "np.sqrt(d_model)"),
            gives="when the scores are divided by the root of d_m, the size of all heads together.",
            advice="A score is a sum over the features of one head. How many are there?",
        ),
        Mistake(
            "heads-not-transposed",
            edit=("transpose(2, 0, 3, 1, 4)", "transpose(2, 0, 1, 3, 4).reshape(3, n, num_heads, length, -1)"),
            gives="when the features are reshaped into heads before positions and heads have changed places.",
            advice="Reshape splits the last axis: (n, l, heads, size). Only then may heads and positions be exchanged.",
        ),
        Mistake(
            "merged-not-transposed",
            edit=(".swapaxes(1, 2)", ""),
            gives="when the heads are merged before heads and positions have changed back.",
            advice="The features of one position must be next to each other before reshape can merge them.",
        ),
        Mistake(
            "no-out-projection",
            edit=(' @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]', ""),
            gives="when the merged heads leave the attention without the output projection.",
            advice="Two of the twelve arrays are not used: self_attn.out_proj.",
        ),
        Mistake(
            "query-key-exchanged",
            edit=("query, key, value =", "key, query, value ="),
            gives="when the first third of in_proj is used for the keys and the second for the queries.",
            advice="PyTorch stacks the three projections in the order query, key, value.",
        ),
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
            "no-attention-shortcut",
            edit=(
                ("x = x + attention", "x = attention"),
                ("norm(x + attention(x)", "norm(attention(x)"),
            ),
            gives="when there is no shortcut around the attention.",
            advice="The result of each part is added to what went in. One plus sign is missing.",
        ),
        Mistake(
            "no-forward-shortcut",
            edit=(
                ("return x + forward", "return forward"),
                ("norm(x + forward(x)", "norm(forward(x)"),
            ),
            gives="when there is no shortcut around the feed-forward part.",
            advice="The result of each part is added to what went in. One plus sign is missing.",
        ),
        Mistake(
            "order-reversed",
            edit=("if norm_first:", "if not norm_first:"),
            gives="when the norms come first for norm_first=False, and last for norm_first=True.",
            advice="Read your condition aloud for norm_first=True.",
        ),
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
            edit=(
                ("x.mean(axis=-1", "x.mean(axis=-2"),
                ("(centred**2).mean(axis=-1", "(centred**2).mean(axis=-2"),
            ),
            gives="when the norms take mean and variance over the positions.",
            advice="Each position is normalised alone. Which axis contains its features?",
        ),
        Mistake(
            "norm-over-sentence",
            edit=(
                ("x.mean(axis=-1", "x.mean(axis=(-2, -1)"),
                ("(centred**2).mean(axis=-1", "(centred**2).mean(axis=(-2, -1)"),
            ),
            gives="when the norms take one mean and one variance for a whole sentence.",
            advice="Each position is normalised alone. Which axis contains its features?",
        ),
    ),
    hints=(
        "Write three small functions first, inside this one: norm(x, name), attention(x) and forward(x). Each of "
        "them looks its arrays up in params. Then the layer itself is two lines for each order.",
        "Attention: project x with in_proj to (n, l, 3 d_m); split the last axis in three for query, key and "
        "value, each of these into heads, and bring the heads before the positions: (n, heads, l, size). Then "
        "softmax of query @ keyᵀ / √size, times value; then the same way back, and out_proj.",
        'Post-norm: x = norm(x + attention(x), "norm1"), then norm(x + forward(x), "norm2"). Pre-norm: x = x + '
        'attention(norm(x, "norm1")), then x + forward(norm(x, "norm2")).',
    ),
    explanation=(
        "Attention is the only step in which positions meet. The norms and the feed-forward part treat each "
        "position alone. Each of the two parts adds to what went in, and norm_first says on which side of the "
        "sum the norm is."
    ),
    trace=_trace,
)
