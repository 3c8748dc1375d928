"""nbgrader's configuration as an object, for the class in the repository or for one elsewhere."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.class_settings.reading import read_class
from grader.class_settings.settings import CLASS_TOML, ClassSettings
from grader.errors import GraderError

CONFIG = "nbgrader_config.py"
ROOT = Path(__file__).resolve().parent.parent
"""The folder that contains ``solutions/``, ``notebooks/`` and nbgrader's course folder, ``grader/``."""


class ConfigError(GraderError):
    """A class's configuration of nbgrader raised an error."""


class NoClass(GraderError):
    """There is no class where one is expected."""


def find_class(start: Path | None = None) -> Path | None:
    """Find the class folder that is, or contains, a folder; in the repository that is the repository's own.

    Parameters
    ----------
    start
        By default the current folder.
    """
    try:
        here = (start or Path.cwd()).resolve()
    except FileNotFoundError:
        raise NoClass("The folder you are in is not there any more. Go to a class folder.") from None
    own = ROOT if here.is_relative_to(ROOT) else None
    return next((folder for folder in (here, *here.parents) if has_settings(folder)), own)


def has_settings(folder: Path) -> bool:
    """Tell whether a folder has ``class.toml``, also where it is a link to nowhere or can't be read."""
    return os.path.lexists(folder / CLASS_TOML)


def wanted_class(root: Path | None = None) -> Path:
    """Give the class folder that a command is about: the one named, or the one around.

    Raises
    ------
    NoClass
        If there is none.
    """
    found = find_class() if root is None else root
    if found and (has_settings(found) or (found / "notebooks").is_dir()):
        return found
    none = f"{Path.cwd()} is not in a class folder" if root is None else f"There is no class in {root}"
    raise NoClass(f"{none}. Go to a class folder, or name one by --root; `grader init` makes one.")


def wanted_folder(root: Path | None) -> Path:
    """Give the folder that a command looks into: the one named, whatever is in it, or the class around.

    Raises
    ------
    NoClass
        If there is none.
    """
    if root is None:
        return wanted_class()
    if not root.is_dir():
        raise NoClass(f"There is no folder {root}; --root names a class folder, and `grader init` makes one.")
    return root


def course_config(root: Path | None = None) -> Config:
    """Load nbgrader's configuration for the class under `root`.

    Parameters
    ----------
    root
        A folder with ``notebooks/`` and ``grader/``. By default the repository's. Where it has ``class.toml``, its own
        ``nbgrader_config.py`` counts, with whatever an instructor has added there.

    Returns
    -------
    Config
        What nbgrader's classes take as ``config=``.

    Examples
    --------
    >>> course_config(Path("/srv/class")).CourseDirectory.db_url
    'sqlite:////srv/class/grader/gradebook.db'
    """
    if root is None or not has_settings(root):
        return _configured(root)
    if not (root / CONFIG).is_file():
        return class_config(root)
    try:
        return PyFileConfigLoader(CONFIG, path=str(root.resolve())).load_config()
    except GraderError:
        raise
    except Exception as error:  # it is a program, which may have been changed
        raise ConfigError(f"{root / CONFIG} can't be used: {type(error).__name__}: {error}.") from None


def class_config(folder: Path) -> Config:
    """Make nbgrader's configuration from a class's ``class.toml``.

    Raises
    ------
    ClassTomlError
        If the file can't be read or is wrong.
    """
    settings = read_class(folder)
    config = _configured(folder)
    config.CourseDirectory.course_id = settings.name
    config.GradeApart.locating = settings.locating_seconds
    config.GradeApart.seconds = settings.seconds
    config.GradeApart.memory_mb = settings.memory_mb
    if settings.seed is not None:
        config.GradeApart.seed = settings.seed
    if settings.gradebook:
        config.CourseDirectory.db_url = settings.gradebook
    if settings.exchange:
        config.Exchange.root = settings.exchange
    if settings.percent_per_day:
        config.AssignLatePenalties.plugin_class = "grader.late.PercentPerDay"
        config.PercentPerDay.percent_per_day = settings.percent_per_day
        config.PercentPerDay.at_most = settings.at_most
    return config


def class_settings(root: Path) -> ClassSettings:
    """Read the settings of a class, or the course's own where there is no ``class.toml``."""
    return read_class(root) if has_settings(root) else ClassSettings()


def _configured(root: Path | None) -> Config:
    """Load the grader's own configuration, for another folder if one is given."""
    # changed in place: the configuration's own functions look into it
    config = PyFileConfigLoader(CONFIG, path=str(Path(__file__).parent)).load_config()
    if root is not None:
        config.CourseDirectory.root = str(root.resolve())
        config.CourseDirectory.db_url = f"sqlite:///{root.resolve() / 'grader' / 'gradebook.db'}"
    return config


@contextmanager
def own_programs_first() -> Iterator[None]:
    """Put this environment's programs on PATH: nbgrader starts `alembic` by its bare name."""
    before = os.environ.get("PATH", "")
    own = (str(Path(sys.executable).parent), sysconfig.get_path("scripts"))  # Windows' Python has a folder for programs
    os.environ["PATH"] = os.pathsep.join([*own, before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
