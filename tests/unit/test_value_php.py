#!/usr/bin/python3
"""Values between Polyring and the unmodified php-memcached, through a real memcached.

usage: test_value_php.py CONVERT

CONVERT is the program of test_value_convert.c. Sequences are made and read here a second time, and
so are envelopes; floats are held to Python's own shortest text. Exits 77 without php-memcached.
"""
import json
import math
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXT, ZLIB, ZSTD, FASTLZ = 1 << 16, 16 | 32, 16 | 128, 16 | 64


def sequence(value):
    match value:
        case None:
            return b"N"
        case bool():
            return b"T" if value else b"F"
        case int():
            return b"I" + struct.pack("<q", value)
        case float():
            return b"D" + struct.pack("<d", value)
        case str():
            return b"S" + struct.pack("<I", len(value.encode())) + value.encode()
        case bytes():
            return b"B" + struct.pack("<I", len(value)) + value
        case list():
            return b"L" + struct.pack("<I", len(value)) + b"".join(map(sequence, value))
        case dict():
            pairs = (sequence(key) + sequence(item) for key, item in value.items())
            return b"M" + struct.pack("<I", len(value)) + b"".join(pairs)


def as_php_shows(value):
    """What shown() of the PHP script says about a value that Polyring wrote."""
    match value:
        case None:
            return ["null"]
        case bool():
            return ["bool", value]
        case int():
            return ["int", str(value)]
        case float():
            return ["float", struct.pack(">d", value).hex()]
        case str() | bytes():
            return ["string", (value.encode() if isinstance(value, str) else value).hex()]
        case dict() if value:
            return ["map", [[k.encode().hex(), as_php_shows(v)] for k, v in value.items()]]
        case _:  # PHP has one empty array
            return ["list", [as_php_shows(v) for v in value]]


