"""The layers of a present-day language model, put together and trained on a poem."""

from __future__ import annotations

from course.chapters.language_model import (
    adamw_step,
    attend_with_cache,
    decoder_layer,
    generate,
    grouped_query_attention,
    repair_next_token_loss,
    rotary_embedding,
    sample,
    swiglu,
    swiglu_backward,
    train_decoder,
)

EXERCISES = (
    rotary_embedding.EXERCISE,
    swiglu.EXERCISE,
    grouped_query_attention.EXERCISE,
    decoder_layer.EXERCISE,
    attend_with_cache.EXERCISE,
    swiglu_backward.EXERCISE,
    adamw_step.EXERCISE,
    train_decoder.EXERCISE,
    sample.EXERCISE,
    generate.EXERCISE,
    repair_next_token_loss.EXERCISE,
)
