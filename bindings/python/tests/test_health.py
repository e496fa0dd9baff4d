"""What the class Health offers. What it decides is held by the decision script; here is how it is
asked."""

import datetime
import gc
import os
import re
from pathlib import Path

import pytest

import polyring
from polyring import Health, HealthState, HealthWork, RouteKind, Seen

SERVERS = "10.0.0.1 cache=10.0.0.2:11211:1 10.0.0.3"
HEADER = Path(os.environ["POLYRING_VECTORS"]).parent / "core/include/polyring/health.h"


def named(prefix):
    """The names of an enum of the header, in order."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    if prefix == "HEALTH" or prefix == "SEEN":
        table = {"HEALTH": "HEALTH_STATE_MAP", "SEEN": "SEEN_MAP"}[prefix]
        body = re.search(rf"define POLYRING_{table}\(XX\)((?:.*\\\n)*.*)", text)[1]
        return re.findall(r"XX\((\w+),", body)
    return re.findall(rf"^  POLYRING_{prefix}_(\w+)", text, re.M)


@pytest.mark.parametrize("kind, prefix", [(HealthState, "HEALTH"), (Seen, "SEEN"),
                                          (RouteKind, "ROUTE"), (HealthWork, "WORK")])
def test_enums_are_those_of_the_header(kind, prefix):
    names = named(prefix)
    assert len(names) >= 3
    assert [(case.name, case.value) for case in kind] == [(name, i) for i, name in enumerate(names)]


@pytest.fixture
def health():
    return Health(SERVERS, "polyring/rendezvous", on_dead="next", seed=1)


def homed(health, server):
    return next(f"key:{i}" for i in range(999) if health.route(f"key:{i}", 0).home_index == server)


def test_all_up(health):
    assert health.servers == ("10.0.0.1", "10.0.0.2:11211", "10.0.0.3") and health.gutter == ()
    assert health.profile == "polyring/rendezvous" and health.next_due() is None
    assert health.due(9) is None and health.log() == []
    for server, place in enumerate(health.servers):
        assert health.signs(server) == health.signs(place) == (
            HealthState.UP, Seen.ANSWERED, HealthWork.NONE, 0.0, None, None, 0, 0)
        key = homed(health, server)
        assert health.route(key, now=1) == (RouteKind.HOME, place, place, None, server, server)
        assert health.route(key, 1).home == polyring.Ring(SERVERS, "polyring/rendezvous").locate(key)


def test_down_and_up(health):
    key = homed(health, 1)
    health.report(1, Seen.UNANSWERED, 1)
    assert health.signs(1).state is HealthState.SUSPECT and health.signs(1).unanswered == 1
    health.report("10.0.0.2:11211", Seen.UNREACHED, 1.5)
    signs = health.signs(1)
    assert signs.state is HealthState.DOWN and signs.reason is Seen.UNREACHED
    assert signs.down_since == signs.since == 1.5 and 2.25 <= signs.next_probe <= 2.75
    route = health.route(key, 1.5)
    assert route.kind is RouteKind.STAND_IN and route.home == "10.0.0.2:11211"
    assert route.server == health.servers[route.server_index] and route.server_index in (0, 2)
    assert route.ttl_most == 10.0
    assert health.next_due() == signs.next_probe and health.due(2) is None
    assert health.due(3) == 1 and health.due(3) is None and health.next_due() is None
    health.report(1, Seen.PROBE_ANSWERED, 3, detail=100)
    assert health.due(4.0) == 1
    health.report(1, Seen.PROBE_ANSWERED, 4.001, detail=101)
    assert health.signs(1).state is HealthState.REJOINING
    assert health.signs(1).work is HealthWork.FLUSH
    health.report(1, Seen.CLEANED, 4.25)
    assert health.signs(1).state is HealthState.UP and health.signs(1).down_since is None
    health.report(1, Seen.UNREACHED, 5)
    assert health.route(key, 5)[:3] == (RouteKind.NOWHERE, "10.0.0.2:11211", None)
    assert health.log() == [
        "1000000 10.0.0.2:11211 UP -> SUSPECT UNANSWERED",
        "1500000 10.0.0.2:11211 SUSPECT -> DOWN UNREACHED",
        "3000000 10.0.0.2:11211 DOWN -> PROBING UNREACHED",
        "4001000 10.0.0.2:11211 PROBING -> REJOINING PROBE_ANSWERED",
        "4250000 10.0.0.2:11211 REJOINING -> UP CLEANED",
        "5000000 10.0.0.2:11211 UP -> DOWN UNREACHED"]
    assert health.log() == []


@pytest.mark.parametrize("age", [0.5, datetime.timedelta(milliseconds=500)])
def test_restarted(health, age):
    """Without its age it would have to settle."""
    for detail, state in ((None, HealthState.PROBING), (age, HealthState.UP)):
        health.report(0, Seen.UNREACHED, 1)
        health.due(60)
        health.report(0, Seen.PROBE_ANSWERED, 60, detail)
        assert health.signs(0).state is state


def test_gutter():
    health = Health(["a", "b", "c"], "libmemcached/modula", gutter=("x", b"y"), on_dead="gutter",
                    stand_in_ttl=2.5)
    assert health.gutter == ("x", "y")
    health.report(0, Seen.UNREACHED, 0)
    route = health.route(homed(health, 0), 0)
    assert route.kind is RouteKind.GUTTER and route.server == health.gutter[route.server_index]
    assert route.home == "a" and route.ttl_most == 2.5


def test_policy():
    """Each column is heard: it changes what is decided."""
    def decided(**columns):
        health = Health("a b c", "polyring/rendezvous", seed=3, **columns)
        told = []
        for server, event, now in ((0, "UNREACHED", 1), (1, "UNANSWERED", 2), (1, "UNANSWERED", 3),
                                   (1, "UNANSWERED", 4), (2, "GARBLED", 5), (2, "GARBLED", 6),
                                   (2, "GARBLED", 7)):
            health.report(server, Seen[event], now)
            told += [health.signs(server), health.route(homed(health, 0), now)]
        for now in (8, 9, 40, 41.5, 90, 200):
            while (server := health.due(now)) is not None:
                failed = server == 0 and now < 90
                health.report(server, Seen.PROBE_FAILED if failed else Seen.PROBE_ANSWERED, now)
                told += [health.signs(server), health.next_due(), health.route(homed(health, 1), now)]
        for now in (300, 301):
            health.report(1, Seen.CLEANED, now)
            told.append(health.signs(1))
            health.report(1, Seen.UNREACHED, now + 30)
            told += [health.signs(1), health.route(homed(health, 1), now + 42)]
        for now in range(302, 330):
            health.report(2, Seen.CLEANED, now)
            health.report(2, Seen.ANSWERED if now % 3 else Seen.UNANSWERED, now)
            told.append(health.signs(2))
        return told

    usual = decided()
    assert decided() == usual
    for name, value in dict(on_dead="next", rejoin="immediate", detect_hard=2, detect_soft=2,
                            detect_share=30, detect_garbled=2, probe_interval=2, probe_most=2,
                            settle=datetime.timedelta(seconds=9), steady=5).items():
        assert decided(**{name: value}) != usual, name
    beyond = decided(on_dead="next")
    for name, value in dict(stand_in_ttl=40, dead_most=3).items():
        assert decided(**{name: value}, on_dead="next") != beyond, name
    assert decided(**dict.fromkeys(("on_dead", "rejoin", "settle", "dead_most", "gutter"))) == usual


def test_seeds():
    """Two healths draw alike only if they are told to."""
    def first_probe(**seed):
        health = Health("a", **seed)
        health.report(0, Seen.UNREACHED, 0)
        return health.next_due()

    assert first_probe(seed=5) == first_probe(seed=5) != first_probe(seed=6)
    assert len({first_probe() for _ in range(20)}) > 10


def test_microseconds():
    """Seconds cross the border to the microsecond, for as long as a machine runs."""
    for now in (0, 1, 0.000001, 1e-7, 86400.123456, 31_536_000.654321, 1e9 + 0.999999, -3.5, 10**12):
        health = Health("a", seed=1)
        health.report(0, Seen.UNREACHED, now)
        assert health.log() == [f"{round(now * 10**6)} a UP -> DOWN UNREACHED"]
        assert health.signs(0).since == round(now, 6)


def test_two_spelled_alike():
    health = Health("x=a:1 y=a:1", "polyring/rendezvous,duplicates=kept")
    with pytest.raises(polyring.InvalidArgumentError, match='servers 0 and 1 are both spelled "a:1"'):
        health.signs("a:1")
    health.report(1, Seen.UNREACHED, 1)
    assert [health.signs(i).state.name for i in (0, 1)] == ["UP", "DOWN"]


def test_log_overflows():
    health = Health("a", detect_soft=0, detect_share=0)
    for now in range(600):
        health.report(0, Seen.UNANSWERED, now)
        health.report(0, Seen.ANSWERED, now)
    lines = health.log()
    assert len(lines) == 1025 and lines[0] == "176 lines were lost"


def test_rings_are_its_own():
    """What it was made of may go."""
    servers, gutter = [bytearray(b"a"), "b"], [bytearray(b"g")]
    health = Health(servers, gutter=gutter, on_dead="gutter", dead_most=2)
    servers[0][:] = b"z"
    del servers, gutter
    gc.collect()
    health.report(0, Seen.UNREACHED, 0)
    assert (health.servers, health.gutter) == (("a", "b"), ("g",))
    assert {health.route(f"k{i}", 0).server for i in range(50)} == {"b", "g"}


def test_refused():
    for settings, text in (({"on_dead": "nobody"}, "on_dead knows no \"nobody\""),
                           ({"on_dead": "gutter"}, "needs the servers of the gutter"),
                           ({"detect_share": 101}, "detect_share is out of its range"),
                           ({"detect_hard": -1}, "detect_hard is out of its range"),
                           ({"probe_interval": 2, "probe_most": 1}, "probe_most is out of its range"),
                           ({"settle": float("nan")}, "settle must be from -4e12 to 4e12 seconds")):
        with pytest.raises(polyring.InvalidArgumentError, match=re.escape(text)):
            Health("a", **settings)
    with pytest.raises(polyring.InvalidServersError):
        Health("a", gutter="a:x")
    with pytest.raises(polyring.InvalidProfileError):
        Health("a", "nobody")
    health = Health("a")
    for call in (lambda: health.report(1, Seen.ANSWERED, 0), lambda: health.signs(-1)):
        with pytest.raises(polyring.InvalidArgumentError, match="there is no server -?1, the list has 1"):
            call()
    with pytest.raises(polyring.InvalidKeyError, match="251 bytes, the limit is 250"):
        health.route("k" * 251, 0)
