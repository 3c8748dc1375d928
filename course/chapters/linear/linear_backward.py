"""The gradients of a linear layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from course import functional
from course.chapters.linear.worked_out import BACKWARD
from course.checking.oracles import TorchGradient
from course.checking.sampling import normal, whole
from course.checking.spec import Case, Exercise, Mistake


def linear_backward(grad_output, input, weight):
    """Give the gradients of a linear layer with bias.

    grad_output  (n, c_o)    gradient of the loss with respect to the output
    input        (n, c_i)    as in the forward pass
    weight       (c_o, c_i)
    returns grad_input (n, c_i), grad_weight (c_o, c_i), grad_bias (c_o,)

    >>> linear_backward(np.array([[2.0]]), np.array([[3.0, 4.0]]), np.array([[5.0, 6.0]]))
    (array([[10., 12.]]), array([[6., 8.]]), array([2.]))
    """
    grad_input = grad_output @ weight
    grad_weight = grad_output.T @ input
    grad_bias = grad_output.sum(axis=0)
    return grad_input, grad_weight, grad_bias


def _by_hand(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"grad_output": whole(rng, 3, 2), "input": whole(rng, 3, 3), "weight": whole(rng, 2, 3)}


def _gradient_arguments(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    return {"grad_output": normal(rng, n, c_o), "input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i)}


def with_a_bias(
    grad_output: np.ndarray, input: np.ndarray, weight: np.ndarray, **options: Any
) -> tuple[tuple[np.ndarray, ...], dict[str, Any]]:
    """Call a layer with a bias, so that PyTorch has a gradient of it: its values don't count."""
    return (input, weight, np.zeros(len(weight))), options


EXERCISE = Exercise(
    points=4,
    solution=linear_backward,
    reference=functional.linear_backward,
    oracle=TorchGradient("torch.nn.functional.linear", wrt=(0, 1, 2), arrange=with_a_bias),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("two outputs", _by_hand),
        Case("a small batch", lambda rng: _gradient_arguments(rng, 2, 3, 4)),
        Case("a larger batch", lambda rng: _gradient_arguments(rng, 16, 5, 6)),
        Case("square weight", lambda rng: _gradient_arguments(rng, 3, 4, 4)),
        Case("one sample", lambda rng: _gradient_arguments(rng, 1, 5, 6)),
    ),
    mistakes=(
        Mistake(
            "grad-weight-transposed",
            edit=("grad_output.T @ input", "input.T @ grad_output"),
            gives="when grad_weight is computed as inputᵀ · grad_output, which is its transpose.",
            advice="`grad_weight` has the shape of weight, (c_o, c_i). Which factor must come first?",
        ),
        Mistake(
            "grad-input-transposed",
            edit=("grad_output @ weight", "grad_output @ weight.T"),
            gives="when grad_input is computed with weight.T.",
            advice="The forward pass used weight.T. The backward pass uses weight as it is stored.",
        ),
        Mistake(
            "bias-not-summed",
            edit=("grad_output.sum(axis=0)", "grad_output"),
            gives="when grad_bias is grad_output itself.",
            advice="One bias value serves every sample, so its gradient collects from all of them.",
        ),
        Mistake(
            "mean-for-sum",
            edit=(("grad_output.T @ input", "grad_output.T @ input / len(input)"), (".sum(axis=0)", ".mean(axis=0)")),
            gives="when the gradients of weight and bias are averaged over the batch.",
            advice="A mean belongs to the loss. The layer adds up what comes from each sample.",
        ),
        Mistake(
            "weight-mean",
            edit=("grad_output.T @ input", "grad_output.T @ input / len(input)"),
            gives="when grad_weight is the mean over the batch.",
            advice="Treat the weight like the bias: its gradient is a sum over the samples.",
        ),
        Mistake(
            "bias-mean",
            edit=(".sum(axis=0)", ".mean(axis=0)"),
            gives="when grad_bias is the mean over the batch.",
            advice="Treat the bias like the weight: its gradient is a sum over the samples.",
        ),
        Mistake(
            "bias-keeps-axes",
            edit=(".sum(axis=0)", ".sum(axis=0, keepdims=True)"),
            gives="when grad_bias keeps the axes that were summed, with size 1.",
            advice="The bias is (c_o,), and its gradient has the same shape. What keeps the axes in your sum?",
        ),
        Mistake(
            "bias-over-outputs",
            edit=(".sum(axis=0)", ".sum(axis=1)"),
            gives="when grad_bias is summed over the outputs of each sample.",
            advice="`grad_bias` has one value for each output, (c_o,). Which axis of grad_output must go?",
        ),
        Mistake(
            "results-exchanged",
            edit=("return grad_input, grad_weight", "return grad_weight, grad_input"),
            gives="when grad_weight comes first and grad_input second.",
            advice="Compare the order of your results with the docstring.",
        ),
    ),
    hints=(
        "Start with one number: y_i = Σ_j W_ij x_j + b_i. What is the derivative of y_i by x_j, by W_ij, by b_i?",
        "By the chain rule, grad_input_j = Σ_i grad_i W_ij. As a matrix product, that is grad_output @ weight.",
        "grad_weight must be (c_o, c_i): transpose grad_output and multiply it with input. grad_bias sums grad_output "
        "over the samples.",
    ),
    explanation=(
        "Each gradient has the shape of what it belongs to, and only one product of grad_output with the other "
        "factor has that shape. Sums over samples appear where one parameter served all of them."
    ),
    trace=BACKWARD,
)
