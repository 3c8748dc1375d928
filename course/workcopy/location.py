"""Where the working copy is that a notebook or a command runs in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MARKER = ".layer-by-layer"
"""The hidden folder that makes a folder a working copy. It holds the journal and the record of releases."""

DRIVE = Path("/drive") if sys.platform == "emscripten" else None
"""Where JupyterLite keeps files in the browser. It needs no marker, because `course start` does not exist there."""


def find_working_copy(start: Path | None = None) -> Path | None:
    """Return the nearest working copy that is, or contains, `start`; None if there is none.

    Parameters
    ----------
    start
        A folder. By default the current one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     root = Path(folder).resolve()
    ...     (root / MARKER).mkdir()
    ...     find_working_copy(root / "01_linear") == root
    True
    """
    try:
        here = (start or Path.cwd()).resolve()
    except OSError:  # the current folder was deleted
        return None
    for folder in (here, *here.parents):
        # unlike Path.is_dir, isdir is False for a folder that we may not look into
        if folder == DRIVE or os.path.isdir(folder / MARKER):
            return folder
    return None
