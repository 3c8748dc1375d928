"""The system calls that a confined process may make.

The list says what is allowed, not what is refused. A list of refusals has to know every way out, on two
architectures, today and in next year's kernel; this one has to know what CPython, NumPy, matplotlib and
IPython use, which tests can show. What is not on it does not exist for the process: it fails with ENOSYS,
the answer that makes the C library fall back from a new call to an old one (clone3 to clone, so threads
start). Calls that a student is likely to try fail with EPERM, so that Python raises `PermissionError`. Calls
of the x32 ABI have other numbers and are on no list; calls of another architecture (`int 0x80`) end the
process.

Some calls are left out for what Landlock does not see: chmod, chown, utime and extended attributes change
files outside the writable folder; truncating by path is not covered before ABI 3 (kernel 6.2); F_SETOWN makes
the kernel send a signal to any process of the user, not covered before ABI 6 (kernel 6.12); TIOCSTI types
into the terminal. Links are left out because tidying the folder would meet them, and fallocate because
it takes gigabytes of a disk in a second, before anybody has looked.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
import termios
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seccompy import Action, CmpOp, Filter
else:
    try:
        from seccompy import Action, CmpOp, Filter
    except ImportError:  # there is no confinement without it, and `sandbox.missing` says so
        Action = CmpOp = Filter = object

# Names that one of the two architectures lacks (open, stat, pipe on arm64) are passed over there.
ALLOWED = """
    brk membarrier mmap mprotect mremap msync munmap
    close close_range copy_file_range creat dup dup2 dup3 fadvise64 fdatasync flock fsync ftruncate
    lseek pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv sendfile write writev
    access chdir faccessat faccessat2 fchdir fstat fstatfs getcwd getdents getdents64 lstat mkdir mkdirat
    newfstatat readlink readlinkat rename renameat renameat2 rmdir stat statfs statx umask unlink unlinkat
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 poll ppoll
    pselect6 select
    alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer time times
    pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait
    sigaltstack
    exit exit_group futex futex_waitv get_mempolicy getcpu rseq sched_get_priority_max sched_get_priority_min
    sched_getaffinity sched_getparam sched_getscheduler sched_yield set_robust_list set_tid_address
    getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getresgid getresuid getsid gettid getuid
    getpriority getrandom getrlimit getrusage sysinfo uname
"""

REFUSED = """
    execve execveat fork vfork
    accept accept4 bind connect listen recvfrom recvmsg sendmsg sendto socket socketpair
    pidfd_open pidfd_send_signal process_vm_readv process_vm_writev ptrace
    rt_sigqueueinfo rt_tgsigqueueinfo tkill
    chmod chown fchmod fchmodat fchmodat2 fchown fchownat futimesat lchown utime utimensat utimes
    fremovexattr fsetxattr lremovexattr lsetxattr removexattr setxattr truncate
    link linkat mknod mknodat symlink symlinkat
    chroot mount open_by_handle_at pivot_root setns umount2 unshare
    bpf io_uring_setup keyctl memfd_create perf_event_open personality userfaultfd
    sched_setaffinity sched_setparam sched_setscheduler setpgid setpriority setrlimit setsid
    setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid setuid
"""

ALREADY_CONFINED = errno.EALREADY
"""The error that a confined process gets when it asks to be confined."""

_FCNTL = (
    fcntl.F_DUPFD,
    fcntl.F_DUPFD_CLOEXEC,
    fcntl.F_GETFD,
    fcntl.F_SETFD,
    fcntl.F_GETFL,
    fcntl.F_SETFL,
    fcntl.F_GETLK,
    fcntl.F_SETLK,
    fcntl.F_SETLKW,
)
_IOCTL = (
    termios.TCGETS,
    termios.TIOCGWINSZ,
    termios.FIONREAD,
    termios.FIONBIO,
    termios.FIOCLEX,
    termios.FIONCLEX,
)
_PRCTL = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME; PR_SET_VMA, by which glibc names its memory
_POISON = (100, 101)  # MADV_HWPOISON, MADV_SOFT_OFFLINE: by them, root takes memory away from the whole machine
_TMPFILE = os.O_TMPFILE & ~os.O_DIRECTORY
_CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020080  # every CLONE_NEW* flag: namespaces


_ANYONE = 0x5AFEC0DE
"""Used instead of a process's number: no process has this number."""

