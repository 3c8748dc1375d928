"""The right answer according to PyTorch. The only file of the course that imports torch and torchinfo."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from course.calling.by_name import split_call
from course.checking.oracles import (
    Oracle,
    TorchFunction,
    TorchGradient,
    TorchMacs,
    TorchModule,
    TorchParameters,
)
from course.checking.spec import Arguments, Exercise

_UNCOMPILED = "__dynamo_disable"


@functools.cache
def available() -> bool:
    """Whether PyTorch and torchinfo can be imported here. Importing takes two seconds, once."""
    try:
        importlib.import_module("torch")
        importlib.import_module("torchinfo")
    except (ImportError, OSError):  # OSError: a library of torch's that the system can't load
        return False
    return True


def version(oracle: Oracle) -> str:
    """Give the version of what answers for an oracle, without what its build adds: ``"2.13.0"``."""
    library = importlib.import_module("torchinfo" if isinstance(oracle, TorchParameters) else "torch")
    return str(library.__version__).partition("+")[0]


def ask(exercise: Exercise, arguments: Arguments) -> Any:
    """Compute the exercise's right answer with its PyTorch counterpart.

    What a notebook has switched in PyTorch, such as ``torch.set_grad_enabled(False)``, does not affect the answer, and
    is as it was afterwards.

    Parameters
    ----------
    exercise
        An exercise whose oracle is not None.
    arguments
        One call's arguments, as NumPy arrays and plain values, nested or not. They stay as they are.

    Returns
    -------
    An array, a number, or lists, tuples and dicts of these, nested as in PyTorch's result.
    """
    oracle = exercise.oracle
    if oracle is None:
        raise ValueError(f"{exercise.name} has no counterpart in PyTorch; ask its reference instead.")
    with _unswitched():
        found = _to_numpy(_answer(oracle, exercise, arguments))
    if isinstance(oracle, (TorchFunction, TorchGradient)) and oracle.result is not None:
        return oracle.result(found)
    return found


def _answer(oracle: Oracle, exercise: Exercise, arguments: Arguments) -> Any:
    if isinstance(oracle, TorchModule):
        return _module(_find(oracle.name), *oracle.arrange(**arguments))
    args, kwargs = _arranged(oracle, exercise, arguments)
    args, kwargs = _to_torch(args), _to_torch(kwargs)  # copies: what PyTorch changes is ours
    function = _find(oracle.name)
    match oracle:
        case TorchFunction(changes=changes):
            output = function(*args, **kwargs)
            return (output, *(args[i] for i in changes)) if changes else output
        case TorchGradient(wrt=wrt, grad_outputs=grad_outputs):
            given = grad_outputs(**arguments) if grad_outputs else next(iter(arguments.values()))
            return _gradient(function, wrt, args, kwargs, _to_torch(given))
        case TorchParameters():
            torchinfo = importlib.import_module("torchinfo")
            return int(torchinfo.summary(function(*args, **kwargs), verbose=0).total_params)
        case TorchMacs():
            flop_counter = importlib.import_module("torch.utils.flop_counter")
            with _without_compiler(), flop_counter.FlopCounterMode(display=False) as counter:
                function(*args, **kwargs)
            return counter.get_total_flops() // 2


def _arranged(
    oracle: TorchFunction | TorchGradient | TorchParameters | TorchMacs, exercise: Exercise, arguments: Arguments
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if oracle.arrange is not None:
        return oracle.arrange(**arguments)
    signature, passed = exercise.signature, dict(arguments)
    if isinstance(oracle, TorchGradient):
        first, *others = signature.parameters.values()
        signature = signature.replace(parameters=others)
        del passed[first.name]
    return ((), passed) if getattr(oracle, "by_name", False) else split_call(signature, passed)


def _module(kind: Any, options: Mapping[str, Any], parameters: Mapping[str, Any], inputs: tuple[Any, ...]) -> Any:
    module = kind(**options).double().eval()
    loaded = module.load_state_dict(_to_torch(dict(parameters)), strict=False)
    missing = {name for name, _ in module.named_parameters()}.intersection(loaded.missing_keys)
    if missing or loaded.unexpected_keys:
        wrong = ", ".join(sorted(missing) + loaded.unexpected_keys)
        raise ValueError(f"{kind.__name__} must be given all of its parameters and no others; see {wrong}.")
    return module(*_to_torch(inputs))


def _gradient(
    forward: Callable[..., Any], wrt: tuple[int, ...], args: tuple[Any, ...], kwargs: dict[str, Any], given: Any
) -> Any:
    torch = importlib.import_module("torch")
    wanted = tuple((*args, *kwargs.values())[i] for i in wrt)
    leaves = [leaf for leaf in _leaves(wanted) if isinstance(leaf, torch.Tensor) and leaf.is_floating_point()]
    for leaf in leaves:
        leaf.requires_grad_()
    edges = [_edge(output, grad) for output, grad in _paired(forward(*args, **kwargs), given)]
    # materialize_grads: an input that does not reach these outputs has a gradient of zeros.
    found = torch.autograd.grad(edges, leaves, materialize_grads=True)
    grad_of = dict(zip(map(id, leaves), found, strict=True))
    grads = _mapped(lambda leaf: grad_of.get(id(leaf)), wanted)
    return grads[0] if len(grads) == 1 else grads


def _edge(output: Any, grad: Any) -> Any:
    """Give where a backward pass begins that gives an output this gradient.

    Handing the gradient to PyTorch itself does the same, but then it loads SymPy to compare shapes: a second more.
    """
    torch = importlib.import_module("torch")
    if output.shape != grad.shape:
        raise ValueError(f"The output has shape {tuple(output.shape)}, and its gradient {tuple(grad.shape)}.")
    return torch.autograd.graph.get_gradient_edge((output * grad).sum())


def _paired(outputs: Any, grads: Any) -> Iterator[tuple[Any, Any]]:
    """Give each output with its gradient; an output whose gradient is None is left out, with all that is in it."""
    if grads is None:
        return
    if isinstance(outputs, (list, tuple)):
        for output, grad in zip(outputs, grads, strict=True):
            yield from _paired(output, grad)
    else:
        yield outputs, grads


def _find(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def _to_torch(value: Any) -> Any:
    torch = importlib.import_module("torch")

    def tensor(leaf: Any) -> Any:
        # order: PyTorch takes no negative strides
        return torch.from_numpy(np.array(leaf, order="C")) if isinstance(leaf, np.ndarray) else leaf

    return _mapped(tensor, value)


def _to_numpy(value: Any) -> Any:
    return _mapped(lambda leaf: leaf.detach().numpy() if hasattr(leaf, "detach") else leaf, value)


def _mapped(change: Callable[[Any], Any], value: Any) -> Any:
    """Change everything that is nested in lists, tuples and dicts; a named tuple becomes a plain one."""
    if isinstance(value, dict):
        return {name: _mapped(change, item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_mapped(change, item) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return change(value)


def _leaves(value: Any) -> list[Any]:
    """List everything that is nested in lists, tuples and dicts."""
    found: list[Any] = []
    _mapped(found.append, value)
    return found


@contextmanager
def _without_compiler() -> Iterator[None]:
    """Spare the counter PyTorch's compiler, which takes a second to load only in order not to compile the counter.

    PyTorch keeps the uncompiled method as an attribute of the method itself, and loads the compiler where it has none.
    """
    mode = getattr(importlib.import_module("torch.utils.flop_counter"), "_FlopCounterMode", None)
    method = getattr(getattr(mode, "__torch_dispatch__", None), "__wrapped__", None)
    spared = method is not None and not hasattr(method, _UNCOMPILED)
    if spared:
        setattr(method, _UNCOMPILED, method)
    try:
        yield
    finally:
        if spared:
            delattr(method, _UNCOMPILED)


@contextmanager
def _unswitched() -> Iterator[None]:
    """Have PyTorch as it is just after import, with one thread and its own seed; then as it was before."""
    torch = importlib.import_module("torch")
    attention = importlib.import_module("torch.nn.attention")
    onednn = torch.backends.mkldnn  # computes in float32, and with less where that is allowed
    settings = (
        (torch.get_default_dtype, torch.set_default_dtype, torch.float32),
        (torch.get_num_threads, torch.set_num_threads, 1),  # sums are split by the number of threads
        (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode, 0),
        (*_attribute(onednn, "enabled"), True),
        *((*_attribute(part, "fp32_precision"), "ieee") for part in (onednn.matmul, onednn.conv, onednn.rnn)),
    )
    with ExitStack() as stack:
        # torch.testing forbids changes of these flags outside their own context managers, for the whole process
        stack.enter_context(getattr(torch.backends, "__allow_nonbracketed_mutation")())
        for read, write, value in settings:
            stack.callback(write, read())
            write(value)
        for context in (
            torch.device("cpu"),
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.autograd.set_detect_anomaly(False),
            torch.autocast("cpu", enabled=False),
            torch.random.fork_rng(devices=[]),
            attention.sdpa_kernel(attention.SDPBackend.MATH),  # whichever of the others are switched off
        ):
            stack.enter_context(context)
        torch.default_generator.manual_seed(0)  # torch.manual_seed would seed other devices too
        yield


def _attribute(owner: Any, name: str) -> tuple[Callable[[], Any], Callable[[Any], None]]:
    return functools.partial(getattr, owner, name), functools.partial(setattr, owner, name)
