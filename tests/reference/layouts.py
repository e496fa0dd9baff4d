"""Sections 4 to 6 of docs/placement.md: how a hashed text becomes a server.

A layout is made of a row, of servers in effective order, and of their weights (None where these
change nothing). decide() gives what a trace has: hash, point, number of the server, label, and
the numbers of the servers that the original leaves to chance."""
import bisect
import itertools
import math

from hashes import hasher
from labels import Labels
from servers import ServersError
from weights import label_counts
from wide import M64, hash128to64, murmur64a, spooky32

POINTS_MAX, BUCKETS_MAX, TRIES = 1 << 25, 1 << 20, 32
FOLDS = {
    "all": lambda h, row: h,
    "or_one": lambda h, row: h or 1,
    "middle": lambda h, row: h >> 16 & 0x7FFF,
    "middle_or_one": lambda h, row: h >> 16 & 0x7FFF or 1,
    "low31": lambda h, row: h & 0x7FFFFFFF,
    "absolute": lambda h, row: abs(signed(h, int(row["bits"]))),
    "slots": lambda h, row: h % int(row["slots"]) * (0xFFFFFFFF // int(row["slots"])),
}


def signed(h, bits):
    return h - (h >> bits - 1 << bits)


class Hashed:
    """A layout that hashes the key and folds the hash."""

    def __init__(self, row):
        self.row, self.fold = row, FOLDS[row["fold"]]
        self.hash = hasher(row, row["hash"], row["start"] == "zero")

    def value(self, text):
        return self.fold(self.hash(text)[0], self.row)


# ---- Section 4: layouts without labels

class Modulo(Hashed):
    def __init__(self, row, servers, weights):
        super().__init__(row)
        self.ends = list(itertools.accumulate(map(int, weights or [1] * len(servers))))
        if not self.ends[-1]:
            raise ServersError("no slot")

    def decide(self, text):
        value = self.value(text)
        slot = value % self.ends[-1]
        return value, slot, bisect.bisect_right(self.ends, slot), b"", []


class Jump(Hashed):
    def __init__(self, row, servers, _):
        super().__init__(row)
        self.count = len(servers)

    def decide(self, text):
        value = self.value(text)
        k, b, j = value & M64, -1, 0
        while j < self.count:
            b = j
            k = k * 2862933555777941757 + 1 & M64
            j = int((b + 1) * (float(1 << 31) / ((k >> 33) + 1)))
        return value, b, b, b"", []


def parse_buckets(server):
    """The buckets of the attribute, none without it."""
    text, buckets = server.attribute("buckets"), []
    for part in text.split("+") if text else []:
        first, dash, last = part.partition("-")
        if not all(1 <= len(n) <= 7 and n.isascii() and n.isdigit()
                   for n in (first, last if dash else first)):
            raise ServersError(f"{server.place}: no buckets: {text}")
        span = range(int(first), int(last if dash else first) + 1)
        if not span or span[-1] >= BUCKETS_MAX or buckets and span[0] <= buckets[-1]:
            raise ServersError(f"{server.place}: buckets do not ascend: {text}")
        buckets.extend(span)
    return buckets


class Buckets(Hashed):
    def __init__(self, row, servers, weights):
        super().__init__(row)
        slots = int(row["slots"])
        if any(server.attribute("buckets") is not None for server in servers):
            owned = [(bucket, n) for n, server in enumerate(servers)
                     for bucket in parse_buckets(server)]
            owned.sort()
            if not owned or [bucket for bucket, _ in owned] != list(range(slots or len(owned))):
                raise ServersError("a bucket without a server, or with two")
            self.owners = [n for _, n in owned]
        else:
            self.owners = self.shared(slots or len(servers), weights or [1] * len(servers))

    @staticmethod
    def shared(count, weights):
        ends = list(itertools.accumulate(map(int, weights)))
        if not ends[-1]:
            raise ServersError("the weights add up to 0")
        edges = [count * end // ends[-1] for end in ends]
        return [bisect.bisect_right(edges, bucket) for bucket in range(count)]

    def decide(self, text):
        value, count = self.value(text), len(self.owners)
        bucket = value % count if self.row["pick"] == "modulo" else value & count - 1
        return value, bucket, self.owners[bucket], b"", []


def furc(text, n):
    """A number below n."""
    words = [murmur64a(text)]

    def bit(x):
        while x >= 64 * len(words):
            words.append(murmur64a(words[-1].to_bytes(8, "little")))
        return words[x // 64] >> x % 64 & 1
    a = d = (n - 1).bit_length()
    for _ in range(TRIES if n > 1 else 0):
        while not bit(a):
            a = d = d - 1
            if d == 0:
                return 0
        a, u = a + 23, 1
        for _ in range(d - 1):
            a, u = a + 23, 2 * u + bit(a)
        if u < n:
            return u
    return 0


class Furc:
    def __init__(self, row, servers, weights):
        self.count, self.chances = len(servers), None
        if weights is not None:
            self.chances = [int(float(weight) * 4294967295) for weight in weights]

    def find(self, text):
        tried = text
        for attempt in range(TRIES):
            n = furc(tried, self.count)
            if spooky32(tried, 0xFACE2014) < self.chances[n]:
                break
            tried = text + str(attempt)[::-1].encode()
        return n

    def decide(self, text):
        n = furc(text, self.count) if self.chances is None else self.find(text)
        word = murmur64a(text)
        return word, word, n, b"", []


# ---- Section 5: the ring

def pick(rule, group, order=lambda entry: entry[2]):
    """Which of several equal (value, server, label) wins, and the servers left to chance. Of one
    server's own the first counts; in a cycle each does, under the label of the first."""
    own = {}
    for entry in group:
        own.setdefault(entry[1], entry)
    entries = list(own.values())
    if rule == "cycle":
        cycle = sorted((own[entry[1]] for entry in group), key=order)
        return cycle[(group[0][0] & M64) % len(cycle)], []
    if rule == "last":
        return entries[-1], []
    if rule in ("label", "label_hash"):
        return max(entries, key=order), []
    return entries[0], list(own) if rule == "unspecified" and len(own) > 1 else []


def find(search, points, value):
    """The index of the point that a hash finds."""
    if search == "floor":
        return bisect.bisect_right(points, value) - 1
    if search == "ceil_or_last" and value < points[0]:
        return -1
    return (bisect.bisect_right if search == "above" else bisect.bisect_left)(
        points, value) % len(points)


class Ring(Hashed):
    def __init__(self, row, servers, weights):
        super().__init__(row)
        labels = [Labels(server, row) for server in servers]
        counts = label_counts(row, weights, len(servers))
        if not 0 < sum(counts) <= POINTS_MAX // int(row["words"]):
            raise ServersError(f"{sum(counts)} labels")
        groups = {}
        for point in self.make_points(labels, counts):
            groups.setdefault(point[0], []).append(point)
        self.order = self.signed_order if row["point_order"] == "signed" else int
        points = sorted(groups, key=self.order)
        self.points = list(map(self.order, points))
        self.owners = [pick(row["equal"], groups[point]) for point in points]
        self.labelled = {n for group in groups.values() for _, n, _ in group}
        self.groups = [groups[point] for point in points]

    def signed_order(self, value):
        """A number that compares as the signed value does."""
        bits = int(self.row["bits"])
        if bits < 128:
            return signed(value, bits)
        return signed(value >> 64, 64) << 64 | signed(value & M64, 64) + (1 << 63)

    def make_points(self, labels, counts):
        """(point, number of the server, label)"""
        row, words = self.row, int(self.row["words"])
        name = row["hash"] if row["point_hash"] == "same" else row["point_hash"]
        usual, zero = hasher(row, name), hasher(row, name, True)
        for n, (own, count) in enumerate(zip(labels, counts)):
            prev, starts = 0, row["point_start"]
            first = zero if starts == "first" or starts == "very_first" and n == 0 else usual
            for i in range(count):
                label = own.text(i, prev)
                for prev in (usual if i else first)(label)[:words]:
                    yield prev, n, label

    def decide(self, text):
        value = self.value(text)
        (point, n, label), ties = self.owners[find(self.row["search"], self.points,
                                                   self.order(value))]
        return value, point, n, label, ties


# ---- Section 6: rendezvous

def fraction_log2(v):
    """-log2(v / 2^64), 32 bits of it behind the point."""
    e = v.bit_length() - 1
    m, fraction = v << 63 - e, 0
    for _ in range(32):
        m = m * m >> 63
        bit = m >> 64
        fraction, m = fraction << 1 | bit, m >> bit
    return (64 - e << 32) - fraction


class Rendezvous:
    def __init__(self, row, servers, weights):
        self.rule, self.weights = row["equal"], weights
        self.labels = [Labels(server, row) for server in servers]
        if weights is not None and not any(weights):
            raise ServersError("the weights add up to 0")
        repeat = row["weights"] == "repeat" and weights
        if repeat and sum(weights) > POINTS_MAX:
            raise ServersError("too many labels")
        self.entries = [(n, i) for n in range(len(servers))
                        for i in range(int(weights[n]) if repeat else 1)]
        self.hash = hasher(row, row["hash"], row["start"] == "zero")
        for n, i in self.entries:
            self.labels[n].text(i)

    def scores(self, text):
        """(score, number of the server, label)"""
        for n, i in self.entries:
            label = self.labels[n].text(i, key=text)
            yield self.hash(label)[0], n, label

    def label_hash(self, entry):
        return self.hash(self.labels[entry[1]].text())[0]

    def best(self, scores):
        """Those with the greatest score."""
        greatest = max(scores)[0]
        return [score for score in scores if score[0] == greatest]

    def decide(self, text):
        best = self.best(list(self.scores(text)))
        order = self.label_hash if self.rule == "label_hash" else lambda entry: entry[2]
        (score, n, label), _ = pick(self.rule, best, order)
        return score, score, n, label, []


class WeightedRendezvous(Rendezvous):
    def best(self, scores):
        """Those whose -log2(score) is the least in proportion to their weight."""
        scores = [score for score in scores if self.weights[score[1]]]
        ratios = [fraction_log2(score[0] | 1) / self.weights[score[1]] for score in scores]
        return [score for score, ratio in zip(scores, ratios) if ratio == min(ratios)]


class MixedRendezvous(Rendezvous):
    """mcrouter's: the hashes of label and key are mixed, and scores are compared as doubles."""

    def __init__(self, row, servers, weights):
        super().__init__(row, servers, weights)
        self.weighted = weights is not None
        self.mixed = [(murmur64a(label), n, label) for n, i in self.entries
                      for label in [self.labels[n].text(i)]]

    def scores(self, text):
        low = murmur64a(text, 2718281828)
        return ((hash128to64(high, low), n, label) for high, n, label in self.mixed)

    def double(self, score):
        value, n, _ = score
        if not self.weighted:
            return float(value)
        unit = (value & (1 << 53) - 1) / (1 << 53)
        return float(self.weights[n]) * (1.0 / -math.log(unit)) if unit else 0.0

    def best(self, scores):
        if self.weighted:
            scores = [score for score in scores if self.weights[score[1]]]
        doubles = list(map(self.double, scores))
        greatest = max(doubles)
        return [score for score, double in zip(scores, doubles) if double == greatest]


def rendezvous(row, servers, weights):
    if row["score"] == "mix":
        return MixedRendezvous(row, servers, weights)
    weighted = row["weights"] == "score" and weights is not None
    return (WeightedRendezvous if weighted else Rendezvous)(row, servers, weights)


LAYOUTS = {"modulo": Modulo, "jump": Jump, "buckets": Buckets, "furc": Furc, "ring": Ring,
           "rendezvous": rendezvous}
