#!/usr/bin/env python3
"""The runner of the benchmark and its verdicts, on figures that are made up."""
import os
import re
import socket
import subprocess
import sys
import unittest

import contestants
from contestants import Absent, Contestant, pinned
from goals import ROWS, Measure, Row, asked, located
from report import ROUNDS, as_object, result_of, shortfall, table
from run import is_lost, measured, same_work
from servers import Servers

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

    def test_a_client_that_lost_something_stops_the_run(self):
        for job, whole in (("get", 100_000), ("gets", 100_000), ("get/64", 100_000),
                           ("set", 1_000), ("sets", 1_000)):
            subject = asked("ours", job, "cpu", "tcp/4", 20)
            row = Row("C client", job, 4, "us", subject)
            self.assertEqual(measured(Field(ours=whole), [row], 1)[subject], [100.0])
            with self.assertRaisesRegex(SystemExit, f"its sum is {whole - 1}"):
                measured(Field(ours=whole - 1), [row], 1)

    def test_only_clients_can_lose_something(self):
        self.assertFalse(is_lost(located("ours", "one", 10), 7))

    def test_who_is_absent_leaves_a_reason(self):
        figures = measured(Field(ours=5, theirs=None), [self.ROW], 2)
        self.assertEqual(figures[self.ROW.anchor], "not here")


class Clients(unittest.TestCase):
    def test_every_row_has_a_name_of_its_own(self):
        names = [row.name for row in ROWS]
        self.assertEqual(len(set(names)), len(names))

    def test_places_are_of_clients_only(self):
        self.assertEqual(asked("ours", "get", "cpu", "unix/4", 1).places, "unix/4")
        self.assertEqual(located("ours", "one", 10).places, "")

    def test_microseconds(self):
        row = Row("C client", "get", 1, "us", OURS, at_most=9)
        self.assertEqual(result_of(row, {OURS: [9000.0] * 5}).subject, [9.0] * 5)

    def test_servers_live_until_they_are_closed(self):
        servers = Servers()
        try:
            tcp, unix = servers.places("tcp/4").split(","), servers.places("unix/1").split(",")
            self.assertEqual((len(set(tcp)), len(unix)), (4, 1))
            host, port = tcp[3].split(":")
            with socket.create_connection((host, int(port))) as to:
                to.sendall(b"version\r\n")
                self.assertEqual(to.recv(7), b"VERSION")
            with socket.socket(socket.AF_UNIX) as to:
                to.connect(unix[0].removeprefix("unix:"))
        finally:
            servers.close()
        with self.assertRaises(OSError):
            socket.create_connection((host, int(port))).close()

    def test_a_contestant_is_pinned(self):
        told = "import os; print(sorted(os.sched_getaffinity(0)))"
        own = sorted(os.sched_getaffinity(0))
        for where, wanted in (("", own), ("same", own[:1])):
            said = subprocess.run([*pinned(where), sys.executable, "-c", told], check=True,
                                  capture_output=True, text=True).stdout
            self.assertEqual(said, f"{wanted}\n")

    def test_one_processor_is_too_few_to_be_apart(self):
        kept = contestants.os.sched_getaffinity
        contestants.os.sched_getaffinity = lambda _: {3}
        try:
            self.assertEqual(pinned("same")[-1], "3")
            with self.assertRaisesRegex(Absent, "one processor"):
                pinned("apart")
        finally:
            contestants.os.sched_getaffinity = kept

    def test_a_program_that_is_not_there_is_absent(self):
        with self.assertRaisesRegex(Absent, "no-such-program"):
            Contestant([*pinned("same"), "/no-such-program"], {})


if __name__ == "__main__":
    unittest.main()
