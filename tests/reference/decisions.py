#!/usr/bin/env python3
"""Decisions of a health: a script of events and times, and what every language answers to it.

usage: decisions.py --table POLYRING FILE COMMAND...     replays the script of the file by the command
       decisions.py --table POLYRING FILE --reference    and by the second statement, health.py
       decisions.py --table POLYRING FILE --control COMMAND...  answers that are wrong must be noticed
       decisions.py --table POLYRING FILE --record       writes the file

A command reads a script from standard input and writes its answers. With POLYRING_ALL it gets the
long script too, which is made here from a seed and held to the digest that is in the file.
"""
import argparse
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from health import Health, Jitter
from keys import KeyRefused
from rows import Table

SHORT, LONG, SEED = 2000, 100_000, 6
HEAD = """\
# Decisions of a health: events and times in, decisions out. A line is an operation, of words with a
# blank between them. All times are microseconds, "-" is none, servers are indexes from 0.
#
#   new PROFILE SERVERS GUTTER SEED COLUMN=VALUE...   from now on another health, with these servers and
#                                   those of its gutter (a comma between two) and these columns of its
#                                   policy; the seed is below 2^63
#   report SERVER SEEN NOW DETAIL   what was seen of a server
#   due NOW                         answer: due SERVER
#   next                            answer: next TIME
#   signs SERVER                    answer: signs STATE REASON WORK SINCE DOWN_SINCE NEXT_PROBE
#                                   PROBES_FAILED UNANSWERED. What means nothing is "-": DOWN_SINCE in UP
#                                   and SUSPECT, NEXT_PROBE unless a probe waits in DOWN or PROBING; WORK is
#                                   NONE but in REJOINING
#   route KEY NOW                   answer: route KIND HOME SERVER TTL (0: as it is given), or for a key that
#                                   is refused: route refused
#   log                             answer: "log " and the line, for each line of the log
#
# States, events, kinds of routes and work are named as in polyring/health.h, without prefixes. The
# answers are one text, each line with its line feed behind it. Its SHA-256, for this file and for the
# script of so many operations that tests/reference/decisions.py makes of a seed, is:
#
"""
PROFILES = ("polyring/rendezvous", "libmemcached/ketama-weighted", "libmemcached/modula",
            "python-memcached/default", "polyring/rendezvous", "libmemcached/ketama-weighted")
VALUES = {"on_dead": ("miss", "next", "next", "gutter"),
          "rejoin": ("auto", "auto", "repair", "flush_first", "warm", "immediate"),
          "detect_hard": (1, 1, 2, 0), "detect_soft": (3, 3, 1, 5, 0), "detect_share": (50, 50, 0, 20, 100),
          "detect_garbled": (3, 3, 1, 20, 0), "probe_interval": (1_000_000, 1_000_000, 250_001, 7_000_003),
          "probe_most": (30_000_000, 30_000_000, 7_000_003, 86_400_000_000),
          "settle": (1_000_000, 1_000_000, 1000, 3_333_333), "steady": (60_000_000, 60_000_000, 5_000_000),
          "stand_in_ttl": (10_000_000, 10_000_000, 1_000_000), "dead_most": (0, 0, 1, 7)}
PAUSES = (0, 1, 999, 50_000, 100_003, 500_000, 1_000_000, 1_000_000, 3_000_000, 12_000_000, -1_000_000)
EVENTS = {"ANSWERED", "UNREACHED", "UNANSWERED", "GARBLED", "PROBE_ANSWERED", "PROBE_FAILED", "CLEANED",
          "NOT_CLEANED", "FORGOTTEN", "TAKEN_OUT", "PUT_BACK"}
CALLS = ("ANSWERED",) * 4 + ("UNANSWERED",) * 3 + ("GARBLED",) * 2 + ("UNREACHED",)
LIKELY = {"UP": CALLS, "SUSPECT": CALLS, "DOWN": ("ANSWERED", "UNANSWERED", "PROBE_FAILED"),
          "PROBING": ("PROBE_ANSWERED",) * 8 + ("PROBE_FAILED", "ANSWERED"),
          "REJOINING": ("CLEANED",) * 4 + ("NOT_CLEANED", "ANSWERED", "GARBLED"),
          "OUT": ("PUT_BACK", "PUT_BACK", "CLEANED")}
