"""Sentences of the lessons that were wrong once, compared with the numbers."""

import ast
import inspect
import re
import textwrap

import numpy as np
import pytest
import torch
import torchinfo
from matplotlib.figure import Figure

import course
from course.catalog.chapters import FOLDERS
from course.chapters.counting import setup
from course.figures.linear import connections
from grader.config import ROOT
from grader.lesson import read_lesson

EXERCISES = course.exercises
MOST_WORDS = 300


def solution(name):
    return EXERCISES[name].solution


@pytest.mark.parametrize(("name", "lowest"), [("silu", -1.28), ("hardswish", -1.5), ("gelu", -0.75)])
def test_gated_activations_fall_only_up_to_their_lowest_value(name, lowest):
    x = np.linspace(-2.9, 0.0, 2901)
    values = solution(name)(x)
    assert x[values.argmin()] == pytest.approx(lowest, abs=0.005)
    assert (np.diff(values[x > lowest + 0.01]) > 0).all()


def test_at_a_larger_learning_rate_the_sigmoid_ends_with_the_lowest_loss():
    lesson = read_lesson(ROOT, "03_activations", EXERCISES)
    (source,) = (cell.source for cell in lesson.notebook.cells if "\ndef train(" in cell.source)
    names = {"np": np, "relu": solution("relu"), "relu_backward": solution("relu_backward")}
    exec(source, names)
    sigmoid, slope = solution("sigmoid"), solution("sigmoid_backward")
    layers = {
        "relu": names["RELU"],
        "gelu": (solution("gelu"), solution("gelu_backward")),
        "sigmoid": (sigmoid, lambda grad, scores: slope(grad, sigmoid(scores))),
    }
    for rate, place in ((0.06, -1), (0.2, 0)):
        ends = {name: names["train"](inner, steps=2000, rate=rate)[-1][0] for name, inner in layers.items()}
        assert sorted(ends, key=lambda name: ends[name])[place] == "sigmoid", (rate, ends)


def test_one_weight_near_1_leaves_a_gradient_to_the_values_alone():
    rng = np.random.default_rng(0)
    query, key, value = 100 * np.eye(3), np.eye(3), rng.normal(size=(3, 2))
    G = rng.normal(size=(3, 2))
    grad_query, grad_key, grad_value = solution("scaled_dot_product_attention_backward")(G, query, key, value)
    assert np.abs(grad_query).max() < 1e-20
    assert np.abs(grad_key).max() < 1e-20
    assert np.allclose(grad_value, G)


def test_the_deviation_of_a_dot_product_depends_on_how_the_entries_are_drawn():
    rng = np.random.default_rng(0)
    drawn = {
        8.0: rng.normal(size=(2, 20_000, 64)),
        1.76: rng.uniform(size=(2, 20_000, 64)),
    }
    for deviation, (queries, keys) in drawn.items():
        assert (queries * keys).sum(axis=-1).std() == pytest.approx(deviation, rel=0.02)


def test_only_several_outputs_make_the_truth_of_a_bias_ambiguous():
    assert bool(np.array([2.0]))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(np.array([2.0, 1.0]))


def test_torchinfo_counts_the_output_of_a_repeated_layer_each_time():
    layer = torch.nn.Linear(6, 6)
    once = torchinfo.summary(torch.nn.Sequential(layer), input_size=(5, 6), verbose=0)
    twice = torchinfo.summary(torch.nn.Sequential(layer, layer), input_size=(5, 6), verbose=0)
    assert twice.total_output_bytes == 2 * once.total_output_bytes
    assert twice.total_params == once.total_params