class Pipe:
    """A program that answers each line with a line."""

    def __init__(self, *command):
        self.process = subprocess.Popen(list(map(str, command)), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError(f"{self.process.args[0]} ended with {self.process.wait()}")
        return answer.rstrip("\n")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(10)


class Server:
    """memcached on a unix socket, and one plain connection to it."""

    def __init__(self, folder):
        self.path = f"{folder}/memcached"
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(["memcached", *user, "-s", self.path, "-a", "0777",
                                         "-I", "8m"])
        self.socket = socket.socket(socket.AF_UNIX)
        for _ in range(200):
            try:
                self.socket.connect(self.path)
                break
            except OSError:
                time.sleep(0.02)
        else:
            raise AssertionError("memcached does not answer")
        self.file = self.socket.makefile("rb")

    def set(self, key, flags, body):
        self.socket.sendall(b"set %s %d 0 %d\r\n%s\r\n" % (key.encode(), flags, len(body), body))
        assert self.file.readline() == b"STORED\r\n"

    def get(self, key):
        self.socket.sendall(b"get %s\r\n" % key.encode())
        head = self.file.readline().split()
        assert head[:1] == [b"VALUE"], (key, head)
        body = self.file.read(int(head[3]) + 2)[:-2]
        assert self.file.readline() == b"END\r\n"
        return int(head[2]), body

    def number(self, verb, key, by):
        self.socket.sendall(f"{verb} {key} {by}\r\n".encode())
        return self.file.readline().strip()

    def close(self):
        self.file.close()
        self.socket.close()
        self.process.terminate()
        self.process.wait()


LONG = "Straße né polyring " * 500
SCALARS = [0, 1, -1, 42, 2**63 - 1, -2**63, 0.0, -0.0, 1.0, 0.1, -1.5, 1e25, 1e-7, 5e-324,
           1.7976931348623157e308, 123456789012345678.0, True, False, "", "hello", "h\u00e9\U0001f600",
           "a\0b\r\n", LONG, b"", b"\xff\x00\xfe", bytes(range(256)) * 20, b"\x80" * 3000]
COMPOUND = [None, [], [1, 2.5, "x", None, True, [[]]], {"a": 1, "b": {"c": [0.1, -2]}},
            {"": "empty", "\u00e9\"\\/": "\u2028\u0001\0"}, [LONG, LONG], [1e25, 1e-7, 2**63 - 1],
            {str(i) + "k": i for i in range(600)}]


class ValuesOfPhp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        os.chmod(cls.folder.name, 0o777)  # memcached runs as nobody
        cls.server = Server(cls.folder.name)
        cls.convert = Pipe(CONVERT)
        cls.php = Pipe("php", "-n", *EXTENSIONS, HERE / "test_value_php.php", cls.server.path)

    @classmethod
    def tearDownClass(cls):
        ended = cls.convert.close(), cls.php.close()
        cls.server.close()
        cls.folder.cleanup()
        assert ended == (0, 0), ended

    def write(self, value, compress="zlib", compress_from=2000):
        answer = self.convert.ask(f"write {compress} {compress_from} {sequence(value).hex()}")
        self.assertFalse(answer.startswith("!"), answer)
        flags, body = answer.split()
        return int(flags), b"" if body == "-" else bytes.fromhex(body)

    def read(self, flags, body, decode_text=0):
        answer = self.convert.ask(f"read {decode_text} {flags} {body.hex() or '-'}")
        return answer if answer.startswith("!") else bytes.fromhex(answer)

    def php_set(self, expression, serializer="json", compression=None):
        answer = self.php.ask(json.dumps(["set", "php", serializer, compression, expression]))
        self.assertEqual(answer, "true", expression)
        return self.server.get("php")

    def php_get(self, flags, body, serializer="json_array"):
        self.server.set("ours", flags, body)
        return json.loads(self.php.ask(json.dumps(["get", "ours", serializer])))

    def test_php_reads_ours(self):
        for value in SCALARS + COMPOUND:
            for compress in ("zlib", "none"):
                with self.subTest(value=repr(value)[:60], compress=compress):
                    flags, body = self.write(value, compress)
                    self.assertEqual(self.php_get(flags, body), as_php_shows(value))

    def test_php_reads_ours_whatever_its_serializer(self):
        for serializer in ("php", "igbinary", "json"):
            for value in SCALARS:
                self.assertEqual(self.php_get(*self.write(value), serializer), as_php_shows(value))
            self.assertEqual(self.php_get(*self.write([1, "x"]), serializer), as_php_shows([1, "x"]))
            self.assertEqual(self.php_get(*self.write({"a": 1}), serializer), ["other", "stdClass"])

    def test_php_does_not_know_zstd(self):
        flags, body = self.write("x" * 5000, "zstd")
        self.assertEqual(flags, TEXT | ZSTD)
        self.assertEqual(self.read(flags, body), sequence("x" * 5000))
        self.assertEqual(self.php_get(flags, body)[0], "failed")

    def test_ours_reads_php(self):
        for expression, flags, value in [
                ("42", 1, 42), ("PHP_INT_MAX", 1, 2**63 - 1), ("PHP_INT_MIN", 1, -2**63),
                ("1.5", 2, 1.5), ("0.1", 2, 0.1), ("1.0", 2, 1.0), ("-0.0", 2, -0.0),
                ("1e25", 2, 1e25), ("1e-7", 2, 1e-7), ("5e-324", 2, 5e-324),
                ("PHP_FLOAT_MAX", 2, sys.float_info.max), ("INF", 2, math.inf),
                ("-INF", 2, -math.inf), ("true", 3, True), ("false", 3, False),
                ('"hello"', 0, b"hello"), ('""', 0, b""), (r'"h\u{e9}"', 0, "h\u00e9".encode()),
                (r'"\xff\0"', 0, b"\xff\0"), ('str_repeat("x", 5000)', 0, b"x" * 5000),
                ("null", 6, None), ("[]", 6, []), ('[1, 2.5, "x", null]', 6, [1, 2.5, "x", None]),
                ('["a" => 1, 5 => [true]]', 6, {"a": 1, "5": [True]}),
                (r'["\u{e9}" => "/\u{1F600}\0"]', 6, {"\u00e9": "/\U0001f600\0"}),
                ("[1.0]", 6, [1]),  # json_encode drops the point
                ("new stdClass()", 6, {})]:
            with self.subTest(expression):
                wrote, body = self.php_set(expression)
                self.assertEqual(wrote, flags)
                self.assertEqual(self.read(wrote, body), sequence(value))
        self.assertTrue(self.read(*self.php_set("NAN"))[:1] == b"D")
        self.assertEqual(self.read(*self.php_set(r'"h\u{e9}"'), 1), sequence("h\u00e9"))

    def test_the_envelope_is_the_one_of_php(self):
        for expression, value, kind in [('str_repeat("polyring ", 1000)', b"polyring " * 1000, 0),
                                        ('[str_repeat("polyring ", 1000)]',
                                         ["polyring " * 1000], 6)]:
            flags, body = self.php_set(expression, compression="zlib")
            plain = zlib.decompress(body[4:])
            self.assertEqual(flags, kind | ZLIB)
            self.assertEqual(struct.unpack("=I", body[:4])[0], len(plain))
            self.assertEqual(self.read(flags, body), sequence(value))
            self.assertEqual(self.write(value), (flags, body))  # byte for byte
        for size in (1999, 2000, 2001):
            wrote = self.php_set(f'str_repeat("x", {size})', compression="zlib")
            self.assertEqual(wrote, self.write(b"x" * size))
            self.assertEqual(wrote[0], ZLIB if size >= 2000 else 0)

    def test_the_factor_is_the_one_of_php(self):
        seen = set()
        for noise in range(1100, 1900, 25):
            value = random.Random(noise).randbytes(noise) + b" " * (2200 - noise)
            ours = self.write(value)
            self.assertEqual(self.php_set(f'hex2bin("{value.hex()}")', compression="zlib"), ours)
            seen.add(ours[0])
        self.assertEqual(seen, {0, ZLIB})

    def test_what_php_alone_can_read_is_refused_by_name(self):
        for expression, serializer, compression, name in [
                ("[1]", "php", None, "PHP serialized"), ("null", "php", None, "PHP serialized"),
                ("[1]", "igbinary", None, "igbinary"),
                ("[1]", "msgpack", None, "msgpack"),
                ('str_repeat("x", 5000)', "php", "fastlz", "fastlz")]:
            answer = self.read(*self.php_set(expression, serializer, compression))
            self.assertTrue(answer.startswith("! NOT_SUPPORTED") and name in answer, answer)

    def test_counters(self):
        self.server.set("number", *self.write(99))
        self.assertEqual(self.server.number("incr", "number", 2), b"101")
        self.assertEqual(self.read(*self.server.get("number")), sequence(101))
        self.assertEqual(self.server.number("decr", "number", 92), b"9")
        self.assertEqual(self.server.get("number"), (1, b"9  "))  # decr keeps the width
        self.assertEqual(self.read(*self.server.get("number")), sequence(9))
        self.server.set("number", *self.write(2**63 - 1))
        self.server.number("incr", "number", 1)
        self.assertIn("beyond 64 bits", self.read(*self.server.get("number")))

    def test_floats_are_as_short_as_they_can_be(self):
        draw = random.Random(2026)
        numbers = [struct.unpack("<d", draw.randbytes(8))[0] for _ in range(3000)]
        numbers += [math.ldexp(1, n) for n in range(-1074, 1024)]
        numbers += [round(draw.uniform(-1e6, 1e6), draw.randrange(9)) for _ in range(1000)]
        for number in filter(math.isfinite, numbers):
            self.assertEqual(self.write(number), (2, repr(number).encode()))

    def test_json_is_json(self):
        for value in COMPOUND:
            flags, body = self.write(value, "none")
            self.assertEqual((flags, json.loads(body)), (6, value))


def extensions():
    """The -d options that load php-memcached and what it needs, or None. php is started without
    its own configuration, which may load another Polyring or change the client's defaults."""
    options = []
    for name in ("igbinary", "msgpack", "memcached"):
        options += ["-d", f"extension={name}"]
    probe = subprocess.run(["php", "-n", *options, "-r", "exit((int)!class_exists('Memcached'));"],
                           capture_output=True)
    return None if probe.returncode or probe.stdout else options


if __name__ == "__main__":
    CONVERT = sys.argv.pop(1)
    try:
        EXTENSIONS = extensions()
    except FileNotFoundError:
        EXTENSIONS = None
    if EXTENSIONS is None:
        print("skipped: no php with php-memcached, igbinary and msgpack")
        sys.exit(77)
    unittest.main()
