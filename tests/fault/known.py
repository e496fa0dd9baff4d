#!/usr/bin/env python3
"""The stale reads that are known of clients which send the keys of a dead server elsewhere, told to real clients.

    known.py BUILD NAME=COMMAND...

Two processes with one client and three servers: A in a network namespace of its own, where its links to the servers
can be cut, and B. A key that both read as OLD; A is cut off from the key's server and writes NEW, which a stand-in takes;
B writes B2; A is linked again until it reads B2; B writes FINAL; A is cut off again, and reads.

All are judged by histories.py. Of every other client A must read NEW at the end, two writes old: else this shows
nothing. Of Polyring (COMMAND starts the driver of a language) it must not, with any policy. All with
POLYRING_ALL; else pylibmc, pymemcache and the first language. Skipped (77) where no network namespace can be made.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "live"))

from cuts import Cuts
from drivers import Driver, key as encoded, text
from fleet import Server
from histories import NOT_DONE, OK, UNKNOWN, Op, check

SERVERS, PORT, KEY = 3, 22100, "user:17"
ADAPTERS = HERE.parents[1] / "conformance/adapters"
LIBMEMCACHED = "REMOVE_FAILED_SERVERS=1 SERVER_FAILURE_LIMIT=2 RETRY_TIMEOUT=1 DEAD_TIMEOUT=2 CONNECT_TIMEOUT=200"
OTHERS = {
    "pylibmc": f"/usr/bin/python3 {ADAPTERS}/pylibmc.py ketama remove_failed=1 failure_limit=1 retry_timeout=1 "
               "dead_timeout=2 connect_timeout=200",
    "pymemcache": f"/usr/bin/python3 {HERE}/ejecting_pymemcache.py",
    "php-memcached": f"php {ADAPTERS}/php-memcached.php libketama-compatible {LIBMEMCACHED}",
    "dalli": f"ruby {HERE}/ejecting_dalli.rb",
    "spymemcached": "java -XX:TieredStopAtLevel=1 -cp /usr/share/java/spymemcached.jar:{build}/adapters Spymemcached ketama",
}
POLYRING = "timeout=200ms&probe_interval=100ms&probe_most=200ms&settle=250ms&stand_in_ttl=2s&steady=1s"
SOON, LONG = 1.5, 12  # seconds


class Other:
    """A client as the checker drives it."""

    def __init__(self, command, inside, servers):
        self.process = subprocess.Popen([*inside, "setpriv", "--pdeathsig", "KILL", *shlex.split(command)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.hello = self.ask("hello polyring-adapter/1")
        self.ready = self.hello.startswith("hello") and self.ask("servers " + " ".join(servers)) == "ok"

    def ask(self, request):
        try:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
        except OSError:
            return ""
        return self.process.stdout.readline().rstrip("\n")

    def set(self, key, value):
        """OK, or how it failed; the value that was found, None for none."""
        return (OK if self.ask(f"set {key} {value}") == "ok" else UNKNOWN), value

    def get(self, key):
        answer = self.ask(f"get {key}")
        return (OK, answer[6:]) if answer.startswith("value ") else (OK if answer == "miss" else UNKNOWN, None)


class Ours:
    """Polyring, by the driver of a language."""

    def __init__(self, command, inside, servers, on_dead):
        self.driver = Driver("polyring", shlex.join(inside) + " " + command if inside else command)
        self.process, self.ready = self.driver.process, True
        url = f"memcached://{','.join(servers)}/?{POLYRING}&on_dead={on_dead}"
        self.driver.want({"ok": True}, "open", servers=url, settings={})

    def outcome(self, answer):
        status = answer.get("failure", {}).get("status")
        return {None: OK, "UNAVAILABLE": NOT_DONE}.get(status, UNKNOWN)

    def set(self, key, value):
        return self.outcome(self.driver.ask("set", key=encoded(key), value=text(value), ttl=0)), value

    def get(self, key):
        answer = self.driver.ask("get", key=encoded(key))
        return self.outcome(answer), answer.get("value", [None, None])[1]


class Scene:
    """A and B, their servers, and what they did. Made in the main thread, which its processes end with."""

    def __init__(self, number, name, folder, make):
        self.name, self.history = name, []
        places = [f"127.0.0.1:{PORT + number * 10 + s}" for s in range(SERVERS)]
        self.paths = [f"{folder}/{number}.{s}" for s in range(SERVERS)]
        self.servers = [Server("-s", path, word=path) for path in self.paths]
        links = {str(s): pair for s, pair in enumerate(zip(places, self.paths))}
        self.cuts = [Cuts(links, apart=True), Cuts(links)]
        inside = ["nsenter", f"--net=/proc/{self.cuts[0].process.pid}/ns/net"]
        self.clients = [make(inside, places), make([], places)]
        self.ready = all(client.ready for client in self.clients)

    def end(self):
        for one in (*self.clients, *self.cuts, *self.servers):
            one.process.kill()
            one.process.wait()

    def do(self, process, verb, value=None):
        client, start = self.clients[process], time.monotonic_ns()
        outcome, found = client.set(KEY, value) if verb == "set" else client.get(KEY)
        self.history.append(Op(process, verb, KEY, found, start, time.monotonic_ns(), outcome))
        return outcome, found

    def until(self, call, seconds):
        """Whether it came true, and after how many seconds."""
        start = time.monotonic()
        while not (good := call()) and time.monotonic() - start < seconds:
            time.sleep(0.05)
        return round(time.monotonic() - start, 1) if good else None

    def home(self):
        """The server that has the key."""
        for s, path in enumerate(self.paths):
            with socket.socket(socket.AF_UNIX) as link:
                link.connect(path)
                link.sendall(f"mg {KEY}\r\n".encode())
                if link.recv(100).startswith(b"HD"):
                    return str(s)
        raise SystemExit(f"{self.name}: no server has the key")

    def play(self, patience):
        told = {"client": self.name}
        attempt = iter(range(10 ** 6))

        def reads(process, *values):
            return lambda: self.do(process, "get")[1] in values

        def writes(process, value):
            return lambda: self.do(process, "set", f"{value}.{next(attempt)}")[0] == OK

        self.until(writes(1, "OLD"), LONG)
        old = self.history[-1].value
        told["begun"] = self.until(reads(0, old), LONG) is not None
        home = self.home()
        self.cuts[0].do("refuse", home)
        told["taken"] = self.until(writes(0, "NEW"), patience)
        new = self.history[-1].value
        self.do(1, "get")
        self.until(writes(1, "B2"), SOON)
        b2 = self.history[-1].value
        told["split"] = self.do(0, "get")[1] == new
        self.cuts[0].do("heal", home)
        told["back"] = self.until(lambda: self.do(0, "get") in ((OK, b2), (OK, None)), LONG)  # None: it was emptied
        time.sleep(0.3)
        self.until(writes(1, "FINAL"), LONG)
        self.cuts[0].do("refuse", home)
        told["two writes old"] = self.until(reads(0, new), patience)
        told["stale"] = [0, 0]
        for wrong in check(self.history)[1]:
            told["stale"][wrong.read.process] += wrong.kind != "late"
            told["broken"] = told.get("broken", 0) + (wrong.kind not in ("late", "others"))
        return told


def scenes(words, folder):
    for number, (name, command) in enumerate(OTHERS.items()):
        if not words.quick or number < 2:
            yield Scene(number, name, folder, lambda inside, servers, command=command: Other(
                command.replace("{build}", words.build), inside, servers))
    number = len(OTHERS)
    for word in words.drivers[:1 if words.quick else None]:
        name, command = word.split("=", 1)
        for on_dead in ("miss", "next"):
            yield Scene(number, f"polyring {name} {on_dead}", folder, lambda inside, servers, command=command,
                        on_dead=on_dead: Ours(command, inside, servers, on_dead))
            number += 1


def judge(told):
    ours = told["client"].startswith("polyring")
    print(json.dumps(told))
    if told.get("broken") and ours:
        return f"{told['client']}: {told['broken']} reads by a process that saw the failure"
    if not told["begun"]:
        return f"{told['client']}: does not begin"
    if ours == (told["two writes old"] is not None):
        return f"{told['client']}: {'reads what is two writes old' if ours else 'the known stale read was not found'}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("drivers", nargs="*", metavar="NAME=COMMAND")
    words = parser.parse_args()
    words.quick = not os.environ.get("POLYRING_ALL")
    if subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("skipped: no network namespace can be made here")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="polyring-known-") as folder, concurrent.futures.ThreadPoolExecutor(16) as pool:
        stage = list(scenes(words, folder))
        try:
            runs = [pool.submit(scene.play, 4 if scene.name.startswith("polyring") else LONG)
                    for scene in stage if scene.ready]
            faults = [fault for run in runs if (fault := judge(run.result()))]
        finally:
            for scene in stage:
                scene.end()
    missing = [scene.name for scene in stage if not scene.ready]
    for name in missing:
        print(f"skipped: {name} is not installed")
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 77 if missing else 0)


if __name__ == "__main__":
    main()
