#!/usr/bin/python3
"""Tests of the modes of polyring-check, with adapters of its own and with real clients.

usage: modes.py CHECKER TEST          runs one of the tests below
       modes.py --adapter KIND        is one of the adapters
"""
import collections
import hashlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote, unquote_to_bytes

ME = pathlib.Path(__file__).resolve()
SERVERS = "127.77.9.1:21211 127.77.9.2:21212 127.77.9.3:21213"
PROFILE = "libmemcached/modula,hash=md5"
SKIPPED = 77  # what ctest takes for a skip


# The adapters: MD5 modulo the number of servers, a connection a request, and most with one fault.

class Fake:
    def __init__(self, kind):
        self.kind, self.servers, self.down = kind, [], False

    def place(self, key):
        return int.from_bytes(hashlib.md5(key).digest()[:4], "little") % len(self.servers)

    def talk(self, at, request):
        host, port = self.servers[at].split(":")
        with socket.create_connection((host, int(port)), 0.3) as link:
            link.sendall(request)
            reply = b""
            while not reply.endswith((b"STORED\r\n", b"END\r\n", b"ERROR\r\n")):
                more = link.recv(65536)
                if not more:
                    raise OSError("closed")
                reply += more
            return reply

    def put(self, key, value, flags=0):
        at = (self.place(key) + (self.kind == "says-otherwise")) % len(self.servers)
        reply = self.talk(at, b"set %s %d 0 %d\r\n%s\r\n" % (key, flags, len(value), value))
        return "ok" if reply == b"STORED\r\n" else "no not stored"

    def read(self, key):
        """Flags and bytes, or nothing."""
        head, _, rest = self.talk(self.place(key), b"get %s\r\n" % key).partition(b"\r\n")
        words = head.split(b" ")
        return (int(words[2]), rest[:int(words[3])]) if words[0] == b"VALUE" else None

    def answer(self, verb, words):
        key, *rest = [unquote_to_bytes(word) for word in words or [""]]
        if verb == "locate":
            return f"at {self.place(key)}"
        if verb == "set":
            return self.put(key, rest[0])
        if verb == "get":
            found = self.read(key)
            return "miss" if not found else "value " + quote(found[1], safe="")
        if verb == "many":
            found = [self.read(one) for one in (key, *rest)]
            signs = {"signless": "", "numbered": "1"}.get(self.kind, "+")
            return "many " + " ".join(signs + quote(one[1], safe="") if one else "-"
                                      for one in found)
        if verb == "store":
            if rest[0] == b"null":
                return "skip null"
            flags = {"int": 4, "text": 16}.get(rest[0].decode(), 0)
            return self.put(key, (rest + [b""])[1], flags)
        if verb == "fetch":
            found = self.read(key)
            kind = {4: "int", 16: "text", 0: "bytes"}.get(found[0], "other") if found else ""
            return f"typed {kind} {quote(found[1], safe='')}" if found else "miss"
        return f"skip {verb}"

    def reply(self, verb, words):
        if verb == "hello":
            more = "" if self.kind == "minimum" else ",get,many,store,fetch"
            return f"hello fake 1 python servers,locate,set{more}"
        if verb == "servers":
            self.servers = words
            return "ok"
        try:
            if self.kind == "slow" and self.down:
                time.sleep(0.1)
            if self.kind == "foreign" and verb == "fetch":
                return "value 42"
            if self.kind == "wordless" and verb == "many":
                return "ok"
            return self.answer(verb, words)
        except OSError as why:
            self.down = True
            if self.kind == "mortal":
                sys.exit(3)
            if self.kind == "babbling":
                return "down"
            return f"no {type(why).__name__}"


def adapter(kind):
    fake = Fake(kind)
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split(" ")
        if verb == "bye":
            break
        print(fake.reply(verb, words), flush=True)


# What the tests share.

