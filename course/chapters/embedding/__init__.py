"""One-hot vectors, the embedding layer, its parameters and its gradient."""

from __future__ import annotations

from course.chapters.embedding import (
    embedding,
    embedding_backward,
    embedding_num_parameters,
    one_hot,
    repair_vectors_of,
)

EXERCISES = (
    one_hot.EXERCISE,
    embedding.EXERCISE,
    embedding_num_parameters.EXERCISE,
    embedding_backward.EXERCISE,
    repair_vectors_of.EXERCISE,
)
