"""PyTorch's answer: whatever is nested in arguments and results, and its gradients."""

import dataclasses

import numpy as np
import pytest
import torch

from course.calling.here import Here
from course.checking.oracles import TorchFunction, TorchGradient
from course.checking.prepared import Prepared
from course.checking.runner import run
from course.checking.spec import Case, Exercise
from tests.course.checking.asked import (
    ATTENTION,
    LSTM,
    LSTM_MODULE,
    ask,
    attention_arguments,
    flat,
    lstm_arguments,
    lstm_call,
    lstm_steps,
)


def test_a_list_of_weights_and_a_pair_of_states_go_to_pytorch_as_they_are():
    """A sequence, a tuple of two states and a list of four weights give an LSTM's three results."""
    arguments = lstm_arguments()
    output, h, c = ask(LSTM, **arguments)
    own_output, own_h, own_c = lstm_steps(
        arguments["input"], arguments["hx"][0][0], arguments["hx"][1][0], arguments["weights"]
    )
    for found, own in ((output, own_output), (h[0], own_h), (c[0], own_c)):
        np.testing.assert_allclose(found, own, rtol=1e-12)


def test_nested_results_come_back_nested():
    """A module's ``(output, (h, c))`` is a tuple of an array and a tuple of arrays, with the function's values."""
    found = ask(LSTM_MODULE, **lstm_arguments())
    assert isinstance(found, tuple)
    output, states = found
    assert isinstance(states, tuple)
    for one, other in zip((output, *states), ask(LSTM, **lstm_arguments()), strict=True):
        assert isinstance(one, np.ndarray)
        np.testing.assert_array_equal(one, other)


