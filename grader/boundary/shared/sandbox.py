"""Confinement of a process to one folder, without network, without new processes, within limits.

Landlock decides about files, seccomp about system calls, rlimits about memory, time and size. None of them
needs a privilege, so it works for any user, in a container too. A process confines itself and cannot undo it.

What stays possible: to learn whether a file exists, its size and times (stat), to write many files of the
permitted size (`watch` counts them), and to use whatever file was open before.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

from course.calling.work import Unavailable

if sys.platform == "linux":
    import resource

    from grader.boundary.shared import seccomp
    from grader.boundary.shared.seccomp import check, libc
if TYPE_CHECKING:
    import landlockpy
    import seccompy
    from landlockpy import AccessFS, Ruleset, Scope
else:
    try:
        import landlockpy
        import seccompy
        from landlockpy import AccessFS, Ruleset, Scope
    except ImportError:  # grading without confinement needs neither
        rights = "READ_FILE READ_DIR WRITE_FILE TRUNCATE MAKE_REG MAKE_DIR REFER REMOVE_FILE REMOVE_DIR"
        landlockpy, AccessFS = None, SimpleNamespace(**dict.fromkeys(rights.split(), 0))

_READ = AccessFS.READ_FILE | AccessFS.READ_DIR
_OF_A_FILE = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE
# No EXECUTE, no devices, sockets or pipes, no symbolic links: tidying the folder might follow one.
_WRITE = _READ | _OF_A_FILE | AccessFS.MAKE_REG | AccessFS.MAKE_DIR | AccessFS.REFER
_WRITE |= AccessFS.REMOVE_FILE | AccessFS.REMOVE_DIR

# Never readable, even where they are loaded: they hold answers, or the graders.
_NEVER = frozenset({"course", "functorch", "grader", "torch", "torchgen", "torchinfo", "torchvision"})
_SITE = frozenset({"site-packages", "dist-packages"})
_OF_THE_MACHINE = ("/dev/urandom", "/etc/localtime", "/usr/share/zoneinfo")
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")


class ConfinementError(Unavailable):
    """The process cannot be confined.

    Parameters
    ----------
    missing
        What prevents it, one sentence each.
    """

    def __init__(self, *missing: str) -> None:
        self.missing = missing
        super().__init__(
            f"Student code can't be confined here: {' '.join(missing)} Grade where it can be, or give "
            "--unsandboxed to grade without confinement; every report then records that."
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """What a confined process may do.

    Parameters
    ----------
    readable
        Files, and folders with all below them, that it may read. Those that don't exist are passed over.
    scratch
        The one folder that it may write to. It becomes the working directory.
    memory
        Bytes of address space, counted from nothing: what the process already maps counts too.
    cpu_seconds
        CPU time, after which it gets SIGXCPU, and one second later SIGKILL.
    file_size
        Bytes in one file.
    open_files
        Open files at once.
    rules
        From `Readable.rules`, where many processes may read the same: instead of `readable`. Whoever made them knows
        that confinement can be had, and that the process is not confined yet.
    """

    readable: tuple[Path, ...]
    scratch: Path
    memory: int
    cpu_seconds: int
    file_size: int
    open_files: int
    rules: Ruleset | None = None


class Readable:
    """What many processes may read, opened once: each of them then gets its rules in a fraction of a millisecond.

    Parameters
    ----------
    paths
        Files, and folders with all below them. Those that don't exist are passed over.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        opened = []
        for path in paths:
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                access = _READ if path.is_dir() else AccessFS.READ_FILE
                opened.append((int(access), os.open(path, os.O_PATH | os.O_CLOEXEC)))
        writable = AccessFS.READ_FILE | AccessFS.WRITE_FILE
        opened.append((int(writable), os.open(os.devnull, os.O_PATH | os.O_CLOEXEC)))
        self._opened = (_PathBeneath * len(opened))(*opened)

    def rules(self, scratch: Path) -> Ruleset:
        """Make the rules for one process, which may write to `scratch`.

        Raises
        ------
        OSError
            Where the kernel refuses one.
        """
        # Every right that the kernel knows is handled, TCP too, so denied unless allowed.
        made = Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)
        fd, size = made.fileno(), ctypes.sizeof(_PathBeneath)
        for place in range(0, size * len(self._opened), size):
            check(libc.syscall(_ADD_RULE, fd, _PATH_BENEATH, ctypes.byref(self._opened, place), 0))
        made.allow_path(scratch, _WRITE)
        return made

    def close(self) -> None:
        """Close what was opened. Rules that were made stay in force."""
        for rule in self._opened:
            os.close(rule.parent_fd)


