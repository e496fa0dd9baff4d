"""Searches keys that show what a profile is: each is placed elsewhere once one column of the
profile is another one. The core does the searching (polyring-check kill --mutants), so nothing
here says where a key belongs: that is for the real client to say, when it is recorded."""
import collections
import json
import pathlib
import subprocess
from urllib.parse import unquote_to_bytes

# A mutant is shown on so many lists of a row. Not on one: its client may not express the list.
ENOUGH = 2
AT_AN_EDGE = 2  # keys
TOO_LONG = 1000  # servers: a ring of more for every mutant takes hours, and shows nothing else
FLAGS = {  # by the column whose change the key shows; others need no name
    "fold": ("Folded", "Shows what is done to a hash: 0 taken for 1, its sign, its upper bits.",
             "fold"),
    "sign": ("SignedBytes", "Bytes from 0x80 up enter the hash as negative numbers, or not.",
             "sign"),
    "equal": ("EqualPoints", "Two servers have the same point, or the same score.", "equal"),
}
EDGES = {
    "ExactHit": "The hash is a point: > in place of >= finds the next one.",
    "Wrap": "The hash lies beyond the last point: the search goes on at the other end.",
    "BelowFirst": "The hash lies below the first point, where some clients take the last one.",
}


class Table:
    """The rows, and which of their mutants the lists so far have shown."""

    def __init__(self, program):
        self.program = pathlib.Path(program)
        listing = json.loads(self.run("profiles", "--json"))
        self.rows = {row["name"]: row for row in listing["profiles"]}
        self.mutants, self.shown = {}, collections.Counter()

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], capture_output=True, text=True,
                              check=True).stdout

    def about(self, profile):
        name, *changes = profile.split(",")
        return self.rows[name]["about"] + "".join(f", {change}" for change in changes) + "."

    def column(self, profile, name):
        return self.rows[profile.split(",")[0]]["columns"][name]

    def search(self, profile, servers, keys):
        """What kills each mutant that was not shown enough, known keys first, and what lies at each
        edge of the ring. A list that the profile refuses has neither."""
        checker = [self.program.with_name("polyring-check"), "kill", "--mutants", profile]
        if profile not in self.mutants:
            self.mutants[profile] = subprocess.run(checker, capture_output=True, text=True,
                                                   check=True).stdout.split()
        left = [mutant for mutant in self.mutants[profile] if self.shown[profile, mutant] < ENOUGH]
        run = subprocess.run([*checker, "--servers", servers, "--keys", "-", *left],
                             input="\n".join(keys) + "\n", capture_output=True, text=True,
                             check=False)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        killed = {line["mutant"]: line["keys"] for line in lines if "mutant" in line}
        self.shown.update((profile, mutant) for mutant in killed)
        return killed, {line["edge"]: line["keys"] for line in lines if "edge" in line}


def cover(killed):
    """key -> mutants: few keys that kill all of them."""
    left, chosen = dict(killed), {}
    while left:
        votes = collections.Counter(key for keys in left.values() for key in keys)
        key = min(votes, key=lambda key: (-votes[key], len(key), key))
        chosen[key] = [mutant for mutant, keys in left.items() if key in keys]
        for mutant in chosen[key]:
            del left[mutant]
    return chosen


def flags_of(key):
    """By what stands in the key; keys.json has the notes."""
    text = unquote_to_bytes(key)
    yield from (name for name, holds in {
        "TooLong": len(text) > 250,
        "LongKey": 240 <= len(text) <= 250,
        "Control": any(byte <= 0x20 or byte == 0x7F for byte in text),
        "Digits": text.isdigit(),
        "HashTag": b"{" in text or b"[" in text,
        "Quote": b"'" in text or b'"' in text or b"\\" in text,
        "Percent": b"%" in text or b"+" in text,
        "Route": text.startswith(b"/"),
        "Stop": b"#" in text,
    }.items() if holds)
    try:
        text.decode("utf-8")
        if not text.isascii():
            yield "NonAscii"
    except UnicodeDecodeError:
        yield "RawBytes"


def case_of(key, mutants, at_edges, notes):
    case = {"key": key, "may_refuse": True}
    flags = set(flags_of(key))
    for edge in at_edges:
        flags.add(edge)
        notes[edge] = {"effect": EDGES[edge], "column": "search"}
    for column, (name, effect, of) in FLAGS.items():
        if any(mutant.startswith(f"{column}=") for mutant in mutants):
            flags.add(name)
            notes[name] = {"effect": effect, "column": of}
    if mutants:
        case["kills"] = sorted(mutants)
    if flags:
        case["flags"] = sorted(flags)
    return case


def add(table, keys, profile, servers):
    """Adds keys for this row and list to the keys and notes of keys.json."""
    if len(servers) > TOO_LONG:
        return
    known = [case["key"] for case in keys["keys"]]
    killed, at_edges = table.search(profile, " ".join(servers), known)
    chosen = cover({mutant: killers for mutant, killers in killed.items()
                    if killers and killers[0] not in known})
    for found in at_edges.values():
        already = [key for key in found if key in chosen or key in known]
        for key in (already + found)[:AT_AN_EDGE]:
            chosen.setdefault(key, [])
    keys["keys"] += [
        case_of(key, mutants, [edge for edge, found in at_edges.items() if key in found],
                keys["notes"])
        for key, mutants in chosen.items() if key not in known]
