"""Section 9 of docs/placement.md: where keys go while servers are dead."""
import struct

from engine import Ring
from layouts import find

OTHERS = "polyring/rendezvous,duplicates=merged,weights=ignored,zero_weight=one"


def as_bytes(text):
    """A hashed text as a trace has it: UTF-16 units as two bytes each, the low one first."""
    return text if isinstance(text, bytes) else struct.pack(f"<{len(text)}H", *text)


def others_of(numbers, places):
    return sorted(numbers, key=places.__getitem__)


def turns_of(layout, places):
    """The numbers of the servers that have each point: its winner, then the others by their place
    in the list."""
    for (winner, _), group in zip(layout.owners, layout.groups):
        yield [winner[1], *others_of({n for _, n, _ in group} - {winner[1]}, places)]


def step_of(row):
    """The direction of the search."""
    return -1 if row["search"] == "floor" else 1


def around(row, layout, turns, text):
    """The numbers of the servers on a ring, from the point that the hash finds."""
    at = find(row["search"], layout.points, layout.order(layout.value(text)))
    step, seen = step_of(row), set()
    for i in range(len(turns)):
        for n in turns[(at + step * i) % len(turns)]:
            if n not in seen:
                yield n
            seen.add(n)
        if len(seen) == len(layout.labelled):
            return


def by_score(layout, text):
    """The numbers of the servers that can win, the best score first."""
    scores = list(layout.scores(text))
    if layout.weights is not None:
        scores = [score for score in scores if layout.weights[score[1]]]
    while scores:
        winner = layout.winner(scores)[1]
        yield winner
        scores = [score for score in scores if score[1] != winner]


class Failover:
    """A ring, made of that text, and where keys go while some of its servers are dead."""

    def __init__(self, table, ring, text):
        self.ring, self.layout = ring, ring.row["layout"]
        self.most = max(1, len(ring.servers) // 3)  # more dead than these, and their keys rest
        self.others = self.turns = None
        if self.layout not in ("ring", "rendezvous"):
            self.others = Ring(table, OTHERS, text)
        elif self.layout == "ring":
            self.turns = list(turns_of(ring.layout, ring.kept))

    def stand_ins(self, text):
        """The indexes of the servers for a hashed text, in the order in which they stand in."""
        ring = self.ring
        if self.others:
            kept = self.others.kept
            return (kept[n] for n in by_score(self.others.layout, as_bytes(text)))
        if self.layout == "ring":
            return (ring.kept[n] for n in around(ring.row, ring.layout, self.turns, text))
        return (ring.kept[n] for n in by_score(ring.layout, text))

    def candidates(self, key):
        """The index of a key's home, and those of its stand-ins; or KeyRefused."""
        text = self.ring.way.hashed(*self.ring.way.sent(key))
        return self.ring.decide(text)[2], self.stand_ins(text)

    def chosen(self, home, order, dead, most):
        """Where a key with these candidates goes; None: nowhere."""
        if home not in dead:
            return home
        if len(dead) > most:
            return None
        return next((at for at in order if at not in dead), None)

    def route(self, key, dead, most):
        """(home, where the key goes now), or KeyRefused. dead: the indexes of the dead; most: with
        more of them, their keys go nowhere."""
        home, order = self.candidates(key)
        return home, self.chosen(home, order, dead, most)
