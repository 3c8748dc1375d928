"""The embedding layer and one-hot vectors against PyTorch's, forwards and backwards."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from course.functional import embedding, embedding_backward, one_hot

TOLERANCES = {"float64": (1e-9, 1e-9), "float32": (1.3e-6, 1e-5), "float16": (1e-3, 1e-3)}
REFUSALS = (ValueError, TypeError, IndexError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError, AssertionError)


@st.composite
def identifiers(draw: st.DrawFn, low: int, high: int, dtypes: tuple[str, ...]) -> np.ndarray:
    shape = draw(st.lists(st.integers(0, 4), max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    array = np.asarray(rng.integers(low, high, shape), draw(st.sampled_from(dtypes)))
    layout = draw(st.sampled_from(["plain", "transposed", "strided"]))
    if layout == "strided" and array.ndim:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    return np.asarray(np.ascontiguousarray(array.T).T).reshape(array.shape) if layout == "transposed" else array


@given(data=st.data())
def test_embedding_is_pytorchs(data: st.DataObject) -> None:
    """Rows, gradients and dtype agree, with every option and repeated identifiers, and no argument changes."""
    num, dim = data.draw(st.integers(1, 6)), data.draw(st.integers(0, 4))
    high = data.draw(st.sampled_from([num, num, num, num + 1]))
    low = data.draw(st.sampled_from([0, 0, 0, -1]))
    input = data.draw(identifiers(low, high, ("int64", "int32")))
    weight = np.random.default_rng(0).normal(size=(dim, num)).T.astype(data.draw(st.sampled_from(list(TOLERANCES))))
    padding_idx = data.draw(st.none() | st.integers(-num - 1, num))
    scaled = {"scale_grad_by_freq": data.draw(st.booleans())}
    before = input.copy(), weight.copy()
    leaf = torch.from_numpy(weight.copy()).requires_grad_()
    try:
        output = F.embedding(torch.from_numpy(input.copy()), leaf, padding_idx, **scaled)
    except TORCH_REFUSALS:
        with pytest.raises(REFUSALS):
            embedding(input, weight, padding_idx, **scaled)
        with pytest.raises(REFUSALS):
            embedding_backward(np.zeros((*input.shape, dim)), input, num, padding_idx, **scaled)
        return
    found = embedding(input, weight, padding_idx, **scaled)
    assert (found.shape, found.dtype) == (tuple(output.shape), weight.dtype)
    np.testing.assert_array_equal(found, output.detach().numpy())
    assert not np.shares_memory(found, weight)

    grad_output = np.random.default_rng(1).normal(size=found.shape).astype(weight.dtype)
    gradient = embedding_backward(grad_output, input, num, padding_idx, **scaled)
    # PyTorch sums float16 in float16: it is compared with its float32, rounded
    wide = torch.from_numpy(weight.astype(np.promote_types(weight.dtype, np.float32))).requires_grad_()
    output = F.embedding(torch.from_numpy(input.copy()), wide, padding_idx, **scaled)
    (wanted,) = torch.autograd.grad(output, wide, torch.from_numpy(grad_output).to(wide.dtype))
    assert (gradient.shape, gradient.dtype) == (weight.shape, weight.dtype)
    np.testing.assert_allclose(gradient, wanted.numpy().astype(weight.dtype), *TOLERANCES[str(weight.dtype)])
    np.testing.assert_array_equal(input, before[0])
    np.testing.assert_array_equal(weight, before[1])


@given(input=identifiers(-1, 5, ("int64",)) | identifiers(0, 5, ("int64", "int64", "int32")), data=st.data())
def test_one_hot_is_pytorchs(input: np.ndarray, data: st.DataObject) -> None:
    """With a number of classes or without, the rows agree, and what PyTorch refuses is refused."""
    options = data.draw(
        st.fixed_dictionaries({}, optional={"num_classes": st.sampled_from([5, 5, 7, -1, 3, 1, 0, -2])})
    )
    try:
        wanted = F.one_hot(torch.from_numpy(input.copy()), **options).numpy()
    except TORCH_REFUSALS:
        with pytest.raises(REFUSALS):
            one_hot(input, **options)
        return
    found = one_hot(input, **options)
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
    np.testing.assert_array_equal(found, wanted)


def test_a_table_of_integers_is_looked_up() -> None:
    """PyTorch looks up rows of any numbers."""
    table = np.arange(6).reshape(3, 2)
    np.testing.assert_array_equal(embedding(np.array(2), table), [4, 5])


def test_many_uses_of_one_row_add_up() -> None:
    """Ten thousand uses of one row, in float16 too, whose sums alone would stop at 2,048."""
    uses = np.zeros(10_000, np.int32)
    for dtype in (np.float64, np.float16):
        gradient = embedding_backward(np.ones((10_000, 1), dtype), uses, 2)
        np.testing.assert_array_equal(gradient, np.array([[10_000], [0]], dtype))


def test_scaled_by_frequency_a_row_has_the_mean_of_its_gradients() -> None:
    """Three uses of a row count as much as one; a padding row still has none, and an unused one has zeros."""
    grads, input = np.array([[1.0], [2.0], [6.0], [5.0]]), np.array([2, 2, 2, 0])
    gradient = embedding_backward(grads, input, 3, scale_grad_by_freq=True)
    np.testing.assert_array_equal(gradient, [[5], [0], [3]])
    np.testing.assert_array_equal(embedding_backward(grads, input, 3, 2, scale_grad_by_freq=True), [[5], [0], [0]])
    many = embedding_backward(np.ones((10_000, 1), np.float16), np.zeros(10_000, np.int32), 1, scale_grad_by_freq=True)
    assert many == 1
    with pytest.raises(TypeError, match="scale_grad_by_freq is 1; True or False is expected"):
        embedding_backward(grads, input, 3, scale_grad_by_freq=1)


IDS, TABLE = np.array([0, 1]), np.zeros((3, 4))

REFUSED: dict[str, tuple[tuple[Any, ...], str]] = {
    "too large an identifier": (
        (np.array([0, 3]), TABLE),
        "input holds identifiers from 0 to 3; weight has rows for 0 to 2",
    ),
    "a negative identifier": ((np.array([0, -1]), TABLE), "input holds identifiers from -1 to 0"),
    "an empty table": ((IDS, np.zeros((0, 4))), "weight has rows for none"),
    "short integers": ((IDS.astype(np.int16), TABLE), "input has dtype int16; int32 or int64 is expected"),
    "booleans": ((IDS.astype(bool), TABLE), "input has dtype bool"),
    "floats": ((IDS.astype(float), TABLE), "input has dtype float64"),
    "one row": ((IDS, np.zeros(4)), "weight has shape"),
    "three axes": ((IDS, np.zeros((3, 4, 5))), "weight has shape"),
    "padding_idx beyond": ((IDS, TABLE, 3), "padding_idx is 3; at most 2 is expected"),
    "padding_idx before": ((IDS, TABLE, -4), "padding_idx is -4; at least -3 is expected"),
    "padding_idx that is not a whole number": ((IDS, TABLE, 1.0), "padding_idx is 1.0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_pytorch_refuses_is_refused_by_name(case: str) -> None:
    """Both refuse, and ours says which argument, what came and what is expected."""
    (input, weight, *rest), words = REFUSED[case]
    with pytest.raises(TORCH_REFUSALS):
        F.embedding(torch.from_numpy(input), torch.from_numpy(weight), *rest)
    with pytest.raises(REFUSALS, match=words):
        embedding(input, weight, *rest)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((IDS, 2.0), "num_classes is 2.0; a whole number is expected"),
        ((IDS, True), "num_classes is True"),
        ((IDS, 0), "num_classes is 0 and input has shape"),
        ((IDS[:0],), "num_classes is -1 and input has shape"),
        ((IDS, 1), "num_classes leaves room for 0 to 0"),
        ((IDS - 1, 3), "input holds identifiers from -1 to 0"),
        ((IDS.astype(np.int32), 3), "input has dtype int32; int64 is expected"),
        (([0, 1], 3), "input is a list"),
    ],
)
def test_what_one_hot_refuses(arguments: tuple[Any, ...], words: str) -> None:
    """Classes that are not a number, too few or none, and identifiers that are none."""
    with pytest.raises(REFUSALS, match=words):
        one_hot(*arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros((2, 4)), np.array([0, 3]), 3), "num_embeddings leaves room for 0 to 2"),
        ((np.zeros((3, 4)), IDS, 3), r"grad_output has shape \(3, 4\); \(2, 4\) is expected"),
        ((np.zeros(2), IDS, 3), "grad_output has shape"),
        ((np.zeros((2, 4), int), IDS, 3), "grad_output has dtype int64"),
        ((np.zeros((2, 4)), IDS.astype(float), 3), "input has dtype float64"),
        ((np.zeros((2, 4)), IDS, 3.0), "num_embeddings is 3.0"),
        ((np.zeros((2, 4)), IDS, -1), "num_embeddings is -1"),
    ],
)
def test_what_the_way_back_refuses(arguments: tuple[Any, ...], words: str) -> None:
    """Shapes that do not fit, dtypes that are none of the forward pass, and rows that don't exist."""
    with pytest.raises(REFUSALS, match=words):
        embedding_backward(*arguments)