def test_training_with_momentum_holds_twelve_bytes_a_parameter():
    layer = torch.nn.Linear(3, 2)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
    layer(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    held = 0
    for parameter in layer.parameters():
        assert parameter.grad is not None
        for tensor in (parameter, parameter.grad, optimizer.state[parameter]["momentum_buffer"]):
            held += tensor.element_size() * tensor.numel()
    assert held == 12 * sum(parameter.numel() for parameter in layer.parameters())


def test_the_layers_of_the_chapter_before_can_be_pasted_into_training():
    lesson = read_lesson(ROOT, "16_training", EXERCISES)
    pasted = {}
    for cell in lesson.notebook.cells:
        if "setup" in cell.metadata.get("tags", ()):
            exec(cell.source, pasted)
    for name in ("Linear", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Sequential"):
        exec(textwrap.dedent(inspect.getsource(solution(name))), pasted)
    exec(inspect.getsource(solution("lenet")), pasted)
    logits = pasted["lenet"]().forward(np.zeros((2, 1, 8, 8)))
    assert logits.shape == (2, 10)


@pytest.mark.parametrize("helper", ["pair", "windows", "put_back"])
def test_no_cell_of_training_overwrites_a_helper_that_pasted_layers_call(helper):
    lesson = read_lesson(ROOT, "16_training", EXERCISES)
    code = [cell.source for cell in lesson.notebook.cells if cell.cell_type == "code"]
    assert sum(f"def {helper}(" in source for source in code) == 1
    assert not any(line.startswith(f"{helper} =") for source in code for line in source.splitlines())


def test_the_helpers_are_the_same_in_both_lessons_and_in_the_chapter():
    for number in ("15_counting", "16_training"):
        lesson = read_lesson(ROOT, number, EXERCISES)
        names = {}
        for cell in lesson.notebook.cells:
            if "def put_back(" in cell.source:
                exec(cell.source, {"np": np}, names)
                for helper in (setup.pair, setup.windows, setup.put_back):
                    body = ast.parse(inspect.getsource(helper)).body[0].body[1:]
                    start = cell.source.index(f"def {helper.__name__}(")
                    theirs = ast.parse(cell.source[start:].split("\n\n\n")[0]).body[0].body[1:]
                    assert [ast.dump(line) for line in theirs] == [ast.dump(line) for line in body], (number, helper)
        assert "put_back" in names, number


@pytest.mark.parametrize("chapter", FOLDERS)
def test_the_first_exercise_comes_soon(chapter):
    """Words of text above it, headings and tables included, display formulas left out."""
    texts = []
    for cell in read_lesson(ROOT, chapter, EXERCISES).notebook.cells:
        if "exercise" in cell.metadata or cell.metadata.get("nbgrader", {}).get("solution"):
            break
        if cell.cell_type == "markdown":
            texts.append(re.sub(r"\$\$.*?\$\$", "", cell.source, flags=re.DOTALL))
    else:
        pytest.fail("a lesson without an exercise")
    words = [word for word in "\n".join(texts).split() if re.search("[A-Za-z]", word)]
    assert len(words) <= MOST_WORDS


def test_a_line_is_thick_where_a_weight_is_far_from_zero():
    """In the picture of a linear layer, -2 is thicker than 1."""
    ax = connections(np.array([[-2.0, 1.0]]), Figure().subplots())
    far, near = ax.lines
    assert far.get_linewidth() > near.get_linewidth()


def test_the_lessons_name_one_library_of_flax():
    """There were two: flax.linen is the older one."""
    named = {name for path in (ROOT / "solutions").rglob("*.py") for name in re.findall(r"flax\.\w+", path.read_text())}
    assert named == {"flax.nnx"}


def test_dropout_divides_by_the_share_that_is_kept():
    """With p = 0.6 a value that stays is divided by 0.4, not by 0.6."""
    output = solution("dropout")(np.ones((50, 40)), p=0.6, training=True, rng=np.random.default_rng(1))
    assert set(np.unique(output.round(9))) == {0.0, 2.5}


def test_the_lessons_say_nothing_of_what_scikit_learn_stores():
    """It depends on the shape of the targets, and can't be tested here."""
    lessons = list((ROOT / "solutions").rglob("*.py"))
    assert lessons
    assert not [path.name for path in lessons if "coef_" in path.read_text(encoding="utf-8")]


def test_no_cause_of_a_loss_curve_gives_the_next_bug_away():
    """`repair_fit`, right below it, adds up its gradients."""
    lesson = read_lesson(ROOT, "16_training", EXERCISES)
    causes = next(cell.source for cell in lesson.notebook.cells if '| `"rate too high"` |' in cell.source)
    assert "gradients" not in causes


@pytest.mark.parametrize("chapter", FOLDERS)
def test_lessons_use_the_words_of_the_field(chapter):
    """One word for a thing: standard deviation, residual connection, video."""
    for cell in read_lesson(ROOT, chapter, EXERCISES).notebook.cells:
        text = cell.source.replace("shortcut.weight", "").replace('"shortcut"', "")
        assert not re.search(r"\b(shortcut|films?|spread_|who_notices)\b", text), text
