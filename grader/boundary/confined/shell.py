"""IPython's shell as a graded notebook needs it: what it shows is kept as text and pictures, within limits."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import print_figure
from IPython.utils.text import SList
from matplotlib import font_manager, pyplot
from matplotlib._pylab_helpers import Gcf
from matplotlib.figure import Figure
from traitlets import Type
from traitlets.config import Config

import course.calling
from course.calling.naming import bare_name, text_of
from course.calling.time_limit import TimeUp, cancel, limited
from grader.boundary.confined.shown import Shown
from grader.boundary.shared.caps import CELL_IMAGES, CELL_TEXT, PIXELS

_CELL_FILE = re.compile(r'(?:File "?)?<ipython-input-(\d+)-[0-9a-f]+>"?')
_LIBRARY_FILE = re.compile(
    r'File "[^"]*?(?:/(?:(?:site|dist)-packages|python3\.\d+)/|\\(?:site-packages|[Ll]ib)\\)(?!site-|dist-)'
)
_OF_IPYTHON = re.compile(r"(?i:ipython)|^\s*(\w+\s*=\s*)?%", re.MULTILINE)
"""What a cell contains that may change how IPython runs the next ones: its own names, and its commands."""
_traceback = BaseException.__dict__["__traceback__"].__get__  # a student's class may say something else
_NO_STATEMENT = ("", " ", "\t", "\f", "\r", "#")
"""How a line begins that can't be the start of a statement."""
_LONG_TEXT = ('"""', "'''")
_OWN = (str(Path(__file__).parents[1]), *course.calling.__path__)
_NO_PROCESS = ("bash", "sh", "script", "perl", "ruby", "python", "python2", "python3", "pypy", "system", "sx", "!")


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
    def _grading(self) -> Any:
        return self.shell

    @property
    def prompt_count(self) -> int:
        return self._grading.execution_count

    def quiet(self) -> bool:
        return bool(self.semicolon_at_end_of_expression(self._grading.source))

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        shown = self._grading.shown
        if not shown.add_image(format_dict.get("image/png")):
            text = str(format_dict.get("text/plain", ""))
            shown.result = text if len(text) <= CELL_TEXT else text[:CELL_TEXT] + "\n[cut here]"

    def finish_displayhook(self) -> None:
        self._is_active = False

    def log_output(self, format_dict: dict[str, Any]) -> None:
        pass


class _Publisher(DisplayPublisher):
    """Keeps what `display` shows."""

    shell: Any

    def publish(self, data: dict[str, Any], metadata: Any = None, *args: Any, **kwargs: Any) -> None:
        shown = self.shell.shown
        if not shown.add_image(data.get("image/png")) and "text/plain" in data:
            shown.write(f"{data['text/plain']}\n")

    def clear_output(self, wait: bool = False) -> None:
        pass