_INSTRUCTION = 8  # bytes
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
libc = ctypes.CDLL(None, use_errno=True)


class OwnFilter(Filter):
    """A filter in which a process may signal itself only: assembled before a fork, it gets the number afterwards."""

    @property
    def program(self) -> bytes:
        """The program, for the calling process."""
        return super().program.replace(struct.pack("<I", _ANYONE), struct.pack("<I", os.getpid()))


@cache
def own_filter() -> OwnFilter:
    """Build the filter of whichever process will load it. Built before a fork, it costs little then."""
    rules = OwnFilter(default=Action.ERRNO | errno.ENOSYS)
    for name in ALLOWED.split():
        _where_it_exists(rules.allow, name)
    for command in _FCNTL:
        rules.allow("fcntl", args={1: command})
    for command in _IOCTL:
        rules.allow("ioctl", args={1: command})
    for advice in _POISON:
        # the kernel reads 32 bits of it
        rules.errno("madvise", errno.EPERM, args=[(2, CmpOp.MASKED_EQ, advice, 0xFFFFFFFF)])
    rules.allow("madvise")
    for option in _PRCTL:
        rules.allow("prctl", args={0: option})
    rules.allow("clone", args=[(0, CmpOp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD | _CLONE_NEW)])
    rules.allow("prlimit64", args={0: 0, 2: 0})  # to read its own limits
    for name, flags in (("open", 1), ("openat", 2)):
        # Access mode 3 and reading with O_TRUNC need no right of Landlock's before ABI 3, and truncate.
        harmful = (os.O_ACCMODE, os.O_ACCMODE), (os.O_RDONLY | os.O_TRUNC, os.O_ACCMODE | os.O_TRUNC)
        # A file without a name: the watch on the folder would not see it. On this error, programs make a named one.
        _where_it_exists(rules.errno, name, errno.EOPNOTSUPP, args=[(flags, CmpOp.MASKED_EQ, _TMPFILE, _TMPFILE)])
        for value, mask in harmful:
            _where_it_exists(rules.errno, name, errno.EPERM, args=[(flags, CmpOp.MASKED_EQ, value, mask)])
        _where_it_exists(rules.allow, name)
    for name in ("kill", "tgkill"):
        rules.allow(name, args={0: _ANYONE})
    for name in ("seccomp", "landlock_create_ruleset"):
        rules.errno(name, ALREADY_CONFINED)
    for name in (*REFUSED.split(), "clone", "fcntl", "ioctl", "kill", "prctl", "prlimit64", "tgkill"):
        _where_it_exists(rules.errno, name, errno.EPERM)
    assert rules.program  # assembled here, and kept by the filter
    return rules


class _Program(ctypes.Structure):
    """The kernel's sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def restrict_system_calls() -> None:
    """Install the filter on the calling thread, for good. It must not be able to gain privileges any more.

    One filter: the kernel takes as long for a small one as for a large one. The library's own call takes longer than
    the kernel does: each worker would copy the memory in which its enums and tables are.

    Raises
    ------
    OSError
        Where the kernel refuses it.
    """
    program = own_filter().program
    told = _Program(len(program) // _INSTRUCTION, program)
    check(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(told)))


def check(found: int) -> None:
    """Raise the error that a call of the C library has left, if it failed."""
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _where_it_exists(add: Callable[..., None], name: str, *args: Any, **kwargs: Any) -> None:
    try:
        add(name, *args, **kwargs)
    except ValueError:  # no such call on this architecture
        return
