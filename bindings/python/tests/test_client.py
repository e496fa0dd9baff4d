"""What the class Client offers, against memcached servers of its own."""

import datetime
import gc
import multiprocessing
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

import polyring
from polyring import Client, Outcome

LONG = 30  # seconds: no test waits so long unless it fails
VALUES = [None, True, False, 0, -1, 2**63 - 1, -(2**63), 1.5, -0.0, "", "text", "é😀", "a\0b", b"",
          b"\xff\0", [], {}, [1, [2.5, [None]]], {"a": {"b": [True, "x"]}}, "x" * 5000]


def start(address, port):
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    server = subprocess.Popen(["memcached", *user, "-l", address, "-p", str(port), "-U", "0"])
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        try:
            socket.create_connection((address, port), 1).close()
            return server
        except OSError:
            time.sleep(0.01)
    server.kill()
    raise AssertionError("memcached does not start")


def stop(server):
    server.kill()
    server.wait()


@pytest.fixture(scope="module")
def pool():
    places = [("127.95.1.1", 21211), ("127.95.1.2", 21212)]
    servers = []
    try:
        for place in places:
            servers.append(start(*place))
        yield [f"{address}:{port}" for address, port in places]
    finally:
        for server in servers:
            stop(server)


@pytest.fixture
def client(pool):
    with Client(pool, timeout=LONG / 2, connect_timeout=5) as client:
        client.flush_all()
        yield client


@pytest.fixture
def half(pool):
    """A client of a server that lives and one that nobody is."""
    with Client([pool[0], "127.95.1.3:9"], timeout=5.0) as client:
        yield client


def dead_and_living(client, prefix):
    keys = [f"{prefix}{i}" for i in range(40)]
    dead = [key for key in keys if client.ring().locate(key) == "127.95.1.3:9"]
    assert dead and len(dead) < len(keys)
    return keys, dead


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back(client, value):
    assert client.set("k", value) is Outcome.OK
    got = client.get("k", default=Outcome)
    assert type(got) is type(value) and repr(got) == repr(value)


def test_values_that_change_their_kind(client):
    for value, back in (((1, (2,)), [1, [2]]), (bytearray(b"ab"), b"ab"),
                        (memoryview(b"abcd")[1:3], b"bc"), (bytearray(), b"")):
        client.set("k", value)
        got = client.get("k")
        assert got == back and type(got) is type(back)


@pytest.mark.parametrize("value", [object(), {1}, 1j, range(3), [object()], {"a": {1}}, {1: 2},
                                   {b"a": 1}, memoryview(b"abcd")[::2]])
def test_other_values_are_refused(client, value):
    client.set("k", "old")
    with pytest.raises((TypeError, BufferError)):
        client.set("k", value)
    with pytest.raises((TypeError, BufferError)):
        client.set_many({"k": "new", "l": value})
    assert client.get("k") == "old"


def test_a_refused_type_is_named(client):
    with pytest.raises(TypeError, match="complex"):
        client.set("k", 1j)


def test_values_beyond_the_limits(client):
    itself, mapped = [], {}
    itself.append(itself)
    mapped["m"] = mapped
    wide = [1]
    for _ in range(40):
        wide = [wide] * 4
    for value in (2**63, -(2**63) - 1, [2**64], itself, mapped, wide):
        with pytest.raises(polyring.InvalidArgumentError):
            client.set("k", value)
    with pytest.raises(polyring.InvalidArgumentError) as caught:
        client.set("k", os.urandom(2**20 + 1))
    assert caught.value.status == "TOO_LARGE" and caught.value.key == b"k"
    with pytest.raises(UnicodeEncodeError):
        client.set("k", "\ud800")