class GradingShell(InteractiveShell):
    """A shell that shows nothing itself, starts no process and keeps no history."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    display_formatter: Any

    def __init__(self, **kwargs: Any) -> None:
        self.shown = Shown()
        self.source = ""
        self.failure: BaseException | None = None
        self.modules: dict[str, ModuleType] = {}
        """The modules that IPython may import as it goes, whatever a student's code has put in their place."""
        self.plain = True
        """Whether no cell so far can have changed how cells are run."""
        self.lists: list[tuple[list[Any], list[Any]]] = []
        """What IPython does to a cell's code and around it: its own lists, and what was in them at first."""
        super().__init__(**kwargs)
        self.display_formatter.active_types = ["text/plain", "image/png"]
        self.set_custom_exc((TimeUp,), _time_is_up)
        for name in _NO_PROCESS:
            self.magics_manager.register_function(_no_process, "cell", name)
        self.enable_matplotlib("inline")

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """Leave out IPython's own copy of what is printed: it is kept without a limit."""
        yield

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """Keep the exception instead of printing it."""
        self.failure = exc_tuple[1] if exc_tuple else sys.exception()

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Keep the exception instead of printing it."""
        self.failure = sys.exception()

    def showindentationerror(self) -> None:
        """Keep the exception instead of printing it."""
        self.failure = sys.exception()

    def system(self, cmd: str) -> None:
        """Start no program, and say so. The cell continues, as it does at home where a program fails."""
        _no_process()

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Start no program, and say so: there is no output."""
        _no_process()
        return SList() if split else ""

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no window system."""

    @property
    def db(self) -> dict[str, Any]:  # pyrefly: ignore[bad-override]
        """What magics keep between sessions; here there is nothing to keep."""
        return {}

    def ask_exit(self) -> None:
        """End the cell, as `sys.exit()` does."""
        raise SystemExit

    def run(
        self,
        source: str,
        number: int,
        seconds: float,
        afterwards: Callable[[], None] = lambda: None,
        before_telling: Callable[[], None] = lambda: None,
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
        before_telling
            Called before `inspect`, `linecache` and `traceback` are used: for what was raised, and by IPython.

        Returns
        -------
        dict
            ``text``, ``result``, ``images``, ``notes``, and ``error`` (None, or name, message and traceback).
        """
        self.shown, self.source, self.failure = Shown(), source, None
        self.execution_count = number
        sys.stdout = sys.stderr = _Stream(self.shown)
        failure = error = None

        def run() -> None:
            nonlocal failure, error
            try:
                failure = self._run(source, number, before_telling)
            finally:
                afterwards()
            if failure is not None and not isinstance(failure, TimeUp):
                before_telling()
                error = _describe(failure)

        try:
            limited(seconds, run)
        except TimeUp as late:
            failure = late
        except BaseException as broken:  # a student's patch of something that the shell itself needs
            failure, error = broken, {"name": bare_name(type(broken)), "message": text_of(broken), "traceback": ""}
        if isinstance(failure, TimeUp):
            message = f"The cell was stopped after {seconds:g} s."
            error = {"name": "TimeUp", "message": message, "traceback": ""}
        Gcf.destroy_all()
        text = _name_cells(self.shown.text())
        notes, images = self.shown.notes, self.shown.images
        return {"text": text, "result": self.shown.result, "images": images, "notes": notes, "error": error}

    def _run(self, source: str, number: int, before_telling: Callable[[], None]) -> BaseException | None:
        """Run a cell, and give what ended it."""
        for own, before in self.lists:  # what one cell made IPython do to code is not done to the next
            own[:] = before
        if len(sys.modules) < len(self.modules):  # a cell has thrown some out: NumPy can't be loaded twice
            sys.modules.update(self.modules)
        code = self._compiled(source, number)
        if code is not None:
            return self._execute(code)
        sys.modules.update(self.modules)
        before_telling()
        # at each cell: `%config InlineBackend.figure_format` puts other, unlimited ones in its place
        self.display_formatter.formatters["image/png"].for_type(Figure, self._draw)
        found = self.run_cell(source, store_history=False)
        return found.error_before_exec or found.error_in_exec or self.failure

    def _compiled(self, source: str, number: int) -> CodeType | None:
        r"""Compile a cell that is plain Python and shows no value; None where it takes IPython to run it.

        IPython reads a cell three times and compiles each statement alone, which takes longer than most cells run.
        A backslash may bring a warning, which would be printed twice; leading space is removed by IPython. Empty
        lines at the start stay here: a report counts lines as Jupyter does.
        """
        self.plain = self.plain and not _OF_IPYTHON.search(source)
        if not self.plain or "\\" in source or source.lstrip("\n")[:1].isspace():
            return None
        try:
            name = self.compile.cache(source, number, raw_code=source)
            if ends_in_a_definition(source):
                return self.compile(source, name, "exec")
            tree: Any = self.compile.ast_parse(source, filename=name)
            if tree.body and isinstance(tree.body[-1], ast.Expr):
                return None
            return self.compile(tree, name, "exec")
        except TimeUp:
            raise
        except BaseException:  # no Python, or too much of it: IPython says what is wrong
            return None

    def _execute(self, code: CodeType) -> BaseException | None:
        """Run compiled code as IPython does, and give what ended it."""
        failure = None
        self.events.trigger("pre_execute")
        try:
            with self.builtin_trap:
                exec(code, self.user_global_ns, self.user_ns)  # noqa: S102 - it is what this process is for
        except TimeUp as late:
            _time_is_up(self, TimeUp, late, None)
            failure = late
        except BaseException as error:
            failure = error
        self.events.trigger("post_execute")
        return failure

    def _draw(self, figure: Figure) -> Any:
        width, height = figure.get_size_inches() * figure.dpi
        if len(self.shown.images) >= CELL_IMAGES:
            self.shown.note(f"Pictures beyond the first {CELL_IMAGES} were left out.")
        elif not width * height <= PIXELS:
            self.shown.note(f"A picture of {width:.6g} by {height:.6g} pixels was left out.")
        else:
            try:
                return print_figure(figure, "png", bbox_inches="tight")
            except Exception as error:
                self.shown.note(f"A picture could not be drawn: {text_of(error)[:200]}")
        return None