class _PathBeneath(ctypes.Structure):
    """The kernel's landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


_ADD_RULE, _PATH_BENEATH, _RESTRICT_SELF = 445, 1, 446  # the same on every architecture
_PR_SET_NO_NEW_PRIVS = 38


def missing() -> list[str]:
    """Say what this machine lacks for confinement, one sentence each; nothing where it can be had.

    Calling it before a fork also prepares what `confine` needs.
    """
    if sys.platform != "linux":
        return [f"It needs Linux, this is {sys.platform}."]
    if landlockpy is None:
        return ["It needs the packages landlockpy and seccompy: pip install 'layer-by-layer[grader]'."]
    lacks = []
    try:
        landlock = landlockpy.abi_version()
    except OSError:  # a container whose own seccomp profile is older than Landlock
        landlock = 0
    if landlock < 1:
        lacks.append("It needs a kernel of at least 5.13 with Landlock enabled (lsm=landlock at boot).")
    try:
        if seccompy.supported():
            seccomp.own_filter()
        else:
            lacks.append(f"It needs seccomp filters on x86-64 or arm64; this is {os.uname().machine}.")
    except OSError as error:  # a container in which the call itself is denied
        lacks.append(f"It needs seccomp filters, which are refused here ({os.strerror(error.errno or 0)}).")
    return lacks


def confine(policy: Policy) -> None:
    """Confine the calling process, for good. In a process that is confined already, nothing changes.

    Files that are open before stay open, so a process should hold none that it must not use.

    Raises
    ------
    ConfinementError
        Where it can't be had. The process may then be confined in part, and should end.
    """
    if policy.rules is None:
        if _confined():
            return
        if lacks := missing():
            raise ConfinementError(*lacks)
    if len(os.listdir("/proc/self/task")) > 1:
        # Landlock and seccomp hold for the calling thread; another one would stay free.
        raise ConfinementError("The process has more than one thread; confine it before it starts any.")
    try:
        os.chdir(policy.scratch)
        _restrict_files(policy)
        _restrict_resources(policy)
        seccomp.restrict_system_calls()
    except OSError as error:
        raise ConfinementError(f"The kernel refused it ({error}).") from error


def _confined() -> bool:
    try:
        landlockpy.abi_version()
    except OSError as error:
        return error.errno == seccomp.ALREADY_CONFINED
    return False


def _restrict_files(policy: Policy) -> None:
    with policy.rules or _rules_for(policy) as rules:
        check(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        check(libc.syscall(_RESTRICT_SELF, rules.fileno(), 0))


def _rules_for(policy: Policy) -> Ruleset:
    opened = Readable(policy.readable)
    try:
        return opened.rules(policy.scratch)
    finally:
        opened.close()


def _restrict_resources(policy: Policy) -> None:
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_CPU, policy.cpu_seconds, policy.cpu_seconds + 1)
    _limit(resource.RLIMIT_FSIZE, policy.file_size, policy.file_size)
    _limit(resource.RLIMIT_NOFILE, policy.open_files, policy.open_files)
    _limit(resource.RLIMIT_AS, policy.memory, policy.memory)


def _limit(kind: int, soft: int, hard: int) -> None:
    before = resource.getrlimit(kind)[1]
    if before != resource.RLIM_INFINITY:  # an unprivileged process may only lower it
        soft, hard = min(soft, before), min(hard, before)
    resource.setrlimit(kind, (soft, hard))


def readable_for_loaded_modules() -> tuple[Path, ...]:
    """List the files and folders that the modules loaded in this process need, now and when they import more.

    The standard library is listed entry by entry where it contains the installed packages. Of these, only
    the loaded ones are listed, and only where they are in a folder of installed packages: a package that is
    installed in place, as the course's own may be, never is. Nor are torch and what comes with it.
    A part of the standard library that needs a system library (decimal, lzma, sqlite3, ssl) can be imported
    later only if it was imported before, so that its library is mapped.

    Examples
    --------
    >>> {path.name for path in readable_for_loaded_modules()} & {"torch", "course", "grader", "site-packages"}
    set()
    """
    names = [*_OF_THE_MACHINE, *(_FONTS if "matplotlib.font_manager" in sys.modules else ())]
    found = {*map(Path, names), *_standard_library(), *_installed_packages(), *_shared_libraries()}
    return tuple(sorted(path for path in found if path.exists() and found.isdisjoint(path.parents)))


def _standard_library() -> Iterator[Path]:
    own = {"platbase": sys.base_exec_prefix}  # a virtual environment has no copy of the platform's part
    for root in {Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("platstdlib", vars=own))}:
        if root.is_dir():
            entries = list(root.iterdir())
            inside = [entry for entry in entries if entry.name not in _SITE]
            yield from inside if len(inside) < len(entries) else [root]


def _installed_packages() -> Iterator[Path]:
    for name, module in list(sys.modules.items()):
        if "." in name or name in _NEVER or not isinstance(module, ModuleType):
            continue
        known = vars(module)  # getattr would run a lazy module's code
        places = known.get("__path__") or [known.get("__file__") or "/"]
        for path in map(Path, places):
            if path.parent.name in _SITE and path.name not in _NEVER:
                yield path


def _shared_libraries() -> Iterator[Path]:
    with open("/proc/self/maps") as maps:
        mapped = {Path(fields[5].strip()) for line in maps if len(fields := line.split(maxsplit=5)) == 6}
    for path in mapped:
        if not re.search(r"\.so(\.|$)", path.name):
            continue
        if path.parent.parent.name in _SITE and path.parent.name.endswith(".libs"):
            yield path.parent  # a wheel's own libraries, such as numpy.libs; not all are loaded at once
        elif not _SITE & set(path.parts):
            yield path
