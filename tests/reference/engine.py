#!/usr/bin/python3
"""The second statement of docs/placement.md: where a key goes, written from that page alone.

It shares no code with the core; only the table of profiles comes from there, as the data that
`polyring profiles --json` prints. Each file names the section of docs/placement.md that it is.

    engine.py --table build/bin/polyring --profile ketama --servers "10.0.0.1 10.0.0.2" KEY ...
"""
import argparse
import functools
import json
import re
import struct
import sys
from urllib.parse import unquote_to_bytes

from keys import KeyRefused, Way, percent
from labels import Label, ProfileError, port_text
from layouts import LAYOUTS
from rows import Table
from servers import ServersError, parse_servers
from weights import effective_weights

INT64_MAX = (1 << 63) - 1


# ---- Section 3: heavy weights; the servers that count, in their effective order

def heavy(row, servers):
    given = [server.weight for server in servers if server.weight is not None]
    return bool(given) if row["heavy_when"] == "given" else any(weight > 1 for weight in given)


def merged(row, servers):
    """The indexes of the servers that count."""
    seen = {}
    for at, server in enumerate(servers):
        seen.setdefault((server.host, port_text(server, row)), at)
    if row["duplicates"] == "kept":
        return list(range(len(servers)))
    if row["duplicates"] == "refused" and len(seen) < len(servers):
        raise ServersError("a server is listed twice")
    return sorted(seen.values())


def compare_naturally(a, b):
    """Chunk by chunk, numbers as numbers."""
    def chunks(text):
        for chunk in re.findall(rb"[0-9]+|[^0-9]+", text):
            small = chunk[:1].isdigit() and int(chunk) <= INT64_MAX
            yield chunk, int(chunk) if small else None
    ours, theirs = list(chunks(a)), list(chunks(b))
    for (our, number), (their, other) in zip(ours, theirs):
        if None not in (number, other):
            our, their = number, other
        if our != their:
            return -1 if our < their else 1
    return len(ours) - len(theirs)


def host_and_port(server, row):
    port = port_text(server, row)
    return server.host, int(port) if port.isdigit() else 0


ORDERS = {"bytes": lambda text: text, "length": lambda text: (len(text), text),
          "natural": functools.cmp_to_key(compare_naturally)}


def in_order(row, kept, servers):
    """The indexes of the servers that count, in their effective order."""
    if row["order"] == "given":
        return kept
    if row["order"] == "host":
        return sorted(kept, key=lambda at: host_and_port(servers[at], row))
    texts = {at: Label(row["order_by"], servers[at], row).text() for at in kept}
    return sorted(kept, key=lambda at: ORDERS[row["order"]](texts[at]))


class Ring:
    """A profile and a list of servers, ready to place keys on those that are not dead."""

    def __init__(self, table, profile, servers, dead=()):
        self.row = row = table.row(profile)
        self.servers = parse_servers(servers)
        if row["heavy"] and heavy(row, self.servers):
            self.row = row = table.heavy(row)
        self.way = Way(row)
        self.kept = in_order(row, merged(row, self.servers), self.servers)
        self.kept = [at for at in self.kept if at not in dead]
        self.direct = row["one_server"] == "direct" and len(self.kept) == 1
        kept = [self.servers[at] for at in self.kept]
        weights = effective_weights(row, self.servers)
        if weights is not None:
            weights = [weights[at] for at in self.kept]
        self.layout = LAYOUTS[row["layout"]](row, kept, weights)

    def decide(self, text):
        """From a hashed text: (hash, point, index of the server, label, ties)."""
        if self.direct:
            return None, None, self.kept[0], b"", []
        value, point, n, label, ties = self.layout.decide(text)
        return value, point, self.kept[n], label, [self.kept[n] for n in ties]

    def index(self, key):
        """The index of a key's server, or KeyRefused."""
        return self.decide(self.way.hashed(*self.way.sent(key)))[2]

    def place(self, key):
        """The trace of a key, as `polyring explain --json` prints it, or KeyRefused."""
        sent, prefixed = self.way.sent(key)
        text = self.way.hashed(sent, prefixed)
        value, point, at, label, ties = self.decide(text)
        if not isinstance(text, bytes):
            text = struct.pack(f"<{len(text)}H", *text)
        return {"key": percent(key), "sent_key": percent(sent), "hashed_text": percent(text),
                "hash": None if value is None else str(value),
                "point": None if point is None else str(point), "label": percent(label),
                "server": self.servers[at].place, "index": at, "ties": ties}


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
