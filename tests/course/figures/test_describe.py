"""Every picture has a sentence for readers who can't see it, and a notebook keeps it with the picture."""

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure

from course.figures.cells import cells
from course.figures.describe import FRAMES, describe, describe_together, described, each, from_to, spread


@pytest.fixture
def axes():
    return Figure().subplots(1, 3)


def test_axes_are_told_in_order_with_their_titles(axes):
    """Equal sentences appear once."""
    for ax, (title, sentence) in zip(axes, (("a", "a line"), ("b", "a bar"), ("c", "a line")), strict=True):
        describe(ax, sentence)
        ax.set_title(title)
    assert described(axes[0].figure) == "a, c: a line. b: a bar."


def test_a_later_sentence_takes_the_place_of_an_earlier_one(axes):
    """A frame's sentence does not contain the sentences of earlier frames."""
    describe(axes[0], "first")
    axes[0].clear()
    describe(axes[0], "second")
    assert described(axes[0].figure) == "Second."


def test_a_figure_may_be_told_as_a_whole(axes):
    """Then its axes say nothing, nor does a colour bar."""
    image = axes[0].imshow(np.eye(2))
    axes[0].figure.colorbar(image)
    describe_together(axes, "three of a kind")
    axes[0].set_title("the first")
    assert described(axes[0].figure) == "Three of a kind."
    describe(axes[0].figure, "all")
    assert described(axes[0].figure) == "All."


def test_a_drawing_without_a_sentence_is_told_by_its_words(axes):
    """A student's own plot gets a text, too; a plot without words gets none."""
    assert described(axes[0].figure) == ""
    axes[1].plot([1, 2], label="mine")
    axes[1].set(xlabel="step", ylabel="loss")
    axes[1].legend()
    assert described(axes[0].figure) == "Loss against step: mine."


def test_cells_are_told_unless_what_they_belong_to_is(axes):
    """A matrix on its own has a sentence."""
    cells(np.array([[1.0, -2.0]]), axes[0])
    describe(axes[1], "a product")
    cells(np.eye(2), axes[1])
    assert described(axes[0].figure) == "A matrix of 1 by 2, from -2 to 1. A product."


@pytest.fixture
def shell(monkeypatch):
    """Have a notebook that draws figures."""
    shell = InteractiveShell.instance()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    shell.display_formatter.formatters["image/png"].for_type(Figure, lambda figure: "cG\n5n")
    yield shell
    InteractiveShell.clear_instance()


def test_a_built_lesson_keeps_the_sentence_with_the_picture(axes, shell, monkeypatch):
    """The metadata is where nbconvert looks for it."""
    monkeypatch.setenv(FRAMES, "1")
    describe(axes[0], "a line")
    data, metadata = shell.display_formatter.format(axes[0].figure)
    assert (data["image/png"], metadata) == ("cG\n5n", {"image/png": {"alt": "A line."}})
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])]))


def test_a_notebook_shows_the_picture_with_its_sentence(axes, shell, monkeypatch):
    """As a page's element, since JupyterLab gives a picture no text. A figure without a sentence is a picture."""
    published = []
    monkeypatch.delenv(FRAMES, raising=False)
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, metadata: published.append(data))
    describe(axes[0], 'a "line"')
    for figure in (axes[0].figure, Figure()):
        assert shell.display_formatter.format(figure) == ({}, {})
    told, plain = published
    assert told["text/plain"] == 'A "line".'
    assert told["text/html"].startswith('<img alt="A &quot;line&quot;." src="data:image/png;base64,cG5n"')
    assert "image/png" not in told
    assert plain["image/png"] == "cG\n5n"


def test_a_range_is_told_as_one_would_say_it():
    """Zero has no sign, and equal values are not a range."""
    assert spread(np.array([-0.0, 1.0])) == "from 0 to 1"
    assert spread(np.array([-0.0, 0.0])) == "each 0"
    assert spread(np.full(3, 0.04)) == "each 0.04"
    assert spread(np.array([np.inf, np.nan])) == "none of them finite"
    assert from_to({"a": [-0.0, 2.0]}) == "a from 0 to 2"
    assert each(["b"], [-0.0]) == "b 0"
