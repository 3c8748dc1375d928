"""What a layer or a network costs: output shape, parameters, mult-adds, bytes. From formulas; nothing is run.

Descriptions have the names and arguments of ``torch.nn``, and torch is not needed::

    from course.cost import Conv2d, Flatten, Linear, ReLU, Sequential, summary

    net = Sequential(Conv2d(1, 6, 5), ReLU(), Flatten(), Linear(3456, 10))
    print(summary(net, (1, 1, 28, 28)))

PyTorch modules are read as they are: layers, ``nn.Sequential``, ``nn.TransformerEncoderLayer``. A module with its own
forward can't be read without running it. It is refused, and described with `Sequential`, `Residual`, `Output` and
`Functional` instead, which take PyTorch modules among their parts.

A layer may have several outputs, such as an LSTM's ``(output, (h, c))``: ``output_shapes`` has all of their shapes,
nested as the layer returns them, ``output_shape`` the first one, which is what torchinfo shows. `Output` chooses one.

Rows and totals equal torchinfo 1.8.0's, to the digit. Its conventions are not always the truth; where they are
not, the true count is given too:

``mult_adds``
    torchinfo: each parameter, once for every index of the output's first axis; in a convolution of all axes but the
    second, in a recurrent layer of the first two. So Embedding, normalization and biases count as multiplications,
    further leading axes of a Linear don't, and attention counts nothing.
``true_mult_adds``
    The products that are summed in matrix products, convolutions and attention: half of what PyTorch's flop counter
    counts. An Embedding has none, since it copies rows.
``parameters``, ``true_parameters``
    torchinfo counts a layer that is used twice once, but a tensor tied to two layers twice. The truth is once.
``parameter_bytes``, ``true_parameter_bytes``
    torchinfo leaves attention's parameters out here.
``forward_backward_bytes``
    torchinfo: twice the first outputs of the layers with parameters, attention left out. An estimate; the true
    figure depends on what each backward keeps.

One difference remains: a layer used in two containers counts once here. torchinfo shows an additional row for it
and counts its parameters again.
"""

from course.cost.activation import (
    ELU,
    GELU,
    Dropout,
    Dropout2d,
    Hardswish,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from course.cost.attention import MultiheadAttention, ScaledDotProductAttention
from course.cost.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose2d
from course.cost.counting import Row
from course.cost.dense import Embedding, Linear
from course.cost.layer import Layer, Parameter, ShapeMismatch, UnknownModule
from course.cost.network import Composite, Functional, Output, Residual, Sequential
from course.cost.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
    RMSNorm,
)
from course.cost.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)
from course.cost.reading import describe
from course.cost.recurrent import GRU, LSTM, RNN
from course.cost.shaping import (
    Flatten,
    PixelShuffle,
    ReflectionPad2d,
    ReplicationPad2d,
    Upsample,
    ZeroPad1d,
    ZeroPad2d,
    ZeroPad3d,
)
from course.cost.summary import Summary, summary
from course.cost.transformer import TransformerEncoderLayer

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Composite",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose2d",
    "Dropout",
    "Dropout2d",
    "Embedding",
    "Flatten",
    "Functional",
    "GroupNorm",
    "Hardswish",
    "Identity",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MultiheadAttention",
    "Output",
    "Parameter",
    "PixelShuffle",
    "RMSNorm",
    "ReLU",
    "ReLU6",
    "ReflectionPad2d",
    "ReplicationPad2d",
    "Residual",
    "Row",
    "ScaledDotProductAttention",
    "Sequential",
    "ShapeMismatch",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Summary",
    "Tanh",
    "TransformerEncoderLayer",
    "UnknownModule",
    "Upsample",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
    "describe",
    "summary",
]
