#!/usr/bin/env python3
"""One script told once, and run in every language against real servers.

    languages.py [--control] [--only PART] NAME=COMMAND...

COMMAND starts the driver of a language: it reads a request in JSON a line of standard input and answers with one line
of standard output (driver.c is the one of C). Four parts:

    script    every call, with the answer that all languages must give
    values    each type of value and size, compressed or not: written by each language, read equal by all
    failures  servers that are dead or hung, keys and values that may not be sent
    replies   a server that answers what it should not (fake.py): never a wrong value, and the right failure

--control turns one expectation of each part around; each must then fail, and the program exits with 1.
"""

import argparse
import base64
import concurrent.futures
import contextlib
import json
import os
import re
import selectors
import shlex
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import fake

PATIENT = {"timeout": "20s", "connect_timeout": "20s"}  # a busy machine is no failure
ANSWER_LIMIT = 60
ALL_BYTES = bytes(range(256))


class Wrong(Exception):
    """An answer that is not the expected one."""


def key(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def text(value):
    return ["text", value]


def blob(value):
    return ["bytes", base64.b64encode(value).decode()]


def plain(value, strings=False):
    """A value in a form of its own: floats by their bits, maps in order of their names. strings: the language has no
    texts but strings of bytes, which its driver shows as text where they are UTF-8."""
    kind = value[0]
    if strings and kind == "bytes":
        with contextlib.suppress(UnicodeDecodeError):
            return ["text", base64.b64decode(value[1]).decode()]
    if kind == "float":
        return [kind, struct.pack(">d", float(value[1])).hex()]
    if kind == "list":
        return [kind, [plain(item, strings) for item in value[1]]]
    if kind == "map":
        return [kind, sorted([name, plain(item, strings)] for name, item in value[1])]
    return value


class Driver:
    """The program of one language."""

    def __init__(self, name, command):
        self.name = name
        self.strings = name == "php"
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *shlex.split(command)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.rest = b""

    def ask(self, call, **request):
        self.process.stdin.write(json.dumps({"call": call, **request}).encode() + b"\n")
        self.process.stdin.flush()
        end = time.monotonic() + ANSWER_LIMIT
        while b"\n" not in self.rest:
            if not self.selector.select(max(0, end - time.monotonic())):
                raise Wrong(f"{call}: no answer in {ANSWER_LIMIT} s")
            block = os.read(self.process.stdout.fileno(), 1 << 20)
            if not block:
                raise Wrong(f"{call}: the driver ended with status {self.process.wait()}")
            self.rest += block
        line, self.rest = self.rest.split(b"\n", 1)
        answer = json.loads(line)
        if "error" in answer:
            raise Wrong(f"{call}: {answer['error']}")
        return answer

    def open(self, servers, **settings):
        self.want({"ok": True}, "open", servers=servers, settings={**PATIENT, **settings})

    def want(self, expected, call, **request):
        """Asks; the answer must be the expected one, or a function of it must be true."""
        answer = self.ask(call, **request)
        fits = expected(answer) if callable(expected) else same(answer, expected, self.strings)
        if not fits:
            shown = "what it should be" if callable(expected) else short(expected)
            raise Wrong(f"{call} {short(request)}: {short(answer)} is not {shown}")
        return answer

    def fails(self, status, call, stage=None, server=None, **request):
        """Asks for what must fail so."""
        def fits(answer):
            failure = answer.get("failure", {})
            return (failure.get("status") == status and failure.get("text") and
                    (failure.get("class") or self.name == "c") and stage in (None, failure.get("stage")) and
                    server in (None, failure.get("server")))
        return self.want(fits, call, **request)["failure"]

    def end(self):
        self.process.stdin.close()
        if self.process.wait(timeout=20) != 0:
            raise Wrong(f"the driver exits with {self.process.returncode}")


def same(answer, expected, strings):
    answer = {**answer}
    expected = {**expected}
    if "value" in answer and "value" in expected:
        answer["value"], expected["value"] = (plain(of["value"], strings) for of in (answer, expected))
    return answer == expected


def short(what):
    shown = json.dumps(what)
    return shown if len(shown) <= 300 else shown[:290] + "..."


class Server:
    """A real memcached."""

    def __init__(self, *place, word):
        self.word = word
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "memcached", "-u", "root", "-t", "1", "-m",
                                         "64", "-U", "0", *place], stderr=subprocess.DEVNULL)
        family = socket.AF_UNIX if place[0] == "-s" else socket.AF_INET6 if ":" in place[1] else socket.AF_INET
        address = place[1] if place[0] == "-s" else (place[1], int(place[3]))
        for _ in range(1000):
            with socket.socket(family) as probe:
                if self.process.poll() is None and probe.connect_ex(address) == 0:
                    return
            if self.process.poll() is not None:
                raise SystemExit(f"memcached on {word} does not start")
            time.sleep(0.005)
        raise SystemExit(f"memcached on {word} takes no connection")

    def stop(self):
        self.process.kill()
        self.process.wait()


