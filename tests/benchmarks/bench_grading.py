"""How long grading and checking take: ours beside nbgrader's own preprocessors, in one run.

Run it with ``python tests/benchmarks/bench_grading.py --students 10``. It measures; it judges nothing.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
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
from grader.config import ROOT, course_config
from grader.made_up_class import hand_in, make_class, worked_solutions
from grader.registering import register

CHAPTER, FILE = "01_linear", "linear.ipynb"


def make_classroom(root: Path, students: int) -> None:
    """Hand in `students` notebooks that don't hang: solved, blank, and with known mistakes, in turn."""
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder / CHAPTER, root / folder / CHAPTER)
    release = nbformat.read(root / "notebooks" / CHAPTER / FILE, as_version=4)
    solution = nbformat.read(root / "solutions" / CHAPTER / FILE, as_version=4)
    exercises = {name: e for name, e in course.exercises.items() if e.chapter == CHAPTER}
    kinds = [s for s in make_class(exercises, worked_solutions(solution)) if not s.name.startswith("hostile")]
    for number in range(students):
        path = root / "grader" / "submitted" / f"student-{number:04}" / CHAPTER / FILE
        hand_in(release, kinds[number % len(kinds)].answers, path)
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


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=10, help="submissions in the class")
    parser.add_argument("--rounds", type=int, default=3, help="how often the pair is measured")
    given = parser.parse_args()
    console = Console(width=100)
    warnings.simplefilter("ignore")  # nbgrader's own, about its sessions
    ours, stock = [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        make_classroom(Path(folder), given.students)
        for _ in track(range(given.rounds), description="Measuring", console=console):
            ours.append(autograde(Path(folder), stock=False) / given.students)
            stock.append(autograde(Path(folder), stock=True) / given.students)
    cold, warm = check_times()
    resident, proportional = worker_memory()
    table = Table(title=f"{given.students} submissions of {CHAPTER}, {given.rounds} rounds, medians")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_row("nbgrader autograde, ours, a submission", f"{statistics.median(ours):.3f} s")
    table.add_row("nbgrader autograde, stock preprocessors, a submission", f"{statistics.median(stock):.3f} s")
    table.add_row("stock / ours, round by round", ", ".join(f"{s / o:.1f}" for s, o in zip(stock, ours, strict=True)))
    table.add_row("first check of a process, with loading PyTorch", f"{cold:.2f} s")
    table.add_row("a check once warm", f"{warm * 1000:.1f} ms")
    table.add_row("a worker, resident / proportional", f"{resident:.0f} / {proportional:.0f} MB")
    console.print(table)


if __name__ == "__main__":
    main()
