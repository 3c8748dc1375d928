"""The pictures of the built lessons: each is described in words, and no notebook is too large to be sent."""

import json
import re

import pytest

from grader.config import ROOT

LARGEST = 1_000_000
SHORTEST = 15  # letters of a sentence
LESSONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))


def pictures(path):
    """Give the cell and the output of each picture, and each animation."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data or "data-motion" in "".join(data.get("text/html", "")):
                yield cell["id"], output


@pytest.mark.parametrize("path", LESSONS, ids=[path.parent.name for path in LESSONS])
def test_every_picture_has_an_alternative_text(path):
    """A figure's own sentence, or an animation's description and a sentence for each frame."""
    for cell, output in pictures(path):
        page = "".join(output["data"].get("text/html", ""))
        if page:
            told = json.loads(page.partition("const told = ")[2].partition(";\n")[0])
            assert told, cell
            assert all(told), (cell, told)
        else:
            said = output["metadata"].get("image/png", {}).get("alt", "")
            assert len(said) >= SHORTEST, (cell, said)


@pytest.mark.parametrize("path", LESSONS, ids=[path.parent.name for path in LESSONS])
def test_no_notebook_is_too_large(path):
    """It is sent and opened as a whole."""
    assert path.stat().st_size < LARGEST


@pytest.mark.parametrize("path", LESSONS, ids=[path.parent.name for path in LESSONS])
def test_texts_of_pictures_say_numbers_as_people_do(path):
    """Zero has no sign, and a range has two ends."""
    for cell, output in pictures(path):
        texts = [output["metadata"].get("image/png", {}).get("alt", "")]
        page = "".join(output["data"].get("text/html", ""))
        if page:
            texts = json.loads(page.partition("const told = ")[2].partition(";\n")[0])
        for text in texts:
            assert not re.search(r"(?<![\w.])[-−]0(?![.\d])", text), (cell, text)
            assert not re.search(r"values, from (\S+) to \1(?![\w.])", text), (cell, text)
            assert "frame 0: frames" not in text, cell
