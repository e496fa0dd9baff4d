#!/usr/bin/env python3
"""What a client does when its topology changes, the same in every language.

    topologies.py [--control] --table POLYRING NAME=COMMAND...

POLYRING is the command line tool, which knows the table of profiles; COMMAND starts a driver as languages.py has them.

    moves      the servers change while threads work (PHP: between calls): no call is lost, and the keys that move are
               those that the reference engine names, all of them and no others
    file       a topology's file is taken, followed, and kept out where it is bad
    documents  settings of a topology, and profiles that differ
    beacon     a client with another list is warned or refused, before anything is sent
    restart    a server that was restarted is seen before a change is sent

--control turns one expectation of each part around; each must then fail, and the program exits with 1.
"""

import argparse
import base64
import concurrent.futures
import json
import os
import sys
import tempfile
import time

from drivers import Driver, Wrong, key, text
from fleet import on_tcp

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference"))
import engine  # noqa: E402
import rows  # noqa: E402

THREADS, KEYS, LOOK = 8, 240, 1.1  # seconds after which a call looks at the file again


def document(epoch, servers, settings=None, profile="ketama"):
    whole = {"polyring": 1, "epoch": epoch, "profile": profile, "servers": servers}
    return json.dumps({**whole, "settings": settings} if settings else whole, indent=1)


def events(driver, kind):
    return [event for event in driver.ask("events")["events"] if event["kind"] == kind]


def expect(fits, what):
    if not fits:
        raise Wrong(what)


# --- moves ---

def held(driver, words, names):
    """Which servers hold each key. They are asked for all one by one: a dump may miss what is just being moved."""
    where = {name: set() for name in names}
    for word in words:
        driver.open(word, on_mismatch="ignore")
        answer = driver.want(lambda a: a["failures"] == [], "get_many", keys=[key(name) for name in names])
        for found, _ in answer["found"]:
            where[base64.b64decode(found).decode()].add(word)
    return where


def moves(driver, words, table, control):
    if driver.name == "c":
        return  # test_topologies.c
    for profile in ("ketama", "libmemcached/modula"):
        steps = [(words[:4], words, ["add_server", words[4]]),
                 (words, words[:1] + words[2:], ["remove_server", words[1]]),
                 (words[:2], words[1:4], ["set_topology", " ".join(words[1:4])])]
        for number, (before, after, change) in enumerate(steps):
            names = [f"{driver.name}-{profile[-6:]}-{number}-{i}" for i in range(KEYS)]
            driver.open(" ".join(before), profile=profile)
            answer = driver.ask("hammer", threads=THREADS, keys=[key(name) for name in names], changes=[change])
            expect(answer.get("lost") == [], f"{change}: calls are lost: {answer}")
            rings = [(engine.Ring(table, profile, " ".join(servers)), servers) for servers in (before, after)]
            expected = {name: {servers[ring.index(name.encode())] for ring, servers in rings} for name in names}
            moved = sum(len(homes) == 2 for homes in expected.values())
            expect(0 < moved < KEYS, f"{change}: {moved} of {KEYS} keys move, which proves nothing")
            if control:
                expected[names[0]] = set(words)
            found = held(driver, words, names)
            wrong = [name for name in names if found[name] != expected[name]]
            expect(not wrong, f"{profile}, {change}: {len(wrong)} keys are elsewhere, such as {wrong[:3]}")


# --- file ---

def put(path, content, mode=0o600):
    with open(path + ".new", "w", encoding="utf-8") as file:
        os.chmod(path + ".new", mode)
        file.write(content)
    os.rename(path + ".new", path)


def epoch(driver):
    return json.loads(driver.ask("topology")["text"])["epoch"]


def call(driver):
    """A call that looks at the file again."""
    time.sleep(LOOK)
    driver.want({"miss": True}, "get", key=key("nothing"))