class Checker:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.list = self.folder / "clients.list"
        kinds = set(re.findall(r'self\.kind == "([\w-]+)"', ME.read_text(encoding="utf-8")))
        self.list.write_text("".join(
            f"{kind} {PROFILE} - {sys.executable} {ME} --adapter {kind}\n"
            for kind in sorted({*kinds, "good", "signless", "numbered"})))

    def run(self, *words, code, says="", own=True):
        clients = ["--clients", self.list] if own else []
        words = [str(word) for word in (self.program, words[0], *clients, *words[1:])]
        run = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)
        said = run.stdout + run.stderr
        assert run.returncode == code and re.search(says, said), \
            f"{words}: exit {run.returncode}, not {code}, or not {says!r} in:\n{said[-2000:]}"
        return run.stdout

    def observe(self, kind, mode, *words, code, says="", count=60):
        """The outcomes by key, the facts, and what the footer says of the client."""
        told = self.run("observe", kind, "--mode", mode, "--servers", SERVERS, "--count", count,
                        "--pattern", "k:{n}", *words, code=code, says=says)
        header, *lines, footer = map(json.loads, told.splitlines())
        assert header["mode"] == mode, header
        return ({line["key"]: line for line in lines if "op" not in line and "phase" not in line},
                [line for line in lines if "op" in line], footer["clients"][kind])

    def real(self, client, mode, code, says):
        """A client of the list, on its own vector; a skip if it is not installed."""
        words = ("run", "--client", client, "--mode", mode, "--topology", "4-equal")
        run = subprocess.run([self.program, *words], capture_output=True, text=True, timeout=100,
                             check=False)
        if run.returncode == 4:
            print(client, "is not installed")
            sys.exit(SKIPPED)
        assert run.returncode == code and re.search(says, run.stdout), (words, run)


def place(key):
    return Fake.place(Checker.fake, unquote_to_bytes(key))


Checker.fake = Fake("good")
Checker.fake.servers = SERVERS.split()


# The tests.

def look(checker):
    seen, _, _ = checker.observe("good", "look", code=0)
    assert len(seen) == 60 and all(line["at"] == place(key) for key, line in seen.items()), seen
    checker.observe("minimum", "look", code=5, says="the adapter has no get")
    checker.real("pymemcache/default", "look", 0, r"44 of 51 same, 7 REFUSED")
    checker.real("pymemcache/default", "both", 0, r"44 of 51 same")


def many(checker):
    seen, facts, _ = checker.observe("good", "many", code=0)
    assert len(seen) == 60 and all(line["at"] == place(key) for key, line in seen.items()), seen
    assert [fact["keys"] for fact in facts] == [25, 25, 10], facts
    assert all(fact["servers"] == fact["servers_wanted"] == 3 for fact in facts), facts
    _, facts, _ = checker.observe("good", "many", code=0, count=1)
    assert facts[0]["servers"] == facts[0]["servers_wanted"] == 1, facts
    checker.observe("signless", "many", code=3, says="many was answered by the word")
    checker.observe("numbered", "many", code=3, says="many was answered by the word 1")
    checker.observe("wordless", "many", code=3, says="many was answered by: ok")


def order(checker):
    seen, facts, summary = checker.observe("good", "order", code=0)
    assert all(line["wanted"] == line["at"] == place(key) for key, line in seen.items()), seen
    assert [fact["phase"] for fact in facts] == ["reversed", "rotated"], facts
    assert all(fact["moved"] == fact["moved_wanted"] > 20 for fact in facts), facts
    assert "depends on the order" in summary["note"] and "it does" in summary["note"], summary
    checker.real("pymemcache/default", "order", 0, "(?s)does not depend on the order.*it does not")


def both(checker):
    seen, facts, summary = checker.observe("good", "both", code=0)
    assert not facts and "note" not in summary, (facts, summary)
    seen, facts, summary = checker.observe("says-otherwise", "both", code=0)
    assert len(facts) == 60 and "differ on 60 of 60" in summary["note"], summary
    assert all((fact["at"] + 1) % 3 == fact["lies"] for fact in facts), facts
    assert all("the client says" in line["why"] for line in seen.values()), seen


def by_step(facts):
    steps = collections.defaultdict(dict)
    for fact in facts:
        steps[fact["phase"], fact["op"]][fact.get("key", "cut")] = fact
    return steps


def fail(checker):
    seen, facts, summary = checker.observe("good", "fail", code=0)
    victim = int(re.match(r"server (\d) was killed", summary["note"])[1])
    homes = collections.Counter(place(key) for key in seen)
    assert len(seen) == 40 and homes[victim] == max(homes.values()), (homes, summary)
    steps = by_step(facts)
    assert set(steps) == {("before", "set"), *((phase, op) for phase in ("down", "back")
                                               for op in ("get", "set"))}, set(steps)
    for (phase, op), answers in steps.items():
        for key, fact in answers.items():
            there = place(key) == victim
            says = ("no" if phase == "down" and there else "ok" if op == "set" else
                    "miss" if there else "value")
            assert fact["says"] == says, fact
            assert fact["servers"] == ([] if says == "no" else [place(key)]), fact
        assert len(answers) == 40, (phase, op)
    checker.real("pymemcache/default", "fail", 0, r"(?s)36 of 40 same.*server \d was killed")


