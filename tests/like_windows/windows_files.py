"""Files as Windows treats them: what is open stays where it is, and some names are refused."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

REFUSED = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
"""Names that no file can have."""
LINUX_ONLY = ("/proc/", "/sys/", "/etc/")
"""Folders in which our own modules find nothing. The standard library and other libraries do."""
_rename = os.rename


def _keep(path: str, *, moves: bool = False) -> None:
    """Refuse to remove or move a file that is open or, unless it moves, read-only, and a folder that is in use."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return
    if stat.S_ISREG(mode) and not moves and not mode & stat.S_IWUSR:
        raise PermissionError(errno.EACCES, "Access is denied: the file is read-only", path)
    for process in filter(str.isdecimal, os.listdir("/proc")):
        held = filter(os.path.isfile, _links(f"/proc/{process}/fd"))
        if any(f"{one}/".startswith(f"{path}/") for one in (*held, *_links(f"/proc/{process}", "cwd"))):
            raise PermissionError(errno.EACCES, "The file is being used by another process", path)


def _links(folder: str, name: str = "") -> Iterator[str]:
    """Give where a process's links lead, as far as it still has them."""
    with suppress(OSError):
        for one in [name] if name else os.listdir(folder):
            with suppress(OSError):
                yield os.readlink(f"{folder}/{one}")


def _name(path: Any) -> None:
    if REFUSED.search(os.path.basename(os.fsdecode(path).rstrip("/"))):
        raise OSError(errno.EINVAL, "The filename, directory name, or volume label syntax is incorrect", path)


def _place(path: Any, folder: int = -1) -> str:
    path = os.path.join(os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 else os.getcwd(), os.fsdecode(path))
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _ours(frame: Any) -> bool:
    """Tell whether one of our modules opens a file, itself or through a path's method."""
    while frame and frame.f_globals.get("__name__") in (__name__, "windows_modules", "pathlib", "pathlib._local"):
        frame = frame.f_back
    return bool(frame) and str(frame.f_globals.get("__name__")).partition(".")[0] in ("course", "grader")


def _audited(event: str, args: tuple[Any, ...]) -> None:
    """Refuse what Windows would: Python tells of each use of a file before it happens."""
    if event in ("os.remove", "os.rmdir"):
        _keep(_place(*args))
    elif event == "os.rename":
        _keep(_place(args[0], args[2]), moves=True)
        _keep(_place(args[1], args[3]))
        _name(args[1])
    elif event == "os.mkdir":
        _name(args[0])
    elif event == "open" and isinstance(args[0], (str, bytes, os.PathLike)):
        path, _, flags = args
        if os.fsdecode(path).startswith(LINUX_ONLY) and _ours(sys._getframe(1)):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", os.fspath(path))
        if flags & os.O_CREAT:
            _name(path)
        writes = flags & (os.O_WRONLY | os.O_RDWR) and os.path.isfile(path)
        if (os.path.isdir(path) and _ours(sys._getframe(1))) or (writes and not os.stat(path).st_mode & stat.S_IWUSR):
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))


def _rename_as_there(source: Any, target: Any, **words: Any) -> None:
    if os.path.lexists(target) and not os.path.samefile(source, target):
        raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists", target)
    _rename(source, target, **words)


def install() -> None:
    """Treat all files of this process so, from now on."""
    os.rename = _rename_as_there
    sys.addaudithook(_audited)