def file(driver, words, folder, control):
    path = os.path.join(folder, f"{driver.name}.json")
    driver.fails("INVALID_TOPOLOGY", "open", servers="", settings={"topology": path})
    put(path, document(1, words[:2]), 0o666)
    answer = driver.fails("INVALID_TOPOLOGY", "open", servers="", settings={"topology": path})
    expect("anybody may write" in answer["text"] and path in answer["text"], answer["text"])
    put(path, document(1, words[:2]))
    driver.open("", topology=path)
    expect(epoch(driver) == 1, "the file is not taken when the client is made")
    put(path, document(2, words[:3]))
    call(driver)
    expect(epoch(driver) == (1 if control else 2), "a changed file is not taken")
    expect(len(events(driver, "TOPOLOGY_CHANGED")) == 1, "no event says that the file changed")
    put(path, document(3, words[:3]).replace('"profile": "ketama"', '"profile": "none"'))
    call(driver)
    (event,) = events(driver, "TOPOLOGY_REFUSED")
    for part in (path, "line 4, column 13", "none"):  # file, place, rule
        expect(part in event["text"], f"{part} is not in: {event['text']}")
    os.remove(path)
    call(driver)
    (event,) = events(driver, "TOPOLOGY_REFUSED")
    expect(path in event["text"] and "No such file" in event["text"], event["text"])
    expect(epoch(driver) == 2, "a bad file is taken")
    put(path, document(4, words[:1]))
    call(driver)
    expect(epoch(driver) == 4, "a file that is back is not taken")


# --- documents ---

def documents(driver, words, control):
    one = document(1, words[:2], {"timeout": "3s", "read_timeout": "2s", "max_connections": 7, "announce": False})
    driver.want({"ok": True}, "open", servers=one, settings={"max_connections": "9"})
    for name, value in {"timeout": "3000000us", "read_timeout": "1us" if control else "2000000us",
                        "write_timeout": "3000000us", "max_connections": "9", "announce": "false"}.items():
        driver.want({"text": value}, "setting", name=name)
    driver.want({"ok": True}, "open", servers=" ".join(words), settings={"timeout": "3s"})
    driver.want({"text": "3000000us"}, "setting", name="write_timeout")
    for settings, rule in (({"replicas": "2"}, 'line 10, column 3: there is no setting "replicas"'),
                           ({"timeout": "soon"}, 'line 10, column 14: timeout="soon": it must be a time'),
                           ({"profile": "ketama"}, 'line 10, column 3: the setting "profile" is not for topologies')):
        bad = document(5, words[:2], settings)
        for said in (driver.fails("INVALID_TOPOLOGY", "open", servers=bad),
                     refused_later(driver, bad, words)):
            expect(rule in said["text"], f"{rule} is not in: {said['text']}")
    driver.fails("INVALID_ARGUMENT", "open", servers=document(1, words[:2]), settings={"profile": "ketama,hash=crc"})
    profiles(driver, words)


def refused_later(driver, bad, words):
    driver.open(" ".join(words))
    return driver.fails("INVALID_TOPOLOGY", "set_topology", text=bad)


def profiles(driver, words):
    same, other = document(7, words[:2]), document(8, words[:2], profile="libmemcached/modula")
    for as_object in (None, True):  # as a text, and as an object where the language has one
        driver.open(" ".join(words), profile="ketama")
        driver.want({"ok": True}, "set_topology", text=same, object=as_object)
        answer = driver.fails("INVALID_ARGUMENT", "set_topology", text=other, object=as_object)
        expect("libmemcached/modula" in answer["text"], answer["text"])
        expect(epoch(driver) == 7, "a topology that was refused is used")
        driver.open(" ".join(words))
        driver.want({"ok": True}, "set_topology", text=other, object=as_object)
        (event,) = events(driver, "TOPOLOGY_CHANGED")
        expect("profile libmemcached/modula" in event["text"], event["text"])


# --- beacon ---

