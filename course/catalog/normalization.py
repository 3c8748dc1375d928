"""Normalization: the same formula, with mean and variance taken over different axes."""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Parameter, Tensor

_IMAGES = ("n", "c", "h_i", "w_i")
_TOKENS = ("n", "l", "c")
_INNER_VISION = "Yes, in vision networks, between a convolution and its activation function."
_BOTH = "Weight and bias are trained."


def _standardized(statistics: str, affine: str, axes: str) -> tuple[Formula, ...]:
    """Give the two lines of a normalization whose mean and variance carry the index `statistics`."""
    i, a = statistics, affine
    fraction = rf"\frac{{X - \mu_{{{i}}}}}{{\sqrt{{\sigma_{{{i}}}^2 + \epsilon}}}}"
    plain = f"(X - mean[{i}]) / sqrt(var[{i}] + eps)"
    scaled = rf"Y = w_{a}\, {fraction} + b_{a}" if a else f"Y = {fraction}"
    return (
        Formula(scaled, f"Y = w[{a}] {plain} + b[{a}]" if a else f"Y = {plain}"),
        Formula(rf"\mu_{{{i}}},\ \sigma_{{{i}}}^2 \text{{ over }} {axes}", f"mean[{i}], var[{i}] over {axes}"),
    )


def _affine(size: int) -> tuple[Parameter, Parameter]:
    return Parameter("weight", ("c",), (size,)), Parameter("bias", ("c",), (size,))


CARDS = (
    LayerCard(
        name="BatchNorm2d",
        call="torch.nn.BatchNorm2d(num_features=16)",
        chapter=folder_of("normalization"),
        formula=_standardized("c", "c", "n, h, w"),
        inputs=(Tensor("input", _IMAGES, (8, 16, 32, 24)),),
        outputs=(Tensor("output", _IMAGES, (8, 16, 32, 24)),),
        parameters=_affine(16),
        buffers=(
            Tensor("running_mean", ("c",), (16,)),
            Tensor("running_var", ("c",), (16,)),
            Tensor("num_batches_tracked", (), ()),
        ),
        elementwise=False,
        last_layer="No.",
        inner_layer=_INNER_VISION,
        note=f"{_BOTH} The running statistics are buffers and not parameters: "
        "saved, not trained. They take the place of the batch's mean and variance in evaluation.",
    ),
    LayerCard(
        name="LayerNorm",
        call="torch.nn.LayerNorm(normalized_shape=64)",
        chapter=folder_of("normalization"),
        formula=_standardized("n,l", "c", "c"),
        inputs=(Tensor("input", _TOKENS, (8, 10, 64)),),
        outputs=(Tensor("output", _TOKENS, (8, 10, 64)),),
        parameters=_affine(64),
        elementwise=False,
        last_layer="No. Many transformers have one just before their last Linear.",
        inner_layer="Yes, in transformers.",
        note=f"{_BOTH} It has no running statistics: training and evaluation are the same.",
    ),
    LayerCard(
        name="InstanceNorm2d",
        call="torch.nn.InstanceNorm2d(num_features=16)",
        chapter=folder_of("normalization"),
        formula=_standardized("n,c", "", "h, w"),
        inputs=(Tensor("input", _IMAGES, (8, 16, 32, 24)),),
        outputs=(Tensor("output", _IMAGES, (8, 16, 32, 24)),),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, where the contrast of one image should not matter, as in style transfer.",
        note="Nothing is trained by default. affine=True adds weight and bias, of shape (c,) each.",
    ),
    LayerCard(
        name="GroupNorm",
        call="torch.nn.GroupNorm(num_groups=4, num_channels=16)",
        chapter=folder_of("normalization"),
        formula=_standardized("n,q", "c", "c/g, h, w"),
        inputs=(Tensor("input", _IMAGES, (8, 16, 32, 24)),),
        outputs=(Tensor("output", _IMAGES, (8, 16, 32, 24)),),
        parameters=_affine(16),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, in vision networks whose batches are too small for BatchNorm.",
        note=f"{_BOTH} There is one of each for every channel, not for every group q.",
    ),
    LayerCard(
        name="RMSNorm",
        call="torch.nn.RMSNorm(normalized_shape=64, eps=1e-6)",
        chapter=folder_of("normalization"),
        formula=(
            Formula(
                r"Y = w_c\, \frac{X}{\sqrt{\frac{1}{c} \sum_c X^2 + \epsilon}}",
                "Y = w[c] X / sqrt(1/c sum_c X^2 + eps)",
            ),
        ),
        inputs=(Tensor("input", _TOKENS, (8, 10, 64)),),
        outputs=(Tensor("output", _TOKENS, (8, 10, 64)),),
        parameters=(Parameter("weight", ("c",), (64,)),),
        elementwise=False,
        last_layer="No. Many language models have one just before their last Linear.",
        inner_layer="Yes, in recent language models.",
        note="The mean is not subtracted, and there is no bias.",
    ),
)
