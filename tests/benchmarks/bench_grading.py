"""How long grading and checking take: `grader grade` and `nbgrader autograde`, ours next to nbgrader's own, in one run.

Run it with ``python tests/benchmarks/bench_grading.py``. It measures; it judges nothing. It writes a table in Markdown
and a plot to ``.out/``.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import logging
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import track
from rich.table import Table
from traitlets.config import Config

import course
from grader.boundary.trusted.judge import Nursery
from grader.classroom.pool import cores
from grader.config import ROOT, course_config
from grader.made_up_class import hand_in, in_own_words, make_class, make_large_class, stubs_of, worked_solutions
from grader.registering import register

CHAPTER, FILE = "01_linear", "linear.ipynb"


def make_classroom(root: Path, students: int) -> None:
    """Hand in `students` notebooks that don't hang: solved, blank, and with known mistakes, in turn."""
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder / CHAPTER, root / folder / CHAPTER)
    release = nbformat.read(root / "notebooks" / CHAPTER / FILE, as_version=4)
    solution = nbformat.read(root / "solutions" / CHAPTER / FILE, as_version=4)
    exercises = {name: e for name, e in course.exercises.items() if e.chapter == CHAPTER}
    kinds = make_class(exercises, worked_solutions(solution))
    for student in make_large_class(kinds, students):
        path = root / "grader" / "submitted" / student.name / CHAPTER / FILE
        hand_in(release, in_own_words(student, stubs_of(release)), path)
    register(course_config(root).CourseDirectory.db_url, root / "notebooks", CHAPTER)


def autograde(root: Path, *, stock: bool) -> float:
    """Autograde the class once more from scratch, and give the seconds."""
    config: Config = course_config(root)
    if stock:
        del config.Autograde
    config.CourseDirectory.assignment_id = CHAPTER
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config)
    converter.log = logging.Logger("quiet", logging.CRITICAL)
    converter.force = True
    start = time.perf_counter()
    converter.start()
    return time.perf_counter() - start


@dataclass(frozen=True)
class Graded:
    """A class that `grader grade` has graded.

    Its size, the seconds from start to end, the CPU time of all processes together, and the largest memory in MB of a
    process, by what it does.
    """

    students: int
    seconds: float
    cpu: float
    memory: dict[str, float]

    @property
    def each(self) -> float:
        """Milliseconds a submission."""
        return 1000 * self.seconds / self.students

    @property
    def cpu_each(self) -> float:
        """Milliseconds of CPU time a submission."""
        return 1000 * self.cpu / self.students


KINDS = {
    "classroom.judge": "marks",
    "confined.warm": "runs cells",
    "answers_apart": "computes answers",
    "-m grader grade": "writes",
}
"""What a process does, by what is in its command line."""


def grade_class(root: Path, students: int) -> Graded:
    """Grade the class from scratch with `grader grade`, as its own program."""
    for leftover in ("autograded", "feedback"):
        shutil.rmtree(root / "grader" / leftover, ignore_errors=True)
    for file in (root / "grader").glob("grad*.db*"):
        file.unlink()
    command = [sys.executable, "-m", "grader", "grade", CHAPTER, "--root", str(root)]
    start, before = time.perf_counter(), cpu_of_children()
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment())
    memory: dict[str, float] = {}
    while run.poll() is None:
        time.sleep(0.1)
        for kind, size in _sizes(run.pid):
            memory[kind] = max(size, memory.get(kind, 0.0))
    seconds = time.perf_counter() - start
    said = run.communicate()[0]
    if run.returncode or f"{students} graded" not in said:
        raise SystemExit(said)
    return Graded(students, seconds, cpu_of_children() - before, memory)


