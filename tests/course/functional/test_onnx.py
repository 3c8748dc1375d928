"""ONNX's own tests of its operators, run on the reference layers: another's numbers, drawn without us in mind."""

import functools
import importlib.util
import re
import sys
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pytest

# one process: each would let onnx make its tests for seconds
pytestmark = pytest.mark.xdist_group("onnx")
HERE = Path(__file__).parent
TABLE = tomllib.loads((HERE / "onnx_node_tests.toml").read_text())
MAPPED = [(operator, name) for operator, entry in TABLE.items() for name in entry["mapped"]]
LEFT_OUT = [
    (operator, name)
    for operator, entry in TABLE.items()
    for group in entry.get("left_out", [])
    for name in group["tests"]
]


def _adapter():
    # importlib mode has no package to import a neighbour from
    spec = importlib.util.spec_from_file_location("onnx_adapter", HERE / "onnx_adapter.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


adapter = _adapter()


def _cases(*modules):
    """Let onnx make its tests, for these modules or all; the names of expanded ones say so."""
    from onnx.backend.test.case import node

    with warnings.catch_warnings(action="ignore"):  # its own, while it draws numbers
        if modules:
            for module in modules:
                importlib.import_module(f"{node.__name__}.{module}")
        else:
            node.import_recursive(node)
    return {case.name.removeprefix("test_"): case for case in node._NodeTestCases}


@functools.cache
def _case(operator, name):
    return _cases(TABLE[operator]["module"])[name]


def _node(operator, name):
    """Give the operator's inputs and attributes, and what it should give, by output's name."""
    from onnx.helper import get_attribute_value

    case = _case(operator, name)
    (proto,) = case.model.graph.node
    ((inputs, outputs),) = case.data_sets
    assert proto.op_type == operator
    left = iter(inputs)
    node = adapter.Node(
        tuple(np.asarray(next(left)) if given else None for given in proto.input),
        {a.name: get_attribute_value(a) for a in proto.attribute},
        tuple(proto.output),
    )
    wanted = dict(zip((output for output in proto.output if output), outputs, strict=True))
    return case, node, wanted


@pytest.mark.whole
@pytest.mark.parametrize(("operator", "name"), MAPPED, ids=[f"{o}-{n}" for o, n in MAPPED])
def test_layers_give_what_onnx_expects(operator, name):
    """Every output that the layer has is ONNX's in shape, dtype and, by its own tolerances, values."""
    from onnx.backend.test.runner import Runner

    case, node, wanted = _node(operator, name)
    before = [None if array is None else array.copy() for array in node.inputs]
    given = dict(zip(node.outputs, adapter.run(operator, node), strict=False))
    not_given = TABLE[operator].get("not_given", {"outputs": []})["outputs"]
    assert wanted.keys() - not_given, "nothing would be compared"
    for output, expected in wanted.items():
        if output in not_given:
            assert given[output] is None
        else:
            Runner.assert_similar_outputs([expected], [given[output]], rtol=case.rtol, atol=case.atol)
    for array, copy in zip(node.inputs, before, strict=True):
        assert array is None or np.array_equal(array, copy, equal_nan=array.dtype.kind == "f")


@pytest.mark.parametrize(("operator", "name"), LEFT_OUT, ids=[f"{o}-{n}" for o, n in LEFT_OUT])
def test_what_is_left_out_is_refused(operator, name):
    """The adapter or the layer refuses it: nothing is left out because it fails."""
    _, node, _ = _node(operator, name)
    with pytest.raises((adapter.NotMapped, TypeError, ValueError, IndexError)):
        adapter.run(operator, node)


@pytest.mark.whole
def test_no_test_of_an_operator_is_missing():
    """What onnx has for these operators is mapped or left out with a reason, each once, and nothing else is."""
    cases = _cases()
    expanded = re.compile(r"(.*)_expanded(_ver\d+)?")  # the same numbers for the operator's parts
    found = set()
    for name, case in cases.items():
        operators = [node.op_type for node in case.model.graph.node]
        parts = expanded.fullmatch(name)
        if TABLE.keys() & set(operators) and not (parts and parts[1] in cases):
            assert len(operators) == 1, name
            found.add((operators[0], name))
    assert len(set(MAPPED + LEFT_OUT)) == len(MAPPED + LEFT_OUT)
    assert set(MAPPED + LEFT_OUT) == found
    assert TABLE.keys() == adapter.OPERATORS.keys()
