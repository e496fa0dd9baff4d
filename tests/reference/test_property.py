"""The core and the reference engine place random keys on random lists alike.

POLYRING_CLI: the program polyring. POLYRING_SIZE: comparisons, of one key on one ring (10,000; with
POLYRING_ALL=1 a million). POLYRING_SEED: another course of the same.
"""
import itertools
import json
import os
import random
import re
import subprocess

import compare
import engine
import hashes
import keys
import labels
import layouts
import pytest
import rows
import samples
import servers
import weights
from compare import Case
from course import Course

PROGRAM = os.environ["POLYRING_CLI"]
EVERYTHING = bool(os.environ.get("POLYRING_ALL"))
SIZE = int(os.environ.get("POLYRING_SIZE", 1000000 if EVERYTHING else 10000))
SEED = os.environ.get("POLYRING_SEED", "1")
BATCH = 30 if SIZE < 50000 else 400  # keys a ring
KEPT = 380  # cases that the controls may use: every row and value comes up


@pytest.fixture(scope="module", name="table")
def load_table():
    return rows.Table(PROGRAM)


@pytest.fixture(scope="module", name="course")
def make_course(table):
    return Course(table, PROGRAM, SEED, BATCH, KEPT)


def test_core_and_engine_agree(table, course):
    print(f"\nPOLYRING_SIZE={SIZE} POLYRING_SEED={SEED}")
    total = traced = placed = rings = 0
    for case, core in course.cases():
        difference = compare.first_difference(table, PROGRAM, case, core)
        if difference:
            pytest.fail(compare.reproduction(table, PROGRAM, case, difference), False)
        rings += 1
        total += len(case.keys)
        traced += case.traced
        placed += sum(answer not in (compare.REFUSED, compare.UNFIT) for answer in core[0])
        if total >= SIZE and course.rounds:
            break
    print(f"{total} comparisons on {rings} rings, no difference: {placed} keys were placed, "
          f"{total - placed} refused; {traced} were compared by their whole traces")
    assert placed > total / 2
    assert not [f"{column}={value}" for column, values in table.choices.items()
                for value in values if value not in course.used[column]]


def test_contradictions(table):
    """Columns that contradict each other are refused by both, and the core names one of them."""
    dice, refused, wrong, count = random.Random(SEED), 0, [], max(200, SIZE // 500)
    for profile in (samples.careless(dice, table) for _ in range(count)):
        case = Case(profile, "a/10.0.0.1:1 b/10.0.0.2:2", [b"key"], 1)
        row = table.override(table.rows[profile.split(",")[0]], profile.split(",")[1:])
        ours = set(table.contradictions(row))
        _, complaint = compare.core_answers(PROGRAM, case)
        named = re.match("polyring: column ([a-z_]+)", complaint)
        refused += bool(ours)
        if bool(ours) != bool(named) or named and named[1] not in ours:
            wrong.append(f"{profile}: {ours or 'nothing'} contradicts, not {complaint.strip()}")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:10])
    assert count / 4 < refused < count


# ---- Controls: the engine with one rule changed differs from the core

class Mistaken:
    """A table in which a value of a column is taken for the column's default; value: None for
    every value."""

    def __init__(self, table, column, value):
        self.table, self.column, self.value, self.heavy = table, column, value, table.heavy

    def concerned(self, row):
        value = row[self.column]
        return value == self.value if self.value else value != self.table.defaults[self.column]

    def row(self, text):
        row = self.table.row(text)
        if self.concerned(row):
            return dict(row, **{self.column: self.table.defaults[self.column]})
        return row


def found(mistaken, cases):
    """Whether a case shows a mistake."""
    for case, core in cases:
        try:
            if mistaken.concerned(mistaken.table.row(case.profile)) and compare.first_difference(
                    mistaken, PROGRAM, case, core):
                return True
        except (ArithmeticError, TypeError, ValueError):  # the mistaken engine stumbles
            return True
    return False


def mistakes(table):
    """Every value of every choice but the default; None for all values of another column."""
    for column, choices in table.choices.items():
        if column not in ("provenance", "next"):
            yield from ((column, value) for value in choices or [None]
                        if value != table.defaults[column])


