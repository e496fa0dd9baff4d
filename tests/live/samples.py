"""Values of each kind and size, and what becomes of them in PHP."""

import base64
import struct
from typing import List, NamedTuple

from drivers import blob, text


class Sample(NamedTuple):
    kind: str   # the row of the tables
    value: List  # in the form of requests


def noise(size):
    """Bytes that no packing makes smaller."""
    state, blocks = 1, []
    for _ in range(size // 8 + 1):
        state = (state * 0x5851F42D4C957F2D + 0x14057B7EF767814F) % 2**64
        blocks.append(struct.pack(">Q", (state ^ state >> 33) * 0xFF51AFD7ED558CCD % 2**64))
    return b"".join(blocks)[:size]


INTS = 0, 1, -1, 9, 2**31 - 1, -2**31, 2**53 + 1, 2**63 - 1, -2**63
FLOATS = ("0.0", "-0.0", "1.0", "0.1", "1.5", "-2.5", "1e300", "-1e300", "5e-324", "1e16", "1e+25", "0.0001", "1e-05",
          "1.7976931348623157e308", "2.2250738585072014e-308", "123456789.125", "123456789012345678.0")
TEXTS = ("", "a", "17", "true", "null", "Z\u00fcrich \u4e16\u754c \U0001F600", "a\0b", "\r\nEND\r\n",
         "x" * 1999, "x" * 2000, "x" * 5000, "\u00e9\U0001F600" * 2000)
BYTES = (b"", b"\0", b"plain", bytes(range(256)), b"\xff" * 1999, b"\xff" * 5000, noise(1999), noise(2000), noise(5000))
SCALARS = ["list", [["none"], ["bool", True], ["bool", False], ["int", str(2**63 - 1)], ["float", "-0.5"],
                    ["float", "1e-07"], text('a"\\/\u4e16\u2028\0')]]


def samples(large=False):
    made = [Sample("none", ["none"]), Sample("true, false", ["bool", True]), Sample("true, false", ["bool", False])]
    made += [Sample("integer", ["int", str(n)]) for n in INTS]
    made += [Sample("float", ["float", n]) for n in FLOATS]
    made += [Sample("text", text(t)) for t in (*TEXTS, noise(2500).hex())]
    made += [Sample("bytes", blob(b)) for b in BYTES]
    deep = ["int", "1"]
    for _ in range(60):
        deep = ["list", [deep]]
    nested = ["list", [["map", [["a", SCALARS], ["b c", ["map", [["d", ["none"]]]]], ["\u00e9", text("")]]]]]
    made += [Sample("list", value) for value in (
        ["list", []], SCALARS, nested, deep, ["list", [["float", "1.0"], ["float", "-0.0"], ["float", "1e+25"]]],
        ["list", [["int", str(i)] for i in range(3000)]], ["list", [text(noise(2500).hex())]])]
    made += [Sample("map", value) for value in (
        ["map", []], ["map", [["x", ["int", "1"]], ["7", text("y")], ["", ["none"]]]],
        ["map", [["0", text("a")], ["1", text("b")]]],
        ["map", [[f"name {i}", ["float", f"{i}.5"]] for i in range(800)]])]
    if large:
        made += [Sample("text", text("Polyring " * 60000)), Sample("bytes", blob(noise(1000000)))]
    return made


def php_array(kind, items):
    """PHP has one array for both: what has the names 0, 1, 2 and so on is a list."""
    if kind == "map" and [name for name, _ in items] == [str(i) for i in range(len(items))]:
        return ["list", [item for _, item in items]]
    return [kind, items]


def mapped(value, change):
    kind = value[0]
    if kind == "list":
        return change([kind, [mapped(item, change) for item in value[1]]])
    if kind == "map":
        return change([kind, [[name, mapped(item, change)] for name, item in value[1]]])
    return change(value)


def as_php_writes(value):
    return mapped(value, lambda it: php_array(*it) if it[0] == "map" else it)


def as_php_reads(value):
    """Strings of PHP have no kind of their own: drivers show them as text where they are UTF-8."""
    def change(it):
        if it[0] == "bytes":
            try:
                return text(base64.b64decode(it[1]).decode())
            except UnicodeDecodeError:
                return it
        return php_array(*it) if it[0] == "map" else it
    return mapped(value, change)


def as_strings(value):
    """What php-memcached writes: texts are bytes, and in JSON a float that is whole is an integer."""
    if value[0] == "text":
        return blob(value[1].encode())
    if value[0] not in ("list", "map"):
        return value

    def change(it):
        whole = it[0] == "float" and float(it[1]).is_integer() and abs(float(it[1])) < 1e15
        return ["int", str(int(float(it[1])))] if whole else it
    return mapped(value, change)
