#!/usr/bin/env python3
"""The checker of histories, by histories made by hand: good ones, and bad ones of each kind."""

import unittest

from histories import NOT_DONE, OK, UNKNOWN, Op, check, tally


def make(*rows):
    """PROCESS VERB VALUE CALL END [OUTCOME [COUNT]], all of one key."""
    ops = []
    for row in rows:
        process, verb, value, call, end, *rest = row.split()
        outcome = rest[0] if rest else OK
        ops.append(Op(int(process), verb, "key", None if value == "-" else value, int(call), int(end), outcome,
                      int(rest[1]) if len(rest) > 1 else 0))
    return ops


class Histories(unittest.TestCase):
    def kinds(self, *rows):
        _, wrongs = check(make(*rows))
        return {kind: count for kind, count in tally(wrongs).items() if count}

    def test_good(self):
        for rows in (
                ["0 set a 1 2", "1 get a 3 4"],
                ["0 set a 1 9", "1 get a 3 4"],  # while it is written
                ["0 set a 1 2", "0 set b 3 9", "1 get a 4 5", "1 get b 6 7"],
                ["0 set a 1 5", "1 set b 2 6", "2 get a 7 8"],  # in either order
                ["0 set a 1 2", "0 delete - 3 4", "1 get - 5 6"],
                ["0 set a 1 2", "0 set b 3 6", "1 get a 5 7"],  # the set had not ended
                ["0 set a 1 2", "1 set b 3 4 UNKNOWN", "0 get a 5 6"],  # another process did not see it
                ["0 set a 1 2", "1 set b 3 4 UNKNOWN", "0 get a 5 6", "0 get b 7 8"],
                ["0 set a 1 2", "0 set b 3 4 NOT_DONE", "0 get - 5 6"],
                ["0 set a 1 2", "0 get b 3 4 NOT_DONE"],
                ["0 set a 1 2", "1 incr a 3 4 OK 1", "0 incr a 3 6 OK 2", "1 get a 7 8 OK 2"],
                ["0 set a 1 2", "1 incr a 3 4 UNKNOWN 0", "0 get a 5 6 OK 1"],
        ):
            self.assertEqual(self.kinds(*rows), {}, rows)

    def test_bad(self):
        for kind, rows in (
                ("invented", ["1 get a 3 4"]),
                ("invented", ["1 get a 3 4", "0 set a 5 6"]),
                ("invented", ["0 set a 1 2", "1 get a 3 4 OK 1"]),  # nobody counted
                ("invented", ["0 set a 1 2", "0 incr a 3 4 OK 2"]),  # one incr, done twice
                ("denied", ["0 set a 1 2 NOT_DONE", "1 get a 3 4"]),
                ("undone", ["0 set a 1 2 UNKNOWN", "0 get a 3 4"]),
                ("undone", ["0 set a 1 2 UNKNOWN", "0 set b 3 4", "0 get a 5 6"]),
                ("own", ["0 set a 1 2", "0 set b 3 4", "0 get a 5 6"]),
                ("own", ["1 set a 1 2", "0 delete - 3 4", "0 get a 5 6"]),
                ("undone", ["1 set a 1 2", "0 set b 3 4 NOT_DONE", "0 get a 5 6"]),
                ("undone", ["1 set a 1 2", "0 delete - 3 4 UNKNOWN", "0 get a 5 6"]),
                ("undone", ["1 set a 1 2", "0 incr - 3 4 UNKNOWN", "0 get a 5 6"]),
                ("undone", ["1 set a 1 2", "0 delete - 3 4 UNKNOWN", "0 delete - 5 6", "0 get a 7 8"]),
                ("own", ["1 set a 1 2", "0 incr a 3 4 OK 1", "0 get a 5 6 OK 0"]),
                ("others", ["0 set a 1 2", "1 set b 3 4", "0 get a 5 6"]),
                ("others", ["0 set a 1 2", "1 delete - 3 4", "0 get a 5 6"]),
                ("others", ["0 set a 1 2", "1 set b 3 9 ", "2 set c 4 5", "0 get a 6 7"]),
                ("others", ["0 set a 1 2", "1 incr a 3 4 OK 1", "0 get a 5 6 OK 0"]),
                ("late", ["0 set a 1 2 UNKNOWN", "1 set b 3 4", "1 get a 5 6"]),
        ):
            self.assertEqual(self.kinds(*rows), {kind: 1}, rows)

    def test_the_known_one(self):
        """Two writes old, as of a client that was cut off twice."""
        rows = ["0 set old 1 2", "0 set new 3 4", "1 set b2 5 6", "0 get new 7 8", "0 get b2 9 10",
                "1 set final 11 12", "0 get new 13 14"]
        self.assertEqual(self.kinds(*rows), {"others": 2})


if __name__ == "__main__":
    unittest.main()
