"""The core and the reference engine place random keys on random lists alike.

POLYRING_CLI: the program polyring. POLYRING_SIZE: comparisons (10,000; with POLYRING_ALL=1
100,000). POLYRING_SEED: another course of the same.
"""
import itertools
import json
import os
import random
import subprocess

import compare
import engine
import generate
import labels
import pytest
import servers

PROGRAM = os.environ["POLYRING_CLI"]
SIZE = int(os.environ.get("POLYRING_SIZE", 100000 if os.environ.get("POLYRING_ALL") else 10000))
SEED = os.environ.get("POLYRING_SEED", "1")
BATCH = 40


@pytest.fixture(scope="module", name="table")
def load_table():
    return engine.Table(PROGRAM)


def batches(table, size, seed):
    """Random (profile, servers, keys) until there are size keys."""
    source = random.Random(seed)
    for _ in range(0, size, BATCH):
        profile, row, ring = generate.profile(source, table), None, None
        try:
            row = table.row(profile)
        except engine.ProfileError:
            row = table.row(profile.split(",")[0])
        text = generate.servers(source, row)
        try:
            ring = engine.Ring(table, profile, text)
        except (engine.ProfileError, engine.ServersError):
            pass
        yield profile, text, generate.keys(source, ring, BATCH), ring is not None


def test_core_and_engine_agree(table):
    print(f"\nPOLYRING_SIZE={SIZE} POLYRING_SEED={SEED}")
    placed = total = 0
    for profile, text, keys, fit in batches(table, SIZE, SEED):
        difference = compare.first_difference(table, PROGRAM, profile, text, keys)
        if difference:
            pytest.fail(compare.reproduction(table, PROGRAM, profile, text, difference), False)
        placed += len(keys) * fit
        total += len(keys)
    print(f"{total} comparisons, {placed} of them on lists that the row takes: no difference")
    assert placed > total / 2


def sign_lost(name, text, row, whole=engine.hash_words):
    return whole(name, text, dict(row, sign="no"))


CONTROLS = {
    "> for >= in the search": (engine, "find", lambda search, points, value,
                               whole=engine.find: whole(search.replace("ceil", "above"), points,
                                                        value)),
    "double for single": (engine, "single", lambda x: x),
    "a hash of 0 stays 0": (engine, "fold", lambda row, value: value),
    "bytes are never signed": (engine, "hash_words", sign_lost),
    "the first of equal points": (engine, "pick", lambda rule, group: (group[0], [])),
    "a missing port is 11211": (labels, "port_text", lambda server, row: server.port or "11211"),
    "an address as it is spelled": (labels, "java_address", lambda ip: ip),
    "keys are bytes": (engine, "hashed_text", lambda row, sent: sent),
    "no byte is refused": (engine, "parse_refuse", lambda text: set()),
    "weight 0 is 1": (engine, "effective_weights", lambda row, kept, whole=engine.effective_weights:
                      whole(dict(row, zero_weight="one"), kept)),
    "every label is short": (labels, "LABEL_MAX", 1 << 20),
    "a path of port 0 has no port": (labels, "token_bytes", lambda token, server, row,
                                     whole=labels.token_bytes: whole(
                                         token, server._replace(port="11211"), row)
                                     if server.is_path else whole(token, server, row)),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_changed_rule_is_found(table, monkeypatch, control):
    monkeypatch.setattr(*CONTROLS[control])
    for profile, text, keys, *_ in itertools.chain(EDGES, batches(table, 20000, "1")):
        if compare.first_difference(table, PROGRAM, profile, text, keys):
            return
    pytest.fail(f"20,000 comparisons do not show it: {control}", False)


# Labels of up to 1,023 bytes.
FOURFOLD = "libmemcached/ketama,label={host}{host}{host}{host}a{i}"
EDGES = (
    (FOURFOLD, "h" * 255 + " other", [b"key"]),
    (FOURFOLD + "{i}", "h" * 255 + " other", [b"key"]),
)


def test_edges(table):
    for profile, text, keys in EDGES:
        assert not compare.first_difference(table, PROGRAM, profile, text, keys)


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
h%41 h%4 h%zz h%c3%bc h%00 h%2F ü a@b a+b a,b a_b a~b a*b a"b h. .h -h h%2f
"""


SPELLINGS = SPELLINGS.split() + [
    start + unit * count for start, unit, count in itertools.product(
        ("", "unix:/", "n="), ("h", "%41"), (253, 254, 255, 256))] + [
    "h" * count + "=h" for count in (255, 256)]


@pytest.mark.parametrize("profile", ["libmemcached/ketama", "cache-memcached-fast/ketama",
                                     "spymemcached/array-mod",
                                     "libmemcached/modula,hash=crc,words=2"])
def test_spellings_of_servers(table, profile):
    wrong = []
    for word in SPELLINGS:
        text = f"{word} other:7:1"
        difference = compare.first_difference(table, PROGRAM, profile, text, [b"key"])
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
    wrong = []
    lists = ("a/10.0.0.1 b/10.0.0.2:7", "a/10.0.0.1:1:1 b/10.0.0.2:7:3",
             "a/10.0.0.1:1:2.5 a/10.0.0.1:1:1")
    for row in table.rows:
        for override in OVERRIDES.split():
            for text in lists:
                profile = f"{row},{override}"
                difference = compare.first_difference(table, PROGRAM, profile, text, [b"key"])
                if difference:
                    wrong.append(f"{profile} on {text}: {difference}")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


def test_the_largest_list(table, tmp_path):
    for count, fit in ((servers.SERVERS_MAX, True), (servers.SERVERS_MAX + 1, False)):
        text = "\n".join(f"h{i}" for i in range(count))
        (tmp_path / "servers").write_text(text, encoding="ascii")
        ours, _ = compare.engine_traces(table, "libmemcached/modula", text, [b"key"])
        run = subprocess.run([PROGRAM, "explain", "--profile", "libmemcached/modula", "--json",
                              "--servers-file", tmp_path / "servers", "key"],
                             capture_output=True, check=False)
        assert (ours[0] != compare.UNFIT) == fit
        assert run.returncode == (0 if fit else 2)
        if fit:
            assert json.loads(run.stdout)["index"] == ours[0]["index"]
