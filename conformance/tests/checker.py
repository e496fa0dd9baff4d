#!/usr/bin/python3
"""Tests of polyring-check itself, against adapters of its own.

usage: checker.py CHECKER TEST          runs one of the tests below
       checker.py --adapter KIND        is one of the adapters
"""
import hashlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree
from urllib.parse import unquote_to_bytes

ME = pathlib.Path(__file__).resolve()
SERVERS = "127.77.9.1:21211 127.77.9.2:21212 127.77.9.3:21213"
SKIPPED = 77  # what ctest takes for a skip


# The adapters. Each places a key by its length, and most have one fault.

def address(word):
    host, port = word.split(":")
    return host, int(port)


def store(word, key, value):
    with socket.create_connection(address(word)) as link:
        link.sendall(b"set %s 0 0 %d\r\n%s\r\n" % (key, len(value), value))
        return link.recv(100) == b"STORED\r\n"


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def leave_an_orphan():
    """A process that is neither in our group nor our child, and holds no pipe of ours."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for fd in range(3):
                os.dup2(null, fd)
            time.sleep(600)
        os._exit(0)


def misbehave(kind, verb):
    """True if the request has been dealt with."""
    if kind == "afterwards" and verb == "bye":
        say("ok\n")
    elif kind == "stays" and verb == "bye":
        time.sleep(600)
    elif verb != "locate":
        return False
    elif kind == "late":
        say("at 0\n")
        time.sleep(0.05)
        say("at 0\n")
    elif kind == "minus":
        say("at -1\n")
    elif kind == "empty":
        say("\n")
    elif kind == "trailing":
        say("at 0\r\n")
    elif kind == "drip":
        for letter in "at 0" * 100:
            say(letter)
            time.sleep(0.1)
    elif kind == "dies":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif kind == "sleeps":
        time.sleep(600)
    else:
        return False
    return True


def adapter(kind):
    servers = []
    if kind == "mute":
        time.sleep(600)
    if kind == "stranger":
        print("good morning", flush=True)
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split(" ")
        if misbehave(kind, verb):
            continue
        if verb == "bye":
            break
        if kind == "noisy":
            sys.stderr.write("x" * 100000)
        if verb == "hello":
            name = "Polyring-python" if kind == "polyring" else "fake"
            print("skip not installed" if kind == "absent" else
                  f"hello {name} 1 python servers,locate,set,hash runtime=none", flush=True)
        elif verb == "servers":
            servers = words
            if kind == "orphan":
                leave_an_orphan()
            print("skip names" if kind == "skips" else "no thanks" if kind == "declines" else "ok",
                  flush=True)
        elif verb == "locate":
            key = unquote_to_bytes(words[0])
            at = (len(key) + (kind == "other")) % len(servers)
            if kind == "resolves":
                at = 0 if socket.gethostbyname(servers[0].split("/")[0]) == "127.77.9.9" else 1
            print(f"at {at}" if kind != "refuses" or b"e" not in key else "no such key", flush=True)
        elif verb == "set":
            key, value = map(unquote_to_bytes, words)
            stored = store(servers[len(key) % len(servers)], key, value)
            print("ok" if stored else "no not stored", flush=True)
        elif verb == "hash":
            print(f"hash {len(words[1])}", flush=True)
        else:
            print("skip", verb, flush=True)


# What the tests share.

class Checker:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.list = self.folder / "clients.list"
        kinds = set(re.findall(r'kind [!=]= "(\w+)"', ME.read_text(encoding="utf-8")))
        self.list.write_text(
            "".join(f"{kind} libmemcached/modula - {sys.executable} {ME} --adapter {kind}\n"
                    for kind in sorted({*kinds, "steady"})) +
            "gone libmemcached/modula - /nowhere/at-all\n")
        (self.folder / "keys").write_text("a\nbb\nccc flags=Long kills=hash=crc\n%C3%BC\n")
        (self.folder / "flags").write_text("Long hash It is long.\n")

    def command(self, *words):
        clients = [] if words[0] in ("lint", "selftest") else ["--clients", self.list]
        return [str(word) for word in (self.program, words[0], *clients, *words[1:])]

    def run(self, *words, code, says="", **more):
        run = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=60,
                             check=False, **more)
        said = run.stdout + run.stderr
        assert run.returncode == code and re.search(says, said), \
            f"{words}: exit {run.returncode}, not {code}, or not {says!r} in:\n{said[:2000]}"
        return run.stdout

    def observe(self, kind, *words, code, says="", **more):
        return self.run("observe", kind, "--mode", "locate", "--servers", SERVERS, "--timeout",
                        "0.5", "--keys", self.folder / "keys", *words, code=code, says=says, **more)

    def record(self, kind="steady", out="three.json", code=0, says="", words=()):
        path = self.folder / out
        self.run("record", kind, "--topology", "three", "--mode", "locate", "--servers", SERVERS,
                 "--keys", self.folder / "keys", "--flags", self.folder / "flags",
                 "--out", path, *words, code=code, says=says)
        return path


def processes(marker):
    """Processes whose command line has the marker."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if marker.encode() in entry.read_bytes() and int(entry.parts[2]) != os.getpid():
                found.append(int(entry.parts[2]))
        except (OSError, ValueError):
            pass
    return found


