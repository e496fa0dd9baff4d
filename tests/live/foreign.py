#!/usr/bin/env python3
"""A value of each type between Polyring and clients with flags of their own: what either reads of the other.

    foreign.py [--write] BUILD DOCUMENT DRIVER

DRIVER is the command of C's driver. The table of DOCUMENT, docs/values.md, must be what this run saw; --write puts it
there. No value may be read as another one, but for an integer that comes as the float of the same number. Exits with 77
if a client is missing.
"""

import argparse
import contextlib
import json
import pathlib
import sys
from urllib.parse import quote, unquote_to_bytes

import tables
from clients import Client, Missing
from drivers import Driver, blob, key, plain, text
from servers import on_tcp

CLIENTS = {"spymemcached": "spymemcached/ketama", "pylibmc": "pylibmc/ketama-weighted", "pymemcache": "pymemcache/unicode"}
VALUES = {  # by the checker's name of the type: its text there, and the value of a driver
    "null": ("", ["none"]), "bool": ("true", ["bool", True]), "int": ("42", ["int", "42"]),
    "float": ("1.5", ["float", "1.5"]), "text": ("h\u00e9", text("h\u00e9")), "bytes": ("plain", blob(b"plain")),
    "list": ('[1,"a"]', ["list", [["int", "1"], text("a")]]), "map": ('{"a":1}', ["map", [["a", ["int", "1"]]]])}
MARK = "tests/live/foreign.py"


def told(answer):
    """What an adapter has fetched, as a value of a driver; None if it failed or says that there is nothing."""
    if not answer.startswith("typed "):
        return None
    kind, _, rest = answer.removeprefix("typed ").partition(" ")
    shown = unquote_to_bytes(rest)
    if kind == "bytes":
        return blob(shown)
    if kind in ("list", "map"):
        return next(value for _, value in VALUES.values() if value[0] == kind) if json.loads(shown) else None
    return {"null": ["none"], "bool": ["bool", shown == b"true"], "text": text(shown.decode())}.get(
        kind, [kind, shown.decode()])


def verdict(got, value, wrongs, where):
    if got is None:
        return "not read"
    if plain(got) == plain(value):
        return "equal"
    same_bytes = {got[0], value[0]} == {"text", "bytes"} and plain(got, strings=True) == plain(value, strings=True)
    if not same_bytes and (got[0], value[0]) != ("float", "int"):
        wrongs.append(f"{where}: {got} is not {value}")
    return f"as {got[0]}"
