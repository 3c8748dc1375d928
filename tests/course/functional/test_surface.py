"""What `course.functional` offers as a whole: how much there is, and under whose names, orders and defaults."""

import doctest
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import torch.nn.functional as F

import course.functional

LAYERS = [name for name in course.functional.__all__ if not name.endswith("_backward")]
BACKWARDS = [name for name in course.functional.__all__ if name.endswith("_backward")]
WITHOUT_BACKWARD = {"dropout_mask", "one_hot", "positional_encoding"}
NOT_IN_PYTORCH = {
    *("conv_nd", "dropout_mask", "positional_encoding", "rotary_embedding", "swiglu"),
    *("gru_cell", "lstm_cell", "rnn_cell"),
}

# PyTorch's arguments that are not taken here: they change what they are given, or come from old days, or are rare
LEFT_OUT = {
    **dict.fromkeys(("relu", "relu6", "leaky_relu", "silu", "hardswish", "dropout"), ("inplace",)),
    **dict.fromkeys(("softmax", "log_softmax"), ("_stacklevel",)),
    **dict.fromkeys(("cross_entropy", "binary_cross_entropy_with_logits"), ("size_average", "reduce")),
    "mse_loss": ("size_average", "reduce", "weight"),
    "embedding": ("max_norm", "norm_type", "sparse"),
    "multi_head_attention_forward": (
        *("use_separate_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight", "static_k", "static_v"),
    ),
}
# and what is ours: a generator, where PyTorch has one for all; and PyTorch guesses a missing dim, with a warning
OURS = {"rng"}
NO_DEFAULT = {("softmax", "dim"), ("log_softmax", "dim")}


def _theirs(name: str) -> dict[str, inspect.Parameter]:
    """Give PyTorch's arguments: for a function in C, only its documentation lists them."""
    function = getattr(F, f"{name}_with_indices" if name.startswith("max_pool") else name)
    try:
        signature = inspect.signature(function)
    except ValueError:
        documented = re.search(rf"{name}\((.*?)\)\s*->", function.__doc__, re.DOTALL)
        assert documented is not None
        namespace: dict[str, Any] = {}
        exec(f"def documented({documented[1]}): ...", namespace)
        signature = inspect.signature(namespace["documented"])
    renamed = {"tensor": "input"} if name == "one_hot" else {}  # it is documented so, and called `input`
    return {renamed.get(key, key): parameter for key, parameter in signature.parameters.items()}


def test_how_much_there_is() -> None:
    """The README says how many layers, how many of them PyTorch has as functions, and how many have a backward."""
    readme = (Path(course.__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    told = re.search(
        r"`course.functional` has (\d+) layers: (\d+) are functions of.*? and (\d+) have no .*?(\d+) of them have a backward",
        " ".join(readme.split()),
    )
    assert told is not None
    in_pytorch = [name for name in LAYERS if name not in NOT_IN_PYTORCH]
    assert all(hasattr(F, f"{name}_with_indices" if name.startswith("max_pool") else name) for name in in_pytorch)
    assert not any(hasattr(F, name) for name in NOT_IN_PYTORCH)
    assert [len(LAYERS), len(in_pytorch), len(NOT_IN_PYTORCH), len(BACKWARDS)] == [
        int(number) for number in told.groups()
    ]
    assert {f"{name}_backward" for name in LAYERS if name not in WITHOUT_BACKWARD} == set(BACKWARDS)
    assert sorted(course.functional.__all__) == course.functional.__all__


@pytest.mark.parametrize("name", course.functional.__all__)
def test_each_is_shown(name: str) -> None:
    """Each shows an example in its docstring, which pytest runs."""
    assert doctest.DocTestParser().get_examples(getattr(course.functional, name).__doc__)


@pytest.mark.parametrize("name", [name for name in LAYERS if name not in NOT_IN_PYTORCH])
def test_arguments_are_pytorchs(name: str) -> None:
    """Names and defaults are PyTorch's, positional arguments are in PyTorch's order, and what is missing is known."""
    ours, theirs = inspect.signature(getattr(course.functional, name)).parameters, _theirs(name)
    assert set(theirs) - set(ours) == set(LEFT_OUT.get(name, ()))
    assert set(ours) - set(theirs) <= OURS
    in_place = [key for key, one in ours.items() if one.kind is one.POSITIONAL_OR_KEYWORD and key not in OURS]
    assert in_place == list(theirs)[: len(in_place)]
    for key, one in ours.items():
        if key not in OURS and (name, key) not in NO_DEFAULT:
            assert one.default == theirs[key].default, key
