#!/usr/bin/env python3
"""Histories of many processes of all languages, while their servers fail: judged by histories.py.

    history.py [--size N] [--seed N] [--only RUN] [--control] NAME=COMMAND...

COMMAND starts the driver of a language (tests/live); there are two processes of each. Each speaks to four servers
through links of its own, which can be cut. The runs, by what servers suffer and where keys may go meanwhile:

    miss     on_dead=miss: paused, killed and started anew, cut off from all
    next     on_dead=next: the same
    miss/one, next/one  one process alone is cut off

No process may read what it saw fail, or what was there before (P5); with on_dead=miss none reads an old value at all,
and with no policy once all servers are up again everywhere. With on_dead=next two processes do not find a server
down, or up, at one moment; until they agree one reads at the stand-in what the other does at home: reads of values
older than an acknowledged change are counted then, and printed ("own", "others").

A process finds a server that was killed down with the first call that needs it: how many calls failed at each killed
server, and not at once, is counted too.

A run has some 8,000 operations, or POLYRING_SIZE; with POLYRING_ALL as many as it takes to read 100,000 values, in
the runs with one process alone 60,000. Others with POLYRING_SEED.

--control lets servers rejoin as they are (rejoin=immediate): old values must then be found, and it exits with 1.
"""

import argparse
import base64
import os
import pathlib
import random
import socket
import sys
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "live"))

from cuts import Cuts
from drivers import Driver, Wrong, key as encoded, text
from fleet import Server
from histories import NOT_DONE, OK, UNKNOWN, Op, check, tally

SERVERS, KEYS, COUNTERS = 4, 180, 20
PORT = 21951
FAULTS_LEAST = 3  # of a run
SHIFT = 24  # the bits of a counter that incrs may count in
# Short, so that a server fails and comes back many times in a run.
SETTINGS = {"timeout": "100ms", "connect_timeout": "60ms", "probe_interval": "80ms", "probe_most": "160ms",
            "settle": "500ms", "steady": "1s", "stand_in_ttl": "1s"}
# A flush serves all if it began more than a second after they saw the server go down: uptimes are whole seconds.
SETTINGS_OF = {"miss": {}, "next": {"probe_interval": "600ms", "probe_most": "600ms", "settle": "700ms"}}
RUNS = {"miss": ("miss", ("pause", "kill", "refuse", "hold")), "next": ("next", ("pause", "kill", "refuse", "hold")),
        "miss/one": ("miss", ("refuse one", "hold one")), "next/one": ("next", ("refuse one", "hold one"))}
FAILED = {"UNAVAILABLE": NOT_DONE, "BUSY": NOT_DONE}


class Memcached(Server):
    def __init__(self, number):
        self.address = f"127.95.0.{number + 1}"
        self.start()

    def start(self):
        super().__init__("-l", self.address, "-p", str(PORT), "-t", "4", word=f"{self.address}:{PORT}")

    def pause(self):
        os.kill(self.process.pid, 19)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def go_on(self):
        os.kill(self.process.pid, 18)

    def empty(self):
        with socket.create_connection((self.address, PORT)) as link:
            link.sendall(b"flush_all\r\n")
            link.recv(100)


