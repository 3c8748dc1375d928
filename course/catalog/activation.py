"""Activation functions, Softmax and Dropout."""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Tensor

_INPUT = Tensor("input", ("n", "c"), (1, 10))
_OUTPUT = Tensor("output", ("n", "c"), (1, 10))


def _activation(
    call: str,
    latex: str,
    text: str,
    *,
    last_layer: str,
    inner_layer: str,
    chapter: str = folder_of("activations"),
    elementwise: bool = True,
    note: str = "",
) -> LayerCard:
    """Make the card of a layer that learns nothing and keeps its input's shape."""
    return LayerCard(
        name=call.removeprefix("torch.nn.").partition("(")[0],
        call=call,
        chapter=chapter,
        formula=(Formula(latex, text),),
        inputs=(_INPUT,),
        outputs=(_OUTPUT,),
        elementwise=elementwise,
        last_layer=last_layer,
        inner_layer=inner_layer,
        note=note,
    )


CARDS = (
    _activation(
        "torch.nn.ReLU()",
        r"f_i(x) = \max(0,\, x_i)",
        "f[i](x) = max(0, x[i])",
        last_layer="No.",
        inner_layer="Yes, as the non-linear function between layers with parameters.",
    ),
    _activation(
        "torch.nn.LeakyReLU(negative_slope=0.01)",
        r"f_i(x) = \max(0,\, x_i) + a \min(0,\, x_i)",
        "f[i](x) = max(0, x[i]) + a min(0, x[i])",
        last_layer="No.",
        inner_layer="Yes, where ReLU's zero gradient on negative inputs hurts.",
        note="a is negative_slope.",
    ),
    _activation(
        "torch.nn.ReLU6()",
        r"f_i(x) = \min(\max(0,\, x_i),\, 6)",
        "f[i](x) = min(max(0, x[i]), 6)",
        last_layer="No.",
        inner_layer="Yes, in networks for phones: a bounded range suits low-precision numbers.",
    ),
    _activation(
        "torch.nn.Sigmoid()",
        r"f_i(x) = \frac{1}{1 + e^{-x_i}}",
        "f[i](x) = 1 / (1 + exp(-x[i]))",
        last_layer="Yes, for binary classifiers.",
        inner_layer="Seldom today, except as a gate.",
        note="BCEWithLogitsLoss includes it: train on the scores, without this layer.",
    ),
    _activation(
        "torch.nn.Tanh()",
        r"f_i(x) = \frac{e^{x_i} - e^{-x_i}}{e^{x_i} + e^{-x_i}}",
        "f[i](x) = (exp(x[i]) - exp(-x[i])) / (exp(x[i]) + exp(-x[i]))",
        last_layer="Where outputs are between -1 and 1, such as pixels of a generated image.",
        inner_layer="In recurrent networks; elsewhere seldom today.",
    ),
    _activation(
        "torch.nn.SiLU()",
        r"f_i(x) = \frac{x_i}{1 + e^{-x_i}}",
        "f[i](x) = x[i] / (1 + exp(-x[i]))",
        last_layer="No.",
        inner_layer="Yes, in many recent vision and language networks.",
    ),
    _activation(
        "torch.nn.Hardswish()",
        r"f_i(x) = x_i\, \frac{\min(\max(0,\, x_i + 3),\, 6)}{6}",
        "f[i](x) = x[i] min(max(0, x[i] + 3), 6) / 6",
        last_layer="No.",
        inner_layer="Yes, as SiLU without the exponential, in networks for phones.",
    ),
    _activation(
        "torch.nn.GELU()",
        r"f_i(x) = \frac{x_i}{2} \left(1 + \mathrm{erf}\left(\frac{x_i}{\sqrt{2}}\right)\right)",
        "f[i](x) = x[i] / 2 (1 + erf(x[i] / sqrt(2)))",
        last_layer="No.",
        inner_layer="Yes, in the feed-forward part of many transformers.",
        note="approximate='tanh' is another function, close to this one.",
    ),
    _activation(
        "torch.nn.Softmax(dim=1)",
        r"f_i(x) = \frac{e^{x_i}}{\sum_j e^{x_j}}",
        "f[i](x) = exp(x[i]) / sum_j exp(x[j])",
        chapter=folder_of("softmax_and_losses"),
        elementwise=False,
        last_layer="Yes, for multiclass classifiers.",
        inner_layer="Sometimes, for the weights of attention in transformers.",
        note="i and j run along dim, the axis whose values add up to 1. "
        "CrossEntropyLoss includes it: train on the scores, without this layer.",
    ),
    _activation(
        "torch.nn.LogSoftmax(dim=1)",
        r"f_i(x) = x_i - \log \sum_j e^{x_j}",
        "f[i](x) = x[i] - log(sum_j exp(x[j]))",
        chapter=folder_of("softmax_and_losses"),
        elementwise=False,
        last_layer="Yes, for multiclass classifiers trained with NLLLoss.",
        inner_layer="No.",
        note="i and j run along dim. Safer than the logarithm of a softmax, which may be log(0).",
    ),
    LayerCard(
        name="Dropout",
        call="torch.nn.Dropout(p=0.2)",
        chapter=folder_of("dropout"),
        formula=(
            Formula(
                r"\text{in training: } f_i(x) = \frac{m_i}{1 - p}\, x_i",
                "in training: f[i](x) = m[i] / (1 - p) x[i]",
            ),
            Formula(
                r"m_i = 0 \text{ with probability } p, \text{ else } 1",
                "m[i] = 0 with probability p, else 1",
            ),
            Formula(r"\text{in evaluation: } f_i(x) = x_i", "in evaluation: f[i](x) = x[i]"),
        ),
        inputs=(_INPUT,),
        outputs=(_OUTPUT,),
        elementwise=True,
        last_layer="No.",
        inner_layer="Yes, against overfitting. It acts while training only.",
        note="p is the probability to drop. The factor 1 / (1 - p) keeps the expected value.",
    ),
)
