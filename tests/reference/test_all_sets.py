"""The same home and stand-in for 1,000 keys (with POLYRING_ALL=1, 100,000) and every set of dead
servers among seven, with the cap on redirection and without: the engine against C on every row, and
against Python, PHP and Java on those of EVERYWHERE.

POLYRING_DRIVERS: commands of drivers, one a line, that of C first; each is run as

    DRIVER PROFILE SERVERS PATTERN COUNT MOST...

and prints for every MOST, and every set of the dead but the empty one, by ascending bit masks (bit i
is server i), a line: the SHA-256 of one line a key, its home and where it goes, two indexes or an
index and -. The keys are the PATTERN with {n} from 0 up to COUNT; MOST is dead_most, 0 being the
usual cap; the dead are reported UNREACHED to a Health of on_dead=next. POLYRING_CLI: the program
polyring, for its table.
"""
import concurrent.futures
import hashlib
import os
import shlex
import subprocess
import time

import generate
import pytest
import rows
import stand_ins

COUNT = 100000 if os.environ.get("POLYRING_ALL") else 1000
DRIVERS = os.environ["POLYRING_DRIVERS"].splitlines()
PATTERN, UNCAPPED = "k:{n}", 65535
EVERYWHERE = (("libmemcached/ketama", "7-equal"), ("libmemcached/ketama-weighted", "7-weighted"),
              ("polyring/rendezvous", "7-weighted"), ("libmemcached/modula", "7-equal"))
OTHERS = (("libmemcached/ketama,search=floor", "7-ports"), ("spymemcached/ketama", "7-ports"),
          ("memcached-proxy/jump", "7-equal"), ("polyring/buckets", "7-weighted"),
          ("mcrouter/ch3", "7-equal"))


@pytest.fixture(scope="module", name="table")
def load_table():
    return rows.Table(os.environ["POLYRING_CLI"])


def answers(driver, profile, servers, mosts, count=COUNT):
    words = [profile, " ".join(servers), PATTERN, str(count), *map(str, mosts)]
    return subprocess.run([*shlex.split(driver), *words], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.split()


def digests(table, profile, servers):
    """What a driver must print."""
    engine = stand_ins.engine_of(table, profile, servers)
    orders = list(stand_ins.orders_of(engine, {"keys": PATTERN, "from": 0, "count": COUNT}))
    distinct = set(orders)
    for most in engine.most, len(servers):
        for dead in stand_ins.dead_sets(len(servers)):
            lines = {}
            for home, order in distinct:
                at = engine.chosen(home, order, dead, most)
                lines[home, order] = f"{home} {'-' if at is None else at}\n".encode()
            yield hashlib.sha256(b"".join(map(lines.__getitem__, orders))).hexdigest()


@pytest.mark.parametrize("profile, name", EVERYWHERE + OTHERS)
def test_every_set(table, profile, name):
    servers, begin = generate.topologies()[name], time.monotonic()
    drivers = DRIVERS if (profile, name) in EVERYWHERE else DRIVERS[:1]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        told = [pool.submit(answers, driver, profile, servers, (0, UNCAPPED)) for driver in drivers]
        wanted = list(digests(table, profile, servers))
        assert len(wanted) == 2 * 127 and len(set(wanted[:127])) > 20 < len(set(wanted[127:]))
        for driver, run in zip(drivers, told):
            assert run.result() == wanted, driver
    print(f"\n{profile}, {name}: {len(drivers) * len(wanted) * COUNT:,} answers of {len(drivers)} "
          f"languages, all as the engine's, in {time.monotonic() - begin:.1f} s")


@pytest.mark.parametrize("driver", DRIVERS)
def test_another_answer_is_noticed(driver):
    """Of another row, and with the cap."""
    servers = generate.topologies()["7-ports"]
    ours, capped = (answers(driver, "libmemcached/ketama", servers, [most], 100)
                    for most in (UNCAPPED, 0))
    assert len(ours) == len(capped) == 127 and ours != capped
    assert answers(driver, "libmemcached/ketama,search=floor", servers, [UNCAPPED], 100) != ours
