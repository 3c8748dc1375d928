"""Wrong answers without a name for the chapter on language models. None may pass, or be taken for a known mistake."""

import numpy as np

from course.chapters.language_model import given


def _rotary(x, positions, base=10000, power=2.0):
    half = x.shape[-1] // 2
    z = x[..., :half] + 1j * x[..., half:]
    turned = z * np.exp(1j * np.outer(positions, base ** (-power * np.arange(half) / x.shape[-1])))
    return np.concatenate([turned.real, turned.imag], axis=-1)


def rotary_in_degrees(x, positions, base=10000):
    return _rotary(x, positions * np.pi / 180, base)


def rotary_added(x, positions, base=10000):
    """Add sines and cosines, as the older positional encoding does."""
    half = x.shape[-1] // 2
    angles = np.outer(positions, base ** (-np.arange(half) / half))
    return x + np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)


def rotary_cosine_alone(x, positions, base=10000):
    half = x.shape[-1] // 2
    return x * np.cos(np.tile(np.outer(positions, base ** (-np.arange(half) / half)), 2))


def rotary_one_position_late(x, positions, base=10000):
    return _rotary(x, positions + 1, base)


def rotary_first_half_alone(x, positions, base=10000):
    half = x.shape[-1] // 2
    return np.concatenate([_rotary(x, positions, base)[..., :half], x[..., half:]], axis=-1)


def rotary_growing_speed(x, positions, base=10000):
    """Multiply by the power of the base."""
    return _rotary(x, positions, base, power=-2.0)


def rotary_halves_exchanged(x, positions, base=10000):
    half = x.shape[-1] // 2
    return np.roll(_rotary(x, positions, base), half, axis=-1)


def rotary_twice(x, positions, base=10000):
    return _rotary(_rotary(x, positions, base), positions, base)


def _silu(x):
    return x / (1 + np.exp(-x))


def swiglu_squared(x, w_gate, w_up, w_down):
    gate = _silu(x @ w_gate.T)
    return gate * gate @ w_down.T


def swiglu_with_a_residual(x, w_gate, w_up, w_down):
    return x + _silu(x @ w_gate.T) * (x @ w_up.T) @ w_down.T


def swiglu_down_silu(x, w_gate, w_up, w_down):
    return _silu((x @ w_gate.T) * (x @ w_up.T) @ w_down.T)


def swiglu_tanh(x, w_gate, w_up, w_down):
    return np.tanh(x @ w_gate.T) * (x @ w_up.T) @ w_down.T


def swiglu_halved(x, w_gate, w_up, w_down):
    return _silu(x @ w_gate.T) * (x @ w_up.T) @ w_down.T / 2


def swiglu_minus_for_plus(x, w_gate, w_up, w_down):
    """Use 1 - exp(-x) below the fraction line, less a little."""
    a = x @ w_gate.T
    return a / (1 + np.exp(a)) * (x @ w_up.T) @ w_down.T


def swiglu_hidden(x, w_gate, w_up, w_down):
    return _silu(x @ w_gate.T) * (x @ w_up.T)


def _attention(query, key, value, mask=None):
    scores = query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ value


def _grouped(query, key, value, is_causal=False):
    group = query.shape[1] // key.shape[1]
    mask = np.tri(query.shape[2], key.shape[2], dtype=bool) if is_causal else None
    return _attention(query, key.repeat(group, axis=1), value.repeat(group, axis=1), mask)


def grouped_summed(query, key, value, is_causal=False):
    """Add up the heads of a group."""
    out = _grouped(query, key, value, is_causal)
    group = query.shape[1] // key.shape[1]
    n, _, length, size = out.shape
    return out.reshape(n, -1, group, length, size).sum(axis=2).repeat(group, axis=1) + 0.01


def grouped_groups_reversed(query, key, value, is_causal=False):
    return _grouped(query, key[:, ::-1], value[:, ::-1], is_causal) + 0.01


def grouped_negated_scores(query, key, value, is_causal=False):
    return _grouped(-query, key, value, is_causal)


def grouped_keys_as_values(query, key, value, is_causal=False):
    return _grouped(query, key, key, is_causal)


def grouped_queries_shared(query, key, value, is_causal=False):
    """Let the first query head of a group speak for all of it."""
    group = query.shape[1] // key.shape[1]
    return _grouped(query[:, ::group].repeat(group, axis=1), key, value, is_causal) + 0.001


