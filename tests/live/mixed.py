#!/usr/bin/env python3
"""Real clients and Polyring in one pool: what either writes, the other finds, with equal values.

    mixed.py [--control] BUILD NAME=COMMAND...

BUILD is the folder of the build, COMMAND starts the driver of a language as in languages.py. The clients are those of
CLIENTS, each with the profile that conformance/clients.list claims for it, on six servers, with weights if it takes
them. 1,000 keys each way, with POLYRING_ALL 10,000, and without weights too; other keys with POLYRING_SEED.
--control gives Polyring another profile: keys must then be missed, in both directions, and the program exits with 1.
Exits with 77 if a client is missing.
"""

import argparse
import base64
import contextlib
import os
import random
import sys

from clients import Client, Missing
from drivers import Driver, Wrong, blob, key, text
from fleet import on_tcp

PHP = "php-memcached/libketama-compatible"
# What each writes: Polyring reads both, and spymemcached has flags of its own for arrays of bytes.
CLIENTS = {PHP: "bytes", "spymemcached/ketama": "text", "pylibmc/ketama-weighted": "bytes",
           "pymemcache/unicode": "bytes"}
FIRST = {PHP, "spymemcached/ketama"}  # the others get a quarter of the keys, unless everything is wanted
OPTIONS = {PHP: "COMPRESSION_TYPE=1"}  # zlib: its fastlz is refused by name
SETTINGS = {PHP: {"compress": "zlib"}}  # the others have envelopes of their own, or none
WRONG_PROFILE = "libmemcached/modula"
WEIGHTS = {"with weights": [":1", ":2", ":3", ":1", ":5", ":2"], "without weights": [""] * 6}
CHUNK = 1000
NAMES = "a user session caf\u00e9 \u4e16\u754c /shop/item?id= {tag}: %20 \U0001F600".split()


def some_keys(label, count, ascii_only, chance):
    """Keys of all lengths, each of which begins otherwise than those of another label."""
    keys = []
    for i in range(count):
        name = chance.choice(NAMES)
        start = f"{label}:{i}:{name}".encode("ascii", "ignore") if ascii_only else f"{label}:{i}:{name}".encode()
        rest = chance.choice((0, 4, 16, 64, 250)) - len(start)
        keys.append(start + bytes(chance.choices(b"!$*+-./09:AZ_az~", k=max(rest, 0))))
    return keys