def test_misses(client):
    assert client.get("none") is None and client.get("none", 3) == 3
    assert client.get(key="none", default="x") == "x"
    assert client.get_and_touch("none", 5, "x") == "x"
    assert client.gets("none") is None and client.item("none") is None
    assert client.get_many(["none"]) == {} and client.get_many([]) == {}
    assert client.incr("none") is None and client.counter("none", 7) == 7
    for outcome in (client.delete("none"), client.touch("none", 5), client.cas("none", 1, 1),
                    client.invalidate("none", 5)):
        assert outcome is Outcome.MISS and not outcome
    client.set("k", None)
    assert client.get("k", 3) is None


def test_stores(client):
    assert client.add("k", 1) and client.add("k", 2) is Outcome.NOT_STORED
    assert client.replace("k", 3) and client.replace("l", 3) is Outcome.NOT_STORED
    item = client.gets("k")
    assert item.value == 3 and client.cas("k", 4, item.cas) and client.get("k") == 4
    assert client.cas("k", 5, item.cas) is Outcome.EXISTS and client.get("k") == 4
    client.set("b", b"b")
    assert client.append("b", b"c") and client.prepend("b", b"a") and client.get("b") == b"abc"
    assert client.append("none", "x") is Outcome.NOT_STORED
    assert client.delete("k") and client.get("k") is None


def test_times_to_live(client):
    client.set("a", 1, ttl=datetime.timedelta(hours=1))
    client.set("b", 1, datetime.timedelta(milliseconds=1))
    client.set("c", 1)
    client.set("d", 1, -1)
    assert 3590 <= client.item("a").ttl <= 3600
    assert client.item("c").ttl == -1 and client.get("d") is None
    assert client.touch("a", ttl=100) and 90 <= client.item("a").ttl <= 100
    assert client.get_and_touch("a", 1000) == 1 and 990 <= client.item("a").ttl <= 1000
    assert client.touch_many(["a", "none"], 50) == {"a": Outcome.OK, "none": Outcome.MISS}
    assert 40 <= client.item("a").ttl <= 50
    for call in (lambda: client.touch("a"), lambda: client.touch_many(["a"]),
                 lambda: client.invalidate("a"), lambda: client.set("a", 1, "5"),
                 lambda: client.set("a", 1, 1.5)):
        with pytest.raises(TypeError):
            call()


def test_items(client):
    client.set("k", [1], 100)
    client.get("k")
    item = client.item("k")
    assert item.value == [1] and item.hit_before is True and item.size > 0 and item.cas > 0
    assert not (item.won or item.stale or item.already_won)
    assert client.item("new", vivify=30).won and client.item("new", vivify=30).already_won
    assert client.item("k", recache=200).won
    client.set("k", 2, 100)
    client.invalidate("k", 50)
    item = client.item("k")
    assert item.stale and item.won and item.value == 2


def test_keys_are_given_back_as_they_came(client):
    outcomes = client.set_many({"s": 1, b"b": 2, "é": [3], memoryview(b"m"): b"4"}, ttl=50)
    assert list(outcomes.values()) == [Outcome.OK] * 4
    got = client.get_many(k for k in ["s", b"b", "é".encode(), bytearray(b"m"), "none", "s"])
    assert got == {"s": 1, b"b": 2, "é".encode(): [3], b"m": b"4"}
    assert client.get_many({"s", "b"}) == {"s": 1, "b": 2}
    assert client.delete_many(["s", "none"]) == {"s": Outcome.OK, "none": Outcome.MISS}
    for keys in ("abc", b"abc", 3, None, [1]):
        with pytest.raises(TypeError):
            client.get_many(keys)
    for items in ([("a", 1)], "abc", 3, {1: 2}):
        with pytest.raises(TypeError):
            client.set_many(items)


def test_many(client):
    items = {f"key:{i}": i if i % 2 else f"{i}" * 50 for i in range(2000)}
    assert all(client.set_many(items).values())
    assert client.get_many(items) == items


class Name(str):
    """A str that cannot be told from one."""


class Map(dict):
    """A mapping whose items() count."""

    def items(self):
        return [("m", 1)]


