#!/usr/bin/python3
"""Writes vector files for the rows that have no client to ask: those whose provenance is own or
source. Where keys go in them is derived by this engine, and their source says so; the checker only
helps to find keys that show something.

    generate.py --table build/bin/polyring [--only polyring/jump] [--output vectors/placement]
"""
import argparse
import copy
import datetime
import json
import pathlib
import re
import sys
from urllib.parse import unquote_to_bytes

import annotate
from engine import Ring
from keys import KeyRefused
from labels import ProfileError
from rows import Table
from servers import ServersError

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "conformance"))
import edges  # pylint: disable=wrong-import-position
import record_all  # pylint: disable=wrong-import-position

DIGEST = {"keys": "k:{n}", "from": 0, "count": 2000,
          "of": "index of the server in decimal and a newline, per key in order"}


def topologies():
    text = (ROOT / "conformance/topologies.list").read_text(encoding="ascii")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {name: servers for name, *servers in lines}


def version():
    page = (ROOT / "docs/placement.md").read_text(encoding="utf-8")
    return re.search(r"^Version (\S+?)\.? ", page, re.M)[1]


def index_of(ring, key):
    try:
        return ring.index(unquote_to_bytes(key))
    except KeyRefused:
        return None


def cases_of(name, ring, keys):
    for n, given in enumerate(keys, 1):
        at = index_of(ring, given["key"])
        case = {"id": f"{name}/{n}", "key": given["key"]}
        case |= {"refused": True} if at is None else {"at": at}
        rest = {field: given[field] for field in ("flags", "kills", "may_refuse") if field in given}
        if at is None:
            rest.pop("kills", None)
        yield case | rest


def vector_of(table, searcher, profile, name, servers, listed, date):
    """The file, or None where the row does not take the list."""
    text = " ".join(servers)
    try:
        ring = Ring(table, profile, text)
    except ServersError:
        return None
    listed = copy.deepcopy(listed)
    edges.add(searcher, listed, profile, servers)
    vector = {
        "schema": "polyring-placement-1", "profile": profile,
        "about": [f"{table.abouts[profile]}.", f"{len(servers)} servers: {name}."],
        "servers": servers,
        "source": {"kind": "derived", "client": "tests/reference", "version": version(),
                   "tool": "tests/reference/generate.py", "date": date},
        "witnesses": [], "notes": {}, "cases": list(cases_of(name, ring, listed["keys"])),
        "digest": {**DIGEST, "sha256": annotate.digest(ring, DIGEST)}, "cases_sha256": ""}
    flags = {flag for case in vector["cases"] for flag in case.get("flags", ())}
    vector["notes"] = {flag: note for flag, note in listed["notes"].items() if flag in flags}
    return annotate.annotated(table, vector)


def main():
    parser = argparse.ArgumentParser(description="Derives vectors for rows without a client.")
    parser.add_argument("--table", required=True, help="polyring, or its `profiles --json`")
    parser.add_argument("--only", default="", help="part of the names of the rows")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "vectors/placement")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args()
    table, searcher, count = Table(options.table), edges.Table(options.table), 0
    listed = json.loads((ROOT / "conformance/keys.json").read_text(encoding="ascii"))
    for profile, row in table.rows.items():
        if row["provenance"] == "observed" or options.only not in profile:
            continue
        for name, servers in topologies().items():
            if not record_all.tells(searcher, profile, name):
                continue
            vector = vector_of(table, searcher, profile, name, servers, listed, options.date)
            if vector:
                path = options.output / profile / f"{name}.json"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(annotate.text_of(vector), encoding="ascii")
                count += 1
    print(f"{count} files")
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main())