STATES = set(LIKELY)


def shown(value):
    return "-" if value is None else str(value)


class Replay:
    """What a script says, done by the second statement."""

    def __init__(self, table):
        self.table, self.health = table, None

    def do_new(self, profile, servers, gutter, seed, *columns):
        policy = dict(column.split("=") for column in columns)
        for name, value in policy.items():
            policy[name] = int(value) if value.isdigit() else value
        self.health = Health(self.table, profile, servers.replace(",", " "),
                             None if gutter == "-" else gutter.replace(",", " "), int(seed), **policy)

    def do_report(self, server, seen, now, detail):
        self.health.report(int(server), seen, int(detail), int(now))

    def do_due(self, now):
        yield f"due {shown(self.health.due(int(now)))}"

    def do_next(self):
        yield f"next {shown(self.health.next_due())}"

    def do_signs(self, server):
        yield " ".join(["signs", *map(shown, self.health.signs(int(server)))])

    def do_route(self, key, now):
        try:
            yield " ".join(["route", *map(shown, self.health.route(key.encode(), int(now)))])
        except KeyRefused:
            yield "route refused"

    def do_log(self):
        yield from (f"log {line}" for line in self.health.log())

    def line(self, text):
        name, *words = text.split()
        return "".join(f"{line}\n" for line in getattr(self, f"do_{name}")(*words) or ())


class Writer:
    """Makes a script, with a health beside it so that what happens is likely to matter."""

    def __init__(self, table, seed):
        self.replay, self.random, self.lines = Replay(table), Jitter(seed), []

    def below(self, most):
        return self.random.draw() % most

    def one_of(self, choices):
        return choices[self.below(len(choices))]

    def say(self, *words):
        line = " ".join(map(str, words))
        self.replay.line(line)
        self.lines.append(line)

    def begin(self):
        count = 1 + self.below(7)
        servers = ",".join(f"10.0.{self.below(200)}.{i + 1}:11211" for i in range(count))
        columns = {name: self.one_of(values) for name, values in VALUES.items()}
        columns["probe_most"] = max(columns["probe_most"], columns["probe_interval"])
        gutter = "10.9.0.1:11211,10.9.0.2:11211" if columns["on_dead"] == "gutter" else "-"
        seed = (self.random.draw() << 31) + self.below(1 << 31)
        self.say("new", self.one_of(PROFILES), servers, gutter, seed,
                 *(f"{name}={value}" for name, value in columns.items()))
        self.now, self.count = self.below(1_000_000_000), count

    def event(self):
        server = self.below(self.count)
        likely = LIKELY[self.replay.health.servers[server].state]
        seen = self.one_of(likely if self.below(12) else sorted(EVENTS))
        detail = self.one_of((-1, -1, 86_400_000_000, 0, 1_000_001)) if seen == "PROBE_ANSWERED" else 0
        self.say("report", server, seen, self.now, detail)
        if self.replay.health.servers[server].state == "REJOINING" and self.below(2):
            self.say("signs", server)

    def step(self, logs):
        due, kind = self.replay.health.next_due(), self.below(20)
        self.now += self.one_of(PAUSES)
        if due is not None and due > self.now and not self.below(3):
            self.now = due - self.below(2)
        if kind < 10:
            self.event()
        elif kind < 14:
            self.say("due", self.now)
        elif kind < 15:
            self.say("next")
        elif kind < 16:
            self.say("signs", self.below(self.count))
        elif kind == 16 and logs:
            self.say("log")
        else:
            self.say("route", f"key:{self.below(1000)}" if self.below(50) else "x" * 251, self.now)

    def write(self, operations):
        """Healths of some 250 operations each, and now and then one whose log overflows."""
        while len(self.lines) < operations:
            long = operations >= LONG and not self.below(40)
            end = min(operations, len(self.lines) + (8000 if long else 150 + self.below(200)))
            self.begin()
            while len(self.lines) < end - 1:
                self.step(logs=not long)
            self.say("log")
        return "".join(f"{line}\n" for line in self.lines[:operations])


def digest(text):
    return hashlib.sha256(text).hexdigest()


def answered(table, script):
    replay = Replay(table)
    return "".join(replay.line(line) for line in script.splitlines() if not line.startswith("#"))


