#!/usr/bin/env python3
"""How often a server is emptied for one return, where many processes of all languages saw it fail.

    flushes.py [--size N] [--control] NAME=COMMAND...

COMMAND starts the driver of a language (tests/live); there is one process of each, with on_dead=next, so that a server
that comes back is emptied before it is read (rejoin=flush_first). Three of four servers are stopped (SIGSTOP) until all
processes have seen it, and go on. When all processes speak to them again, the servers say how often they were emptied
(cmd_flush of their statistics): once each, and no more.

There are two rounds of three servers, with POLYRING_ALL or --size others. --control lets one process see the failure
only when the servers are back, so that the flush of the others is too early for it: more than one must then be counted,
and it exits with 1.
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

SERVERS, STOPPED, KEYS, PORT = 4, 3, 40, 21971
LIMIT = 30  # seconds in which a round ends
# The times are the defaults; one failed call is enough, so that all see it soon.
SETTINGS = "on_dead=next&timeout=200ms&detect_soft=1&steady=1s&stand_in_ttl=1s"


class Process:
    def __init__(self, driver, servers):
        self.driver, self.down = driver, set()
        places = ",".join(server.word for server in servers)
        driver.want({"ok": True}, "open", servers=f"memcached://{places}/?{SETTINGS}", settings={})

    def fill(self):
        for k in range(KEYS):
            self.driver.ask("set", key=encoded(f"k{k}"), value=text("v"), ttl=0)

    def go_until(self, reached):
        """Calls, until so many servers are down."""
        end = time.monotonic() + LIMIT
        while len(self.down) != reached:
            for k in range(KEYS):
                self.driver.ask("get", key=encoded(f"k{k}"))
                time.sleep(0.001)
            for event in self.driver.ask("events")["events"]:
                if event["kind"] == "HEALTH":
                    up = event["text"].split()[2] in ("UP", "SUSPECT")
                    (self.down.discard if up else self.down.add)(event["server"])
            if time.monotonic() > end:
                raise SystemExit(f"{self.driver.name}: {sorted(self.down)} are down after {LIMIT} s")


def together(processes, reached):
    threads = [threading.Thread(target=one.go_until, args=(reached,)) for one in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if any(len(one.down) != reached for one in processes):
        sys.exit(1)


def flushes(server):
    address, port = server.word.split(":")
    with socket.create_connection((address, int(port))) as link, link.makefile("rb") as lines:
        link.sendall(b"stats\r\n")
        return next(int(line.split()[2]) for line in lines if line.startswith(b"STAT cmd_flush "))


def stop(server):
    server.process.send_signal(signal.SIGSTOP)
    os.waitpid(server.process.pid, os.WUNTRACED)


def one_round(processes, servers, late):
    """How often each server was emptied."""
    before = [flushes(server) for server in servers]
    for process in processes:
        process.fill()
    for server in servers:
        stop(server)
    together(processes[late:], STOPPED)
    for server in servers:
        server.process.send_signal(signal.SIGCONT)
    together(processes[late:], 0)
    if late:
        for server in servers:
            stop(server)
        together(processes[:late], STOPPED)
        for server in servers:
            server.process.send_signal(signal.SIGCONT)
        together(processes, 0)
    return [flushes(server) - count for server, count in zip(servers, before)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=20 if os.environ.get("POLYRING_ALL") else 2)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    words = parser.parse_args()
    drivers = [Driver(*word.split("=", 1)) for word in words.drivers]
    servers = [on_tcp(f"127.95.20.{s + 1}", PORT) for s in range(SERVERS)]
    counts = collections.Counter()
    try:
        processes = [Process(driver, servers) for driver in drivers]
        for _ in range(words.size):
            counts.update(one_round(processes, servers[:STOPPED], 1 if words.control else 0))
            time.sleep(1)  # steady
    finally:
        for driver in drivers:
            driver.process.kill()
        for server in servers:
            server.process.send_signal(signal.SIGCONT)
            server.stop()
    told = ", ".join(f"{times} {count}" for times, count in sorted(counts.items()))
    print(f"{sum(counts.values())} returns to {len(drivers)} processes; emptied so often: {told}")
    if set(counts) != {1}:
        sys.exit("not once for each return")


if __name__ == "__main__":
    main()
