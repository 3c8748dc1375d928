"""An animation in a real browser: every way to play it, on a page and on paper."""

import re
from functools import cache

import numpy as np
import pytest
from matplotlib.figure import Figure
from playwright.sync_api import expect

from course.figures.motion import motion
from course.figures.windows import Sliding, window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("player")]

IMAGE, KERNEL = np.arange(12.0).reshape(3, 4), np.array([[-1.0, 1.0]])
CHANGES = np.ones((3, 3))
DESCRIPTION = "a kernel slides over an image"


@cache
def played():
    figure = Figure(figsize=(5, 2.2))
    ax = figure.add_axes((0, 0, 1, 1))

    def draw(place):
        ax.clear()
        window(IMAGE, CHANGES, place, Sliding(KERNEL), ax)

    return motion(figure, draw, 10, description=DESCRIPTION, per_second=20)


@pytest.fixture
def open_page(page, tmp_path):
    """Open a page that shows the same animation twice, and record every request and error."""
    heard = []
    page.on("request", lambda request: heard.append(request.url) if request.url.startswith("http") else None)
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    file = tmp_path / "page.html"
    html = played()._repr_html_()
    file.write_text(f"<!doctype html><meta charset=utf-8><title>x</title>{html}<p>again</p>{html}", encoding="utf-8")
    page.goto(file.as_uri())
    yield page.locator(".motion")
    assert heard == []


def shown(player):
    """Give the number of the frame that a player shows."""
    return int(re.fullmatch(r"(\d+) of 10", player.locator("output").inner_text())[1])


def test_two_copies_of_one_animation_play_by_themselves(open_page):
    """A button in one moves only that one."""
    first, second = open_page.all()
    second.get_by_role("button", name="next frame").click()
    assert (shown(first), shown(second)) == (1, 2)
    first.get_by_role("button", name="next frame").click(click_count=2)
    assert (shown(first), shown(second)) == (3, 2)


def test_it_stops_on_the_last_frame_unless_it_loops(open_page):
    """Play ends at the end, and begins again from there; with Loop it continues."""
    player = open_page.first
    play, loop = player.get_by_role("button", name="Play"), player.get_by_role("button", name="Loop")
    player.get_by_label("speed").select_option("4×")
    play.click()
    expect(player.locator("output")).to_have_text("10 of 10")
    expect(play).to_have_text("Play")
    loop.click()
    expect(loop).to_have_attribute("aria-pressed", "true")
    play.click()
    pause = player.get_by_role("button", name="Pause")
    for _ in range(2):
        expect(player.locator("output")).to_have_text("10 of 10")
        expect(player.locator("output")).to_have_text("1 of 10")
    pause.click()
    here = shown(player)
    player.page.wait_for_timeout(300)
    assert shown(player) == here


def test_the_keyboard_moves_it_and_a_screen_reader_hears_what_it_shows(open_page):
    """Arrows on any of its parts, Home and End; the focus can be seen; each frame is a sentence."""
    player = open_page.first
    page, slider = player.page, player.get_by_role("slider")
    player.get_by_role("button", name="Play").focus()
    page.keyboard.press("ArrowRight")
    assert shown(player) == 2
    page.keyboard.press("Tab")
    assert player.evaluate("(it) => getComputedStyle(it.shadowRoot.activeElement).outlineWidth") == "3px"
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-label", DESCRIPTION)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("3 of 10: The window begins at row 0, column 2 "))
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"10 of 10: The input \(3, 4\) and its whole output"))
    expect(player.get_by_role("img").first).to_have_attribute("aria-label", re.compile("whole output"))


def test_the_window_can_be_dragged(open_page):
    """It follows the pointer to the nearest place, and stays there."""
    player = open_page.first
    box = player.locator(".screen").bounding_box()
    handles = played().frames
    mouse = player.page.mouse

    def at(frame):
        x, y = handles[frame].handle
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    mouse.move(*at(0))
    mouse.down()
    mouse.move(*at(5), steps=4)
    assert shown(player) == 6
    mouse.up()
    mouse.move(*at(1))
    assert shown(player) == 6


def test_it_takes_the_colour_of_the_page_and_no_ground(open_page, picture):
    """In a dark theme its words are light."""
    player = open_page.first
    player.page.evaluate("document.body.style = 'background: #111; color: #eee'")
    place = player.locator(".screen")
    colour = "(it) => getComputedStyle(it.shadowRoot.querySelector('svg')).fill"
    assert place.evaluate(colour) == "rgb(238, 238, 238)"
    assert place.evaluate("(it) => getComputedStyle(it).backgroundColor") == "rgba(0, 0, 0, 0)"
    picture("player-dark")


def test_on_paper_are_three_frames_and_no_buttons(open_page, picture):
    """The first, the middle and the last."""
    player = open_page.first
    expect(player.locator(".printed > div").first).to_be_hidden()
    player.page.emulate_media(media="print")
    expect(player.get_by_role("button")).to_have_count(0)
    labels = [one.get_attribute("aria-label") for one in player.locator(".printed > div").all()]
    assert [re.search(r"row \d, column \d|whole", label)[0] for label in labels] == [
        "row 0, column 0",
        "row 1, column 1",
        "whole",
    ]
    picture("player-print")


def test_it_fits_a_narrow_window(open_page):
    """On a phone, and the picture with it."""
    page = open_page.first.page
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_needs_no_storage(page, tmp_path):
    """A frame without its own rights, in which some sites show notebooks, blocks storage."""
    html = played()._repr_html_()
    (tmp_path / "inner.html").write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
    outer = tmp_path / "outer.html"
    outer.write_text(
        '<iframe sandbox="allow-scripts" width=600 height=400 src="inner.html"></iframe>', encoding="utf-8"
    )
    page.goto(outer.as_uri())
    inner = page.frame_locator("iframe")
    inner.get_by_role("button", name="next frame").click()
    expect(inner.locator("output")).to_have_text("2 of 10")