def hang(checker):
    _, facts, summary = checker.observe("good", "fail", "--how", "stop", code=0, count=9)
    victim = int(re.match(r"server (\d) hung and went on", summary["note"])[1])
    for (phase, op), answers in by_step(facts).items():
        for key, fact in answers.items():
            if place(key) == victim and phase == "down":
                assert fact["says"] == "no" and not fact["servers"], fact
            elif place(key) == victim and (phase, op) == ("back", "get"):
                assert fact["says"] in ("value", "unacknowledged"), fact
            else:
                assert fact["says"] == ("ok" if op == "set" else "value"), fact


def hostile(checker):
    checker.observe("mortal", "fail", code=3, says="down: get: exited with status 3")
    checker.observe("babbling", "fail", code=3, says="get was answered by: down")
    _, facts, _ = checker.observe("slow", "fail", "--timeout", 1, code=0)
    cuts = [fact for fact in facts if "says" not in fact]
    assert cuts and re.match(r"cut off after \d+ of 40 keys: 1 s", cuts[0]["why"]), cuts
    checker.observe("foreign", "value", code=3, says="fetch was answered by: value 42")
    checker.observe("minimum", "value", code=5, says="the adapter has no store")


def value(checker):
    seen, facts, _ = checker.observe("good", "value", code=0)
    facts = {fact["id"]: fact for fact in facts}
    assert len(facts) == len(seen) > 50, (len(facts), len(seen))
    told = {name: tuple(facts[f"value/{name}"].get(field) for field in
                        ("op", "type", "flags", "bytes", "size", "reads_as"))
            for name in ("int-2^40", "text-utf8", "text-long", "null", "pylibmc/int",
                         "php-memcached/long")}
    assert told["int-2^40"] == ("store", "int", 4, "1099511627776", 13, "int 1099511627776"), told
    assert told["text-utf8"] == ("store", "text", 16, "h%C3%A9", 3, "text h%C3%A9"), told
    assert told["text-long"][2:5] == (16, "x" * 200, 20480), told
    assert told["null"] == ("store", "null", None, None, None, None), told
    assert told["pylibmc/int"] == ("fetch", None, 4, "42", 2, "int 42"), told
    assert told["php-memcached/long"] == ("fetch", None, 1, "42", 2, "other 42"), told
    assert facts["value/null"]["status"] == "SKIPPED", facts["value/null"]


def alike(checker):
    """Keys that are sent alike do not overwrite each other."""
    keys = checker.folder / "keys"
    keys.write_text("a%01b\na%09b\na_b\n")
    words = ("observe", "php-memcache/standard", "--mode", "land", "--keys", keys, "--servers",
             "127.77.9.1:21211 127.77.9.2:21212")
    modules = subprocess.run(["sh", "-c", "php -m"], capture_output=True, text=True, check=False)
    if "memcache" not in modules.stdout.split():
        sys.exit(SKIPPED)
    checker.run(*words, code=0, own=False, says='"placed":3')


def usage(checker):
    words = ("--servers", SERVERS, "--count", 3)
    checker.run("observe", "good", "--mode", "jump", *words, code=2, says="jump is none of auto")
    checker.run("observe", "good", "--mode", "fail", "--how", "burn", *words, code=2, says="burn")
    for mode in ("fail", "value", "order", "both"):
        checker.run("compare", "good", "--mode", mode, *words, code=2, says=f"{mode} is for run")
    checker.run("record", "good", "--mode", "look", "--topology", "three", "--keys", "/dev/null",
                "--out", checker.folder / "out", *words[:2], code=2, says="not look")
    for mode in ("look", "many", "fail", "value"):
        checker.run("observe", "good", "--mode", mode, "--count", 1, "--servers", "192.0.2.1",
                    code=5, says="not on the loopback")


TESTS = {function.__name__: function for function in
         (look, many, order, both, fail, hang, hostile, value, alike, usage)}


def main():
    if sys.argv[1] == "--adapter":
        adapter(sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        TESTS[sys.argv[2]](Checker(sys.argv[1], folder))


if __name__ == "__main__":
    main()
