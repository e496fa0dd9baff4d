#!/usr/bin/python3
"""Records what real clients do with the keys of dead servers, as vectors/failover/PROFILE/
native-LIST.json.

usage: record_failover.py BUILD [--only TEXT] [--output FOLDER] [--again] [--try]
                          [--shard I/N]

Each client of failovers.list stores keys on real servers; some of these are killed; it stores the
keys again until it has noticed, or given up; and a last time with another value. Where that
then lies is what is written. All of it is done twice, with new processes, and
what differs is not written but reported. --try writes nothing.
"""
import argparse
import ctypes
import datetime
import hashlib
import itertools
import json
import pathlib
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import quote

HERE = pathlib.Path(__file__).resolve().parent
# The number comes first: some hashes, such as FNV, leave keys together that end differently.
KEYS = {"keys": "{n}-key", "from": 0, "count": 1200}
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"  # the index of a server; "-": nowhere
RUNS, ROUNDS = 2, 6
NUMBERS = itertools.count()  # so that no value comes twice
# To each list the sets of the dead.
FOURS = [[0], [1], [2], [3]]
MANY = [[1, 3], [0, 1, 2]]  # clients that count their tries then come to the end
PATIENT = ("spymemcached/", "elasticache-java/")  # 2.5 seconds for a key that finds no server
PAIRS = [[0, 1], [1, 4], [2, 6], [3, 5], [4, 6]]
LISTS = {
    "4-equal": (" ".join(f"127.77.0.{i}:11211" for i in range(1, 5)), FOURS + MANY),
    "7-ports": ("127.77.0.1:11211 127.77.0.2:11212 127.77.0.3:11211 127.77.0.4:22122 "
                "127.77.0.5:11211 127.77.0.6:11311 127.77.0.7:11211", PAIRS),
    "4-ascending": (" ".join(f"127.77.0.{i}:11211:{i}" for i in range(1, 5)), FOURS),
    "7-weighted": ("127.77.0.1:11211:1 127.77.0.2:11212:2 127.77.0.3:11211:3 127.77.0.4:22122:5 "
                   "127.77.0.5:11211:7 127.77.0.6:11311:11 127.77.0.7:11211:4", PAIRS),
}


PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)  # loaded before the forks


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Unanswered(Exception):
    """The client cannot say, or says this one time and that another."""


def keys():
    return [KEYS["keys"].replace("{n}", str(n)) for n in range(KEYS["count"])]


class Server:
    """A memcached of its own, which may be dead."""

    def __init__(self, word):
        self.place = tuple(word.split(":")[:2])
        self.process = None

    def start(self):
        host, port = self.place
        self.process = subprocess.Popen(["memcached", "-l", host, "-p", port, "-U", "0", "-m", "8",
                                         "-t", "1", "-u", "root"],
                                        preexec_fn=die_with_parent)
        for _ in range(500):
            try:
                return self.ask(b"version\r\n", b"\r\n")
            except OSError:
                time.sleep(0.01)
        raise SystemExit(f"no memcached on {host}:{port}")

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None

    def ask(self, request, end):
        with socket.create_connection(self.place) as link:
            link.sendall(request)
            reply = b""
            while not reply.endswith(end):
                more = link.recv(65536)
                if not more:
                    raise SystemExit(f"{self.place} hung up")
                reply += more
            return reply

    def held(self, value):
        """The keys that lie there with that value."""
        found = set()
        asked = keys()
        for i in range(0, len(asked), 100):
            reply = self.ask(f"get {' '.join(asked[i:i + 100])}\r\n".encode(), b"END\r\n")
            lines = reply.split(b"\r\n")
            found.update(line.split()[1].decode() for line, held in zip(lines, lines[1:])
                         if line.startswith(b"VALUE ") and held == value.encode())
        return found


