"""Messages between judge and worker: one encoded value at a time through a channel, with deadlines.

A channel is a socket's file descriptor, and only `read`, `write` and `poll` are used: a confined worker may not make a
socket's own calls. On Windows these three don't know sockets, so there a channel is the socket itself.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from course.calling.plain_data import Foreign
from grader.boundary.shared.caps import CAPS, Caps
from grader.boundary.shared.codec import PREFIX, WireError
from grader.boundary.shared.decoder import Follow, decode, lengths

_CHUNK = 1 << 20
# Bound once: in the worker a student may replace them where they come from.
_clock = time.monotonic
if sys.platform == "win32":
    Channel = socket.socket
    _read, _write, _select = socket.socket.recv, socket.socket.send, select.select
    _READABLE, _WRITABLE = 0, 1

    def channel(connection: socket.socket) -> Channel:
        """Give what messages go through; the connection stays its owner."""
        return connection

    def _poll_once(fd: Channel, event: int, milliseconds: int | None) -> bool:
        asked: list[list[Channel]] = [[], [], [fd]]  # what can't be connected is told among the last
        asked[event] = [fd]
        return any(_select(*asked, None if milliseconds is None else milliseconds / 1000))
else:
    Channel = int
    _read, _write, _poll = os.read, os.write, select.poll
    _READABLE, _WRITABLE = select.POLLIN, select.POLLOUT

    def channel(connection: socket.socket) -> Channel:
        """Give what messages go through; the connection stays its owner."""
        return connection.fileno()

    def _poll_once(fd: Channel, event: int, milliseconds: int | None) -> bool:
        poll = _poll()
        poll.register(fd, event)
        return bool(poll.poll(milliseconds))


class WireClosed(WireError):
    """The other side has closed the connection."""


class WireLate(WireError):
    """The deadline passed before the message was through."""


def send(fd: Channel, message: bytes, deadline: float | None = None) -> None:
    """Write one message.

    Parameters
    ----------
    fd
        A channel, or a pipe; not blocking, where there is a deadline.
    message
        What `encode` made.
    deadline
        On `time.monotonic`'s clock; None waits as long as it takes.

    Raises
    ------
    WireClosed
        The other side is gone.
    WireLate
        The deadline passed.
    """
    rest = memoryview(message)
    while rest:
        _wait(fd, _WRITABLE, deadline)
        try:
            rest = rest[_write(fd, rest[:_CHUNK]) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise WireClosed(f"The connection broke: {error.strerror}.") from None


def receive(
    fd: Channel,
    deadline: float | None = None,
    *,
    caps: Caps = CAPS,
    opaque: Callable[[str], Any] = Foreign,
    follow: Follow | None = None,
) -> Any:
    """Read one message and decode it. No memory is taken for bytes that did not come.

    Parameters
    ----------
    fd
        A channel, or a pipe.
    deadline
        On `time.monotonic`'s clock; None waits as long as it takes.
    caps, opaque, follow
        As in `decode`.

    Raises
    ------
    WireClosed
        The other side is gone.
    WireLate
        The deadline passed.
    WireError
        What came is not a message.

    Examples
    --------
    >>> from grader.boundary.shared.codec import encode
    >>> out, into = os.pipe()
    >>> send(into, encode([1, 2.5]))
    >>> receive(out)
    [1, 2.5]
    >>> os.close(out), os.close(into)
    (None, None)
    """
    message = bytearray()
    _fill(fd, message, PREFIX.size, deadline)
    header_size, body_size = lengths(message, caps)
    _fill(fd, message, PREFIX.size + header_size + body_size, deadline)
    return decode(message, caps=caps, opaque=opaque, follow=follow)


def discard(fd: Channel, most: int = _CHUNK) -> int:
    """Throw away what is unread, up to a limit, and say how many bytes that were."""
    found = 0
    while found < most and _poll_once(fd, _READABLE, 0):
        try:
            part = _read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        found += len(part)
    return found


def _fill(fd: Channel, message: bytearray, size: int, deadline: float | None) -> None:
    while len(message) < size:
        _wait(fd, _READABLE, deadline)
        try:
            part = _read(fd, min(size - len(message), _CHUNK))
        except BlockingIOError:
            continue
        except OSError as error:
            raise WireClosed(f"The connection broke: {error.strerror}.") from None
        if not part:
            raise WireClosed("The other side closed the connection.")
        message += part


def _wait(fd: Channel, event: int, deadline: float | None) -> None:
    left = None if deadline is None else deadline - _clock()
    if left is not None and left <= 0:
        raise WireLate("The time is over.")
    if not _poll_once(fd, event, None if left is None else int(left * 1000) + 1):
        raise WireLate("The time is over.")
