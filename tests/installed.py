"""The wheel, and a student who has installed it in a new environment, without PyTorch."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv

from grader.config import ROOT

BLOCKED = """
import sys

class Blocked:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchinfo"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked)
"""


def build_wheel(source):
    """Build the wheel as make does, from a copy of what belongs into it, in an empty folder."""
    for name in ("course", "grader", "notebooks", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    command = [*(sys.executable, "-m", "pip"), "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(source / "dist"), str(source)], check=True, timeout=120)
    (path,) = (source / "dist").glob("*.whl")
    return path


class Student:
    """An environment with the wheel, whose other libraries are this one's, and a folder for the work."""

    def __init__(self, folder, wheel):
        self.folder = folder / "Ordner für Übungen"
        self.folder.mkdir()
        place = folder / "an environment"
        venv.create(place, with_pip=False)
        self.scripts = place / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.scripts / ("python.exe" if os.name == "nt" else "python")
        command = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet", "--no-index"]
        subprocess.run([*command, "--no-deps", "--no-compile", str(wheel)], check=True, timeout=120)
        self.site = next(place.glob("**/site-packages"))
        (self.site / "blocked.py").write_text(BLOCKED)  # Debian's Python has its own sitecustomize
        (self.site / "libraries.pth").write_text(f"{sysconfig.get_paths()['purelib']}\nimport blocked\n")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "JUPYTER"))}
        self.environment = {
            **clean,
            "HOME": str(folder),
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "PYTHONIOENCODING": "utf-8",
        }

    def command(self, *words):
        return [str(self.scripts / "course"), *words]

    def run(self, *words, code=0):
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8", timeout=120
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def course(self, *words, code=0):
        return self.run(*self.command(*words), code=code)
