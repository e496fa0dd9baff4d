#!/usr/bin/python3
"""Crafts keys that tell a row from its near relatives, for `polyring-check record --keys`.

A mutant is the row with one column changed. For each mutant that this list of servers can tell
apart, a key is searched that the mutant places elsewhere; the key names the mutants that it
kills. Exact hits, hashes at the ends of the ring and hashes of 0 are made on purpose, because
no random key would ever show them.

    edges.py --table build/bin/polyring --profile ketama --servers "..." > edges.json
"""
import argparse
import json
import re
import sys
import time
import zlib
from urllib.parse import unquote_to_bytes

from engine import KeyRefused, ProfileError, Ring, ServersError, Table, percent

EFFECTS = {
    "long_key": "A client that shortens long keys otherwise hashes another text.",
    "text": "The characters of the key, their UTF-16 units and their low bytes hash differently.",
    "hash": "Under another hash of the key it goes elsewhere.",
    "sign": "Bytes from 0x80 up, taken with or without a sign, give different hashes.",
    "fold": "The hash is 0, which some clients make 1.",
    "layout": "A modulo, a ring and scores put it on different servers.",
    "label": "Points made of other labels (port, separator) put it elsewhere.",
    "unix_label": "Points of sockets made of other labels put it elsewhere.",
    "no_port": "A server without a port has a port in its label or has none.",
    "point_hash": "Points made with another hash put it elsewhere.",
    "words": "Another number of points a digest puts it elsewhere.",
    "byte_order": "Digests read in the other byte order put it elsewhere.",
    "points": "A few points more or less for each server put it elsewhere.",
    "weights": "It lies on a point that another rule or rounding for weights moves or leaves out.",
    "no_weight": "Servers without a weight are not the same as servers of weight 1.",
    "zero_weight": "A server of weight 0 gets keys, or gets none.",
    "heavy": "A weight above 1 changes more than the number of points.",
    "duplicates": "A server that is listed twice counts once, or twice.",
    "equal": "Two servers have the same point: the other one has it elsewhere.",
    "search": "The other searches find another point.",
}
CRAFTED = {
    "ExactHit": ("search", "The hash of the key is a point exactly: > in place of >= passes it."),
    "BelowFirst": ("search", "The hash lies below the first point."),
    "BeyondLast": ("search", "The hash lies beyond the last point: the search wraps around."),
    "TopBit": ("hash", "The top bit of the hash is set: signed arithmetic goes wrong."),
    "ZeroHash": ("fold", "The hash is 0."),
}
NUMBER_STEPS = {"words": lambda row: 1, "points": lambda row: int(row["words"])}
LABEL_STEPS = ((":{port}", "{:port!11211}"), ("{:port!11211}", ":{port}"), ("-{i}", ":{i}"),
               ("-{i}", "{i}"), (":{i}", "-{i}"), ("{nul}", ":"), ("{prev:le}", "{i}"),
               ("{host/ip}", "{host}"), ("{host/ip}", "{ip}"), ("{host}", "{ip}"),
               ("-{key}", "{key}"))
PLAIN_KEYS, EDGE_BYTES = 400, re.compile(rb"[\x00-\x20\x7f-\xff]")
CRC_TABLE = [zlib.crc32(bytes([i])) ^ zlib.crc32(b"\0") for i in range(256)]


def flag_of(column):
    return "".join(word.capitalize() for word in column.split("_"))


def mutants(table, row):
    """The changes of one column, as overrides."""
    for column, choices in table.choices.items():
        value = row[column]
        if column in ("provenance", "one_server", "refuse"):
            continue  # they place no key elsewhere
        if choices:
            others = [choice for choice in choices if choice != value]
        elif column in NUMBER_STEPS:
            step = NUMBER_STEPS[column](row)
            others = [str(int(value) + step), str(int(value) - step)]
        elif column in ("label", "unix_label"):
            others = [value.replace(old, new) for old, new in LABEL_STEPS if old in value]
        else:
            others = [other for other in {"no_port": ("", "11211"), "heavy": ("",)}[column]
                      if other != value]
        yield from (f"{column}={other}" for other in dict.fromkeys(others))


def where(ring, key):
    try:
        return ring.index(key)
    except KeyRefused:
        return None


def moves(ring, mutant, key):
    here, there = where(ring, key), where(mutant, key)
    return None not in (here, there) and here != there


