#!/usr/bin/env python3
"""Values of each type and size, compressed or not: written by each language, read equal by all, as the document says.

    values.py [--control | --write] DOCUMENT NAME=COMMAND...

COMMAND starts the driver of a language as in languages.py; that of "shell" is the program `polyring` itself, that of
"php-memcached" a driver of the unmodified extension; without it all else is done, and the program exits with 77.
DOCUMENT is docs/values.md: its tables between the two marks must be what this run saw; --write puts them there. Larger
values with POLYRING_ALL.
--control expects one wrong value, which each reader must find, and the program exits with 1.
"""

import argparse
import contextlib
import os
import pathlib
import sys
import tempfile

import tables
import wire
from clients import has_php_memcached
from drivers import Driver, Wrong, blob, key, plain, short, text
from samples import as_php_reads, as_php_writes, as_strings, samples
from fleet import Server, on_tcp
from shell import Shell

PROFILE = "php-memcached/libketama-compatible"
THEIRS = "php-memcached"
PACKINGS = "none", "zlib", "zstd"
REFUSED = ["float", "nan"], ["float", "inf"], ["float", "-inf"], ["list", [blob(b"\xff")]], ["list", [["float", "nan"]]]


class Matrix:
    """Who wrote what, and what the others made of it."""

    def __init__(self, writers, servers):
        self.writers, self.servers = writers, servers
        self.samples = samples(large="POLYRING_ALL" in os.environ)
        self.wrongs = 0
        self.count = 0
        self.wire = {}    # (writer, packing) -> flags and body of each sample
        self.seen = {}    # (writer, packing, reader) -> what was read of each sample, None for a failure
        self.types = {}   # (writer, kind) -> the types that it writes and reads

    def keys(self, writer, packing):
        return [key(f"{writer.name}:{packing}:{i}") for i in range(len(self.samples))]

    def attempt(self, step, *arguments):
        try:
            return step(*arguments)
        except (Wrong, OSError, KeyError, ValueError, TypeError, AttributeError) as wrong:
            self.wrongs += 1
            print(f"{step.__name__}: {arguments[0].name}: {type(wrong).__name__}: {wrong}", file=sys.stderr)
            return None

    def open(self, driver, packing, serializer="json_array"):
        protocol = "text" if packing == "zlib" else "auto"  # values must not depend on it
        more = {"serializer": serializer} if driver.name == THEIRS else {"profile": PROFILE, "protocol": protocol}
        driver.open(" ".join(server.word for server in self.servers), compress=packing, **more)

    def refused(self, driver):
        self.open(driver, "none")
        for value in REFUSED:
            driver.fails("INVALID_VALUE", "set", key=key("refused"), value=value, ttl=0)

    def write(self, writer, packing):
        """All samples by one writer; what lies on the servers is what the document says."""
        self.open(writer, packing)
        keys = self.keys(writer, packing)
        answer = writer.ask("set_many", items=[[k, sample.value] for k, sample in zip(keys, self.samples)], ttl=0)
        if answer["failures"] or [said for _, said in answer["outcomes"]] != ["OK"] * len(keys):
            raise Wrong(f"set_many ({packing}): {short(answer['failures'])}")
        stored = wire.read([server.word for server in self.servers], keys)
        self.wire[writer.name, packing] = [stored[k] for k in keys]
        for k, sample in zip(keys, self.samples):
            if writer.name != THEIRS:
                wire.check(as_php_writes(sample.value) if writer.strings else sample.value, packing, *stored[k])

    def expected(self, writer, reader, packing):
        """What a reader must get of each sample: None for a failure."""
        values = [sample.value for sample in self.samples]
        if writer.strings:
            values = [as_php_writes(value) for value in values]
        if writer.name == THEIRS:
            values = [as_strings(value) for value in values]
        if reader.strings:
            values = [as_php_reads(value) for value in values]
        if reader.name == THEIRS:
            values = [None if flags & wire.ZSTD else value
                      for value, (flags, _) in zip(values, self.wire[writer.name, packing])]
        return values

    def read(self, reader, writer, packing, control=False):
        keys, expected = self.keys(writer, packing), self.expected(writer, reader, packing)
        if control:
            expected[0] = text("none")
        answer = reader.ask("get_many", keys=keys)
        found, failed = dict(answer["found"]), dict(answer["failures"])
        self.seen[writer.name, packing, reader.name] = [found.get(k) for k in keys]
        for i, (k, value) in enumerate(zip(keys, expected)):
            if (value is None) != (k in failed):
                raise Wrong(f"sample {i}, written by {writer.name} ({packing}): {short(failed.get(k, found.get(k)))}")
            if value is not None and (k not in found or plain(found[k]) != plain(value)):
                raise Wrong(f"sample {i}, written by {writer.name} ({packing}): {short(found.get(k))} is not "
                            f"{short(value)}")
        self.count += len(keys)

    def name_types(self, driver, name, *serializer):
        """What a language has for each kind: as it gives it, and as it gets it from what the first has written."""
        self.open(driver, "none", *serializer)
        for sample, k in zip(self.samples, self.keys(self.writers[0], "none")):
            told = driver.ask("types", key=k, value=sample.value)
            self.types.setdefault((name, sample.kind), set()).add((told["written"], told["read"]))

    def run(self, control):
        for driver in self.writers:
            if isinstance(driver, Driver) and driver.name != THEIRS:
                self.attempt(self.refused, driver)
        for packing in PACKINGS:
            for writer in self.writers:
                if packing != "zstd" or writer.name != THEIRS:  # which has it from 3.3 on
                    self.attempt(self.write, writer, packing)
            for reader in self.writers:
                for writer in self.writers:
                    if (writer.name, packing) in self.wire:
                        self.attempt(self.read, reader, writer, packing, control)
        for driver in self.writers:
            self.attempt(self.name_types, driver, driver.name)
            if driver.name == THEIRS:
                self.attempt(self.name_types, driver, tables.DEFAULT, "php")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("document", type=pathlib.Path)
    parser.add_argument("drivers", nargs="+", metavar="NAME=COMMAND")
    return parser.parse_args()


def started(word):
    name, _, command = word.partition("=")
    return Shell(name, command) if name == "shell" else Driver(name, command)


def main():
    words = arguments()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="polyring-live-"))
        path = os.path.join(folder, "socket")
        servers = [on_tcp("127.98.5.1", 22001), on_tcp("::1", 22002), Server("-s", path, word=f"unix:{path}"),
                   on_tcp("127.98.5.4", 22004), on_tcp("127.98.5.5", 22005)]
        for server in servers:
            stack.callback(server.stop)
        missing = [word for word in words.drivers if word.startswith(f"{THEIRS}=") and not has_php_memcached()]
        writers = [started(word) for word in words.drivers if word not in missing]
        for writer in writers:
            if isinstance(writer, Driver):
                stack.callback(writer.process.kill)
            writer.strings = writer.name in ("php", THEIRS)
        matrix = Matrix(writers, servers)
        matrix.run(words.control)
        for writer in writers:
            matrix.attempt(writer.end)
    print(f"values: {matrix.count:,} read equal, {len(matrix.samples)} samples by {len(writers)} writers and readers")
    if matrix.wrongs or tables.compare(words.document, matrix, words.write):
        sys.exit(1)
    if missing:
        print(f"SKIP {THEIRS} is not installed")
        sys.exit(77)


if __name__ == "__main__":
    main()
