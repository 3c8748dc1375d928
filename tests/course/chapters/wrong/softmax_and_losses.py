"""Wrong answers without a name: mistakes too rare, too odd or too lazy to be a misconception. None may pass."""

import numpy as np


def _log_p(x, axis=1):
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)


def softmax_clipped(input, dim):
    e = np.exp(np.clip(input, -700, 700))
    return e / e.sum(axis=dim, keepdims=True)


def softmax_epsilon_below(input, dim):
    e = np.exp(input - input.max(axis=dim, keepdims=True))
    return e / (e.sum(axis=dim, keepdims=True) + 0.01)


def softmax_nan_to_num(input, dim):
    e = np.exp(input)
    return np.nan_to_num(e / e.sum(axis=dim, keepdims=True))


def softmax_sigmoid(input, dim):
    return 1 / (1 + np.exp(-input))


def softmax_powers_of_two(input, dim):
    e = np.exp2(input - input.max(axis=dim, keepdims=True))
    return e / e.sum(axis=dim, keepdims=True)


def softmax_hard(input, dim):
    return (input == input.max(axis=dim, keepdims=True)).astype(float)


def softmax_rounded(input, dim):
    e = np.exp(input - input.max(axis=dim, keepdims=True))
    return np.round(e / e.sum(axis=dim, keepdims=True), 3)


def softmax_absolute_maximum(input, dim):
    e = np.exp(input - np.abs(input).max(axis=dim, keepdims=True))
    return e / e.sum(axis=dim, keepdims=True)


def softmax_two_axes_only(input, dim):
    e = np.exp(input - input.max(axis=dim, keepdims=True))
    return e / e.sum(axis=1 if dim in (1, -1) else 0, keepdims=True)


def log_softmax_base_two(input, dim):
    return _log_p(input, dim) / np.log(2)


def log_softmax_clipped(input, dim):
    return np.maximum(_log_p(input, dim), -100)


def log_softmax_log1p(input, dim):
    s = input - input.max(axis=dim, keepdims=True)
    return s - np.log1p(np.exp(s).sum(axis=dim, keepdims=True))


def log_softmax_mean_for_sum(input, dim):
    s = input - input.max(axis=dim, keepdims=True)
    return s - np.log(np.exp(s).mean(axis=dim, keepdims=True))


def log_softmax_small_epsilon(input, dim):
    return np.log(np.exp(_log_p(input, dim)) + 1e-30)


def log_softmax_replaced(input, dim):
    return np.nan_to_num(np.log(np.exp(_log_p(input, dim))))


def log_softmax_no_keepdims(input, dim):
    s = input - input.max(axis=dim)
    return s - np.log(np.exp(s).sum(axis=dim))


def mse_as_array(input, target):
    return np.array([((input - target) ** 2).mean()])


def mse_unreduced(input, target):
    return (input - target) ** 2


def mse_unbiased(input, target):
    return ((input - target) ** 2).sum() / (input.size - 0.5)


def mse_variance(input, target):
    return (input - target).var()


def mse_added(input, target):
    return ((input + target) ** 2).mean()


def mse_fourth(input, target):
    return ((input - target) ** 4).mean()


def mse_rounded(input, target):
    return round(float(((input - target) ** 2).mean()), 2)


def mse_by_last_sample(input, target):
    return ((input[-1] - target[-1]) ** 2).mean()


def _losses(x, y):
    return np.logaddexp(0, x) - x * y


def bce_unreduced(input, target):
    return _losses(input, target)


def bce_per_label(input, target):
    return _losses(input, target).mean(axis=0)


def bce_hard_targets(input, target):
    return _losses(input, np.round(target)).mean()


def bce_clamped_at_100(input, target):
    return np.minimum(_losses(input, target), 100).mean()


def bce_another_epsilon(input, target):
    p = 1 / (1 + np.exp(-np.clip(input, -700, 700)))
    return -np.mean(target * np.log(p + 1e-15) + (1 - target) * np.log(1 - p + 1e-15))


