"""PyTorch's answer is the same whatever a notebook has switched in PyTorch, and the switches stay as they were."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

import course
from course.checking import oracle
from course.checking.oracles import TorchFunction, TorchGradient, TorchMacs, TorchParameters
from tests.course.checking.asked import (
    LSTM,
    LSTM_MODULE,
    ask,
    flat,
    lstm_arguments,
    lstm_call,
)


def gradient_with_nan():
    declared = TorchGradient("torch.sqrt", (0,), lambda grad_output, input: ((input,), {}))
    return ask(declared, grad_output=np.zeros(2), input=np.array([0.0, 4.0]))


def attention_values():
    rng = np.random.default_rng(1)
    q, k, v = (rng.normal(size=(2, 3, 9, 8)) for _ in range(3))
    return ask(TorchFunction("torch.nn.functional.scaled_dot_product_attention"), query=q, key=k, value=v)


def encoder_layer():
    prepared = course.exercises["transformer_encoder_layer"]
    return oracle.ask(prepared, prepared.cases[0].draw(np.random.default_rng(0)))


def float32(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def lstm_gradient():
    arguments = lstm_arguments()
    declared = TorchGradient("torch.lstm", (0, 1, 2), lambda grads, **rest: lstm_call(**rest))
    return ask(declared, grads=(np.ones((5, 2, 4)), None, None), **arguments)


QUESTIONS = {
    "a function": lambda: ask(LSTM, **lstm_arguments()),
    "gradients": lstm_gradient,
    "a gradient that is NaN": gradient_with_nan,
    "a module": lambda: ask(LSTM_MODULE, **lstm_arguments()),
    "an encoder layer": encoder_layer,
    "a function that makes tensors": lambda: ask(TorchFunction("torch.linspace"), start=0.1, end=0.7, steps=7),
    "random numbers": lambda: ask(TorchFunction("torch.rand"), size=5),
    "a long sum": lambda: ask(TorchFunction("torch.sum"), input=np.random.default_rng(0).normal(size=1_000_003)),
    "a function without a deterministic version": lambda: ask(
        TorchFunction("torch.put"), input=np.zeros(3), index=np.array([1]), source=np.ones(1)
    ),
    "attention": attention_values,
    "a product in float32": lambda: ask(
        TorchFunction("torch.nn.functional.linear"), input=float32(64, 128), weight=float32(96, 128)
    ),
    "a convolution in float32": lambda: ask(
        TorchFunction("torch.nn.functional.conv2d"), input=float32(2, 16, 20, 20), weight=float32(24, 16, 3, 3)
    ),
    "parameters": lambda: ask(TorchParameters("torch.nn.Linear"), in_features=3, out_features=4),
    "multiply-adds": lambda: ask(
        TorchMacs("torch.nn.functional.linear"), input=np.zeros((2, 3)), weight=np.zeros((4, 3))
    ),
}


def default_dtype(dtype):
    return lambda: torch.set_default_dtype(dtype)


# what a notebook says, and what the test says to undo it
SWITCHES = {
    "set_grad_enabled": (lambda: torch.set_grad_enabled(False), lambda: torch.set_grad_enabled(True)),
    "set_default_device": (lambda: torch.set_default_device("meta"), lambda: torch.set_default_device(None)),
    "set_default_dtype, double": (default_dtype(torch.float64), default_dtype(torch.float32)),
    "set_default_dtype, half": (default_dtype(torch.float16), default_dtype(torch.float32)),
    "use_deterministic_algorithms": (
        lambda: torch.use_deterministic_algorithms(True),
        lambda: torch.use_deterministic_algorithms(False),
    ),
    "use_deterministic_algorithms, warnings": (
        lambda: torch.use_deterministic_algorithms(True, warn_only=True),
        lambda: torch.use_deterministic_algorithms(False),
    ),
    "set_detect_anomaly": (
        lambda: torch.autograd.set_detect_anomaly(True),
        lambda: torch.autograd.set_detect_anomaly(False),
    ),
    "manual_seed": (lambda: torch.manual_seed(1234), lambda: torch.manual_seed(0)),
    "enable_math_sdp": (
        lambda: torch.backends.cuda.enable_math_sdp(False),
        lambda: torch.backends.cuda.enable_math_sdp(True),
    ),
    "enable_flash_sdp": (
        lambda: torch.backends.cuda.enable_flash_sdp(False),
        lambda: torch.backends.cuda.enable_flash_sdp(True),
    ),
    "set_float32_matmul_precision": (
        lambda: torch.set_float32_matmul_precision("medium"),
        lambda: torch.set_float32_matmul_precision("highest"),
    ),
    "fp32_precision": (
        lambda: setattr(torch.backends.mkldnn.matmul, "fp32_precision", "bf16"),
        lambda: setattr(torch.backends.mkldnn.matmul, "fp32_precision", "none"),
    ),
    "mkldnn.enabled": (
        lambda: setattr(torch.backends.mkldnn, "enabled", False),
        lambda: setattr(torch.backends.mkldnn, "enabled", True),
    ),
    "set_fastpath_enabled": (
        lambda: torch.backends.mha.set_fastpath_enabled(False),
        lambda: torch.backends.mha.set_fastpath_enabled(True),
    ),
}
CONTEXTS = {
    "inference_mode": torch.inference_mode,
    "no_grad": torch.no_grad,
    "a device": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
}


def switches():
    """Read everything that a notebook can switch."""
    return {
        "grad": torch.is_grad_enabled(),
        "inference": torch.is_inference_mode_enabled(),
        "device": torch.get_default_device(),
        "dtype": torch.get_default_dtype(),
        "threads": torch.get_num_threads(),
        "deterministic": torch.get_deterministic_debug_mode(),
        "anomaly": (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
        "autocast": torch.is_autocast_enabled("cpu"),
        "random": torch.default_generator.get_state().numpy().tobytes(),
        "attention": (torch.backends.cuda.math_sdp_enabled(), torch.backends.cuda.flash_sdp_enabled()),
        "float32": (torch.backends.mkldnn.enabled, torch.backends.mkldnn.matmul.fp32_precision),
        "fast path": torch.backends.mha.get_fastpath_enabled(),
    }


def bits(answer):
    return [(np.asarray(leaf).dtype, np.shape(leaf), np.asarray(leaf).tobytes()) for leaf in flat(answer)]


@pytest.fixture(autouse=True)
def flags_can_be_set():
    """Let tests set PyTorch's flags, also where torch.testing was loaded in this process and has frozen them."""
    with getattr(torch.backends, "__allow_nonbracketed_mutation")():
        yield


