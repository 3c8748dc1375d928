"""Every card of the catalog is compared with PyTorch."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torchinfo
from matplotlib.mathtext import MathTextParser

from course.catalog import CARDS, NOTATION, SUMMARY, Formula, LayerCard, Parameter, Tensor, UnknownLayer, card

EVERY_CARD = pytest.mark.parametrize("layer_card", CARDS, ids=lambda c: c.name)


def _build(layer_card: LayerCard) -> Callable[..., Any]:
    """Make what a card's call makes: a module; or the function, where PyTorch has only that."""
    call = ast.parse(layer_card.call, mode="eval").body
    assert isinstance(call, ast.Call)
    made: Any = torch
    for part in ast.unparse(call.func).split(".")[1:]:
        made = getattr(made, part)
    if not isinstance(made, type):
        assert [ast.unparse(a) for a in call.args] == [tensor.name for tensor in layer_card.inputs]
        return made
    assert not call.args, "the arguments of a constructor are named"
    torch.manual_seed(0)
    return made(**{str(k.arg): ast.literal_eval(k.value) for k in call.keywords})


def _inputs(layer_card: LayerCard) -> list[torch.Tensor]:
    torch.manual_seed(1)
    if layer_card.name == "Embedding":
        return [torch.randint(0, 10_000, layer_card.inputs[0].shape)]
    return [torch.randn(tensor.shape) for tensor in layer_card.inputs]


def _outputs(made: Callable[..., Any], inputs: list[torch.Tensor]) -> list[torch.Tensor]:
    """Call with a fixed seed, so that dropout draws the same mask each time; list what may be nested."""
    torch.manual_seed(2)
    with torch.no_grad():
        return _listed(made(*inputs))


def _listed(result: Any) -> list[torch.Tensor]:
    return [result] if isinstance(result, torch.Tensor) else [tensor for item in result for tensor in _listed(item)]


@EVERY_CARD
def test_parameters_are_those_of_the_module_in_name_shape_order_and_number(layer_card):
    """A card's parameters equal `named_parameters`, and their count equals torchinfo's."""
    made = _build(layer_card)
    named = made.named_parameters() if isinstance(made, torch.nn.Module) else ()
    assert [(p.name, p.shape) for p in layer_card.parameters] == [(n, tuple(p.shape)) for n, p in named]
    if isinstance(made, torch.nn.Module):
        assert layer_card.num_parameters == torchinfo.summary(made, verbose=0).trainable_params


@EVERY_CARD
def test_buffers_are_those_of_the_module(layer_card):
    """What is stored and not trained is named as a buffer."""
    made = _build(layer_card)
    named = made.named_buffers() if isinstance(made, torch.nn.Module) else ()
    assert [(b.name, b.shape) for b in layer_card.buffers] == [(n, tuple(b.shape)) for n, b in named]


@EVERY_CARD
def test_the_example_gives_the_shape_that_the_card_says(layer_card):
    """Calling the example on its inputs gives the shapes of all the card's outputs, in their order."""
    found = _outputs(_build(layer_card), _inputs(layer_card))
    assert [tuple(tensor.shape) for tensor in found] == [tensor.shape for tensor in layer_card.outputs]


def test_a_card_lists_nested_outputs_one_after_another():
    """An LSTM's ``(output, (h, c))`` are three outputs, and the card's parameters are the module's."""
    lstm = LayerCard(
        name="LSTM",
        call="torch.nn.LSTM(input_size=8, hidden_size=16, batch_first=True)",
        chapter="18_recurrent",
        formula=(Formula("h_t", "h[t]"),),
        inputs=(Tensor("input", ("n", "l", "c_i"), (2, 5, 8)),),
        outputs=(
            Tensor("output", ("n", "l", "c_o"), (2, 5, 16)),
            Tensor("h_n", ("1", "n", "c_o"), (1, 2, 16)),
            Tensor("c_n", ("1", "n", "c_o"), (1, 2, 16)),
        ),
        parameters=(
            Parameter("weight_ih_l0", ("4c_o", "c_i"), (64, 8)),
            Parameter("weight_hh_l0", ("4c_o", "c_o"), (64, 16)),
            Parameter("bias_ih_l0", ("4c_o",), (64,)),
            Parameter("bias_hh_l0", ("4c_o",), (64,)),
        ),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes.",
    )
    test_the_example_gives_the_shape_that_the_card_says(lstm)
    test_parameters_are_those_of_the_module_in_name_shape_order_and_number(lstm)
    test_a_symbol_has_one_size_throughout_a_card_and_expressions_agree(lstm)


def _touches_only_its_own_place(layer_card: LayerCard, training: bool) -> bool:
    made = _build(layer_card)
    if isinstance(made, torch.nn.Module):
        made.train(training)
    inputs = _inputs(layer_card)
    before = _outputs(made, inputs)[0]
    if before.shape != inputs[0].shape:
        return False
    if layer_card.inputs[1:]:
        return False  # each output depends on elements of several inputs
    count = inputs[0].numel()
    for flat in torch.randperm(count, generator=torch.Generator().manual_seed(3))[:20].tolist():
        for change in (-3.0, 0.5, 3.0):
            changed = inputs[0].clone()
            changed.view(-1)[flat] += change
            differs = (_outputs(made, [changed])[0] != before).view(-1)
            differs[flat] = False
            if differs.any():
                return False
    return True