class Worker:
    """A process, and what it did in a run."""

    def __init__(self, number, driver, on_dead, settings, seed):
        self.process, self.random = number, random.Random(f"{seed} {number}")
        self.driver = driver
        self.written, self.history, self.errors = 0, [], []
        self.down, self.failures, self.struck = set(), {}, []
        self.links = {f"{number}/{s}": (f"127.95.{number + 1}.{s + 1}:{PORT}", f"127.95.0.{s + 1}:{PORT}")
                      for s in range(SERVERS)}
        self.places = [f"s{s}/{place}" for s, (place, _) in enumerate(self.links.values())]
        settings = {**SETTINGS, **SETTINGS_OF[on_dead], "on_dead": on_dead, **settings}
        settings = "&".join(f"{name}={value}" for name, value in settings.items())
        self.url = f"memcached://{','.join(self.places)}/?{settings}"

    def open(self):
        self.driver.want({"ok": True}, "open", servers=self.url, settings={})

    def run(self, share, faults):
        try:
            while len(self.history) < share or len(faults.done) < FAULTS_LEAST:
                time.sleep(0.001)
                self.step(self.random)
                if len(self.history) % 64 < 8:
                    self.look()
        except (Wrong, OSError, KeyError, ValueError) as wrong:
            self.errors.append(f"{self.driver.name}: {type(wrong).__name__}: {wrong}")

    def step(self, draw):
        kind = draw.random()
        if kind < 0.12:
            self.count(f"c{draw.randrange(COUNTERS)}", draw.random())
        elif kind < 0.24:
            self.get_many([f"k{k}" for k in draw.sample(range(KEYS), 8)])
        elif kind < 0.62:
            self.get(f"k{draw.randrange(KEYS)}")
        elif kind < 0.94:
            self.set(f"k{draw.randrange(KEYS)}")
        else:
            self.do("delete", f"k{draw.randrange(KEYS)}", "delete")

    def do(self, verb, key, call, given=None, **request):
        """Asks, and writes down what came of it."""
        start = time.monotonic_ns()
        answer = self.driver.ask(call, key=encoded(key), **request)
        end = time.monotonic_ns()
        outcome, value, count = OK, given, 0
        if "failure" in answer:
            outcome = self.failed(answer["failure"], start)
        elif "number" in answer:
            value, count = self.number(key, answer["number"])
        elif "value" in answer:
            value, count = self.plain(key, answer["value"])
        self.history.append(Op(self.process, verb, key, value, start, end, outcome, count))
        return outcome

    def failed(self, failure, start):
        status = failure["status"]
        self.failures[status] = self.failures.get(status, 0) + 1
        if failure["stage"] not in (None, "NONE"):  # it was not refused at once
            self.struck.append((failure["server"], start))
        return FAILED.get(status, UNKNOWN)

    def plain(self, key, value):
        kind, what = value
        return self.number(key, what) if kind == "int" else (what, 0)

    def number(self, key, digits):
        number = int(digits)
        return f"{key}|{number >> SHIFT}", number & ((1 << SHIFT) - 1)

    def get(self, key):
        return self.do("get", key, "get")

    def get_many(self, keys):
        start = time.monotonic_ns()
        answer = self.driver.ask("get_many", keys=[encoded(key) for key in keys])
        end = time.monotonic_ns()
        if "failure" in answer:
            return
        found = {base64.b64decode(key).decode(): value for key, value in answer["found"]}
        bad = {base64.b64decode(key).decode(): failure for key, failure in answer["failures"]}
        for key in keys:
            value = found.get(key, [None, None])[1]
            outcome = self.failed(bad[key], start) if key in bad else OK
            self.history.append(Op(self.process, "get", key, value, start, end, outcome))

    def set(self, key):
        self.written += 1
        value = f"{key}|{self.process}|{self.written}"
        return self.do("set", key, "set", value, value=text(value), ttl=0)

    def count(self, key, kind):
        if kind < 0.2:
            self.written += 1
            base = self.process << 32 | self.written
            self.do("set", key, "set_counter", f"{key}|{base}", number=base << SHIFT, ttl=0)
        elif kind < 0.6:
            self.do("incr", key, "incr", delta=1)
        else:
            self.do("get", key, "counter")

    def look(self):
        """Which servers it does not speak to."""
        for event in self.driver.ask("events")["events"]:
            if event["kind"] == "HEALTH":
                state = event["text"].split()[2]
                (self.down.discard if state in ("UP", "SUSPECT") else self.down.add)(event["server"])
                self.failures[state] = self.failures.get(state, 0) + 1

    def wait(self):
        """Until all servers are up."""
        end = time.monotonic() + 30
        while True:
            for k in range(0, KEYS, 5):
                self.get(f"k{k}")
                time.sleep(0.001)
            self.look()
            if not self.down and self.history[-1].outcome == OK:
                return
            if time.monotonic() > end:
                self.errors.append(f"{self.driver.name}: not up after 30 s: {sorted(self.down)}")
                return


class Faults:
    """One after another. They happen in the main thread, since a server ends with the thread that started it."""

    def __init__(self, kinds, servers, workers, cuts, seed):
        self.kinds, self.servers, self.workers, self.cuts = kinds, servers, workers, cuts
        self.random = random.Random(f"{seed} faults")
        self.done, self.kills = [], []

    def run(self, threads):
        """While the threads run."""
        while any(thread.is_alive() for thread in threads):
            time.sleep(self.random.uniform(0.2, 0.5))
            kind, server = self.random.choice(self.kinds), self.random.randrange(SERVERS)
            time_of_it = self.random.choice([0.1, 0.25, 0.26, self.random.uniform(0.1, 1.0)])  # 0.25: settle
            if " one" in kind:
                time_of_it += 0.3  # one process must come by in that time
            self.done.append((kind, server, round(time_of_it, 3)))
            workers = self.workers if " one" not in kind else [self.random.choice(self.workers)]
            links = [list(worker.links)[server] for worker in workers]
            self.fail(kind.split()[0], self.servers[server], links, time_of_it)

    def fail(self, kind, server, links, time_of_it):
        if kind == "pause":
            server.pause()
            time.sleep(time_of_it)
            server.go_on()
        elif kind == "kill":
            server.stop()
            self.cuts.do("refuse", *links)  # as its machine would
            start = time.monotonic_ns()
            time.sleep(time_of_it)
            self.kills.append((server, start, time.monotonic_ns()))
            server.start()
            self.cuts.do("heal", *links)
        else:
            self.cuts.do(kind, *links)
            time.sleep(time_of_it)
            self.cuts.do("heal", *links)


