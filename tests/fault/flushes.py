#!/usr/bin/env python3
"""How often a server is emptied for one return, where many processes of all languages saw it fail.

    flushes.py [--size N] [--control] NAME=COMMAND...

COMMAND starts the driver of a language (tests/live); there is one process of each, with on_dead=next, so that a server
that comes back is emptied before it is read (rejoin=flush_first). One of four servers is stopped (SIGSTOP) until all
processes have seen it, and goes on. When all processes speak to it again, it says how often it was emptied (cmd_flush of
its statistics): once, and no more.

That is done with the default times, and with short ones, where the server's uptime, which is whole seconds, says nothing
of when a flush was: once each, with POLYRING_ALL 30 times, or --size. --control lets one process see the failure only
when the server is back, so that the flush of the others is too early for it: more than one must then be counted, and it
exits with 1.
"""

import argparse
import collections
import os
import pathlib
import signal
import socket
import sys
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "live"))

from drivers import Driver, key as encoded, text
from fleet import on_tcp

SERVERS, KEYS, PORT = 4, 40, 21971
LIMIT = 30  # seconds in which a round ends
# One failed call is enough, so that all see it soon.
SETTINGS = "on_dead=next&timeout=200ms&detect_soft=1&steady=1s&stand_in_ttl=1s"
TIMES = {"default": "", "short": "&probe_interval=150ms&probe_most=150ms&settle=600ms"}


class Process:
    def __init__(self, driver, servers, times):
        self.driver, self.down = driver, set()
        places = ",".join(server.word for server in servers)
        driver.want({"ok": True}, "open", servers=f"memcached://{places}/?{SETTINGS}{times}", settings={})

    def fill(self):
        for k in range(KEYS):
            self.driver.ask("set", key=encoded(f"k{k}"), value=text("v"), ttl=0)

    def go_until(self, down):
        """Calls, until that server is down, or none."""
        end = time.monotonic() + LIMIT
        while self.down != down:
            for k in range(KEYS):
                self.driver.ask("get", key=encoded(f"k{k}"))
                time.sleep(0.001)
            for event in self.driver.ask("events")["events"]:
                if event["kind"] == "HEALTH":
                    up = event["text"].split()[2] in ("UP", "SUSPECT")
                    (self.down.discard if up else self.down.add)(event["server"])
            if time.monotonic() > end:
                raise SystemExit(f"{self.driver.name}: {sorted(self.down)} are down after {LIMIT} s")


def together(processes, *down):
    threads = [threading.Thread(target=one.go_until, args=(set(down),)) for one in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if any(one.down != set(down) for one in processes):
        sys.exit(1)


def flushes(server):
    address, port = server.word.split(":")
    with socket.create_connection((address, int(port))) as link, link.makefile("rb") as lines:
        link.sendall(b"stats\r\n")
        return next(int(line.split()[2]) for line in lines if line.startswith(b"STAT cmd_flush "))


def stop(server):
    server.process.send_signal(signal.SIGSTOP)
    os.waitpid(server.process.pid, os.WUNTRACED)


def outage(processes, server, others):
    """Of a server, which those processes see and the others do not."""
    stop(server)
    together(processes, server.word)
    server.process.send_signal(signal.SIGCONT)
    together(processes)
    together(others)


def flushes_of_one(processes, server, late):
    """How often the server was emptied, when it failed and came back. late: one process sees it later."""
    before = flushes(server)
    for process in processes:
        process.fill()
    outage(processes[late:], server, [])
    if late:
        outage(processes[:late], server, processes[late:])
    return flushes(server) - before


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=30 if os.environ.get("POLYRING_ALL") else 1)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    words = parser.parse_args()
    drivers = [Driver(*word.split("=", 1)) for word in words.drivers]
    servers = [on_tcp(f"127.95.20.{s + 1}", PORT) for s in range(SERVERS)]
    once = True
    try:
        for name, times in TIMES.items():
            processes = [Process(driver, servers, times) for driver in drivers]
            counts = collections.Counter()
            for number in range(words.size):
                counts[flushes_of_one(processes, servers[number % SERVERS], 1 if words.control else 0)] += 1
            told = ", ".join(f"{times} {count}" for times, count in sorted(counts.items()))
            print(f"{name} times: a server back to {len(drivers)} processes {words.size} times; emptied so often: {told}")
            once = once and set(counts) == {1}
    finally:
        for driver in drivers:
            driver.process.kill()
        for server in servers:
            server.process.send_signal(signal.SIGCONT)
            server.stop()
    if not once:
        sys.exit("not once for each return")


if __name__ == "__main__":
    main()
