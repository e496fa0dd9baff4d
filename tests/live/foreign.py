#!/usr/bin/env python3
"""A value of each type between Polyring and clients with flags of their own: what either reads of the other.

    foreign.py [--write] BUILD DOCUMENT DRIVER

DRIVER is the command of C's driver. The table of DOCUMENT, docs/values.md, must be what this run saw; --write puts it
there. Exits with 77 if a client is missing.
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
from fleet import on_tcp
from shell import value_of

CLIENTS = {"spymemcached": "spymemcached/ketama", "pylibmc": "pylibmc/ketama-weighted",
           "pymemcache": "pymemcache/unicode"}
VALUES = {  # by the checker's name of the type: its text there, and the value of a driver
    "null": ("", ["none"]), "bool": ("true", ["bool", True]), "int": ("42", ["int", "42"]),
    "float": ("1.5", ["float", "1.5"]), "text": ("h\u00e9", text("h\u00e9")), "bytes": ("plain", blob(b"plain")),
    "list": ('[1,"a"]', ["list", [["int", "1"], text("a")]]), "map": ('{"a":1}', ["map", [["a", ["int", "1"]]]])}
ROWS = {"null": "none", "bool": "true, false", "int": "integer"}
MARK = "tests/live/foreign.py"


def told(answer):
    """What an adapter has fetched, as a value of a driver; None: it failed, or says that there is nothing."""
    if not answer.startswith("typed "):
        return None
    kind, _, rest = answer.removeprefix("typed ").partition(" ")
    shown = unquote_to_bytes(rest)
    if kind in ("list", "map"):
        return value_of(json.loads(shown))
    simple = {"null": ["none"], "bool": ["bool", shown == b"true"], "bytes": blob(shown)}
    return simple.get(kind) or [kind, shown.decode()]


def verdict(got, value):
    if got is None:
        return "not read"
    if plain(got) == plain(value):
        return "equal"
    return "as none" if got == ["none"] else f"as {got[0]}"


def both_ways(client, driver, kind):
    """What the client reads of Polyring, and Polyring of the client."""
    word, value = VALUES[kind]
    ours, theirs = f"ours:{kind}", f"theirs:{kind}"
    driver.want({"outcome": "OK"}, "set", key=key(ours), value=value, ttl=0)
    of_ours = verdict(told(client.ask([f"fetch {quote(ours, safe='')}"])[0]), value)
    stored = client.ask([f"store {quote(theirs, safe='')} {kind} {quote(word, safe='')}"])[0] == "ok"
    answer = driver.ask("get", key=key(theirs)) if stored else None
    of_theirs = verdict(answer.get("value"), value) if stored else "not written"
    return of_ours, "refused" if of_theirs == "not read" else of_theirs


def table(servers, build, driver):
    words = [server.word for server in servers]
    cells = {kind: [] for kind in VALUES}
    for name in CLIENTS.values():
        client = Client(name, build)
        client.open(words)
        driver.open(" ".join(words), profile=client.profile, compress="none")
        for kind, cell in cells.items():
            cell += both_ways(client, driver, kind)
        client.end()
    head = ["value"]
    for name in CLIENTS:
        head += [f"{name} reads of Polyring", f"Polyring of {name}"]
    return tables.table(head, [[ROWS.get(kind, kind), *cell] for kind, cell in cells.items()])


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("build")
    parser.add_argument("document", type=pathlib.Path)
    parser.add_argument("driver")
    return parser.parse_args()


def main():
    words = arguments()
    with contextlib.ExitStack() as stack:
        servers = [on_tcp(f"127.98.7.{i}", 22020 + i) for i in range(1, 3)]
        for server in servers:
            stack.callback(server.stop)
        driver = Driver("c", words.driver)
        stack.callback(driver.process.kill)
        try:
            made = table(servers, words.build, driver)
        except Missing as why:
            print(f"SKIP {why}")
            sys.exit(77)
        if tables.hold(words.document, MARK, made, words.write):
            sys.exit(1)
    print(f"{', '.join(CLIENTS)}: as {words.document.name} says")


if __name__ == "__main__":
    main()
