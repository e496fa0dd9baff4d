"""Adapters that must be caught: a small ketama of their own, and one fault each.

usage: liar.py FAULT [modulo], where honest is none. controls.list says what each must be reported
as. With modulo they place keys by MD5 modulo the number of servers.
"""
import bisect
import hashlib
import math
import os
import pathlib
import re
import struct
import sys
import time
from urllib.parse import quote_from_bytes, unquote_to_bytes

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../adapters/common"))
from adapter import Links, parse

FAULT = sys.argv[1]
MODULO = sys.argv[2:] == ["modulo"]
servers = []
ring = []
positions = []
links = []


# Placing.

def groups(at):
    """How many labels a server has; weights are not rounded to the nearest, but down."""
    if FAULT == "group-short" and at == 0:
        return 39
    weights = [server.whole_weight() for server in servers]
    share = struct.unpack("f", struct.pack("f", weights[at] / sum(weights)))[0]
    exact = share * 40 * len(servers)
    return math.ceil(exact) if FAULT == "weight-up" else math.floor(exact + 1e-10)


def label_of(server, at, number):
    """Where a list that is not sorted confuses a client, the labels count the servers."""
    if FAULT == "order-bound" and [s.text for s in servers] != sorted(s.text for s in servers):
        return f"{at}-{number}"
    elided = server.port in (None, 11211) and FAULT != "no-elision"
    return f"{server.host}-{number}" if elided else f"{server.host}:{server.port or 11211}-{number}"


def points(server, at):
    for number in range(groups(at)):
        digest = hashlib.md5(label_of(server, at, number).encode()).digest()
        yield from struct.unpack("<4i" if FAULT == "signed" else "<4I", digest)


def build(words):
    global servers, ring, positions, links
    servers = [parse(word) for word in words]
    links = Links(servers)
    order = range(len(servers))
    ring = sorted(((point, at) for at in (reversed(order) if FAULT == "reversed" else order)
                   for point in points(servers[at], at)), key=lambda entry: entry[0])
    positions = [point for point, _ in ring]


def place(key):
    if FAULT == "all-first":
        return 0
    digest = hashlib.md5(key).digest()
    wanted, = struct.unpack_from("<i" if FAULT == "signed" else "<I", digest)
    if MODULO:
        at = abs(wanted) % len(servers)
        return len(servers) - 1 - at if FAULT == "reversed" else at
    search = bisect.bisect_right if FAULT == "above" else bisect.bisect_left
    found = search(positions, wanted)
    if FAULT == "no-wrap":
        found = min(found, len(ring) - 1)
    return ring[found % len(ring)][1]


# Talking to servers.

def request(at, line, body=b""):
    """Sends a request and gives the lines of the reply; nothing if the server is not there."""
    try:
        if not links.files[at]:
            links.files[at] = links.open(servers[at])
        file = links.files[at]
        file.write(line + b"\r\n" + body)
        file.flush()
        first = file.readline()
        if not first.startswith(b"VALUE "):
            return [first] if first else []
        return [first, file.read(int(first.split(b" ")[3]) + 2)[:-2], file.readline()]
    except OSError:
        links.files[at] = None
        return []


def put(at, key, value, flags=0):
    return request(at, b"set %s %d 0 %d" % (key, flags, len(value)), value + b"\r\n")


def store(key, value):
    at = 0 if FAULT == "hypocrite" else place(key)
    if FAULT == "silent":
        return "ok"
    if FAULT == "cutter":
        key = key[:249]
    if FAULT == "mangler":  # bytes taken for Latin-1 and sent as UTF-8, as far as that fits
        key = key.decode("latin-1").encode()[:250]
    stored = put(at, key, value)
    if FAULT == "doubler":
        put((at + 1) % len(servers), key, value)
    if not stored:
        links.files[at] = None
        while FAULT == "waits-for-ever":
            time.sleep(60)
    return "ok" if stored == [b"STORED\r\n"] else "no server"


