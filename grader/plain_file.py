"""Opening a file that somebody else has put there, if it is an ordinary one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO, Any

# without O_NONBLOCK, opening a named pipe waits for a writer
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def open_plain(path: str | Path, mode: str = "rb") -> IO[Any]:
    """Open an ordinary file. Never waits, and follows no link.

    A link would be read with the grader's rights: another student's notebook, the solutions, a device without end.

    Parameters
    ----------
    path
        Where it is. Folders on the way there may be links.
    mode
        How to open it, as `open` takes it.

    Raises
    ------
    OSError
        Where it can't be opened. Its number is `errno.ELOOP` for a link and `errno.EISDIR` for a folder; something else
        that is not a file, such as a pipe, has none.

    Examples
    --------
    >>> open_plain("/dev/zero")
    Traceback (most recent call last):
    OSError: it is not a regular file
    """
    if not hasattr(os, "O_NOFOLLOW"):  # Windows: a look is all there is, and a folder would only be a denied access
        for is_there, number in ((os.path.islink, errno.ELOOP), (os.path.isdir, errno.EISDIR)):
            if is_there(path):
                raise OSError(number, os.strerror(number), str(path))
    file = open(path, mode, opener=lambda name, flags: os.open(name, flags | _FLAGS))  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("it is not a regular file")
    return file