def faults_of_coverage(script, answers):
    """What this script does not come to."""
    for what, all_of_them, found in (
            ("events", EVENTS, re.findall(r"^report \d+ (\w+)", script, re.M)),
            ("states", STATES, re.findall(r"^log .* -> (\w+)", answers, re.M)),
            ("reasons", EVENTS, re.findall(r"^log .* -> \w+ (\w+)", answers, re.M)),
            ("routes", {"HOME", "STAND_IN", "GUTTER", "NOWHERE", "refused"},
             re.findall(r"^route (\w+)", answers, re.M)),
            ("work", {"NONE", "REPAIR", "FLUSH"}, re.findall(r"^signs \w+ \w+ (\w+)", answers, re.M))):
        yield from (f"no {what}: {name}" for name in sorted(all_of_them - set(found)))


def record(table, path):
    scripts = {count: Writer(table, SEED + count).write(count) for count in (SHORT, LONG)}
    answers = {count: answered(table, script) for count, script in scripts.items()}
    faults = [fault for count in scripts for fault in faults_of_coverage(scripts[count], answers[count])]
    path.write_text(HEAD + f"#   answers {digest(answers[SHORT].encode())}\n"
                    f"#   long {LONG} {SEED + LONG} {digest(scripts[LONG].encode())} "
                    f"{digest(answers[LONG].encode())}\n#\n" + scripts[SHORT])
    return faults


class Runner:
    """A language, or (no command) the second statement."""

    def __init__(self, table, command):
        self.table, self.command = table, command

    def answers(self, script):
        if not self.command:
            return answered(self.table, script).encode()
        done = subprocess.run(self.command, input=script.encode(), stdout=subprocess.PIPE)
        if done.returncode:
            sys.exit(f"{self.command[0]} ended with {done.returncode}")
        return done.stdout


def first_difference(script, table, answers):
    """The operation whose answer is another one than that of the second statement."""
    replay, at = Replay(table), 0
    for number, line in enumerate(script.splitlines(), 1):
        wanted = b"" if line.startswith("#") else replay.line(line).encode()
        if answers[at:at + len(wanted)] != wanted:
            told = answers[at:].split(b"\n", 1)[0].decode(errors="replace")
            return f"line {number}, {line!r}: {told!r}, and the reference says {wanted.decode()!r}"
        at += len(wanted)
    return "more answers than operations"


def check(table, path, runner, spoil=None):
    script = path.read_text()
    [wanted] = re.findall(r"^#   answers (\w+)$", script, re.M)
    [(count, seed, of_script, of_answers)] = re.findall(r"^#   long (\d+) (\d+) (\w+) (\w+)$", script, re.M)
    scripts = [(script, wanted)]
    if os.environ.get("POLYRING_ALL") and not spoil:
        long = Writer(table, int(seed)).write(int(count))
        if digest(long.encode()) != of_script:
            return ["the long script is another one than the file says: decisions.py --record"]
        scripts.append((long, of_answers))
    faults = []
    for text, sha in scripts:
        answers = runner.answers(text)
        if spoil:
            answers = spoil(answers)
        if digest(answers) != sha:
            faults.append(f"other answers: {first_difference(text, table, answers)}")
        print(f"{sum(not line.startswith('#') for line in text.splitlines())} operations, "
              f"{answers.count(10)} lines of answers, sha256 {digest(answers)[:16]}")
    return faults


def spoilers():
    """Answers with one line changed, left out, or added."""
    yield lambda answers: answers.replace(b"DOWN", b"down", 1)
    yield lambda answers: answers[answers.index(b"\n") + 1:]
    yield lambda answers: answers + b"due -\n"
    yield lambda answers: b""


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--table", required=True)
    for option in ("record", "reference", "control"):
        parser.add_argument(f"--{option}", action="store_true")
    parser.add_argument("file", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    table = Table(arguments.table)
    if arguments.record:
        faults = record(table, arguments.file)
    elif not arguments.command and not arguments.reference:
        parser.error("nothing to replay it")
    elif arguments.control:
        runner = Runner(table, arguments.command)
        faults = [f"wrong answers {i} were not noticed" for i, spoil in enumerate(spoilers())
                  if not check(table, arguments.file, runner, spoil)]
    else:
        faults = check(table, arguments.file, Runner(table, arguments.command))
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
