"""The standard library as our own modules find it on Windows."""

from __future__ import annotations

import builtins
import errno
import os
import re
import stat
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

OURS = {"course", "grader"}
MISSING = {"crypt", "curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
NOT_INSTALLED = ("landlockpy", "seccompy")
LACKS = {
    "os": r"""O_(?!RDONLY|WRONLY|RDWR|APPEND|CREAT|EXCL|TRUNC)\w+|W(?!_OK)[A-Z]+|P_(ALL|P\w+)|EX_(?!OK)\w+|
        (CLD|EFD|GRND|MFD|POSIX|PRIO|RTLD|RWF|SCHED|SPLICE|ST|XATTR)_\w+|F_U?T?(LOCK|TEST)|SEEK_(DATA|HOLE)|NGROUPS_MAX|
        (sched|posix|eventfd|memfd|pidfd|sysconf|confstr|f?pathconf|waitid|copy_file|register_at)(_?\w+)?|
        [fl]?chown|chroot|fork(pty)?|wait[34]?|(get|set|init)(re?s?|e)?[ugs]id|[gs]et(pgid|pgrp)|
        (get|set|init)(loadavg|groups|grouplist|random|priority|xattr)|(list|remove)xattr|nice|killpg|mkfifo|mknod|
        makedev|major|minor|openpty|login_tty|ttyname|ctermid|tc[gs]etpgrp|pipe2|p(read|write)v?|(read|write)v|sendfile|
        splice|spawn[lv]pe?|f?statvfs|fwalk|fchdir|fdatasync|sync|lockf|uname|environb|getenvb""",
    "signal": r"""ITIMER_\w+|ItimerError|SIG(?!INT|TERM|ABRT|FPE|ILL|SEGV|_DFL|_IGN)\w+|Sigmasks|alarm|pause|
        [gs]etitimer|p\w+_(kill|send_signal|sigmask)|sig(interrupt|pending|wait|timedwait|waitinfo)|struct_siginfo""",
    "socket": r"""AF_(?!INET|UNSPEC)\w+|MSG_(DONTWAIT|NOSIGNAL|CMSG\w+)|SO_(PEERCRED|REUSEPORT)|
        SOCK_(CLOEXEC|NONBLOCK)|(SCM|CMSG)_\w+|(send|recv)_fds|sethostname""",
    "select": r"E?POLL\w+|e?poll|PIPE_BUF",
    "time": r"CLOCK_\w+|clock_\w+|pthread_\w+|tzset",
}
"""Names that a module lacks on Windows, as the standard library's type stubs list them."""


class _Windows(ModuleType):
    """A module without what it lacks on Windows, and with what it has there instead."""

    def __init__(self, real: ModuleType, lacks: str, instead: dict[str, Any]) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(_real=real, _lacks=re.compile(re.sub(r"\s", "", lacks)), **instead)

    def __getattr__(self, name: str) -> Any:
        if self._lacks.fullmatch(name):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} on Windows")
        return getattr(self._real, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._real, name, value)


class _Stat:
    """What is known about a file, without what only POSIX tells."""

    def __init__(self, real: os.stat_result) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        if name in ("st_blocks", "st_blksize", "st_rdev"):
            raise AttributeError(name)
        return 0 if name in ("st_uid", "st_gid") else getattr(self._real, name)


def _by_path(function: Any, result: Any = lambda found: found) -> Any:
    """Make a function of files that knows no descriptors of folders."""

    def called(*args: Any, **words: Any) -> Any:
        if any(words.get(name) is not None for name in ("dir_fd", "src_dir_fd", "dst_dir_fd")):
            raise NotImplementedError("dir_fd unavailable on this platform")
        if args and isinstance(args[0], int) and function in (os.scandir, os.listdir, os.chdir):
            raise TypeError("path should be string, bytes, os.PathLike or None, not int")
        return result(function(*args, **words))

    return called


def _os(real: Any) -> dict[str, Any]:
    plain = {one.__name__: _by_path(one) for one in (*real.supports_dir_fd, real.scandir, real.listdir, real.chdir)}
    known = {name: _by_path(getattr(real, name), _Stat) for name in ("stat", "lstat", "fstat")}
    flags = {"O_BINARY": 0, "O_NOINHERIT": 0, "supports_dir_fd": set(), "supports_fd": {real.truncate}}
    return {**plain, **known, **flags, "name": "nt", "kill": lambda pid, number: real.kill(pid, 9)}


def _select(real: Any) -> dict[str, Any]:
    def select(*waiting: Any) -> Any:
        for one in (one for group in waiting[:3] for one in group):
            if not stat.S_ISSOCK(os.fstat(one if isinstance(one, int) else one.fileno()).st_mode):
                raise OSError(10038, "An operation was attempted on something that is not a socket")
        return real.select(*waiting)

    return {"select": select}