def load(key, at=None):
    """The value, None for a miss, False for a server that is not there."""
    at = place(key) if at is None else at
    if FAULT == "lazy":
        return None
    if FAULT == "reads-elsewhere":
        at = (at + 1) % len(servers)
    if FAULT == "asks-twice":
        request((at + 1) % len(servers), b"get " + key)
    if FAULT == "misser":
        key = b"~" + key[1:]
    reply = request(at, b"get " + key)
    if not reply:
        links.files[at] = None
        while FAULT == "waits-for-ever":
            time.sleep(60)
        return b"0.0" if FAULT == "confuser" else False
    return b"invented" if FAULT == "inventor" else reply[1] if len(reply) == 3 else None


def get(key):
    value = load(key)
    return "no server" if value is False else "miss" if value is None else \
        "value " + quote_from_bytes(value, safe="")


def many(keys):
    if any(len(key) > 250 for key in keys):
        return "no too long"
    if FAULT == "everybody":
        for key in keys:
            for at in range(len(servers)):
                load(key, at)
    words = ["-" if value is None else "+" + quote_from_bytes(value, safe="")
             for value in map(load, keys)]
    if FAULT == "swapper" and len(words) > 1:
        words[:2] = reversed(words[:2])
    if FAULT == "dropper":
        words[-1] = "-"
    if FAULT == "miscounter":
        words.pop()
    return " ".join(["many", *words])


# Typed values: text is what it is, everything else has a flag.

TYPES = ["text", "bytes", "int", "float", "bool", "null", "list", "map"]


def store_typed(key, kind, text):
    if FAULT == "silent":
        return "ok"
    stored = put(place(key), key, text, 0 if FAULT == "flagless" else TYPES.index(kind))
    return "ok" if stored == [b"STORED\r\n"] else "no server"


def fetch(key):
    reply = request(place(key), b"get " + key)
    if len(reply) != 3:
        return "miss"
    flags = int(reply[0].split(b" ")[2])
    kind = TYPES[flags] if flags < len(TYPES) else "other"
    return f"typed {kind} {quote_from_bytes(reply[1], safe='')}"


# The conversation.

def leave_an_orphan():
    """A process that is neither in our group nor our child, and holds no pipe of ours."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for fd in range(3):
                os.dup2(null, fd)
            time.sleep(600)
        os._exit(0)


def orphan_found():
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if re.search(rb"liar\.py\0orphan\0$", path.read_bytes()):
                return True
        except OSError:
            pass
    return False


def misbehave(verb):
    """The reply of those whose fault is their manner, or None."""
    if FAULT == "orphan" and verb == "servers":
        leave_an_orphan()
    if verb in ("hello", "servers", "bye"):
        return None
    if FAULT == "crasher":
        sys.exit(0)
    if FAULT == "babbler":
        return "ok " + "x" * (1 << 20)
    if FAULT == "hanger":
        time.sleep(3600)
    if FAULT == "half-line":
        sys.stdout.write("o")
        sys.stdout.flush()
        time.sleep(3600)
    return {
        "refuser": "no thanks",
        "skipper": f"skip {verb}",
        "two-lines": "ok\nok",
        "nul": "ok\0ok",
        "stranger": "stored",
        "nowhere": f"at {len(servers)}",
        "bereaved": "no there is an orphan" if FAULT == "bereaved" and orphan_found() else None,
    }.get(FAULT)


def answer(verb, words):
    if verb == "hello":
        return f"hello liar-{FAULT} 0 python servers,locate,set,get,many,store,fetch"
    if verb == "servers":
        build(words)
        return "ok"
    key, *rest = [unquote_to_bytes(word) for word in words]
    if verb == "many":
        return many([key, *rest])
    if len(key) > 250:
        return "no too long"
    if verb == "locate":
        return f"at {place(key)}"
    if verb == "set":
        return store(key, (rest + [b""])[0])
    if verb == "get":
        return get(key)
    if verb == "store":
        return store_typed(key, rest[0].decode(), (rest[1:] + [b""])[0])
    if verb == "fetch":
        return fetch(key)
    return f"skip {verb}"


for line in sys.stdin:
    name, *arguments = line.rstrip("\n").split(" ")
    if name == "bye":
        if FAULT == "afterwards":
            print("ok", flush=True)
        break
    print(misbehave(name) or answer(name, arguments or [""]), flush=True)