def on_tcp(address, port):
    word = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return Server("-l", address, "-p", str(port), word=word)


# --- the script ---

def script(driver, servers, control):
    words = [server.word for server in servers]
    driver.open(" ".join(words))
    driver.want({"servers": [[word, "OK"] for word in words], "failures": []}, "flush_all", delay=0)
    one_item(driver, control)
    times_to_live(driver)
    counters(driver)
    many(driver)
    of_servers(driver, words)
    topology(driver, words)
    driver.want({"ok": True}, "close")
    settings(driver, words)
    dump(driver, words)


def dump(driver, words):
    driver.open(" ".join(words))
    driver.want({"outcome": "OK"}, "set", key=key("dumped"), value=text("x"), ttl=0)
    driver.want(lambda a: a["failures"] == [] and [word for word, _ in a["servers"]] == words and
                "key=dumped " in "\n".join(said for _, said in a["servers"]), "dump")


def one_item(driver, control):
    want, k = driver.want, key("Z\u00fcrich")

    def outcome(name, call, **request):
        want({"outcome": name}, call, **request)

    def holds(value):
        want({"value": value}, "get", key=k)

    want({"miss": True}, "get", key=k)
    outcome("OK", "set", key=k, value=text("one"), ttl=0)
    holds(text("none" if control else "one"))
    outcome("NOT_STORED", "add", key=k, value=text("two"), ttl=0)
    outcome("OK", "replace", key=k, value=text("three"), ttl=0)
    holds(text("three"))
    outcome("OK", "append", key=k, value=text("!"))
    outcome("OK", "prepend", key=k, value=text("?"))
    holds(text("?three!"))
    cas = want(lambda a: a["value"] == text("?three!") and re.fullmatch(r"[1-9]\d*", a["cas"]), "gets", key=k)["cas"]
    outcome("OK", "cas", key=k, value=text("four"), cas=cas, ttl=0)
    outcome("EXISTS", "cas", key=k, value=text("five"), cas=cas, ttl=0)
    holds(text("four"))
    outcome("OK", "delete", key=k)
    want({"miss": True}, "get", key=k)
    want({"miss": True}, "gets", key=k)
    outcome("MISS", "delete", key=k)
    outcome("MISS", "cas", key=k, value=text("six"), cas=cas, ttl=0)
    outcome("NOT_STORED", "replace", key=k, value=text("seven"), ttl=0)
    outcome("NOT_STORED", "append", key=k, value=text("!"))
    outcome("NOT_STORED", "prepend", key=k, value=text("?"))
    outcome("OK", "add", key=k, value=text("eight"), ttl=0)
    holds(text("eight"))
    outcome("OK", "set", key=key("k" * 250), value=["none"], ttl=0)
    want({"value": ["none"]}, "get", key=key("k" * 250))
    for strange in ("a b", b"\r\n\0\x7f\xff"):  # they travel as base64
        outcome("OK", "set", key=key(strange), value=text("strange"), ttl=0)
        want({"value": text("strange")}, "get", key=key(strange))


