#!/usr/bin/env python3
"""One file of scenarios, played with Polyring in every language and with the real clients.

    replay.py [--json] [--markdown] [--control] [--all] [--rounds N] [--languages NAME,...] [--write DOCUMENT]
              [--only SCENARIO,...] [--client NAME,...] BUILD

BUILD is the folder of the build; scenarios.txt says what is played and what must come of it (docs/faults.md). Of each
play a line tells its figures. The program fails where something breaks that must not, with Polyring, or where another
client does not show what is known of it. What depends on time may break in two of three plays: a busy machine. Goals
are printed only.

With POLYRING_ALL or --all, callers that pause nowhere have the machine for themselves; else there are few clients, all
at once, and a shorter time. --rounds plays all so many times; the table has the medians, and --write puts it into a
document. --languages: those of Polyring that are built. --control judges Polyring as the other clients, and those as
Polyring; it exits with 1. A client that is not installed is skipped by name (77). Run it where nobody else has servers
on 127.97.0.0/16 and from port 22100 of 127.0.0.1 on, as in a network namespace of its own.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "live"))

from cuts import Cuts
from figures import Marks, figures, markdown, of_lines
from fleet import Server, on_tcp
from histories import NOT_DONE, OK, UNKNOWN, Op, check
from proxy import Proxy
from scenarios import Script

CALLERS, KEY, PORT = HERE / "callers", "user:17", 22100
SPYMEMCACHED = "/usr/share/java/spymemcached.jar"
PYTHON, TRIES, STARTS, PATIENCE = "/usr/bin/python3", 3, 60, 15
LANGUAGES = ["c", "python", "php", "java"]
BEGIN, END = "<!-- begin: tests/fault/replay.py -->\n", "<!-- end: tests/fault/replay.py -->"
OUTCOMES = {"o": OK, "m": OK, "n": NOT_DONE}


class Absent(Exception):
    """A client that is not here."""


class Commands:
    """How the callers are started."""

    def __init__(self, build, folder):
        self.build, self.folder = pathlib.Path(build).resolve(), folder
        self.classes = {}

    def java(self, name, jar, *more):
        """Compiles the caller, once."""
        if name not in self.classes:
            self.classes[name] = f"{self.folder}/{name}"
            sources = [CALLERS / "Caller.java", CALLERS / f"{name}.java"]
            if not os.path.exists(jar):
                raise Absent(f"{jar} is not there")
            subprocess.run(["javac", "-cp", jar, "-d", self.classes[name], *sources], check=True)
        return ["java", "-XX:TieredStopAtLevel=1", *more, "-cp", f"{jar}:{self.classes[name]}", name]

    def of(self, client):
        build, name = self.build, client.partition("/")[0]
        if name == "polyring-java":
            jar = f"{build}/java/polyring.jar"
            return self.java("PolyringCaller", jar, f"-Djava.library.path={build}/java") + ["polyring"]
        if name == "spymemcached":
            return self.java("SpymemcachedCaller", SPYMEMCACHED) + [name]
        return {"polyring-c": [f"{build}/bin/fault_caller", "polyring"],
                "polyring-python": ["env", f"PYTHONPATH={build}/python", PYTHON, "-B", f"{CALLERS}/caller.py",
                                    "polyring"],
                "polyring-php": ["php", "-n", "-d", f"extension={build}/php/polyring.so", f"{CALLERS}/caller.php",
                                 "polyring"],
                "php-memcached": ["php", f"{CALLERS}/caller.php", "memcached"],
                "dalli": ["ruby", f"{CALLERS}/caller.rb", "dalli"]}.get(
                    name, [PYTHON, "-B", f"{CALLERS}/caller.py", name])


class Caller:
    """A process with a client."""

    def __init__(self, command, inside, servers, timeout, settings):
        self.said = tempfile.TemporaryFile("w+")
        words = [*inside, "setpriv", "--pdeathsig", "KILL", *command, ",".join(servers), str(timeout), *settings]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said)
        self.version = ""

    def wait(self):
        """Until it is ready."""
        line = self.line().split()
        if line[:1] != [b"ready"]:
            self.said.seek(0)
            told = self.said.read().strip().splitlines()
            raise Absent(told[-1] if told else "it does not start")
        self.version = line[1].decode()

    def line(self):
        watch = threading.Timer(STARTS, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        return line

    def tell(self, request):
        self.process.stdin.write(request.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, request):
        self.tell(request)
        said, _, value = self.line().decode().strip().partition(" ")
        return OUTCOMES.get(said, UNKNOWN), value or None

    def rest(self):
        """What it says up to the end of its calls."""
        lines = []
        while (line := self.process.stdout.readline().strip()) != b"end":
            if not line:
                raise Absent("it ended before its time")
            lines.append(line)
        return lines


def now():
    return time.monotonic_ns() // 1000


class Stage:
    """A scenario with its servers and its client. Made in the main thread, which its processes end with."""

    def __init__(self, scenario, client, number, words):
        self.scenario, self.client, self.words = scenario, client, words
        self.ours = client.startswith("polyring")
        self.processes, self.cuts, self.proxies, self.callers, self.paths = [], [], [], {}, []
        settings = [*words.script.clients[client], *(scenario.polyring if self.ours else [])]
        insides = self.apart(number) if scenario.has("cut") else self.direct(number)
        command = words.commands.of(client)
        for name, inside in zip(scenario.callers(), insides):
            self.callers[name] = Caller(command, inside, self.places, words.script.timeout, settings)
            self.processes.append(self.callers[name])
        self.marks = Marks(words.script.timeout, words.shorter)
        self.figures, self.history, self.values, self.attempts, self.home = {}, [], {}, 0, None

    def direct(self, number):
        self.servers = [on_tcp(f"127.97.{number + 10}.{n + 1}", 21900 + n) for n in range(self.scenario.servers)]
        self.proxies = [Proxy((f"127.97.{number + 10}.{n + 1}", 21900 + n)) for n in range(self.scenario.servers)
                        if self.scenario.has("fault")]
        self.places = [one.word for one in self.proxies or self.servers]
        return [[]]

    def apart(self, number):
        """The first caller in a network namespace of its own, where its links can be cut; servers behind sockets."""
        count = self.scenario.servers
        self.places = [f"127.0.0.1:{PORT + number * 10 + s}" for s in range(count)]
        self.paths = [f"{self.words.folder}/{number}.{s}" for s in range(count)]
        self.servers = [Server("-s", path, word=path) for path in self.paths]
        links = {str(s): pair for s, pair in enumerate(zip(self.places, self.paths))}
        self.cuts = [Cuts(links, apart=True), Cuts(links)]
        self.processes += self.cuts
        return [["nsenter", f"--net=/proc/{self.cuts[0].process.pid}/ns/net"], []]

    def end(self):
        for one in (*self.processes, *self.servers):
            one.process.kill()
            one.process.wait()
        for proxy in self.proxies:
            proxy.close()

    def play(self):
        for caller in self.callers.values():
            caller.wait()
        for step in self.scenario.steps:
            if step.at:
                time.sleep(max(0, self.marks.begin + step.at * self.words.shorter * 1e6 - now()) / 1e6)
            getattr(self, "do_" + step.verb)(step)
        self.read()
        return {"scenario": self.scenario.name, "client": self.client, "version": self.callers["A"].version,
                "settings": " ".join(self.words.script.clients[self.client]), "figures": self.figures}

    def do_calls(self, step):
        seconds, caller = self.scenario.seconds() * self.words.shorter, self.callers[step.who]
        pause = step.words[0] if step.words else "0" if self.words.all else "2"
        caller.tell(f"calls {seconds} {pause}")
        caller.line()
        self.marks.begin = now()

    def do_stop(self, step):
        self.marks.fault, process = now(), self.servers[int(step.words[0]) - 1].process
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)

    def do_continue(self, step):
        self.marks.mended = now()
        self.servers[int(step.words[0]) - 1].process.send_signal(signal.SIGCONT)

    def do_kill(self, step):
        self.marks.fault = now()
        self.servers[int(step.words[0]) - 1].stop()

    def do_start(self, step):
        number = int(step.words[0]) - 1
        address, port = self.servers[number].word.split(":")
        self.servers[number] = on_tcp(address, int(port))
        self.marks.mended = now()
        threading.Thread(target=self.watch, args=((address, int(port)),), daemon=True).start()

    def watch(self, place):
        """When the new server has got its first call."""
        with socket.create_connection(place, 5) as link, link.makefile("rb") as stream:
            while self.marks.used is None:
                link.sendall(b"stats\r\n")
                got = 0
                while (line := stream.readline()) not in (b"END\r\n", b""):
                    _, name, value = line.split()
                    got += int(value) if name in (b"cmd_get", b"cmd_set") else 0
                if got:
                    self.marks.used = now()
                time.sleep(0.005)

    def do_end(self, _):
        calls, events = of_lines(self.callers["A"].rest())
        self.figures.update(figures(calls, events, self.marks))
        self.marks.used = self.marks.used or 0  # nobody watches any more

    def do_wait(self, step):
        time.sleep(float(step.words[0]))

    def do_fault(self, step):
        self.marks.fault = now()
        self.proxies[int(step.words[0]) - 1].set(step.words[1])

    def do_cut(self, step):
        """From the server that has the key; later, a stand-in may have it too."""
        self.home = self.home or self.home_of(KEY)
        self.cuts[0].do("refuse", self.home)

    def do_heal(self, step):
        self.cuts[0].do("heal", self.home)

    def home_of(self, key):
        for s, path in enumerate(self.paths):
            with socket.socket(socket.AF_UNIX) as link:
                link.connect(path)
                link.sendall(f"mg {key}\r\n".encode())
                if link.recv(100).startswith(b"HD"):
                    return str(s)
        raise Absent("no server has the key")

    def until(self, call, step):
        """After how many seconds it came true."""
        start, patience = time.monotonic(), step.within[self.ours] if step.within else PATIENCE
        while not (good := call()) and time.monotonic() - start < patience:
            time.sleep(0.05)
        if step.figure:
            self.figures[step.figure] = round(time.monotonic() - start, 1) if good else None

    def once(self, who, verb, *value):
        start = time.monotonic_ns()
        outcome, found = self.callers[who].ask(" ".join([verb, KEY, *value]))
        found = value[0] if value else found
        self.history.append(Op("AB".index(who), verb, KEY, found, start, time.monotonic_ns(), outcome))
        return outcome, found

    def do_writes(self, step):
        """Each attempt writes another value."""
        def done():
            self.attempts += 1
            self.values[step.words[0]] = f"{step.words[0]}.{self.attempts}"
            return self.once(step.who, "set", self.values[step.words[0]])[0] == OK
        self.until(done, step)

    def do_reads(self, step):
        wanted = [(OK, None if word == "nothing" else self.values[word]) for word in step.words]
        self.until(lambda: self.once(step.who, "get") in wanted, step)

    def read(self):
        """What there is to say of single reads and writes."""
        if self.history:
            wrongs = [wrong for wrong in check(self.history)[1] if wrong.kind != "late"]
            self.figures["stale"] = len(wrongs)
            self.figures["broken"] = sum(wrong.kind != "others" for wrong in wrongs)
        if self.history and self.marks.fault:
            took = [op.end - op.call for op in self.history if op.call >= self.marks.fault * 1000]
            self.figures["longest_ms"] = round(max(took) / 1e6, 2)


def played(stage):
    try:
        return stage.play()
    except (Absent, OSError, ValueError) as absent:
        return {"scenario": stage.scenario.name, "client": stage.client, "skipped": str(absent)}


def attempt(pairs, words, number):
    """All at once; their plays."""
    stages = []
    try:
        for at, (scenario, client) in enumerate(pairs):
            try:
                stages.append(Stage(scenario, client, number + at, words))
            except Absent as absent:
                yield {"scenario": scenario.name, "client": client, "skipped": str(absent)}
        with concurrent.futures.ThreadPoolExecutor(max(1, len(stages))) as pool:
            yield from pool.map(played, stages)
    finally:
        for stage in stages:
            stage.end()


def judge(play, scenario, words):
    """What is wrong for good, and what may come of a busy machine."""
    if "skipped" in play:
        return [], []
    if play["client"].startswith("polyring") == words.control:
        return [], scenario.broken(play["figures"], {"others"})
    play["missed"] = scenario.broken(play["figures"], {"goal"})
    return (scenario.broken(play["figures"], {kind}) for kind in ("always", "must"))


def chosen(words):
    """What is played, in parts that are played at once."""
    clients = words.client.split(",") if words.client else words.script.clients if words.all else words.script.small
    absent = [f"polyring-{language}" for language in LANGUAGES if language not in words.languages.split(",")]
    clients = [client for client in clients if client.partition("/")[0] not in absent]
    names = words.only.split(",") if words.only else [scenario.name for scenario in words.script.scenarios]
    scenarios = [scenario for scenario in words.script.scenarios if scenario.name in names]
    if not words.all:
        return [[(scenario, client) for scenario in scenarios for client in clients
                 if client not in scenario.without]] * words.rounds
    parts = []
    for scenario in scenarios:
        pairs = [(scenario, client) for client in clients if client not in scenario.without]
        parts += [[pair] for pair in pairs] if scenario.is_busy() else [pairs]
    return parts * words.rounds


def replay(words):
    """All plays, and what is wrong."""
    plays, wrong, left, number = [], [], chosen(words), 0
    scenarios = {scenario.name: scenario for scenario in words.script.scenarios}
    for tries in range(TRIES):
        again = []
        for pairs in left:
            for play in attempt(pairs, words, number):
                always, must = judge(play, scenarios[play["scenario"]], words)
                if must and not always and tries < TRIES - 1 and not words.control:
                    again.append((scenarios[play["scenario"]], play["client"]))
                    print(f"again: {play['scenario']}: {play['client']}: not {', '.join(must)}", file=sys.stderr)
                    continue
                plays.append({**play, "tries": tries + 1})
                wrong += [f"{play['scenario']}: {play['client']}: not {broken}" for broken in (*always, *must)]
                if words.json or not words.markdown:
                    print(json.dumps(plays[-1]), flush=True)
            number = (number + len(pairs)) % 100
        left = [[pair] for pair in again] if words.all else [again]
    return plays, wrong


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("json", "markdown", "control"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--all", action="store_true", default=bool(os.environ.get("POLYRING_ALL")))
    parser.add_argument("--write", type=pathlib.Path, metavar="DOCUMENT")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--only")
    parser.add_argument("--client")
    parser.add_argument("build")
    words = parser.parse_args()
    words.script = Script(HERE / "scenarios.txt")
    words.shorter = 1 if words.all else words.script.shorter
    return words


def main():
    words = arguments()
    if subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print("skipped: no network namespace can be made here")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="polyring-replay-") as words.folder:
        words.commands = Commands(words.build, words.folder)
        plays, wrong = replay(words)
    table = markdown(words.script.scenarios, plays) + "\n"
    print(table if words.markdown else "", end="")
    if words.write:
        before, _, rest = words.write.read_text(encoding="utf-8").partition(BEGIN)
        words.write.write_text(before + BEGIN + table + END + rest.partition(END)[2], encoding="utf-8")
    missing = sorted({f"{play['client']}: {play['skipped']}" for play in plays if "skipped" in play})
    for line in missing:
        print(f"skipped: {line}")
    for line in wrong:
        print(line, file=sys.stderr)
    sys.exit(1 if wrong else 77 if missing else 0)


if __name__ == "__main__":
    main()
