"""Adapters that must be caught: a small ketama of their own, and one fault each.

usage: liar.py FAULT, where honest is none. controls.list says what each must be reported as.
"""
import bisect
import hashlib
import os
import struct
import sys
import time
from urllib.parse import unquote_to_bytes

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../adapters/common"))
from adapter import Links, parse

FAULT = sys.argv[1]
servers = []
ring = []
positions = []
links = None


def points(server, at):
    port = "" if server.port in (None, 11211) and FAULT != "no-elision" else f":{server.port or 11211}"
    labels = 39 if FAULT == "group-short" and at == 0 else 40
    for i in range(labels):
        digest = hashlib.md5(f"{server.host}{port}-{i}".encode()).digest()
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
    search = bisect.bisect_right if FAULT == "above" else bisect.bisect_left
    found = search(positions, wanted)
    if FAULT == "no-wrap":
        found = min(found, len(ring) - 1)
    return ring[found % len(ring)][1]


def store(key, value):
    at = 0 if FAULT == "hypocrite" else place(key)
    if FAULT == "silent":
        return "ok"
    if FAULT == "cutter":
        key = key[:249]
    if FAULT == "mangler":  # bytes taken for Latin-1 and sent as UTF-8, as far as that fits
        key = key.decode("latin-1").encode()[:250]
    stored = links.set(at, key, value)
    if FAULT == "doubler":
        links.set((at + 1) % len(servers), key, value)
    return "ok" if stored else "no not stored"


def misbehave(verb):
    """The reply of those whose fault is their manner, or None."""
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
    }.get(FAULT)


def answer(verb, words):
    if verb == "hello":
        return f"hello liar-{FAULT} 0 python servers,locate,set"
    if verb == "servers":
        build(words)
        return "ok"
    if verb == "locate":
        key = unquote_to_bytes(words[0])
        return f"at {place(key)}" if len(key) <= 250 else "no too long"
    if verb == "set":
        key = unquote_to_bytes(words[0])
        value = unquote_to_bytes((words + [""])[1])
        return store(key, value) if len(key) <= 250 else "no too long"
    return f"skip {verb}"


for line in sys.stdin:
    request, *rest = line.rstrip("\n").split(" ")
    if request == "bye":
        break
    print(misbehave(request) or answer(request, rest or [""]), flush=True)
