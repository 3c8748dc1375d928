"""Convolutions in one, two and three dimensions, and their padding, stride and groups.

Indices count from 0: output channel o, position z, y, x, and the offset t, u, v inside the kernel.
"""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Parameter, Tensor

_KERNEL_2D = ("c_o", "c_i", "k_h", "k_w")
_IMAGES = ("n", "c_i", "h_i", "w_i")
_FEATURES = ("n", "c_o", "h_o", "w_o")
_RARELY_LAST = "Rarely. A 1 x 1 convolution is, where every pixel gets a label."
_BIAS_32 = Parameter("bias", ("c_o",), (32,))


def _plain_size(axis: str) -> Formula:
    """Give the output size along `axis` with stride 1, no padding and no dilation."""
    size = f"{axis}_o = {axis}_i - k_{axis} + 1"
    return Formula(rf"{size} \ \ (s = d = 1,\, p = 0)", f"{size} if s = d = 1, p = 0")


def _general_size(axis: str) -> Formula:
    """Give the output size along `axis` for every stride s, padding p and dilation d."""
    return Formula(
        rf"{axis}_o = \left\lfloor \frac{{{axis}_i + 2p - d(k_{axis} - 1) - 1}}{{s}} \right\rfloor + 1",
        f"{axis}_o = floor(({axis}_i + 2*p - d*(k_{axis} - 1) - 1) / s) + 1",
    )


def _sum_2d(row: str, column: str, channel: str = "c") -> Formula:
    """Give the sum over channels and kernel, for the input index that each kernel element meets."""
    return Formula(
        rf"Y_{{o,y,x}} = b_o + \sum_{{c,u,v}} W_{{o,c,u,v}}\, X_{{{channel},\,{row},\,{column}}}",
        f"Y[o,y,x] = b[o] + sum_c sum_u sum_v W[o,c,u,v] X[{channel}, {row}, {column}]",
    )


