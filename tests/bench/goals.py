"""What ./bootstrap bench measures: each row a figure of Polyring, what it is held against, and
the goal. A case is a question of c/serve.h: JOB WAY SERVERS KEYS PASSES PROFILE. Where a client is
asked, SERVERS is tcp/N or unix/N; the places of N servers are put in before it is asked."""
from typing import NamedTuple

KETAMA = "libmemcached/ketama-weighted"
SPYMEMCACHED = "spymemcached/ketama"
KEYS = 100_000
SAMPLE = 1000  # keys that tell whether two rings are the same
# libmemcached's float rule gives each of 100 and of 10,000 servers 156 points, so that one more
# changes them all and nothing can be merged. These have 160, and so have those with one more.
FULL = (101, 10_001)


VALUE_SIZE = 100  # bytes, where a client is asked
CLIENT_KEYS = 1000


class Measure(NamedTuple):
    contestant: str
    case: str
    pin: str = ""  # "same": on the processor of the servers, "apart": on another

    @property
    def places(self):
        """tcp/N or unix/N, or "" where no client is asked."""
        servers = self.case.split()[2:3]
        return servers[0] if servers and "/" in servers[0] else ""


class Row(NamedTuple):
    group: str
    what: str
    servers: int
    unit: str
    subject: Measure  # Polyring
    anchor: Measure | None = None
    at_least: float | None = None  # of anchor / subject
    at_most: float | None = None  # of subject / anchor, or of the subject alone

    @property
    def name(self):
        return f"{self.group}: {self.what}, {self.servers:,} servers"


def located(contestant, way, servers, passes=2, keys=KEYS, profile=KETAMA):
    return Measure(contestant, f"locate {way} {servers} {keys} {passes} {profile}")


def changed(contestant, job, way, servers, passes, profile=KETAMA):
    return Measure(contestant, f"{job} {way} {servers} {SAMPLE} {passes} {profile}")


def core():
    for servers in (10, 100):
        yield Row("core", "one key", servers, "ns", located("polyring", "one", servers),
                  located("libmemcached", "one", servers), at_least=1.3)
    for lanes, words, goal in ((16, "AVX-512", 8), (8, "AVX2", 5), (4, "portable", 3)):
        for batch, servers in ((64, 10), (64, 100), (1024, 100)):
            yield Row("core", f"batch of {batch:,}, {words}", servers, "ns",
                      located(f"polyring/{lanes}", batch, servers, passes=10),
                      located("libmemcached", "one", servers), at_least=goal)


def bindings():
    ways = (("Python", "polyring-python", "pylibmc", KETAMA,
             (("one str", "one", 1.4), ("list, locate_many", "many", 6),
              ("list, locate_indexes", "indexes", 6))),
            ("PHP", "polyring-php", "php-memcached", KETAMA,
             (("one string", "one", 1.8), ("array, locateMany", "many", 8),
              ("array, locateIndexes", "indexes", 8))),
            ("Java", "polyring-java", "spymemcached", SPYMEMCACHED,
             (("one byte[]", "one", 1.3), ("String[]", "strings", 3), ("flat", "flat", 8))))
    for language, ours, theirs, profile, kinds in ways:
        for what, way, goal in kinds:
            passes = 2 if way == "one" else 5
            for servers in (10, 100):
                yield Row(language, what, servers, "ns",
                          located(ours, way, servers, passes, profile=profile),
                          located(theirs, "one", servers, profile=profile), at_least=goal)


