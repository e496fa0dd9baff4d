#!/usr/bin/env python3
"""The runner of the benchmark and its verdicts, on figures that are made up."""
import re
import unittest

from contestants import Absent
from goals import ROWS, Measure, Row, located
from report import ROUNDS, as_object, result_of, shortfall, table
from run import measured, same_work

OURS, THEIRS = Measure("polyring", "ours"), Measure("libmemcached", "theirs")


def result(ours, theirs=None, **goal):
    row = Row("core", "one key", 10, "ns", OURS, THEIRS if theirs else None, **goal)
    return result_of(row, {OURS: ours, THEIRS: theirs or []})


class Verdicts(unittest.TestCase):
    def test_a_ratio_of_medians_that_meets_is_met(self):
        made = result([100, 100, 100, 100, 300], [140] * 5, at_least=1.3)
        self.assertEqual((made.verdict, made.ratio), ("met", 1.4))

    def test_one_round_that_meets_is_within_the_spread(self):
        self.assertEqual(result([100] * 5, [120, 120, 120, 120, 135], at_least=1.3).verdict,
                         "within the spread")

    def test_no_round_that_meets_is_missed(self):
        made = result([100] * 5, [120, 121, 122, 123, 129], at_least=1.3)
        self.assertEqual((made.verdict, as_object(made)["met"]), ("MISSED", False))

    def test_a_limit_without_anchor(self):
        self.assertEqual(result([2100] * 5, at_most=2100).verdict, "met")
        self.assertEqual(result([2101] * 5, at_most=2100).verdict, "MISSED")

    def test_growth_is_counted_upwards(self):
        self.assertEqual(result([210] * 5, [1] * 5, at_most=200).verdict, "MISSED")
        self.assertEqual(result([190] * 5, [1] * 5, at_most=200).verdict, "met")

    def test_too_few_rounds_give_no_verdict(self):
        made = result([100] * (ROUNDS - 1), [999] * (ROUNDS - 1), at_least=1.3)
        self.assertEqual((made.verdict, as_object(made)["met"]), ("too few rounds", None))

    def test_who_is_absent_is_named(self):
        self.assertEqual(result([100] * 5, "no such file", at_least=1.3).verdict,
                         "not measured: libmemcached: no such file")

    def test_every_row_can_be_printed(self):
        figures = {m: [5.0] * ROUNDS for row in ROWS for m in (row.subject, row.anchor) if m}
        lines = table([result_of(row, figures) for row in ROWS]).splitlines()
        self.assertEqual({len(re.findall(r"\|", line)) for line in lines}, {8})

    def test_what_is_compared_does_the_same_work(self):
        for row in ROWS:
            if row.anchor and row.at_least and not row.what.startswith("build, 100"):
                self.assertEqual(same_work(row.subject), same_work(row.anchor), row.name)

    def test_what_was_not_reached_is_listed(self):
        row = result([100] * 5, [120] * 5, at_least=1.3)
        self.assertIn("core: one key, 10 servers: 1.20 x", shortfall([row], []))
        self.assertEqual(shortfall([result([100] * 5, [140] * 5, at_least=1.3)], []), "")
        self.assertIn("instructions: 901 instead of <= 900",
                      shortfall([], [("instructions", 901, 900)]))


class Field:
    """Answers with the sum that a contestant was given; None: it is absent."""

    def __init__(self, **sums):
        self.sums = sums

    def ask(self, measure):
        if self.sums[measure.contestant] is None:
            raise Absent("not here")
        return 100.0, self.sums[measure.contestant]


class Rounds(unittest.TestCase):
    ROW = Row("core", "one key", 10, "ns", located("ours", "one", 10),
              located("theirs", "one", 10), at_least=1)

    def test_all_rounds_are_kept(self):
        figures = measured(Field(ours=5, theirs=5), [self.ROW], 3)
        self.assertEqual(figures[self.ROW.subject], [100.0] * 3)

    def test_keys_placed_differently_stop_the_run(self):
        with self.assertRaisesRegex(SystemExit, "does not place keys"):
            measured(Field(ours=5, theirs=6), [self.ROW], 1)

    def test_who_is_absent_leaves_a_reason(self):
        figures = measured(Field(ours=5, theirs=None), [self.ROW], 2)
        self.assertEqual(figures[self.ROW.anchor], "not here")


if __name__ == "__main__":
    unittest.main()
