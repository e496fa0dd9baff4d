#!/usr/bin/env python3
"""The file of scenarios, and the figures of calls made by hand."""

import pathlib
import tempfile
import unittest

from figures import Made, Marks, figures, markdown, of_lines
from scenarios import Script

HERE = pathlib.Path(__file__).resolve().parent
GOOD = "timeout 200\nclient a\nscenario s: it is so\nat 0 calls\nat 3 stop 1\nat 5 end\nmust slow_calls <= 3\n"


def script(text):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        return Script(file.name)


def marked(fault, mended):
    marks = Marks(200, 1)
    marks.begin, marks.fault, marks.mended = 0, fault, mended
    return marks


class Scenarios(unittest.TestCase):
    def test_the_file(self):
        told = Script(HERE / "scenarios.txt")
        self.assertEqual([one.name for one in told.scenarios], ["stopped", "killed", "late", "cut", "key", "trickle"])
        self.assertLessEqual(set(told.small), set(told.clients))
        self.assertEqual(told.scenarios[3].callers(), ["A", "B"])

    def test_what_is_refused(self):
        for line in ("must slow_calls < 3", "must slowness <= 3", "at 6 leaps", "at soon end", "show slowness",
                     "A reads OLD", "must slow_calls", "servers many", "A writes X within", "B calls", "at 6 stop 0",
                     "at 6 kill 2", "at 4 stop 1", "A writes X as up", "B cut", "fault 1 leak",
                     "fault 2 delay"):
            with self.assertRaisesRegex(SystemExit, ":8: ", msg=line):
                script(GOOD + line + "\n")
        for text in (GOOD.replace("at 5 end\n", ""), GOOD.replace("at 3 stop 1\n", "")):
            with self.assertRaisesRegex(SystemExit, "s: "):
                script(text)
        script(GOOD)

    def test_limits(self):
        one = script(GOOD + "always stale never\ngoal up_ms >= 5\nothers failed_calls >= 2\n").scenarios[0]
        kinds = {"always", "must", "goal", "others"}
        self.assertEqual(one.broken({"slow_calls": 3, "stale": None, "up_ms": 5, "failed_calls": 2}, kinds), [])
        self.assertEqual(one.broken({"slow_calls": 4, "stale": 0, "up_ms": 4.9, "failed_calls": 1}, kinds),
                         ["slow_calls <= 3", "stale never", "up_ms >= 5", "failed_calls >= 2"])
        self.assertEqual(one.broken({"slow_calls": None, "up_ms": None}, {"must", "goal"}),
                         ["slow_calls <= 3", "up_ms >= 5"])

    def test_figures(self):
        healthy = [Made(at, 100, "o") for at in range(0, 3000000, 1000)]
        slow = [Made(3000100 + n * 200500, 200400, "f") for n in range(3)]
        down = [(3601700, "UP -> DOWN UNREACHED"), (9000000, "PROBING -> UP")]
        after = [Made(at, 150, "n" if at % 4000 else "o") for at in range(3602000, 8500000, 1000)]
        found = figures(healthy + slow + after, down, marked(3000000, 8000000))
        self.assertEqual({name: found[name] for name in (
            "down_ms", "slow_calls", "fast_ms", "longest_ms", "until_down_calls", "up_ms", "p99_times", "rate_percent",
            "late_calls", "latest_ms")}, {
                "down_ms": 601.7, "slow_calls": 3, "fast_ms": 601.5, "longest_ms": 200.4, "until_down_calls": 3,
                "up_ms": 1000.0, "p99_times": 1.5, "rate_percent": 100.0, "late_calls": 3, "latest_ms": 0.4})

    def test_what_never_was(self):
        found = figures([Made(at, 100, "o") for at in range(0, 4000000, 1000)], [], marked(3000000, None))
        self.assertEqual([found[name] for name in ("down_ms", "up_ms", "until_down_calls", "latest_ms", "slow_calls")],
                         [None, None, None, None, 0])
        self.assertEqual(figures([], [], marked(3000000, 4000000))["slow_calls"], 0)

    def test_lines(self):
        self.assertEqual(of_lines([b"5 7 o", b"event 9 a:1 UP -> DOWN REFUSED", b"event 9"]),
                         ([Made(5, 7, "o")], [(9, "UP -> DOWN REFUSED"), (9, "")]))

    def test_table(self):
        one = script(GOOD + "show slow_calls down_ms longest_ms\ngoal longest_ms >= 2\n").scenarios[0]
        rows = (("polyring-c", "", 3, 601.44, None), ("polyring-php", "", 2, None, 8.1), ("polyring-php", "", 2, 7, 7.0),
                ("a", "1.2", 9, None, 0.1234))
        plays = [{"client": client, "scenario": "s", "version": version,
                  "figures": {"slow_calls": slow, "down_ms": down, "longest_ms": long}}
                 for client, version, slow, down, long in rows]
        self.assertEqual(markdown([one], plays), markdown([one], plays[3:] + plays[:3]))
        self.assertEqual(markdown([one], plays).splitlines()[2:], [
            "| it is so | slow calls | at most 3 | 2 to 3 | 9 |", "| | ms until DOWN | | 7 to 601 | |",
            "| | longest call, ms | at least 2 | 7 to never | 0.12 |"])


if __name__ == "__main__":
    unittest.main()
