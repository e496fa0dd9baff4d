#!/usr/bin/env python3
"""Counters, and items that are about to expire, shared with other clients: pylibmc and php-memcached.

    counters.py [--control] NAME=COMMAND...

COMMAND starts the driver of a language as in languages.py; that of "php-memcached" is the unmodified extension.
Counters that Polyring made are counted by the others, and the other way round; who may make an item anew (recache,
invalidate) is one client of all languages, until another client writes it. --control expects one wrong number of each
language, and the program exits with 1. Exits with 77 without one of the two.
"""

import argparse
import base64
import contextlib
import sys

import wire
from clients import has_php_memcached
from drivers import Driver, Wrong, key, text
from fleet import on_tcp

try:
    import pylibmc
except ImportError:
    print("SKIP: no pylibmc")
    sys.exit(77)

PROFILE = "php-memcached/libketama-compatible"  # the ring of pylibmc's ketama_weighted too
THEIRS = "php-memcached"


class Pylibmc:
    name = "pylibmc"

    def __init__(self, words):
        self.client = pylibmc.Client(words, behaviors={"ketama_weighted": True})

    def count(self, k, delta):
        name = base64.b64decode(k)
        return self.client.incr(name, delta) if delta >= 0 else self.client.decr(name, -delta)

    def get(self, k):
        got = self.client.get(base64.b64decode(k))
        return got.decode() if isinstance(got, bytes) else got

    def set(self, k, value):
        if not self.client.set(base64.b64decode(k), value.encode() if isinstance(value, str) else value):
            raise Wrong("pylibmc does not store")


class PhpMemcached:
    name = THEIRS

    def __init__(self, driver, words):
        self.driver = driver
        driver.open(" ".join(words), compress="none")

    def count(self, k, delta):
        return int(self.driver.ask("incr" if delta >= 0 else "decr", key=k, delta=abs(delta))["number"])

    def get(self, k):
        kind, content = self.driver.ask("get", key=k)["value"]
        return int(content) if kind == "int" else content

    def set(self, k, value):
        given = text(value) if isinstance(value, str) else ["int", str(value)]
        self.driver.want({"outcomes": [[k, "OK"]], "failures": []}, "set_many", items=[[k, given]], ttl=0)


def is_equal(what, got, expected):
    if got != expected:
        raise Wrong(f"{what}: {got!r:.200} is not {expected!r:.200}")


def counted(driver, other, words, control):
    """Each counts what the other made."""
    want = driver.want

    def ours(name):
        return key(f"{name}:{driver.name}:{other.name}")

    k = ours("ours")
    want({"outcome": "OK"}, "set_counter", key=k, number=40, ttl=0)
    is_equal("set_counter on the wire", wire.read(words, [k])[k], (0, b"40"))
    is_equal(f"incr by {other.name}", other.count(k, 2), 43 if control else 42)
    want({"value": ["int", "42"]}, "counter", key=k)
    want({"number": "50"}, "incr", key=k, delta=8)
    is_equal(f"get by {other.name}", other.get(k), "50")  # plain digits have no type
    is_equal(f"decr by {other.name}", other.count(k, -43), 7)
    want({"value": ["int", "7"]}, "counter", key=k)  # the server left "7 "
    want({"number": "0"}, "decr", key=k, delta=9)

    k = ours("theirs")
    other.set(k, 2**40)
    want({"value": ["int", str(2**40)]}, "counter", key=k)
    want({"number": str(2**40 + 5)}, "incr", key=k, delta=5)
    is_equal(f"get by {other.name}", other.get(k), 2**40 + 5)
    is_equal(f"incr by {other.name}", other.count(k, 1), 2**40 + 6)

    k = ours("made-by-incr")
    want({"number": "5"}, "incr", key=k, delta=1, initial=5, ttl=0)
    is_equal("incr on the wire", wire.read(words, [k])[k], (0, b"5"))
    is_equal(f"incr by {other.name}", other.count(k, 1), 6)

    k = ours("an-integer")
    want({"outcome": "OK"}, "set", key=k, value=["int", "99"], ttl=0)
    is_equal(f"incr by {other.name}", other.count(k, 1), 100)
    is_equal(f"decr by {other.name}", other.count(k, -1), 99)
    want({"value": ["int", "99"]}, "get", key=k)
    is_equal("what decr leaves", wire.read(words, [k])[k], (1, b"99 "))

    k = ours("the-largest")
    want({"outcome": "OK"}, "set_counter", key=k, number=2**63 - 1, ttl=0)
    want({"number": str(2**63 + 1)}, "incr", key=k, delta=2)
    driver.fails("INVALID_VALUE", "counter", key=k)  # of what has a sign in every language


