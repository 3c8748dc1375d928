"""The chapters in order. This is the only place that numbers them."""

from __future__ import annotations

import re

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
    "recurrent",
    "language_model",
)

TOPIC_IN_TEXT = re.compile(r"\{\{(\w+)\}\}")
"""How a lesson names another chapter."""

FOLDERS = tuple(f"{number:02}_{topic}" for number, topic in enumerate(TOPICS))
"""The folders of their notebooks: ``"07_conv2d"``."""


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
    return FOLDERS[TOPICS.index(topic)]


EXAMPLE = folder_of("linear")
"""What help texts and messages show as an example of a chapter's folder."""


def chapter(topic: str) -> str:
    """Name a chapter by its number, as a sentence does.

    Raises
    ------
    ValueError
        If there is no such chapter.

    Examples
    --------
    >>> chapter("conv2d")
    'chapter 07'
    """
    return f"chapter {folder_of(topic)[:2]}"


def with_numbers(text: str) -> str:
    """Replace each ``{{topic}}`` by the chapter's number; a topic that there is not stays as it is.

    Examples
    --------
    >>> with_numbers("as in chapters {{conv1d}} and {{conv2d}}")
    'as in chapters 06 and 07'
    """
    return TOPIC_IN_TEXT.sub(lambda found: folder_of(found[1])[:2] if found[1] in TOPICS else found[0], text)
