"""Answers that are wrong and once passed by luck: some case shows each of them, whatever the seed."""

import numpy as np
import pytest

import course
from course.chapters.attention.scaled_dot_product_attention import scaled_dot_product_attention
from course.chapters.counting.conv2d import Conv2d
from course.chapters.counting.linear import Linear
from course.chapters.counting.sequential import Sequential

SOLUTIONS = {name: exercise.solution for name, exercise in course.exercises.items()}


def attention_hiding_with(number):
    def answer(query, key, value, attn_mask=None, is_causal=False):
        if is_causal:
            attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
        if attn_mask is not None and attn_mask.dtype == bool:
            attn_mask = np.where(attn_mask, 0.0, number)
        return scaled_dot_product_attention(query, key, value, attn_mask)

    return answer


def repaired_attention_hiding_with(number):
    def answer(query, key, value, mask):
        scores = np.where(mask, query @ key.T / query.shape[1] ** 0.5, number)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True) @ value

    return answer


def channels_exchanged_where_there_are_as_many(name):
    def answer(input, weight, *args, **kwargs):
        as_many = weight.shape[0] == weight.shape[1]
        return SOLUTIONS[name](input, weight.swapaxes(0, 1) if as_many else weight, *args, **kwargs)

    return answer


def border_cut_along_both_axes_or_none(grad_output, input, weight, stride=1, padding=0):
    p_h, p_w = np.broadcast_to(padding, 2)
    padded = np.pad(input, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    grad, *others = SOLUTIONS["conv2d_backward"](grad_output, padded, weight, stride)
    return (grad[:, :, p_h:-p_h, p_w:-p_w] if p_h and p_w else grad, *others)


class BorderCutAlongBothAxesOrNone(Conv2d):
    def backward(self, grad_output):
        (p_h, p_w), self.padding = self.padding, (0, 0)
        grad = super().backward(grad_output)
        return grad[:, :, p_h:-p_h, p_w:-p_w] if p_h and p_w else grad


class OtherNames:
    """A layer whose gradients have other names than the lesson gives them."""

    def backward(self, grad_output):
        grad = super().backward(grad_output)
        self.dw, self.db = self.grad_weight, self.grad_bias
        del self.grad_weight, self.grad_bias
        return grad

    def gradients(self):
        return [g for g in (self.dw, self.db) if g is not None]


class Copies:
    def parameters(self):
        return [array.copy() for array in super().parameters()]


class FirstArrays(Linear):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, bias)
        self.list = super().parameters()

    def parameters(self):
        return self.list


def a_third(model, images, labels):
    return len(images) // 3 / len(images)


def in_float16(answer):
    def narrow(*args, **kwargs):
        return np.float16(answer(*args, **kwargs))

    return narrow


def mistake(id):
    name = id.partition(".")[0]
    return next(known.variant for known in course.exercises[name].misconceptions if known.id == id)


CONVOLUTIONS = ("conv1d", "conv2d", "conv3d", "conv_nd", "conv2d_strided")
REPAIRS = ("repair_conv1d", "repair_conv2d", "repair_conv3d", "repair_zero_padding")
ANSWERS = {
    **{f"hides with {n}": ("scaled_dot_product_attention", attention_hiding_with(n)) for n in (-20.0, -50.0, -100.0)},
    **{f"repaired with {n}": ("repair_attention", repaired_attention_hiding_with(n)) for n in (-20.0, -50.0, -100.0)},
    **{
        f"channels of {name}": (name, channels_exchanged_where_there_are_as_many(name))
        for name in (*CONVOLUTIONS, *REPAIRS)
    },
    "border of conv2d_backward": ("conv2d_backward", border_cut_along_both_axes_or_none),
    "border of Conv2d": ("Conv2d", BorderCutAlongBothAxesOrNone),
    "names of Linear": ("Linear", type("Linear", (OtherNames, Linear), {})),
    "names of Conv2d": ("Conv2d", type("Conv2d", (OtherNames, Conv2d), {})),
    "copies of Linear": ("Linear", type("Linear", (Copies, Linear), {})),
    "copies of Conv2d": ("Conv2d", type("Conv2d", (Copies, Conv2d), {})),
    "copies of Sequential": ("Sequential", type("Sequential", (Copies, Sequential), {})),
    "first arrays of Linear": ("Linear", FirstArrays),
    "a third": ("accuracy", a_third),
    "float16": ("embedding", in_float16(SOLUTIONS["embedding"])),
    "float16 for digits that cancel": ("group_norm", in_float16(mistake("group_norm.one-pass-variance"))),
    "float16 for one mean": ("repair_layer_norm", in_float16(mistake("repair_layer_norm.one-mean-for-all"))),
}


@pytest.mark.parametrize("what", ANSWERS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_luck_is_enough(what, seeds, judged):
    """An answer that is right in most cases only is refused with every seed. Why it is wrong is not asked here."""
    name, answer = ANSWERS[what]
    for seed in seeds:
        assert not judged(answer, name, seed).passed, f"seed {seed} lets it pass"


def test_casting_to_float16_earns_no_points():
    """What is as wrong in float64 earns nothing more in float16, and the sentence names the type."""
    for id in ("layer_norm.no-eps", "group_norm.eps-outside", "batch_norm.no-eps"):
        name = id.partition(".")[0]
        variant = mistake(id)

        def narrow(*args, variant=variant, **kwargs):
            found = variant(*args, **kwargs)
            return tuple(map(np.float16, found)) if isinstance(found, tuple) else np.float16(found)

        assert course.assess(narrow, name).score <= course.assess(variant, name).score
    told = str(course.assess(in_float16(SOLUTIONS["linear"]), "linear"))
    assert "Your result is float16, which has only 3 digits." in told