CARDS = (
    LayerCard(
        name="Conv1d",
        call="torch.nn.Conv1d(in_channels=16, out_channels=32, kernel_size=5)",
        chapter=folder_of("conv1d"),
        formula=(
            Formula(
                r"Y_{o,x} = b_o + \sum_{c,v} W_{o,c,v}\, X_{c,\,x+v}",
                "Y[o,x] = b[o] + sum_c sum_v W[o,c,v] X[c, x+v]",
            ),
        ),
        output_size=(_plain_size("w"), _general_size("w")),
        inputs=(Tensor("input", ("n", "c_i", "w_i"), (1, 16, 100)),),
        outputs=(Tensor("output", ("n", "c_o", "w_o"), (1, 32, 96)),),
        parameters=(Parameter("weight", ("c_o", "c_i", "k_w"), (32, 16, 5)), _BIAS_32),
        elementwise=False,
        last_layer="Rarely, where every step of a sequence gets a label.",
        inner_layer="Yes, to transform sequences.",
        note="A cross-correlation over all input channels: the kernel is not flipped.",
    ),
    LayerCard(
        name="Conv1d padded",
        call='torch.nn.Conv1d(in_channels=16, out_channels=32, kernel_size=5, padding="same")',
        chapter=folder_of("conv1d"),
        formula=(
            Formula(
                r"Y_{o,x} = b_o + \sum_{c,v} W_{o,c,v}\, X_{c,\,x+v-p}",
                "Y[o,x] = b[o] + sum_c sum_v W[o,c,v] X[c, x+v-p]",
            ),
        ),
        output_size=(Formula(r"w_o = w_i \ \ (p = (k_w - 1) / 2)", "w_o = w_i if p = (k_w - 1) / 2"),),
        inputs=(Tensor("input", ("n", "c_i", "w_i"), (1, 16, 100)),),
        outputs=(Tensor("output", ("n", "c_o", "w_i"), (1, 32, 100)),),
        parameters=(Parameter("weight", ("c_o", "c_i", "k_w"), (32, 16, 5)), _BIAS_32),
        elementwise=False,
        last_layer="Rarely, where every step of a sequence gets a label.",
        inner_layer="Yes, to transform sequences and keep their length.",
        note="Outside the input, X is 0.",
    ),
    LayerCard(
        name="Conv2d",
        call="torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=(3, 3))",
        chapter=folder_of("conv2d"),
        formula=(_sum_2d("y+u", "x+v"),),
        output_size=(_plain_size("h"), _plain_size("w"), _general_size("h"), _general_size("w")),
        inputs=(Tensor("input", _IMAGES, (1, 16, 100, 100)),),
        outputs=(Tensor("output", _FEATURES, (1, 32, 98, 98)),),
        parameters=(Parameter("weight", _KERNEL_2D, (32, 16, 3, 3)), _BIAS_32),
        elementwise=False,
        last_layer=_RARELY_LAST,
        inner_layer="Yes, to transform images.",
        note="A cross-correlation over all input channels: the kernel is not flipped.",
    ),
    LayerCard(
        name="Conv2d padded",
        call='torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=5, padding="same")',
        chapter=folder_of("padding_and_stride"),
        formula=(_sum_2d("y+u-p", "x+v-p"),),
        output_size=(
            Formula(r"h_o = h_i \ \ (p = (k_h - 1) / 2)", "h_o = h_i if p = (k_h - 1) / 2"),
            Formula(r"w_o = w_i \ \ (p = (k_w - 1) / 2)", "w_o = w_i if p = (k_w - 1) / 2"),
        ),
        inputs=(Tensor("input", _IMAGES, (1, 16, 100, 100)),),
        outputs=(Tensor("output", ("n", "c_o", "h_i", "w_i"), (1, 32, 100, 100)),),
        parameters=(Parameter("weight", _KERNEL_2D, (32, 16, 5, 5)), _BIAS_32),
        elementwise=False,
        last_layer=_RARELY_LAST,
        inner_layer="Yes, to transform images and keep their size.",
        note="Outside the input, X is 0. A kernel of 5 has 12,832 parameters where one of 3 has 4,640.",
    ),
    LayerCard(
        name="ZeroPad2d",
        call="torch.nn.ZeroPad2d(padding=1)",
        chapter=folder_of("padding_and_stride"),
        formula=(
            Formula(
                r"Y_{c,y,x} = X_{c,\,y-p,\,x-p}, \text{ or } 0 \text{ outside } X",
                "Y[c,y,x] = X[c, y-p, x-p], or 0 outside X",
            ),
        ),
        output_size=(
            Formula("h_o = h_i + 2p", "h_o = h_i + 2*p"),
            Formula("w_o = w_i + 2p", "w_o = w_i + 2*p"),
        ),
        inputs=(Tensor("input", ("n", "c", "h_i", "w_i"), (1, 16, 5, 7)),),
        outputs=(Tensor("output", ("n", "c", "h_o", "w_o"), (1, 16, 7, 9)),),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, before a convolution or a pooling; mostly as their own padding argument.",
        note="ReflectionPad2d and ReplicationPad2d fill the border from the image instead.",
    ),
    LayerCard(
        name="Conv2d strided",
        call="torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, stride=2, padding=1)",
        chapter=folder_of("padding_and_stride"),
        formula=(_sum_2d("s y+u-p", "s x+v-p"),),
        output_size=(_general_size("h"), _general_size("w")),
        inputs=(Tensor("input", _IMAGES, (1, 16, 100, 100)),),
        outputs=(Tensor("output", _FEATURES, (1, 32, 50, 50)),),
        parameters=(Parameter("weight", _KERNEL_2D, (32, 16, 3, 3)), _BIAS_32),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, to halve height and width with weights that are learnt.",
        note="The floor drops what is left over at the end.",
    ),
    LayerCard(
        name="Conv2d grouped",
        call="torch.nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, groups=4)",
        chapter=folder_of("grouped_and_depthwise"),
        formula=(
            Formula(
                r"Y_{o,y,x} = b_o + \sum_{c,u,v} W_{o,c,u,v}\, X_{q c_i / g + c,\,y+u,\,x+v}",
                "Y[o,y,x] = b[o] + sum_c sum_u sum_v W[o,c,u,v] X[q c_i/g + c, y+u, x+v]",
            ),
            Formula(r"q = \lfloor o\, g / c_o \rfloor", "q = floor(o g / c_o)"),
        ),
        output_size=(_general_size("h"), _general_size("w")),
        inputs=(Tensor("input", _IMAGES, (1, 16, 100, 100)),),
        outputs=(Tensor("output", _FEATURES, (1, 32, 98, 98)),),
        parameters=(Parameter("weight", ("c_o", "c_i/g", "k_h", "k_w"), (32, 4, 3, 3)), _BIAS_32),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, as g narrower convolutions side by side: 1/g of the weights.",
        note="c runs over the c_i/g input channels of group q, the group of output channel o.",
    ),
    LayerCard(
        name="Conv2d depthwise",
        call="torch.nn.Conv2d(in_channels=16, out_channels=16, kernel_size=3, groups=16)",
        chapter=folder_of("grouped_and_depthwise"),
        formula=(
            Formula(
                r"Y_{c,y,x} = b_c + \sum_{u,v} W_{c,0,u,v}\, X_{c,\,y+u,\,x+v}",
                "Y[c,y,x] = b[c] + sum_u sum_v W[c,0,u,v] X[c, y+u, x+v]",
            ),
        ),
        output_size=(_general_size("h"), _general_size("w")),
        inputs=(Tensor("input", ("n", "c", "h_i", "w_i"), (1, 16, 100, 100)),),
        outputs=(Tensor("output", ("n", "c", "h_o", "w_o"), (1, 16, 98, 98)),),
        parameters=(
            Parameter("weight", ("c", "1", "k_h", "k_w"), (16, 1, 3, 3)),
            Parameter("bias", ("c",), (16,)),
        ),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, before a 1 x 1 convolution that mixes the channels.",
        note="One kernel for each channel, g = c_i = c_o. PyTorch keeps an axis of size 1 for c_i/g.",
    ),
    LayerCard(
        name="Conv3d",
        call="torch.nn.Conv3d(in_channels=16, out_channels=32, kernel_size=3)",
        chapter=folder_of("conv3d"),
        formula=(
            Formula(
                r"Y_{o,z,y,x} = b_o + \sum_{c,t,u,v} W_{o,c,t,u,v}\, X_{c,\,z+t,\,y+u,\,x+v}",
                "Y[o,z,y,x] = b[o] + sum_c sum_t sum_u sum_v W[o,c,t,u,v] X[c, z+t, y+u, x+v]",
            ),
        ),
        output_size=(_general_size("d"), _general_size("h"), _general_size("w")),
        inputs=(Tensor("input", ("n", "c_i", "d_i", "h_i", "w_i"), (1, 16, 8, 12, 14)),),
        outputs=(Tensor("output", ("n", "c_o", "d_o", "h_o", "w_o"), (1, 32, 6, 10, 12)),),
        parameters=(Parameter("weight", ("c_o", "c_i", "k_d", "k_h", "k_w"), (32, 16, 3, 3, 3)), _BIAS_32),
        elementwise=False,
        last_layer="Rarely, where every point of a volume gets a label.",
        inner_layer="Yes, to transform videos and volumes.",
    ),
)