@EVERY_CARD
def test_elementwise_says_whether_an_input_element_reaches_only_the_output_at_its_place(layer_card):
    """Changing one input element moves at most that output element, in training with a fixed mask."""
    assert _touches_only_its_own_place(layer_card, training=True) is layer_card.elementwise


def test_dropout_is_elementwise_in_evaluation_too():
    """In evaluation dropout is the identity."""
    dropout = card("Dropout")
    assert _touches_only_its_own_place(dropout, training=False)
    x = _inputs(dropout)
    made = _build(dropout)
    made.eval()
    assert torch.equal(_outputs(made, x)[0], x[0])


def test_dropout_scales_the_survivors_in_training():
    """The formula's factor is PyTorch's: kept values grow by 1/(1 - p)."""
    x = torch.ones(1000)
    (kept,) = _outputs(_build(card("Dropout")), [x])
    assert set(kept.tolist()) == {0.0, 1.25}
    assert 0.7 < (kept > 0).float().mean() < 0.9


def test_the_seed_rows_are_corrected():
    """The ten rows, in order, with the names and shapes that PyTorch has."""
    assert [c.torch_name.removeprefix("torch.nn.") for c in SUMMARY] == [
        "Linear",
        "Embedding",
        "Conv1d",
        "Conv2d",
        "ReLU",
        "Sigmoid",
        "Softmax",
        "Dropout",
        "MaxPool2d",
        "AvgPool2d",
    ]
    assert [c.elementwise for c in SUMMARY] == [False] * 4 + [True, True, False, True, False, False]
    assert card("Embedding").parameters[0].shape == (10_000, 256)
    assert card("Embedding").num_parameters == 2_560_000
    assert "dim=1" in card("Softmax").call
    assert card("Conv2d").num_parameters == 4_640
    assert card("Conv2d padded").num_parameters == 12_832
    assert card("Conv2d grouped").parameters[0].symbols == ("c_o", "c_i/g", "k_h", "k_w")
    assert card("Conv2d depthwise").parameters[0].shape == (16, 1, 3, 3)
    assert not [c.name for c in CARDS if "slides" in c.formula[0].text]


@pytest.mark.parametrize(
    ("name", "parameters", "mega_mult_adds", "megabytes"),
    [
        ("Linear", 55, "0.00", ["0.00", "0.00", "0.00", "0.00"]),
        ("Conv1d padded", 2_592, "0.26", ["0.01", "0.03", "0.01", "0.04"]),
        ("Conv2d padded", 12_832, "128.32", ["0.64", "2.56", "0.05", "3.25"]),
    ],
)
def test_torchinfo_gives_the_seed_figures_for_the_examples(name, parameters, mega_mult_adds, megabytes):
    """Parameters, mult-adds and the four sizes of the seeds' outputs come out of the cards' examples."""
    layer_card = card(name)
    result = torchinfo.summary(_build(layer_card), input_size=layer_card.inputs[0].shape, verbose=0)
    assert result.total_params == parameters == layer_card.num_parameters
    assert f"{result.total_mult_adds / 1e6:.2f}" == mega_mult_adds
    assert re.findall(r"\(MB\): (\S+)", str(result)) == megabytes


def test_torchinfo_summarizes_an_embedding_when_given_integers():
    """What the seed doubts does work, with input data."""
    embedding = card("Embedding")
    result = torchinfo.summary(_build(embedding), input_data=_inputs(embedding), verbose=0)
    assert result.total_params == 2_560_000


def _tensors(layer_card: LayerCard) -> tuple[Tensor, ...]:
    return (*layer_card.inputs, *layer_card.outputs, *layer_card.parameters, *layer_card.buffers)


def _sizes(layer_card: LayerCard) -> dict[str, int]:
    """Read each plain symbol's size off the shapes. A symbol with two sizes is an error."""
    sizes: dict[str, int] = {}
    for tensor in _tensors(layer_card):
        for symbol, size in zip(tensor.symbols, tensor.shape, strict=True):
            if re.fullmatch(r"[a-z](_[a-z])?", symbol):
                assert sizes.setdefault(symbol, size) == size, f"{symbol} is both {sizes[symbol]} and {size}"
    return sizes


@EVERY_CARD
def test_a_symbol_has_one_size_throughout_a_card_and_expressions_agree(layer_card):
    """Symbolic and concrete shapes tell the same story."""
    sizes = _sizes(layer_card)
    if " groups=" in layer_card.call:
        sizes["g"] = _build(layer_card).groups
    for tensor in _tensors(layer_card):
        for symbol, size in zip(tensor.symbols, tensor.shape, strict=True):
            expression = re.sub(r"(?<=\d)(?=[a-z])", "*", symbol)
            assert eval(expression, {"__builtins__": {}}, sizes) == size


