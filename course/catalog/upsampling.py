"""Layers that make images larger."""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Parameter, Tensor


def _size(axis: str) -> Formula:
    """Give the output size along `axis`: a convolution's, solved for its input."""
    return Formula(
        rf"{axis}_o = ({axis}_i - 1)s - 2p + d(k_{axis} - 1) + 1",
        f"{axis}_o = ({axis}_i - 1)*s - 2*p + d*(k_{axis} - 1) + 1",
    )


CARDS = (
    LayerCard(
        name="ConvTranspose2d",
        call="torch.nn.ConvTranspose2d(in_channels=32, out_channels=16, kernel_size=4, stride=2, padding=1)",
        chapter=folder_of("upsampling_and_residual"),
        formula=(
            Formula(
                r"Y_{o,\,s y+u-p,\,s x+v-p} \; += \; \sum_c W_{c,o,u,v}\, X_{c,y,x}",
                "Y[o, s y+u-p, s x+v-p] += sum_c W[c,o,u,v] X[c,y,x]",
            ),
            Formula(r"Y \text{ starts as } b_o", "Y starts as b[o]"),
        ),
        output_size=(_size("h"), _size("w")),
        inputs=(Tensor("input", ("n", "c_i", "h_i", "w_i"), (1, 32, 50, 50)),),
        outputs=(Tensor("output", ("n", "c_o", "h_o", "w_o"), (1, 16, 100, 100)),),
        parameters=(
            Parameter("weight", ("c_i", "c_o", "k_h", "k_w"), (32, 16, 4, 4)),
            Parameter("bias", ("c_o",), (16,)),
        ),
        elementwise=False,
        last_layer="Yes, where the output is an image.",
        inner_layer="Yes, to make feature maps larger with weights that are learnt.",
        note="Each input value puts down a kernel, scaled by it; overlaps add up. The weight has c_i first. "
        "A kernel size that is a multiple of the stride avoids a checkerboard pattern.",
    ),
    LayerCard(
        name="Upsample",
        call="torch.nn.Upsample(scale_factor=2)",
        chapter=folder_of("upsampling_and_residual"),
        formula=(
            Formula(
                r"Y_{c,y,x} = X_{c,\,\lfloor y/r \rfloor,\,\lfloor x/r \rfloor}",
                "Y[c,y,x] = X[c, floor(y/r), floor(x/r)]",
            ),
        ),
        inputs=(Tensor("input", ("n", "c", "h_i", "w_i"), (1, 32, 50, 40)),),
        outputs=(Tensor("output", ("n", "c", "h_o", "w_o"), (1, 32, 100, 80)),),
        elementwise=False,
        last_layer="Seldom: after it, neighbouring pixels are the same.",
        inner_layer="Yes, with a convolution after it.",
        note="Nothing is trained. mode='bilinear' mixes the nearest pixels, which gives smooth images.",
    ),
    LayerCard(
        name="PixelShuffle",
        call="torch.nn.PixelShuffle(upscale_factor=2)",
        chapter=folder_of("upsampling_and_residual"),
        formula=(
            Formula(
                r"Y_{c,\,r y+u,\,r x+v} = X_{r^2 c + r u + v,\,y,\,x}", "Y[c, r y+u, r x+v] = X[r^2 c + r u + v, y, x]"
            ),
        ),
        inputs=(Tensor("input", ("n", "c_i", "h_i", "w_i"), (1, 32, 50, 40)),),
        outputs=(Tensor("output", ("n", "c_i/4", "2h_i", "2w_i"), (1, 8, 100, 80)),),
        elementwise=False,
        last_layer="Yes, where the output is an image.",
        inner_layer="Yes, after a convolution that makes the channels for it.",
        note="Nothing is computed and nothing is trained: channels become pixels. Each output channel comes from r^2 "
        "input channels in a row.",
    ),
)
