"""Runs a command for as long as its own standard input stays open, so that no server outlives the test that started it.

A test that is killed can't clean up, but the system closes its pipes: `python keeper.py COMMAND ...` then ends COMMAND.
"""

import subprocess
import sys
import threading

GRACE = 10  # seconds for a server to end its kernels, before it is killed


def main(command):
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def end():
        sys.stdin.buffer.read()
        child.terminate()
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()

    threading.Thread(target=end, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
