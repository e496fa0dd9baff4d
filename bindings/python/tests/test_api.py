"""What the Python package offers. Every language has these scenarios, under these names:

    surface                     exactly the public names, and no trace of the generator
    construct_from_text         one text with blanks
    construct_from_list         a list; blanks inside an item are an error
    default_profile             ketama-weighted, also by its alias
    overrides                   a column overridden in the profile's name
    servers_and_profile         as spelled; the canonical name
    one_object_a_server         locate gives the same text object for the same server
    batch_agrees_with_single    locate_many, locate_indexes and locate
    refused_keys                empty and 251 bytes: an exception, nothing, -1; 250 bytes live
    text_is_utf8                a text and its UTF-8 bytes are one key, beyond the BMP too
    nul_in_key                  a NUL is a byte like any other
    not_unicode                 a lone surrogate is an error
    explain_agrees              explain gives the server of locate
    explain_fields              every field of a placement
    changed_rings               one server more, one less: new rings, the old one stays
    fingerprints_and_plans      what is the same in other words; what moves
    profiles_listed             the profiles that every release has
    error_tree                  the classes of exceptions
    errors_name_the_input       status, server, position and text of each
    limits                      65,535 servers work, 65,536 do not
    hostile_arguments           every bad call raises, none crashes
    not_constructed             an object without its constructor raises
    not_copied                  rings are not copied, not pickled, not changed
    threads_share_a_ring        eight threads, one ring
    does_not_leak               a thousand rounds of every call
"""

import copy
import ctypes
import gc
import inspect
import itertools
import mmap
import pickle
import re
import sys
import threading
from collections import UserList

import pytest

import every_call
import polyring

SERVERS = "10.0.0.1 10.0.0.2:11212 web=10.0.0.3:11211:2"
PLACES = ("10.0.0.1", "10.0.0.2:11212", "10.0.0.3:11211")
MODULA = "libmemcached/modula"
DEFAULT = "libmemcached/ketama-weighted"
KEYS = [f"k:{n}" for n in range(200)]


@pytest.fixture
def ring():
    return polyring.Ring(SERVERS, MODULA)


def public(thing):
    return {name for name in dir(thing) if not name.startswith("_")}


METHODS = {
    "locate": "(self, key, /)",
    "locate_many": "(self, keys, /)",
    "locate_indexes": "(self, keys, /)",
    "explain": "(self, key, /)",
    "fingerprint": "(self, /)",
    "plan": "(self, /, other, sample=0)",
    "with_server": "(self, server, /)",
    "without_server": "(self, server, /)",
    "profiles": "()",
}
TOPOLOGY_METHODS = {
    "parse": "(text, /)",
    "text": "(self, /)",
    "digest": "(self, /)",
    "ring": "(self, /)",
    "with_servers": "(self, servers, /)",
    "move_bucket": "(self, /, bucket, server)",
    "diff": "(self, other, /)",
}
CLIENT_METHODS = {
    "close": "(self, /)",
    "setting": "(self, name, /)",
    "get": "(self, /, key, default=None)",
    "get_and_touch": "(self, /, key, ttl, default=None)",
    "gets": "(self, key, /)",
    "item": "(self, /, key, vivify=None, recache=None)",
    "get_many": "(self, keys, /)",
    "set": "(self, /, key, value, ttl=0)",
    "add": "(self, /, key, value, ttl=0)",
    "replace": "(self, /, key, value, ttl=0)",
    "append": "(self, key, value, /)",
    "prepend": "(self, key, value, /)",
    "cas": "(self, /, key, value, cas, ttl=0)",
    "set_many": "(self, /, items, ttl=0)",
    "delete": "(self, key, /)",
    "delete_many": "(self, keys, /)",
    "invalidate": "(self, /, key, ttl)",
    "touch": "(self, /, key, ttl)",
    "touch_many": "(self, /, keys, ttl)",
    "incr": "(self, /, key, delta=1, initial=None, ttl=0)",
    "decr": "(self, /, key, delta=1, initial=None, ttl=0)",
    "set_counter": "(self, /, key, number, ttl=0)",
    "counter": "(self, /, key, default=None)",
    "flush_all": "(self, /, delay=0, server=None)",
    "stats": "(self, /, arguments='', server=None)",
    "version": "(self, /, server=None)",
    "dump": "(self, /, server=None)",
    "verbosity": "(self, /, level, server=None)",
    "ping": "(self, /, server=None)",
    "tick": "(self, budget, /)",
    "set_topology": "(self, topology, /)",
    "add_server": "(self, server, /)",
    "remove_server": "(self, server, /)",
    "topology": "(self, /)",
    "ring": "(self, /)",
    "statistics": "(self, /)",
    "events": "(self, /)",
}
HEALTH_METHODS = {
    "report": "(self, /, server, seen, now, detail=None)",
    "due": "(self, now, /)",
    "next_due": "(self, /)",
    "signs": "(self, server, /)",
    "route": "(self, /, key, now)",
    "log": "(self, /)",
}
EXCEPTIONS = {"PolyringError", "InvalidArgumentError", "InvalidKeyError", "InvalidServersError",
              "InvalidProfileError", "InvalidTopologyError", "InvalidValueError",
              "UnavailableError", "UnknownError", "ProtocolError", "ServerError", "MismatchError",
              "PartialError"}
