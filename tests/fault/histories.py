"""What a history of operations shows: which reads broke a promise.

A history is a list of Op, in any order, of one clock. Values are unique: each is written by one set. What a read may
return is judged for each key on its own:

    invented   a value that no set of this key had begun to write before the read ended, or a count that so many
               incrs cannot have made (P1)
    denied     a value of a set that ended as "not done" (P2)
    undone     a value of a set that the reader itself saw fail before, or one that was there before a change that the
               reader itself saw fail (P5: what failed is undone before the server is read again)
    own        a value older than the newest change that was acknowledged to the reader itself before the read
    others     a value older than the newest change that was acknowledged to another process before the read
    late       as others, but its set ended without a verdict: it may have been done later. Allowed until the server
               is cleaned, so it is counted only

Older is what had ended before the other began: what overlaps may have happened in either order. A miss is never
wrong, and a read that failed says nothing. The value of a counter is the one of its set with the number of incrs
since; of two reads of one such value the later one may not have the smaller number.
"""

import bisect
import collections
from typing import NamedTuple, Optional

OK, NOT_DONE, UNKNOWN = "OK", "NOT_DONE", "UNKNOWN"
KINDS = "invented", "denied", "undone", "own", "others", "late"


class Op(NamedTuple):
    process: int
    verb: str  # get set delete incr
    key: str
    value: Optional[str]  # of a set; what a get or an incr returned, None is a miss
    call: int
    end: int
    outcome: str  # OK (misses too), NOT_DONE, UNKNOWN
    count: int = 0  # incrs on top of the value, of what a get or an incr returned


class Wrong(NamedTuple):
    kind: str
    read: Op
    write: Optional[Op]
    newer: Optional[Op]

    def __str__(self):
        def told(op):
            return op and f"{op.verb} {op.value} by {op.process} [{op.call}..{op.end}] {op.outcome} {op.count}"
        return f"{self.kind}: {self.read.key}: {told(self.read)}; written: {told(self.write)}; newer: {told(self.newer)}"


class Newest:
    """Of operations, the one with the most of something among those that had ended at a time."""

    def __init__(self, ops, most=lambda op: op.call):
        self.ends, self.best = [], []
        for op in sorted(ops, key=lambda op: op.end):
            self.ends.append(op.end)
            self.best.append(max(self.best[-1:] + [op], key=most))

    def before(self, time):
        at = bisect.bisect_left(self.ends, time)
        return self.best[at - 1] if at else None


def replaces(op):
    """An incr that failed is to be undone with its item; one that was done replaces nothing."""
    return op.verb in ("set", "delete") or op.verb == "incr" and op.outcome != OK


def counts(key_ops, sets, wrongs):
    """Of counters: the numbers of each value."""
    incrs = sorted(op.call for op in key_ops if op.verb == "incr")
    seen = collections.defaultdict(list)
    for op in key_ops:
        if op.verb in ("get", "incr") and op.outcome == OK and op.value in sets:
            if op.count > bisect.bisect_left(incrs, op.end):
                wrongs.append(Wrong("invented", op, sets[op.value], None))
            seen[op.value].append(op)
    for value, ops in seen.items():
        newest = Newest(ops, lambda op: op.count)
        for op in ops:
            most = newest.before(op.call)
            if most and op.count < most.count:
                wrongs.append(Wrong("own" if most.process == op.process else "others", op, sets[value], most))


def judge(op, sets, newest, own, failed):
    write = sets.get(op.value)
    if write is None or write.call >= op.end:
        return Wrong("invented", op, write, None)
    if write.outcome == NOT_DONE:
        return Wrong("denied", op, write, None)
    mine = write.process == op.process
    if mine and write.outcome == UNKNOWN and write.end <= op.call:
        return Wrong("undone", op, write, None)
    doubtful = write.outcome == UNKNOWN
    for kind, changes in (("undone", failed), ("own", own), ("others", newest)):
        newer = changes and changes.before(op.call)
        if newer and write.end < newer.call:
            return Wrong("late" if doubtful and not mine else kind, op, write, newer)
    return None


def by_process(changes):
    found = collections.defaultdict(list)
    for op in changes:
        found[op.process].append(op)
    return {process: Newest(of) for process, of in found.items()}


def check(history):
    """The reads that were judged, and a list of Wrong."""
    wrongs, reads = [], 0
    by_key = collections.defaultdict(list)
    for op in history:
        by_key[op.key].append(op)
    for ops in by_key.values():
        sets = {op.value: op for op in ops if op.verb == "set"}
        changes = [op for op in ops if replaces(op)]
        newest = Newest(op for op in changes if op.outcome == OK)
        own, failed = (by_process(op for op in changes if (op.outcome == OK) == good) for good in (True, False))
        for op in ops:
            if op.verb in ("get", "incr") and op.outcome == OK and op.value is not None:
                reads += 1
                wrong = judge(op, sets, newest, own.get(op.process), failed.get(op.process))
                if wrong:
                    wrongs.append(wrong)
        if any(op.count or op.verb == "incr" for op in ops):
            counts(ops, sets, wrongs)
    return reads, wrongs


def tally(wrongs):
    found = collections.Counter(wrong.kind for wrong in wrongs)
    return {kind: found[kind] for kind in KINDS}
