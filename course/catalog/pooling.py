"""Pooling: every channel on its own, nothing to learn."""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Tensor

_INPUT = Tensor("input", ("n", "c", "h_i", "w_i"), (1, 16, 100, 100))
_HALF = Tensor("output", ("n", "c", "h_o", "w_o"), (1, 16, 50, 50))
_SHRINKS = "Yes, to make the feature maps of vision networks smaller."


def _size(axis: str, *, dilation: bool) -> Formula:
    """Give the output size along `axis` for every stride s, padding p and, where there is one, dilation d."""
    if dilation:
        latex, text = f"d(k_{axis} - 1) - 1", f"d*(k_{axis} - 1) - 1"
    else:
        latex = text = f"k_{axis}"
    return Formula(
        rf"{axis}_o = \left\lfloor \frac{{{axis}_i + 2p - {latex}}}{{s}} \right\rfloor + 1",
        f"{axis}_o = floor(({axis}_i + 2*p - {text}) / s) + 1",
    )


CARDS = (
    LayerCard(
        name="MaxPool2d",
        call="torch.nn.MaxPool2d(kernel_size=(2, 2), stride=(2, 2))",
        chapter=folder_of("pooling"),
        formula=(
            Formula(
                r"Y_{c,y,x} = \max_{u < k_h,\, v < k_w} X_{c,\,s y+u,\,s x+v}",
                "Y[c,y,x] = max over u < k_h, v < k_w of X[c, s y+u, s x+v]",
            ),
        ),
        output_size=(_size("h", dilation=True), _size("w", dilation=True)),
        inputs=(_INPUT,),
        outputs=(_HALF,),
        elementwise=False,
        last_layer="No.",
        inner_layer=_SHRINKS,
        note="Padding counts as minus infinity. Usually s = k, which is also the default.",
    ),
    LayerCard(
        name="AvgPool2d",
        call="torch.nn.AvgPool2d(kernel_size=(2, 2), stride=(2, 2))",
        chapter=folder_of("pooling"),
        formula=(
            Formula(
                r"Y_{c,y,x} = \frac{1}{k_h k_w} \sum_{u < k_h,\, v < k_w} X_{c,\,s y+u,\,s x+v}",
                "Y[c,y,x] = 1 / (k_h k_w) sum over u < k_h, v < k_w of X[c, s y+u, s x+v]",
            ),
        ),
        output_size=(_size("h", dilation=False), _size("w", dilation=False)),
        inputs=(_INPUT,),
        outputs=(_HALF,),
        elementwise=False,
        last_layer="No.",
        inner_layer=_SHRINKS,
        note="Padding counts as zeros, and is counted, unless count_include_pad=False.",
    ),
    LayerCard(
        name="AdaptiveAvgPool2d",
        call="torch.nn.AdaptiveAvgPool2d(output_size=1)",
        chapter=folder_of("pooling"),
        formula=(
            Formula(
                r"Y_{c} = \frac{1}{h_i w_i} \sum_{y,x} X_{c,\,y,\,x}",
                "Y[c] = 1 / (h_i w_i) sum_y sum_x X[c, y, x]",
            ),
        ),
        inputs=(_INPUT,),
        outputs=(Tensor("output", ("n", "c", "1", "1"), (1, 16, 1, 1)),),
        elementwise=False,
        last_layer="Rarely. It is mostly the step before the last Linear of an image classifier.",
        inner_layer="Yes, so that images of any size end as one number for each channel.",
        note="With output_size=1 this is global average pooling.",
    ),
)
