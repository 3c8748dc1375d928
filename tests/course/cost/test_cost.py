"""What a network costs is what torchinfo 1.8.0 prints, and where that is not the truth, the truth too."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
import torchinfo
from torch import nn

from course import cost
from course.catalog import CARDS, card
from tests.course.cost.networks import (
    BasicBlock,
    LeNet,
    Residual,
    ScaledDotProductAttention,
    Stem,
    assert_as_torchinfo,
    depthwise_separable,
    encoder,
    flat,
    flops,
    from_torchinfo,
    lenet5,
    vgg,
)

NETWORKS = {
    "LeNet-5": (lenet5(), (4, 1, 28, 28)),
    "VGG": (vgg(), (2, 3, 64, 48)),
    "convolution, unbatched": ("torch.nn.Conv2d(3, 4, (2, 3))", (3, 7, 6)),
    "pixel shuffle, unbatched": ("torch.nn.PixelShuffle(3)", (18, 4, 5)),
    "upsampling to a size": ("torch.nn.Upsample((7, 9), mode='bilinear')", (2, 3, 4, 5)),
    "upsampling by two factors": ("torch.nn.Upsample(scale_factor=(2.5, 3))", (2, 3, 5, 4)),
    "transposed convolution, unbatched": ("torch.nn.ConvTranspose2d(6, 4, (2, 3), 2, groups=2)", (6, 7, 5)),
    "linear, three leading axes": ("torch.nn.Linear(10, 5)", (2, 3, 4, 10)),
    "depthwise-separable": (depthwise_separable(), (2, 16, 21, 18)),
    "encoder": (encoder(", batch_first=True"), (2, 5, 16)),
    "encoder, batch second": (encoder(), (5, 2, 16)),
    "encoder, norm first": (encoder(", norm_first=True, batch_first=True"), (2, 5, 16)),
    "encoder, no bias": (encoder(", bias=False, batch_first=True"), (2, 5, 16)),
    "encoder, a layer as activation": (encoder(", activation=torch.nn.GELU(), batch_first=True"), (2, 5, 16)),
    "encoder, unbatched": (encoder(), (5, 16)),
}


@pytest.mark.parametrize(("text", "shape"), NETWORKS.values(), ids=NETWORKS)
def test_a_network_costs_what_torchinfo_says(text, shape):
    """Described by its text and read from its module, every row and total is torchinfo's; true counts are the flops'."""
    module = eval(text)
    described = assert_as_torchinfo(module, text, shape)
    read = assert_as_torchinfo(module, module, shape)
    assert described.rows == read.rows
    assert 2 * read.true_mult_adds == flops(module, shape)


RECURRENT = {
    "LSTM": ("torch.nn.LSTM(3, 4)", (5, 2, 3)),
    "LSTM, two layers both ways": ("torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True)", (5, 2, 3)),
    "LSTM, batch first, no bias": ("torch.nn.LSTM(3, 4, bias=False, batch_first=True)", (2, 5, 3)),
    "LSTM, projected": ("torch.nn.LSTM(3, 6, 2, proj_size=2, bidirectional=True)", (5, 2, 3)),
    "LSTM, unbatched": ("torch.nn.LSTM(3, 4, batch_first=True)", (5, 3)),
    "GRU": ("torch.nn.GRU(3, 4, 2)", (5, 2, 3)),
    "RNN": ("torch.nn.RNN(3, 4, 1, 'relu', bidirectional=True)", (5, 2, 3)),
    "RNN, within a network": ("torch.nn.Sequential(torch.nn.Tanh(), torch.nn.RNN(3, 4))", (5, 2, 3)),
}


def shapes_of(result):
    """Give the shapes of what a module returns, nested as it returns it."""
    return tuple(result.shape) if isinstance(result, torch.Tensor) else tuple(map(shapes_of, result))


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize(("text", "shape"), RECURRENT.values(), ids=RECURRENT)
def test_a_layer_with_several_outputs_costs_what_torchinfo_says(text, shape):
    """Rows and totals are torchinfo's, which sees the first output; all shapes are the shapes of what PyTorch returns."""
    module = eval(text)
    described = assert_as_torchinfo(module, text, shape)
    read = assert_as_torchinfo(module, module, shape)
    assert described.rows == read.rows
    assert described.output_shapes == shapes_of(module(torch.rand(shape)))
    assert 2 * read.true_mult_adds == flops(module, shape)


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("options", [{}, {"add_bias_kv": True, "add_zero_attn": True}])
def test_attention_has_two_outputs(batch_first, options):
    """The output and the weights, with a batch on either axis and without one."""
    module = nn.MultiheadAttention(8, 2, batch_first=batch_first, **options)
    for batch in ((2,), ()):
        query, key = ((*batch, length, 8) if batch_first else (length, *batch, 8) for length in (5, 7))
        ours = cost.summary(module, [query, key, key])
        assert ours.output_shapes == shapes_of(module(torch.rand(query), torch.rand(key), torch.rand(key)))
        assert ours.output_shape == query


