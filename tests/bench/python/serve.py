"""The line protocol of tests/bench/c/serve.h, for Python: serve(name, ways, connect) answers.

A way takes (keys, servers, profile) and gives (work, indexes): work() locates all keys once, and
indexes() tells where they went. connect takes (servers, profile) and gives a client's functions:
get(key), set(key, value), get_many(keys), which gives a dict, and set_many(dict), which gives how
many were stored.
"""

import sys
import time

KEY_SIZE = 20
LIST = 1000  # keys that go into one list, or one set_many
READ = 100  # keys that go into one get_many
VALUE = b"\xff" + bytes(range(99))
CLOCKS = {"cpu": time.process_time_ns, "wall": time.perf_counter_ns}


def server(i):
    return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"


def lists(keys, size=LIST):
    return [keys[i:i + size] for i in range(0, len(keys), size)]


def measure(work, passes, clock=time.process_time_ns):
    """(nanoseconds of all passes, what the last one gave), one unmeasured pass first."""
    work()
    start = clock()
    for _ in range(passes):
        last = work()
    return clock() - start, last


def read_one(client, keys):
    get = client.get

    def work():
        size = 0
        for key in keys:
            size += len(get(key))
        return size
    return work


def write_one(client, keys):
    store = client.set

    def work():
        stored = 0
        for key in keys:
            if store(key, VALUE):
                stored += 1
        return stored
    return work


def read_many(client, keys):
    get_many = client.get_many
    batches = lists(keys, READ)

    def work():
        size = 0
        for batch in batches:
            size += sum(map(len, get_many(batch).values()))
        return size
    return work


def write_many(client, keys):
    set_many = client.set_many
    batches = [dict.fromkeys(batch, VALUE) for batch in lists(keys)]

    def work():
        stored = 0
        for batch in batches:
            stored += set_many(batch)
        return stored
    return work


JOBS = {"get": read_one, "set": write_one, "gets": read_many, "sets": write_many}


def talk(job, clock, client, keys, passes):
    """Every key must be there and stored: a job that loses some is not measured."""
    if sum(client.set_many(dict.fromkeys(batch, VALUE)) for batch in lists(keys)) != len(keys):
        return "lost keys before the job"
    spent, last = measure(JOBS[job](client, keys), passes, clock)
    if last != len(keys) * (len(VALUE) if job.startswith("get") else 1):
        return f"lost keys: {last}"
    return f"{spent / (len(keys) * passes):.3f} {last}"


def answer(line, ways, connect, all_keys):
    job, way, servers, count, passes, profile = line.split()
    keys = all_keys[:int(count)]
    if connect and job in JOBS and way in CLOCKS:
        return talk(job, CLOCKS[way], connect(servers.split(","), profile), keys, int(passes))
    if job != "locate" or way not in ways:
        return "skip not something it does"
    work, indexes = ways[way](keys, [server(i) for i in range(int(servers))], profile)
    spent, _ = measure(work, int(passes))
    return f"{spent / (len(keys) * int(passes)):.3f} {sum(indexes())}"


def serve(name, ways, connect=None):
    with open(sys.argv[1], encoding="ascii") as file:
        text = file.read()
    keys = [text[i:i + KEY_SIZE] for i in range(0, len(text), KEY_SIZE)]
    print(f"{name}, Python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        print(answer(line, ways, connect, keys), flush=True)