def worth_a_search(ring, mutant):
    """Whether two rings look up keys in the same way, but not in the same points."""
    columns = ("long_key", "text", "hash", "sign", "fold", "layout", "search", "byte_order")
    if any(ring.row[column] != mutant.row[column] for column in columns):
        return False  # the pool has keys for these, if there are any

    def table(r):
        return [owner[0][:2] for owner in getattr(r, "owners", ())], getattr(r, "ends", None)
    return table(ring) != table(mutant)


def forge_crc32(target):
    """A key of unreserved characters with this CRC-32: four bytes undo what came before."""
    state = target ^ 0xFFFFFFFF
    for _ in range(4):
        at = next(i for i in range(256) if CRC_TABLE[i] >> 24 == state >> 24)
        state = ((state ^ CRC_TABLE[at]) << 8 & 0xFFFFFFFF) | at
    for n in range(1 << 20):
        start = b"hit:%d:" % n
        key = start + (state ^ zlib.crc32(start) ^ 0xFFFFFFFF).to_bytes(4, "little")
        if re.fullmatch(rb"[A-Za-z0-9\-._~:]+", key):
            return key
    return None


def exact_hits(ring, seconds, most=30):
    """Keys whose hash is a point, with another server on the next or the previous point."""
    points, owners, found = ring.points, ring.owners, []
    ends = [at for at, owner in enumerate(owners)
            if {owners[at - 1][0][1], owners[(at + 1) % len(owners)][0][1]} != {owner[0][1]}]
    if ring.row["hash"] == "crc32":
        step = max(1, len(ends) // 8)
        return [forge_crc32(points[at]) for at in ends[::step][:8]]
    wanted = {points[at] for at in ends}
    own_labels = (owners[at][0][2] for at in ends)  # where one hash makes keys and points
    numbered = (b"hit:%d" % n for n in range(1 << 26))
    for keys, limit in ((own_labels, seconds), (numbered, seconds)):
        end = time.monotonic() + limit
        for key in keys:
            try:
                if int(ring.place(key)["hash"]) in wanted and not EDGE_BYTES.search(key):
                    found.append(key)
            except KeyRefused:
                pass
            if len(found) >= most or time.monotonic() > end:
                break
        if found:
            break
    return found


def zero_hash(ring):
    """A key whose hash is 0 before it is folded, if there is a way to make one."""
    if ring.row["hash"] == "crc32":
        return forge_crc32(0)
    if ring.row["hash"] == "crc":
        return next(key for key in (b"zero:%d" % n for n in range(1 << 22))
                    if zlib.crc32(key) >> 16 & 0x7FFF == 0)
    return b"f5a5a608" if ring.row["hash"] == "java" else None


def crafted(ring, seconds):
    """(flag, key) for what no random key would show."""
    plain = [b"key:%d" % n for n in range(20000)]
    if ring.direct or ring.row["layout"] == "rendezvous":
        return []
    found = [("ZeroHash", key) for key in [zero_hash(ring)] if key and where(ring, key) is not None]
    hashed = [(int(ring.place(key)["hash"]), key) for key in plain]
    found += [("TopBit", key) for value, key in hashed if value >> 31][:2]
    if ring.row["layout"] == "ring":
        found += [("ExactHit", key) for key in exact_hits(ring, seconds)
                  if where(ring, key) is not None]
        found += [("BelowFirst", key) for value, key in hashed if value < ring.points[0]][:2]
        found += [("BeyondLast", key) for value, key in hashed if value > ring.points[-1]][:2]
    return found


def pool():
    """Keys to search among, the plain ones first."""
    yield from (b"key:%d" % n for n in range(PLAIN_KEYS))
    for text in ("ü", "é:x", "ß", "Ω", "日本", "ключ", "€", "😀", "a😀b", "ÿ"):
        yield from (f"{text}{n}".encode() for n in range(6))
    yield from (b"%d" % n + b"k" * 230 for n in range(20))


def search(ring, mutant, used, seconds):
    """A killer among the keys on from those of the pool, for mutants that move few keys."""
    if not worth_a_search(ring, mutant):
        return None
    end = time.monotonic() + seconds
    for n in range(PLAIN_KEYS, 1 << 22):
        if time.monotonic() > end:
            return None
        if moves(ring, mutant, b"key:%d" % n) and b"key:%d" % n not in used:
            return b"key:%d" % n
    return None


def rings_of(table, profile, servers, changes):
    """The rings of those mutants that can exist."""
    rings = {}
    for change in changes:
        try:
            rings[change] = Ring(table, f"{profile},{change}", servers)
        except (ProfileError, ServersError):
            pass
    return rings


class Cover:
    """Few keys that kill many mutants: found is {key: {"flags", "kills"}}, alive the others."""

    def __init__(self, ring, rings, without, seconds):
        self.ring, self.rings, self.without, self.seconds = ring, rings, without, seconds
        self.found, self.alive = {}, dict.fromkeys(rings)

    def note(self, key, flag, kills):
        entry = self.found.setdefault(key, {"flags": [], "kills": []})
        if flag not in entry["flags"]:
            entry["flags"].append(flag)
        entry["kills"] += kills
        for kill in kills:
            del self.alive[kill]

    def killed(self, column, keys):
        """{key: the living mutants of a column that it kills}"""
        changes = [change for change in self.alive if change.split("=")[0] == column]
        return {key: [change for change in changes if moves(self.ring, self.rings[change], key)]
                for key in keys}

    def take_crafted(self, flag, keys):
        """At least one key, and more as long as they kill more."""
        first = True
        while keys:
            killed = self.killed(CRAFTED[flag][0], keys)
            best = max(keys, key=lambda key: len(killed[key]))
            if not first and not killed[best]:
                break
            self.note(best, flag, killed[best])
            keys, first = [key for key in keys if key != best], False

    def take_column(self, column, candidates):
        killed = self.killed(column, candidates)
        while True:
            best = max(killed, key=lambda key: len(killed[key]))
            if not killed[best]:
                break
            self.note(best, flag_of(column), killed[best])
            killed = {key: [kill for kill in kills if kill in self.alive]
                      for key, kills in killed.items()}
        for change in [change for change in self.alive if change.split("=")[0] == column]:
            key = search(self.ring, self.rings[change], self.without, self.seconds)
            if key:
                self.note(key, flag_of(column), [change])


def edges(table, profile, servers, without, seconds):
    """{key: {"flags", "kills"}}, and the mutants that no key of ours kills."""
    ring = Ring(table, profile, servers)
    if len(ring.kept) == 1:
        return {}, []  # no key can be placed elsewhere
    cover = Cover(ring, rings_of(table, profile, servers, mutants(table, table.row(profile))),
                  without, seconds)
    special = [(flag, key) for flag, key in crafted(ring, seconds) if key not in without]
    for flag in CRAFTED:
        cover.take_crafted(flag, [key for crafted_flag, key in special if crafted_flag == flag])
    candidates = [key for key in dict.fromkeys([*cover.found, *pool()])
                  if key not in without and where(ring, key) is not None]
    for column in table.choices:
        cover.take_column(column, candidates)
    return cover.found, list(cover.alive)


def recipe(table, profile, servers, without=(), seconds=3):
    """({"notes", "keys"}, as `polyring-check record --keys` reads it; the mutants left alive)."""
    found, left = edges(table, profile, servers, without, seconds)
    notes = {flag_of(column): (column, effect) for column, effect in EFFECTS.items()} | CRAFTED
    used = {flag for entry in found.values() for flag in entry["flags"]}
    keys = []
    for key, entry in found.items():
        may = {"may_refuse": True} if EDGE_BYTES.search(key) else {}
        keys.append({"key": percent(key)} | {k: v for k, v in entry.items() if v} | may)
    return {"notes": {flag: {"effect": effect, "column": column}
                      for flag, (column, effect) in notes.items() if flag in used},
            "keys": keys}, left


def main():
    parser = argparse.ArgumentParser(description="Crafts keys that tell a row from its mutants.")
    parser.add_argument("--table", required=True, help="polyring, or its `profiles --json`")
    parser.add_argument("--profile", default="ketama")
    parser.add_argument("--servers", required=True)
    parser.add_argument("--without", help="a file of keys that are recorded anyway (JSON)")
    parser.add_argument("--seconds", type=float, default=3, help="for one search (3)")
    parser.add_argument("--lines", action="store_true", help="lines in place of JSON")
    options = parser.parse_args()
    without = set()
    if options.without:
        with open(options.without, encoding="utf-8") as file:
            without = {unquote_to_bytes(entry["key"]) for entry in json.load(file)["keys"]}
    made, left = recipe(Table(options.table), options.profile, options.servers, without,
                        options.seconds)
    if options.lines:
        for entry in made["keys"]:
            print(entry["key"], *(f"{name}={','.join(entry[name])}" for name in ("flags", "kills")
                                  if name in entry), *(["may_refuse"] * ("may_refuse" in entry)))
    else:
        print(json.dumps(made, indent=1))
    print(f"{len(made['keys'])} keys; no key on these servers tells the row from: "
          f"{' '.join(left)}", file=sys.stderr)


if __name__ == "__main__":
    main()
