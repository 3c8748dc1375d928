"""One-hot vectors, the embedding layer, its parameters and its gradient."""

EXERCISES = (
    "one_hot",
    "embedding",
    "embedding_num_parameters",
    "embedding_backward",
    "repair_vectors_of",
)