def test_many_kinds_of_keys(client):
    """The caller's own keys come back, and its dict is not touched."""
    ok = polyring.Outcome.OK
    values = [1, {"a": [1, "x"]}, b"\xff", bytearray(), memoryview(b"m")]
    for keys in (["a", b"b", "\u00e9", "d", "e"], [Name("a"), "b", memoryview(b"c"), "d", b"e"]):
        items = dict(zip(keys, values, strict=True))
        before = dict(items)
        shown = [bytes(key) if isinstance(key, memoryview) else key for key in keys]
        assert client.set_many(items) == dict.fromkeys(shown, ok)
        assert list(items.items()) == list(before.items())
        found = client.get_many(keys)
        assert list(found) == shown and list(found.values()) == values
        assert all(a is b for a, b in zip(found, keys, strict=True) if isinstance(b, str))
    assert client.set_many(Map()) == {"m": ok} and client.set_many({}) == {}
    items = {"a": 1, "b" * 300: 2, "c": 3}
    with pytest.raises(polyring.PartialError) as caught:
        client.set_many(items)
    assert caught.value.found == {"a": ok, "c": ok} and list(caught.value.failures) == ["b" * 300]
    assert items == {"a": 1, "b" * 300: 2, "c": 3}
    for wrong in ({"a": 1, 3: 2}, {"a": object()}, {"a": 1, "\ud800": 2}):
        with pytest.raises((TypeError, UnicodeEncodeError)):
            client.set_many(wrong)


def test_counters(client):
    assert client.set_counter("n", 5) and client.incr("n") == 6 and client.incr("n", 4) == 10
    assert client.decr("n", 3) == 7 and client.decr("n", 100) == 0 and client.counter("n") == 0
    assert client.incr("m", initial=3, ttl=60) == 3 and client.incr("m", delta=2) == 5
    for call in (lambda: client.incr("n", -1), lambda: client.incr("n", 2**64),
                 lambda: client.incr("n", initial=-1), lambda: client.set_counter("n", -1),
                 lambda: client.set_counter("n", 2**63)):
        with pytest.raises(polyring.InvalidArgumentError):
            call()
    assert client.set_counter("n", 2**63 - 1) and client.counter("n") == 2**63 - 1
    client.set("text", "abc")
    with pytest.raises(polyring.PolyringError):
        client.incr("text")


def test_servers_are_asked(client, pool):
    assert set(client.version()) == set(pool)
    assert client.ping() == dict.fromkeys(pool, Outcome.OK)
    assert all(int(stats["pid"]) > 0 for stats in client.stats().values())
    assert list(client.stats("settings", server=pool[1])) == [pool[1]]
    assert client.verbosity(0, server=pool[0]) == {pool[0]: Outcome.OK}
    client.set_many({f"k{i}": i for i in range(50)})
    client.flush_all(server=pool[0])
    assert {client.ring().locate(k) for k in client.get_many(f"k{i}" for i in range(50))} == \
        {pool[1]}
    assert client.flush_all() and client.get_many(f"k{i}" for i in range(50)) == {}
    for server in ("", "127.0.0.9:1", 3):
        with pytest.raises((polyring.InvalidArgumentError, TypeError)):
            client.flush_all(server=server)


def test_topologies(client, pool):
    assert client.topology().servers == tuple(pool)
    assert client.ring().fingerprint() == client.topology().ring().fingerprint()
    assert client.remove_server(pool[0]) is None and len(client.ring()) == 1
    client.add_server(pool[0])
    assert client.topology().epoch == 2
    with pytest.raises(polyring.InvalidArgumentError):
        client.remove_server("nobody")
    client.set_topology(polyring.Topology(pool, epoch=9))
    assert client.topology() == polyring.Topology(pool, epoch=9)
    client.set("k", 1)
    assert client.get("k") == 1
    assert [s.server for s in client.statistics()] == pool
    assert client.statistics()[0][13:] == (polyring.HealthState.UP, 0, 0, 0, 0)
    assert isinstance(client.events(), list)


