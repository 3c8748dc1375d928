"""Locks on open files. The system lets go of one when its holder ends, however that happens."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt

    def lock(fd: int, *, shared: bool = False) -> None:
        """Lock a file as below. Nothing is shared here, so a shared lock is an exclusive one."""
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from None
else:
    import fcntl

    def lock(fd: int, *, shared: bool = False) -> None:
        """Lock a file without waiting, until its descriptor is closed.

        Parameters
        ----------
        fd
            The file's descriptor.
        shared
            Let others share it.

        Raises
        ------
        BlockingIOError
            If someone else holds it.
        OSError
            On a file system without locks.
        """
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
