"""IPython's shell as a graded notebook needs it: what it shows is kept as text and pictures, within limits."""

from __future__ import annotations

import base64
import binascii
import contextlib
import io
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import print_figure
from matplotlib import pyplot
from matplotlib._pylab_helpers import Gcf
from matplotlib.figure import Figure
from traitlets.config import Config

from grader.boundary.calls import text_of
from grader.boundary.timelimit import TimeUp, cancel, time_limit

TEXT = 20_000
"""Characters of printed text, of a result, or of a traceback, that a cell may leave."""
IMAGES = 20
"""Pictures of one cell."""
IMAGE_BYTES = 4 << 20
"""Bytes of all pictures of one cell."""
PIXELS = 8_000_000
"""Pixels of one picture."""

_CELL_FILE = re.compile(r'(?:File "?)?<ipython-input-(\d+)-[0-9a-f]+>"?')
_LIBRARY_FILE = re.compile(r'File "[^"]*?/(?:(?:site|dist)-packages|python3\.\d+)/(?!site-|dist-)')
_OWN = str(Path(__file__).parent)
_NO_PROCESS = ("bash", "sh", "script", "perl", "ruby", "python", "python2", "python3", "pypy", "system", "sx", "!")


class Shown:
    """What a cell has shown so far."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.room = TEXT
        self.cut = False
        self.result = ""
        self.images: list[bytes] = []
        self.notes: list[str] = []

    def write(self, text: str) -> None:
        if self.room > 0:
            self.parts.append(text[: self.room])
        self.cut = self.cut or len(text) > self.room
        self.room -= min(len(text), self.room)

    def add_image(self, image: Any) -> bool:
        """Keep a picture, if it is one and there is room for it."""
        if isinstance(image, str):
            try:
                image = base64.b64decode(image)
            except binascii.Error:
                return False
        if not isinstance(image, bytes) or image[:8] != b"\x89PNG\r\n\x1a\n":
            return False
        width, height = int.from_bytes(image[16:20]), int.from_bytes(image[20:24])
        if width * height > PIXELS:
            self.note(f"A picture of {width} by {height} pixels was left out.")
        elif len(self.images) >= IMAGES or sum(map(len, self.images)) + len(image) > IMAGE_BYTES:
            self.note(f"Pictures beyond the first {len(self.images)} were left out.")
        else:
            self.images.append(bytes(image))
            return True
        return False

    def note(self, sentence: str) -> None:
        if sentence not in self.notes and len(self.notes) < 5:
            self.notes.append(sentence)

    def text(self) -> str:
        text = "".join(self.parts)
        if self.cut:
            text += f"\n[cut here: only the first {TEXT:,} characters are kept]"
        return text


class _Stream(io.TextIOBase):
    """A cell's standard output and error."""

    encoding = "utf-8"

    def __init__(self, shown: Shown) -> None:
        self.shown = shown  # the cell's own: what a thread prints after its end is not the next cell's

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.shown.write(text)
        return len(text)


class _Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    @property
    def prompt_count(self) -> int:
        return self.shell.execution_count

    def quiet(self) -> bool:
        return self.semicolon_at_end_of_expression(self.shell.source)

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        shown = self.shell.shown
        if not shown.add_image(format_dict.get("image/png")):
            text = str(format_dict.get("text/plain", ""))
            shown.result = text if len(text) <= TEXT else text[:TEXT] + "\n[cut here]"

    def finish_displayhook(self) -> None:
        self._is_active = False

    def log_output(self, format_dict: dict[str, Any]) -> None:
        pass


class _Publisher(DisplayPublisher):
    """Keeps what `display` shows."""

    def publish(self, data: dict[str, Any], metadata: Any = None, *args: Any, **kwargs: Any) -> None:
        shown = self.shell.shown
        if not shown.add_image(data.get("image/png")) and "text/plain" in data:
            shown.write(f"{data['text/plain']}\n")

    def clear_output(self, wait: bool = False) -> None:
        pass


