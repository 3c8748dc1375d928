"""Links to where a chapter opens elsewhere: right where an address is configured, and absent where none is."""

import ast

import pytest

import course
from grader.config import ROOT
from grader.lesson import read_lesson
from grader.published import ELSEWHERE, Published, PublishedError, elsewhere_cells, published

REPOSITORY = "https://github.com/owner/some.name"
EVERYTHING = Published(
    repository=REPOSITORY,
    branch="autumn/26",
    wheel="https://x.org/a.whl",
    lite="https://x.org/lite/",
    hub="https://h.org",
)


def test_the_course_itself_claims_no_address():
    """Nothing is published yet, so no notebook and no page has a link that leads nowhere."""
    found = published(ROOT)
    assert found == Published()
    assert found.links("01_linear") == ()
    assert elsewhere_cells(found, "01_linear") == []


def test_each_address_brings_its_link():
    """One after the other, and nbgitpuller only with both of its addresses."""
    names = [[link.name for link in one.links("01_linear")] for one in (
        Published(lite="https://x.org/lite"), Published(hub="https://h.org"), Published(repository=REPOSITORY), EVERYTHING
    )]  # fmt: skip
    assert names == [["JupyterLite"], [], ["Colab", "Binder"], ["JupyterLite", "Colab", "Binder", "JupyterHub"]]


def test_addresses_are_those_that_the_places_read():
    """Colab takes the path as it is, Binder a quoted branch, nbgitpuller a query."""
    lite, colab, binder, hub = (link.address for link in EVERYTHING.links("07_conv2d"))
    assert lite == "https://x.org/lite/lab/index.html?path=07_conv2d%2Fconv2d.ipynb"
    assert colab == (
        "https://colab.research.google.com/github/owner/some.name/blob/autumn/26/notebooks/07_conv2d/conv2d.ipynb"
    )
    file = "lab%2Ftree%2Fnotebooks%2F07_conv2d%2Fconv2d.ipynb"
    assert binder == f"https://mybinder.org/v2/gh/owner/some.name/autumn%2F26?urlpath={file}"
    assert hub == (
        "https://h.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fowner%2Fsome.name&branch=autumn%2F26"
        "&urlpath=lab%2Ftree%2Fsome.name%2Fnotebooks%2F07_conv2d%2Fconv2d.ipynb"
    )


def test_the_linked_notebooks_exist():
    """For every chapter, the path in the link is a file of the repository."""
    for chapter in {exercise.chapter for exercise in course.exercises.values()}:
        colab = Published(repository=REPOSITORY).links(chapter)[0].address
        assert (ROOT / colab.partition("/blob/main/")[2]).is_file()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('repository = "github.com/owner/name"', "https://github.com/OWNER/NAME is expected"),
        ('repository = "https://github.com/owner"', "https://github.com/OWNER/NAME is expected"),
        ('branch = "a b"', "a branch such as main is expected"),
        ('wheel = "course.whl"', "begins with https:// is expected"),
        ('wheel = "https://x.org/\'; rm"', "begins with https:// is expected"),
        ("hub = 3", "begins with https:// is expected"),
        ('repo = "x"', "is not a setting; there are repository"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path, line, said):
    """It says what came and what is expected."""
    (tmp_path / "pyproject.toml").write_text(f"[tool.layer-by-layer]\n{line}\n", encoding="utf-8")
    with pytest.raises(PublishedError, match=r"^pyproject\.toml: layer-by-layer\.\w+ ") as caught:
        published(tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_the_cell_installs_where_the_course_is_missing_and_only_there(monkeypatch):
    """With the wheel's address, or from the repository; never with dependencies, which would change Colab's Jupyter."""
    asked = []

    class Shell:
        def run_line_magic(self, name, line):
            asked.append((name, line))

    code = elsewhere_cells(EVERYTHING, "01_linear")[1].source
    ast.parse(code)
    exec(code, {"get_ipython": Shell})
    assert asked == []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    exec(code, {"get_ipython": Shell})
    assert asked == [("pip", "install --quiet --no-deps 'https://x.org/a.whl' torchinfo")]
    code = elsewhere_cells(Published(repository=REPOSITORY), "01_linear")[1].source
    exec(code, {"get_ipython": Shell})
    assert asked[1] == ("pip", f"install --quiet --no-deps 'layer-by-layer @ git+{REPOSITORY}@main' torchinfo")


def test_cells_go_below_the_title_and_change_no_other(tmp_path):
    """The title stays first, and every other cell keeps its id."""
    plain = read_lesson(ROOT, "01_linear", course.exercises)
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")
    (tmp_path / "pyproject.toml").write_text(f'[tool.layer-by-layer]\nrepository = "{REPOSITORY}"\n', encoding="utf-8")
    lesson = read_lesson(tmp_path, "01_linear", course.exercises)
    ids = [cell.id for cell in lesson.notebook.cells]
    assert ids[1:3] == list(ELSEWHERE)
    assert ids[:1] + ids[3:] == [cell.id for cell in plain.notebook.cells]
    assert lesson.problems == plain.problems == ()
