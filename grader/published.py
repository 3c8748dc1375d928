"""Where the course is published, and the links that open a chapter elsewhere. Without an address there is no link."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote, urlencode

import nbformat
from nbformat import NotebookNode

from grader.errors import GraderError

TABLE = "layer-by-layer"
ELSEWHERE = ("elsewhere-links", "elsewhere-install")
"""The ids of the cells that a build adds where the course is published."""
_REPOSITORY = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")
_BRANCH = re.compile(r"[\w./-]+")
_WANTED = {
    "repository": (_REPOSITORY, "an address such as https://github.com/OWNER/NAME is expected"),
    "branch": (_BRANCH, "a branch such as main is expected"),
}


# Colab has NumPy, Matplotlib and PyTorch, and needs its own Jupyter as it is.
_INSTALL = """\
# This installs the course where it is missing, such as on Colab. Anywhere else it does nothing.
import importlib.util

if importlib.util.find_spec("course") is None:
    get_ipython().run_line_magic("pip", "install --quiet --no-deps '{wanted}' torchinfo")"""


class PublishedError(GraderError, ValueError):
    """A setting of ``[tool.layer-by-layer]`` is not what is expected."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place where a chapter's notebook opens."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Published:
    """What ``[tool.layer-by-layer]`` in pyproject.toml says. An empty text means that there is none.

    Parameters
    ----------
    repository
        On GitHub: Colab, Binder and nbgitpuller fetch the students' notebooks from it.
    branch
        The branch that they take.
    wheel
        The address of the course's wheel, for Colab. Without one, Colab installs the course from the repository.
    lite
        The address of the course's JupyterLite.
    hub
        The address of a JupyterHub that has nbgitpuller.

    Examples
    --------
    >>> [link.name for link in Published(repository="https://github.com/owner/name").links("01_linear")]
    ['Colab', 'Binder']
    >>> Published().links("01_linear")
    ()
    """

    repository: str = ""
    branch: str = "main"
    wheel: str = ""
    lite: str = ""
    hub: str = ""

    def links(self, chapter: str) -> tuple[Link, ...]:
        """Give the places where a chapter's notebook opens."""
        folder = f"{chapter}/{chapter.partition('_')[2]}.ipynb"
        file = f"notebooks/{folder}"
        found = []
        if self.lite:
            query = urlencode({"path": folder})
            found.append(Link("JupyterLite", f"{self.lite.rstrip('/')}/lab/index.html?{query}"))
        if self.repository:
            owner = self.repository.removeprefix("https://github.com/")
            branch = quote(self.branch, safe="")
            colab = f"https://colab.research.google.com/github/{owner}/blob/{quote(self.branch)}/{file}"
            found.append(Link("Colab", colab))
            query = urlencode({"urlpath": f"lab/tree/{file}"})
            found.append(Link("Binder", f"https://mybinder.org/v2/gh/{owner}/{branch}?{query}"))
        if self.hub and self.repository:
            name = self.repository.rpartition("/")[2]
            asked = {"repo": self.repository, "branch": self.branch, "urlpath": f"lab/tree/{name}/{file}"}
            found.append(Link("JupyterHub", f"{self.hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(asked)}"))
        return tuple(found)

    @property
    def installed_from(self) -> str:
        """What pip takes on Colab: the wheel, or the repository; empty where neither is published."""
        if self.wheel or not self.repository:
            return self.wheel
        return f"layer-by-layer @ git+{self.repository}@{self.branch}"


def published(root: Path) -> Published:
    """Read where the course of a folder is published.

    Parameters
    ----------
    root
        The folder with ``pyproject.toml``. Without that file, or without the table, nothing is published.

    Raises
    ------
    PublishedError
        If a setting is unknown, or its value is not what is expected.
    """
    path = root / "pyproject.toml"
    if not path.is_file():
        return Published()
    settings = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get(TABLE, {})
    known = [one.name for one in fields(Published)]
    for key, value in settings.items():
        if key not in known:
            raise _refused(key, f"is not a setting; there are {', '.join(known)}", value)
        pattern, wanted = _WANTED.get(key, (_ADDRESS, "an address that begins with https:// is expected"))
        if not isinstance(value, str) or (value and not pattern.fullmatch(value)):
            raise _refused(key, f"is {value!r}; {wanted}", value)
    return Published(**settings)


def elsewhere_cells(published: Published, chapter: str) -> list[NotebookNode]:
    """Make the cells below a notebook's title: where else it opens, and what installs the course there.

    Parameters
    ----------
    published
        Where the course is published. Without an address there is no cell.
    chapter
        The chapter's folder.
    """
    cells = []
    links = published.links(chapter)
    if links:
        text = " · ".join(f"[{link.name}]({link.address})" for link in links)
        cells.append(nbformat.v4.new_markdown_cell(f"Open this notebook in {text}", id=ELSEWHERE[0], metadata={}))
    if published.installed_from:
        source = _INSTALL.format(wanted=published.installed_from)
        cells.append(nbformat.v4.new_code_cell(source, id=ELSEWHERE[1], metadata={}))
    return cells


def _refused(key: str, problem: str, received: object) -> PublishedError:
    return PublishedError(f"pyproject.toml: {TABLE}.{key} {problem}.", name=key, received=received)
