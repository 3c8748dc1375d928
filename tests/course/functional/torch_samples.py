"""PyTorch's own samples: the calls with which PyTorch tests each of its functions, and those that it must refuse."""

import functools
import inspect
import random
import sys
import types
import typing
import unittest
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import settings

import course.functional

# whose gradients each backward gives, in its order, where they are not the first arrays that its forward takes
GRADIENTS = {
    **dict.fromkeys(("batch_norm", "instance_norm"), ("input", "weight", "bias")),
    "embedding": ("weight",),
    "multi_head_attention_forward": (
        *("query", "key", "value", "in_proj_weight", "in_proj_bias", "out_proj_weight", "out_proj_bias"),
    ),
}


_signature = functools.cache(inspect.signature)
_hints = functools.cache(typing.get_type_hints)


@dataclass(frozen=True, slots=True)
class Sample:
    """A call: its positional arguments, and its keyword arguments."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def mapped(self, change: Callable[[str, Any], Any], names: tuple[str, ...]) -> "Sample":
        """Give the call with each tensor, or array, changed; `names` are the names of the positional arguments."""

        def changed(name: str, value: Any) -> Any:
            return change(name, value) if isinstance(value, (torch.Tensor, np.ndarray)) else value

        args = (changed(name, value) for name, value in zip(names, self.args, strict=False))
        return Sample(tuple(args), {name: changed(name, value) for name, value in self.kwargs.items()})

    def named(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Give every argument by name."""
        return {**dict(zip(names, self.args, strict=False)), **self.kwargs}


@dataclass(frozen=True, slots=True)
class Function:
    """One of ours next to PyTorch's."""

    name: str

    @property
    def ours(self) -> Callable[..., Any]:
        """The function of `course.functional`."""
        return getattr(course.functional, self.name)

    @property
    def theirs(self) -> Callable[..., Any]:
        """PyTorch's function; two of them have moved out of torch.nn.functional."""
        return getattr(torch if self.name in ("sigmoid", "tanh") else F, self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The arguments in their order, in which ours is as PyTorch's."""
        return tuple(_signature(self.ours).parameters)

    def samples(self, dtype: torch.dtype) -> Iterator[Sample]:
        """Give the calls that PyTorch tests it with, for one dtype; none where PyTorch does not take that."""
        torch.manual_seed(0)
        for info in op_infos()[self.name]:
            for sample in info.reference_inputs("cpu", dtype) if dtype in info.dtypes else ():
                call = self._sample(sample)
                if "attention" in self.name:  # scores in the thousands would magnify every rounding
                    call = call.mapped(
                        lambda _, tensor: tensor / 8 if tensor.is_floating_point() else tensor, self.names
                    )
                yield call
                if self.name == "multi_head_attention_forward":  # all of its samples have these two
                    place = self.names.index("bias_k")
                    yield Sample((*call.args[:place], None, None, *call.args[place + 2 :]), call.kwargs)

    def refusals(self) -> Iterator[Sample]:
        """Give the calls that PyTorch says must be refused."""
        for info in op_infos()[self.name]:
            if info.error_inputs_func is not None:
                yield from (self._sample(error.sample_input) for error in info.error_inputs("cpu"))

    def gradients_of(self, sample: Sample) -> tuple[str, ...]:
        """Name the arguments that the backward gives gradients of, in its order."""
        if self.name == "cross_entropy":
            probabilities = sample.named(self.names)["target"].is_floating_point()
            return ("input", "target", "weight") if probabilities else ("input",)
        if self.name in GRADIENTS:
            return GRADIENTS[self.name]
        if not hasattr(course.functional, f"{self.name}_backward"):
            return ()  # one_hot, of identifiers
        hints = _hints(self.ours)
        arrays = [name for name in self.names if np.ndarray in (hints[name], *typing.get_args(hints[name]))]
        returned = _hints(getattr(course.functional, f"{self.name}_backward"))["return"]
        return tuple(arrays[: len(typing.get_args(returned)) or 1])

    def random(self, sample: Sample) -> bool:
        """Say whether the call draws random numbers, which can't be PyTorch's."""
        bound = _signature(self.ours).bind(*sample.args, **sample.kwargs)
        bound.apply_defaults()
        probability = bound.arguments["p"] if self.name == "dropout" else bound.arguments.get("dropout_p", 0)
        return bound.arguments.get("training", True) and 0 < probability < 1

    def _sample(self, sample: Any) -> Sample:
        args = (sample.input, *sample.args)
        if self.name == "embedding":  # here PyTorch's samples put the weight first
            args = (args[1], args[0], *args[2:])
        # an option that we lack is not an option where it is off
        off = {k for k, v in sample.kwargs.items() if k not in self.names and (v is None or v is False)}
        return Sample(args, {name: value for name, value in sample.kwargs.items() if name not in off})


def backward(function: Function, sample: Sample, grad_output: np.ndarray, output: Any) -> list[np.ndarray | None]:
    """Run our backward with whatever arguments of the forward pass it wants."""
    ours = getattr(course.functional, f"{function.name}_backward")
    bound = _signature(function.ours).bind(*sample.args, **sample.kwargs)
    bound.apply_defaults()
    known = {**bound.arguments, "grad_output": grad_output, "output": output}
    if function.name == "embedding":
        known["num_embeddings"] = len(known["weight"])
    found = ours(**{name: known[name] for name in _signature(ours).parameters if name in known})
    return list(found) if isinstance(found, tuple) else [found]


@functools.cache
def op_infos() -> dict[str, list[Any]]:
    """Give PyTorch's descriptions of the functions that `course.functional` has, by name.

    They live in a module of PyTorch's own, which takes the base class of its tests from a package, expecttest, that is
    not needed to read samples; and which sets a profile of hypothesis for its own tests. Ours is set again. Before each
    sample it seeds the generators of every device, and keeps a traceback for each that is missing: the CPU's will do.
    For each function's samples it looks for the test that asks for them, in a third of a second: there is none.
    """
    stand_in = types.ModuleType("expecttest")
    stand_in.TestCase = unittest.TestCase  # type: ignore[attr-defined]
    missing = {} if "expecttest" in sys.modules else {"expecttest": stand_in}
    profile = settings.get_current_profile_name()
    try:
        with warnings.catch_warnings(action="ignore"):
            sys.modules.update(missing)
            from torch.testing._internal import common_utils
            from torch.testing._internal.common_methods_invocations import op_db
            from torch.testing._internal.opinfo import core
    finally:
        settings.load_profile(profile)
        for name in missing:
            del sys.modules[name]
    common_utils.set_rng_seed = _seed
    for module in (common_utils, core):  # it looks through the whole stack for a test of PyTorch's
        module.extract_test_fn = lambda: None
    found: dict[str, list[Any]] = {}
    for info in op_db:
        name = info.name.removeprefix("nn.functional.")
        if name in course.functional.__all__:
            found.setdefault(name, []).append(info)
    return found


def _seed(seed: int) -> None:
    """Seed what samples are drawn from, on the CPU."""
    torch.default_generator.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - what PyTorch seeds
