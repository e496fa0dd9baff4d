"""Clients of others, as the checker drives them: a request a line, an answer a line (docs/adapter.md)."""

import pathlib
import shlex
import subprocess
import threading
from urllib.parse import quote_from_bytes, unquote_to_bytes

from drivers import Wrong

CONFORMANCE = pathlib.Path(__file__).resolve().parents[2] / "conformance"
SECONDS = 120


class Missing(Exception):
    """A client that is not installed."""


def listed(name, build):
    """The profile of a configuration, and the command that starts its adapter."""
    for line in (CONFORMANCE / "clients.list").read_text().splitlines():
        words = line.split(None, 3)
        if words[:1] == [name]:
            places = {"adapters": CONFORMANCE / "adapters", "build": build}
            return words[1], words[3].format(**places)
    raise SystemExit(f"no client {name} in clients.list")


def has_php_memcached():
    try:
        return subprocess.run(["php", "-r", "exit((int) !extension_loaded('memcached'));"], check=False).returncode == 0
    except FileNotFoundError:
        return False


def word(data):
    return quote_from_bytes(data, safe="")


class Client:
    """A client in the configuration that clients.list has under this name, with more words for its adapter."""

    def __init__(self, name, build, more=""):
        self.name = name
        self.profile, command = listed(name, build)
        command = ["setpriv", "--pdeathsig", "KILL", *shlex.split(f"{command} {more}")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            self.version = self.ask(["hello polyring-adapter/1"])[0].split()[2]
        except Wrong as wrong:
            complaint = self.process.stderr.read().decode(errors="replace").strip().splitlines()
            raise Missing(f"{name}: {complaint[-1] if complaint else wrong}") from None

    def ask(self, requests):
        """The answers to requests, which are sent without waiting for each."""
        def send():
            try:
                self.process.stdin.write("".join(f"{request}\n" for request in requests).encode())
                self.process.stdin.flush()
            except OSError:
                pass  # it ended: no answer will say so
        sender = threading.Thread(target=send)
        alarm = threading.Timer(SECONDS, self.process.kill)
        sender.start()
        alarm.start()
        try:
            answers = [self.process.stdout.readline().decode() for _ in requests]
        finally:
            alarm.cancel()
        sender.join()
        if not all(answers):
            raise Wrong(f"{self.name}: no answer, or none in {SECONDS} s")
        return [answer.rstrip("\n") for answer in answers]

    def open(self, servers):
        """Whether it takes such servers."""
        answer = self.ask([" ".join(["servers", *servers])])[0]
        if answer != "ok" and not answer.startswith("skip"):
            raise Wrong(f"{self.name}: servers: {answer}")
        return answer == "ok"

    def store(self, items, kind):
        """Writes values, which are bytes, as those of a type."""
        answers = self.ask([f"store {word(key)} {kind} {word(value)}" for key, value in items.items()])
        refused = [answer for answer in answers if answer != "ok"]
        if refused:
            raise Wrong(f"{self.name} does not store {len(refused):,} of {len(items):,} keys: {refused[0]}")

    def fetch(self, keys):
        """What it finds: texts and bytes as bytes, other answers as they are."""
        found = {}
        for key, answer in zip(keys, self.ask([f"fetch {word(key)}" for key in keys])):
            kind, _, rest = answer.removeprefix("typed ").partition(" ")
            if answer != "miss":
                found[key] = unquote_to_bytes(rest) if kind in ("bytes", "text") else answer
        return found

    def end(self):
        if self.process.poll() is None:
            self.process.stdin.write(b"bye\n")
            self.process.stdin.close()
        if self.process.wait(timeout=20) != 0:
            raise Wrong(f"{self.name} exits with {self.process.returncode}")