def rings():
    yield Row("ring", "build", 99, "ms", changed("polyring", "build", "list", 99, 20),
              changed("libmemcached", "build", "list", 99, 5), at_least=4)
    for servers, passes, goal in ((100, 20, None), (1_000, 3, None), (10_000, 1, 10)):
        yield Row("ring", "build", servers, "ms",
                  changed("polyring", "build", "list", servers, passes, SPYMEMCACHED),
                  changed("spymemcached", "build", "list", servers, 1, SPYMEMCACHED),
                  at_least=goal)
    yield Row("ring", "build, 100 times the servers", 10_000, "ms",
              changed("polyring", "build", "list", 10_000, 1, SPYMEMCACHED),
              changed("polyring", "build", "list", 100, 20, SPYMEMCACHED),
              at_most=200)  # n log n
    for servers, passes, goal in zip(FULL, (20, 3), (15, 20)):
        yield Row("ring", "add one server, or build anew", servers, "ms",
                  changed("polyring", "add", "merge", servers, passes),
                  changed("polyring", "add", "anew", servers, max(passes // 4, 1)), at_least=goal)
    for servers in FULL:
        yield Row("ring", "memory a server", servers, "B",
                  changed("polyring", "memory", "ring", servers, 1), at_most=2100)


def asked(contestant, job, way, places, passes, pin="same", profile=KETAMA):
    return Measure(contestant, f"{job} {way} {places} {CLIENT_KEYS} {passes} {profile}", pin)


def against(group, ours, theirs, job, places, passes, cpu, wall, pin="same", profile=KETAMA):
    """Two rows, CPU and time by the clock on the wall; a goal is (at_least, at_most)."""
    kind, servers = places.split("/")
    words = {"gets": "get 100 keys", "sets": "set 1,000 keys"}.get(job, job)
    what = f"{words}, {'TCP' if kind == 'tcp' else 'unix'}{', apart' if pin == 'apart' else ''}"
    for way, word, goal in (("cpu", "CPU", cpu), ("wall", "time", wall)):
        if goal:
            beside = f" beside {theirs}" if theirs == "raw" else ""
            yield Row(f"{group} client", f"{what}, {word}{beside}", int(servers), "us",
                      asked(ours, job, way, places, passes, pin, profile),
                      asked(theirs, job, way, places, passes, pin, profile), *goal)


# What a client of each language is held to: CPU, then time, as (at_least, at_most). A goal of 1/30
# of the CPU is written as 30 times less.
NO_GOAL = None, None
SINGLE = {"C": ((None, 1.0), (0.97, None)), "Python": ((None, 1.0), NO_GOAL),
          "PHP": ((None, 1.0), NO_GOAL), "Java": ((5, None), (3, None))}
MANY = {"C": ((None, 0.65), (1.25, None)), "Python": ((None, 0.5), NO_GOAL),
        "PHP": ((None, 0.7), NO_GOAL), "Java": (NO_GOAL, NO_GOAL)}
STORES = (30, None), (15, None)
CLIENTS = (("C", "polyring", "libmemcached", KETAMA),
           ("Python", "polyring-python", "pylibmc", KETAMA),
           ("PHP", "polyring-php", "php-memcached", KETAMA),
           ("Java", "polyring-java", "spymemcached", SPYMEMCACHED))


def clients():
    for group, ours, theirs, profile in CLIENTS:
        kinds = ("tcp",) if group == "Java" else ("tcp", "unix")  # spymemcached has TCP only
        for kind in kinds:
            for job in ("get", "set"):
                yield from against(group, ours, theirs, job, f"{kind}/1", 20, *SINGLE[group],
                                   profile=profile)
                if group == "C":
                    yield from against(group, ours, "raw", job, f"{kind}/1", 20, (None, 1.15),
                                       None)
            yield from against(group, ours, theirs, "gets", f"{kind}/4", 50, *MANY[group],
                               profile=profile)
            yield from against(group, ours, theirs, "sets", f"{kind}/1", 20, *STORES,
                               profile=profile)
    for job in ("get", "set"):
        yield from against("C", "polyring", "libmemcached", job, "tcp/1", 5, NO_GOAL, NO_GOAL,
                           "apart")
        yield from against("Java", "polyring-java", "spymemcached", job, "tcp/1", 5, (5, None),
                           (1.3, None), "apart", SPYMEMCACHED)


def threads():
    for group, ours, profile in (("C", "polyring", KETAMA), ("Java", "polyring-java", KETAMA)):
        yield Row(f"{group} client", "get, 64 threads against 8, time", 1, "us",
                  asked(ours, "get/64", "wall", "tcp/1", 40, "apart", profile),
                  asked(ours, "get/8", "wall", "tcp/1", 40, "apart", profile), at_most=1.0)


def programs():
    for lanes, words, goal in ((16, "AVX-512", None), (8, "AVX2", 100), (4, "portable", 250)):
        for way, clock, bar in (("wall", "", goal), ("cpu", ", CPU", None)):
            yield Row("command", f"1,000,000 keys, {words}{clock}", 1_000, "ms",
                      Measure(f"command/{lanes}", f"locate {way} 1000 1000000 1 {KETAMA}"),
                      at_most=bar)


def scale():
    """No goals: what the clients cost whose language or scheme has no counterpart above."""
    for ours, theirs, profile in (("polyring-python", "pymemcache", "pymemcache/hash-client"),
                                  ("polyring", "dalli", "dalli/ring")):
        yield Row("for scale", f"one key as {theirs}", 10, "ns",
                  located(ours, "one", 10, 10, 1000, profile),
                  located(theirs, "one", 10, 1, 1000, profile))


ROWS = [*core(), *bindings(), *rings(), *programs(), *clients(), *threads(), *scale()]