def environment() -> dict[str, str]:
    """Give an environment in which Python keeps compiled modules, as usual: some machines for development don't."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cpu_of_children() -> float:
    """Give the CPU time in seconds of all processes that this one started, and those started by them, that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sizes(run: int) -> list[tuple[str, float]]:
    """Give what each process of a run does, and its resident set size in MB."""
    found, family = [], {run}
    for pid in sorted(int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            if pid in family or parent in family:
                family.add(pid)
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                found += [(does, pages * 4096 / 1e6) for marked, does in KINDS.items() if marked in words][:1]
    return found


def check_times() -> tuple[float, float]:
    """Give the seconds of the first check of a new process, and the median of later ones."""
    code = (
        "import time, io, contextlib, numpy as np\n"
        "from course import check\n"
        "def linear(input, weight, bias=None):\n"
        "    return input @ weight.T + (0 if bias is None else bias)\n"
        "times = []\n"
        "for _ in range(21):\n"
        "    start = time.perf_counter()\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        check(linear)\n"
        "    times.append(time.perf_counter() - start)\n"
        "print(times[0], sorted(times[1:])[10])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    cold, warm = map(float, done.stdout.split())
    return cold, warm


def worker_memory() -> tuple[float, float]:
    """Give a worker's resident and proportional set size in MB, after cells and a plot."""
    with Nursery() as nursery, nursery.worker() as worker:
        worker.run_cells(["import numpy as np, matplotlib.pyplot as plt", "plt.plot([1, 2]); plt.show()"])
        rollup = Path(f"/proc/{worker.pid}/smaps_rollup").read_text()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
    return sizes["Rss"] / 1024, sizes["Pss"] / 1024


def rows(classes: list[Graded], stock: float, ours: float) -> list[tuple[str, ...]]:
    """Make the table's rows: nbgrader's two, then a row for each class."""
    made = [
        ("nbgrader autograde, stock", "", "", f"{1000 * stock:,.0f} ms", "", "1", ""),
        ("nbgrader autograde, ours", "", "", f"{1000 * ours:,.0f} ms", "", f"{stock / ours:,.0f}", ""),
    ]
    for one in classes:
        memory = ", ".join(f"{kind} {size:.0f}" for kind, size in sorted(one.memory.items()))
        times = f"{1000 * stock / one.each:,.0f}"
        size, took, each, cpu = (
            f"{one.students:,}",
            f"{one.seconds:,.1f} s",
            f"{one.each:,.1f} ms",
            f"{one.cpu_each:,.1f} ms",
        )
        made.append(("grader grade", size, took, each, cpu, times, memory))
    made += [
        ("  each further one", "", "", f"{1000 * wall:,.1f} ms", f"{1000 * cpu:,.1f} ms", f"{stock / wall:,.0f}", "")
        for wall, cpu in further(classes)
    ]
    return made


def further(classes: list[Graded]) -> list[tuple[float, float]]:
    """Give the seconds, and the CPU seconds, of each submission more, from the smallest class to the largest."""
    few, many = classes[0], classes[-1]
    more = many.students - few.students
    return [((many.seconds - few.seconds) / more, (many.cpu - few.cpu) / more)] if more > 0 else []


def draw(classes: list[Graded], stock: float, file: Path) -> None:
    """Plot the time of a submission, and the memory, over the size of a class."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    sizes = [one.students for one in classes]
    left.loglog(sizes, [one.each for one in classes], "o-", label="grader grade")
    left.axhline(1000 * stock, color="0.4", linestyle="--", label="nbgrader autograde, stock")
    left.set(xlabel="submissions", ylabel="ms a submission")
    left.legend()
    for kind in sorted({kind for one in classes for kind in one.memory}):
        right.semilogx(sizes, [one.memory.get(kind, float("nan")) for one in classes], "o-", label=kind)
    right.set(xlabel="submissions", ylabel="largest memory of a process, MB", ylim=(0, None))
    right.legend()
    figure.savefig(file, dpi=120)


HEADS = ("what", "submissions", "in all", "a submission", "CPU each", "times stock", "largest memory of a process, MB")


def main() -> None:
    """Measure, print tables, and write them to ``.out/``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=10, help="submissions in the class that nbgrader grades")
    parser.add_argument("--rounds", type=int, default=1, help="how often nbgrader grades it")
    sizes = [100, 1000, 10_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help="classes that `grader grade` grades")
    given = parser.parse_args()
    console = Console(width=140)
    warnings.simplefilter("ignore")  # nbgrader's own, about its sessions
    ours, stock, classes = [], [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        make_classroom(Path(folder), given.students)
        for _ in track(range(given.rounds), description="nbgrader", console=console):
            ours.append(autograde(Path(folder), stock=False) / given.students)
            stock.append(autograde(Path(folder), stock=True) / given.students)
    for package in ("course", "grader"):  # as pip does
        compileall.compile_dir(ROOT / package, quiet=1)
    for students in track(sorted(given.sizes), "grader grade", console=console):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            make_classroom(Path(folder), students)
            classes.append(grade_class(Path(folder), students))
    made = rows(classes, statistics.median(stock), statistics.median(ours))
    table = Table(*HEADS, title=f"Submissions of {CHAPTER}, each another, on {cores()} cores")
    for row in made:
        table.add_row(*row)
    console.print(table)
    out = ROOT / ".out"
    out.mkdir(exist_ok=True)
    lines = ["| " + " | ".join(row) + " |" for row in (HEADS, ("---",) * len(HEADS), *made)]
    (out / "grading.md").write_text("\n".join(lines) + "\n")
    draw(classes, statistics.median(stock), out / "grading.png")
    cold, warm = check_times()
    resident, proportional = worker_memory()
    console.print(f"First check of a process: {cold:.2f} s; once warm {warm * 1000:.1f} ms.")
    console.print(f"A worker: resident {resident:.0f} MB, proportional {proportional:.0f} MB.")


if __name__ == "__main__":
    main()