def some_values(keys, chance):
    """Values that are no text in one of four; some are compressed."""
    values = {}
    for i, k in enumerate(keys):
        size = chance.choice((0, 1, 20, 200, 2500))
        values[k] = k + b"=" + b"value " * (size // 6) + (b"\xff\x00" if i % 4 == 3 else b"")
    return values


def typed(value, i):
    try:
        return text(value.decode()) if i % 2 == 0 else blob(value)
    except UnicodeDecodeError:
        return blob(value)


def untyped(value):
    if value[0] == "text":
        return value[1].encode()
    return base64.b64decode(value[1]) if value[0] == "bytes" else value


def chunks(items):
    return (items[i:i + CHUNK] for i in range(0, len(items), CHUNK))


def compare(reader, writer, values, found):
    missed = [k for k in values if k not in found]
    others = [k for k in values if k in found and found[k] != values[k]]
    if not missed and not others:
        return
    first = (missed + others)[0]
    raise Wrong(f"{reader} misses {len(missed):,} of {len(values):,} keys that {writer} wrote, and reads "
                f"{len(others):,} other values: first {first.decode()}: {found.get(first)!r:.200}")


def write_ours(driver, values):
    for part in chunks([[key(k), typed(value, i)] for i, (k, value) in enumerate(values.items())]):
        driver.want(lambda a: a["failures"] == [] and all(said == "OK" for _, said in a["outcomes"]) and
                    len(a["outcomes"]) == len(part), "set_many", items=part, ttl=0)


def read_ours(driver, keys):
    found = {}
    for part in chunks([key(k) for k in keys]):
        answer = driver.ask("get_many", keys=part)
        if answer.get("failure") or answer["failures"]:
            failure = answer.get("failure") or answer["failures"][0][1]
            raise Wrong(f"{failure['status']}: {failure['text']}")
        found.update((base64.b64decode(k), untyped(value)) for k, value in answer["found"])
    return found


def spread(driver):
    """All servers must hold something, or misplaced keys would be found too."""
    told = driver.want(lambda a: a["failures"] == [], "stats", arguments="")["servers"]
    empty = [server for server, said in told if int(said["curr_items"]) < 10]
    if empty:
        raise Wrong(f"of {len(told)} servers these hold less than 10 items: {' '.join(empty)}")


def attempt(client, driver, step, *values):
    try:
        return step(*values)
    except (Wrong, OSError, KeyError, ValueError) as wrong:
        print(f"{client}: {driver.name}: {type(wrong).__name__}: {wrong}", file=sys.stderr)
        return None


class Run:
    """One client, on one list of servers, with each language in turn."""

    def __init__(self, client, drivers, servers, count, control):
        self.client, self.drivers, self.servers, self.count = client, drivers, servers, count
        self.chance = random.Random(int(os.environ.get("POLYRING_SEED", "1")))
        self.profile = WRONG_PROFILE if control else client.profile
        self.label = 0

    def all(self, weights):
        """Whether all was found, both ways."""
        name = self.client.name
        read = sum(attempt(name, *step) or 0 for step in self.theirs())
        written = sum(attempt(name, *step) or 0 for step in self.ours())
        whole = self.count * len(self.drivers)
        if read == written == whole:
            print(f"{name} {self.client.version}, {weights}: {', '.join(driver.name for driver in self.drivers)} find "
                  f"{self.count:,} of its keys each, and it finds {self.count:,} of each", flush=True)
        return read == written == whole

    def values(self):
        self.label += 1
        keys = some_keys(f"{self.client.name}:{len(self.servers[0])}:{self.label}", self.count,
                         self.client.name == PHP, self.chance)
        return some_values(keys, self.chance)

    def theirs(self):
        """A step for each language: it reads what the client wrote."""
        kind = CLIENTS[self.client.name]
        values = self.values()
        if kind == "text":
            values = {k: value.replace(b"\xff", b"") for k, value in values.items()}
        self.client.store(values, kind)
        for driver in self.drivers:
            yield driver, self.read, driver, values

    def read(self, driver, values):
        self.open(driver)
        compare(driver.name, self.client.name, values, read_ours(driver, values))
        spread(driver)
        return len(values)

    def ours(self):
        """A step for each language: the client reads what it wrote."""
        for driver in self.drivers:
            yield driver, self.write, driver, self.values()

    def write(self, driver, values):
        self.open(driver)
        write_ours(driver, values)
        compare(self.client.name, driver.name, self.as_read(values), self.client.fetch(values))
        return len(values)

    def as_read(self, values):
        if CLIENTS[self.client.name] == "bytes":
            return values
        return {k: value.decode(errors="replace").encode() for k, value in values.items()}  # it has texts alone

    def open(self, driver):
        settings = SETTINGS.get(self.client.name, {"compress": "none"})
        driver.open(" ".join(self.servers), profile=self.profile, **settings)


def lists(servers):
    return {name: [f"{server.word}{weight}" for server, weight in zip(servers, weights)]
            for name, weights in WEIGHTS.items()}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", action="store_true")
    parser.add_argument("build")
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    return parser.parse_args()


def main():
    words = arguments()
    everything = "POLYRING_ALL" in os.environ and not words.control
    count = 10000 if everything else 1000
    failed = 0
    missing = []
    with contextlib.ExitStack() as stack:
        servers = [on_tcp(f"127.98.4.{i}", 21990 + i) for i in range(1, 7)]
        for server in servers:
            stack.callback(server.stop)
        drivers = [Driver(*word.split("=", 1)) for word in words.drivers]
        for driver in drivers:
            stack.callback(driver.process.kill)
        for name in CLIENTS:
            try:
                client = Client(name, words.build, OPTIONS.get(name, ""))
            except Missing as why:
                missing.append(name)
                print(f"SKIP {why}")
                continue
            stack.callback(client.process.kill)
            taken = {weights: spelled for weights, spelled in lists(servers).items() if client.open(spelled)}
            for weights, spelled in list(taken.items())[:None if everything else 1]:
                client.open(spelled)
                run = Run(client, drivers, spelled, count if everything or name in FIRST else count // 4, words.control)
                failed += not run.all(weights)
            client.end()
        for driver in drivers:
            driver.end()
    if failed:
        sys.exit(1)
    if missing:
        sys.exit(77)


if __name__ == "__main__":
    main()
