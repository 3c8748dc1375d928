"""The parts of an encoder layer, positions, the layer and its parameters, and writing with it."""

EXERCISES = (
    "feed_forward",
    "positional_encoding",
    "self_attention",
    "add_and_norm",
    "transformer_encoder_layer",
    "transformer_num_parameters",
    "greedy_decode",
    "repair_pre_norm",
)
