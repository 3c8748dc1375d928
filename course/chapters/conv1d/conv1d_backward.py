"""`conv1d_backward`: ..."""

from __future__ import annotations

import numpy as np

from course import functional
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Mistake, TorchGradient


def conv1d_backward(grad_output, input, weight):
    """Give the gradients of a convolution along one axis, with bias.

    grad_output  (n, c_o, w_o)  gradient of the loss with respect to the output
    input        (n, c_i, w_i)  as in the forward pass
    weight       (c_o, c_i, k)
    returns grad_input (n, c_i, w_i), grad_weight (c_o, c_i, k), grad_bias (c_o,)

    >>> conv1d_backward(np.array([[[1.0, 1.0]]]), np.array([[[1.0, 2.0, 4.0]]]), np.array([[[10.0, 20.0]]]))
    (array([[[10., 30., 20.]]]), array([[[3., 6.]]]), array([2.]))
    """
    w_o = grad_output.shape[2]
    grad_input = np.zeros_like(input)
    grad_weight = np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    grad_bias = grad_output.sum(axis=(0, 2))
    return grad_input, grad_weight, grad_bias


def _gradient(rng: np.random.Generator, n: int, c_i: int, c_o: int, w: int, k: int) -> dict[str, np.ndarray]:
    return {
        "grad_output": normal(rng, n, c_o, w - k + 1),
        "input": normal(rng, n, c_i, w),
        "weight": normal(rng, c_o, c_i, k),
    }


def _last_window_only(grad_output, input, weight):
    k = weight.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for x in range(grad_output.shape[2]):
        grad_weight += np.einsum("no,ncv->ocv", grad_output[:, :, x], input[:, :, x : x + k])
        grad_input[:, :, x : x + k] = np.einsum("no,ocv->ncv", grad_output[:, :, x], weight)
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def _windows_inside_only(grad_output, input, weight):
    w_o, k = grad_output.shape[2], weight.shape[2]
    grad_input, grad_weight = np.zeros_like(input[:, :, : max(w_o - k + 1, 0)]), np.zeros_like(weight)
    for v in range(k):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        meets = grad_output[:, :, k - 1 - v : w_o - v]
        grad_input += np.einsum("nox,oc->ncx", meets, weight[:, :, v])
    return grad_input, grad_weight, grad_output.sum(axis=(0, 2))


def _mean_over_batch(grad_output, input, weight):
    w_o = grad_output.shape[2]
    grad_input, grad_weight = np.zeros_like(input), np.zeros_like(weight)
    for v in range(weight.shape[2]):
        grad_weight[:, :, v] = np.einsum("nox,ncx->oc", grad_output, input[:, :, v : v + w_o])
        grad_input[:, :, v : v + w_o] += np.einsum("nox,oc->ncx", grad_output, weight[:, :, v])
    return grad_input, grad_weight / len(input), grad_output.sum(axis=2).mean(axis=0)


