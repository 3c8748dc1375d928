"""Chapter 01, the way back: the linear layer's gradients, and a layer to repair."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.mistakes import linear as wrong
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.sampling import normal
from course.checking.spec import Case, Exercise, Misconception

CHAPTER = "01_linear"


def linear_backward(grad_output, input, weight):
    """Give the three gradients: the lesson's version, for samples in rows."""
    return grad_output @ weight, grad_output.T @ input, grad_output.sum(axis=0)


def _gradient_arguments(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    return {"grad_output": normal(rng, n, c_o), "input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i)}


BACKWARD = Exercise(
    name="linear_backward",
    chapter=CHAPTER,
    points=4,
    reference=functional.linear_backward,
    solution=linear_backward,
    oracle=TorchGradient(
        "torch.nn.functional.linear",
        wrt=(0, 1, 2),
        arrange=lambda grad_output, input, weight: ((input, weight, np.zeros(len(weight))), {}),
    ),
    returns=("grad_input", "grad_weight", "grad_bias"),
    cases=(
        Case("a small batch", lambda rng: _gradient_arguments(rng, 2, 3, 4)),
        Case("square weight", lambda rng: _gradient_arguments(rng, 3, 4, 4)),
        Case("one sample", lambda rng: _gradient_arguments(rng, 1, 5, 6)),
        Case("a larger batch", lambda rng: _gradient_arguments(rng, 16, 5, 6)),
    ),
    misconceptions=(
        Misconception(
            "linear_backward.grad-weight-transposed",
            wrong.backward_weight_transposed,
            "when grad_weight is computed as inputᵀ · grad_output, the transpose of what is wanted.",
            "`grad_weight` has the shape of weight, (c_o, c_i). Which factor must come first?",
        ),
        Misconception(
            "linear_backward.grad-input-transposed",
            wrong.backward_input_transposed,
            "when grad_output meets weight.T on the way back.",
            "The forward pass used weight.T. The way back uses weight as it is stored.",
        ),
        Misconception(
            "linear_backward.bias-not-summed",
            wrong.backward_bias_not_summed,
            "when grad_bias is grad_output itself.",
            "One bias value serves every sample, so its gradient collects from all of them.",
        ),
        Misconception(
            "linear_backward.mean-for-sum",
            wrong.backward_mean,
            "when the gradients of weight and bias are averaged over the batch.",
            "A mean belongs to the loss. The layer adds up what comes from each sample.",
        ),
        Misconception(
            "linear_backward.bias-mean",
            wrong.backward_bias_mean,
            "when grad_bias is the mean over the batch.",
            "Treat the bias like the weight: its gradient is a sum over the samples.",
        ),
        Misconception(
            "linear_backward.bias-over-outputs",
            wrong.backward_bias_over_outputs,
            "when grad_bias is summed over the outputs of each sample.",
            "`grad_bias` has one value for each output, (c_o,). Which axis of grad_output must go?",
        ),
        Misconception(
            "linear_backward.results-exchanged",
            wrong.backward_results_exchanged,
            "when grad_weight comes first and grad_input second.",
            "Compare the order of your results with the docstring.",
        ),
    ),
    hints=(
        "Start with one number: y_i = Σ_j W_ij x_j + b_i. What is the derivative of y_i by x_j, by W_ij, by b_i?",
        "By the chain rule, grad_input_j = Σ_i grad_i W_ij. As a matrix product, that is grad_output @ weight.",
        "grad_weight must be (c_o, c_i): turn grad_output and multiply with input. "
        "grad_bias sums grad_output over the samples.",
    ),
    explanation=(
        "Each gradient has the shape of what it belongs to, and only one product of grad_output with the "
        "other factor has that shape. Sums over samples appear where one parameter served all of them."
    ),
)


def repair_linear(input, weight, bias):
    """Apply the layer sample by sample."""
    output = np.zeros((len(input), len(weight)))
    for row in range(len(input)):
        output[row] = weight @ input[row] + bias
    return output


def _layer(rng: np.random.Generator, n: int, c_i: int, c_o: int) -> dict[str, np.ndarray]:
    return {"input": normal(rng, n, c_i), "weight": normal(rng, c_o, c_i), "bias": normal(rng, c_o)}


REPAIR = Exercise(
    name="repair_linear",
    chapter=CHAPTER,
    points=2,
    reference=repair_linear,
    oracle=TorchFunction("torch.nn.functional.linear"),
    given=wrong.repair_as_given,
    cases=(
        Case("as many samples as outputs", lambda rng: _layer(rng, 3, 2, 3)),
        Case("one sample", lambda rng: _layer(rng, 1, 2, 3)),
        Case("fewer samples than outputs", lambda rng: _layer(rng, 2, 3, 4)),
        Case("more samples than outputs", lambda rng: _layer(rng, 5, 3, 4)),
    ),
    misconceptions=(
        Misconception(
            "repair_linear.as-given",
            wrong.repair_as_given,
            "when the function is left as it was handed out.",
            "Which axis of the output does `bias` belong to, and along which is it added here?",
        ),
        Misconception(
            "repair_linear.bias-left-out",
            wrong.repair_without_bias,
            "when the bias is no longer added at all.",
            "The bias was added in the wrong direction. Add it in the right one.",
        ),
        Misconception(
            "repair_linear.bias-summed",
            wrong.repair_with_sum,
            "when every output gets the sum of all biases.",
            "Output i has a bias of its own, bias[i].",
        ),
        Misconception(
            "repair_linear.bias-per-sample",
            wrong.repair_per_sample,
            "when sample i gets bias[i]: it is still added along the wrong axis.",
            "Every sample gets all the biases, one for each of its outputs.",
        ),
    ),
    hints=(
        "Write down the shapes of the two arrays that are added in the last line, for two samples and three outputs.",
        "The output is (n, c_o). NumPy lines up shapes from the right: an array of shape (c_o,) meets the last axis.",
        "`bias` has the right shape as it is. What does `reshape(-1, 1)` make of it?",
    ),
    explanation=(
        "`reshape(-1, 1)` stands the bias up as a column, so that it runs along the samples. Without it, NumPy adds "
        "bias[i] to output i of every sample."
    ),
)

BACKWARDS = (BACKWARD, REPAIR)
