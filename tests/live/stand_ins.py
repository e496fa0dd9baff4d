#!/usr/bin/env python3
"""Real clients and Polyring in one pool of which a server is dead: what either stores there, the other finds.

    stand_ins.py [--control] BUILD NAME=COMMAND...

BUILD is the folder of the build, COMMAND starts the driver of a language as in languages.py. Each client of CLIENTS has
the settings of conformance/failovers.list, under which it sends the keys of a dead server elsewhere; Polyring has the
client's profile and on_dead=native. One of five servers is killed, 500 keys are stored each way, with POLYRING_ALL
5,000. With on_dead=next Polyring must miss some of the client's keys, but for clients whose rule comes to the same.
--control gives Polyring on_dead=next from the beginning: keys must be missed, in both directions, and the program exits
with 1. Exits with 77 if a client is missing.
"""

import contextlib
import os
import random
import sys
import time
from urllib.parse import unquote_to_bytes

from clients import CONFORMANCE, Client, Missing, word
from drivers import Driver, Wrong, key
from fleet import on_tcp
from mixed import arguments, attempt, chunks, compare, read_ours, some_keys, some_values, write_ours

PYLIBMC, PHP, PYMEMCACHE = "pylibmc/ketama-weighted", "php-memcached/libketama-compatible", "pymemcache/unicode"
# By the name in clients.list: as what values are stored (raw: as they are, else with the client's flags); whether it
# takes weights.
CLIENTS = {PYLIBMC: ("bytes", True), PHP: ("bytes", True), PYMEMCACHE: ("bytes", False), "dalli/default": ("raw", True),
           "spymemcached/ketama": ("text", False)}
SAME = {PYMEMCACHE}  # its rule is that of on_dead=next
MORE = {PYLIBMC: "remove_failed=1 failure_limit=1 retry_timeout=600 dead_timeout=600",  # as libmemcached's line
        PHP: "COMPRESSION_TYPE=1"}  # zlib: its fastlz is refused by name
NOWHERE = "libmemcached/modula"
WEIGHTS = [1, 2, 3, 4, 5]
DEAD = 3
ROUNDS = 8


def words_of(name):
    """What failovers.list adds to a client's words."""
    for line in (CONFORMANCE / "failovers.list").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[1:2] == [name]:
            return " ".join(words[2:])
    return ""


def store(client, values, kind):
    """How many it does not store."""
    first = "set" if kind == "raw" else "store"
    last = "" if kind == "raw" else f"{kind} "
    return sum(answer != "ok" for answer in client.ask([f"{first} {word(k)} {last}{word(value)}"
                                                        for k, value in values.items()]))


def fetch(client, keys, kind):
    if kind != "raw":
        return client.fetch(keys)
    answers = zip(keys, client.ask([f"get {word(k)}" for k in keys]))
    return {k: unquote_to_bytes(answer[6:]) for k, answer in answers if answer.startswith("value ")}


def notice(client, keys, kind):
    """Stores until all is taken, or nothing changes any more."""
    before = None
    for _ in range(ROUNDS):
        failed = store(client, dict.fromkeys(keys, b"early"), kind)
        if failed in (0, before):
            return
        before = failed
        time.sleep(0.2)


