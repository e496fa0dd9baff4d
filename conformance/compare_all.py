#!/usr/bin/python3
"""Compares every installed client with the core, on seven lists of servers: a table.

usage: compare_all.py BUILD

With POLYRING_ALL every configuration on all lists, else only those that have a row of their own,
on two. POLYRING_SIZE is the number of keys (250; with POLYRING_ALL 13,000, so that 10,000 are left
where a client refuses many), POLYRING_SEED makes them others. Clients of other package managers
that are not here are left out, by name. Keys are seen to land up to 10 servers;
above, the client is asked, if it can answer. Weights are left out where a client takes none. The
exit code is that of the worst comparison.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

NOTHING = 5  # the exit code where a client cannot answer, or takes no weights
HERE = pathlib.Path(__file__).resolve().parent
PORTS = (11211, 11212, 11211, 22122, 11311, 11211, 80)
LISTS = {
    "1": ["127.78.1.1:11211"],
    "3, default port": [f"127.78.1.{i}:11211" for i in range(1, 4)],
    "7, ports, weights": [f"127.78.1.{i}:{p}:{i * i % 11 + 1}" for i, p in enumerate(PORTS, 1)],
    "24": [f"127.78.2.{i}:11211" for i in range(1, 25)],
    "25": [f"127.78.2.{i}:11211" for i in range(1, 26)],
    "3, one twice": ["127.78.1.1:11211", "127.78.1.2:11211", "127.78.1.1:11211"],
    "3, named": [f"mc{i}.example/127.78.3.{i}:1121{i}" for i in range(1, 4)],
}


ALL = bool(os.environ.get("POLYRING_ALL"))
IN_SHORT = ("7, ports, weights", "3, named")
ABSENT = 4  # the exit code where a client is not installed, or the environment is at fault


def clients():
    for line in (HERE / "clients.list").read_text().splitlines():
        if line.strip() and not line.startswith(("#", "polyring")):
            name, profile, packages, *_ = line.split()
            if profile != "-" and (ALL or "," not in profile):
                yield name, profile, "@" in packages


def compare(build, client, servers, keys, seed, mode):
    with tempfile.NamedTemporaryFile() as result:
        run = subprocess.run(
            [f"{build}/bin/polyring-check", "compare", client, "--servers", " ".join(servers),
             "--mode", mode, "--count", keys, "--seed", seed, "--json", result.name],
            capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in pathlib.Path(result.name).read_text().splitlines()]
    return run, next((line for line in lines if line.get("client") == client), None)


def cell(counts):
    same, refused = counts.pop("SAME"), counts.pop("REFUSED")
    return f"{same}/{sum(counts.values())}/{refused}"


def main():
    build = sys.argv[1]
    keys = os.environ.get("POLYRING_SIZE") or ("13000" if ALL else "250")
    seed = os.environ.get("POLYRING_SEED") or "1"
    print(f"{keys} keys, seed {seed}; cells: same/different/refused\n")
    lists = {name: words for name, words in LISTS.items() if ALL or name in IN_SHORT}
    print("| client | profile |", " | ".join(lists), "|")
    print("|---" * (len(lists) + 2) + "|")
    worst, compared = 0, 0
    for client, profile, may_be_absent in clients():
        cells = []
        for servers in lists.values():
            plain = [word.rsplit(":", word.count(":") - 1)[0] for word in servers]
            for mode, words in (("auto", servers), ("land", servers), ("auto", plain)):
                run, line = compare(build, client, words, keys, seed, mode)
                if run.returncode != NOTHING:
                    break
            absent = may_be_absent and run.returncode == ABSENT
            if absent or run.returncode == NOTHING:
                cells.append("not here" if absent else "-")
                continue
            if run.returncode:
                print(run.stdout, run.stderr, file=sys.stderr)
                worst = max(worst, run.returncode)
            cells.append(cell(line["counts"]) if line else "failed")
            compared += line is not None
        print(f"| {client} | `{profile}` |", " | ".join(cells), "|", flush=True)
    return worst if compared else NOTHING


if __name__ == "__main__":
    sys.exit(main())
