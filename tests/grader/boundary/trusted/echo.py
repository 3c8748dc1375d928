"""A process that the tests start: it says what it was told, and then repeats what it hears."""

import sys


def main(connection, word, *more):
    if word == "end":
        sys.exit(7)
    connection.sendall(" ".join(map(str, (word, *more))).encode())
    while heard := connection.recv(100):
        connection.sendall(heard)