def gone(marker):
    for _ in range(500):
        if not processes(marker):
            return True
        time.sleep(0.02)
    return False


# The tests.

def usage(checker):
    run = subprocess.run([checker.program], capture_output=True, text=True, check=False)
    assert run.returncode == 2 and "subcommand" in run.stderr, run
    run = subprocess.run([checker.program, "jump"], capture_output=True, text=True, check=False)
    assert run.returncode == 2 and "jump" in run.stderr, run
    for command in ("run", "report", "compare", "observe", "record", "lint", "selftest"):
        run = subprocess.run([checker.program, command, "--help"], capture_output=True, text=True,
                             check=False)
        assert run.returncode == 0 and f"polyring-check {command}" in run.stdout, run
    checker.run("observe", "nobody", "--servers", SERVERS, "--count", 1, code=2, says="nobody")
    checker.run("observe", "steady", "--count", 1, code=2, says="--servers")
    checker.run("observe", "steady", "--servers", SERVERS, code=2, says="no keys")
    checker.run("observe", "steady", "--servers", "a b:c", "--count", 1, code=2, says="b:c")
    checker.run("observe", "steady", "--servers", "a b:65536", "--count", 1, code=2, says="65536")
    checker.run("observe", "steady", "--servers", "unix:a", "--count", 1, code=2, says="unix:a")
    checker.run("observe", "steady", "--servers", " ", "--count", 1, code=2, says="no servers")
    checker.run("observe", "steady", "--timeout", "nan", "--count", 1, code=2, says="nan")
    (checker.folder / "keys").write_text("good\nbad%2\n")
    checker.observe("steady", code=2, says=r"keys:2: bad%2")
    checker.list.write_text("steady libmemcached/modula\n")
    checker.observe("steady", code=2, says=r"clients.list:1")


def protocol(checker):
    for kind, says in {
            "late": "more than one line|no request asked for", "minus": "at -1, but there are 3",
            "empty": "locate was answered by", "trailing": "carriage return",
            "drip": "half a line, then silence", "dies": "died of signal 11", "mute": "silence for",
            "sleeps": "silence for", "stranger": "more than one line|hello was answered",
            "afterwards": "no request asked for", "stays": "did not end after bye"}.items():
        checker.observe(kind, code=3, says=says)
    checker.observe("steady", code=0, says='"placed":4')
    checker.observe("noisy", code=0, says='"placed":4')
    checker.observe("orphan", code=0, says='"placed":4')
    assert gone(f"{ME}\0--adapter"), "a process outlived its checker"
    checker.observe("refuses", code=0, says='"placed":4')
    checker.observe("absent", code=5, says='"SKIPPED":4')
    checker.observe("skips", code=5, says='"SKIPPED":4')
    checker.observe("declines", code=5, says='"REFUSED":4')
    checker.observe("gone", code=4, says="/nowhere/at-all: No such file")


def environment(checker):
    land = ("observe", "steady", "--mode", "land", "--count", 3)
    with socket.create_server(("127.77.9.1", 21211)):
        checker.run(*land, "--servers", SERVERS, code=4, says="127.77.9.1 port 21211: .*in use")
    checker.run(*land, "--servers", SERVERS, code=4, says="memcached: No such file",
                env={**os.environ, "PATH": str(checker.folder)})
    checker.run(*land, "--servers", "192.0.2.1", code=5, says="not on the loopback")
    checker.run(*land, "--servers", SERVERS, code=0, says='"placed":3')


def signals(checker):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        words = checker.command("observe", "steady", "--mode", "land", "--servers", SERVERS,
                                "--count", 20000)
        with subprocess.Popen(words, stdout=subprocess.DEVNULL) as run:
            while not processes(f"{ME}\0--adapter") or not processes("127.77.9.2\0-p\00021212"):
                assert run.poll() is None, "it ended before the signal"
                time.sleep(0.01)
            run.send_signal(number)
            assert run.wait(20) == -number, f"{number}: {run.returncode}"
        assert gone(f"{ME}\0--adapter") and gone("127.77.9.2\0-p\00021212"), f"left by {number}"
        assert number == signal.SIGKILL or not list(checker.folder.glob("polyring-check-*"))


