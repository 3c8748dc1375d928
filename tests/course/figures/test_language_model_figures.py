"""The pictures of a language model show what they were given, step by step."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course.figures import decoder
from course.figures import language_model as figures
from course.figures.describe import described
from course.figures.style import BLUE


@pytest.fixture
def ax():
    return Figure().subplots()


def test_a_pair_is_an_arrow_from_the_middle_of_its_circle(ax):
    """The last position is blue, and where it points is the pair's direction."""
    figures.turning_pairs(np.array([[1.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0]]), ax)
    arrows = [line for line in ax.lines if len(line.get_xdata()) == 2]
    blue = [line for line in arrows if line.get_color() == BLUE]
    assert (len(arrows), len(blue), len(ax.patches)) == (4, 2, 2)
    for line in blue:
        (x0, x1), (y0, y1) = line.get_xdata(), line.get_ydata()
        assert (x1 - x0, y1 - y0) == (0.0, 1.0)


def test_limits_are_the_same_for_every_number_of_positions():
    """So that the picture keeps still while it plays."""
    limits = set()
    for positions in (1, 5):
        ax = figures.turning_pairs(np.ones((positions, 6)), Figure().subplots())
        limits.add((ax.get_xlim(), ax.get_ylim()))
    for rows in (1, 3):
        ax = figures.causal_triangle("abc", np.tri(rows, 3), Figure().subplots())
        limits.add((ax.get_xlim(), ax.get_ylim()))
    assert len(limits) == 2


def test_the_triangle_has_a_cell_for_each_look(ax):
    """Blue where something is computed, grey where it is known; words that don't exist yet have no name."""
    figures.causal_triangle(["a", "b", "c"], np.array([[1, 0, 0], [2, 2, 0]]), ax)
    faces = {patch.get_xy(): to_hex(patch.get_facecolor()) for patch in ax.patches}
    assert faces == {(0, 0): "#e4e4e4", (0, 1): BLUE.lower(), (1, 1): BLUE.lower()}
    assert [text.get_text() for text in ax.texts].count("") == 2


def test_bars_are_probabilities_from_zero():
    """All panels have one scale, and each bar its share."""
    axes = Figure().subplots(1, 2)
    figures.likely({"one": np.array([0.5, 0.5]), "two": np.array([0.9, 0.1])}, ["a", "b"], axes)
    assert [[bar.get_height() for bar in ax.patches] for ax in axes] == [[0.5, 0.5], [0.9, 0.1]]
    assert len({ax.get_ylim() for ax in axes}) == 1
    assert axes[0].get_ylim()[0] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: figures.turning_pairs(np.ones((2, 3)), ax), r"with an even d, not \(2, 3\)"),
        (lambda ax: figures.causal_triangle("ab", np.ones((1, 3)), ax), r"rows of 2 words, not an array of shape"),
        (lambda ax: figures.likely({"one": np.ones(1)}, ["a"], [ax, ax]), "of 1 titles, and got 2 panels"),
    ],
)
def test_what_does_not_fit_is_refused(ax, call, message):
    """Each refusal says what came."""
    with pytest.raises(ValueError, match=message):
        call(ax)


def test_a_language_model_is_drawn_from_words_to_scores_with_its_notes(ax):
    """The decoder layer has its own frame, two residual connections, and both norms inside it."""
    notes = {"attention": "exercise 3", "decoder layer": "exercise 4", "linear": "the last one"}
    decoder.language_model(notes, ax)
    places = {text.get_text(): text.get_position() for text in ax.texts}
    order = ["embedding", "norm1", "attention", "norm2", "SwiGLU", "norm", "linear"]
    assert sorted(order, key=lambda name: places[name][0]) == order
    assert [text.get_text() for text in ax.texts].count("residual") == 2
    for name in ("attention", "linear"):
        assert places[notes[name]][0] == places[name][0]
    (frame,) = (patch for patch in ax.patches if patch.get_linestyle() == "--")
    box = frame.get_bbox()
    inside = [name for name in order if box.x0 < places[name][0] < box.x1]
    assert inside == ["norm1", "attention", "norm2", "SwiGLU"]
    assert "each pair inside a residual connection" in described(ax.figure)
