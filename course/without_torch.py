"""What demonstrations do in a notebook where PyTorch is not installed: each says in a sentence what it would show.

The exercises don't need PyTorch. A cell that does is stopped where it first uses it, and counts as done, so that
"Run all cells" continues. The same holds for a cell that uses what such a cell would have defined.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

from course.checking.student_code import names_bound
from course.errors import CourseError
from course.machine import is_installed

OPTIONAL = ("torch", "torchinfo")
"""What the extra `torch` installs."""


class NotInstalled(CourseError, ModuleNotFoundError):
    """Raised where a cell uses PyTorch, or torchinfo, and it is not installed."""


class Placeholder:
    """In place of a library that is not installed, or of something in it: it can be imported, and nothing else.

    Parameters
    ----------
    library
        What is not installed.

    Examples
    --------
    >>> torch = Placeholder("torch")
    >>> torch.nn.Linear(3, 4)
    Traceback (most recent call last):
    course.without_torch.NotInstalled: torch is not installed here.
    """

    def __init__(self, library: str) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        self()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Say what is missing."""
        raise NotInstalled(f"{self._library} is not installed here.", name=self._library)


def prepare(shell: Any) -> None:
    """Have a notebook say in a sentence what it leaves out, if PyTorch is not installed.

    Parameters
    ----------
    shell
        IPython's.
    """
    if not all(map(is_installed, OPTIONAL)):
        Demonstrations(shell).attach()


class Demonstrations:
    """Stops cells that need PyTorch, and remembers which names they would have defined.

    Parameters
    ----------
    shell
        IPython's.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.missing: set[str] = set()
        self.stopped: BaseException | None = None
        self.told = False

    def attach(self) -> None:
        """Take part in running cells from the next one on."""
        self.shell.ast_transformers.append(_Imports(self))
        self.shell.set_custom_exc((NotInstalled, NameError), self._handle)
        self.shell.events.register("post_run_cell", self._forgive)

    def say(self, text: str) -> None:
        """Write a line under the cell."""
        print(text)

    def _handle(
        self, shell: Any, kind: type, error: BaseException, traceback: Any, tb_offset: int | None = None
    ) -> Any:
        needed = isinstance(error, NotInstalled) or (isinstance(error, NameError) and error.name in self.missing)
        if not needed:  # an error like any other
            lines = shell.InteractiveTB.structured_traceback(kind, error, traceback, tb_offset=tb_offset)
            shell._showtraceback(kind, error, lines)
            return lines
        cell = str(shell.history_manager.input_hist_raw[-1])
        self.missing |= {name for name in names_bound(cell) if name not in shell.user_ns}
        self.stopped = error
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")  # a figure that was begun
        self.say(left_out(cell, Path.cwd()))
        return None

    def _forgive(self, result: Any) -> None:
        """Count a cell that was stopped as done: others come after it."""
        if self.stopped is not None and result.error_in_exec is self.stopped:
            result.error_in_exec = None
        self.stopped = None


class _Imports(ast.NodeTransformer):
    """Puts placeholders in place of what a cell imports from a library that is not installed.

    Imports in functions stay: they are a student's, and fail as they would in class.
    """

    def __init__(self, demonstrations: Demonstrations) -> None:
        self.demonstrations = demonstrations

    def visit_Module(self, node: ast.Module) -> ast.Module:
        body = [self._replaced(statement) for statement in node.body]
        if body != node.body and not self.demonstrations.told:
            self.demonstrations.told = True
            self.demonstrations.say(
                "PyTorch is not installed here. All exercises work without it; the cells that demonstrate it say what "
                "they would show."
            )
        node.body = body
        return node

    def _replaced(self, statement: ast.stmt) -> ast.stmt:
        if isinstance(statement, ast.ImportFrom) and not statement.level:
            library = (statement.module or "").partition(".")[0]
        elif isinstance(statement, ast.Import):
            library = next((name for one in statement.names if (name := one.name.partition(".")[0]) in OPTIONAL), "")
        else:
            return statement
        if library not in OPTIONAL or is_installed(library):
            return statement
        names = [(one.asname or one.name).partition(".")[0] for one in statement.names]
        made = f"__import__('course.without_torch', fromlist=['Placeholder']).Placeholder({library!r})"
        (replaced,) = ast.parse(f"{' = '.join(names)} = {made}").body
        for inner in ast.walk(replaced):
            ast.copy_location(inner, statement)
        return replaced


def left_out(cell: str, folder: Path) -> str:
    """Say what a cell would show, and where its output can be read.

    Parameters
    ----------
    cell
        Its source.
    folder
        Where its notebook is.

    Examples
    --------
    >>> left_out("summary(layer)", Path("nowhere"))
    "Without PyTorch this cell shows nothing; torchinfo's table is in the executed lesson."
    """
    shown = _shown(cell)
    if not shown:
        return "Without PyTorch this cell does nothing; it would prepare what later cells show."
    return f"Without PyTorch this cell shows nothing; {shown} in {_where(cell, folder)}."


def _shown(cell: str) -> str:
    """Name what a cell shows, with its verb; empty if nothing."""
    try:
        tree = ast.parse(cell)
    except SyntaxError:  # a line of IPython's own
        return "its output is"
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if used & {"motion", "explore"}:
        return "its animation is"
    if "show" in used or "plt" in used:
        return "its figure is"
    if "summary" in used:
        return "torchinfo's table is"
    return "its numbers are" if "print" in used or (tree.body and isinstance(tree.body[-1], ast.Expr)) else ""


def _where(cell: str, folder: Path) -> str:
    """Name the executed lesson, and the section that the cell is in, as far as its notebook tells."""
    for path in sorted(folder.glob("*.ipynb")):
        heading = ""
        try:
            for one in json.loads(path.read_text("utf-8"))["cells"]:
                source = "".join(one["source"])
                if one["cell_type"] == "markdown":
                    headings = [line.lstrip("# ") for line in source.splitlines() if line.startswith("#")]
                    heading = headings[-1] if headings else heading
                elif source.strip() == cell.strip():
                    under = f', under "{heading}"' if heading else ""
                    return f"the executed lesson, solutions/{path.resolve().parent.name}/{path.name}{under}"
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # it is not a notebook
            continue
    return "the executed lesson"