RECORDS = {"Placement", "Plan", "PlannedServer", "Flow", "Change", "Item", "Statistics", "Event",
           "Outcome", "HealthState", "HealthWork", "Route", "RouteKind", "Seen", "VitalSigns"}


def check_class(kind, methods, attributes):
    assert public(kind) == set(methods) | attributes
    assert kind.__mro__ == (kind, object) and type(kind) is type and kind.__module__ == "polyring"
    for name, signature in methods.items():
        method = getattr(kind, name)
        assert str(inspect.signature(method)) == signature
        assert len(inspect.getdoc(method)) > 20


def test_surface():
    assert set(polyring.__all__) == EXCEPTIONS | RECORDS | {"Client", "Health", "Ring", "Topology"}
    assert public(polyring) == set(polyring.__all__)
    check_class(polyring.Ring, METHODS, {"servers", "profile"})
    check_class(polyring.Topology, TOPOLOGY_METHODS, {"servers", "profile", "epoch", "settings"})
    check_class(polyring.Client, CLIENT_METHODS, {"settings"})
    check_class(polyring.Health, HEALTH_METHODS, {"servers", "gutter", "profile"})
    assert str(inspect.signature(polyring.Ring)) == f"(servers, profile='{DEFAULT}')"
    assert str(inspect.signature(polyring.Topology)) == f"(servers, profile='{DEFAULT}', epoch=0)"
    assert re.fullmatch(r"\d+\.\d+\.\d+", polyring.__version__)


def test_surface_shows_no_generator(ring):
    def texts(thing):
        for name in dir(thing):
            member = getattr(thing, name)
            yield from (name, str(getattr(member, "__doc__", "")), repr(member))

    topology = polyring.Topology(SERVERS)
    shown = itertools.chain(*map(texts, (polyring, polyring.Ring, ring, polyring.Topology,
                                         topology, polyring.Client, polyring.Health,
                                         polyring._native)))
    assert not [text for text in shown if re.search("swig|this(own)?$|builtin_base", text, re.I)]
    for call in (lambda: polyring.Ring(), lambda: ring.locate(), lambda: ring.locate(3),
                 lambda: ring.plan(), lambda: ring.plan(3), lambda: polyring.Topology(),
                 lambda: topology.diff(ring), lambda: topology.move_bucket(1),
                 lambda: topology.move_bucket("x", "y"), lambda: polyring.Health(),
                 lambda: polyring.Health("a").report(0)):
        with pytest.raises(TypeError,
                           match=r"(Ring|Topology|Health|key|other|seen|server|bucket)\b") as error:
            call()
        assert not re.search("new_|_wrap|handle|document|watch", str(error.value))


def test_construct_from_text():
    for text in (SERVERS, SERVERS.encode(), bytearray(SERVERS.encode())):
        assert polyring.Ring(text, MODULA).servers == PLACES
    assert polyring.Ring(servers=f"  {SERVERS} ", profile=MODULA.encode()).servers == PLACES


def test_construct_from_list():
    words = SERVERS.split()
    for servers in (words, tuple(words), [w.encode() for w in words], UserList(words)):
        assert polyring.Ring(servers, MODULA).servers == PLACES
    with pytest.raises(polyring.InvalidServersError):
        polyring.Ring(["10.0.0.1 10.0.0.2"], MODULA)


