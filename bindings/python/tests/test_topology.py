"""What polyring.Topology offers. Every language has these scenarios, under these names:

    topology_from_text_and_list the same topology; blanks inside an item are an error
    topology_parts              epoch, profile, servers, settings
    topology_text_is_unicode    characters, not percent-encoded, in settings
    topologies_are_values       equal by their canonical text
    topology_errors_name_the_place  class, status, position, line and column
    topology_limits             the last epoch, 8 MiB, 65,535 servers
    hostile_topologies          NULs, no UTF-8, wrong types
    topologies_not_copied       nor pickled, nor changed
    topology_lives_alone        rings and differences outlive it
    threads_share_a_topology    eight threads, one topology
"""

import copy
import gc
import json
import pickle
import threading

import pytest

import polyring

SERVERS = ["a=10.0.0.1:11211:2", "10.0.0.2", "c=unix:/run/c.sock"]
MODULA = "libmemcached/modula"
DOCUMENT = {"polyring": 1, "epoch": 7, "profile": MODULA, "servers": SERVERS,
            "settings": {"on_dead": "miß 😀", "replicas": -2, "sticky": True}}
TEXT = json.dumps(DOCUMENT, ensure_ascii=False)


@pytest.fixture
def topology():
    return polyring.Topology.parse(TEXT)


def refused(kind, status, call):
    with pytest.raises(kind) as error:
        call()
    assert type(error.value) is kind and error.value.status == status
    return error.value


def test_topology_from_text_and_list():
    topology = polyring.Topology(" ".join(SERVERS), MODULA, 7)
    words = [word.encode() for word in SERVERS]
    for servers in (SERVERS, tuple(SERVERS), words, "\n".join(SERVERS) + "\t", b" ".join(words)):
        assert polyring.Topology(servers=servers, profile=MODULA.encode(), epoch=7) == topology
    assert polyring.Topology("a") == polyring.Topology(["a"], "ketama", 0)
    for servers, position in ((["good", "a b"], 5), (["good", "a\tb"], 5), (["good", ""], 4)):
        error = refused(polyring.InvalidServersError, "INVALID_SERVERS",
                        lambda servers=servers: polyring.Topology(servers))
        ring = refused(polyring.InvalidServersError, "INVALID_SERVERS",
                       lambda servers=servers: polyring.Ring(servers))
        assert (str(error), error.position) == (str(ring), ring.position)
        assert error.position == position


def test_topology_parts(topology):
    assert (topology.epoch, topology.profile) == (7, MODULA)
    assert topology.servers == tuple(SERVERS)
    assert list(topology.settings.items()) == [
        ("on_dead", "miß 😀"), ("replicas", "-2"), ("sticky", "true")]
    assert json.loads(topology.text()) == DOCUMENT
    assert topology.with_servers("b").settings == topology.settings
    assert topology.with_servers("b").epoch == 8
    assert repr(topology) == f"<polyring.Topology {MODULA}, epoch 7, 3 servers>"
    assert repr(polyring.Topology("a")).endswith("epoch 0, 1 server>")


def test_topology_text_is_unicode(topology):
    for text in (TEXT.encode(), bytearray(TEXT.encode()), json.dumps(DOCUMENT)):
        assert polyring.Topology.parse(text) == topology
    assert "miß 😀" in topology.text()


def test_topologies_are_values(topology):
    again = polyring.Topology.parse(topology.text())
    assert again == topology and not again != topology and hash(again) == hash(topology)
    assert len({again, topology, again.with_servers("b")}) == 2
    assert topology != topology.with_servers(SERVERS) and topology != topology.text()
    assert topology != None and not topology == 3  # noqa: E711 - the operator is what is tested
    with pytest.raises(TypeError):
        topology < again
    assert again.digest() == topology.digest() != topology.with_servers(SERVERS).digest()


