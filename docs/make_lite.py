"""Build JupyterLite with the course: ``python docs/make_lite.py WHEEL`` writes ``dist/lite``, a folder of plain files.

Any web server can serve it. The notebooks run in the reader's browser, and checks use the recorded answers.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import tomllib
import venv
from pathlib import Path

from building.lite import BESIDE, PYODIDE, tell_blocked_storage, write_notebooks, write_settings

ROOT = Path(__file__).resolve().parents[1]
MADE_BY_JUPYTERLITE = "jupyter-lite.json"
"""A folder with this file is a JupyterLite, and is made again."""
CONSTRAINTS = ROOT / "constraints.txt"


def main() -> None:
    """Build the pages, and tell their size."""
    options = argparse.ArgumentParser(description="Build JupyterLite with the course.")
    options.add_argument("wheel", type=Path, help="the course's wheel, also a closed book")
    options.add_argument("--out", type=Path, default=ROOT / "dist" / "lite", help="the folder of the pages")
    options.add_argument("--work", type=Path, default=ROOT / ".out" / "lite", help="where they are prepared")
    options.add_argument("--tools", type=Path, default=ROOT / ".venv" / "lite", help="where JupyterLite is installed")
    options.add_argument("--notebooks", type=Path, default=ROOT / "notebooks", help="or the release of a class")
    options.add_argument("--pyodide", default=PYODIDE, help="a folder with Pyodide, or an address of its pyodide.js")
    given = options.parse_args()
    started = time.monotonic()
    if given.out.exists() and any(given.out.iterdir()) and not (given.out / MADE_BY_JUPYTERLITE).is_file():
        sys.exit(f"{given.out} has files that are not JupyterLite's. Name an empty folder, or a new one, with --out.")
    if not given.wheel.is_file():
        sys.exit(f"There is no wheel {given.wheel}. `make dist` makes one.")
    python = install_tools(given.tools)
    for folder in (given.out, given.work):
        shutil.rmtree(folder, ignore_errors=True)
    given.work.mkdir(parents=True)
    chapters = write_notebooks(given.notebooks, given.work / "files")
    if not chapters:
        sys.exit(f"There are no notebooks in {given.notebooks}. `grader build` makes them.")
    if given.pyodide.startswith(("https://", "http://")):
        address = given.pyodide
    else:
        address = ""
        take_along(Path(given.pyodide), given.work / "static" / "pyodide")
    wheels = [given.wheel, *download_wheels(given.work / "wheels")]
    write_settings(given.work, python.parents[1] / "share" / "jupyter" / "labextensions", wheels, address)
    run(
        "JupyterLite could not be built",
        *(python.absolute(), "-m", "jupyterlite_core", "build", "--output-dir", given.out.resolve()),
        folder=given.work,
    )
    tell_blocked_storage(given.out)
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
    print(f"{given.out}: {chapters} notebooks, {size / 1e6:.0f} MB, {time.monotonic() - started:.0f} s")


def install_tools(folder: Path) -> Path:
    """Install what the extra `lite` names, and return its Python.

    In a separate environment: every JupyterLab in the same one would load the kernel for browsers, and complain.
    """
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = pyproject["project"]["optional-dependencies"]["lite"]
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made = folder / "made-from.txt"
    state = "\n".join([*wanted, CONSTRAINTS.read_text(encoding="utf-8")])
    if made.is_file() and made.read_text(encoding="utf-8") == state:
        return python
    venv.create(folder, with_pip=False, clear=True)
    pip("JupyterLite could not be installed", "--python", python, "install", "-c", CONSTRAINTS, *wanted)
    made.write_text(state, encoding="utf-8")
    return python


def download_wheels(folder: Path) -> list[Path]:
    """Download the wheels that the course needs in addition to what Pyodide has, in the versions of constraints.txt."""
    failed = "The wheels that the course needs in a browser could not be downloaded"
    pinned = dict(line.split("==") for line in CONSTRAINTS.read_text(encoding="utf-8").split())
    wanted = [f"{name}=={pinned[name]}" for name in BESIDE]
    pip(failed, "download", "--no-deps", "--only-binary=:all:", "--dest", folder, *wanted)
    return sorted(folder.glob("*.whl"))


def take_along(pyodide: Path, target: Path) -> None:
    """Copy Pyodide's files, if there are any."""
    if not (pyodide / "pyodide-lock.json").is_file():
        sys.exit(f"{pyodide} has no Pyodide: unpack a release of it there, with its pyodide-lock.json.")
    shutil.copytree(pyodide, target)


def pip(failed: str, *words: object) -> None:
    """Run pip, quietly. Where an index can't be reached, its own words are about versions that conflict."""
    command = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words)
    run(failed, *command, why="is there a network, or a proxy to set?")


def run(failed: str, *words: object, folder: Path | None = None, why: str = "") -> None:
    """Run a command in a folder. Where it fails, say so in a sentence, with why or the last line that it said."""
    command = [str(word) for word in words]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False, cwd=folder)
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()] or ["it gave no reason"]
        full = "No space left" in done.stderr
        sys.exit(f"{failed}: {'the disk is full.' if full else why or said[-1]}")


if __name__ == "__main__":
    main()