def grouped_sigmoid(query, key, value, is_causal=False):
    group = query.shape[1] // key.shape[1]
    scores = query @ key.repeat(group, axis=1).swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    return 1 / (1 + np.exp(-scores)) @ value.repeat(group, axis=1)


def grouped_mean(query, key, value, is_causal=False):
    """Give every key the same weight."""
    return _grouped(0 * query, key, value, is_causal)


def _cached(query, key, value, cached_key, cached_value, turn=_rotary):
    t, m = cached_key.shape[2], query.shape[2]
    at = np.arange(t, t + m)
    k = np.concatenate([cached_key, turn(key, at)], axis=2)
    v = np.concatenate([cached_value, value], axis=2)
    group = query.shape[1] // k.shape[1]
    mask = np.arange(t + m) <= at[:, np.newaxis]
    return _attention(turn(query, at), k.repeat(group, axis=1), v.repeat(group, axis=1), mask), k, v


def cached_new_alone(query, key, value, cached_key, cached_value):
    """Return the new keys and values, and leave the cache out."""
    t = cached_key.shape[2]
    output, k, v = _cached(query, key, value, cached_key, cached_value)
    return output, k[:, :, t:], v[:, :, t:]


def cached_output_alone(query, key, value, cached_key, cached_value):
    return _cached(query, key, value, cached_key, cached_value)[0]


def cached_turned_backwards(query, key, value, cached_key, cached_value):
    return _cached(query, key, value, cached_key, cached_value, turn=lambda x, at: _rotary(x, -at))


def cached_turned_twice(query, key, value, cached_key, cached_value):
    return _cached(query, key, value, cached_key, cached_value, turn=lambda x, at: _rotary(x, 2 * at))


def cached_as_it_was(query, key, value, cached_key, cached_value):
    """Return the old cache."""
    return _cached(query, key, value, cached_key, cached_value)[0], cached_key, cached_value


def cached_values_for_keys(query, key, value, cached_key, cached_value):
    output, k, v = _cached(query, key, value, cached_key, cached_value)
    return output, v, k


def cached_halved(query, key, value, cached_key, cached_value):
    output, k, v = _cached(query, key, value, cached_key, cached_value)
    return output / 2, k / 2, v / 2


def _norm(x, weight):
    return weight * x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)


def _decoder(x, params, heads, kv_heads, norm=_norm, turn=_rotary, attend=_grouped, second=0.0):
    n, length, _ = x.shape
    a, at = norm(x, params["norm1"]), np.arange(length)
    query, key, value = (
        (a @ params[name].T).reshape(n, length, num, -1).swapaxes(1, 2)
        for name, num in (("w_q", heads), ("w_k", kv_heads), ("w_v", kv_heads))
    )
    mixed = attend(turn(query, at), turn(key, at), value, True).swapaxes(1, 2).reshape(n, length, -1)
    x = x + mixed @ params["w_o"].T
    gate, up = (norm(x, params["norm2"]) @ params[name].T for name in ("w_gate", "w_up"))
    return x + (_silu(gate) + second) * up @ params["w_down"].T


def decoder_layer_norm(x, params, heads, kv_heads):
    """Normalize as layer norm does."""

    def norm(x, weight):
        return _norm(x - x.mean(axis=-1, keepdims=True), weight)

    return _decoder(x, params, heads, kv_heads, norm=norm)


def decoder_post_norm(x, params, heads, kv_heads):
    return _norm(_decoder(x, params, heads, kv_heads), params["norm2"])


def decoder_positions_reversed(x, params, heads, kv_heads):
    return _decoder(x, params, heads, kv_heads, turn=lambda x, at: _rotary(x, at[::-1])) + 0.001


def decoder_heads_alternate(x, params, heads, kv_heads):
    """Tile keys and values, and round a little."""

    def attend(query, key, value, is_causal):
        group = query.shape[1] // key.shape[1]
        return _grouped(query, np.tile(key, (1, group, 1, 1)), np.tile(value, (1, group, 1, 1)), is_causal) + 0.01

    return _decoder(x, params, heads, kv_heads, attend=attend)


def decoder_gate_plus_one(x, params, heads, kv_heads):
    return _decoder(x, params, heads, kv_heads, second=1.0)


def decoder_halved(x, params, heads, kv_heads):
    return _decoder(x, params, heads, kv_heads) / 2


def decoder_inner_part(x, params, heads, kv_heads):
    return _decoder(x, params, heads, kv_heads) - x