def ends_in_a_definition(source: str) -> bool:
    r"""Tell by the text alone whether code, if it is Python, ends in a function, a class or an import.

    Then it shows no value, and needs no syntax tree, which takes longer than compiling. False where that is not sure.

    Examples
    --------
    >>> ends_in_a_definition("import numpy as np\ndef one():\n    return 1\n# done")
    True
    >>> ends_in_a_definition("def one():\n    return 1\none()"), ends_in_a_definition("import numpy; numpy.pi")
    (False, False)
    """
    lines = source.split("\n")
    last = next((i for i in reversed(range(len(lines))) if lines[i][:1] not in _NO_STATEMENT), None)
    if last is None or not lines[last].startswith(("def ", "class ", "import ", "from ")) or ";" in lines[last]:
        return False
    return not any(quotes in line for line in lines[:last] for quotes in _LONG_TEXT)  # it may be a line of a text


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
    if fonts := getattr(font_manager, "_get_font", None):
        fonts.cache_clear()  # matplotlib does so after each fork, which takes long
    shell.reset()
    shell.plain = True
    of_code = (shell.input_transformers_cleanup, shell.input_transformers_post, shell.ast_transformers)
    shell.lists = [(own, list(own)) for own in (*of_code, *shell.events.callbacks.values())]
    warnings.filterwarnings("ignore", message="To exit: use")  # said to one who types, after sys.exit()
    return shell


def _time_is_up(shell: GradingShell, kind: type, error: BaseException, trace: Any, tb_offset: Any = None) -> None:
    cancel()
    Gcf.destroy_all()  # drawing them could take long again
    shell.failure = error


def _no_process(line: str = "", cell: str = "") -> None:
    print("Other programs can't be started where answers are graded.")


def _describe(error: BaseException) -> dict[str, str]:
    """Tell an exception with its traceback from the student's cell on, without the machine's paths."""
    trace = _traceback(error)
    while trace is not None and not _CELL_FILE.search(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    told = traceback.TracebackException(type(error), error, trace, limit=-1000, compact=True)
    _hide_own_frames(told)
    lines = "".join(told.format()).splitlines()
    if len(lines) > 60:
        lines = [*lines[:20], "  ...", *lines[-20:]]
    text = "\n".join(line if len(line) <= 1000 else line[:1000] + " ..." for line in lines)
    text = _LIBRARY_FILE.sub('File "', _name_cells(text))
    return {"name": bare_name(type(error)), "message": _name_cells(text_of(error)), "traceback": text[:CELL_TEXT]}


def _hide_own_frames(told: traceback.TracebackException) -> None:
    chain: list[traceback.TracebackException | None] = [told, told.__cause__, told.__context__]
    for part in filter(None, chain):
        part.stack[:] = [frame for frame in part.stack if not frame.filename.startswith(_OWN)]


def _name_cells(text: str) -> str:
    return _CELL_FILE.sub(r"Cell \1", text)
