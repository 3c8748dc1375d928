"""The number of trainable parameters of a batch normalization."""

from __future__ import annotations

from course.checking.oracles import TorchParameters
from course.checking.spec import Arguments, Case, Exercise, Mistake


def batch_norm_num_parameters(num_features, affine=True):
    """Count the trainable parameters of a batch normalization with num_features channels.

    >>> batch_norm_num_parameters(3)
    6
    """
    return 2 * num_features if affine else 0


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    num = arguments["num_features"]
    if not arguments.get("affine", True):
        return "without weight and bias, 0 + 0 = 0"
    return f"{num} + {num} = {2 * num}"


EXERCISE = Exercise(
    name="batch_norm_num_parameters",
    points=1,
    solution=batch_norm_num_parameters,
    oracle=TorchParameters(
        "torch.nn.BatchNorm2d",
        arrange=lambda num_features, affine=True: ((num_features,), {"affine": affine}),
    ),
    cases=(
        Case("few channels", lambda rng: {"num_features": int(rng.integers(3, 13))}),
        Case("BatchNorm2d(16)", lambda rng: {"num_features": 16}),
        Case("without weight and bias", lambda rng: {"num_features": 16, "affine": False}),
        Case("any size", lambda rng: {"num_features": int(rng.integers(101, 1000))}),
        Case("any size, affine=True", lambda rng: {"num_features": int(rng.integers(1001, 5000)), "affine": True}),
    ),
    mistakes=(
        Mistake(
            "running-statistics-counted",
            edit=(("2 * num_features", "4 * num_features"), ("else 0", "else 2 * num_features")),
            gives="when the running statistics are counted as parameters.",
            advice="They are stored with the layer, but no gradient changes them.",
        ),
        Mistake(
            "all-buffers-counted",
            edit=(("2 * num_features", "4 * num_features + 1"), ("else 0", "else 2 * num_features + 1")),
            gives="when everything in the state_dict is counted, including the number of batches seen.",
            advice="A state_dict holds parameters and buffers. Only what is trained counts.",
        ),
        Mistake(
            "weight-only",
            edit=("2 * num_features", "num_features"),
            gives="when only one of weight and bias is counted.",
            advice="Each channel is scaled and shifted. How many numbers is that?",
        ),
        Mistake(
            "one-pair",
            edit=("2 * num_features", "2"),
            gives="when one weight and one bias serve all channels.",
            advice="The shape of the weight is (c,).",
        ),
        Mistake(
            "affine-always",
            edit=(" if affine else 0", ""),
            gives="when weight and bias are counted even where affine=False.",
            advice="Look at the second argument first.",
        ),
    ),
    hints=(
        "Which of its arrays does training change by a gradient?",
        "The weight has shape (c,), and so has the bias. The running statistics are not parameters.",
        "With affine=False there is neither weight nor bias.",
    ),
    explanation=(
        "Each channel has a weight and a bias: 2 c. Running mean and variance are buffers: they are saved with "
        "the layer, and computed, not trained."
    ),
    trace=_trace,
)
