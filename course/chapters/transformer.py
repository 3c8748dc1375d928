"""Chapter 14: positions, the feed-forward part, the encoder layer and its parameters."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.mistakes import transformer as wrong
from course.chapters.transformer_decoding import CHAPTER, LATER
from course.chapters.transformer_layer import LAYER
from course.checking.oracles import TorchParameters
from course.checking.sampling import normal
from course.checking.spec import Arguments, Case, Exercise, Misconception


def positional_encoding(length, dim):
    """Give each position a row of sines and cosines, from fast to slow waves: the lesson's version."""
    angle = np.arange(length)[:, np.newaxis] / 10000 ** (np.arange(0, dim, 2) / dim)
    encoding = np.zeros((length, dim))
    encoding[:, 0::2] = np.sin(angle)
    encoding[:, 1::2] = np.cos(angle)
    return encoding


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    (position, column), dim = index, arguments["dim"]
    wave = "cos" if column % 2 else "sin"
    value = functional.positional_encoding(position + 1, dim)[position, column]
    return f"{wave}({position} / 10000^({column - column % 2}/{dim})) = {value:.5g}"


def _positions(rng: np.random.Generator, dim: int) -> dict[str, int]:
    # no longer than that: in float32 the angle of a far position is known to few digits
    return {"length": int(rng.integers(5, 12)), "dim": dim}


ENCODING = Exercise(
    name="positional_encoding",
    chapter=CHAPTER,
    points=3,
    reference=functional.positional_encoding,
    solution=positional_encoding,
    oracle=None,
    cases=(
        Case("four columns", lambda rng: {"length": 3 + 2 * int(rng.integers(2)), "dim": 4}),
        Case("eight columns", lambda rng: _positions(rng, 8)),
        Case("as many positions as columns", lambda rng: dict.fromkeys(("length", "dim"), 2 * int(rng.integers(3, 6)))),
        Case("one wave", lambda rng: _positions(rng, 2), weight=0.5),
        Case("a single position", lambda rng: {"length": 1, "dim": 2 * int(rng.integers(3, 9))}, weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "positional_encoding.own-frequencies",
            wrong.encoding_own_frequencies,
            "when every column has a frequency of its own: the column's number stands in the exponent.",
            "Columns 2i and 2i + 1 share a wave. What is i for columns 0, 1, 2, 3?",
        ),
        Misconception(
            "positional_encoding.column-for-pair",
            wrong.encoding_column_doubled,
            "when the column's number is used where i, the number of the pair, belongs.",
            "Columns 2i and 2i + 1 share a wave. What is i for columns 0, 1, 2, 3?",
        ),
        Misconception(
            "positional_encoding.doubled-twice",
            wrong.encoding_doubled_twice,
            "when the exponent is 4i / dim: the column's number 2i is doubled once more.",
            "A loop in steps of two counts 0, 2, 4, ... already. Is that i, or 2i?",
        ),
        Misconception(
            "positional_encoding.half-exponent",
            wrong.encoding_half_exponent,
            "when the exponent is i / dim: the factor 2 is missing.",
            "Compare the exponent in the formula with yours. Which one does the last pair of columns get?",
        ),
        Misconception(
            "positional_encoding.halves",
            wrong.encoding_halves,
            "when all sines stand on the left and all cosines on the right.",
            "Sines and cosines take turns: even columns, odd columns.",
        ),
        Misconception(
            "positional_encoding.cosine-first",
            wrong.encoding_cosine_first,
            "when the cosines stand in the even columns.",
            "The first row must be 0, 1, 0, 1, ... What are sin(0) and cos(0)?",
        ),
        Misconception(
            "positional_encoding.from-one",
            wrong.encoding_from_one,
            "when the first position is counted as 1.",
            "The first row must be 0, 1, 0, 1, ... Which position gives sin = 0?",
        ),
        Misconception(
            "positional_encoding.only-sines",
            wrong.encoding_only_sines,
            "when the odd columns hold sines, too.",
            "Each wave comes twice, once as sine and once as cosine.",
        ),
        Misconception(
            "positional_encoding.multiplied",
            wrong.encoding_multiplied,
            "when the position is multiplied by 10000^(2i/dim) and not divided by it.",
            "The waves must become slower from left to right.",
        ),
    ),
    hints=(
        "There are dim / 2 waves. Wave i turns by 1 / 10000^(2i/dim) from one position to the next. "
        "np.arange(0, dim, 2) gives all the 2i.",
        "Positions as a column, shape (length, 1), divided by a row of dim / 2 numbers, give all angles: "
        "(length, dim / 2).",
        "Make an array of zeros of shape (length, dim). The sines of the angles go to its columns 0::2, the cosines to "
        "its columns 1::2.",
    ),
    explanation=(
        "Broadcasting a column of positions against a row of frequencies gives every angle at once. The slices 0::2 "
        "and 1::2 put sine and cosine of one angle side by side."
    ),
    trace=_trace,
)


