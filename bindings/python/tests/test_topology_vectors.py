"""The golden topologies, vectors/topology: what is read and refused, and what follows from it.

    topologies    parts, canonical text, digest and fingerprint
    refusals      the status, and a part of the message
    differences   every change
    plans         shares, exact ones to the last digits but two
    edits         of topologies: other servers, a bucket that moves
    rings         one server more, one less
"""

import json
import os
import pathlib

import pytest

import polyring

FILE = pathlib.Path(os.environ["POLYRING_VECTORS"]) / "topology" / "topologies.json"
VECTORS = json.loads(FILE.read_text(encoding="ascii"))
INPUTS = {it["id"]: it["input"] for it in VECTORS["topologies"]}
CLASSES = {
    "INVALID_ARGUMENT": polyring.InvalidArgumentError,
    "INVALID_PROFILE": polyring.InvalidProfileError,
    "INVALID_SERVERS": polyring.InvalidServersError,
    "INVALID_TOPOLOGY": polyring.InvalidTopologyError,
}


def each(section):
    cases = VECTORS[section]
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


def parsed(name):
    return polyring.Topology.parse(INPUTS[name])


def refused(case, call):
    with pytest.raises(polyring.PolyringError) as error:
        call()
    assert type(error.value) is CLASSES[case["status"]] and error.value.status == case["status"]
    assert case["message"] in str(error.value)
    return error.value


def test_schema():
    assert VECTORS["schema"] == "polyring-topology-1"


@each("topologies")
def test_topologies(case):
    topology = polyring.Topology.parse(case["input"])
    assert topology.text() == case["canonical"] and topology.digest() == case["digest"]
    assert (topology.epoch, topology.profile) == (case["epoch"], case["profile"])
    assert topology.servers == tuple(case["servers"])
    assert list(topology.settings.items()) == list(case["settings"].items())
    again = polyring.Topology.parse(case["canonical"].encode())
    assert again == topology and hash(again) == hash(topology) and again.text() == topology.text()
    if not case["settings"]:
        for servers in (case["servers"], " ".join(case["servers"])):
            assert polyring.Topology(servers, case["profile"], case["epoch"]) == topology


@each("topologies")
def test_fingerprints(case):
    topology = polyring.Topology.parse(case["input"])
    if "ring" in case:
        refused({"status": case["ring"], "message": ""}, topology.ring)
        return
    assert topology.ring().fingerprint() == case["fingerprint"]
    assert polyring.Ring(case["servers"], case["profile"]).fingerprint() == case["fingerprint"]


@each("refusals")
def test_refusals(case):
    error = refused(case, lambda: polyring.Topology.parse(case["input"]))
    assert 0 <= error.position <= len(case["input"].encode()) and str(error).isascii()
    line = case["input"].encode()[:error.position].count(b"\n") + 1
    assert str(error).startswith(f"line {line}, column ")


@each("differences")
def test_differences(case):
    changes = parsed(case["from"]).diff(parsed(case["to"]))
    assert [change._asdict() for change in changes] == case["changes"]


@each("plans")
def test_plans(case):
    before, after = parsed(case["from"]).ring(), parsed(case["to"]).ring()
    plan = before.plan(after, sample=case["sample"])
    assert (plan.exact, plan.sample) == (case["exact"], case["sample"])
    assert plan.moved == pytest.approx(case["moved"], rel=1e-13, abs=case.get("tolerance", 1e-15))
    if not case["exact"]:
        return
    assert [server._asdict() for server in plan.servers] == [
        {**server, "before": pytest.approx(server["before"], rel=1e-13),
         "after": pytest.approx(server["after"], rel=1e-13)} for server in case["servers"]]
    assert [flow._asdict() for flow in plan.flows] == [
        {**flow, "share": pytest.approx(flow["share"], rel=1e-13)} for flow in case["flows"]]


def edited(case):
    if "bucket" in case:
        return parsed(case["from"]).move_bucket(case["bucket"], case["server"])
    return parsed(case["from"]).with_servers(case["servers"])


@each("edits")
def test_edits(case):
    topology = edited(case)
    assert topology.text() == case["canonical"] and topology.digest() == case["digest"]
    assert topology == polyring.Topology.parse(case["canonical"])


@each("refused_edits")
def test_refused_edits(case):
    refused(case, lambda: edited(case))


def changed(case):
    ring = parsed(case["from"]).ring()
    if "with_server" in case:
        return ring.with_server(case["with_server"])
    return ring.without_server(case["without_server"])


@each("rings")
def test_rings(case):
    ring = changed(case)
    assert list(ring.servers) == case["servers"] and ring.fingerprint() == case["fingerprint"]


@each("refused_rings")
def test_refused_rings(case):
    refused(case, lambda: changed(case))
