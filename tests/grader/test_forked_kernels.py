"""Kernels that are forked from one process are as separate as kernels that are started."""

import asyncio
import os
import signal
import subprocess
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grader.config import ROOT
from grader.forked_kernels import POSSIBLE, KernelParent, KernelParentEnded
from grader.kernel import Place, kernel
from grader.kernel_parent import LOADED

pytestmark = [
    pytest.mark.whole,
    pytest.mark.xdist_group("build"),
    pytest.mark.skipif(not POSSIBLE, reason="kernels are forked on Linux only"),
]


def place(folder, name, seconds=60):
    work = folder / "work" / name
    work.mkdir(parents=True, exist_ok=True)
    return Place(ROOT, folder / name, work, seconds)


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("p")
    # No cell here uses PyTorch, which is slow to load. `grader build --check` forks from a process that has loaded it.
    names = [name for name in LOADED if not name.startswith("torch")]
    with KernelParent(place(folder, "parent").environment(), folder / "parent", names) as found:
        yield found


def shown(where, parent, *cells):
    """Run cells in a separate kernel, and give what each showed, or raised."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])

    async def run():
        async with kernel(where, parent) as running:
            return await running.run(notebook)

    failures = asyncio.run(run())
    return [failures.get(cell.id) or "".join(one.get("text", "") for one in cell.outputs) for cell in notebook.cells]


ABOUT = (
    "import os, sys\nprint(os.getcwd(), os.environ['IPYTHONDIR'], os.environ.get('OMP_NUM_THREADS'), hash('a layer'))",
    "print(sys.argv[1:2], __name__, sys.flags.hash_randomization)",
    "import signal\nprint(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD))",
    "import subprocess\nprint(subprocess.run(['sh', '-c', 'exit 3']).returncode)",
    "print([n for n in ('numpy', 'torch', 'plt', 'course') if n in globals()])",
)


def test_a_forked_kernel_is_as_a_started_one(parent, tmp_path):
    """Its folder, its environment, what strings hash to, its signals and the names that it knows."""
    where = place(tmp_path, "k")
    forked = shown(where, parent, *ABOUT)
    assert forked == shown(where, None, *ABOUT)
    assert forked[0].startswith(f"{where.work} {where.private}/ipython 1 ")
    assert forked[3:] == ["3\n", "[]\n"]


def test_one_kernel_knows_nothing_of_another(parent, tmp_path):
    """A name, a setting of a library and a variable of the environment stay where they were made."""
    change = "import os, numpy\nlayer = 1\nnumpy.changed = os.environ['CHANGED'] = '1'"
    look = "import os, numpy\nprint('layer' in globals(), hasattr(numpy, 'changed'), 'CHANGED' in os.environ)"
    assert shown(place(tmp_path, "a"), parent, change, look) == ["", "True True True\n"]
    assert shown(place(tmp_path, "b"), parent, look) == ["False False False\n"]


def test_a_picture_is_drawn_as_in_a_started_kernel(parent, tmp_path):
    """Matplotlib finds the notebook although it was loaded outside of one."""
    draw = new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 3])\nplt.show()")

    async def run():
        async with kernel(place(tmp_path, "k"), parent) as running:
            return await running.run(new_notebook(cells=[draw]))

    assert asyncio.run(run()) == {}
    assert "image/png" in draw.outputs[-1].data


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("while True: pass", "was stopped after 3 s."),
        ("import os; os._exit(1)", "ended its kernel: out of memory, or a crash in compiled code."),
        ("1 / 0", "raised ZeroDivisionError: division by zero."),
    ],
)
def test_a_cell_that_does_not_end_well_is_told(parent, tmp_path, cell, what):
    """It hangs, or takes its kernel with it; the next kernel is as good as before."""
    assert shown(place(tmp_path, "k", 3), parent, cell) == [what]
    assert shown(place(tmp_path, "next"), parent, "print('fine')") == ["fine\n"]


def test_a_kernel_ends_with_its_parent(tmp_path):
    """Nothing keeps running when a build is killed."""
    ending = KernelParent(place(tmp_path, "parent").environment(), tmp_path / "parent", ["ipykernel.kernelapp"])
    with (tmp_path / "log").open("wb") as log, ending:
        arguments = ["-f", str(tmp_path / "kernel.json")]
        forked = ending.fork(arguments, {**os.environ, "IPYTHONDIR": str(tmp_path)}, str(tmp_path), log.fileno())
        assert forked.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            forked.wait(0.1)
        os.kill(ending._process.pid, signal.SIGKILL)
        end = time.monotonic() + 30
        while forked.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert forked.poll() == 0
        with pytest.raises(KernelParentEnded, match="has ended"):
            ending.fork(arguments, dict(os.environ), str(tmp_path), log.fileno())
