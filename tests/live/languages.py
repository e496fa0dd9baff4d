#!/usr/bin/env python3
"""One script told once, and run in every language against real servers.

    languages.py [--control] [--only PART] NAME=COMMAND...

COMMAND starts the driver of a language: it reads a request in JSON a line of standard input and answers with one line
of standard output (driver.c is the one of C). Its parts; values.py has the values:

    script    every call, with the answer that all languages must give
    failures  servers that are dead or hung, keys and values that may not be sent
    deadlines servers that are silent, slow or cannot be found: no call ends late
    replies   a server that answers what it should not (fake.py): never a wrong value, and the right failure

--control turns one expectation of each part around; each must then fail, and the program exits with 1.
"""

import argparse
import concurrent.futures
import contextlib
import os
import sys
import tempfile

from calls import script
from deadlines import NAME_SERVER, deadlines
from drivers import Driver, Wrong, compare
from failures import failures
from replies import replies
from fleet import Server, on_tcp


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--only", choices=["script", "failures", "deadlines", "replies"])
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    return parser.parse_args()


def main():
    words = arguments()
    wrongs = []

    def wanted(part):
        return words.only in (None, part)

    def reporter(part):
        def report(driver, function, *values_given):
            try:
                return function(*values_given)
            except (Wrong, OSError, KeyError, ValueError, TypeError, AttributeError) as wrong:
                wrongs.append(part)
                print(f"{part}: {driver.name}: {type(wrong).__name__}: {wrong}", file=sys.stderr)
                return None
        return report

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="polyring-live-"))
        path = os.path.join(folder, "socket")
        servers = [on_tcp("127.98.1.1", 21981), on_tcp("::1", 21982), Server("-s", path, word=f"unix:{path}")]
        hung = on_tcp("127.98.1.2", 21983)
        for server in (*servers, hung):
            stack.callback(server.stop)
        names = os.path.join(folder, "names")
        with open(names, "w", encoding="ascii") as file:
            file.write(f"nameserver {NAME_SERVER}\n")
        drivers = [Driver(*word.split("=", 1), names) for word in words.drivers]
        for driver in drivers:
            stack.callback(driver.process.kill)
            if wanted("script"):
                reporter("script")(driver, script, driver, servers, words.control)
        for driver in drivers:
            if wanted("failures"):
                reporter("failures")(driver, failures, driver, servers, hung, words.control)
        if wanted("deadlines"):
            with concurrent.futures.ThreadPoolExecutor() as pool:
                deadlines(pool, drivers, hung, reporter("deadlines"), words.control)
        if wanted("replies"):
            with concurrent.futures.ThreadPoolExecutor() as pool:
                runs = [pool.submit(reporter("replies"), d, replies, d, words.control) for d in drivers]
            print(f"replies: {sum(run.result() or 0 for run in runs)} cases")
        alike = reporter("messages")(drivers[-1], compare, drivers)
        print(f"failures: {alike or 0} told alike")
        if alike == 0 and len(drivers) > 1 and not words.only:
            wrongs.append("messages")
        for driver in drivers:
            reporter("end")(driver, driver.end)
    parts = [part for part in ("script", "failures", "deadlines", "replies", "messages", "end") if part in wrongs]
    if parts:
        print(f"failed: {', '.join(parts)}", file=sys.stderr)
        sys.exit(1)
    print(f"{', '.join(driver.name for driver in drivers)}: all as expected")


if __name__ == "__main__":
    main()
