"""What chapter 14's own references promise, compared with PyTorch and with the formulas."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import course
from course.checking.pairs import Pair
from course.checking.prepared import Prepared
from course.checking.source import source_of
from course.data import rhyme, rhyme_words, rhyme_writer


def drawn(name):
    """Give every case of five seeds with its right answer."""
    for seed in range(5):
        prepared = Prepared(course.exercises[name], seed)
        yield from zip(prepared.arguments, prepared.expected, strict=True)


def test_positional_encoding_is_the_papers_formula():
    """Sines in even columns, cosines in odd ones, of t / 10000^(2i/d)."""
    for arguments, expected in drawn("positional_encoding"):
        dim = arguments["dim"]
        for t in range(arguments["length"]):
            for i in range(dim // 2):
                angle = t / math.pow(10_000, 2 * i / dim)
                np.testing.assert_allclose(expected[t, 2 * i], math.sin(angle), atol=1e-14)
                np.testing.assert_allclose(expected[t, 2 * i + 1], math.cos(angle), atol=1e-14)


def test_feed_forward_is_two_of_pytorchs_linear_layers_with_a_relu():
    """feed_forward gives what Linear, ReLU, Linear give."""
    for arguments, expected in drawn("feed_forward"):
        x, w1, b1, w2, b2 = map(torch.tensor, arguments.values())
        torch.testing.assert_close(torch.tensor(expected), F.linear(F.relu(F.linear(x, w1, b1)), w2, b2))


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@pytest.mark.parametrize("training", [False, True])
def test_transformer_encoder_layer_is_pytorchs_module(training):
    """The module itself, loaded with the same arrays, gives what the oracle gives, on its fast path and off it."""
    orders = set()
    for arguments, expected in drawn("transformer_encoder_layer"):
        x, params, num_heads = (arguments[name] for name in ("x", "params", "num_heads"))
        norm_first, is_causal = arguments.get("norm_first", False), arguments.get("is_causal", False)
        mask = (
            torch.nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=torch.float64) if is_causal else None
        )
        orders.add((norm_first, is_causal))
        layer = torch.nn.TransformerEncoderLayer(
            x.shape[-1],
            num_heads,
            len(params["linear1.bias"]),
            dropout=0.0,
            batch_first=True,
            norm_first=norm_first,
            dtype=torch.float64,
        )
        layer.load_state_dict({name: torch.tensor(array) for name, array in params.items()})
        layer.train(training)
        with torch.set_grad_enabled(training):
            output = layer(torch.tensor(x), src_mask=mask, is_causal=is_causal)
            torch.testing.assert_close(output.detach(), torch.tensor(expected))
    assert orders == {(first, causal) for first in (False, True) for causal in (False, True)}


def without_a_mask(source):
    """Give an answer that never had a mask: the layer as it is called in other courses."""
    for piece in (
        ", is_causal=False",
        "        if is_causal:\n            scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)\n",
    ):
        assert source.count(piece) == 1
        source = source.replace(piece, "")
    notebook = {"np": np}
    exec(source, notebook)
    return notebook["transformer_encoder_layer"]


LAYER = course.exercises["transformer_encoder_layer"]
OF_THE_MASK = {"mask-ignored", "always-causal", "order-for-mask"}
OTHERS = [known for known in LAYER.misconceptions if known.mistake.slug not in OF_THE_MASK]


@pytest.mark.parametrize("known", OTHERS, ids=lambda known: known.mistake.slug)
def test_a_layer_in_one_function_without_a_mask_is_told_its_mistake(known):
    """Every known mistake but the three of the mask, and nothing about what is not asked for."""
    report = course.assess(without_a_mask(known.source), LAYER.name)
    assert not report.passed
    assert (report.misconceptions, report.explains.everything) == ((known.id,), True)
    assert "is_causal" not in str(report)


@pytest.mark.whole
@pytest.mark.parametrize(
    "slugs", [("always-post-norm", "no-scale"), ("eps-outside", "no-out-bias"), ("no-relu", "no-attention-shortcut")]
)
def test_two_mistakes_in_different_steps_of_the_layer_are_both_named(slugs):
    """In the order, in a norm, in the attention, in the feed-forward part: all are edits of one function."""
    by_slug = {known.mistake.slug: known for known in LAYER.misconceptions}
    pair = Pair(*(by_slug[slug] for slug in slugs))
    report = course.assess(pair.variant, LAYER.name)
    assert set(report.misconceptions) == {f"{LAYER.name}.{slug}" for slug in slugs}
    assert report.explains.everything


def test_a_layer_that_takes_a_mask_must_use_it():
    """The signature that the notebook hands out is asked for in full; without is_causal, the rest is."""
    (ignored,) = (known for known in LAYER.misconceptions if known.mistake.slug == "mask-ignored")
    assert course.assess(ignored.variant, LAYER.name).misconception == ignored.id
    report = course.assess(without_a_mask(source_of(LAYER.written_out, LAYER.name)), LAYER.name)
    assert (report.passed, report.score, len(report.counted)) == (True, 1.0, 6)
    assert "Remark: your function does not take `is_causal`. This doesn't count." in str(report)


def test_self_attention_is_pytorchs_multi_head_attention_of_one_sequence():
    """The module gives the same, with query, key and value from x, and with PyTorch's own causal mask."""
    masks = set()
    for arguments, expected in drawn("self_attention"):
        x, in_weight, in_bias, out_weight, out_bias, num_heads, *causal = arguments.values()
        layer = torch.nn.MultiheadAttention(x.shape[-1], num_heads, batch_first=True, dtype=torch.float64)
        arrays = {"in_proj_weight": in_weight, "in_proj_bias": in_bias}
        arrays |= {"out_proj.weight": out_weight, "out_proj.bias": out_bias}
        layer.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
        mask = torch.nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=torch.float64)
        rows = torch.tensor(x)
        output, _ = layer(rows, rows, rows, need_weights=False, attn_mask=mask if causal else None)
        torch.testing.assert_close(output.detach(), torch.tensor(expected))
        masks.add(bool(causal))
    assert masks == {False, True}


