"""Right answers in other styles for chapter 14. None of them may be refused."""

import math

import numpy as np


def encoding_by_loops(n, d):
    rows = []
    for t in range(n):
        row = []
        for i in range(d // 2):
            row += [math.sin(t / 10_000 ** (2 * i / d)), math.cos(t / 10_000 ** (2 * i / d))]
        rows.append(row)
    return rows


def encoding_by_exponential(length, dim):
    rate = np.exp(np.arange(0, dim, 2) * (-np.log(10000.0) / dim))
    angle = np.outer(np.arange(length), rate)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(length, dim)


def encoding_in_complex_numbers(length, dim):
    wave = np.exp(1j * np.arange(length)[:, None] * 1e4 ** -(2 * np.arange(dim // 2) / dim))
    out = np.empty((length, dim))
    out[:, ::2], out[:, 1::2] = wave.imag, wave.real
    return out


def encoding_in_float32(length, dim):
    t = np.arange(length, dtype=np.float32)[:, None]
    angle = t / np.float32(10000) ** (2 * (np.arange(dim) // 2) / dim).astype(np.float32)
    angle[:, 1::2] += np.float32(np.pi / 2)
    return np.sin(angle)


def forward_by_einsum(x, w1, b1, w2, b2):
    hidden = np.einsum("nld,fd->nlf", x, w1) + b1
    return np.einsum("nlf,df->nld", hidden * (hidden > 0), w2) + b2


def forward_by_positions(x, w1, b1, w2, b2):
    y = np.zeros(x.shape)
    for sentence in range(x.shape[0]):
        for position in range(x.shape[1]):
            y[sentence, position] = w2 @ (w1 @ x[sentence, position] + b1).clip(min=0) + b2
    return y


def forward_as_one_table(x, weight, bias, back, bias_back):
    rows = x.reshape(-1, x.shape[-1])
    hidden = rows.dot(weight.T) + bias
    hidden[hidden < 0] = 0
    return (hidden.dot(back.T) + bias_back).reshape(x.shape)


def forward_in_float32(x, w1, b1, w2, b2):
    x, w1, b1, w2, b2 = (a.astype(np.float32) for a in (x, w1, b1, w2, b2))
    return np.maximum(0, x @ w1.T + b1) @ w2.T + b2


def attention_by_einsum(x, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads, is_causal=False):
    length, d = x.shape[1:]
    weight = in_proj_weight.reshape(3, num_heads, d // num_heads, d)
    bias = in_proj_bias.reshape(3, num_heads, 1, d // num_heads)
    q, k, v = np.einsum("nld,chkd->cnhlk", x, weight) + bias[:, None]
    scores = np.einsum("nhqk,nhsk->nhqs", q, k) / math.sqrt(d / num_heads)
    if is_causal:
        scores += np.triu(np.full((length, length), -np.inf), k=1)
    a = np.exp(scores - scores.max(-1, keepdims=True))
    a /= a.sum(-1, keepdims=True)
    heads = np.einsum("nhqs,nhsk->nqhk", a, v).reshape(x.shape)
    return np.einsum("nld,ed->nle", heads, out_proj_weight) + out_proj_bias


def attention_by_loops(x, w, b, w_out, b_out, heads, is_causal=False):
    out, size = [], x.shape[2] // heads
    for rows in x:
        q, k, v = np.split(rows @ w.T + b, 3, axis=1)
        merged = np.zeros_like(rows)
        for head in range(heads):
            own = slice(head * size, (head + 1) * size)
            for t in range(len(rows)):
                last = t + 1 if is_causal else len(rows)
                scores = np.array([q[t, own] @ key / size**0.5 for key in k[:last, own]])
                chances = np.exp(scores - scores.max())
                merged[t, own] = chances @ v[:last, own] / chances.sum()
        out.append(merged @ w_out.T + b_out)
    return np.array(out)


def attention_with_weights_split(
    x, in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias, num_heads, is_causal=0
):
    (qw, kw, vw), (qb, kb, vb) = np.split(in_proj_weight, 3), np.split(in_proj_bias, 3)
    n, length, d = x.shape

    def heads(x):
        return np.moveaxis(x.reshape(n, length, num_heads, d // num_heads), 2, 1)

    q, k, v = heads(x @ qw.T + qb), heads(x @ kw.T + kb), heads(x @ vw.T + vb)
    scores = q * (d // num_heads) ** -0.5 @ np.moveaxis(k, 2, 3)
    if is_causal:
        t = np.arange(length)
        scores[..., t[:, None] < t] = -1e30
    weights = np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))
    mixed = weights @ v
    return np.concatenate([mixed[:, h] for h in range(num_heads)], axis=-1) @ out_proj_weight.T + out_proj_bias


def around_by_numpy(x, part, weight, bias, norm_first=False):
    def norm(x):
        mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return weight * (x - mean) * (var + 1e-5) ** -0.5 + bias

    return x + part(norm(x)) if norm_first else norm(part(x) + x)


def around_in_two_switches(x, part, weight, bias, norm_first=False):
    residual = x
    for step in ("norm", "part", "sum", "norm"):
        if step == "part":
            x = part(x)
        elif step == "sum":
            x = residual + x
            if norm_first:
                break
        elif norm_first or x is not residual:
            x = x - np.average(x, axis=2)[:, :, np.newaxis]
            x = x / np.sqrt((x * x).sum(2, keepdims=True) / x.shape[2] + 1e-5) * weight + bias
    return x


def around_by_positions(x, part, weight, bias, norm_first=False):
    def norm(x):
        out = np.empty(x.shape)
        for place in np.ndindex(x.shape[:2]):
            row = x[place]
            out[place] = (row - row.mean()) / math.sqrt(row.var() + 1e-5) * weight + bias
        return out

    if not norm_first:
        return norm(x + np.array(part(x.tolist())))
    return x + part(norm(x))


def layer_by_einsum(x, params, num_heads, norm_first=False, is_causal=False):
    p, d = params, x.shape[-1]

    def norm(x, k):
        mean, var = x.mean(-1)[..., None], x.var(-1)[..., None]
        return p[f"norm{k}.weight"] * (x - mean) * (var + 1e-5) ** -0.5 + p[f"norm{k}.bias"]

    def attention(x):
        weight = p["self_attn.in_proj_weight"].reshape(3, num_heads, d // num_heads, d)
        bias = p["self_attn.in_proj_bias"].reshape(3, num_heads, 1, d // num_heads)
        q, k, v = np.einsum("nld,chkd->cnhlk", x, weight) + bias[:, None]
        hidden = ~np.tri(x.shape[1], dtype=bool) if is_causal else np.zeros((x.shape[1],) * 2, bool)
        a = np.exp(np.einsum("nhqk,nhsk->nhqs", q, k) / math.sqrt(d / num_heads)) * ~hidden
        a /= a.sum(-1, keepdims=True)
        heads = np.einsum("nhqs,nhsk->nqhk", a, v).reshape(x.shape)
        return np.einsum("nld,ed->nle", heads, p["self_attn.out_proj.weight"]) + p["self_attn.out_proj.bias"]

    def forward(x):
        hidden = (x @ p["linear1.weight"].T + p["linear1.bias"]).clip(0)
        return hidden @ p["linear2.weight"].T + p["linear2.bias"]

    for part, k in ((attention, 1), (forward, 2)):
        x = x + part(norm(x, k)) if norm_first else norm(x + part(x), k)
    return x


def layer_by_loops(src, state, nhead, norm_first=False, is_causal=False):
    def norm(row, name):
        mean = sum(row) / len(row)
        var = sum((value - mean) ** 2 for value in row) / len(row)
        return (row - mean) / math.sqrt(var + 1e-5) * state[name + ".weight"] + state[name + ".bias"]

    def attention(rows):
        size = rows.shape[1] // nhead
        q, k, v = np.split(rows @ state["self_attn.in_proj_weight"].T + state["self_attn.in_proj_bias"], 3, axis=1)
        merged = np.zeros_like(rows)
        for head in range(nhead):
            own = slice(head * size, (head + 1) * size)
            for position in range(len(rows)):
                last = position + 1 if is_causal else len(rows)
                scores = np.array([q[position, own] @ key / size**0.5 for key in k[:last, own]])
                weights = np.exp(scores - scores.max())
                merged[position, own] = weights @ v[:last, own] / weights.sum()
        return merged @ state["self_attn.out_proj.weight"].T + state["self_attn.out_proj.bias"]

    def forward(row):
        hidden = np.maximum(state["linear1.weight"] @ row + state["linear1.bias"], 0)
        return state["linear2.weight"] @ hidden + state["linear2.bias"]

    out = []
    for rows in src:
        if norm_first:
            rows = rows + attention(np.array([norm(row, "norm1") for row in rows]))
            out.append([row + forward(norm(row, "norm2")) for row in rows])
        else:
            rows = [norm(row, "norm1") for row in rows + attention(rows)]
            out.append([norm(row + forward(row), "norm2") for row in rows])
    return np.array(out)


def layer_with_weights_split(x, params, num_heads, norm_first=False, is_causal=False):
    (qw, kw, vw), (qb, kb, vb) = (np.split(params[f"self_attn.in_proj_{name}"], 3) for name in ("weight", "bias"))
    n, length, d = x.shape

    def norm(x, weight, bias):
        x = x - np.average(x, axis=2)[:, :, np.newaxis]
        return x / np.sqrt((x * x).sum(2, keepdims=True) / d + 1e-5) * weight + bias

    def heads(x):
        return np.moveaxis(x.reshape(n, length, num_heads, d // num_heads), 2, 1)

    def softmax(x):
        return np.exp(x - np.logaddexp.reduce(x, axis=-1, keepdims=True))

    def attend(x):
        q, k, v = heads(x @ qw.T + qb), heads(x @ kw.T + kb), heads(x @ vw.T + vb)
        scores = q * (d // num_heads) ** -0.5 @ np.moveaxis(k, 2, 3)
        if is_causal:
            scores = np.where(np.arange(length)[:, None] < np.arange(length), -1e30, scores)
        mixed = softmax(scores) @ v
        mixed = np.concatenate([mixed[:, h] for h in range(num_heads)], axis=-1)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = x @ params["linear1.weight"].T + params["linear1.bias"]
        return np.where(x > 0, x, 0) @ params["linear2.weight"].T + params["linear2.bias"]

    one = params["norm1.weight"], params["norm1.bias"]
    two = params["norm2.weight"], params["norm2.bias"]
    if not norm_first:
        y = norm(x + attend(x), *one)
        return norm(y + forward(y), *two)
    y = x + attend(norm(x, *one))
    return y + forward(norm(y, *two))


def layer_without_a_mask(x, params, num_heads, norm_first=False):
    def norm(t, name):
        spread = np.sqrt(t.var(axis=-1, keepdims=True) + 1e-5)
        return (t - t.mean(axis=-1, keepdims=True)) / spread * params[name + ".weight"] + params[name + ".bias"]

    def linear(t, name):
        return t @ params[name + ".weight"].T + params[name + ".bias"]

    def attend(t):
        n, length, d = t.shape
        both = t @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (
            part.reshape(n, length, num_heads, d // num_heads).transpose(0, 2, 1, 3) for part in np.split(both, 3, -1)
        )
        weights = np.exp(q @ k.transpose(0, 1, 3, 2) / np.sqrt(d / num_heads))
        weights /= weights.sum(axis=-1, keepdims=True)
        return linear((weights @ v).transpose(0, 2, 1, 3).reshape(n, length, d), "self_attn.out_proj")

    parts = [("norm1", attend), ("norm2", lambda t: linear(np.maximum(linear(t, "linear1"), 0), "linear2"))]
    for name, part in parts:
        x = x + part(norm(x, name)) if norm_first else norm(x + part(x), name)
    return x


def parameters_by_arrays(d_model, num_heads, dim_feedforward):
    shapes = [(3 * d_model, d_model), (3 * d_model,), (d_model, d_model), (d_model,)]
    shapes += [(dim_feedforward, d_model), (dim_feedforward,), (d_model, dim_feedforward), (d_model,)]
    shapes += [(d_model,)] * 4
    return sum(math.prod(shape) for shape in shapes)


def parameters_multiplied_out(d, h, f):
    return 4 * d * d + 2 * d * f + 9 * d + f


def parameters_as_float(d_model, num_heads, dim_feedforward):
    size = d_model / num_heads
    heads = num_heads * 3 * size * (d_model + 1)
    return heads + d_model * (d_model + 1) + dim_feedforward * (2 * d_model + 1) + 5.0 * d_model


def decode_in_an_array(logits_fn, prompt, length):
    tokens = np.zeros(length, dtype=np.int64)
    tokens[: len(prompt)] = prompt
    for t in range(len(prompt), length):
        tokens[t] = np.argmax(logits_fn(tokens[:t]), axis=-1)[-1]
    return tokens


def decode_recursively(logits_fn, prompt, length):
    if len(prompt) == length:
        return prompt
    new = logits_fn(prompt)[-1].argmax()
    return decode_recursively(logits_fn, np.append(prompt, new), length)


def decode_by_probabilities(model, prompt, length):
    tokens = prompt.tolist()
    for _ in range(length - len(prompt)):
        logits = model(np.asarray(tokens))[len(tokens) - 1]
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        best = 0
        for token, chance in enumerate(chances):
            if chance > chances[best]:
                best = token
        tokens += [best]
    return tokens


def decode_with_later_places_empty(logits_fn, prompt, length):
    tokens = np.concatenate([prompt, np.zeros(length - len(prompt), dtype=int)])
    for t in range(len(prompt), length):
        tokens[t] = logits_fn(tokens)[t - 1].argmax()
    return tokens


def repaired_at_once(x, norm_weight, norm_bias, w1, b1, w2, b2):
    centred = x - x.mean(axis=1, keepdims=True)
    normalised = centred / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5) * norm_weight + norm_bias
    return x + np.maximum(normalised @ w1.T + b1, 0) @ w2.T + b2


def repaired_by_keeping_the_row(x, norm_weight, norm_bias, w1, b1, w2, b2):
    output = np.zeros_like(x)
    for position, row in enumerate(x):
        shortcut = row
        row = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * norm_weight + norm_bias
        hidden = np.maximum(w1 @ row + b1, 0)
        output[position] = shortcut + w2 @ hidden + b2
    return output


def repaired_by_adding_later(x, norm_weight, norm_bias, w1, b1, w2, b2):
    output = x.copy()
    for position in range(len(x)):
        row = (x[position] - x[position].mean()) / np.sqrt(x[position].var() + 1e-5) * norm_weight + norm_bias
        output[position] += w2 @ np.maximum(w1 @ row + b1, 0) + b2
    return output


RIGHT = {
    "positional_encoding": (
        encoding_by_loops,
        encoding_by_exponential,
        encoding_in_complex_numbers,
        encoding_in_float32,
    ),
    "feed_forward": (forward_by_einsum, forward_by_positions, forward_as_one_table, forward_in_float32),
    "self_attention": (attention_by_einsum, attention_by_loops, attention_with_weights_split),
    "add_and_norm": (around_by_numpy, around_in_two_switches, around_by_positions),
    "transformer_encoder_layer": (layer_by_einsum, layer_by_loops, layer_with_weights_split, layer_without_a_mask),
    "transformer_num_parameters": (parameters_by_arrays, parameters_multiplied_out, parameters_as_float),
    "greedy_decode": (
        decode_in_an_array,
        decode_recursively,
        decode_by_probabilities,
        decode_with_later_places_empty,
    ),
    "repair_pre_norm": (repaired_at_once, repaired_by_keeping_the_row, repaired_by_adding_later),
}
