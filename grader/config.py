"""nbgrader's configuration as an object, for the class in the repository or for one elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
"""The folder that contains ``solutions/``, ``notebooks/`` and nbgrader's course folder, ``grader/``."""


def course_config(root: Path | None = None) -> Config:
    """Load `nbgrader_config.py`, for the class under `root`.

    Parameters
    ----------
    root
        A folder with ``solutions/``, ``notebooks/`` and ``grader/``. By default the repository's.

    Returns
    -------
    Config
        What nbgrader's classes take as ``config=``.

    Examples
    --------
    >>> course_config(Path("/srv/class")).CourseDirectory.db_url
    'sqlite:////srv/class/grader/gradebook.db'
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(Path(__file__).parent)).load_config()
    if root is not None:
        config.CourseDirectory.root = str(root.resolve())
        config.CourseDirectory.db_url = f"sqlite:///{root.resolve() / 'grader' / 'gradebook.db'}"
    return config


@contextmanager
def own_programs_first() -> Iterator[None]:
    """Put this environment's programs on PATH: nbgrader starts `alembic` by its bare name."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