def test_add_and_norm_is_pytorchs_layer_norm_around_a_residual_connection():
    """With the norm last it normalizes x + part(x); with the norm first, only what goes into part."""
    orders = set()
    for arguments, expected in drawn("add_and_norm"):
        x, part, weight, bias, *first = arguments.values()
        x, weight, bias = map(torch.tensor, (x, weight, bias))
        if first:
            wanted = x + torch.tensor(part(F.layer_norm(x, weight.shape, weight, bias).numpy()))
        else:
            wanted = F.layer_norm(x + torch.tensor(part(x.numpy())), weight.shape, weight, bias)
        torch.testing.assert_close(torch.tensor(expected), wanted)
        orders.add(bool(first))
    assert orders == {False, True}


@pytest.mark.parametrize("bad", [np.zeros((2, 3)), np.zeros((1, 2, 4)), np.zeros((1, 2, 3), dtype=bool)])
def test_add_and_norms_parts_refuse_what_are_no_features(bad):
    """A single sentence, another number of features or truth values are reported by their shape and type."""
    part = Prepared(course.exercises["add_and_norm"], 0).arguments[0]["part"]
    with pytest.raises(ValueError, match=r"shape \(n, l, 3\)"):
        part(bad)


def test_greedy_decode_takes_the_most_likely_token_at_every_step():
    """In greedy_decode's result no token has a higher logit than the one that was taken, and none before it as high."""
    for arguments, expected in drawn("greedy_decode"):
        prompt = arguments["prompt"]
        np.testing.assert_array_equal(expected[: len(prompt)], prompt)
        assert len(expected) == arguments["length"]
        logits = torch.tensor(arguments["logits_fn"](expected))
        for t in range(len(prompt), len(expected)):
            row = logits[t - 1]
            assert row[expected[t]] == row.max()
            assert (row[: expected[t]] < row.max()).all()


@pytest.mark.parametrize("bad", [np.array([[1, 2]]), np.array(3), np.array([], dtype=int)])
def test_greedy_decodes_models_refuse_what_are_no_tokens(bad):
    """A batch, a single number or no token at all are reported by their shape."""
    logits_fn = Prepared(course.exercises["greedy_decode"], 0).arguments[0]["logits_fn"]
    with pytest.raises(ValueError, match=r"shape \(t,\)"):
        logits_fn(bad)


