"""The memcached servers of the client rows: one thread each, on the first processor."""
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from contestants import Absent, pinned

COUNT = 4
PATIENCE = 10  # seconds for a server to begin
PACKAGED = "/usr/bin/memcached"


def free_ports(count):
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in made]


def await_socket(family, address, process):
    for _ in range(100 * PATIENCE):
        if process.poll() is not None:
            raise Absent(f"memcached ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.connect(address)
            return
        time.sleep(.01)
    raise Absent(f"memcached did not begin in {PATIENCE} s")


class Servers:
    """Started when they are first asked for; the places of "tcp/4" or "unix/1" as a list."""

    def __init__(self):
        self._processes, self._places, self._folder = [], {}, None

    def _start(self, place):
        program = shutil.which("memcached") or PACKAGED
        if not Path(program).exists():
            raise Absent("there is no memcached")
        user = ["-u", "root"] if os.geteuid() == 0 else []
        self._processes.append(subprocess.Popen(
            [*pinned("same"), program, "-t", "1", "-m", "64", "-U", "0", *user, *place]))
        return self._processes[-1]

    def _begin(self):
        self._folder = tempfile.mkdtemp(prefix="polyring-bench-")
        self._places = {"tcp": [], "unix": []}
        for i, port in enumerate(free_ports(COUNT)):
            path = f"{self._folder}/{i}"
            await_socket(socket.AF_INET, ("127.0.0.1", port),
                         self._start(["-l", "127.0.0.1", "-p", str(port)]))
            await_socket(socket.AF_UNIX, path, self._start(["-s", path]))
            self._places["tcp"].append(f"127.0.0.1:{port}")
            self._places["unix"].append(f"unix:{path}")

    def places(self, word):
        if not self._processes:
            self._begin()
        kind, count = word.split("/")
        return ",".join(self._places[kind][:int(count)])

    def close(self):
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()
        if self._folder:
            shutil.rmtree(self._folder)
