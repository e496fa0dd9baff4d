#!/usr/bin/env python3
"""What a server that fails costs the callers: Polyring and real clients in the same scenario.

    measure.py [--json] [--markdown] [--client NAME]... [--timeout MS] [--back MS] [--runs N] FIGURE BUILD

BUILD is the folder of the build. FIGURE:

    stopped   four servers, one is stopped (SIGSTOP) 3 s after the start for 5 s: calls go on meanwhile
              (slow_before: while all was well, which is the noise of the machine)
    killed    one is killed 3 s after the start, and started again --back later (400 ms)
    paced     the same with a call each 100 ms
    lateness  the only server is stopped, and never taken for down: how late each call ends

Each client runs a closed loop of one thread (loops/), with a timeout of 200 ms and its usual settings of failover. A
call is slow if it takes half of the timeout or more. Run it where nobody else has servers on 127.97.9.0/24, as in a
network namespace of its own. What a client needs and is not there is a line that says so.
"""

import argparse
import json
import os
import selectors
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "live"))

from fleet import on_tcp  # noqa: E402

LOOPS = os.path.join(HERE, "loops")
JAR = "/usr/share/java/spymemcached.jar"
BEGIN, OUTAGE, REST = 3.0, 5.0, 5.0
BACK = [0.4]  # s, from the end of a server to its start
SYSTEM = "/usr/bin/python3"
NOTES = {"pylibmc": "ketama, remove_failed=1, failure_limit=1, retry_timeout=1", "php-memcached":
         "ketama, remove_failed_servers, failure_limit=2, retry_timeout=1", "pymemcache": "HashClient",
         "dalli": "defaults", "spymemcached": "ketama, Redistribute"}


def clients(build):
    """Of each client its command."""
    python = os.path.join(LOOPS, "loop.py")
    extension = os.path.join(build, "php", "polyring.so")
    return {
        "polyring-c": [os.path.join(build, "bin", "fault_loop"), "polyring"],
        "polyring-python": ["env", f"PYTHONPATH={os.path.join(build, 'python')}", SYSTEM, "-B", python, "polyring"],
        "polyring-php": ["php", "-n", "-d", f"extension={extension}", os.path.join(LOOPS, "loop.php"), "polyring"],
        "pylibmc": [SYSTEM, "-B", python, "pylibmc"], "pymemcache": [SYSTEM, "-B", python, "pymemcache"],
        "php-memcached": ["php", os.path.join(LOOPS, "loop.php"), "memcached"],
        "dalli": ["ruby", os.path.join(LOOPS, "loop.rb"), "dalli"],
        "spymemcached": ["java", "-cp", JAR, os.path.join(LOOPS, "Loop.java"), "spymemcached"]}


def version(name, build):
    """The version, or what is missing."""
    if name.startswith("polyring"):
        return "here"
    package = {"pylibmc": "python3-pylibmc", "pymemcache": "python3-pymemcache", "php-memcached": "php-memcached",
               "dalli": "ruby-dalli", "spymemcached": "libspymemcached-java"}[name]
    told = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return told.stdout or f"{package} is not installed"


class Run:
    """One client through one scenario. Times are microseconds of the monotonic clock."""

    def __init__(self, command, servers, seconds, timeout, pause, more):
        words = [",".join(server.word for server in servers), str(seconds), str(timeout), str(pause), more]
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command, *words], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        selector = selectors.DefaultSelector()
        selector.register(self.process.stdout, selectors.EVENT_READ)
        if not selector.select(30) or b"ready" not in self.process.stdout.readline():
            self.process.kill()
            raise RuntimeError(self.process.stderr.read().decode(errors="replace").strip().split("\n")[-1][:200])
        self.start = now()

    def finish(self, limit):
        """Its calls and events."""
        out, _ = self.process.communicate(timeout=limit)
        lines = [line.split(b" ", 3) for line in out.splitlines()]
        events = [(int(line[1]), line[3].decode()) for line in lines if line[0] == b"event" and len(line) == 4]
        calls = [line for line in lines if len(line) == 3 and line[0].isdigit()]
        return [(int(begin), int(took), said.decode()) for begin, took, said in calls], events


def now():
    return time.monotonic_ns() // 1000


def wait_until(moment):
    time.sleep(max(0, (moment - now()) / 1e6))