def times_to_live(driver):
    want, k = driver.want, key("ttl")
    ok, miss = {"outcome": "OK"}, {"outcome": "MISS"}

    def lives(seconds, **marks):
        expected = {"won": False, "stale": False, "already_won": False, **marks}
        slack = 60  # of a busy machine; 2: clocks of servers go by seconds
        return want(lambda a: seconds - slack <= a["ttl"] <= seconds + 2 and a["cas"].isdigit() and
                    expected.items() <= a.items(), "item", key=k)

    want({"miss": True}, "item", key=k)
    want(miss, "touch", key=k, ttl=100)
    want({"miss": True}, "get_and_touch", key=k, ttl=100)
    want(ok, "set", key=k, value=text("value"), ttl=1000)
    answer = lives(1000)
    if answer["value"] != text("value") or answer["size"] != 5:
        raise Wrong(f"item: {short(answer)}")
    want(ok, "touch", key=k, ttl=2000)
    lives(2000)
    want({"value": text("value")}, "get_and_touch", key=k, ttl=3000)
    lives(3000)
    want(ok, "touch", key=k, ttl=31 * 86400)  # above thirty days servers take it for a date
    lives(31 * 86400)
    want({"outcome": "OK"}, "touch", key=k, ttl=1000)
    lives(1000)
    want(lambda a: a["won"] and not a["already_won"], "item", key=k, recache=2000)
    want(lambda a: a["already_won"] and not a["won"], "item", key=k, recache=2000)
    want(ok, "set", key=k, value=text("value"), ttl=0)
    want(ok, "invalidate", key=k, ttl=1000)
    lives(1000, won=True, stale=True)
    lives(1000, stale=True, already_won=True)
    want(ok, "set", key=k, value=text("value"), ttl=-1)
    want({"miss": True}, "get", key=k)
    want(lambda a: a["won"] and a["size"] == 0, "item", key=k, vivify=100)
    want(lambda a: a["already_won"] and not a["won"], "item", key=k, vivify=100)
    far = 40 * 86400  # here too servers take it for a date above thirty days
    want(ok, "set", key=k, value=text("value"), ttl=1000)
    want(lambda a: a["won"], "item", key=k, recache=far)
    want(ok, "set", key=k, value=text("value"), ttl=50 * 86400)
    want(lambda a: not a["won"], "item", key=k, recache=far)
    want(ok, "delete", key=k)
    want(lambda a: a["won"], "item", key=k, vivify=far)
    want(lambda a: a["already_won"] and far - 60 <= a["ttl"] <= far + 2, "item", key=k, vivify=far)
    want(ok, "set", key=k, value=text("value"), ttl=100 * 365 * 86400)
    want({"value": text("value")}, "get", key=k)


def counters(driver):
    want, k = driver.want, key("counter")
    want({"miss": True}, "incr", key=k, delta=1)
    want({"miss": True}, "decr", key=k, delta=1)
    want({"miss": True}, "counter", key=k)
    want({"number": "7"}, "incr", key=k, delta=1, initial=7, ttl=0)
    want({"number": "8"}, "incr", key=k, delta=1, initial=7, ttl=0)
    want({"value": ["int", "8"]}, "counter", key=k)
    want({"outcome": "OK"}, "set_counter", key=k, number=40, ttl=0)
    want({"number": "42"}, "incr", key=k, delta=2)
    want({"number": "12"}, "decr", key=k, delta=30)
    want({"number": "0"}, "decr", key=k, delta=30)
    want({"value": ["int", "0"]}, "counter", key=k)
    want({"outcome": "OK"}, "set", key=k, value=["int", "41"], ttl=0)
    want({"number": "42"}, "incr", key=k, delta=1)
    want({"value": ["int", "42"]}, "get", key=k)
    want({"outcome": "OK"}, "set", key=k, value=text("x"), ttl=0)
    driver.fails("REFUSED", "incr", key=k, delta=1)


