"""twemproxy, alias nutcracker. usage: twemproxy.py [uncounted] [SETTING=VALUE ...]: of its pool

It is asked for a place by a get; its statistics tell which server it then turned to. With
"uncounted" they do not, and it stores many keys in little time.
"""
import sys

sys.path[0] += "/common"  # where adapter.py is
import json
import socket
import subprocess
import time
from adapter import Skip, serve
from daemon import Daemon

UNCOUNTED = "uncounted" in sys.argv
SETTINGS = dict(word.split("=", 1) for word in sys.argv[1:] if word != "uncounted")
PROGRAM = "/usr/sbin/nutcracker"
SECONDS_TO_COUNT = 2
COUNTERS = ("requests", "server_err")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def place(server):
    """In an address of a file an IPv6 address has no brackets, and weight and port are a must."""
    if server.path and server.port is not None:
        raise Skip("ports of unix sockets")
    if server.path:
        return server.path
    return f"{server.host}:{11211 if server.port is None else server.port}"


def name(server):
    """What the statistics call it."""
    if server.name or server.path:
        return server.name or f"{server.path}:"
    return server.host if server.port in (None, 11211) else place(server)


def entry(server):
    return json.dumps(f"{place(server)}:{server.whole_weight()} {server.name}".strip())


class Client:
    takes = {"name"}

    def __init__(self):
        self.daemon = Daemon()

    def servers(self, servers):
        self.names = [name(server) for server in servers]
        settings = {"listen": self.daemon.socket, **SETTINGS}
        lines = ["pool:"] + [f"  {key}: {json.dumps(value)}" for key, value in settings.items()]
        lines += ["  servers:"] + [f"   - {entry(server)}" for server in servers]
        self.statistics = ("127.0.0.1", free_port())
        address, port = self.statistics
        self.daemon.start("\n".join(lines) + "\n", PROGRAM, "-c", "configuration", "-p", "pid",
                          "-o", "/dev/stderr", "-a", address, "-s", str(port), "-i", "1")
        self.connect()
        self.counted = {} if UNCOUNTED else self.count()

    def connect(self):
        self.link = self.daemon.connect()
        self.file = self.link.makefile("rwb")

    def ask(self, key, verb, rest=b""):
        if set(key) & set(b" \r\n"):
            raise ValueError("a byte that ends a key")
        try:
            self.file.write(b"%s %s%s\r\n" % (verb, key, rest))
            self.file.flush()
            reply = self.file.readline()
        except OSError:
            reply = b""
        if not reply:  # it hangs up on what it cannot read
            self.connect()
            raise ConnectionError("connection closed")
        return reply

    def count(self):
        with socket.create_connection(self.statistics) as link:
            pool = json.load(link.makefile())["pool"]
        return {what: [pool[name][what] for name in self.names] for what in COUNTERS}

    def turned_to(self, reply):
        """The server of the last request. One out of reach counts an error, after the request."""
        what = "server_err" if reply.startswith(b"SERVER_ERROR") else "requests"
        before, deadline = self.counted[what], time.monotonic() + SECONDS_TO_COUNT
        while self.counted[what] == before:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no server was turned to: {reply.decode().strip()}")
            self.counted = self.count()
        return next(i for i, was in enumerate(before) if self.counted[what][i] != was)

    def locate(self, key):
        if UNCOUNTED:
            raise Skip("its servers are not counted")
        return self.read(key)[0]

    def get(self, key):
        _, value, reply = self.read(key)
        if value is None and reply != b"END\r\n":
            raise ValueError(reply.decode())
        return value

    def read(self, key):
        reply, value = self.ask(key, b"get"), None
        at = self.turned_to(reply)
        if reply.startswith(b"VALUE"):
            value = self.file.read(int(reply.split()[3]))
            self.file.readline()
            self.file.readline()
        return at, value, reply

    def set(self, key, value):
        reply = self.ask(key, b"set", b" 0 0 %d\r\n%s" % (len(value), value))
        if not UNCOUNTED:
            self.turned_to(reply)
        if reply != b"STORED\r\n":
            raise ValueError(reply.decode())


version = subprocess.run([PROGRAM, "-V"], stderr=subprocess.PIPE, text=True, check=True)
serve(Client(), "twemproxy", version.stderr.split("nutcracker-")[1].split()[0])
