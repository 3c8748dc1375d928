"""Reference layers in NumPy, with the names, arguments and defaults of ``torch.nn.functional``.

Each has its backward, ``<name>_backward``, which takes the gradient of the output first.
"""

from course.functional.activation import (
    hardswish,
    hardswish_backward,
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu6,
    relu6_backward,
    relu_backward,
)
from course.functional.adaptive_pooling import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
)
from course.functional.attention import (
    scaled_dot_product_attention,
    scaled_dot_product_attention_backward,
)
from course.functional.average_pooling import (
    avg_pool1d,
    avg_pool1d_backward,
    avg_pool2d,
    avg_pool2d_backward,
    avg_pool3d,
    avg_pool3d_backward,
)
from course.functional.batch_normalization import (
    batch_norm,
    batch_norm_backward,
    instance_norm,
    instance_norm_backward,
)
from course.functional.conv_nd import (
    conv_nd,
    conv_nd_backward,
)
from course.functional.convolution import (
    conv1d,
    conv1d_backward,
    conv2d,
    conv2d_backward,
    conv3d,
    conv3d_backward,
)
from course.functional.cross_entropy import (
    cross_entropy,
    cross_entropy_backward,
)
from course.functional.dropout import (
    dropout,
    dropout_backward,
    dropout_mask,
)
from course.functional.embedding import (
    embedding,
    embedding_backward,
    one_hot,
)
from course.functional.gelu import (
    gelu,
    gelu_backward,
)
from course.functional.group_normalization import (
    group_norm,
    group_norm_backward,
)
from course.functional.linear import (
    linear,
    linear_backward,
)
from course.functional.loss import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    mse_loss,
    mse_loss_backward,
)
from course.functional.max_pooling import (
    max_pool1d,
    max_pool1d_backward,
    max_pool2d,
    max_pool2d_backward,
    max_pool3d,
    max_pool3d_backward,
)
from course.functional.multi_head_attention import (
    multi_head_attention_forward,
    multi_head_attention_forward_backward,
)
from course.functional.normalization import (
    layer_norm,
    layer_norm_backward,
    rms_norm,
    rms_norm_backward,
)
from course.functional.padding import (
    pad,
    pad_backward,
)
from course.functional.pixel_blocks import (
    pixel_shuffle,
    pixel_shuffle_backward,
)
from course.functional.positional_encoding import positional_encoding
from course.functional.recurrent import (
    gru_cell,
    gru_cell_backward,
    lstm_cell,
    lstm_cell_backward,
    rnn_cell,
    rnn_cell_backward,
)
from course.functional.rotary_embedding import (
    rotary_embedding,
    rotary_embedding_backward,
)
from course.functional.smooth_activation import (
    sigmoid,
    sigmoid_backward,
    silu,
    silu_backward,
    tanh,
    tanh_backward,
)
from course.functional.softmax import (
    log_softmax,
    log_softmax_backward,
    softmax,
    softmax_backward,
)
from course.functional.swiglu import (
    swiglu,
    swiglu_backward,
)
from course.functional.transposed_convolution import (
    conv_transpose2d,
    conv_transpose2d_backward,
)

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "avg_pool1d",
    "avg_pool1d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "avg_pool3d",
    "avg_pool3d_backward",
    "batch_norm",
    "batch_norm_backward",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_backward",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "conv3d",
    "conv3d_backward",
    "conv_nd",
    "conv_nd_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "dropout",
    "dropout_backward",
    "dropout_mask",
    "embedding",
    "embedding_backward",
    "gelu",
    "gelu_backward",
    "group_norm",
    "group_norm_backward",
    "gru_cell",
    "gru_cell_backward",
    "hardswish",
    "hardswish_backward",
    "instance_norm",
    "instance_norm_backward",
    "layer_norm",
    "layer_norm_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "log_softmax",
    "log_softmax_backward",
    "lstm_cell",
    "lstm_cell_backward",
    "max_pool1d",
    "max_pool1d_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool3d",
    "max_pool3d_backward",
    "mse_loss",
    "mse_loss_backward",
    "multi_head_attention_forward",
    "multi_head_attention_forward_backward",
    "one_hot",
    "pad",
    "pad_backward",
    "pixel_shuffle",
    "pixel_shuffle_backward",
    "positional_encoding",
    "relu",
    "relu6",
    "relu6_backward",
    "relu_backward",
    "rms_norm",
    "rms_norm_backward",
    "rnn_cell",
    "rnn_cell_backward",
    "rotary_embedding",
    "rotary_embedding_backward",
    "scaled_dot_product_attention",
    "scaled_dot_product_attention_backward",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "softmax",
    "softmax_backward",
    "swiglu",
    "swiglu_backward",
    "tanh",
    "tanh_backward",
]
