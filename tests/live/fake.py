"""A memcached that answers what it should not, in classic text and in meta. What it answers wrongly is in rows.py.

Its answer to a request is a list: bytes are sent, numbers are seconds of waiting, CLOSE and RESET end the connection.
"""

import contextlib
import socket
import struct
import threading
import time

CLOSE, RESET = "close", "reset"
STORES = {b"set", b"add", b"replace", b"append", b"prepend", b"cas", b"ms"}
NUMBER = 5  # what all counters come to


def value_of(key):
    return b"value-of-" + key


def hit(key, value=None, size=None, end=b"\r\nEND\r\n"):
    """The answer of classic text to a get of a key."""
    value = value_of(key) if value is None else value
    return b"VALUE %s 0 %s\r\n%s%s" % (key, str(len(value) if size is None else size).encode(), value, end)


class Request:
    """A request: its line, words, verb, keys, and in meta its opaque. n counts those of the server, from 0; before
    are those of the connection."""

    def __init__(self, line, n, before):
        self.line, self.n, self.before = line, n, before
        self.words = line.split()
        self.verb = self.words[0] if self.words else b""
        self.meta = len(self.verb) == 2 and self.verb[:1] == b"m"
        self.keys = self.words[1:] if self.verb in (b"get", b"gets") else self.words[1:2]
        self.key = self.keys[0] if self.keys else b""
        self.flags = self.words[3 if self.verb == b"ms" else 2:] if self.meta else []
        self.opaque = next((word[1:] for word in self.flags if word[:1] == b"O"), None)

    def size(self):
        """Of the value that follows; None: there is none."""
        return int(self.words[2 if self.meta else 4]) if self.verb in STORES else None

    def names(self, key=None, opaque=None):
        """The flags of meta by which a reply names its request."""
        named = b""
        if b"k" in self.flags:
            named += b" k" + (key or self.key)
        if self.opaque or opaque:
            named += b" O" + (opaque or self.opaque)
        return named

    def found(self, value=None, size=None, names=None, without=b""):
        """The answer of meta with a value: all that it asks for, but what is left out."""
        value = value_of(self.key) if value is None else value
        told = {b"f": b"f0", b"c": b"c77", b"t": b"t-1", b"l": b"l0", b"h": b"h0", b"s": b"s%d" % len(value)}
        told = b"".join(b" " + told[flag] for flag in self.flags if flag in told and flag not in without)
        size = str(len(value) if size is None else size).encode()
        return b"VA %s%s%s\r\n%s\r\n" % (size, told, self.names() if names is None else names, value)


def right(request):
    """The right answer."""
    verb, done = request.verb, b"HD" + request.names() + b"\r\n"
    if verb in (b"get", b"gets"):
        cas = b" 77" if verb == b"gets" else b""
        return b"".join(b"VALUE %s 0 %d%s\r\n%s\r\n" % (key, len(value_of(key)), cas, value_of(key))
                        for key in request.keys) + b"END\r\n"
    if verb in (b"mg", b"ma") and b"v" in request.flags:
        return request.found(str(NUMBER).encode() if verb == b"ma" else None)
    if verb == b"ms" and b"q" in request.flags:
        return b""
    if request.meta:
        return b"MN\r\n" if verb == b"mn" else done
    return {b"delete": b"DELETED\r\n", b"touch": b"TOUCHED\r\n", b"incr": b"%d\r\n" % NUMBER,
            b"version": b"VERSION 1.6.18\r\n"}.get(verb, b"STORED\r\n" if verb in STORES else b"ERROR\r\n")


class Fake:
    """A server at an address of its own, .word. It answers what answers(request) says until it is mended."""

    def __init__(self, answers):
        self.answers, self.count, self.answered, self.mended = answers, 0, 0, False
        self.lines, self.bodies = [], []
        self.listener = socket.create_server(("127.98.9.1", 0))
        self.word = "127.98.9.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        before = []
        with contextlib.suppress(OSError, ValueError), connection, connection.makefile("rb") as stream:
            for line in stream:
                self.lines.append(line)
                request = Request(line, self.count, before)
                self.count += 1
                if request.size() is not None:
                    self.bodies.append(stream.read(request.size() + 2))
                parts = [right(request)] if self.mended else self.answers(request)
                try:
                    if not all(self.carry_out(connection, part) for part in parts):
                        return
                finally:
                    self.answered += 1
                before.append(request)

    def rest(self):
        """Waits until it has answered what it has received."""
        end = time.monotonic() + 5
        while self.answered < self.count and time.monotonic() < end:
            time.sleep(0.001)

    @staticmethod
    def carry_out(connection, part):
        if part == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if isinstance(part, float):
            time.sleep(part)
        elif part not in (CLOSE, RESET):
            connection.sendall(part)
        return part not in (CLOSE, RESET)

    def foreign(self, protocol):
        """What it was sent that is not of that protocol."""
        other = (lambda line: line[:1] == b"m" and line[2:3] in b" \r") if protocol == "text" else \
            (lambda line: line.split()[:1] in ([b"set"], [b"add"], [b"incr"], [b"touch"]))
        return next((line for line in self.lines if other(line)), None)

    def close(self):
        self.listener.close()