def test_topology_errors_name_the_place():
    error = refused(polyring.InvalidTopologyError, "INVALID_TOPOLOGY",
                    lambda: polyring.Topology.parse(TEXT.replace('"epoch"', '\n"epochs"')))
    assert str(error).startswith('line 2, column 1: "epochs"') and error.server is None
    assert error.position == TEXT.encode().index(b'"epoch"') + 1
    error = refused(polyring.InvalidServersError, "INVALID_SERVERS",
                    lambda: polyring.Topology.parse(TEXT.replace("10.0.0.2", "10.0.0.2:x")))
    assert error.server == "10.0.0.2:x" and error.position == TEXT.index('"10.0.0.2')
    refused(polyring.InvalidProfileError, "INVALID_PROFILE", lambda: polyring.Topology("a", "x"))
    assert pickle.loads(pickle.dumps(error)).position == error.position


def test_topology_limits(topology):
    last = polyring.Topology("a", epoch=2**53 - 1)
    assert last.epoch == 2**53 - 1
    for call in (lambda: last.with_servers("b"), lambda: polyring.Topology("a", epoch=2**53),
                 lambda: polyring.Topology("a", epoch=2**64), lambda: topology.move_bucket(0, "a"),
                 lambda: polyring.Topology("a", epoch=-1)):
        refused(polyring.InvalidArgumentError, "INVALID_ARGUMENT", call)
    assert polyring.Topology.parse(TEXT.ljust(2**23 - 4)) == topology  # 4 bytes above ASCII
    refused(polyring.InvalidArgumentError, "TOO_LARGE",
            lambda: polyring.Topology.parse(TEXT.ljust(2**23 - 3)))
    many = [f"10.{n >> 8}.{n & 255}.1" for n in range(65536)]
    assert len(polyring.Topology(many[:-1], MODULA).servers) == 65535
    refused(polyring.InvalidArgumentError, "TOO_LARGE", lambda: polyring.Topology(many, MODULA))


@pytest.mark.parametrize("text", [
    b"", b"\xff", b"\0", TEXT.encode() + b"\0", TEXT.replace("on_dead", "on\\u0000").encode(),
    TEXT.encode().replace(b"10.0.0.2", b"10.0\xff"), b"[" * 100000, b'{"a":' * 5000,
    TEXT.encode()[:-1], b"\xef\xbb\xbf" + TEXT.encode()])
def test_hostile_topologies(text):
    error = refused(polyring.InvalidTopologyError, "INVALID_TOPOLOGY",
                    lambda: polyring.Topology.parse(text))
    assert 0 <= error.position <= len(text) and str(error).isascii() and str(error).isprintable()


def test_hostile_topologies_of_wrong_types(topology):
    for call in (lambda: polyring.Topology.parse(None), lambda: polyring.Topology("a", epoch="1"),
                 lambda: polyring.Topology({"a"}), lambda: topology.diff(TEXT),
                 lambda: topology.move_bucket("0", "a"), lambda: topology.with_servers(None)):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(UnicodeEncodeError):
        polyring.Topology.parse('"\ud800"')


def test_topologies_not_copied(topology):
    refusals = [lambda: copy.copy(topology), lambda: copy.deepcopy(topology),
                lambda: pickle.dumps(topology), lambda: topology.__init__("a")]
    for call in refusals:
        with pytest.raises(TypeError):
            call()
    for name in ("servers", "epoch", "text", "other"):
        with pytest.raises(AttributeError):
            setattr(topology, name, 1)
    with pytest.raises(TypeError):
        polyring.Topology.text = None
    topology.settings["replicas"] = "3"
    assert topology.settings["replicas"] == "-2"
    empty = polyring.Topology.__new__(polyring.Topology)
    with pytest.raises(RuntimeError, match="__init__"):
        empty.text()
    empty.__init__("a")
    assert empty == polyring.Topology("a")


def test_topology_lives_alone(topology):
    ring, changes = topology.ring(), topology.diff(polyring.Topology("z", MODULA))
    del topology
    gc.collect()
    assert ring.locate("k:1") in ring.servers and ring.profile == MODULA
    assert changes[0] == ("epoch", None, "7", "0", None, None)
    assert isinstance(changes[0], polyring.Change)
    assert pickle.loads(pickle.dumps(changes)) == changes


def test_threads_share_a_topology(topology):
    expected, found = topology.text(), []

    def work():
        ring = topology.ring()
        found.append(all(
            topology.text() == expected and polyring.Topology.parse(expected) == topology
            and ring.plan(topology.ring(), 100).moved == 0
            and not topology.diff(topology) for _ in range(50)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 8
