"""Layers with a state that is handed on from one position of a sequence to the next."""

from __future__ import annotations

from course.chapters.recurrent import (
    clip_grad_norm,
    gru_cell,
    lstm,
    lstm_cell,
    lstm_num_parameters,
    repair_batch_first,
    rnn_backward,
    rnn_cell,
)

EXERCISES = (
    rnn_cell.EXERCISE,
    gru_cell.EXERCISE,
    lstm_cell.EXERCISE,
    lstm.EXERCISE,
    lstm_num_parameters.EXERCISE,
    rnn_backward.EXERCISE,
    clip_grad_norm.EXERCISE,
    repair_batch_first.EXERCISE,
)
