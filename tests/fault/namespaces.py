#!/usr/bin/env python3
"""A server that is reached over a network of its own, which breaks: nothing comes back, not even a refusal.

    namespaces.py [--control] NAME=COMMAND...

COMMAND starts the driver of a language. A server runs in a network namespace, at the other end of a pair of virtual
cards. Its neighbour entry is made a wrong one, or its card is taken down; with netem packets are lost, late or in
another order. No call may end later than its deadline and 250 ms, find a wrong value or fail otherwise than it should,
and afterwards the server must be of use again. Needs root, and the program ip: without them it exits with 77. What the
kernel does not have is SKIPPED by name. --control expects that calls end before they began; it exits with 1.
"""

import contextlib
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "live"))

from drivers import Driver, Wrong, key, text  # noqa: E402

TIME, LIMIT, RETURNS, CALLS, TRIES = 0.15, 0.25, 5.0, 8, 3
NAME, OURS, THEIRS = f"polyring-{os.getpid()}", "10.97.7.1", "10.97.7.2"
CARD, OTHER = f"pr{os.getpid()}a"[-15:], f"pr{os.getpid()}b"[-15:]
WRONG_CARD = "02:00:00:00:00:99"
SETTINGS = "timeout=150ms&connect_timeout=100ms&on_mismatch=ignore&probe_interval=50ms&probe_most=200ms&settle=50ms"
INSIDE = ["ip", "netns", "exec", NAME]


def ip(*words, inside=False, program="ip"):
    subprocess.run([*(INSIDE if inside else []), program, *words], check=True, stderr=subprocess.PIPE)


@contextlib.contextmanager
def network():
    """A namespace with a card at 10.97.7.2, whose other end is ours."""
    try:
        ip("netns", "add", NAME)
        ip("link", "add", CARD, "type", "veth", "peer", "name", OTHER, "netns", NAME)
        ip("addr", "add", f"{OURS}/24", "dev", CARD)
        ip("link", "set", CARD, "up")
        ip("addr", "add", f"{THEIRS}/24", "dev", OTHER, inside=True)
        ip("link", "set", OTHER, "up", inside=True)
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        subprocess.run(["ip", "netns", "del", NAME], stderr=subprocess.DEVNULL, check=False)
        print(f"SKIPPED: {getattr(error, 'stderr', error)}")
        sys.exit(77)
    server = subprocess.Popen([*INSIDE, "setpriv", "--pdeathsig", "KILL", "memcached", "-u", "root", "-t", "1",
                               "-U", "0", "-l", THEIRS, "-p", "21899"])
    time.sleep(0.3)
    try:
        yield
    finally:
        server.kill()
        server.wait()
        subprocess.run(["ip", "link", "del", CARD], stderr=subprocess.DEVNULL, check=False)
        ip("netns", "del", NAME)


def neighbour_lost():
    ip("neigh", "replace", THEIRS, "lladdr", WRONG_CARD, "nud", "permanent", "dev", CARD)


def neighbour_back():
    ip("neigh", "del", THEIRS, "dev", CARD)


def netem(*words):
    return lambda: ip("qdisc", "add", "dev", CARD, "root", "netem", *words, program="tc")


def netem_off():
    ip("qdisc", "del", "dev", CARD, "root", program="tc")


FAULTS = {"neighbour lost": (neighbour_lost, neighbour_back, True),
          "link down": (lambda: ip("link", "set", OTHER, "down", inside=True),
                        lambda: ip("link", "set", OTHER, "up", inside=True), True),
          "netem loss 30%": (netem("loss", "30%"), netem_off, False),
          "netem delay 50ms 20ms": (netem("delay", "50ms", "20ms"), netem_off, False),
          "netem reorder 25%": (netem("delay", "10ms", "reorder", "25%"), netem_off, False)}


def calls(driver, dead, control):
    """How late the latest call is."""
    latest = -TIME
    for number in range(CALLS):
        begin = time.monotonic()
        answer = driver.ask("get", key=key("k")) if number % 2 else \
            driver.ask("set", key=key("k"), value=text(f"k#{number}"), ttl=0)
        over = time.monotonic() - begin - TIME
        status = answer.get("failure", {}).get("status")
        if status not in ("UNKNOWN", "UNAVAILABLE") and (dead or status):
            raise Wrong(f"call {number}: {str(answer)[:200]}")
        if "value" in answer and not answer["value"][1].startswith("k#"):
            raise Wrong(f"a wrong value: {answer}")
        latest = max(latest, over)
    if latest > (-TIME if control else LIMIT):
        raise TimeoutError(f"{latest * 1000:.0f} ms late")
    return latest


def wait_until_back(driver):
    begin = time.monotonic()
    while "failure" in (answer := driver.ask("get", key=key("k"))):
        if time.monotonic() - begin > RETURNS:
            raise Wrong(f"not back after {RETURNS} s: {answer['failure']['text']}")
        time.sleep(0.01)
    return time.monotonic() - begin


def one(driver, name, control):
    """A fault, in a language; a machine that is busy may be late now and then. What it came to."""
    begin, end, dead = FAULTS[name]
    for attempt in range(TRIES):
        driver.want({"ok": True}, "open", settings={}, servers=f"memcached://{THEIRS}:21899/?{SETTINGS}")
        if attempt == 0 or "failure" in driver.ask("set", key=key("k"), value=text("k#0"), ttl=0):
            wait_until_back(driver)
        try:
            begin()
        except subprocess.CalledProcessError as error:
            return f"SKIPPED: {error.stderr.decode().strip()}"
        try:
            latest = calls(driver, dead, control)
        except TimeoutError as late:
            if attempt == TRIES - 1:
                raise Wrong(str(late)) from None
            continue
        finally:
            end()
        return f"{latest * 1000:.0f} ms behind the deadline at most, back after {wait_until_back(driver) * 1000:.0f} ms"
    return None


def main():
    control = "--control" in sys.argv
    failed = 0
    with network():
        for word in sys.argv[1 + control:]:
            driver = Driver(*word.split("=", 1))
            for name in FAULTS:
                try:
                    print(f"{driver.name}: {name}: {one(driver, name, control)}", flush=True)
                except Wrong as wrong:
                    failed += 1
                    print(f"{driver.name}: {name}: {wrong}", file=sys.stderr)
            driver.end()
    if failed:
        sys.exit(f"failed: {failed}")


if __name__ == "__main__":
    main()
