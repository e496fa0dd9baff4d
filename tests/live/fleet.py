"""Real memcached servers."""

import socket
import subprocess
import time


class Server:
    """A real memcached."""

    def __init__(self, *place, word):
        self.word = word
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "memcached", "-u", "root", "-t", "1", "-m",
                                         "64", "-U", "0", *place], stderr=subprocess.DEVNULL)
        family = socket.AF_UNIX if place[0] == "-s" else socket.AF_INET6 if ":" in place[1] else socket.AF_INET
        address = place[1] if place[0] == "-s" else (place[1], int(place[3]))
        for _ in range(1000):
            with socket.socket(family) as probe:
                if self.process.poll() is None and probe.connect_ex(address) == 0:
                    return
            if self.process.poll() is not None:
                raise SystemExit(f"memcached on {word} does not start")
            time.sleep(0.005)
        raise SystemExit(f"memcached on {word} takes no connection")

    def stop(self):
        self.process.kill()
        self.process.wait()


def on_tcp(address, port):
    word = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return Server("-l", address, "-p", str(port), word=word)
