"""The core and the reference engine send random keys to the same stand-ins, on random lists with
random servers dead; and keys of servers that live stay where they are.

POLYRING_CLI: the program polyring. POLYRING_SIZE: comparisons, of one key on one ring with one set
of the dead (10,000; with POLYRING_ALL=1 a million). POLYRING_SEED: another course of the same.
"""
import collections
import os
import random
import struct
import subprocess

import compare
import failover
import pytest
import rows
import samples
from compare import Case
from course import Course
from engine import Ring
from keys import KeyRefused, percent

PROGRAM = os.environ["POLYRING_CLI"]
EVERYTHING = bool(os.environ.get("POLYRING_ALL"))
SIZE = int(os.environ.get("POLYRING_SIZE", 1000000 if EVERYTHING else 10000))
SEED = os.environ.get("POLYRING_SEED", "1")
BATCH = 80 if SIZE < 50000 else 200  # keys a ring and set
SETS = 1 if SIZE < 50000 else 4  # sets of the dead a ring
TRIES = 24  # lists that are drawn for a row, before it is left out


@pytest.fixture(scope="module", name="table")
def load_table():
    return rows.Table(PROGRAM)


def is_named(server, word, wanted):
    return wanted in (server.place, word.partition("=")[0] if server.name else None)


class Outage:
    """A ring, keys, servers that are dead, as the program is told, and what it says."""

    def __init__(self, case, dead, most):
        words = [f"--dead={server}" for server in dead]
        if most:
            words.append(f"--dead-most={most}")
        self.case, self.dead, self.most = case, set(dead), most
        core, complaint = compare.run_core(PROGRAM, "locate", case, case.keys, words)
        assert core or "line " in complaint, complaint
        self.core = [core.get(percent(key)) for key in case.keys]

    def difference(self, engine):
        """None, or what the engine has otherwise than the core."""
        servers, words = engine.ring.servers, self.case.servers.split()
        dead = {i for i, (server, word) in enumerate(zip(servers, words))
                if any(is_named(server, word, name) for name in self.dead)}
        for key, core in zip(self.case.keys, self.core):
            try:
                ours = engine.route(key, dead, self.most or engine.most)
            except KeyRefused:
                ours = None
            theirs = core and (core["home_index"], core["index"])
            if ours != theirs:
                return (f"profile {self.case.profile}\nservers {self.case.servers}\n"
                        f"dead {self.dead}, most {self.most}\nkey {percent(key)}\n"
                        f"engine {ours}\ncore {theirs}")
        return None


