#!/usr/bin/python3
"""Searches servers whose points collide, for the lists of topologies.list: on equal points the
order of the servers decides, and nothing else shows which way it does.

usage: colliding_names.py

Prints, for each kind of label, two servers that have a point of 32 bits in common: names from
mc1.example to mc1999.example, or addresses. By the birthday paradox there are some; it takes some
seconds.
"""
import hashlib
import struct
import zlib

NAMES = range(1, 2000)


def server(n):
    """Each name has an address of its own, which some labels contain."""
    return f"mc{n}.example/127.77.{20 + n // 250}.{n % 250 + 1}:11211"


def four_md5_words(template):
    def points(n):
        host, address = f"mc{n}.example", server(n).rsplit(":", maxsplit=1)[0]
        for i in range(40):
            label = template.format(host=host, address=address, i=i)
            yield from struct.unpack("<4I", hashlib.md5(label.encode()).digest())
    return points


def sha1_words(n):
    for i in range(160):
        yield int.from_bytes(hashlib.sha1(f"mc{n}.example:11211:{i}".encode()).digest()[:4], "big")


def crc_chain(n):
    point = 0
    for _ in range(150):
        point = zlib.crc32(f"mc{n}.example\0".encode() + b"11211" + struct.pack("<I", point))
        yield point


def plain_address(n):
    """One at a time hashes names that differ by a number alone too well."""
    return f"127.77.{30 + n // 250}.{n % 250 + 1}"


def one_at_a_time(n):
    for i in range(100):
        state = 0
        for byte in f"{plain_address(n)}-{i}".encode():
            state = (state + byte) * 1025 & 0xffffffff
            state ^= state >> 6
        state = state * 9 & 0xffffffff
        yield (state ^ state >> 11) * 32769 & 0xffffffff


KINDS = {
    "libmemcached, weighted": four_md5_words("{host}-{i}"),
    "libketama": four_md5_words("{host}:11211-{i}"),
    "spymemcached": four_md5_words("{address}:11211-{i}"),
    "dalli": sha1_words,
    "nginx": crc_chain,
    "libmemcached, plain": one_at_a_time,
}


def collision(points):
    owners = {}
    for n in NAMES:
        for point in points(n):
            if owners.setdefault(point, n) != n:
                return owners[point], n, point
    return None


for kind, points_of in KINDS.items():
    found = collision(points_of)
    spelled = plain_address if points_of is one_at_a_time else server
    print(kind, *([spelled(found[0]), spelled(found[1]), "at", found[2]] if found else ["none"]))