def many(driver):
    want = driver.want
    keys = [key(f"many-{i}") for i in range(60)]
    values = [["int", str(i)] if i % 2 else text(f"value {i}") for i in range(60)]
    want({"found": [], "failures": []}, "get_many", keys=[])
    want({"found": [], "failures": []}, "get_many", keys=keys)
    want({"outcomes": [[k, "OK"] for k in keys[:50]], "failures": []}, "set_many",
         items=[list(pair) for pair in zip(keys[:50], values)], ttl=100)
    want({"found": [[k, v] for k, v in zip(keys[:50], values)], "failures": []}, "get_many", keys=keys)
    some = keys[45:55]
    outcomes = [[k, "OK" if i < 5 else "MISS"] for i, k in enumerate(some)]
    want({"outcomes": outcomes, "failures": []}, "touch_many", keys=some, ttl=200)
    want({"outcomes": outcomes, "failures": []}, "delete_many", keys=some)
    want({"found": [[k, v] for k, v in zip(keys[:45], values)], "failures": []}, "get_many", keys=keys)
    bad = key("k" * 251)
    answer = want(lambda a: a["found"] == [[keys[0], values[0]]] and len(a["failures"]) == 1, "get_many",
                  keys=[keys[0], bad])
    if answer["failures"][0][0] != bad or answer["failures"][0][1]["status"] != "INVALID_KEY":
        raise Wrong(f"get_many with a bad key: {short(answer)}")


def of_servers(driver, words):
    want = driver.want
    everywhere = {"servers": [[word, "OK"] for word in words], "failures": []}
    want(everywhere, "ping")
    want(everywhere, "verbosity", level=0)
    want({"servers": [[word, "1.6.18"] for word in words], "failures": []}, "version") \
        if "1.6.18" in MEMCACHED else want(lambda a: len(a["servers"]) == len(words), "version")
    want(lambda a: [word for word, _ in a["servers"]] == [words[1]], "version", server=words[1])
    stats = want(lambda a: [word for word, _ in a["servers"]] == words, "stats", arguments="")["servers"]
    if any(not said["pid"].isdigit() or " " in said["version"] for _, said in stats):
        raise Wrong(f"stats: {short(stats)}")
    if len({said["pid"] for _, said in stats}) != len(words):
        raise Wrong("stats: two servers are one")
    want(lambda a: "chunk_size" in short(a) or "chunk_size" in json.dumps(a), "stats", arguments="slabs",
         server=words[0])
    want(lambda a: [said for _, said in a["servers"]] == ["OK"], "flush_all", delay=0, server=words[2])


def topology(driver, words):
    want, k = driver.want, key("Z\u00fcrich")
    want(lambda a: a["text"] in words, "locate", key=k)
    before = want(lambda a: re.fullmatch("pr1:[0-9a-f]{64}", a["text"]), "fingerprint")["text"]
    want({"ok": True}, "remove_server", text=words[2])
    want(lambda a: a["text"] != before, "fingerprint")
    want({"ok": True}, "add_server", text=words[2])
    want({"text": before}, "fingerprint")
    document = json.loads(want(lambda a: "\n" in a["text"], "topology")["text"])
    if document["servers"] != words or not document["epoch"]:
        raise Wrong(f"topology: {document}")
    driver.fails("INVALID_ARGUMENT", "remove_server", text="127.98.250.1:1")
    want({"ok": True}, "set_topology", text=json.dumps({"polyring": 1, "profile": "ketama", "epoch": 100,
                                                        "servers": words[:1]}))
    want({"text": words[0]}, "locate", key=k)
    want({"outcome": "OK"}, "set", key=k, value=text("moved"), ttl=0)
    want({"value": text("moved")}, "get", key=k)
    driver.fails("INVALID_TOPOLOGY", "set_topology", text='{"polyring": 1, "servers": []}')
    want(lambda a: [s["server"] for s in a["servers"]] == words[:1] and a["servers"][0]["operations"] >= 2 and
         a["servers"][0]["hits"] >= 1, "statistics")
    want(lambda a: {"CONNECTED", "TOPOLOGY_CHANGED"} <= {event["kind"] for event in a["events"]}, "events")
    want({"events": []}, "events")


