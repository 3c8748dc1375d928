"""A notebook without PyTorch: what demonstrates it says a sentence, and everything else works."""

import asyncio
import json
import shutil

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from course import without_torch
from course.without_torch import NotInstalled, Placeholder, left_out, prepare
from grader.config import ROOT
from grader.kernel import Place, error_of, kernel

BLOCKED = """
import sys

class Blocked:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchinfo"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked)
"""
IMPORTS = """\
import time, math

import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode
from torchinfo import summary as tell
import json
"""


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """Give IPython's shell in a process in which PyTorch seems not to be installed."""
    monkeypatch.setattr(without_torch, "is_installed", lambda library: library not in without_torch.OPTIONAL)
    monkeypatch.chdir(tmp_path)
    made = InteractiveShell()
    made.history_manager.enabled = False
    prepare(made)
    yield made
    made.history_manager.end_session()


@pytest.fixture
def run(shell, capsys):
    def run(cell):
        result = shell.run_cell(cell, store_history=True)
        return result.success, capsys.readouterr().out.strip()

    return run


def test_a_cell_that_imports_it_goes_on_with_what_is_there(run, shell):
    """And says once what is missing."""
    assert run(IMPORTS) == (
        True,
        "PyTorch is not installed here. All exercises work without it; the cells that demonstrate it say what they would show.",
    )
    assert {"time", "math", "json", "torch", "F", "FlopCounterMode", "tell"} <= shell.user_ns.keys()
    assert shell.user_ns["json"] is json
    assert run("import torch.nn as nn, math") == (True, "")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("torch.nn.Linear(3, 4)", "Without PyTorch this cell shows nothing; its numbers are in the executed lesson."),
        ("print(F.relu(3))", "Without PyTorch this cell shows nothing; its numbers are in the executed lesson."),
        ("tell(7)", "Without PyTorch this cell shows nothing; its numbers are in the executed lesson."),
        ("with FlopCounterMode() as counter:\n    pass\nplt.show()", "Without PyTorch this cell shows nothing; its figure is in the executed lesson."),
        ("class Net(torch.nn.Module):\n    pass", "Without PyTorch this cell does nothing; it would prepare what later cells show."),
        ("@torch.no_grad()\ndef f():\n    pass", "Without PyTorch this cell does nothing; it would prepare what later cells show."),
        ("try:\n    torch.nn.Conv1D\nexcept AttributeError as error:\n    print(error)", "Without PyTorch this cell shows nothing; its numbers are in the executed lesson."),
    ],
)  # fmt: skip
def test_a_cell_that_uses_it_says_what_it_would_show(run, cell, said):
    """In place of a traceback, and the cell counts as done: "Run all cells" continues."""
    run(IMPORTS)
    assert run(cell) == (True, said)


def test_so_does_a_cell_that_uses_what_such_a_cell_defines(run):
    """Over several cells; a name that is defined after all is no longer missing."""
    run(IMPORTS)
    run("layer = torch.nn.Linear(3, 4)\nsize = 3")
    success, said = run("weight = layer.weight\nprint(weight)")
    assert (success, said[:15]) == (True, "Without PyTorch")
    assert run("print(weight + 1)")[1].startswith("Without PyTorch")
    assert run("layer = 3\nprint(layer)") == (True, "3")
    assert run("def shown():\n    return size") == (True, "")
    assert run("print(shown())")[1].startswith("Without PyTorch")


def test_other_errors_are_what_they_were(run):
    """A name of the student's own that is not defined, and whatever else goes wrong."""
    run(IMPORTS)
    run("layer = torch.nn.Linear(3, 4)")
    for cell, name in (("lyer", "NameError"), ("1 / 0", "ZeroDivisionError"), ("linear = layr(3)", "NameError")):
        success, said = run(cell)
        assert not success
        assert name in said
    assert run("1 / 0")[0] is False, "one cell that was forgiven forgives no other"


def test_an_import_in_a_function_fails_as_it_would_in_class(run):
    """It is a student's."""
    success, said = run("def linear(x):\n    import torch_of_mine\n    return x\nlinear(3)")
    assert not success
    assert "ModuleNotFoundError" in said


def test_where_pytorch_is_installed_nothing_is_changed():
    """Not even a transformer is there."""
    made = InteractiveShell()
    before = list(made.ast_transformers)
    prepare(made)
    assert made.ast_transformers == before
    made.history_manager.end_session()


def test_a_placeholder_is_nothing_that_can_be_used():
    """Whatever is done with it says what is missing; what Python asks of every object it answers as others do."""
    torch = Placeholder("torch")
    for use in (lambda: torch.nn, lambda: torch(), lambda: torch.float32 == 3):
        with pytest.raises(NotInstalled, match=r"^torch is not installed here\.$"):
            use()
    assert not hasattr(torch, "__iter__")
    assert not hasattr(torch, "_repr_html_")
    assert issubclass(NotInstalled, ModuleNotFoundError)


def test_where_its_output_can_be_read_is_told(tmp_path):
    """The lesson, by the name of its notebook, and the heading above the cell."""
    folder = tmp_path / "06_conv1d"
    folder.mkdir()
    (folder / "broken.ipynb").write_text("{")
    cells = [
        nbformat.v4.new_markdown_cell("# Conv1d"),
        nbformat.v4.new_markdown_cell("## 1. Where\n\ntext\n\n### See it"),
        nbformat.v4.new_code_cell("layer = 1\nmotion(layer)\n"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "conv1d.ipynb")
    assert left_out("layer = 1\nmotion(layer)", folder) == (
        "Without PyTorch this cell shows nothing; its animation is in the executed lesson, "
        'solutions/06_conv1d/conv1d.ipynb, under "See it".'
    )
    assert left_out("%time motion()", folder).endswith("its output is in the executed lesson.")


def solved(chapter):
    """Give a student's notebook with every answer filled in."""
    (path,) = (ROOT / "notebooks" / chapter).glob("*.ipynb")
    notebook = nbformat.read(path, 4)
    executed = nbformat.read(ROOT / "solutions" / chapter / path.name, 4)
    answers = {cell.id: cell.source for cell in executed.cells if cell.metadata.get("nbgrader", {}).get("solution")}
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    assert answers
    return notebook


async def outputs_of(notebook, place):
    async with kernel(place) as running:
        await running.run(notebook)


@pytest.mark.whole
@pytest.mark.parametrize("chapter", ["05_dropout", "15_counting"])
def test_a_whole_notebook_works(chapter, tmp_path, monkeypatch):
    """No cell fails, every check says right, and on PyTorch's word where PyTorch has the layer."""
    (tmp_path / "sitecustomize.py").write_text(BLOCKED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    work = tmp_path / "work" / chapter
    shutil.copytree(ROOT / "notebooks" / chapter, work)
    notebook = solved(chapter)
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(outputs_of(notebook, Place(ROOT, tmp_path / "k", work)))
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [(cell.id, error_of(cell)) for cell in cells if error_of(cell)] == []
    checks = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert checks
    for cell in checks:
        text = "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        assert ": right." in text, (cell.id, text)
        assert "not installed" not in text
    told = [output.text for cell in cells for output in cell.outputs if output.output_type == "stream"]
    assert sum("Without PyTorch this cell" in text for text in told) >= 1
