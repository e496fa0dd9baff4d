#!/usr/bin/env python3
"""Instructions of placing a key under weighted ketama, counted by callgrind: the same under any
load, and on every machine of one kind.

usage: instructions.py BENCH_POLYRING [--control]

The difference of two runs that are some passes apart, so that the start and the building of the
ring drop out. MD5 in four lanes, which every processor has, is forced: valgrind's has no AVX-512.
Ends with 1 if a figure is above its limit. --control holds one key at a time against the limit of
batches, which it cannot keep, and ends with 1 unless that is noticed.
"""
import os
import re
import subprocess
import sys
import tempfile

ONE, BATCH = "one", "1024"
LIMITS = {ONE: 900, BATCH: 350}
KEYS = 4096
SERVERS = 10
PROFILE = "libmemcached/ketama-weighted"


def collected(program, keys_file, way, passes):
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, keys_file],
        input=f"locate {way} {SERVERS} {KEYS} {passes} {PROFILE}\n", check=True, text=True,
        capture_output=True, env={**os.environ, "POLYRING_LANES": "4"})
    if len(run.stdout.split()) < 4 or "skip" in run.stdout:
        sys.exit(f"{program}: {run.stdout}")
    return int(re.search(r"Collected : (\d+)", run.stderr)[1])


def per_key(program, way):
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as keys:
        keys.write("".join(f"key:{i * 0x9E3779B97F4A7C15 % 2**64:016x}" for i in range(KEYS)))
        keys.flush()
        few, many = (collected(program, keys.name, way, passes) for passes in (1, 4))
    return (many - few) / (3 * KEYS)


def verdict(program, way, limit):
    figure = per_key(program, way)
    print(f"instructions a key, {'one key' if way == ONE else 'portable batch'} "
          f"{figure:.0f} (bar {limit})")
    return figure <= limit


def main():
    program = sys.argv[1]
    if "--control" in sys.argv[2:]:
        return 1 if verdict(program, ONE, LIMITS[BATCH]) else 0
    return 0 if all([verdict(program, way, limit) for way, limit in LIMITS.items()]) else 1


if __name__ == "__main__":
    sys.exit(main())
