#!/usr/bin/python3
"""Writes vectors/failover: where keys go while servers are dead, by our own policy on_dead=next,
for every row on seven servers and on three, and for some rows of equal points and odd texts. All
of it is derived by this engine.

    generate_failover.py --table build/bin/polyring [--only polyring/jump] [--check]

With --check nothing is written, and files that would change, or should not be there, are named.
"""
import argparse
import datetime
import itertools
import json
import pathlib
import sys
from urllib.parse import quote

import annotate
import stand_ins
from generate import ROOT, topologies, version
from keys import KeyRefused
from rows import Table
from servers import ServersError

# Of seven servers and of three, the first list that the row takes.
LISTS = ("7-weighted", "7-parts", "7-equal"), ("3-named", "3-weighted", "3-below-1")
OWN_LISTS = {"7-parts": [f"127.77.0.{n}:{port}:{weight}" for n, port, weight in (
    (1, 11211, 1), (2, 11212, 0.5), (3, 11211, 0.25), (4, 22122, 1), (5, 11211, 0.75),
    (6, 11311, 0.1), (7, 11211, 0.3))]}
EXTRA = (  # profiles that show what no row does, each with its list
    ("libmemcached/ketama,hash=zero", "4-natural"),
    ("libmemcached/ketama,hash=zero,order=bytes,equal=last", "4-natural"),
    ("libmemcached/ketama,hash=zero,equal=cycle", "4-natural"),
    ("libmemcached/ketama,hash=crc,point_hash=crc", "7-equal"),
    ("libmemcached/ketama,point_order=signed,search=above", "7-ports"),
    ("libmemcached/ketama,search=floor", "7-ports"),
    ("libmemcached/ketama,points=4,search=ceil_or_last", "7-ports"),
    ("libmemcached/modula,text=utf16,hash=java", "7-equal"),
)
ODD = ["%C3%A9t%C3%A9", "%2Fa%2Fb%2Fc", "a%7Bb%7Dc", "x%7C%23%7Cy", "%E2%82%AC%3A%F0%9F%98%80"]
KEYS, CASES = 400, {3: 12, 4: 20, 7: 36}
DIGEST_OF = ("for each set of the dead, by ascending bit masks from 1, and each key in order: the index "
             "of the server in decimal, or -, and a newline")
TRIES = 60  # keys: some servers are home to few, or none
PATTERNS = "k:{n}", "{n}"  # some rows take digits only


def pattern_of(engine):
    for pattern in PATTERNS:
        try:
            engine.candidates(pattern.replace("{n}", "0").encode())
            return pattern
        except KeyRefused:
            pass
    raise ValueError("no pattern of keys fits the row")


def cases_of(name, engine, pattern):
    """Sets of all sizes, with keys of which most have a dead home."""
    count = len(engine.ring.servers)
    sets = list(stand_ins.dead_sets(count))
    sets.sort(key=lambda dead: (len(dead), dead))
    keys = itertools.chain(ODD, (quote(pattern.replace("{n}", str(n))) for n in itertools.count(1000)))
    cases = []
    for turn in range(CASES[count]):
        dead = sets[turn * max(1, count * count // 7) % len(sets)]
        for key in itertools.islice(keys, TRIES):
            fields = stand_ins.derived(engine, key, dead)
            if fields and (fields["home"] in dead or turn % 9 == 8):
                cases.append({"id": f"{name}/{len(cases) + 1}", "key": key, "home": fields["home"],
                              "dead": list(dead)} | fields)
                break
    return cases


def vector_of(table, profile, name, servers, date):
    """The file, or None where the row does not take the list."""
    try:
        engine = stand_ins.engine_of(table, profile, servers)
    except ServersError:
        return None
    pattern = pattern_of(engine)
    about = {"keys": pattern, "from": 0, "count": KEYS, "of": DIGEST_OF}
    orders, cases = list(stand_ins.orders_of(engine, about)), cases_of(name, engine, pattern)
    return {
        "schema": "polyring-stand-in-1", "profile": profile, "on_dead": "next",
        "about": [f"{table.abouts[profile.split(',')[0]]}.", f"{len(servers)} servers: {name}."],
        "servers": servers,
        "source": {"kind": "derived", "client": "tests/reference", "version": version(),
                   "tool": "tests/reference/generate_failover.py", "date": date},
        "cases": cases,
        "digest": about | {
            "capped": stand_ins.digest(engine, orders, engine.most),
            "uncapped": stand_ins.digest(engine, orders, len(servers))},
        "cases_sha256": annotate.seal(cases)}


def files(table, date, only):
    """(profile, name of the list, file)"""
    lists = topologies() | OWN_LISTS
    for profile in table.rows:
        for names in LISTS if only in profile else ():
            for name in names:
                vector = vector_of(table, profile, name, lists[name], date)
                if vector:
                    yield profile, name, vector
                    break
    for profile, name in EXTRA:
        if only in profile:
            yield profile, name, vector_of(table, profile, name, lists[name], date)


def main():
    parser = argparse.ArgumentParser(description="Derives the vectors of stand-ins.")
    parser.add_argument("--table", required=True, help="polyring, or its `profiles --json`")
    parser.add_argument("--only", default="", help="part of the names of the rows")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "vectors/failover")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    wrong, known = [], set()
    for profile, name, vector in files(Table(options.table), options.date, options.only):
        path = options.output / profile / f"{name}.json"
        known.add(path)
        if options.check:
            there = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
            vector["source"]["date"] = there.get("source", {}).get("date")
            wrong += [path] * (there != vector)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(annotate.text_of(vector), encoding="ascii")
    if not options.only:
        wrong += sorted(set(options.output.rglob("[0-9]*.json")) - known)
    for path in wrong:
        print(f"{path}: not what would be written", file=sys.stderr)
    print(f"{len(known)} files, {len(wrong)} wrong")
    return 0 if known and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