def _socket(real: Any) -> dict[str, Any]:
    def socketpair(family: int = real.AF_INET, kind: int = real.SOCK_STREAM, proto: int = 0) -> Any:
        if (family, kind) != (real.AF_INET, real.SOCK_STREAM):
            raise ValueError("Only AF_INET and SOCK_STREAM socket pairs are supported on this platform")
        with real.create_server(("127.0.0.1", 0)) as server:
            ours = real.create_connection(server.getsockname())
            return server.accept()[0], ours

    return {"socketpair": socketpair}


def _subprocess(real: Any) -> dict[str, Any]:
    flags = {"CREATE_NEW_PROCESS_GROUP": 0x200, "CREATE_NO_WINDOW": 0x8000000}

    def there(words: dict[str, Any]) -> dict[str, Any]:
        if words.get("pass_fds") or words.get("preexec_fn"):
            raise ValueError("pass_fds and preexec_fn are not supported on Windows platforms")
        if environment := words.get("env"):
            if "SYSTEMROOT" not in environment:
                raise OSError("Python would not start: Windows' random numbers need SYSTEMROOT")
            paths = [str(Path(__file__).parent), *filter(None, [environment.get("PYTHONPATH")])]
            words["env"] = {**environment, "PYTHONPATH": os.pathsep.join(paths)}  # it is like Windows there, too
        words["start_new_session"] = bool(words.pop("creationflags", 0) & flags["CREATE_NEW_PROCESS_GROUP"])
        return words

    class Popen(real.Popen):
        def __init__(self, *args: Any, **words: Any) -> None:
            super().__init__(*args, **there(words))

    return {**flags, "Popen": Popen, "run": lambda *args, **words: real.run(*args, **there(words))}


def _asyncio(real: Any) -> dict[str, Any]:
    for name in ("add_signal_handler", "remove_signal_handler"):  # what is left says that there is none
        delattr(real.unix_events._UnixSelectorEventLoop, name)
    return {}


def _ctypes(real: Any) -> dict[str, Any]:
    import subprocess

    jobs: list[Any] = []
    processes = 1 << 20

    def create(security: Any, name: Any) -> int:
        jobs.append(None)
        return len(jobs)

    def tie(job: Any, process: Any) -> int:
        # This process kills the others once its standard input is closed, which also happens when our own process ends.
        end = ["sh", "-c", f"read held; kill -9 -{process.value - processes}"]
        jobs[job.value - 1] = subprocess.Popen(end, stdin=subprocess.PIPE, start_new_session=True)
        return 1

    def close(handle: Any) -> int:
        if handle.value <= len(jobs) and (tied := jobs[handle.value - 1]):
            tied.communicate()
        return 1

    def system(name: str) -> Any:
        assert name == "kernel32"
        nothing = dict.fromkeys(("SetInformationJobObject", "QueryInformationJobObject"), lambda *args: 0)
        known = {"CreateJobObjectW": create, "OpenProcess": lambda rights, passed_on, pid: processes + pid}
        ends = {"TerminateJobObject": lambda job, code: close(job), "CloseHandle": close}
        return SimpleNamespace(**nothing, **known, **ends, AssignProcessToJobObject=tie)

    return {"WinDLL": system}


INSTEAD: dict[str, Any] = {
    "ctypes": _ctypes,
    "os": _os,
    "sys": lambda real: {"platform": "win32"},
    "platform": lambda real: {"system": lambda: "Windows"},
    "shutil": lambda real: {"which": lambda name, **words: None if name == "rm" else real.which(name, **words)},
    "select": _select,
    "socket": _socket,
    "subprocess": _subprocess,
    "asyncio": _asyncio,
}
"""What is otherwise on Windows."""


def _locking(fd: int, mode: int, count: int) -> None:
    import fcntl

    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB if mode else fcntl.LOCK_UN)
    except BlockingIOError:
        raise PermissionError(errno.EACCES, "Permission denied") from None


def install() -> None:
    """Give our own modules these, from now on."""
    usual, made = builtins.__import__, {}
    msvcrt = SimpleNamespace(LK_UNLCK=0, LK_LOCK=1, LK_NBLCK=2, locking=_locking)

    def imported(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        package = (globals or {}).get("__package__") or (globals or {}).get("__name__") or ""
        if level or package.partition(".")[0] not in OURS:
            return usual(name, globals, locals, fromlist, level)
        if name in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r} on Windows", name=name)
        if name == "msvcrt":
            return msvcrt
        real = usual(name, globals, locals, fromlist, level)
        kind = real.__name__.lstrip("_")  # _signal is signal's own
        if kind not in LACKS and kind not in INSTEAD:
            return real
        if name not in made:
            instead = INSTEAD[kind](real) if kind in INSTEAD else {}
            made[name] = _Windows(real, LACKS.get(kind, "(?!)"), instead)
        return made[name]

    builtins.__import__ = imported
    os.environ["SYSTEMROOT"] = "C:\\Windows"
    for one in NOT_INSTALLED:
        sys.modules[one] = None  # type: ignore[assignment] - as if it were not installed
