"""Running notebooks in a kernel of this interpreter, with the same outputs on every machine."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from grader.config import ROOT
from grader.forked_kernels import ForkingManager, KernelParent

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(512 << 20)}
"""For glibc: memory that an array leaves is kept for the next one. Asking the system each time takes a quarter of a
training's time."""
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
CELL_FILE = re.compile(r"(?:[A-Za-z]:[\\/][^\n:*?\"<>|]*[\\/]|[\w./-]*/)ipykernel_\d+[\\/]\d+\.py")
UNIQUE_NAME = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a notebook runs.

    Parameters
    ----------
    root
        The folder from which `course` is imported. It is removed from outputs.
    private
        An empty folder for the kernel's connection file, settings and history.
    work
        The working directory of the notebook.
    seconds
        How long one cell may run.
    """

    root: Path
    private: Path
    work: Path
    seconds: int = 180

    def environment(self) -> dict[str, str]:
        """Return the kernel's environment: none of the user's settings, one thread, a fixed hash seed."""
        env = {key: value for key, value in os.environ.items() if key not in ("PYTHONWARNINGS", "PYTHONSTARTUP")}
        path = [str(self.root), str(ROOT), *filter(None, [env.get("PYTHONPATH")])]
        return env | {
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONHASHSEED": "0",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "LAYER_BY_LAYER_FRAMES": "1",  # what is built is read without a kernel
            "IPYTHONDIR": str(self.private / "ipython"),
            **{f"JUPYTER_{kind}_DIR": str(self.private / "jupyter") for kind in ("CONFIG", "DATA", "RUNTIME")},
            **dict.fromkeys(ONE_THREAD, "1"),
            **KEPT_MEMORY,
        }


class Kernel:
    """A running kernel, in which notebooks are run one after the other.

    Parameters
    ----------
    client
        Its client.
    place
        Where it runs.
    """

    def __init__(self, client: NotebookClient, place: Place) -> None:
        self._client = client
        self._place = place
        self.ended = False
        """Whether a cell had to be stopped, or ended the kernel. Then no other notebook runs in it."""

    async def run(self, notebook: NotebookNode, advance: Callable[[], None] = lambda: None) -> dict[str, str]:
        """Run every cell of a notebook in place, even after one failed.

        Parameters
        ----------
        notebook
            Its cells get outputs and execution counts; nothing else is changed.
        advance
            Called after each code cell.

        Returns
        -------
        dict of str to str
            The ids of the cells that failed and aren't tagged ``raises-exception``, and what happened.
        """
        self._client.nb = notebook
        self._client.reset_execution_trackers()
        failures: dict[str, str] = {}
        cells = [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        for count, (index, cell) in enumerate(cells, start=1):
            try:
                await self._client.async_execute_cell(cell, index, execution_count=count)
            except CellTimeoutError:
                failures[cell.id] = f"was stopped after {self._place.seconds} s."
                self.ended = True
                break
            except DeadKernelError:
                failures[cell.id] = "ended its kernel: out of memory, or a crash in compiled code."
                self.ended = True
                break
            advance()
            error = error_of(cell)
            if error and "raises-exception" not in cell.metadata.get("tags", []):
                failures[cell.id] = error
            _tidy(cell, self._place.root)
        return failures


def error_of(cell: NotebookNode) -> str:
    """Return in one line what a cell raised; empty if it raised nothing."""
    for output in cell.outputs:
        if output.output_type == "error":
            first = ANSI.sub("", output.evalue).strip().partition("\n")[0]
            return f"raised {output.ename}: {first}".rstrip(": ") + ("" if first.endswith(".") else ".")
    return ""


@asynccontextmanager
async def kernel(place: Place, parent: KernelParent | None = None) -> AsyncIterator[Kernel]:
    """Start a kernel, and end it with the block.

    Parameters
    ----------
    place
        Where it runs.
    parent
        The process that it is forked from; by default a new one is started.
    """
    place.private.mkdir(parents=True, exist_ok=True)
    # No kernel folders: `python3` is then this very interpreter, whatever is installed for the user.
    specs = KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)
    manager = (ForkingManager if parent else AsyncKernelManager)(
        kernel_name="python3",
        kernel_spec_manager=specs,
        connection_file=str(place.private / "kernel.json"),
        # Sockets in our own folder, so that two kernels can't race for a port.
        transport="ipc" if os.name == "posix" else "tcp",
    )
    if parent and isinstance(manager, ForkingManager):
        manager.kernel_parent = parent
    client = NotebookClient(
        new_notebook(),
        km=manager,
        timeout=place.seconds,
        allow_errors=True,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        resources={"metadata": {"path": str(place.work)}},
    )
    # The kernel's own messages, when it is stopped in the middle of a cell, help no one.
    with (place.private / "kernel.log").open("wb") as log:
        started = client.async_setup_kernel(env=place.environment(), stdout=log, stderr=log, cleanup_kc=True)
        async with started:
            # nbclient would turn Ctrl-C into a dead kernel and continue; it should end the build.
            for number in (signal.SIGINT, signal.SIGTERM):
                with suppress(NotImplementedError):  # on Windows nbclient can't do so
                    asyncio.get_running_loop().remove_signal_handler(number)
            yield Kernel(client, place)


def _tidy(cell: NotebookNode, root: Path) -> None:
    """Remove from the outputs what differs from run to run or names this machine."""
    names: dict[str, str] = {}

    def stable(match: re.Match[str]) -> str:
        fresh = hashlib.sha256(f"{cell.id} {len(names)}".encode()).hexdigest()[:32]
        return names.setdefault(match[0], fresh)

    def tidy(text: str) -> str:
        if "ipykernel_" in text:  # the pattern is slow on a picture's text
            text = CELL_FILE.sub("cell.py", text)
        text = text.replace(f"{root}{os.sep}", "").replace(f"{sys.prefix}{os.sep}", "")
        return UNIQUE_NAME.sub(stable, ADDRESS.sub("0x...", text))

    for output in cell.outputs:
        if "text" in output:
            output.text = tidy(output.text)
        for kind, value in output.get("data", {}).items():
            if isinstance(value, str) and not kind.startswith("image/"):
                output.data[kind] = tidy(value)
        if output.output_type == "error":
            output.evalue = tidy(output.evalue)
            output.traceback = [tidy(line) for line in output.traceback]
        if "execution_count" in output:
            output.execution_count = cell.execution_count
