"""The golden vectors, recorded from real clients: every file in the folder POLYRING_VECTORS.

    placement    each case's key is at its server, or refused; the digest over all numbered keys
    hash         each case's hash, as explain shows it
    untouched    the cases are those that were recorded
    folder       it is not empty
"""

import hashlib
import json
import os
import pathlib
from urllib.parse import unquote_to_bytes

import pytest

import polyring

FOLDER = pathlib.Path(os.environ["POLYRING_VECTORS"])
PLACEMENT = sorted((FOLDER / "placement").rglob("*.json"))
HASH = sorted((FOLDER / "hash").glob("*.json"))


def each(files):
    return pytest.mark.parametrize("file", files, ids=[str(f.relative_to(FOLDER)) for f in files])


def read(file, schema):
    vector = json.loads(file.read_text(encoding="ascii"))
    assert vector["schema"] == schema
    assert vector["cases"]
    return vector


def test_folder():
    assert PLACEMENT and HASH, f"no vectors in {FOLDER}"


@each(PLACEMENT + HASH)
def test_untouched(file):
    vector = json.loads(file.read_text(encoding="ascii"))
    cases = json.dumps(vector["cases"], sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(cases.encode()).hexdigest() == vector["cases_sha256"]


@each(PLACEMENT)
def test_placement(file):
    vector = read(file, "polyring-placement-1")
    ring = polyring.Ring(vector["servers"], vector["profile"])
    wrong = []
    for case in vector["cases"]:
        key = unquote_to_bytes(case["key"])
        if case.get("refused"):
            with pytest.raises(polyring.InvalidKeyError):
                ring.locate(key)
            continue
        try:
            placement = ring.explain(key)
        except polyring.InvalidKeyError:  # what a client places without being able to send it
            assert case.get("may_refuse"), case["id"]
            continue
        if case["at"] not in {ring.locate_indexes([key])[0], *placement.ties}:
            wrong.append((case["id"], case["at"], placement))
        assert ring.locate(key) is placement.server
    assert not wrong


@each(PLACEMENT)
def test_digest(file):
    vector = read(file, "polyring-placement-1")
    digest = vector["digest"]
    numbers = range(digest["from"], digest["from"] + digest["count"])
    ring = polyring.Ring(vector["servers"], vector["profile"])
    indexes = ring.locate_indexes([digest["keys"].format(n=n) for n in numbers])
    text = "".join(f"{index}\n" for index in indexes)
    assert hashlib.sha256(text.encode()).hexdigest() == digest["sha256"]


@each(HASH)
def test_hash(file):
    vector = read(file, "polyring-hash-1")
    sign = "yes" if vector["signed"] else "no"
    ring = polyring.Ring("10.0.0.1 10.0.0.2", f"libmemcached/modula,hash={vector['function']},"
                                              f"sign={sign},text={vector['text']}")
    for case in vector["cases"]:
        key = unquote_to_bytes(case["key"])
        if 0 < len(key) <= 250:
            assert ring.explain(key).hash == int(case["hash"]), case["id"]
