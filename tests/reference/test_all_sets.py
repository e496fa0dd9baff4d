"""The same home and stand-in for 2,000 keys (with POLYRING_ALL=1, 100,000) and every set of dead
servers among seven, with the cap on redirection and without: the engine against every driver.

POLYRING_DRIVERS: commands of drivers, one a line, each a program in some language that is run as

    DRIVER PROFILE SERVERS PATTERN COUNT MOST

and prints a line for every set of the dead but the empty one, by ascending bit masks (bit i is
server i): the SHA-256 of one line a key, the index where it goes in decimal, or -. The keys are the
PATTERN with {n} from 0 up to COUNT; MOST is dead_most, 0 being the usual cap; the dead are reported
UNREACHED to a Health of on_dead=next. POLYRING_CLI: the program polyring, for its table.
"""
import hashlib
import os
import shlex
import subprocess

import generate
import pytest
import rows
import stand_ins

COUNT = 100000 if os.environ.get("POLYRING_ALL") else 2000
DRIVERS = os.environ["POLYRING_DRIVERS"].splitlines()
PATTERN, UNCAPPED = "k:{n}", 65535
RINGS = (("libmemcached/ketama-weighted", "7-weighted"), ("libmemcached/ketama", "7-equal"),
         ("libmemcached/ketama,search=floor", "7-ports"), ("spymemcached/ketama", "7-ports"),
         ("polyring/rendezvous", "7-weighted"), ("libmemcached/modula", "7-equal"),
         ("memcached-proxy/jump", "7-equal"), ("polyring/buckets", "7-weighted"),
         ("mcrouter/ch3", "7-equal"))


@pytest.fixture(scope="module", name="table")
def load_table():
    return rows.Table(os.environ["POLYRING_CLI"])


def answers(driver, profile, servers, most):
    command = [*shlex.split(driver), profile, " ".join(servers), PATTERN, str(COUNT), str(most)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()


@pytest.mark.parametrize("profile, name", RINGS)
def test_every_set(table, profile, name):
    servers, redirected = generate.topologies()[name], 0
    engine = stand_ins.engine_of(table, profile, servers)
    orders = list(stand_ins.orders_of(engine, {"keys": PATTERN, "from": 0, "count": COUNT}))
    for told, most in (0, engine.most), (UNCAPPED, len(servers)):
        wanted = []
        for dead in stand_ins.dead_sets(len(servers)):
            lines = stand_ins.lines_of(engine, orders, dead, most)
            wanted.append(hashlib.sha256(lines).hexdigest())
        assert len(wanted) == 127 and len(set(wanted)) > 20
        for driver in DRIVERS:
            assert answers(driver, profile, servers, told) == wanted
            redirected += len(wanted) * COUNT
    print(f"\n{profile}, {name}: {redirected} answers of {len(DRIVERS)} drivers, all the same")


def test_another_answer_is_noticed(table):
    """A driver of another row differs."""
    servers = generate.topologies()["7-ports"]
    ours = [answers(driver, "libmemcached/ketama", servers, UNCAPPED) for driver in DRIVERS]
    assert all(one == ours[0] for one in ours)
    assert answers(DRIVERS[0], "libmemcached/ketama,search=floor", servers, UNCAPPED) != ours[0]
    assert answers(DRIVERS[0], "libmemcached/ketama", servers, 0) != ours[0]
