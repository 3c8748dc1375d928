"""The parts of an encoder layer, positions, the layer and its parameters, and writing with it."""

from __future__ import annotations

from course.chapters.transformer import (
    add_and_norm,
    feed_forward,
    greedy_decode,
    positional_encoding,
    repair_pre_norm,
    self_attention,
    transformer_encoder_layer,
    transformer_num_parameters,
)

EXERCISES = (
    feed_forward.EXERCISE,
    positional_encoding.EXERCISE,
    self_attention.EXERCISE,
    add_and_norm.EXERCISE,
    transformer_encoder_layer.EXERCISE,
    transformer_num_parameters.EXERCISE,
    greedy_decode.EXERCISE,
    repair_pre_norm.EXERCISE,
)
