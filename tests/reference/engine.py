#!/usr/bin/python3
"""The second statement of docs/placement.md: where a key goes, written from that page alone.

It shares no code with the core; only the table of profiles comes from there, as the data that
`polyring profiles --json` prints. Sections named in comments are those of docs/placement.md.

    engine.py --table build/bin/polyring --profile ketama --servers "10.0.0.1 10.0.0.2" KEY ...
"""
import argparse
import bisect
import hashlib
import itertools
import json
import math
import os
import re
import struct
import subprocess
import sys
from fractions import Fraction
from urllib.parse import quote, unquote_to_bytes

from hashes import BY_UNIT, DIGEST_WORDS, hash_words
from labels import Label, ProfileError, parse_template, port_text
from servers import ServersError, parse_servers

KEY_MAX, POINTS_MAX, PROFILE_MAX = 250, 1 << 25, 4096


class KeyRefused(Exception):
    """The row's client refuses the key."""


# ---- The table, and section 7: overrides

NUMBERS = {"words": (1, 5), "points": (0, 1000000)}


class Table:
    """The rows of `polyring profiles --json`; source: the program, or a file of its output."""

    def __init__(self, source):
        if os.access(source, os.X_OK):
            data = json.loads(subprocess.check_output([source, "profiles", "--json"]))
        else:
            with open(source, encoding="utf-8") as file:
                data = json.load(file)
        self.choices = {c["name"]: c["choices"] for c in data["columns"]}
        self.rows = {row["name"]: row["columns"] for row in data["profiles"]}
        self.aliases = {row["alias"]: row["name"] for row in data["profiles"] if row["alias"]}

    def row(self, text):
        """The columns of a profile's text, its overrides applied and its contradictions refused."""
        name, *overrides = text.split(",")
        columns = self.rows.get(self.aliases.get(name, name))
        if columns is None or len(text) > PROFILE_MAX:
            raise ProfileError(f"no row {name}")
        row = self.override(columns, overrides)
        check_contradictions(row)
        if row["heavy"]:
            self.heavy(row)
        return row

    def override(self, columns, overrides):
        row = dict(columns)
        for text in overrides:
            column, equals, value = text.partition("=")
            if not equals or column not in self.choices:
                raise ProfileError(f"no column {column}")
            allowed = self.choices[column]
            if column in NUMBERS:
                least, most = NUMBERS[column]
                fits = re.fullmatch("[0-9]{1,9}", value) and least <= int(value) <= most
                allowed = [value] if fits else [None]
            if allowed and value not in allowed:
                raise ProfileError(f"{column} cannot be {value}")
            if column == "refuse":
                parse_refuse(value)
            row[column] = value
        return row

    def heavy(self, row):
        """The row once a weight is above 1."""
        row = self.override(dict(row, heavy=""), row["heavy"].split(";"))
        if row["heavy"]:
            raise ProfileError("heavy within heavy")
        check_contradictions(row)
        return row


def parse_refuse(text):
    refused = set()
    for part in text.split("+") if text else []:
        if not re.fullmatch("[0-9a-fA-F]{2}(-[0-9a-fA-F]{2})?", part):
            raise ProfileError(f"no range of bytes: {part}")
        span = range(int(part[:2], 16), int(part[-2:], 16) + 1)
        if not span:
            raise ProfileError(f"{part} ends before it begins")
        refused.update(span)
    return refused


def check_contradictions(row):
    words, points, layout = int(row["words"]), int(row["points"]), row["layout"]
    point_hash = row["hash"] if row["point_hash"] == "same" else row["point_hash"]
    used = [row[t] for t in ("label", "unix_label") if row[t] and layout != "modulo"]
    keyed = [parse_template(template)[1::2].count("key") for template in used]
    for wrong, why in (
            (words > DIGEST_WORDS.get(point_hash, 1), "more words than the hash gives"),
            (points % words, "points are no multiple of words"),
            (row["weights"] not in ("ignored", "times") and row["fractions"] == "yes",
             "whole weights, fractions"),
            (layout == "ring" and any(keyed), "{key} outside rendezvous"),
            (layout == "rendezvous" and keyed != [1] * len(used), "not one {key} in rendezvous"),
            (layout == "rendezvous" and row["text"] == "utf16", "utf16 and labels"),
            (layout != "modulo" and not row["label"], "this layout needs a label")):
        if wrong:
            raise ProfileError(why)


