#!/usr/bin/python3
"""What clients do with the keys of dead servers, as a table: from the recorded vectors, and by the
reference engine for more keys and other weights.

usage: failover_table.py PROGRAM VECTORS [KEYS]

PROGRAM is polyring, for its table of profiles; KEYS are 100000 by default.
"""
import json
import pathlib
import sys

import rows
from native import Native

PAIR = ("libmemcached/ketama-weighted", "spymemcached/ketama-libmemcached")
WEIGHTS = ("1 1 1 1", "25 25 25 26", "1 2 3 4", "10 10 10 70")


def read(folder, profile, name):
    return json.loads((folder / profile / f"native-{name}.json").read_text(encoding="utf-8"))


def share(part, whole):
    return f"{part} of {whole}: {100 * part / whole:.1f} %" if whole else "0 of 0"


def agreement(folder, name):
    """Of the keys of dead servers, how many two clients with one ring send to the same server."""
    one, other = (read(folder, profile, name) for profile in PAIR)
    assert one["servers"] == other["servers"] and one["home"] == other["home"]
    same, theirs = {}, {}
    places = {tuple(case["dead"]): case["at"] for case in one["cases"]}
    for case in other["cases"]:
        dead, count = case["dead"], len(case["dead"])
        for home, a, b in zip(one["home"], places[tuple(dead)], case["at"]):
            if int(home, 36) in dead:
                theirs[count] = theirs.get(count, 0) + 1
                same[count] = same.get(count, 0) + (a == b)
    for count, whole in theirs.items():
        yield f"{count} of {len(one['servers'])}", share(same[count], whole)


def recorded_moves(folder):
    for path in sorted(folder.rglob("native-*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        moved = nowhere = living = dead_keys = 0
        for case in vector["cases"]:
            for home, at in zip(vector["home"], case["at"]):
                dead = int(home, 36) in case["dead"]
                dead_keys, living = dead_keys + dead, living + (not dead)
                nowhere += dead and at == "-"
                moved += not dead and at != home
        yield vector, path.stem.partition("-")[2], share(moved, living), share(nowhere, dead_keys)


def moved_by(table, profile, servers, dead, keys):
    """Of the keys of living servers, how many go elsewhere."""
    before, after = (Native(table, profile, servers, gone) for gone in ((), [dead]))
    homes = [before.index(key) for key in keys]
    living = [(home, after.index(key)) for home, key in zip(homes, keys) if home != dead]
    return share(sum(home != at for home, at in living), len(living))


def main():
    table, folder = rows.Table(sys.argv[1]), pathlib.Path(sys.argv[2]) / "failover"
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100000
    keys = [b"key-%d" % n for n in range(count)]
    print("Recorded, all cases of a file together:\n")
    print("| client | next | list | keys of living servers that moved "
          "| keys of the dead without a server |")
    print("|---|---|---|---|---|")
    for vector, name, moved, nowhere in recorded_moves(folder):
        source = vector["source"]
        print(f"| {vector['profile']} ({source['client']} {source['version']}) | "
              f"{table.row(vector['profile'])['next']} | {name} | {moved} | {nowhere} |")
    print(f"\nThe same stand-in, of the keys of the dead, {' and '.join(PAIR)}, recorded:\n")
    print("| dead | same |\n|---|---|")
    for path in sorted((folder / PAIR[1]).glob("native-*.json")):
        name = path.stem.partition("-")[2]
        for dead, same in agreement(folder, name):
            print(f"| {dead} | {same} |")
    print(f"\nKeys of living servers that move, {PAIR[0]}, of {count} keys, "
          "by the reference engine:\n")
    print("| weights | dead | native: rebuild | next |\n|---|---|---|---|")
    for weights in WEIGHTS:
        servers = " ".join(f"127.77.0.{i}:11211:{w}" for i, w in enumerate(weights.split(), 1))
        for dead in sorted({0, 3}):
            moved = (moved_by(table, PAIR[0] + more, servers, dead, keys) for more in
                     ("", ",next=step"))
            print(f"| {weights} | {weights.split()[dead]} | {' | '.join(moved)} |")


if __name__ == "__main__":
    main()
