"""Where pip should take PyTorch from, so that no CUDA comes along: a laptop needs gigabytes less without.

On an ordinary Linux machine PyPI's PyTorch needs NVIDIA's libraries; on macOS and Windows, and where an index has a
build for the CPU, it does not. pip tells which, without downloading anything. Only if it does, PyTorch's own index is
asked for the build without. A separate script: it runs before anything is installed.

``python course/torch_index.py torch==2.13.0`` prints what to give ``pip install`` in all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
FOR_GPUS = ("nvidia-", "cuda-", "triton-", "pytorch-triton-")
"""How the names of packages begin that only a graphics card needs, with a hyphen at their end."""


PIP = (23, 3)
"""From this version on, pip downloads nothing when it is only asked what it would install."""


def pip_arguments(report: dict[str, Any], wanted: str) -> list[str]:
    """Give the arguments of ``pip install`` that bring PyTorch without CUDA.

    Without dependencies from PyTorch's index: it has old ones. Whatever is installed next brings them.

    Parameters
    ----------
    report
        What ``pip install --dry-run --report`` says that it would install.
    wanted
        PyTorch with its version: ``"torch==2.13.0"``.

    Examples
    --------
    >>> pip_arguments({"install": [{"metadata": {"name": "torch"}}]}, "torch==2.13.0")
    ['torch==2.13.0']
    >>> pip_arguments({"install": [{"metadata": {"name": "nvidia-cudnn-cu13"}}]}, "torch==2.13.0")
    ['torch==2.13.0', '--no-deps', '--index-url', 'https://download.pytorch.org/whl/cpu']
    """
    names = [one["metadata"]["name"].lower().replace("_", "-") + "-" for one in report["install"]]
    if any(name.startswith(FOR_GPUS) for name in names):
        return [wanted, "--no-deps", "--index-url", CPU_INDEX]
    return [wanted]


def ask_pip(wanted: str, *more: str) -> dict[str, Any]:
    """Have pip say what it would install. It reads the packages' metadata, and downloads none.

    Parameters
    ----------
    wanted
        What to install.
    more
        Further arguments of pip.

    Raises
    ------
    RuntimeError
        If pip can't find it; the text is pip's last sentence. And if pip is so old that it would download everything.
    """
    version = metadata.version("pip")
    if tuple(int(part) for part in version.split(".")[:2]) < PIP:
        raise RuntimeError(f"pip {version} is too old: {sys.executable} -m pip install --upgrade pip")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", str(path), wanted, *more]
        quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=quiet, check=False)
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            reason = said[-1].removeprefix("ERROR: ") if said else "pip gave no reason"
            raise RuntimeError(f"{reason}. Is there a network, or a proxy to set?")
        return json.loads(path.read_text(encoding="utf-8"))


def main(wanted: str, *more: str) -> int:
    """Print pip's arguments; say in a sentence why there are none."""
    try:
        print(*pip_arguments(ask_pip(wanted, *more), wanted))
    except RuntimeError as error:
        print(f"{wanted} can't be installed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
