"""Section 9 of docs/placement.md: where keys go while servers are dead."""
import struct

from engine import Ring
from layouts import find

OTHERS = "polyring/rendezvous,duplicates=merged,weights=ignored,zero_weight=one"


def as_bytes(text):
    """A hashed text as a trace has it: UTF-16 units as two bytes each, the low one first."""
    return text if isinstance(text, bytes) else struct.pack(f"<{len(text)}H", *text)


def turns_of(layout, places):
    """The numbers of the servers that have each point: its winner, then the others by their place
    in the list."""
    for (winner, _), group in zip(layout.owners, layout.groups):
        others = {n for _, n, _ in group} - {winner[1]}
        yield [winner[1], *sorted(others, key=places.__getitem__)]


def around(row, layout, turns, text):
    """The numbers of the servers on a ring, from the point that the hash finds."""
    at = find(row["search"], layout.points, layout.order(layout.value(text)))
    step, seen = -1 if row["search"] == "floor" else 1, []
    for i in range(len(turns)):
        for n in turns[(at + step * i) % len(turns)]:
            if n not in seen:
                seen.append(n)
        if len(seen) == len(layout.labelled):
            break
    return seen


def by_score(layout, text):
    """The numbers of the servers that can win, the best score first."""
    scores, order = list(layout.scores(text)), []
    if layout.weights is not None:
        scores = [score for score in scores if layout.weights[score[1]]]
    while scores:
        winner = layout.winner(scores)[1]
        order.append(winner)
        scores = [score for score in scores if score[1] != winner]
    return order


class Failover:
    """A profile and a list of servers, ready to place keys while some servers are dead."""

    def __init__(self, table, profile, servers):
        self.ring = Ring(table, profile, servers)
        self.count, self.layout = len(self.ring.servers), self.ring.row["layout"]
        self.others = self.turns = None
        if self.layout not in ("ring", "rendezvous") or (
                self.layout == "ring" and len(self.ring.kept) == 1):
            self.others = Ring(table, OTHERS, servers)
        elif self.layout == "ring":
            self.turns = list(turns_of(self.ring.layout, self.ring.kept))

    def candidates(self, key):
        """The index of a key's home, and of all servers in the order in which they stand in."""
        ring = self.ring
        text = ring.way.hashed(*ring.way.sent(key))
        home = ring.decide(text)[2]
        if self.others:
            order = by_score(self.others.layout, as_bytes(text))
            order = [self.others.kept[n] for n in order]
            return home, tuple(at for at in order if at in ring.kept)
        if self.layout == "ring":
            order = around(ring.row, ring.layout, self.turns, text)
        else:
            order = by_score(ring.layout, text)
        return home, tuple(ring.kept[n] for n in order)

    def chosen(self, home, order, dead, capped=True):
        """Where a key with these candidates goes while these servers are dead; None: nowhere."""
        if home not in dead:
            return home
        if capped and len(dead) > max(1, self.count // 3):
            return None
        return next((at for at in order if at not in dead), None)

    def route(self, key, dead, capped=True):
        """(home, where the key goes now, None: nowhere), or KeyRefused."""
        home, order = self.candidates(key)
        return home, self.chosen(home, order, dead, capped)