def beacon(driver, servers, control):
    words = [server.word for server in servers[:3]]
    for server in servers[:3]:
        server.restart()
    every = [key(f"beacon-{i}") for i in range(30)]
    driver.open(" ".join(words), announce="false")
    driver.ask("set_many", items=[[name, text("old")] for name in every], ttl=0)
    expect(not events(driver, "ANNOUNCED"), "announce=false announces")
    driver.open(" ".join(words))
    driver.ask("get_many", keys=every)
    expect(len(events(driver, "ANNOUNCED")) == 3, "the topology was not written to each server")
    other = " ".join(words[:2])
    driver.open(other, on_mismatch="refuse")
    for name in every[:5]:
        for request in ({"call": "set", "value": text("new"), "ttl": 0}, {"call": "delete"},
                        {"call": "incr", "delta": 1}, {"call": "touch", "ttl": 1}, {"call": "get"}):
            driver.fails("MISMATCH", key=name, **request)
    answer = driver.ask("set_many", items=[[name, text("new")] for name in every], ttl=0)
    expect({failure["status"] for _, failure in answer["failures"]} == {"MISMATCH"} and
           len(answer["failures"]) == 30, f"set_many: {answer}")
    driver.open(" ".join(words), on_mismatch="warn")
    found = driver.ask("get_many", keys=every)["found"]
    expect([value for _, value in found] == [text("new" if control else "old")] * 30, "what was refused was done")
    expect(not events(driver, "MISMATCH"), "the topology that was announced is warned of")
    driver.open(other)
    driver.want({"outcome": "OK"}, "set", key=key("warned"), value=text("x"), ttl=0)
    driver.ask("ping")
    expect(len(events(driver, "MISMATCH")) == 2, "one warning a connection")
    counted = [server.get("mismatches", 1) for server in driver.ask("statistics")["servers"]]  # C's test has its own
    expect(counted == [1, 1], f"mismatches are counted: {counted}")
    driver.open(other, on_mismatch="refuse")
    driver.want({"ok": True}, "set_topology", text=document(1, words[1:]))  # newer than what is known there
    driver.want({"outcome": "OK"}, "set", key=key("newer"), value=text("x"), ttl=0)
    driver.open(" ".join(words))
    driver.want({"ok": True}, "add_server", text=servers[3].word)  # on connections that are there
    driver.ask("ping")
    driver.ask("events")
    driver.want({"ok": True}, "remove_server", text=servers[3].word)
    driver.ask("ping")
    expect(len(events(driver, "ANNOUNCED")) == 3, "a new epoch is announced on connections that are there")
    driver.open(" ".join(words))
    driver.ask("ping")
    expect(not events(driver, "MISMATCH"), "the same list, of an older epoch, is warned of")
    driver.open(other, on_mismatch="ignore")
    driver.ask("ping")
    expect(not events(driver, "MISMATCH"), "on_mismatch=ignore warns")


# --- restart ---

def restart(driver, servers, control):
    for protocol in ("meta", "text"):
        driver.open(servers[0].word, protocol=protocol)
        for _ in range(2):
            driver.want({"outcome": "OK"}, "set", key=key("restart"), value=text("x"), ttl=0)
            servers[0].restart()
            time.sleep(0.02)
        driver.want({"outcome": "MISS" if control else "OK"}, "set", key=key("restart"), value=text("x"), ttl=0)


class Restarted:
    """A server that can be started again on its place."""

    def __init__(self, address, port):
        self.place = address, port
        self.server = on_tcp(address, port)
        self.word = self.server.word

    def restart(self):
        self.server.stop()
        self.server = on_tcp(*self.place)


def tried(part, run, driver):
    try:
        run(driver)
    except (Wrong, OSError, KeyError, ValueError, TypeError) as error:
        print(f"{part}: {driver.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--table", required=True)
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    words = parser.parse_args()
    table, wrong = rows.Table(words.table), []
    with tempfile.TemporaryDirectory(prefix="polyring-topologies-") as folder:
        servers = [Restarted(f"127.98.5.{i + 1}", 21971 + i) for i in range(5)]
        places = [server.word for server in servers]
        drivers = [Driver(*driver.split("=", 1)) for driver in words.drivers]
        parts = {"moves": lambda driver: moves(driver, places, table, words.control),
                 "file": lambda driver: file(driver, places, folder, words.control),
                 "documents": lambda driver: documents(driver, places, words.control),
                 "beacon": lambda driver: beacon(driver, servers, words.control),
                 "restart": lambda driver: restart(driver, servers, words.control)}
        try:
            for part, run in parts.items():
                if part == "file":  # it waits for the clock: all at once
                    with concurrent.futures.ThreadPoolExecutor() as pool:
                        good = list(pool.map(lambda driver: tried("file", parts["file"], driver), drivers))
                else:  # servers end with the thread that started them: this one
                    good = [tried(part, run, driver) for driver in drivers]
                wrong += [part] if not all(good) else []
            for driver in drivers:
                driver.end()
        finally:
            for driver in drivers:
                driver.process.kill()
            for server in servers:
                server.server.stop()
    if wrong:
        sys.exit(f"failed: {', '.join(part for part in parts if part in wrong)}")
    print(f"{', '.join(driver.name for driver in drivers)}: all as expected")


if __name__ == "__main__":
    main()
