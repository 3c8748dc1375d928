"""The layers of a present-day language model, put together and trained on a poem."""

from __future__ import annotations

from course.chapters.language_model import (
    attend_with_cache,
    grouped_query_attention,
    rotary_embedding,
    swiglu,
)

EXERCISES = (
    rotary_embedding.EXERCISE,
    swiglu.EXERCISE,
    grouped_query_attention.EXERCISE,
    attend_with_cache.EXERCISE,
)
