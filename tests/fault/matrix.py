#!/usr/bin/env python3
"""Every fault, with every operation, in every language: what may never happen does not.

    matrix.py [--control] [--json] [--seed N] [--cells N] [--only WORD,...] NAME=COMMAND...

COMMAND starts the driver of a language, as in tests/live/languages.py. A cell is a fault, an operation, a protocol and
a policy (cells.py); in each, a client with three servers, and a fourth as its gutter, makes six calls, of which the
keys live on the first, behind proxy.py; afterwards all is well again, and it must be of use again. Of each cell is
checked:

    wrong values       a value that no server has of that key
    false successes    a change that no server shows. In classic text the replies to changes name no key: with replies
                       that come twice or in another order it is only counted
    false misses       a key that its server has; with replies that come twice or in another order it is only counted
    late               a call that ends later than its deadline and 250 ms
    classes            a failure of another class than the fault is of
    homes              a key lies where its policy never sends it
    descriptors        the process has as many before the client as behind it
    crashes            the driver ends, or does not answer
    returns            a call fails still, 5 s after the fault is over (on_dead=miss)
    idle               a fault that struck no reply in any cell; only where all cells are taken

By default so many cells of each fault as --cells says, which the seed chooses, for each language others; with
POLYRING_ALL, or --cells 0, all. --only takes the cells with these words. --control turns the checks around: each must
then fail, and the program exits with 1. Prints a table, with --json a line for each cell before.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import json
import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "live"))

import cells  # noqa: E402
from cells import CALLS, MANY, Truth  # noqa: E402
from drivers import Driver, Wrong, key  # noqa: E402
from fleet import Server  # noqa: E402
from proxy import Proxy  # noqa: E402

TIME = 0.15  # of all calls
LIMIT = 0.25  # how late they may end
RETURNS = 5.0
TRIES = 5  # a busy machine is late now and then, a client that is wrong always
SETTINGS = {"timeout": "150ms", "connect_timeout": "100ms", "on_mismatch": "ignore", "compress": "none",
            "probe_interval": "20ms", "probe_most": "80ms", "settle": "20ms"}
CHECKS = ["wrong values", "false successes", "false misses", "late", "classes", "homes", "descriptors", "crashes",
          "returns", "idle"]


def url(words, **more):
    """A URL takes all settings, in all languages."""
    return f"memcached://{','.join(words)}/?" + "&".join(f"{n}={v}" for n, v in {**SETTINGS, **more}.items())


def opened(driver, servers):
    driver.want({"ok": True}, "open", servers=servers, settings={})


class Pool:
    """Three servers, of which the first has a proxy in front, and one more for the gutter."""

    def __init__(self, number):
        self.places = [(f"127.97.{number}.{n}", 21960 + n) for n in (1, 2, 3, 4)]
        self.servers = [self.start(n) for n in range(4)]
        self.truths = [Truth(place) for place in self.places]
        self.proxy = Proxy(self.places[0], listen=(f"127.97.{number}.9", 21969))
        self.stopped = False

    def start(self, n):
        address, port = self.places[n]
        return Server("-l", address, "-p", str(port), "-I", "4k", "-o", "slab_chunk_max=2048", word=f"{address}:{port}")

    def words(self, fault):
        return [self.servers[0].word if fault in cells.WITHOUT_PROXY else self.proxy.word,
                *(server.word for server in self.servers[1:cells.GUTTER])]

    def begin(self, fault, seed):
        process = self.servers[0].process
        if fault == "stopped":
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            self.stopped = True
        elif fault == "killed":
            self.servers[0].stop()
        else:
            self.proxy.set(fault, seed)

    def end(self, fault):
        if fault == "stopped":
            self.servers[0].process.send_signal(signal.SIGCONT)
            self.stopped = False
        elif fault == "killed":
            self.servers[0] = self.start(0)
        else:
            self.proxy.set("pass")

    def read(self, names):
        return [None if n == 0 and self.stopped else truth.read(names) for n, truth in enumerate(self.truths)]

    def close(self):
        self.proxy.close()
        for server in self.servers:
            server.process.send_signal(signal.SIGCONT)
            server.stop()
        for truth in self.truths:
            truth.close()


class Unready(Wrong):
    """The calls before the fault failed: on a busy machine they may."""


class Cell:
    """One cell, in one language."""

    def __init__(self, cell, driver, pool, label, control):
        self.fault, self.operation, self.protocol, self.on_dead = cell
        self.driver, self.pool, self.label, self.control = driver, pool, label, control
        self.kind = self.fault.partition(":")[0]
        self.wrong = collections.Counter()
        self.counted, self.outcomes = collections.Counter(), collections.Counter()
        self.details, self.latest, self.broken, self.descriptors = [], -TIME, 0, [0, 0]
        self.back = None

    def note(self, check, detail, may=False):
        (self.counted if may else self.wrong)[check] += 1
        if not may:
            self.details.append(f"{check}: {detail}")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.driver.process.pid}/fd"))

    def run(self):
        words = self.pool.words(self.fault)
        self.driver.want({"ok": True}, "close")  # an attempt before may have left it
        self.descriptors[0] = self.open_files()
        gutter = {"gutter": self.pool.servers[cells.GUTTER].word} if self.on_dead == "gutter" else {}
        opened(self.driver, url(words, protocol=self.protocol, on_dead=self.on_dead, **gutter))
        names = self.names(words[0])
        absent = names.pop()
        try:
            cells.prepare(self.driver, self.operation, names)
        except Wrong as wrong:
            raise Unready(wrong) from None
        self.pool.begin(self.fault, self.label)
        try:
            for number in range(CALLS):
                self.one(number, names, absent)
        finally:
            self.broken = 0 if self.fault in cells.WITHOUT_PROXY else self.pool.proxy.broken
            self.pool.end(self.fault)
        if self.on_dead == "miss":
            self.returns(names[0])
        self.driver.want({"ok": True}, "close")
        self.descriptors[1] = self.open_files() + self.control
        if self.descriptors[0] != self.descriptors[1]:
            time.sleep(0.1)  # a runtime has files of its own open for a moment
            self.descriptors[1] = self.open_files() + self.control
        if self.descriptors[0] != self.descriptors[1]:
            self.note("descriptors", "%d before, %d behind" % tuple(self.descriptors))

    def names(self, home):
        """Of the first server, but for get_many, which goes to all."""
        names = (f"{self.label}-{n}" for n in range(1000))
        if self.operation == "get_many":
            return [next(names) for _ in range(MANY + 1)]
        here = (name for name in names if self.driver.ask("locate", key=key(name))["text"] == home)
        return [next(here) for _ in range(4)]

    def one(self, number, names, absent):
        every = [*names, absent]
        before = self.pool.read(every)
        one = cells.call(self.operation, number, names, absent, before)
        struck = self.pool.proxy.broken
        begin = time.monotonic()
        answer = self.driver.ask(one.operation, **one.request())
        over = time.monotonic() - begin - TIME
        after = self.pool.read(every)
        self.latest = max(self.latest, over)
        if over > (-TIME if self.control else LIMIT):
            self.note("late", f"{over * 1000:.0f} ms")
        failures = [answer["failure"]] if "failure" in answer else [f for _, f in answer.get("failures", [])]
        may = {"none"} if self.control else cells.MAY_FAIL[self.kind]
        for failure in failures:
            self.outcomes[failure["status"]] += 1
            # a value that is too large is refused by the server
            refused = failure["status"] == "SERVER_FAILED" and "xxx" in str(one.more.get("value"))
            if failure["status"] not in may and not refused:
                self.note("classes", f"{failure['status']}: {failure['text']}",
                          failure["status"] == "SERVER_FAILED" and self.kind in cells.DISORDERED and not self.control)
        named = self.kind in ("wrong_key", "wrong_opaque") and self.on_dead == "miss" and len(one.keys) == 1
        missed = "miss" in answer or answer.get("outcome") == "MISS"  # which has no name in it
        if named and struck != self.pool.proxy.broken and not failures and not missed:
            self.note("classes", "a reply with another name is taken")
        astray = [name for name in one.keys if cells.is_astray(name, after, self.on_dead)]
        if self.operation != "get_many" and (astray or self.control):
            self.note("homes", f"{one.operation} {astray}: {after}")
        self.judge(one, answer, before, after)

    def judge(self, one, answer, before, after):
        disordered = self.kind in cells.DISORDERED
        if "found" in answer:
            values = {k: value for k, value in answer["found"]}
            failed = {k for k, _ in answer["failures"]}
            for name in one.keys:
                if key(name) in values:
                    self.value(name, values[key(name)], before, after)
                elif key(name) not in failed:
                    self.miss(name, before, after, disordered)
        elif "value" in answer:
            self.value(one.keys[0], answer["value"], before, after)
        elif "miss" in answer or answer.get("outcome") == "MISS":
            self.miss(one.keys[0], before, after, disordered)
        elif answer.get("outcome") == "OK" or "number" in answer:
            self.outcomes["OK"] += 1
            if not cells.is_done(one, answer, before, after) or self.control:
                self.note("false successes", f"{one.operation} {one.keys[0]}: {answer}, {before}, {after}",
                          self.protocol == "text" and disordered and not self.control)
        elif "outcome" in answer:
            self.outcomes[answer["outcome"]] += 1

    def value(self, name, value, before, after):
        self.outcomes["OK"] += 1
        if not cells.is_found(value, name, before, after) or self.control:
            self.note("wrong values", f"{name}: {value}")

    def miss(self, name, before, after, disordered):
        self.outcomes["MISS"] += 1
        if not cells.is_missed(name, before, after, self.on_dead) or self.control:
            self.note("false misses", name, disordered and not self.control)

    def returns(self, name):
        """Calls until none fails."""
        begin = time.monotonic()
        while True:
            before = self.pool.read([name])
            answer = self.driver.ask("counter" if self.operation == "incr" else "get", key=key(name))
            over = time.monotonic() - begin
            if "failure" not in answer and not self.control:
                break
            if over > (0 if self.control else RETURNS):
                events = self.driver.ask("events")["events"]
                self.note("returns", f"{answer['failure']['text']}: {[e['text'] for e in events][-12:]}")
                return
            time.sleep(0.01)
        self.back = over
        if "value" in answer and answer["value"][0] == "text":
            self.value(name, answer["value"], before, before)

    def line(self):
        return {"fault": self.fault, "operation": self.operation, "protocol": self.protocol, "on_dead": self.on_dead,
                "language": self.driver.name, "outcomes": dict(self.outcomes), "wrong": dict(self.wrong),
                "counted": dict(self.counted), "late_ms": round(self.latest * 1000, 1), "broken": self.broken,
                "descriptors": self.descriptors, "back_ms": self.back and round(self.back * 1000),
                "details": self.details[:5]}


class Language:
    """All cells of a language, one after the other, in a process of its own."""

    def __init__(self, number, word, seed, control):
        self.pool, self.seed, self.control = Pool(number), seed, control
        self.name, self.command = word.split("=", 1)
        self.driver = None

    def attempt(self, cell, label):
        """The cell as it went."""
        if not self.driver:
            self.driver = Driver(self.name, self.command)
            warm(self.driver, self.pool)
        one = Cell(cell, self.driver, self.pool, label, self.control)
        try:
            one.run()
            if self.control and label.endswith("-0-0"):
                raise Wrong("the control")
        except Unready as unready:
            one.note("late", f"before the fault: {unready}")
        except (Wrong, OSError, KeyError, ValueError, StopIteration) as wrong:
            one.note("crashes", f"{type(wrong).__name__}: {wrong}")
            self.driver.process.kill()
            self.driver.process.wait()
            self.driver = None
        return one

    def run(self, at, cell):
        """The line of a cell. One that is only late, or slow to return, is tried again."""
        for n in range(TRIES):
            one = self.attempt(cell, f"{self.seed}-{at}-{n}")
            if self.control or not one.wrong or set(one.wrong) - {"late", "returns"}:
                break
        return {**one.line(), "tries": n + 1}

    def close(self):
        if self.driver:
            self.driver.end()
        self.pool.close()


def of_language(number, word, chosen, seed, control):
    with contextlib.closing(Language(number, word, seed, control)) as language:
        return [language.run(at, cell) for at, cell in enumerate(chosen)]


def warm(driver, pool):
    """What a language opens but once is opened: files of its own."""
    for fault in ("pass", "stopped"):
        opened(driver, url(pool.words(fault)))
        driver.ask("set", key=key("warm"), value=["text", "x"], ttl=0)
        driver.ask("get_many", keys=[key("warm")])
        driver.ask("get", key="")
        driver.want({"ok": True}, "close")


def table(lines):
    """A line for each fault and protocol."""
    rows = collections.defaultdict(list)
    for line in lines:
        rows[line["fault"], line["protocol"]].append(line)
    head = ["fault", "protocol", "cells", "struck", "OK", "MISS", "failed", *CHECKS[:-1], "counted", "latest ms"]
    shown = [head]
    for (fault, protocol), of in rows.items():
        outcomes, wrong, counted = (sum((collections.Counter(line[name]) for line in of), collections.Counter())
                                    for name in ("outcomes", "wrong", "counted"))
        failed = sum(n for status, n in outcomes.items() if status not in ("OK", "MISS", "NOT_STORED", "EXISTS"))
        told = ", ".join(f"{n} {check}" for check, n in counted.items()) or "0"
        shown.append([fault, protocol, len(of), sum(line["broken"] for line in of), outcomes["OK"], outcomes["MISS"],
                      failed, *(wrong[check] for check in CHECKS[:-1]), told, max(line["late_ms"] for line in of)])
    widths = [max(len(str(row[n])) for row in shown) for n in range(len(head))]
    for row in shown:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())


def idle(lines, control):
    """Faults that struck nothing."""
    struck = collections.Counter()
    for line in lines:
        struck[line["fault"]] += line["broken"]
    return [fault for fault, n in struck.items()
            if (not n or control) and fault not in {"refuse", "blackhole"} | cells.WITHOUT_PROXY]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("POLYRING_SEED", "1")))
    parser.add_argument("--cells", type=int, default=0 if os.environ.get("POLYRING_ALL") else 3)
    parser.add_argument("--only", default="")
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    return parser.parse_args()


def choose(words, number):
    chance = random.Random(f"{words.seed}:{number}")
    chosen = cells.sample(words.cells, chance) if words.cells else cells.all_cells()
    wanted = set(filter(None, words.only.split(",")))
    return [cell for cell in chosen if wanted <= set(cell)]


def main():
    words = arguments()
    begin = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(len(words.drivers)) as pool:
        runs = [pool.submit(of_language, n + 1, word, choose(words, n), words.seed, words.control)
                for n, word in enumerate(words.drivers)]
        lines = [line for run in runs for line in run.result()]
    for line in lines if words.json else []:
        print(json.dumps(line))
    table(lines)
    wrong = sum((collections.Counter(line["wrong"]) for line in lines), collections.Counter())
    counted = sum((collections.Counter(line["counted"]) for line in lines), collections.Counter())
    found = idle(lines, words.control) if words.control or not (words.cells or words.only) else []
    if found:
        wrong["idle"] += len(found)
        print(f"idle: {', '.join(found)}", file=sys.stderr)
    for line in lines:
        for detail in line["details"] if not words.control else []:
            print(*(line[name] for name in ("language", "fault", "operation", "protocol", "on_dead")), detail,
                  file=sys.stderr)
    calls = sum(sum(line["outcomes"].values()) for line in lines)
    print(f"{len(lines)} cells, {calls} answers, {time.monotonic() - begin:.1f} s, seed {words.seed}; counted: "
          f"{dict(counted) or 0}; latest {max(line['late_ms'] for line in lines)} ms behind its deadline; tried again: "
          f"{sum(line['tries'] > 1 for line in lines)}")
    failed = [check for check in CHECKS if wrong[check]]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