def in_threads(workers, call, meanwhile=None):
    threads = [threading.Thread(target=call, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    if meanwhile:
        meanwhile(threads)
    for thread in threads:
        thread.join()


def at_home(workers):
    """With on_dead=miss: the keys that more than one server has, or another one than their home."""
    probe, strays = workers[0].driver, 0
    places = [place for place, _ in workers[0].links.values()]
    dumps = dict(probe.ask("dump")["servers"])
    for server, said in dumps.items():
        for line in said.splitlines():
            name = line.partition("key=")[2].partition(" ")[0]
            if name.startswith(("k", "c")) and name[1:].isdigit():
                strays += probe.ask("locate", key=encoded(name))["text"].rpartition("=")[2] != server.rpartition("=")[2]
    return strays if len(dumps) == len(places) else -1


def until_down(workers, servers, kills):
    """The most calls of one process that failed at a killed server and were not refused at once: until it was DOWN."""
    counts = [0]
    for killed, start, end in kills:
        for worker in workers:
            spelled = worker.places[servers.index(killed)]
            counts.append(len({begun for server, begun in worker.struck if server == spelled and start <= begun < end}))
    return max(counts)


def run(name, words, drivers, servers, cuts_of):
    """Whether all was as promised."""
    on_dead, kinds = RUNS[name]
    settings = {"rejoin": "immediate"} if words.control else {}
    workers = [Worker(number, driver, on_dead, settings, f"{words.seed} {name}") for number, driver in enumerate(drivers)]
    cuts = cuts_of(workers)
    try:
        for server in servers:
            server.empty()
        in_threads(workers, Worker.open)
        faults = Faults(kinds, servers, workers, cuts, f"{words.seed} {name}")
        start = time.monotonic()
        size = words.size or size_of(name)
        in_threads(workers, lambda worker: worker.run(size // len(workers), faults), faults.run)
        seconds = time.monotonic() - start
        in_threads(workers, Worker.wait)
        print(f"{name}: all up after {time.monotonic() - start - seconds:.1f} s more")
        settled = time.monotonic_ns()
        in_threads(workers, read_all)
        strays = at_home(workers) if on_dead == "miss" else 0
        calls = until_down(workers, servers, faults.kills)
        return judge(name, workers, faults, calls, settled, strays, seconds)
    finally:
        cuts.end()


def read_all(worker):
    for k in range(KEYS):
        worker.get(f"k{k}")
    for c in range(COUNTERS):
        worker.do("get", f"c{c}", "counter")


def judge(name, workers, faults, calls, settled, strays, seconds):
    history = [op for worker in workers for op in worker.history]
    reads, wrongs = check(history)
    figures = tally(wrongs)
    kinds = {"invented", "denied", "undone"} | ({"own", "others"} if RUNS[name][0] == "miss" else set())
    bad = [wrong for wrong in wrongs if wrong.kind in kinds or wrong.read.call >= settled and wrong.kind != "late"]
    failures = {}
    for worker in workers:
        for status, count in worker.failures.items():
            failures[status] = failures.get(status, 0) + count
    print(f"{name}: {len(history):,} operations by {len(workers)} processes in {seconds:.1f} s, "
          f"{len(faults.done)} faults, {reads:,} values read")
    print("   ", ", ".join(f"{status} {count:,}" for status, count in sorted(failures.items())))
    print("   ", ", ".join(f"{kind} {count:,}" for kind, count in figures.items()))
    print(f"    keys away from home {strays}; servers killed {len(faults.kills)}, calls of a process until DOWN {calls}")
    errors = [error for worker in workers for error in worker.errors]
    if strays:
        errors.append(f"{strays} keys lie away from their home")
    if calls > 1:
        errors.append(f"{calls} calls of a process failed at a killed server")
    if not failures.get("DOWN"):
        errors.append("no server was ever down: the run shows nothing")
    errors += [str(wrong) for wrong in bad[:10]]
    if bad:
        errors.append(f"{len(bad)} reads that break a promise")
    for error in errors:
        print(f"{name}: {error}", file=sys.stderr)
    return not errors


def size_of(name):
    if not os.environ.get("POLYRING_ALL"):
        return 8000
    return 60000 if "/one" in name else 540000 if RUNS[name][0] == "next" else 240000


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=int(os.environ.get("POLYRING_SIZE") or 0))
    parser.add_argument("--seed", default=os.environ.get("POLYRING_SEED") or "1")
    parser.add_argument("--only", choices=list(RUNS))
    parser.add_argument("--control", action="store_true")
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    return parser.parse_args()


def main():
    words = arguments()
    print(f"seed {words.seed}")
    drivers = [Driver(*word.split("=", 1)) for word in words.drivers for _ in range(2)]
    servers = [Memcached(s) for s in range(SERVERS)]

    def cuts_of(workers):
        return Cuts({link: ends for worker in workers for link, ends in worker.links.items()})

    try:
        good = [run(name, words, drivers, servers, cuts_of) for name in RUNS if words.only in (None, name)]
    finally:
        for driver in drivers:
            driver.process.kill()
        for server in servers:
            server.go_on()
            server.stop()
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