def settings(driver, words):
    driver.fails("INVALID_ARGUMENT", "open", servers=f"memcached://{words[0]}/?nonsense=1", settings={})
    driver.fails("INVALID_ARGUMENT", "open", servers=words[0], settings={"timeout": "soon"})
    driver.fails("INVALID_PROFILE", "open", servers=words[0], settings={"profile": "nobody"})
    url = f"memcached://{words[0]},{words[1]}/?profile=libmemcached/modula&timeout=20s&connect_timeout=20s"
    driver.want({"ok": True}, "open", servers=url, settings={"dialect": "raw"})
    driver.want({"outcome": "OK"}, "set", key=key("raw"), value=blob(ALL_BYTES), ttl=0)
    driver.want({"value": blob(ALL_BYTES)}, "get", key=key("raw"))
    driver.fails("INVALID_VALUE", "set", key=key("raw"), value=["int", "1"], ttl=0)


# --- the values ---

def all_values():
    noise = b"".join(struct.pack(">Q", i * 0x9E3779B97F4A7C15 % 2**64) for i in range(640))
    values = [["none"], ["bool", True], ["bool", False]]
    values += [["int", str(n)] for n in (0, 1, -1, 9, 2**31 - 1, -2**31, 2**53 + 1, 2**63 - 1, -2**63)]
    values += [["float", n] for n in ("0.0", "-0.0", "1.0", "0.1", "1.5", "1e300", "-1e300", "5e-324", "1e16", "1e-05",
                                      "1.7976931348623157e308", "2.2250738585072014e-308", "123456789.125")]
    values += [text(t) for t in ("", "a", "17", "true", "null", "Z\u00fcrich \u4e16\u754c \U0001F600", "a\0b", "\r\nEND\r\n",
                                 "x" * 5000, "\u00e9\U0001F600" * 2000)]
    values += [blob(b) for b in (b"", b"\0", ALL_BYTES, b"\xff" * 5000, noise)]
    values.append(text(noise.hex()))
    scalars = [["none"], ["bool", True], ["int", str(2**63 - 1)], ["float", "-0.5"], text('a"\\\u4e16\0')]
    nested = ["list", [["map", [["a", ["list", scalars]], ["b c", ["map", [["d", ["none"]]]]], ["\u00e9", text("")]]]]]
    deep = ["int", "1"]
    for _ in range(60):
        deep = ["list", [deep]]
    values += [["list", []], ["list", scalars], nested, deep, ["map", [["x", ["int", "1"]], ["7", text("y")]]],
               ["list", [["int", str(i)] for i in range(3000)]],
               ["map", [[f"name {i}", ["float", f"{i}.5"]] for i in range(800)]]]
    return values


def write_values(driver, servers, compress):
    driver.open(" ".join(server.word for server in servers), compress=compress)
    keys = value_keys(driver.name, compress)
    driver.want({"outcomes": [[k, "OK"] for k in keys], "failures": []}, "set_many",
                items=[list(pair) for pair in zip(keys, all_values())], ttl=0)


def value_keys(name, compress):
    return [key(f"{name}:{compress}:{i}") for i in range(len(all_values()))]


def read_values(driver, writer, compress, expected):
    keys = value_keys(writer, compress)
    answer = driver.ask("get_many", keys=keys)
    found = {k: plain(value, driver.strings) for k, value in answer.get("found", [])}
    for i, (k, value) in enumerate(zip(keys, expected)):
        if found.get(k) != plain(value, driver.strings):
            raise Wrong(f"value {i}, written by {writer} ({compress}): {short(found.get(k))} is not {short(value)}")
    return len(keys)


