"""Sliders where a kernel runs, frames where none does: the same pictures."""

import json
import re

import numpy as np
import pytest

from course.figures import explore as module
from course.figures.cells import cells
from course.figures.explore import FRAMES, explore
from course.figures.motion import Motion


def draw(ax, times, plus):
    if times == 3:
        raise ValueError("three is <too> much")
    cells(np.array([[2.0 * times + plus]]), ax)


def explored(**values):
    return explore(draw, description="one number", figsize=(2, 1), **values)


@pytest.fixture(params=["built", "without ipywidgets"])
def no_kernel(request, monkeypatch):
    monkeypatch.delenv(FRAMES, raising=False)
    if request.param == "built":
        monkeypatch.setenv(FRAMES, "1")
    else:
        monkeypatch.setattr(module, "is_installed", lambda name: name != "ipywidgets")


@pytest.fixture
def kernel(monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.delenv(FRAMES, raising=False)


@pytest.mark.usefixtures("no_kernel")
def test_frames_show_every_combination():
    """Each is described with its values."""
    shown = explored(times=[1, 2], plus=[0.0, 0.5])
    assert isinstance(shown, Motion)
    assert [frame.told for frame in shown.frames] == [
        f"times = {times}, plus = {plus}. A matrix of 1 by 1, each {value}."
        for times, plus, value in ((1, 0, 2), (1, 0.5, 2.5), (2, 0, 4), (2, 0.5, 4.5))
    ]


@pytest.mark.usefixtures("kernel")
def test_a_slider_draws_again_what_the_function_gives():
    """The picture, and what it says to a screen reader."""
    shown = explored(times=[1, 2, 3], plus=[0, 1])
    (times, plus), picture = shown.children[0].children, shown.children[1]
    assert (times.description, plus.description) == ("times", "plus")
    assert 'aria-label="A matrix of 1 by 1, each 2."' in picture.value
    before = picture.value
    times.value, plus.value = 2, 1
    assert 'aria-label="A matrix of 1 by 1, each 5."' in picture.value
    assert "<svg" in picture.value
    assert "<style" not in picture.value
    times.value, plus.value = 1, 0
    assert picture.value == before


@pytest.mark.usefixtures("kernel")
def test_what_was_seen_is_kept_for_a_reader_without_the_kernel(monkeypatch):
    """One picture at first; then frames, with their values, in the order of the sliders."""
    bundles = []

    class Handle:
        update = staticmethod(lambda bundle, raw: bundles.append(bundle))

    def display(bundle, raw, display_id=False):
        bundles.append(bundle)
        return Handle if display_id else None

    from course.figures import sliders

    monkeypatch.setattr(sliders, "display", display)
    shown = explored(times=[1, 2, 3], plus=[0, 1])
    shown._ipython_display_()
    widget, kept = bundles
    assert "application/vnd.jupyter.widget-view+json" in widget
    assert widget["text/plain"] == "Run this cell to get its sliders."
    assert 'alt="times = 1, plus = 0. A matrix of 1 by 1, each 2."' in kept["text/html"]
    hidden = re.search(r"\.(explored-\w+) { display: none; }", shown.children[2].value)
    assert f'<div class="{hidden[1]}">' in kept["text/html"]
    (times, plus), _, _ = shown.children[0].children, *shown.children[1:]
    plus.value = 1
    times.value = 2
    times.value = 3  # is refused
    plus.value = 0  # likewise
    times.value = 2
    times.value = 1  # was seen before
    assert len(bundles) == 5
    told = re.search(r"const told = (.*);", bundles[-1]["text/html"])
    assert [one.partition(". ")[0] for one in json.loads(told[1])] == [
        "times = 1, plus = 0",
        "times = 1, plus = 1",
        "times = 2, plus = 0",
        "times = 2, plus = 1",
    ]


@pytest.mark.usefixtures("kernel")
def test_a_value_that_a_function_refuses_is_told_and_forgotten():
    """The slider can be moved on."""
    shown = explored(times=[1, 3], plus=[0])
    (times, _), picture = shown.children[0].children, shown.children[1]
    times.value = 3
    assert picture.value == "<pre>ValueError: three is &lt;too&gt; much</pre>"
    times.value = 1
    assert "<svg" in picture.value


@pytest.mark.usefixtures("kernel")
def test_a_function_that_is_not_written_yet_raises_at_once():
    """As everywhere in a notebook."""
    with pytest.raises(ValueError, match="three"):
        explored(times=[3], plus=[0])


def test_no_parameter_is_refused():
    """There would be nothing to move."""
    for values in ({}, {"times": []}):
        with pytest.raises(ValueError, match="give it at least one"):
            explored(**values)
