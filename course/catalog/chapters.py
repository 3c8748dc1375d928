"""The chapters in order. This is the only place that numbers them."""

from __future__ import annotations

TOPICS = (
    "start_here",
    "linear",
    "embedding",
    "activations",
    "softmax_and_losses",
    "dropout",
    "conv1d",
    "conv2d",
    "padding_and_stride",
    "grouped_and_depthwise",
    "conv3d",
    "pooling",
    "normalization",
    "attention",
    "transformer",
    "counting",
    "training",
    "upsampling_and_residual",
)


def folder_of(topic: str) -> str:
    """Name the folder of a chapter's notebook.

    Raises
    ------
    ValueError
        If there is no such chapter.

    Examples
    --------
    >>> folder_of("conv2d")
    '07_conv2d'
    """
    return f"{TOPICS.index(topic):02}_{topic}"
