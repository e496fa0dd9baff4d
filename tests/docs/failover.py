#!/usr/bin/env python3
"""The table of states in docs/failover.md has every step that a server's health can take, and no other.

usage: failover.py SOURCE LIBRARY [--control]

A health of one server is told events in random order at random times, and its log is compared with the table. With
--control the table is spoiled row by row, and each must be noticed.
"""
import ctypes
import random
import re
import sys
from pathlib import Path

HEAD = "| from | to | when |"
EVENTS, ROUNDS = 200, 300
SECOND = 1_000_000


class Allocator(ctypes.Structure):
    _fields_ = [("resize", ctypes.c_void_p), ("context", ctypes.c_void_p)]


class Buffer(ctypes.Structure):
    _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t), ("room", ctypes.c_size_t), ("memory", Allocator)]


def steps(path):
    """The steps that were taken, as {(from, to)}."""
    native = ctypes.CDLL(path)
    native.polyring_seen_name.restype = ctypes.c_char_p
    ring, found, dice = ctypes.c_void_p(), set(), random.Random(6)
    if native.polyring_ring_new(None, b"ketama", ctypes.c_size_t(6), b"a", ctypes.c_size_t(1), ctypes.byref(ring), None):
        sys.exit("no ring")
    seen = next(i for i in range(100) if not native.polyring_seen_name(i))
    for _ in range(ROUNDS):
        health, lines, now = ctypes.c_void_p(), Buffer(), 0
        native.polyring_buffer_init(ctypes.byref(lines), None)
        if native.polyring_health_new(None, ring, None, None, ctypes.c_uint64(7), ctypes.byref(health), None):
            sys.exit("no health")
        for _ in range(EVENTS):
            now += dice.choice((0, SECOND // 10, SECOND, 40 * SECOND))
            native.polyring_health_due(health, ctypes.c_int64(now))
            event, age = dice.randrange(seen), dice.choice((-1, 0, now))
            native.polyring_health_report(health, ctypes.c_size_t(0), event, ctypes.c_int64(age), ctypes.c_int64(now))
        native.polyring_health_log(health, ctypes.byref(lines))
        text = ctypes.string_at(lines.at, lines.size).decode()
        found |= set(re.findall(r"^\d+ a (\w+) -> (\w+) ", text, re.M))
        native.polyring_buffer_done(ctypes.byref(lines))
        native.polyring_health_free(health)
    native.polyring_ring_free(ring)
    return found


def faults(page, taken):
    found = re.search(rf"^{re.escape(HEAD)}\n\|[-|]+\|\n((?:\|.*\n)+)", page, re.M)
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| .+ \|$", found[1] if found else "", re.M)
    said = [f"{a} -> {b} is not in the table" for a, b in sorted(taken - set(rows))]
    said += [f"{a} -> {b} is in the table, and never happens" for a, b in rows if (a, b) not in taken]
    return said + ["a row is there twice"] * (len(rows) != len(set(rows)))


def main():
    page = (Path(sys.argv[1]) / "docs/failover.md").read_text()
    taken = steps(sys.argv[2])
    if sys.argv[3:] == ["--control"]:
        rows = re.findall(r"^\| `[A-Z]+` \| `[A-Z]+` \| .*\n", page, re.M)
        spoiled = [page.replace(row, "") for row in rows]
        spoiled += [page.replace(row, re.sub(r"`[A-Z]+` \|", "`PROBING` |", row, count=1)) for row in rows[:2]]
        unseen = sum(not faults(text, taken) for text in spoiled)
        print(f"{len(spoiled)} spoiled tables, {unseen} not noticed")
        return bool(unseen) or not spoiled
    said = faults(page, taken)
    print("\n".join(said) or f"{len(taken)} steps, all in the table")
    return bool(said)


if __name__ == "__main__":
    sys.exit(main())
