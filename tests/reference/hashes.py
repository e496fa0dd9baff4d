"""Section 2 of docs/placement.md: the hashes, and the words that they give."""
import hashlib
import struct
import zlib
from functools import partial
from urllib.parse import unquote_to_bytes

from wide import M64, murmur3_128, murmur64a, siphash13, xxh3, xxh64

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
    def run(units, start=offset):
        h, mask = start, (1 << bits) - 1
        for c in units:
            h = ((h ^ (c & mask)) * prime if a else (h * prime) ^ (c & mask)) & mask
        return h
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


def java33(units):
    h = 0
    for c in units:
        h = (33 * h + c) & M64
    return h


def mysql(units):
    h = 0
    for n, c in enumerate(units):
        h = (h ^ (((h & 63) + 4 + 3 * n) * c + (h << 8))) & M32
    return h


def elf(units):
    h = 0
    for c in units:
        h = ((h << 4) + c) & M32
        h = (h ^ (h & 0xF0000000) >> 24) & 0x0FFFFFFF
    return h


def rs(units):
    h, a = 0, 63689
    for c in units:
        h, a = (h * a + c) & M32, a * 378551 & M32
    return h & 0x7FFFFFFF


def lua(units):
    """The one of these hashes whose upper half moves down: a signed number of 64 bits."""
    h, step = len(units), len(units) // 32 + 1
    for end in range(len(units), step - 1, -step):
        h = (h ^ ((h << 5) + (h >> 2) + units[end - 1])) & M64
        h -= h >> 63 << 64
    return h & M32


def crc16_of(byte):
    r = byte << 8
    for _ in range(8):
        r = (r << 1 ^ (0x1021 if r & 0x8000 else 0)) & 0xFFFF
    return r


CRC16 = [crc16_of(byte) for byte in range(256)]


def crc16(data):
    h = 0
    for byte in data:
        h = (h << 8 & M32) ^ CRC16[(h >> 8 ^ byte) & 0xFF]
    return h


def hsieh(data, sign=False):
    h, whole = 0, len(data) & ~3
    for low, high in struct.iter_unpack("<2H", data[:whole]):
        h = h + low & M32
        h = (h << 16 ^ high << 11 ^ h) & M32
        h = h + (h >> 11) & M32
    rest = data[whole:]
    if rest:
        h = h + int.from_bytes(rest[:2], "little") & M32
        third = rest[2] if len(rest) == 3 else 0
        third -= 256 if sign and third >= 128 else 0
        left, right = ((10, 1), (11, 17), (16, 11))[len(rest) - 1]
        h = (h ^ h << left ^ third << 18) & M32
        h = h + (h >> right) & M32
    h = (h ^ h << 3) & M32
    h = h + (h >> 5) & M32
    h = (h ^ h << 4) & M32
    h = h + (h >> 17) & M32
    h = (h ^ h << 25) & M32
    return h + (h >> 6) & M32


def decimal(data):
    h = 0
    for byte in data:
        h = (h * 10 + byte - 48) & M64
    return h


def emcache(data, sign=False):
    """What emcache takes for the low 32 bits of a MurmurHash3."""
    result, first = 0, murmur3_128(data).to_bytes(8, "little")[:4]
    for byte, mask in zip(first, (M32, -1 << 8, -1 << 16, -1 << 24)):
        result |= (byte - 256 if sign and byte >= 128 else byte) & mask
    return result & M32


BY_UNIT = {  # name: (width, function of units), marked u in section 2
    "one_at_a_time": (32, one_at_a_time), "java": (32, java), "java33": (64, java33),
    "mysql": (32, mysql), "elf": (32, elf), "rs": (32, rs), "lua": (32, lua),
    "fnv1_32": (32, fnv(2166136261, 16777619, 32, False)),
    "fnv1a_32": (32, fnv(2166136261, 16777619, 32, True)),
    "fnv1_64": (64, fnv(0xCBF29CE484222325, 0x100000001B3, 64, False)),
    "fnv1a_64": (64, fnv(0xCBF29CE484222325, 0x100000001B3, 64, True)),
}
BY_BYTES = {  # name: (width, function of bytes)
    "crc32": (32, zlib.crc32),
    "crc": (32, lambda data: zlib.crc32(data) >> 16 & 0x7FFF),
    "crc16": (32, crc16), "hsieh": (32, hsieh), "zero": (32, lambda data: 0),
    "murmur": (32, murmur2),
    "murmur3": (32, lambda data: murmur3(data, 0xDEADBEEF * len(data) & M32)),
    "murmur3_32": (32, lambda data: murmur3(data, 0)),
    "jenkins": (32, lambda data: hashlittle(data, 13)), "emcache": (32, emcache),
    "murmur64a": (64, murmur64a), "siphash13": (64, siphash13), "decimal": (64, decimal),
    "xxh64": (64, xxh64), "xxh3": (64, xxh3),
}
SIGNED_INSIDE = ("hsieh", "emcache")
SIGNED = (*BY_UNIT, *SIGNED_INSIDE)
DIGESTS = {"md5": 16, "sha1": 20, "sha384": 48}
FNV = ("fnv1_32", "fnv1a_32", "fnv1_64", "fnv1a_64")
SEEDED = ("xxh64", "xxh3")


def word_count(name, bits):
    """How many words of so many bits a hash gives; 0 if it has not as many bits."""
    if name in DIGESTS:
        return DIGESTS[name] * 8 // bits
    return {**BY_UNIT, **BY_BYTES}[name][0] // bits


def digest_words(name, bits, order):
    digest, size, count = getattr(hashlib, name), bits // 8, DIGESTS[name] * 8 // bits
    whole = size * count
    if bits < 128:
        unpack = struct.Struct(("<" if order == "little" else ">") + f"{count}{' IQ'[bits // 32]}")
        return lambda text: unpack.unpack(digest(text).digest()[:whole])

    def words(text):
        data = digest(text).digest()
        for at in range(0, whole, size):
            if order == "halves":
                low, high = data[at + 8:at + 16], data[at:at + 8]
                yield int.from_bytes(low + high, "little")
            else:
                yield int.from_bytes(data[at:at + size], order)
    return lambda text: tuple(words(text))


def of_signed(number):
    """The same function, where a byte from 0x80 up counts as c - 256."""
    def run(units):
        if isinstance(units, bytes):
            units = [c - 256 if c >= 128 else c for c in units]
        return number(units)
    return run


def number_of(row, name, zero):
    number = (BY_UNIT if name in BY_UNIT else BY_BYTES)[name][1]
    if name in SEEDED and row["seed"]:
        number = partial(number, seed=xxh3(unquote_to_bytes(row["seed"])))
    if name in FNV and zero:
        number = partial(number, start=0)
    if row["sign"] == "yes" and name in SIGNED:
        number = partial(number, sign=True) if name in SIGNED_INSIDE else of_signed(number)
    return number


def hasher(row, name, zero=False):
    """The function from a text (bytes, or UTF-16 units) to the words that a hash makes of it in a
    row. zero: an FNV hash begins with the state 0."""
    bits = int(row["bits"])
    if name in DIGESTS:
        return digest_words(name, bits, row["byte_order"])
    number = number_of(row, name, zero)
    if word_count(name, bits) == 2:
        return lambda text: divmod(number(text), 1 << 32)[::-1]
    return lambda text: (number(text),)