def _value(made: Any, name: str, axis: int, axes: int) -> int:
    value = getattr(made, name, {"stride": 1, "padding": 0, "dilation": 1}.get(name))
    if value == "same":
        size = made.kernel_size[axis]
        assert size % 2 == 1
        return (size - 1) // 2
    # ZeroPad2d keeps (left, right, top, bottom), all the same here.
    return value[axis] if isinstance(value, tuple) and len(value) == axes else _only(value)


def _only(value: Any) -> int:
    values = set(value) if isinstance(value, tuple) else {value}
    assert len(values) == 1
    return values.pop()


@pytest.mark.parametrize("layer_card", [c for c in CARDS if c.output_size], ids=lambda c: c.name)
def test_output_size_formulas_hold_for_the_example(layer_card):
    """Each formula, evaluated with the module's own stride, padding and dilation, gives the output size."""
    made = _build(layer_card)
    spatial = [symbol.partition("_")[0] for symbol in layer_card.inputs[0].symbols[2:]]
    for formula in layer_card.output_size:
        axis = spatial.index(formula.text[0])
        names = {
            letter: _value(made, name, axis, len(spatial))
            for letter, name in (("s", "stride"), ("p", "padding"), ("d", "dilation"))
        }
        if hasattr(made, "kernel_size"):
            names[f"k_{spatial[axis]}"] = _value(made, "kernel_size", axis, len(spatial))
        names[f"{spatial[axis]}_i"] = layer_card.inputs[0].shape[2 + axis]
        right_side, _, condition = formula.text.split(" = ", 1)[1].partition(" if ")
        size = eval(right_side, {"__builtins__": {}, "floor": math.floor}, names)
        assert size == layer_card.outputs[0].shape[2 + axis]
        for part in condition.replace("s = d = 1", "s = 1, d = 1").split(", ") if condition else ():
            assert eval(part.replace(" = ", " == "), {"__builtins__": {}}, names), part


def _formulas(layer_card: LayerCard) -> tuple[Formula, ...]:
    return (*layer_card.formula, *layer_card.output_size)


@EVERY_CARD
def test_latex_parses(layer_card):
    """Formulas and symbols are complete LaTeX, without dollar signs."""
    parser = MathTextParser("path")
    texts = [formula.latex for formula in _formulas(layer_card)]
    texts += [tensor.symbolic_shape for tensor in _tensors(layer_card)]
    for text in texts:
        assert "$" not in text
        parser.parse(f"${text}$")


@EVERY_CARD
def test_words_are_ascii_sentences_and_formulas_have_a_plain_form(layer_card):
    """A terminal of any kind can show a card."""
    for text in (layer_card.last_layer, layer_card.inner_layer, layer_card.note):
        assert text.isascii()
        assert text.endswith(".") or not text
    for formula in _formulas(layer_card):
        assert formula.text.isascii()
        assert "\\" not in formula.text


def test_every_symbol_of_a_shape_is_explained():
    """The notation covers each symbol that a shape uses."""
    explained = {symbol for symbols, _ in NOTATION for symbol in symbols.split(", ")}
    used = {
        name
        for layer_card in CARDS
        for tensor in _tensors(layer_card)
        for symbol in tensor.symbols
        for name in re.findall(r"[a-z]+(?:_[a-z])?", symbol)
    }
    assert used <= explained


def test_cards_are_hashable_unique_and_in_the_order_of_the_chapters():
    """One card a name, frozen through and through."""
    assert len(set(CARDS)) == len({c.name for c in CARDS}) == len(CARDS)
    assert [c.chapter for c in CARDS] == sorted(c.chapter for c in CARDS)
    assert all(re.fullmatch(r"\d\d_[a-z0-9_]+", c.chapter) for c in CARDS)


def test_a_card_is_found_by_its_short_and_by_its_full_name():
    """`torch.nn.` may be written or left out."""
    assert card("torch.nn.Conv2d") is card("Conv2d")
    attention = card("torch.nn.functional.scaled_dot_product_attention")
    assert attention is card("scaled_dot_product_attention")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Conv1D", "There is no card named 'Conv1D'. Did you mean Conv1d, Conv3d, Conv2d?"),
        ("torch.nn.relu", "There is no card named 'torch.nn.relu'. Did you mean ReLU, ReLU6, GELU?"),
    ],
)
def test_an_unknown_name_is_answered_with_names_that_are_close(name, message):
    """The message is a sentence and not a repr."""
    with pytest.raises(UnknownLayer) as caught:
        card(name)
    assert str(caught.value) == message
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("name", ["Frobnicator9", 7, None])
def test_a_name_like_no_other_is_answered_with_all_names(name):
    """Whatever is asked for, the answer says what there is."""
    with pytest.raises(UnknownLayer, match=rf"The names are: Linear, Embedding, .*{CARDS[-1].name}\."):
        card(name)