USERS = [f"user:{n}".encode() for n in range(400)]
ZEROS = [b"z37384", b"z63051", b"z118415"]  # keys whose crc is 0
POINTED = {  # where chance would seldom show a mistake
    "fold=or_one": Case("python-memcached/default", "a b c", ZEROS, 0),
    "fold=middle_or_one": Case("apr-memcache/default,hash=crc32,fold=middle_or_one", "a b c",
                               ZEROS, 0),
    "weights=refused": Case("ketama,weights=refused", "a:1:1 b", [b"key"], 0),
    "no_weight=refused": Case("ketama,no_weight=refused", "a:1:1 b:1", [b"key"], 0),
    "zero_weight=refused": Case("ketama,zero_weight=refused", "a:1:1 b:1:0", [b"key"], 0),
    "duplicates=refused": Case("ketama,duplicates=refused", "a a", [b"key"], 0),
    "heavy_when=given": Case("ketama,heavy=search=floor,heavy_when=given", "a:1:1 b:1:1", USERS,
                             0),
    "point_start=very_first": Case(
        "libmemcached/ketama,point_hash=fnv1a_32,points=1,point_start=very_first", "a b c",
        USERS, 0),
    # Elsewhere the order is the same circle, begun at another place.
    "point_order=signed": Case(
        "libmemcached/ketama,points=1,point_order=signed,search=ceil_or_last", "a b c", USERS, 0),
    "equal=label": Case("libmemcached/ketama,hash=zero,equal=label", "a b c", USERS[:1], 0),
    "equal=cycle": Case("libmemcached/ketama,hash=zero,equal=cycle", "c b a", USERS[:1], 0),
    "equal=label_hash": Case("emcache/default", " ".join(f"h{n}" for n in range(40)), USERS, 0),
}


def test_a_value_taken_for_the_default_is_found(table, course):
    missed = []
    for column, value in mistakes(table):
        name = f"{column}={value or 'any'}"
        cases = itertools.chain(itertools.islice(course.cases(), KEPT),
                                course.pointed({column: value} if value else {}, 60))
        if name in POINTED:
            cases = [(POINTED[name], None)]
        if not found(Mistaken(table, column, value), cases):
            missed.append(name)
    assert not missed