def refused_values(driver, servers):
    driver.open(servers[0].word)
    for value in (["float", "nan"], ["float", "inf"], ["list", [blob(b"\xff")]]):
        driver.fails("INVALID_VALUE", "set", key=key("refused"), value=value, ttl=0)


def values(drivers, servers, control, report):
    expected = all_values()
    if control:
        expected[0] = text("none")
    for driver in drivers:
        report(driver, refused_values, driver, servers)
    count = 0
    for compress in ("none", "zlib", "zstd"):
        for writer in drivers:
            report(writer, write_values, writer, servers, compress)
        for writer in drivers:
            for reader in drivers:
                count += report(reader, read_values, reader, writer.name, compress, expected) or 0
    print(f"values: {count} values read equal")


# --- failures ---

def failures(driver, servers, hung, control):
    words = [server.word for server in servers]
    dead, k = "127.98.250.1:1", key("k")
    driver.open(dead)
    driver.fails("UNKNOWN" if control else "UNAVAILABLE", "get", server=dead, key=k)
    driver.fails("UNAVAILABLE", "set", server=dead, key=k, value=["none"], ttl=0)
    driver.want(lambda a: [f["status"] for _, f in a["failures"]] == ["UNAVAILABLE"], "ping")
    driver.open(" ".join([*words, dead]), profile="libmemcached/modula")
    keys = [key(f"spread-{i}") for i in range(40)]
    answer = driver.want(lambda a: len(a["outcomes"]) + len(a["failures"]) == 40, "set_many",
                         items=[[name, text("x")] for name in keys], ttl=0)
    lost = {name for name, _ in answer["failures"]}
    if not 0 < len(lost) < 40 or {f["status"] for _, f in answer["failures"]} != {"UNAVAILABLE"}:
        raise Wrong(f"set_many with a dead server: {short(answer)}")
    driver.want(lambda a: {name for name, _ in a["failures"]} == lost and
                [name for name, _ in a["found"]] == [name for name in keys if name not in lost], "get_many", keys=keys)
    driver.open(dead, on_error="miss")
    if driver.name != "c":  # which has statuses, and no exceptions
        driver.want({"miss": True}, "get", key=k)
    refused(driver, words, k)
    hangs(driver, hung, k)


def refused(driver, words, k):
    driver.open(words[0], max_value="1000", compress="none")
    for bad in ("", "k" * 251):
        driver.fails("INVALID_KEY", "get", key=key(bad))
        driver.fails("INVALID_KEY", "set", key=key(bad), value=["none"], ttl=0)
    driver.want({"outcome": "OK"}, "set", key=k, value=text("old"), ttl=0)
    driver.fails("TOO_LARGE", "set", key=k, value=text("x" * 1001), ttl=0)
    driver.want({"miss": True}, "get", key=k)


def hangs(driver, hung, k):
    """A server that is stopped: the call ends with its deadline, and the client recovers."""
    # Where the client must first ask the server which protocol it speaks, the change itself was not sent.
    for connected, protocol, status in ((True, "auto", "UNKNOWN"), (False, "meta", "UNKNOWN"),
                                        (False, "auto", "UNAVAILABLE")):
        driver.open(hung.word, timeout="300ms", connect_timeout="300ms", on_mismatch="ignore", protocol=protocol)
        if connected:
            driver.want(lambda a: "value" in a or "miss" in a or "failure" in a, "get", key=k)
        hung.process.send_signal(signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, hung.process.pid, os.WSTOPPED | os.WNOWAIT)
            begin = time.monotonic()
            driver.fails(status, "set", key=k, value=text("x"), ttl=0, server=hung.word)
            if time.monotonic() - begin > 5:
                raise Wrong("a deadline of 300 ms came after more than 5 s")
        finally:
            hung.process.send_signal(signal.SIGCONT)
    for _ in range(100):  # it may take a moment until it runs
        if "failure" not in driver.ask("get", key=k):
            return
    raise Wrong("the client does not recover from a stopped server")


