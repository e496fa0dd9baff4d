#!/usr/bin/env python3
"""Lines for judge.c that need no vectors: every row and every value of every column on a drawn
list with drawn keys, each with the answer of the reference engine.

usage: drawn.py TABLE OUT

TABLE: the program polyring of this machine, or its `profiles --json`. POLYRING_SEED: other draws.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reference"))

# pylint: disable=wrong-import-position
import samples
from course import TRIES, Course
from keys import KeyRefused, percent
from rows import Table
from vectors import line, ring_line

KEYS = 60  # a ring


def case_line(ring, key):
    try:
        trace = ring.place(key)
    except KeyRefused:
        return line("at", percent(key), "refused", "*", "*", "*") if key else ""
    hash_and_point = (trace[field] or "none" for field in ("hash", "point"))
    return line("at", percent(key), trace["index"], *hash_and_point, trace["label"] or "*")


def ring_lines(course, wish):
    """The lines of one ring; none if no list was found that the drawn row takes."""
    profile, servers, ring = course.ring(wish, TRIES)
    if ring is None:
        return []
    name = ",".join(f"{column}={value}" for column, value in wish.items())
    return [ring_line(name, profile, servers.split()),
            *(case_line(ring, key) for key in samples.keys(course.random, ring, KEYS))]


def main():
    table, out = sys.argv[1:]
    course = Course(Table(table), table, os.environ.get("POLYRING_SEED", "1"), KEYS, 0)
    drawn = [ring_lines(course, wish) for wish in course.wishes]
    found = sum(map(bool, drawn))
    print(f"{found} of {len(drawn)} wishes came true")
    Path(out).write_text("".join(map("".join, drawn)), encoding="ascii")
    return found < 0.9 * len(drawn)


if __name__ == "__main__":
    sys.exit(main())
