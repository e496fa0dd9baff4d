"""The reference engine agrees with what real clients did with the keys of dead servers.

POLYRING_CLI: the program polyring, for its table. POLYRING_VECTORS: the folder of the vectors.
"""
import copy
import json
import os
import pathlib

import native
import pytest
import rows

FOLDER = pathlib.Path(os.environ["POLYRING_VECTORS"]) / "failover"
RECORDED = sorted(FOLDER.rglob("native-*.json"))
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
CLIENTS = {"libmemcached", "php-memcached", "php-memcache", "twemproxy", "spymemcached",
           "python-memcached", "pymemcache", "dalli"}


@pytest.fixture(scope="module", name="table")
def load_table():
    return rows.Table(os.environ["POLYRING_CLI"])


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def keys_of(vector):
    keys = vector["keys"]
    for n in range(keys["from"], keys["from"] + keys["count"]):
        yield keys["keys"].replace("{n}", str(n)).encode()


def placed(placer, keys):
    found = map(placer.index, keys)
    return "".join("-" if at is None else DIGITS[at] for at in found)


def disagreements(table, vector):
    keys, servers = list(keys_of(vector)), " ".join(vector["servers"])
    for name, dead, text in [("home", (), vector["home"]),
                             *((case["dead"], case["dead"], case["at"])
                               for case in vector["cases"])]:
        ours = placed(native.Native(table, vector["profile"], servers, dead, False), keys)
        if ours != text:
            yield f"{name}: {sum(a != b for a, b in zip(ours, text, strict=True))} keys"


def test_the_named_clients_were_recorded():
    assert CLIENTS <= {path.relative_to(FOLDER).parts[0] for path in RECORDED}
    for path in RECORDED:
        assert read(path)["source"]["kind"] == "observed"


def test_rows_that_know_were_seen(table):
    """No value of the column without a client that does so."""
    values = {table.row(read(path)["profile"])["next"] for path in RECORDED}
    assert values == set(table.choices["next"])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: str(path.relative_to(FOLDER)))
def test_recorded(table, path):
    assert not list(disagreements(table, read(path)))


@pytest.mark.parametrize("name", ("home", "at"))
def test_a_changed_vector_is_noticed(table, name):
    vector = copy.deepcopy(read(RECORDED[0]))
    place = vector if name == "home" else vector["cases"][1]
    place[name] = ("1" if place[name][0] == "0" else "0") + place[name][1:]
    assert len(list(disagreements(table, vector))) == 1


def test_another_column_is_noticed(table):
    """Each value of the column, taken for each other one, is wrong somewhere."""
    values = set(table.choices["next"])
    mistaken = {(own, other) for own in values for other in values - {own}}
    for path in RECORDED:
        vector = read(path)
        row, profile = table.row(vector["profile"]), vector["profile"]
        for other in values if row["layout"] != "rendezvous" else ():
            if (row["next"], other) in mistaken:
                vector["profile"] = f"{profile},next={other}"
                if any(disagreements(table, vector)):
                    mistaken.remove((row["next"], other))
    assert not mistaken