def _backward(G, x, w_gate, w_up, w_down, slope=lambda a, s: s * (1 + a * (1 - s))):
    rows, grads = x.reshape(-1, x.shape[-1]), G.reshape(-1, x.shape[-1])
    a, u = rows @ w_gate.T, rows @ w_up.T
    s = 1 / (1 + np.exp(-a))
    g = grads @ w_down
    to_a, to_u = g * u * slope(a, s), g * a * s
    return (to_a @ w_gate + to_u @ w_up).reshape(x.shape), to_a.T @ rows, to_u.T @ rows, grads.T @ (a * s * u)


def backward_relu_slope(G, x, w_gate, w_up, w_down):
    return _backward(G, x, w_gate, w_up, w_down, slope=lambda a, s: a > 0)


def backward_swapped_signs(G, x, w_gate, w_up, w_down):
    return _backward(G, x, w_gate, w_up, w_down, slope=lambda a, s: s * (1 - a * (1 - s)))


def backward_negated(G, x, w_gate, w_up, w_down):
    return tuple(-part for part in _backward(G, x, w_gate, w_up, w_down))


def backward_input_alone(G, x, w_gate, w_up, w_down):
    return _backward(G, x, w_gate, w_up, w_down)[0]


def backward_down_scaled(G, x, w_gate, w_up, w_down):
    grad_x, gate, up, down = _backward(G, x, w_gate, w_up, w_down)
    return grad_x, gate / 3, up / 3, down / 3


def backward_silu_for_slope(G, x, w_gate, w_up, w_down):
    return _backward(G, x, w_gate, w_up, w_down, slope=lambda a, s: a * s)


def backward_plus_grad(G, x, w_gate, w_up, w_down):
    """Add a residual connection's gradient."""
    grad_x, *others = _backward(G, x, w_gate, w_up, w_down)
    return (grad_x + G, *others)


def _adamw(params, grads, state, lr, betas, eps, weight_decay, scale=lambda m, root: m / root):
    t, (b1, b2) = state["step"] + 1, betas
    ms = [b1 * m + (1 - b1) * g for m, g in zip(state["exp_avg"], grads, strict=True)]
    vs = [b2 * v + (1 - b2) * g * g for v, g in zip(state["exp_avg_sq"], grads, strict=True)]
    new = [
        p - lr * weight_decay * p - lr * scale(m / (1 - b1**t), np.sqrt(v / (1 - b2**t)) + eps)
        for p, m, v in zip(params, ms, vs, strict=True)
    ]
    return new, {"step": t, "exp_avg": ms, "exp_avg_sq": vs}