def test_lists_dicts_and_named_tuples_of_results_become_plain_ones():
    """A list stays a list; a named tuple becomes a tuple; plain values stay what they are."""
    pieces = ask(TorchFunction("torch.unbind"), input=np.arange(6.0).reshape(2, 3))
    assert type(pieces) is tuple
    largest = ask(TorchFunction("torch.max"), input=np.array([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    assert type(largest) is tuple
    np.testing.assert_array_equal(largest, [[3, 5], [1, 0]])
    doubled = ask(TorchFunction("torch._foreach_mul"), tensors=[np.ones(2), np.ones(3)], by=2.0)
    assert [piece.tolist() for piece in doubled] == [[2, 2], [2, 2, 2]]


def test_what_pytorch_changes_in_place_is_not_the_exercises_own():
    """Arguments stay as they were, nested or not, and what was changed is given after the output."""
    mean, var, reversed_input = np.zeros(3), np.ones(3), np.random.default_rng(0).normal(size=(4, 3))[::-1]
    declared = TorchFunction("torch.nn.functional.batch_norm", changes=(1, 2))
    arguments = {"weight": np.ones(3), "bias": np.zeros(3), "training": True}
    _, new_mean, new_var = ask(declared, input=reversed_input, running_mean=mean, running_var=var, **arguments)
    assert (mean.tolist(), var.tolist()) == ([0, 0, 0], [1, 1, 1])
    np.testing.assert_allclose(new_mean, 0.1 * reversed_input.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(new_var, 0.9 + 0.1 * reversed_input.var(axis=0, ddof=1), rtol=1e-12)


def moved(value, step, rng):
    """Take every array a step along a direction, and give the directions too."""
    if isinstance(value, (list, tuple)):
        pairs = [moved(item, step, rng) for item in value]
        return type(value)(pair[0] for pair in pairs), [pair[1] for pair in pairs]
    direction = rng.normal(size=value.shape)
    return value + step * direction, direction


def slope(declared, arguments, grads, seed):
    """Differentiate ``sum(output * grad)`` along a direction by central differences."""
    values = []
    for step in (1e-6, -1e-6):
        there, directions = moved(list(arguments.values()), step, np.random.default_rng(seed))
        outputs = ask(declared, **dict(zip(arguments, there, strict=True)))
        values.append(sum((o * g).sum() for o, g in zip(outputs, grads, strict=True) if g is not None))
    return (values[0] - values[1]) / 2e-6, directions


@pytest.mark.parametrize("without", [None, 0, 1, 2], ids=lambda i: f"without {i}")
def test_gradients_of_several_outputs_for_nested_inputs(without):
    """The gradients are nested as the inputs are, and sum over the outputs; None leaves an output out."""
    arguments = lstm_arguments()
    rng = np.random.default_rng(7)
    grads = [rng.normal(size=shape) for shape in ((5, 2, 4), (1, 2, 4), (1, 2, 4))]
    if without is not None:
        grads[without] = None
    declared = TorchGradient("torch.lstm", (0, 1, 2), lambda grads, **rest: lstm_call(**rest))
    found = ask(declared, grads=tuple(grads), **arguments)
    grad_input, grad_hx, grad_weights = found
    assert grad_input.shape == (5, 2, 3)
    assert isinstance(grad_hx, tuple)
    assert isinstance(grad_weights, list)
    assert [g.shape for g in grad_weights] == [w.shape for w in arguments["weights"]]
    measured, directions = slope(LSTM, arguments, grads, seed=11)
    told = sum((g * d).sum() for g, d in zip(flat(found), flat(directions), strict=True))
    np.testing.assert_allclose(told, measured, rtol=1e-6)


def test_gradients_of_outputs_come_from_where_the_exercise_has_them():
    """An exercise may have an argument for each output's gradient, or none for the outputs that don't matter."""
    rng = np.random.default_rng(2)
    x, h, c = rng.normal(size=(2, 3)), rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
    weights = [rng.normal(size=shape) for shape in ((16, 3), (16, 4), (16,), (16,))]
    grad_h, grad_c = rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
    cell = TorchGradient(
        "torch.lstm_cell",
        wrt=(0, 1),
        arrange=lambda grad_h, grad_c, x, hx, weights: ((x, hx, *weights), {}),
        grad_outputs=lambda grad_h, grad_c, **rest: (grad_h, grad_c),
    )
    found = ask(cell, grad_h=grad_h, grad_c=grad_c, x=x, hx=(h, c), weights=weights)
    inputs = [torch.tensor(value, requires_grad=True) for value in (x, h, c)]
    new_h, new_c = torch.lstm_cell(inputs[0], inputs[1:], *map(torch.tensor, weights))
    own = torch.autograd.grad((new_h * torch.tensor(grad_h) + new_c * torch.tensor(grad_c)).sum(), inputs)
    for one, other in zip(flat(found), own, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)

    pooled = TorchGradient(
        "torch.nn.functional.max_pool1d",
        wrt=(0,),
        arrange=lambda grad_output, input: ((input, 2), {"return_indices": True}),
        grad_outputs=lambda grad_output, input: (grad_output, None),
    )
    signal = np.array([[[1.0, 4.0, 3.0, 2.0]]])
    assert ask(pooled, grad_output=np.array([[[5.0, 7.0]]]), input=signal).tolist() == [[[0, 5, 7, 0]]]


def test_an_input_without_a_gradient_has_none_and_an_unused_one_has_zeros():
    """Identifiers and None have no gradient; a state that an output does not depend on has zeros."""
    looked_up = TorchGradient(
        "torch.nn.functional.embedding", (0, 1), lambda grad_output, input, weight: ((input, weight), {})
    )
    grad_input, grad_weight = ask(
        looked_up, grad_output=np.ones((2, 3)), input=np.array([0, 0]), weight=np.zeros((2, 3))
    )
    assert grad_input is None
    assert grad_weight.tolist() == [[2, 2, 2], [0, 0, 0]]
    without_bias = TorchGradient(
        "torch.nn.functional.linear", (1, 2), lambda grad_output, input, weight, bias: ((input, weight, bias), {})
    )
    found = ask(without_bias, grad_output=np.ones((1, 2)), input=np.ones((1, 3)), weight=np.ones((2, 3)), bias=None)
    assert (found[0].tolist(), found[1]) == ([[1, 1, 1], [1, 1, 1]], None)
    split = TorchGradient("torch.split", (0,), lambda grads, input: ((input, 2), {}))
    assert ask(split, grads=(None, np.ones(2)), input=np.zeros(4)).tolist() == [0, 0, 1, 1]
    unused = TorchGradient("torch.broadcast_tensors", (0, 1), lambda grads, a, b: ((a, b), {}))
    assert [g.tolist() for g in ask(unused, grads=(np.ones(2), None), a=np.zeros(2), b=np.zeros(2))] == [[1, 1], [0, 0]]


def test_another_number_of_gradients_than_of_outputs_is_an_error_of_the_declaration():
    """It is never guessed which output a gradient belongs to."""
    split = TorchGradient("torch.split", (0,), lambda grads, input: ((input, 2), {}))
    with pytest.raises(ValueError, match="shorter"):
        ask(split, grads=(np.ones(2),), input=np.zeros(4))


def test_a_gradient_of_another_shape_than_its_output_is_an_error_of_the_declaration():
    """It is not broadcast."""
    declared = TorchGradient("torch.exp", (0,), lambda grad_output, input: ((input,), {}))
    with pytest.raises(ValueError, match=r"has shape \(2, 3\), and its gradient \(3,\)"):
        ask(declared, grad_output=np.ones(3), input=np.zeros((2, 3)))


def test_a_result_is_turned_into_the_exercises_own():
    """A function's result and gradients, as arrays; without `result` they stay as they are."""
    image, weight = np.arange(24.0).reshape(1, 1, 4, 6), np.ones((2, 1, 2, 3))
    plain = TorchFunction("torch.nn.functional.conv2d", lambda x, w: ((x, w), {"stride": (2, 3)}))
    turned = dataclasses.replace(plain, result=lambda maps: maps.reshape(1, 2, -1).swapaxes(1, 2))
    maps = ask(plain, x=image, w=weight)
    np.testing.assert_array_equal(ask(turned, x=image, w=weight), maps.reshape(1, 2, 4).swapaxes(1, 2))
    gradient = TorchGradient("torch.nn.functional.linear", (0, 1), lambda g, x, w: ((x, w), {}))
    arguments = {"g": np.ones((2, 4)), "x": np.ones((2, 3)), "w": np.full((4, 3), 2.0)}
    grads = ask(gradient, **arguments)
    reversed_grads = ask(dataclasses.replace(gradient, result=lambda both: both[::-1]), **arguments)
    assert all(isinstance(grad, np.ndarray) for grad in reversed_grads)
    for one, other in zip(reversed_grads, grads[::-1], strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_module_has_exactly_the_parameters_that_are_given():
    """A parameter that is missing, or that the module lacks, is named."""
    arguments = attention_arguments()
    output, weights = ask(ATTENTION, **arguments)
    assert (output.shape, weights.shape) == ((2, 3, 4), (2, 3, 3))
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-12)
    params = arguments["params"]
    del params["out_proj.bias"]
    with pytest.raises(ValueError, match=r"MultiheadAttention must be given .*; see out_proj\.bias\."):
        ask(ATTENTION, **arguments)
    with pytest.raises(ValueError, match=r"see bias_k\."):
        ask(ATTENTION, x=arguments["x"], params=attention_arguments()["params"] | {"bias_k": np.zeros(4)})


def lstm(input, hx, weights):
    output, h, c = lstm_steps(input, hx[0][0], hx[1][0], weights)
    return output, h[np.newaxis], c[np.newaxis]


def lstm_without_cell(input, hx, weights):
    output, h, _ = lstm(input, hx, weights)
    return output, h, h


def drawn(rng, length):
    arguments = lstm_arguments(length)
    return arguments | {"input": rng.normal(size=arguments["input"].shape)}


def test_an_exercise_with_nested_arguments_is_checked_against_pytorch():
    """The whole check takes a pair of states and a list of weights, and says which of the results is wrong."""
    exercise = Exercise(
        name="lstm",
        chapter="18_recurrent",
        points=2,
        solution=lstm,
        oracle=LSTM,
        returns=("output", "h", "c"),
        cases=(Case("short", lambda rng: drawn(rng, 2)), Case("long", lambda rng: drawn(rng, 9))),
    )
    prepared = Prepared(exercise, 0)
    report = run(prepared, Here.of(lstm, "lstm"))
    assert (report.passed, report.oracle) == (True, "PyTorch"), str(report)
    wrong = run(prepared, Here.of(lstm_without_cell, "lstm"))
    assert wrong.score == 0
    assert "c[0, 0, 0]" in str(wrong)


def test_a_case_whose_only_argument_is_a_pair_of_arrays_is_not_the_same_for_every_seed():
    """Its answer can't be looked up, so it has its weight."""
    exercise = Exercise(
        name="add_states",
        chapter="18_recurrent",
        points=1,
        solution=lambda hx: hx[0] + hx[1],
        oracle=TorchFunction("torch.add", arrange=lambda hx: (hx, {})),
        cases=(Case("two", lambda rng: {"hx": (rng.normal(size=3), rng.normal(size=3))}),),
    )
    prepared = Prepared(exercise, 0)
    assert prepared.fixed == [False]
    np.testing.assert_array_equal(prepared.expected[0], sum(prepared.arguments[0]["hx"]))


def test_an_exercise_without_an_oracle_is_not_asked():
    """The runner asks its reference instead."""
    with pytest.raises(ValueError, match="layer has no counterpart in PyTorch"):
        ask(None, x=np.zeros(1))
