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
import time

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


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Servers:
    """Those that a text names, for as long as a with block lasts."""

    def __init__(self, text):
        self.ports = sorted({int(port) for port in RESERVED.findall(text)})
        self.running = []

    def __enter__(self):
        for port in self.ports:
            server = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "memcached", "-u", "root", "-l", "127.0.0.1",
                 "-p", str(port), "-U", "0", "-t", "1"],
                stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.running.append(server)
            end = time.monotonic() + 30
            while not listens(port):
                if server.poll() is not None or time.monotonic() > end:
                    self.__exit__()
                    sys.exit(f"memcached does not start on port {port}")
                time.sleep(0.002)
        return self

    def __exit__(self, *_):
        for server in self.running:
            server.kill()
            server.wait()