def test_constructions(pool, tmp_path):
    topology = polyring.Topology(pool, "libmemcached/modula")
    path = tmp_path / "topology"
    path.write_text(topology.text())
    for client in (Client(" ".join(pool)), Client(tuple(pool)), Client(servers=pool),
                   Client("memcached://" + ",".join(pool)), Client(topology),
                   Client(topology.text().encode()), Client(topology=path)):
        with client:
            assert client.topology().servers == tuple(pool) and client.ping()
            assert "polyring.Client" in repr(client)
    with Client(pool, timeout=0.25, idle_timeout=datetime.timedelta(minutes=1), announce=False,
                read_timeout="125ms", max_value=7, compress=None) as client:
        assert client.setting("timeout") == "250000us" and client.setting("max_value") == "7"
        assert client.settings["read_timeout"] == "125000us"
        assert client.settings["idle_timeout"] == "60000000us"
        assert client.settings["announce"] == "false" and client.setting("nothing") is None


@pytest.mark.parametrize("arguments, error", [
    (dict(nothing=1), TypeError), (dict(timeout=[]), TypeError), (dict(timeout=True), TypeError),
    (dict(max_value=1.5), TypeError), (dict(timeout=-1), polyring.InvalidArgumentError),
    (dict(timeout=float("nan")), polyring.InvalidArgumentError),
    (dict(timeout=1e300), polyring.InvalidArgumentError),
    (dict(dialect="nobody&timeout=1s"), polyring.InvalidArgumentError),
    (dict(on_error="maybe"), polyring.InvalidArgumentError),
    (dict(profile="nobody"), polyring.InvalidProfileError),
    (dict(servers=[]), polyring.InvalidArgumentError),
    (dict(servers=["a b"]), polyring.InvalidServersError),
    (dict(servers=["a", ""]), polyring.InvalidServersError),
    (dict(servers=3), TypeError), (dict(servers=[3]), TypeError),
    (dict(servers="\ud800"), UnicodeEncodeError)])
def test_bad_constructions(arguments, error):
    with pytest.raises(error):
        Client(**{"servers": "127.95.1.1", **arguments})
    assert Client("127.95.1.1")


def test_failures_are_no_misses(half):
    keys, dead = dead_and_living(half, "k")
    for call in (lambda: half.get(dead[0]), lambda: half.set(dead[0], 1), lambda: half.gets(dead[0]),
                 lambda: half.incr(dead[0]), lambda: half.counter(dead[0])):
        with pytest.raises(polyring.UnavailableError) as caught:
            call()
        error = caught.value
        assert error.status == "UNAVAILABLE" and error.server == "127.95.1.3:9"
        assert error.key == dead[0].encode() and error.server in str(error)
    with pytest.raises(polyring.PartialError) as caught:
        half.set_many(dict.fromkeys(keys, 1))
    assert set(caught.value.failures) == set(dead)
    assert set(caught.value.found) == set(keys) - set(dead)
    with pytest.raises(polyring.PartialError) as caught:
        half.get_many(keys)
    assert caught.value.found == dict.fromkeys(set(keys) - set(dead), 1)
    assert all(type(e) is polyring.UnavailableError for e in caught.value.failures.values())
    with pytest.raises(polyring.PartialError) as caught:
        half.ping()
    assert list(caught.value.failures) == ["127.95.1.3:9"]
    with pytest.raises(polyring.PartialError):
        half.ping(server="127.95.1.3:9")
    with pytest.raises(polyring.InvalidKeyError):
        half.get("k" * 251)


def test_failures_as_misses(pool):
    with Client([pool[0], "127.95.1.3:9"], timeout=5.0, on_error="miss") as client:
        keys, dead = dead_and_living(client, "k")
        assert client.get(dead[0], "x") == "x" and client.gets(dead[0]) is None
        assert client.item(dead[0]) is None
        assert not set(client.get_many(keys)) & set(dead)
        with pytest.raises(polyring.UnavailableError):
            client.set(dead[0], 1)
        with pytest.raises(polyring.InvalidKeyError):
            client.get("")