def test_frozen_flags_are_no_obstacle(usual):
    """After `torch.backends.disable_global_flags()`, which torch.testing calls, the oracle answers as before."""
    torch.backends.disable_global_flags()  # the fixture above undoes it
    assert torch.backends.flags_frozen()
    assert_same_answers(usual)


@pytest.fixture(scope="module")
def usual():
    """Every answer, asked before anything is switched."""
    return {name: bits(question()) for name, question in QUESTIONS.items()}


def assert_same_answers(usual):
    before = switches()
    for name, question in QUESTIONS.items():
        assert bits(question()) == usual[name], name
        assert switches() == before, name


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_set_in_a_notebook_changes_no_bit_and_stays_set(name, usual):
    """Every kind of oracle answers as if nothing had been switched, and leaves the switch as it found it."""
    switch, undo = SWITCHES[name]
    untouched = switches()
    switch()
    try:
        assert switches() != untouched
        assert_same_answers(usual)
    finally:
        undo()


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_question_within_a_context_changes_no_bit_and_stays_in_it(name, usual):
    """The same, for what is entered."""
    untouched = switches()
    with CONTEXTS[name]():
        assert switches() != untouched
        assert_same_answers(usual)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_threads_changes_no_bit(threads, usual):
    """Sums are added up in the same order however many threads a notebook allows."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        assert_same_answers(usual)
    finally:
        torch.set_num_threads(before)


def test_the_switches_are_put_back_after_an_error():
    """An error in PyTorch leaves what a notebook has switched too."""
    torch.set_default_dtype(torch.float16)
    try:
        before = switches()
        with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
            ask(TorchFunction("torch.nn.functional.linear"), input=np.zeros((2, 3)), weight=np.zeros((4, 5)))
        assert switches() == before
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_check_in_a_notebook_with_gradients_off_and_another_device_asks_pytorch():
    """A right answer passes, on PyTorch's word, with every switch set at once. Answers to seed 1 are not recorded."""
    for switch, _ in SWITCHES.values():
        switch()
    try:
        report = course.assess(course.functional.linear_backward, "linear_backward", seed=1)
        report_of_module = course.assess(
            course.exercises["transformer_encoder_layer"].reference, "transformer_encoder_layer", seed=1
        )
    finally:
        for _, undo in SWITCHES.values():
            undo()
    assert (report.passed, report.oracle) == (True, "PyTorch")
    assert (report_of_module.passed, report_of_module.oracle) == (True, "PyTorch")
    assert nn.Linear(2, 3).weight.dtype == torch.float32


@pytest.mark.whole
def test_an_oracle_loads_neither_sympy_nor_pytorchs_compiler():
    """Each takes a second to load: sympy with a gradient, the compiler where operations are counted.

    Afterwards PyTorch's counter is as it was.
    """
    code = (
        "import sys, course\n"
        "from course.checking.prepared import Prepared\n"
        "print(Prepared(course.exercises['linear_backward']).asks_pytorch, 'sympy' in sys.modules)\n"
        "print(Prepared(course.exercises['linear_macs']).asks_pytorch, 'torch._dynamo' in sys.modules)\n"
        "import torch\n"
        "from torch.utils.flop_counter import FlopCounterMode\n"
        "with FlopCounterMode(display=False) as counter:\n"
        "    torch.nn.functional.linear(torch.ones(2, 3), torch.ones(4, 3))\n"
        "print(counter.get_total_flops(), 'torch._dynamo' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False", "True", "False", "48", "True"]
