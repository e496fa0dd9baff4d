#!/usr/bin/env python3
"""Measures Polyring against the clients of today, in one interleaved run: ./bootstrap bench.

usage: run.py BUILD [--json] [--rounds N] [--only REGEX] [--write]

Every contestant is a process that lives through the run; each round asks each of them everything
once, shuffled. A row is met when the ratio of the medians meets its goal, within the spread when
that of at least one round does. What is counted instead of timed is counted once, at the end.
Prints two tables, or one JSON object. --only takes the rows whose name matches; --write also puts
the tables between the marks of docs/performance.md. Ends with 1 if a goal is missed.
"""
import argparse
import datetime
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from contestants import Absent, keys, start
from goals import KEYS, ROWS, VALUE_SIZE
from report import as_object, counted_table, result_of, shortfall, table
from servers import Servers

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs/performance.md"
MARKS = "<!-- bench: begin -->\n", "<!-- bench: end -->\n"
BARRED = re.compile(r"(.*?):?\s+([\d.]+) \(bar ([\d.]+)\)")


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


class Field:
    """The contestants that take part, each started when it is first asked."""

    def __init__(self, build, keys_file):
        self._build, self._keys_file = build, keys_file
        self._running, self._out = {}, {}
        self._servers = Servers()

    def ask(self, measure):
        one = measure.contestant, measure.pin
        case = measure.case
        if one in self._out:
            raise Absent(self._out[one])
        try:
            if measure.places:
                case = case.replace(measure.places, self._servers.places(measure.places))
            if one not in self._running:
                self._running[one] = start(measure.contestant, self._build, self._keys_file,
                                           measure.pin)
        except Absent as absent:
            self._out[one] = str(absent)
            raise
        return self._running[one].ask(case)

    def names(self):
        return {name: contestant.name for (name, _), contestant in sorted(self._running.items())}

    def close(self):
        for contestant in self._running.values():
            contestant.close()
        self._servers.close()


def same_work(measure):
    """Measures for which this is equal must place every key alike."""
    job, _, *rest, _, profile = measure.case.split()
    return (job == "add", *rest, profile)


def is_lost(measure, total):
    """Whether a client did not read every byte, or store every key."""
    job, _, _, count, *_ = measure.case.split()
    return bool(measure.places) and total != int(count) * (VALUE_SIZE if job[0] == "g" else 1)


def measured(field, rows, rounds):
    """Measure -> its figures by round, or why there are none."""
    figures = {m: [] for row in rows for m in (row.subject, row.anchor) if m}
    sums = {}
    for turn in range(1, rounds + 1):
        order = sorted(m for m in figures if not isinstance(figures[m], str))
        random.shuffle(order)
        for i, measure in enumerate(order):
            progress(f"round {turn} of {rounds}: {i} of {len(order)} {measure.contestant}")
            try:
                figure, total = field.ask(measure)
            except Absent as absent:
                figures[measure] = str(absent)
                continue
            figures[measure].append(figure)
            if is_lost(measure, total):
                sys.exit(f"{measure} lost something: its sum is {total}")
            if measure.places:
                continue
            other = sums.setdefault(same_work(measure), (total, measure))
            if total != other[0]:
                sys.exit(f"{measure} does not place keys where {other[1]} does")
    progress("")
    return figures


def counted(build, only):
    """What is counted once: (name, figure, bar)."""
    commands = {"core": [sys.executable, HERE / "instructions.py", build / "bench/polyring",
                         build / "bench/parse"]}
    cache = (build / "CMakeCache.txt").read_text()
    for language in ("python", "php", "java"):
        if f"POLYRING_{language.upper()}:BOOL=ON" in cache:
            commands[language] = ["cmake", "--build", build, "--target", f"bench_{language}"]
    found = []
    for name, command in commands.items():
        if not only.search(f"counted: {name}"):
            continue
        progress(f"counting: {name}")
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = [match for match in map(BARRED.match, run.stdout.splitlines()) if match]
        if not lines:
            sys.exit(f"{name}: nothing was counted\n{run.stdout}")
        found += [(f"{name}: {' '.join(m[1].removeprefix(f'{name}: ').split())}", float(m[2]),
                   float(m[3])) for m in lines]
    progress("")
    return found


def machine(build):
    cpu = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", cpu.read_text()) if cpu.exists() else None
    cache = dict(re.findall(r"^(\w+):\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.M))
    compiler = subprocess.run([cache["CMAKE_C_COMPILER"], "--version"], check=True, text=True,
                              capture_output=True).stdout.splitlines()[0]
    release = platform.freedesktop_os_release() if Path("/etc/os-release").exists() else {}
    return {"processor": model[1] if model else platform.processor(), "cores": os.cpu_count(),
            "system": release.get("PRETTY_NAME", platform.system()), "kernel": platform.release(),
            "compiler": f"{compiler}, {cache['CMAKE_BUILD_TYPE']}"}


def described(about):
    at = about["machine"]
    names = sorted(set(about["contestants"].values()))
    return (f"{about['date']}, {about['rounds']} rounds, {at['cores']} cores of {at['processor']}, "
            f"{at['system']}, {at['compiler']}; load {about['load']:.1f} when it began.\n"
            f"Took part: {'; '.join(names)}.")


def write(text):
    page = PAGE.read_text()
    before, begin, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not (begin and end):
        sys.exit(f"{PAGE} has not both marks")
    PAGE.write_text(f"{before}{begin}{text}\n{end}{after}")


def arguments():
    parser = argparse.ArgumentParser(description="Measures Polyring against the clients of today.")
    parser.add_argument("build", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=7, help="default: 7; under 5 no verdict")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX",
                        help="only the rows whose name matches, as in 'batch|Java: flat'")
    parser.add_argument("--write", action="store_true", help="also write docs/performance.md")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    if not (given.build / "CMakeCache.txt").exists():
        parser.error(f"{given.build} is no build")
    given.build = given.build.resolve()
    return given


def main():
    given = arguments()
    rows = [row for row in ROWS if given.only.search(row.name)]
    load = os.getloadavg()[0]
    with tempfile.NamedTemporaryFile() as keys_file:
        keys_file.write(b"".join(keys(KEYS)))
        keys_file.flush()
        field = Field(given.build, keys_file.name)
        try:
            figures = measured(field, rows, given.rounds)
        finally:
            field.close()
    results = [result_of(row, figures) for row in rows]
    found = counted(given.build, given.only)
    if not figures and not found:
        sys.exit(f"no row matches {given.only.pattern}")
    about = {"date": datetime.date.today().isoformat(), "rounds": given.rounds,
             "machine": machine(given.build), "load": load, "contestants": field.names()}
    text = "\n\n".join(part for part in (
        described(about), table(results) if results else "",
        counted_table(found) if found else "", shortfall(results, found)) if part)
    objects = [as_object(result) for result in results]
    counts = [{"name": name, "value": figure, "goal": {"at_most": bar}, "met": figure <= bar}
              for name, figure, bar in found]
    print(json.dumps({**about, "rows": objects, "counted": counts}) if given.json else text)
    if given.write:
        write(text)
    return any(each["met"] is False for each in objects + counts)


if __name__ == "__main__":
    sys.exit(main())