def test_down():
    """A server that refused once is not asked again; events say so, by the place as it is spelled."""
    place = "127.95.1.3:9"
    with Client(place, timeout=5.0, probe_interval=LONG) as client, \
            Client(place, timeout=5.0, probe_interval="30s", on_error="miss") as hiding:
        for text in ("Connection refused", "it is down"):
            with pytest.raises(polyring.UnavailableError, match=text):
                client.get("k")
            assert hiding.get("k", "x") == "x" and hiding.get_many(["k"]) == {}
        client.tick(0.01)
        client.tick(datetime.timedelta(milliseconds=10))
        seen = [(event.server, event.text) for event in client.events() if event.kind == "HEALTH"]
        assert seen == [(place, "UP -> DOWN UNREACHED")]
        assert client.setting("probe_interval") == "30000000us"
        with pytest.raises(polyring.UnavailableError, match="it is down"):
            hiding.set("k", 1)
        for budget in (-1, 86401):
            with pytest.raises(polyring.InvalidArgumentError, match="a budget is 0 to 24 hours"):
                client.tick(budget)


def test_comes_back():
    """Idle, a program ticks until the server is there again; nothing else probes it."""
    place = ("127.95.1.5", 21213)
    with Client("%s:%d" % place, timeout=5.0, probe_interval=0.05, probe_most=0.05) as client:
        with pytest.raises(polyring.UnavailableError):
            client.set("k", 1)
        server, texts, end = start(*place), [], time.monotonic() + LONG
        try:
            while not texts or not texts[-1].startswith("REJOINING -> UP "):
                assert time.monotonic() < end, texts
                client.tick(0.1)
                texts += [event.text for event in client.events() if event.kind == "HEALTH"]
                time.sleep(0.01)
            assert texts[0] == "UP -> DOWN UNREACHED" and "DOWN -> PROBING UNREACHED" in texts
            assert client.set("k", 1)
        finally:
            stop(server)


def test_silent_server_is_unknown():
    listener = socket.create_server(("127.95.1.4", 0))
    with listener, Client(f"127.95.1.4:{listener.getsockname()[1]}", timeout=0.2) as client:
        with pytest.raises(polyring.PolyringError) as caught:
            client.set("k", 1)
        assert type(caught.value) in (polyring.UnknownError, polyring.UnavailableError)


def test_closed(client):
    client.close()
    client.close()
    for call in (lambda: client.get("k"), lambda: client.set("k", 1), client.ping, client.topology,
                 lambda: client.get_many(["k"]), client.statistics, client.events,
                 lambda: client.settings, lambda: client.add_server("x"), lambda: client.tick(0)):
        with pytest.raises(polyring.InvalidArgumentError, match="closed"):
            call()
    assert "closed" in repr(client)


def test_not_constructed():
    empty = Client.__new__(Client)
    for call in (lambda: empty.get("k"), empty.close, empty.ping, lambda: empty.settings):
        with pytest.raises(RuntimeError):
            call()
    repr(empty)
    with pytest.raises(TypeError):
        Client("127.95.1.1").__init__("127.95.1.1")


def in_threads(count, work):
    failed = []

    def run(i):
        try:
            work(i)
        except BaseException as error:  # shown by the test
            failed.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_threads_share_a_client(client):
    def work(i):
        for n in range(200):
            assert client.set(f"{i}:{n}", [i, n])
            assert client.get(f"{i}:{n}") == [i, n]
        assert len(client.get_many([f"{i}:{n}" for n in range(200)])) == 200

    in_threads(8, work)


def test_arguments_that_change_meanwhile(client):
    value, keys, stop = bytearray(b"x" * 1000), ["a", "b", "c"], threading.Event()

    def change(i):
        try:
            for _ in range(50):
                client.set("k", value)
                client.get_many(keys)
                client.set_many({"k": [value.decode()], "l": value})
        finally:
            stop.set()

    def disturb(i):
        while not stop.is_set():
            value.extend(b"y" * 10)
            del value[1000:]
            keys.append("d")
            keys.pop()

    in_threads(2, lambda i: (change, disturb)[i](i))