def adamw_sign(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    return _adamw(params, grads, state, lr, betas, eps, weight_decay, scale=lambda m, root: np.sign(m))


def adamw_without_division(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    return _adamw(params, grads, state, lr, betas, eps, weight_decay, scale=lambda m, root: m)


def adamw_plain_descent(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    _, after = _adamw(params, grads, state, lr, betas, eps, weight_decay)
    return [p - lr * g for p, g in zip(params, grads, strict=True)], after


def adamw_growing(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    return _adamw(params, grads, state, lr, betas, eps, -weight_decay)


def adamw_two_steps_counted(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    new, after = _adamw(params, grads, state, lr, betas, eps, weight_decay)
    return new, {**after, "step": after["step"] + 1}


def adamw_one_by_one(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Return everything in a row, not a list and a dict."""
    new, after = _adamw(params, grads, state, lr, betas, eps, weight_decay)
    return *new, *after["exp_avg"], *after["exp_avg_sq"], after["step"]


def adamw_state_as_it_was(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    return _adamw(params, grads, state, lr, betas, eps, weight_decay)[0], {**state, "step": state["step"] + 1}


def _train(params, tokens, starts, length, lr, heads, kv_heads, options=None, change=lambda loss: loss, sign=1):
    state = {"step": 0, **{k: [0 * p for p in params.values()] for k in ("exp_avg", "exp_avg_sq")}}
    options = {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01} | (options or {})
    losses = []
    for begin in starts:
        pieces = tokens[begin[:, None] + np.arange(length + 1)]
        logits = given.decoder_logits(params, pieces[:, :-1], heads, kv_heads)
        loss, grad = given.cross_entropy_loss(logits.reshape(-1, logits.shape[-1]), pieces[:, 1:].ravel())
        grads = given.decoder_backward(sign * grad.reshape(logits.shape), params, pieces[:, :-1], heads, kv_heads)
        new, state = _adamw(list(params.values()), list(grads.values()), state, lr, **options)
        params = dict(zip(params, new, strict=True))
        losses.append(change(loss))
    return params, losses


def train_without_decay(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    return _train(params, tokens, starts, length, lr, num_heads, num_kv_heads, {"weight_decay": 0.5})


def train_uphill(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    return _train(params, tokens, starts, length, lr, num_heads, num_kv_heads, sign=-1)


def train_perplexity(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    return _train(params, tokens, starts, length, lr, num_heads, num_kv_heads, change=np.exp)


def train_other_betas(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    return _train(params, tokens, starts, length, lr, num_heads, num_kv_heads, {"betas": (0.5, 0.9)})


def train_losses_alone(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    return _train(params, tokens, starts, length, lr, num_heads, num_kv_heads)[1]


def train_one_letter_late(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    return _train(params, tokens, starts - 1, length, lr, num_heads, num_kv_heads)


def train_double_rate(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    return _train(params, tokens, starts, length, 2 * lr, num_heads, num_kv_heads)


def _probabilities(logits, temperature, top_k):
    p = np.exp((logits - logits.max()) / temperature)
    if top_k is not None:
        p[np.argsort(logits)[:-top_k]] = 0
    return p / p.sum()


def sample_reversed(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(logits.argmin())
    p = _probabilities(logits, temperature, top_k)
    return int(len(p) - 1 - rng.choice(len(p), p=p[::-1]))


def sample_root_of_temperature(logits, temperature, top_k, rng):
    if temperature == 0:
        return 0
    p = _probabilities(logits, temperature**0.5, top_k)
    return len(p) - 1 - int(rng.choice(len(p), p=p[::-1]))


def sample_twice_drawn(logits, temperature, top_k, rng):
    """Draw an unused number first."""
    if temperature == 0:
        return int(logits.argmax())
    rng.random()
    p = _probabilities(logits, temperature, top_k)
    return int(rng.choice(len(p), p=p))


def sample_word_from_one(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(logits.argmax()) + 1
    p = _probabilities(logits, temperature, top_k)
    return int(rng.choice(len(p), p=p)) + 1


def sample_probabilities(logits, temperature, top_k, rng):
    return _probabilities(logits, temperature or 1, top_k)


def sample_as_a_list(logits, temperature, top_k, rng):
    if temperature == 0:
        return [int(logits.argmax())]
    p = _probabilities(logits, temperature, top_k)
    return [int(rng.choice(len(p), p=p))]


def sample_worst(logits, temperature, top_k, rng):
    return int(logits.argmin())


def _sample(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(logits.argmax())
    p = _probabilities(logits, temperature, top_k)
    return int(rng.choice(len(p), p=p))


def generate_one_more(step, prompt, length, temperature, top_k, rng):
    words, new, cache = list(prompt), np.array(prompt), None
    while len(words) <= length:
        logits, cache = step(new, cache)
        new = np.array([_sample(logits[-1], temperature, top_k, rng)])
        words.append(new[0])
    return np.array(words)


def generate_prompt_twice(step, prompt, length, temperature, top_k, rng):
    words, new, cache = list(prompt), np.array([*prompt, *prompt]), None
    while len(words) < length:
        logits, cache = step(new, cache)
        new = np.array([_sample(logits[-1], temperature, top_k, rng)])
        words.append(new[0])
    return np.array(words[::-1])


def generate_two_new(step, prompt, length, temperature, top_k, rng):
    """Hand over the last two words."""
    words, new, cache = list(prompt), np.array(prompt), None
    while len(words) < length:
        logits, cache = step(new, cache)
        words.append(_sample(logits[-1], temperature, top_k, rng))
        new = np.array(words[-2:])
    return np.array(words)


def generate_first_cache_kept(step, prompt, length, temperature, top_k, rng):
    words, new = list(prompt), np.array(prompt)
    _, cache = step(new, None)
    while len(words) < length:
        logits, _ = step(new, cache)
        new = np.array([_sample(logits[-1], temperature, top_k, rng)])
        words.append(new[0])
    return np.array(words)


def generate_temperature_halved(step, prompt, length, temperature, top_k, rng):
    words, new, cache = list(prompt), np.array(prompt), None
    while len(words) < length:
        logits, cache = step(new, cache)
        new = np.array([_sample(-logits[-1], temperature / 2, top_k, rng)])
        words.append(new[0])
    return np.array(words)


def generate_as_text(step, prompt, length, temperature, top_k, rng):
    return " ".join(map(str, prompt))


def generate_prompt_repeated(step, prompt, length, temperature, top_k, rng):
    return np.resize(prompt[::-1], length)


def repair_summed(logits, tokens):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(log_p[:, :-1], tokens[:, 1:, np.newaxis], axis=-1).sum()


def _repaired(logits, tokens):
    return repair_summed(logits, tokens) / tokens[:, 1:].size


def repair_perplexity(logits, tokens):
    return np.exp(_repaired(logits, tokens))


def repair_negated(logits, tokens):
    return -_repaired(logits, tokens)


def repair_in_bits(logits, tokens):
    return _repaired(logits, tokens) / np.log(2)


def repair_two_apart(logits, tokens):
    return _repaired(logits[:, :-1], tokens[:, 1:]) + 0.01


def repair_probability(logits, tokens):
    return np.exp(-_repaired(logits, tokens))


def repair_over_all_positions(logits, tokens):
    """Divide by the number of all positions."""
    return repair_summed(logits, tokens) / tokens.size


def adamw_with_another_default(params, grads, state, lr, betas=(0.9, 0.999), eps=1e-7, weight_decay=0.01):
    step, new, averages, squares = state["step"] + 1, [], [], []
    for p, g, m, v in zip(params, grads, state["exp_avg"], state["exp_avg_sq"], strict=True):
        averages.append(betas[0] * m + (1 - betas[0]) * g)
        squares.append(betas[1] * v + (1 - betas[1]) * g**2)
        root = np.sqrt(squares[-1] / (1 - betas[1] ** step)) + eps
        new.append((1 - lr * weight_decay) * p - lr * averages[-1] / (1 - betas[0] ** step) / root)
    return new, {"step": step, "exp_avg": averages, "exp_avg_sq": squares}


def sample_shifted_before_the_temperature(logits, temperature, top_k, rng):
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(logits)[-(top_k or len(logits))]
    p = np.where(logits >= kept, np.exp(logits / temperature - logits.max()), 0)
    return int(rng.choice(len(p), p=p / p.sum()))


WRONG = {
    "rotary_embedding": (
        rotary_in_degrees,
        rotary_added,
        rotary_cosine_alone,
        rotary_one_position_late,
        rotary_first_half_alone,
        rotary_growing_speed,
        rotary_halves_exchanged,
        rotary_twice,
    ),
    "swiglu": (
        swiglu_squared,
        swiglu_with_a_residual,
        swiglu_down_silu,
        swiglu_tanh,
        swiglu_halved,
        swiglu_minus_for_plus,
        swiglu_hidden,
    ),
    "grouped_query_attention": (
        grouped_summed,
        grouped_groups_reversed,
        grouped_negated_scores,
        grouped_keys_as_values,
        grouped_queries_shared,
        grouped_sigmoid,
        grouped_mean,
    ),
    "attend_with_cache": (
        cached_new_alone,
        cached_output_alone,
        cached_turned_backwards,
        cached_turned_twice,
        cached_as_it_was,
        cached_values_for_keys,
        cached_halved,
    ),
    "decoder_layer": (
        decoder_layer_norm,
        decoder_post_norm,
        decoder_positions_reversed,
        decoder_heads_alternate,
        decoder_gate_plus_one,
        decoder_halved,
        decoder_inner_part,
    ),
    "swiglu_backward": (
        backward_relu_slope,
        backward_swapped_signs,
        backward_negated,
        backward_input_alone,
        backward_down_scaled,
        backward_silu_for_slope,
        backward_plus_grad,
    ),
    "adamw_step": (
        adamw_sign,
        adamw_without_division,
        adamw_plain_descent,
        adamw_growing,
        adamw_two_steps_counted,
        adamw_one_by_one,
        adamw_state_as_it_was,
        adamw_with_another_default,
    ),
    "train_decoder": (
        train_without_decay,
        train_uphill,
        train_perplexity,
        train_other_betas,
        train_losses_alone,
        train_one_letter_late,
        train_double_rate,
    ),
    "sample": (
        sample_reversed,
        sample_root_of_temperature,
        sample_twice_drawn,
        sample_word_from_one,
        sample_probabilities,
        sample_as_a_list,
        sample_worst,
        sample_shifted_before_the_temperature,
    ),
    "generate": (
        generate_one_more,
        generate_prompt_twice,
        generate_two_new,
        generate_first_cache_kept,
        generate_temperature_halved,
        generate_as_text,
        generate_prompt_repeated,
    ),
    "repair_next_token_loss": (
        repair_summed,
        repair_perplexity,
        repair_negated,
        repair_in_bits,
        repair_two_apart,
        repair_probability,
        repair_over_all_positions,
    ),
}
