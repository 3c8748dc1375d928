"""How the commands `course` and `grader` begin: Ctrl-C ends them silently also while they load."""

from __future__ import annotations

import os
import signal
from importlib import import_module
from typing import Any


def launch(module: str, **options: Any) -> None:
    """Load the command line of a module and run it.

    Parameters
    ----------
    module
        It has the command line as ``app``.
    options
        What the command line is called with.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # not where Ctrl-C is ignored
        # no exception: it could come up in a place that tells it, or takes it for a module that is missing
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    app = import_module(module).app
    try:
        signal.signal(signal.SIGINT, before)
        app(**options)
    except KeyboardInterrupt:  # the rest answers it, but for the moments between
        raise SystemExit(130) from None
