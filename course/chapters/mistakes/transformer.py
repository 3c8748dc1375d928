"""Wrong versions of chapter 14's parts. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def encoding_own_frequencies(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (column / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_column_doubled(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (2 * column / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_doubled_twice(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (4 * (column // 2) / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_half_exponent(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (column // 2 / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_halves(length, dim):
    angle = np.arange(length)[:, None] / 10000 ** (np.arange(0, dim, 2) / dim)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


def encoding_cosine_first(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] / 10000 ** (2 * (column // 2) / dim)
    return np.where(column % 2 == 0, np.cos(angle), np.sin(angle))


def encoding_from_one(length, dim):
    column = np.arange(dim)
    angle = np.arange(1, length + 1)[:, None] / 10000 ** (2 * (column // 2) / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_only_sines(length, dim):
    column = np.arange(dim)
    return np.sin(np.arange(length)[:, None] / 10000 ** (2 * (column // 2) / dim))


def encoding_multiplied(length, dim):
    column = np.arange(dim)
    angle = np.arange(length)[:, None] * 10000 ** (2 * (column // 2) / dim)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def forward_no_relu(x, w1, b1, w2, b2):
    return (x @ w1.T + b1) @ w2.T + b2


def forward_relu_last(x, w1, b1, w2, b2):
    return np.maximum((x @ w1.T + b1) @ w2.T + b2, 0)


def forward_relu_twice(x, w1, b1, w2, b2):
    return np.maximum(np.maximum(x @ w1.T + b1, 0) @ w2.T + b2, 0)


def forward_relu_first(x, w1, b1, w2, b2):
    return (np.maximum(x, 0) @ w1.T + b1) @ w2.T + b2


def forward_not_transposed(x, w1, b1, w2, b2):
    return np.maximum(x @ w1 + b1, 0) @ w2 + b2


def forward_bias_after_relu(x, w1, b1, w2, b2):
    return (np.maximum(x @ w1.T, 0) + b1) @ w2.T + b2


def forward_no_biases(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T, 0) @ w2.T


def forward_with_shortcut(x, w1, b1, w2, b2):
    return x + np.maximum(x @ w1.T + b1, 0) @ w2.T + b2


def parameters_no_biases(d_model, num_heads, dim_feedforward):
    return 4 * d_model**2 + 2 * d_model * dim_feedforward + 2 * d_model


def parameters_no_norms(d_model, num_heads, dim_feedforward):
    return 4 * d_model * (d_model + 1) + 2 * d_model * dim_feedforward + dim_feedforward + d_model


def parameters_one_norm(d_model, num_heads, dim_feedforward):
    return 4 * d_model * (d_model + 1) + 2 * d_model * dim_feedforward + dim_feedforward + d_model + 2 * d_model


def parameters_per_head(d_model, num_heads, dim_feedforward):
    attention = num_heads * 3 * d_model * (d_model + 1) + d_model * (d_model + 1)
    return attention + 2 * d_model * dim_feedforward + dim_feedforward + d_model + 4 * d_model


def parameters_no_out_projection(d_model, num_heads, dim_feedforward):
    return 3 * d_model * (d_model + 1) + 2 * d_model * dim_feedforward + dim_feedforward + d_model + 4 * d_model


def parameters_no_linear_biases(d_model, num_heads, dim_feedforward):
    return 4 * d_model * (d_model + 1) + 2 * d_model * dim_feedforward + 4 * d_model


def parameters_one_linear(d_model, num_heads, dim_feedforward):
    return 4 * d_model * (d_model + 1) + d_model * dim_feedforward + dim_feedforward + 4 * d_model


def decode_length_of_new(logits_fn, prompt, length):
    tokens = list(prompt)
    for _ in range(length):
        tokens.append(np.argmax(logits_fn(np.array(tokens))[-1]))
    return np.array(tokens)


def decode_prompt_left_out(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(np.argmax(logits_fn(np.array(tokens))[-1]))
    return np.array(tokens[len(prompt) :], dtype=int)


def decode_last_token_only(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(np.argmax(logits_fn(np.array(tokens[-1:]))[-1]))
    return np.array(tokens)


def decode_not_fed_back(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(np.argmax(logits_fn(prompt)[-1]))
    return np.array(tokens)


def decode_first_position(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(np.argmax(logits_fn(np.array(tokens))[0]))
    return np.array(tokens)


def decode_least_likely(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(np.argmin(logits_fn(np.array(tokens))[-1]))
    return np.array(tokens)


def decode_last_of_ties(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        row = logits_fn(np.array(tokens))[-1]
        tokens.append(len(row) - 1 - np.argmax(row[::-1]))
    return np.array(tokens)


def decode_one_too_few(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length - 1:
        tokens.append(np.argmax(logits_fn(np.array(tokens))[-1]))
    return np.array(tokens)


def repair_as_given(x, norm_weight, norm_bias, w1, b1, w2, b2):
    """Give x + feed_forward(layer_norm(x)) for x (l, d_m), one position after the other."""
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        row = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * norm_weight + norm_bias
        hidden = np.maximum(w1 @ row + b1, 0)
        output[position] = row + w2 @ hidden + b2
    return output


def repair_no_shortcut(x, norm_weight, norm_bias, w1, b1, w2, b2):
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        row = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * norm_weight + norm_bias
        hidden = np.maximum(w1 @ row + b1, 0)
        output[position] = w2 @ hidden + b2
    return output


def repair_norm_left_out(x, norm_weight, norm_bias, w1, b1, w2, b2):
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        hidden = np.maximum(w1 @ row + b1, 0)
        output[position] = row + w2 @ hidden + b2
    return output


def repair_norm_last(x, norm_weight, norm_bias, w1, b1, w2, b2):
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        hidden = np.maximum(w1 @ row + b1, 0)
        total = row + w2 @ hidden + b2
        output[position] = (total - total.mean()) / np.sqrt(total.var() + 1e-5) * norm_weight + norm_bias
    return output


def repair_both_added(x, norm_weight, norm_bias, w1, b1, w2, b2):
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        normalised = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * norm_weight + norm_bias
        hidden = np.maximum(w1 @ normalised + b1, 0)
        output[position] = row + normalised + w2 @ hidden + b2
    return output