class Tagger(nn.Module):
    """Takes one of an LSTM's outputs, and one of attention's."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 8, batch_first=True)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.linear = nn.Linear(8, 3)

    def forward(self, x):
        output, _ = self.lstm(x)
        mixed, weights = self.attention(output, output, output)
        return self.linear(mixed), weights


def test_one_of_several_outputs_is_chosen_in_a_network():
    """`Output` has no row, as the forward that it describes has none."""
    net = Tagger()
    described = cost.Sequential(cost.Output(net.lstm), cost.Output(net.attention), net.linear, name="Tagger")
    ours = assert_as_torchinfo(net, described, (2, 5, 6))
    assert ours.output_shape == (2, 5, 3)
    states = cost.Sequential(cost.Output(cost.Output(net.lstm, 1), -1), name="Last")
    assert cost.summary(states, (2, 5, 6)).output_shape == (1, 2, 8)
    assert cost.summary(cost.Output(net.lstm, 0, name="Encoder"), (2, 5, 6)).output_shapes == (2, 5, 8)


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_rows_are_hidden_below_a_depth_as_torchinfo_hides_them(depth):
    """A container shows what it holds where its rows are hidden, and a frozen one shows it in brackets."""
    module = nn.Sequential(eval(vgg()), nn.Identity())
    module[0][0].requires_grad_(False)
    assert_as_torchinfo(module, module, (1, 3, 32, 48), depth=depth)
    module = nn.Sequential(nn.ReLU(), eval(encoder())).requires_grad_(depth == 1)
    assert_as_torchinfo(module, module, (5, 2, 16), depth=depth)


@pytest.mark.parametrize("layer_card", CARDS, ids=lambda c: c.name)
def test_every_card_of_the_catalog_costs_what_torchinfo_says(layer_card):
    """A card's call is a description. Its output's shape and its parameters are the card's too."""
    shapes = [tensor.shape for tensor in layer_card.inputs]
    function = layer_card.call.startswith("torch.nn.functional")
    module = ScaledDotProductAttention() if function else eval(layer_card.call)
    ours = assert_as_torchinfo(module, layer_card.call, *shapes, identifiers=layer_card.name == "Embedding")
    if not function:
        assert_as_torchinfo(module, module, *shapes, identifiers=layer_card.name == "Embedding")
    assert flat(ours.output_shapes) == [tensor.shape for tensor in layer_card.outputs]
    assert ours.parameters == layer_card.num_parameters
    if layer_card.name != "Embedding":
        assert 2 * ours.true_mult_adds == flops(module, *shapes)


def test_few_mult_adds_are_told_as_they_are():
    """In millions, as torchinfo writes them, nothing would be left of 55."""
    small = cost.summary("torch.nn.Linear(10, 5)", (1, 10))
    assert "Total mult-adds: 55" in str(small).splitlines()
    assert "Total mult-adds (M): 0.26" in str(cost.summary(card("Conv1d padded").call, (1, 16, 100))).splitlines()


@pytest.mark.parametrize(
    ("call", "shape", "figures"),
    [
        ("torch.nn.Linear(10, 5)", (1, 10), ("55", "(M): 0.00", "0.00", "0.00", "0.00", "0.00")),
        (card("Conv1d padded").call, (1, 16, 100), ("2,592", "(M): 0.26", "0.01", "0.03", "0.01", "0.04")),
        (card("Conv2d padded").call, (1, 16, 100, 100), ("12,832", "(M): 128.32", "0.64", "2.56", "0.05", "3.25")),
    ],
)
def test_the_figures_of_the_first_notes_come_out(call, shape, figures):
    """Total parameters, mult-adds, and the megabytes of input, forward and backward, parameters, and all."""
    lines = [line for line in cost.summary(call, shape).text().splitlines() if ": " in line and "├" not in line]
    ends = [line.split(": ", 1)[1] for line in lines if "rainable" not in line]
    assert ends == [figures[0], figures[1].split(": ")[1], *figures[2:]]
    assert f"Total mult-adds {figures[1]}" in lines


def test_residual_blocks_are_described_by_their_parts():
    """The rows of a hand-written forward come out, a ReLU used twice counts once, and a sum costs nothing."""
    blocks = [BasicBlock(8, 8), BasicBlock(8, 16, stride=2)]
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), *blocks)
    described = cost.Sequential(net[0], *(block.described() for block in blocks))
    ours = assert_as_torchinfo(net, described, (2, 3, 11, 14))
    assert 2 * ours.true_mult_adds == flops(net, (2, 3, 11, 14))
    body = nn.Sequential(nn.Linear(6, 6), nn.Tanh())
    assert_as_torchinfo(Residual(body), cost.Residual(body), (4, 6))


