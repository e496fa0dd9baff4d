"""The cells of the fault matrix: which faults, which calls are made under each, and when an answer is right.

What is right is judged by the servers themselves, which are read directly before and behind each call: the values that
a call finds must be there, and what it says that it changed must have changed.
"""

import itertools
import socket

from drivers import key, text

FAULTS = ["refuse", "blackhole", "reset", "delay:60", "trickle:20", "truncate", "duplicate", "reorder", "length",
          "line_end", "half_close", "wrong_key", "wrong_opaque", "garbage", "stopped", "killed"]
OPERATIONS = ["get", "get_many", "set", "add", "cas", "incr", "delete", "touch"]
PROTOCOLS = ["text", "meta"]
ON_DEAD = ["miss", "next", "gutter"]
HOME, GUTTER = 0, 3  # of the servers
MAY_LIE = {"miss": {HOME}, "next": {0, 1, 2}, "gutter": {HOME, GUTTER}}  # a key whose home is the first server
SILENT = {"UNKNOWN", "UNAVAILABLE"}
GARBLED = SILENT | {"BAD_REPLY"}
# How a call may fail. With any fault it may be UNAVAILABLE once the server is down.
MAY_FAIL = {"refuse": SILENT, "blackhole": SILENT, "reset": SILENT, "delay": SILENT, "trickle": SILENT,
            "truncate": SILENT, "duplicate": GARBLED, "reorder": GARBLED, "length": GARBLED, "line_end": GARBLED,
            "half_close": SILENT, "wrong_key": GARBLED, "wrong_opaque": GARBLED, "garbage": GARBLED,
            "stopped": SILENT, "killed": SILENT}
DISORDERED = {"duplicate", "reorder"}  # replies without a name, as errors are, may be taken for others
WITHOUT_PROXY = {"stopped", "killed"}
MANY = 100
CALLS = 6
TTL = 1000
LARGE = 6000  # more than the servers take


def all_cells():
    return list(itertools.product(FAULTS, OPERATIONS, PROTOCOLS, ON_DEAD))


def sample(count, chance):
    """So many cells of each fault."""
    cells = []
    for fault in FAULTS:
        cells += chance.sample([cell for cell in all_cells() if cell[0] == fault], count)
    return cells


class Truth:
    """What is on a server, asked directly."""

    def __init__(self, address):
        self.address, self.socket = address, None

    def read(self, keys):
        """Of each key its value, its cas unique and its ttl, or None; if the server cannot be asked, None for all."""
        try:
            if not self.socket:
                self.socket = socket.create_connection(self.address, 2)
                self.stream = self.socket.makefile("rb")
            self.socket.sendall(b"".join(b"mg %s v c t\r\n" % key.encode() for key in keys))
            return {key: self.item() for key in keys}
        except OSError:
            self.close()
            return None

    def item(self):
        words = self.stream.readline().split()
        if not words:
            raise ConnectionError("the server is gone")
        if words[0] == b"EN":
            return None
        flags = {word[:1]: int(word[1:]) for word in words[2:]}
        return self.stream.read(int(words[1]) + 2)[:-2].decode(), flags[b"c"], flags[b"t"]

    def close(self):
        if self.socket:
            self.socket.close()
            self.stream.close()
        self.socket = None


class Call:
    """One call: what is asked, and of which keys (as texts)."""

    def __init__(self, operation, keys, **more):
        self.operation, self.keys, self.more = operation, keys, more

    def request(self):
        if self.operation == "get_many":
            return {"keys": [key(k) for k in self.keys]}
        return {"key": key(self.keys[0]), **self.more}


def stored(name, number):
    return f"{name}#{number}"


def prepare(driver, operation, names):
    """Stores what the calls need; all is well still."""
    items = [[key(name), text(stored(name, 0))] for name in names]
    if operation == "incr":
        driver.want({"outcome": "OK"}, "set_counter", key=key(names[0]), number=100, ttl=0)
    elif operation == "add":
        driver.want({"miss": True}, "get", key=key(names[0]))
    else:
        driver.want(lambda a: not a["failures"], "set_many", items=items, ttl=0)


def call(operation, number, names, absent, servers):
    """Call of that number. Each second one is one that a server refuses, so that the reply to the one before, taken for
    its own, would be a false success."""
    again, one = number % 2 == 1, names[number // 2 % len(names)]
    value = text(stored(one, number + 1))
    if operation == "get":
        return Call("get", [absent if again else one])
    if operation == "get_many":
        return Call("get_many", names)
    if operation == "set":
        large = text(stored(one, number + 1) + "x" * LARGE)
        return Call("set", [one], value=large if again else value, ttl=0)
    if operation == "add":
        return Call("add", [one], value=value, ttl=0)
    if operation == "cas":
        found = (servers[0] or {}).get(one)
        return Call("cas", [one], value=value, cas=str(found[1] - again if found else 1), ttl=0)
    if operation == "incr":
        return Call("incr", names[:1], delta=1)
    if operation == "delete":
        return Call("delete", [one])
    return Call("touch", [absent if again else one], ttl=TTL + number)


def known(server, name):
    return server is not None and server[name] is not None


def pairs(before, after, name):
    """What each server that can be asked had of a key, and has."""
    return [(b[name], a[name]) for b, a in zip(before, after) if b is not None and a is not None]


def is_found(value, name, before, after):
    """Whether a server has, or had, that value of the key."""
    return any(known(server, name) and value == ["text", server[name][0]] for server in (*before, *after))


def is_done(one, answer, before, after):
    """Whether some server shows the change that the answer claims. In between the client may have deleted what it was
    in doubt about."""
    name = one.keys[0]
    both = pairs(before, after, name)
    if one.operation in ("set", "add", "cas"):
        said = one.more["value"][1]
        return any(a and a[0] == said for _, a in both)  # no other call has stored that number
    if one.operation == "delete":
        return any(b and not a for b, a in both)
    if one.operation == "touch":
        return any(a and 0 <= min(ttl, one.more["ttl"]) - a[2] <= 3 for b, a in both for ttl in (10, TTL * 2))
    number = int(answer["number"])
    return any(a and int(a[0]) >= number and (not b or int(b[0]) < number) for b, a in both)


def is_missed(name, before, after, on_dead):
    """Whether a server that the key may go to has none of it; one that cannot be asked has it."""
    may = MAY_LIE[on_dead]
    return any(not b or not a for b, a in pairs([before[n] for n in may], [after[n] for n in may], name))


def is_astray(name, servers, on_dead):
    """Whether a server has the key that it may not go to."""
    return any(known(server, name) for n, server in enumerate(servers) if n not in MAY_LIE[on_dead])