EQUAL_25 = " ".join(f"10.0.0.{n}:11211:1" for n in range(1, 26))
LONG = "libmemcached/ketama,label={host}{host}{host}{host}a{i}"  # labels of up to 1,023 bytes
CONTROLS = {
    "double for single": (weights, "single", lambda x: x, Case("ketama", EQUAL_25, USERS, 0)),
    "an address as it is spelled": (
        labels, "java_address", lambda ip: ip,
        Case("spymemcached/ketama", "a/[::1]:1 b/[2001:db8::2]:1", USERS, 0)),
    "no byte is refused": (keys, "parse_refuse", lambda text: set(),
                           Case("spymemcached/array-mod", "a", [b"a b"], 0)),
    "every label is short": (labels, "LABEL_MAX", 1 << 20,
                             Case(LONG + "{i}", "h" * 255 + " other", [b"key"], 0)),
    "the key counts in a label": (
        labels, "LABEL_MAX", 5, Case("emcache/default", "a:1 bbbbbb:1", [b"key"], 0)),
    "a path has no port": (
        engine, "port_text", lambda server, row: b"1",
        Case("libmemcached/modula,order=host", "unix:/a:2:1 unix:/a:1:1", USERS, 0)),
    "the least chance keeps": (
        layouts, "spooky32", lambda text, seed: -1,
        Case("mcrouter/weighted-ch3", "a:1:0 b:1:0.5 c:1:0.1", USERS, 0)),
    "the high half of 64 bits": (
        hashes, "divmod", lambda a, b: (a % b, a // b),
        Case("memcached-proxy/ring", "a b c", USERS, 0)),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_changed_rule_is_found(table, monkeypatch, control):
    target, name, value, case = CONTROLS[control]
    assert not compare.first_difference(table, PROGRAM, case)
    monkeypatch.setattr(target, name, value, raising=False)
    assert compare.first_difference(table, PROGRAM, case)


EDGES = (
    (LONG, "h" * 255 + " other", [b"key"]),
    (LONG + "{i}", "h" * 255 + " other", [b"key"]),
)


def test_edges(table):
    for edge in EDGES:
        assert not compare.first_difference(table, PROGRAM, Case(*edge, 1))


# Server text, one by one: fit or not, the two must say the same.
SPELLINGS = """
h h: h:0 h:1 h:65535 h:65536 h:11211:1 h:11211: h::1 h:11211:1:1 h:11211:-1 h:11211:+1 h:x h:1x
h:11211:4294967295 h:11211:4294967296 h:11211:4294967295.5 h:11211:1e3 h:11211:.5 h:11211:1.
h:11211:1.0
h:11211:inf h:11211:nan h:11211:0x1 h:11211:0 h:11211:000000000000001 h:11211:0000000000000001
h:11211:1.00000000000000
h:11211:1.000000000000000 h:11211:00 h:01 h:000011211 h:11211:1.5 h:11211:1..5
=h n= n=h n=h:1 n/m=h n%3D=h n=h=i n=[::1]:1 n=unix:/a n=unix:/a:2 n%20m=h
h/ h/i h/10.0.0.1 h/10.0.0.1:1 h/10.0.0.1:1:2 h/10.0.0 h/::1 h/[::1] h/[::1]:1 h/[] h/[10.0.0.1]
/10.0.0.1
10.0.0.1 10.0.0.256 10.0.0 10.0.0.1/10.0.0.2 10.0.0.01 1 1:2
[::1] [::1]:1 [::1]:1:2 [::1]x [::1 ::1] ::1 [] [h] [10.0.0.1] [::1%25eth0] [::1%eth0] [::1%25]
[::g]
[1:2:3:4:5:6:7:8] [1:2:3:4:5:6:7:8:9] [::ffff:10.0.0.1] [::1]/10.0.0.1 [::1]/[::2] [0::0:1]
unix: unix:/ unix:/a unix:a unix:/a:1 unix:/a:2 unix:/a:0:1 unix:/a:11211:2 unix:/a:65536:2
unix:/a:1:2:3
unix:/a: unix:/a::1 unix:/a%3A1 unix:/a%20b unix:/a:1.5 unix unix:11211 UNIX:/a unix:/a:
h;a=b h:1;a=b h:1;a=b;c=d h:1; h:1;a h:1;=b h:1;a= h:1;a=b=c h:1;a=%20 h:1;a=b:c unix:/a;a=b n=h;a=b
h;buckets= h;buckets=0 h;buckets=0-1 h;buckets=1 h;buckets=0+1 h;buckets=0%2B1 h;buckets=1+0
h;buckets=0-0 h;buckets=0-1+1 h;buckets=0- h;buckets=-1 h;buckets=+0 h;buckets=0+ h;buckets=00
h;buckets=0000000001 h;buckets=1048575 h;buckets=1048576 h;buckets=0-1048575 h;buckets=x h;buckets=0.1
h;buckets=0;buckets=0 h;buckets=0;zone=a h;Buckets=0 h;a=b+c h;a+b=c h+ h:1+
h%41 h%4 h%zz h%c3%bc h%00 h%2F ü a@b a+b a,b a_b a~b a*b a"b h. .h -h h%2f
"""


SPELLINGS = SPELLINGS.split() + [
    start + unit * count for start, unit, count in itertools.product(
        ("", "unix:/", "n="), ("h", "%41"), (253, 254, 255, 256))] + [
    "h" * count + "=h" for count in (255, 256)]


@pytest.mark.parametrize("profile", ["libmemcached/ketama", "cache-memcached-fast/ketama",
                                     "spymemcached/array-mod",
                                     "libmemcached/modula,hash=crc,words=2", "libvbucket/vbucket",
                                     "polyring/buckets,slots=1"])
def test_spellings_of_servers(table, profile):
    wrong = []
    for word in SPELLINGS:
        text = f"{word} other:7:1"
        difference = compare.first_difference(table, PROGRAM, Case(profile, text, [b"key"], 1))
        if difference:
            wrong.append(f"{word}: {difference}")
    assert not wrong, "\n".join(wrong)


OVERRIDES = """
nothing nothing=1 hash hash= hash=md6 hash=MD5 words=0 words=6 words=+1 words=01 words=1.0 points=-1
points=1000001 points= label= label={host} label={host label=host} label={Host}-{i}
label={{i}} label={} label={host}-{key} unix_label={key} label={i}{i}{i} no_port= no_port=-x refuse=
refuse=0 refuse=00- refuse=20-00 refuse=00-20+ refuse=gg refuse=00+01+02-03 refuse=0A heavy=nothing
heavy=hash=md6 heavy=hash=md5 heavy=hash=md5; heavy=words=5 heavy=heavy=
heavy=points=150 heavy=label=
weights=repeat weights=times weights=share_single weights=share_mixed weights=share_double
layout=modulo
layout=ring layout=rendezvous fractions=yes words=1 words=2 words=3 words=4 words=5 point_hash=crc32
point_hash=sha1 points=161 hash=md5,hash=crc hash=md5, ,hash=md5 no_weight=plain zero_weight=refused
duplicates=refused equal=label one_server=hashed provenance=own provenance=x
"""


def test_every_override_of_every_row(table):
    """All of them with POLYRING_ALL=1, else every eleventh."""
    wrong = []
    lists = ("a/10.0.0.1 b/10.0.0.2:7", "a/10.0.0.1:1:1 b/10.0.0.2:7:3",
             "a/10.0.0.1:1:2.5 a/10.0.0.1:1:1")
    pairs = itertools.product(table.rows, OVERRIDES.split(), lists)
    for row, override, text in itertools.islice(pairs, 0, None, 1 if EVERYTHING else 11):
        case = Case(f"{row},{override}", text, [b"key"], 1)
        difference = compare.first_difference(table, PROGRAM, case)
        if difference:
            wrong.append(f"{case.profile} on {text}: {difference}")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:10])


def test_the_largest_list(table, tmp_path):
    for count, fit in ((servers.SERVERS_MAX, True), (servers.SERVERS_MAX + 1, False)):
        text = "\n".join(f"h{i}" for i in range(count))
        (tmp_path / "servers").write_text(text, encoding="ascii")
        ours, _ = compare.engine_answers(table, Case("libmemcached/modula", text, [b"key"], 1))
        run = subprocess.run([PROGRAM, "explain", "--profile", "libmemcached/modula", "--json",
                              "--servers-file", tmp_path / "servers", "key"],
                             capture_output=True, check=False)
        assert (ours[0] != compare.UNFIT) == fit
        assert run.returncode == (0 if fit else 2)
        if fit:
            assert json.loads(run.stdout)["index"] == ours[0]["index"]
