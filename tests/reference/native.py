#!/usr/bin/python3
"""Section 9 of docs/placement.md, `on_dead=native`: where the clients themselves send the keys of
dead servers."""
import bisect

from engine import Ring
from layouts import Modulo, find

MOST = 1 << 32


def digits(number, text):
    """A number in the form of the text: bytes, or UTF-16 units."""
    ascii_text = str(number).encode()
    return ascii_text if isinstance(text, bytes) else tuple(ascii_text)


def minus(text):
    return b"-" if isinstance(text, bytes) else (ord("-"),)


# What is hashed at try t: of the hashed text and the hash before.
TEXTS = {
    "try_key": lambda text, before, t: digits(t, text) + text,
    "key_try": lambda text, before, t: text + minus(text) + digits(t, text),
    "hash_try": lambda text, before, t: digits(before, text) + digits(t, text),
}
# The text, the numbers of the tries, and whether the hashes are added up.
WALKS = {
    "try_key": ("try_key", range(19), False),
    "sum_try_key": ("try_key", range(6), True),
    "sum_try_1_key": ("try_key", range(1, 20), True),
    "key_try": ("key_try", range(20), False),
    "hash_try": ("hash_try", range(9), False),
}


def hashes(row, layout, text):
    """Those that a client tries after the first one."""
    form, numbers, adds = WALKS[row["next"]]
    value = layout.value(text)
    for t in numbers:
        more = layout.value(TEXTS[form](text, value, t))
        value = (value + more) % MOST if adds else more
        yield value


def slot_of(layout, value):
    return bisect.bisect_right(layout.ends, value % layout.ends[-1])


def number_of(layout, value):
    """The number of the server that a hash finds."""
    if isinstance(layout, Modulo):
        return slot_of(layout, value)
    return layout.owners[find(layout.row["search"], layout.points, layout.order(value))][0][1]


def steps(layout, value):
    """The numbers of the servers of the next slots or points."""
    if isinstance(layout, Modulo):
        yield from (slot_of(layout, value + i) for i in range(layout.ends[-1]))
        return
    count, way = len(layout.points), -1 if layout.row["search"] == "floor" else 1
    start = find(layout.row["search"], layout.points, layout.order(value))
    for i in range(count):
        at = (start + way * i) % count
        winner = layout.owners[at][0][1]
        yield winner
        yield from sorted({point[1] for point in layout.groups[at]} - {winner})


class Native:
    """A row and a list of servers of which some are dead."""

    def __init__(self, table, profile, servers, dead, capped=True):
        self.ring, self.dead = Ring(table, profile, servers), set(dead)
        count = len(self.ring.servers)
        most = max(1, count // 3) if capped else count
        self.helps = len(self.dead) <= most and len(self.dead) < count
        self.next = self.ring.row["next"] if self.helps else "none"
        if self.next == "rebuild":
            self.rest = Ring(table, profile, servers, self.dead)

    def index(self, key):
        """Where a key goes now; None: nowhere."""
        if self.next == "rebuild":
            return self.rest.index(key)
        home = self.ring.index(key)
        if home not in self.dead:
            return home
        return next((at for at in self.tried(key) if at not in self.dead), None)

    def tried(self, key):
        if self.next == "none" or self.ring.direct:
            return
        layout, way = self.ring.layout, self.ring.way
        text = way.hashed(*way.sent(key))
        numbers = steps(layout, layout.value(text)) if self.next == "step" else (
            number_of(layout, value) for value in hashes(self.ring.row, layout, text))
        yield from (self.ring.kept[number] for number in numbers)