class Run:
    """One client, and each language in turn."""

    def __init__(self, name, client, drivers, servers, count, control):
        self.name, self.client, self.drivers, self.servers, self.count = name, client, drivers, servers, count
        self.kind, weighted = CLIENTS[name]
        self.list = [f"{server.word}:{weight}" if weighted else server.word for server, weight in zip(servers, WEIGHTS)]
        self.policy = "next" if control else "native"
        self.chance = random.Random(int(os.environ.get("POLYRING_SEED", "1")))
        self.made = 0

    def values(self):
        self.made += 1
        keys = some_keys(f"{self.name}:{self.made}", self.count, True, self.chance)
        values = some_values(keys, self.chance)
        return values if self.kind != "text" else {k: value.replace(b"\xff", b"") for k, value in values.items()}

    def open(self, driver, policy, keys):
        """The first calls show that the server is down."""
        driver.open(" ".join(self.list), profile=self.client.profile, on_dead=policy, detect_hard="1", rejoin="auto",
                    probe_interval="1h", probe_most="1h", stand_in_ttl="1h", on_mismatch="ignore",
                    compress="zlib" if self.name == PHP else "none", dialect="raw" if self.kind == "raw" else "portable")
        for part in chunks([key(k) for k in keys]):
            driver.ask("get_many", keys=part)

    def read(self, driver, values):
        self.open(driver, self.policy, values)
        compare(driver.name, self.name, values, read_ours(driver, values))
        return len(values)

    def miss(self, driver, values):
        """How many are not found by the rule of on_dead=next."""
        self.open(driver, "next", values)
        return len(values) - len(read_ours(driver, values))

    def write(self, driver, values):
        self.open(driver, self.policy, values)
        write_ours(driver, values)
        expected = values
        if self.kind == "text":
            expected = {k: value.decode(errors="replace").encode() for k, value in values.items()}
        compare(self.name, driver.name, expected, fetch(self.client, values, self.kind))
        return len(values)

    def all(self):
        """Whether all was found, both ways."""
        if not self.client.open(self.list):
            raise SystemExit(f"{self.name} does not take {self.list}")
        values = self.values()
        notice(self.client, values, self.kind)
        self.servers[DEAD].stop()
        notice(self.client, values, self.kind)
        values = self.values()
        refused = store(self.client, values, self.kind)
        if refused:
            raise SystemExit(f"{self.name} does not store {refused} of {len(values)} keys")
        read = sum(attempt(self.name, driver, self.read, driver, values) or 0 for driver in self.drivers)
        missed = self.miss(self.drivers[0], values)
        written = sum(attempt(self.name, driver, self.write, driver, self.values()) or 0 for driver in self.drivers)
        whole = self.count * len(self.drivers)
        told = (missed == 0) if self.name in SAME else missed >= self.count // 20
        if not told:
            print(f"{self.name}: with on_dead=next {missed} keys of {self.count} are missed", file=sys.stderr)
        if read == written == whole:
            print(f"{self.name} {self.client.version}: {', '.join(driver.name for driver in self.drivers)} find "
                  f"{self.count:,} of its keys each, and it finds {self.count:,} of each; with on_dead=next "
                  f"{self.count - missed:,} are found", flush=True)
        return told and read == written == whole


def refuse(driver):
    """A client whose keys of dead servers go nowhere."""
    told = driver.fails("NOT_SUPPORTED", "open", servers="a b c", settings={"profile": NOWHERE, "on_dead": "native"})
    if "on_dead=native" not in told["text"] or NOWHERE not in told["text"]:
        raise Wrong(f"{driver.name} says {told['text']}")
    return 1


def main():
    words = arguments()
    count = 5000 if "POLYRING_ALL" in os.environ and not words.control else 500
    failed, missing = 0, []
    with contextlib.ExitStack() as stack:
        drivers = [Driver(*told.split("=", 1)) for told in words.drivers]
        for driver in drivers:
            stack.callback(driver.process.kill)
        failed += sum(not attempt(NOWHERE, driver, refuse, driver) for driver in drivers)
        for name in CLIENTS:
            try:
                client = Client(name, words.build, f"{words_of(name)} {MORE.get(name, '')}")
            except Missing as why:
                missing.append(name)
                print(f"SKIP {why}")
                continue
            stack.callback(client.process.kill)
            with contextlib.ExitStack() as fleet:
                servers = [on_tcp(f"127.98.6.{i}", 22040 + i) for i in range(1, 6)]
                for server in servers:
                    fleet.callback(server.stop)
                failed += not Run(name, client, drivers, servers, count, words.control).all()
                client.process.kill()
        for driver in drivers:
            driver.end()
    if failed:
        sys.exit(1)
    if missing:
        sys.exit(77)


if __name__ == "__main__":
    main()