def bce_no_only(input, target):
    return np.mean((1 - target) * np.logaddexp(0, input))


def bce_clipped_scores(input, target):
    return _losses(np.clip(input, -30, 30), target).mean()


def bce_hinge(input, target):
    return np.maximum(0, 1 - (2 * target - 1) * input).mean()


def bce_squared_probability(input, target):
    p = np.exp(-np.logaddexp(0, -input))
    return ((p - target) ** 2).mean()


def bce_base_two(input, target):
    return _losses(input, target).mean() / np.log(2)


def cross_entropy_unreduced(input, target):
    return -_log_p(input)[np.arange(len(target)), target]


def cross_entropy_one_axis_index(input, target):
    return -_log_p(input)[target].mean()


def cross_entropy_against_one_hot(input, target):
    y = np.eye(input.shape[1])[target]
    return -np.mean(y * _log_p(input) + (1 - y) * np.log1p(-np.exp(_log_p(input))))


def cross_entropy_classes_from_one(input, target):
    return -_log_p(input)[np.arange(len(target)), target - 1].mean()


def cross_entropy_largest(input, target):
    return -_log_p(input).max(axis=1).mean()


def cross_entropy_clipped(input, target):
    return np.minimum(-_log_p(input)[np.arange(len(target)), target], 100).mean()


def cross_entropy_base_two(input, target):
    return -_log_p(input)[np.arange(len(target)), target].mean() / np.log(2)


def cross_entropy_log_of_the_mean(input, target):
    return -np.log(np.exp(_log_p(input))[np.arange(len(target)), target].mean())


def cross_entropy_one_minus(input, target):
    return 1 - np.exp(_log_p(input))[np.arange(len(target)), target].mean()


def cross_entropy_another_epsilon(input, target):
    return -np.log(np.exp(_log_p(input))[np.arange(len(target)), target] + 1e-15).mean()


def cross_entropy_hard_three(input, target):
    return -_log_p(input[:, :3])[np.arange(len(target)), np.minimum(target, 2)].mean()


def back_transposed(g, y, dim):
    return (y * (g - (g * y).sum(axis=dim, keepdims=True))).T


def back_no_keepdims(g, y, dim):
    return y * (g - (g * y).sum(axis=dim))


def back_squared(g, y, dim):
    return y * (g - (g * y * y).sum(axis=dim, keepdims=True))


def back_grad_changed(g, y, dim):
    g -= (g * y).sum(axis=dim, keepdims=True)
    g *= y
    return g


def back_diagonal_added(g, y, dim):
    return g * y * (1 - y) - y * (g * y).sum(axis=dim, keepdims=True)


def back_tanh(g, y, dim):
    return g * (1 - y * y)


def back_added(g, y, dim):
    return y * (g + (g * y).sum(axis=dim, keepdims=True))


def back_first_axis(g, y, dim):
    return y * (g - (g * y).sum(axis=0, keepdims=True))


def back_passed_through(g, y, dim):
    return g


def _p(x):
    return np.exp(_log_p(x))


def loss_back_doubled(x, t):
    return 2 * (_p(x) - np.eye(x.shape[1])[t]) / len(t)


def loss_back_summed_over_rows(x, t):
    return (_p(x) - np.eye(x.shape[1])[t]).mean(axis=0)


def loss_back_by_root(x, t):
    return (_p(x) - np.eye(x.shape[1])[t]) / np.sqrt(len(t))


def loss_back_added(x, t):
    return (_p(x) + np.eye(x.shape[1])[t]) / len(t)


def loss_back_classes_from_one(x, t):
    return (_p(x) - np.eye(x.shape[1])[t - 1]) / len(t)


def loss_back_sigmoid(x, t):
    return (1 / (1 + np.exp(-x)) - np.eye(x.shape[1])[t]) / len(t)


def loss_back_classes_counted_by_samples(x, t):
    return (np.exp(_log_p(x)) - np.eye(len(t))[t]) / len(t)