def draw_dead(dice, ring):
    """Names or places of servers that die; seldom many, so that most keys have a stand-in."""
    wanted, servers = [], ring.servers
    few = max(1, len(servers) // 3)
    count = dice.choice((1, 2, few, few + 1, dice.randrange(1, len(servers) + 1), len(servers) - 1))
    for at in dice.sample(range(len(servers)), min(max(count, 1), len(servers))):
        server = servers[at]
        named = server.name and dice.random() < 0.5
        wanted.append(percent(server.name) if named else server.place)
    return wanted, dice.choice((0, 0, 65535, 65535, dice.randrange(1, len(servers) + 1)))


class Outages:
    """Outages one after the other, every row and every value of every column by turns."""

    def __init__(self, table, seed):
        self.table, self.course = table, Course(table, PROGRAM, seed, BATCH, 0)
        self.dice = random.Random(seed)

    def draw(self):
        """(engine, outages); None where no list was found."""
        profile, text, ring = self.course.ring(self.course.wish(), TRIES)
        if ring is None:
            return None
        keys = samples.keys(self.dice, ring, BATCH)
        case = Case(profile, text, keys, 0)
        outages = [Outage(case, *draw_dead(self.dice, ring)) for _ in range(SETS)]
        return failover.Failover(self.table, ring, text), outages


@pytest.fixture(scope="module", name="outages")
def make_outages(table):
    return Outages(table, SEED)


def test_core_and_engine_agree(outages):
    print(f"\nPOLYRING_SIZE={SIZE} POLYRING_SEED={SEED}")
    told, total, rings = collections.Counter(), 0, 0
    while total < SIZE or EVERYTHING and not outages.course.rounds:
        drawn = outages.draw()
        if not drawn:
            continue
        engine, some = drawn
        rings += 1
        for outage in some:
            difference = outage.difference(engine)
            if difference:
                pytest.fail(difference, False)
            total += len(outage.core)
            told.update("refused" if core is None else "home" if core["index"] == core["home_index"]
                        else "nowhere" if core["index"] is None else "stand-in"
                        for core in outage.core)
            told.update([engine.layout])
    print(f"{total} comparisons on {rings} rings, no difference: {dict(told)}")
    assert told["stand-in"] > total / 10 and told["nowhere"] > total / 50
    assert all(told[layout] for layout in ("ring", "rendezvous", "modulo", "jump", "buckets",
                                           "furc"))


# ---- Keys of servers that live

def lists_of(dice, count):
    """Lists with weights, whole ones and fractions, that one row or another takes."""
    servers = [f"n{i}=h{dice.randrange(1 << 30)}/10.{dice.randrange(256)}.0.{i}:{11211 + i}"
               for i in range(count)]
    weights = ([dice.choice((1, 2, 3, 5, 8, 40)) for _ in servers],
               [dice.randrange(1, 11) / 10 for _ in servers])
    for some in weights:
        yield " ".join(f"{server}:{weight}" for server, weight in zip(servers, some))
    yield " ".join(servers)


def homes_of(profile, text, keys, words=()):
    """The lines of polyring locate, or None where the row does not take the list."""
    run = subprocess.run([PROGRAM, "locate", "--profile", profile, "--servers", text, *words, "-"],
                         input=keys, capture_output=True, text=True, check=False)
    return run.stdout.splitlines() if run.returncode == 0 else None


def test_keys_of_living_servers_stay(table):
    """All rows, random weights, one server dead. Beside it what moves where the list is taken
    without that server, as clients do that rebuild their ring."""
    dice, kept, moved, rebuilt, died, stood_in = random.Random(SEED), 0, 0, 0, 0, 0
    each = 100000 if EVERYTHING else 130000 // len(table.rows)
    for profile in table.rows:
        keys = "".join(f"{dice.randrange(1 << 40)}\n" for _ in range(each))
        homes, text = next((lines, text) for text in lists_of(dice, 7)
                           if (lines := homes_of(profile, text, keys)))
        servers = text.split()
        places = [":".join(server.split("=")[1].split(":")[:2]) for server in servers]
        for dead in range(7) if EVERYTHING else [dice.randrange(7)]:
            now = homes_of(profile, text, keys, ["--dead", places[dead]])
            without = " ".join(servers[:dead] + servers[dead + 1:])
            fewer = homes_of(profile, without, keys) or homes
            for before, after, other in zip(homes, now, fewer):
                if before.split("\t")[1] != places[dead]:
                    kept += 1
                    moved += before != after
                    rebuilt += before != other
                else:
                    stood_in += after != before and after.split("\t")[1] in places
                    died += 1
    print(f"\nkeys of servers that live, of {len(table.rows)} rows: {moved} of {kept} moved; "
          f"{rebuilt} would, were the list taken without the dead server; "
          f"{stood_in} of {died} keys of dead servers had a stand-in")
    assert kept >= 100000 and not moved and rebuilt > kept / 20 and stood_in == died > kept / 20


# ---- Controls: the engine with one rule changed differs from the core

USERS = [f"user:{n}".encode() for n in range(300)]
SEVEN = "g=h7 f=h3 e=h5 d=h1 c=h2 b=h6 a=h4"
WEIGHTED = "a=h1:1:1 b=h2:1:9 c=h3:1:2 d=h4:1:3"
CONTROLS = {
    "downwards for upwards": (
        "step_of", lambda row: -1, Case("ketama", SEVEN, USERS, 0), ["a", "b"]),
    "upwards for downwards": (
        "step_of", lambda row: 1, Case("libmemcached/ketama,search=floor", SEVEN, USERS, 0), ["a"]),
    "downwards, where the last point takes what is below all": (
        "step_of", lambda row: -1,
        Case("libmemcached/ketama,search=ceil_or_last,points=4", SEVEN, USERS, 0), ["a", "c"]),
    "equal points in the order of the row": (
        "others_of", lambda numbers, places: sorted(numbers),
        Case("libmemcached/ketama,hash=zero,order=bytes,order_by={host}", SEVEN, USERS, 0), ["d"]),
    "equal points backwards": (
        "others_of", lambda numbers, places: sorted(numbers, key=places.__getitem__)[::-1],
        Case("libmemcached/ketama,hash=zero", SEVEN, USERS, 0), ["g"]),
    "weights count": (
        "OTHERS", "polyring/rendezvous,duplicates=merged",
        Case("libmemcached/modula,weights=repeat", WEIGHTED, USERS, 0), ["a"]),
    "a server listed twice stands in for itself": (
        "OTHERS", "polyring/rendezvous,duplicates=kept,weights=ignored,zero_weight=one",
        Case("libmemcached/modula", "a=h b=h c=i d=j", USERS, 0), ["c"]),
    "units with the high byte first": (
        "as_bytes", lambda text: struct.pack(f">{len(text)}H", *text),
        Case("libmemcached/modula,text=utf16,hash=java", SEVEN, USERS, 0), ["a"]),
    "the dead are forgotten": (
        "by_score", lambda layout, text: iter([0]), Case("memcached-proxy/jump", SEVEN, USERS, 0),
        ["a"]),
    "the second best score": (
        "by_score", lambda layout, text, real=failover.by_score: list(real(layout, text))[::-1],
        Case("polyring/rendezvous", WEIGHTED, USERS, 0), ["b"]),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_changed_rule_is_found(table, monkeypatch, control):
    name, value, case, dead = CONTROLS[control]
    outage = Outage(case, dead, 65535)

    def difference():
        return outage.difference(failover.Failover(
            table, Ring(table, case.profile, case.servers), case.servers))
    assert not difference()
    monkeypatch.setattr(failover, name, value)
    assert difference()


@pytest.mark.parametrize("count, most", [(1, 1), (2, 1), (3, 1), (5, 1), (6, 2), (7, 2), (9, 3)])
def test_the_cap(table, count, most):
    """Up to `most` dead servers have stand-ins, by core and engine, and one more has none."""
    text = " ".join(f"n{i}=h{i}" for i in range(count))
    engine = failover.Failover(table, Ring(table, "ketama", text), text)
    assert engine.most == most
    for dead in range(1, count + 1):
        outage = Outage(Case("ketama", text, USERS, 0), [f"n{i}" for i in range(dead)], 0)
        assert not outage.difference(engine)
        nowhere = sum(core["index"] is None for core in outage.core)
        assert (nowhere > 0) == (dead > most or count == 1)
