#!/usr/bin/python3
"""Searches keys whose hash of 32 bits is 0, which some clients take for 1.

usage: zero_keys.py

The functions go one byte at a time and can be undone, so the states that eight letters lead to
are sought among those from which eight more lead to 0. It takes some seconds.
"""
import itertools
import string

MASK = 0xffffffff
HALVES = 200000  # their product is above 2**32


def crc_table():
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0xedb88320 if byte & 1 else 0)
        yield byte


CRC = list(crc_table())
CRC_BY_TOP = {entry >> 24: (byte, entry) for byte, entry in enumerate(CRC)}


def crc32(state, byte):
    return state >> 8 ^ CRC[(state ^ byte) & 0xff]


def crc32_back(state, byte):
    index, entry = CRC_BY_TOP[state >> 24]
    return (state ^ entry) << 8 & MASK | index ^ byte


def one_at_a_time(state, byte):
    state = (state + byte) * 1025 & MASK
    return state ^ state >> 6


def one_at_a_time_back(state, byte):
    undone = state
    for _ in range(5):
        undone = state ^ undone >> 6
    return undone * pow(1025, -1, 1 << 32) - byte & MASK


def fnv1(prime):
    back = pow(prime, -1, 1 << 32)
    return (lambda state, byte: state * prime & MASK ^ byte,
            lambda state, byte: (state ^ byte) * back & MASK)


def fnv1a(prime):
    back = pow(prime, -1, 1 << 32)
    return (lambda state, byte: (state ^ byte) * prime & MASK,
            lambda state, byte: state * back & MASK ^ byte)


FUNCTIONS = {  # forward, back, first state, last state
    "crc32": (crc32, crc32_back, MASK, MASK),
    "one_at_a_time": (one_at_a_time, one_at_a_time_back, 0, 0),
    "fnv1_32": (*fnv1(16777619), 2166136261, 0),
    "fnv1a_32": (*fnv1a(16777619), 2166136261, 0),
    "fnv1_64": (*fnv1(0x1b3), 0x84222325, 0),
    "fnv1a_64": (*fnv1a(0x1b3), 0x84222325, 0),
}


def halves(step, state, prefix):
    """Of all words behind a prefix, or backwards before nothing."""
    for word in itertools.islice(itertools.product(string.ascii_lowercase, repeat=4), HALVES):
        now = state
        for letter in prefix + "".join(word):
            now = step(now, ord(letter))
        yield now, prefix + "".join(word)


def zero_key(forward, back, first, last):
    beginnings = dict(halves(forward, first, "zero"))
    for state, word in halves(back, last, ""):
        if state in beginnings:
            return beginnings[state] + word[::-1]
    return None


for name, function in FUNCTIONS.items():
    print(name, zero_key(*function))