def share(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else None


def ms(value):
    return None if value is None else round(value / 1000, 2)


def first(events, text, since):
    return next((moment for moment, said in events if text in said and moment >= since), None)


def within(calls, begin, end):
    return [call for call in calls if begin <= call[0] < end]


def rate(calls, begin, end):
    return round(len(within(calls, begin, end)) / ((end - begin) / 1e6))


def stopped(command, servers, timeout):
    run = Run(command, servers, BEGIN + OUTAGE + 2, timeout, 0, "")
    wait_until(run.start + BEGIN * 1e6)
    stop, process = now(), servers[2].process
    process.send_signal(signal.SIGSTOP)
    wait_until(stop + OUTAGE * 1e6)
    go = now()
    process.send_signal(signal.SIGCONT)
    calls, events = run.finish(60)
    down = first(events, "-> DOWN", stop)
    outage = within(calls, stop - timeout * 1000, go)
    slow = [call for call in outage if call[1] >= timeout * 500 and call[0] + call[1] > stop]
    settled, healthy = stop + 1e6, run.start + 5e5
    noise = [call for call in within(calls, healthy, stop - timeout * 1000) if call[1] >= timeout * 500]
    took, took_before = ([call[1] for call in within(calls, *window)] for window in ((settled, go), (healthy, stop)))
    return {"down_ms": ms(down - stop) if down else None, "slow_calls": len(slow),
            "slow_and_failed": sum(call[2] == "f" for call in slow), "slow_before": len(noise),
            "slow_until_ms": ms(slow[-1][0] + slow[-1][1] - stop) if slow else 0,
            "longest_ms": ms(max((call[1] for call in outage), default=None)),
            "failed": sum(call[2] == "f" for call in outage), "p99_before_ms": ms(share(took_before, 99)),
            "p99_ms": ms(share(took, 99)), "rate_before": rate(calls, healthy, stop), "rate": rate(calls, settled, go)}


def killed(command, servers, timeout, pause=0):
    run = Run(command, servers, BEGIN + BACK[0] + REST, timeout, pause, "")
    wait_until(run.start + BEGIN * 1e6)
    kill = now()
    servers[2].stop()
    wait_until(kill + BACK[0] * 1e6)
    address, port = servers[2].word.split(":")
    servers[2] = on_tcp(address, int(port))
    back = now()
    calls, events = run.finish(60)
    down, up = first(events, "-> DOWN", kill), first(events, "-> UP", back)
    outage = within(calls, kill, back)
    failed = [call for call in calls if call[2] == "f" and call[0] >= kill]
    return {"down_ms": ms(down - kill) if down else None, "calls_until_down":
            sum(call[2] == "f" and call[0] <= down for call in outage) if down else None,
            "failed": sum(call[0] < back for call in failed), "failed_after": sum(call[0] >= back for call in failed),
            "up_ms": ms(up - back) if up else None, "failing_until_ms": ms(failed[-1][0] - back) if failed else 0,
            "longest_ms": ms(max((call[1] for call in outage), default=None))}


def paced(command, servers, timeout):
    """Killed, with a call each 100 ms."""
    return killed(command, servers, timeout, 100)


def lateness(command, servers, timeout):
    more = "detect_soft=0&detect_share=0" if "polyring" in command[-1] else ""
    run = Run(command, servers[:1], 10, timeout, 0, more)
    servers[0].process.send_signal(signal.SIGSTOP)
    try:
        calls, _ = run.finish(60)
    finally:
        servers[0].process.send_signal(signal.SIGCONT)
    late = [took - timeout * 1000 for _, took, _ in calls if took >= timeout * 1000]
    return {"calls": len(late), **{f"p{p}_ms": ms(share(late, p)) for p in (50, 90, 99)},
            "latest_ms": ms(max(late, default=None))}


FIGURES = {"stopped": stopped, "killed": killed, "paced": paced, "lateness": lateness}


def measure(figure, name, command, timeout, build):
    told = version(name, build)
    row = {"figure": figure, "client": name, "version": told, "settings": NOTES.get(name, "defaults")}
    if "not installed" in told:
        return {**row, "skipped": told}
    servers = [on_tcp(f"127.97.9.{n}", 21900 + n) for n in (1, 2, 3, 4)]
    try:
        return {**row, **FIGURES[figure](command, servers, timeout)}
    except (RuntimeError, subprocess.SubprocessError, OSError) as error:
        return {**row, "skipped": str(error)}
    finally:
        for server in servers:
            server.process.send_signal(signal.SIGCONT)
            server.stop()


def shown(rows):
    """A table in Markdown."""
    names = list(dict.fromkeys(name for row in rows for name in row if name not in ("figure", "skipped")))
    print("| " + " | ".join(names).replace("_", " ") + " |\n" + "|---" * len(names) + "|")
    for row in rows:
        cells = ["never" if row.get(name, "") is None else str(row.get(name, row.get("skipped", ""))) for name in names]
        print("| " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--client", action="append")
    parser.add_argument("--timeout", type=int, default=200)
    parser.add_argument("--back", type=int, default=400)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("figure", choices=list(FIGURES))
    parser.add_argument("build")
    words = parser.parse_args()
    rows, BACK[0] = [], words.back / 1000
    for name, command in list(clients(os.path.abspath(words.build)).items()) * words.runs:
        if words.client and name not in words.client:
            continue
        rows.append(measure(words.figure, name, command, words.timeout, words.build))
        if words.json or not words.markdown:
            print(json.dumps(rows[-1]), flush=True)
    if words.markdown:
        shown(rows)
    if all("skipped" in row for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