EXERCISE = Exercise(
    name="conv1d_backward",
    points=5,
    solution=conv1d_backward,
    reference=functional.conv1d_backward,
    oracle=TorchGradient(
        "torch.nn.functional.conv1d",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight: ((input, weight, np.zeros(len(weight))), {}),
    ),
    returns=(
        "grad_input",
        "grad_weight",
        "grad_bias",
    ),
    cases=(
        Case("one channel", lambda rng: _gradient(rng, n=1, c_i=1, c_o=1, w=6, k=3)),
        Case("several channels", lambda rng: _gradient(rng, n=1, c_i=2, c_o=3, w=7, k=2)),
        Case("a batch", lambda rng: _gradient(rng, n=3, c_i=2, c_o=4, w=9, k=4)),
        Case("as many outputs as inputs", lambda rng: _gradient(rng, n=2, c_i=3, c_o=3, w=6, k=3)),
        Case("shapes that are all the same", lambda rng: _gradient(rng, n=3, c_i=3, c_o=3, w=5, k=3)),
        Case("a kernel as long as the signal", lambda rng: _gradient(rng, n=2, c_i=2, c_o=3, w=4, k=4), weight=0.5),
        Case("a kernel of one", lambda rng: _gradient(rng, n=2, c_i=3, c_o=2, w=5, k=1), weight=0.5),
    ),
    mistakes=(
        Mistake(
            "last-window-only",
            body=_last_window_only,
            gives="when each window overwrites in grad_input what the windows before it had left there.",
            advice="Neighbouring windows overlap, and each adds its share. Look for an `=` that should be a `+=`.",
        ),
        Mistake(
            # UNVERIFIED
            "last-tap-only",
            edit=("] += np", "] = np"),
            gives="when each element of the kernel overwrites in grad_input what those before it had left there.",
            advice=(
                "An element of the signal lies in up to k windows, and each adds its share. Look for an `=` for a `+=`."
            ),
        ),
        Mistake(
            # UNVERIFIED
            "kernel-not-flipped",
            edit=(", :, v])", ", :, -1 - v])"),
            gives="when grad_input uses the kernel the wrong way round.",
            advice=(
                "Element v of the kernel met input x + v on the way forward. Its share must go back to the same place."
            ),
        ),
        Mistake(
            # UNVERIFIED
            "weight-flipped",
            edit=(", :, v] =", ", :, -1 - v] ="),
            gives="when grad_weight comes out back to front.",
            advice="Weight v met the slice of input that starts at v.",
        ),
        Mistake(
            "windows-inside-only",
            body=_windows_inside_only,
            gives="when grad_input is a convolution without padding: it is too short.",
            advice=(
                "grad_input has the shape of input. The elements at its ends lie in few windows, but they have a "
                "gradient."
            ),
        ),
        Mistake(
            # UNVERIFIED
            "bias-not-summed-over-batch",
            edit=("(0, 2))", "2)"),
            gives="when the bias's gradient is not summed over the batch.",
            advice="One bias serves all signals of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        Mistake(
            # UNVERIFIED
            "bias-not-summed-over-positions",
            edit=("(0, 2)", "0"),
            gives="when the bias's gradient is not summed over the positions.",
            advice="One bias serves all signals of the batch and all positions. Its gradient has the shape (c_o,).",
        ),
        Mistake(
            "mean-over-batch",
            body=_mean_over_batch,
            gives="when weight and bias take the mean over the batch.",
            advice="The gradients add up. Whether the loss is a mean is the business of grad_output.",
        ),
        Mistake(
            "mean-over-positions",
            edit=(
                (("= np.zeros_like(input)\n    grad_weight ="), ", grad_weight = np.zeros_like(input),"),
                (
                    ("grad_bias = grad_output.sum(axis=(0, 2))\n    return grad_input, grad_weight, grad_bias"),
                    "return grad_input, grad_weight / w_o, grad_output.mean(axis=2).sum(axis=0)",
                ),
            ),
            gives="when weight and bias take the mean over the positions.",
            advice="A weight is used at every position, and every use adds its share.",
        ),
        Mistake(
            # UNVERIFIED
            "results-exchanged",
            edit=("return grad_input, grad_weight", "return grad_weight, grad_input"),
            gives="when grad_input and grad_weight have changed places.",
            advice="Return them in the order of the docstring.",
        ),
    ),
    hints=(
        "Each gradient has the shape of what it belongs to. Start grad_input and grad_weight from zeros.",
        "Take one element v of the kernel. On the way forward it met input[:, :, v : v + w_o], and gave one "
        "share of the whole output. Loop over v.",
        "Inside the loop, this is a linear layer: weight[:, :, v] is (c_o, c_i), and the positions are more "
        "samples. grad_weight[:, :, v] sums grad_output times that slice, over batch and positions.",
        "grad_input[:, :, v : v + w_o] gets `+=` grad_output times weight[:, :, v], summed over o. grad_bias "
        "sums grad_output over axes 0 and 2.",
    ),
    explanation=(
        "For one element of the kernel, the layer is a linear layer at every position, so its gradients are "
        "those of chapter 01. grad_input adds k of them up, each shifted to where its element had met the signal."
    ),
)
