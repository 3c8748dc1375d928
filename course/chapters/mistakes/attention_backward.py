"""Wrong versions of chapter 13: the gradients of attention, and a layer to repair."""

# ruff: noqa: D103 - the misconception that holds it says what it is

import numpy as np


def backward_no_scale(grad_output, query, key, value):
    scores = query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - (grad_weights * weights).sum(axis=-1, keepdims=True))
    return grad_scores @ key, grad_scores.swapaxes(-2, -1) @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_scale_for_query_only(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - (grad_weights * weights).sum(axis=-1, keepdims=True))
    return grad_scores @ key / root, grad_scores.swapaxes(-2, -1) @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_no_sum(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_scores = weights * (grad_output @ value.swapaxes(-2, -1)) / root
    return grad_scores @ key, grad_scores.swapaxes(-2, -1) @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_no_softmax(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_scores = grad_output @ value.swapaxes(-2, -1) / root
    return grad_scores @ key, grad_scores.swapaxes(-2, -1) @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_each_weight_alone(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_scores = weights * (1 - weights) * (grad_output @ value.swapaxes(-2, -1)) / root
    return grad_scores @ key, grad_scores.swapaxes(-2, -1) @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_sum_over_queries(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - (grad_weights * weights).sum(axis=-2, keepdims=True)) / root
    return grad_scores @ key, grad_scores.swapaxes(-2, -1) @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_plain_mean(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - grad_weights.mean(axis=-1, keepdims=True)) / root
    return grad_scores @ key, grad_scores.swapaxes(-2, -1) @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_value_not_turned(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - (grad_weights * weights).sum(axis=-1, keepdims=True)) / root
    return grad_scores @ key, grad_scores.swapaxes(-2, -1) @ query, weights @ grad_output


def backward_key_not_turned(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - (grad_weights * weights).sum(axis=-1, keepdims=True)) / root
    return grad_scores @ key, grad_scores @ query, weights.swapaxes(-2, -1) @ grad_output


def backward_exchanged(grad_output, query, key, value):
    root = np.sqrt(query.shape[-1])
    scores = query @ key.swapaxes(-2, -1) / root
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ value.swapaxes(-2, -1)
    grad_scores = weights * (grad_weights - (grad_weights * weights).sum(axis=-1, keepdims=True)) / root
    return grad_scores.swapaxes(-2, -1) @ query, grad_scores @ key, weights.swapaxes(-2, -1) @ grad_output


def repair_as_given(query, key, value, mask):
    """Give output (l_q, d_v). mask (l_q, l_k) is True where a query may look at a key."""
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        fit = fit * mask[i]
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() @ value
    return output


def repair_shares_not_renewed(query, key, value, mask):
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() * mask[i] @ value
    return output


def repair_mask_added(query, key, value, mask):
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5 + mask[i]
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() @ value
    return output


def repair_mask_reversed(query, key, value, mask):
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        share = np.exp(np.where(mask[i], -np.inf, fit - fit.max()))
        output[i] = share / share.sum() @ value
    return output


def repair_mask_left_out(query, key, value, mask):
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() @ value
    return output


def repair_minus_one(query, key, value, mask):
    output = np.zeros((len(query), value.shape[1]))
    for i in range(len(query)):
        fit = key @ query[i] / query.shape[1] ** 0.5
        fit = np.where(mask[i], fit, -1.0)
        share = np.exp(fit - fit.max())
        output[i] = share / share.sum() @ value
    return output
