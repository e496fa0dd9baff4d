#!/usr/bin/env python3
"""Instructions of placing a key under weighted ketama, and of reading an item with a value of 100
bytes from a reply, counted by callgrind: the same under any load, and on every machine of one kind.

usage: instructions.py BENCH_POLYRING BENCH_PARSE [--control]

The difference of two runs that are some passes apart, so that the start and the building of the
ring drop out. MD5 in four lanes, which every processor has, is forced: valgrind's has no AVX-512.
Ends with 1 if a figure is above its limit. --control holds one key at a time against the limit of
batches, and an item that has to be read word by word against that of the others, which they cannot
keep, and ends with 1 unless both are noticed.
"""
import os
import re
import subprocess
import sys
import tempfile
from typing import NamedTuple

KEYS = 4096
SERVERS = 10
PROFILE = "libmemcached/ketama-weighted"


class Figure(NamedTuple):
    name: str
    program: int  # which of the two
    job: str
    way: str
    limit: int


FIGURES = (Figure("a key, one key", 0, "locate", "one", 900),
           Figure("a key, portable batch", 0, "locate", "1024", 350),
           Figure("an item read, classic text", 1, "parse", "text", 160),
           Figure("an item read, meta", 1, "parse", "meta", 160))
CONTROLS = (FIGURES[0]._replace(limit=350),
            Figure("an item read, with its cas", 1, "parse", "cas", 160))


def collected(program, keys_file, figure, passes):
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, keys_file],
        input=f"{figure.job} {figure.way} {SERVERS} {KEYS} {passes} {PROFILE}\n", check=True,
        text=True, capture_output=True, env={**os.environ, "POLYRING_LANES": "4"})
    if len(run.stdout.split()) < 4 or "skip" in run.stdout:
        sys.exit(f"{program}: {run.stdout}")
    return int(re.search(r"Collected : (\d+)", run.stderr)[1])


def is_kept(programs, figure):
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as keys:
        keys.write("".join(f"key:{i * 0x9E3779B97F4A7C15 % 2**64:016x}" for i in range(KEYS)))
        keys.flush()
        few, many = (collected(programs[figure.program], keys.name, figure, passes)
                     for passes in (1, 4))
    each = (many - few) / (3 * KEYS)
    print(f"instructions {figure.name} {each:.0f} (bar {figure.limit})")
    return each <= figure.limit


def main():
    programs = sys.argv[1:3]
    if "--control" in sys.argv[3:]:
        return any([is_kept(programs, figure) for figure in CONTROLS])
    return not all([is_kept(programs, figure) for figure in FIGURES])


if __name__ == "__main__":
    sys.exit(main())