def test_functions_of_a_forward_have_no_row():
    """LeNet-5 with pooling and flattening as functions has rows for its five layers only."""
    pool = cost.Functional(cost.MaxPool2d(2))
    described = cost.Sequential(
        cost.Conv2d(1, 6, 5, padding=2),
        pool,
        cost.Conv2d(6, 16, 5),
        pool,
        cost.Functional(cost.Flatten()),
        *(cost.Linear(*sizes) for sizes in ((400, 120), (120, 84), (84, 10))),
        name="LeNet",
    )
    assert_as_torchinfo(LeNet(), described, (3, 1, 28, 28))
    attention = cost.Functional(cost.ScaledDotProductAttention())
    assert cost.summary(cost.Sequential(attention, name="Net"), (2, 5, 8)).true_mult_adds == 2 * 5 * 5 * 16


def test_a_subclass_that_keeps_its_forward_is_read_under_its_own_name():
    """Only its own forward keeps a module from being read."""
    assert_as_torchinfo(Stem(), Stem(), (1, 3, 5, 6))


def test_a_layer_used_twice_counts_once():
    """Its parameters count in the first row; its mult-adds and its outputs count in both."""
    layer, block = nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    module = nn.Sequential(layer, block, nn.ReLU(), layer, block)
    ours = assert_as_torchinfo(module, module, (2, 4))
    assert ours.parameters == 40
    for depth in (0, 1):
        assert_as_torchinfo(module, module, (2, 4), depth=depth)
    same = cost.Linear(4, 4)
    assert cost.summary(cost.Sequential(same, same), (2, 4)).parameters == 20
    assert cost.summary(cost.Sequential(same, cost.Linear(4, 4)), (2, 4)).parameters == 40


def test_a_layer_in_two_containers_counts_once_where_torchinfo_counts_twice():
    """It is the one difference from torchinfo's totals."""
    layer = nn.Linear(4, 4)
    module = nn.Sequential(nn.Sequential(layer), nn.Sequential(layer, nn.Linear(4, 4)))
    assert from_torchinfo(module, (2, 4)).total_params == 80
    ours = cost.summary(module, (2, 4))
    assert ours.parameters == ours.true_parameters == 40


def test_a_tensor_of_two_layers_counts_twice_in_torchinfo_and_once_in_truth():
    """Tied weights are one tensor."""
    module = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 10, bias=False))
    module[1].weight = module[0].weight
    ours = assert_as_torchinfo(module, module, (3, 7), identifiers=True)
    assert (ours.parameters, ours.true_parameters, ours.true_parameter_bytes) == (80, 40, 160)


def test_attention_counts_no_bytes_in_torchinfo_and_all_of_them_in_truth():
    """Query, key and value may be of three sizes; one input stands for all three."""
    module = nn.MultiheadAttention(8, 2, kdim=6, vdim=10, add_bias_kv=True, add_zero_attn=True)
    shapes = (5, 2, 8), (7, 2, 6), (7, 2, 10)
    ours = assert_as_torchinfo(module, module, *shapes)
    assert ours.parameter_bytes == ours.mult_adds == 0
    assert ours.true_parameter_bytes == 4 * ours.parameters
    assert 2 * ours.true_mult_adds == flops(module, *shapes)
    same = cost.MultiheadAttention(8, 2)
    assert cost.summary(same, (5, 2, 8)).rows == cost.summary(same, [(5, 2, 8)] * 3).rows


def test_large_counts_have_torchinfos_units():
    """Millions, billions and trillions; an Embedding gets there without multiplying anything."""
    module = nn.Embedding(100_000, 64)
    for length, unit in ((1, "M"), (1_000, "G"), (200_000, "T")):
        ours = assert_as_torchinfo(module, module, (length,), identifiers=True)
        assert f"Total mult-adds ({unit})" in str(ours)
        assert ours.true_mult_adds == 0


def test_other_widths_of_numbers():
    """Bytes follow the dtype, and a module of another one is refused."""
    module = nn.Linear(10, 5).double()
    theirs = torchinfo.summary(module, (2, 10), dtypes=[torch.double], verbose=0)
    ours = cost.summary(module, (2, 10), dtype="float64")
    assert (ours.parameter_bytes, ours.forward_backward_bytes) == (theirs.total_param_bytes, theirs.total_output_bytes)
    with pytest.raises(TypeError, match="Linear has a weight of 8 bytes a number where 4 are counted; give its dtype"):
        cost.summary(module, (2, 10))
    with pytest.raises(ValueError, match="dtype is 'int8'; float16, bfloat16, float32, float64 are allowed"):
        cost.summary(cost.ReLU(), (1,), dtype="int8")


def test_a_true_column_stands_beside_torchinfos():
    """Both counts of the same layer in one row."""
    text = cost.summary(cost.Linear(10, 5), (2, 7, 10)).text(("mult_adds", "true_mult_adds"))
    assert text.splitlines()[3].split() == ["Linear", "110", "700"]
    with pytest.raises(ValueError, match="columns has 'flops'; input_size, output_size"):
        cost.summary(cost.ReLU(), (1,)).text(("flops",))


def test_counting_needs_no_torch():
    """Neither torch nor torchinfo is imported, and a card's call can be counted all the same."""
    code = (
        "import sys; from course.cost import summary; summary('torch.nn.Linear(10, 5)', (1, 10)); "
        "print([name for name in ('torch', 'torchinfo', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
