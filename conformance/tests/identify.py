#!/usr/bin/python3
"""Tests of polyring-check identify.

usage: identify.py CHECKER TRIALS VECTORS TEST     runs one of the tests below
       identify.py --adapter KIND                  is an adapter

POLYRING_ALL makes them long, POLYRING_SIZE is a number of trials, POLYRING_SEED another seed.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zlib
from urllib.parse import quote_from_bytes, unquote_to_bytes

ME = pathlib.Path(__file__).resolve()
ALL = bool(os.environ.get("POLYRING_ALL"))
SEED = int(os.environ.get("POLYRING_SEED", "1"))
SERVERS = "10.0.0.1:11211 10.0.0.2:11212 cache-c=10.0.0.3:11311 10.0.0.4"
JOBS = 2


def adapter(kind):
    """Places by CRC-32 modulo, as python-memcached does; or otherwise."""
    servers = []
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split(" ")
        if verb == "hello":
            print("hello fake 1 python servers,locate", flush=True)
        elif verb == "servers":
            weighted = any(word.count(":") > 1 for word in words)
            servers = words
            print("skip weights" if weighted else "ok", flush=True)
        elif verb == "locate":
            key = unquote_to_bytes(words[0])
            crc = zlib.crc32(key)
            if len(key) > 250:
                print("no too long", flush=True)
                continue
            if kind == "crc":
                at = ((crc >> 16 & 0x7FFF) or 1) % len(servers)
            elif kind == "own":
                at = (crc // 7) % len(servers)
            elif kind == "babbler" and key.endswith(b"1"):
                print("at 0\nat 0", flush=True)
                continue
            print("no thanks" if kind == "refuser" else f"at {at if kind != 'babbler' else 0}",
                  flush=True)
        elif verb == "bye":
            break
        else:
            print("skip", verb, flush=True)


class Checker:
    def __init__(self, program, trials, vectors, folder):
        self.program, self.trials = program, trials
        self.vectors, self.folder = pathlib.Path(vectors), pathlib.Path(folder)

    def run(self, *words, code, says="", data=None):
        run = subprocess.run([self.program, "identify", *map(str, words)], capture_output=True,
                             timeout=120, check=False, input=data)
        said = (run.stdout + run.stderr).decode("utf-8", "replace")
        assert run.returncode == code and re.search(says, said), \
            f"{words}: exit {run.returncode}, not {code}, or not {says!r} in:\n{said[:2000]}"
        return said

    def observed(self, data, code, says="", words=(), servers=SERVERS):
        path = self.folder / "observed"
        path.write_bytes(data)
        return self.run("--observed", path, "--servers", servers, *words, code=code, says=says)

    def share(self, kind, count):
        """Runs trials in as many processes as there are cores to use."""
        count = int(os.environ.get("POLYRING_SIZE", count))
        each = [count // JOBS + (j < count % JOBS) for j in range(JOBS)]
        runs = [subprocess.Popen([self.trials, kind, str(n), str(SEED * JOBS + j)],
                                 stdout=subprocess.PIPE, text=True)
                for j, n in enumerate(each) if n]
        for run in runs:
            said = run.communicate()[0]
            assert run.returncode == 0, said
            print(said, end="")


def trials(checker):
    checker.share("named", 10000 if ALL else 200)
    checker.share("chosen", 100 if ALL else 2)


def strangers(checker):
    checker.share("stranger", 1000 if ALL else 20)


def shortcut(checker):
    checker.share("shortcut", 200 if ALL else 4)


def separate(checker):
    """What the chosen keys tell apart; the figures are in the output."""
    checker.share("separate", 20 if ALL else 1)


def controls(checker):
    """A wrong truth, a stranger that is none, a lost name, a vector of another profile."""
    for kind in ("wrong", "familiar", "lost"):
        run = subprocess.run([checker.trials, kind, "2", str(SEED)], capture_output=True, text=True,
                             check=False)
        assert run.returncode == 1 and "2 wrong" in run.stdout, run
    path = checker.vectors / "dalli/ring/4-equal.json"
    other = checker.folder / "4-equal.json"
    for text in ('"profile": "nginx/consistent"', '"profile": "dalli/ring"'):
        other.write_text(path.read_text(encoding="utf-8").replace('"profile": "dalli/ring"', text))
        run = subprocess.run([checker.trials, "vectors", other], capture_output=True, text=True,
                             check=False)
        bad = "nginx" in text
        assert run.returncode == int(bad) and ("NOT NAMED" in run.stdout) == bad, run
    run = subprocess.run([checker.trials, "named", "0", "1"], check=False,
                         stdout=subprocess.DEVNULL)
    assert run.returncode == 5, run


def vectors(checker):
    """What real clients did; in a short run one list of each fifth row, all in a long one."""
    files = sorted(path for path in checker.vectors.glob("*/*/*.json")
                   if int(path.stem.split("-")[0]) <= (100 if ALL else 10))
    if not ALL:
        rows = sorted({path.parent for path in files})
        files = [[path for path in files if path.parent == row] for row in rows[SEED % 5::5]]
        files = [row[(7 * i + SEED) % len(row)] for i, row in enumerate(files)]
    runs = [subprocess.Popen([checker.trials, "vectors", *map(str, files[job::JOBS])],
                             stdout=subprocess.PIPE, text=True) for job in range(JOBS)]
    for run in runs:
        said = run.communicate()[0]
        assert run.returncode == 0, said
        print(said, end="")


def lines(places):
    return b"".join(quote_from_bytes(key, safe="").encode() + b"\t" + str(at).encode() + b"\n"
                    for key, at in places.items())


def files(checker):
    keys = [b"user:%d" % n for n in range(80)] + ["\u00fc{}".format(n).encode() for n in range(20)]
    good = {key: ((zlib.crc32(key) >> 16 & 0x7FFF) or 1) % 4 for key in keys}
    said = checker.observed(lines(good), 0, r"explained +100 of 100 keys(.*\n)*.* python-memcached/default")
    assert "chance" in said, said
    words = ["10.0.0.1:11211", "10.0.0.2", "cache-c", "10.0.0.4:11211"]
    checker.observed(lines({key: words[at] for key, at in good.items()}), 0, "python-memcached")
    checker.observed(lines(good).replace(b"\n", b"\r\n"), 0, "python-memcached")
    checker.run("--observed", "-", "--servers", SERVERS, code=0, says="python-memcached",
                data=lines(good) + lines(good))
    checker.observed(lines({**good, b"user:0": 3, b"user:1": 3, b"user:2": 3}), 1,
                     r"nearest +php-memcache/standard: 97 of 100")
    checker.observed(lines({key: zlib.crc32(key) // 7 % 4 for key in keys}), 1, "unrelated")
    checker.observed(lines(dict(list(good.items())[:4])), 0, "too few keys")
    two = {key: at % 2 for key, at in good.items()}
    checker.observed(lines(two), 0, "take at least three", servers="10.0.0.1 10.0.0.2")
    checker.observed(b"", 5, "no key was seen")
    for data, says in ((b"a\t0\nb 1\n", r"observed:2: no tab"), (b"a\t9\n", r":1: server 9"),
                       (b"a\t-1\n", r"no server of the list"), (b"a\t\n", "no server"),
                       (b"\t0\n", "no key"), (b"\n", "no tab"), (b"a%2\t0\n", "percent-encoded"),
                       (b"a\t10.0.0.9\n", "10.0.0.9 is no server"), (b"a\t0\tx\n", ":1: 0.x is no"),
                       (b"a\t10.0.0.1:11999\n", "11999 is no server"),
                       (b"a\t0\nb\t0\na\t1\n", r":3: the key of line 1 again"),
                       (b"a\0b\t0\n", ":1: a NUL byte"), (b"x" * 9000000, ":1: a line longer"),
                       (b"a\t\x1b[31m\xff\n", r"\? is no server"), (b"\xff\xfe\x00", "NUL byte")):
        checker.observed(data, 2, says)
    checker.observed(b"a\thost\n", 2, "more than one server", servers="host:1 host:2 other")
    checker.run("--observed", checker.folder / "none", "--servers", SERVERS, code=2, says="none")
    checker.run("--observed", checker.folder, "--servers", SERVERS, code=2, says="directory")
    checker.run("--observed", "x", code=2, says="--servers")
    checker.run(code=2, says="give one of")
    checker.observed(b"a\t0\n", 2, "nosuch", ["--wanted", "nosuch"])
    checker.observed(lines(good), 1, r"wanted +ketama.*\n(.*\n)*.*layout",
                     ["--wanted", "ketama"])
    checker.observed(lines(good), 0, "one of the class", ["--wanted", "python-memcached/default"])
    turned = {key: (at + 1) % 4 for key, at in good.items()}
    checker.observed(lines(turned), 1, "no profile")
    checker.observed(lines(turned), 0, "another order of the servers, php-memcache/standard", ["--any-order"])
    path = checker.folder / "out.json"
    checker.observed(lines(good), 0, "", ["--json", path])
    told = json.loads(path.read_text(encoding="ascii"))
    assert told["seen"] == 100 and told["exit"] == 0 and told["rows"] >= 1 and \
        "python-memcached/default" in [name["profile"] for name in told["names"]], told


def clients(checker):
    command = ["--keys", 60, "--mode", "locate", "--", sys.executable, ME, "--adapter"]
    chosen = ["--keys", 100, *command[2:]]
    checker.run(*chosen, "crc", code=0, says=r"explained +(\d+) of \1 keys(.*\n)*.* python-memcached/default")
    checker.run(*command, "own", code=1, says="unrelated")
    checker.run(*command, "refuser", code=5, says="no key was seen")
    checker.run(*command, "babbler", code=3, says="more than one line")
    checker.run("--keys", 20, "--", "/nowhere/at-all", code=4, says="at-all: No such file")
    checker.run("nobody", code=2, says="nobody")


def main():
    if sys.argv[1] == "--adapter":
        adapter(sys.argv[2])
        return
    *words, name = sys.argv[1:]
    test = {test.__name__: test for test in (trials, strangers, shortcut, separate, controls, vectors, files,
                                                 clients)}[name]
    with tempfile.TemporaryDirectory(prefix="polyring-identify-") as folder:
        test(Checker(*words, folder))


main()
