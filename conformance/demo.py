#!/usr/bin/env python3
"""The demo: real clients and Polyring place 1,000 keys on real memcached servers.

usage: demo.py BUILD

Each client stores the keys, then the servers are asked which keys they hold (this is
`polyring-check observe`). Prints who agrees with whom, and ends with 0 only if those agree who
should, and only those.
"""
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

KEYS = 1000
SERVERS = [f"127.78.0.{i}:11211" for i in range(1, 6)]
OURS = ["polyring-python", "polyring-php", "polyring-java"]
COLOR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOR else text


class Observer:
    """Asks polyring-check where clients put the keys."""

    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.lines = {}
        for line in (Path(__file__).parent / "clients.list").read_text().splitlines():
            if line and not line.startswith("#"):
                self.lines[line.split()[0]] = line.split()

    def with_profile(self, name, profile):
        """A name for one of our bindings under another profile than the list's."""
        words = self.lines[name]
        named = f"{name}@{profile}"
        self.lines[named] = [named, profile, words[2], *words[3:-1], profile]
        return named

    def observe(self, names):
        """[places of client 0, ...] and {name: summary}; places: index of the server of each key."""
        listed = self.folder / "clients.list"
        listed.write_text("".join(" ".join(words) + "\n" for words in self.lines.values()))
        run = subprocess.run(
            [self.build / "bin/polyring-check", "observe", "--mode", "land", "--clients", listed,
             "--servers", " ".join(SERVERS), "--pattern", "user:{n}", "--count", str(KEYS),
             *names], stdout=subprocess.PIPE, text=True)
        records = [json.loads(line) for line in run.stdout.splitlines()]
        if run.returncode or not records:
            for record in records:
                if "why" in record:
                    sys.exit(f"demo: {record['client']}: {record['status']}: {record['why']}")
            sys.exit(f"demo: polyring-check ended with {run.returncode}")
        places = {name: [] for name in names}
        for record in records:
            if "key" in record:
                places[record["client"]].append(record["at"])
        return [places[name] for name in names], records[-1]["clients"]


def agreement(a, b):
    return sum(x == y for x, y in zip(a, b)) / len(a)


def chance(a, b):
    """What two clients would agree on if they had nothing in common but their loads."""
    return sum(a.count(i) * b.count(i) for i in range(len(SERVERS))) / (len(a) * len(b))


def verdict(a, b, should_agree):
    """Whether two lists of places are as they should be: the same, or within five standard
    deviations of chance."""
    if should_agree:
        return a == b
    expected = chance(a, b)
    return abs(agreement(a, b) - expected) < 5 * math.sqrt(expected * (1 - expected) / len(a))


def percent(share, right):
    text = f"{share:5.1%}" if share < 1 else " 100%"
    return text if right and share < 1 else paint("32;1" if right else "31;1", text)


def matrix(rows, places, groups):
    """Prints who agrees with whom; true if exactly those do that are in one group."""
    width = max(map(len, rows))
    print(" " * (width + 5) + "".join(f"{i:>6}" for i in range(1, len(rows) + 1)))
    good = True
    for i, row in enumerate(rows):
        cells = ""
        for j in range(len(rows)):
            if i == j:
                cells += "     -"
                continue
            together = any({i, j} <= group for group in groups)
            right = verdict(places[i], places[j], together)
            good = good and right
            cells += " " + percent(agreement(places[i], places[j]), right)
        print(f"  {i + 1}  {row:{width}}{cells}")
    return good


def title(client, summary, remark):
    return f"{summary['name']} {summary['version']}".ljust(23) + remark


def table(observer, clients, groups):
    """clients: [(name in clients.list, remark)]. Returns (as expected, places)."""
    names = [name for name, _ in clients]
    places, told = observer.observe(names)
    rows = [title(name, told[name], remark) for name, remark in clients]
    return matrix(rows, places, groups), places


