"""Real memcached servers for examples, at the addresses that the examples have.

An example that names an address of RESERVED finds a fresh server there. So that no cache of this
machine is ever touched, all of it happens in a network of its own.
"""
import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../live"))
from fleet import on_tcp  # noqa: E402

RESERVED = re.compile(r"\b127\.0\.0\.1:(1121[1-9])\b")
MARK = "POLYRING_EXAMPLES_NETWORK"
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def enter_network():
    """Starts this program anew in a network of its own. False: this machine does not let us."""
    if os.environ.pop(MARK, None):
        with socket.socket() as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
        return True
    unshare = ["unshare", "-n"] if os.getuid() == 0 else ["unshare", "-rn"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False,
                                                     stderr=subprocess.DEVNULL).returncode:
        return False
    sys.stdout.flush()
    os.environ[MARK] = "1"
    os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


class Servers:
    """Those that a text names, for as long as a with block lasts."""

    def __init__(self, text):
        self.ports = sorted({int(port) for port in RESERVED.findall(text)})
        self.running = []

    def __enter__(self):
        try:
            for port in self.ports:
                self.running.append(on_tcp("127.0.0.1", port))
        except SystemExit:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in self.running:
            server.stop()