# --- replies ---

def replies(driver, control):
    """Returns the number of rows, or the reason why there are none."""
    answer = driver.ask("open", servers="127.98.9.1:1", settings={"protocol": "text"})
    if "failure" in answer:
        return answer["failure"]["text"]
    for name, answers, allowed in fake.ROWS:
        server = fake.Fake(answers)
        try:
            driver.open(server.word, protocol="text", timeout="250ms", connect_timeout="250ms", on_mismatch="ignore",
                        announce="false")
            for n, k in enumerate(fake.KEYS):
                said = classify(driver.ask("get", key=key(k)), k)
                if server.foreign:
                    return f"protocol=text sends {server.foreign!r}, which is another protocol"
                right = {"PARTIAL"} if control else allowed[min(n, len(allowed) - 1)]
                if said not in right:
                    raise Wrong(f"row \"{name}\", get {n + 1}: {said}, not {' or '.join(sorted(right))}")
        finally:
            server.close()
    return len(fake.ROWS)


def classify(answer, k):
    if "value" in answer:
        good = [plain(blob(make(k)), True) for make in (fake.value_of, fake.nasty_of)]
        return fake.RIGHT if plain(answer["value"], True) in good else f"the wrong value {short(answer['value'])}"
    return fake.MISS if "miss" in answer else answer["failure"]["status"]


# --- all of it ---

MEMCACHED = subprocess.run(["memcached", "-V"], stdout=subprocess.PIPE, check=True).stdout.decode()


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--only", choices=["script", "values", "failures", "replies"])
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    return parser.parse_args()


def main():
    words = arguments()
    wrongs = []

    def wanted(part):
        return words.only in (None, part)

    def reporter(part):
        def report(driver, function, *values_given):
            try:
                return function(*values_given)
            except (Wrong, OSError, KeyError, ValueError, TypeError, AttributeError) as wrong:
                wrongs.append(part)
                print(f"{part}: {driver.name}: {type(wrong).__name__}: {wrong}", file=sys.stderr)
                return None
        return report

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="polyring-live-"))
        path = os.path.join(folder, "socket")
        servers = [on_tcp("127.98.1.1", 21981), on_tcp("::1", 21982), Server("-s", path, word=f"unix:{path}")]
        hung = on_tcp("127.98.1.2", 21983)
        for server in (*servers, hung):
            stack.callback(server.stop)
        drivers = [Driver(*word.split("=", 1)) for word in words.drivers]
        for driver in drivers:
            stack.callback(driver.process.kill)
            if wanted("script"):
                reporter("script")(driver, script, driver, servers, words.control)
        if wanted("values"):
            values(drivers, servers, words.control, reporter("values"))
        for driver in drivers:
            if wanted("failures"):
                reporter("failures")(driver, failures, driver, servers, hung, words.control)
        if wanted("replies"):
            with concurrent.futures.ThreadPoolExecutor() as pool:
                runs = [pool.submit(reporter("replies"), d, replies, d, words.control) for d in drivers]
                for driver, done in zip(drivers, runs):
                    count = done.result()
                    if isinstance(count, str):
                        print(f"SKIP replies: {driver.name}: {count}")
                        if words.control:
                            wrongs.append("replies")
        for driver in drivers:
            reporter("end")(driver, driver.end)
    parts = [part for part in ("script", "values", "failures", "replies", "end") if part in wrongs]
    if parts:
        print(f"failed: {', '.join(parts)}", file=sys.stderr)
        sys.exit(1)
    print(f"{', '.join(driver.name for driver in drivers)}: all as expected")


if __name__ == "__main__":
    main()