def test_repair_pre_norm_is_half_of_pytorchs_pre_norm_layer():
    """repair_pre_norm gives x + linear(relu(linear(layer_norm(x))))."""
    for arguments, expected in drawn("repair_pre_norm"):
        x, weight, bias, w1, b1, w2, b2 = map(torch.tensor, arguments.values())
        normalised = F.layer_norm(x, x.shape[-1:], weight, bias)
        wanted = x + F.linear(F.relu(F.linear(normalised, w1, b1)), w2, b2)
        torch.testing.assert_close(torch.tensor(expected), wanted)


def test_the_lesson_quotes_what_repair_pre_norm_and_its_broken_form_give():
    """Lengths of the features in a deep stack of such halves; on normalised rows the two can hardly be told apart."""
    exercise = course.exercises["repair_pre_norm"]
    rng = np.random.default_rng(0)
    d_m, d_f = 32, 64
    start = rng.normal(size=(8, d_m))
    halves = []
    for _ in range(16):
        w1, w2 = rng.normal(size=(d_f, d_m)) / math.sqrt(d_m), rng.normal(size=(d_m, d_f)) / math.sqrt(d_f)
        halves.append((np.ones(d_m), np.zeros(d_m), w1, np.zeros(d_f), w2, np.zeros(d_m)))
    for function, quoted in (
        (exercise.reference, "6.8  8.7  9.8 12.3 17.0"),
        (exercise.given, "6.8  7.7  6.7  7.1  7.4"),
    ):
        x, lengths = start, []
        for half in halves:
            x = function(x, *half)
            lengths.append(np.linalg.norm(x, axis=1).mean())
        np.testing.assert_allclose(
            [lengths[i - 1] for i in (1, 2, 4, 8, 16)], list(map(float, quoted.split())), atol=0.06
        )
    normalised = (start - start.mean(1, keepdims=True)) / start.std(1, keepdims=True)
    right, wrong = exercise.reference(normalised, *halves[0]), exercise.given(normalised, *halves[0])
    assert 0 < np.abs(right - wrong).max() < 5e-5


def rhyme_logits(tokens):
    """Run the small language model with the course's own layer."""
    weights, solutions = rhyme_writer(), course.exercises
    x = weights["embedding.weight"][tokens] + solutions["positional_encoding"].solution(len(tokens), 32)
    x = x[np.newaxis]
    for params in layers_of(weights):
        x = solutions["transformer_encoder_layer"].solution(x, params, 4, is_causal=True)
    return x[0] @ weights["linear.weight"].T + weights["linear.bias"]


def layers_of(weights):
    """Give the parameters of each of the two layers."""
    starts = ("layers.0.", "layers.1.")
    return [{n.removeprefix(start): a for n, a in weights.items() if n.startswith(start)} for start in starts]


def test_the_trained_weights_write_every_verse_of_the_rhyme():
    """From its first four words, by greedy decoding; the last word of each verse is the full stop."""
    vocab = rhyme_words()
    for verse in rhyme():
        tokens = np.array([vocab.index(word) for word in verse])
        written = course.exercises["greedy_decode"].solution(rhyme_logits, tokens[:4], len(tokens))
        assert [vocab[token] for token in written] == verse


def test_the_trained_weights_are_those_of_pytorchs_layers():
    """PyTorch's modules with these weights give the same logits."""
    weights, tokens = rhyme_writer(), np.arange(20)
    x = weights["embedding.weight"][tokens] + course.functional.positional_encoding(20, 32)
    x = torch.tensor(x).unsqueeze(0)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(20, dtype=torch.float64)
    for params in layers_of(weights):
        layer = torch.nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True, dtype=torch.float64)
        layer.load_state_dict({name: torch.tensor(array) for name, array in params.items()})
        x = layer(x, src_mask=mask, is_causal=True)
    logits = F.linear(x[0], torch.tensor(weights["linear.weight"]), torch.tensor(weights["linear.bias"]))
    torch.testing.assert_close(logits.detach(), torch.tensor(rhyme_logits(tokens)))
