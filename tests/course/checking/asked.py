"""Declared oracles, asked about one call each, and arguments that are nested."""

import inspect

import numpy as np

from course.checking import oracle
from course.checking.oracles import TorchFunction, TorchModule
from course.checking.spec import Exercise


def ask(declared, **arguments):
    """Ask a declared oracle about one call, whose arguments are in the order of the exercise's signature."""
    names = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in arguments]

    def reference(*args, **kwargs):
        raise AssertionError("the oracle is asked, not the reference")

    reference.__signature__ = inspect.Signature(names)
    exercise = Exercise(name="layer", chapter="99_any", points=1, solution=reference, oracle=declared, cases=())
    return oracle.ask(exercise, arguments)


def flat(value):
    if isinstance(value, dict):
        value = tuple(value.values())
    return [leaf for item in value for leaf in flat(item)] if isinstance(value, (list, tuple)) else [value]


def lstm_steps(input, h, c, weights):
    """Run one layer of an LSTM over a sequence ``(l, n, f)``: the formulas of PyTorch's page."""
    w_ih, w_hh, b_ih, b_hh = weights
    outputs = []
    for x in input:
        i, f, g, o = np.split(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh, 4, axis=-1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs), h, c


def lstm_arguments(length=5, n=2, features=3, hidden=4):
    rng = np.random.default_rng(3)
    shapes = (4 * hidden, features), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,)
    return {
        "input": rng.normal(size=(length, n, features)),
        "hx": (rng.normal(size=(1, n, hidden)), rng.normal(size=(1, n, hidden))),
        "weights": [rng.normal(size=shape) for shape in shapes],
    }


def lstm_call(input, hx, weights):
    return (input, hx, weights, True, 1, 0.0, False, False, False), {}


LSTM = TorchFunction("torch.lstm", arrange=lstm_call)
LSTM_NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
LSTM_MODULE = TorchModule(
    "torch.nn.LSTM",
    arrange=lambda input, hx, weights: (
        {"input_size": input.shape[-1], "hidden_size": hx[0].shape[-1]},
        dict(zip(LSTM_NAMES, weights, strict=True)),
        (input, hx),
    ),
)
ATTENTION_PARAMETERS = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
ATTENTION = TorchModule(
    "torch.nn.MultiheadAttention",
    arrange=lambda x, params: ({"embed_dim": 4, "num_heads": 2, "batch_first": True}, params, (x, x, x)),
)


def attention_arguments():
    rng = np.random.default_rng(5)
    shapes = (12, 4), (12,), (4, 4), (4,)
    params = {name: rng.normal(size=shape) for name, shape in zip(ATTENTION_PARAMETERS, shapes, strict=True)}
    return {"x": rng.normal(size=(2, 3, 4)), "params": params}
