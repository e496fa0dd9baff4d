"""The reference engine agrees with every recorded vector, and a changed vector is noticed.

POLYRING_CLI: the program polyring, for its table. POLYRING_VECTORS: the folder of the vectors. Of
the files of placements every third is checked, of those of stand-ins every sixth; with
POLYRING_ALL=1 each.
"""
import copy
import json
import os
import pathlib

import annotate
import failover
import pytest
import rows
import stand_ins

VECTORS = pathlib.Path(os.environ["POLYRING_VECTORS"])
ALL = bool(os.environ.get("POLYRING_ALL"))
PLACEMENTS = sorted((VECTORS / "placement").rglob("*.json"))
FAILOVERS = sorted(path for path in (VECTORS / "failover").rglob("*.json")
                   if not path.name.startswith("native-"))
SOME_PLACEMENTS = PLACEMENTS[::1 if ALL else 3]
SOME_FAILOVERS = FAILOVERS[::1 if ALL else 6]
HASHES = sorted((VECTORS / "hash").glob("*.json"))


@pytest.fixture(scope="module", name="table")
def load_table():
    return rows.Table(os.environ["POLYRING_CLI"])


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def name_of(path):
    return str(path.relative_to(VECTORS))


def test_there_are_vectors():
    assert PLACEMENTS and HASHES and FAILOVERS


@pytest.mark.parametrize("path", SOME_PLACEMENTS, ids=map(name_of, SOME_PLACEMENTS))
def test_placements(table, path):
    assert not list(annotate.disagreements(table, read(path)))


@pytest.mark.parametrize("path", HASHES, ids=map(name_of, HASHES))
def test_hashes(path):
    assert not list(annotate.hash_disagreements(read(path)))


def change_at(vector):
    case = next(case for case in vector["cases"] if "at" in case)
    case["at"] = (case["at"] + 1) % len(vector["servers"])


def change_hash(vector):
    next(case for case in vector["cases"] if "hash" in case)["hash"] = "1"


def change_digest(vector):
    vector["digest"]["sha256"] = "0" * 64


def change_server(vector):
    vector["servers"][0] = "192.0.2.99:1"


def change_kills(vector):
    case = next(case for case in vector["cases"] if "at" in case)
    case["kills"] = ["provenance=own"]


@pytest.mark.parametrize("change, told", [(change_at, "not {"), (change_hash, "hash 1"),
                                          (change_digest, "digest"), (change_server, "digest"),
                                          (change_kills, "does not kill")])
def test_a_changed_placement_is_noticed(table, change, told):
    paths = [path for path in PLACEMENTS if path.stem == "4-equal" and "ring" in path.parts[-2]
             or path.stem == "4-equal" and "ketama" in path.parts[-2]]
    vector = copy.deepcopy(read(paths[0]))
    change(vector)
    vector["cases_sha256"] = annotate.seal(vector["cases"])
    assert told in "\n".join(annotate.disagreements(table, vector))


def test_an_edited_file_is_noticed(table):
    vector = read(PLACEMENTS[0])
    vector["cases"].pop()
    assert "cases_sha256: the cases were edited" in annotate.disagreements(table, vector)


def test_a_changed_hash_is_noticed():
    vector = read(HASHES[0])
    vector["cases"][0]["hash"] = "1"
    assert len(list(annotate.hash_disagreements(vector))) == 2


def test_annotating_changes_derived_fields_only(table):
    for path in SOME_PLACEMENTS:
        vector = read(path)
        again = annotate.annotated(table, vector)
        for case, other in zip(vector["cases"], again["cases"], strict=True):
            assert {k: v for k, v in case.items() if k not in annotate.DERIVED} == {
                k: v for k, v in other.items() if k not in annotate.DERIVED}
        assert json.loads(annotate.text_of(again)) == again


@pytest.mark.parametrize("path", SOME_FAILOVERS, ids=map(name_of, SOME_FAILOVERS))
def test_stand_ins(table, path):
    assert not list(stand_ins.disagreements(table, read(path)))


def test_every_row_has_stand_ins(table):
    """Of seven servers and of three."""
    counts = {(file["profile"], len(file["servers"])) for file in map(read, FAILOVERS)}
    assert {(row, count) for row in table.rows for count in (3, 7)} <= counts


def stand_ins_of(profile):
    files = [file for file in map(read, FAILOVERS) if file["profile"] == profile]
    return max(files, key=lambda file: len(file["servers"]))


def change_dead(vector):
    vector["cases"][0]["dead"] = [(vector["cases"][0]["home"] + 1) % len(vector["servers"])]


def change_home(vector):
    vector["cases"][0]["home"] += 1


def change_capped(vector):
    vector["digest"]["capped"] = vector["digest"]["uncapped"]


def change_uncapped(vector):
    vector["digest"]["uncapped"] = "0" * 64


@pytest.mark.parametrize("change, told", [
    (change_at, "not {"), (change_dead, "not {"), (change_home, "not {"), (change_server, "digest"),
    (change_capped, "digest.capped"), (change_uncapped, "digest.uncapped")])
def test_a_changed_stand_in_is_noticed(table, change, told):
    vector = stand_ins_of("libmemcached/ketama")
    change(vector)
    vector["cases_sha256"] = annotate.seal(vector["cases"])
    assert told in "\n".join(stand_ins.disagreements(table, vector))


@pytest.mark.parametrize("profile, step", [
    ("libmemcached/ketama", -1), ("libmemcached/ketama,search=floor", 1),
    ("libmemcached/ketama,points=4,search=ceil_or_last", -1)])
def test_a_wrong_direction_is_noticed(table, monkeypatch, profile, step):
    monkeypatch.setattr(failover, "step_of", lambda row: step)
    problems = list(stand_ins.disagreements(table, stand_ins_of(profile)))
    assert "digest.uncapped: not the engine's" in problems and len(problems) > 5
