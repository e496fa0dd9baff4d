"""Section 2 of docs/placement.md: the hashes. All give 32-bit words."""
import hashlib
import struct
import zlib

M32 = 0xFFFFFFFF

def one_at_a_time(units):
    h = 0
    for c in units:
        h = (h + c) & M32
        h = (h + (h << 10)) & M32
        h ^= h >> 6
    h = (h + (h << 3)) & M32
    h ^= h >> 11
    return (h + (h << 15)) & M32


def fnv(offset, prime, bits, a):
    def run(units):
        h, mask = offset, (1 << bits) - 1
        for c in units:
            h = ((h ^ (c & mask)) * prime if a else (h * prime) ^ (c & mask)) & mask
        return h & M32
    return run


def java(units):
    h = 0
    for c in units:
        h = (31 * h + c) & M32
    return h


def murmur2(data):
    h = (0xDEADBEEF * len(data) & M32) ^ len(data)
    whole = len(data) & ~3
    for (k,) in struct.iter_unpack("<I", data[:whole]):
        k = k * 0x5BD1E995 & M32
        k = (k ^ k >> 24) * 0x5BD1E995 & M32
        h = (h * 0x5BD1E995 & M32) ^ k
    if len(data) > whole:
        h = (h ^ int.from_bytes(data[whole:], "little")) * 0x5BD1E995 & M32
    h = (h ^ h >> 13) * 0x5BD1E995 & M32
    return h ^ h >> 15


def rotate(x, r):
    return (x << r | x >> (32 - r)) & M32


def murmur3(data, seed):
    def mix(k):
        return rotate(k * 0xCC9E2D51 & M32, 15) * 0x1B873593 & M32
    h, whole = seed, len(data) & ~3
    for (k,) in struct.iter_unpack("<I", data[:whole]):
        h = (rotate(h ^ mix(k), 13) * 5 + 0xE6546B64) & M32
    h ^= mix(int.from_bytes(data[whole:], "little")) ^ len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & M32
    h = (h ^ h >> 13) * 0xC2B2AE35 & M32
    return h ^ h >> 16


def hashlittle(data, initval):
    a = b = c = (0xDEADBEEF + len(data) + initval) & M32
    while True:
        block, data = data[:12], data[12:]
        if not block:
            return c
        x, y, z = struct.unpack("<3I", block.ljust(12, b"\0"))
        a, b, c = (a + x) & M32, (b + y) & M32, (c + z) & M32
        if not data:
            break
        for first, second, third in ((4, 6, 8), (16, 19, 4)):
            a, c = (a - c & M32) ^ rotate(c, first), (c + b) & M32
            b, a = (b - a & M32) ^ rotate(a, second), (a + c) & M32
            c, b = (c - b & M32) ^ rotate(b, third), (b + a) & M32
    for first, second, third in ((14, 11, 25), (16, 4, 14)):
        c = ((c ^ b) - rotate(b, first)) & M32
        a = ((a ^ c) - rotate(c, second)) & M32
        b = ((b ^ a) - rotate(a, third)) & M32
    return ((c ^ b) - rotate(b, 24)) & M32


BY_UNIT = {
    "one_at_a_time": one_at_a_time, "java": java,
    "fnv1_32": fnv(2166136261, 16777619, 32, False),
    "fnv1a_32": fnv(2166136261, 16777619, 32, True),
    "fnv1_64": fnv(0xCBF29CE484222325, 0x100000001B3, 64, False),
    "fnv1a_64": fnv(0xCBF29CE484222325, 0x100000001B3, 64, True),
}
BY_BYTES = {
    "crc32": zlib.crc32,
    "crc": lambda data: zlib.crc32(data) >> 16 & 0x7FFF,
    "murmur": murmur2,
    "murmur3": lambda data: murmur3(data, 0xDEADBEEF * len(data) & M32),
    "murmur3_32": lambda data: murmur3(data, 0),
    "jenkins": lambda data: hashlittle(data, 13),
}
DIGEST_WORDS = {"md5": 4, "sha1": 5}


def hash_words(name, text, row):
    """Every 32-bit word that a hash gives. text: bytes, or a tuple of UTF-16 units."""
    if name in DIGEST_WORDS:
        order = "<" if row["byte_order"] == "little" else ">"
        digest = hashlib.new(name, text, usedforsecurity=False).digest()
        return struct.unpack(f"{order}{DIGEST_WORDS[name]}I", digest)
    if name in BY_BYTES:
        return (BY_BYTES[name](text),)
    if row["sign"] == "yes" and isinstance(text, bytes):
        text = [c - 256 if c >= 128 else c for c in text]
    return (BY_UNIT[name](text),)
