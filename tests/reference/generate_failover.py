#!/usr/bin/python3
"""Writes vectors/failover: where keys go while servers are dead, by our own policy on_dead=next,
for every row on seven servers and on three, and for some rows of equal points and odd texts. All
of it is derived by this engine.

    generate_failover.py --table build/bin/polyring [--only polyring/jump] [--check]

With --check nothing is written, and files that would change, or should not be there, are named.
"""
import argparse
import datetime
import hashlib
import itertools
import json
import pathlib
import sys
from urllib.parse import unquote_to_bytes

import annotate
from engine import Ring
from failover import Failover
from generate import ROOT, topologies, version
from keys import KeyRefused
from rows import Table
from servers import ServersError

LISTS = (("7-equal", "7-weighted", "7-ports"), ("3-weighted", "3-named", "3-fractions", "3-unix"))
OWN_LISTS = {  # for rows that take none of the lists above
    "7-parts": [f"127.77.0.{n}:{port}:{weight}" for n, port, weight in (
        (1, 11211, 1), (2, 11212, 0.5), (3, 11211, 0.25), (4, 22122, 1), (5, 11211, 0.75),
        (6, 11311, 0.1), (7, 11211, 0.3))],
    "3-below-1": None,
}
EXTRA = (  # profiles that show what no row does, each with its list
    ("libmemcached/ketama,hash=zero", "4-natural"),
    ("libmemcached/ketama,hash=zero,order=bytes,equal=last", "4-natural"),
    ("libmemcached/ketama,hash=zero,equal=cycle", "4-natural"),
    ("libmemcached/ketama,hash=crc,point_hash=crc", "7-equal"),
    ("libmemcached/ketama,search=above,point_order=signed", "7-ports"),
    ("libmemcached/ketama,search=floor", "7-ports"),
    ("libmemcached/ketama,search=ceil_or_last,points=4", "7-ports"),
    ("libmemcached/modula,hash=java,text=utf16", "7-equal"),
)
ODD = ["%C3%A9t%C3%A9", "/a/b/c", "a%7Bb%7Dc", "x%7C%23%7Cy", "%E2%82%AC:%F0%9F%98%80"]
KEYS, CASES = 400, {3: 12, 4: 20, 7: 36}
TRIES = 60  # keys: some servers are home to few, or none
DIGEST_KEYS = "k:{n}"


def dead_sets(count):
    """Every set of the dead but the empty one, by ascending masks: bit i is server i."""
    for mask in range(1, 1 << count):
        yield tuple(i for i in range(count) if mask >> i & 1)


def digest(engine, orders, capped):
    """The SHA-256 of one line a set and key: where it goes, or - for nowhere."""
    total, most = hashlib.sha256(), engine.most if capped else len(engine.ring.servers)
    for dead in dead_sets(len(engine.ring.servers)):
        lines = {}
        for candidates in orders:
            if candidates not in lines:
                at = engine.chosen(*candidates, dead, most)
                lines[candidates] = b"-\n" if at is None else b"%d\n" % at
        total.update(b"".join(map(lines.__getitem__, orders)))
    return total.hexdigest()


def orders_of(engine, start, count):
    """(home, stand-ins) of the numbered keys."""
    for n in range(start, start + count):
        home, order = engine.candidates(DIGEST_KEYS.replace("{n}", str(n)).encode())
        yield home, tuple(order)


def case_of(engine, number, key, dead):
    """A case, or None where the row refuses the key or its home lives."""
    try:
        home, order = engine.candidates(unquote_to_bytes(key))
    except KeyRefused:
        return None
    order = tuple(order)
    capped, free = (engine.chosen(home, order, dead, most)
                    for most in (engine.most, len(engine.ring.servers)))
    case = {"id": f"{number}", "key": key, "home": home, "dead": list(dead)}
    case |= {"nowhere": True} if capped is None else {"at": capped}
    if free != capped:
        case["uncapped"] = free
    return case


def cases_of(name, engine):
    """Sets of all sizes, with keys of which most have a dead home."""
    count = len(engine.ring.servers)
    sets = list(dead_sets(count))
    sets.sort(key=lambda dead: (len(dead), dead))
    keys = itertools.chain(ODD, (f"user%3A{n}" for n in itertools.count()))
    cases = []
    for turn in range(CASES[count]):
        dead = sets[turn * 5 % len(sets)]
        for key in itertools.islice(keys, TRIES):
            case = case_of(engine, f"{name}/{len(cases) + 1}", key, dead)
            if case and (case["home"] in dead or turn % 9 == 8):
                cases.append(case)
                break
    return cases


def vector_of(table, profile, name, servers, date):
    """The file, or None where the row does not take the list."""
    text = " ".join(servers)
    try:
        engine = Failover(table, Ring(table, profile, text), text)
    except ServersError:
        return None
    cases, orders = cases_of(name, engine), list(orders_of(engine, 0, KEYS))
    return {
        "schema": "polyring-failover-1", "profile": profile, "on_dead": "next",
        "about": [f"{table.abouts[profile.split(',')[0]]}.", f"{len(servers)} servers: {name}."],
        "servers": servers,
        "source": {"kind": "derived", "client": "tests/reference", "version": version(),
                   "tool": "tests/reference/generate_failover.py", "date": date},
        "cases": cases,
        "digest": {"keys": DIGEST_KEYS, "from": 0, "count": KEYS,
                   "of": "for each set of the dead, by ascending bit masks from 1, and each key in "
                         "order: the index of the server in decimal, or -, and a newline",
                   "capped": digest(engine, orders, True),
                   "uncapped": digest(engine, orders, False)},
        "cases_sha256": annotate.seal(cases)}


def files(table, date, only):
    """(profile, name of the list, file)"""
    lists = topologies()
    lists |= {name: servers for name, servers in OWN_LISTS.items() if servers}
    for profile in table.rows:
        for names in LISTS if only in profile else ():
            for name in (*names, *OWN_LISTS):
                same = name[0] == names[0][0]
                vector = vector_of(table, profile, name, lists[name], date) if same else None
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
        wrong += sorted(set(options.output.rglob("*.json")) - known)
    for path in wrong:
        print(f"{path}: not what would be written", file=sys.stderr)
    print(f"{len(known)} files, {len(wrong)} wrong")
    return 0 if known and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