def loss_back_softmax_twice(x, t):
    return (_p(_p(x)) - np.eye(x.shape[1])[t]) / len(t)


def loss_back_of_squares(x, t):
    p = _p(x)
    g = 2 * (p - np.eye(x.shape[1])[t]) / len(t)
    return p * (g - (g * p).sum(axis=1, keepdims=True))


def loss_back_the_loss_itself(x, t):
    return -_log_p(x)[np.arange(len(t)), t].mean()


def repair_smallest(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores.min(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def repair_clipped(input, temperature):
    powers = np.exp(np.clip(input / temperature, -500, 500))
    return powers / powers.sum(axis=1, keepdims=True)


def repair_uniform_for_nan(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores.max())
    sums = powers.sum(axis=1, keepdims=True)
    return np.where(sums > 0, powers / np.where(sums > 0, sums, 1), 1 / input.shape[1])


def repair_temperature_ignored(input, temperature):
    powers = np.exp(input - input.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def repair_epsilon(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores.max()) + 1e-12
    return powers / powers.sum(axis=1, keepdims=True)


def repair_hard(input, temperature):
    return np.eye(input.shape[1])[input.argmax(axis=1)]


def repair_over_columns(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores.max(axis=0))
    return powers / powers.sum(axis=0)


def repair_temperature_after(input, temperature):
    powers = np.exp(input - input.max(axis=1, keepdims=True)) / temperature
    return powers / powers.sum(axis=1, keepdims=True)


def log_softmax_dim_without_sign(input, dim):
    return _log_p(input, abs(dim))


def back_dim_without_sign(g, y, dim):
    return y * (g - (g * y).sum(axis=abs(dim), keepdims=True))


def repair_first_score(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores[:, :1])
    return powers / powers.sum(axis=1, keepdims=True)


def repair_first_row(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores[0].max())
    return powers / powers.sum(axis=1, keepdims=True)


def repair_smallest_of_all(input, temperature):
    scores = input / temperature
    powers = np.exp(scores - scores.min())
    return powers / powers.sum(axis=1, keepdims=True)


TASKS = (
    "regression",
    "yes or no",
    "one of several classes",
    "several labels at once",
    "yes or no, for BCEWithLogitsLoss",
    "one of several classes, for CrossEntropyLoss",
)


def _scores(x, w1, b1, w2, b2):
    return np.maximum(x @ w1.T + b1, 0) @ w2.T + b2


def _softmax(x, axis=1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def predict_choice(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    return scores if task == "regression" else (scores > 0).astype(float)


def predict_one_hot(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    if task == "one of several classes":
        return (scores == scores.max(axis=1, keepdims=True)).astype(float)
    return scores if task == "regression" else _sigmoid(scores)


def predict_logarithms(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    if task == "one of several classes":
        return scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return scores if task == "regression" else -np.logaddexp(0, -scores)


def predict_tanh(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    if task == "one of several classes":
        return _softmax(scores)
    return scores if task == "regression" else np.tanh(scores)


def predict_sigmoid_shared(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    if task == "regression":
        return scores
    p = _sigmoid(scores)
    return p / p.sum(axis=1, keepdims=True) if task == "one of several classes" else p


def predict_softmax_of_sigmoid(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    if task == "regression":
        return scores
    return _softmax(_sigmoid(scores)) if task == "one of several classes" else _sigmoid(scores)


def predict_absolute_regression(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    if task == "regression":
        return np.abs(scores)
    return _softmax(scores) if task == "one of several classes" else _sigmoid(scores)


def predict_bias_after(x, w1, b1, w2, b2, task):
    scores = (np.maximum(x @ w1.T, 0) + b1) @ w2.T
    if task == "regression":
        return scores + b2
    return _softmax(scores) if task == "one of several classes" else _sigmoid(scores)


def predict_keyword_error(x, w1, b1, w2, b2, task):
    scores = _scores(x, w1, b1, w2, b2)
    if task == "classes":
        return _softmax(scores)
    return scores if task == "regression" else 1 - _sigmoid(scores)


def predict_one_maximum_for_all(input, weight1, bias1, weight2, bias2, task):
    scores = np.maximum(input @ weight1.T + bias1, 0) @ weight2.T + bias2
    if task == "regression":
        return scores
    if task == "one of several classes":
        powers = np.exp(scores - scores.max())
        return powers / powers.sum(axis=1, keepdims=True)
    return np.exp(-np.logaddexp(0, -scores))


def cross_entropy_backward_by_the_minimum(input, target):
    powers = np.exp(input - input.min(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(input.shape[1])[target]) / len(target)


WRONG = {
    "softmax": (
        softmax_clipped,
        softmax_epsilon_below,
        softmax_nan_to_num,
        softmax_sigmoid,
        softmax_powers_of_two,
        softmax_hard,
        softmax_rounded,
        softmax_absolute_maximum,
        softmax_two_axes_only,
    ),
    "log_softmax": (
        log_softmax_dim_without_sign,
        log_softmax_base_two,
        log_softmax_clipped,
        log_softmax_log1p,
        log_softmax_mean_for_sum,
        log_softmax_small_epsilon,
        log_softmax_replaced,
        log_softmax_no_keepdims,
    ),
    "mse_loss": (
        mse_as_array,
        mse_unreduced,
        mse_unbiased,
        mse_variance,
        mse_added,
        mse_fourth,
        mse_rounded,
        mse_by_last_sample,
    ),
    "binary_cross_entropy_with_logits": (
        bce_unreduced,
        bce_per_label,
        bce_hard_targets,
        bce_clamped_at_100,
        bce_another_epsilon,
        bce_no_only,
        bce_clipped_scores,
        bce_hinge,
        bce_squared_probability,
        bce_base_two,
    ),
    "cross_entropy": (
        cross_entropy_unreduced,
        cross_entropy_one_axis_index,
        cross_entropy_against_one_hot,
        cross_entropy_classes_from_one,
        cross_entropy_largest,
        cross_entropy_clipped,
        cross_entropy_base_two,
        cross_entropy_log_of_the_mean,
        cross_entropy_one_minus,
        cross_entropy_another_epsilon,
        cross_entropy_hard_three,
    ),
    "last_layer_for": (
        dict.fromkeys(TASKS, "Softmax"),
        dict.fromkeys(TASKS, "ReLU"),
        dict.fromkeys(TASKS, 1),
        dict.fromkeys(TASKS),
        {task: ["Linear"] for task in TASKS},
        dict(zip(range(6), TASKS, strict=True)),
        list(TASKS),
        "Linear",
        {},
        {"regression": "Linear"},
        None,
    ),
    "predict": (
        predict_choice,
        predict_one_hot,
        predict_logarithms,
        predict_tanh,
        predict_sigmoid_shared,
        predict_softmax_of_sigmoid,
        predict_absolute_regression,
        predict_bias_after,
        predict_keyword_error,
        predict_one_maximum_for_all,
    ),
    "softmax_backward": (
        back_dim_without_sign,
        back_transposed,
        back_no_keepdims,
        back_squared,
        back_grad_changed,
        back_diagonal_added,
        back_tanh,
        back_added,
        back_first_axis,
        back_passed_through,
    ),
    "cross_entropy_backward": (
        loss_back_doubled,
        loss_back_summed_over_rows,
        loss_back_by_root,
        loss_back_added,
        loss_back_classes_from_one,
        loss_back_sigmoid,
        loss_back_classes_counted_by_samples,
        loss_back_softmax_twice,
        loss_back_of_squares,
        loss_back_the_loss_itself,
        cross_entropy_backward_by_the_minimum,
    ),
    "repair_softmax": (
        repair_first_score,
        repair_first_row,
        repair_smallest_of_all,
        repair_smallest,
        repair_clipped,
        repair_uniform_for_nan,
        repair_temperature_ignored,
        repair_epsilon,
        repair_hard,
        repair_over_columns,
        repair_temperature_after,
    ),
}
