#!/usr/bin/python3
"""Records every vector file: all hash functions, and each row of clients.list on each list of
topologies.list, with the keys of keys.json and keys that are searched for the row.

usage: record_all.py BUILD [--only TEXT] [--output FOLDER]

TEXT is part of the path of the files to record, such as dalli or 4-equal. Real clients answer;
Polyring only helps to find keys worth asking for, and `lint` checks what they are worth.
"""
import argparse
import json
import pathlib
import random
import string
import subprocess
import sys
import tempfile
from urllib.parse import quote

import edges

HERE = pathlib.Path(__file__).resolve().parent
NOTHING = 5  # the exit code of polyring-check where a client cannot express a list
HASHKIT = "libhashkit - libhashkit2 /usr/bin/python3 {adapters}/hashkit.py\n"
# file: (client, function, signed, text, about)
HASHES = {
    "one_at_a_time": ("libhashkit", "one_at_a_time", True, "bytes", "Jenkins's one-at-a-time."),
    "md5": ("libhashkit", "md5", False, "bytes", "The first four bytes of MD5, low byte first."),
    "crc": ("libhashkit", "crc", False, "bytes", "Bits 16 to 30 of CRC-32."),
    "fnv1_64": ("libhashkit", "fnv1_64", True, "bytes", "The low 32 bits of FNV-1 in 64 bits."),
    "fnv1a_64": ("libhashkit", "fnv1a_64", True, "bytes",
                 "FNV-1a in 32 bits, with the low halves of the 64-bit constants."),
    "fnv1_32": ("libhashkit", "fnv1_32", True, "bytes", "FNV-1 in 32 bits."),
    "fnv1a_32": ("libhashkit", "fnv1a_32", True, "bytes", "FNV-1a in 32 bits."),
    "murmur": ("libhashkit", "murmur", False, "bytes", "MurmurHash2, seeded by the length."),
    "jenkins": ("libhashkit", "jenkins", False, "bytes", "Jenkins's lookup3, seed 13."),
    "murmur3": ("libhashkit", "murmur3", False, "bytes",
                "MurmurHash3 x86_32, seeded by the length."),
    "java": ("spymemcached/array-mod", "java", False, "utf16",
             "Java's String.hashCode(), without its sign."),
    "crc-utf8": ("spymemcached/array-mod", "crc", False, "utf8",
                 "Bits 16 to 30 of the CRC-32 of UTF-8."),
    "fnv1_64-utf16": ("spymemcached/array-mod", "fnv1_64", False, "utf16",
                      "FNV-1 in 64 bits over UTF-16 units, its low half."),
    "fnv1a_64-utf16": ("spymemcached/array-mod", "fnv1a_64", False, "utf16",
                       "FNV-1a in 64 bits over UTF-16 units, its low half."),
    "fnv1_32-utf16": ("spymemcached/array-mod", "fnv1_32", False, "utf16",
                      "FNV-1 in 32 bits over UTF-16 units."),
    "fnv1a_32-utf16": ("spymemcached/array-mod", "fnv1a_32", False, "utf16",
                       "FNV-1a in 32 bits over UTF-16 units."),
    "murmur3_32": ("pymemcache/unicode", "murmur3_32", False, "low8",
                   "MurmurHash3 x86_32, seed 0, over the low bytes of code points."),
    "crc32": ("dalli/default", "crc32", False, "bytes", "CRC-32, all of it."),
}


def hash_keys(text):
    """Every length up to 40, the edges of the functions' blocks, and all kinds of bytes."""
    dice = random.Random(2026)
    sizes = [*range(1, 41), 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 249, 250]
    yield from ("".join(dice.choices("abcdefghijklmnop-:._0123456789", k=size)) for size in sizes)
    yield from ("Zürich", "東京", "😀", "naïve:€:💶", "ÿþ", "ü" * 125, "𐀀\uffff", "é", "ключ")
    yield from ("\x01", "\x7f", string.punctuation)
    if text == "bytes":
        yield from (bytes(dice.choices(range(0x80, 0x100), k=size)) for size in range(1, 14))
        yield from (b"\x80", b"\xff", b"\x7f\x80")


def lines_of(name):
    lines = (HERE / name).read_text(encoding="ascii").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


class Recorder:
    def __init__(self, options, folder):
        self.build, self.output, self.only = options.build, options.output, options.only
        self.keys, self.list = folder / "keys", folder / "clients.list"
        self.list.write_text((HERE / "clients.list").read_text() + HASHKIT)
        self.done, self.skipped, self.failed = 0, 0, []

    def record(self, path, client, arguments):
        """Runs `polyring-check record`, and says what became of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [self.build / "bin/polyring-check", "record", client, "--clients", self.list,
                   "--keys", self.keys, "--out", path, *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        print(run.stdout.strip() or f"{path}: {run.stderr.strip()}", flush=True)
        self.done += run.returncode == 0
        self.skipped += run.returncode == NOTHING
        if run.returncode not in (0, NOTHING):
            self.failed.append(path)

    def wanted(self, path):
        return self.only in str(path.relative_to(self.output))

    def hashes(self):
        for name, (client, function, signed, text, about) in HASHES.items():
            path = self.output / "hash" / f"{name}.json"
            if self.wanted(path):
                self.keys.write_text("".join(quote(key, safe="") + "\n" for key in hash_keys(text)))
                self.record(path, client, ["--hash", function, "--text", text, "--about", about,
                                           *(["--signed"] if signed else [])])

    def placements(self):
        table = edges.Table(self.build / "bin/polyring")
        clients = [line for line in lines_of("clients.list") if not line[0].startswith("polyring")]
        for profile in dict.fromkeys(line[1] for line in clients):
            source, *witnesses = [line[0] for line in clients if line[1] == profile]
            for name, *servers in lines_of("topologies.list"):
                path = self.output / "placement" / profile / f"{name}.json"
                if self.wanted(path):
                    self.placement(table, path, profile, source, witnesses, name, servers)

    def placement(self, table, path, profile, source, witnesses, name, servers):
        keys = json.loads((HERE / "keys.json").read_text(encoding="ascii"))
        edges.add(table, keys, profile, servers)
        self.keys.write_text(json.dumps(keys), encoding="ascii")
        if profile == "libmemcached/ketama-weighted" and name != "3-unix":  # another label there
            witnesses = ["php-memcached/libketama-compatible"]
        about = [table.about(profile), f"{len(servers)} servers: {name}."]
        self.record(path, source, [
            "--mode", "land", "--topology", name, "--servers", " ".join(servers),
            *(word for line in about for word in ("--about", line)),
            *(word for witness in witnesses for word in ("--witness", witness))])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--only", default="", help="part of the path of the files to record")
    parser.add_argument("--output", type=pathlib.Path, default=HERE.parent / "vectors")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(options, pathlib.Path(folder))
        recorder.hashes()
        recorder.placements()
    print(f"{recorder.done} recorded, {recorder.skipped} that the client cannot express, "
          f"{len(recorder.failed)} failed", *recorder.failed, sep="\n  ")
    return 1 if recorder.failed or not recorder.done else 0


if __name__ == "__main__":
    sys.exit(main())