def test_default_profile():
    assert polyring.Ring(SERVERS).profile == DEFAULT
    assert polyring.Ring(SERVERS, "ketama").profile == DEFAULT
    by_default = polyring.Ring(SERVERS).locate_many(KEYS)
    assert by_default == polyring.Ring(SERVERS, DEFAULT).locate_many(KEYS)
    assert by_default != polyring.Ring(SERVERS, MODULA).locate_many(KEYS)


def test_overrides(ring):
    other = polyring.Ring(SERVERS, f"{MODULA},hash=crc")
    assert other.profile == f"{MODULA},hash=crc"
    assert other.locate_many(KEYS) != ring.locate_many(KEYS)


def test_servers_and_profile(ring):
    assert ring.servers == PLACES and len(ring) == 3
    assert ring.profile == MODULA
    assert repr(ring) == f"<polyring.Ring {MODULA}: {' '.join(PLACES)} (3 servers)>"
    assert repr(polyring.Ring("a", MODULA)) == f"<polyring.Ring {MODULA}: a (1 server)>"
    assert "a b c ... (4 servers)" in repr(polyring.Ring("a b c d", MODULA))


def test_one_object_a_server(ring):
    for key in KEYS:
        assert any(ring.locate(key) is server for server in ring.servers)
    assert set(map(id, ring.locate_many(KEYS))) == set(map(id, ring.servers))


def test_batch_agrees_with_single(ring):
    servers = ring.locate_many(KEYS)
    assert servers == [ring.locate(key) for key in KEYS]
    assert [ring.servers[i] for i in ring.locate_indexes(KEYS)] == servers
    assert set(servers) == set(PLACES)
    assert ring.locate_many(tuple(KEYS)) == servers
    assert ring.locate_many([]) == [] and ring.locate_indexes([]) == []
    assert ring.locate_many(["x" * 250] * 500) == [ring.locate("x" * 250)] * 500


@pytest.mark.parametrize("key", ["", b"", b"k" * 251, "é" * 126])
def test_refused_keys(ring, key):
    for method in (ring.locate, ring.explain):
        with pytest.raises(polyring.InvalidKeyError) as error:
            method(key)
        assert error.value.status == "INVALID_KEY"
    assert ring.locate_many(["a", key, "b"]) == [ring.locate("a"), None, ring.locate("b")]
    assert ring.locate_indexes([key, "a"])[0] == -1
    assert ring.locate("k" * 250) in PLACES and ring.locate("é" * 125) in PLACES


def test_text_is_utf8(ring):
    texts = [f"{emoji}:{n}" for emoji in ("😀", "é", "日本", "𝔘") for n in range(50)]
    for text in texts:
        raw = text.encode()
        assert ring.locate(text) is ring.locate(raw)
        assert ring.explain(text).key == ring.explain(raw).sent_key == raw
        for key in (bytearray(raw), memoryview(raw)):
            assert ring.locate(key) is ring.locate(raw)
    assert ring.locate_indexes(texts) == ring.locate_indexes([t.encode() for t in texts])


def test_nul_in_key(ring):
    keys = [b"a\0" + str(n).encode() for n in range(50)]
    assert ring.explain(b"a\0b").hashed_text == b"a\0b"
    assert set(ring.locate_many(keys)) == set(PLACES)
    assert ring.locate_many(keys) == [ring.locate(key.decode()) for key in keys]


def test_not_unicode(ring):
    for call in (lambda: ring.locate("a\ud800"), lambda: ring.locate_many(["a", "\udfff"]),
                 lambda: polyring.Ring("a\ud800")):
        with pytest.raises(UnicodeEncodeError):
            call()


@pytest.mark.parametrize("profile", polyring.Ring.profiles())
def test_explain_agrees(profile):
    weight = ":1" if "weighted-rendezvous" in profile else ""  # it has no default for it
    ring = polyring.Ring([f"10.0.0.{i}:11211{weight}" for i in (1, 2, 3)], profile)
    keys = [str(i) for i in range(1000)]  # digits: some rows take nothing else
    for key, server in zip(keys, ring.locate_many(keys)):
        placement = ring.explain(key)
        assert placement.server is server is ring.servers[placement.index]
        assert not placement.ties or placement.index in placement.ties


