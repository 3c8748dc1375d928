"""The losses against PyTorch's, forwards and backwards."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional.cross_entropy import cross_entropy, cross_entropy_backward
from course.functional.loss import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    mse_loss,
    mse_loss_backward,
)


def _comparing():
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location("comparing", Path(__file__).with_name("comparing.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


comparing = _comparing()
agree, autograd, both_refuse, exact, tensor, values = (
    comparing.agree,
    comparing.autograd,
    comparing.both_refuse,
    comparing.exact,
    comparing.tensor,
    comparing.values,
)


REDUCTIONS = st.sampled_from(["mean", "sum", "none"])


def _tensors(options):
    return {name: tensor(exact(value)) for name, value in options.items()}


@given(data=st.data(), reduction=REDUCTIONS)
def test_mse_loss_equals_pytorch(data, reduction):
    """Loss and both gradients are PyTorch's; the mean of nothing is nan without a warning."""
    shape, dtype = data.draw(comparing.SHAPES), data.draw(comparing.DTYPES)
    input, target = data.draw(values(shape, dtype, 1.0)), data.draw(values(shape, dtype, 1.0))
    grad = data.draw(values(shape if reduction == "none" else (), dtype))
    wanted, wanted_grads = autograd(lambda x, y: F.mse_loss(x, y, reduction=reduction), [input, target], grad)
    agree(mse_loss(input, target, reduction=reduction), wanted)
    for ours, theirs in zip(mse_loss_backward(grad, input, target, reduction=reduction), wanted_grads, strict=True):
        agree(ours, theirs)


@given(data=st.data(), reduction=REDUCTIONS)
def test_binary_cross_entropy_with_logits_equals_pytorch(data, reduction):
    """Loss and both gradients are PyTorch's, with weights of any shape that broadcasts and logits of any size."""
    shape, dtype = data.draw(comparing.SHAPES), data.draw(comparing.DTYPES)
    input, target = data.draw(values(shape, dtype)), data.draw(values(shape, dtype, 1.0))
    options = {"reduction": reduction}
    for name in ("weight", "pos_weight"):
        if data.draw(st.booleans()):
            kept = shape[data.draw(st.integers(0, len(shape))) :]
            broadcast = tuple(data.draw(st.sampled_from([1, size])) for size in kept)
            # in float32 large factors that cancel out leave PyTorch's roundings and ours to be compared
            options[name] = data.draw(values(broadcast, dtype, 1.0, wild=dtype != "float32"))
    grad = data.draw(values(shape if reduction == "none" else (), dtype))
    wanted, wanted_grads = autograd(
        lambda x, y: F.binary_cross_entropy_with_logits(x, y, **_tensors(options)),
        [exact(input), exact(target)],
        exact(grad),
    )
    agree(binary_cross_entropy_with_logits(input, target, **options), wanted)
    ours = binary_cross_entropy_with_logits_backward(grad, input, target, **options)
    scale = 1.0
    if dtype == "float32":
        factors = [grad, *(options[name] for name in ("weight", "pos_weight") if name in options)]
        scale = np.prod([np.abs(factor).max(initial=1) for factor in factors])
    for found, theirs in zip(ours, wanted_grads, strict=True):
        agree(found, theirs, scale)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_binary_cross_entropy_stays_finite(dtype):
    """Logits whose exponential overflows cost what they should."""
    input, target = np.array([800, -800, 800, -800, 0, 30], dtype), np.array([1, 1, 0, 0, 1, 0], dtype)
    wanted = F.binary_cross_entropy_with_logits(tensor(input), tensor(target), reduction="none")
    agree(binary_cross_entropy_with_logits(input, target, reduction="none"), wanted)


def test_a_weighted_mean_of_nothing_is_nan_without_a_warning():
    """Forwards nan, backwards an empty gradient, for weights too."""
    empty, weight = np.zeros((0, 2)), np.zeros((1, 2))
    assert np.isnan(binary_cross_entropy_with_logits(empty, empty, weight))
    for grad in binary_cross_entropy_with_logits_backward(1.0, empty, empty, weight):
        assert grad.shape == (0, 2)


