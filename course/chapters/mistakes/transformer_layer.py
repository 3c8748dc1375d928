"""Wrong versions of chapter 14's encoder layer. Each stands on NumPy alone: its source can be handed in."""

# ruff: noqa: D103, E741 - the misconception that holds it says what it is; l is the lesson's symbol

import numpy as np


def always_post_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def always_pre_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    x = x + attend(norm(x, "norm1"))
    return x + forward(norm(x, "norm2"))


def no_shortcut(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        return forward(norm(attend(norm(x, "norm1")), "norm2"))
    return norm(forward(norm(attend(x), "norm1")), "norm2")


def shortcut_from_input(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        return x + forward(norm(x + attend(norm(x, "norm1")), "norm2"))
    return norm(x + forward(norm(x + attend(x), "norm1")), "norm2")


def shortcut_after_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = norm(x, "norm1")
        x = norm(x + attend(x), "norm2")
        return x + forward(x)
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def norms_exchanged(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm2"))
        return x + forward(norm(x, "norm1"))
    x = norm(x + attend(x), "norm2")
    return norm(x + forward(x), "norm1")


def one_norm(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm1"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm1")


def no_scale(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def scaled_by_model(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / d**0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def heads_not_transposed(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, num_heads, l, -1) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def merged_not_transposed(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def no_out_projection(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        return (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def query_key_exchanged(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        k, q, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def no_relu(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = x @ params["linear1.weight"].T + params["linear1.bias"]
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def unbiased_variance(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt(x.var(-1, keepdims=True, ddof=1) + 1e-5) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")


def no_eps(x, params, num_heads, norm_first=False):
    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / x.std(-1, keepdims=True) * params[name + ".weight"] + params[name + ".bias"]

    def attend(x):
        n, l, d = x.shape
        both = x @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = (part.reshape(n, l, num_heads, -1).swapaxes(1, 2) for part in np.split(both, 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, l, d)
        return mixed @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def forward(x):
        x = np.maximum(x @ params["linear1.weight"].T + params["linear1.bias"], 0)
        return x @ params["linear2.weight"].T + params["linear2.bias"]

    if norm_first:
        x = x + attend(norm(x, "norm1"))
        return x + forward(norm(x, "norm2"))
    x = norm(x + attend(x), "norm1")
    return norm(x + forward(x), "norm2")
