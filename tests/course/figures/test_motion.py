"""An animation plays in the page: its frames are in it, and nothing comes from elsewhere."""

import json
import re
from contextlib import nullcontext

import numpy as np
import pytest
from matplotlib.figure import Figure

from course.figures import drawing
from course.figures import motion as module
from course.figures.describe import describe
from course.figures.frame import frame
from course.figures.motion import motion


@pytest.fixture
def figure():
    return Figure(figsize=(1, 1))


def drawn(figure, frames=3):
    ax = figure.subplots()

    def draw(number):
        ax.clear()
        ax.set_title(str(number))
        describe(ax, "a </script> number")

    return motion(figure, draw, frames, description='a "count" & more')


def in_script(page, name):
    """Read a value that the page's script has."""
    return json.loads(re.search(rf"const {name} = (.*);", page)[1])


def test_every_frame_is_in_the_page_and_nothing_is_fetched(figure):
    """The first frame is there without a script, all frames with one, and the page contains no address."""
    page = drawn(figure)._repr_html_()
    assert page.count("data:image/png;base64,") == 1
    assert 'alt="a &quot;count&quot; &amp; more"' in page
    assert "http://www.w3.org" in page
    assert not re.search(r"(?:src|href)=.?(?:https?:)?//", page)
    pieces, frames = in_script(page, "pieces"), in_script(page, "frames")
    pictures = ["\n".join(pieces[piece] for piece in frame) for frame in frames]
    assert len(set(pictures)) == 3
    assert all(picture.startswith("<svg") and picture.endswith("</svg>") for picture in pictures)


def test_a_frame_is_told_in_words_and_cannot_end_the_script(figure):
    """A screen reader says what each frame shows."""
    page = drawn(figure)._repr_html_()
    assert in_script(page, "told") == [f"{number}: a </script> number." for number in range(3)]
    assert page.count("</script>") == 1


def test_two_builds_give_the_same_page(figure):
    """Names in the page come from the frames, not from chance."""
    assert drawn(figure)._repr_html_() == drawn(Figure(figsize=(1, 1)))._repr_html_()


def test_black_takes_the_colour_of_the_page_and_cells_stay_sharp(figure):
    """A dark theme can be read, and a value is one pixel that is enlarged without smoothing."""
    ax = figure.add_axes((0, 0, 1, 1))
    played = motion(figure, lambda number: ax.imshow(np.eye(2)), 1, description="cells")
    (only,) = played.frames
    assert "currentColor" in only.picture
    assert "#000000" not in only.picture
    assert "pixelated" in only.picture
    assert only.handle is None


def test_what_is_framed_can_be_dragged(figure):
    """Its place is known for each frame, from the upper left corner."""
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 10), ylim=(10, 0))

    def draw(number):
        for patch in list(ax.patches):
            patch.remove()
        frame((2 * number, 1), ax, 2, 2, handle=True)

    assert [one.handle for one in motion(figure, draw, 3, description="x").frames] == [
        (0.1, 0.2),
        (0.3, 0.2),
        (0.5, 0.2),
    ]


def test_too_large_an_animation_is_refused(figure, monkeypatch):
    """A notebook stays small."""
    monkeypatch.setattr(module, "LARGEST", 100)
    with pytest.raises(ValueError, match=r"3 frames take .* bytes; 100 are allowed"):
        drawn(figure)


@pytest.mark.parametrize("layout", [None, "constrained", "tight"])
def test_a_frame_is_laid_out_as_matplotlib_lays_it_out(layout, monkeypatch):
    """It is drawn once in place of twice, and nothing is elsewhere for it."""

    def frame_of(words):
        figure = Figure(figsize=(3, 2), layout=layout)
        for ax in figure.subplots(1, 2):
            ax.set(xlabel=words, ylabel=words)
        return figure

    places = [ax.get_position().bounds for ax in frame_of("a").axes]
    figure = frame_of("two\nlines")
    once = drawing.svg(figure)
    assert (places == [ax.get_position().bounds for ax in figure.axes]) == (layout is None)
    monkeypatch.setattr(drawing, "_drawn_once", nullcontext)
    assert once == drawing.svg(frame_of("two\nlines"))