class Adapter:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True,
                                        preexec_fn=die_with_parent)

    def say(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Unanswered(f"the adapter ended at {line[:40]}") from None
        return self.process.stdout.readline().rstrip("\n")

    def store_all(self, value):
        """How many were not taken."""
        return sum(self.say(f"set {quote(key, safe='')} {value}") != "ok" for key in keys())

    def end(self):
        self.process.kill()
        self.process.wait()


def landed(servers, value):
    """The index of the server where each key has that value, as a text."""
    where = ["-"] * KEYS["count"]
    numbers = {key: n for n, key in enumerate(keys())}
    for index, server in enumerate(servers):
        for key in server.held(value) if server.process else ():
            if where[numbers[key]] != "-":
                raise Unanswered(f"{key} on two servers")
            where[numbers[key]] = DIGITS[index]
    return "".join(where)


def settle(adapter):
    """Stores until all is taken, or nothing changes any more."""
    before = None
    for _ in range(ROUNDS):
        failed = adapter.store_all("early")
        if failed in (0, before):
            return
        before = failed
        time.sleep(0.2)


def observe(command, servers, words, dead):
    """Where a new client puts the keys with all alive, and with the dead."""
    adapter = Adapter(command)
    try:
        hello = adapter.say("hello polyring-adapter/1")
        reply = adapter.say(f"servers {words}")
        if reply != "ok":
            raise Unanswered(reply)
        settle(adapter)
        number = next(NUMBERS)
        failed = adapter.store_all(f"home-{number}")
        home = landed(servers, f"home-{number}")
        if failed or "-" in home:
            raise Unanswered(f"{failed} keys were not taken while all servers lived")
        for index in dead:
            servers[index].kill()
        settle(adapter)
        adapter.store_all(f"away-{number}")
        return hello, home, landed(servers, f"away-{number}")
    finally:
        adapter.end()
        for server in servers:
            if not server.process:
                server.start()


def clients(build):
    known = {}
    for line in (HERE / "clients.list").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, packages, *command = line.split()
            known[name] = packages, command
    for line in (HERE / "failovers.list").read_text().splitlines():
        if line and not line.startswith("#"):
            profile, client, *words = line.split()
            packages, command = known[client]
            command = command + words
            places = {"{adapters}": HERE / "adapters", "{build}": build, "{source}": HERE.parent}
            ready = command
            for name, place in places.items():
                ready = [word.replace(name, str(place)) for word in ready]
            yield profile, packages, " ".join(command), ready


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def adapter_of(words):
    """The SHA-256 of the adapter's source, as polyring-check has it."""
    for word in words:
        name = word.rpartition("/")[2]
        for source in (name, f"{name}.c", f"{name}.java"):
            path = HERE / "adapters" / source
            if source and path.is_file():
                return sha256(path.read_bytes())
    raise SystemExit(f"no adapter in {words}")


def facts_of(hello, packages, configuration):
    """The source, as in placement files."""
    _, client, version, _, _, *facts = hello.split(" ") + [""]
    source = {"kind": "observed", "client": client, "version": version}
    source.update(fact.split("=", 1) for fact in facts if "=" in fact)
    package = packages.split(",")[0]
    if not package.startswith(("@", "-")):
        found = subprocess.run(["dpkg-query", "-W", "-f=${Package} ${Version}", package],
                               capture_output=True, text=True)
        source.update(package=found.stdout)
    server = subprocess.run(["memcached", "-V"], capture_output=True, text=True).stdout.strip()
    return source | {"configuration": configuration, "observed": "landed", "server": server,
                     "tool": "record_failover.py", "date": str(datetime.date.today()),
                     "adapter_sha256": adapter_of(configuration.split()), "runs": RUNS}


def seal(cases):
    return sha256(json.dumps(cases, sort_keys=True, separators=(",", ":")).encode())


def record(profile, packages, configuration, command, name):
    words, dead_sets = LISTS[name]
    if profile.startswith(PATIENT):
        dead_sets = [dead for dead in dead_sets if len(dead) < 3]
    servers = [Server(word) for word in words.split()]
    for server in servers:
        server.start()
    sets, homes = [], set()
    try:
        for dead in dead_sets:
            runs = [observe(command, servers, words, dead) for _ in range(RUNS)]
            hello = runs[0][0]
            homes.update(home for _, home, _ in runs)
            idle = [index for index in dead if DIGITS[index] not in runs[0][1]]
            if idle:  # a client notices what it turns to
                raise Unanswered(f"servers {idle} have no key of these")
            now = {now for _, _, now in runs}
            if len(homes) > 1 or len(now) > 1:
                differ = [sum(a != b for a, b in zip(*pair)) for pair in (homes, now)
                          if len(pair) > 1]
                raise Unanswered(f"{dead} dead: not the same each time ({differ} keys)")
            sets.append({"id": str(len(sets) + 1), "dead": dead, "at": now.pop()})
    finally:
        for server in servers:
            server.kill()
    return {"schema": "polyring-failover-1", "profile": profile, "on_dead": "native",
            "servers": words.split(), "source": facts_of(hello, packages, configuration),
            "keys": KEYS, "home": homes.pop(), "cases": sets, "cases_sha256": seal(sets)}


def summary(data):
    """For people: of the keys of dead and living servers, how many moved, how many are nowhere."""
    lines = []
    for case in data["cases"]:
        dead = {DIGITS[i] for i in case["dead"]}
        pairs = list(zip(data["home"], case["at"]))
        theirs = [at for home, at in pairs if home in dead]
        lines.append(f"{case['dead']}: {len(theirs)} of the dead, {theirs.count('-')} nowhere; "
                     f"{sum(a != b for a, b in pairs if a not in dead)} of the living moved")
    return "; ".join(lines)


def write(path, data):
    """One case a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cases = ",\n".join("    " + json.dumps(case) for case in data["cases"])
    lines = [f"  {json.dumps(name)}: " + (f"[\n{cases}\n  ]" if name == "cases" else
                                          json.dumps(value)) for name, value in data.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--output", type=pathlib.Path, default=HERE.parent / "vectors/failover")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--try", action="store_true", dest="dry")
    parser.add_argument("--shard", default="0/1")
    options = parser.parse_args()
    shard, shards = map(int, options.shard.split("/"))
    worst = 0
    for profile, packages, configuration, command in list(
            clients(options.build.resolve()))[shard::shards]:
        for name in LISTS:
            path = options.output / profile / f"native-{name}.json"
            if options.only not in f"{profile}/{name}" or path.exists() and not options.again:
                continue
            try:
                data = record(profile, packages, configuration, command, name)
            except Unanswered as why:
                print(f"- {profile} {name}: {why}", flush=True)
                worst = max(worst, "skip" not in str(why))
                continue
            print(f"+ {profile} {name}: {summary(data)}", flush=True)
            if not options.dry:
                write(path, data)
    return worst


if __name__ == "__main__":
    sys.exit(main())
