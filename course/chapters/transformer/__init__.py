"""Positions, the feed-forward part, the encoder layer and its parameters."""

from __future__ import annotations

from course.chapters.transformer import (
    feed_forward,
    greedy_decode,
    positional_encoding,
    repair_pre_norm,
    transformer_encoder_layer,
    transformer_num_parameters,
)

EXERCISES = (
    positional_encoding.EXERCISE,
    feed_forward.EXERCISE,
    transformer_encoder_layer.EXERCISE,
    transformer_num_parameters.EXERCISE,
    greedy_decode.EXERCISE,
    repair_pre_norm.EXERCISE,
)