class GradingShell(InteractiveShell):
    """A shell that shows nothing itself, starts no process and keeps no history."""

    displayhook_class = _Hook
    display_pub_class = _Publisher

    def __init__(self, **kwargs: Any) -> None:
        self.shown = Shown()
        self.source = ""
        self.failure: BaseException | None = None
        super().__init__(**kwargs)
        assert self.display_formatter is not None
        self.display_formatter.active_types = ["text/plain", "image/png"]
        self.set_custom_exc((TimeUp,), _time_is_up)
        for name in _NO_PROCESS:
            self.register_magic_function(_refuse_process, "cell", name)
        self.enable_matplotlib("inline")

    def _tee(self, channel: str) -> contextlib.AbstractContextManager[None]:
        """Leave out IPython's own copy of what is printed: it is kept without a limit."""
        return contextlib.nullcontext()

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        self.failure = exc_tuple[1] if exc_tuple else sys.exception()

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        self.failure = sys.exception()

    def showindentationerror(self) -> None:
        self.failure = sys.exception()

    def system(self, cmd: str) -> None:
        _refuse_process(cmd)

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        _refuse_process(cmd)

    def enable_gui(self, gui: Any = None) -> None:
        pass

    @property
    def db(self) -> dict[str, Any]:
        """What magics keep between sessions; here there is nothing to keep."""
        return {}

    def ask_exit(self) -> None:
        raise SystemExit

    def run(
        self, source: str, number: int, seconds: float, afterwards: Callable[[], None] = lambda: None
    ) -> dict[str, Any]:
        """Run one cell.

        Parameters
        ----------
        source
            The cell's text.
        number
            Its number among the notebook's code cells, for tracebacks.
        seconds
            Time limit.
        afterwards
            Called right after the cell, before anything that it may have broken is used.

        Returns
        -------
        dict
            ``text``, ``result``, ``images``, ``notes``, and ``error`` (None, or name, message and traceback).
        """
        self.shown, self.source, self.failure = Shown(), source, None
        self.execution_count = number
        assert self.display_formatter is not None
        # at each cell: `%config InlineBackend.figure_format` puts other, unlimited ones in its place
        self.display_formatter.formatters["image/png"].for_type(Figure, self._draw)
        sys.stdout = sys.stderr = _Stream(self.shown)
        error = None
        try:
            with time_limit(seconds):
                try:
                    found = self.run_cell(source, store_history=False)
                finally:
                    afterwards()
                failure = found.error_before_exec or found.error_in_exec or self.failure
                if failure is not None and not isinstance(failure, TimeUp):
                    error = _describe(failure)
        except TimeUp as late:
            failure = late
        except BaseException as broken:  # a student's patch of something that the shell itself needs
            failure, error = broken, {"name": type(broken).__name__, "message": text_of(broken), "traceback": ""}
        if isinstance(failure, TimeUp):
            message = f"The cell was stopped after {seconds:g} s."
            error = {"name": "TimeUp", "message": message, "traceback": ""}
        Gcf.destroy_all()
        text = _name_cells(self.shown.text())
        notes, images = self.shown.notes, self.shown.images
        return {"text": text, "result": self.shown.result, "images": images, "notes": notes, "error": error}

    def _draw(self, figure: Figure) -> bytes | None:
        width, height = figure.get_size_inches() * figure.dpi
        if len(self.shown.images) >= IMAGES:
            self.shown.note(f"Pictures beyond the first {IMAGES} were left out.")
        elif not width * height <= PIXELS:
            self.shown.note(f"A picture of {width:.0f} by {height:.0f} pixels was left out.")
        else:
            try:
                return print_figure(figure, "png", bbox_inches="tight")
            except Exception as error:
                self.shown.note(f"A picture could not be drawn: {text_of(error)[:200]}")
        return None


def make_shell() -> GradingShell:
    """Make the process's shell, with everything loaded that a usual cell needs."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoawait = False  # an event loop needs sockets
    shell = GradingShell.instance(config=config)
    pyplot.plot([0, 1], label="$x^2$")  # loads fonts and what draws formulas
    pyplot.legend()
    shell.run("%timeit -n1 -r1 pass\nnp_is = __import__('numpy')\ndisplay(1)\n1/0", 0, 60)
    shell.run("x = = 1", 0, 60)
    shell.reset()
    warnings.filterwarnings("ignore", message="To exit: use")  # said to one who types, after sys.exit()
    return shell


def _time_is_up(shell: GradingShell, kind: type, error: BaseException, trace: Any, tb_offset: Any = None) -> None:
    cancel()
    Gcf.destroy_all()  # drawing them could take long again
    shell.failure = error


def _refuse_process(line: str = "", cell: str = "") -> None:
    raise PermissionError("Other programs can't be started where answers are graded.")


def _describe(error: BaseException) -> dict[str, str]:
    """Tell an exception with its traceback from the student's cell on, without the machine's paths."""
    trace = error.__traceback__
    while trace is not None and not _CELL_FILE.search(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    told = traceback.TracebackException(type(error), error, trace, limit=-1000, compact=True)
    _hide_own_frames(told)
    lines = "".join(told.format()).splitlines()
    if len(lines) > 60:
        lines = [*lines[:20], "  ...", *lines[-20:]]
    text = "\n".join(line if len(line) <= 1000 else line[:1000] + " ..." for line in lines)
    text = _LIBRARY_FILE.sub('File "', _name_cells(text))
    return {"name": type(error).__name__, "message": _name_cells(text_of(error)), "traceback": text[:TEXT]}


def _hide_own_frames(told: traceback.TracebackException) -> None:
    chain: list[traceback.TracebackException | None] = [told, told.__cause__, told.__context__]
    for part in filter(None, chain):
        part.stack[:] = [frame for frame in part.stack if not frame.filename.startswith(_OWN)]


def _name_cells(text: str) -> str:
    return _CELL_FILE.sub(r"Cell \1", text)
