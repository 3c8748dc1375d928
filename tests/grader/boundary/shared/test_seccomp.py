"""The filter as a program: what it answers to every call of both architectures, without running one."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from seccompy import syscalls

from grader.boundary.shared import seccomp

ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
TABLES = {
    "x86_64": (syscalls.AUDIT_ARCH_X86_64, syscalls.X86_64_SYSCALLS),
    "aarch64": (syscalls.AUDIT_ARCH_AARCH64, syscalls.AARCH64_SYSCALLS),
}
CONDITIONAL = {"clone", "fcntl", "ioctl", "kill", "madvise", "open", "openat", "prctl", "prlimit64", "tgkill"}


@pytest.fixture(params=TABLES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """One architecture, whichever this machine has."""
    monkeypatch.setattr("platform.machine", lambda: request.param)
    seccomp.own_filter.cache_clear()
    arch, table = TABLES[request.param]
    rules = seccomp.own_filter()

    def answer(name: str | int, *arguments: int, arch: int = arch) -> int:
        return verdict(rules.program, table[name] if isinstance(name, str) else name, arch, *arguments)

    yield SimpleNamespace(answer=answer, table=table)
    seccomp.own_filter.cache_clear()


def verdict(program: bytes, number: int, arch: int, *arguments: int) -> int:
    """Run a classic BPF program as the kernel does."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    code = list(struct.iter_unpack("<HBBI", program))
    tests = {0x15: int.__eq__, 0x25: int.__gt__, 0x35: int.__ge__, 0x45: lambda a, k: bool(a & k)}
    held = position = 0
    while True:
        operation, yes, no, constant = code[position]
        position += 1
        if operation == 0x20:
            held = int.from_bytes(data[constant : constant + 4], "little")
        elif operation == 0x54:
            held &= constant
        elif operation == 0x05:
            position += constant
        elif operation == 0x06:
            return constant
        else:
            position += yes if tests[operation](held, constant) else no


def test_every_name_exists() -> None:
    """A misspelt name would be passed over in silence."""
    known = {name for _, table in TABLES.values() for name in table}
    assert {*seccomp.ALLOWED.split(), *seccomp.REFUSED.split()} <= known
    assert not set(seccomp.ALLOWED.split()) & set(seccomp.REFUSED.split())


def test_only_what_is_listed(machine: SimpleNamespace) -> None:
    """Of all calls that the kernel has, those on the list are allowed and no other."""
    allowed = {number for number in machine.table.values() if machine.answer(number) == ALLOW}
    listed = {machine.table[name] for name in seccomp.ALLOWED.split() if name in machine.table}
    conditional = {machine.table[name] for name in CONDITIONAL if name in machine.table}
    assert listed <= allowed <= listed | conditional


def test_refusals(machine: SimpleNamespace) -> None:
    """What a student may try is not permitted; what the C library tries first does not exist."""
    for name in {*seccomp.REFUSED.split()} & set(machine.table):
        assert machine.answer(name) == ERRNO | errno.EPERM, name
    for name in ("clone3", "openat2", "pidfd_getfd", "add_key", "reboot", "timer_create", "io_uring_enter"):
        assert machine.answer(name) == ERRNO | errno.ENOSYS, name
    assert machine.answer(100_000) == ERRNO | errno.ENOSYS
    assert machine.answer("seccomp") == ERRNO | seccomp.ALREADY_CONFINED


def test_foreign_calls(machine: SimpleNamespace) -> None:
    """A call of another architecture ends the process; the x32 table's numbers are on no list."""
    assert machine.answer("read", arch=0x40000003) == KILL
    assert machine.answer(0x40000000 | machine.table["read"]) == ERRNO | errno.ENOSYS


def test_threads_but_no_processes(machine: SimpleNamespace) -> None:
    """Clone starts threads; a process, or a thread in a new namespace, it does not."""
    assert machine.answer("clone", 0x3D0F00) == ALLOW  # what pthread_create asks for
    assert machine.answer("clone", 0x01200011) == ERRNO | errno.EPERM  # what fork asks for
    assert machine.answer("clone", 0x4111) == ERRNO | errno.EPERM  # and posix_spawn
    assert machine.answer("clone", 0x3D0F00 | 0x10000000) == ERRNO | errno.EPERM


def test_opening(machine: SimpleNamespace) -> None:
    """Opening is Landlock's business, apart from the two ways that older versions of it don't see."""
    write, truncate = 1, 0o1000
    assert machine.answer("openat", 0, 0, 0) == ALLOW
    assert machine.answer("openat", 0, 0, write | truncate) == ALLOW
    assert machine.answer("openat", 0, 0, truncate) == ERRNO | errno.EPERM
    assert machine.answer("openat", 0, 0, 3) == ERRNO | errno.EPERM


def test_advice_about_memory(machine: SimpleNamespace) -> None:
    """A process may say how it uses its memory, and not that the machine's is broken, which root could."""
    for advice in (4, 14, 25):
        assert machine.answer("madvise", 0, 0, advice) == ALLOW
    for advice in (100, 101):
        for wider in (advice, advice | 1 << 32, advice | 0xFFFFFFFF << 32):  # the kernel reads the lower 32 bits
            assert machine.answer("madvise", 0, 0, wider) == ERRNO | errno.EPERM


def test_own_signals(machine: SimpleNamespace) -> None:
    """A process signals itself and no other, by whatever width of number."""
    own = os.getpid()
    for name in ("kill", "tgkill"):
        assert machine.answer(name, own) == ALLOW
        for other in (0, 1, own + 1, 2**32 - 1, 2**64 - 1, own + 2**32):
            assert machine.answer(name, other) == ERRNO | errno.EPERM


def test_the_number_of_the_process_is_put_in_when_the_filter_is_loaded(
    machine: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Assembled before a fork, it lets the process signal itself that asks for it afterwards, and nothing else differs."""
    one, other = 0x12345678, 0x23456789  # real numbers are small, and may occur in a program's other bytes, too
    monkeypatch.setattr(os, "getpid", lambda: one)
    before = seccomp.own_filter().program
    monkeypatch.setattr(os, "getpid", lambda: other)
    assert machine.answer("kill", other) == ALLOW
    assert machine.answer("kill", one) == ERRNO | errno.EPERM
    number, others = struct.pack("<I", one), struct.pack("<I", other)
    assert before.count(number) == 2
    assert seccomp.own_filter().program == before.replace(number, others)