def feed_forward(x, w1, b1, w2, b2):
    """Widen each position, cut off below zero, narrow again: the lesson's version."""
    return np.maximum(x @ w1.T + b1, 0) @ w2.T + b2


def _two_layers(rng: np.random.Generator, n: int, length: int, d_model: int, hidden: int) -> dict[str, np.ndarray]:
    return {
        "x": normal(rng, n, length, d_model),
        "w1": normal(rng, hidden, d_model),
        "b1": normal(rng, hidden),
        "w2": normal(rng, d_model, hidden),
        "b2": normal(rng, d_model),
    }


FORWARD = Exercise(
    name="feed_forward",
    chapter=CHAPTER,
    points=2,
    reference=feed_forward,
    oracle=None,
    cases=(
        Case("wider inside", lambda rng: _two_layers(rng, 2, 3, 4, 7)),
        Case("square weights", lambda rng: _two_layers(rng, 3, 2, 4, 4)),
        Case("narrower inside", lambda rng: _two_layers(rng, 2, 4, 6, 3)),
        Case("a long sequence", lambda rng: _two_layers(rng, 1, 20, 5, 9)),
        Case("an empty batch", lambda rng: _two_layers(rng, 0, 2, 3, 4), note="not a single sequence", weight=0.5),
    ),
    misconceptions=(
        Misconception(
            "feed_forward.no-relu",
            wrong.forward_no_relu,
            "when no ReLU stands between the two linear layers.",
            "Two linear layers in a row are one. What has to stand between them?",
        ),
        Misconception(
            "feed_forward.relu-last",
            wrong.forward_relu_last,
            "when the ReLU comes after the second linear layer.",
            "The ReLU belongs to the hidden features. The result may well be negative.",
        ),
        Misconception(
            "feed_forward.relu-twice",
            wrong.forward_relu_twice,
            "when a second ReLU follows at the end.",
            "Only the hidden features are cut off at 0. The result may well be negative.",
        ),
        Misconception(
            "feed_forward.relu-first",
            wrong.forward_relu_first,
            "when the ReLU is applied to the input.",
            "First comes a linear layer, then the ReLU.",
        ),
        Misconception(
            "feed_forward.not-transposed",
            wrong.forward_not_transposed,
            "when the weights are not transposed.",
            "They have PyTorch's shapes, one row for each output. Which axis must meet the features of x?",
        ),
        Misconception(
            "feed_forward.bias-after-relu",
            wrong.forward_bias_after_relu,
            "when b1 is added after the ReLU.",
            "b1 is part of the first linear layer. It decides with the weights what is cut off.",
        ),
        Misconception(
            "feed_forward.no-biases",
            wrong.forward_no_biases,
            "when both biases are left out.",
            "Each of the two linear layers has a bias.",
        ),
        Misconception(
            "feed_forward.shortcut-inside",
            wrong.forward_with_shortcut,
            "when x is added to the result.",
            "The shortcut belongs to the layer around it, not to this part. It comes in exercise 3.",
        ),
    ),
    hints=(
        "It is chapter 01's layer twice, on the last axis, with chapter 03's ReLU in between.",
        "`@` works on the last axis of x and leaves the axes before it alone: x is (n, l, d_m), w1.T is (d_m, d_f).",
        "hidden = np.maximum(x @ w1.T + b1, 0). The second layer does the same to hidden, without the ReLU.",
    ),
    explanation=(
        "`@` treats every position of every sequence alike, so one line serves all of them. The ReLU between the two "
        "products keeps them from becoming one."
    ),
)


