"""What the chapter on language models declares without an oracle, compared with PyTorch and ONNX."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import torch

import course
from course.chapters.language_model import earlier, given
from course.chapters.language_model.draws import decoder_params
from course.data import carroll

F = torch.nn.functional
OURS = {name: exercise.solution for name, exercise in course.exercises.items()}
SEEDS = range(3)


def tensors(params):
    """Give the arrays of a dict as tensors that want gradients."""
    return {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}


def turned(x, positions):
    """Turn pairs by complex numbers."""
    half = x.shape[-1] // 2
    angles = torch.outer(positions.double(), 10000.0 ** (-torch.arange(half).double() / half))
    z = torch.complex(x[..., :half].contiguous(), x[..., half:].contiguous()) * torch.polar(
        torch.ones_like(angles), angles
    )
    return torch.cat([z.real, z.imag], dim=-1)


def layer(x, params, num_heads, num_kv_heads):
    """Apply a decoder layer with PyTorch's functions alone."""
    n, length, d_model = x.shape
    positions = torch.arange(length)

    def heads(name, num):
        return F.linear(normed, params[name]).view(n, length, num, -1).transpose(1, 2)

    normed = F.rms_norm(x, (d_model,), params["norm1"], 1e-6)
    query, key = turned(heads("w_q", num_heads), positions), turned(heads("w_k", num_kv_heads), positions)
    mixed = F.scaled_dot_product_attention(query, key, heads("w_v", num_kv_heads), is_causal=True, enable_gqa=True)
    x = x + F.linear(mixed.transpose(1, 2).reshape(n, length, -1), params["w_o"])
    normed = F.rms_norm(x, (d_model,), params["norm2"], 1e-6)
    gated = F.silu(F.linear(normed, params["w_gate"])) * F.linear(normed, params["w_up"])
    return x + F.linear(gated, params["w_down"])


def logits_of(params, tokens, num_heads, num_kv_heads):
    """Give the logits of a whole decoder with PyTorch's functions alone."""
    x = F.embedding(tokens, params["embedding"])
    for one in given.layers_of(params):
        x = layer(x, one, num_heads, num_kv_heads)
    return F.linear(F.rms_norm(x, x.shape[-1:], params["norm"], 1e-6), params["embedding"])


