#!/usr/bin/env python3
"""One script told once, and run in every language against real servers.

    languages.py [--control] [--only PART] NAME=COMMAND...

COMMAND starts the driver of a language: it reads a request in JSON a line of standard input and answers with one line
of standard output (driver.c is the one of C). Its parts:

    script    every call, with the answer that all languages must give
    values    each type of value and size, compressed or not: written by each language, read equal by all
    failures  servers that are dead or hung, keys and values that may not be sent
    deadlines servers that are silent, slow or cannot be found: no call ends late
    replies   a server that answers what it should not (fake.py): never a wrong value, and the right failure

--control turns one expectation of each part around; each must then fail, and the program exits with 1.
"""

import argparse
import concurrent.futures
import contextlib
import os
import struct
import sys
import tempfile

from calls import ALL_BYTES, script
from deadlines import NAME_SERVER, deadlines
from drivers import Driver, Wrong, blob, compare, key, plain, short, text
from failures import failures
from replies import replies
from servers import Server, on_tcp


# --- the values ---

def all_values():
    noise = b"".join(struct.pack(">Q", i * 0x9E3779B97F4A7C15 % 2**64) for i in range(640))
    values = [["none"], ["bool", True], ["bool", False]]
    values += [["int", str(n)] for n in (0, 1, -1, 9, 2**31 - 1, -2**31, 2**53 + 1, 2**63 - 1, -2**63)]
    values += [["float", n] for n in ("0.0", "-0.0", "1.0", "0.1", "1.5", "1e300", "-1e300", "5e-324", "1e16", "1e-05",
                                      "1.7976931348623157e308", "2.2250738585072014e-308", "123456789.125")]
    values += [text(t) for t in ("", "a", "17", "true", "null", "Z\u00fcrich \u4e16\u754c \U0001F600", "a\0b", "\r\nEND\r\n",
                                 "x" * 5000, "\u00e9\U0001F600" * 2000)]
    values += [blob(b) for b in (b"", b"\0", ALL_BYTES, b"\xff" * 5000, noise)]
    values.append(text(noise.hex()))
    scalars = [["none"], ["bool", True], ["int", str(2**63 - 1)], ["float", "-0.5"], text('a"\\\u4e16\0')]
    nested = ["list", [["map", [["a", ["list", scalars]], ["b c", ["map", [["d", ["none"]]]]], ["\u00e9", text("")]]]]]
    deep = ["int", "1"]
    for _ in range(60):
        deep = ["list", [deep]]
    values += [["list", []], ["list", scalars], nested, deep, ["map", [["x", ["int", "1"]], ["7", text("y")]]],
               ["list", [["int", str(i)] for i in range(3000)]],
               ["map", [[f"name {i}", ["float", f"{i}.5"]] for i in range(800)]]]
    return values


def write_values(driver, servers, compress):
    driver.open(" ".join(server.word for server in servers), compress=compress)
    keys = value_keys(driver.name, compress)
    driver.want({"outcomes": [[k, "OK"] for k in keys], "failures": []}, "set_many",
                items=[list(pair) for pair in zip(keys, all_values())], ttl=0)


def value_keys(name, compress):
    return [key(f"{name}:{compress}:{i}") for i in range(len(all_values()))]


def read_values(driver, writer, compress, expected):
    keys = value_keys(writer, compress)
    answer = driver.ask("get_many", keys=keys)
    found = {k: plain(value, driver.strings) for k, value in answer.get("found", [])}
    for i, (k, value) in enumerate(zip(keys, expected)):
        if found.get(k) != plain(value, driver.strings):
            raise Wrong(f"value {i}, written by {writer} ({compress}): {short(found.get(k))} is not {short(value)}")
    return len(keys)


def refused_values(driver, servers):
    driver.open(servers[0].word)
    for value in (["float", "nan"], ["float", "inf"], ["list", [blob(b"\xff")]]):
        driver.fails("INVALID_VALUE", "set", key=key("refused"), value=value, ttl=0)


def values(drivers, servers, control, report):
    expected = all_values()
    if control:
        expected[0] = text("none")
    for driver in drivers:
        report(driver, refused_values, driver, servers)
    count = 0
    for compress in ("none", "zlib", "zstd"):
        for writer in drivers:
            report(writer, write_values, writer, servers, compress)
        for writer in drivers:
            for reader in drivers:
                count += report(reader, read_values, reader, writer.name, compress, expected) or 0
    print(f"values: {count} values read equal")


# --- all of it ---


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--only", choices=["script", "values", "failures", "deadlines", "replies"])
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
        if wanted("values"):
            values(drivers, servers, words.control, reporter("values"))
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
    parts = [part for part in ("script", "values", "failures", "deadlines", "replies", "messages", "end") if part in wrongs]
    if parts:
        print(f"failed: {', '.join(parts)}", file=sys.stderr)
        sys.exit(1)
    print(f"{', '.join(driver.name for driver in drivers)}: all as expected")


if __name__ == "__main__":
    main()
