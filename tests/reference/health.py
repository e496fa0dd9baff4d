"""The second statement of polyring/health.h: states, probes, routes and the log of a health.

It shares no code with the core. Times are integers, in microseconds.
"""
from engine import Ring
from failover import Failover
from keys import KeyRefused

SECOND = 1_000_000
SERVING = ("UP", "SUSPECT")
DEFAULTS = {"on_dead": "miss", "rejoin": "auto", "detect_hard": 1, "detect_soft": 3, "detect_share": 50,
            "detect_garbled": 3, "probe_interval": SECOND, "probe_most": 30 * SECOND, "settle": SECOND,
            "steady": 60 * SECOND, "stand_in_ttl": 10 * SECOND, "dead_most": 0}
LOG_MOST = 1024
MASK = (1 << 64) - 1


class Jitter:
    """SplitMix64, of which the upper half is used."""

    def __init__(self, seed):
        self.state = seed & MASK

    def draw(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return (z ^ z >> 31) >> 32


class Server:
    """One server. Every change of its state is told to `tell`."""

    def __init__(self, policy, seed, tell):
        self.policy, self.jitter, self.tell = policy, Jitter(seed), tell
        self.state, self.reason, self.work, self.since = "UP", "ANSWERED", "NONE", 0
        self.down_since = self.next_probe = self.answered_at = self.up_since = None
        self.doublings, self.relapses, self.forgotten = 0, 0, False
        self.back = None  # when it last took changes after it was down
        self.start_afresh()

    def start_afresh(self):
        self.calls, self.garbled = [], []  # (when, whether it failed), of the last twenty; when
        self.unanswered = self.unreached = 0

    @property
    def serves(self):
        return self.state in SERVING

    def enter(self, state, reason, now):
        self.tell(now, self.state, state, reason)
        self.state, self.reason, self.since = state, reason, now

    def down(self, reason, now):
        policy = self.policy
        if not self.serves:
            self.doublings += 1
            if self.state == "REJOINING":
                self.back = now
        else:
            again = self.up_since is not None and now - self.up_since < policy["steady"]
            self.doublings = self.doublings + 1 if again else 0
            self.relapses = self.relapses + 1 if again else 0
            self.down_since = now
        self.doublings = min(self.doublings, 62)
        pause = min(policy["probe_interval"] << self.doublings, policy["probe_most"])
        # 0.75 to 1.15 of it, by 31 random bits
        self.next_probe = now + pause * 3 // 4 + (pause * 2 // 5 * (self.jitter.draw() >> 1) >> 31)
        self.answered_at = None
        self.enter("DOWN", reason, now)

    def up(self, reason, now):
        self.start_afresh()
        self.up_since, self.forgotten, self.work = now, False, "NONE"
        self.back = now
        self.enter("UP", reason, now)

    def works(self):
        """What is to be done before it is used again."""
        rejoin = self.policy["rejoin"]
        if rejoin == "auto":
            rejoin = "repair" if self.policy["on_dead"] == "miss" else "flush_first"
        if rejoin == "repair":
            return "FLUSH" if self.forgotten else "REPAIR"
        return "FLUSH" if rejoin == "flush_first" else "NONE"

    def is_too_bad(self, seen, now):
        """Whether this failed call was one too many."""
        policy, bad = self.policy, False
        if seen == "UNREACHED":
            self.unreached += 1
            bad = 0 < policy["detect_hard"] <= self.unreached
        elif seen == "UNANSWERED":
            self.unanswered += 1
            bad = 0 < policy["detect_soft"] <= self.unanswered
        elif policy["detect_garbled"]:
            self.garbled = (self.garbled + [now])[-policy["detect_garbled"]:]
            bad = len(self.garbled) == policy["detect_garbled"] and now - self.garbled[0] < 60 * SECOND
        recent = [failed for when, failed in self.calls if now - when < 10 * SECOND]
        often = policy["detect_share"] and len(recent) >= 5 and \
            100 * sum(recent) >= policy["detect_share"] * len(recent)
        return bad or often

    def call(self, seen, now):
        if self.state == "REJOINING" and seen != "ANSWERED":
            self.down(seen, now)
        elif self.serves:
            self.calls = (self.calls + [(now, seen != "ANSWERED")])[-20:]
            if seen == "ANSWERED":
                self.unanswered = self.unreached = 0
                if self.state == "SUSPECT":
                    self.enter("UP", seen, now)
            elif self.is_too_bad(seen, now):
                self.down(seen, now)
            elif self.state == "UP":
                self.enter("SUSPECT", seen, now)

    @property
    def trial(self):
        """So long it must have answered probes: settle, and twice as long with each relapse, up to probe_most."""
        settle = self.policy["settle"]
        return max(settle, min(settle << min(self.relapses, 62), self.policy["probe_most"]))

    def probe_answered(self, seen, age, now):
        restarted = age >= 0 and now - age > self.down_since
        if self.relapses or not restarted:
            if self.answered_at is None:
                self.answered_at = now
            trial_ends = self.answered_at + self.trial
            if now < trial_ends:
                self.next_probe = min(now + self.policy["probe_interval"], trial_ends)
                return
        self.work = "NONE" if restarted else self.works()
        self.enter("REJOINING", seen, now)
        if self.work == "NONE":
            self.up(seen, now)

    def take(self, seen, detail, now):
        if seen in ("ANSWERED", "UNREACHED", "UNANSWERED", "GARBLED"):
            self.call(seen, now)
        elif seen == "FORGOTTEN":
            self.forgotten = True
            if self.serves and self.works() != "NONE":
                self.down(seen, now)
        elif seen == "TAKEN_OUT" and self.state != "OUT":
            self.down_since = now if self.serves else self.down_since
            self.enter("OUT", seen, now)
        elif seen == "PUT_BACK" and self.state == "OUT":
            self.doublings, self.relapses, self.next_probe, self.answered_at = 0, 0, now, None
            self.enter("DOWN", seen, now)
        elif self.state == "PROBING" and seen == "PROBE_ANSWERED":
            self.probe_answered(seen, detail, now)
        elif (self.state, seen) in (("PROBING", "PROBE_FAILED"), ("REJOINING", "NOT_CLEANED")):
            self.down(seen, now)
        elif (self.state, seen) == ("REJOINING", "CLEANED"):
            self.up(seen, now)

    @property
    def waits_until(self):
        """When it is to be probed; None: no probe is waiting."""
        return self.next_probe if self.state in ("DOWN", "PROBING") else None

    def probe(self, now):
        self.next_probe = None
        if self.state == "DOWN":
            self.enter("PROBING", self.reason, now)


class Health:
    def __init__(self, table, profile, servers, gutter=None, seed=0, **policy):
        self.policy = {**DEFAULTS, **policy}
        self.places, self.now = servers.split(), None
        self.ring = Failover(table, Ring(table, profile, servers), servers)
        self.gutter = Ring(table, profile, gutter) if gutter else None
        self.servers = [Server(self.policy, seed + i * 0x632BE59BD9B4E019, self.teller(place))
                        for i, place in enumerate(self.places)]
        self.lines, self.lost = [], 0

    def teller(self, place):
        def tell(now, before, after, reason):
            self.lines.append(f"{now} {place} {before} -> {after} {reason}")
            if len(self.lines) > LOG_MOST:
                self.lost += 1
                del self.lines[0]
        return tell

    def advance(self, now):
        self.now = now if self.now is None else max(now, self.now)
        return self.now

    def report(self, server, seen, detail, now):
        self.servers[server].take(seen, detail, self.advance(now))

    def due(self, now):
        now = self.advance(now)
        for i, server in enumerate(self.servers):
            if server.waits_until is not None and server.waits_until <= now:
                server.probe(now)
                return i
        return None

    def next_due(self):
        return min((s.waits_until for s in self.servers if s.waits_until is not None), default=None)

    def signs(self, i):
        """state, reason, work, since, down_since, next_probe, failed probes, unanswered calls"""
        of = self.servers[i]
        return (of.state, of.reason, of.work if of.state == "REJOINING" else "NONE", of.since,
                None if of.serves else of.down_since, of.waits_until, of.doublings, of.unanswered)

    def elsewhere(self, key, home, order, now):
        """(kind, server) of a key whose home is not spoken to."""
        policy, dead = self.policy, [i for i, server in enumerate(self.servers) if not server.serves]
        back = self.servers[home].back
        if policy["on_dead"] == "miss" or \
                back is not None and now < back + policy["stand_in_ttl"] + 2 * SECOND or \
                len(dead) > (policy["dead_most"] or max(1, len(self.servers) // 3)):
            return "NOWHERE", None
        if policy["on_dead"] == "gutter":
            try:
                return "GUTTER", self.gutter.index(key)
            except KeyRefused:
                return "NOWHERE", None
        server = self.ring.chosen(home, order, dead, len(self.servers))
        return ("NOWHERE" if server is None else "STAND_IN"), server

    def route(self, key, now):
        """(kind, home, server, ttl), or KeyRefused."""
        home, order = self.ring.candidates(key)
        if self.servers[home].serves:
            return "HOME", home, home, 0
        kind, server = self.elsewhere(key, home, order, now)
        return kind, home, server, 0 if server is None else self.policy["stand_in_ttl"]

    def log(self):
        lines = [f"{self.lost} lines were lost"] * bool(self.lost) + self.lines
        self.lines, self.lost = [], 0
        return lines