def transformer_num_parameters(d_model: int, num_heads: int, dim_feedforward: int) -> int:
    """Count the trainable parameters of an encoder layer: attention, feed-forward part, two norms."""
    attention = 4 * (d_model * d_model + d_model)
    forward = 2 * d_model * dim_feedforward + dim_feedforward + d_model
    return attention + forward + 2 * 2 * d_model


def _sizes(rng: np.random.Generator, num_heads: int) -> dict[str, int]:
    return {
        "d_model": num_heads * int(rng.integers(5, 15)),
        "num_heads": num_heads,
        "dim_feedforward": 101 + 2 * int(rng.integers(50)),
    }


PARAMETERS = Exercise(
    name="transformer_num_parameters",
    chapter=CHAPTER,
    points=1,
    reference=transformer_num_parameters,
    oracle=TorchParameters(
        "torch.nn.TransformerEncoderLayer",
        arrange=lambda d_model, num_heads, dim_feedforward: ((d_model, num_heads, dim_feedforward), {}),
    ),
    cases=(
        Case("64 features, 8 heads", lambda rng: {"d_model": 64, "num_heads": 8, "dim_feedforward": 256}),
        Case("two heads", lambda rng: _sizes(rng, 2)),
        Case("three heads", lambda rng: _sizes(rng, 3)),
        Case("one head", lambda rng: _sizes(rng, 1)),
    ),
    misconceptions=(
        Misconception(
            "transformer_num_parameters.no-biases",
            wrong.parameters_no_biases,
            "when all biases are left out.",
            "The four projections, the two linear layers and the two norms have biases.",
        ),
        Misconception(
            "transformer_num_parameters.no-norms",
            wrong.parameters_no_norms,
            "when 4 d_model are missing: that is what the two norms have, or the four biases of the attention.",
            "A layer norm has a weight and a bias for each feature. Each projection has a bias for each feature.",
        ),
        Misconception(
            "transformer_num_parameters.one-norm",
            wrong.parameters_one_norm,
            "when one norm is counted in place of two, or two without their biases.",
            "There are two norms, and each has a weight and a bias for each feature.",
        ),
        Misconception(
            "transformer_num_parameters.per-head",
            wrong.parameters_per_head,
            "when every head gets projections of the full size.",
            "The heads share the d_model features out among themselves. Do more heads need more parameters?",
        ),
        Misconception(
            "transformer_num_parameters.no-out-projection",
            wrong.parameters_no_out_projection,
            "when the attention's last projection is left out.",
            "Query, key and value have a projection each. What happens after the heads are merged?",
        ),
        Misconception(
            "transformer_num_parameters.no-linear-biases",
            wrong.parameters_no_linear_biases,
            "when the two linear layers of the feed-forward part are counted without their biases.",
            "`linear1.bias` and `linear2.bias` are parameters, too, and of different lengths.",
        ),
        Misconception(
            "transformer_num_parameters.one-linear",
            wrong.parameters_one_linear,
            "when only the first linear layer of the feed-forward part is counted.",
            "It widens to dim_feedforward. What brings the features back to d_model?",
        ),
    ),
    hints=(
        "The dict of section 2 has twelve arrays. Add up their sizes.",
        "Attention: four projections from d_model to d_model, each with a bias. The number of heads does not matter.",
        "The feed-forward part is a linear layer there and one back. Each of the two norms has 2 · d_model numbers.",
    ),
    explanation=(
        "Attention has 4 (d² + d) parameters, whatever the number of heads; the feed-forward part 2 d f + f + d; the "
        "norms 4 d."
    ),
)


EXERCISES = (ENCODING, FORWARD, LAYER, PARAMETERS, *LATER)