@st.composite
def _class_problems(draw):
    dtype = draw(comparing.DTYPES)
    num_classes = draw(st.integers(1, 5))
    outer = draw(st.sampled_from([None, (), (), (2,), (3, 2), (0,)]))
    batch = () if outer is None else (draw(st.integers(0, 4)), *outer)
    shape = (*batch[:1], num_classes, *batch[1:])
    input = draw(values(shape, dtype))
    options = {"reduction": draw(REDUCTIONS), "label_smoothing": draw(st.sampled_from([0.0, 0.0, 0.1, 1.0]))}
    if draw(st.booleans()):
        options["weight"] = np.abs(draw(values((num_classes,), dtype, 1.0)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.integers(0, 2)) == 0:
        target = rng.dirichlet(np.ones(num_classes), batch).astype(dtype)
        return input, np.moveaxis(target, -1, min(1, len(batch))), options, batch
    target = np.asarray(rng.integers(0, num_classes, batch))
    options["ignore_index"] = draw(st.sampled_from([-100, -1, 0, 7]))
    if draw(st.booleans()):
        target = np.where(rng.random(batch) < 0.4, options["ignore_index"], target)
    elif len(batch) < 2 and not ("weight" in options and options["label_smoothing"]) and draw(st.booleans()):
        # with both, PyTorch reaches an internal step that does not support uint8
        target = target.astype(np.uint8)
    return input, np.asarray(target), options, batch


@given(problem=_class_problems(), data=st.data())
def test_cross_entropy_equals_pytorch(problem, data):
    """Loss and gradient are PyTorch's for classes and probabilities, weights, ignored targets, smoothing, any axes."""
    input, target, options, batch = problem
    grad = data.draw(values(batch if options["reduction"] == "none" else (), str(input.dtype)))
    if target.dtype.kind == "f":
        arrays = [exact(array) for array in (input, target, options.get("weight"))]
        others = {name: option for name, option in options.items() if name != "weight"}
        wanted, wanted_grads = autograd(lambda x, y, w=None: F.cross_entropy(x, y, w, **others), arrays, exact(grad))
    else:
        wanted, wanted_grads = autograd(
            lambda x: F.cross_entropy(x, tensor(target), **_tensors(options)), [exact(input)], exact(grad)
        )
        wanted_grads += [None, None]
    agree(cross_entropy(input, target, **options), wanted)
    scale = 1.0
    if input.dtype == np.float32:  # the gradient is a difference of terms as large as these factors
        factors = [factor for factor in (grad, options.get("weight")) if factor is not None]
        scale = float(np.prod([np.abs(factor).max(initial=1) for factor in factors]))
    for ours, theirs in zip(cross_entropy_backward(grad, input, target, **options), wanted_grads, strict=True):
        agree(ours, theirs, scale)


def test_a_smoothed_mean_over_weights_of_zero_is_pytorchs():
    """Where the weights of all targets are 0, neither loss nor gradient is a number."""
    input, target, weight = np.array([[0.0, 0.0, 1.0]] * 2), np.array([0, -100]), np.array([0.0, 0.0, 1.0])
    options = {"label_smoothing": 0.1}
    wanted, (wanted_grad,) = autograd(lambda x: F.cross_entropy(x, tensor(target), tensor(weight), **options), [input])
    agree(cross_entropy(input, target, weight, **options), wanted)
    agree(cross_entropy_backward(1.0, input, target, weight, **options)[0], wanted_grad)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("kind", ["classes", "probabilities"])
def test_impossible_classes_cost_what_pytorch_says(kind, smoothing):
    """A logit of -inf next to the target does not spoil the loss of classes; everything is PyTorch's, nan included."""
    input = np.array([[-np.inf, 1.0, 2.0], [0.0, 1.0, 3.0], [1000.0, 0.0, -1000.0]])
    target = np.array([1, 2, 2]) if kind == "classes" else np.array([[0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    wanted = F.cross_entropy(tensor(input), tensor(target), reduction="none", label_smoothing=smoothing)
    agree(cross_entropy(input, target, reduction="none", label_smoothing=smoothing), wanted)


def test_plain_number_is_the_gradient_of_a_single_loss():
    """1.0 will do for the gradient of a mean, in any dtype."""
    x, y = np.array([[1.0, 2.0]], np.float32), np.array([1])
    assert cross_entropy_backward(1.0, x, y)[0].dtype == np.float32
    np.testing.assert_array_equal(
        cross_entropy_backward(1.0, x, y)[0], cross_entropy_backward(np.array(1, np.float32), x, y)[0]
    )


X, Y = np.zeros((3, 5)), np.array([0, 1, 4])
CROSS_ENTROPY_REFUSALS = [
    ((X, np.array([0, 1, 5])), {}, "target holds classes from 0 to 5; 0 to 4"),
    ((X, np.array([0, 1, -1])), {}, "target holds classes from -1 to 1"),
    ((X, Y.astype(np.int32)), {}, "target has dtype int32; int64 or uint8"),
    ((X, Y.astype(bool)), {}, "target has dtype bool"),
    ((np.zeros((3, 5, 2)), np.zeros((3, 2), np.uint8)), {}, "target has dtype uint8; int64 is expected"),
    ((X, Y.astype(np.float64)), {}, r"target has shape \(3,\); \(3, 5\)"),
    ((X, Y[:2]), {}, r"target has shape \(2,\); \(3,\)"),
    ((np.zeros((3, 5, 2)), Y), {}, r"target has shape \(3,\); \(3, 2\)"),
    ((np.zeros((3, 5, 2)), np.zeros((3, 3), int)), {}, r"target has shape \(3, 3\)"),
    ((np.array(1.0), np.array(0)), {}, r"input has shape \(\)"),
    ((np.zeros((3, 5), int), Y), {}, "input has dtype int64"),
    ((X, Y, np.ones(4)), {}, r"weight has shape \(4,\); \(5,\)"),
    ((X, Y, np.ones(5, np.float32)), {}, "weight has dtype float32"),
    ((X, X), {"ignore_index": 2}, "ignore_index is 2"),
    ((X, X), {"ignore_index": 1.0}, "ignore_index is 1.0"),
    ((X, X), {"ignore_index": None}, "ignore_index is None"),
    ((X, Y), {"label_smoothing": 1.5}, "label_smoothing is 1.5"),
    ((X, Y), {"reduction": "average"}, "reduction is 'average'"),
]


@pytest.mark.parametrize(("arguments", "options", "says"), CROSS_ENTROPY_REFUSALS)
def test_cross_entropy_refuses_what_pytorch_refuses(arguments, options, says):
    """Both refuse, forwards; ours backwards as well, and says which argument it is."""
    both_refuse(
        lambda: cross_entropy(*arguments, **options),
        lambda: F.cross_entropy(*map(tensor, arguments), **options),
        says=says,
    )
    with pytest.raises((ValueError, TypeError, IndexError), match=says):
        cross_entropy_backward(1.0, *arguments, **options)


def test_other_losses_refuse_what_pytorch_refuses():
    """Shapes that can't meet, weights that would stretch the loss, integers, unknown reductions."""
    ours, theirs = binary_cross_entropy_with_logits, F.binary_cross_entropy_with_logits
    x = np.zeros((3, 4))
    both_refuse(lambda: ours(x, np.zeros(4)), lambda: theirs(tensor(x), tensor(np.zeros(4))), says="target has shape")
    for name in ("weight", "pos_weight"):
        for shape in ((2, 3, 4), (3,)):
            bad = {name: np.ones(shape)}
            both_refuse(
                lambda bad=bad: ours(x, x, **bad),
                lambda bad=bad: theirs(tensor(x), tensor(x), **_tensors(bad)),
                says=f"{name} has shape",
            )
    for function, torchs in ((ours, theirs), (mse_loss, F.mse_loss)):
        both_refuse(
            lambda f=function: f(x, x, reduction="x"),
            lambda f=torchs: f(tensor(x), tensor(x), reduction="x"),
            says="reduction is 'x'",
        )
    both_refuse(
        lambda: ours(x, x.astype(int)), lambda: theirs(tensor(x), tensor(x.astype(int))), says="target has dtype int64"
    )
    with pytest.raises(ValueError, match=r"target has shape \(4,\); \(3, 4\) is expected"):
        mse_loss(x, np.zeros(4))
    with pytest.raises(ValueError, match=r"grad_output has shape \(3, 4\); \(\) is expected"):
        mse_loss_backward(x, x, x)
    with pytest.raises(TypeError, match="grad_output has dtype float32"):
        mse_loss_backward(np.array(1, np.float32), x, x)


@pytest.mark.parametrize("function", [mse_loss, binary_cross_entropy_with_logits, cross_entropy])
def test_places_of_old_arguments_are_not_filled(function):
    """Where PyTorch has size_average, nothing is taken by place, so that no call means something else there."""
    with pytest.raises(TypeError, match="positional"):
        function(X, X, None, None)
