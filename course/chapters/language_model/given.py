"""What the lesson hands out: layers of earlier chapters, and the network around a decoder layer.

The lesson's setup cells have the same functions; a test compares them. There they call what a student wrote.
"""

from __future__ import annotations

import numpy as np

from course.chapters.language_model.attend_with_cache import attend_with_cache
from course.chapters.language_model.decoder_layer import decoder_layer
from course.chapters.language_model.earlier import merge_heads, rms_norm, split_heads
from course.chapters.language_model.rotary_embedding import rotary_embedding
from course.chapters.language_model.swiglu import swiglu
from course.chapters.language_model.swiglu_backward import swiglu_backward


def cross_entropy_loss(logits, labels):
    """Give the mean loss of (n, classes) logits, and its gradient."""
    rows, n = np.arange(len(labels)), len(labels)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad_logits = np.exp(log_p)
    grad_logits[rows, labels] -= 1
    return -log_p[rows, labels].mean(), grad_logits / n


def rms_norm_backward(grad_output, x, weight):
    """Give the gradients for x and weight."""
    root = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)
    normed, grad = x / root, grad_output * weight
    grad_x = (grad - normed * np.mean(grad * normed, axis=-1, keepdims=True)) / root
    return grad_x, (grad_output * normed).sum(axis=tuple(range(x.ndim - 1)))


def product_backward(grad_output, x, weight):
    """Give the gradients of x @ weight.T for x and weight."""
    grads, rows = grad_output.reshape(-1, len(weight)), x.reshape(-1, weight.shape[1])
    return grad_output @ weight, grads.T @ rows


def decoder_layer_backward(grad_output, x, params, num_heads, num_kv_heads):
    """Give grad_x, and a dict with the gradients of params. The layer's intermediate results are computed again."""
    # forward again: A = X + attention(...) is `middle`, and what was multiplied by a weight is kept
    positions, group, size = np.arange(x.shape[1]), num_heads // num_kv_heads, len(params["w_q"]) // num_heads
    first = rms_norm(x, params["norm1"])
    heads = {name: split_heads(first @ params[name].T, len(params[name]) // size) for name in ("w_q", "w_k", "w_v")}
    query, key = (rotary_embedding(heads[name], positions) for name in ("w_q", "w_k"))
    key, value = key.repeat(group, axis=1), heads["w_v"].repeat(group, axis=1)
    allowed = np.tri(len(positions), dtype=bool)
    scores = np.where(allowed, query @ key.swapaxes(-2, -1) / np.sqrt(size), -np.inf)
    exp = np.exp(scores - scores.max(axis=-1, keepdims=True))
    attention = exp / exp.sum(axis=-1, keepdims=True)
    mixed = merge_heads(attention @ value)
    middle = x + mixed @ params["w_o"].T
    second = rms_norm(middle, params["norm2"])

    # Y = A + SwiGLU(RMSNorm_2(A)): A is used twice, so two gradients are added
    grads = dict.fromkeys(params)
    weights = params["w_gate"], params["w_up"], params["w_down"]
    grad, grads["w_gate"], grads["w_up"], grads["w_down"] = swiglu_backward(grad_output, second, *weights)
    grad, grads["norm2"] = rms_norm_backward(grad, middle, params["norm2"])
    grad_middle = grad_output + grad

    # the attention: back through W_o, the product with the values, the softmax, and the scores
    grad, grads["w_o"] = product_backward(grad_middle, mixed, params["w_o"])
    grad = split_heads(grad, num_heads)
    grad_attention = grad @ value.swapaxes(-2, -1)
    grad_scores = (
        attention * (grad_attention - (grad_attention * attention).sum(axis=-1, keepdims=True)) / np.sqrt(size)
    )
    # queries and keys are turned back; heads that shared keys and values are added up
    grad_heads = {
        "w_q": rotary_embedding(grad_scores @ key, -positions),
        "w_k": rotary_embedding(shared(grad_scores.swapaxes(-2, -1) @ query, group), -positions),
        "w_v": shared(attention.swapaxes(-2, -1) @ grad, group),
    }
    # the normalized X was multiplied by three weights, so three gradients are added
    grad_first = 0
    for name, grad in grad_heads.items():
        grad, grads[name] = product_backward(merge_heads(grad), first, params[name])
        grad_first = grad_first + grad
    # A = X + ...: X is used twice as well
    grad, grads["norm1"] = rms_norm_backward(grad_first, x, params["norm1"])
    return grad_middle + grad, grads


def shared(grad, group):
    """Add up the gradients of the heads that share keys and values."""
    n, heads, length, size = grad.shape
    return grad.reshape(n, heads // group, group, length, size).sum(axis=2)


def layers_of(params):
    """Give a dict for each layer: "0.w_q" is w_q of layer 0."""
    layers = {}
    for name, array in params.items():
        number, dot, rest = name.partition(".")
        if dot:
            layers.setdefault(number, {})[rest] = array
    return list(layers.values())


def decoder_logits(params, tokens, num_heads, num_kv_heads):
    """Give the logits of the next token at each position: tokens (n, l), logits (n, l, words)."""
    x = params["embedding"][tokens]
    for layer in layers_of(params):
        x = decoder_layer(x, layer, num_heads, num_kv_heads)
    return rms_norm(x, params["norm"]) @ params["embedding"].T


def decoder_backward(grad_logits, params, tokens, num_heads, num_kv_heads):
    """Give the gradients of all parameters, in a dict with the names and the order of params."""
    # forward again, to keep the input of each layer
    inputs, layers, grads = [params["embedding"][tokens]], layers_of(params), dict.fromkeys(params)
    for layer in layers:
        inputs.append(decoder_layer(inputs[-1], layer, num_heads, num_kv_heads))
    last = inputs.pop()
    # backward: the scores, the last norm, the layers from the last to the first, the embedding
    grad, grads["embedding"] = product_backward(grad_logits, rms_norm(last, params["norm"]), params["embedding"])
    grad, grads["norm"] = rms_norm_backward(grad, last, params["norm"])
    for number in reversed(range(len(layers))):
        grad, inside = decoder_layer_backward(grad, inputs[number], layers[number], num_heads, num_kv_heads)
        grads.update({f"{number}.{name}": array for name, array in inside.items()})
    np.add.at(grads["embedding"], tokens, grad)  # the embedding is used twice: at the start and at the end
    return grads


def decoder_step(params, tokens, cache, num_heads, num_kv_heads):
    """Read new words (m,), with the keys and values of earlier words in cache; give their logits and the new cache.

    The cache has a pair of arrays for each layer. At the start of a text it is None.
    """
    x, kept = params["embedding"][tokens][np.newaxis], []  # a batch of one text
    for number, layer in enumerate(layers_of(params)):
        normed = rms_norm(x, layer["norm1"])
        query = split_heads(normed @ layer["w_q"].T, num_heads)
        key, value = (split_heads(normed @ layer[name].T, num_kv_heads) for name in ("w_k", "w_v"))
        before = cache[number] if cache else (key[:, :, :0], value[:, :, :0])  # at first, no words
        mixed, *now = attend_with_cache(query, key, value, *before)
        kept.append(now)
        x = x + merge_heads(mixed) @ layer["w_o"].T
        x = x + swiglu(rms_norm(x, layer["norm2"]), layer["w_gate"], layer["w_up"], layer["w_down"])
    return (rms_norm(x, params["norm"]) @ params["embedding"].T)[0], kept
