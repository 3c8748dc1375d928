"""Messages between judge and worker: one encoded value at a time over a stream socket, with deadlines."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from grader.boundary.codec import CAPS, PREFIX, Caps, Opaque, WireError, decode, encode, lengths

__all__ = ["CAPS", "Caps", "Opaque", "WireClosed", "WireError", "WireLate", "decode", "encode", "receive", "send"]

_CHUNK = 1 << 20
_clock = time.monotonic  # bound once: in the worker a student may replace it


class WireClosed(WireError):
    """The other side has closed the connection."""


class WireLate(WireError):
    """The deadline passed before the message was through."""


def send(connection: socket.socket, message: bytes, deadline: float | None = None) -> None:
    """Write one message.

    Parameters
    ----------
    connection
        A stream socket.
    message
        What `encode` made.
    deadline
        On `time.monotonic`'s clock; None waits as long as it takes.
    """
    rest = memoryview(message)
    with _socket_errors():
        while rest:
            _set_patience(connection, deadline)
            rest = rest[connection.send(rest[:_CHUNK]) :]


def receive(
    connection: socket.socket,
    deadline: float | None = None,
    *,
    caps: Caps = CAPS,
    opaque: Callable[[str], Any] = Opaque,
) -> Any:
    """Read one message and decode it. No memory is taken for bytes that did not come.

    Parameters
    ----------
    connection
        A stream socket.
    deadline
        On `time.monotonic`'s clock; None waits as long as it takes.
    caps, opaque
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
    >>> here, there = socket.socketpair()
    >>> with here, there:
    ...     send(here, encode([1, 2.5]))
    ...     receive(there)
    [1, 2.5]
    """
    message = bytearray()
    with _socket_errors():
        _read(connection, message, PREFIX.size, deadline)
        header_size, body_size = lengths(message, caps)
        _read(connection, message, PREFIX.size + header_size + body_size, deadline)
    return decode(message, caps=caps, opaque=opaque)


def _read(connection: socket.socket, into: bytearray, size: int, deadline: float | None) -> None:
    while len(into) < size:
        _set_patience(connection, deadline)
        part = connection.recv(min(size - len(into), _CHUNK))
        if not part:
            raise WireClosed("The other side closed the connection.")
        into += part


def _set_patience(connection: socket.socket, deadline: float | None) -> None:
    left = None if deadline is None else deadline - _clock()
    if left is not None and left <= 0:
        raise WireLate("The time is over.")
    connection.settimeout(left)


@contextmanager
def _socket_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise WireLate("The time is over.") from None
    except OSError as error:
        raise WireClosed(f"The connection broke: {error.strerror or error}.") from None
