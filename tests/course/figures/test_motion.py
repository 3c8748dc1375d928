"""An animation plays in the page: its frames are in it, and nothing comes from elsewhere."""

import re

import pytest
from matplotlib.figure import Figure

from course.figures import motion as module
from course.figures.motion import motion


@pytest.fixture
def figure():
    return Figure(figsize=(1, 1))


def drawn(figure, frames=3):
    ax = figure.subplots()

    def draw(frame):
        ax.clear()
        ax.set_title(str(frame))

    return motion(figure, draw, frames, description='a "count" & more')


def test_every_frame_is_in_the_page_and_nothing_is_fetched(figure):
    """The first frame is shown at once, the slider ends at the last, and the page contains no address."""
    page = drawn(figure)._repr_html_()
    assert len(set(re.findall(r"base64,([^\"]+)", page))) == 3
    assert 'max="2"' in page
    assert "1 of 3" in page
    assert "http" not in page
    assert 'alt="a &quot;count&quot; &amp; more"' in page


def test_two_builds_give_the_same_page(figure):
    """Names in the page come from the frames, not from chance."""
    assert drawn(figure)._repr_html_() == drawn(Figure(figsize=(1, 1)))._repr_html_()


def test_too_large_an_animation_is_refused(figure, monkeypatch):
    """A notebook stays small."""
    monkeypatch.setattr(module, "LARGEST", 100)
    with pytest.raises(ValueError, match=r"3 frames take .* bytes; 100 are allowed"):
        drawn(figure)
