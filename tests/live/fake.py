"""A memcached that answers what it should not: one TCP server a row of ROWS, for protocol=text.

A row is (name, answers, allowed): answers(key, n) gives what the server does about the n-th get (from 0): bytes are
sent, numbers are seconds of waiting, CLOSE and RESET end the connection. allowed[n] is the set of what the client may
say to it, the last one for all that follow: RIGHT (the value), MISS, or the status of a failure. Nothing else, a wrong
value least of all.
"""

import contextlib
import socket
import struct
import threading
import time

CLOSE, RESET, RIGHT, MISS = "close", "reset", "RIGHT", "MISS"
KEYS = [b"alpha", b"beta", b"gamma"]


def value_of(key):
    return b"value-of-" + key


def nasty_of(key):
    return b"x\r\nEND\r\nVALUE %s 0 5\r\nwrong\r\nEND\r\n" % key


def hit(key, value=None, size=None, end=b"\r\nEND\r\n"):
    value = value_of(key) if value is None else value
    return b"VALUE %s 0 %s\r\n%s%s" % (key, str(len(value) if size is None else size).encode(), value, end)


def slowly(text, pause):
    return [part for i in range(len(text)) for part in (text[i:i + 1], pause)]


def always(answer, *allowed):
    return answer, [set(allowed)]


def first(answer, *allowed):
    """This once; from then on the server is in order, and the client must have recovered."""
    return (lambda key, n: answer(key, n) if n == 0 else [hit(key)]), [set(allowed), {RIGHT}]


ROWS = [(name, *row) for name, row in {
    "wrong key": always(lambda k, n: [hit(b"other")], "BAD_REPLY"),
    "a key that was asked before": always(lambda k, n: [hit(KEYS[(n + 2) % 3])], "BAD_REPLY"),
    "cut and closed": always(lambda k, n: [hit(k)[:-12], CLOSE], "UNKNOWN"),
    "cut and silent": first(lambda k, n: [hit(k)[:-12]], "UNKNOWN"),
    "closed at once": always(lambda k, n: [CLOSE], "UNKNOWN"),
    "garbage": always(lambda k, n: [b"ten green bottles\r\n"], "BAD_REPLY"),
    "control bytes": always(lambda k, n: [b"\0\1\2\xff\xfe\r\n"], "BAD_REPLY"),
    "a key of 100 kB": always(lambda k, n: [hit(b"k" * 100_000)], "BAD_REPLY"),
    "5 MB without a newline": always(lambda k, n: [b"x" * 5_000_000], "BAD_REPLY"),
    "size 2^32-1": always(lambda k, n: [hit(k, b"abc", 2**32 - 1)], "BAD_REPLY", "TOO_LARGE"),
    "size 2^64-1": always(lambda k, n: [hit(k, b"abc", 2**64 - 1)], "BAD_REPLY", "TOO_LARGE"),
    "size 2^64": always(lambda k, n: [hit(k, b"abc", 2**64)], "BAD_REPLY"),
    "size -1": always(lambda k, n: [hit(k, b"abc", -1)], "BAD_REPLY"),
    "size in hexadecimal": always(lambda k, n: [hit(k, b"0123456789", "0xa")], "BAD_REPLY"),
    "no line end behind the data": always(lambda k, n: [hit(k, end=b"XXEND\r\n")], "BAD_REPLY"),
    "size too small": always(lambda k, n: [hit(k, size=4)], "BAD_REPLY"),
    "size too large": always(lambda k, n: [hit(k, size=len(k) + 10), b"END\r\n"], "BAD_REPLY"),
    "the key twice": always(lambda k, n: [hit(k, end=b"\r\n") + hit(k, b"another")], "BAD_REPLY"),
    "another key behind it": always(lambda k, n: [hit(k, end=b"\r\n") + hit(b"other")], "BAD_REPLY"),
    "one reply too many": always(lambda k, n: [hit(k) + hit(KEYS[(n + 1) % 3], b"stray")], RIGHT, "BAD_REPLY"),
    "a reply nobody asked for": first(lambda k, n: [b"END\r\n" + hit(b"beta", b"stray")], MISS, "BAD_REPLY"),
    "reply after the deadline": first(lambda k, n: [0.4, hit(k, b"late")], "UNKNOWN"),
    "value, then reset": always(lambda k, n: [hit(k, end=b"\r\n"), 0.05, RESET], "UNKNOWN"),
    "a byte each 150 ms": first(lambda k, n: slowly(hit(k), 0.15), "UNKNOWN"),
    "a byte each ms": always(lambda k, n: slowly(hit(k), 0.001), RIGHT),
    "replies in the value": always(lambda k, n: [hit(k, nasty_of(k))], RIGHT),
    "miss": always(lambda k, n: [b"END\r\n"], MISS),
    "SERVER_ERROR": always(lambda k, n: [b"SERVER_ERROR out of memory\r\n"], "SERVER_FAILED"),
    "ERROR": always(lambda k, n: [b"ERROR\r\n"], "REFUSED"),
    "CLIENT_ERROR": always(lambda k, n: [b"CLIENT_ERROR bad command line\r\n"], "REFUSED"),
    "STORED to a get": always(lambda k, n: [b"STORED\r\n"], "BAD_REPLY"),
    "a number to a get": always(lambda k, n: [b"17\r\n"], "BAD_REPLY"),
}.items()]


class Fake:
    """A server of one row. Its address is .word."""

    def __init__(self, answers):
        self.answers, self.count, self.foreign = answers, 0, None
        self.listener = socket.create_server(("127.98.9.1", 0))
        self.word = "127.98.9.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as requests:
            for line in requests:
                words = line.split()
                if words[:1] not in ([b"get"], [b"gets"]):
                    self.foreign = line
                    connection.sendall(b"ERROR\r\n")
                    continue
                n, self.count = self.count, self.count + 1
                for part in self.answers(words[1], n):
                    if part == RESET:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    if part in (CLOSE, RESET):
                        return
                    if isinstance(part, float):
                        time.sleep(part)
                    else:
                        connection.sendall(part)

    def close(self):
        self.listener.close()