def test_explain_fields():
    placement = polyring.Ring("10.0.0.1 10.0.0.2", DEFAULT).explain("k:1")
    assert isinstance(placement, polyring.Placement) and isinstance(placement, tuple)
    assert placement._fields == ("key", "sent_key", "hashed_text", "hash", "point", "label",
                                 "server", "index", "ties", "why")
    assert placement.key == placement.sent_key == placement.hashed_text == b"k:1"
    assert 0 <= placement.hash < 2**32 and 0 <= placement.point < 2**32
    assert placement.label.startswith(placement.server.encode() + b"-")
    assert placement.ties == () and len(placement.why) > 3
    alone = polyring.Ring("10.0.0.1", DEFAULT).explain("k:1")
    assert alone.hash is None and alone.point is None and alone.index == 0
    assert pickle.loads(pickle.dumps(placement)) == placement


def test_changed_rings(ring):
    more = ring.with_server("10.0.0.4:11211")
    assert more.servers == PLACES + ("10.0.0.4:11211",) and more.profile == MODULA
    assert ring.servers == PLACES and type(more) is polyring.Ring
    keys = [more.locate(key) for key in KEYS]
    assert keys == polyring.Ring(SERVERS + " 10.0.0.4:11211", MODULA).locate_many(KEYS)
    for less in (more.without_server(3), more.without_server(b"10.0.0.4:11211")):
        assert less.fingerprint() == ring.fingerprint() != more.fingerprint()
    del ring
    gc.collect()
    assert [more.locate(key) for key in KEYS] == keys
    twice = polyring.Ring("a a", MODULA)
    for server in ("a", "b", -1, 2, 2**70, -2**70):
        with pytest.raises(polyring.InvalidArgumentError) as error:
            twice.without_server(server)
        assert error.value.status == "INVALID_ARGUMENT"
    assert len(twice.without_server(True)) == 1


def test_fingerprints_and_plans(ring):
    assert re.fullmatch("pr1:[0-9a-f]{64}", ring.fingerprint())
    alias = [polyring.Ring("10.0.0.1:11211", name).fingerprint() for name in ("ketama", DEFAULT)]
    assert alias[0] == alias[1]
    plan = ring.plan(ring)
    assert plan == (0.0, True, 0, plan.servers, ()) and isinstance(plan, polyring.Plan)
    assert [s.server for s in plan.servers] == ["10.0.0.1", "10.0.0.2:11212", "web"]
    other = polyring.Ring(SERVERS + " 10.0.0.4", MODULA)
    plan = ring.plan(other, sample=1000)
    assert plan.exact and plan.moved == pytest.approx(sum(flow.share for flow in plan.flows))
    assert plan.servers[3] == ("10.0.0.4", None, 3, 0.0, pytest.approx(0.25))
    hashes = ring.plan(other=polyring.Ring(SERVERS, MODULA + ",hash=crc"), sample=1000)
    assert not hashes.exact and hashes.sample == 1000 and 0 < hashes.moved < 1
    assert pickle.loads(pickle.dumps(plan)) == plan
    for sample in (-1, 2**32, 2**80):
        with pytest.raises(polyring.InvalidArgumentError, match="4294967295"):
            ring.plan(ring, sample)


def test_profiles_listed():
    profiles = polyring.Ring.profiles()
    assert profiles[0] == DEFAULT and len(set(profiles)) == len(profiles) >= 10
    assert {MODULA, "libmemcached/ketama", "spymemcached/ketama", "dalli/ring",
            "pymemcache/hash-client", "python-memcached/default"} <= set(profiles)


def test_error_tree():
    assert polyring.PolyringError.__bases__ == (Exception,)
    assert polyring.InvalidArgumentError.__bases__ == (polyring.PolyringError, ValueError)
    for name in ("InvalidKeyError", "InvalidServersError", "InvalidProfileError",
                 "InvalidTopologyError", "InvalidValueError"):
        assert getattr(polyring, name).__bases__ == (polyring.InvalidArgumentError,)
    for name in ("UnavailableError", "UnknownError", "ProtocolError", "ServerError",
                 "MismatchError", "PartialError"):
        assert getattr(polyring, name).__bases__ == (polyring.PolyringError,)


