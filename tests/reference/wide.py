"""Section 2 of docs/placement.md: the hashes that calculate in 64 bits, all of bytes."""
import struct

M64 = (1 << 64) - 1


def rotate(x, r):
    return (x << r | x >> (64 - r)) & M64


def words_of(data):
    """The whole little-endian words of 64 bits at the beginning of data."""
    return struct.unpack(f"<{len(data) // 8}Q", data[:len(data) & ~7])


def at(data, offset, size=8):
    return int.from_bytes(data[offset:offset + size], "little")


# ---- MurmurHash64A

def murmur64a(data, seed=4193360111):
    m, whole = 0xC6A4A7935BD1E995, len(data) & ~7
    h = seed ^ len(data) * m & M64
    for k in words_of(data):
        k = k * m & M64
        h = (h ^ (k ^ k >> 47) * m & M64) * m & M64
    if len(data) > whole:
        h = (h ^ at(data, whole)) * m & M64
    h = (h ^ h >> 47) * m & M64
    return h ^ h >> 47


def murmur3_128(data):
    """The first 64 of the 128 bits of MurmurHash3 x64, seed 0."""
    c1, c2, a, b = 0x87C37B91114253D5, 0x4CF5AD432745937F, 0, 0
    words, whole = words_of(data), len(data) & ~15

    def mix1(k):
        return rotate(k * c1 & M64, 31) * c2 & M64

    def mix2(k):
        return rotate(k * c2 & M64, 33) * c1 & M64

    def end(x):
        x = (x ^ x >> 33) * 0xFF51AFD7ED558CCD & M64
        x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53 & M64
        return x ^ x >> 33
    for n in range(0, whole // 8, 2):
        a = (rotate(a ^ mix1(words[n]), 27) + b) * 5 + 0x52DCE729 & M64
        b = (rotate(b ^ mix2(words[n + 1]), 31) + a) * 5 + 0x38495AB5 & M64
    a ^= mix1(at(data, whole)) ^ len(data)
    b ^= mix2(at(data, whole + 8)) ^ len(data)
    a = a + b & M64
    return end(a) + end(a + b & M64) & M64


def hash128to64(high, low):
    """CityHash's Hash128to64, as mcrouter has it: the label's hash is the high half."""
    m = 0x9DDFEA08EB382D69
    a = (low ^ high) * m & M64
    b = (high ^ a ^ a >> 47) * m & M64
    return (b ^ b >> 47) * m & M64


# ---- SipHash-1-3 with keys of zero

def siphash13(data):
    a, b, c, d = 0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573

    def turn():
        nonlocal a, b, c, d
        a, c = (a + b) & M64, (c + d) & M64
        b, d = rotate(b, 13) ^ a, rotate(d, 16) ^ c
        a, c = (rotate(a, 32) + d) & M64, (c + b) & M64
        b, d = rotate(b, 17) ^ c, rotate(d, 21) ^ a
        c = rotate(c, 32)
    whole = len(data) & ~7
    last = at(data, whole) | (len(data) & 0xFF) << 56
    for m in (*words_of(data), last):
        d ^= m
        turn()
        a ^= m
    c ^= 0xFF
    for _ in range(3):
        turn()
    return a ^ b ^ c ^ d


# ---- XXH64 and XXH3

P32 = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
P1, P2, P3, P4, P5 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
                      0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


def avalanche64(h):
    h = (h ^ h >> 33) * P2 & M64
    h = (h ^ h >> 29) * P3 & M64
    return h ^ h >> 32


def xxh64(data, seed=0):
    def mix(lane, word):
        return rotate(lane + word * P2 & M64, 31) * P1 & M64
    start, h = 0, seed + P5
    if len(data) >= 32:
        lanes = [seed + P1 + P2 & M64, seed + P2 & M64, seed, seed - P1 & M64]
        start = len(data) & ~31
        for n, word in enumerate(words_of(data[:start])):
            lanes[n & 3] = mix(lanes[n & 3], word)
        h = sum(rotate(lane, r) for lane, r in zip(lanes, (1, 7, 12, 18)))
        for lane in lanes:
            h = (h ^ mix(0, lane)) * P1 + P4 & M64
    h, rest = h + len(data) & M64, data[start:]
    for word in words_of(rest):
        h = rotate(h ^ mix(0, word), 27) * P1 + P4 & M64
    rest = rest[len(rest) & ~7:]
    if len(rest) >= 4:
        h = rotate(h ^ at(rest, 0, 4) * P1 & M64, 23) * P2 + P3 & M64
        rest = rest[4:]
    for byte in rest:
        h = rotate(h ^ byte * P5 & M64, 11) * P1 & M64
    return avalanche64(h)


SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")


def folded(a, b):
    """The two halves of a product of 128 bits, one upon the other."""
    product = a * b
    return product & M64 ^ product >> 64


def avalanche3(h):
    h = (h ^ h >> 37) * 0x165667919E3779F9 & M64
    return h ^ h >> 32


def xxh3_short(data, seed):
    """Up to 16 bytes."""
    size, s = len(data), SECRET
    if size == 0:
        return avalanche64(seed ^ at(s, 56) ^ at(s, 64))
    if size <= 3:
        word = data[0] << 16 | data[size >> 1] << 24 | data[-1] | size << 8
        return avalanche64(word ^ ((at(s, 0, 4) ^ at(s, 4, 4)) + seed & M64))
    if size <= 8:
        seed ^= int.from_bytes((seed & 0xFFFFFFFF).to_bytes(4, "little"), "big") << 32
        word = at(data, size - 4, 4) + (at(data, 0, 4) << 32)
        h = word ^ ((at(s, 8) ^ at(s, 16)) - seed & M64)
        h = (h ^ rotate(h, 49) ^ rotate(h, 24)) * 0x9FB21C651E98DF25 & M64
        h = (h ^ (h >> 35) + size) * 0x9FB21C651E98DF25 & M64
        return h ^ h >> 28
    low = at(data, 0) ^ ((at(s, 24) ^ at(s, 32)) + seed & M64)
    high = at(data, size - 8) ^ ((at(s, 40) ^ at(s, 48)) - seed & M64)
    swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
    return avalanche3(size + swapped + high + folded(low, high) & M64)


def xxh3_middle(data, seed):
    """17 to 240 bytes."""
    def mix(offset, place):
        return folded(at(data, offset) ^ (at(SECRET, place) + seed & M64),
                      at(data, offset + 8) ^ (at(SECRET, place + 8) - seed & M64))
    size = len(data)
    h = size * P1
    if size <= 128:
        for n in range((size - 1) // 32 + 1):
            h += mix(16 * n, 32 * n) + mix(size - 16 * (n + 1), 32 * n + 16)
        return avalanche3(h & M64)
    h += sum(mix(16 * n, 16 * n) for n in range(8))
    h = avalanche3(h & M64)
    h += sum(mix(16 * n, 16 * (n - 8) + 3) for n in range(8, size // 16))
    return avalanche3(h + mix(size - 16, 136 - 17) & M64)


def xxh3_long(data, seed):
    secret = SECRET
    if seed:
        halves = enumerate(words_of(SECRET))
        secret = struct.pack("<24Q", *((w - seed if n & 1 else w + seed) & M64 for n, w in halves))
    lanes, size = [P32[2], P1, P2, P3, P4, P32[1], P5, P32[0]], len(data)

    def stripe(offset, place):
        for n, word in enumerate(words_of(data[offset:offset + 64])):
            keyed = word ^ at(secret, place + 8 * n)
            lanes[n ^ 1] += word
            lanes[n] = lanes[n] + (keyed & 0xFFFFFFFF) * (keyed >> 32) & M64
        for n in range(8):
            lanes[n] &= M64
    for n in range((size - 1) // 64):
        stripe(64 * n, 8 * (n % 16))
        if n % 16 == 15:
            for i, lane in enumerate(lanes):
                lanes[i] = (lane ^ lane >> 47 ^ at(secret, 128 + 8 * i)) * P32[0] & M64
    stripe(size - 64, 121)
    h = size * P1
    for n in range(0, 8, 2):
        h += folded(lanes[n] ^ at(secret, 11 + 8 * n), lanes[n + 1] ^ at(secret, 19 + 8 * n))
    return avalanche3(h & M64)


def xxh3(data, seed=0):
    if len(data) <= 16:
        return xxh3_short(data, seed)
    return (xxh3_middle if len(data) <= 240 else xxh3_long)(data, seed)


# ---- SpookyHash V2

SPOOKY = 0xDEADBEEFDEADBEEF
SHORT_MIX = (50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36)
SHORT_END = (15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63)
LONG_MIX = (11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46)
LONG_END = (44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54)


def spooky_short(data, seed):
    """Less than 192 bytes."""
    h, words, whole = [seed, seed, SPOOKY, SPOOKY], words_of(data), len(data) & ~15

    def add(n, low, high):
        h[n], h[n + 1] = h[n] + low & M64, h[n + 1] + high & M64
    for n in range(0, whole // 8, 2):
        if n % 4:
            add(0, *words[n:n + 2])
            continue
        add(2, *words[n:n + 2])
        for i, r in enumerate(SHORT_MIX):
            a, b = (i + 2) % 4, (i + 3) % 4
            h[a] = rotate(h[a], r) + h[b] & M64
            h[i % 4] ^= h[a]
    rest = data[whole:]
    add(2, *((at(rest, 0), at(rest, 8)) if rest else (SPOOKY, SPOOKY)))
    add(2, 0, len(data) << 56)
    for i, r in enumerate(SHORT_END):
        a, b = (i + 3) % 4, (i + 2) % 4
        h[a] ^= h[b]
        h[b] = rotate(h[b], r)
        h[a] = h[a] + h[b] & M64
    return h[0]


def spooky_long(data, seed):
    h, whole = [seed, seed, SPOOKY] * 4, len(data) // 96 * 96
    for block in range(0, whole, 96):
        for n, (word, r) in enumerate(zip(words_of(data[block:block + 96]), LONG_MIX)):
            h[n] = h[n] + word & M64
            h[(n + 2) % 12] ^= h[n - 2]
            h[n - 1] ^= h[n]
            h[n] = rotate(h[n], r)
            h[n - 1] = h[n - 1] + h[(n + 1) % 12] & M64
    rest = data[whole:]
    last = rest.ljust(95, b"\0") + bytes([len(rest)])
    h = [a + b & M64 for a, b in zip(h, words_of(last))]
    for _ in range(3):
        for n, r in enumerate(LONG_END):
            a, b, c = (n + 11) % 12, (n + 1) % 12, (n + 2) % 12
            h[a] = h[a] + h[b] & M64
            h[c] ^= h[a]
            h[b] = rotate(h[b], r)
    return h[0]


def spooky32(data, seed):
    return (spooky_short if len(data) < 192 else spooky_long)(data, seed) & 0xFFFFFFFF