def names(checker):
    told = checker.run("observe", "resolves", "--mode", "locate", "--count", 2, "--servers",
                       "mc1.example/127.77.9.9 mc2.example", code=0)
    if '"SKIPPED":2' in told:
        sys.exit(SKIPPED)
    assert '"at":0' in told and '"at":1' not in told, told
    assert "mc1.example" not in pathlib.Path("/etc/hosts").read_text(encoding="utf-8")


def vectors(checker):
    path = checker.record()
    text = path.read_text(encoding="ascii")
    good = json.loads(text)
    run = ("run", "--client", "steady", "--mode", "locate", "--vectors")
    checker.run(*run, path, "--digest", code=0, says="5 of 5 same")
    broken = checker.folder / "broken.json"
    for end in [*range(0, 400, 7), *range(400, len(text) - 3, 61)]:
        broken.write_text(text[:end])
        checker.run(*run, broken, code=2, says="broken.json")

    def spoiled(says, **change):
        vector = {**good, **change}
        broken.write_text(json.dumps({k: v for k, v in vector.items() if v is not None}))
        checker.run(*run, broken, code=2, says="broken.json.*" + says)

    case = good["cases"][0]
    spoiled("edited", cases=[{**case, "at": 2}, *good["cases"][1:]])
    spoiled("itself", source={**good["source"], "client": "polyring-java"})
    spoiled("libmemcached/modula", profile="libmemcached/modulo")
    spoiled("servers", servers=[])
    spoiled("servers", servers=["a", "b c"])
    spoiled("servers", servers="a b")
    spoiled("cases_sha256", cases_sha256=None)
    spoiled("digest", digest={**good["digest"], "of": "something else"})
    spoiled("cases", cases=None)
    text = text.replace('"at": 1', '"at": 2', 1)
    broken.write_text(text)
    checker.run(*run, broken, code=2, says="edited")
    checker.run("run", "--vectors", checker.folder / "none", code=2, says="none")


def recording(checker):
    checker.record("polyring", code=2, says="Polyring is never the measure")
    checker.record("refuses", code=0, says="0 refused")
    (checker.folder / "keys").write_text("a\ne\n")
    checker.record("refuses", code=1, says="e: REFUSED")
    checker.record("refuses", words=["--may-refuse"], says="1 refused")
    (checker.folder / "keys").write_text("a\ne may_refuse\n")
    path = checker.record("refuses", words=["--witness", "other"], code=1, says="contradicts")
    path = checker.record("steady", words=["--witness", "refuses"])
    vector = json.loads(path.read_text(encoding="ascii"))
    assert vector["witnesses"][0]["agreed"] == 1 and vector["witnesses"][0]["refused"] == 1, vector
    assert vector["cases"][1]["may_refuse"] is True and vector["source"]["runs"] == 2, vector
    checker.run("run", "--client", "refuses", "--vectors", path, "--mode", "locate", code=0,
                says="1 of 2 same, 1 REFUSED")
    (checker.folder / "keys").write_text("a flags=Unknown\n")
    checker.record(code=2, says="Unknown has no note")
    (checker.folder / "keys").write_text("a\na\n")
    checker.record(code=2, says=r"keys:2: .*already")
    (checker.folder / "keys").write_text('{"keys": [{"key": "a"}, {"key": "b", "flag": 1}]}')
    checker.record(code=2, says=r"key 1: \"flag\"")
    (checker.folder / "keys").write_text("a\nbb\n")
    out = checker.folder / "hash.json"
    checker.run("record", "steady", "--hash", "length", "--keys", checker.folder / "keys", "--out",
                out, code=0)
    assert [c["hash"] for c in json.loads(out.read_text())["cases"]] == ["1", "2"]


def unsteady(checker):
    """A client that answers otherwise in its second life cannot be recorded."""
    flip = checker.folder / "flip"
    flip.write_text(f"""#!/bin/sh
echo >> {checker.folder}/lives; at=$(( $(wc -l < {checker.folder}/lives) % 2 ))
while read -r verb rest; do case $verb in
  hello) echo hello fake 1 sh locate ;; servers) echo ok ;; locate) echo at $at ;; bye) exit ;;
esac; done""")
    with checker.list.open("a") as clients:
        clients.write(f"flip libmemcached/modula - /bin/sh {flip}\n")
    checker.record("flip", code=1, says="not the same in every run")
    assert not (checker.folder / "three.json").exists()


