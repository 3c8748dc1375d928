"""JupyterLite's notebooks and settings: the student's notebooks with one cell more, and nothing from PyPI."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from grader.config import ROOT


@pytest.fixture
def written(tmp_path):
    """Write all notebooks, and give their folder."""
    from building.lite import write_notebooks

    assert write_notebooks(ROOT / "notebooks", tmp_path / "files") == len(list((ROOT / "notebooks").glob("*/*.ipynb")))
    return tmp_path / "files"


def test_a_notebook_is_the_students_with_a_cell_that_installs_the_course(written):
    """Below the title. All other cells are as released, so the grader knows each of them."""
    for path in written.glob("*/*.ipynb"):
        made = json.loads(path.read_text(encoding="utf-8"))
        released = json.loads((ROOT / "notebooks" / path.relative_to(written)).read_text(encoding="utf-8"))
        install = made["cells"].pop(1)
        assert made["cells"] == released["cells"]
        assert install["source"].splitlines()[1] == "%pip install -q layer-by-layer"
        assert made["metadata"]["kernelspec"]["name"] == "python"  # JupyterLite has no python3


def test_what_a_build_added_for_colab_is_replaced():
    """Its links lead back here, and its installation needs pip."""
    from building.lite import for_a_browser

    cells = [{"id": name} for name in ("title", "elsewhere-links", "elsewhere-install", "first")]
    made = for_a_browser({"cells": cells, "metadata": {}})
    assert [cell["id"] for cell in made["cells"]] == ["title", "elsewhere-install", "first"]
    assert "%pip" in made["cells"][1]["source"]


@pytest.mark.parametrize("pyodide", ["", "https://example.org/pyodide.js"])
def test_the_settings_name_everything(tmp_path, pyodide):
    """The kernel's extension alone, the wheels, and Pyodide's address unless it is taken along."""
    from building.lite import KERNEL, write_settings

    write_settings(tmp_path, tmp_path / "extensions", [tmp_path / "a.whl"], pyodide)
    build = json.loads((tmp_path / "jupyter_lite_config.json").read_text())
    assert build["PipliteAddon"]["piplite_urls"] == [str(tmp_path / "a.whl")]
    assert build["LiteBuildConfig"]["federated_extensions"] == [str(tmp_path / "extensions" / KERNEL)]
    pages = json.loads((tmp_path / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = pages["litePluginSettings"][f"{KERNEL}:kernel"]
    assert kernel["disablePyPIFallback"]
    assert kernel.get("pyodideUrl", "") == pyodide


def test_a_browser_is_asked_for_little():
    """NumPy, Matplotlib and rich: there is no JupyterLab to install, and Pyodide says which Matplotlib there is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [line for line in project["dependencies"] if "sys_platform != 'emscripten'" not in line]
    assert asked == ["matplotlib; sys_platform == 'emscripten'", "numpy>=2.0", "rich>=13"]


def test_every_wheel_beside_the_course_has_a_version():
    """In constraints.txt, as the tools have."""
    from building.lite import BESIDE

    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().split()}
    assert {*BESIDE, "jupyterlite-core", "jupyterlite-pyodide-kernel"} <= pinned


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere.whl",), "There is no wheel nowhere.whl. `make dist` makes one."),
        ((__file__, "--out", str(Path(__file__).parent)), "has files that are not JupyterLite's. Name an empty folder"),
    ],
)
def test_a_wrong_word_is_told_in_a_sentence(words, told, tmp_path):
    """Before anything is removed or installed."""
    command = [sys.executable, ROOT / "docs" / "make_lite.py", "--tools", tmp_path, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_without_a_network_it_says_so_in_a_sentence(tmp_path):
    """Pip would speak of versions that conflict."""
    (tmp_path / "course.whl").touch()
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
    command = [sys.executable, ROOT / "docs" / "make_lite.py", "--tools", tmp_path / "tools", tmp_path / "course.whl"]
    command += ["--out", tmp_path / "out", "--work", tmp_path / "work"]
    environ = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **nowhere}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environ)
    assert done.returncode == 1
    assert done.stderr == "JupyterLite could not be installed: is there a network, or a proxy to set?\n"
