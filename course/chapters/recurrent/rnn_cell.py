"""`rnn_cell`: one step of the plain recurrent layer."""

from __future__ import annotations

import numpy as np

from course import functional
from course.chapters.recurrent.draws import cell, cell_by_hand, first_step
from course.checking.on_the_way import on_the_way
from course.checking.oracles import TorchFunction
from course.checking.spec import Arguments, Case, Exercise, Mistake
from course.checking.worked_out import in_a_sum, sum_of_products, unless_long


def rnn_cell(input, hx, weight_ih, weight_hh, bias_ih, bias_hh):
    """Give the next state from one position's input and the state before it.

    input      (n, f)
    hx         (n, d_h)     the state before
    weight_ih  (d_h, f)     from input to state
    weight_hh  (d_h, d_h)   from state to state
    bias_ih, bias_hh        (d_h,)
    returns    (n, d_h)     the state after

    >>> one, zero = np.ones((1, 1)), np.zeros(1)
    >>> rnn_cell(one, one, 2 * one, -one, zero, zero).round(4)
    array([[0.7616]])
    """
    from_input = input @ weight_ih.T + bias_ih
    from_state = hx @ weight_hh.T + bias_hh
    return np.tanh(from_input + from_state)


_sum = on_the_way(rnn_cell, "from_input + from_state")


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    row, place = index
    total = _sum(**arguments)[0][index]
    products = [*zip(arguments["input"][row], arguments["weight_ih"][place], strict=True)]
    products += zip(arguments["hx"][row], arguments["weight_hh"][place], strict=True)
    terms = [sum_of_products([a], [b]).partition(" = ")[0] for a, b in products]
    terms += [in_a_sum(arguments[name][place]) for name in ("bias_ih", "bias_hh")]
    return unless_long(f"tanh({' + '.join(terms)} = {total:.4g}) = {np.tanh(total):.4g}")


EXERCISE = Exercise(
    points=2,
    solution=rnn_cell,
    reference=functional.rnn_cell,
    stages={
        "the sum before tanh": "from_input + from_state",
        "the new state": "result",
    },
    oracle=TorchFunction("torch.rnn_tanh_cell"),
    cases=(
        Case("one sequence, two numbers as state", lambda rng: cell_by_hand(rng, gates=1, hidden=2)),
        Case("a batch", lambda rng: cell(rng, gates=1, n=3, features=4, hidden=2)),
        Case("more states than features", lambda rng: cell(rng, gates=1, n=2, features=3, hidden=5)),
        Case("as many states as features", lambda rng: cell(rng, gates=1, n=4, features=3, hidden=3)),
        Case("the first position", lambda rng: first_step(rng, gates=1), note="hx is 0", weight=0.5),
    ),
    mistakes=(
        Mistake(
            "no-tanh",
            edit=("np.tanh(from_input + from_state)", "from_input + from_state"),
            gives="when the sum is returned without tanh.",
            advice="Without a bound, a state that is multiplied at every step soon is very large. What keeps it small?",
        ),
        Mistake(
            "tanh-of-each",
            edit=("np.tanh(from_input + from_state)", "np.tanh(from_input) + np.tanh(from_state)"),
            gives="when tanh is taken of both parts, and then they are added.",
            advice="The formula has one tanh, around the sum.",
        ),
        Mistake(
            "biases-after-tanh",
            edit=(
                (" + bias_ih", ""),
                (" + bias_hh", ""),
                ("np.tanh(from_input + from_state)", "np.tanh(from_input + from_state) + bias_ih + bias_hh"),
            ),
            gives="when the biases are added after tanh.",
            advice="Every number of a state is between -1 and 1. Is that so in yours?",
        ),
        Mistake(
            "state-ignored",
            edit=("np.tanh(from_input + from_state)", "np.tanh(from_input)"),
            gives="when the state before is not used: a linear layer and tanh.",
            unwritten="The state before is not used yet",
            advice="Add the state's own product with weight_hh.",
        ),
        Mistake(
            "input-ignored",
            edit=("np.tanh(from_input + from_state)", "np.tanh(from_state)"),
            gives="when the input is not used.",
            unwritten="The input is not used yet",
            advice="Add the input's product with weight_ih.",
        ),
        Mistake(
            "weight-hh-not-transposed",
            edit=("hx @ weight_hh.T", "hx @ weight_hh"),
            gives="when weight_hh is used as it is: it is square, so the shape is right.",
            advice="Rows of weight_hh belong to the new state, as rows of weight_ih do.",
        ),
        Mistake(
            "weights-not-transposed",
            edit=(("input @ weight_ih.T", "input @ weight_ih"), ("hx @ weight_hh.T", "hx @ weight_hh")),
            gives="when neither weight is transposed.",
            advice="A row of a weight belongs to one number of the new state. Look at its shape.",
        ),
        Mistake(
            "bias-hh-ignored",
            edit=(" + bias_hh", ""),
            gives="when bias_hh is left out.",
            unwritten="bias_hh is not used yet",
            advice="PyTorch keeps two biases, and adds both.",
        ),
        Mistake(
            "bias-ih-ignored",
            edit=(" + bias_ih", ""),
            gives="when bias_ih is left out.",
            unwritten="bias_ih is not used yet",
            advice="PyTorch keeps two biases, and adds both.",
        ),
        Mistake(
            "biases-ignored",
            edit=((" + bias_ih", ""), (" + bias_hh", "")),
            gives="when both biases are left out.",
            unwritten="The biases are not used yet",
            advice="Two of the six arguments are not used.",
        ),
        Mistake(
            "sigmoid",
            edit=("np.tanh(from_input + from_state)", "1 / (1 + np.exp(-(from_input + from_state)))"),
            gives="when sigmoid is applied instead of tanh.",
            advice="The state may be negative. Which function gives numbers from -1 to 1?",
        ),
    ),
    hints=(
        "Two linear layers, one sum, one tanh. The first layer takes the input, the second the state before.",
        "input is (n, f) and weight_ih is (d_h, f). Which of them must be transposed so that the product is (n, d_h)?",
        "Both products have the shape (n, d_h). Add them, add both biases, and take np.tanh of it all.",
    ),
    explanation=(
        "The state is a summary of all positions so far. Each step mixes it with the new input, by the same weights at "
        "every position. The two biases are always added, so one would be enough; PyTorch keeps both because its fast "
        "kernels do."
    ),
    trace=_trace,
)
