"""A daemon that an adapter starts for itself. It listens on a socket in a folder of its own."""
import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from adapter import Skip

PR_SET_PDEATHSIG = 1
SECONDS_TO_START = 5
libc = ctypes.CDLL(None)  # loaded before the fork


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Daemon:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="polyring-")
        self.socket = os.path.join(self.folder, "socket")
        self.process = None
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        atexit.register(self.stop)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
        if os.path.exists(self.socket):
            os.unlink(self.socket)

    def start(self, configuration, *command):
        """In place of the one before. What it does not start with is skipped."""
        self.stop()
        with open(os.path.join(self.folder, "configuration"), "w") as file:
            file.write(configuration)
        with open(os.path.join(self.folder, "output"), "w+") as output:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=die_with_parent)
            deadline = time.monotonic() + SECONDS_TO_START
            while not self.answers():
                if time.monotonic() > deadline:
                    raise Skip(f"a list that {command[0]} needs too long for")
                if self.process.poll() is not None:
                    output.seek(0)
                    raise Skip(ascii(" ".join(output.read().split())[:500]))
                time.sleep(0.005)

    def answers(self):
        try:
            self.connect().close()
            return True
        except OSError:
            return False

    def connect(self):
        link = socket.socket(socket.AF_UNIX)
        link.connect(self.socket)
        return link
