"""The layers of a present-day language model, put together and trained on a poem."""

EXERCISES = (
    "rotary_embedding",
    "swiglu",
    "grouped_query_attention",
    "decoder_layer",
    "attend_with_cache",
    "swiglu_backward",
    "adamw_step",
    "train_decoder",
    "sample",
    "generate",
    "repair_next_token_loss",
)