def test_rotary_embedding_is_onnx_s():
    """ONNX's operator with its default, which is not interleaved, gives the same."""
    reference = pytest.importorskip("onnx.reference")
    helper = pytest.importorskip("onnx.helper")
    rng = np.random.default_rng(0)
    x, positions = rng.normal(size=(2, 3, 5, 8)), rng.permutation(30)[:5]
    angles = np.outer(np.arange(30), 10000.0 ** (-np.arange(4) / 4))
    node = helper.make_node("RotaryEmbedding", ["x", "cos", "sin", "at"], ["y"])
    run = reference.ReferenceEvaluator(node, opsets={"": 23}).run
    at = np.tile(positions, (2, 1)).astype(np.int64)
    (theirs,) = run(None, {"x": x, "cos": np.cos(angles), "sin": np.sin(angles), "at": at})
    np.testing.assert_allclose(OURS["rotary_embedding"](x, positions), theirs, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_rotary_embedding_multiplies_complex_numbers(seed):
    """The turn is a product with a complex number of length 1; products depend on distances alone."""
    rng = np.random.default_rng(seed)
    rotary_embedding = OURS["rotary_embedding"]
    x, positions = rng.normal(size=(2, 3, 5, 8)), rng.integers(0, 50, size=5)
    theirs = turned(torch.tensor(x), torch.tensor(positions)).numpy()
    np.testing.assert_allclose(rotary_embedding(x, positions), theirs, atol=1e-12)
    query, key = rng.normal(size=(1, 8)), rng.normal(size=(1, 8))
    products = [
        float((rotary_embedding(query, np.array([t + 3])) * rotary_embedding(key, np.array([t]))).sum())
        for t in (0, 7, 90)
    ]
    np.testing.assert_allclose(products, products[0], rtol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_swiglu_and_its_gradients_are_pytorch_s(seed):
    """Composed of linear and silu there, and differentiated by autograd."""
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in ((2, 4, 3), (5, 3), (5, 3), (3, 5))]
    x, gate, up, down = (torch.tensor(array, requires_grad=True) for array in arrays)
    output = F.linear(F.silu(F.linear(x, gate)) * F.linear(x, up), down)
    np.testing.assert_allclose(OURS["swiglu"](*arrays), output.detach().numpy(), atol=1e-12)
    grad = rng.normal(size=output.shape)
    theirs = torch.autograd.grad(output, (x, gate, up, down), torch.tensor(grad))
    for one, other in zip(OURS["swiglu_backward"](grad, *arrays), theirs, strict=True):
        np.testing.assert_allclose(one, other.numpy(), atol=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_decoder_layer_is_pytorch_s_and_causal(seed):
    """Composed of PyTorch's functions it gives the same; a later position changes no earlier one."""
    rng = np.random.default_rng(seed)
    params = given.layers_of(decoder_params(rng, 5, 8, 4, 2, 6, 1))[0]
    x = rng.normal(size=(2, 5, 8))
    theirs = layer(torch.tensor(x), tensors(params), 4, 2).detach().numpy()
    mine = OURS["decoder_layer"](x, params, 4, 2)
    np.testing.assert_allclose(mine, theirs, atol=1e-11)
    x[:, 3] += 1
    changed = (OURS["decoder_layer"](x, params, 4, 2) != mine).any(axis=(0, 2))
    assert changed.tolist() == [False, False, False, True, True]


@pytest.mark.parametrize("seed", SEEDS)
def test_attend_with_cache_is_the_same_step_without_one(seed):
    """In pieces of any length, it gives what attention over the whole text gives."""
    rng = np.random.default_rng(seed)
    query, key, value = (rng.normal(size=(2, heads, 9, 4)) for heads in (4, 2, 2))
    at = torch.arange(9)
    q, k = turned(torch.tensor(query), at), turned(torch.tensor(key), at)
    whole = F.scaled_dot_product_attention(q, k, torch.tensor(value), is_causal=True, enable_gqa=True)
    cache = np.zeros((2, 2, 0, 4)), np.zeros((2, 2, 0, 4))
    pieces, start = [], 0
    for length in (4, 1, 1, 3):
        part = slice(start, start + length)
        output, *cache = OURS["attend_with_cache"](query[:, :, part], key[:, :, part], value[:, :, part], *cache)
        pieces.append(output)
        start += length
    np.testing.assert_allclose(np.concatenate(pieces, axis=2), whole.numpy(), atol=1e-12)
    np.testing.assert_allclose(cache[0], k.numpy(), atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_adamw_step_is_pytorch_s_optimizer(seed):
    """Twenty steps with other gradients each give torch.optim.AdamW's parameters and averages."""
    rng = np.random.default_rng(seed)
    options = {"betas": (0.85, 0.97), "eps": 1e-6, "weight_decay": 0.1} if seed else {}
    params = [rng.normal(size=shape) for shape in ((3, 4), (4,))]
    state = {"step": 0, "exp_avg": [0 * p for p in params], "exp_avg_sq": [0 * p for p in params]}
    leaves = [torch.tensor(p, requires_grad=True) for p in params]
    optimizer = torch.optim.AdamW(leaves, lr=0.05, **options)
    for _ in range(20):
        grads = [rng.normal(size=p.shape) for p in params]
        for leaf, grad in zip(leaves, grads, strict=True):
            leaf.grad = torch.tensor(grad)
        optimizer.step()
        params, state = OURS["adamw_step"](params, grads, state, 0.05, **options)
    for i, leaf in enumerate(leaves):
        np.testing.assert_allclose(params[i], leaf.detach().numpy(), atol=1e-12)
        np.testing.assert_allclose(state["exp_avg_sq"][i], optimizer.state[leaf]["exp_avg_sq"].numpy(), atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_given_backward_is_autograd_s(seed):
    """The gradients of all parameters of a decoder with two layers."""
    rng = np.random.default_rng(seed)
    params = decoder_params(rng, 7, 8, 4, 2, 6, 2)
    tokens, targets = rng.integers(0, 7, size=(2, 3, 5))
    logits = given.decoder_logits(params, tokens, 4, 2)
    loss, grad = given.cross_entropy_loss(logits.reshape(-1, 7), targets.ravel())
    mine = given.decoder_backward(grad.reshape(logits.shape), params, tokens, 4, 2)
    leaves = tensors(params)
    theirs = logits_of(leaves, torch.tensor(tokens), 4, 2)
    wanted = F.cross_entropy(theirs.reshape(-1, 7), torch.tensor(targets.ravel()))
    wanted.backward()
    assert loss == pytest.approx(wanted.item(), rel=1e-12)
    assert list(mine) == list(params)
    for name, leaf in leaves.items():
        np.testing.assert_allclose(mine[name], leaf.grad.numpy(), atol=1e-12, err_msg=name)


@pytest.mark.whole
@pytest.mark.parametrize("seed", SEEDS)
def test_train_decoder_has_pytorch_s_losses(seed):
    """From the same start, step by step, with torch.optim.AdamW."""
    rng = np.random.default_rng(seed)
    params, tokens = decoder_params(rng, 9, 8, 2, 1, 6, 2), rng.integers(0, 9, size=80)
    starts = rng.integers(0, 80 - 8, size=(30, 3))
    _, mine = OURS["train_decoder"](params, tokens, starts, 7, 0.01, 2, 1)
    leaves = tensors(params)
    optimizer = torch.optim.AdamW(leaves.values(), lr=0.01)
    theirs = []
    for begin in starts:
        pieces = torch.tensor(tokens[begin[:, np.newaxis] + np.arange(8)])
        logits = logits_of(leaves, pieces[:, :-1], 2, 1)
        loss = F.cross_entropy(logits.reshape(-1, 9), pieces[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    np.testing.assert_allclose(mine, theirs, rtol=1e-6)
    assert mine[-1] < mine[0]


def test_sample_chooses_as_often_as_softmax_says():
    """Over 4,000 draws, each word comes as often as PyTorch's softmax of the best logits says."""
    logits, draws = np.array([0.5, 2.0, -1.0, 1.0, 1.5]), 4000
    rng = np.random.default_rng(0)
    words = [OURS["sample"](logits, 0.8, 3, rng) for _ in range(draws)]
    best = torch.tensor(logits / 0.8).topk(3)
    p = np.zeros(5)
    p[best.indices.numpy()] = torch.softmax(best.values, dim=0).numpy()
    spread = np.sqrt(p * (1 - p) * draws)
    assert (abs(np.bincount(words, minlength=5) - p * draws) <= 4 * spread).all()
    assert OURS["sample"](logits, 0, None, rng) == 1


@pytest.mark.whole
def test_a_wrong_choice_can_be_followed_with_a_pencil():
    """The report says what was drawn, and sends the student there; no sentence of dropout's."""

    def first_above_from_the_end(logits, temperature, top_k, rng):
        if temperature == 0:
            return int(logits.argmin())
        p = np.exp((logits - logits.max()) / temperature)
        p[np.argsort(logits)[: -(top_k or len(p))]] = 0
        return len(p) - 1 - int(rng.choice(len(p), p=(p / p.sum())[::-1]))

    told = str(course.assess(first_above_from_the_end, "sample"))
    assert "rng.random() gives" in told
    assert "Next: Work out [0] by hand" in told


def test_generate_writes_what_the_whole_decoder_would():
    """Step by step with a cache, it writes the text that PyTorch writes by reading everything again for each word."""
    rng = np.random.default_rng(1)
    params = decoder_params(rng, 9, 8, 4, 2, 6, 2)
    prompt = np.array([3, 1, 4])
    leaves, words = tensors(params), list(prompt)
    while len(words) < 20:
        words.append(int(logits_of(leaves, torch.tensor([words]), 4, 2)[0, -1].argmax()))

    def step(tokens, cache):
        return given.decoder_step(params, tokens, cache, 4, 2)

    mine = OURS["generate"](step, prompt, 20, 0, None, rng)
    assert mine.tolist() == words
    assert len(set(words)) > 3


def test_the_repaired_loss_is_pytorch_s():
    """The mean cross-entropy of all positions but the last, with the words one position later."""
    rng = np.random.default_rng(2)
    logits, tokens = rng.normal(size=(3, 6, 5)), rng.integers(0, 5, size=(3, 6))
    theirs = F.cross_entropy(torch.tensor(logits[:, :-1]).reshape(-1, 5), torch.tensor(tokens[:, 1:]).reshape(-1))
    assert OURS["repair_next_token_loss"](logits, tokens) == pytest.approx(theirs.item(), rel=1e-12)


def test_the_lesson_hands_out_what_the_cases_use():
    """Each function of `earlier` and `given` is in the lesson, word for word."""
    lesson = Path(course.__file__).parent.parent / "solutions" / "19_language_model" / "language_model.py"
    text = lesson.read_text(encoding="utf-8")
    for module in (earlier, given):
        functions = inspect.getmembers(module, inspect.isfunction)
        own = [inspect.getsource(f).strip() for _, f in functions if f.__module__ == module.__name__]
        assert own
        for source in own:
            assert source in text, re.match(r"def (\w+)", source)[1]


def test_the_poems_are_whole():
    """Jabberwocky has seven stanzas of four lines, The Walrus and the Carpenter eighteen of six; all plain ASCII."""
    text = carroll()
    assert text.isascii()
    assert "\r" not in text
    stanzas = [stanza.splitlines() for stanza in text.strip().split("\n\n")]
    assert [len(stanza) for stanza in stanzas] == [4] * 7 + [6] * 18
    assert stanzas[0] == stanzas[6]
    assert all(line == line.strip() and line for stanza in stanzas for line in stanza)


def test_training_that_returns_lists_is_told_what_is_wanted():
    """The parameters are a dict: a list of them is named as such, and the losses are not called several results."""
    solution = course.exercises["train_decoder"].solution

    def returns_lists(params, tokens, starts, length, lr, num_heads, num_kv_heads):
        params, losses = solution(params, tokens, starts, length, lr, num_heads, num_kv_heads)
        return list(params.values()), losses

    told = str(course.assess(returns_lists, "train_decoder"))
    assert 'type of params: yours "list", the reference "dict"' in told