def test_closing_while_others_call(pool):
    for _ in range(20):
        client = Client(pool, timeout=5.0)
        started = threading.Barrier(5)

        def work(i):
            started.wait()
            if i == 4:
                client.close()
                return
            for n in range(100000):
                try:
                    client.get("k")
                except polyring.InvalidArgumentError:
                    return
            raise AssertionError("it never closed")

        in_threads(5, work)


def test_repr_has_the_profile_of_the_topology():
    with Client(polyring.Topology("a", "libmemcached/modula")) as client:
        assert repr(client) == "<polyring.Client libmemcached/modula>"


def fork_keys(client):
    """The client is connected, then: whoever used its connections after a fork would read another's answers."""
    client.set_many({f"fork{n}": n for n in range(100)})


def read_forked(client, number):
    for i in range(2000):
        n = (i * 7 + number) % 100
        assert client.get(f"fork{n}") == n
    assert client.set(f"child{number}", number)


def test_fork(client):
    fork_keys(client)
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                read_forked(client, number)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    read_forked(client, 4)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert client.get_many(f"child{i}" for i in range(5)) == {f"child{i}": i for i in range(5)}


def test_fork_by_multiprocessing(client):
    fork_keys(client)
    children = [multiprocessing.get_context("fork").Process(target=read_forked, args=(client, number))
                for number in range(4)]
    for child in children:
        child.start()
    read_forked(client, 4)
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4


def ended(child, limit=60):
    """The exit status of a child; one that hangs is killed."""
    for _ in range(limit * 200):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "it hangs"


@pytest.mark.skipif("libasan" in os.environ.get("LD_PRELOAD", ""),
                    reason="its allocator has locks, which a fork leaves taken in the child")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of later Pythons
def test_fork_among_threads(pool):
    """Locks and connections that other threads have at a fork are no loss for the child."""
    over, failures = threading.Event(), []

    def work():
        try:
            while not over.is_set():
                assert client.set("k", "parent") is Outcome.OK and client.get("k") == "parent"
        except Exception as error:
            failures.append(error)

    with Client(pool, timeout=LONG / 2, connect_timeout=5, max_connections=2) as client:
        client.set("k", "parent")
        workers = [threading.Thread(target=work) for _ in range(8)]
        for worker in workers:
            worker.start()
        try:
            for _ in range(50):
                child = os.fork()
                if child == 0:
                    status = 1
                    try:
                        status = 0 if client.get("k") == "parent" and client.topology() else 2
                        client.close()
                    finally:
                        os._exit(status)
                assert ended(child) == 0
        finally:
            over.set()
            for worker in workers:
                worker.join()
    assert not failures


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""),
                    reason="AddressSanitizer keeps what was given back, and the stack of each use")
def test_does_not_leak(client, half):
    keys, dead = dead_and_living(half, "k")

    def once():
        client.set("k", {"a": ["x" * 1000, 1, None]})
        client.get("k"), client.item("k"), client.incr("k2"), client.get("none")
        client.set_many({"a": "x" * 1000, "b": [b"x".decode()]}), client.get_many(["a", "b"])
        client.stats(), client.topology(), client.ring(), client.statistics(), client.events()
        for call in (lambda: client.set("k", [1, object()]), lambda: half.get(dead[0]),
                     lambda: half.get_many(dead), lambda: client.get(3),
                     lambda: client.set_many({"a": b"x" * 1000, "b": 1j})):
            with pytest.raises((TypeError, polyring.PolyringError)):
                call()
        Client("127.95.1.1").close()

    for _ in range(100):
        once()
    gc.collect()
    before = resident()
    for _ in range(400):
        once()
    gc.collect()
    assert resident() - before < 2 << 20
