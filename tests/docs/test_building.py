"""The pages' sources: a lesson as it is read, formulas without dollars, links only to where something is."""

import json
import re
import tomllib

import pytest

from course.catalog import CARDS
from course.summary_table import table
from grader.config import ROOT
from grader.published import Published

CHAPTER = "07_conv2d"


def written(tmp_path, published):
    from building.lessons import write_lessons

    write_lessons(ROOT, tmp_path / "source", tmp_path / "extra", [CHAPTER], published)
    return json.loads((tmp_path / "source" / "lessons" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))["cells"]


def test_a_page_has_the_answers_and_no_marks(tmp_path):
    """All cells of the executed notebook, with their outputs; what only nbgrader needs is left out."""
    cells = written(tmp_path, Published())
    built = json.loads((ROOT / "solutions" / CHAPTER / "conv2d.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell["id"] for cell in cells] == [cell["id"] for cell in built]
    code = {cell["id"]: cell["source"] for cell in cells if cell["cell_type"] == "code"}
    assert "def conv2d(input, weight, bias=None):" in code["conv2d"]
    assert "SOLUTION" in "".join(next(cell for cell in built if cell["id"] == "conv2d")["source"])
    assert not any("SOLUTION" in source for source in code.values())
    assert [len(cell.get("outputs", ())) for cell in cells] == [len(cell.get("outputs", ())) for cell in built]


def test_a_picture_keeps_its_alternative_text(tmp_path):
    """MyST-NB reads it from the cell."""
    shown = [cell for cell in written(tmp_path, Published()) if cell.get("id") == "feature-maps-2"]
    (output,) = (one for one in shown[0]["outputs"] if "image/png" in one.get("data", {}))
    alt = output["metadata"]["image/png"]["alt"]
    assert alt.startswith("yours: a kernel of 3 by 3")
    assert shown[0]["metadata"]["mystnb"]["image"]["alt"] == alt


def test_the_download_is_the_students_notebook(tmp_path):
    """Byte for byte."""
    written(tmp_path, Published())
    student = ROOT / "notebooks" / CHAPTER / "conv2d.ipynb"
    assert (tmp_path / "extra" / "notebooks" / CHAPTER / "conv2d.ipynb").read_bytes() == student.read_bytes()


def test_links_appear_with_their_addresses(tmp_path):
    """Download always; the others where they are configured, below the title and above the text."""
    plain = written(tmp_path / "plain", Published())[0]["source"]
    assert plain.count("<a ") == 1
    everywhere = Published(repository="https://github.com/o/n", lite="https://l.org", hub="https://h.org")
    source = written(tmp_path / "linked", everywhere)[0]["source"]
    assert [name for name in ("JupyterLite", "Colab", "Binder", "JupyterHub") if f">{name}</a>" in source] == [
        "JupyterLite", "Colab", "Binder", "JupyterHub"
    ]  # fmt: skip
    assert source.startswith("# 07 ·")
    assert source.index("JupyterLite") < source.index("At the end of this chapter")


def test_an_address_can_not_break_out_of_its_link(tmp_path):
    """What separates parts of a query is escaped in HTML."""
    source = written(tmp_path, Published(repository="https://github.com/o/n", hub="https://h.org"))[0]["source"]
    assert "&amp;branch=main&amp;" in source


def test_every_formula_of_the_summary_table_is_typeset():
    """No dollar and no TeX is left, for every layer; sums keep their bounds below."""
    from building.dollars import typeset_dollars

    page = typeset_dollars(table(rows="all")._repr_html_())
    assert page.count("<math") >= len(CARDS)
    assert "$" not in page
    assert "\\" not in page
    assert '<math displaystyle="true">' in page
    with pytest.raises(ValueError, match="does not know this formula"):
        typeset_dollars(r"<td>$\unknown{x}$</td>")


def test_the_start_page_moves():
    """Its chapter has an animation."""
    from building.lessons import moving_picture
    from building.start import CHAPTER as MOVING

    assert "<script>" in moving_picture(ROOT, MOVING)


def test_the_reference_has_every_public_name(tmp_path):
    """Each on one page, and each page in the list."""
    from building.reference import write_reference

    import course.cost
    import course.functional

    write_reference(ROOT, tmp_path)
    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "reference").glob("*_*.md"))
    for package in (course.functional, course.cost):
        for name in package.__all__:
            assert pages.count(f":: {package.__name__}.{name}\n") == 1, name


def test_an_unknown_chapter_is_told():
    """In one sentence."""
    from building.lessons import chapters

    with pytest.raises(SystemExit, match=r"There is no notebook of '99_x' in solutions/"):
        chapters(ROOT, ["99_x"])


def test_the_picture_of_a_report_is_today_s():
    """`python docs/report_picture.py` makes it again."""
    from PIL import Image
    from report_picture import PICTURE, report

    with Image.open(PICTURE) as picture:
        kept = picture.text["report"].encode("ascii").decode("unicode_escape")
        assert picture.size[0] > 1000
    assert kept == str(report())
    assert PICTURE.stat().st_size < 100_000


def test_a_folder_of_somebody_else_s_is_never_emptied(tmp_path, monkeypatch):
    """A site is made again; anything else stays, and one sentence says what to do."""
    import sys

    import make_site

    kept = tmp_path / "letters" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("dear")
    monkeypatch.setattr(sys, "argv", ["make_site.py", "--out", str(kept.parent), "--work", str(tmp_path / "work")])
    with pytest.raises(SystemExit, match=r"has files that are not a site\. Name an empty folder"):
        make_site.main()
    assert kept.read_text() == "dear"


def test_pages_name_the_version_that_there_is():
    """The wheel's name and the image's tag, wherever a reader copies them from."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    pages = [ROOT / "README.md", ROOT / "pyproject.toml", *(ROOT / "docs").rglob("*.md"), ROOT / "docs/hub/values.yaml"]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    named = re.findall(r'(?:layer_by_layer-|layer-by-layer:|tag: ")(\d+\.\d+\.\d+)', text)
    assert len(named) >= 6
    assert set(named) == {version}
