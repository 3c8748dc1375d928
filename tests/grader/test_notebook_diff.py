"""Comparing a committed notebook with a fresh one."""

import base64
import copy
import io

import nbformat
import numpy as np
import pytest
from matplotlib.image import imsave
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.notebook_diff import differences, keep_equal, same_text


def text_output(text):
    return new_output("execute_result", {"text/plain": text}, execution_count=1)


def image_output(data):
    return new_output("display_data", {"image/png": data, "text/plain": "<Figure size 640x480 with 1 Axes>"})


def picture(shade=0.0, corner=0.0):
    """Draw a white square with a dark one in it, and a corner of another colour."""
    pixels = np.ones((64, 64, 3))
    pixels[16:48, 16:48] = shade
    pixels[:12, :12] = 1 - corner
    file = io.BytesIO()
    imsave(file, pixels, format="png")
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture
def notebook():
    cells = [
        new_markdown_cell("# Title", id="title-1"),
        new_code_cell("x = 1\nx / 3", id="title-2", execution_count=1, outputs=[text_output("0.33333333")]),
        new_code_cell("plot(x)", id="title-3", execution_count=2, outputs=[image_output(picture())]),
    ]
    return new_notebook(cells=cells, metadata={"authors": ["x"]})


def told(committed, built):
    return [f"{difference.cell}: {difference.what}" for difference in differences(committed, built)]


def test_noise_is_no_difference(notebook):
    """Last digits, durations, an image's faint shades and counts of runs are what another machine changes."""
    other = copy.deepcopy(notebook)
    other.cells[1].outputs = [text_output("0.33333331")]
    other.cells[2].outputs = [image_output(picture(shade=0.05))]
    other.cells[2].execution_count = 7
    assert told(notebook, other) == []


def test_another_picture_is_a_difference(notebook):
    """Whether it is alone or within a page: a small part that changes is seen, and so is another size."""
    for changed in (picture(corner=0.8), base64.b64encode(b"no picture").decode()):
        other = copy.deepcopy(notebook)
        other.cells[2].outputs = [image_output(changed)]
        assert told(notebook, other) == ["title-3: shows another picture than a run gives."]
    page = '<div id="motion-{}"><img src="data:image/png;base64,{}"></div>'
    pages = [page.format("0123456789abcdef", picture()), page.format("fedcba9876543210", picture(shade=0.05))]
    pages.append(page.format("0123456789abcdef", picture(corner=0.8)))
    notebooks = [copy.deepcopy(notebook) for _ in pages]
    for one, text in zip(notebooks, pages, strict=True):
        one.cells[2].outputs = [new_output("display_data", {"text/html": text})]
    assert told(notebooks[0], notebooks[1]) == []
    assert told(notebooks[0], notebooks[2]) == ["title-3: output text/html shows another picture than a run gives."]


def test_what_a_picture_says_is_compared(notebook):
    """Its alternative text, up to rounding; where outputs vary, whether there is one."""
    said = [copy.deepcopy(notebook) for _ in range(3)]
    for one, text in zip(said, ("from 0.12345678 to 1.", "from 0.12345679 to 1.", "from 2 to 3."), strict=True):
        one.cells[2].outputs[0].metadata = {"image/png": {"alt": text}}
    assert told(said[0], said[1]) == []
    (difference,) = told(said[0], said[2])
    assert difference == ("title-3: describes its picture as 'from 0.12345678 to 1.', and a run as 'from 2 to 3.'.")
    assert told(notebook, said[0]) == ["title-3: describes its picture as '', and a run as 'from 0.12345678 to 1.'."]
    for one in (notebook, *said):
        one.cells[2].metadata["tags"] = ["varies"]
    assert told(said[0], said[2]) == []
    assert told(notebook, said[0]) == ["title-3: has a picture that nothing describes."]


def test_every_kind_of_difference_is_told_by_cell(notebook):
    """Source, metadata, output and the notebook's own metadata each have a line with the cell's id."""
    other = copy.deepcopy(notebook)
    other.metadata = {}
    other.cells[0].source = "# Another title"
    other.cells[1].metadata["tags"] = ["setup"]
    other.cells[1].outputs = [text_output("0.34")]
    other.cells[2].outputs = []
    assert told(notebook, other) == [
        ": its metadata is {'authors': ['x']}, and its source gives {}.",
        "title-1: line 1 is '# Title', and its source gives '# Another title'.",
        "title-2: metadata 'tags' is None, and its source gives ['setup'].",
        "title-2: output text/plain says '0.33333333', and a run gives '0.34'.",
        "title-3: has an output, and a run gives none.",
    ]


def test_missing_extra_moved_and_repeated_cells(notebook):
    """Cells are matched by id, so one new cell is one line."""
    shorter = copy.deepcopy(notebook)
    del shorter.cells[1]
    assert told(shorter, notebook) == ["title-2: is missing."]
    assert told(notebook, shorter) == ["title-2: is not in its source."]
    swapped = copy.deepcopy(notebook)
    swapped.cells = [swapped.cells[0], swapped.cells[2], swapped.cells[1]]
    assert told(swapped, notebook) == ["title-3: is where its source has title-2."]
    swapped.cells.append(swapped.cells[0])
    assert "title-1: occurs 2 times." in told(swapped, notebook)


def test_an_output_that_varies(notebook):
    """What a cell tagged `varies` prints is not compared, that it prints is."""
    notebook.cells[1].metadata["tags"] = ["varies"]
    other = copy.deepcopy(notebook)
    other.cells[1].outputs = [text_output("something else")]
    assert told(notebook, other) == []
    other.cells[1].outputs = []
    assert told(notebook, other) == ["title-2: has an output, and a run gives none."]


def test_equal_cells_are_kept(notebook):
    """Where one cell changes, the others' bytes stay, with the counts of their new places."""
    built = copy.deepcopy(notebook)
    built.cells.insert(1, new_code_cell("0", id="title-0", execution_count=1, outputs=[text_output("0")]))
    built.cells[2].outputs = [text_output("0.33333331")]
    built.cells[2].execution_count = 2
    built.cells[3].outputs = [image_output(picture(shade=0.05))]
    kept = keep_equal(notebook, built)
    nbformat.validate(kept)
    assert [cell.id for cell in kept.cells] == ["title-1", "title-0", "title-2", "title-3"]
    assert kept.cells[2].outputs[0].data["text/plain"] == "0.33333333"
    assert (kept.cells[2].execution_count, kept.cells[2].outputs[0].execution_count) == (2, 2)
    assert kept.cells[3].outputs[0].data["image/png"] == picture()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("[[ 0.1257 -0.1321]]", "[[0.1258  -0.1321]]", True),
        ("largest difference 3.1e-07", "largest difference 2.4e-07", True),
        ("0.26 M mult-adds", "0.27 M mult-adds", False),
        ("12,832 parameters", "12,833 parameters", False),
        ("2 of 3", "2.5 of 3", False),
        ("nan", "0.0", False),
        ("41 s for one call", "39.5 s for one call", True),
        ("tensor([1.])", "array([1.])", False),
        ("1.5", "1.5 1.5", False),
        ('<img src="data:image/png;base64,AAA=">', '<img src="data:image/png;base64,BB==">', True),
    ],
)
def test_same_text(one, other, same):
    """Floating noise and durations are forgiven; counts, words and short decimals are not."""
    assert same_text(one, other) is same
    assert same_text(other, one) is same
