"""CUDA is never downloaded, and another index is asked only where it would be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course import torch_index
from course.torch_index import CPU_INDEX, pip_arguments

WANTED = "torch==2.13.0"
PLAIN = ["torch", "filelock", "numpy"]
FAKE_PIP = """
import json, os, sys
words = sys.argv[1:]
assert words[:3] == ["install", "--dry-run", "--quiet"], words
names = os.environ["FAKE_NAMES"].split()
if not names:
    sys.exit("WARNING: no network\\nERROR: No matching distribution found for torch==2.13.0")
with open(words[words.index("--report") + 1], "w") as file:
    json.dump({"install": [{"metadata": {"name": name}} for name in names]}, file)
"""


def report(*names):
    return {"install": [{"metadata": {"name": name}} for name in names]}


@pytest.mark.parametrize("name", ["nvidia-cudnn-cu13", "nvidia_cublas", "triton", "cuda-bindings", "NVIDIA-nccl-cu12"])
def test_where_cuda_would_come_the_index_for_cpus_is_asked(name):
    """Whichever of its packages is in the report."""
    assert pip_arguments(report(*PLAIN, name), WANTED) == [WANTED, "--no-deps", "--index-url", CPU_INDEX]


@pytest.mark.parametrize("names", [PLAIN, [], ["torch", "tritonclient", "pynvidia"]])
def test_where_none_would_come_nothing_else_is_contacted(names):
    """A plain installation needs no extra index. Only whole names count."""
    assert pip_arguments(report(*names), WANTED) == [WANTED]


@pytest.fixture
def run(tmp_path):
    """Run the script as make does, in a folder with a space, with a pip that downloads nothing."""
    folder = tmp_path / "a pip"
    (folder / "pip").mkdir(parents=True)
    (folder / "pip" / "__init__.py").touch()
    (folder / "pip" / "__main__.py").write_text(FAKE_PIP)
    (folder / "pip-1.dist-info").mkdir()

    def run(*names, version="23.3.1"):
        (folder / "pip-1.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pip\nVersion: {version}\n")
        env = {**os.environ, "PYTHONPATH": str(folder), "FAKE_NAMES": " ".join(names)}
        command = [sys.executable, torch_index.__file__, WANTED]
        return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)

    return run


def test_the_script_asks_pip_and_prints_its_arguments(run):
    """Of either kind."""
    assert run(*PLAIN).stdout.split() == [WANTED]
    assert run(*PLAIN, "nvidia-nccl-cu12").stdout.split() == [WANTED, "--no-deps", "--index-url", CPU_INDEX]


def test_without_a_network_it_says_so_in_a_sentence(run):
    """On stderr, with an exit code that stops make."""
    told = run()
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        "torch==2.13.0 can't be installed: No matching distribution found for torch==2.13.0. "
        "Is there a network, or a proxy to set?\n"
    )


def test_a_pip_that_would_download_all_of_it_is_not_asked(run):
    """Such a pip downloads gigabytes only to say what it would install."""
    told = run(*PLAIN, version="23.2.1")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        f"torch==2.13.0 can't be installed: pip 23.2.1 is too old: {sys.executable} -m pip install --upgrade pip\n"
    )


def test_make_asks_it():
    """And gives pip what it says; the version is the one that is pinned."""
    root = Path(torch_index.__file__).parents[1]
    makefile = (root / "Makefile").read_text()
    assert (
        f"torch=$$($(py) course/torch_index.py {WANTED}) && $(call install,PyTorch,-c constraints.txt $$torch)"
        in makefile
    )
    assert makefile.index("--upgrade 'pip>=24'") < makefile.index("course/torch_index.py torch")
    assert WANTED in (root / "constraints.txt").read_text().split()
