"""A process that starts another one, and goes on for hours in compiled code."""

import subprocess
import sys


def main(connection):
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    connection.sendall(str(started.pid).encode())
    sum(range(10**12))
