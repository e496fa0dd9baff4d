"""Every call there is, the good and the bad, for the checks of memory.

Run with a number of rounds; imported, it is one round a call of `once`.
"""

import datetime
import sys

import polyring

SERVERS = ["10.0.0.1", "web=10.0.0.2:11212:3", b"10.0.0.3", bytearray(b"unix:/run/memcached.sock")]
PROFILE = "libmemcached/modula"
TOO_LONG = b"k" * 251
ERRORS = (TypeError, ValueError, LookupError, RuntimeError, BufferError, polyring.PolyringError)


class Failing:
    """A sequence whose second item cannot be had."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index:
            raise LookupError("no second item")
        return "a"


class Shrinking(list):
    """A list that is shorter whenever somebody iterates over it."""

    def __iter__(self):
        self.pop()
        return super().__iter__()


def bad_constructions():
    ring = polyring.Ring
    yield lambda: ring()
    yield lambda: ring("a b", PROFILE, 3)
    yield lambda: ring(hosts="a")
    for servers in (None, 3, 2**80, {"a"}, {"a": 1}, (s for s in "ab"), [1], ["a", None],
                    [["a"]], Failing(), memoryview(b"abcd")[::2], "\ud800", ["\ud800"],
                    "", " ", [], [""], ["a b"], "a\0b", ["a", "b\0"], "10.0.0.1:99999",
                    "10.0.0.1 10.0.0.2:x"):
        yield lambda servers=servers: ring(servers, PROFILE)
    for profile in (None, 3, 2**80, [PROFILE], "\ud800", "nobody", PROFILE + "\0",
                    PROFILE + ",hash=none", PROFILE + ",nothing=1", b"\xff\xfe"):
        yield lambda profile=profile: ring("a b", profile)


def bad_keys(ring):
    yield ring.locate
    yield lambda: ring.locate("a", "b")
    yield lambda: ring.locate(key="a")
    for method in (ring.locate, ring.explain):
        for key in (None, 3, 2**80, 1.5, ["a"], object(), "\ud800", memoryview(b"abcd")[::2],
                    "", b"", TOO_LONG, "é" * 126):
            yield lambda method=method, key=key: method(key)
    for method in (ring.locate_many, ring.locate_indexes):
        for keys in (None, 3, "abc", b"abc", bytearray(b"abc"), {"a"}, {"a": 1}, iter("abc"),
                     (k for k in "abc"), [1], ["a", None], ["a", "\ud800"], range(3), Failing(),
                     [memoryview(b"abcd")[::2]]):
            yield lambda method=method, keys=keys: method(keys)


def bad_edits(ring, topology):
    yield ring.plan
    yield lambda: ring.plan(ring, 1, 2)
    yield lambda: ring.plan(ring, keys=3)
    for kind, call in ((polyring.Ring, ring.plan), (polyring.Topology, topology.diff)):
        for other in (None, 3, "a", kind, kind.__new__(kind), object()):
            yield lambda call=call, other=other: call(other)
    yield lambda: ring.plan(topology)
    yield lambda: topology.diff(ring)
    for sample in (None, "3", 1.5, -1, 2**32, 2**80):
        yield lambda sample=sample: ring.plan(ring, sample)
    for server in (None, 1.5, [], "\ud800", memoryview(b"abcd")[::2], "a\0b", -1, 4, 2**80):
        yield lambda server=server: ring.without_server(server)
    for server in (None, 3, ["a"], "", "a b", "a\0", "\ud800", b"\xff", "a:x"):
        yield lambda server=server: ring.with_server(server)
    for servers in (None, 3, [3], "", [], ["a", "b c"], ["a", ""], "a\0b", "n=a n=b", Failing()):
        yield lambda servers=servers: polyring.Topology(servers)
        yield lambda servers=servers: topology.with_servers(servers)
    for epoch in (None, "3", 1.5, -1, 2**53, 2**80, -2**80):
        yield lambda epoch=epoch: polyring.Topology("a", epoch=epoch)
    for profile in (None, 3, "nobody", b"ketama,label=\xff", "\ud800"):
        yield lambda profile=profile: polyring.Topology("a", profile)
    for text in (None, 3, ["{}"], "", "{}", "\ud800", b"\xff", "{\0}", memoryview(b"{  }")[::2],
                 b'{"polyring":1,"profile":"ketama","servers":["\xff"]}', "[" * 10000):
        yield lambda text=text: polyring.Topology.parse(text)
    for bucket, server in ((None, "x"), (-1, "x"), (2**80, "x"), (8, "x"), (1, "z"), (1, "x\0"),
                           (1, None), (1, "\ud800"), ("1", "x"), (1.0, "x")):
        yield lambda bucket=bucket, server=server: topology.move_bucket(bucket, server)
    yield topology.move_bucket


def bad_topologies():
    empty = polyring.Topology.__new__(polyring.Topology)
    for name in ("profile", "epoch", "servers", "settings"):
        yield lambda name=name: getattr(empty, name)
    for name in ("text", "digest", "ring"):
        yield getattr(empty, name)
    yield lambda: empty.diff(empty)
    yield lambda: empty == empty
    yield lambda: hash(empty)
    yield lambda: polyring.Topology("a").__init__("a")
    yield lambda: polyring.Topology.text(3)
    yield lambda: polyring.Topology("a") < polyring.Topology("a")


def bad_objects(ring):
    empty = polyring.Ring.__new__(polyring.Ring)
    yield lambda: empty.locate("a")
    yield lambda: empty.locate_many(["a"])
    yield lambda: empty.locate_indexes(["a"])
    yield lambda: empty.explain("a")
    yield lambda: empty.servers
    yield lambda: empty.profile
    yield lambda: len(empty)
    yield lambda: ring.__init__(SERVERS, PROFILE)
    yield lambda: polyring.Ring.locate(3, "a")
    yield lambda: polyring.Ring.locate(None, "a")
    yield lambda: polyring.Ring.servers.__get__(3)
    yield lambda: int(ring)
    yield lambda: ring < ring


def bad_clients():
    """Calls that fail before anything is sent: nobody listens."""
    kind = polyring.Client
    for servers in (None, 3, [3], [""], ["a b"], "\ud800", ["\ud800"], "a:x", "memcached://", "{",
                    kind, Failing(), memoryview(b"abcd")[::2]):
        yield lambda servers=servers: kind(servers)
    for settings in ({"nothing": 1}, {"timeout": []}, {"timeout": -1}, {"timeout": float("nan")},
                     {"max_value": 1.5}, {"dialect": "&"}, {"profile": "nobody"},
                     {"topology": "\ud800"}, {"topology": "/nowhere/at all"}):
        yield lambda settings=settings: kind("127.0.0.1:9", **settings)
    yield lambda: kind("a", "b")
    yield lambda: kind("a", servers="b")
    client = kind("127.0.0.1:9", timeout=5)
    for key in (None, 3, "", TOO_LONG, "\ud800", memoryview(b"abcd")[::2]):
        for call in (client.get, client.gets, client.item, client.delete, client.counter):
            yield lambda call=call, key=key: call(key)
        yield lambda key=key: client.set(key, 1)
        yield lambda key=key: client.set_many({"a": [1], key: 2})
    loop = []
    loop.append([loop])
    for value in (object(), {1}, 1j, 2**63, [2**63], [1, object()], {1: 2}, {"a": {"b": 1j}}, loop,
                  "\ud800", ["\ud800"], {"\ud800": 1}, memoryview(b"abcd")[::2]):
        yield lambda value=value: client.set("k", value)
        yield lambda value=value: client.set_many({"a": bytearray(b"a"), "b": [1], "c": value})
    for call in (client.get_many, client.delete_many, lambda k: client.touch_many(k, 1)):
        for keys in (None, 3, "abc", b"abc", [1], ["a", None], ["\ud800"], Failing()):
            yield lambda call=call, keys=keys: call(keys)
    for ttl in (None, "3", 1.5, []):
        yield lambda ttl=ttl: client.set("k", [1], ttl)
    for arguments in ((), ("a", 1, 2), ("a", None)):
        yield lambda arguments=arguments: client.incr(*arguments[:1], *arguments[1:], ttl="x")
    yield lambda: client.get("a", 1, 2)
    yield lambda: client.get("a", key="a")
    yield lambda: client.get("a", other=1)
    yield lambda: client.touch("a")
    yield lambda: client.cas("a", 1, -1)
    yield lambda: client.set_topology(3)
    yield lambda: client.add_server("")
    yield lambda: client.remove_server("nobody")
    yield lambda: client.flush_all(server="")
    for budget in (None, "1", -1, float("nan"), 86401, datetime.timedelta.max):
        yield lambda budget=budget: client.tick(budget)
    client.tick(0)
    yield lambda: kind.__new__(kind).get("a")
    yield lambda: client.__init__("a")
    client.topology(), client.ring(), client.statistics(), client.events(), client.settings
    repr(client), client.close(), repr(client)
    yield lambda: client.get("a")


def bad_healths():
    kind, seen = polyring.Health, polyring.Seen
    yield lambda: kind()
    yield lambda: kind("a", "ketama", 3)
    yield lambda: kind("a", servers="b")
    for servers in (None, 3, "", [3], ["\ud800"], Failing(), memoryview(b"abcd")[::2]):
        yield lambda servers=servers: kind(servers)
        if servers is not None and servers != "":
            yield lambda servers=servers: kind("a", gutter=servers)
    for name, values in {"seed": (1.5, "1", 2**63), "on_dead": (1, "nobody", "gutter", "\ud800"),
                         "rejoin": (1, ""), "detect_hard": (-1, 2**32, "1", 1.0),
                         "detect_share": (101,), "detect_garbled": (21,), "dead_most": (65536,),
                         "settle": (-1, 0, float("nan"), 1e300, 10**400, "1s", None.__class__),
                         "probe_most": (0.5,), "steady": (datetime.timedelta.max,),
                         "nothing": (1,)}.items():
        for value in values:
            yield lambda name=name, value=value: kind("a b", **{name: value})
    health = kind(SERVERS, PROFILE, gutter=["g", b"h"], on_dead="gutter", settle=2,
                  steady=datetime.timedelta(minutes=1), seed=-1)
    for time in range(3):
        health.report(0, seen.UNREACHED, time)
        health.report("10.0.0.3", seen.FORGOTTEN, now=time + 0.5)
        health.signs(0), health.route("a", time), health.next_due(), health.due(99), repr(health)
        health.report(0, seen.PROBE_ANSWERED, 100, detail=datetime.timedelta(seconds=1))
    assert len(health.log()) > 3 and health.log() == []
    health.servers, health.gutter, health.profile, kind("a").gutter
    for server in (None, -1, 4, 2**80, "nobody", "\ud800", 1.5):
        yield lambda server=server: health.signs(server)
        yield lambda server=server: health.report(server, seen.ANSWERED, 1)
    for event in (None, 0, "ANSWERED", polyring.HealthState.UP):
        yield lambda event=event: health.report(0, event, 1)
    for now in (None, "1", float("nan"), float("inf"), 5e12, -10**400):
        yield lambda now=now: health.due(now)
        yield lambda now=now: health.route("a", now)
        yield lambda now=now: health.report(0, seen.ANSWERED, now)
        if now is not None:
            yield lambda now=now: health.report(0, seen.PROBE_ANSWERED, 1, now)
    for key in (None, 3, "", TOO_LONG, "\ud800"):
        yield lambda key=key: health.route(key, 1)
    empty = kind.__new__(kind)
    for call in (empty.log, empty.next_due, lambda: empty.servers, lambda: empty.signs(0)):
        yield call
    repr(empty)
    yield lambda: health.__init__("a")
    yield lambda: kind.log(3)


def bad_calls(ring):
    yield from bad_constructions()
    yield from bad_keys(ring)
    yield from bad_objects(ring)
    yield from bad_edits(ring, polyring.Topology("x=a b", f"{PROFILE},layout=buckets,slots=8"))
    yield from bad_topologies()
    yield from bad_clients()
    yield from bad_healths()


def good_calls():
    ring = polyring.Ring(SERVERS, profile=PROFILE)
    keys = ["a", b"b", bytearray(b"c"), memoryview(b"d"), "😀", "a\0b", b"\xff", TOO_LONG[:250]]
    for key in keys:
        assert ring.locate(key) == ring.explain(key).server
    assert len(ring.locate_many(keys + [TOO_LONG])) == len(ring.locate_indexes(keys)) + 1
    ring.locate_many(Shrinking(["a", "b", "c"]))
    ring.locate_indexes(())
    repr(ring), len(ring), ring.servers, ring.profile, ring == 3, hash(ring)
    repr(polyring.Ring.__new__(polyring.Ring))
    polyring.Ring.profiles()
    edits(ring)
    return ring


def edits(ring):
    other = ring.with_server("10.0.0.9:11211").without_server(0).without_server("10.0.0.3")
    assert ring.plan(other, 100).exact and not ring.plan(polyring.Ring("a"), 100).exact
    assert ring.fingerprint() != other.fingerprint()
    topology = polyring.Topology(SERVERS, profile=PROFILE, epoch=7)
    moved = polyring.Topology("x=a b", f"{PROFILE},layout=buckets,slots=8").move_bucket(3, "b")
    assert topology.with_servers(["a", "n=b"]) != moved and topology == topology and moved != 3
    assert len(topology.diff(moved)) > 3 and len(topology.ring()) == len(topology.servers)
    topology.text(), topology.digest(), hash(topology), repr(topology), topology.settings
    repr(polyring.Topology.__new__(polyring.Topology))
    try:
        assert polyring.Topology.parse(topology.text()) == topology
    except polyring.InvalidArgumentError as error:
        assert error.status == "NOT_SUPPORTED"


def once():
    for call in bad_calls(good_calls()):
        try:
            call()
        except ERRORS:
            continue
        raise AssertionError("a bad call was taken")


if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        once()
