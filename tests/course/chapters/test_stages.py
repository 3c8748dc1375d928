"""The stages that exercises declare, and the values that right answers compute on the way."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest

import course
from course.calling.arguments import copied, unchanged
from course.checking.budget import Budget
from course.checking.compare import close
from course.checking.locating import stages
from course.checking.locating.code import Code
from course.checking.locating.helpers import helpers_of
from course.checking.locating.own_source import helper_source, own_source
from course.checking.locating.watch import Watched
from course.checking.prepared import Prepared
from course.checking.runner import Here
from course.checking.spec import Aside

EXERCISES = [exercise for exercise in course.exercises.values() if exercise.stages]
IN_OTHER_CODE = {"lenet"}
"""Exercises whose stages classes next to their own code compute: `test_training` has them in one notebook."""
IN_OWN_CODE = [exercise for exercise in EXERCISES if exercise.name not in IN_OTHER_CODE]


def _right_answers():
    """Load what is right in another style; importlib mode has no package to import a neighbour from."""
    for path in sorted(Path(__file__).with_name("right").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"right_{path.stem}_with_stages", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield from ((exercise, answer) for exercise in IN_OWN_CODE for answer in module.RIGHT.get(exercise.name, ()))


RIGHT = list(_right_answers())
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)


def _drawn(exercise):
    """Give each ordinary case's stages, and its right answer; a case that looks at something else has no stages."""
    prepared, found = Prepared(exercise), []
    for case, arguments, expected in zip(exercise.cases, prepared.arguments, prepared.expected, strict=True):
        if not case.remark:
            before = copied(arguments)
            with np.errstate(all="ignore"):
                declared = exercise.stages_of(**arguments)
            assert unchanged(dict(before), dict(arguments))
            if declared:
                found.append((declared, expected[0] if isinstance(expected, tuple) else expected))
    assert found
    return found


ACTIVATIONS = {exercise.name for exercise in EXERCISES if exercise.chapter == "03_activations"}


def test_composite_layers_have_stages():
    """Those in which more than one thing is computed."""
    assert {
        "linear", "softmax", "log_softmax", "softmax_backward", "cross_entropy", "cross_entropy_backward",
        "predict",
        "layer_norm", "batch_norm", "group_norm", "instance_norm", "rms_norm", "layer_norm_backward",
        "batch_norm_backward", "conv2d_grouped", "conv_transpose2d", "scaled_dot_product_attention",
        "scaled_dot_product_attention_backward", "multi_head_attention", "positional_encoding", "feed_forward",
        "self_attention", "add_and_norm", "transformer_encoder_layer", "repair_pre_norm", "patch_embedding",
        "residual_block", "rnn_cell", "gru_cell", "lstm_cell", "lstm", "rnn_backward", "rotary_embedding", "swiglu",
        "grouped_query_attention", "decoder_layer", "swiglu_backward", "lenet", *ACTIVATIONS,
    } == {exercise.name for exercise in EXERCISES}  # fmt: skip


@each
def test_the_last_stage_is_the_result(exercise):
    """Or the first of several results, in every case that counts."""
    for declared, expected in _drawn(exercise):
        last = list(declared.values())[-1]
        assert not isinstance(last, Aside)
        assert np.shape(last) == np.shape(expected)
        assert close(np.asarray(last), np.asarray(expected)).all()


@each
def test_stages_are_finite_numbers_with_names_in_words(exercise):
    """Names begin with an article or a pronoun; an aside is needed by a later stage."""
    for declared, _ in _drawn(exercise):
        names = list(declared)
        assert len(names) >= 2
        for i, (name, stage) in enumerate(declared.items()):
            assert name.startswith(("the ", "their "))
            assert not name.endswith(".")
            value = stage.value if isinstance(stage, Aside) else stage
            assert not np.isnan(value).any()  # scores may be infinite
            if isinstance(stage, Aside):
                assert names.index(stage.needed_by) > i


@pytest.mark.parametrize("exercise", IN_OWN_CODE, ids=lambda e: e.name)
def test_a_solution_gives_stages_on_the_way(exercise):
    """At least one apart from its result, so that there is something to say about a wrong answer like it."""
    found = _found(exercise, exercise.solution, 0)
    assert found[-1]
    assert any(found[:-1])


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda x: getattr(x, "__name__", getattr(x, "name", "")))
def test_a_right_answer_is_seen_to_give_its_result(exercise, answer):
    """In whatever style it is written: else "none of your lines gives" would be untrue."""
    assert _found(exercise, answer, 0)[-1]


def _found(exercise, answer, index):
    """Tell which stages are found among the values that an answer computes in a case."""
    source, source_of = own_source(answer), helper_source(answer)
    code = Code(source)
    prepared, work = Prepared(exercise), Here.of(answer, exercise.name, exercise.needs)
    watched = Watched(code, helpers_of(code, source_of))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = stages._found(prepared, work, index, watched, code.name, Budget(seconds=60.0, steps=100))
    assert found is not None
    assert len(found) > 1
    return [bool(frozenset.intersection(*(stage.places for stage in draws))) for draws in zip(*found, strict=True)]
