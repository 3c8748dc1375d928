"""How the commands begin."""

import os
import signal
import subprocess
import sys

import pytest

from course.found import __file__ as own_file

LOADED = """
import os, signal, time
os.kill(os.getpid(), signal.SIGINT)
time.sleep(0.2)
print("Ctrl-C was ignored")
raise SystemExit(0)
"""
"""What the command line loads first, in its place."""
REPOSITORY = os.path.dirname(os.path.dirname(own_file))


def interrupted(tmp_path, package, **how):
    (tmp_path / "typer.py").write_text(LOADED)
    path = os.pathsep.join([str(tmp_path), REPOSITORY])
    words = [sys.executable, "-m", package, "--help"]
    return subprocess.run(words, env={**os.environ, "PYTHONPATH": path}, capture_output=True, timeout=60, **how)


@pytest.mark.skipif(os.name == "nt", reason="a process can't send itself Ctrl-C there")
@pytest.mark.parametrize("package", ["course", "grader"])
def test_ctrl_c_while_a_command_loads_is_an_exit_code_and_nothing_else(tmp_path, package):
    done = interrupted(tmp_path, package)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="a process can't send itself Ctrl-C there")
def test_where_ctrl_c_is_ignored_it_stays_so(tmp_path):
    """As in a shell's background."""
    done = interrupted(tmp_path, "course", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    assert (done.returncode, done.stdout.strip()) == (0, b"Ctrl-C was ignored")
