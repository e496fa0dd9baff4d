#!/usr/bin/env python3
"""Seconds that `polyring locate -` takes for 1,000,000 keys on 10 servers.

usage: cli_locate.py POLYRING [REPEATS]
"""

import statistics
import subprocess
import sys
import tempfile
import time

KEYS = 1_000_000
SERVERS = " ".join(f"10.0.0.{i}:11211" for i in range(1, 11))
PROFILES = ["libmemcached/ketama-weighted", "libmemcached/modula"]


def seconds(program, profile, keys, answers):
    """One run, from file to file."""
    keys.seek(0)
    answers.seek(0)
    start = time.perf_counter()
    subprocess.run([program, "locate", "--profile", profile, "--servers", SERVERS, "-"],
                   stdin=keys, stdout=answers, check=True)
    return time.perf_counter() - start


def main(program, repeats="7"):
    with tempfile.TemporaryFile() as keys, tempfile.TemporaryFile() as answers:
        keys.write(b"".join(b"user:%d\n" % i for i in range(KEYS)))
        keys.flush()
        for profile in PROFILES:
            times = sorted(seconds(program, profile, keys, answers) for _ in range(int(repeats)))
            print(f"polyring locate, {KEYS:,} keys, 10 servers, {profile}: "
                  f"{statistics.median(times):.3f} s "
                  f"({times[0]:.3f} to {times[-1]:.3f}, {len(times)} runs)")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
