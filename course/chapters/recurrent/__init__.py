"""Layers with a state that is handed on from one position of a sequence to the next."""

EXERCISES = (
    "rnn_cell",
    "gru_cell",
    "lstm_cell",
    "lstm",
    "lstm_num_parameters",
    "rnn_backward",
    "clip_grad_norm",
    "repair_batch_first",
)
