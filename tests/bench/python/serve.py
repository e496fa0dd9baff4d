"""The line protocol of tests/bench/c/serve.h, for Python: serve(name, ways) answers questions.

A way takes (keys, servers, profile) and gives (work, indexes): work() locates all keys once, and
indexes() tells where they went.
"""

import sys
import time

KEY_SIZE = 20
LIST = 1000  # keys that go into one list


def server(i):
    return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"


def lists(keys):
    return [keys[i:i + LIST] for i in range(0, len(keys), LIST)]


def measure(work, passes):
    """CPU nanoseconds of all passes, one unmeasured pass first."""
    work()
    start = time.process_time_ns()
    for _ in range(passes):
        work()
    return time.process_time_ns() - start


def answer(line, ways, all_keys):
    job, way, servers, count, passes, profile = line.split()
    if job != "locate" or way not in ways:
        return "skip not something it does"
    keys = all_keys[:int(count)]
    work, indexes = ways[way](keys, [server(i) for i in range(int(servers))], profile)
    spent = measure(work, int(passes))
    return f"{spent / (len(keys) * int(passes)):.3f} {sum(indexes())}"


def serve(name, ways):
    with open(sys.argv[1], encoding="ascii") as file:
        text = file.read()
    keys = [text[i:i + KEY_SIZE] for i in range(0, len(text), KEY_SIZE)]
    print(f"{name}, Python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        print(answer(line, ways, keys), flush=True)