# ---- Section 3: weights


def effective_weights(row, servers):
    """The weights as the row understands them, or None where they are ignored."""
    if row["weights"] == "ignored":
        return None
    given = [server.weight for server in servers]
    if row["no_weight"] == "plain" and None in given:
        if any(weight is not None for weight in given):
            raise ServersError("only some servers have a weight")
        return None
    if row["fractions"] == "no" and any(w is not None and w.denominator > 1 for w in given):
        raise ServersError("a weight has a fraction")
    if row["zero_weight"] == "refused" and 0 in given:
        raise ServersError("a weight is 0")
    zero = Fraction(row["zero_weight"] == "one")
    return [Fraction(1) if w is None else w or zero for w in given]


# ---- Sections 4 to 6: layouts


def single(x):
    """x rounded to IEEE single precision."""
    return struct.unpack("<f", struct.pack("<f", x))[0]


def label_count(row, weight, total, n):
    """How many labels a server of this weight has on a ring."""
    points, words, rule = int(row["points"]), int(row["words"]), row["weights"]
    if weight is None or rule == "repeat":
        return points // words
    if weight == 0:
        return 0
    if rule == "times":
        return math.floor(points * float(weight) + 0.5) // words
    if rule == "share_double":
        return math.floor(float(n * (points // words) * int(weight)) / float(total))
    x = single(single(weight) / single(total))
    x = single(x * single(points))
    x = single(x / single(words))
    x = single(x * single(n))
    x = single(x + (single(1e-10) if rule == "share_single" else 1e-10))
    return math.floor(x)


def pick(rule, group):
    """Which of several equal (value, server, label) wins, and the servers left to chance."""
    if rule == "last":
        return group[-1], []
    if rule == "label":
        return max(group, key=lambda entry: entry[2]), []
    servers = sorted({entry[1] for entry in group})
    return group[0], servers if rule == "unspecified" and len(servers) > 1 else []


def find(search, points, value):
    """The index of the point that a hash finds."""
    if search == "ceil":
        return bisect.bisect_left(points, value) % len(points)
    if search == "above":
        return bisect.bisect_right(points, value) % len(points)
    return bisect.bisect_right(points, value) - 1


def fold(row, value):
    return value or 1 if row["fold"] == "or_one" else value


def hashed_text(row, sent):
    """Bytes, or a tuple of UTF-16 units."""
    if row["text"] == "bytes":
        return sent
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        raise KeyRefused("no UTF-8") from None
    if row["text"] == "low8":
        return bytes(ord(c) & 0xFF for c in text)
    if row["text"] == "utf16" and row["hash"] in BY_UNIT:
        utf16 = text.encode("utf-16-le")
        return struct.unpack(f"<{len(utf16) // 2}H", utf16)
    return sent


class Ring:
    """A profile and a list of servers, ready to place keys; section 1 is place()."""

    def __init__(self, table, profile, servers):
        self.row = row = table.row(profile)
        self.servers = parse_servers(servers)
        if row["heavy"] and any((s.weight or 0) > 1 for s in self.servers):
            self.row = row = table.heavy(row)
        self.refused = parse_refuse(row["refuse"])
        self.kept = self.merge()
        self.direct = row["one_server"] == "direct" and len(self.kept) == 1
        kept = [self.servers[at] for at in self.kept]
        weights = effective_weights(row, kept) or [None] * len(kept)
        {"modulo": self.build_modulo, "ring": self.build_ring,
         "rendezvous": self.build_rendezvous}[row["layout"]](kept, weights)

    def merge(self):
        """The indexes of the servers that count."""
        seen = {}
        for at, server in enumerate(self.servers):
            seen.setdefault((server.host, port_text(server, self.row)), at)
        if self.row["duplicates"] == "kept":
            return list(range(len(self.servers)))
        if self.row["duplicates"] == "refused" and len(seen) < len(self.servers):
            raise ServersError("a server is listed twice")
        return sorted(seen.values())

    def build_modulo(self, kept, weights):
        repeat = self.row["weights"] == "repeat"
        slots = [int(weight) if repeat and weight is not None else 1 for weight in weights]
        self.ends = list(itertools.accumulate(slots))
        if not self.ends[-1]:
            raise ServersError("no slot")

    def build_ring(self, kept, weights):
        row, words, total = self.row, int(self.row["words"]), sum(w or 0 for w in weights)
        labels = [Label(server, row) for server in kept]
        counts = [label_count(row, weight, total, len(kept)) for weight in weights]
        if weights[0] is not None and not total or not 0 < sum(counts) * words <= POINTS_MAX:
            raise ServersError(f"{sum(counts) * words} points")
        name = row["hash"] if row["point_hash"] == "same" else row["point_hash"]
        groups = {}
        for at, label, count in zip(self.kept, labels, counts):
            prev = 0
            for i in range(count):
                text = label.text(i, prev)
                for prev in hash_words(name, text, row)[:words]:
                    groups.setdefault(prev, []).append((prev, at, text))
        self.points = sorted(groups)
        self.owners = [pick(row["equal"], groups[point]) for point in self.points]

    def build_rendezvous(self, kept, weights):
        self.labels = [Label(server, self.row) for server in kept]
        for label in self.labels:
            label.text(key=b"k" * KEY_MAX)

    def sent_key(self, key):
        if not key:
            raise KeyRefused("empty")
        if not self.refused.isdisjoint(key):
            raise KeyRefused("has a refused byte")
        if self.row["long_key"] == "md5_tail":
            try:
                text, encoding = key.decode(), "utf-8"
            except UnicodeDecodeError:
                text, encoding = key.decode("latin-1"), "latin-1"
            if len(text) > KEY_MAX:
                key = f"{text[:212]}:md5:".encode(encoding) + hashlib.md5(key).hexdigest().encode()
        if len(key) > KEY_MAX:
            raise KeyRefused("too long")
        return key

    def best_score(self, text):
        """Section 6: the greatest (score, server, label)."""
        scores = []
        for at, template in zip(self.kept, self.labels):
            label = template.text(key=text)
            scores.append((hash_words(self.row["hash"], label, self.row)[0], at, label))
        best = max(scores)[0]
        return pick(self.row["equal"], [score for score in scores if score[0] == best])[0]

    def decide(self, text):
        """From a hashed text: (hash, point, index of the server, label, ties)."""
        row = self.row
        if self.direct:
            return None, None, self.kept[0], b"", []
        if row["layout"] == "rendezvous":
            score, at, label = self.best_score(text)
            return score, score, at, label, []
        value = fold(row, hash_words(row["hash"], text, row)[0])
        if row["layout"] == "modulo":
            slot = value % self.ends[-1]
            return value, slot, self.kept[bisect.bisect_right(self.ends, slot)], b"", []
        (point, at, label), ties = self.owners[find(row["search"], self.points, value)]
        return value, point, at, label, ties

    def index(self, key):
        """The index of a key's server, or KeyRefused."""
        return self.decide(hashed_text(self.row, self.sent_key(key)))[2]

    def place(self, key):
        """The trace of a key, as `polyring explain --json` prints it, or KeyRefused."""
        sent = self.sent_key(key)
        text = hashed_text(self.row, sent)
        value, point, at, label, ties = self.decide(text)
        if not isinstance(text, bytes):
            text = struct.pack(f"<{len(text)}H", *text)
        return {"key": percent(key), "sent_key": percent(sent), "hashed_text": percent(text),
                "hash": None if value is None else str(value),
                "point": None if point is None else str(point), "label": percent(label),
                "server": self.servers[at].place, "index": at, "ties": ties}


def percent(data):
    return quote(data, safe="-._~")


def main():
    parser = argparse.ArgumentParser(description="Explains where keys go, by the reference engine.")
    parser.add_argument("--table", required=True, help="polyring, or its `profiles --json`")
    parser.add_argument("--profile", default="ketama")
    parser.add_argument("--servers", required=True)
    parser.add_argument("key", nargs="+", help="percent-encoded")
    arguments = parser.parse_args()
    try:
        ring = Ring(Table(arguments.table), arguments.profile, arguments.servers)
    except (ProfileError, ServersError) as error:
        sys.exit(f"engine.py: {error}")
    for key in arguments.key:
        try:
            print(json.dumps(ring.place(unquote_to_bytes(key))))
        except KeyRefused as refused:
            print(f"{key}: {refused}", file=sys.stderr)


if __name__ == "__main__":
    main()
