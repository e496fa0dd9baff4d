"""Sections 3 and 5 of docs/placement.md: what a weight is, and how many labels it makes."""
import functools
import math
import operator
import struct
from fractions import Fraction

from servers import ServersError


def effective_weights(row, servers):
    """The weights as the row understands them, or None where they change nothing."""
    given = [server.weight for server in servers]
    if row["weights"] == "refused" and any(weight is not None for weight in given):
        raise ServersError("the row's client takes no weights")
    if row["weights"] in ("ignored", "refused"):
        return None
    if row["no_weight"] == "plain" and None in given:
        if any(weight is not None for weight in given):
            raise ServersError("only some servers have a weight")
        return None
    if row["no_weight"] == "refused" and None in given:
        raise ServersError("a server has no weight")
    if row["fractions"] == "no" and any(w is not None and w.denominator > 1 for w in given):
        raise ServersError("a weight has a fraction")
    if row["zero_weight"] == "refused" and 0 in given:
        raise ServersError("a weight is 0")
    absent = Fraction(1, 2) if row["no_weight"] == "half" else Fraction(1)
    zero = Fraction(row["zero_weight"] == "one")
    weights = [absent if w is None else w or zero for w in given]
    if row["weights"] == "chance" and max(weights) > 1:
        raise ServersError("a weight is above 1")
    return weights


def single(x):
    """x rounded to IEEE single precision."""
    return struct.unpack("<f", struct.pack("<f", x))[0]


def share_single(w, total, points, words, n, tiny=single(1e-10)):
    x = single(single(w) / single(total))
    x = single(x * single(points))
    x = single(x / single(words))
    x = single(x * single(n))
    return single(x + tiny)


def share_mixed(w, total, points, words, n):
    return share_single(w, total, points, words, n, 1e-10)


def share_ketama(w, total, points, words, n):
    return single(single(single(w) / single(total)) * (points // words) * n)


def share_left(w, total, points, words, n):
    return float(w) / float(total) * (points // words) * n


def share_double(w, total, points, words, n):
    return float(n * (points // words)) * float(w) / float(total)


def times(w, _, points, words, __):
    return math.floor(points * float(w) + 0.5) // words


SHARES = {"times": times, "share_single": share_single, "share_mixed": share_mixed,
          "share_ketama": share_ketama, "share_left": share_left, "share_double": share_double}


def label_counts(row, weights, n):
    """How many labels each of n servers has on a ring."""
    points, words = int(row["points"]), int(row["words"])
    if weights is None:
        return [points // words] * n
    total = sum(weights)
    if not total:
        raise ServersError("the weights add up to 0")
    if row["fractions"] == "yes":  # in double, in effective order
        total = functools.reduce(operator.add, map(float, weights))
    share = SHARES[row["weights"]]
    return [math.floor(share(weight, total, points, words, n)) for weight in weights]