def error_of(*arguments):
    with pytest.raises(polyring.PolyringError) as error:
        polyring.Ring(*arguments)
    return error.value


def test_errors_name_the_input(ring):
    error = error_of(SERVERS, "libmemcached/modulo")
    assert type(error) is polyring.InvalidProfileError and error.status == "INVALID_PROFILE"
    assert "libmemcached/modulo" in str(error) and MODULA in str(error)

    error = error_of("10.0.0.1 10.0.0.2:99999", MODULA)
    assert type(error) is polyring.InvalidServersError and error.status == "INVALID_SERVERS"
    assert error.server == "10.0.0.2:99999" and "10.0.0.2:99999" in str(error)
    assert isinstance(error.position, int)

    for nothing in ("", []):
        error = error_of(nothing, MODULA)
        assert type(error) is polyring.InvalidServersError and error.server is None

    with pytest.raises(polyring.InvalidKeyError) as caught:
        ring.locate("k" * 251)
    assert "251" in str(caught.value) and caught.value.server is None
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.status == "INVALID_KEY"


def test_limits():
    servers = [f"10.{n >> 8}.{n & 255}.1" for n in range(65535)]
    assert len(polyring.Ring(servers, MODULA)) == 65535
    error = error_of(servers + ["10.0.0.1"], MODULA)
    assert type(error) is polyring.InvalidArgumentError and error.status == "TOO_LARGE"
    with mmap.mmap(-1, 2**32) as huge:  # never touched, so it costs no memory
        with pytest.raises(polyring.InvalidArgumentError, match="4294967295") as caught:
            polyring.Ring("a b", MODULA).locate_many([huge])
        assert caught.value.status == "TOO_LARGE"


def test_hostile_arguments():
    for call in every_call.bad_calls(every_call.good_calls()):
        with pytest.raises(every_call.ERRORS) as error:
            call()
        assert str(error.value)
    with pytest.raises(TypeError, match=r"keys\[1\] must be str or bytes-like, not int"):
        every_call.good_calls().locate_many(["a", 5])


def test_not_constructed():
    empty = polyring.Ring.__new__(polyring.Ring)
    with pytest.raises(RuntimeError, match="__init__"):
        empty.locate("x")
    with pytest.raises(polyring.InvalidServersError):
        empty.__init__("")
    empty.__init__(SERVERS, MODULA)
    assert empty.locate("k:1") == polyring.Ring(SERVERS, MODULA).locate("k:1")


def test_not_copied(ring):
    class Derived(polyring.Ring):
        pass

    for one in (ring, Derived(SERVERS)):
        refused = [lambda one=one: copy.copy(one), lambda one=one: copy.deepcopy(one)]
        refused += [lambda one=one, p=p: pickle.dumps(one, p) for p in range(6)]
        refused += [lambda one=one: one.__init__(SERVERS)]
        for call in refused:
            with pytest.raises(TypeError):
                call()
    for name in ("servers", "profile", "locate", "other"):
        with pytest.raises(AttributeError):
            setattr(ring, name, 1)
    with pytest.raises(TypeError):
        polyring.Ring.locate = None
    assert ring == ring and ring != polyring.Ring(SERVERS, MODULA) and ring != 3


def test_threads_share_a_ring(ring):
    expected, found = ring.locate_many(KEYS), []

    def work():
        same = all(ring.locate_many(KEYS) == expected for _ in range(50))
        same &= all(ring.locate(k) is s for _ in range(20) for k, s in zip(KEYS, expected))
        found.append(same and [ring.explain(key).server for key in KEYS] == expected)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert found == [True] * 8


def memory_in_use():
    """Blocks of Python's allocator, bytes of the C library's (0 where another one is loaded)."""

    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"

    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

    gc.collect()  # what the other tests left
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = Info
    return sys.getallocatedblocks(), mallinfo().uordblks


def test_does_not_leak():
    for _ in range(20):
        every_call.once()
    blocks, size = memory_in_use()
    for _ in range(1000 if blocks else 50):
        every_call.once()
    more_blocks, more_size = memory_in_use()
    assert more_blocks - blocks < 500 and more_size - size < 16384
