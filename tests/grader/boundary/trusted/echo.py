"""A process that the tests start. It sends its arguments, and then sends back whatever it receives."""

import sys


def main(connection, word, *more):
    if word == "end":
        sys.exit(7)
    connection.sendall(" ".join(map(str, (word, *more))).encode())
    while heard := connection.recv(100):
        connection.sendall(heard)