def own_profiles(observer, names):
    """Polyring's bindings, each under each client's own profile."""
    places, told = observer.observe(names)
    width = max(len(told[name]["profile"]) for name in names)
    print(f"{'':26}{'with the profile':{width}}" + "".join(f"{o[9:]:>8}" for o in OURS))
    good = True
    for name, placed in zip(names, places):
        profile = told[name]["profile"]
        ours, _ = observer.observe([observer.with_profile(own, profile) for own in OURS])
        cells = ""
        for mine in ours:
            right = verdict(placed, mine, True)
            good = good and right
            cells += "   " + percent(agreement(placed, mine), right)
        print(f"  {name:24}{profile:{width}}{cells}")
    return good


def explain(build, profile, key):
    run = subprocess.run([build / "bin/polyring", "explain", "--json", "--profile", profile,
                          "--servers", " ".join(SERVERS), key], check=True, capture_output=True,
                         text=True)
    return json.loads(run.stdout)


def mismatch(build, profiles, places):
    """Explains the first key that two clients put on different servers."""
    n = next(n for n in range(KEYS) if places[0][n] != places[1][n])
    told = [explain(build, profile, f"user%3A{n}") for profile in profiles]
    print(f"  key user:{n}")
    print(f"    {'':10}{profiles[0]:32}{profiles[1]}")
    for field in ("hash", "point", "label", "server"):
        print(f"    {field:10}{unquote(told[0][field]):32}{unquote(told[1][field])}")
    print(f"    {'':10}{told[0]['why']}")
    return [one["index"] for one in told] == [place[n] for place in places]


def story(build, observer):
    """Tells it; false if something is not as it should be."""
    print(f"Each client stores {KEYS:,} keys (user:0 to user:{KEYS - 1}) on {len(SERVERS)} fresh "
          f"memcached servers, {SERVERS[0]}\nto {SERVERS[-1]}; then the servers are asked who got "
          "what. Clients that have nothing in\ncommon agree on about 20 % of the keys, by chance.")

    print(paint("1", "\n1. Every client as it comes, Polyring with ketama\n"))
    first, _ = table(observer, [
        ("pylibmc/default", "as it comes"), ("php-memcached/default", "as it comes"),
        ("spymemcached/array-mod", "as it comes"), ("pymemcache/default", "as it comes"),
        *((own, "ketama") for own in OURS)], [{0, 1}, {4, 5, 6}])
    print("\n  Only pylibmc and php-memcached agree: both are libmemcached inside. What any other "
          "stores is\n  lost to them.")

    print(paint("1", "\n2. All that can be are set to ketama\n"))
    second, places = table(observer, [
        ("pylibmc/ketama-weighted", "ketama_weighted"),
        ("php-memcached/libketama-compatible", "LIBKETAMA_COMPATIBLE"),
        ("spymemcached/ketama-libmemcached", "Format.LIBMEMCACHED"),
        ("spymemcached/ketama", "ketama alone"),
        ("pymemcache/default", "cannot"),
        *((own, "ketama") for own in OURS)], [{0, 1, 2, 5, 6, 7}])
    print("\n  Python, PHP and Java agree. spymemcached needs the labels of libmemcached for it, see "
          "part 4;\n  pymemcache has no ring.")

    print(paint("1", "\n3. Polyring with each client's own profile\n"))
    third = own_profiles(observer, ["pylibmc/default", "php-memcached/default",
                                    "spymemcached/array-mod", "spymemcached/ketama",
                                    "pymemcache/default"])

    print(paint("1", "\n4. Why one ketama is not the other: pylibmc's and spymemcached's\n"))
    fourth = mismatch(build, ["libmemcached/ketama-weighted", "spymemcached/ketama"],
                      [places[0], places[3]])
    print("\n  The hash of the key is the same. The points are not: libmemcached leaves the default "
          "port out\n  of a server's label, spymemcached never does.")
    return [first, second, third, fourth]


def main():
    build = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        parts = story(build, Observer(build, Path(folder)))
    wrong = [str(i) for i, good in enumerate(parts, 1) if not good]
    print(paint("31;1", f"\nNot as expected: part {', '.join(wrong)}.") if wrong
          else "\nAll as expected.")
    return bool(wrong)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
