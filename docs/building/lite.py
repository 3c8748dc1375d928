"""What JupyterLite needs of the course: the notebooks as a browser runs them, and where everything comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.published import ELSEWHERE

PYODIDE = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/pyodide.js"
"""The Python for browsers that the kernel of the extra `lite` is made for, and that the tests run."""
KERNEL = "@jupyterlite/pyodide-kernel-extension"
BESIDE = ("rich", "markdown-it-py", "mdurl", "comm")
"""Wheels that a browser needs in addition to the course's, and that Pyodide does not have."""
INSTALL = """\
# This installs the course in the browser. It is needed once in each session.
%pip install -q layer-by-layer"""
_KERNELSPEC = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}

_BLOCKED = """\
<script>
  try { window.localStorage.length; } catch (error) {
    const told = document.createElement("p");
    told.setAttribute("role", "alert");
    told.style = "position: fixed; z-index: 9999; inset: 2em 2em auto; padding: 1em; background: #fff; color: #111";
    told.textContent = "JupyterLite can't open here, because this browser blocks the storage of this page: " +
      "allow cookies and site data for it, and reload the page.";
    document.body.append(told);
  }
</script>
</body>"""


def tell_blocked_storage(pages: Path) -> None:
    """Have JupyterLite's pages say in a sentence that a browser blocks storage. They would stay empty otherwise."""
    for app in ("lab", "notebooks"):
        page = pages / app / "index.html"
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("</body>", _BLOCKED), encoding="utf-8")


def for_a_browser(notebook: dict[str, Any]) -> dict[str, Any]:
    """Give a student's notebook with JupyterLite's kernel, and a cell below the title that installs the course.

    Parameters
    ----------
    notebook
        As `grader build` or `grader release` wrote it.

    Examples
    --------
    >>> made = for_a_browser({"cells": [{"id": "title"}, {"id": "first"}], "metadata": {}})
    >>> [cell["id"] for cell in made["cells"]]
    ['title', 'elsewhere-install', 'first']
    """
    title, *rest = [cell for cell in notebook["cells"] if cell["id"] not in ELSEWHERE]
    install = {
        "cell_type": "code",
        "execution_count": None,
        "id": ELSEWHERE[1],
        "metadata": {},
        "outputs": [],
        "source": INSTALL,
    }
    metadata = notebook["metadata"] | {"kernelspec": _KERNELSPEC}
    return notebook | {"cells": [title, install, *rest], "metadata": metadata}


def write_notebooks(source: Path, target: Path) -> int:
    """Write the notebooks of all chapters for a browser, and return their number.

    Parameters
    ----------
    source
        Folders such as ``01_linear`` with the students' notebooks.
    target
        Where they are written; it does not exist.
    """
    paths = sorted(source.glob("[0-9][0-9]_*/*.ipynb"))
    for path in paths:
        written = target / path.parent.name / path.name
        written.parent.mkdir(parents=True, exist_ok=True)
        made = for_a_browser(json.loads(path.read_text(encoding="utf-8")))
        written.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(paths)


def write_settings(folder: Path, extensions: Path, wheels: Sequence[Path], pyodide: str) -> None:
    """Write the settings of the build and of the pages.

    Parameters
    ----------
    folder
        JupyterLite's folder, with the notebooks in ``files``.
    extensions
        Where the kernel's extension is installed. No other extension is taken along.
    wheels
        The wheels that the pages offer, the course's among them.
    pyodide
        The address of Pyodide, or empty where it is in ``static/pyodide``.
    """
    build = {
        "LiteBuildConfig": {
            "apps": ["lab", "notebooks"],
            "contents": ["files"],
            "federated_extensions": [str((extensions / KERNEL).resolve())],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        },
        "PipliteAddon": {"piplite_urls": [str(path.resolve()) for path in wheels]},
    }
    # Nothing is fetched from PyPI: what the notebooks import is here, or in Pyodide.
    kernel = {"disablePyPIFallback": True} | ({"pyodideUrl": pyodide} if pyodide else {})
    pages = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Layer by Layer",
            "litePluginSettings": {f"{KERNEL}:kernel": kernel},
        },
    }
    for name, content in (("jupyter_lite_config.json", build), ("jupyter-lite.json", pages)):
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
