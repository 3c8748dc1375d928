"""Wrong answers without a name for chapter 14. None may pass."""

import numpy as np


def _angle(length, dim):
    return np.arange(length)[:, None] / 10000 ** (2 * (np.arange(dim) // 2) / dim)


def _encoding(length, dim):
    return np.where(np.arange(dim) % 2 == 0, np.sin(_angle(length, dim)), np.cos(_angle(length, dim)))


def encoding_turned(length, dim):
    return _encoding(length, dim).T


def encoding_of_length(length, dim):
    angle = np.arange(length)[:, None] / 10000 ** (2 * (np.arange(dim) // 2) / length)
    return np.where(np.arange(dim) % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_floor(length, dim):
    angle = np.arange(length)[:, None] // 10000 ** (2 * (np.arange(dim) // 2) / dim)
    return np.where(np.arange(dim) % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_by_rows(length, dim):
    return np.where(np.arange(length)[:, None] % 2 == 0, np.sin(_angle(length, dim)), np.cos(_angle(length, dim)))


def encoding_only_cosines(length, dim):
    return np.cos(_angle(length, dim))


def encoding_one_wave(length, dim):
    angle = np.repeat(np.arange(length)[:, None], dim, axis=1)
    return np.where(np.arange(dim) % 2 == 0, np.sin(angle), np.cos(angle))


def encoding_whole_numbers(length, dim):
    return _encoding(length, dim).astype(int)


def forward_result_hidden(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T + b1, 0)


def forward_only_b1(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T + b1, 0) @ w2.T


def forward_only_b2(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T, 0) @ w2.T + b2


def forward_absolute(x, w1, b1, w2, b2):
    return np.abs(x @ w1.T + b1) @ w2.T + b2


def forward_sigmoid(x, w1, b1, w2, b2):
    return 1 / (1 + np.exp(-(x @ w1.T + b1))) @ w2.T + b2


def forward_minimum(x, w1, b1, w2, b2):
    return np.minimum(x @ w1.T + b1, 0) @ w2.T + b2


def forward_reshaped(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.reshape(w1.shape[::-1]) + b1, 0) @ w2.reshape(w2.shape[::-1]) + b2


def forward_first_sentence(x, w1, b1, w2, b2):
    return (np.maximum(x @ w1.T + b1, 0) @ w2.T + b2)[:1]


def _attend(x, w, b, w_out, b_out, heads, mask=None, *, weights_axis=-1, interleaved=False, soft=np.exp):
    n, length, d = x.shape
    both = x @ w.T + b
    if interleaved:
        q, k, v = both.reshape(n, length, heads, 3, -1).transpose(3, 0, 2, 1, 4)
    else:
        q, k, v = both.reshape(n, length, 3, heads, -1).transpose(2, 0, 3, 1, 4)
    scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = soft(scores - scores.max(weights_axis, keepdims=True))
    mixed = weights / weights.sum(weights_axis, keepdims=True) @ v
    return mixed.swapaxes(1, 2).reshape(n, length, d) @ w_out.T + b_out


def _causal(x, is_causal=True):
    return np.tri(x.shape[1], dtype=bool) if is_causal else None


def attention_softmax_over_queries(x, w, b, w_out, b_out, num_heads, is_causal=False):
    return _attend(x, w, b, w_out, b_out, num_heads, weights_axis=-2)


def attention_one_head(x, w, b, w_out, b_out, num_heads, is_causal=False):
    return _attend(x, w, b, w_out, b_out, 1, _causal(x, is_causal))


def attention_base_two(x, w, b, w_out, b_out, num_heads, is_causal=False):
    return _attend(x, w, b, w_out, b_out, num_heads, _causal(x, is_causal), soft=np.exp2)


def attention_two_steps_back(x, w, b, w_out, b_out, num_heads, is_causal=False):
    mask = np.tri(x.shape[1], dtype=bool) & ~np.tri(x.shape[1], k=-2, dtype=bool) if is_causal else None
    return _attend(x, w, b, w_out, b_out, num_heads, mask)


def attention_mask_for_samples(x, w, b, w_out, b_out, num_heads, is_causal=False):
    return _attend(x.swapaxes(0, 1), w, b, w_out, b_out, num_heads, _causal(x.swapaxes(0, 1), is_causal)).swapaxes(0, 1)


def attention_out_not_transposed(x, w, b, w_out, b_out, num_heads, is_causal=False):
    return _attend(x, w, b, w_out.T, b_out, num_heads, _causal(x, is_causal))


def attention_sees_one_later(x, w, b, w_out, b_out, num_heads, is_causal=False):
    mask = np.tri(x.shape[1], k=1, dtype=bool) if is_causal else None
    return _attend(x, w, b, w_out, b_out, num_heads, mask)


def _norm(x, weight, bias, eps=1e-5):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + eps) * weight + bias


def around_larger_eps(x, part, weight, bias, norm_first=False):
    return x + part(_norm(x, weight, bias, 1e-3)) if norm_first else _norm(x + part(x), weight, bias, 1e-3)


def around_part_twice(x, part, weight, bias, norm_first=False):
    return x + part(part(_norm(x, weight, bias))) if norm_first else _norm(x + part(part(x)), weight, bias)


def around_subtracted(x, part, weight, bias, norm_first=False):
    return x - part(_norm(x, weight, bias)) if norm_first else _norm(x - part(x), weight, bias)


def around_not_centred(x, part, weight, bias, norm_first=False):
    def norm(x):
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5) * weight + bias

    return x + part(norm(x)) if norm_first else norm(x + part(x))


def around_residual_twice(x, part, weight, bias, norm_first=False):
    return 2 * x + part(_norm(x, weight, bias)) if norm_first else _norm(2 * x + part(x), weight, bias)


def around_part_left_out(x, part, weight, bias, norm_first=False):
    return x if norm_first else _norm(x, weight, bias)


def _layer(x, params, num_heads, norm_first, *, eps=1e-5, mask=None, gelu=False, **how):
    def norm(x, name):
        return _norm(x, params[name + ".weight"], params[name + ".bias"], eps)

    def attend(x):
        names = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
        return _attend(x, *(params["self_attn." + name] for name in names), num_heads, mask, **how)

    def forward(x):
        x = x @ params["linear1.weight"].T + params["linear1.bias"]
        x = x * 0.5 * (1 + np.tanh(0.797885 * (x + 0.044715 * x**3))) if gelu else np.maximum(x, 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def layer_mask_upside_down(x, params, num_heads, norm_first=False, is_causal=False):
    return _layer(x, params, num_heads, norm_first, mask=_causal(x).T if is_causal else None)


def layer_gelu(x, params, num_heads, norm_first=False, is_causal=False):
    return _layer(x, params, num_heads, norm_first, mask=_causal(x, is_causal), gelu=True)


def layer_larger_eps(x, params, num_heads, norm_first=False, is_causal=False):
    return _layer(x, params, num_heads, norm_first, mask=_causal(x, is_causal), eps=1e-4)


def layer_softmax_over_queries(x, params, num_heads, norm_first=False, is_causal=False):
    return _layer(x, params, num_heads, norm_first, weights_axis=-2)


def layer_interleaved_projections(x, params, num_heads, norm_first=False, is_causal=False):
    return _layer(x, params, num_heads, norm_first, mask=_causal(x, is_causal), interleaved=True)


def layer_positions_for_samples(x, params, num_heads, norm_first=False, is_causal=False):
    turned = x.swapaxes(0, 1)
    return _layer(turned, params, num_heads, norm_first, mask=_causal(turned, is_causal)).swapaxes(0, 1)


def layer_twice(x, params, num_heads, norm_first=False, is_causal=False):
    x = _layer(x, params, num_heads, norm_first, mask=_causal(x, is_causal))
    return _layer(x, params, num_heads, norm_first, mask=_causal(x, is_causal))


def layer_last_norm_left_out(x, params, num_heads, norm_first=False, is_causal=False):
    params = params | {"norm2.weight": np.ones(x.shape[-1]), "norm2.bias": np.zeros(x.shape[-1])}
    return _layer(x, params, num_heads, norm_first, mask=_causal(x, is_causal))


def count_looked_up(d_model, num_heads, dim_feedforward):
    return 49984


def count_per_position(d_model, num_heads, dim_feedforward):
    return num_heads * (4 * d_model**2 + 2 * d_model * dim_feedforward + 9 * d_model + dim_feedforward)


def count_default_hidden(d_model, num_heads, dim_feedforward=2048):
    return 4 * d_model**2 + 2 * d_model * 2048 + 9 * d_model + 2048


def count_small_heads(d_model, num_heads, dim_feedforward):
    size = d_model // num_heads
    return 3 * d_model * size + d_model**2 + 2 * d_model * dim_feedforward + 9 * d_model + dim_feedforward


def count_as_shapes(d_model, num_heads, dim_feedforward):
    return (d_model, d_model), (d_model, dim_feedforward)


def count_in_thousands(d_model, num_heads, dim_feedforward):
    return (4 * d_model**2 + 2 * d_model * dim_feedforward + 9 * d_model + dim_feedforward) / 1000


def count_hidden_both(d_model, num_heads, dim_feedforward):
    return 4 * d_model**2 + 2 * d_model * dim_feedforward + 8 * d_model + 2 * dim_feedforward


def decode_sampled(logits_fn, prompt, length):
    rng, tokens = np.random.default_rng(0), list(prompt)
    while len(tokens) < length:
        row = logits_fn(np.array(tokens))[-1]
        chances = np.exp((row - row.max()) / 3)
        tokens.append(rng.choice(len(row), p=chances / chances.sum()))
    return np.array(tokens)


def decode_prompt_kept_out_of_the_model(logits_fn, prompt, length):
    tokens = [int(logits_fn(prompt)[-1].argmax())]
    while len(tokens) < length - len(prompt):
        tokens.append(int(logits_fn(np.array(tokens))[-1].argmax()))
    return np.concatenate([prompt, tokens])[:length] + 0


def decode_logits(logits_fn, prompt, length):
    return logits_fn(prompt)


def decode_one_more_only(logits_fn, prompt, length):
    return np.append(prompt, logits_fn(prompt)[-1].argmax())


def decode_one_too_many(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) <= length:
        tokens.append(logits_fn(np.array(tokens))[-1].argmax())
    return np.array(tokens)


def decode_prompt_last(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(logits_fn(np.array(tokens))[-1].argmax())
    return np.array(tokens)[::-1]


def decode_all_at_once(logits_fn, prompt, length):
    tokens = np.resize(prompt, length)
    tokens[len(prompt) :] = logits_fn(tokens)[len(prompt) - 1 : -1].argmax(axis=-1)
    return tokens


def decode_highest_logit(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(int(logits_fn(np.array(tokens))[-1].max()) % 7)
    return np.array(tokens)


def decode_window(logits_fn, prompt, length):
    tokens = list(prompt)
    while len(tokens) < length:
        tokens.append(logits_fn(np.array(tokens[-2:]))[-1].argmax())
    return np.array(tokens)


def _normalised(x, weight, bias):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * weight + bias


def repair_without_affine(x, norm_weight, norm_bias, w1, b1, w2, b2):
    return x + np.maximum(_normalised(x, 1, 0) @ w1.T + b1, 0) @ w2.T + b2


def repair_no_relu(x, norm_weight, norm_bias, w1, b1, w2, b2):
    return x + (_normalised(x, norm_weight, norm_bias) @ w1.T + b1) @ w2.T + b2


def repair_centred_shortcut(x, norm_weight, norm_bias, w1, b1, w2, b2):
    forward = np.maximum(_normalised(x, norm_weight, norm_bias) @ w1.T + b1, 0) @ w2.T + b2
    return x - x.mean(-1, keepdims=True) + forward


def repair_twice(x, norm_weight, norm_bias, w1, b1, w2, b2):
    return 2 * x + np.maximum(_normalised(x, norm_weight, norm_bias) @ w1.T + b1, 0) @ w2.T + b2


def repair_over_positions(x, norm_weight, norm_bias, w1, b1, w2, b2):
    normalised = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5) * norm_weight + norm_bias
    return x + np.maximum(normalised @ w1.T + b1, 0) @ w2.T + b2


def repair_bias_lost(x, norm_weight, norm_bias, w1, b1, w2, b2):
    return x + np.maximum(_normalised(x, norm_weight, norm_bias) @ w1.T + b1, 0) @ w2.T


def repair_eps_outside(x, norm_weight, norm_bias, w1, b1, w2, b2):
    centred = x - x.mean(axis=1, keepdims=True)
    normalized = centred / (x.std(axis=1, keepdims=True) + 1e-5) * norm_weight + norm_bias
    return x + np.maximum(normalized @ w1.T + b1, 0) @ w2.T + b2


WRONG = {
    "positional_encoding": (
        encoding_turned,
        encoding_of_length,
        encoding_floor,
        encoding_by_rows,
        encoding_only_cosines,
        encoding_one_wave,
        encoding_whole_numbers,
    ),
    "feed_forward": (
        forward_result_hidden,
        forward_only_b1,
        forward_only_b2,
        forward_absolute,
        forward_sigmoid,
        forward_minimum,
        forward_reshaped,
        forward_first_sentence,
    ),
    "self_attention": (
        attention_softmax_over_queries,
        attention_one_head,
        attention_base_two,
        attention_two_steps_back,
        attention_mask_for_samples,
        attention_out_not_transposed,
        attention_sees_one_later,
    ),
    "add_and_norm": (
        around_larger_eps,
        around_part_twice,
        around_subtracted,
        around_not_centred,
        around_residual_twice,
        around_part_left_out,
    ),
    "transformer_encoder_layer": (
        layer_mask_upside_down,
        layer_gelu,
        layer_larger_eps,
        layer_softmax_over_queries,
        layer_interleaved_projections,
        layer_positions_for_samples,
        layer_twice,
        layer_last_norm_left_out,
    ),
    "transformer_num_parameters": (
        count_looked_up,
        count_per_position,
        count_default_hidden,
        count_small_heads,
        count_as_shapes,
        count_in_thousands,
        count_hidden_both,
    ),
    "greedy_decode": (
        decode_sampled,
        decode_prompt_kept_out_of_the_model,
        decode_logits,
        decode_one_more_only,
        decode_one_too_many,
        decode_prompt_last,
        decode_all_at_once,
        decode_highest_logit,
        decode_window,
    ),
    "repair_pre_norm": (
        repair_without_affine,
        repair_no_relu,
        repair_centred_shortcut,
        repair_twice,
        repair_over_positions,
        repair_bias_lost,
        repair_eps_outside,
    ),
}
