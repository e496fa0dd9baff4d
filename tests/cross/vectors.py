#!/usr/bin/env python3
"""Flattens the golden vectors of hashes and placements into the lines that judge.c reads.

usage: vectors.py VECTORS OUT [DIGESTS]

DIGESTS: of how many files a profile the digest is taken too, the longest lists first (all).
"""
import json
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import quote

HASH_ROW = ("libmemcached/modula,one_server=hashed,hash={function},sign={sign},text={text},"
            "byte_order={byte_order}")


def encoded(text):
    return quote(text, safe="-._~/,={}:!")


def line(*words):
    words = [str(word) for word in words]
    if not all(words) or any(c.isspace() for word in words for c in word):
        raise ValueError(f"these are no words: {words}")
    return " ".join(words) + "\n"


def ring_line(name, profile, servers):
    return line("ring", encoded(name), encoded(profile), *servers)


def case_line(case):
    """A case of a file of placements; of a file of hashes, whose ring has one server."""
    derived = (case.get(field, "*") for field in ("hash", "point", "label"))
    if case.get("refused"):
        return line("at", case["key"], "refused", *derived)
    return line("may" if case.get("may_refuse") else "at", case["key"], case.get("at", 0), *derived)


def case_lines(vector):
    return [case_line(case) for case in vector["cases"] if "withdrawn" not in case]


def hash_lines(vector, name):
    row = HASH_ROW.format(function=vector["function"], sign="yes" if vector["signed"] else "no",
                          text=vector["text"], byte_order=vector.get("byte_order", "little"))
    return [ring_line(name, row, ["a"]), *case_lines(vector)]


def digest_line(digest):
    prefix, middle, rest = digest["keys"].partition("{n}")
    if not middle or rest:
        raise ValueError(f"the keys of a digest end with their number: {digest['keys']}")
    return line("digest", encoded(prefix) or "-", digest["from"], digest["count"], digest["sha256"])


def placement_lines(vector, name, with_digest):
    yield ring_line(name, vector["profile"], vector["servers"])
    yield from case_lines(vector)
    if with_digest:
        yield digest_line(vector["digest"])


def read(folder, kind):
    """{name: vector} of the files of a kind."""
    return {str(path.relative_to(folder)): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((folder / kind).rglob("*.json"))}


def all_lines(folder, digests):
    for name, vector in read(folder, "hash").items():
        yield from hash_lines(vector, name)
    placements, taken = read(folder, "placement").items(), Counter()
    for name, vector in sorted(placements, key=lambda file: -len(file[1]["servers"])):
        taken[vector["profile"]] += 1
        yield from placement_lines(vector, name, taken[vector["profile"]] <= digests)


def main():
    folder, out = map(Path, sys.argv[1:3])
    digests = int(sys.argv[3]) if len(sys.argv) > 3 else sys.maxsize
    out.write_text("".join(all_lines(folder, digests)), encoding="ascii")


if __name__ == "__main__":
    main()
