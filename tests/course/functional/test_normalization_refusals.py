"""What PyTorch's normalizations refuse is refused here, in words that name the argument."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course.functional import batch_normalization, group_normalization, normalization

REFUSALS = (ValueError, TypeError, IndexError)
TORCH_REFUSALS = (*REFUSALS, RuntimeError, NotImplementedError, ZeroDivisionError)

OURS = {
    name: getattr(module, name)
    for module in (normalization, batch_normalization, group_normalization)
    for name in dir(module)
    if "_norm" in name and not name.startswith("_")
}


def one(*shape: int, dtype: Any = np.float64) -> np.ndarray:
    return np.ones(shape, dtype=dtype)


X, HALF, SINGLE = np.arange(24.0).reshape(3, 4, 2), np.float16, np.float32
STATISTICS = {"running_mean": one(4), "running_var": one(4)}
BATCH = {"running_mean": None, "running_var": None, "training": True}
CHANNEL_REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"input": one(3)}, "input has shape"),
    ({"input": one()}, "input has shape"),
    ({"input": X.astype(int)}, "input has dtype int64"),
    ({"weight": one(3)}, "weight has shape"),
    ({"weight": one(1)}, "weight has shape"),
    ({"bias": one(3)}, "bias has shape"),
    ({"bias": one(1)}, "bias has shape"),
    ({"weight": one(4, dtype=SINGLE)}, "weight has dtype float32"),
    ({"bias": one(4, dtype=HALF)}, "bias has dtype float16"),
    ({"input": X.astype(SINGLE), "weight": one(4)}, "weight has dtype float64"),
    ({"input": X.astype(HALF), "weight": one(4, dtype=SINGLE), "bias": one(4, dtype=HALF)}, "bias has dtype float16"),
    ({"eps": "1"}, "eps is '1'"),
    ({"eps": None}, "eps is None"),
]
RUNNING_REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"running_mean": one(4)}, "running_var is None; both"),
    ({"running_var": one(4)}, "running_mean is None; both"),
    ({**STATISTICS, "running_mean": one(3)}, "running_mean has shape"),
    ({**STATISTICS, "running_mean": one(1, 4)}, "running_mean has shape"),
    ({**STATISTICS, "running_var": one(1)}, "running_var has shape"),
    ({**STATISTICS, "running_var": one(4, dtype=SINGLE)}, "running_var has dtype"),
    ({**STATISTICS, "momentum": None}, "momentum is None"),
    ({**STATISTICS, "momentum": "0.1"}, "momentum is '0.1'"),
]
TABLE: list[tuple[str, dict[str, Any], str]] = [
    *[
        ("batch_norm", {"input": X, **BATCH, **changes}, words)
        for changes, words in CHANNEL_REFUSALS + RUNNING_REFUSALS
    ],
    ("batch_norm", {"input": one(1, 4), **BATCH}, "one value per channel"),
    ("batch_norm", {"input": one(1, 4, 1, 1), **BATCH}, "one value per channel"),
    ("batch_norm", {"input": one(1, 0), **BATCH}, "one value per channel"),
    ("batch_norm", {"input": X, **BATCH, "eps": 0}, "eps is 0"),
    ("batch_norm", {"input": X, **BATCH, "eps": -1.0}, "eps is -1.0"),
    ("batch_norm", {"input": X, **STATISTICS, "eps": -1.0}, "eps is -1.0"),
    ("batch_norm", {"input": X, **BATCH, "training": False}, "running_mean and running_var are expected"),
    ("batch_norm", {"input": X, **STATISTICS, "running_var": None}, "running_mean and running_var are expected"),
    ("batch_norm", {"input": X, **BATCH, "training": None}, "training is None"),
    *[("instance_norm", {"input": X, **changes}, words) for changes, words in CHANNEL_REFUSALS + RUNNING_REFUSALS],
    ("instance_norm", {"input": one(3, 4)}, "one value per sample and channel"),
    ("instance_norm", {"input": one(3, 4, 1, 1)}, "one value per sample and channel"),
    ("instance_norm", {"input": X, "use_input_stats": False}, "running_mean and running_var are expected"),
    ("instance_norm", {"input": X, "use_input_stats": None}, "use_input_stats is None"),
    *[("group_norm", {"input": X, "num_groups": 2, **changes}, words) for changes, words in CHANNEL_REFUSALS],
    *[("group_norm", {"input": X, "num_groups": n}, f"num_groups is {n}") for n in (3, 0, -2, 8, 2.0, True, None)],
    ("group_norm", {"input": one(1, 4), "num_groups": 4}, "one value per group"),
    ("group_norm", {"input": one(1, 1, 1), "num_groups": 1}, "one value per group"),
    ("group_norm", {"input": X, "num_groups": 2, "weight": one(1, 4)}, "weight has shape"),
    *[
        (name, {"input": X, "normalized_shape": shape}, "normalized_shape")
        for name in ("layer_norm", "rms_norm")
        for shape in (2, (), (3,), (4, 3), (5, 3, 4, 2), (2.0,), (True,), None, "2")
    ],
    *[
        (name, {"input": X, "normalized_shape": (2,), **changes}, words)
        for name in ("layer_norm", "rms_norm")
        for changes, words in [
            ({"input": one()}, "normalized_shape"),
            ({"input": X.astype(int)}, "input has dtype"),
            ({"weight": one(3)}, "weight has shape"),
            ({"weight": one(1)}, "weight has shape"),
            ({"weight": one(1, 2)}, "weight has shape"),
            ({"eps": "1"}, "eps is '1'"),
        ]
    ],
    ("layer_norm", {"input": X, "normalized_shape": (2,), "bias": one(1)}, "bias has shape"),
    ("layer_norm", {"input": X, "normalized_shape": (2,), "weight": one(2, dtype=SINGLE)}, "weight has dtype"),
    ("layer_norm", {"input": X, "normalized_shape": (2,), "eps": None}, "eps is None"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "words"), TABLE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_pytorch_refuses_is_refused_by_name(name: str, arguments: dict[str, Any], words: str) -> None:
    """PyTorch refuses it, and this says which argument is at fault; the running statistics are left alone."""
    tensors = {key: torch.from_numpy(v.copy()) if isinstance(v, np.ndarray) else v for key, v in arguments.items()}
    with pytest.raises(TORCH_REFUSALS):
        getattr(F, name)(**tensors)
    with pytest.raises(REFUSALS, match=words):
        OURS[name](**arguments)
    assert STATISTICS["running_mean"].tolist() == STATISTICS["running_var"].tolist() == [1.0] * 4


BACKWARD: dict[str, dict[str, Any]] = {
    "batch_norm_backward": {"weight": one(4)},
    "instance_norm_backward": {"weight": one(4)},
    "group_norm_backward": {"num_groups": 2, "weight": one(4)},
    "layer_norm_backward": {"weight": one(4, 2)},
    "rms_norm_backward": {"weight": one(2)},
}


@pytest.mark.parametrize("name", BACKWARD)
def test_gradients_of_another_shape_or_dtype_are_refused(name: str) -> None:
    """A gradient that isn't the output's is refused: broadcasting would hide the mistake."""
    for shape in ((3, 4, 1), (1, 4, 2), (4, 2), (24,)):
        with pytest.raises(ValueError, match="grad_output has shape"):
            OURS[name](one(*shape), X, **BACKWARD[name])
    with pytest.raises(TypeError, match="grad_output has dtype"):
        OURS[name](one(3, 4, 2, dtype=SINGLE), X, **BACKWARD[name])
    with pytest.raises(TypeError, match="grad_output is None"):
        OURS[name](None, X, **BACKWARD[name])


@pytest.mark.parametrize("name", ["layer_norm_backward", "rms_norm_backward"])
def test_without_a_weight_the_shape_is_asked_for(name: str) -> None:
    """Nothing else says over which axes the forward pass went."""
    with pytest.raises(TypeError, match="normalized_shape is missing"):
        OURS[name](X, X)