def reports(checker):
    path = checker.record()
    vector = json.loads(path.read_text(encoding="ascii"))
    names_of = {name: checker.folder / name for name in ("json", "tap", "junit", "expect")}
    words = ["run", "--client", "steady", "--client", "skips", "--client", "dies", "--mode",
             "locate", "--vectors", path]
    outputs = [word for name in ("json", "tap", "junit") for word in (f"--{name}", names_of[name])]
    checker.run(*words, *outputs, code=3, says="3 comparisons: 1 agree, 0 differ, 1 broken, 1 skip")
    lines = [json.loads(line) for line in names_of["json"].read_text().splitlines()]
    assert lines[0]["tool"] == "polyring-check" and lines[-1]["exit"] == 3, lines
    assert len(lines) == 2 + 3 * len(vector["cases"]), lines
    assert {line["status"] for line in lines[1:-1]} == {"SAME", "SKIPPED", "BROKEN"}, lines
    tap = names_of["tap"].read_text()
    assert tap.startswith("TAP version 14\n1..3\n"), tap
    assert re.search(r"^not ok 1 - dies", tap, re.M) and re.search(r"^ok 3 - steady", tap, re.M)
    assert re.search(r"^ok 2 - skips three locate # SKIP names", tap, re.M), tap
    suites = xml.etree.ElementTree.parse(names_of["junit"]).getroot()
    told = {case.get("classname"): [child.tag for child in case]
            for case in suites.iter("testcase")}
    assert told == {"dies": ["error"], "skips": ["skipped"], "steady": []}, told
    only = ["run", "--client", "skips", "--vectors", path]
    checker.run(*only, code=5)
    checker.run(*only, "--skips-as-fails", code=1)
    assert checker.run(*only, "--tap", "-", code=5).startswith("TAP version 14\n1..1\nok 1")


def expected(checker):
    path = checker.record()
    moved = json.loads(path.read_text(encoding="ascii"))
    run = ("run", "--client", "steady", "--mode", "locate", "--vectors", path, "--expect")
    expect = checker.folder / "expect"
    expect.write_text("steady three a DIFFERENT a reason\n")
    checker.run(*run, expect, code=1, says="not so any more")
    expect.write_text("steady three a DIFFERENT\n")
    checker.run(*run, expect, code=2, says="expect:1")
    expect.write_text("steady three a SAME a reason\n")
    checker.run(*run, expect, code=2, says="SAME is no status")
    moved["cases"][0]["at"] = 2
    moved["cases_sha256"] = hashlib.sha256(
        json.dumps(moved["cases"], sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    path.write_text(json.dumps(moved))
    expect.write_text("# none\n")
    checker.run(*run, expect, code=1, says="1 DIFFERENT")
    for key in ("a", "three/1", "*"):
        expect.write_text(f"steady three {key} DIFFERENT a reason\n")
        checker.run(*run, expect, code=0, says="1 DIFFERENT")
    expect.write_text("steady three bb LOST a reason\n")
    checker.run(*run, expect, code=1, says="2 of 4 same, 2 DIFFERENT")


def comparing(checker):
    words = ("compare", "steady", "--servers", SERVERS, "--count", 500)
    told = checker.run(*words, "--json", checker.folder / "json", code=1)
    line = told.splitlines()[0].split()
    assert line[:4] == ["steady", "libmemcached/modula", "3", "500"], told
    assert 0 < int(line[4]) < 500 and int(line[4]) + int(line[5]) == 500, told
    assert "wanted  server" in told and "polyring explain --profile" in told, told
    report = json.loads((checker.folder / "json").read_text())
    assert report["counts"]["SAME"] == int(line[4]) and "first" in report, report
    assert told == checker.run(*words, code=1), "keys depend on something else than the seed"
    assert told != checker.run(*words, "--seed", 2, code=1)
    checker.run("compare", "steady", "--servers", "127.77.9.1:21211", "--count", 500, code=0,
                says=r"^steady libmemcached/modula 1 500 500 0 0\n")
    checker.run("compare", "steady", "--servers", SERVERS, "--profile", "ketame", "--count", 9,
                code=5, says="ketama")


TESTS = {function.__name__: function for function in
         (usage, protocol, environment, signals, names, vectors, recording, unsteady, reports,
          expected, comparing)}


def main():
    if sys.argv[1] == "--adapter":
        adapter(sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        TESTS[sys.argv[2]](Checker(sys.argv[1], folder))


main()