def renewed(driver, second, other):
    """One of all clients makes an item anew; what another client writes is fresh for all."""
    def sees(who, value, won, stale, already, **request):
        expected = {"value": text(value), "won": won, "stale": stale, "already_won": already}
        who.want(lambda a: expected.items() <= a.items(), "item", **request)

    k = key(f"recache:{driver.name}:{other.name}")
    driver.want({"outcome": "OK"}, "set", key=k, value=text("old"), ttl=100)
    sees(second, "old", False, False, False, key=k, recache=10)
    sees(driver, "old", True, False, False, key=k, recache=200)
    sees(second, "old", False, False, True, key=k, recache=200)
    is_equal(f"get by {other.name}", other.get(k), "old")
    sees(second, "old", False, False, True, key=k, recache=200)
    driver.want({"outcome": "OK"}, "set", key=k, value=text("new"), ttl=1000)
    sees(second, "new", False, False, False, key=k, recache=200)

    k = key(f"invalidate:{driver.name}:{other.name}")
    driver.want({"outcome": "OK"}, "set", key=k, value=text("old"), ttl=0)
    driver.want({"outcome": "OK"}, "invalidate", key=k, ttl=1000)
    sees(second, "old", True, True, False, key=k)
    sees(driver, "old", False, True, True, key=k)
    other.set(k, "new")
    second.want(lambda a: "value" in a and plainly(a["value"]) == "new" and
                not (a["won"] or a["stale"] or a["already_won"]), "item", key=k)


def plainly(value):
    return base64.b64decode(value[1]).decode() if value[0] == "bytes" else value[1]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", action="store_true")
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    return parser.parse_args()


def main():
    words = arguments()
    wrongs = 0
    with contextlib.ExitStack() as stack:
        servers = [on_tcp(f"127.98.6.{i}", 22010 + i) for i in range(1, 6)]
        for server in servers:
            stack.callback(server.stop)
        places = [server.word for server in servers]
        drivers = {}
        missing = [word for word in words.drivers if word.startswith(f"{THEIRS}=") and not has_php_memcached()]
        for word in [word for word in words.drivers if word not in missing]:
            driver = Driver(*word.split("=", 1))
            stack.callback(driver.process.kill)
            drivers[driver.name] = driver
        others = [Pylibmc(places)]
        if THEIRS in drivers:
            others.append(PhpMemcached(drivers.pop(THEIRS), places))
        ours = list(drivers.values())
        for driver in ours:
            driver.open(" ".join(places), profile=PROFILE)
        for i, driver in enumerate(ours):
            for other in others:
                try:
                    counted(driver, other, places, words.control)
                    renewed(driver, ours[i - 1], other)
                except Exception as wrong:  # other clients raise what they like
                    wrongs += 1
                    print(f"{driver.name}, {other.name}: {type(wrong).__name__}: {wrong}", file=sys.stderr)
        for driver in ours:
            driver.end()
    if wrongs:
        sys.exit(1)
    print(f"counters: {', '.join(drivers)} with {', '.join(other.name for other in others)}: all as expected")
    if missing:
        print(f"SKIP {THEIRS} is not installed")
        sys.exit(77)


if __name__ == "__main__":
    main()
