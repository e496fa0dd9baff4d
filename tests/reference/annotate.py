#!/usr/bin/python3
"""Writes how each key comes to its server into recorded vector files: the derived fields "hash",
"point" and "label" of their cases, and the seal on the cases.

What the client said is never touched. If the engine says otherwise, nothing is written and the
exit code is 1.

    annotate.py --table build/bin/polyring vectors/placement
"""
import argparse
import functools
import hashlib
import json
import os
import pathlib
import sys
from urllib.parse import unquote_to_bytes

from engine import Ring
from hashes import hasher
from keys import KeyRefused, formed
from labels import ProfileError
from rows import Table

DERIVED = ("hash", "point", "label")


def seal(cases):
    text = json.dumps(cases, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def trace_of(ring, key):
    try:
        return ring.place(key)
    except KeyRefused:
        return None


def digest(ring, about):
    """The SHA-256 of the indexes of the numbered keys, None where a key is refused."""
    total = hashlib.sha256()
    for n in range(about["from"], about["from"] + about["count"]):
        try:
            total.update(b"%d\n" % ring.index(about["keys"].replace("{n}", str(n)).encode()))
        except KeyRefused:
            return None
    return total.hexdigest()


def case_disagreement(case, trace, mutants):
    """What the engine says otherwise than one case, or None."""
    if "withdrawn" in case:
        return None
    if "at" not in case or trace is None:
        same = "at" not in case and trace is None
        # A client may place a key that it could not send.
        unsent = trace is None and case.get("may_refuse")
        return None if same or unsent else f"{case.get('at', 'refused')}, not {trace}"
    if case["at"] not in [trace["index"], *trace["ties"]]:
        return f"at {case['at']}, not {trace}"
    for field in DERIVED:
        if field in case and case[field] != trace[field]:
            return f"{field} {case[field]}, not {trace[field]}"
    for change in case.get("kills", []):
        try:
            other = trace_of(mutants(change), unquote_to_bytes(case["key"]))
        except ProfileError as error:
            return f"kills {change}: {error}"
        if other and other["index"] == trace["index"]:
            return f"does not kill {change}"
    return None


def disagreements(table, vector):
    """What the engine says otherwise than a file of placements, one text each."""
    servers = " ".join(vector["servers"])
    ring = Ring(table, vector["profile"], servers)
    mutants = functools.cache(lambda change: Ring(table, f"{vector['profile']},{change}", servers))
    if vector["cases_sha256"] != seal(vector["cases"]):
        yield "cases_sha256: the cases were edited"
    for case in vector["cases"]:
        problem = case_disagreement(case, trace_of(ring, unquote_to_bytes(case["key"])), mutants)
        if problem:
            yield f"{case['id']}: key {case['key']}: {problem}"
    if digest(ring, vector["digest"]) != vector["digest"]["sha256"]:
        yield "digest: not the engine's"


def hash_disagreements(vector):
    """The same for a file of hashes."""
    row = {"sign": "yes" if vector["signed"] else "no", "byte_order": "little", "bits": "32",
           "seed": "", "text": vector["text"], "hash": vector["function"]}
    words = hasher(row, vector["function"])
    if vector["cases_sha256"] != seal(vector["cases"]):
        yield "cases_sha256: the cases were edited"
    for case in vector["cases"]:
        value = words(formed(row, unquote_to_bytes(case["key"])))[0]
        if str(value) != case["hash"]:
            yield f"{case['id']}: key {case['key']}: {case['hash']}, not {value}"


def annotated(table, vector):
    """The vector with the derived fields of its cases behind what was recorded."""
    ring, cases = Ring(table, vector["profile"], " ".join(vector["servers"])), []
    for case in vector["cases"]:
        trace = trace_of(ring, unquote_to_bytes(case["key"])) if "at" in case else None
        derived = {field: trace[field] for field in DERIVED if trace and trace[field]}
        first = {field: case[field] for field in ("id", "key", "at", "refused") if field in case}
        rest = {field: value for field, value in case.items() if field not in DERIVED}
        cases.append(first | derived | rest)
    return {**vector, "cases": cases, "cases_sha256": seal(cases)}


def text_of(vector):
    """As polyring-check writes it: a field a line, a case a line."""
    fields = []
    for name, value in vector.items():
        text = json.dumps(value)
        if name == "cases":
            text = "[\n    " + ",\n    ".join(json.dumps(case) for case in value) + "\n  ]"
        fields.append(f'  "{name}": {text}')
    return "{\n" + ",\n".join(fields) + "\n}\n"


def vector_files(paths):
    for path in map(pathlib.Path, paths):
        yield from sorted(path.rglob("*.json")) if path.is_dir() else [path]


def main():
    parser = argparse.ArgumentParser(description="Adds derived fields to recorded vectors.")
    parser.add_argument("--table", required=True, help="polyring, or its `profiles --json`")
    parser.add_argument("path", nargs="+", help="files of placements, or folders of them")
    options = parser.parse_args()
    table, bad, count = Table(options.table), 0, 0
    for path in vector_files(options.path):
        vector, count = json.loads(path.read_text(encoding="utf-8")), count + 1
        problems = list(disagreements(table, vector))
        for problem in problems:
            print(f"{path}: {problem}", file=sys.stderr)
        bad += bool(problems)
        if not problems:
            new = path.with_suffix(".new")
            new.write_text(text_of(annotated(table, vector)), encoding="ascii")
            os.replace(new, path)
    print(f"{count} files, {bad} of them not as the engine has it")
    return 1 if bad or not count else 0


if __name__ == "__main__":
    sys.exit(main())
